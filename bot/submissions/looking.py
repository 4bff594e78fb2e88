"""Looking whether links open, where the host of the bot allows it: after a hand-in, and when a portfolio asks."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot import ledger
from bot.calendar import Owed
from bot.cohorts.service import running
from bot.database import Database, Tx, micros
from bot.reach import Found, Reach
from bot.submissions import evidence, rules, store
from bot.submissions.evidence import AGAIN, Link
from bot.submissions.rules import Revision
from bot.submissions.service import Receipt

MOST = 40  # links that one person has looked at in that time; ten hand-ins, or a portfolio's newest pieces


class Looking:
    """Looks at links and writes down what was there; without a reach it looks at nothing."""

    def __init__(self, database: Database, reach: Reach | None) -> None:
        self._database, self._reach = database, reach
        self._looked: dict[int, deque[datetime]] = {}  # by member; a restart forgives

    @property
    def is_on(self) -> bool:
        """Whether links are looked at here."""
        return self._reach is not None

    async def after(self, receipt: Receipt, now: datetime) -> Receipt | None:
        """What a receipt says after its links were looked at; None if it says the same, or something newer."""
        if self._reach is None:
            return None
        revision = receipt.revision
        links = await self._database.read(evidence.links_of, [revision.id])
        await self.look(revision.member_id, links, now)
        seen = await self._database.read(store.revision, revision.id)
        if seen == revision or (seen.updated_at, seen.links) != (revision.updated_at, revision.links):
            return None
        return replace(
            receipt,
            revision=seen,
            missing=rules.missing(receipt.deliverable, seen.links, seen.dead),
        )

    async def look(self, member_id: int, links: Iterable[Link], now: datetime) -> int:
        """Look at a member's links that do not rest; how many were looked at, which may be fewer if there are many."""
        if self._reach is None:
            return 0
        due = [link for link in links if not link.rests(now)]
        due = due[: self._room(member_id, now)]
        self._looked.setdefault(member_id, deque()).extend([now] * len(due))
        found = await asyncio.gather(*(self._reach.look(link.url) for link in due))
        await self._database.write(_record, list(zip(due, found, strict=True)), now)
        return len(due)

    def _room(self, member_id: int, now: datetime) -> int:
        """How many links of a member may be looked at now."""
        for other, times in list(self._looked.items()):
            while times and now - times[0] >= AGAIN:
                times.popleft()
            if not times:
                del self._looked[other]
        return MOST - len(self._looked.get(member_id, ()))


def _record(tx: Tx, looks: Sequence[tuple[Link, Found]], now: datetime) -> None:
    """Write down what was found, for exactly the links that were looked at."""
    changed = [link.revision_id for link, found in looks if _note(tx, link, found, now)]
    for submission_id in {store.revision(tx, revision_id).submission_id for revision_id in changed}:
        _look_again(tx, store.latest_of(tx, submission_id), now)


def _note(tx: Tx, link: Link, found: Found, now: datetime) -> bool:
    """Whether a link counts as evidence now and did not before, or no longer does.

    Where nobody can tell what is behind a link, what was found there earlier stands, with its date.
    """
    before = evidence.state(tx, link)
    if before is None:
        return False  # it was changed meanwhile
    if found.state == "unchecked":
        evidence.mark_unknown(tx, link, now)
        return False
    evidence.mark(tx, link, found, now)
    return _counts(before) != _counts(found.state)


def _counts(state: str) -> bool:
    return state not in ("dead", "private")


def _look_again(tx: Tx, work: Revision, now: datetime) -> None:
    """What is missing of a piece of work may be different now."""
    found = running(tx, evidence.cohort_of(tx, work.submission_id))
    if found.cohort.state == "finished":
        return
    week = found.course.deliverable(work.deliverable).week
    told = Owed(kind="settle", key=f"s{work.submission_id}.{micros(now)}.looked", week=week, due_at=now)
    ledger.owe(tx, found.cohort.id, [told])
