"""Who made-up people are and what they would do: decided by a seed, so that a rehearsal can be repeated."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.calendar import WeekTimes
from bot.curriculum import Deliverable, Rubric
from bot.revisions.rules import AnswerKind

# What people do lands on quarters of an hour: as lifelike as needed, and many acts share an instant.
STEP = timedelta(minutes=15)
# When mentors look at the queue on weekdays, in their cohort's zone: in the morning, after lunch, before they leave.
VISITS = (time(9, 30), time(13), time(16, 30))
FRIDAY = 5  # the last weekday, as the calendar counts them from Monday's 1
WORTH = 0.17  # how far from what work deserves reviewers score, as a share of the scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A made-up student or mentor: their habits as shares of the occasions, and how good their work is (0 to 1)."""

    user_id: int
    name: str
    handle: str
    is_mentor: bool = False
    skill: float = 0.6
    lateness: float = 0.05
    # People begin a course on their best behaviour: the first week in which they may be late.
    late_from: int = 1
    # Of the weeks in which they neither hand in nor review.
    absence: float = 0.0
    # Of the reviews asked of them, those that they give.
    reviews: float = 1.0
    # Of the deliverables that they have handed in early, those for which they take work up before the deadline.
    pulls: float = 0.15
    # Of the reviews that they took up, those that they forget until the lease is over.
    forgets: float = 0.1
    # Of the calls for volunteers, those that they follow.
    volunteers: float = 0.15
    # Of the reviews asked of them, those that they hand back.
    declines: float = 0.005
    # Of the points made to them, those that they fix; the others they explain or decline.
    revises: float = 0.6
    # Of the times that they look at answers again, those when they find something still open.
    strictness: float = 0.12
    # Of the reviews that they receive, those that they rate.
    rates: float = 0.1
    # From this instant on they wait for a hand to move them.
    until: datetime | None = None

    def dice(self, *what: object) -> random.Random:
        """The same die for the same question, whenever it is asked."""
        return random.Random("/".join(map(str, (self.handle, *what))))  # noqa: S311 - a story, not a secret

    def is_away(self, week: int) -> bool:
        """Whether they sit a week out: they hand nothing in and review nothing."""
        return self.dice("away", week).random() < self.absence


def submits_at(person: Person, deliverable: Deliverable, week: WeekTimes) -> datetime | None:
    """When a person hands in a deliverable, if at all."""
    if person.is_away(week.number):
        return None
    dice = person.dice("submit", deliverable.key)
    if dice.random() < person.lateness and deliverable.week >= person.late_from:
        return on_step(week.deadline + timedelta(hours=dice.uniform(3, 40)))
    span = (week.deadline - week.kickoff).total_seconds()
    return on_step(week.kickoff + timedelta(seconds=span * dice.triangular(0.25, 0.995, 0.93)))


def takes_at(
    person: Person, deliverable: Deliverable, handed_in: datetime, deadline: datetime
) -> datetime | None:
    """When a person takes up somebody's work before the deadline, if they do."""
    dice = person.dice("take", deliverable.key)
    if handed_in >= deadline or dice.random() >= person.pulls:
        return None
    return on_step(handed_in + (deadline - handed_in) * dice.uniform(0.1, 0.9))


def gives_at(person: Person, about: str, asked_at: datetime, due_at: datetime) -> datetime | None:
    """When a person gives a review that was asked of them, if at all; `about` is whose work on what."""
    dice = person.dice("review", about)
    if dice.random() >= person.reviews:
        return None
    span = (due_at - asked_at).total_seconds()
    return on_step(asked_at + timedelta(seconds=span * dice.triangular(0.05, 0.98, 0.4)))


def gives_taken_at(person: Person, about: str, taken_at: datetime, until: datetime) -> datetime | None:
    """When a person gives a review that they took up, if they do not forget it until the lease is over."""
    dice = person.dice("taken", about)
    if dice.random() < person.forgets:
        return None
    return on_step(taken_at + (until - taken_at) * dice.uniform(0.1, 0.8))


def writes_retro_at(person: Person, week: WeekTimes) -> datetime | None:
    """When a person looks back on a week, if at all."""
    dice = person.dice("retro", week.number)
    if person.is_away(week.number) or dice.random() > 0.75 - person.absence:
        return None
    return on_step(week.retro + timedelta(hours=dice.uniform(0.5, 30)))


def visits(person: Person, first: datetime, last: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """When a mentor looks at the queue."""
    day = first.astimezone(zone).date()
    while day <= last.astimezone(zone).date():
        if day.isoweekday() <= FRIDAY:
            for at in VISITS:
                minutes = person.dice("visit", day, at).choice((0, 15, 30, 45))
                moment = datetime.combine(day, at, zone) + timedelta(minutes=minutes)
                if first <= moment <= last:
                    yield moment
        day += timedelta(days=1)


def hours_later(person: Person, now: datetime, least: float, most: float, *what: object) -> datetime:
    """Some hours from now."""
    return on_step(now + timedelta(hours=person.dice("hours", *what).uniform(least, most))) + STEP


def answers(person: Person, *about: object) -> AnswerKind:
    """How a person answers a point."""
    dice = person.dice("answer", *about)
    if dice.random() < person.revises:
        return "fixed"
    return dice.choice(("explained", "explained", "declined"))


def links(person: Person, deliverable: Deliverable, *, everything: bool = False) -> dict[str, str]:
    """Links to work that was never written; now and then one of them is forgotten at first."""
    dice = person.dice("links", deliverable.key)
    place = deliverable.key.replace(".", "-")
    given = {
        item.kind: f"https://git.example.org/{person.handle}/boxoffice/{place}/{item.kind}"
        for item in deliverable.evidence
    }
    if len(given) > 1 and dice.random() > person.skill + 0.25 and not everything:
        given.pop(deliverable.evidence[-1].kind)
    return given


def scores(person: Person, about: str, rubric: Rubric, author_skill: float) -> dict[str, int]:
    """How a person scores a piece of work: around what it deserves."""
    dice = person.dice("scores", about)
    return {
        item.key: max(
            1, min(len(item.levels), round(1 + (len(item.levels) - 1) * dice.gauss(author_skill, WORTH)))
        )
        for item in rubric.criteria
    }


def on_step(moment: datetime) -> datetime:
    """The quarter of an hour that an instant lies in."""
    return (
        moment
        - timedelta(microseconds=moment.microsecond)
        - timedelta(seconds=moment.timestamp() % STEP.total_seconds() // 1)
    )
