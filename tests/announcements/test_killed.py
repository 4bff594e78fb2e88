"""The process dies at every write around an announcement: it is said once, and the next one is owed once."""

from __future__ import annotations

import pytest

from bot.announcements.rules import Rights
from bot.announcements.wording import Wanted
from playground import shim
from tests.house import opened, words
from tests.test_killed import LONG, Killed, Mortal, comes_back, speak

WRITES = 3  # to take it up, to compose it, and to write down that it was said


async def due(house):
    """A daily announcement whose time has come, and nothing else that is owed."""
    await house.start_cohort()
    house.bot.heartbeat.cancel()
    now, here = house.env.now(), await house.here(house.lead)
    rights = Rights(by_role=True, everyone=False)
    wanted = Wanted(when="2026-03-01 18:00", text="Tomorrow it begins", repeat="daily", mention="none")
    draft = (await house.bot.announcements.propose(here, wanted, rights, None, now)).announcement
    kept = await house.bot.announcements.keep(here, draft.id, draft.version, rights, now)
    house.env.backend.advance_clock((kept.announcement.plan.next_at - now).total_seconds())


async def as_it_should_be(house):
    said = [post for post in house.posts() if "Tomorrow it begins" in words(post)]
    rows = await house.bot.database.read(
        lambda tx: tx.all("SELECT key, state FROM occurrence WHERE kind = 'announcement' ORDER BY id")
    )
    assert len(said) == 1
    assert [(row["key"], row["state"]) for row in rows] == [
        ("a1.2026-03-01.2300", "sent"), ("a1.2026-03-02.2300", "due"),
    ]  # fmt: skip


async def test_nobody_dies(url):
    async with opened(url, safety=LONG, kind=Mortal) as house:
        await due(house)
        house.databases[-1].seen = 0
        assert await speak(house)
        assert house.databases[-1].seen == WRITES + 1  # the last one finds nothing more
        await as_it_should_be(house)


@pytest.mark.parametrize("writes_it", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("life", range(1, WRITES + 1))
async def test_a_death_at_a_write_loses_nothing_and_doubles_nothing(url, life, writes_it):
    async with opened(url, safety=LONG, kind=Mortal) as house:
        await due(house)
        mortal = house.databases[-1]
        mortal.seen, mortal.life, mortal.writes_it = 0, life, writes_it
        assert not await speak(house)
        await comes_back(house)
        await as_it_should_be(house)


async def test_a_death_after_discord_took_it_does_not_double_it(url):
    async with opened(url, safety=LONG) as house:
        await due(house)
        shim.lossy(house.env, "POST", f"/channels/{house.channel.id}/messages", Killed())
        assert not await speak(house)
        await comes_back(house)
        await as_it_should_be(house)
