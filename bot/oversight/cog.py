"""How a cohort stands: `/report`, for leads and mentors."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence

import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.cohorts import door
from bot.cohorts.rules import Here
from bot.cohorts.service import Cohorts
from bot.mentors.visiting import show_in
from bot.oversight import cards
from bot.oversight.overview import picture
from bot.oversight.rules import Report
from bot.oversight.service import Oversight
from bot.ui import House, Interaction
from bot.web.visits import Visits

_log = structlog.get_logger(__name__)


class OversightCog(commands.Cog):
    """The door where leads and mentors see who is behind, and why."""

    def __init__(
        self, bot: House, cohorts: Cohorts, oversight: Oversight, visits: Visits | None = None
    ) -> None:
        self.bot, self._cohorts, self._oversight, self._visits = bot, cohorts, oversight, visits

    async def cog_load(self) -> None:
        """Open this room's doors."""
        self.bot.open_door("report.open", self._open)
        self.bot.open_door("report.page", self._page)
        self.bot.open_door("report.browse", self._browse)
        self.bot.open_door("report.student", self._browse_student)

    @app_commands.command(name="report", description="Who is behind and why: a picture, lists and a table")
    @app_commands.describe(week="Only this week's work; leave it out for everything so far")
    async def report(self, interaction: Interaction, week: int | None = None) -> None:
        """Show how the cohort stands."""
        await self._show(interaction, await door.here(self._cohorts, interaction), week)

    async def _open(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        await self._show(interaction, await door.here(self._cohorts, interaction, int(key)), None)

    async def _show(self, interaction: Interaction, here: Here, week: int | None) -> None:
        here.staff()
        await interaction.response.defer(ephemeral=True, thinking=True)  # five hundred students take a moment
        found = await self._oversight.report(here, week, interaction.created_at)
        table = discord.File(io.BytesIO(await self._oversight.table(found)), cards.TABLE)
        drawn = await _picture(found, found.opening)
        card = cards.report(found, found.opening, has_table=True, has_pages=self._visits is not None)
        await interaction.followup.send(view=card, files=[drawn, table], ephemeral=True)

    async def _page(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Show other students; the key is the cohort and the week, 0 for all of them."""
        cohort_id, week = map(int, key.split("."))
        here = await door.here(self._cohorts, interaction, cohort_id)
        here.staff()
        await interaction.response.defer()
        found = await self._oversight.report(here, week or None, interaction.created_at)
        page = found.nearest(int(values[0]))
        card = cards.report(found, page, has_table=False, has_pages=self._visits is not None)
        await interaction.edit_original_response(view=card, attachments=[await _picture(found, page)])

    async def _browse(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        here = await door.here(self._cohorts, interaction, int(key))
        await show_in(interaction, self._visits, here, "")

    async def _browse_student(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Lead on to a student's page; the key is the cohort and the member."""
        cohort_id, member_id = map(int, key.split("."))
        here = await door.here(self._cohorts, interaction, cohort_id)
        await show_in(interaction, self._visits, here, f"students/{member_id}")

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Nobody is left there to be told; what is owed there fails, and says so in the log."""
        _log.warning("removed from a server", guild_id=guild.id, name=guild.name)


async def _picture(found: Report, page: int) -> discord.File:
    return discord.File(io.BytesIO(await asyncio.to_thread(picture, found, page)), cards.PICTURE)
