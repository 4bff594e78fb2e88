"""`/me` and `/progress`."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence

import discord
from discord import app_commands
from discord.ext import commands

from bot.cohorts import door
from bot.cohorts.rules import Here, Member
from bot.cohorts.service import Cohorts
from bot.progress import cards, to_do_cards
from bot.progress.service import Progress, Standing
from bot.progress.view_cards import OVERVIEW
from bot.ui import Card, House, Interaction, Press, reply, row, update


class ProgressCog(commands.Cog):
    """Where a student stands."""

    def __init__(self, bot: House, cohorts: Cohorts, progress: Progress, *, has_pages: bool = False) -> None:
        self.bot = bot
        self.cohorts = cohorts
        self.service = progress
        self.has_pages = has_pages

    async def cog_load(self) -> None:
        """Open this room's doors."""
        self.bot.open_door("me.show", self.show_me)
        self.bot.open_door("progress.show", self.show_progress)
        self.bot.open_door("progress.view", self.show_view)

    @app_commands.command(
        description="What is due, what to review and what to read: everything that waits for you."
    )
    async def me(self, interaction: Interaction) -> None:
        """What waits for you."""
        here = await door.here(self.cohorts, interaction)
        await self._to_do(interaction, here)

    @app_commands.command(
        name="progress", description="Where you stand in the course, in numbers and in a picture."
    )
    @app_commands.describe(member="A student of yours (for mentors and leads); leave it out for yourself")
    async def progress(self, interaction: Interaction, member: discord.User | None = None) -> None:
        """A student's figures."""
        here = await door.here(self.cohorts, interaction)
        if member is None or member.id == interaction.user.id:
            await self._standing(interaction, here, here.student())
        else:
            await self._standing(interaction, here, await self.cohorts.student(here, member.id))

    async def show_me(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """A button that opens `/me` for one cohort."""
        await self._to_do(interaction, await door.here(self.cohorts, interaction, int(key)))

    async def show_progress(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """A button that opens the presser's own progress."""
        here = await door.here(self.cohorts, interaction, int(key))
        await self._standing(interaction, here, here.student())

    async def show_view(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Another view of the same student, in the place of the one that was there."""
        cohort_id, member_id = map(int, key.split("."))
        here = await door.here(self.cohorts, interaction, cohort_id)
        view = await self.service.standing_of(here, member_id, interaction.created_at)
        card, files = await self._shown(here, view, values[0])
        await update(interaction, card, files=files)

    async def _to_do(self, interaction: Interaction, here: Here) -> None:
        view = await self.service.to_do(here, interaction.created_at)
        await reply(interaction, to_do_cards.to_do(view, interaction.created_at))

    async def _standing(self, interaction: Interaction, here: Here, member: Member) -> None:
        view = await self.service.standing(here, member, interaction.created_at)
        card, files = await self._shown(here, view, OVERVIEW)
        await reply(interaction, card, file=files[0])

    async def _shown(self, here: Here, view: Standing, chosen: str) -> tuple[Card, list[discord.File]]:
        """A view's card with its picture, which is drawn on a thread of its own."""
        found = cards.shown(view, chosen, own=here.member is not None and here.member.id == view.member.id)
        if self.has_pages and here.is_staff:
            key = f"{here.cohort.id}.{view.member.id}"
            found.card.add_item(row(Press("Open in the browser", "report.student", key)))
        if found.draw is None:
            return found.card, []
        drawn = await asyncio.to_thread(found.draw)
        return found.card, [discord.File(io.BytesIO(drawn), found.file)]
