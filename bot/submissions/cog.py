"""Handing in: `/submit`, and the buttons that open its form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.cohorts import door
from bot.cohorts.rules import Here
from bot.cohorts.service import Cohorts
from bot.curriculum import Deliverable
from bot.errors import CourseError
from bot.forms import GivenBack
from bot.submissions import rules
from bot.submissions.cards import receipt_card
from bot.submissions.forms import HandIn, filled
from bot.submissions.looking import Looking
from bot.submissions.service import Receipt, Submissions
from bot.ui import House, Interaction

_log = structlog.get_logger(__name__)


class SubmissionsCog(commands.Cog):
    """The door where deliverables are handed in."""

    def __init__(self, bot: House, cohorts: Cohorts, submissions: Submissions, looking: Looking) -> None:
        self.bot, self.cohorts = bot, cohorts
        self.submissions, self.looking = submissions, looking

    async def cog_load(self) -> None:
        """Answer the buttons that open the form."""
        self.bot.open_door("submit.open", self.open_form)
        self.bot.open_door("submit.more", self.open_form_in_place)

    @app_commands.command(
        name="submit", description="Hand in a deliverable: with a link at once, or in a form"
    )
    @app_commands.describe(
        deliverable="Which one; this week's if you leave it out",
        link="Its main link; without one a form opens for all its evidence",
        note="A word to your reviewers",
    )
    async def submit(
        self,
        interaction: Interaction,
        deliverable: str | None = None,
        link: str | None = None,
        note: str | None = None,
    ) -> None:
        """Record a link at once, or open the form."""
        here = await door.here(self.cohorts, interaction)
        meant = self.submissions.deliverable(here, deliverable, interaction.created_at)
        if not (link or "").strip():
            await interaction.response.send_modal(await self._form(here, meant, note=note))
            return
        links = {rules.main(meant).kind: link or ""}
        try:
            receipt = await self.submissions.submit(here, meant, links, note, interaction.created_at)
        except CourseError as refusal:
            # Whoever may not hand in at all is told so again by the form; a link or note is given back in it.
            form = await self._form(here, meant, links=links, note=note)
            await ui.reply(interaction, GivenBack(str(refusal), form))
            return
        await ui.reply(interaction, receipt_card(here, receipt))
        self.bot.nudge()
        await self._look(interaction, here, receipt)

    @submit.autocomplete("deliverable")
    async def deliverables(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        """What is due and missing first; nothing rather than an error."""
        try:
            here = await door.here(self.cohorts, interaction)
            handed_in = await self.submissions.handed_in(here)
        except CourseError:
            return []
        week = here.now_week(interaction.created_at)
        offered = rules.listed(here.course, current, handed_in, week)
        return [app_commands.Choice(name=_choice(item, handed_in), value=item.key) for item in offered]

    async def open_form(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Open the form for `cohort.deliverable`; without a deliverable, for this week's."""
        await self._open(interaction, key, in_place=False)

    async def open_form_in_place(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """The same from a receipt, which the next receipt takes the place of."""
        await self._open(interaction, key, in_place=True)

    async def _open(self, interaction: Interaction, key: str, *, in_place: bool) -> None:
        cohort_id, _, wanted = key.partition(".")
        here = await door.here(self.cohorts, interaction, int(cohort_id))
        meant = self.submissions.deliverable(here, wanted or None, interaction.created_at)
        await interaction.response.send_modal(await self._form(here, meant, in_place=in_place))

    async def _form(
        self,
        here: Here,
        deliverable: Deliverable,
        *,
        links: Mapping[str, str] | None = None,
        note: str | None = None,
        in_place: bool = False,
    ) -> HandIn:
        before = await self.submissions.opening(here, deliverable)
        typed = filled(deliverable, before, links, note)
        send = partial(self._hand_in, here.cohort.id)
        return HandIn(
            deliverable, here.own_deadline(deliverable), typed, send, before=before, in_place=in_place
        )

    async def _hand_in(
        self, cohort_id: int, interaction: Interaction, form: HandIn, links: Mapping[str, str], note: str
    ) -> None:
        here = await door.here(self.cohorts, interaction, cohort_id)
        deliverable = self.submissions.deliverable(here, form.deliverable.key, interaction.created_at)
        receipt = await self.submissions.submit(here, deliverable, links, note, interaction.created_at)
        await (ui.update if form.in_place else ui.reply)(interaction, receipt_card(here, receipt))
        self.bot.nudge()
        await self._look(interaction, here, receipt)

    async def _look(self, interaction: Interaction, here: Here, receipt: Receipt) -> None:
        """Look whether the links open, where that is on, and bring the receipt up to date if one did not."""
        seen = await self.looking.after(receipt, interaction.created_at)
        if seen is None:
            return
        self.bot.nudge()
        try:
            await interaction.edit_original_response(view=receipt_card(here, seen))
        except discord.HTTPException as error:  # it was dismissed; `/me` says what is missing
            _log.info("receipt gone", code=error.code, status=error.status)


def _choice(item: Deliverable, handed_in: frozenset[str]) -> str:
    mark = " · handed in" if item.key in handed_in else ""
    return ui.shortened(item.name, 100 - len(mark)) + mark
