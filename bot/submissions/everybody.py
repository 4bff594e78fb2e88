"""What a whole cohort has handed in, in as few questions however many they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from bot.database import Row, Tx, instant, maybe_instant
from bot.submissions.rules import Promise, Revision
from bot.submissions.store import LATEST, revision_of

_IN_COHORT = "WHERE s.cohort_id = :cohort_id "
NEWEST = LATEST + _IN_COHORT
EVIDENCE = (
    "SELECT e.* FROM submission s JOIN revision r ON r.submission_id = s.id "  # noqa: S608 - made of constants
    "AND r.number = (SELECT max(number) FROM revision WHERE submission_id = s.id) "
    "JOIN evidence e ON e.revision_id = r.id " + _IN_COHORT
)
FIRST = (
    "SELECT s.member_id, s.deliverable, r.submitted_at, r.late FROM submission s "  # noqa: S608 - made of constants
    "JOIN revision r ON r.submission_id = s.id AND r.number = 1 " + _IN_COHORT
)
SEEN = (
    "SELECT s.member_id, max(r.updated_at) AS seen_at FROM submission s "  # noqa: S608 - made of constants
    "JOIN revision r ON r.submission_id = s.id " + _IN_COHORT
)


class HandedIn(NamedTuple):
    """When a piece of work first came, and whether that was late."""

    at: datetime
    late: bool


def newest(tx: Tx, cohort_id: int) -> list[Revision]:
    """The newest revision of everybody's work."""
    evidence: dict[int, list[Row]] = {}
    for row in tx.all(EVIDENCE, cohort_id=cohort_id):
        evidence.setdefault(row["revision_id"], []).append(row)
    return [revision_of(row, evidence.get(row["id"], [])) for row in tx.all(NEWEST, cohort_id=cohort_id)]


def handed_in(tx: Tx, cohort_id: int, member_id: int | None = None) -> Mapping[int, Mapping[str, HandedIn]]:
    """What everybody, or one student, has handed in: member, then deliverable."""
    one = "" if member_id is None else "AND s.member_id = :member_id "
    found: dict[int, dict[str, HandedIn]] = {}
    for row in tx.all(FIRST + one, cohort_id=cohort_id, member_id=member_id):
        done = HandedIn(instant(row["submitted_at"]), bool(row["late"]))
        found.setdefault(row["member_id"], {})[row["deliverable"]] = done
    return found


def promises(tx: Tx, cohort_id: int) -> Mapping[int, Promise]:
    """What each piece of work was promised, by its id."""
    rows = tx.all("SELECT * FROM submission WHERE cohort_id = :cohort_id", cohort_id=cohort_id)
    return {
        row["id"]: Promise(
            offered_at=maybe_instant(row["offered_at"]),
            covered_by=maybe_instant(row["covered_by"]),
            mentor_at=maybe_instant(row["mentor_at"]),
            covered_at=maybe_instant(row["covered_at"]),
        )
        for row in rows
    }


def paired(tx: Tx, cohort_id: int) -> frozenset[str]:
    """The deliverables whose rounds have run."""
    rows = tx.all("SELECT deliverable FROM pairing WHERE cohort_id = :cohort_id", cohort_id=cohort_id)
    return frozenset(row["deliverable"] for row in rows)


def seen(tx: Tx, cohort_id: int, member_id: int | None = None) -> Mapping[int, datetime]:
    """When each member last handed in or changed anything; or one of them."""
    whose = "" if member_id is None else "AND s.member_id = :member_id "
    rows = tx.all(SEEN + whose + "GROUP BY s.member_id", cohort_id=cohort_id, member_id=member_id)
    return {row["member_id"]: instant(row["seen_at"]) for row in rows}
