"""More time for a deliverable, and leaving one out: what may be asked for, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot import calendar
from bot.cohorts.rules import Cohort, Member, Running, parse_reason
from bot.curriculum import Deliverable
from bot.dates import named, parse_moment
from bot.errors import CourseError
from bot.submissions.rules import Missed

MOST_DAYS = 14  # by then the course is two deliverables further; who needs more should talk to a lead
ASKED_WITHIN = timedelta(
    days=7
)  # of the deadline; what is older is late work, and a lead may still `/extend` it
WAITING_A_PAGE = (
    6  # each is a text with a button beside it: three components of the forty that a message holds
)
Answer = Literal["granted", "declined", "withdrawn"]
# What a student hears: they have more time, may leave it out, or it is expected of them again.
Told = Literal["more", "excused", "again"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A student asks for more days; open until a lead answers, or the student takes it back."""

    id: int
    cohort_id: int
    member_id: int
    deliverable: str
    days: int
    reason: str
    asked_at: datetime
    answer: Answer | None
    answered_by: int | None
    answered_at: datetime | None
    words: str

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered yet."""
        return self.answered_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as a lead decides about it: until when it would be, and where the student stands.

    `extensions`: for how many deliverables they were given more time so far. `by`: who answered it, if somebody did.
    """

    running: Running
    request: Request
    member: Member
    deliverable: Deliverable
    before: datetime
    until: datetime
    handed_in: bool
    lately: Missed
    extensions: int
    by: Member | None
    is_past: bool = False
    """Whether what was asked for is past by now, so that it can no longer be granted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """More time as a lead means it, and what follows: `before` is the student's own deadline so far.

    `reviews` of the deliverable that they owe get more time too, and are then due at `reviews_due`. `reminded_at` is
    when they are reminded of it; None if it comes too soon for that. `request` is theirs, which this answers.
    """

    member: Member
    deliverable: Deliverable
    until: datetime
    before: datetime
    handed_in_at: datetime | None
    was_late: bool
    reviews: int
    reviews_due: datetime
    reminded_at: datetime | None
    request: Request | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Excuse:
    """A student may leave a deliverable out, or may no longer."""

    member: Member
    deliverable: Deliverable
    undo: bool
    handed_in: bool
    deadline: datetime
    is_over: bool


def check_started(cohort: Cohort) -> None:
    """A CourseError for a cohort without deadlines: one that has not begun, or is over."""
    if cohort.state == "draft":
        raise CourseError(
            f"{cohort.name} has not been started yet, so nothing has a deadline. `/cohort start` sets it going."
        )
    if cohort.state == "finished":
        raise CourseError(
            f"{cohort.name} has finished, and nothing is due any more. `/cohort resume` opens it again."
        )


def check_running(cohort: Cohort) -> None:
    """A CourseError if nothing falls due in a cohort now, for somebody who would ask for more time."""
    words = {
        "draft": f"{cohort.name} has not been started yet. Once it runs, you can ask for more time.",
        "paused": (
            f"{cohort.name} is paused, and nothing falls due meanwhile. If you need more time when it goes on, ask "
            "again then."
        ),
        "finished": f"{cohort.name} is over, and nothing is due any more. `/progress` shows what you have done.",
    }
    if cohort.state in words:
        raise CourseError(words[cohort.state])


def later_by(moment: datetime, days: int, cohort: Cohort) -> datetime:
    """The same time of day some days later, by the cohort's clock."""
    local = moment.astimezone(cohort.zone)
    return calendar.instant(local.date() + timedelta(days=days), local.time(), cohort.zone)


def parse_until(text: str, running: Running, deliverable: Deliverable, now: datetime) -> datetime:
    """The new deadline that a lead means; a day without a time ends when the deliverable usually does."""
    zone = running.cohort.zone
    at = running.deadline(deliverable).astimezone(zone).time()
    until = parse_moment(text, now, zone, at=at).replace(microsecond=0)  # a button's key holds seconds
    check_until(until, running, deliverable, now)
    return until


def check_until(until: datetime, running: Running, deliverable: Deliverable, now: datetime) -> None:
    """A CourseError unless a new deadline is ahead, later than everybody's, and within the course."""
    usual, ends = running.deadline(deliverable), running.times[-1].ends
    if until <= now:
        raise CourseError(f"{_spelled(until, running.cohort)} is past by now. Give a later time.")
    if until <= usual:
        raise CourseError(
            f"{_spelled(until, running.cohort)} is no later than everybody's deadline for {deliverable.name}, "
            f"{_spelled(usual, running.cohort)}. Give a later time."
        )
    if until > ends:
        raise CourseError(
            f"{_spelled(until, running.cohort)} is after the end of the course, {_spelled(ends, running.cohort)}. "
            "Give an earlier time; with `/excuse` a deliverable may be left out."
        )


def _spelled(moment: datetime, cohort: Cohort) -> str:
    local = moment.astimezone(cohort.zone)
    return f"{named(local.date())}, {local:%H:%M}"


def parse_request(
    running: Running, deliverable: Deliverable, own: datetime, days: int, reason: str, now: datetime
) -> str:
    """The reason for which a student asks for more days; a CourseError if that many cannot be asked for now."""
    words = parse_reason(reason)
    if not words:
        raise CourseError("Say in a few words why you need more time, so that your leads can decide.")
    if not 1 <= days <= MOST_DAYS:
        raise CourseError(
            f"You can ask for 1 to {MOST_DAYS} days, not {days}. If you need longer, talk to a lead: they can give "
            "any date, or let you leave it out."
        )
    if now > own + ASKED_WITHIN:
        raise CourseError(
            f"{deliverable.name} was due {_spelled(own, running.cohort)}, more than {ASKED_WITHIN.days} days ago. Late "
            "work is still welcome and still gets its reviews: `/submit` hands it in."
        )
    until = later_by(own, days, running.cohort)
    if until <= now:
        least = next(
            (more for more in range(days, MOST_DAYS + 1) if later_by(own, more, running.cohort) > now), None
        )
        raise CourseError(
            f"It was due {_spelled(own, running.cohort)}, so that would be past already. Ask for {least} days or more."
        )
    if until > running.times[-1].ends:
        raise CourseError(
            f"That would be {_spelled(until, running.cohort)}, and the course ends "
            f"{_spelled(running.times[-1].ends, running.cohort)}. Ask for fewer days, or talk to a lead."
        )
    return words
