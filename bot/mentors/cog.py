"""The mentor queue in Discord: `/queue`, the work behind it, and the decisions about it."""

from __future__ import annotations

from collections.abc import Sequence

from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.cohorts import door
from bot.cohorts.rules import Here
from bot.cohorts.service import Cohorts
from bot.mentors import cards
from bot.mentors.forms import ChangesForm, ReasonForm, SnippetForm
from bot.mentors.service import Mentors
from bot.mentors.visiting import show_in
from bot.mentors.work import Work
from bot.mentors.work_cards import View, shown, work_cards
from bot.web.visits import Visits


class MentorsCog(commands.Cog):
    """Where mentors work off what waits for them."""

    def __init__(
        self, bot: ui.House, cohorts: Cohorts, mentors: Mentors, visits: Visits | None = None
    ) -> None:
        self.bot = bot
        self._cohorts = cohorts
        self._mentors = mentors
        self._visits = visits

    async def cog_load(self) -> None:
        """Open this room's doors."""
        doors: dict[str, ui.Handler] = {
            "queue.page": self._page,
            "queue.filter": self._filter,
            "queue.browse": self._browse,
            "queue.next": self._next,
            "queue.take": self._take,
            "queue.open": self._open,
            "queue.view": self._view,
            "queue.renew": self._renew,
            "queue.release": self._release,
            "queue.hand": self._hand,
            "queue.hand-to": self._hand_to,
            "queue.accept": self._accept,
            "queue.changes": self._changes,
            "queue.changes-with": self._changes_with,
            "queue.review": self._review,
            "queue.turnaround": self._turnaround,
            "queue.words": self._words,
            "queue.word": self._word,
            "queue.word-add": self._add_word,
            "queue.word-change": self._change_word,
            "queue.word-drop": self._drop_word,
        }
        for action, handler in doors.items():
            self.bot.open_door(action, handler)

    @app_commands.command(name="queue", description="What waits for a mentor: take it, decide, or hand it on")
    async def queue(self, interaction: ui.Interaction) -> None:
        """Show what waits for a mentor."""
        here = await door.here(self._cohorts, interaction)
        board = await self._mentors.queue(here, interaction.created_at)
        await ui.reply(interaction, cards.board(here, board, has_pages=self._visits is not None))

    async def _here(self, interaction: ui.Interaction, key: str) -> tuple[Here, list[str]]:
        """The cohort that a key begins with, and what else is in it."""
        cohort_id, *rest = key.split(".")
        return await door.here(self._cohorts, interaction, int(cohort_id)), rest

    async def _show_board(self, interaction: ui.Interaction, here: Here, chosen: str, offset: int) -> None:
        board = await self._mentors.queue(
            here, interaction.created_at, chosen=cards.filter_of(chosen), offset=offset
        )
        await ui.update(interaction, cards.board(here, board, has_pages=self._visits is not None))

    async def _show_work(
        self, interaction: ui.Interaction, here: Here, work: Work, view: View = "overview"
    ) -> None:
        first, *rest = work_cards(here, work, view, interaction.created_at)
        await ui.update(interaction, first)
        for card in rest:
            await ui.reply(interaction, card)

    async def _page(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        here, (chosen, offset) = await self._here(interaction, key)
        await self._show_board(interaction, here, chosen, int(offset))

    async def _filter(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        here, _ = await self._here(interaction, key)
        await self._show_board(interaction, here, values[0], 0)

    async def _browse(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        here, _ = await self._here(interaction, key)
        await show_in(interaction, self._visits, here, "queue")

    async def _next(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        here, (chosen, _) = await self._here(interaction, key)
        work = await self._mentors.take_next(here, interaction.created_at, chosen=cards.filter_of(chosen))
        await self._show_work(interaction, here, work)

    async def _take(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        here, (item,) = await self._here(interaction, key)
        work = await self._mentors.take(here, int(item), interaction.created_at)
        await self._show_work(interaction, here, work)

    async def _open(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        here, (item,) = await self._here(interaction, key)
        work = await self._mentors.work(here, int(item), interaction.created_at)
        await self._show_work(interaction, here, work)

    async def _view(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        here, (item, *_) = await self._here(interaction, key)
        work = await self._mentors.work(here, int(item), interaction.created_at)
        await self._show_work(interaction, here, work, shown(values[0]))

    async def _renew(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        here, (item, *view) = await self._here(interaction, key)
        work = await self._mentors.renew(here, int(item), interaction.created_at)
        await self._show_work(interaction, here, work, shown(*view or ("overview",)))

    async def _release(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        here, (item,) = await self._here(interaction, key)
        line = await self._mentors.release(here, int(item), interaction.created_at)
        await ui.update(interaction, cards.released(here, line))

    async def _hand(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        here, (item,) = await self._here(interaction, key)
        colleagues = await self._mentors.colleagues(here, int(item), interaction.created_at)
        work = await self._mentors.work(here, int(item), interaction.created_at)
        await ui.update(interaction, cards.hand_on(here, work.line, colleagues))

    async def _hand_to(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        here, (item,) = await self._here(interaction, key)
        line, other = await self._mentors.hand(here, int(item), int(values[0]), interaction.created_at)
        await ui.update(interaction, cards.handed(here, line, other))
        self.bot.nudge()

    async def _accept(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        """Accept at once what is complete; ask for a reason where something is missing."""
        here, (item, number) = await self._here(interaction, key)
        work = await self._mentors.deciding(here, int(item), interaction.created_at, number=int(number))

        async def accept(then: ui.Interaction, reason: str | None, seen: int) -> None:
            now_here, _ = await self._here(then, key)
            done = await self._mentors.accept(
                now_here, int(item), then.created_at, number=seen, reason=reason
            )
            await ui.update(then, cards.decided(now_here, done))
            self.bot.nudge()

        if work.lacking:
            await interaction.response.send_modal(ReasonForm(int(number), work.lacking, accept))
        else:
            await accept(interaction, None, int(number))

    async def _changes(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        """Open the form at once, or ask first which of a mentor's words it is to begin with."""
        here, (item, number) = await self._here(interaction, key)
        await self._mentors.deciding(here, int(item), interaction.created_at, number=int(number))
        snippets = await self._mentors.snippets(here)
        if snippets:
            await ui.reply(interaction, cards.begin_with(here, int(item), int(number), snippets))
        else:
            await interaction.response.send_modal(self._changes_form(key))

    async def _changes_with(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        here, _ = await self._here(interaction, key)
        chosen = int(values[0])
        written = (await self._mentors.snippet(here, chosen)).body if chosen else ""
        await interaction.response.send_modal(self._changes_form(key, written))

    def _changes_form(self, key: str, written: str = "") -> ChangesForm:
        _, item, number = key.split(".")

        async def ask(interaction: ui.Interaction, words: str, seen: int) -> None:
            here, _ = await self._here(interaction, key)
            done = await self._mentors.ask_changes(
                here, int(item), words, interaction.created_at, number=seen
            )
            await ui.update(interaction, cards.decided(here, done))
            self.bot.nudge()

        return ChangesForm(int(number), ask, written)

    async def _review(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        """Make the mentor a review of their own, and hand them on to the room where it is written."""
        here, (item,) = await self._here(interaction, key)
        review_id = await self._mentors.review(here, int(item), interaction.created_at)
        await self.bot.doors["review.open"](interaction, str(review_id), ())

    async def _turnaround(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        here, _ = await self._here(interaction, key)
        found = await self._mentors.turnaround(here, interaction.created_at)
        await ui.update(interaction, cards.turnaround(here, found))

    async def _words(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        here, _ = await self._here(interaction, key)
        await ui.update(interaction, cards.words(here, await self._mentors.snippets(here)))

    async def _word(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        here, _ = await self._here(interaction, key)
        await ui.update(interaction, cards.word(here, await self._mentors.snippet(here, int(values[0]))))

    async def _add_word(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        here, _ = await self._here(interaction, key)
        here.staff()
        await interaction.response.send_modal(self._snippet_form(key, None))

    async def _change_word(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        here, (snippet_id,) = await self._here(interaction, key)
        snippet = await self._mentors.snippet(here, int(snippet_id))
        await interaction.response.send_modal(
            self._snippet_form(key, snippet.id, snippet.title, snippet.body)
        )

    def _snippet_form(self, key: str, snippet_id: int | None, title: str = "", body: str = "") -> SnippetForm:
        async def keep(interaction: ui.Interaction, title: str, body: str) -> None:
            here, _ = await self._here(interaction, key)
            kept = await self._mentors.keep_snippet(here, title, body, snippet_id)
            await ui.update(interaction, cards.words(here, kept))

        return SnippetForm(keep, title, body)

    async def _drop_word(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        here, (snippet_id,) = await self._here(interaction, key)
        left = await self._mentors.drop_snippet(here, int(snippet_id))
        await ui.update(interaction, cards.words(here, left))
