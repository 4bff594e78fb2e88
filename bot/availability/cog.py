"""Being away, and keeping people apart: `/away` and `/pairs`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

import discord
from discord import app_commands
from discord.ext import commands

from bot.availability import cards, rules
from bot.availability.forms import Going
from bot.availability.service import Availability
from bot.cohorts import door
from bot.cohorts.rules import Here, parse_reason
from bot.cohorts.service import Cohorts
from bot.confirm import carried
from bot.errors import CourseError
from bot.forms import GivenBack
from bot.ui import House, Interaction, reply, update


class AvailabilityCog(commands.Cog):
    """The door where people say that they are away, and leads keep people apart."""

    pairs = app_commands.Group(name="pairs", description="Who reviews whom", guild_only=True)

    def __init__(self, bot: House, cohorts: Cohorts, availability: Availability) -> None:
        self.bot, self.cohorts, self.availability = bot, cohorts, availability

    async def cog_load(self) -> None:
        """Open this room's doors."""
        self.bot.open_door("away.tell", self.tell_pressed)
        self.bot.open_door("away.change", self.change_pressed)
        self.bot.open_door("away.edit", self.edit_pressed)
        self.bot.open_door("away.back", self.back_pressed)
        self.bot.open_door("pairs.forbid", self.forbid_pressed)
        self.bot.open_door("pairs.allow", self.allow_pressed)
        self.bot.open_door("pairs.leave", self.leave_pressed)
        self.bot.open_door("pairs.page", self.page_pressed)

    @app_commands.command(name="away", description="Say until when you are away: no reviews are asked of you")
    @app_commands.describe(
        until="Your last day away: friday, next monday, in 3 days, or 2026-03-09; leave it out to see what is set",
        reason="For leads and mentors only",
    )
    async def away(
        self, interaction: Interaction, until: str | None = None, reason: str | None = None
    ) -> None:
        """Show how a date was understood and ask; without a date, show what is set."""
        here = await door.here(self.cohorts, interaction)
        if not (until or "").strip() and not (reason or "").strip():
            await self._show(interaction, here)
            return
        rules.traveller(here)
        form = Going({"until": until or "", "reason": reason or ""}, partial(self._ask, here.cohort.id))
        try:
            if not (until or "").strip():
                raise CourseError(
                    "Until when? Give your last day away as well, such as friday or 2026-03-09."
                )
            await self._ask(here.cohort.id, interaction, until or "", reason or "")
        except CourseError as refusal:
            await reply(interaction, GivenBack(str(refusal), form))

    async def _show(self, interaction: Interaction, here: Here) -> None:
        now = interaction.created_at
        own = await self.availability.away(here, now)
        others = await self.availability.who_is_away(here, now) if here.is_staff else None
        may_leave = bool(here.roles & {"student", "mentor"})
        await reply(interaction, cards.away_shown(here.cohort, own, others, may_leave=may_leave))

    async def _ask(self, cohort_id: int, interaction: Interaction, until: str, reason: str) -> None:
        here = await door.here(self.cohorts, interaction, cohort_id)
        now = interaction.created_at
        leave = self.availability.leave(here, until, reason, now)
        before = await self.availability.away(here, now)
        card = cards.away_asked(here.cohort, leave, before)
        # From a form that a card of ours opened, the new card takes the old one's place.
        await (reply if interaction.message is None else update)(interaction, card)

    async def tell_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Keep the absence that the card shows; the key is the cohort and the last day."""
        cohort_id, _, day = key.partition(".")
        here = await door.here(self.cohorts, interaction, int(cohort_id))
        absence = await self.availability.tell(
            here, date.fromisoformat(day), carried(interaction), interaction.created_at
        )
        await update(interaction, cards.away_told(here.cohort, absence))
        self.bot.nudge()

    async def change_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Open the form with what the card shows."""
        cohort_id, _, day = key.partition(".")
        typed = {"until": day, "reason": carried(interaction)}
        await interaction.response.send_modal(Going(typed, partial(self._ask, int(cohort_id))))

    async def edit_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Open the form with the absence that is set."""
        here = await door.here(self.cohorts, interaction, int(key))
        own = await self.availability.away(here, interaction.created_at)
        typed: dict[str, str] = {}
        if own is not None:
            typed = {"until": str(rules.last_day(own.until_at, here.cohort)), "reason": own.reason}
        await interaction.response.send_modal(Going(typed, partial(self._ask, int(key))))

    async def back_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """End the absence now."""
        here = await door.here(self.cohorts, interaction, int(key))
        was_away = await self.availability.back(here, interaction.created_at)
        await update(interaction, cards.back(here.cohort, was_away=was_away))
        self.bot.nudge()

    @pairs.command(name="forbid")
    @app_commands.describe(
        one="One of the two who should not review each other",
        other="The other one",
        reason="For leads only",
        undo="True lets them review each other again",
    )
    async def forbid(
        self,
        interaction: Interaction,
        one: discord.Member | discord.User | None = None,
        other: discord.Member | discord.User | None = None,
        reason: str | None = None,
        undo: bool = False,
    ) -> None:
        """Keep two people from reviewing each other; without names, see who is kept apart."""
        here = await door.here(self.cohorts, interaction)
        if one is None and other is None:
            pairs = await self.availability.pairs_apart(here)
            await reply(interaction, cards.pairs_listed(here.cohort, pairs, 1))
            return
        here.lead()
        if one is None or other is None:
            raise CourseError("A pair takes two people. Name both `one` and `other`.")
        pair = await self.availability.pair(here, one.id, other.id, apart=not undo)
        asked = (
            cards.allow_asked(here.cohort, pair)
            if undo
            else cards.forbid_asked(here.cohort, pair, parse_reason(reason))
        )
        await reply(interaction, asked)

    async def forbid_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Keep the two apart whom the card names; the key is the cohort and their Discord ids."""
        cohort_id, one, other = map(int, key.split("."))
        here = await door.here(self.cohorts, interaction, cohort_id)
        pair = await self.availability.forbid(here, one, other, carried(interaction), interaction.created_at)
        await update(interaction, cards.forbidden(here.cohort, pair))
        self.bot.nudge()

    async def allow_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Let the two together again whom the card names."""
        cohort_id, one, other = map(int, key.split("."))
        here = await door.here(self.cohorts, interaction, cohort_id)
        pair = await self.availability.allow(here, one, other, interaction.created_at)
        await update(interaction, cards.allowed(here.cohort, pair))

    async def leave_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Leave the pairs as they are."""
        here = await door.here(self.cohorts, interaction, int(key))
        await update(interaction, cards.pairs_left(here.cohort))

    async def page_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Turn a page of the pairs; the key is the cohort and the page."""
        cohort_id, page = map(int, key.split("."))
        here = await door.here(self.cohorts, interaction, cohort_id)
        pairs = await self.availability.pairs_apart(here)
        await update(interaction, cards.pairs_listed(here.cohort, pairs, page))
