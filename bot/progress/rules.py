"""What state a deliverable is in for a student, and what that says in a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.calendar import WeekTimes
from bot.curriculum import Deliverable
from bot.revisions import rules as loop
from bot.revisions.rules import Facts
from bot.submissions.rules import Revision, completeness

# Ahead: its week has not begun. Open: its week runs. Missed: the deadline passed (late work is still welcome). From
# hand-in on, the states of the loop.
State = Literal["ahead", "open", "missed"] | loop.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One deliverable as one student stands with it."""

    deliverable: Deliverable
    deadline: datetime
    state: State
    late: bool
    revision: Revision | None
    completeness: float
    received: int
    asked: int
    to_answer: int


def line(
    deliverable: Deliverable, *, deadline: datetime, opens: datetime, facts: Facts | None, now: datetime
) -> Line:
    """Where a student stands with one deliverable; `facts` are there once it was handed in."""
    revision = None if facts is None else facts.revision
    return Line(
        deliverable=deliverable,
        deadline=deadline,
        state=_before(deadline, opens, now) if facts is None else loop.state(facts, now),
        late=revision is not None and revision.late,
        revision=revision,
        completeness=completeness(deliverable, revision),
        received=0 if facts is None else len(facts.sent),
        asked=0 if facts is None else sum(review.counts for review in facts.reviews),
        to_answer=0
        if facts is None or facts.accepted is not None
        else sum(found in ("to answer", "back") for _, _, found in loop.points(facts, now)),
    )


def _before(deadline: datetime, opens: datetime, now: datetime) -> State:
    return "ahead" if now < opens else "open" if now <= deadline else "missed"


def now_week(times: Sequence[WeekTimes], now: datetime) -> int:
    """The week that runs: 0 before the course, one more than its weeks after it."""
    return sum(week.kickoff <= now for week in times) + (now >= times[-1].ends)
