"""The mentor queue in a browser: what waits, in which order, why, who has it, and the evidence."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from bot.mentors import cards, visiting
from bot.mentors.service import LISTED, Mentors
from bot.web.rules import LINK_LASTS
from tests.house import button, buttons, opened, parts, said
from tests.mentors.conftest import NOW, OTHER, Desk
from tests.shown import assert_discord_holds, buttons_of, words_of
from tests.town import LEAD, MENTOR, Town
from tests.under_way import site_of
from tests.web.conftest import PLACE

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def desk(database):
    """Two mentors and sixty students, and a site that listens."""
    town = Town(database)
    await town.begin(60, mentor=True)
    await town.cohorts.enroll(await town.here(LEAD, NOW), OTHER, "Mentor Fern", "mentor", NOW)
    return Desk(town, Mentors(database))


async def queue(desk, query="", who=MENTOR, now=NOW):
    """The page, as it reads, and as it is."""
    street = site_of(desk.database, now)
    street.port = await street.site.listen()
    try:
        async with street.browser() as browser:
            found = await browser.comes_in(who, "queue")
            if query:
                found = await browser.get(f"/cohorts/1/queue?{query}")
            assert found.status == 200
            return " ".join(unescape(re.sub(r"<[^>]*>", " ", found.words)).split()), found.words
    finally:
        await street.site.close()


def items(html):
    """The places in the queue that a page shows, in its order."""
    return [int(number) for number in re.findall(r'id="item-(\d+)"', html)]


async def test_the_page_ranks_as_the_command_does_and_says_why(desk):
    second = await desk.uncovered(1, now=NOW - HOUR)
    first = await desk.signoff(2, now=NOW)
    said_, html = await queue(desk)
    board = await desk.mentors.queue(await desk.here(), NOW)
    assert items(html) == [first, second] == [line.item.id for line in board.lines]
    assert "2 pieces of work wait for a mentor, the gravest first. You hold none" in said_
    for line in board.lines:
        for why in line.why:
            assert why[1:] in said_
    assert "Place in line 1 of 2" in said_
    assert "by Student 2" in said_
    assert "use /queue in the cohort's channel" in said_
    for line in board.lines:
        assert f'<a href="/cohorts/1/students/{line.author.id}"><bdi>{line.author.name}</bdi></a>' in html


async def test_a_filter_keeps_each_ones_place_in_line(desk):
    await desk.signoff(2)
    uncovered = await desk.uncovered(1)
    said_, html = await queue(desk, "show=uncovered")
    assert items(html) == [uncovered]
    assert "Place in line 2 of 2" in said_
    assert 'queue?show=uncovered" aria-current="true">Reviews missing' in html
    said_, html = await queue(desk, "show=disagreement")
    assert items(html) == []
    assert "No work that divides its reviewers waits." in said_
    assert len(items((await queue(desk, "show=%27--"))[1])) == 2


async def test_it_says_who_holds_work_and_until_when(desk):
    item = await desk.uncovered(1)
    assert "Who has it nobody" in (await queue(desk))[0]
    await desk.mentors.take(await desk.here(), item, NOW)
    until = (await desk.mentors.queue(await desk.here(), NOW)).lines[0].item.until_at
    assert "Who has it you, until" in (await queue(desk))[0]
    assert [item] == items((await queue(desk, "show=mine"))[1])
    said_, html = await queue(desk, who=OTHER)
    assert "Who has it Mentor Moss , until" in said_
    assert until.astimezone((await desk.here()).cohort.zone).isoformat(timespec="minutes") in html
    assert "Who has it nobody" in (await queue(desk, now=NOW + DAY))[0]


async def test_it_says_for_whom_work_is_kept(desk):
    item = await desk.signoff(1)
    await desk.decide(item, "changes", NOW)
    again = NOW + HOUR
    submission_id = await desk.hand_in(1, "c1.1", again)
    await desk.settle(submission_id, again)
    assert "nobody; kept for Mentor Moss until" in (await queue(desk, now=again))[0]


async def test_links_are_shown_as_they_are_and_tell_nobody_where_they_were_followed(desk):
    await desk.uncovered(1, whole=False)
    said_, html = await queue(desk)
    line = (await desk.mentors.queue(await desk.here(), NOW)).lines[0]
    for evidence in line.deliverable.evidence:
        link = line.revision.links.get(evidence.kind)
        if link is not None:
            assert f'<a href="{link}" rel="noopener noreferrer nofollow">{link}</a>' in html
        elif evidence.required:
            assert f"{evidence.label}: missing" in said_


async def test_a_link_that_did_not_open_says_so(desk):
    await desk.uncovered(1)
    await desk.database.write(lambda tx: tx.run("UPDATE evidence SET state = 'dead'"))
    said_, _ = await queue(desk)
    assert said_.count("(this link did not open)") == len(desk.town.course.deliverable("w01").evidence)


async def test_fifty_to_a_page_and_never_an_empty_one(desk):
    found = [await desk.uncovered(number) for number in range(1, LISTED + 4)]
    said_, html = await queue(desk)
    assert items(html) == found[:LISTED]
    assert "1 to 50 51 to 53" in said_
    for page in ("2", "9"):
        said_, html = await queue(desk, f"show=all&page={page}")
        assert items(html) == found[LISTED:]
        assert "Place in line 53 of 53" in said_
    for page in ("0", "-1", "x", "1" * 30):
        assert items((await queue(desk, f"page={page}"))[1]) == found[:LISTED]


async def test_an_empty_queue_is_said_kindly(desk):
    assert "Nothing waits for a mentor." in (await queue(desk))[0]


# ---------------------------------------------------------------------------------------- the way in from Discord


async def test_the_card_has_the_button_where_there_are_pages_only(desk):
    here = await desk.here()
    for number in range(1, 13):
        await desk.uncovered(number)
    board = await desk.mentors.queue(await desk.here(LEAD), NOW, offset=5)
    assert "Open in the browser" not in buttons_of(cards.board(here, board))
    card = cards.board(here, board, has_pages=True)
    assert_discord_holds(card)
    assert buttons_of(card)["Open in the browser"][0] == "p:queue.browse:1"


def test_the_link_says_how_long_it_is_good_for():
    card = visiting.link("https://school.example/enter/abc")
    minutes = LINK_LASTS // timedelta(minutes=1)
    assert f"works once, for {minutes} minutes from now, and for you only" in words_of(card)


async def test_the_queue_opens_in_the_browser_also_after_a_restart(url):
    async with opened(url, pages=PLACE) as house:
        await house.start_cohort()
        shown = (await house.mentor.slash(house.channel, "queue")).response
        assert "queue.browse" in buttons(shown)
        await house.restart()
        pressed = await house.mentor.click(shown, custom_id=button(shown, "queue.browse"))
        assert "works once" in said(pressed)
        assert next(part["url"] for part in parts(pressed.response) if "url" in part).startswith(
            "http://127.0.0.1/enter/"
        )
        assert "Only the mentors and leads" in await house.pressed_by(
            house.student("Aster"), "p:queue.browse:1"
        )
        house.faults()
