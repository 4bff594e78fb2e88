"""The page of a portfolio that its owner has put online."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime

from aiohttp import ETag, web

from bot.portfolio import site
from bot.portfolio.dossier import Dossiers
from bot.web.server import Pages

EDITION = hashlib.sha256(site.STYLE.encode()).hexdigest()[
    :8
]  # in its address, so that a new style is fetched at once
FOR_A_DAY = "public, max-age=86400"
# Every visit asks again: what is taken offline is gone at once, and what has not changed is not sent twice.
ASK_AGAIN = "no-cache"


class PortfolioPages:
    """Where everybody may read what students chose to show.

    Search engines are asked to stay away (the site's `noindex`): whoever puts a page online hands its address to those
    they choose, and taking it offline would not reach a copy in an index.
    """

    def __init__(self, dossiers: Dossiers) -> None:
        self._dossiers = dossiers
        self._style = ""

    def open(self, pages: Pages) -> None:
        """Take this room's places on the site."""
        self._style = f"{pages.root}/portfolio.css?{EDITION}"
        pages.public("/portfolio.css", self._sheet)
        pages.public("/p/{slug}", self._page)

    async def _sheet(self, request: web.Request, now: datetime) -> web.Response:
        return web.Response(text=site.STYLE, content_type="text/css", headers={"Cache-Control": FOR_A_DAY})

    async def _page(self, request: web.Request, now: datetime) -> web.Response:
        """The page, or the same nothing for an address that never was one and for one that was taken back."""
        found = await self._dossiers.online(request.match_info["slug"], now)
        if found is None:
            raise web.HTTPNotFound
        html = await asyncio.to_thread(site.page, found, style=self._style, is_file=False)
        tag = ETag(hashlib.sha256(html.encode()).hexdigest()[:32], is_weak=True)
        known = request.if_none_match or ()
        response = (
            web.Response(status=304)
            if any(tag.value == other.value for other in known)
            else web.Response(text=html, content_type="text/html")
        )
        response.etag = tag
        response.headers["Cache-Control"] = ASK_AGAIN
        return response
