"""The links of a portfolio, looked at when their owner asks for it or publishes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cohorts.rules import Here, Member
from bot.curriculum import Deliverable
from bot.database import Database, Tx
from bot.errors import CourseError
from bot.portfolio import store
from bot.portfolio.publishing import owner
from bot.portfolio.rules import Entry, Proof
from bot.portfolio.service import portfolio
from bot.submissions.evidence import Link, links_of
from bot.submissions.looking import Looking


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """The links of a portfolio as they are known now; `waiting` could not be looked at yet, because they are many."""

    proofs: Sequence[tuple[Deliverable, Proof]]
    looked: int
    waiting: int

    def those(self, *states: str) -> list[tuple[Deliverable, Proof]]:
        """Those that were found to be so."""
        return [item for item in self.proofs if item[1].state in states]


class Proofs:
    """Where a student has their portfolio's links looked at."""

    def __init__(self, database: Database, looking: Looking) -> None:
        self._database, self._looking = database, looking

    @property
    def is_on(self) -> bool:
        """Whether links are looked at here."""
        return self._looking.is_on

    async def due(self, here: Here, now: datetime) -> int:
        """How many links are not known freshly; a refusal where links are not looked at, or there are none."""
        _, links, entries = await self._database.read(_links, here, None)
        if not self.is_on:
            raise CourseError(
                "Whoever runs me has not switched on looking at links, so I open none. Open yours once in a private "
                "window: what you see there is what others see."
            )
        if not any(entry.proofs for entry in entries):
            raise CourseError(
                "There are no links to look at: nothing is in your portfolio yet. `/portfolio publish` puts accepted "
                "work there."
            )
        return sum(not link.rests(now) for link in links)

    async def look(self, here: Here, now: datetime, deliverable: str | None = None) -> Looked:
        """Look at the links of a portfolio, or of one piece in it, and say what is known of them then."""
        member, links, _ = await self._database.read(_links, here, deliverable)
        looked = await self._looking.look(member.id, links, now)
        _, _, entries = await self._database.read(_links, here, deliverable)
        known = [(entry.deliverable, proof) for entry in entries for proof in entry.proofs]
        due = sum(not link.rests(now) for link in links)
        return Looked(proofs=known, looked=looked, waiting=due - looked)


def _links(tx: Tx, here: Here, deliverable: str | None) -> tuple[Member, Sequence[Link], Sequence[Entry]]:
    """Whose portfolio it is; its links, those that were never or longest ago looked at first; and its work."""
    member, _ = owner(tx, here)
    found = portfolio(tx, here, member, revising=True)
    if found is None:
        return member, [], []
    entries = [entry for entry in found.entries if deliverable in (None, entry.deliverable.key)]
    revisions = {row["id"]: row["revision_id"] for row in store.entries(tx, found.id)}
    links = links_of(tx, [revisions[entry.id] for entry in entries])
    return member, sorted(links, key=_age), entries


def _age(link: Link) -> float:
    return 0.0 if link.checked_at is None else link.checked_at.timestamp()
