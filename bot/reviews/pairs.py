"""Who reviews whom, by a lead's hand: `/pairs preview · run · set · history`."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot import ui
from bot.cohorts import door
from bot.cohorts.rules import Here
from bot.cohorts.service import Cohorts
from bot.errors import CourseError
from bot.reviews import pairs_cards as cards
from bot.reviews.by_hand import ByHand
from bot.submissions.rules import listed

Person = discord.Member | discord.User


class PairsCog(commands.Cog):
    """The door where leads look at the pairs, and change them."""

    pairs = app_commands.Group(name="pairs", description="Who reviews whom", guild_only=True)

    def __init__(self, bot: ui.House, cohorts: Cohorts, by_hand: ByHand) -> None:
        self.bot = bot
        self._cohorts = cohorts
        self._by_hand = by_hand

    async def cog_load(self) -> None:
        """Open this room's doors to its pairs."""
        doors: dict[str, ui.Handler] = {
            "pairs.look": self._look,
            "pairs.weigh": self._weigh,
            "pairs.run": self._run,
            "pairs.ask": self._ask,
            "pairs.take": self._take,
            "pairs.met": self._met,
        }
        for action, handler in doors.items():
            self.bot.open_door(action, handler)

    @pairs.command(
        name="preview", description="Who would review whom if it were paired now; nothing is written"
    )
    @app_commands.describe(deliverable="Which round; without it, the one whose deadline comes next")
    async def preview(self, interaction: ui.Interaction, deliverable: str | None = None) -> None:
        """Show a round before it runs."""
        here = await door.here(self._cohorts, interaction)
        here.lead()
        await interaction.response.defer(ephemeral=True, thinking=True)  # pairing hundreds takes a moment
        shown = await self._by_hand.preview(here, deliverable, interaction.created_at)
        await ui.reply(interaction, cards.preview(shown, 1))

    @pairs.command(
        name="run", description="Pair a round now, before its deadline; you see it and confirm it first"
    )
    @app_commands.describe(deliverable="Which round; without it, the one whose deadline comes next")
    async def run(self, interaction: ui.Interaction, deliverable: str | None = None) -> None:
        """Show a round and what follows from running it, and ask."""
        here = await door.here(self._cohorts, interaction)
        here.lead()
        await interaction.response.defer(ephemeral=True, thinking=True)
        shown = await self._by_hand.preview(here, deliverable, interaction.created_at, to_run=True)
        await ui.reply(interaction, cards.run_asked(shown, 1))

    async def _look(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        here, wanted, page = await self._page(interaction, key)
        shown = await self._by_hand.preview(here, wanted, interaction.created_at)
        await ui.update(interaction, cards.preview(shown, int(page)))

    async def _weigh(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        here, wanted, page = await self._page(interaction, key)
        shown = await self._by_hand.preview(here, wanted, interaction.created_at, to_run=True)
        await ui.update(interaction, cards.run_asked(shown, int(page)))

    async def _run(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        """Pair the round if it is still the one on the card; else show what it has become."""
        here, wanted, mark = await self._page(interaction, key)
        shown = await self._by_hand.run(here, wanted, mark, interaction.created_at)
        if not shown.has_run:
            await ui.update(interaction, cards.run_asked(shown, 1, changed=True))
            return
        await ui.update(interaction, cards.has_run(shown))
        self.bot.nudge()

    async def _page(self, interaction: ui.Interaction, key: str) -> tuple[Here, str, str]:
        """The cohort, the deliverable (whose key may have a dot in it) and the page or mark that a key names."""
        cohort_id, _, rest = key.partition(".")
        wanted, _, last = rest.rpartition(".")
        return await door.here(self._cohorts, interaction, int(cohort_id)), wanted, last

    @pairs.command(
        name="set", description="Ask a certain person for a review of a certain work, or ask no longer"
    )
    @app_commands.describe(
        reviewer="Who is to review it",
        author="Whose work it is",
        deliverable="Which of their works; without it, their newest",
        undo="True takes the review from the reviewer, and asks somebody else",
    )
    async def set(
        self,
        interaction: ui.Interaction,
        reviewer: Person,
        author: Person,
        deliverable: str | None = None,
        undo: bool = False,
    ) -> None:
        """Show what a wish comes to, and ask."""
        here = await door.here(self._cohorts, interaction)
        now = interaction.created_at
        if undo:
            taking = await self._by_hand.taking(here, reviewer.id, author.id, deliverable, now)
            await ui.reply(interaction, cards.take_asked(here.cohort, taking))
        else:
            wish = await self._by_hand.wish(here, reviewer.id, author.id, deliverable, now)
            await ui.reply(interaction, cards.set_asked(here.cohort, wish))

    async def _ask(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        here, reviewer, author, wanted = await self._wished(interaction, key)
        wish = await self._by_hand.ask(here, reviewer, author, wanted, interaction.created_at)
        await ui.update(interaction, cards.was_set(wish))
        self.bot.nudge()

    async def _take(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        here, reviewer, author, wanted = await self._wished(interaction, key)
        taking = await self._by_hand.take(here, reviewer, author, wanted, interaction.created_at)
        await ui.update(interaction, cards.was_taken(taking))
        self.bot.nudge()

    async def _wished(self, interaction: ui.Interaction, key: str) -> tuple[Here, int, int, str]:
        """The cohort, the reviewer, the author and the deliverable that a key names."""
        cohort_id, reviewer, author, wanted = key.split(".", 3)
        here = await door.here(self._cohorts, interaction, int(cohort_id))
        return here, int(reviewer), int(author), wanted

    @pairs.command(name="history", description="Who reviewed whom over the course, and how often")
    @app_commands.describe(member="Around whom; without it, the pairs that met most")
    async def history(self, interaction: ui.Interaction, member: Person | None = None) -> None:
        """Show who met whom."""
        here = await door.here(self._cohorts, interaction)
        found = await self._by_hand.history(here, None if member is None else member.id)
        await ui.reply(interaction, cards.history(found, 1))

    async def _met(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        """Turn a page of who met whom; the key is the cohort, our id of the member (0: everybody) and the page."""
        cohort_id, member_id, page = map(int, key.split("."))
        here = await door.here(self._cohorts, interaction, cohort_id)
        found = await self._by_hand.partners(here, member_id or None)
        await ui.update(interaction, cards.history(found, page))

    @preview.autocomplete("deliverable")
    @run.autocomplete("deliverable")
    @set.autocomplete("deliverable")
    async def deliverables(self, interaction: ui.Interaction, current: str) -> list[Choice[str]]:
        """Offer this week's first; nothing rather than an error."""
        try:
            here = await door.here(self._cohorts, interaction)
        except CourseError:
            return []
        offered = listed(here.course, current, frozenset(), here.now_week(interaction.created_at))
        return [Choice(name=ui.shortened(item.name, 100), value=item.key) for item in offered]
