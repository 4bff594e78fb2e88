"""A cohort's roster from a file and to a file: `/roster import` and `/roster export`, for its leads."""

from __future__ import annotations

import io
from collections.abc import Sequence

import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.cohorts import door
from bot.cohorts.rules import Role
from bot.cohorts.service import Cohorts
from bot.errors import CourseError
from bot.roster import carriers, file_cards, importing, sheet
from bot.roster.service import Registrar
from bot.ui import House, Interaction, reply, update

_log = structlog.get_logger(__name__)


class RosterFilesCog(commands.Cog):
    """Many people are put on a roster at once here, and a roster is taken home."""

    roster = app_commands.Group(name="roster", description="Who is in a cohort, and as what", guild_only=True)

    def __init__(self, bot: House, cohorts: Cohorts, registrar: Registrar) -> None:
        self.bot = bot
        self.cohorts = cohorts
        self.registrar = registrar

    async def cog_load(self) -> None:
        """Open this room's doors for files."""
        self.bot.open_door("roster.import", self.import_pressed)

    @roster.command(name="import")
    @app_commands.describe(file="A CSV file with the columns member and role, one person a line")
    async def take_in(self, interaction: Interaction, file: discord.Attachment) -> None:
        """Put many people on the roster from a file; you see everything first, and confirm it with a button."""
        here = await door.here(self.cohorts, interaction)
        here.lead()
        if file.size > sheet.BYTES:
            raise CourseError(sheet.TOO_LARGE)
        await interaction.response.defer(ephemeral=True, thinking=True)
        lines, faults = sheet.read(await _content(file))
        members = await carriers.people(carriers.server(self.bot, here.cohort))
        plan = importing.plan(lines, faults, carriers.named(members), await self.registrar.places(here))
        if plan.faults:
            listed = discord.File(io.BytesIO(sheet.faults_file(plan.faults)), file_cards.FAULTS)
            await reply(interaction, file_cards.faulty(here.cohort, plan), file=listed)
            return
        made_at = await self.registrar.keep(here, plan.changes, interaction.created_at)
        await reply(interaction, file_cards.import_asked(here.cohort, plan, made_at))

    async def import_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Enroll everybody of the file, then give them their Discord roles; the key is the cohort and the file."""
        cohort_id, _, made_at = key.partition(".")
        here = await door.here(self.cohorts, interaction, int(cohort_id))
        entries = await self.registrar.enroll_all(here, int(made_at), interaction.created_at)
        await update(interaction, file_cards.imported(here.cohort, entries, None))
        self.bot.nudge()
        wanted: list[tuple[int, Role]] = [(entry.user_id, entry.role) for entry in entries]
        failed = await carriers.give_all(carriers.server(self.bot, here.cohort), here.cohort, wanted)
        try:
            await interaction.edit_original_response(view=file_cards.imported(here.cohort, entries, failed))
        except discord.HTTPException:  # Discord takes a change of an answer for a quarter of an hour
            _log.warning("roles given, and nobody told", cohort_id=here.cohort.id, failed=len(failed))

    @roster.command(name="export")
    async def export(self, interaction: Interaction) -> None:
        """Take home who is and was in the cohort, as a file for a spreadsheet or for `/roster import`."""
        here = await door.here(self.cohorts, interaction)
        places = await self.registrar.exported(here, interaction.created_at)
        file = discord.File(io.BytesIO(sheet.write(places, here.cohort.zone)), file_cards.ROSTER)
        await reply(interaction, file_cards.exported(here.cohort, len(places)), file=file)


async def _content(file: discord.Attachment) -> bytes:
    try:
        return await file.read()
    except discord.HTTPException:
        raise CourseError("Discord did not give me the file just now. Try again in a minute.") from None
