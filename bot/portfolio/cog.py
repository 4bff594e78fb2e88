"""`/portfolio publish` and `/portfolio show`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import discord
from discord import app_commands
from discord.ext import commands

from bot.cohorts import door
from bot.cohorts.rules import Here
from bot.cohorts.service import Cohorts
from bot.curriculum import Curriculum, Deliverable
from bot.errors import CourseError, NotAllowed
from bot.portfolio import arranging_cards, cards, forms
from bot.portfolio.proofs import Proofs
from bot.portfolio.rules import Work
from bot.portfolio.service import Portfolios, Shown
from bot.submissions.rules import CHOICES, find
from bot.ui import House, Interaction, reply, shortened, update


class PortfolioCog(commands.Cog):
    """The door where accepted work is published and looked at."""

    portfolio = app_commands.Group(name="portfolio", description="Accepted work, shown with what proves it")

    def __init__(
        self,
        bot: House,
        cohorts: Cohorts,
        portfolios: Portfolios,
        proofs: Proofs,
        *,
        pages_url: str | None = None,
    ) -> None:
        self.bot, self.cohorts, self.portfolios = bot, cohorts, portfolios
        self.pages_url, self.proofs = pages_url, proofs

    async def cog_load(self) -> None:
        """Open this room's doors."""
        self.bot.open_door("portfolio.publish", self.publish_pressed)
        self.bot.open_door("portfolio.narrative", self.narrative_chosen)
        self.bot.open_door("portfolio.show", self.show_pressed)
        self.bot.open_door("portfolio.read", self.read_chosen)
        self.bot.open_door("portfolio.about", self.about_pressed)

    @portfolio.command(
        name="publish", description="Show a piece of your accepted work, with a few words about it"
    )
    @app_commands.describe(
        deliverable="Which one; what was accepted last if you leave it out",
        narrative="What it is and what it proves; without it a form opens with a template",
    )
    async def publish(
        self, interaction: Interaction, deliverable: str | None = None, narrative: str | None = None
    ) -> None:
        """Publish at once, or open the form."""
        here = await door.here(self.cohorts, interaction)
        meant = find(here.course, deliverable) if deliverable else await self.portfolios.meant(here)
        if not (narrative or "").strip():
            await self._open(interaction, here, meant)
            return
        try:
            await self._publish(here.cohort.id, meant, interaction, narrative or "")
        except NotAllowed:
            raise
        except CourseError as refusal:
            form = self._form(here, meant, narrative or "")
            await forms.give_back(interaction, str(refusal), form, narrative or "")

    @publish.autocomplete("deliverable")
    async def own_work(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        """What is accepted, unpublished before published; nothing rather than an error."""
        try:
            here = await door.here(self.cohorts, interaction)
            works = await self.portfolios.offered(here)
        except CourseError:
            return []
        return _choices(here.course, works, current)

    @portfolio.command(
        name="show", description="See what somebody in your cohort has published, or what you have"
    )
    @app_commands.describe(member="Whose portfolio; yours if you leave it out")
    async def show(self, interaction: Interaction, member: discord.User | None = None) -> None:
        """Show a portfolio."""
        here = await door.here(self.cohorts, interaction)
        found = await self.portfolios.shown(here, interaction.user.id if member is None else member.id)
        await reply(interaction, self._card(found, 1))

    async def publish_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Open the form for `cohort.deliverable`."""
        cohort_id, _, wanted = key.partition(".")
        here = await door.here(self.cohorts, interaction, int(cohort_id))
        await self._open(interaction, here, find(here.course, wanted))

    async def narrative_chosen(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Open the form for what was chosen; the key begins with the cohort."""
        here = await door.here(self.cohorts, interaction, int(key.partition(".")[0]))
        await self._open(interaction, here, find(here.course, values[0]))

    async def show_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """A page of a portfolio; the key is the cohort, the member and the page."""
        cohort_id, member_id, page = map(int, key.split("."))
        here = await door.here(self.cohorts, interaction, cohort_id)
        await update(interaction, self._card(await self.portfolios.shown_by_id(here, member_id), page))

    async def read_chosen(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """A narrative from beginning to end; the key is the cohort, the member and the page to go back to."""
        cohort_id, member_id, page = map(int, key.split("."))
        here = await door.here(self.cohorts, interaction, cohort_id)
        found = await self.portfolios.shown_by_id(here, member_id)
        entries = () if found.portfolio is None else found.portfolio.entries
        entry = next((item for item in entries if item.deliverable.key == values[0]), None)
        if entry is None:
            raise CourseError("That is not in this portfolio any more. `/portfolio show` has what is.")
        await update(interaction, cards.whole(found, entry, page))

    async def about_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Open the form about oneself."""
        here = await door.here(self.cohorts, interaction, int(key))
        found = await self.portfolios.own(here)
        typed = {} if found.portfolio is None else forms.introduced(found.portfolio)
        send = partial(self._introduce, here.cohort.id)
        await interaction.response.send_modal(forms.AboutForm(typed, send))

    async def _open(self, interaction: Interaction, here: Here, meant: Deliverable) -> None:
        opening = await self.portfolios.opening(here, meant, interaction.created_at)
        await interaction.response.send_modal(self._form(here, meant, opening.narrative))

    def _form(self, here: Here, meant: Deliverable, words: str) -> forms.NarrativeForm:
        return forms.NarrativeForm(meant, words, partial(self._publish, here.cohort.id, meant))

    async def _publish(
        self, cohort_id: int, meant: Deliverable, interaction: Interaction, words: str
    ) -> None:
        here = await door.here(self.cohorts, interaction, cohort_id)
        receipt = await self.portfolios.publish(here, meant, words, interaction.created_at)
        found = await self.portfolios.own(here)
        card = arranging_cards.published(found, receipt, pages_are_on=self.pages_url is not None)
        await update(interaction, card)
        if self.proofs.is_on:
            await self.proofs.look(here, interaction.created_at, meant.key)

    async def _introduce(self, cohort_id: int, interaction: Interaction, typed: Mapping[str, str]) -> None:
        here = await door.here(self.cohorts, interaction, cohort_id)
        found = await self.portfolios.introduce(here, typed["headline"], typed["about"], typed["contact"])
        await update(interaction, self._card(found, 1))

    def _card(self, found: Shown, page: int) -> discord.ui.LayoutView:
        return cards.show(found, page, self.pages_url, checks_links=self.proofs.is_on)


def _choices(course: Curriculum, works: Sequence[Work], typed: str) -> list[app_commands.Choice[str]]:
    """Accepted work whose name has every typed word: what is not published before what is, the newest first."""
    words = typed.lower().split()
    named = [(item, course.deliverable(item.key).name) for item in reversed(works)]
    found = [(item, name) for item, name in named if all(word in name.lower() for word in words)]
    phrase = " ".join(words)
    found.sort(key=lambda entry: (phrase not in entry[1].lower(), entry[0].published is not None))
    return [app_commands.Choice(name=_choice(item, name), value=item.key) for item, name in found[:CHOICES]]


def _choice(item: Work, name: str) -> str:
    mark = "" if item.published is None else " · published"
    return shortened(name, 100 - len(mark)) + mark
