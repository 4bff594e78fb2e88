"""The bot's own pages beside the playground: by the world's clock, and never in the middle of a deed."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest_asyncio

from bot.settings import PagesSettings
from playground.__main__ import any_port
from playground.term import begin


@pytest_asyncio.fixture
async def stage(database):
    port = any_port()
    stage = await begin(database, port=8797, pages=PagesSettings(port=port, url=f"http://127.0.0.1:{port}"))
    yield stage
    await stage.close()


async def link(stage) -> str:
    """What the lead is handed."""
    bot, lead = stage.world.bot, stage.world.lead.actor
    with stage.world.env.time_context():
        asker = await bot.site._asker_of(lead.id, stage.world.guild.id)
        here = await bot.cohorts.here(asker, stage.world.now(), cohort_id=1)
        return await bot.visits.link(here, "queue", stage.world.now())


def browser() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))


async def test_the_lead_reads_a_page_by_the_worlds_clock_and_after_a_restart(stage):
    async with browser() as tab:
        async with tab.get(await link(stage)) as answer:
            words = await answer.text()
            assert (answer.status, "Spring cohort" in words) == (200, True)
            page = answer.url
        assert "17 Mar" in words, "the playground's day, not the visitor's"
        waiting = await link(stage)
        await stage.restart()
        async with tab.get(page) as answer:
            assert answer.status == 200, "the cookie is as good as before"
        async with tab.get(waiting) as answer:
            assert answer.status == 200
        await stage.wind("day")
        async with tab.get(page) as answer:
            assert answer.status == 403, "a session ends by the same clock"


async def test_a_page_waits_for_the_deed_that_is_being_done_and_a_stop_waits_for_the_page(stage):
    async with browser() as tab:
        await stage.turn.acquire()
        reading = asyncio.create_task(tab.get(f"{stage.world.bot.pages_url}/p/nobody"))
        for _ in range(20):
            await asyncio.sleep(0)
        assert not reading.done()
        stopping = asyncio.create_task(stage.restart())
        await asyncio.sleep(0)
        assert not stopping.done()
        stage.turn.release()
        assert (await reading).status == 404
        await stopping
