"""Giving reviews another hour at which they are due, with the ladder that goes with it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot import ledger
from bot.cohorts.rules import Running
from bot.curriculum import Deliverable
from bot.database import Tx
from bot.reviews import asking
from bot.reviews.allocation import steps
from bot.reviews.round import Round
from bot.reviews.rules import Review


def move(
    tx: Tx,
    running: Running,
    deliverable: Deliverable,
    reviews: Collection[Review],
    due_at: datetime,
    now: datetime,
) -> int:
    """Let open reviews of one deliverable be due at another instant, and owe its ladder; how many were moved.

    What the ladder owes for the old instant finds nothing to do any more. Promises to the authors stay as they are.
    """
    moved = [review.id for review in reviews if review.is_open and review.due_at != due_at]
    if moved:
        asking.put_due(tx, moved, due_at)
        round_ = Round(tx=tx, running=running, deliverable=deliverable, now=now)
        ledger.owe(tx, running.cohort.id, steps(round_, due_at))
    return len(moved)
