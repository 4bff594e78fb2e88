"""The calendar for everybody: `/cohort calendar`, its file, and the server's own events."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import discord
from discord.ext import commands

from bot.cohorts import door
from bot.cohorts.rules import Here
from bot.cohorts.service import Cohorts
from bot.errors import CourseError
from bot.planning import agenda_cards, ics, rules
from bot.planning.rules import Live, ServerEvent
from bot.planning.service import Planning
from bot.ui import House, Interaction, reply


class AgendaCog(commands.Cog):
    """The door where everybody sees the dates."""

    cohort = door.cohort_group()

    def __init__(self, bot: House, cohorts: Cohorts, planning: Planning) -> None:
        self.bot, self.cohorts, self.planning = bot, cohorts, planning
        self._busy: set[int] = (
            set()
        )  # cohorts whose events are being put: two presses at once would put them twice

    async def cog_load(self) -> None:
        """Open this room's doors."""
        self.bot.open_door("planning.page", self.page_pressed)
        self.bot.open_door("planning.events", self.events_pressed)

    @cohort.command(name="calendar")
    async def calendar(self, interaction: Interaction) -> None:
        """See every week with its kickoff and deadline, and take the dates along into your own calendar."""
        here = await door.here(self.cohorts, interaction)
        file = await self._file(here, interaction.created_at)
        await reply(interaction, agenda_cards.calendar(here, interaction.created_at), file=file)

    async def page_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Turn to another page."""
        cohort_id, page = map(int, key.split("."))
        here = await door.here(self.cohorts, interaction, cohort_id)
        file = await self._file(here, interaction.created_at)
        card = agenda_cards.calendar(here, interaction.created_at, page)
        await interaction.response.edit_message(view=card, attachments=[file])

    async def _file(self, here: Here, now: datetime) -> discord.File:
        written = ics.written(here, changes=await self.planning.times_changed(here), now=now)
        return discord.File(io.BytesIO(written), agenda_cards.FILE)

    async def events_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Bring the server's events to what the calendar has."""
        here = await door.here(self.cohorts, interaction, int(key))
        here.lead()
        rules.refuse_stopped(here.cohort)
        guild = self._guild(here)
        if here.cohort.id in self._busy:
            raise CourseError("The events are being put just now. Give it a moment.")
        self._busy.add(here.cohort.id)
        try:
            await interaction.response.defer(ephemeral=True, thinking=True)
            counts = await self._put(here, guild, interaction.created_at)
        except discord.Forbidden as error:
            raise _may_not() from error
        finally:
            self._busy.discard(here.cohort.id)
        await self.planning.note_server_events(here, counts, interaction.created_at)
        await reply(interaction, agenda_cards.events_put(here, counts))

    def _guild(self, here: Here) -> discord.Guild:
        guild = self.bot.get_guild(here.cohort.guild_id)
        if guild is None:
            raise CourseError(
                f"I cannot see the server of {here.cohort.name} just now. Try again in a minute."
            )
        if not guild.me.guild_permissions.create_events:
            raise _may_not()
        return guild

    async def _put(self, here: Here, guild: discord.Guild, now: datetime) -> Mapping[str, int]:
        """Add what is missing, move what has moved; what somebody deleted is forgotten, and so missing."""
        channel = guild.get_channel(here.cohort.channel_id)
        place = f"#{channel.name}" if channel is not None else here.cohort.name
        there = {event.id: event for event in await guild.fetch_scheduled_events(with_counts=False)}
        known = {event.key: event for event in await self.planning.server_events(here)}
        counts = Counter[str]()
        for key, event in known.items():
            if event.event_id not in there:
                await self.planning.drop_server_event(here, key)
        for live in rules.live(here, now):
            event = known.get(live.key)
            standing = there.get(event.event_id) if event is not None else None
            counts[
                await self._bring(here, guild, live, standing or _lost(live, there.values(), guild), place)
            ] += 1
        return counts

    async def _bring(
        self,
        here: Here,
        guild: discord.Guild,
        live: Live,
        standing: discord.ScheduledEvent | None,
        place: str,
    ) -> str:
        if standing is not None and standing.start_time == live.starts_at:
            done = "kept"
        elif standing is not None:
            await standing.edit(start_time=live.starts_at, end_time=live.ends_at)
            done = "moved"
        else:
            standing = await guild.create_scheduled_event(
                name=live.name,
                description=live.words,
                start_time=live.starts_at,
                end_time=live.ends_at,
                entity_type=discord.EntityType.external,
                privacy_level=discord.PrivacyLevel.guild_only,
                location=place,
            )
            done = "added"
        await self.planning.put_server_event(here, ServerEvent(live.key, standing.id, live.starts_at))
        return done


def _lost(
    live: Live, there: Iterable[discord.ScheduledEvent], guild: discord.Guild
) -> discord.ScheduledEvent | None:
    """An event of mine that nobody wrote down, because I stopped in between."""
    mine = guild.me.id
    return next((event for event in there if event.name == live.name and event.creator_id == mine), None)


def _may_not() -> CourseError:
    return CourseError(
        "I may not put anything among this server's events: I lack **Create Events**. Give it to my role under Server "
        "Settings → Roles, then press again."
    )
