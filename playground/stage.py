"""Everything a visitor can do here, one thing at a time: look, be somebody, wind, restart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

from . import shim
from .clock import Clock
from .journal import Entry, Journal
from .pages import Pages
from .previews import Previews
from .world import ZONE, Person, World

TEXT_ROOMS = {0, 5}
THREADS = {11, 12}
PRIVATE_THREAD = 12
"""Discord's numbers for kinds of channels."""


class Stage:
    """A world with its clock, its log and its open views, shared by all pages."""

    def __init__(self, world: World, *, port: int) -> None:
        self.world = world
        self.turn = asyncio.Lock()
        self.journal = Journal(world)
        self.clock = Clock(world, self.journal)
        self.previews = Previews(world, port=port, turn=self.turn, after=self._after_deed)
        self.pages = Pages(world, self.turn)
        self.busy: str | None = None
        self.read_at_opening: dict[int, int | None] = {}

    def open_doors(self) -> None:
        """The story so far is told: whatever comes from here on is new to the visitor."""
        rooms = self.world.env.backend.channels.values()
        self.read_at_opening = {room.id: room.last_message_id for room in rooms}

    # ------------------------------------------------------------------------------------- doing

    async def open(self, person: Person, channel_id: int) -> str:
        """The address of a channel as somebody sees it."""
        async with self.turn:
            return await self.previews.open(person, channel_id)

    async def wind(self, by: str) -> None:
        """Wind the clock, then show what has happened."""
        async with self._working("Winding the clock"):
            await self.clock.wind(by)

    async def restart(self) -> None:
        """Stop the bot and start it again on the same database."""
        await self.pages.close()
        async with self._working("Restarting the bot"):
            await shim.restart(self.world.env, await self.world.make_bot())
            self.journal.note("clock", "The bot was stopped and started again. Its old buttons still work.")
            await self.pages.open()
            await self.clock.catch_up()

    async def close(self) -> None:
        """Close the pages, the views, the bot and the simulated Discord."""
        await self.pages.close()
        async with self.turn:
            await self.previews.close()
            await shim.stop(self.world.env)

    @asynccontextmanager
    async def _working(self, label: str) -> AsyncIterator[None]:
        async with self.turn:
            self.busy = label
            try:
                yield
            finally:
                self.busy = None
                self.journal.gather_errors()
            await self.previews.refresh()

    async def _after_deed(self) -> None:
        """A person did something: what the bot owes because of it is said now."""
        await self.clock.catch_up()
        await self.previews.refresh()

    # ------------------------------------------------------------------------------------ looking

    def state(self, person: Person | None, channel_id: int | None, *, after_entry: int) -> dict[str, Any]:
        """All that a page shows around the view."""
        due = self.clock.next_post
        seen = person is not None and channel_id is not None and self.previews.touch(person, channel_id)
        return {
            "now": self.world.now().isoformat(),
            "zone": ZONE.key,
            "next": due.isoformat() if due else None,
            "busy": self.busy,
            "open": seen,
            "people": [self._person(one) for one in self.world.people.values()],
            "channels": list(self._channels(person)) if person else [],
            "log": [_entry(entry) for entry in self.journal.since(after_entry)],
        }

    def _person(self, person: Person) -> dict[str, Any]:
        letters = self._letters(person)
        return {
            "id": str(person.actor.id),
            "name": person.name,
            "role": person.role,
            **(self._reading(person, letters) if letters else {"last": "", "opened": ""}),
        }

    def _channels(self, person: Person) -> Iterator[dict[str, Any]]:
        backend = self.world.env.backend
        kinds = TEXT_ROOMS | THREADS
        rooms = [room for room in backend.channels.values() if room.guild_id and int(room.type) in kinds]
        order = {room.id: (room.position, room.id) for room in rooms if int(room.type) in TEXT_ROOMS}
        for room in sorted(rooms, key=lambda r: (*order.get(r.parent_id or r.id, (0, 0)), r.id)):
            if self.previews.may_see(person, room.id):
                yield _channel(room) | self._reading(person, room)
        letters = self._letters(person)
        if letters is not None:
            name = {"kind": "direct", "name": backend.bot_user.name}
            yield _channel(letters) | name | self._reading(person, letters)

    def _letters(self, person: Person) -> Any | None:
        backend = self.world.env.backend
        return backend.channels.get(backend.dm_channels.get(person.actor.id, 0))

    def _reading(self, person: Person, room: Any) -> dict[str, str]:
        """The newest message that somebody sees in a room, and the newest when the playground opened."""
        messages = self.world.env.backend.messages.get(room.id, {})
        seen = (one.id for one in reversed(messages.values()) if one.visible_to(person.actor.id))
        return {"last": str(next(seen, "")), "opened": str(self.read_at_opening.get(room.id) or "")}


def _channel(room: Any) -> dict[str, Any]:
    return {
        "id": str(room.id),
        "name": room.name,
        "kind": "thread" if int(room.type) in THREADS else "room",
        "private": int(room.type) == PRIVATE_THREAD or any(one.deny for one in room.overwrites),
        "topic": room.topic or "",
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "kind": entry.kind,
        "text": entry.text,
        "channel": str(entry.channel_id) if entry.channel_id else None,
        "person": str(entry.person_id) if entry.person_id else None,
    }
