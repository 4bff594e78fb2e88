"""Looking whether links open, where the host of the bot allows it: after a hand-in, and when a portfolio asks."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import ledger
from bot.calendar import Owed
from bot.cohorts.service import running
from bot.database import Database, Row, Tx, maybe_instant, micros
from bot.reach import Found, Reach
from bot.submissions import rules, store
from bot.submissions.service import Receipt

AGAIN = timedelta(minutes=10)  # the same link is left in peace for so long: whoever mends one needs longer
MOST = 40  # links that one person has looked at in that time; ten hand-ins, or a portfolio's newest pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link as it was handed in, and when it was last looked at."""

    revision_id: int
    kind: str
    url: str
    checked_at: datetime | None

    def rests(self, now: datetime) -> bool:
        """Whether it was looked at a moment ago."""
        return self.checked_at is not None and now - self.checked_at < AGAIN


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
        links = await self._database.read(links_of, [revision.id])
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


def links_of(tx: Tx, revision_ids: Iterable[int]) -> list[Link]:
    """The links of some revisions, in that order."""
    return [
        Link(
            revision_id=revision_id,
            kind=row["kind"],
            url=row["url"],
            checked_at=maybe_instant(row["checked_at"]),
        )
        for revision_id in revision_ids
        for row in tx.all(
            "SELECT * FROM evidence WHERE revision_id = :id ORDER BY kind",
            id=revision_id,
        )
    ]


def _record(tx: Tx, looks: Sequence[tuple[Link, Found]], now: datetime) -> None:
    """Write down what was found, for exactly the links that were looked at."""
    touched: dict[int, Row] = {}
    for link, found in looks:
        if _note(tx, link, found, now):
            row = tx.one(
                "SELECT s.id, s.cohort_id, s.deliverable FROM submission s JOIN revision r ON r.submission_id = s.id "
                "WHERE r.id = :id",
                id=link.revision_id,
            )
            assert row is not None  # noqa: S101 - its evidence was just changed
            touched[row["id"]] = row
    for row in touched.values():
        _look_again(tx, row, now)


def _note(tx: Tx, link: Link, found: Found, now: datetime) -> bool:
    """Whether a link counts as evidence now and did not before, or no longer does.

    Where nobody can tell what is behind a link, what was found there earlier stands, with its date.
    """
    here = {"id": link.revision_id, "kind": link.kind, "url": link.url}
    where = "WHERE revision_id = :id AND kind = :kind AND url = :url"
    before = tx.one("SELECT state FROM evidence " + where, **here)  # noqa: S608 - made of constants
    if before is None:
        return False  # it was changed meanwhile
    if found.state == "unchecked":
        tx.run(
            "UPDATE evidence SET checked_at = :now " + where + " AND state = 'unchecked'",  # noqa: S608 - made of constants
            now=micros(now),
            **here,
        )
        return False
    tx.run(
        "UPDATE evidence SET state = :state, checked_at = :now " + where,  # noqa: S608 - made of constants
        state=found.state,
        now=micros(now),
        **here,
    )
    if found.commit is not None and found.committed_at is not None:
        tx.run(
            "UPDATE evidence SET commit_sha = :commit, committed_at = :at " + where,  # noqa: S608 - made of constants
            commit=found.commit,
            at=micros(found.committed_at),
            **here,
        )
    return _counts(before["state"]) != _counts(found.state)


def _counts(state: str) -> bool:
    return state not in ("dead", "private")


def _look_again(tx: Tx, work: Mapping[str, object], now: datetime) -> None:
    """What is missing of a piece of work may be different now."""
    found = running(tx, int(str(work["cohort_id"])))
    if found.cohort.state == "finished":
        return
    week = found.course.deliverable(str(work["deliverable"])).week
    told = Owed(kind="settle", key=f"s{work['id']}.{micros(now)}.looked", week=week, due_at=now)
    ledger.owe(tx, found.cohort.id, [told])
