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
from bot.announcements.cog import AnnouncementsCog
from bot.announcements.coming import ComingCog
from bot.announcements.service import Announcements
from bot.availability.cog import AvailabilityCog
from bot.availability.service import Availability
from bot.cohorts import door
from bot.cohorts.cog import CohortsCog
from bot.cohorts.service import Cohorts
from bot.course.cog import CourseCog
from bot.curriculum import Curriculum
from bot.database import Database
from bot.extensions.cog import ExtensionsCog
from bot.extensions.service import Extensions
from bot.founding.cog import GuideCog
from bot.founding.service import Founding
from bot.founding.starting import StartingCog
from bot.mentors.cog import MentorsCog
from bot.mentors.pages import MentorsPages
from bot.mentors.service import Mentors
from bot.oversight.audit import AuditCog
from bot.oversight.cog import OversightCog
from bot.oversight.pages import OversightPages
from bot.oversight.searching import AuditLog
from bot.oversight.service import Oversight
from bot.planning.agenda import AgendaCog
from bot.planning.cog import PlanningCog
from bot.planning.service import Planning
from bot.portfolio.arranging import ArrangingCog
from bot.portfolio.cog import PortfolioCog
from bot.portfolio.dossier import Dossiers
from bot.portfolio.exports import ExportsCog
from bot.portfolio.leaves import Leaves
from bot.portfolio.pages import PortfolioPages
from bot.portfolio.proofs import Proofs
from bot.portfolio.quoting import QuotingCog
from bot.portfolio.service import Portfolios
from bot.posts.cog import PostsCog
from bot.posts.service import Posts
from bot.privacy.cog import PrivacyCog
from bot.privacy.service import Privacy
from bot.progress.cog import ProgressCog
from bot.progress.service import Progress
from bot.reach import Reach
from bot.retros.cog import RetrosCog
from bot.retros.service import Retros
from bot.reviews.by_hand import ByHand
from bot.reviews.cog import ReviewsCog
from bot.reviews.pairs import PairsCog
from bot.reviews.service import Reviews
from bot.revisions.cog import RevisionsCog
from bot.revisions.service import Revisions
from bot.roster.cog import RosterCog
from bot.roster.files import RosterFilesCog
from bot.roster.members import MembersCog
from bot.roster.service import Registrar
from bot.settings import PagesSettings
from bot.submissions.cog import SubmissionsCog
from bot.submissions.looking import Looking
from bot.submissions.service import Submissions
from bot.ui import House
from bot.web.door import asker_of
from bot.web.server import Pages
from bot.web.visits import Visits

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
        pages: PagesSettings | None = None,
        reach: Reach | None = None,
    ) -> None:
        intents = discord.Intents.none()
        intents.guilds = intents.members = True
        super().__init__(intents=intents, chunk_guilds_at_startup=False, max_messages=None)
        self.database, self.course = database, course
        self._clock, self._safety = clock, safety
        self._ticking, self._again, self._leaving = False, False, False

        self._open_rooms(reach)
        self.speaker = PostsCog(self, self.cohorts, self.posts)
        self.pages_url: str | None = None if pages is None else pages.url
        self.visits: Visits | None = None
        self.site: Pages | None = None
        if pages is not None:
            self.visits = Visits(database, pages.url)
            self.site = self._open_pages(pages, self.visits)

    def _open_rooms(self, reach: Reach | None) -> None:
        """Every room's use cases, on the one database."""
        database = self.database
        self.cohorts = Cohorts(database, self.course)
        self.registrar = Registrar(database)
        self.founding = Founding(database)
        self.availability = Availability(database)
        self.submissions = Submissions(database)
        self.looking = Looking(database, reach)
        self.reviews = Reviews(database)
        self.by_hand = ByHand(database)
        self.revisions = Revisions(database)
        self.more_time = Extensions(database)
        self.planning = Planning(database)
        self.mentors = Mentors(database)
        self.retros = Retros(database)
        self.progress = Progress(database)
        self.dossiers = Dossiers(database)
        self.leaves = Leaves(database)
        self.proofs = Proofs(database, self.looking)
        self.portfolios = Portfolios(database, partial(secrets.token_hex, 4))
        self.privacy = Privacy(database)
        self.announcements = Announcements(database)
        self.audit_log = AuditLog(database)
        self.oversight = Oversight(database)
        self.posts = Posts(database, owner=secrets.token_hex(6))

    def _open_pages(self, settings: PagesSettings, visits: Visits) -> Pages:
        """Put every room's pages on the site; it is served once somebody lets it listen."""
        site = Pages(settings, self.cohorts, visits, asker_of=partial(asker_of, self), clock=self._clock)
        OversightPages(self.oversight).open(site)
        MentorsPages(self.mentors).open(site)
        PortfolioPages(self.dossiers).open(site)
        return site

    async def setup_hook(self) -> None:
        """Open every room, tell Discord the commands if they changed, and start the tick."""
        rooms: tuple[commands.Cog, ...] = (
            CourseCog(self, partial(door.here, self.cohorts), self.course),
            CohortsCog(self, self.cohorts),
            StartingCog(self, self.cohorts),
            GuideCog(self, self.cohorts, self.founding, self.course),
            RosterCog(self, self.cohorts, self.registrar),
            RosterFilesCog(self, self.cohorts, self.registrar),
            MembersCog(self, self.registrar, self._clock),
            AvailabilityCog(self, self.cohorts, self.availability),
            SubmissionsCog(self, self.cohorts, self.submissions, self.looking),
            ReviewsCog(self, self.cohorts, self.reviews, self.revisions.rechecks, self.leaves.asked_of),
            PairsCog(self, self.cohorts, self.by_hand),
            RevisionsCog(self, self.cohorts, self.submissions, self.revisions),
            ExtensionsCog(self, self.cohorts, self.submissions, self.more_time),
            PlanningCog(self, self.cohorts, self.planning),
            AgendaCog(self, self.cohorts, self.planning),
            MentorsCog(self, self.cohorts, self.mentors, self.visits),
            RetrosCog(self, self.cohorts, self.retros),
            ProgressCog(self, self.cohorts, self.progress, has_pages=self.visits is not None),
            PortfolioCog(self, self.cohorts, self.portfolios, self.proofs, pages_url=self.pages_url),
            ArrangingCog(self, self.cohorts, self.portfolios, pages_url=self.pages_url),
            ExportsCog(self, self.cohorts, self.dossiers),
            QuotingCog(self, self.cohorts, self.leaves, self.proofs),
            PrivacyCog(self, self.privacy),
            AnnouncementsCog(self, self.cohorts, self.announcements),
            AuditCog(self, self.cohorts, self.audit_log),
            OversightCog(self, self.cohorts, self.oversight, self.visits),
            ComingCog(self, self.cohorts, self.announcements),
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
        """Finish the few posts and pages that are being made, then leave."""
        self._leaving = True
        if self.site is not None:
            await self.site.close()
        waited = 0.0
        while self._ticking and waited < LAST_WORD:
            await asyncio.sleep(0.05)
            waited += 0.05
        self.heartbeat.cancel()
        await super().close()
