"""A running cohort with two leads, and shorthand for what they announce."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.announcements.rules import Rights
from bot.announcements.service import Announcements
from bot.announcements.wording import Wanted
from tests.town import LEAD, Town

NOW = datetime(2026, 3, 4, 17, tzinfo=UTC)  # a Wednesday, noon in New York
SECOND = 1002
NONE, ALL = Rights(by_role=False, everyone=False), Rights(by_role=False, everyone=True)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Desk(Town):
    """The town, with a second lead and the leads' desk."""

    async def set_up(self, students: int = 2, leads: int = 2) -> Desk:
        self.announcements = Announcements(self.database)
        here = await self.begin(students)
        if leads > 1:
            await self.cohorts.enroll(here, SECOND, "Lead Second", "lead", NOW - DAY)
        await self.tick(NOW)
        self.said.clear()
        return self

    async def draft(
        self,
        when="tomorrow 09:00",
        text="Hello",
        repeat="",
        mention="none",
        now=NOW,
        rights=NONE,
        by=LEAD,
        file=None,
    ):
        """A preview."""
        here = await self.here(by, now)
        wanted = Wanted(when=when, text=text, repeat=repeat, mention=mention)
        return await self.announcements.propose(here, wanted, rights, file, now)

    async def schedule(self, now=NOW, rights=NONE, by=LEAD, **what):
        """A preview that is kept."""
        preview = await self.draft(now=now, rights=rights, by=by, **what)
        kept = await self.announcements.keep(await self.here(by, now), *shown(preview), rights, now)
        return kept.announcement

    async def edit(self, item, now=NOW, rights=NONE, by=LEAD, file=None, **what):
        """A change that is kept."""
        here = await self.here(by, now)
        preview = await self.announcements.amend(here, item.id, Wanted(**what), rights, file, now)
        return (await self.announcements.keep(here, *shown(preview), rights, now)).announcement

    async def cancel(self, item, now=NOW, by=LEAD):
        return await self.announcements.cancel(await self.here(by, now), item.id, now)

    async def approve(self, item, now=NOW, by=SECOND):
        here = await self.here(by, now)
        return await self.announcements.approve(here, item.id, item.version, now)

    async def refuse(self, item, now=NOW, by=SECOND):
        here = await self.here(by, now)
        return await self.announcements.refuse(here, item.id, item.version, now)

    async def coming(self, now=NOW):
        return list(await self.announcements.coming(await self.here(LEAD, now)))

    async def heard(self, now):
        """What is announced by then, and the letters about it: who hears what."""
        said = await self.tick(now)
        return [
            (
                type(post.content).__name__,
                post.user_id,
                getattr(post.content, "reason", post.content.announcement.body),
            )
            for post in said
            if hasattr(post.content, "announcement")
        ]

    async def audit(self, prefix="announcement."):
        rows = await self.database.read(lambda tx: tx.all("SELECT action, detail FROM audit ORDER BY id"))
        return [
            (row["action"], json.loads(row["detail"])) for row in rows if row["action"].startswith(prefix)
        ]

    async def rows(self, kind="announcement"):
        rows = await self.database.read(
            lambda tx: tx.all(
                "SELECT key, state, last_error FROM occurrence WHERE kind = :kind ORDER BY id", kind=kind
            )
        )
        return [(row["key"], row["state"], row["last_error"]) for row in rows]


def shown(preview):
    """What the button of a preview is about."""
    return preview.announcement.id, preview.announcement.version


def at(day, hour, minute=0):
    """An instant in March 2026 by the cohort's clock."""
    return datetime(2026, 3, day, hour, minute, tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)
