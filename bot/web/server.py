"""The bot's own pages: which there are, and who may open them."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web
from yarl import URL

from bot.cohorts.rules import Asker, Here
from bot.cohorts.service import Cohorts
from bot.errors import NotAllowed
from bot.settings import PagesSettings
from bot.web import paper, rules
from bot.web.guard import ASK_AGAIN, Guard
from bot.web.listening import Listener
from bot.web.paper import Paper, Tab
from bot.web.rules import NotInside
from bot.web.visits import Visits

PublicHandler = Callable[[web.Request, datetime], Awaitable[web.Response]]
PrivateHandler = Callable[[web.Request, Here, datetime], Awaitable[web.Response]]
AskerOf = Callable[[int, int], Awaitable[Asker | None]]  # a user on a server as they are now; None: not on it

COHORT = "/cohorts/{cohort:[1-9][0-9]{0,17}}"
DAY = "public, max-age=86400"  # the style's address changes with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Private:
    """A page of every cohort; `leads`: for its leads alone."""

    page: str
    handler: PrivateHandler
    leads: bool


class Pages:
    """The site: rooms put their pages on it, and then it listens.

    A room's `pages.py` has `def open(self, site: Pages)`, which calls `site.public` and `site.private`.
    """

    def __init__(
        self,
        settings: PagesSettings,
        cohorts: Cohorts,
        visits: Visits,
        *,
        asker_of: AskerOf,
        clock: Callable[[], datetime],
        ticking: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings, self.visits = settings, visits
        self._cohorts, self._asker_of, self._clock = cohorts, asker_of, clock
        base = URL(settings.url)
        self._paper = Paper(base.path.rstrip("/"))
        self._cookie = "__Secure-homeroom" if base.scheme == "https" else "homeroom"
        self._secure = base.scheme == "https"
        guard = Guard(settings, self._paper, ticking)

        @web.middleware
        async def stand(request: web.Request, handler: Any) -> web.StreamResponse:
            return await guard.stand(request, handler)

        self.application = web.Application(middlewares=[stand])
        self.application.on_response_prepare.append(guard.prepare)
        self._listener = Listener(self.application, guard)
        self.private_pages: list[Private] = []
        for path, kind, body in (
            ("/style.css", "text/css", paper.STYLE),
            ("/favicon.svg", "image/svg+xml", paper.ICON),
            ("/robots.txt", "text/plain", b"User-agent: *\nDisallow: /\n"),
        ):
            self._get(path, _file(kind, body))
        self._get("/enter/{token}", self._enter)
        self._get(COHORT + "/leave", self._leave)

    # --------------------------------------------------------------------------- what rooms use

    def public(self, path: str, handler: PublicHandler) -> None:
        """A page that everybody may open, such as `/p/{slug}`."""

        async def answer(request: web.Request) -> web.StreamResponse:
            return await handler(request, self._clock())

        self._get(path, answer)

    def private(
        self, page: str, handler: PrivateHandler, *, tab: str | None = None, leads: bool = False
    ) -> None:
        """A page of a cohort for its mentors and leads, such as `students/{member}`; "" is the cohort's first.

        `leads`: for leads alone. `tab`: what it is called at the head of the cohort's other pages.
        """
        found = Private(page=page, handler=handler, leads=leads)
        self.private_pages.append(found)
        if tab is not None:
            self._paper.tabs.append(Tab(title=tab, page=page, leads=leads))

        async def answer(request: web.Request) -> web.StreamResponse:
            return await self._show(request, found)

        self._get(f"{COHORT}/{page}".rstrip("/"), answer)

    def page(self, template: str, *, here: Here | None = None, **values: Any) -> web.Response:
        """A page from a template that extends `web/base.html.jinja`; `current`: the tab that it stands under."""
        return self._paper.page(template, here=here, **values)

    def href(self, here: Here, page: str = "") -> str:
        """Where one of a cohort's pages is, for a link on another; it holds behind a path prefix too."""
        return self._paper.href(here, page)

    @property
    def root(self) -> str:
        """The path that all addresses of the site begin with, empty as a rule."""
        return self._paper.root

    # --------------------------------------------------------------------------- its life

    async def listen(self) -> int:
        """Begin to serve; the port. PagesUnavailable if it cannot."""
        return await self._listener.open(self.settings.host, self.settings.port)

    async def close(self) -> None:
        """Finish the pages that are being made, then stop."""
        await self._listener.close()

    # --------------------------------------------------------------------------- the door

    def _get(self, path: str, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> None:
        self.application.router.add_get(self._paper.root + path, handler)

    async def _enter(self, request: web.Request) -> web.StreamResponse:
        """Turn a link into a session, and lead on to its page."""
        if request.method != "GET":
            return web.Response(status=204)
        if rules.is_a_look_ahead(request.headers):
            return web.Response(status=503)  # browsers throw away what they fetched in advance when it failed
        entered = await self.visits.enter(request.match_info["token"], self._clock())
        response = web.Response(
            status=303, headers={"Location": self._paper.root + rules.place(entered.cohort_id, entered.page)}
        )
        # Lax and not Strict: the browser comes from Discord, and would not send a strict cookie when it is led on.
        response.set_cookie(
            self._cookie,
            entered.session,
            path=self._paper.root + rules.place(entered.cohort_id),
            max_age=int(rules.SESSION_LASTS.total_seconds()),
            httponly=True,
            secure=self._secure,
            samesite="Lax",
        )
        return response

    async def _show(self, request: web.Request, page: Private) -> web.StreamResponse:
        now = self._clock()
        here = await self._here(request, now)
        here.staff()
        if page.leads:
            here.lead()
        response = await page.handler(request, here, now)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    async def _here(self, request: web.Request, now: datetime) -> Here:
        """The cohort as whoever holds the session sees it, with the rights that they have at this moment."""
        cohort_id = int(request.match_info["cohort"])
        visitor = await self.visits.visitor(request.cookies.get(self._cookie, ""), now)
        if visitor is None or visitor.cohort_id != cohort_id:
            raise NotInside
        asker = await self._asker_of(visitor.user_id, visitor.guild_id)
        if asker is None:
            raise NotAllowed("You are not on this cohort's server any more, so its pages are closed to you.")
        return await self._cohorts.here(asker, now, cohort_id=cohort_id)

    async def _leave(self, request: web.Request) -> web.StreamResponse:
        """End the session; whoever has none is as far."""
        if request.method == "GET" and not rules.is_a_look_ahead(request.headers):
            await self.visits.leave(request.cookies.get(self._cookie, ""), self._clock())
        response = self._paper.sorry(200, "You are signed out", f"You can come back at any time. {ASK_AGAIN}")
        cohort_id = int(request.match_info["cohort"])
        response.del_cookie(
            self._cookie,
            path=self._paper.root + rules.place(cohort_id),
            secure=self._secure,
            httponly=True,
            samesite="Lax",
        )
        return response


def _file(kind: str, body: bytes) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, content_type=kind, charset="utf-8", headers={"Cache-Control": DAY})

    return answer
