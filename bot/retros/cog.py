"""Looking back: `/retro`, and the buttons that open its form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.cohorts import door
from bot.cohorts.rules import Here
from bot.cohorts.service import Cohorts
from bot.retros import rules
from bot.retros.cards import thanks_card
from bot.retros.forms import LookBack, filled
from bot.retros.service import Retros
from bot.ui import House, Interaction


class RetrosCog(commands.Cog):
    """The door to the weekly look back."""

    def __init__(self, bot: House, cohorts: Cohorts, retros: Retros) -> None:
        self.bot, self.cohorts, self.retros = bot, cohorts, retros

    async def cog_load(self) -> None:
        """Answer the buttons that open the form."""
        self.bot.open_door("retro.open", self.open_form)
        self.bot.open_door("retro.more", self.open_form_in_place)

    @app_commands.command(name="retro", description="Look back on a week: what to keep, change and build on")
    @app_commands.describe(week="Which week; the latest one if you leave it out")
    async def retro(self, interaction: Interaction, week: int | None = None) -> None:
        """Open the form."""
        await self._open(interaction, await door.here(self.cohorts, interaction), week)

    async def open_form(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Open the form for `cohort.week`."""
        await self._press(interaction, key, in_place=False)

    async def open_form_in_place(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """The same from a card of thanks, which the next one takes the place of."""
        await self._press(interaction, key, in_place=True)

    async def _press(self, interaction: Interaction, key: str, *, in_place: bool) -> None:
        cohort_id, _, week = key.partition(".")
        here = await door.here(self.cohorts, interaction, int(cohort_id))
        await self._open(interaction, here, int(week) if week else None, in_place=in_place)

    async def _open(
        self, interaction: Interaction, here: Here, week: int | None, *, in_place: bool = False
    ) -> None:
        opening = await self.retros.form(here, week, interaction.created_at)
        form = LookBack(
            opening.week,
            here.course.retro,
            opening.promised,
            filled(opening.entry),
            partial(self._keep, here.cohort.id),
            in_place=in_place,
        )
        await interaction.response.send_modal(form)

    async def _keep(
        self, cohort_id: int, interaction: Interaction, form: LookBack, typed: Mapping[str, str]
    ) -> None:
        here = await door.here(self.cohorts, interaction, cohort_id)
        entry = await self.retros.write(
            here,
            form.week,
            retain=typed["retain"],
            improve=typed["improve"],
            scale=typed["scale"],
            kept=rules.parse_kept(typed.get("kept")),
            now=interaction.created_at,
        )
        card = thanks_card(here, entry, form.promised)
        await (ui.update if form.in_place else ui.reply)(interaction, card)
        self.bot.nudge()
