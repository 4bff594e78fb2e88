"""A portfolio in a real browser: from a disk and served, on a phone and at a desk, by day, at night and on paper."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from bot.portfolio import exporting
from bot.portfolio.dossier import Dossiers
from bot.portfolio.pages import PortfolioPages
from bot.settings import PagesSettings
from bot.web.server import Pages
from bot.web.visits import Visits
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
    printed,
    requests,
)
from tests.portfolio import shelf
from tests.portfolio.gallery import NOW, Gallery
from tests.portfolio.test_export import evil, files
from tests.town import Town

pytestmark = needs_chromium
A4 = 680  # CSS pixels between the margins of a sheet
DOSSIERS = {"whole": shelf.whole, "third-week": shelf.third_week, "evil": evil}


@pytest.fixture(scope="module")
def chrome(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module")
def disk(tmp_path_factory) -> dict[str, str]:
    """What somebody unpacked from each zip: the page's address by the portfolio's name."""
    places = {}
    for name, made in DOSSIERS.items():
        folder = tmp_path_factory.mktemp(name)
        for file, text in files(exporting.packed(made())).items():
            (folder / file).write_text(text, encoding="utf-8")
        places[name] = Path(folder, "index.html").as_uri()
    return places


def open_all(chrome) -> None:
    chrome.execute_script("document.querySelectorAll('details').forEach(one => { one.open = true })")


@pytest.mark.parametrize("name", DOSSIERS)
def test_from_a_disk_it_asks_for_its_style_and_for_nothing_else(chrome, disk, name):
    chrome.get("about:blank")
    requests(chrome)
    look(chrome, DESKTOP)
    chrome.get(disk[name])
    asked = [address for address in requests(chrome) if not address.startswith("data:")]
    assert asked == [disk[name], disk[name].replace("index.html", "style.css")]
    assert complaints(chrome) == []
    margin = chrome.execute_script(
        "return getComputedStyle(document.querySelector('.facts')).borderLeftWidth"
    )
    assert margin == "4px"  # the style is there


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("name", DOSSIERS)
def test_nothing_but_tables_scrolls_sideways(chrome, disk, name, width):
    look(chrome, width)
    chrome.get(disk[name])
    keep(chrome, f"portfolio-{name}-{width}", whole=name != "whole")
    open_all(chrome)
    assert fits(chrome)


def test_on_a_phone_every_sign_of_a_practice_is_seen_without_scrolling(chrome, disk):
    look(chrome, PHONE)
    chrome.get(disk["third-week"])
    open_all(chrome)
    assert chrome.execute_script(
        "return [...document.querySelectorAll('.matrix tbody td:not(:empty)')]"
        ".every(cell => cell.getBoundingClientRect().right <= innerWidth"
        " && getComputedStyle(cell, '::before').content != 'none')"
    )


@needs_axe
@pytest.mark.parametrize("dark", [False, True], ids=["by day", "at night"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("name", DOSSIERS)
def test_nothing_grave_keeps_anybody_out(chrome, disk, name, width, dark):
    look(chrome, width, dark=dark)
    chrome.get(disk[name])
    assert axe(chrome) == []
    open_all(chrome)
    assert axe(chrome) == []


def test_by_keyboard_one_comes_to_every_table_and_sees_where_one_is(chrome, disk):
    from selenium.webdriver.common.keys import Keys

    look(chrome, PHONE)
    chrome.get(disk["third-week"])
    open_all(chrome)
    reached = []
    for _ in range(40):
        chrome.switch_to.active_element.send_keys(Keys.TAB)
        focused = chrome.switch_to.active_element
        reached.append(focused.get_attribute("aria-label") or focused.text)
        outline = chrome.execute_script("return getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", reached[-1]
        if reached[-1] == "Proof by week: Service foundations":
            break
    assert reached[0] == "https://github.com/aster"
    assert [label for label in reached if label.startswith(("Scores", "Proof by"))] == [
        "Scores by stage",
        "Proof by week: Service foundations",
    ]


def test_on_paper_it_is_whole_and_tells_where_its_links_lead(chrome, disk):
    look(chrome, DESKTOP)
    chrome.get(disk["whole"])
    paper = printed(chrome)
    assert paper.startswith(b"%PDF")
    pages = len(re.findall(rb"/Type /Page\b", paper))
    assert 8 <= pages <= 30
    look(chrome, A4)
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert fits(chrome)
    keep(chrome, "portfolio-on-paper", whole=True)
    after = "return getComputedStyle(document.querySelector('.proofs a'), '::after').content"
    assert "https://git.example.org/aster" in chrome.execute_script(after)
    hidden = "return document.querySelector('.matrix').checkVisibility({contentVisibilityAuto: true})"
    assert chrome.execute_script(hidden)
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


async def test_served_by_the_site_it_looks_the_same_and_asks_for_two_files(chrome, database):
    town = Town(database)
    await town.begin(3)
    gallery = Gallery(town)
    await gallery.published(1, "w01", "w02")
    await gallery.portfolios.put_online(await gallery.here(1), NOW)

    async def nobody(user_id: int, guild_id: int) -> None:
        return None

    settings = PagesSettings(port=0, url="http://127.0.0.1")
    pages = Pages(settings, town.cohorts, Visits(database, settings.url), asker_of=nobody, clock=lambda: NOW)
    PortfolioPages(Dossiers(database)).open(pages)
    address = f"http://127.0.0.1:{await pages.listen()}"

    def visit() -> tuple[list[str], list[str], str]:
        chrome.get("about:blank")
        requests(chrome)
        look(chrome, PHONE)
        chrome.get(f"{address}/p/student-1-k1")
        keep(chrome, "portfolio-served", whole=True)
        margin = chrome.execute_script(
            "return getComputedStyle(document.querySelector('.facts')).borderLeftWidth"
        )
        return requests(chrome), complaints(chrome), margin

    asked, complained, margin = await asyncio.to_thread(visit)
    await pages.close()
    assert [
        found.removeprefix(address).partition("?")[0] for found in asked if not found.startswith("data:")
    ] == [
        "/p/student-1-k1",
        "/portfolio.css",
    ]
    assert (complained, margin) == ([], "4px")
