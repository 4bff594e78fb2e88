"""The way from an invitation to a cohort that can start: the hello, `/cohort create`, its channel and roles."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial

import discord
import structlog
from discord import app_commands
from discord.app_commands import AppCommandChannel, Choice, Transform
from discord.ext import commands

from bot.cohorts import door, setup
from bot.cohorts.rules import ROLES, Asker, Role, Running
from bot.cohorts.service import Cohorts
from bot.cohorts.setup import Wanted, plan
from bot.cohorts.zones import zones_like
from bot.curriculum import Curriculum
from bot.errors import CourseError
from bot.founding import cards, premises, service
from bot.founding.forms import PLACES, CohortForm
from bot.founding.service import Founding
from bot.roster import carriers
from bot.ui import House, Interaction, reply

_log = structlog.get_logger(__name__)


class AnyTextChannel(app_commands.Transformer):
    """A text channel, also one that I cannot see: then the answer can say so."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """A channel."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """Where a cohort can meet."""
        return PLACES

    async def transform(
        self, interaction: discord.Interaction, value: AppCommandChannel, /
    ) -> AppCommandChannel:
        """As Discord gives it."""
        return value


class GuideCog(commands.Cog):
    """Whoever runs a server is taken by the hand here."""

    cohort = door.cohort_group()

    def __init__(self, bot: House, cohorts: Cohorts, founding: Founding, course: Curriculum) -> None:
        self.bot = bot
        self.cohorts, self.founding = cohorts, founding
        self.course = course
        self.busy: set[int] = set()

    async def cog_load(self) -> None:
        """Open the doors of the setup."""
        self.bot.open_door("setup.open", self.setup_pressed)
        self.bot.open_door("cohort.roles", self.roles_pressed)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Greet the servers to which I was invited while I was not there."""
        await self._greet(self.bot.guilds)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Say hello to whoever can set me up."""
        await self._greet([guild])

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """I was put out: whoever invites me again is greeted again."""
        await self.founding.forget_greeting(guild.id)

    async def _greet(self, guilds: Sequence[discord.Guild]) -> None:
        strangers = await self.founding.strangers([guild.id for guild in guilds])
        for guild in guilds:
            if guild.id not in strangers or not await self.founding.greet(guild.id):
                continue
            if not await premises.say_hello(self.bot, guild, self.course.course.title):
                _log.warning("no hello", guild_id=guild.id)
                await self.founding.forget_greeting(guild.id)

    async def setup_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Open the form from the hello, also from the one in a private message; the key is the server."""
        asker = await self._asker(interaction, int(key))
        await self._ask(interaction, asker, Wanted())

    @cohort.command(name="create")
    @app_commands.describe(
        name="What the cohort is called, such as Spring 2026",
        channel="Where it meets: kickoffs, pairings, retros and digests go there",
        starts_on="The first day, as YYYY-MM-DD; the course begins with the first kickoff on or after it",
        timezone="The zone whose clock the cohort lives by, such as Europe/Berlin",
        student_role="Whoever holds this role is a student of the cohort",
        mentor_role="Whoever holds this role is a mentor of the cohort",
        lead_role="Whoever holds this role leads the cohort",
    )
    async def create(
        self,
        interaction: Interaction,
        name: str | None = None,
        channel: Transform[AppCommandChannel, AnyTextChannel] | None = None,
        starts_on: str | None = None,
        timezone: str | None = None,
        student_role: discord.Role | None = None,
        mentor_role: discord.Role | None = None,
        lead_role: discord.Role | None = None,
    ) -> None:
        """Make a new cohort as a draft, step by step; nothing is posted until you start it."""
        roles: dict[Role, discord.Role | None] = {
            "student": student_role,
            "mentor": mentor_role,
            "lead": lead_role,
        }
        wanted = Wanted(
            name=name or "",
            channel_id=None if channel is None else channel.id,
            starts_on=starts_on or "",
            timezone=timezone or "",
            role_ids={role: None if given is None else given.id for role, given in roles.items()},
        )
        asker = door.asker(interaction)
        if not wanted.is_complete:
            await self._ask(interaction, asker, wanted)
            return
        await self._draft(interaction, asker, wanted, [])

    @create.autocomplete("timezone")
    async def zones(self, interaction: Interaction, current: str) -> list[Choice[str]]:
        """Time zones that fit what was typed."""
        return [Choice(name=name, value=name) for name in zones_like(current)]

    async def _ask(self, interaction: Interaction, asker: Asker, wanted: Wanted) -> None:
        """Open the form, filled with what was given, with what a draft of that name has, and a first day."""
        known = await self.founding.known(asker, wanted.name)
        guild = self.bot.get_guild(asker.guild_id or 0)
        if known is not None:
            is_there = guild is not None and guild.get_channel(known.channel_id) is not None
            wanted = replace(
                wanted,
                starts_on=wanted.starts_on or str(known.starts_on),
                timezone=wanted.timezone or known.timezone,
                channel_id=wanted.channel_id or (known.channel_id if is_there else None),
            )
        first = setup.next_weekday(self.course.rhythm.kickoff.weekday, interaction.created_at.date())
        wanted = replace(wanted, starts_on=wanted.starts_on or str(first))
        await interaction.response.send_modal(
            CohortForm(wanted, partial(self._submitted, asker.guild_id or 0))
        )

    async def _submitted(self, guild_id: int, interaction: Interaction, wanted: Wanted) -> None:
        """Make what the form describes: its channel first if it has none, then its draft."""
        asker = await self._asker(interaction, guild_id)
        with self._alone(guild_id):
            await interaction.response.defer(ephemeral=True, thinking=True)
            ground = await self.founding.ground(asker, wanted, interaction.created_at)
            news: list[str] = []
            if wanted.channel_id is None:
                place = await premises.channel(self._guild(guild_id), wanted.name, ground)
                wanted, news = replace(wanted, channel_id=place.id), place.news
            await self._draft(interaction, asker, wanted, news)

    async def _draft(
        self, interaction: Interaction, asker: Asker, wanted: Wanted, news: Sequence[str]
    ) -> None:
        now = interaction.created_at
        before = await self.founding.known(asker, wanted.name)
        running = await self.cohorts.create(
            asker,
            name=wanted.name,
            channel_id=wanted.channel_id or 0,
            starts_on=wanted.starts_on,
            timezone=wanted.timezone,
            role_ids=wanted.role_ids,
            now=now,
        )
        cohort, guild = running.cohort, self.bot.get_guild(running.cohort.guild_id)
        given = [carriers.by_hand(guild, cohort.role_id(role)) for role in ROLES]
        news = [*news, *(words for words in given if words is not None)]
        await reply(interaction, await self._card(asker, running, now, news, is_changed=before is not None))
        self.bot.nudge()

    async def _card(
        self,
        asker: Asker,
        running: Running,
        now: datetime,
        news: Sequence[str],
        fresh: Sequence[int] = (),
        *,
        is_changed: bool = False,
    ) -> cards.Card:
        here = await self.cohorts.here(asker, now, cohort_id=running.cohort.id)
        students = (await self.cohorts.overview(here)).counts["student"]
        site = door.site(self.bot, here.cohort, fresh)
        coming = plan(running.times, now)
        return cards.draft_made(running, coming, students, site, now, news, is_changed=is_changed)

    async def roles_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Make the Discord roles that a cohort lacks, or use those of their names that are there."""
        now = interaction.created_at
        cohort = (await door.here(self.cohorts, interaction, int(key))).cohort
        asker = await self._asker(interaction, cohort.guild_id)
        here = await self.cohorts.here(asker, now, cohort_id=cohort.id)
        service.check_roles_of(asker, here)
        guild = self._guild(cohort.guild_id)
        missing = door.site(self.bot, cohort).missing
        if not missing:
            raise CourseError(f"{cohort.name} has all its roles. `/cohort show` tells how it stands.")
        premises.check_may_make_roles(guild)
        with self._alone(guild.id):
            await interaction.response.defer()
            made = await premises.roles(guild, cohort, missing)
            if made.role_ids:
                cohort = await self.founding.give_roles(asker, here, made.role_ids, now)
        fresh = list(made.role_ids.values())
        if cohort.state == "draft":
            card = await self._card(asker, Running(cohort=cohort, course=self.course), now, made.news, fresh)
        else:
            card = cards.roles_made(cohort, made.news)
        await interaction.edit_original_response(view=card)

    @contextmanager
    def _alone(self, guild_id: int) -> Generator[None]:
        """One at a time on a server: two who look for a channel by its name at once would both make it."""
        if guild_id in self.busy:
            raise CourseError(
                "Somebody is setting up a cohort on this server right now. Wait a moment, then try again: what is "
                "there by then is used."
            )
        self.busy.add(guild_id)
        try:
            yield
        finally:
            self.busy.discard(guild_id)

    def _guild(self, guild_id: int) -> discord.Guild:
        guild = self.bot.get_guild(guild_id)
        if guild is None:
            raise CourseError("I am not on that server any more. Invite me again, then try once more.")
        return guild

    async def _asker(self, interaction: Interaction, guild_id: int) -> Asker:
        """Whoever asks, as that server knows them: the owner's hello came in a private message."""
        asker = door.asker(interaction)
        if asker.guild_id == guild_id:
            return asker
        try:
            member = await self._guild(guild_id).fetch_member(asker.user_id)
        except discord.NotFound:
            raise CourseError(
                "You are not on that server any more. Whoever runs it can set up a cohort."
            ) from None
        return replace(
            asker,
            guild_id=guild_id,
            role_ids=frozenset(role.id for role in member.roles),
            manages_guild=member.guild_permissions.manage_guild,
        )
