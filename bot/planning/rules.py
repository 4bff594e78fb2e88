"""What a change of the calendar comes to: the moments that it moves, and where any instant is afterwards."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from bot.calendar import Break, Changes, instant, later, standing
from bot.cohorts.rules import Cohort, Running
from bot.curriculum import Rhythm
from bot.errors import CourseError
from bot.planning import rhythms
from bot.planning.rhythms import with_changes

LIVE_SPAN = timedelta(hours=1)  # Discord wants an end; people look in for about as long
LIVE_AT_ONCE = 20  # a server has a hundred events at most, and other cohorts have theirs
LONGEST_BREAK = 8  # weeks; who is away for longer pauses the course, and need not know for how long

Kind = Literal["kickoff", "nudge", "deadline", "retro", "reviews", "capstone reviews", "digest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBreak:
    """From a day on, everything comes some weeks later."""

    day: date
    weeks: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoBreak:
    """A break that has not begun is taken back."""

    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRhythm:
    """From the first week that has not begun on, the week has other moments."""

    rhythm: Rhythm


@dataclass(frozen=True, slots=True, kw_only=True)
class GoOn:
    """A stopped course goes on where it stopped, so many weeks later; with 0 weeks it keeps its dates."""

    weeks: int


Edit = TakeBreak | UndoBreak | SetRhythm | GoOn


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """A moment of a week: something that is said, or due."""

    kind: Kind
    week: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A moment that a change brings to another instant."""

    kind: Kind
    week: int
    before: datetime
    after: datetime


def moments(running: Running) -> Iterator[At]:
    """Every post and deadline of a course, week by week."""
    capstones = {item.week for item in running.course.deliverables if item.track == "capstone"}
    for week in running.times:
        number = week.number
        yield At(kind="kickoff", week=number, at=week.kickoff)
        yield At(kind="nudge", week=number, at=week.nudge)
        yield At(kind="deadline", week=number, at=week.deadline)
        yield At(kind="retro", week=number, at=week.retro)
        yield At(kind="reviews", week=number, at=week.reviews)
        if number in capstones:
            yield At(kind="capstone reviews", week=number, at=week.capstone_reviews)
        yield At(kind="digest", week=number, at=week.digest)


def moves(before: Running, after: Running) -> list[Move]:
    """Every moment that is another one afterwards, in the order in which they would have come."""
    found = [
        Move(kind=old.kind, week=old.week, before=old.at, after=new.at)
        for old, new in zip(moments(before), moments(after), strict=True)
        if old.at != new.at
    ]
    return sorted(found, key=lambda item: item.before)


def weeks_apart(found: Sequence[Move], zone: ZoneInfo) -> int | None:
    """By how many weeks all of these are later (or earlier, below 0); None if not all by the same."""
    if not found:
        return None
    days = found[0].after.astimezone(zone).date() - found[0].before.astimezone(zone).date()
    weeks, rest = divmod(days.days, 7)
    same = rest == 0 and all(later(move.before, weeks, zone) == move.after for move in found)
    return weeks if same else None


def overlaps(before: Running, after: Running) -> list[int]:
    """The weeks that would begin before the deadline of the week before, and do not now."""
    return sorted(_overlaps(after) - _overlaps(before))


def _overlaps(running: Running) -> set[int]:
    return {week.number for previous, week in pairwise(running.times) if week.kickoff < previous.deadline}


def under_way(running: Running, at: datetime) -> int | None:
    """The week whose kickoff is said and whose deadline is still to come, if there is one."""
    return next((week.number for week in running.times if week.kickoff < at <= week.deadline), None)


def moved(moment: datetime, before: Changes, after: Changes, zone: ZoneInfo) -> datetime:
    """Where an instant of one calendar is in another that has other breaks.

    Breaks that both begin with leave it alone; from the first that differs on, the old ones are taken off and the new
    ones put on.
    """
    same = 0
    for old, new in zip(before.breaks, after.breaks, strict=False):
        if old != new:
            break
        same += 1
    for pause in reversed(before.breaks[same:]):
        if moment >= later(pause.from_at, pause.weeks, zone):
            moment = later(moment, -pause.weeks, zone)
    for pause in after.breaks[same:]:
        if moment >= pause.from_at:
            moment = later(moment, pause.weeks, zone)
    return moment


def in_break(running: Running, moment: datetime) -> bool:
    """Whether an instant lies in a break."""
    found = standing(running.cohort.changes.breaks, running.cohort.zone)
    return any(begins <= moment < ends for begins, ends in found)


def applied(running: Running, edit: Edit, now: datetime) -> tuple[Running, datetime]:
    """The cohort with its calendar changed, and the instant from which on that matters; a refusal if it cannot be."""
    cohort, changes = running.cohort, running.cohort.changes
    if isinstance(edit, GoOn):
        since = stopped_at(cohort)
        pause = [Break(from_at=since, weeks=edit.weeks, reason="paused")] if edit.weeks else []
        stood = with_changes(running, replace(changes, pauses=(*changes.pauses, (since, now))))
        return _with_breaks(stood, (*changes.breaks, *pause)), since
    refuse_stopped(cohort)
    if isinstance(edit, TakeBreak):
        pause = _checked_break(running, edit, now)
        return _with_breaks(running, (*changes.breaks, pause)), pause.from_at
    if isinstance(edit, UndoBreak):
        found = _coming(running, edit.day, now)
        return _with_breaks(running, [item for item in changes.breaks if item != found]), found.from_at
    return with_changes(running, rhythms.changed(running, edit.rhythm, now)), now


def _with_breaks(running: Running, breaks: Sequence[Break]) -> Running:
    in_order = tuple(sorted(breaks, key=lambda pause: pause.from_at))
    return with_changes(running, replace(running.cohort.changes, breaks=in_order))


def refuse_stopped(cohort: Cohort) -> None:
    """The dates of a cohort that stands still stay as they are."""
    if cohort.state == "paused":
        raise CourseError(
            f"{cohort.name} is paused, and its clock stands still. `/cohort resume` lets it go on and offers to move "
            "its dates; change the calendar after that."
        )
    if cohort.state == "finished":
        raise CourseError(f"{cohort.name} is finished. `/cohort resume` opens it again.")


def begins(running: Running, pause: Break) -> date:
    """The day by the cohort's clock on which a break begins."""
    return pause.from_at.astimezone(running.cohort.zone).date()


def _checked_break(running: Running, edit: TakeBreak, now: datetime) -> Break:
    zone, today = running.cohort.zone, now.astimezone(running.cohort.zone).date()
    if not 1 <= edit.weeks <= LONGEST_BREAK:
        raise CourseError(
            f"A break has 1 to {LONGEST_BREAK} weeks, not {edit.weeks}. For longer, or if nobody knows for how long, "
            "there is `/cohort pause`."
        )
    if edit.day < today:
        raise CourseError(f"{edit.day} is past, and what was said stays said. A break begins today or later.")
    if any(begins(running, pause) == edit.day for pause in running.cohort.changes.breaks):
        raise CourseError(
            f"A break begins on {edit.day} already. To change it, take it back with "
            f"`/cohort break starts_on: {edit.day} undo: True` and give it again."
        )
    from_at = now if edit.day == today else instant(edit.day, time(0), zone)
    last = max(item.at for item in moments(running))
    if from_at > last:
        ends = last.astimezone(zone).date()
        raise CourseError(
            f"Nothing is planned on {edit.day} or later; the last of this course is on {ends}. Choose a day before."
        )
    return Break(from_at=from_at, weeks=edit.weeks, reason=edit.reason)


def coming(running: Running, now: datetime) -> list[Break]:
    """The breaks that have not begun."""
    return [pause for pause in running.cohort.changes.breaks if pause.from_at > now]


def _coming(running: Running, day: date, now: datetime) -> Break:
    found = next((pause for pause in running.cohort.changes.breaks if begins(running, pause) == day), None)
    if found is None:
        known = ", ".join(str(begins(running, pause)) for pause in coming(running, now))
        hint = f" These are still to come: {known}." if known else " None is still to come."
        raise CourseError(f"No break begins on {day}.{hint}")
    if found.from_at <= now:
        raise CourseError(
            f"The break of {day} has begun, and what it moved is announced. `/cohort rhythm` and `/announce schedule` "
            "help from here."
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A moment at which people come together, as the server's events show it."""

    key: str
    name: str
    words: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """A moment that stands among the server's events."""

    key: str
    event_id: int
    starts_at: datetime


def live(running: Running, now: datetime) -> list[Live]:
    """The next kickoffs and retros, as many as go into a server's events."""
    found = [
        Live(
            key=f"{item.kind}.w{item.week:02}",
            name=f"{running.cohort.name}: {item.kind} of week {item.week}",
            words=running.course.week(item.week).title,
            starts_at=item.at,
            ends_at=item.at + LIVE_SPAN,
        )
        for item in moments(running)
        if item.kind in ("kickoff", "retro") and item.at > now
    ]
    return sorted(found, key=lambda item: item.starts_at)[:LIVE_AT_ONCE]


def stopped_at(cohort: Cohort) -> datetime:
    """Since when a cohort that is paused or finished stands still; a refusal if it does not."""
    since = cohort.stopped_at
    if cohort.state not in ("paused", "finished") or since is None:
        todo = "`/cohort start` starts it." if cohort.state == "draft" else "There is nothing to resume."
        raise CourseError(
            f"{cohort.name} is {'a draft' if cohort.state == 'draft' else cohort.state}. {todo}"
        )
    return since


def mark(found: Sequence[Move], edit: Edit) -> str:
    """A few characters that tell one change from another, so that only what was shown is done."""
    said = [(move.kind, move.week, move.before, move.after) for move in found]
    return f"{zlib.crc32(repr((said, edit)).encode()):08x}"
