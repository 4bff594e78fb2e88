"""What is to be announced: seen, taken back, and approved by a second lead."""

from __future__ import annotations

from collections.abc import Sequence

from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.announcements import cards
from bot.announcements.service import Announcements
from bot.announcements.showing import about, exactly, matching, put
from bot.cohorts import door
from bot.cohorts.rules import Here
from bot.cohorts.service import Cohorts
from bot.ui import House, Interaction, reply, update


class ComingCog(commands.Cog):
    """The door to what is to come."""

    announce = app_commands.Group(
        name="announce", description="Say something to the cohort at a time", guild_only=True
    )

    def __init__(self, bot: House, cohorts: Cohorts, announcements: Announcements) -> None:
        self.bot, self.cohorts, self.announcements = bot, cohorts, announcements

    async def cog_load(self) -> None:
        """Open this room's doors to what is to come."""
        self.bot.open_door("announce.page", self.page_pressed)
        self.bot.open_door("announce.open", self.open_picked)
        self.bot.open_door("announce.end", self.end_pressed)
        self.bot.open_door("announce.cancel", self.cancel_pressed)
        self.bot.open_door("announce.stay", self.stay_pressed)
        self.bot.open_door("announce.approve", self.approve_pressed)
        self.bot.open_door("announce.refuse", self.refuse_pressed)

    @announce.command(name="list")
    async def list(self, interaction: Interaction) -> None:
        """See what is to be announced, when, and by whom."""
        here = await door.here(self.cohorts, interaction)
        await reply(interaction, cards.listed(here, await self.announcements.coming(here), 1))

    async def page_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Turn a page of what is to come; the key is the cohort and the page."""
        here, page = await about(self.cohorts, interaction, key)
        await update(interaction, cards.listed(here, await self.announcements.coming(here), page))

    async def open_picked(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Show one that is to come, beside the list."""
        here = await door.here(self.cohorts, interaction, int(key))
        preview = await self.announcements.one(here, int(values[0]))
        await reply(interaction, cards.opened(preview, here.member), file=cards.upload(preview.file))

    @announce.command(name="cancel")
    @app_commands.describe(announcement="Which one: its number, or words of it")
    async def cancel(self, interaction: Interaction, announcement: str) -> None:
        """Take back what is to come; you see it first, and confirm."""
        here = await door.here(self.cohorts, interaction)
        item = await self.announcements.meant(here, announcement)
        await self._ask_to_end(interaction, here, item.id)

    async def end_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """The same from a button."""
        await self._ask_to_end(interaction, *await about(self.cohorts, interaction, key))

    async def _ask_to_end(self, interaction: Interaction, here: Here, announcement_id: int) -> None:
        preview = await self.announcements.one(here, announcement_id)
        await put(interaction, cards.end_asked(preview), preview.file)

    async def cancel_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Take back what the card shows."""
        here, announcement_id = await about(self.cohorts, interaction, key)
        item = await self.announcements.cancel(here, announcement_id, interaction.created_at)
        await put(interaction, cards.ended(item))
        self.bot.nudge()

    async def stay_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Leave it as it is."""
        here, announcement_id = await about(self.cohorts, interaction, key)
        preview = await self.announcements.one(here, announcement_id)
        await put(interaction, cards.stayed(preview.announcement))

    async def approve_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Let another lead's announcement ping everyone; the key ends in what it was when this was asked."""
        here, announcement_id, version = await exactly(self.cohorts, interaction, key)
        now = interaction.created_at
        await put(
            interaction, cards.approved(await self.announcements.approve(here, announcement_id, version, now))
        )
        self.bot.nudge()

    async def refuse_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Keep it from being posted; its author is told."""
        here, announcement_id, version = await exactly(self.cohorts, interaction, key)
        now = interaction.created_at
        await put(
            interaction, cards.refused(await self.announcements.refuse(here, announcement_id, version, now))
        )
        self.bot.nudge()

    @cancel.autocomplete("announcement")
    async def matching(self, interaction: Interaction, current: str) -> list[Choice[str]]:
        """What is to come that has these words in it."""
        return await matching(self.cohorts, self.announcements, interaction, current)
