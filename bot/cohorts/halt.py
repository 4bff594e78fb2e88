"""What a cohort that stands still keeps back: dates during a pause, and anything new once it is over."""

from __future__ import annotations

from datetime import datetime

from bot.cohorts.rules import Cohort
from bot.errors import CourseError

WHEN_IT_GOES_ON = "due when the course goes on"


def is_held(cohort: Cohort, due: datetime) -> bool:
    """Whether an instant falls into a pause, so that it has no date before the course goes on."""
    return cohort.state == "paused" and cohort.paused_at is not None and due >= cohort.paused_at


def refuse_when_over(cohort: Cohort, what: str) -> None:
    """Refuse what is no longer done in a cohort that has finished."""
    if cohort.state == "finished":
        raise CourseError(
            f"The course is over: {cohort.name} has finished, and {what}. `/feedback` and `/progress` show what there "
            "is to read; if something is missing there, ask a lead."
        )
