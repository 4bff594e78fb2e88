"""Winding the clock forward, from one due instant to the next, so that everything happens at its own time."""

from __future__ import annotations

from datetime import datetime, timedelta

from . import shim
from .journal import Journal
from .world import World

TURNS = 25
"""How often the bot may owe something again at one instant before the clock moves on without it."""

STRIDE = timedelta(hours=1)
"""How far the clock moves at once while the bot is behind and cannot say what comes next."""

PATIENCE = timedelta(weeks=4)
"""How far to look for the next post; the longest break of a course is shorter."""

STEPS: dict[str, timedelta] = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}


class Clock:
    """The virtual clock of a world; it stands still until somebody winds it."""

    def __init__(self, world: World, journal: Journal) -> None:
        self.world = world
        self.journal = journal
        self.next_due: datetime | None = None
        self.next_post: datetime | None = None
        self.behind = False

    async def wind(self, by: str) -> None:
        """Move by a named step, or to the next post."""
        if by == "post":
            await self.to_next_post()
        else:
            await self.to(self.world.now() + STEPS[by])

    async def to_next_post(self) -> None:
        """Move until the bot has next posted in a channel; in a course that is over, a day."""
        await self.catch_up()
        said, limit = self.journal.said, self.world.now() + PATIENCE
        while self.journal.said == said and not self.behind and self.next_due and self.next_due <= limit:
            await self.to(self.next_due)
        if self.journal.said == said:
            await self.to(self.world.now() + STEPS["day"])

    async def to(self, until: datetime) -> None:
        """Move to an instant, stopping at every due instant on the way."""
        await self.catch_up()
        while self.world.now() < until:
            await self._advance(min(await self._next_instant(), until))
            await self.catch_up()

    async def catch_up(self) -> None:
        """Let bot and classmates do all that is due by now, the bot first."""
        now = self.world.now()
        with self.world.env.time_context():
            for _ in range(TURNS):
                await shim.as_bot(self.world.env, self.world.bot.tick)
                await self.world.env.settle()
                acting = await self.world.classmates.next_at(now)
                if acting is not None and acting <= now:
                    await self.world.classmates.act(now)
                    continue
                self.next_due = await self.world.bot.next_due()
                if self.next_due is None or self.next_due > now:
                    break
            self.next_post = await self.world.bot.next_post()
        self._notice_arrears(now)
        self.journal.gather_errors()

    def _notice_arrears(self, now: datetime) -> None:
        behind = self.next_due is not None and self.next_due <= now
        if behind and not self.behind:
            self.journal.note(
                "trouble", "The bot owes something that it cannot say; the clock moves on without it."
            )
        self.behind = behind

    async def _next_instant(self) -> datetime:
        """The next instant at which the bot or a classmate has something to do; a stride if it is behind."""
        now = self.world.now()
        with self.world.env.time_context():
            due = (self.next_due, await self.world.classmates.next_at(now))
        stride = now + (STRIDE if self.behind else PATIENCE)
        return min((instant for instant in due if instant is not None and instant > now), default=stride)

    async def _advance(self, until: datetime) -> None:
        ahead = (until - self.world.now()).total_seconds()
        if ahead > 0:
            await self.world.env.advance_time(ahead)
