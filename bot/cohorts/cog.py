"""Seeing how a cohort stands, and its ladder: `/cohort`, for leads."""

from __future__ import annotations

from collections.abc import Sequence

from discord import app_commands
from discord.ext import commands

from bot.cohorts import cards, door
from bot.cohorts.rules import Here
from bot.cohorts.service import Cohorts
from bot.curriculum import STEPS, Step
from bot.errors import CourseError
from bot.ui import House, Interaction, reply, update


class CohortsCog(commands.Cog):
    """Cohorts are looked at and adjusted here."""

    cohort = door.cohort_group()

    def __init__(self, bot: House, cohorts: Cohorts) -> None:
        self.bot = bot
        self.cohorts = cohorts

    async def cog_load(self) -> None:
        """Open this room's doors."""
        self.bot.open_door("cohort.show", self.show_pressed)
        self.bot.open_door("ladder.keep", self.ladder_pressed)
        self.bot.open_door("ladder.leave", self.ladder_left_pressed)

    @cohort.command(name="show")
    async def show(self, interaction: Interaction) -> None:
        """See how the cohort stands: week, people, what is posted next, what needs mending."""
        await self._show(interaction, await door.here(self.cohorts, interaction))

    async def show_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """The same from a button, also in a private message."""
        await self._show(interaction, await door.here(self.cohorts, interaction, int(key)))

    async def _show(self, interaction: Interaction, here: Here) -> None:
        view = await self.cohorts.overview(here)
        site = door.site(self.bot, here.cohort)
        await reply(interaction, cards.overview(view, site.gaps, interaction.created_at, site.missing))

    @cohort.command(name="ladder")
    @app_commands.describe(
        nudge="Hours before reviews are due: a reminder",
        warn="Hours before: a last word",
        expire="Hours after: what did not come is offered to volunteers",
        mentor="Hours after: what nobody took waits for a mentor",
        covered="Hours after: every piece of work has its reviews or a mentor's",
        recheck="Hours that a reviewer has to look at answers",
    )
    async def ladder(
        self,
        interaction: Interaction,
        nudge: int | None = None,
        warn: int | None = None,
        expire: int | None = None,
        mentor: int | None = None,
        covered: int | None = None,
        recheck: int | None = None,
    ) -> None:
        """See what happens when reviews do not come, and when; or change it for this cohort."""
        here = await door.here(self.cohorts, interaction)
        given = (nudge, warn, expire, mentor, covered, recheck)
        wanted: dict[Step, int | None] = dict(zip(STEPS, given, strict=True))
        after = self.cohorts.ladder(here, wanted)
        if all(hours is None for hours in given):
            await reply(interaction, cards.ladder(here, interaction.created_at))
        elif after == here.course.review.ladder:
            raise CourseError("The ladder is like that already. `/cohort ladder` without options shows it.")
        else:
            await reply(interaction, cards.ladder_asked(here, after))

    async def ladder_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Keep a ladder; the key is the cohort and the hours of each step in order."""
        cohort_id, *hours = map(int, key.split("."))
        here = await door.here(self.cohorts, interaction, cohort_id)
        wanted: dict[Step, int] = dict(zip(STEPS, hours, strict=True))
        kept = await self.cohorts.keep_ladder(here, wanted, interaction.created_at)
        await update(interaction, cards.ladder_kept(here.cohort, kept))
        self.bot.nudge()

    async def ladder_left_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Leave the ladder as it is."""
        here = await door.here(self.cohorts, interaction, int(key))
        await update(interaction, cards.ladder_left(here.cohort))
