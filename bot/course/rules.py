"""The course on a cohort's calendar, and its rhythm in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.calendar import WeekTimes
from bot.curriculum import Curriculum, Deliverable, Moment, Stage
from bot.errors import CourseError

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class NoCohortYet(CourseError):
    """There is no cohort here yet. Whoever manages this server can begin one with `/cohort create`."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class Group(Protocol):
    """Those who take the course together."""

    @property
    def id(self) -> int:
        """By which buttons name it."""
        ...

    @property
    def timezone(self) -> str:
        """The IANA name of the zone it lives by."""
        ...


class Timetable(Protocol):
    """A course with the instants at which one cohort takes it."""

    @property
    def cohort(self) -> Group:
        """Whose timetable it is."""
        ...

    @property
    def course(self) -> Curriculum:
        """The version of the course that they take."""
        ...

    def week(self, number: int) -> WeekTimes:
        """One week's moments."""
        ...

    def now_week(self, now: datetime) -> int | None:
        """The number of the week that runs now, if one does."""
        ...

    def own_deadline(self, deliverable: Deliverable) -> datetime:
        """When a deliverable is due for whoever looks."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The course as one person looks at it: with dates where there is a cohort, without where there is none."""

    course: Curriculum
    dates: Timetable | None

    @property
    def cohort_id(self) -> int:
        """The cohort as buttons name it; 0 for none."""
        return 0 if self.dates is None else self.dates.cohort.id

    @property
    def last(self) -> int:
        """The number of the last week."""
        return len(self.course.weeks)

    def position(self, now: datetime) -> int:
        """The week to show when none is named: this one, the first before the course, the last after it."""
        if self.dates is None or now < self.dates.week(1).kickoff:
            return 1
        return self.dates.now_week(now) or self.last

    def due(self, deliverable: Deliverable) -> datetime | None:
        """When a deliverable is due, where that is known."""
        return None if self.dates is None else self.dates.own_deadline(deliverable)

    def checked(self, number: int) -> int:
        """A week's number, or a refusal that says how many there are."""
        if not 1 <= number <= self.last:
            raise CourseError(
                f"{self.course.course.title} has {self.last} weeks, so there is no week {number}. "
                f"Try `/week number:` with 1 to {self.last}."
            )
        return number


def weeks_of(course: Curriculum, stage: Stage) -> tuple[int, int]:
    """A stage's first and last week; (0, 0) for one without any."""
    numbers = [week.number for week in course.weeks if week.stage == stage.key]
    return (min(numbers), max(numbers)) if numbers else (0, 0)


def capstone_work(course: Curriculum, week: int) -> list[Deliverable]:
    """What of a capstone is due in a week."""
    return [item for item in course.deliverables if item.week == week and item.track == "capstone"]


def clock(moment: Moment) -> str:
    """A moment of the week in words: `Monday 09:00`."""
    return f"{DAYS[moment.weekday]} {moment.at:%H:%M}"


def rhythm(course: Curriculum) -> list[str]:
    """The week in words, one sentence for each of its moments."""
    at, review = course.rhythm, course.review
    weekly = _reviews(course, review.weekly.days, review.weekly.reviewers, "weekly work")
    lines = [
        f"{clock(at.kickoff)}: the week begins with its kickoff",
        f"{clock(at.nudge)}: a private reminder, only for those who still owe work",
        f"{clock(at.deadline)}: work is due, and reviewers are paired",
        f"{clock(at.retro)}: time for the retro",
        weekly,
        f"{clock(at.digest)}: the week in numbers",
    ]
    if course.capstones:
        lines.append(_reviews(course, review.capstone.days, review.capstone.reviewers, "capstone work"))
    return lines


def _reviews(course: Curriculum, days: int | None, reviewers: int, work: str) -> str:
    """When reviews are due: at the rhythm's moment, unless the policy counts days from the deadline."""
    until = clock(course.rhythm.reviews) if days is None else f"{days} days after the deadline"
    return f"{until}: reviews of {work} are due, {reviewers} for each"
