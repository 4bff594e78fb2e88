"""Who made-up people are and what they would do: decided by a seed, so that a rehearsal can be repeated."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.calendar import WeekTimes
from bot.curriculum import Deliverable, Rubric
from bot.reviews.rules import Point, PointKind, Severity

# What people do lands on quarters of an hour: as lifelike as needed, and many acts share an instant.
STEP = timedelta(minutes=15)

STRENGTHS = (
    "The failing case is shown before and after, so I could see the difference myself.",
    "The memo names what was rejected and what it would have cost. That made it easy to disagree with.",
    "Everything ran from the README on the first try, including the load script.",
    "The tests fail when the guard is removed. I checked by commenting it out.",
    "Clear names throughout; I found the boundary between transport and domain without asking.",
    "The numbers come with the machine and the command that made them.",
)
POINTS: tuple[tuple[PointKind, Severity, str, str], ...] = (
    (
        "defect",
        "high",
        "README, setup",
        "The second command needs an environment variable that is set nowhere.",
    ),
    (
        "defect",
        "medium",
        "error handling",
        "A body over the limit gives a 500; a 413 with the limit would help.",
    ),
    ("defect", "low", "tests, names", "Two tests share a name, so one of them never shows up in a report."),
    (
        "risk",
        "high",
        "timeouts",
        "No deadline on the outgoing call: one slow partner would hold every worker.",
    ),
    (
        "risk",
        "medium",
        "migration 2",
        "The index is built while the table is locked; on real data this is felt.",
    ),
    (
        "risk",
        "low",
        "dependencies",
        "Versions are open at the top, so next month's install may not be this one.",
    ),
    (
        "suggestion",
        "medium",
        "memo, page 1",
        "Begin with the decision; it comes in the fourth paragraph now.",
    ),
    ("suggestion", "low", "diagram", "A label on each arrow would say who calls whom and with what."),
    ("suggestion", "low", "load report", "Add p99 beside p95: the tail is where this design differs."),
)
RETAIN = (
    "Writing the failing test first. It kept the lab small.",
    "Measuring before changing anything.",
    "Asking for a second pair of eyes on Thursday instead of Sunday.",
)
IMPROVE = (
    "Start the memo on Wednesday, while I still remember why I chose what.",
    "Read the whole brief before I write the first line.",
    "Keep the load script in the repository from the first day.",
    "Stop polishing the README and push the work earlier.",
    "Ask when I am stuck for longer than half an hour.",
)
SCALE = (
    "The way we keep the decision log could serve every week.",
    "A shared template for measurements: machine, command, numbers.",
    "Reviewing in two passes: run it first, read it second.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A made-up student: how often they are late or leave work out, and how good their work is (0 to 1)."""

    user_id: int
    name: str
    handle: str
    skill: float = 0.6
    lateness: float = 0.05
    # People begin a course on their best behaviour: the first week in which they may be late.
    late_from: int = 1
    absence: float = 0.0
    reviews: float = 1.0
    revises: float = 0.3
    # From this instant on they wait for a hand to move them.
    until: datetime | None = None

    def dice(self, *what: object) -> random.Random:
        """The same die for the same question, whenever it is asked."""
        return random.Random("/".join(map(str, (self.handle, *what))))  # noqa: S311 - a story, not a secret


def submits_at(person: Person, deliverable: Deliverable, week: WeekTimes) -> datetime | None:
    """When a person hands in a deliverable, if at all."""
    dice = person.dice("submit", deliverable.key)
    if dice.random() < person.absence:
        return None
    if dice.random() < person.lateness and deliverable.week >= person.late_from:
        return _on_step(week.deadline + timedelta(hours=dice.uniform(3, 40)))
    span = (week.deadline - week.kickoff).total_seconds()
    return _on_step(week.kickoff + timedelta(seconds=span * dice.triangular(0.25, 0.995, 0.93)))


def reviews_at(person: Person, review_id: int, allocated_at: datetime, due_at: datetime) -> datetime | None:
    """When a person gives a review that was asked of them, if at all."""
    dice = person.dice("review", review_id)
    if dice.random() >= person.reviews:
        return None
    span = (due_at - allocated_at).total_seconds()
    return _on_step(allocated_at + timedelta(seconds=span * dice.triangular(0.05, 0.98, 0.4)))


def writes_retro_at(person: Person, week: WeekTimes) -> datetime | None:
    """When a person looks back on a week, if at all."""
    dice = person.dice("retro", week.number)
    if dice.random() > 0.75 - person.absence:
        return None
    return _on_step(week.retro + timedelta(hours=dice.uniform(0.5, 30)))


def links(person: Person, deliverable: Deliverable) -> dict[str, str]:
    """Links to work that was never written; now and then one of them is forgotten."""
    dice = person.dice("links", deliverable.key)
    place = deliverable.key.replace(".", "-")
    given = {
        item.kind: f"https://git.example.org/{person.handle}/boxoffice/{place}/{item.kind}"
        for item in deliverable.evidence
    }
    if len(given) > 1 and dice.random() > person.skill + 0.25:
        given.pop(deliverable.evidence[-1].kind)
    return given


def opinion(
    person: Person, review_id: int, rubric: Rubric, author_skill: float
) -> tuple[dict[str, int], str, list[Point]]:
    """What a person says about a piece of work: scores around what it deserves, a strength, some points."""
    dice = person.dice("opinion", review_id)
    scores = {
        item.key: max(
            1, min(len(item.levels), round(1 + (len(item.levels) - 1) * dice.gauss(author_skill, 0.17)))
        )
        for item in rubric.criteria
    }
    chosen: Sequence[tuple[PointKind, Severity, str, str]] = dice.sample(POINTS, dice.choice((1, 1, 2, 3)))
    points = [
        Point(kind=kind, severity=severity, place=place, body=body) for kind, severity, place, body in chosen
    ]
    return scores, dice.choice(STRENGTHS), points


def _on_step(moment: datetime) -> datetime:
    return (
        moment
        - timedelta(microseconds=moment.microsecond)
        - timedelta(seconds=moment.timestamp() % STEP.total_seconds() // 1)
    )
