"""The loop in Discord: `/feedback`, answering its points, and looking again at what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.cohorts import door
from bot.cohorts.rules import Here
from bot.cohorts.service import Cohorts
from bot.curriculum import Deliverable
from bot.errors import CourseError
from bot.reviews import rules as review_rules
from bot.revisions import cards, recheck_cards
from bot.revisions.feedback import card_with_rating, feedback_cards
from bot.revisions.forms import AnswerForm, OpenForm
from bot.revisions.service import Revisions
from bot.submissions.rules import CHOICES, find
from bot.submissions.service import Submissions


class RevisionsCog(commands.Cog):
    """Reading feedback, answering it, and looking again."""

    def __init__(
        self, bot: ui.House, cohorts: Cohorts, submissions: Submissions, revisions: Revisions
    ) -> None:
        self.bot = bot
        self._cohorts = cohorts
        self._submissions = submissions
        self._revisions = revisions

    async def cog_load(self) -> None:
        """Answer this room's buttons, menus and those that other rooms point here."""
        doors: dict[str, ui.Handler] = {
            "feedback.show": self._feedback,
            "feedback.rate": self._rate,
            "answer.open": self._answer,
            "answer.page": self._turn_answers,
            "answer.choose": self._choose,
            "answer.send": self._send_answers,
            "recheck.open": self._recheck,
            "recheck.page": self._turn_recheck,
            "recheck.mark": self._mark,
            "recheck.done": self._finish,
        }
        for action, handler in doors.items():
            self.bot.open_door(action, handler)

    @app_commands.command(
        name="feedback", description="Where your work is, and what your reviewers say about it"
    )
    @app_commands.describe(deliverable="Which of your deliverables; without it, the one reviewed last")
    async def feedback(self, interaction: ui.Interaction, deliverable: str | None = None) -> None:
        """Show an author where a deliverable is, and its reviews."""
        here = await door.here(self._cohorts, interaction)
        wanted = (
            find(here.course, deliverable) if deliverable else await self._last_reviewed(here, interaction)
        )
        await self._show_feedback(interaction, here, wanted)

    @feedback.autocomplete("deliverable")
    async def deliverables(self, interaction: ui.Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Offer what has feedback, then what was handed in, then the rest."""
        try:
            here = await door.here(self._cohorts, interaction)
        except CourseError:
            return []
        reviewed = await self._revisions.reviewed(here)
        handed_in = await self._submissions.handed_in(here)
        found = review_rules.offered(here.course, current, handed_in, reviewed)[:CHOICES]
        return [app_commands.Choice(name=item.name, value=item.key) for item in found]

    async def _last_reviewed(self, here: Here, interaction: ui.Interaction) -> Deliverable:
        """The deliverable with the newest review; before any came, this week's."""
        here.student()
        newest = await self._revisions.newest_feedback(here)
        week = here.now_week(interaction.created_at)
        if newest is None and week is None:
            raise CourseError("Nobody has reviewed your work yet. Name a deliverable to see who is going to.")
        return newest or here.course.deliverable(f"w{week:02}")

    async def _show_feedback(self, interaction: ui.Interaction, here: Here, wanted: Deliverable) -> None:
        now = interaction.created_at
        first, *others = feedback_cards(here, await self._revisions.feedback(here, wanted, now), now)
        await ui.update(interaction, first)
        for card in others:
            await ui.reply(interaction, card)

    async def _own(self, interaction: ui.Interaction, key: str) -> tuple[Here, Deliverable]:
        """The cohort and the deliverable that a button of an author names: `cohort.deliverable`."""
        cohort_id, _, wanted = key.partition(".")
        here = await door.here(self._cohorts, interaction, int(cohort_id))
        return here, find(here.course, wanted)

    async def _feedback(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        await self._show_feedback(interaction, *await self._own(interaction, key))

    async def _rate(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        cohort_id, review_id = map(int, key.split("."))
        here, now = await door.here(self._cohorts, interaction, cohort_id), interaction.created_at
        found = await self._revisions.rate(here, review_id, int(values[0]), now)
        await ui.update(interaction, card_with_rating(feedback_cards(here, found, now), here, review_id))

    async def _answer(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        await self._show_answers(interaction, *await self._own(interaction, key), page=1)

    async def _turn_answers(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        work, _, page = key.rpartition(".")
        await self._show_answers(interaction, *await self._own(interaction, work), page=int(page))

    async def _show_answers(
        self, interaction: ui.Interaction, here: Here, deliverable: Deliverable, *, page: int
    ) -> None:
        view = await self._revisions.answering(here, deliverable, interaction.created_at)
        await ui.update(interaction, cards.answering(here, view, page=page))

    async def _choose(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        """A fix is kept at once; whatever takes a reason opens a form for it."""
        work, _, point = key.rpartition(".")
        here, deliverable = await self._own(interaction, work)
        view = await self._revisions.answering(here, deliverable, interaction.created_at)
        drafts = {item.point.id: item.draft for item in view.asked}
        draft = drafts.get(int(point))
        kind = draft.kind if draft is not None and values[0] == cards.WORDS else values[0]
        written = "" if draft is None else draft.body
        keep = partial(self._keep_answer, work, int(point), kind)
        if values[0] == "fixed" or int(point) not in drafts:
            await keep(interaction, written)
            return
        await interaction.response.send_modal(AnswerForm(kind, written, keep))

    async def _keep_answer(
        self, work: str, point_id: int, kind: str, interaction: ui.Interaction, words: str
    ) -> None:
        here, deliverable = await self._own(interaction, work)
        now = interaction.created_at
        view = await self._revisions.answer(here, deliverable, point_id, kind=kind, body=words, now=now)
        await ui.update(interaction, cards.answering(here, view, point_id=point_id))

    async def _send_answers(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        here, deliverable = await self._own(interaction, key)
        sent = await self._revisions.send_answers(here, deliverable, interaction.created_at)
        await ui.update(interaction, cards.sent(here, sent))
        self.bot.nudge()

    async def _recheck(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        await ui.update(
            interaction, recheck_cards.recheck(await self._revisions.recheck(interaction.user.id, int(key)))
        )

    async def _turn_recheck(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        review_id, page = map(int, key.split("."))
        view = await self._revisions.recheck(interaction.user.id, review_id)
        await ui.update(interaction, recheck_cards.recheck(view, page=page))

    async def _mark(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        """Ask what is still open about a point."""
        review_id, point_id = int(key), int(values[0])
        view = await self._revisions.recheck(interaction.user.id, review_id)
        item = next((item for item in view.answered if item.point.id == point_id), None)
        if item is None:
            await ui.update(interaction, recheck_cards.recheck(view))
            return
        keep = partial(self._keep_mark, review_id, point_id)
        await interaction.response.send_modal(OpenForm(item.answer.remark, keep, is_marked=item.is_marked))

    async def _keep_mark(
        self, review_id: int, point_id: int, interaction: ui.Interaction, remark: str
    ) -> None:
        view = await self._revisions.mark_open(interaction.user.id, review_id, point_id, remark)
        await ui.update(interaction, recheck_cards.recheck(view, point_id=point_id))

    async def _finish(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        before = await self._revisions.finish_recheck(interaction.user.id, int(key), interaction.created_at)
        await ui.update(interaction, recheck_cards.rechecked(before))
        self.bot.nudge()
