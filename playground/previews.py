"""SimCord's Preview of a channel through one person's eyes, several at a time inside our page.

SimCord allows one Preview per world and forbids framing; the few private seams that change this
stand here and nowhere else. A view that nobody looks at any more is closed: each one costs.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import simcord
from aiohttp import web
from simcord.backend.access import can_access_channel

from .faces import faces
from .world import ZONE, Person, World

UNSEEN_SECONDS = 20.0
"""How long a view stays open after the last page that showed it has gone."""

DOING = {"click", "select", "modal_submit", "run_command", "send_message"}
"""Actions of the Preview by which a person does something in the world."""

HERE = Path(__file__).parent
SKIN = {"/preview.css": HERE / "skin.css", "/app.js": HERE / "skin.js"}
"""What is laid after SimCord's own style and script: our colours, and a chat's manners."""


@dataclass(slots=True)
class View:
    """One channel through one person's eyes; `shown` is how much of the world's story it has published."""

    preview: Any
    shown: int = 0
    looked_at: float = field(default_factory=time.monotonic)


class Previews:
    """All open views of a world."""

    _closed = True  # SimCord asks its one Preview for this; saying yes lets the next one open

    def __init__(
        self, world: World, *, port: int, turn: asyncio.Lock, after: Callable[[], Awaitable[None]]
    ) -> None:
        self.world = world
        self.port = port
        self.turn = turn
        self.after = after
        self.faces = faces(world)
        self.views: dict[tuple[int, int], View] = {}
        world.env._preview = self

    def _mark_action_dispatched(self) -> None:
        for view in self.views.values():
            view.preview._mark_action_dispatched()

    @property
    def story(self) -> int:
        """How much has happened in the world."""
        return len(self.world.env.backend.transcript)

    def may_see(self, person: Person, channel_id: int) -> bool:
        """Whether a channel, thread or DM is open to somebody."""
        return can_access_channel(self.world.env, channel_id, person.actor, history=True)

    async def open(self, person: Person, channel_id: int) -> str:
        """The address of a view; call it holding the turn."""
        key = (person.actor.id, channel_id)
        if key not in self.views:
            self.views[key] = await self._enter(person, channel_id)
        self._show_latest(self.views[key].preview)
        self.views[key].looked_at = time.monotonic()
        return self.views[key].preview.url

    def touch(self, person: Person, channel_id: int) -> bool:
        """Somebody still looks at this view; False if it is no longer open."""
        view = self.views.get((person.actor.id, channel_id))
        if view is not None:
            view.looked_at = time.monotonic()
        return view is not None

    async def refresh(self) -> None:
        """Show every view what it has not shown yet; one that is up to date keeps its open form."""
        for view in list(self.views.values()):
            if view.shown < self.story:
                await view.preview.refresh()

    async def tidy(self) -> None:
        """Close what nobody looks at."""
        now = time.monotonic()
        for key, view in list(self.views.items()):
            if now - view.looked_at > UNSEEN_SECONDS:
                del self.views[key]
                await view.preview.close()

    async def close(self) -> None:
        """Close everything."""
        while self.views:
            await self.views.popitem()[1].preview.close()

    # ------------------------------------------------------------------------- SimCord's private seams

    async def _enter(self, person: Person, channel_id: int) -> View:
        env = self.world.env
        channel = env.backend.get_channel(channel_id)
        direct = channel.guild_id is None
        preview: Any = env.preview(
            simcord.ChannelHandle(env, None if direct else self.world.guild, channel),
            viewers=[person.actor.user if direct else person.actor],
            layout="channel",
            timezone=ZONE.key,
            assets=self.faces,
        )
        view = View(preview)
        self._keep_turns(preview)
        self._remember_shown(view)
        self._dress(preview._server)
        try:
            await preview.__aenter__()
        finally:
            env._preview = self
        return view

    @staticmethod
    def _show_latest(preview: Any) -> None:
        """A page that opens this view again begins at the newest message, not where the first one began."""
        page = preview._python
        page.target_id = page.window_end_id = preview._initial_target(page.viewer, page.channel_id)

    def _keep_turns(self, preview: Any) -> None:
        """One action at a time in the whole world, and then what the bot owes because of it."""
        act, opened = preview._action, preview._server._pages

        async def action(context: Any, body: Any) -> Any:
            async with self.turn:
                result = await act(context, body)
                if body.get("kind") in DOING:
                    await self.after()
                return result

        async def pages(request: Any) -> Any:
            async with self.turn:
                return await opened(request)

        preview._action, preview._server._pages = action, pages

    def _remember_shown(self, view: View) -> None:
        publish = view.preview._publish

        def remembering(page: Any, **how: Any) -> None:
            view.shown = self.story
            publish(page, **how)

        view.preview._publish = remembering

    def _dress(self, server: Any) -> None:
        """Let our page frame the view, and let the view look like our page."""
        headers = {key: value for key, value in server._SECURITY_HEADERS.items() if key != "X-Frame-Options"}
        parents = f"frame-ancestors http://127.0.0.1:{self.port} http://localhost:{self.port}"
        headers["Content-Security-Policy"] = headers["Content-Security-Policy"].replace(
            "frame-ancestors 'none'", parents
        )
        server._SECURITY_HEADERS = headers
        plain = server._static

        async def static(request: web.Request) -> web.Response:
            response: web.Response = await plain(request)
            if request.path in SKIN:
                response.text = f"{response.text}\n{SKIN[request.path].read_text(encoding='utf-8')}"
            return response

        server._static = static
