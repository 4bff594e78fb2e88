"""The page's door: only this machine, only this page, and every failure is a sentence."""

from __future__ import annotations

import aiohttp
import pytest_asyncio

from playground.__main__ import free_port
from playground.server import Server


@pytest_asyncio.fixture
async def server(plan, stage):
    port = free_port()
    stage.previews.port = port
    server = Server(stage, port=port)
    await server.start()
    yield server
    await server.close()


@pytest_asyncio.fixture
async def page(server):
    base = f"http://127.0.0.1:{server.port}"
    async with aiohttp.ClientSession(base, headers={"X-Playground-Key": server.key}) as session:
        yield session


async def test_the_page_and_its_parts_are_served_without_a_key(page, server):
    for path in ("/", "/page.css", "/page.js", "/panels.js", "/favicon.svg"):
        answer = await page.get(path, headers={"X-Playground-Key": ""})
        assert answer.status == 200
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert server.key not in await (await page.get("/")).text()


async def test_without_the_key_nothing_is_told_or_done(page, stage):
    start = stage.world.now()
    for call in (page.get("/api/state", headers={"X-Playground-Key": "guess"}),):
        assert (await call).status == 401
    answer = await page.post("/api/wind", json={"by": "week"}, headers={"X-Playground-Key": ""})
    assert answer.status == 401
    assert "terminal" in (await answer.json())["error"]
    assert stage.world.now() == start


async def test_another_site_is_turned_away(page):
    assert (await page.get("/", headers={"Host": "evil.example"})).status == 403
    answer = await page.post("/api/restart", json={}, headers={"Origin": "https://evil.example"})
    assert answer.status == 403


async def test_the_state_shows_everyone_and_what_one_person_may_see(page, stage):
    student, mentor = stage.world.of("student")[0], stage.world.of("mentor")[0]
    seen = await (await page.get("/api/state", params={"who": str(student.actor.id)})).json()
    assert [one["role"] for one in seen["people"]] == ["student"] * 10 + ["mentor", "lead"]
    assert [one["name"] for one in seen["channels"]] == ["cohort", "general"]
    seen = await (await page.get("/api/state", params={"who": str(mentor.actor.id)})).json()
    assert [one["name"] for one in seen["channels"]] == ["cohort", "general", "mentors"]


async def test_what_only_one_person_sees_is_unread_for_nobody_else(page, stage):
    aster, birch, *_ = stage.world.of("student")
    stage.open_doors()
    await aster.actor.slash(stage.world.cohort, "echo", words="only you")
    for person, reads in ((aster, True), (birch, False)):
        seen = await (await page.get("/api/state", params={"who": str(person.actor.id)})).json()
        assert bool(seen["channels"][0]["last"]) is reads


async def test_a_view_opens_may_be_framed_by_the_page_and_closes_when_nobody_looks(page, server, stage):
    person = stage.world.of("student")[0]
    where = {"who": str(person.actor.id), "channel": str(stage.world.cohort.id)}
    url = (await (await page.post("/api/open", json=where)).json())["url"]
    async with aiohttp.ClientSession() as outside:
        answer = await outside.get(url)
        assert f"frame-ancestors http://127.0.0.1:{server.port}" in answer.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in answer.headers
        assert "Laid over" in await (await outside.get(url.split("#")[0] + "preview.css")).text()
    assert (await (await page.get("/api/state", params=where)).json())["open"] is True
    for view in stage.previews.views.values():
        view.looked_at -= 60
    await stage.previews.tidy()
    assert (await (await page.get("/api/state", params=where)).json())["open"] is False


async def test_a_channel_that_is_closed_to_somebody_is_refused_kindly(page, stage):
    person = stage.world.of("student")[0]
    where = {"who": str(person.actor.id), "channel": str(stage.world.mentors.id)}
    answer = await page.post("/api/open", json=where)
    assert answer.status == 400
    assert "closed to this person" in (await answer.json())["error"]


async def test_winding_moves_the_clock_and_an_unknown_step_does_not(page, stage, hour):
    later = hour(1)
    assert (await page.post("/api/wind", json={"by": "hour"})).status == 200
    assert stage.world.now() == later
    assert (await page.post("/api/wind", json={"by": "century"})).status == 400
    assert (await page.post("/api/wind", data="not json")).status == 400
    assert stage.world.now() == later


async def test_the_bot_restarts_behind_open_views(page, stage):
    person = stage.world.of("student")[0]
    where = {"who": str(person.actor.id), "channel": str(stage.world.cohort.id)}
    await page.post("/api/open", json=where)
    before = stage.world.bot
    assert (await page.post("/api/restart", json={})).status == 200
    assert stage.world.bot is not before
    assert (await (await page.get("/api/state", params=where)).json())["open"] is True
