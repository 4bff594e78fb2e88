"""What moves along with a calendar: open reviews with their ladder, promises, extended deadlines, and what is owed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import calendar, ledger, rescheduling
from bot.calendar import Owed
from bot.cohorts.rules import Running
from bot.database import Tx, instant, micros
from bot.planning import rules, store
from bot.planning.store import Extended, Promised
from bot.reviews import allocation, asking
from bot.reviews import store as reviews
from bot.reviews.round import Round
from bot.reviews.rules import Review
from bot.revisions import store as revisions
from bot.revisions.settling import settle

Shift = Callable[[datetime], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Along:
    """What moves along with a calendar: each with the hours that it has afterwards."""

    reviews: Sequence[tuple[Review, datetime, datetime | None]] = ()
    promises: Sequence[Promised] = ()
    extended: Sequence[Extended] = ()


def shift(before: Running, after: Running) -> Shift:
    """Where an instant of the old calendar is in the new one."""
    zone, old, new = before.cohort.zone, before.cohort.changes, after.cohort.changes
    return lambda moment: rules.moved(moment, old, new, zone)


def along(tx: Tx, before: Running, after: Running) -> Along:
    """What would move along; reviews that were asked for stay where they are when only the rhythm changes."""
    move, cohort_id = shift(before, after), before.cohort.id
    if before.cohort.changes.breaks == after.cohort.changes.breaks:
        return Along()
    due = [
        (review, move(review.due_at), None if review.lease_until is None else move(review.lease_until))
        for review in reviews.outstanding(tx, cohort_id)
    ]
    promises = [
        (item, replace(item, covered_by=move(item.covered_by), mentor_at=_maybe(move, item.mentor_at)))
        for item in store.promised(tx, cohort_id)
    ]
    extended = [(item, replace(item, until_at=move(item.until_at))) for item in store.extended(tx, cohort_id)]
    return Along(
        reviews=[item for item in due if item[1:] != (item[0].due_at, item[0].lease_until)],
        promises=[new for old, new in promises if new != old],
        extended=[new for old, new in extended if new != old],
    )


def _maybe(move: Shift, moment: datetime | None) -> datetime | None:
    return None if moment is None else move(moment)


def fell_due(tx: Tx, running: Running, since: datetime, now: datetime) -> list[datetime]:
    """Every instant between two at which something that is open came: nothing if only reminders and leases did.

    Those move no course by a week; where it moves, they count like all else.
    """
    cohort_id = running.cohort.id
    found = [item.at for item in rules.moments(running)]
    found += [review.due_at for review in reviews.outstanding(tx, cohort_id) if review.lease_until is None]
    for item in store.promised(tx, cohort_id):
        found += [item.covered_by] if item.mentor_at is None else [item.covered_by, item.mentor_at]
    found += [item.until_at for item in store.extended(tx, cohort_id)]
    if not any(since <= at <= now for at in found):
        return []
    found += [row.due_at for row in rescheduling.pending(tx, cohort_id, ["ladder", "lease"])]
    return sorted(at for at in found if since <= at <= now)


def move(tx: Tx, before: Running, after: Running, since: datetime, now: datetime) -> None:
    """Bring everything that is open, from an instant on, to where the new calendar has it."""
    follows = along(tx, before, after)
    _calendar(tx, before, after, since)
    _again(tx, after, now)
    if before.cohort.changes.breaks == after.cohort.changes.breaks:
        return
    for review, due_at, lease_until in follows.reviews:
        asking.put_due(tx, [review.id], due_at)
        if lease_until is not None:
            asking.lease(tx, review.id, lease_until)
    store.put_promised(tx, follows.promises)
    store.put_extended(tx, before.cohort.id, follows.extended)
    _ladder(tx, before, after, now)
    _leases(tx, before, after)
    _reminders(tx, before, after)
    _wake_ups(tx, after, [item.submission_id for item in follows.promises], since, now)


def _calendar(tx: Tx, before: Running, after: Running, since: datetime) -> None:
    """What a start had passed over does not come back: it was due before."""
    moves = {(item.kind, item.key) for item in calendar.occurrences(before.times) if item.due_at >= since}
    owed = [item for item in calendar.occurrences(after.times) if (item.kind, item.key) in moves]
    rescheduling.remake(tx, before.cohort.id, owed)


def _again(tx: Tx, after: Running, now: datetime) -> None:
    """What was reminded of before a break is reminded of once more before the deadline that comes after it."""
    cohort_id = after.cohort.id
    rows = [row for row in rescheduling.pending(tx, cohort_id, ["nudge"]) if calendar.AGAIN in row.key]
    rescheduling.unowe(tx, cohort_id, rows)
    again = calendar.reminders_again(after.times, after.cohort.changes, after.course.rhythm, after.clock)
    late = {row.key for row in rows if row.due_at < now}
    ledger.owe(tx, cohort_id, [row for row in again if row.due_at >= now or row.key in late])


def _ladder(tx: Tx, before: Running, after: Running, now: datetime) -> None:
    """Each step is named after the instant at which its reviews are due: where that moves, so does the name.

    A step that comes before a break stays before it. What was reminded of before is reminded of once more after it.
    """
    move, cohort_id = shift(before, after), before.cohort.id
    gone: list[Owed] = []
    again: list[Owed] = []
    rounds: set[tuple[str, datetime]] = set()
    for row in rescheduling.pending(tx, cohort_id, ["ladder"]):
        key, step, due = row.key.rsplit(".", 2)
        due_at = instant(int(due))
        moved, at = move(due_at), move(row.due_at)
        if moved != due_at:
            rounds.add((key, moved))
        if (moved, at) != (due_at, row.due_at):
            gone.append(row)
            again.append(replace(row, key=f"{key}.{step}.{micros(moved)}", due_at=at))
    rescheduling.unowe(tx, cohort_id, gone)
    ledger.owe(tx, cohort_id, again)
    for key, due_at in sorted(rounds):
        round_ = Round(tx=tx, running=after, deliverable=after.course.deliverable(key), now=now)
        steps = allocation.steps(round_, due_at)
        ledger.owe(tx, cohort_id, [step for step in steps if not rules.in_break(after, step.due_at)])


def _leases(tx: Tx, before: Running, after: Running) -> None:
    """Work that was taken up is given back so much later."""
    move, cohort_id = shift(before, after), before.cohort.id
    for row in rescheduling.pending(tx, cohort_id, ["lease"]):
        at = move(row.due_at)
        if at != row.due_at:
            rescheduling.unowe(tx, cohort_id, [row])
            key = f"{row.key.partition('.')[0]}.{micros(at)}"
            ledger.owe(tx, cohort_id, [replace(row, key=key, due_at=at)])


def _reminders(tx: Tx, before: Running, after: Running) -> None:
    """Reminders of single people's own deadlines come before those; their names end in the deadline."""
    move, cohort_id = shift(before, after), before.cohort.id
    for row in rescheduling.pending(tx, cohort_id, ["reminder"]):
        name, _, until = row.key.rpartition("/")
        if name and move(row.due_at) != row.due_at:
            rescheduling.unowe(tx, cohort_id, [row])
            key = f"{name}/{micros(move(instant(int(until))))}"
            stale_at = _maybe(move, row.stale_at)
            ledger.owe(tx, cohort_id, [replace(row, key=key, due_at=move(row.due_at), stale_at=stale_at)])


def _wake_ups(tx: Tx, after: Running, submission_ids: Sequence[int], since: datetime, now: datetime) -> None:
    """The work whose hours may have moved is looked at again when those come, and not before."""
    rows = [row for row in rescheduling.pending(tx, after.cohort.id, ["settle"]) if row.due_at >= since]
    rescheduling.unowe(tx, after.cohort.id, rows)
    waiting = {int(row.key.removeprefix("s").partition(".")[0]) for row in rows}
    for submission_id in sorted({*submission_ids, *waiting}):
        if not revisions.is_accepted(tx, submission_id):
            settle(tx, after, submission_id, now)
