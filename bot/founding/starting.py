"""Setting a course going: `/cohort start`, for leads."""

from __future__ import annotations

from collections.abc import Sequence

from discord.ext import commands

from bot.cohorts import door
from bot.cohorts.service import Cohorts
from bot.errors import CourseError
from bot.founding import start_cards as cards
from bot.roster.cog import sync
from bot.ui import House, Interaction, reply, update


class StartingCog(commands.Cog):
    """Courses are started here."""

    cohort = door.cohort_group()

    def __init__(self, bot: House, cohorts: Cohorts) -> None:
        self.bot = bot
        self.cohorts = cohorts

    async def cog_load(self) -> None:
        """Open the doors of the start."""
        self.bot.open_door("cohort.start", self.start_pressed)
        self.bot.open_door("cohort.later", self.later_pressed)

    @cohort.command(name="start")
    async def start(self, interaction: Interaction) -> None:
        """Look at what the start will do, then start the course with a button."""
        here = await door.here(self.cohorts, interaction)
        running, ahead = self.cohorts.plan(here, interaction.created_at)
        await reply(interaction, cards.start_asked(running, ahead, interaction.created_at))

    async def start_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Start the course and fill its roster from the cohort's Discord roles."""
        here = await door.here(self.cohorts, interaction, int(key))
        running = await self.cohorts.start(here, interaction.created_at)
        await interaction.response.defer()  # a large server takes a while to list its members
        result, trouble = None, None
        try:
            result = await sync(self.bot, self.cohorts, here, interaction)
        except CourseError as refusal:
            trouble = str(refusal)
        self.bot.nudge()
        await interaction.edit_original_response(
            view=cards.started(running, result, trouble, interaction.created_at)
        )

    async def later_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Leave the draft as it is."""
        here = await door.here(self.cohorts, interaction, int(key))
        await update(interaction, cards.not_yet(here.cohort))
