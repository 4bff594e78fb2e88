"""A cohort's own ladder: when reviews that do not come are reminded of, offered to others, and given to a mentor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache

from bot.calendar import WeekTimes
from bot.cohorts.rules import Cohort
from bot.curriculum import STEPS, Curriculum, Ladder, Step, disorder
from bot.errors import CourseError


def course_of(cohort: Cohort, course: Curriculum) -> Curriculum:
    """The course as a cohort runs it: with the cohort's own ladder, if it has one."""
    return course if cohort.ladder is None else _with_ladder(course, cohort.ladder)


@lru_cache(maxsize=64)  # it is asked for by every command of a cohort, and changes once in a while
def _with_ladder(course: Curriculum, ladder: str) -> Curriculum:
    # A copy keeps what its original has worked out already, the deliverables; no ladder is in them.
    review = course.review.model_copy(update={"ladder": Ladder.model_validate_json(ladder)})
    return course.model_copy(update={"review": review})


def changed(ladder: Ladder, wanted: Mapping[Step, int | None]) -> Ladder:
    """A ladder with some steps set anew; a CourseError if one is out of bounds or they are out of order."""
    hours: dict[Step, int] = {step: getattr(ladder, step) for step in STEPS}
    for step in STEPS:
        value = wanted.get(step)
        if value is None:
            continue
        least, most = Ladder.bounds(step)
        if not least <= value <= most:
            raise CourseError(
                f"`{step}` can be {least} to {most} hours, not {value}. `/cohort ladder` without options shows the "
                "ladder as it is."
            )
        hours[step] = value
    for (first, then), words in disorder(hours):
        raise CourseError(
            f"{words[0].upper()}{words[1:]}. Set `{first}` and `{then}` together, in one command."
        )
    return Ladder.model_validate(hours)


def differences(before: Ladder, after: Ladder) -> list[tuple[Step, int, int]]:
    """Each step that changes, with its hours before and after."""
    found: list[tuple[Step, int, int]] = []
    for step in STEPS:
        old, new = getattr(before, step), getattr(after, step)
        if old != new:
            found.append((step, old, new))
    return found


def instants(ladder: Ladder, week: WeekTimes) -> dict[Step, datetime]:
    """When each step of a week's own reviews comes; checking again has no instant, it counts from an answer."""
    due = week.reviews
    return {
        "nudge": due - timedelta(hours=ladder.nudge),
        "warn": due - timedelta(hours=ladder.warn),
        "expire": due + timedelta(hours=ladder.expire),
        "mentor": due + timedelta(hours=ladder.mentor),
        "covered": due + timedelta(hours=ladder.covered),
    }
