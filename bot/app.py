"""The bot itself: builds every room by hand, wakes the tick, and is the only one to read the clock."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import discord
import structlog
from discord.ext import commands, tasks

from bot import memory
from bot.availability.cog import AvailabilityCog
from bot.availability.service import Availability
from bot.cohorts import door
from bot.cohorts.cog import CohortsCog
from bot.cohorts.roster import RosterCog
from bot.cohorts.service import Cohorts
from bot.course.cog import CourseCog
from bot.curriculum import Curriculum
from bot.database import Database
from bot.mentors.cog import MentorsCog
from bot.mentors.service import Mentors
from bot.posts.cog import PostsCog
from bot.posts.service import Posts
from bot.progress.cog import ProgressCog
from bot.progress.service import Progress
from bot.retros.cog import RetrosCog
from bot.retros.service import Retros
from bot.reviews.cog import ReviewsCog
from bot.reviews.service import Reviews
from bot.revisions.cog import RevisionsCog
from bot.revisions.service import Revisions
from bot.submissions.cog import SubmissionsCog
from bot.submissions.service import Submissions
from bot.ui import House

_log = structlog.get_logger(__name__)

# The tick looks at the ledger at least this often, so that a clock that was set, or a row that another process
# wrote, is noticed without anybody telling.
SAFETY = timedelta(minutes=1)
LAST_WORD = 20.0  # seconds that a stop waits for the posts that are being sent


class Homeroom(House):
    """A course team's bot, on however many servers and shards."""

    def __init__(
        self,
        *,
        database: Database,
        course: Curriculum,
        clock: Callable[[], datetime] = discord.utils.utcnow,
        safety: timedelta = SAFETY,
    ) -> None:
        intents = discord.Intents.none()
        intents.guilds = intents.members = True
        super().__init__(intents=intents, chunk_guilds_at_startup=False, max_messages=None)
        self.database, self.course = database, course
        self._clock, self._safety = clock, safety
        self._ticking, self._again, self._leaving = False, False, False

        self.cohorts = Cohorts(database, course)
        self.availability = Availability(database)
        self.submissions = Submissions(database)
        self.reviews = Reviews(database)
        self.revisions = Revisions(database)
        self.mentors = Mentors(database)
        self.retros = Retros(database)
        self.progress = Progress(database)
        self.posts = Posts(database, owner=secrets.token_hex(6))
        self.speaker = PostsCog(self, self.cohorts, self.posts)

    async def setup_hook(self) -> None:
        """Open every room, tell Discord the commands if they changed, and start the tick."""
        rooms: tuple[commands.Cog, ...] = (
            CourseCog(self, partial(door.here, self.cohorts), self.course),
            CohortsCog(self, self.cohorts),
            RosterCog(self, self.cohorts),
            AvailabilityCog(self, self.cohorts, self.availability),
            SubmissionsCog(self, self.cohorts, self.submissions),
            ReviewsCog(self, self.cohorts, self.reviews, self.revisions.rechecks),
            RevisionsCog(self, self.cohorts, self.submissions, self.revisions),
            MentorsCog(self, self.cohorts, self.mentors),
            RetrosCog(self, self.cohorts, self.retros),
            ProgressCog(self, self.cohorts, self.progress),
            self.speaker,
        )
        for room in rooms:
            await self.add_cog(room)
        await self._register_commands()
        self.heartbeat.start()

    async def _register_commands(self) -> None:
        """Registering counts against a daily limit, so it is done when a command changed and not at every start."""
        payload: list[Any] = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
        name = f"commands of {self.application_id}"
        if await self.database.read(memory.recall, name) != digest:
            await self.tree.sync()
            await self.database.write(memory.remember, name, digest)

    async def on_change(self) -> None:
        """A hand wrote a fact: say what follows from it."""
        await self.tick()

    @tasks.loop(minutes=1)
    async def heartbeat(self) -> None:
        """Wake at the next instant at which something is owed, or to look around."""
        await self.tick()

    @heartbeat.before_loop
    async def _until_ready(self) -> None:
        await self.wait_until_ready()

    async def tick(self) -> None:
        """Say everything that is owed by now, a few rows at a time, each few at the time that it is by then.

        Called while it runs, it looks once more before it ends.
        """
        self._again = True
        if self._ticking:
            return
        self._ticking = True
        try:
            while self._again and not self._leaving:
                self._again = False
                now = self._clock()
                if await self.speaker.tick(now):
                    self._again = True
                await self.database.write(memory.remember, "tick", now.isoformat())
                await self._set_alarm()
        except Exception:  # noqa: BLE001 - the next beat tries again; a heart that stops helps nobody
            _log.exception("tick failed")
        finally:
            self._ticking = False

    async def next_due(self) -> datetime | None:
        """When the bot next has something to say, if it ever has."""
        return await self.posts.next_at()

    async def next_post(self) -> datetime | None:
        """When something is next said in a cohort's channel, by its calendar."""
        return await self.posts.next_post_at()

    async def _set_alarm(self) -> None:
        due = await self.posts.next_at()
        wait = self._safety if due is None else min(due - self._clock(), self._safety)
        self.heartbeat.change_interval(seconds=max(wait.total_seconds(), 1.0))

    async def close(self) -> None:
        """Finish the few posts that are being sent, then leave."""
        self._leaving = True
        waited = 0.0
        while self._ticking and waited < LAST_WORD:
            await asyncio.sleep(0.05)
            waited += 0.05
        self.heartbeat.cancel()
        await super().close()
