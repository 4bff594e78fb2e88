"""Every page of the whole bot, opened by those whom it is not for: a page that is added is tried here by itself."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

import aiohttp
import pytest

from bot.app import Homeroom
from bot.database import micros
from bot.settings import PagesSettings
from bot.web import rules, store
from playground import shim
from tests import house
from tests.house import House

PAGES = PagesSettings(port=0, url="http://127.0.0.1")
CLOSED = (403, "This page opens by a link")


async def session(house: House, member, cohort_id: int = 1) -> str:
    """A session of somebody, however they came by it."""
    secret, now = secrets.token_urlsafe(), house.env.now()

    def begin(tx):
        row = tx.one("SELECT id FROM member WHERE user_id = :id", id=member.id)
        visit = store.add(tx, cohort_id, row["id"], "", now=now, link_until=now + timedelta(minutes=1))
        until = now + rules.SESSION_LASTS
        store.enter(tx, visit.id, micros(visit.made_at), rules.digest(secret), now=now, until_at=until)

    await house.bot.database.write(begin)
    return secret


class Visitor:
    def __init__(self, house: House, port: int) -> None:
        self.house, self.port = house, port

    async def get(self, path: str, secret: str = "") -> tuple[int, str]:
        cookies = {"homeroom": secret} if secret else {}
        address = f"http://127.0.0.1:{self.port}{path}"
        async with aiohttp.ClientSession(cookies=cookies) as browser, browser.get(address) as answer:
            return answer.status, await answer.text()


def paths(bot: Homeroom, cohort_id: int) -> list[str]:
    """Every private page, with numbers in its gaps that are somebody's or something's."""
    pages = [re.sub(r"\{[^}]*\}", "1", page.page) for page in bot.site.private_pages]
    return [rules.place(cohort_id) + (f"/{page}" if page else "") for page in pages]


@pytest.fixture
async def opened(url):
    async with house.opened(url, pages=PAGES) as made:
        await made.start_cohort()
        await made.lead.slash(made.channel, "roster sync")
        yield made, Visitor(made, await listen(made))


async def listen(made: House) -> int:
    """Serve the pages by the simulated clock."""
    with made.env.time_context():
        return await made.bot.site.listen()


async def test_no_page_of_a_cohort_opens_for_those_whom_it_is_not_for(opened):
    made, visitor = opened
    student, mentor, lead = made.student("Aster"), made.mentor, made.lead
    of_student, of_lead = await session(made, student), await session(made, lead)
    for path in paths(made.bot, 1):
        for secret in ("", "x" * 43, rules.digest(of_lead)):
            status, words = await visitor.get(path, secret)
            assert (status, CLOSED[1] in words) == (403, True), path
        status, words = await visitor.get(path, of_student)
        assert (status, "Only the mentors and leads of Spring" in words) == (403, True), path
    for page, path in zip(made.bot.site.private_pages, paths(made.bot, 1), strict=True):
        status, _ = await visitor.get(path, of_lead)
        assert status in (200, 404), path
        status, words = await visitor.get(path, await session(made, mentor))
        assert status in ((403,) if page.leads else (200, 404)), path


async def test_a_session_of_one_cohort_opens_no_other(opened):
    made, visitor = opened
    of_lead = await session(made, made.lead)
    for number in (2, 3, 10**17):
        for path in paths(made.bot, number):
            status, words = await visitor.get(path, of_lead)
            assert (status, CLOSED[1] in words) == (403, True), path


async def test_somebody_of_another_cohort_is_nobody_here(opened):
    made, visitor = opened
    of_lead = await session(made, made.lead)
    stranger = await made.bot.database.write(
        lambda tx: tx.one("INSERT INTO member (user_id, name) VALUES (5, 'Somebody else') RETURNING id")["id"]
    )
    tried = 0
    for page in made.bot.site.private_pages:
        for number in (str(stranger), "999999", "0", "9" * 30, "x", "%2e%2e"):
            path = rules.place(1) + "/" + re.sub(r"\{[^}]*\}", number, page.page)
            if "{" in page.page:
                tried += 1
                status, words = await visitor.get(path, of_lead)
                assert (status, "Somebody else" in words) == (404, False), path
    assert tried or not any("{" in page.page for page in made.bot.site.private_pages)


async def test_whoever_lost_the_role_or_left_is_out_at_the_next_page(opened):
    made, visitor = opened
    secret = await session(made, made.lead)
    assert (await visitor.get("/cohorts/1/leave"))[0] == 200
    for path in paths(made.bot, 1):
        assert (await visitor.get(path, secret))[0] in (200, 404), path
    made.env.backend.remove_member(made.world.guild.id, made.lead.id)
    await made.env.settle()
    for path in paths(made.bot, 1):
        status, words = await visitor.get(path, secret)
        assert (status, "not on this cohort&#39;s server any more" in words) == (403, True), path


async def test_whoever_loses_the_role_of_a_mentor_is_out_at_the_next_page(opened):
    made, visitor = opened
    secret = await session(made, made.mentor)
    assert (await visitor.get("/cohorts/1/queue", secret))[0] == 200
    await shim.give_roles(made.env, made.mentor)
    assert (await visitor.get("/cohorts/1/queue", secret))[0] == 403


async def test_discord_is_asked_about_whomever_the_bot_has_not_seen(opened):
    made, visitor = opened
    secret = await session(made, made.lead)
    guild = made.bot.get_guild(made.world.guild.id)
    guild._remove_member(guild.get_member(made.lead.id))
    assert (await visitor.get("/cohorts/1/queue", secret))[0] == 200
    shim.lossy(made.env, "GET", f"/guilds/{guild.id}/members/{made.lead.id}")
    status, words = await visitor.get("/cohorts/1/queue", secret)
    assert (status, "Try again in a minute" in words) == (503, True)
    guild.unavailable = True
    assert (await visitor.get("/cohorts/1/queue", secret))[0] == 503, "a server in trouble at Discord"
    guild.unavailable = False
    made.env.backend.remove_member(guild.id, made.lead.id)
    assert (await visitor.get("/cohorts/1/queue", secret))[0] == 403


async def test_before_the_bot_is_there_nobody_is_let_in_and_after_its_server_is_gone_neither(opened):
    made, visitor = opened
    secret = await session(made, made.lead)
    made.bot._ready.clear()
    assert (await visitor.get("/cohorts/1/queue", secret))[0] == 503
    made.bot._ready.set()
    made.bot._connection._guilds.clear()
    assert (await visitor.get("/cohorts/1/queue", secret))[0] == 403


async def test_the_links_still_open_after_a_restart(opened):
    made, visitor = opened
    here = await made.here(made.lead)
    link = await made.bot.visits.link(here, "", made.env.now())
    secret = await session(made, made.lead)
    await made.restart()
    visitor.port = await listen(made)
    status, _ = await visitor.get(link.removeprefix(PAGES.url))
    assert status in (200, 403), "it was led on, without a cookie of its own"
    assert (await visitor.get(link.removeprefix(PAGES.url)))[0] == 410
    for path in paths(made.bot, 1):
        assert (await visitor.get(path, secret))[0] in (200, 404), path


async def test_a_bot_without_a_port_has_no_pages(url):
    async with house.opened(url) as made:
        assert (made.bot.site, made.bot.visits, made.bot.pages_url) == (None, None, None)
