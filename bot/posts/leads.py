"""What is said to the leads of a cohort about its week, to each privately."""

from __future__ import annotations

from datetime import datetime

from bot import ledger
from bot.calendar import Owed
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Running
from bot.database import Tx
from bot.ledger import Claimed
from bot.oversight.news import news
from bot.posts.desk_rules import LeadsDigest
from bot.posts.rounds import Composer
from bot.revisions.settling import settle_waiting


def owe_letters(tx: Tx, running: Running, row: Claimed, now: datetime) -> None:
    """With a week's digest each lead is owed a letter about the week, with names; the queue says the same of them."""
    settle_waiting(tx, running, now)
    ledger.owe(
        tx,
        running.cohort.id,
        [
            Owed(
                kind="leads",
                key=f"{row.key}.m{lead.id}",
                week=row.week,
                due_at=row.due_at,
                stale_at=row.stale_at,
                member_id=lead.id,
            )
            for lead in cohorts.active(tx, running.cohort.id, "lead")
        ],
    )


def still_leads(tx: Tx, row: Claimed) -> bool:
    """Whether whom a letter is for leads the cohort now: whoever leads no more is shown no names and no requests."""
    return row.member_id in {lead.id for lead in cohorts.active(tx, row.cohort_id, "lead")}


def _leads(tx: Tx, running: Running, row: Claimed, now: datetime) -> LeadsDigest:
    return LeadsDigest(
        running=running, week=running.course.week(row.week), news=news(tx, running, row.week, now)
    )


# What only leads may read: it is said to nobody who leads no more.
CONFIDENTIAL = frozenset({"leads", "request", "approval", "problem", "forgetting"})
COMPOSERS: dict[str, Composer] = {"leads": _leads}
