"""Looking back: `/retro`, and the buttons that open its form."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import partial

import discord
from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.cohorts import door
from bot.cohorts.rules import Here
from bot.cohorts.service import Cohorts
from bot.retros import cards, rules
from bot.retros.book import FILE, book
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
        self.bot.open_door("retro.settle", self.settle)
        self.bot.open_door("retro.promises", self.promises)
        self.bot.open_door("retro.mine", self.promises_apart)
        self.bot.open_door("retro.export", self.export)

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
        if week is None and (choice := await self.retros.choice(here, interaction.created_at)):
            await ui.reply(interaction, cards.choice_card(here, choice))
            return
        opening = await self.retros.form(here, week, interaction.created_at)
        form = LookBack(
            opening.week,
            here.course.retro,
            opening.promised,
            filled(opening.entry, opening.promised),
            partial(self._keep, here.cohort.id),
            in_place=in_place,
        )
        await interaction.response.send_modal(form)

    async def _keep(
        self, cohort_id: int, interaction: Interaction, form: LookBack, typed: Mapping[str, str]
    ) -> None:
        here = await door.here(self.cohorts, interaction, cohort_id)
        written = await self.retros.write(
            here,
            form.week,
            retain=typed["retain"],
            improve=typed["improve"],
            scale=typed["scale"],
            kept=rules.parse_kept(typed.get("kept")),
            now=interaction.created_at,
        )
        await (ui.update if form.in_place else ui.reply)(interaction, cards.thanks_card(here, written))
        self.bot.nudge()

    async def settle(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Say what became of a promise: `cohort.week of the card.week of the promise`."""
        cohort_id, on, week = map(int, key.split("."))
        here = await door.here(self.cohorts, interaction, cohort_id)
        answered = await self.retros.settle(here, week, values[0], interaction.created_at)
        if on == cards.EVERYWHERE:
            shown = cards.promises_card(here, await self.retros.promises(here), answered)
        else:
            shown = cards.thanks_card(here, await self.retros.written(here, on), answered)
        await ui.update(interaction, shown)
        self.bot.nudge()

    async def promises(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """List the promises that are open, in the place of the card that led there."""
        here = await door.here(self.cohorts, interaction, int(key))
        await ui.update(interaction, cards.promises_card(here, await self.retros.promises(here)))

    async def promises_apart(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """The same beside a card that holds more than promises."""
        here = await door.here(self.cohorts, interaction, int(key))
        await ui.reply(interaction, cards.promises_card(here, await self.retros.promises(here)))

    async def export(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Give a student all of their retros as a file."""
        here = await door.here(self.cohorts, interaction, int(key))
        entries = await self.retros.book(here)
        file = discord.File(io.BytesIO(book(here, entries).encode()), FILE)
        await ui.reply(interaction, cards.book_card(here, len(entries)), file=file)
