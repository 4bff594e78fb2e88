"""A cohort that finished is forgotten in the end; its leads hear of it in time."""

from __future__ import annotations

from datetime import datetime

from bot import ledger
from bot.calendar import Owed
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Running
from bot.database import Tx, micros
from bot.ledger import Claimed
from bot.posts.desk_rules import Forgetting
from bot.posts.rounds import Composer
from bot.posts.rules import Content
from bot.privacy import erasing
from bot.privacy.rules import forgotten_on


def _forget(tx: Tx, running: Running, row: Claimed, now: datetime) -> None:
    """Forget the cohort's people, unless it goes on, keeps them, or has forgotten them."""
    on = _on(running)
    if on is not None and on <= now:
        erasing.forget(tx, running.cohort.id, now)


def _forgetting(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    """One letter for each lead; the row without a member owes them."""
    on = _on(running)
    if on is None or on <= now:
        return None
    if row.member_id is not None:
        return Forgetting(running=running, on=on)
    owed = [
        Owed(
            kind="forgetting",
            key=f"{row.key}.{micros(on)}.m{lead.id}",
            week=row.week,
            due_at=now,
            stale_at=on,
            member_id=lead.id,
        )
        for lead in cohorts.active(tx, running.cohort.id, "lead")
    ]
    ledger.owe(tx, running.cohort.id, owed)
    return None


def _on(running: Running) -> datetime | None:
    cohort = running.cohort
    if cohort.state != "finished" or cohort.forgotten_at is not None:
        return None
    return forgotten_on(cohort.finished_at, cohort.keep_days)


COMPOSERS: dict[str, Composer] = {"forget": _forget, "forgetting": _forgetting}
