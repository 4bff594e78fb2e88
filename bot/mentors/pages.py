"""The mentor queue in a browser, to be read: why work waits, since when, who has it, and its evidence."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime

from aiohttp import web

from bot.cohorts.rules import Here
from bot.mentors.cards import FILTERS, filter_of
from bot.mentors.frame import Frame
from bot.mentors.service import LISTED, Listing, Mentors
from bot.revisions.waits import spelled
from bot.ui import plural
from bot.web.server import Pages

_NUMBER = re.compile(r"[1-9][0-9]{0,2}")  # nearly fifty thousand pieces of work; more have never waited


class MentorsPages:
    """Where mentors read at length what `/queue` shows five at a time."""

    def __init__(self, mentors: Mentors) -> None:
        self._mentors = mentors
        self._site: Pages

    def open(self, site: Pages) -> None:
        """Take this room's places on the site."""
        self._site = site
        site.private("queue", self._queue, tab="Mentor queue")

    async def _queue(self, request: web.Request, here: Here, now: datetime) -> web.Response:
        chosen = filter_of(request.query.get("show", "all"))
        found = await self._mentors.listing(here, now, chosen=chosen, page=_page(request))
        frame = Frame(running=here, root=self._site.href(here), now=now)
        return await asyncio.to_thread(self._shown, here, found, frame)

    def _shown(self, here: Here, found: Listing, frame: Frame) -> web.Response:
        return self._site.page(
            "mentors/queue.html.jinja",
            here=here,
            frame=frame,
            board=found.board,
            listing=found,
            filters=[(key, label) for key, (label, _) in FILTERS.items()],
            nothing=FILTERS[found.board.chosen][1],
            me=here.known().id,
            plural=plural,
            spelled=spelled,
            spans=[(number, _span(found, number)) for number in range(1, found.pages + 1)],
        )


def _page(request: web.Request) -> int:
    """The page that an address asks for; the first, where it asks for none that could be."""
    asked = request.query.get("page", "")
    return int(asked) if _NUMBER.fullmatch(asked) else 1


def _span(found: Listing, number: int) -> str:
    """Which pieces of work a page shows: `51 to 100`."""
    return f"{(number - 1) * LISTED + 1} to {min(number * LISTED, found.board.found)}"
