"""Another rhythm for the weeks to come: read as it was typed, in an order that a week can have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time

from bot.calendar import Changes
from bot.cohorts import plans
from bot.cohorts.rules import Running
from bot.curriculum import Moment, Rhythm
from bot.curriculum.values import MINUTES_A_DAY, MINUTES_A_WEEK, WEEKDAYS
from bot.errors import CourseError

NAMES = ("kickoff", "nudge", "deadline", "retro", "reviews", "digest")


def with_changes(running: Running, changes: Changes) -> Running:
    """The same cohort on another calendar."""
    return Running(cohort=replace(running.cohort, calendar=plans.written(changes)), course=running.course)


def next_week(running: Running, rhythm: Rhythm, now: datetime) -> int | None:
    """The first week that has not begun and would not have with that rhythm; week 1 of a draft, None after the last."""
    if running.cohort.state == "draft":
        return 1
    for week in running.times:
        if week.kickoff > now:
            after = with_changes(running, _from_week(running, week.number, rhythm))
            if after.week(week.number).kickoff > now:
                return week.number
    return None


def of_now(running: Running, now: datetime) -> tuple[int, Rhythm]:
    """The first week that has not begun (the last one if all have), and its rhythm."""
    first = next((week.number for week in running.times if week.kickoff > now), len(running.times))
    number = 1 if running.cohort.state == "draft" else first
    return number, running.cohort.changes.rhythm(number, running.course.rhythm)


def _from_week(running: Running, number: int, rhythm: Rhythm) -> Changes:
    changes, usual = running.cohort.changes, running.course.rhythm
    kept = tuple((first, own) for first, own in changes.rhythms if first < number)
    before = kept[-1][1] if kept else usual
    added = () if rhythm == before else ((number, rhythm),)
    return replace(changes, rhythms=kept + added)


def changed(running: Running, rhythm: Rhythm, now: datetime) -> Changes:
    """The calendar with another rhythm from the first week on that has not begun; a refusal if it cannot be."""
    check(rhythm)
    number = next_week(running, rhythm, now)
    if number is None:
        raise CourseError(
            f"Every week of {running.cohort.name} has begun, so no other rhythm can hold any more. "
            "`/cohort break` moves what is still to come."
        )
    return _from_week(running, number, rhythm)


def parse(rhythm: Rhythm, wanted: Mapping[str, str | None]) -> Rhythm:
    """A rhythm with some moments set anew, as they were typed; a CourseError names the nearest right form."""
    given = {name: _parse(name, typed) for name, typed in wanted.items() if typed is not None}
    return rhythm.model_copy(update=given)


def _parse(name: str, typed: str) -> Moment:
    try:
        return Moment.parse(typed)
    except ValueError:
        near = _near(typed.lower())
        hint = f"Did you mean `{near}`?" if near else "It looks like `mon 09:00`."
        shown = " ".join(re.sub(r"[^\w\s.:-]", " ", typed).split())[:30]
        raise CourseError(f"I cannot read “{shown}” as the {name}: a weekday and a time. {hint}") from None


def _near(typed: str) -> str:
    day = next((word[:3] for word in re.findall(r"[a-z]{3,}", typed) if word[:3] in WEEKDAYS), None)
    clock = re.search(r"(\d{1,2})(?:[:.h ]?(\d{2}))?\s*([ap]m)?", typed)
    if day is None or clock is None:
        return ""
    hour, minute = int(clock[1]), int(clock[2] or 0)
    if clock[3]:
        hour = hour % 12 + (12 if clock[3] == "pm" else 0)
    try:
        return f"{day} {time(hour, minute):%H:%M}"
    except ValueError:
        return ""


def check(rhythm: Rhythm) -> None:
    """Refuse a rhythm that the course file could not have, with one that it could."""
    span = rhythm.deadline.minutes_after(rhythm.kickoff)
    if rhythm.nudge.minutes_after(rhythm.kickoff) < span:
        return
    at = (rhythm.deadline.minute_of_week - min(MINUTES_A_DAY, span // 2)) % MINUTES_A_WEEK
    day, minutes = divmod(at, MINUTES_A_DAY)
    near = f"{WEEKDAYS[day]} {minutes // 60:02}:{minutes % 60:02}"
    raise CourseError(
        f"In a week that begins {rhythm.kickoff}, the nudge ({rhythm.nudge}) must come before the deadline "
        f"({rhythm.deadline}). Set them together, such as `deadline: {rhythm.deadline} nudge: {near}`."
    )
