"""A site that listens on this machine, two cohorts behind it, and browsers that come to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.cohorts.rules import Asker, Here
from bot.database import Database
from bot.errors import CourseError
from bot.settings import PagesSettings
from bot.web.rules import Unreachable
from bot.web.server import Pages
from bot.web.visits import Visits
from tests.town import CHANNEL, GUILD, LEAD, Town, asker

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
NEIGHBOUR = 2000  # leads the other cohort, and has no part in ours
PLACE = PagesSettings(port=0, url="http://127.0.0.1")


@dataclass(frozen=True)
class Seen:
    """What a browser got."""

    status: int
    words: str
    headers: Any
    location: str


class Browser:
    """Somebody's browser: it keeps cookies, and goes on by itself only where it is told to."""

    def __init__(self, street: Street, session: aiohttp.ClientSession) -> None:
        self.street, self.session = street, session

    async def get(self, path: str, *, method: str = "GET", follow: bool = False, **options: Any) -> Seen:
        address = self.street.address(path)
        async with self.session.request(method, address, allow_redirects=follow, **options) as response:
            return Seen(
                status=response.status,
                words=await response.text(),
                headers=response.headers,
                location=response.headers.get("Location", ""),
            )

    async def comes_in(self, user_id: int = LEAD, page: str = "", *, cohort_id: int = 1) -> Seen:
        """Follow a link that was handed to somebody."""
        return await self.get(await self.street.link(user_id, page, cohort_id=cohort_id), follow=True)

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.key: cookie.value for cookie in self.session.cookie_jar}


class Street:
    """The site, its clocks, and who Discord says that people are."""

    def __init__(self, town: Town, settings: PagesSettings) -> None:
        self.town, self.settings = town, settings
        self.now, self.seconds = NOW, 0.0
        self.people: dict[int, Asker | None] = {}
        self.is_reachable = True
        self.visits = Visits(town.database, settings.url)
        self.site = Pages(
            settings,
            town.cohorts,
            self.visits,
            asker_of=self._asker_of,
            clock=lambda: self.now,
            ticking=lambda: self.seconds,
        )
        self.port = 0

    async def _asker_of(self, user_id: int, guild_id: int) -> Asker | None:
        if not self.is_reachable:
            raise Unreachable
        assert guild_id == GUILD
        return self.people.get(user_id, asker(user_id, channel_ids=()))

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def address(self, path: str) -> str:
        """Where a path or an address of the site is listened to."""
        below = path.removeprefix(self.settings.url) if path.startswith("http") else path
        prefix = "/" + self.settings.url.split("/", 3)[3] if self.settings.url.count("/") > 2 else ""
        return f"http://127.0.0.1:{self.port}{prefix if path.startswith('http') else ''}{below}"

    async def here(self, user_id: int, cohort_id: int = 1) -> Here:
        who = self.people.get(user_id) or asker(user_id)
        return await self.town.cohorts.here(who, self.now, cohort_id=cohort_id)

    async def link(self, user_id: int, page: str = "", *, cohort_id: int = 1) -> str:
        return await self.visits.link(await self.here(user_id, cohort_id), page, self.now)

    async def visits_kept(self) -> int:
        return await self.town.database.read(lambda tx: len(tx.all("SELECT id FROM visit")))

    @asynccontextmanager
    async def browser(self, **options: Any) -> AsyncIterator[Browser]:
        jar = aiohttp.CookieJar(unsafe=True)  # unsafe: it takes cookies from an address without a name
        async with aiohttp.ClientSession(cookie_jar=jar, **options) as session:
            yield Browser(self, session)


@asynccontextmanager
async def opened(database: Database, settings: PagesSettings = PLACE) -> AsyncIterator[Street]:
    """A street with a few pages on its site, as rooms would put them there."""
    town = Town(database)
    await town.begin(3, mentor=True)
    await town.cohorts.create(
        asker(NEIGHBOUR, name="Lead Larch", manages_guild=True), name="Autumn", channel_id=CHANNEL + 1,
        starts_on="2026-04-06", timezone="Europe/Berlin",
        role_ids={"student": None, "mentor": None, "lead": None}, now=NOW,
    )  # fmt: skip
    neighbours = asker(NEIGHBOUR, name="Lead Larch", manages_guild=True)
    there = await town.cohorts.here(neighbours, NOW, cohort_id=2)
    await town.cohorts.enroll(there, NEIGHBOUR, "Lead Larch", "lead", NOW)
    ours = await town.cohorts.here(asker(LEAD, name="Lead Linden", manages_guild=True), NOW, cohort_id=1)
    await town.cohorts.enroll(ours, LEAD, "Lead Linden", "lead", NOW)
    street = Street(town, settings)
    _pages(street.site)
    street.port = await street.site.listen()
    yield street
    await street.site.close()


def _pages(site: Pages) -> None:
    async def shown(request: web.Request, here: Here, now: datetime) -> web.Response:
        words = f"{here.cohort.name} at {now:%H:%M} {request.match_info.get('member', '')}"
        return site.page("web/sorry.html.jinja", here=here, title="A page", words=words)

    async def everybody(request: web.Request, now: datetime) -> web.Response:
        if request.match_info["slug"] == "nobodys":
            raise web.HTTPNotFound
        return site.page("web/sorry.html.jinja", title="Public", words=request.match_info["slug"])

    async def refusing(request: web.Request, here: Here, now: datetime) -> web.Response:
        raise CourseError("There is no week 99. Use `/week` to see this week.")

    async def broken(request: web.Request, here: Here, now: datetime) -> web.Response:
        raise RuntimeError("a stone in the machine")

    async def missing(request: web.Request, here: Here, now: datetime) -> web.Response:
        raise web.HTTPNotFound

    site.private("", shown, tab="Dashboard", leads=True)
    site.private("queue", shown, tab="Queue")
    site.private("students/{member}", shown)
    site.private("refusing", refusing)
    site.private("broken", broken)
    site.private("missing", missing)
    site.public("/p/{slug}", everybody)


@pytest.fixture
async def street(database) -> AsyncIterator[Street]:
    async with opened(database) as made:
        yield made


@pytest.fixture
def behind_a_proxy() -> PagesSettings:
    return replace(PLACE, url="https://school.example/pages", proxied=True)
