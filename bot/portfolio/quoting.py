"""Quotes with their writers' leave, and links that were looked at: the buttons beside a portfolio."""

from __future__ import annotations

from collections.abc import Sequence

import discord
import structlog
from discord.ext import commands

from bot import ui
from bot.cohorts import door
from bot.cohorts.rules import Here
from bot.cohorts.service import Cohorts
from bot.portfolio import proof_cards, quote_cards
from bot.portfolio.leaves import Leaves
from bot.portfolio.proofs import Proofs
from bot.portfolio.rules import Leave
from bot.ui import House, Interaction

_log = structlog.get_logger(__name__)


class QuotingCog(commands.Cog):
    """The door where authors ask to quote, reviewers answer, and links are looked at."""

    def __init__(self, bot: House, cohorts: Cohorts, leaves: Leaves, proofs: Proofs) -> None:
        self.bot, self.cohorts = bot, cohorts
        self.leaves, self.proofs = leaves, proofs

    async def cog_load(self) -> None:
        """Open this room's doors."""
        doors: dict[str, ui.Handler] = {
            "portfolio.quotes": self.quotes_pressed,
            "portfolio.proofs": self.proofs_pressed,
            "quote.ask": self.ask_chosen,
            "quote.send": self.send_pressed,
            "quote.mine": self.mine_pressed,
            "quote.open": self.open_pressed,
            "quote.named": self.named_pressed,
            "quote.unnamed": self.unnamed_pressed,
            "quote.declined": self.declined_pressed,
        }
        for action, handler in doors.items():
            self.bot.open_door(action, handler)

    async def quotes_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """What may be asked for, and what became of it."""
        here = await self._here(interaction, key)
        await ui.update(interaction, quote_cards.words(here, await self.leaves.words(here)))

    async def ask_chosen(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Show what asking means, before anybody is asked."""
        here = await self._here(interaction, key)
        chosen = await self.leaves.choice(here, int(values[0]))
        await ui.update(interaction, quote_cards.asking(here, chosen))

    async def send_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Ask; the key is the cohort and the review."""
        cohort_id, _, review_id = key.partition(".")
        here = await self._here(interaction, cohort_id)
        asked = await self.leaves.ask(here, int(review_id), interaction.created_at)
        await ui.update(interaction, quote_cards.words(here, await self.leaves.words(here), just=asked))
        self.bot.nudge()

    async def mine_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Who asked to quote whoever presses."""
        here = await self._here(interaction, key)
        await ui.update(interaction, quote_cards.asked_list(here, await self.leaves.asked_of(here)))

    async def open_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """One of them, to change one's mind."""
        view = await self.leaves.asked(interaction.user.id, int(key))
        await ui.update(interaction, quote_cards.asked(view))

    async def named_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Yes, with a name."""
        await self._answer(interaction, key, "named")

    async def unnamed_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Yes, without a name."""
        await self._answer(interaction, key, "unnamed")

    async def declined_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """No."""
        await self._answer(interaction, key, "declined")

    async def _answer(self, interaction: Interaction, key: str, leave: Leave) -> None:
        view = await self.leaves.answer(interaction.user.id, int(key), leave, interaction.created_at)
        await ui.update(interaction, quote_cards.asked(view, just=True))
        self.bot.nudge()

    async def proofs_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Answer first, then look at the links and say what was there."""
        here, now = await self._here(interaction, key), interaction.created_at
        due = await self.proofs.due(here, now)
        await ui.update(interaction, proof_cards.looking(due))
        card = proof_cards.looked(here, await self.proofs.look(here, now))
        try:
            await interaction.edit_original_response(view=card)
        except discord.HTTPException as error:  # it was dismissed; `/portfolio show` has what was found
            _log.info("links' card gone", code=error.code, status=error.status)
        self.bot.nudge()

    async def _here(self, interaction: Interaction, cohort_id: str) -> Here:
        return await door.here(self.cohorts, interaction, int(cohort_id))
