"""The pages for mentors and leads in a real browser: links that work once, phone and desk, day and night, axe-core."""

from __future__ import annotations

import asyncio

import pytest

from bot.web.rules import LINK_LASTS
from tests.browsing import (
    DESKTOP,
    PHONE,
    axe,
    browser,
    complaints,
    fits,
    keep,
    look,
    needs_axe,
    needs_chromium,
)
from tests.town import LEAD, MENTOR
from tests.under_way import NAMES, under_way

pytestmark = needs_chromium

PAGES = ("", "queue", "students/{student}", "students/{silent}")


@pytest.fixture
async def street():
    async with under_way() as made:
        yield made


async def page_of(street, page):
    """A page with the students that it names."""
    roster = await street.town.cohorts.roster(await street.here(LEAD))
    ids = {item.member.name: item.member.id for item in roster}
    return page.format(student=ids[NAMES[1]], silent=ids[NAMES[3]])


async def way_in(street, page="", who=LEAD):
    """The address that somebody is handed."""
    return street.address(await street.link(who, await page_of(street, page)))


async def driven(fn, tmp_path):
    """What a browser does, on a thread of its own: the site answers meanwhile."""

    def drive():
        with browser(tmp_path / "profile") as chrome:
            return fn(chrome)

    return await asyncio.to_thread(drive)


def heading(chrome):
    return chrome.find_element("css selector", "h1").text


async def test_a_lead_comes_in_looks_around_and_stays_signed_in(street, tmp_path):
    link = await way_in(street)
    student = street.address(f"/cohorts/1/{await page_of(street, PAGES[2])}")

    def visit(chrome):
        chrome.get(link)
        assert heading(chrome) == "How the cohort stands"
        assert "/enter/" not in chrome.current_url
        rows = chrome.find_elements("css selector", "table.map tbody tr")
        assert len(rows) == len(NAMES)
        chrome.find_element("link text", "At risk (2)").click()
        assert len(chrome.find_elements("css selector", "table.map tbody tr")) == 2
        chrome.find_element("css selector", "table.map tbody a").click()
        assert heading(chrome) in NAMES
        chrome.get(student)
        picture = chrome.find_element("css selector", "figure img")
        assert chrome.execute_script("return arguments[0].naturalWidth", picture) == 1200
        chrome.find_element("link text", "Mentor queue").click()
        assert heading(chrome) == "The mentor queue"
        assert chrome.execute_script("return document.scripts.length") == 0
        assert complaints(chrome) == []

    await driven(visit, tmp_path)


async def test_a_link_that_was_used_or_is_over_opens_nothing_in_another_browser(street, tmp_path):
    used, over = await way_in(street, who=MENTOR), await way_in(street, who=MENTOR)

    def first(chrome):
        chrome.get(used)
        assert heading(chrome) == "How the cohort stands"

    def second(chrome):
        found = []
        for link, name in ((used, "used"), (over, "over")):
            chrome.get(link)
            found.append(chrome.find_element("css selector", "main").text)
            for width in (PHONE, DESKTOP):
                look(chrome, width)
                keep(chrome, f"sorry-{name}-{width}")
                assert fits(chrome)
        assert not chrome.get_cookies()
        return found

    await driven(first, tmp_path / "one")
    street.now += LINK_LASTS
    for said in await driven(second, tmp_path / "other"):
        assert "Spring" not in said
        assert "/report" in said


async def test_no_page_scrolls_sideways(street, tmp_path):
    links = {page: await way_in(street, page) for page in PAGES}

    def visit(chrome):
        for page, link in links.items():
            chrome.get(link)
            for width in (PHONE, DESKTOP):
                look(chrome, width)
                keep(chrome, f"{page.split('/')[-1].strip('{}') or 'dashboard'}-{width}", whole=True)
                assert fits(chrome), (page, width)
            for region in chrome.find_elements("css selector", ".scroll"):
                assert region.get_attribute("aria-label")
                assert region.get_attribute("tabindex") == "0"

    await driven(visit, tmp_path)


async def test_a_phone_shows_whole_rows_and_a_desk_two_sections_beside_each_other(street, tmp_path):
    student, dashboard = await way_in(street, PAGES[2]), await way_in(street)

    def visit(chrome):
        look(chrome, PHONE)
        chrome.get(student)
        tables = chrome.find_elements("css selector", ".scroll:has(table.stack)")
        assert len(tables) > 1
        for table in tables:
            assert chrome.execute_script("return arguments[0].scrollWidth <= arguments[0].clientWidth", table)
        look(chrome, DESKTOP)
        chrome.get(dashboard)
        risk, waits = chrome.find_elements("css selector", ".panels > section")[:2]
        assert risk.rect["y"] == waits.rect["y"]
        assert risk.rect["x"] < waits.rect["x"]

    await driven(visit, tmp_path)


@needs_axe
@pytest.mark.parametrize("dark", [False, True], ids=["day", "night"])
async def test_nothing_keeps_people_out(street, tmp_path, dark):
    links = [await way_in(street, page) for page in PAGES]

    def visit(chrome):
        for width in (PHONE, DESKTOP):
            look(chrome, width, dark=dark)
            for link in links if width == PHONE else [*seen, links[0]]:
                chrome.get(link)
                seen.append(chrome.current_url)
                assert axe(chrome) == [], chrome.current_url
        return heading(chrome)

    seen: list[str] = []
    assert (
        await driven(visit, tmp_path) != "How the cohort stands"
    )  # the last was used: the page that says sorry
