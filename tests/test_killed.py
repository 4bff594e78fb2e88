"""The process dies at every instruction that matters, one after another: nothing is lost and nothing said twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import ledger
from bot.database import Database
from playground import shim
from tests.house import opened, words

LONG = timedelta(days=365)  # the bot's own look around stays out of the way: this test decides when it speaks


class Killed(BaseException):
    """The process is gone; no `except Exception` hears of it."""


class Mortal(Database):
    """A database whose process dies before or after a certain write."""

    life = float("inf")
    writes_it = False
    seen = 0

    async def write(self, fn, /, *args, **kwargs):
        self.seen += 1
        if self.seen == self.life and not self.writes_it:
            raise Killed
        result = await super().write(fn, *args, **kwargs)
        if self.seen == self.life:
            raise Killed
        return result


async def speak(house):
    """Let the bot say all that is due; False if it died of it."""

    async def all_of_it():
        while await house.bot.speaker.tick(house.env.now()):
            pass

    try:
        await shim.as_bot(house.env, all_of_it)
    except Killed:
        return False
    return True


async def one_deadline(house):
    """Three hand-ins, no kickoff said yet, and the deadline: a kickoff, a stale nudge, a pairing, its posts."""
    await house.start_cohort()
    house.bot.heartbeat.cancel()
    week = (await house.here(house.lead)).week(1)
    house.env.backend.advance_clock((week.deadline - house.env.now()).total_seconds() - 3600)
    for name in ("Aster", "Birch", "Cedar"):  # through the service: a command would nudge the tick
        here = await house.here(house.student(name))
        links = {"code": f"https://git.example.org/{name}/w1"}
        await house.bot.submissions.submit(here, here.course.deliverable("w01"), links, None, house.env.now())
    house.env.backend.advance_clock(3600)


async def comes_back(house):
    """Another process starts on the same database once the dead one's claims have run out."""
    await house.restart(down_for=ledger.LEASE + timedelta(seconds=1))
    house.bot.heartbeat.cancel()
    assert await speak(house)


def what_was_said(house):
    headings = [line for post in house.posts() for line in words(post).splitlines() if line.startswith("#")]
    return sorted(heading.split(" · ")[0].lstrip("# ") for heading in headings)


EVERYTHING = ["Reviews for Week 1", "Week 1"]


async def test_nobody_dies(url):
    async with opened(url, safety=LONG, kind=Mortal) as house:
        await one_deadline(house)
        house.databases[-1].seen = 0
        assert await speak(house)
        assert what_was_said(house) == EVERYTHING
        assert house.databases[-1].seen == WRITES


WRITES = 9  # of one deadline; each of them is a place to die, before it and after it


@pytest.mark.parametrize("writes_it", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("life", range(1, WRITES + 1))
async def test_a_death_at_a_write_loses_nothing_and_doubles_nothing(url, life, writes_it):
    async with opened(url, safety=LONG, kind=Mortal) as house:
        await one_deadline(house)
        mortal = house.databases[-1]
        mortal.seen, mortal.life, mortal.writes_it = 0, life, writes_it
        assert not await speak(house)
        await comes_back(house)
        assert what_was_said(house) == EVERYTHING


@pytest.mark.parametrize("sent", [1, 2])
async def test_a_death_after_discord_took_a_post_does_not_double_it(url, sent):
    async with opened(url, safety=LONG) as house:
        await one_deadline(house)
        taken = 0

        def dies(call):
            nonlocal taken
            if call.method == "POST" and call.path == f"/channels/{house.channel.id}/messages":
                taken += 1
                if taken == sent - 1:
                    shim.lossy(house.env, "POST", call.path, Killed())

        shim.listen(house.env, dies)
        if sent == 1:
            shim.lossy(house.env, "POST", f"/channels/{house.channel.id}/messages", Killed())
        assert not await speak(house)
        await comes_back(house)
        assert what_was_said(house) == EVERYTHING
