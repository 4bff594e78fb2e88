"""A cohort that runs, and the desk where more time is asked for and given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from bot.cohorts import allowances
from bot.database import Database
from bot.extensions.service import Extensions
from tests.town import LEAD, Town

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OTHER_LEAD = 1002


@dataclass
class Desk:
    """The services, and shorthand for what students and leads do about more time."""

    town: Town
    extensions: Extensions

    async def work(self, key: str = "w02"):
        return (await self.town.here(LEAD, await self.kickoff())).course.deliverable(key)

    async def kickoff(self, week: int = 2) -> datetime:
        return (await self.town.here(LEAD, START)).week(week).kickoff

    async def week(self, number: int = 2):
        return (await self.town.here(LEAD, START)).week(number)

    async def ask(self, student: int, now: datetime, *, key="w02", days=3, reason="My laptop broke."):
        here = await self.town.here(student, now)
        return await self.extensions.ask(here, here.course.deliverable(key), days, reason, now)

    async def extend(self, student: int, until: datetime, now: datetime, *, key="w02", by=LEAD, reason=""):
        here = await self.town.here(by, now)
        item = here.course.deliverable(key)
        seen = (await self.extensions.plan(here, student, item, until, now)).before
        return (await self.extensions.extend(here, student, item, until, reason, now, seen=seen)).given

    async def plan(self, student: int, until: datetime, now: datetime, *, key="w02", by=LEAD):
        here = await self.town.here(by, now)
        return await self.extensions.plan(here, student, here.course.deliverable(key), until, now)

    async def excuse(self, student: int, now: datetime, *, key="w02", by=LEAD, undo=False, reason=""):
        here = await self.town.here(by, now)
        item = here.course.deliverable(key)
        return await self.extensions.excuse(here, student, item, reason, undo=undo, now=now)

    async def allowed(self, student: int, now: datetime):
        here = await self.town.here(student, now)
        return await self.town.database.read(allowances.of_member, here.cohort.id, here.member.id)

    async def revision(self, student: int, now: datetime, key="w02"):
        here = await self.town.here(student, now)
        return await self.town.submissions.latest(here, here.course.deliverable(key))

    async def audit(self) -> list[str]:
        rows = await self.town.database.read(
            lambda tx: tx.all(
                "SELECT action FROM audit WHERE action LIKE 'extension.%' OR action LIKE 'excuse.%' ORDER BY id"
            )
        )
        return [row["action"] for row in rows]

    async def state(self, state: str, paused_at: datetime | None = None) -> None:
        """Pause or finish the cohort."""
        at = None if paused_at is None else int(paused_at.timestamp()) * 1_000_000
        await self.town.database.write(
            lambda tx: tx.run("UPDATE cohort SET state = :state, paused_at = :at", state=state, at=at)
        )


START = datetime.fromisoformat("2026-02-24T00:00:00+00:00")


@pytest.fixture
async def desk(database: Database) -> Desk:
    """Four students, a mentor and two leads."""
    town = Town(database)
    here = await town.begin(4, mentor=True)
    await town.cohorts.enroll(here, OTHER_LEAD, "Lead Larch", "lead", START)
    return Desk(town, Extensions(database))
