"""What state a deliverable is in for a student, and what that says in a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.calendar import WeekTimes
from bot.curriculum import Deliverable
from bot.reviews.rules import Review
from bot.submissions.rules import Revision, completeness

# Ahead: its week has not begun. Open: its week runs. Missed: the deadline passed (late work is still welcome).
State = Literal["ahead", "open", "missed", "handed in", "in review", "reviewed"]


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


def line(
    deliverable: Deliverable,
    *,
    deadline: datetime,
    opens: datetime,
    revision: Revision | None,
    reviews: Sequence[Review],
    now: datetime,
) -> Line:
    """Where a student stands with one deliverable."""
    received = sum(review.sent_at is not None for review in reviews)
    return Line(
        deliverable=deliverable,
        deadline=deadline,
        state=_state(revision, received, len(reviews), deadline, opens, now),
        late=revision is not None and revision.late,
        revision=revision,
        completeness=completeness(deliverable, revision),
        received=received,
        asked=len(reviews),
    )


def _state(
    revision: Revision | None, received: int, asked: int, deadline: datetime, opens: datetime, now: datetime
) -> State:
    if revision is None:
        return "ahead" if now < opens else "open" if now <= deadline else "missed"
    if not asked:
        return "handed in"
    return "reviewed" if received == asked else "in review"


def now_week(times: Sequence[WeekTimes], now: datetime) -> int:
    """The week that runs: 0 before the course, one more than its weeks after it."""
    return sum(week.kickoff <= now for week in times) + (now >= times[-1].ends)
