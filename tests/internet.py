"""A small internet on this machine: 127.0.0.2 is a public place, 127.0.0.1 is somebody's own network."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.abc import AbstractResolver

from bot.hosts import Address
from bot.reach import Reach

PUBLIC, PRIVATE = "127.0.0.2", "127.0.0.1"
HASH = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"
Page = Callable[[web.Request], Any]


class Names(AbstractResolver):
    """What names mean: each is asked anew every time, and the next of its meanings is told."""

    def __init__(self) -> None:
        self.meanings: dict[str, list[str]] = {}
        self.failing: dict[str, int] = {}

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[Any]:
        if host in self.failing:
            raise OSError(self.failing[host], "no such name")
        known = self.meanings.get(host, [PUBLIC])
        place = known.pop(0) if len(known) > 1 else known[0]
        kind = socket.AF_INET6 if ":" in place else socket.AF_INET
        return [{"hostname": host, "host": place, "port": port, "family": kind, "proto": 0, "flags": 0}]

    async def close(self) -> None:
        """Nothing is open."""


class Internet:
    """Pages by path, and what was asked of them: method, host, path."""

    def __init__(self) -> None:
        self.names = Names()
        self.pages: dict[str, Page | int] = {}
        self.asked: list[tuple[str, str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.port = 0

    def reach(self, **options: Any) -> Reach:
        """Looks at this internet, where the public place may be connected to at any port."""
        chosen = {"allowed": self.is_allowed, "resolver": self.names, "api": self.at("api.example.org", "")}
        return Reach(**chosen | options)

    def is_allowed(self, place: Address, port: int) -> bool:
        return str(place) == PUBLIC

    def at(self, host: str, path: str = "/ok") -> str:
        return f"http://{host}:{self.port}{path}"

    def said(self) -> list[str]:
        """The methods and paths that were asked for."""
        return [f"{method} {path}" for method, _, path in self.asked]

    def sends(self, path: str, to: str, status: int = 302) -> None:
        """A page that only leads elsewhere."""

        def page(request: web.Request) -> web.Response:
            return web.Response(status=status, headers={"Location": to})

        self.pages[path] = page

    def tells(self, path: str, body: Any) -> None:
        """A page of GitHub's API."""
        self.pages[path] = lambda request: web.json_response(body)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.method, request.host, request.path_qs))
        self.headers.append(dict(request.headers))
        page = self.pages.get(request.path, 200 if request.path.endswith("ok") else 404)
        if isinstance(page, int):
            return web.Response(status=page)
        found = page(request)
        return await found if asyncio.iscoroutine(found) else found


def commits(sha: str = HASH, date: str = "2026-03-11T10:00:00Z") -> list[Any]:
    """What GitHub says when it is asked for the newest commit."""
    return json.loads(json.dumps([{"sha": sha, "commit": {"committer": {"date": date}}}]))


@asynccontextmanager
async def opened() -> AsyncIterator[Internet]:
    """The internet, for as long as it lasts."""
    internet = Internet()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", internet.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        first = web.TCPSite(runner, PUBLIC, 0)
        await first.start()
        internet.port = runner.addresses[0][1]
        await web.TCPSite(runner, PRIVATE, internet.port).start()
        yield internet
    finally:
        await runner.cleanup()
