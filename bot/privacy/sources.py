"""The rows that point at one person, and what else it takes to read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from bot.cohorts import store as cohorts
from bot.cohorts.rules import Cohort, Member
from bot.course import store as versions
from bot.curriculum import Deliverable
from bot.database import Row, Tx
from bot.privacy import store

Entry = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Sources:
    """The rows that point at a member, and what else it takes to read them."""

    tx: Tx
    member: Member
    _names: dict[int, str] = field(default_factory=dict[int, str])
    _cohorts: dict[int, Cohort] = field(default_factory=dict[int, Cohort])

    def rows(self, table: str) -> list[Row]:
        """The rows of a table that point at the member."""
        return store.rows(self.tx, table, self.member.id)

    def by(self, table: str, column: str) -> list[Row]:
        """Those that do so in one column."""
        return [row for row in self.rows(table) if row[column] == self.member.id]

    def name(self, member_id: int | None) -> str | None:
        """What somebody is called; “you” for the member."""
        if member_id is None or member_id == self.member.id:
            return None if member_id is None else "you"
        if member_id not in self._names:
            self._names[member_id] = cohorts.member(self.tx, member_id).name
        return self._names[member_id]

    def cohort(self, cohort_id: int) -> Cohort:
        """A cohort by its id."""
        if cohort_id not in self._cohorts:
            self._cohorts[cohort_id] = cohorts.cohort(self.tx, cohort_id)
        return self._cohorts[cohort_id]

    def deliverable(self, row: Row, version_id: int | None = None) -> Deliverable | None:
        """The deliverable that a row is about, as its course has it."""
        version = version_id or self.cohort(row["cohort_id"]).course_version_id
        try:
            return versions.version(self.tx, version).deliverable(row["deliverable"])
        except KeyError:
            return None

    def about(self, row: Row) -> dict[str, Any]:
        """In which cohort, and about which deliverable."""
        found: dict[str, Any] = {"cohort": self.cohort(row["cohort_id"]).name}
        if "deliverable" in row:
            named = self.deliverable(row)
            found |= {"deliverable": row["deliverable"], "title": None if named is None else named.name}
        return found

    @cached_property
    def works(self) -> Mapping[int, Row]:
        """Every piece of work that the member had to do with."""
        return {row["id"]: row for row in store.works(self.tx, self.member.id)}


def grouped(rows: Iterable[Row], column: str) -> Mapping[int, list[Row]]:
    """Rows by what stands in one column."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found
