"""The page of a portfolio that its owner has put online."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, time

from aiohttp import ETag, web

from bot.portfolio import site
from bot.portfolio.dossier import Dossiers
from bot.portfolio.rules import Dossier
from bot.web.server import Pages

# In the style's address, so that a new one is fetched at once.
EDITION = hashlib.sha256(site.STYLE.encode()).hexdigest()[:8]
FOR_A_DAY = "public, max-age=86400"
# Every visit asks again: what is taken offline is gone at once, and what has not changed is not sent twice.
ASK_AGAIN = "no-cache"
KEPT = 60.0  # seconds that the bot keeps a page as it last was: a crowd comes within a minute, and nothing stays behind


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A page, and the portfolio that it was made from."""

    dossier: Dossier
    html: str
    tag: ETag


class Printer:
    """Makes pages one at a time, so that however many visitors come, commands and pictures keep their turn.

    Each visitor gets the page as it is when they ask: those who wait for the same one share it, and one that still says
    the same is not made twice.
    """

    def __init__(self, dossiers: Dossiers) -> None:
        self._dossiers = dossiers
        self._turn = asyncio.Semaphore(1)
        self._waited_for: dict[str, asyncio.Task[Printed | None]] = {}
        self._kept: dict[str, Printed] = {}

    async def page(self, slug: str, style: str, now: datetime) -> Printed | None:
        """The page at an address; None if there is none."""
        printing = self._waited_for.get(slug)
        if printing is None:
            printing = self._waited_for[slug] = asyncio.create_task(self._print(slug, style, now))
        return await asyncio.shield(printing)  # a visitor who gives up leaves it to the others

    async def _print(self, slug: str, style: str, now: datetime) -> Printed | None:
        async with self._turn:
            del self._waited_for[slug]  # whoever asks from here on may know of something newer
            found = await self._dossiers.online(slug, now)
            if found is None:
                self._kept.pop(slug, None)
                return None
            found = replace(found, made_at=_day(found))
            kept = self._kept.get(slug)
            if kept is not None and kept.dossier == found:
                return kept
            html = await asyncio.to_thread(site.page, found, style=style, is_file=False)
            tag = ETag(hashlib.sha256(html.encode()).hexdigest()[:32], is_weak=True)
            self._kept[slug] = printed = Printed(dossier=found, html=html, tag=tag)
            asyncio.get_running_loop().call_later(KEPT, self._kept.pop, slug, None)
            return printed


def _day(found: Dossier) -> datetime:
    """The day on which it was put together, which is all that a page says of that."""
    zone = found.running.cohort.zone
    return datetime.combine(found.made_at.astimezone(zone), time(), zone)


class PortfolioPages:
    """Where everybody may read what students chose to show.

    Search engines are asked to stay away (the site's `noindex`): whoever puts a page online hands its address to those
    they choose, and taking it offline would not reach a copy in an index.
    """

    def __init__(self, dossiers: Dossiers) -> None:
        self._printer = Printer(dossiers)
        self._style = ""

    def open(self, pages: Pages) -> None:
        """Take this room's places on the site."""
        self._style = f"{pages.root}/portfolio.css?{EDITION}"
        pages.public("/portfolio.css", self._sheet)
        pages.public("/p/{slug:[a-z0-9-]+}", self._page)

    async def _sheet(self, request: web.Request, now: datetime) -> web.Response:
        return web.Response(text=site.STYLE, content_type="text/css", headers={"Cache-Control": FOR_A_DAY})

    async def _page(self, request: web.Request, now: datetime) -> web.Response:
        """The page, or the same nothing for an address that never was one and for one that was taken back."""
        printed = await self._printer.page(request.match_info["slug"], self._style, now)
        if printed is None:
            raise web.HTTPNotFound
        known = request.if_none_match or ()
        response = (
            web.Response(status=304)
            if any(printed.tag.value == other.value for other in known)
            else web.Response(text=printed.html, content_type="text/html")
        )
        response.etag = printed.tag
        response.headers["Cache-Control"] = ASK_AGAIN
        return response
