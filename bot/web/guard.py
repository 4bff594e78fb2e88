"""The gate that every request passes: whose address it is for, how often one asks, and what every answer carries."""

from __future__ import annotations

import asyncio
import math
import secrets
from collections.abc import Awaitable, Callable
from typing import cast

import structlog
from aiohttp import web
from yarl import URL

from bot.errors import CourseError, NotAllowed
from bot.settings import PagesSettings
from bot.web.buckets import Allowance, Buckets, client_of
from bot.web.paper import Paper
from bot.web.rules import NoEntry, NotInside, Unreachable

_log = structlog.get_logger(__name__)

# A page is about three requests. A class behind one school's address may open it at the same minute.
ASKING = Allowance(at_once=240, a_second=4.0)
# Links and addresses that open nothing: a person mistypes a few, a program that searches tries many. What no page could
# be at is no guess: browsers ask for icons at addresses of their own choice.
GUESSING = Allowance(at_once=20, a_second=1 / 6)
PATIENCE = 20.0  # seconds for one page; the largest report takes under two

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Server": "Homeroom",
}
DEFAULTS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}  # a page may say otherwise
YEAR = "max-age=31536000"
KINDS = (
    "text/html",
    "text/css",
    "image/svg+xml",
    "text/plain",
    "text/csv",
    "text/markdown",
    "application/json",
)  # worth packing

ASK_AGAIN = "In your cohort's channel, mentors use `/queue` and leads `/report`: either gives you a new link."

NOWHERE = "-"  # the route of an address at which there is never a page

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Guard:
    """Stands before every page of one site."""

    def __init__(self, settings: PagesSettings, paper: Paper, ticking: Callable[[], float]) -> None:
        self._settings, self._paper, self._ticking = settings, paper, ticking
        url = URL(settings.url)
        self._host = (url.host or "").lower()
        self._headers = HEADERS | ({"Strict-Transport-Security": YEAR} if url.scheme == "https" else {})
        self._asking, self._guessing = Buckets(ASKING), Buckets(GUESSING)

    def client_at(self, peer: object) -> str | None:
        """Whose connection it is; None where all of them come from a proxy of ours."""
        if self._settings.proxied or not isinstance(peer, tuple):
            return None
        return client_of(str(cast("tuple[object, ...]", peer)[0]), None)

    async def prepare(self, _request: web.Request, response: web.StreamResponse) -> None:
        """Dress an answer that is about to be sent, whoever made it."""
        self.dress(response)

    def dress(self, response: web.StreamResponse) -> None:
        """Give an answer what every answer carries."""
        response.headers.update(self._headers)
        for name, value in DEFAULTS.items():
            response.headers.setdefault(name, value)

    async def stand(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer one request, and say in the log that it was."""
        begun = self._ticking()
        response = await self._answer(request, handler)
        if response.content_type in KINDS:
            response.enable_compression()
            response.headers.add("Vary", "Accept-Encoding")
        if response.status != web.HTTPTooManyRequests.status_code:
            _log.info(
                "page",
                method=request.method if request.method in ("GET", "HEAD") else "other",
                route=_route(request),
                status=response.status,
                ms=round((self._ticking() - begun) * 1000),
            )
        return response

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        client = client_of(
            request.remote,
            ",".join(request.headers.getall("X-Forwarded-For", ())) if self._settings.proxied else None,
        )
        refusal = self._refused(request, client)
        if refusal is not None:
            return refusal
        if _route(request).endswith("/enter/{token}"):
            self._guessing.take(client, self._ticking())
        try:
            async with asyncio.timeout(PATIENCE):
                response = await handler(request)
        except web.HTTPRedirection as redirection:
            kept = {name: value for name, value in redirection.headers.items() if name != "Content-Type"}
            response = web.Response(status=redirection.status, headers=kept)
        except Exception as error:  # noqa: BLE001 - every kind of error is answered, in one place
            response = self._explained(request, error)
        if response.status == web.HTTPNotFound.status_code and _route(request) != NOWHERE:
            self._guessing.take(client, self._ticking())
        return response

    def _refused(self, request: web.Request, client: str) -> web.Response | None:
        """Why a request is not even looked at."""
        at = self._ticking()
        wait = max(self._asking.wait(client, at), self._guessing.wait(client, at))
        if wait:
            response = self._paper.sorry(
                429, "A little slower, please", f"Too many requests came from your address. {_in(wait)}"
            )
            response.headers["Retry-After"] = str(math.ceil(wait))
            return response
        self._asking.take(client, at)
        if _host_of(request) != self._host:
            words = "These pages live at another address. Open them by the link that Homeroom gave you."
            return self._paper.sorry(421, "Not at this address", words)
        if request.method not in ("GET", "HEAD"):
            response = self._paper.sorry(
                405, "Only for reading", "These pages can be read, and nothing is sent here."
            )
            response.headers["Allow"] = "GET, HEAD"
            return response
        if request.can_read_body:
            response = self._paper.sorry(
                413, "Only for reading", "These pages can be read, and nothing is sent here."
            )
            response.force_close()
            return response
        return None

    def _explained(self, request: web.Request, error: Exception) -> web.Response:
        """A page for an error; a fault of ours is logged with its context, and the page carries its reference."""
        sorry = self._paper.sorry
        if isinstance(error, NotInside):
            return sorry(
                403, "This page opens by a link", f"Your visit is over, or was to another cohort. {ASK_AGAIN}"
            )
        if isinstance(error, NoEntry) and error.place is not None:
            # The cookie goes to the cohort's pages alone, so only there is known whether somebody is signed in.
            words = f"A link works once, for ten minutes, and this one was used or is over. {ASK_AGAIN}"
            return sorry(410, "This link has done its work", words, signed_in=self._paper.root + error.place)
        if isinstance(error, NoEntry):
            return sorry(403, "This link opens nothing", f"It may have been cut off on its way. {ASK_AGAIN}")
        if isinstance(error, CourseError):
            return sorry(403 if isinstance(error, NotAllowed) else 400, "That does not work", str(error))
        if isinstance(error, web.HTTPNotFound):
            words = (
                "There is no page at this address. It may have been taken down, or the address is incomplete."
            )
            return sorry(404, "Nothing here", words)
        if isinstance(error, web.HTTPException) and error.status < 500:  # noqa: PLR2004 - Discord's and HTTP's line
            return sorry(
                error.status, "That does not work", "The address was not understood. Try the link again."
            )
        if isinstance(error, (Unreachable, TimeoutError)):
            _log.warning("page unavailable", route=_route(request), why=type(error).__name__)
            response = sorry(
                503, "Not just now", "I cannot find out what to show right now. Try again in a minute."
            )
            response.headers["Retry-After"] = "60"
            return response
        reference = secrets.token_hex(4)
        _log.error("fault", reference=reference, route=_route(request), exc_info=error)
        words = (
            "Something went wrong on my side. Please try once more; if it happens again, tell a lead this reference: "
            f"`{reference}`."
        )
        return sorry(500, "Something went wrong", words)


def _host_of(request: web.Request) -> str:
    try:
        return (URL(f"http://{request.host}").host or "").lower()
    except (ValueError, IndexError):  # what yarl says of "[]@"
        return ""


def _in(wait: float) -> str:
    seconds = math.ceil(wait)
    return f"Try again in {seconds} second{'' if seconds == 1 else 's'}."


def _route(request: web.Request) -> str:
    """The pattern of a request's address: what stands in the log instead of the address with its secrets."""
    resource = request.match_info.route.resource
    return NOWHERE if resource is None else resource.canonical
