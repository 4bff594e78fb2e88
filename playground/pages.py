"""The bot's own pages, which a visitor opens beside the playground: each is made between two deeds of the world."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from .world import World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Pages:
    """Whatever site the running bot has; a bot without one has none here either."""

    def __init__(self, world: World, turn: asyncio.Lock) -> None:
        self.world = world
        self.turn = turn

    @property
    def _site(self) -> Any | None:
        return getattr(self.world.bot, "site", None)

    async def open(self) -> None:
        """Let browsers in, one page at a time, by the world's clock."""
        if self._site is not None:
            self._site.application.middlewares.insert(0, self._in_turn)
            await self._site.listen()

    async def close(self) -> None:
        """Finish what is being read. Not while holding the turn: a page may be waiting for it."""
        if self._site is not None:
            await self._site.close()

    @property
    def _in_turn(self) -> Any:
        @web.middleware
        async def in_turn(request: web.Request, handler: Handler) -> web.StreamResponse:
            async with self.turn:
                with self.world.env.time_context():
                    return await handler(request)

        return in_turn
