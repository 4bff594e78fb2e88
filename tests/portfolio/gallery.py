"""A cohort whose students have accepted work, and shorthand for what they publish of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from bot.cohorts.rules import Here, Member
from bot.portfolio import service
from bot.portfolio.publishing import Receipt
from bot.portfolio.rules import Portfolio
from bot.portfolio.service import Portfolios
from bot.revisions import store as revisions
from bot.submissions import store as submissions
from tests.town import LEAD, Town

NOW = datetime(2026, 3, 12, 12, tzinfo=UTC)  # week 2
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORDS = "A paused database now costs a caller 800 ms and an honest answer."


class Gallery:
    """The portfolios of one cohort; addresses end in k1, k2, … in the order in which they are made."""

    def __init__(self, town: Town) -> None:
        numbers = count(1)
        self.town = town
        self.portfolios = Portfolios(town.database, lambda: f"k{next(numbers)}")

    async def here(self, user_id: int, now: datetime = NOW) -> Here:
        return await self.town.here(user_id, now)

    async def hand_in(self, user_id: int, key: str, now: datetime = NOW, *, version: str = "a") -> int:
        """Hand in a deliverable with all its evidence; the submission's id."""
        here = await self.here(user_id, now)
        deliverable = here.course.deliverable(key)
        links = {
            item.kind: f"https://git.example.org/s{user_id}/{key}/{item.kind}/{version}"
            for item in deliverable.evidence
        }
        receipt = await self.town.submissions.submit(here, deliverable, links, None, now)
        return receipt.revision.submission_id

    async def decide(
        self, submission_id: int, now: datetime = NOW, *, kind: str = "accepted", mentor: int | None = None
    ) -> None:
        """The newest revision is opened and decided about."""

        def write(tx):
            revision = submissions.latest_of(tx, submission_id)
            submissions.mark_opened(tx, revision.id, now)
            revisions.decide(
                tx, submission_id, kind=kind, revision_id=revision.id, mentor_id=mentor, words="", now=now
            )

        await self.town.database.write(write)

    async def accepted(self, user_id: int, *keys: str, now: datetime = NOW) -> int:
        """Work that is handed in and accepted; the id of the last of it."""
        submission_id = 0
        for position, key in enumerate(keys):
            submission_id = await self.hand_in(user_id, key, now + position * timedelta(minutes=1))
            await self.decide(submission_id, now + position * timedelta(minutes=1))
        return submission_id

    async def publish(self, user_id: int, key: str, words: str = WORDS, now: datetime = NOW) -> Receipt:
        here = await self.here(user_id, now)
        return await self.portfolios.publish(here, here.course.deliverable(key), words, now)

    async def published(self, user_id: int, *keys: str, now: datetime = NOW) -> None:
        """Work that is accepted and published."""
        await self.accepted(user_id, *keys, now=now)
        for key in keys:
            await self.publish(user_id, key, now=now)

    async def portfolio(self, user_id: int) -> Portfolio | None:
        """What pages and exports show."""
        here = await self.here(user_id)
        return await self.town.database.read(service.portfolio, here, await self.member(user_id))

    async def member(self, user_id: int) -> Member:
        found = (await self.here(user_id)).member
        assert found is not None
        return found

    async def withdraw(self, user_id: int, now: datetime = NOW) -> None:
        await self.town.cohorts.withdraw(await self.here(LEAD, now), user_id, "", now)


async def keys(gallery: Gallery, user_id: int) -> list[str]:
    """What pages show of somebody, in order."""
    found = await gallery.portfolio(user_id)
    return [] if found is None else [entry.deliverable.key for entry in found.entries]
