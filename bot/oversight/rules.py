"""How a whole cohort stands: a mark for each student and deliverable, who is at risk and why, what is missing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from bot.calendar import Break, WeekTimes
from bot.cohorts.rules import Allowance, Member, Running
from bot.curriculum import Deliverable, Week
from bot.mentors.rules import Turn
from bot.progress.rules import Line
from bot.revisions.risk import AtRisk
from bot.revisions.rules import Facts

NOT_EXPECTED: Literal["not expected"] = "not expected"
Mark = Literal["accepted", "in review", "handed in", "missed", "excused", "not expected", "open", "not begun"]
MARKS: tuple[Mark, ...] = (
    "accepted", "in review", "handed in", "missed", "excused", NOT_EXPECTED, "open", "not begun",
)  # fmt: skip
Sign = Mark | Literal["late", "at risk"]
OVERVIEW = 0  # the page before those with names: everybody on one picture
PAGE = 60  # rows of one picture; with more, a name is smaller than a reader's phone can show


def by_name(member: Member) -> tuple[list[tuple[int, str]], int]:
    """What brings people into the order in which one looks for a name: number 2 before number 10."""
    parts = re.split(r"(\d+)", member.name.casefold())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts], member.id


def mark(line: Line) -> Mark:
    """Where a deliverable is for a student, in one of a few words."""
    if line.state == "ahead":
        return "not begun"
    if line.state in ("open", "excused", "missed", "not expected", "handed in", "accepted"):
        return line.state
    return "in review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One deliverable of one student."""

    line: Line
    allowed: Allowance | None
    facts: Facts | None

    @property
    def mark(self) -> Mark:
        """Where it is, in one of a few words."""
        return mark(self.line)

    @property
    def state(self) -> str:
        """The same in full."""
        return self.line.state


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One student and their work by deliverable; `is_present` unless they were withdrawn."""

    member: Member
    is_present: bool
    cells: Mapping[str, Cell]
    handed_in_at: Mapping[str, datetime]
    """When each piece of work first came."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """A cohort at one instant: everybody's work, and how reviews and mentors do; `week` if only one was asked about.

    `covered` is how much work was covered by its promised hour, and how much was promised; `requests` how many wait for
    more time to be granted.
    """

    running: Running
    now: datetime
    week: int | None
    everybody: Sequence[Row]
    at_risk: Sequence[AtRisk]
    covered: tuple[int, int]
    turnaround: Turn
    overdue: Sequence[tuple[Member, int]]
    requests: int

    @cached_property
    def deliverables(self) -> Sequence[Deliverable]:
        """What the report is about: all that has begun, or what one week asks for."""
        return [item for item in self.running.course.deliverables if self._is_asked(item)]

    def _is_asked(self, item: Deliverable) -> bool:
        if self.week is not None:
            return item.week == self.week
        return item.week <= self.running.begun(self.now)

    @cached_property
    def has_fallen_due(self) -> bool:
        """Whether anything of what the report is about was due for everybody by now."""
        return self.running.has_passed(self.first.deadline, self.now)

    @property
    def first(self) -> WeekTimes:
        """The first week that the report is about."""
        return self.running.week(self.week or 1)

    @cached_property
    def rows(self) -> Sequence[Row]:
        """The students of now, by name."""
        return sorted((row for row in self.everybody if row.is_present), key=lambda row: by_name(row.member))

    @property
    def pages(self) -> int:
        """How many pictures show everybody."""
        return max(1, -(-len(self.rows) // PAGE))

    @property
    def opening(self) -> int:
        """The picture that is shown first: everybody at once where names take several."""
        return OVERVIEW if self.pages > 1 else 1

    def nearest(self, number: int) -> int:
        """The picture of that number, or the nearest that there is by now."""
        return min(max(number, self.opening), self.pages)

    def page(self, number: int) -> Sequence[Row]:
        """The rows of one picture, counted from 1."""
        return self.rows[(number - 1) * PAGE : number * PAGE]

    def missing(self, row: Row) -> Sequence[Deliverable]:
        """What was due for a student and is not there."""
        return [item for item in self.deliverables if row.cells[item.key].mark == "missed"]

    def has_nothing(self, row: Row) -> bool:
        """Whether work was due for a student and none has come."""
        return bool(self.missing(row)) and all(
            row.cells[item.key].facts is None for item in self.deliverables
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekFigures:
    """One week's deliverables over all students: pieces of work that were due or came, and how they came."""

    due: int
    handed_in: int
    late: int

    @property
    def missed(self) -> int:
        """How many were due and did not come."""
        return self.due - self.handed_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A week that is under way or about to begin."""

    week: Week
    times: WeekTimes
    due: Sequence[Deliverable]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a lead should know of a week; `before` are the figures of the week before, `since` when that one was told.

    `coming` and `breaks` are those that are on, or begin before the next letter.
    """

    since: datetime
    students: int
    figures: WeekFigures
    before: WeekFigures | None
    at_risk: Sequence[AtRisk]
    covered: tuple[int, int]
    turnaround: Turn
    overdue: Sequence[tuple[Member, int]]
    requests: int
    skipped: Sequence[tuple[str, str, str]]
    problems: Sequence[tuple[str, datetime]]
    coming: Sequence[Coming]
    breaks: Sequence[Break]
