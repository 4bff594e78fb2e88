"""Pausing and finishing: a cohort's clock stands still, or its course is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot import ledger, rescheduling
from bot.calendar import Owed
from bot.cohorts import states
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Cohort, Here, Running
from bot.cohorts.service import running
from bot.database import Tx, micros
from bot.errors import CourseError
from bot.planning import moving, rules, store
from bot.reviews import store as reviews
from bot.revisions import store as revisions

KEEP_DAYS = 365  # long enough to write a reference from, short enough that nothing lies about for ever
KEEP_MOST = 3650
NOTICE = timedelta(days=7)  # leads hear so long before a finished cohort's people are forgotten

CALENDAR = ("kickoff", "nudge", "pairing", "retro", "digest")
ANNOUNCEMENT = "announcement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What finishing a cohort leaves undone."""

    running: Running
    unsaid: Sequence[Owed]
    waiting: int
    reviews: int
    has_events: bool


def note(tx: Tx, here: Here, action: str, now: datetime, **detail: Any) -> None:
    """Put what a lead does on the audit log."""
    cohorts.note(tx, here.cohort.id, action, now=now, actor_id=here.actor_id, **detail)


def refuse_unless_running(cohort: Cohort) -> None:
    """What is for a course that runs is refused to others."""
    if cohort.state == "running":
        return
    words = {
        "draft": "still a draft, and nothing is posted until `/cohort start`.",
        "paused": "paused already. `/cohort resume` lets it go on.",
        "finished": "finished already. `/cohort resume` opens it again.",
    }
    raise CourseError(f"{cohort.name} is {words[cohort.state]}")


def ahead(tx: Tx, cohort_id: int, now: datetime) -> list[Owed]:
    """What would be said next."""
    return [row for row in unsaid(tx, cohort_id) if row.due_at > now]


def unsaid(tx: Tx, cohort_id: int) -> list[Owed]:
    """What the calendar still owes, and what leads have written for later."""
    return rescheduling.pending(tx, cohort_id, [*CALENDAR, ANNOUNCEMENT])


def pause(tx: Tx, here: Here, reason: str, now: datetime) -> Running:
    """Stop the clock."""
    refuse_unless_running(cohorts.cohort(tx, here.cohort.id))
    states.set_state(tx, here.cohort.id, "paused", paused_at=now)
    note(tx, here, "cohort.paused", now, reason=reason)
    return running(tx, here.cohort.id)


def weeks_back(tx: Tx, before: Running, now: datetime) -> int:
    """By how many weeks a stopped course goes on later, so that nothing is past; 0 if nothing fell due."""
    due = moving.fell_due(tx, before, rules.stopped_at(before.cohort), now)
    return fewest_weeks(before, due, now)


def fewest_weeks(running: Running, due: Sequence[datetime], now: datetime) -> int:
    """The fewest whole weeks by which nothing of what fell due is past; 0 if nothing did.

    A break that was planned into the pause counts by itself.
    """
    if not due:
        return 0
    weeks = 1
    while _comes(running, min(due), weeks, now) <= now:
        weeks += 1
    return weeks


def _comes(running: Running, moment: datetime, weeks: int, now: datetime) -> datetime:
    """Where an instant is if a stopped course goes on so many weeks later."""
    after, _ = rules.applied(running, rules.GoOn(weeks=weeks), now)
    return rules.moved(moment, running.cohort.changes, after.cohort.changes, running.cohort.zone)


def refuse_forgotten(cohort: Cohort) -> None:
    """A cohort whose people were forgotten cannot go on."""
    if cohort.forgotten_at is not None:
        raise CourseError(
            f"What was known about the people of {cohort.name} has been forgotten, so it cannot go on. "
            "`/cohort create` makes a new cohort."
        )


def check_keep(keep_days: int) -> None:
    """Refuse a time that is none."""
    if not 0 <= keep_days <= KEEP_MOST:
        raise CourseError(
            f"`keep_days` can be 0 to {KEEP_MOST}, not {keep_days}; 0 keeps everything until somebody asks otherwise."
        )


def ending(tx: Tx, here: Here) -> Ending:
    """What finishing would leave undone."""
    before = running(tx, here.cohort.id)
    _refuse_to_finish(before.cohort)
    return Ending(
        running=before,
        unsaid=unsaid(tx, here.cohort.id),
        waiting=len(revisions.waiting(tx, here.cohort.id)),
        reviews=len(reviews.outstanding(tx, here.cohort.id)),
        has_events=bool(store.server_events(tx, here.cohort.id)),
    )


def _refuse_to_finish(cohort: Cohort) -> None:
    if cohort.state != "paused":
        refuse_unless_running(cohort)


def finish(tx: Tx, here: Here, keep_days: int, now: datetime) -> Running:
    """End a cohort."""
    cohort = cohorts.cohort(tx, here.cohort.id)
    _refuse_to_finish(cohort)
    states.set_state(
        tx, cohort.id, "finished", paused_at=cohort.paused_at, finished_at=now, keep_days=keep_days or None
    )
    if keep_days:
        until = now + timedelta(days=keep_days)
        keep_people(tx, cohort.id)
        ledger.owe(tx, cohort.id, _forgetting(cohort.id, until, len(here.times), now))
    note(tx, here, "cohort.finished", now, keep_days=keep_days)
    return running(tx, cohort.id)


def _forgetting(cohort_id: int, until: datetime, week: int, now: datetime) -> list[Owed]:
    """Leads hear of it in time, then it is done; a cohort that is finished again has another hour for it."""
    key = f"c{cohort_id}.{micros(until)}"
    told = Owed(kind="forgetting", key=key, week=week, due_at=max(until - NOTICE, now))
    return [told, Owed(kind="forget", key=key, week=week, due_at=until)]


def keep_people(tx: Tx, cohort_id: int) -> None:
    """Nobody is to be forgotten any more."""
    rescheduling.unowe(tx, cohort_id, rescheduling.pending(tx, cohort_id, ["forgetting", "forget"]))
