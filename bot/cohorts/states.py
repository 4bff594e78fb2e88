"""A cohort's calendar as it changes, and whether it runs, stands still or is over."""

from __future__ import annotations

from datetime import datetime

from bot.cohorts.rules import State
from bot.database import Tx, micros


def set_calendar(tx: Tx, cohort_id: int, calendar: str | None) -> None:
    """Give a cohort a calendar of its own, as JSON; none follows the course file."""
    tx.run("UPDATE cohort SET calendar = :calendar WHERE id = :id", id=cohort_id, calendar=calendar)


def set_state(
    tx: Tx,
    cohort_id: int,
    state: State,
    *,
    paused_at: datetime | None = None,
    finished_at: datetime | None = None,
    keep_days: int | None = None,
) -> None:
    """Pause, finish or reopen a cohort; Conflict if another has moved into its channel meanwhile."""
    tx.run(
        "UPDATE cohort SET state = :state, paused_at = :paused_at, finished_at = :finished_at, "
        "keep_days = :keep_days WHERE id = :id",
        id=cohort_id,
        state=state,
        paused_at=None if paused_at is None else micros(paused_at),
        finished_at=None if finished_at is None else micros(finished_at),
        keep_days=keep_days,
    )
