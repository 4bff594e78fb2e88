"""Arranging one's own portfolio: what comes first, what is taken out, and whether everybody may see it."""

from __future__ import annotations

from collections.abc import Sequence

from discord.ext import commands

from bot.cohorts import door
from bot.cohorts.rules import Here
from bot.cohorts.service import Cohorts
from bot.errors import CourseError
from bot.portfolio import arranging_cards as cards
from bot.portfolio.rules import Portfolio
from bot.portfolio.service import PUBLISH_FIRST, Portfolios, Shown
from bot.submissions.rules import find
from bot.ui import Handler, House, Interaction, update

NO_PAGES = (
    "Pages are switched off where I run, so a portfolio cannot be put online here. Export gives you the same page to "
    "put wherever you like."
)


class ArrangingCog(commands.Cog):
    """The buttons below one's own portfolio. Each is about the portfolio of whoever presses it."""

    def __init__(
        self, bot: House, cohorts: Cohorts, portfolios: Portfolios, *, pages_url: str | None = None
    ) -> None:
        self.bot, self.cohorts, self.portfolios, self.pages_url = bot, cohorts, portfolios, pages_url

    async def cog_load(self) -> None:
        """Open this room's doors."""
        doors: dict[str, Handler] = {
            "portfolio.best": self.best_pressed,
            "portfolio.choose": self.place_chosen,
            "portfolio.edit": self.edit_pressed,
            "portfolio.out": self.out_pressed,
            "portfolio.take": self.out_chosen,
            "portfolio.taken": self.take_out_pressed,
            "portfolio.online": self.online_pressed,
            "portfolio.put": self.put_pressed,
            "portfolio.offline": self.offline_pressed,
            "portfolio.withdraw": self.withdraw_pressed,
        }
        for action, handler in doors.items():
            self.bot.open_door(action, handler)

    async def best_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """The menus of the best three; the key is the cohort and the page of their choices."""
        cohort_id, page = map(int, key.split("."))
        _, found = await self._own(interaction, cohort_id)
        await update(interaction, cards.best(found, page))

    async def place_chosen(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Put something at a place; the key is the cohort, the place and the page."""
        cohort_id, place, page = map(int, key.split("."))
        here = await door.here(self.cohorts, interaction, cohort_id)
        found = await self.portfolios.choose(here, place, None if values[0] == cards.NONE else values[0])
        await update(interaction, cards.best(found, page))

    async def edit_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Choose which narrative to edit."""
        _, found = await self._own(interaction, int(key))
        await update(interaction, cards.which(found, to_take_out=False))

    async def out_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Choose what to take out."""
        _, found = await self._own(interaction, int(key))
        await update(interaction, cards.which(found, to_take_out=True))

    async def out_chosen(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Ask before it is taken out; the key begins with the cohort."""
        here, found = await self._own(interaction, int(key.partition(".")[0]))
        meant = find(here.course, values[0])
        await update(interaction, cards.take_out_asked(found, meant))

    async def take_out_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Take it out; the key is the cohort and the deliverable."""
        cohort_id, _, wanted = key.partition(".")
        here = await door.here(self.cohorts, interaction, int(cohort_id))
        meant = find(here.course, wanted)
        words = await self.portfolios.take_out(here, meant.key)
        await update(interaction, cards.taken_out(await self.portfolios.own(here), meant, words))

    async def online_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Say what everybody will see, and ask."""
        _, found = await self._own(interaction, int(key))
        self._pages()
        await update(interaction, cards.online_asked(found, self._frame(found)))

    async def put_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Put it online."""
        url = self._pages()
        here = await door.here(self.cohorts, interaction, int(key))
        found = await self.portfolios.put_online(here, interaction.created_at)
        await update(interaction, cards.is_online(found, self._frame(found), url))

    async def offline_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Ask before the page is closed."""
        _, found = await self._own(interaction, int(key))
        await update(interaction, cards.offline_asked(found))

    async def withdraw_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Close the page."""
        here = await door.here(self.cohorts, interaction, int(key))
        await update(interaction, cards.is_offline(await self.portfolios.take_offline(here)))

    async def _own(self, interaction: Interaction, cohort_id: int) -> tuple[Here, Shown]:
        """The presser's own portfolio, with something in it."""
        here = await door.here(self.cohorts, interaction, cohort_id)
        found = await self.portfolios.own(here)
        self._frame(found)
        return here, found

    def _frame(self, found: Shown) -> Portfolio:
        if found.portfolio is None or not found.portfolio.entries:
            raise CourseError(PUBLISH_FIRST)
        return found.portfolio

    def _pages(self) -> str:
        if self.pages_url is None:
            raise CourseError(NO_PAGES)
        return self.pages_url
