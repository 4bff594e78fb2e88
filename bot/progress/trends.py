"""How a student's work goes over the weeks: scores by criterion, points by week, and what comes in a row.

Scores are shares of the way from a rubric's lowest level (0) to its highest (1), so that rubrics with different levels
can stand side by side. Who gave a score is kept apart: peers, mentors, and the author about themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.reviews.rules import PointKind, Scores, Severity

Way = Literal["rising", "steady", "falling"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One criterion of one piece of work, as peers, mentors and its author see it."""

    deliverable: str
    place: str
    week: int
    peers: Scores | None
    mentors: Scores | None
    own: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionTrend:
    """One criterion of a rubric over the course, oldest work first; only work that has a score of somebody's."""

    rubric: str
    """The rubric's title."""
    criterion: str
    """The criterion's key."""
    title: str
    scored: Sequence[Scored]
    way: Way | None
    """Where peers' and mentors' scores go; None where they are too few to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricTrend:
    """All criteria of one rubric over the course."""

    rubric: str
    """The rubric's key."""
    title: str
    criteria: Sequence[CriterionTrend]


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsOfWeek:
    """What reviewers found in a week's work, of one student or of a cohort.

    `opened` are defects and risks by kind in reviews that came for that week's deliverables; `resolved` how many of
    those are settled by now, and `left` how many were not when their work was accepted; the rest is open.
    """

    week: int
    opened: Mapping[PointKind, int]
    resolved: Mapping[PointKind, int]
    left: int = 0

    @property
    def total(self) -> int:
        """How many defects and risks were found."""
        return sum(self.opened.values())

    @property
    def settled(self) -> int:
        """How many of them are settled by now."""
        return sum(self.resolved.values())

    @property
    def still_open(self) -> int:
        """How many of them wait for somebody."""
        return self.total - self.settled - self.left


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """A kind of point that keeps coming back, and in which weeks."""

    kind: PointKind
    severity: Severity
    weeks: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PointTrend:
    """Defects and risks by week, oldest first, for the weeks whose work was reviewed; and what repeats."""

    weeks: Sequence[PointsOfWeek]
    repeated: Sequence[Repeated]


@dataclass(frozen=True, slots=True, kw_only=True)
class Streak:
    """How many in a row up to now, and the most there ever were."""

    now: int
    longest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Streaks:
    """What a student does week after week: work on time, reviews on time, retros."""

    work: Streak
    reviews: Streak
    retros: Streak


@dataclass(frozen=True, slots=True, kw_only=True)
class Trends:
    """All of it about one student."""

    rubrics: Sequence[RubricTrend]
    points: PointTrend
    streaks: Streaks
