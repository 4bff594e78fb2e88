"""A link is handed to one person, opens once and soon, and leads to the page it was made for."""

from __future__ import annotations

import re
import string
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import memory
from bot.database import Database
from bot.errors import NotAllowed
from bot.web import rules
from bot.web.rules import NoEntry
from bot.web.visits import KEY, Visits
from tests.town import LEAD, MENTOR, Town, asker
from tests.web.conftest import NEIGHBOUR, NOW

STUDENT = 1


async def test_a_link_leads_to_its_page_and_stays_open(street):
    async with street.browser() as browser:
        seen = await browser.comes_in(MENTOR, "students/17")
        assert (seen.status, "Spring at 12:00 17" in seen.words) == (200, True)
        street.later(hours=11)
        assert (await browser.get("/cohorts/1/queue")).status == 200


async def test_a_link_works_once(street):
    link = await street.link(LEAD)
    async with street.browser() as first, street.browser() as second:
        assert (await first.get(link)).status == 303
        seen = await second.get(link)
        assert seen.status == 410
        assert "A link works once, for ten minutes" in seen.words
        assert "<code>/queue</code>" in seen.words
        assert "<code>/report</code>" in seen.words
        assert not second.cookies
        assert 'If this browser is signed in already: <a href="/cohorts/1">open the page</a>' in seen.words
        assert (await first.get("/cohorts/1")).status == 200, "whoever was first stays inside"


async def test_a_used_link_leads_whoever_is_signed_in_to_its_page_and_nobody_else(street):
    link = await street.link(MENTOR, "students/17")
    async with street.browser() as inside, street.browser() as outside:
        await inside.get(link, follow=True)
        again = await inside.get(link)
        page = re.search(r'signed in already: <a href="([^"]+)">', again.words)[1]
        assert page == "/cohorts/1/students/17"
        assert (await inside.get(page)).status == 200
        assert (await outside.get(page)).status == 403
        unknown = await outside.get("/enter/nothing")
        assert (unknown.status, "signed in already" in unknown.words) == (403, False)


async def test_a_link_that_was_left_lying_opens_nothing(street):
    link = await street.link(LEAD)
    street.later(minutes=10)
    async with street.browser() as browser:
        assert (await browser.get(link)).status == 410
    link = await street.link(LEAD)
    street.later(minutes=9, seconds=59)
    async with street.browser() as browser:
        assert (await browser.get(link)).status == 303


async def test_who_asks_about_a_link_does_not_use_it_up(street):
    link = await street.link(LEAD)
    async with street.browser() as browser:
        assert (await browser.get(link, method="HEAD")).status == 204
        for header in ({"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}, {"X-Moz": "prefetch"}):
            assert (await browser.get(link, headers=header)).status == 503
        assert not browser.cookies
        assert (await browser.get(link)).status == 303


async def test_forged_cut_off_and_foreign_links_are_answered_alike(street, database):
    link = await street.link(LEAD)
    elsewhere = Visits(database, "http://127.0.0.1")
    await database.write(memory.remember, KEY, "another house's key")
    foreign = await elsewhere.link(await street.here(LEAD), "", street.now)
    async with street.browser() as browser:
        answers = [
            await browser.get(address)
            for address in (foreign, link[:-1], link + "x", "/enter/WzEsMV0", "/enter/...", "/enter/%00%ff")
        ]
    assert {seen.status for seen in answers} == {403}
    assert len({seen.words for seen in answers}) == 1
    assert "either gives you a new link" in answers[0].words


async def test_only_mentors_and_leads_are_handed_a_link(street):
    with pytest.raises(NotAllowed):
        await street.link(STUDENT)
    with pytest.raises(NotAllowed):
        await street.link(NEIGHBOUR)
    assert await street.visits_kept() == 0


async def test_an_administrator_whom_nobody_wrote_down_gets_in(street):
    street.people[77] = asker(77, name="Office", manages_guild=True)
    async with street.browser() as browser:
        assert (await browser.comes_in(77)).status == 200


async def test_two_processes_open_each_others_links(street, url):
    other = await Database.open(url)
    visits = Visits(other, "http://127.0.0.1")
    link = await visits.link(await street.here(LEAD), "queue", street.now)
    async with street.browser() as browser:
        assert (await browser.get(link)).location == "/cohorts/1/queue"
    await other.close()


async def test_an_old_link_is_not_the_link_of_whoever_has_its_number_now(street):
    old = await street.link(MENTOR)
    street.later(days=1, minutes=10)
    await street.town.posts.claim(street.now)
    new = await street.link(LEAD)
    assert await street.visits_kept() == 1, "the number was free again"
    assert old != new
    async with street.browser() as browser:
        assert (await browser.get(old)).status == 403
        assert (await browser.get(new)).status == 303


async def test_visits_are_forgotten_a_day_after_they_ended(street):
    async with street.browser() as browser:
        await browser.comes_in()
        await street.link(MENTOR)
        street.later(days=1, hours=11)
        await street.town.posts.claim(street.now)
        assert await street.visits_kept() == 1, "the session of twelve hours"
        street.later(hours=1)
        await street.town.posts.claim(street.now)
        assert await street.visits_kept() == 0


async def test_a_page_that_is_none_is_a_mistake_of_ours(street):
    for page in ("../p/x", "//evil.example", "queue/", "a b", "queue?x=1", "/queue"):
        with pytest.raises(ValueError, match="no page"):
            await street.link(LEAD, page)


@given(st.from_regex(rules._PAGE, fullmatch=True))
def test_wherever_a_link_leads_it_stays_with_its_cohort(page):
    path = rules.place(7, page)
    assert path == "/cohorts/7" or path.startswith("/cohorts/7/")
    assert "//" not in path
    assert ".." not in path


async def test_no_guess_opens_anything(database):
    town = Town(database)
    await town.begin(1)
    visits = Visits(database, "http://127.0.0.1")
    link = await visits.link(await town.cohorts.here(asker(LEAD, manages_guild=True), NOW), "", NOW)
    token = link.rsplit("/", 1)[1]
    # Its last letter is left alone: base64 spells the same bytes in four ways there.
    letters = string.ascii_letters + string.digits + "-_."

    @settings(max_examples=200, deadline=None)
    @given(st.one_of(
        st.text(max_size=200),
        st.text(letters, max_size=120),
        st.tuples(st.integers(0, len(token) - 2), st.sampled_from(letters)).map(
            lambda change: token[: change[0]] + change[1] + token[change[0] + 1 :]
        ),
    ))  # fmt: skip
    def guesses(guess: str) -> None:
        tried.append(guess)

    tried: list[str] = []
    guesses()
    for guess in tried:
        if guess != token:
            with pytest.raises(NoEntry) as refusal:
                await visits.enter(guess, NOW)
            assert refusal.value.place is None
    assert (await visits.enter(token, NOW + timedelta(minutes=1))).cohort_id == 1
