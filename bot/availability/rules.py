"""Absences and pairs that are kept apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot import calendar
from bot.cohorts.rules import Cohort, Here, Member, parse_reason
from bot.dates import named, parse_day
from bot.errors import CourseError

LONGEST = 60  # days; whoever is away for longer should talk to a lead about the course itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """When a member is away, up to but not including `until_at`; the reason is for leads and mentors."""

    member: Member
    from_at: datetime
    until_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """Two members who never review each other."""

    one: Member
    other: Member
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """An absence as it was typed and understood, before it is told."""

    day: date
    until_at: datetime
    reason: str


def end_of(day: date, cohort: Cohort) -> datetime:
    """When a day is over in the cohort's zone."""
    return calendar.instant(day + timedelta(days=1), time(0), cohort.zone)


def last_day(until_at: datetime, cohort: Cohort) -> date:
    """The last day of an absence that ends at this instant."""
    return (until_at - timedelta(microseconds=1)).astimezone(cohort.zone).date()


def parse_until(text: str, today: date) -> date:
    """The last day of an absence; a CourseError if it cannot be told for certain, or is past or too far away."""
    day = parse_day(text, today)
    if day < today:
        raise CourseError(f"{named(day)}, is past already. Give the last day that you are away.")
    if day > today + timedelta(days=LONGEST):
        raise CourseError(
            f"{named(day)}, is more than {LONGEST} days away. Give an earlier day; if you will be gone for longer, "
            "talk to a cohort lead."
        )
    return day


def leave(here: Here, until: str, reason: str | None, now: datetime) -> Leave:
    """What somebody typed about an absence; a CourseError if it cannot be."""
    day = parse_until(until, now.astimezone(here.cohort.zone).date())
    return Leave(day=day, until_at=end_of(day, here.cohort), reason=parse_reason(reason))


def traveller(here: Here) -> Member:
    """The member, if reviews are asked of them here; a refusal otherwise."""
    member = here.known()
    if not here.roles & {"student", "mentor"}:
        raise CourseError(
            f"No reviews are asked of you in {here.cohort.name}, so there is nothing to be away from. "
            "`/away` without options shows who is."
        )
    return member


def check_until(cohort: Cohort, day: date, now: datetime) -> datetime:
    """When a day that was agreed to ends; a CourseError if that is past or too far away by now."""
    today = now.astimezone(cohort.zone).date()
    if not today <= day <= today + timedelta(days=LONGEST):
        raise CourseError("That day is not ahead any more. Use `/away` again with a new one.")
    return end_of(day, cohort)


def check_pair(one: int, other: int) -> None:
    """Refuse a pair of one."""
    if one == other:
        raise CourseError("A pair takes two different people. Nobody is ever asked to review their own work.")
