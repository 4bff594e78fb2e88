"""A portfolio that its owner put online, as everybody finds it, and as nobody does once it is taken back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.portfolio import site
from bot.portfolio.dossier import Dossiers
from bot.portfolio.pages import PortfolioPages, Printer
from bot.privacy.rules import PHRASE
from bot.privacy.service import Privacy
from bot.settings import PagesSettings
from bot.web.server import Pages
from bot.web.visits import Visits
from tests.portfolio.gallery import NOW, Gallery
from tests.town import Town

SLUG = "student-1-k1"


@dataclass
class Stand:
    """A site with portfolios, and one of them online."""

    gallery: Gallery
    address: str
    now: datetime = NOW

    async def get(self, path: str, **headers: str) -> tuple[int, str, dict[str, str]]:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        async with (
            aiohttp.ClientSession() as browser,
            browser.get(self.address + path, headers=names) as answer,
        ):
            return answer.status, await answer.text(), dict(answer.headers)

    async def status(self, path: str = f"/p/{SLUG}", **headers: str) -> int:
        return (await self.get(path, **headers))[0]


async def online(database, *students: int) -> Gallery:
    """A cohort in which these students have put two pieces of work online."""
    town = Town(database)
    await town.begin(3, mentor=True)
    gallery = Gallery(town)
    for student in students:
        await gallery.published(student, "w01", "w02")
        await gallery.portfolios.put_online(await gallery.here(student), NOW)
    return gallery


@pytest.fixture(params=["", "/school"], ids=["at the root", "below a path"])
async def stand(database, request) -> AsyncIterator[Stand]:
    gallery = await online(database, 1)
    settings = PagesSettings(port=0, url=f"http://127.0.0.1{request.param}")

    async def nobody(user_id: int, guild_id: int) -> None:
        return None

    made = Stand(gallery, "")
    pages = Pages(
        settings,
        gallery.town.cohorts,
        Visits(database, settings.url),
        asker_of=nobody,
        clock=lambda: made.now,
    )
    PortfolioPages(Dossiers(database)).open(pages)
    port = await pages.listen()
    made.address = f"http://127.0.0.1:{port}{request.param}"
    yield made
    await pages.close()


async def test_everybody_may_read_it_and_no_index_should(stand):
    status, html, headers = await stand.get(f"/p/{SLUG}")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "<bdi>Student 1</bdi>" in html
    assert '<meta name="robots" content="noindex">' in html
    assert headers["X-Robots-Tag"] == "noindex"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "Set-Cookie" not in headers
    assert "unsafe" not in headers["Content-Security-Policy"]


async def test_its_style_is_the_one_that_exports_carry(stand):
    html = (await stand.get(f"/p/{SLUG}"))[1]
    path = html.partition('<link rel="stylesheet" href="')[2].partition('"')[0]
    prefix = stand.address.partition("127.0.0.1")[2].partition("/")[2]
    assert path.startswith(f"/{prefix}/portfolio.css?" if prefix else "/portfolio.css?")
    status, css, headers = await stand.get("/portfolio.css")
    assert (status, css) == (200, site.STYLE)
    assert headers["Content-Type"].startswith("text/css")
    assert "max-age" in headers["Cache-Control"]


async def test_what_has_not_changed_is_not_sent_twice_and_a_change_is(stand):
    _, _, headers = await stand.get(f"/p/{SLUG}")
    assert headers["Cache-Control"] == "no-cache"
    stand.now += timedelta(hours=1)
    assert await stand.status(If_None_Match=headers["Etag"]) == 304
    await stand.gallery.publish(1, "w01", "Other words: 12 ms.")
    status, html, _ = await stand.get(f"/p/{SLUG}", If_None_Match=headers["Etag"])
    assert (status, "12 ms" in html) == (200, True)


class Reading(Dossiers):
    """Dossiers that are read once somebody says so; they count."""

    def __init__(self, database) -> None:
        super().__init__(database)
        self.times, self.at_once, self.most = 0, 0, 0
        self.begun, self.may_end = asyncio.Event(), asyncio.Event()

    async def online(self, slug, now):
        self.times, self.at_once = self.times + 1, self.at_once + 1
        self.most = max(self.most, self.at_once)
        found = await super().online(slug, now)
        self.begun.set()
        await self.may_end.wait()
        self.at_once -= 1
        return found


async def test_a_crowd_costs_one_page_and_nobody_in_it_gets_an_old_one(database):
    gallery = await online(database, 1, 2)
    reading = Reading(database)
    printer = Printer(reading)

    def crowd(slug: str) -> list[asyncio.Task]:
        return [asyncio.create_task(printer.page(slug, "/style", NOW)) for _ in range(50)]

    early = crowd(SLUG)
    await reading.begun.wait()
    await gallery.publish(1, "w01", "Other words: 12 ms.")
    late, others = crowd(SLUG), crowd("student-2-k2")
    await asyncio.sleep(0)
    early[0].cancel()
    reading.may_end.set()
    old = {(await task).html for task in early[1:]}
    new = {(await task).html for task in late}
    assert (len(old), len(new), old & new) == (1, 1, set())
    assert "12 ms" in new.pop()
    assert {"Student 2" in (await task).html for task in others} == {True}
    assert (reading.times, reading.most) == (3, 1)


async def test_a_page_that_still_says_the_same_is_not_made_again_before_the_next_day(database):
    await online(database, 1)
    printer = Printer(Dossiers(database))
    first = await printer.page(SLUG, "/style", NOW)
    assert first is not None
    assert await printer.page(SLUG, "/style", NOW + timedelta(minutes=1)) is first
    tomorrow = await printer.page(SLUG, "/style", NOW + timedelta(days=1))
    assert tomorrow is not None
    assert tomorrow.html != first.html


async def test_a_page_is_kept_for_a_minute_and_not_longer(database, monkeypatch):
    monkeypatch.setattr("bot.portfolio.pages.KEPT", 0)
    await online(database, 1)
    printer = Printer(Dossiers(database))
    first = await printer.page(SLUG, "/style", NOW)
    await asyncio.sleep(0)
    assert await printer.page(SLUG, "/style", NOW) is not first


async def test_what_can_be_no_portfolios_address_is_asked_of_no_database(stand):
    """PostgreSQL takes no zero bytes, so that asking would be a fault of ours."""
    with capture_logs() as log:
        for path in ("/p/%00", "/p/a%00b", "/p/%ff", "/p/Student"):
            assert await stand.status(path) == 404
    assert [line["route"] for line in log] == ["-"] * 4


async def test_taken_offline_it_is_gone_at_once_and_says_the_same_as_what_never_was(stand):
    _, _, headers = await stand.get(f"/p/{SLUG}")
    await stand.gallery.portfolios.take_offline(await stand.gallery.here(1))
    gone = await stand.get(f"/p/{SLUG}", If_None_Match=headers["Etag"])
    never = await stand.get("/p/student-9-k9")
    assert gone[0] == never[0] == 404
    assert gone[1] == never[1]
    assert {**gone[2], "Date": ""} == {**never[2], "Date": ""}


async def test_what_was_never_put_online_is_not_there(stand):
    await stand.gallery.published(2, "w01")
    for slug in ("student-2-k2", "None", "", "%00", "..%2f..", "a" * 300, "' OR 1=1", f"{SLUG}/"):
        assert await stand.status(f"/p/{slug}") == 404


async def test_an_erased_students_page_is_gone_and_one_who_left_keeps_it(stand):
    await stand.gallery.withdraw(1)
    assert await stand.status() == 200
    await Privacy(stand.gallery.town.database).erase(1, PHRASE, NOW)
    assert await stand.status() == 404


async def test_work_that_is_being_revised_leaves_the_page(stand):
    w02 = next(item for item in (await stand.gallery.portfolio(1)).entries if item.deliverable.key == "w02")
    await stand.gallery.decide(w02.submission_id, kind="changes")
    html = (await stand.get(f"/p/{SLUG}"))[1]
    assert 'id="w01"' in html
    assert 'id="w02"' not in html
    assert "/w02/" not in html


async def test_the_bot_puts_it_on_its_own_site(database):
    from bot.app import Homeroom
    from tests.town import COURSE

    settings = PagesSettings(port=0, url="http://127.0.0.1")
    bot = Homeroom(database=database, course=COURSE, pages=settings)
    assert bot.site is not None
    paths = {route.resource.canonical for route in bot.site.application.router.routes() if route.resource}
    assert {"/p/{slug}", "/portfolio.css"} <= paths
