"""The page's door: loopback only, one key, one origin."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from aiohttp import web
from simcord.backend.errors import BackendError, SetupError

from .clock import STEPS
from .stage import Stage
from .world import Person

HERE = Path(__file__).parent
ADDRESS = "127.0.0.1"
TIDY_SECONDS = 5.0

FILES = {
    "/": ("page.html", "text/html"),
    "/page.css": ("page.css", "text/css"),
    "/page.js": ("page.js", "text/javascript"),
    "/panels.js": ("panels.js", "text/javascript"),
    "/favicon.svg": ("favicon.svg", "image/svg+xml"),
}

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "frame-src http://127.0.0.1:*; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_log = logging.getLogger(__name__)


class Server:
    """Serves one stage until it is closed."""

    def __init__(self, stage: Stage, *, port: int) -> None:
        self.stage = stage
        self.port = port
        self.key = secrets.token_urlsafe(24)
        self._runner: web.AppRunner | None = None
        self._tidying: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """The page's address with its key, which the browser never sends in a request line."""
        return f"http://{ADDRESS}:{self.port}/#{self.key}"

    async def start(self) -> None:
        """Listen on loopback."""
        app = web.Application(middlewares=[self._guard])
        for path in FILES:
            app.router.add_get(path, _file)
        app.router.add_get("/api/state", self._state)
        app.router.add_post("/api/open", self._open)
        app.router.add_post("/api/wind", self._wind)
        app.router.add_post("/api/restart", self._restart)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=False)
        await self._runner.setup()
        await web.TCPSite(self._runner, ADDRESS, self.port).start()
        self._tidying = asyncio.create_task(self._tidy())

    async def close(self) -> None:
        """Stop listening; open requests end first."""
        if self._tidying is not None:
            self._tidying.cancel()
            with suppress(asyncio.CancelledError):
                await self._tidying
        if self._runner is not None:
            await self._runner.cleanup()

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(TIDY_SECONDS)
            async with self.stage.turn:
                await self.stage.previews.tidy()

    # ------------------------------------------------------------------------------------ the door

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Only this page, on this machine, with this key; and an error is a sentence, not a trace."""
        hosts = {f"{ADDRESS}:{self.port}", f"localhost:{self.port}"}
        origin = request.headers.get("Origin")
        if request.host not in hosts or (origin is not None and origin not in {f"http://{h}" for h in hosts}):
            return _sorry(403, "This playground only answers its own page on this machine.")
        if request.path.startswith("/api/") and not self._knows_key(request):
            return _sorry(401, "This page's key is out of date: open the address that the terminal shows.")
        try:
            response = await handler(request)
        except web.HTTPException as error:
            return _sorry(error.status, "The playground has nothing at this address.")
        except (SetupError, BackendError, LookupError, ValueError) as error:
            _log.info("refused: %s", error)
            return _sorry(
                400, "That is not possible right now: the channel may be gone or closed to this person."
            )
        except Exception:  # noqa: BLE001 - a visitor reads a sentence, the terminal has the trace
            _log.exception("the playground failed")
            return _sorry(
                500, "The playground tripped over this one. The terminal shows why; the rest still works."
            )
        response.headers.update(HEADERS)
        return response

    def _knows_key(self, request: web.Request) -> bool:
        return secrets.compare_digest(request.headers.get("X-Playground-Key", ""), self.key)

    def _who(self, value: object) -> Person | None:
        return self.stage.world.people.get(int(str(value))) if value else None

    # ------------------------------------------------------------------------------------ answers

    async def _state(self, request: web.Request) -> web.Response:
        query = request.query
        channel = int(query["channel"]) if query.get("channel") else None
        after = int(query.get("after", 0))
        return web.json_response(self.stage.state(self._who(query.get("who")), channel, after_entry=after))

    async def _open(self, request: web.Request) -> web.Response:
        body = await request.json()
        person = self._who(body["who"])
        if person is None:
            raise LookupError("nobody of that name")
        return web.json_response({"url": await self.stage.open(person, int(body["channel"]))})

    async def _wind(self, request: web.Request) -> web.Response:
        by = (await request.json())["by"]
        if by != "post" and by not in STEPS:
            raise ValueError("no such step")
        await self.stage.wind(by)
        return web.json_response({})

    async def _restart(self, request: web.Request) -> web.Response:
        await self.stage.restart()
        return web.json_response({})


async def _file(request: web.Request) -> web.Response:
    name, kind = FILES[request.path]
    return web.Response(text=(HERE / name).read_text(encoding="utf-8"), content_type=kind)


def _sorry(status: int, sentence: str) -> web.Response:
    return web.json_response({"error": sentence}, status=status, headers=HEADERS)
