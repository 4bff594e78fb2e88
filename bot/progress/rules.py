"""What state a deliverable is in for a student, and what that says in a word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.cohorts.rules import Allowance, Running
from bot.curriculum import Deliverable
from bot.revisions import rules as loop
from bot.revisions.risk import was_ahead
from bot.revisions.rules import Facts
from bot.submissions.rules import Revision, completeness, is_due

# Ahead: its week has not begun. Open: its week runs. Excused: it may be left out. Missed: the student's own deadline
# passed (late work is still welcome). Not expected: it had passed before they joined. From hand-in on, the
# states of the loop.
State = Literal["ahead", "open", "excused", "missed", "not expected"] | loop.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One deliverable as one student stands with it; `deadline` is their own, `extended` if they got more time."""

    deliverable: Deliverable
    deadline: datetime
    extended: bool
    state: State
    late: bool
    revision: Revision | None
    completeness: float
    received: int
    asked: int
    to_answer: int


def line(
    running: Running,
    deliverable: Deliverable,
    *,
    allowed: Allowance | None,
    facts: Facts | None,
    now: datetime,
    joined: datetime | None = None,
) -> Line:
    """Where a student stands with one deliverable; `facts` are there once it was handed in.

    `joined` is since when the course is theirs; left out, everything was always expected of them.
    """
    revision = None if facts is None else facts.revision
    deadline = running.deadline_for(deliverable, allowed)
    return Line(
        deliverable=deliverable,
        deadline=deadline,
        extended=deadline > running.deadline(deliverable),
        state=_before(running, deliverable, allowed, joined, now)
        if facts is None
        else loop.state(facts, now),
        late=revision is not None and revision.late,
        revision=revision,
        completeness=completeness(deliverable, revision),
        received=0 if facts is None else len(facts.sent),
        asked=0 if facts is None else sum(review.counts for review in facts.reviews),
        to_answer=0
        if facts is None or facts.accepted is not None
        else sum(found in ("to answer", "back") for _, _, found in loop.points(facts, now)),
    )


def _before(
    running: Running,
    deliverable: Deliverable,
    allowed: Allowance | None,
    joined: datetime | None,
    now: datetime,
) -> State:
    if allowed is not None and allowed.is_excused:
        return "excused"
    if running.begun(now) < deliverable.week:
        return "ahead"
    if not is_due(running, deliverable, allowed, now):
        return "open"
    is_theirs = joined is None or was_ahead(running, deliverable, allowed, joined)
    return "missed" if is_theirs else "not expected"


def lines(
    running: Running,
    facts: Mapping[str, Facts],
    allowed: Mapping[str, Allowance],
    joined: datetime,
    now: datetime,
) -> list[Line]:
    """Where a student stands with each deliverable of the course."""
    return [
        line(running, item, allowed=allowed.get(item.key), facts=facts.get(item.key), joined=joined, now=now)
        for item in running.course.deliverables
    ]


def now_week(running: Running, now: datetime) -> int:
    """The week that runs: 0 before the course, one more than its weeks once it is over."""
    return len(running.times) + 1 if running.is_over(now) else running.begun(now)
