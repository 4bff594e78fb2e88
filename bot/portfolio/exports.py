"""`/portfolio export`: a portfolio as files to keep, to send, or to publish."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence

import discord
from discord import app_commands
from discord.ext import commands

from bot.cohorts import door
from bot.cohorts.rules import Here
from bot.cohorts.service import Cohorts
from bot.portfolio import export_cards, exporting
from bot.portfolio.dossier import Dossiers
from bot.ui import House, Interaction


class ExportsCog(commands.Cog):
    """The door where a student takes their portfolio with them."""

    portfolio = app_commands.Group(name="portfolio", description="Accepted work, shown with what proves it")

    def __init__(self, bot: House, cohorts: Cohorts, dossiers: Dossiers) -> None:
        self.bot, self._cohorts, self._dossiers = bot, cohorts, dossiers

    async def cog_load(self) -> None:
        """Open this room's door."""
        self.bot.open_door("portfolio.export", self.export_pressed)

    @portfolio.command(
        name="export", description="Get your portfolio as a web page, Markdown and JSON in one zip"
    )
    async def export(self, interaction: Interaction) -> None:
        """Hand somebody their own portfolio."""
        await self._export(interaction, await door.here(self._cohorts, interaction))

    async def export_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """The same from a button; the key is the cohort, and it is the portfolio of whoever presses."""
        await self._export(interaction, await door.here(self._cohorts, interaction, int(key)))

    async def _export(self, interaction: Interaction, here: Here) -> None:
        await interaction.response.defer(
            ephemeral=True, thinking=True
        )  # a whole course takes a moment to pack
        found = await self._dossiers.own(here, interaction.created_at)
        pack = await asyncio.to_thread(exporting.packed, found)
        name = exporting.pack_name(found)
        file = discord.File(io.BytesIO(pack), name)
        await interaction.followup.send(
            view=export_cards.exported(found, name, len(pack)), file=file, ephemeral=True
        )
