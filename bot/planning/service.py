"""Changing a cohort's calendar: what a change comes to, and making exactly that change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.calendar import Break, Owed
from bot.cohorts import states
from bot.cohorts.rules import Here, Running, parse_reason
from bot.cohorts.service import running
from bot.curriculum import Rhythm
from bot.database import Conflict, Database, Tx
from bot.errors import CourseError
from bot.planning import moving, rhythms, rules, stopping, store
from bot.planning.moving import Along
from bot.planning.rules import Edit, GoOn, Move, ServerEvent, SetRhythm, TakeBreak, UndoBreak
from bot.planning.stopping import Ending


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a change of the calendar comes to; `mark` tells it from every other."""

    edit: Edit
    before: Running
    after: Running
    moves: Sequence[Move]
    overlaps: Sequence[int]
    under_way: int | None
    along: Along
    has_events: bool

    @property
    def mark(self) -> str:
        """What the button of its card carries; how many reviews move along may change while a lead reads it."""
        edit = self.edit
        return rules.mark(self.moves, replace(edit, reason="") if isinstance(edit, TakeBreak) else edit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A change that was made; or, if something is different from what was shown, what it would come to now."""

    preview: Preview
    is_done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A cohort that stands still, and the two ways to go on; `later` is None if nothing fell due meanwhile."""

    running: Running
    since: datetime
    missed: Sequence[Owed]
    later: Preview | None
    as_is: Preview


class Planning:
    """The desk where the calendar of a running course is changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def preview(self, here: Here, edit: Edit, now: datetime) -> Preview:
        """What a change comes to; a refusal if it cannot be made."""
        here.lead()
        return await self._database.read(_preview, here, _checked(edit), now)

    async def change(self, here: Here, edit: Edit, mark: str, now: datetime) -> Outcome:
        """Make a change that was shown; nothing happens if it comes to something else by now."""
        here.lead()
        try:
            return await self._database.write(_change, here, _checked(edit), mark, now)
        except Conflict:
            raise CourseError(
                f"Another cohort meets in <#{here.cohort.channel_id}> by now, and a channel belongs to one at a time. "
                "Finish that one first, or ask whoever runs it."
            ) from None

    async def breaks(self, here: Here) -> Sequence[Break]:
        """The breaks of a cohort, for its leads and mentors."""
        here.staff()
        return here.cohort.changes.breaks

    def rhythm(self, here: Here, wanted: Mapping[str, str | None], now: datetime) -> tuple[int, Rhythm]:
        """The first week that has not begun, and its rhythm with what was typed set anew."""
        here.lead()
        number, rhythm = rhythms.of_now(here, now)
        return number, rhythms.parse(rhythm, wanted)

    async def ahead(self, here: Here, now: datetime) -> Sequence[Owed]:
        """What would be said next, for a lead who is about to pause."""
        here.lead()
        stopping.refuse_unless_running(here.cohort)
        return await self._database.read(stopping.ahead, here.cohort.id, now)

    async def pause(self, here: Here, reason: str, now: datetime) -> Running:
        """Stop the clock: nothing is posted and no deadline falls due until the cohort goes on."""
        here.lead()
        return await self._database.write(stopping.pause, here, parse_reason(reason), now)

    async def stopped(self, here: Here, now: datetime) -> Stopped:
        """The ways in which a paused or finished cohort can go on."""
        here.lead()
        return await self._database.read(_stopped, here, now)

    async def ending(self, here: Here, keep_days: int, now: datetime) -> Ending:
        """What finishing would leave undone."""
        here.lead()
        stopping.check_keep(keep_days)
        return await self._database.read(stopping.ending, here)

    async def finish(self, here: Here, keep_days: int, now: datetime) -> Running:
        """End a cohort: nothing more is posted, its channel is free, and its people are forgotten in time."""
        here.lead()
        stopping.check_keep(keep_days)
        return await self._database.write(stopping.finish, here, keep_days, now)

    async def times_changed(self, here: Here) -> int:
        """How often the dates were changed, so that calendars know which file is newer."""
        here.known()
        return await self._database.read(store.times_changed, here.cohort.id)

    async def server_events(self, here: Here) -> Sequence[ServerEvent]:
        """The moments that stand among the server's events."""
        here.lead()
        return await self._database.read(store.server_events, here.cohort.id)

    async def put_server_event(self, here: Here, event: ServerEvent) -> None:
        """Remember that a moment stands among the server's events."""
        here.lead()
        await self._database.write(store.put_server_event, here.cohort.id, event)

    async def drop_server_event(self, here: Here, key: str) -> None:
        """Forget an event that somebody has deleted."""
        here.lead()
        await self._database.write(store.drop_server_event, here.cohort.id, key)

    async def note_server_events(self, here: Here, counts: Mapping[str, int], now: datetime) -> None:
        """Write down that a lead has put the calendar among the server's events."""
        here.lead()
        await self._database.write(stopping.note, here, "cohort.events", now, **counts)


def _checked(edit: Edit) -> Edit:
    return replace(edit, reason=parse_reason(edit.reason)) if isinstance(edit, TakeBreak) else edit


def _preview(tx: Tx, here: Here, edit: Edit, now: datetime) -> Preview:
    return _previewed(tx, running(tx, here.cohort.id), edit, now)


def _previewed(tx: Tx, before: Running, edit: Edit, now: datetime) -> Preview:
    after, since = rules.applied(before, edit, now)
    moves = rules.moves(before, after)
    if not moves and not isinstance(edit, GoOn):
        raise CourseError("The calendar is like that already. `/cohort calendar` shows it.")
    is_break = not isinstance(edit, SetRhythm)
    return Preview(
        edit=edit,
        before=before,
        after=after,
        moves=moves,
        overlaps=rules.overlaps(before, after),
        under_way=rules.under_way(before, since) if is_break and moves else None,
        along=moving.along(tx, before, after),
        has_events=bool(store.server_events(tx, before.cohort.id)),
    )


def _change(tx: Tx, here: Here, edit: Edit, mark: str, now: datetime) -> Outcome:
    before = running(tx, here.cohort.id)
    preview = _previewed(tx, before, edit, now)
    if isinstance(edit, GoOn):
        stopping.refuse_forgotten(before.cohort)
    if preview.mark != mark or (
        isinstance(edit, GoOn) and edit.weeks not in (0, stopping.weeks_back(tx, before, now))
    ):
        return Outcome(preview=preview, is_done=False)
    _, since = rules.applied(before, edit, now)
    states.set_calendar(tx, here.cohort.id, preview.after.cohort.calendar)
    has_dates_as_before = preview.after.cohort.changes.has_dates_of(before.cohort.changes)
    if not has_dates_as_before and before.cohort.state != "draft":
        moving.move(tx, before, preview.after, since, now)
    if isinstance(edit, GoOn):
        states.set_state(tx, here.cohort.id, "running")
        stopping.keep_people(tx, here.cohort.id)
    action, detail = _told(preview)
    stopping.note(tx, here, action, now, **detail)
    return Outcome(preview=preview, is_done=True)


def _told(preview: Preview) -> tuple[str, dict[str, Any]]:
    """A change as the audit log has it."""
    edit, moved = preview.edit, len(preview.moves)
    if isinstance(edit, TakeBreak):
        return "cohort.break", {
            "from": str(edit.day), "weeks": edit.weeks, "reason": edit.reason, "moved": moved,
        }  # fmt: skip
    if isinstance(edit, UndoBreak):
        return "cohort.break-undone", {"from": str(edit.day), "moved": moved}
    if isinstance(edit, SetRhythm):
        first = preview.moves[0].week
        old = preview.before.cohort.changes.rhythm(first, preview.before.course.rhythm)
        changes = {
            name: [str(getattr(old, name)), str(getattr(edit.rhythm, name))]
            for name in rhythms.NAMES
            if getattr(old, name) != getattr(edit.rhythm, name)
        }
        return "cohort.rhythm", {"from_week": first, "changes": changes, "moved": moved}
    action = "cohort.resumed" if preview.before.cohort.state == "paused" else "cohort.reopened"
    return action, {"weeks": edit.weeks, "moved": moved}


def _stopped(tx: Tx, here: Here, now: datetime) -> Stopped:
    before = running(tx, here.cohort.id)
    since = rules.stopped_at(before.cohort)
    stopping.refuse_forgotten(before.cohort)
    weeks = stopping.weeks_back(tx, before, now)
    return Stopped(
        running=before,
        since=since,
        missed=[row for row in stopping.unsaid(tx, here.cohort.id) if since <= row.due_at <= now],
        later=_previewed(tx, before, GoOn(weeks=weeks), now) if weeks else None,
        as_is=_previewed(tx, before, GoOn(weeks=0), now),
    )
