"""Reviews in Discord: `/review mine`, the card on which one is written, and `/feedback`."""

from __future__ import annotations

from collections.abc import Sequence

from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.cohorts import door
from bot.cohorts.rules import Here
from bot.cohorts.service import Cohorts
from bot.curriculum import Deliverable
from bot.errors import CourseError
from bot.reviews import cards, rules
from bot.reviews.feedback import feedback_cards
from bot.reviews.forms import PointForm, StrengthForm
from bot.reviews.service import Reviews
from bot.submissions.rules import CHOICES, find
from bot.submissions.service import Submissions


class ReviewsCog(commands.Cog):
    """Giving reviews and reading them."""

    review = app_commands.Group(name="review", description="The reviews that you give")

    def __init__(self, bot: ui.House, cohorts: Cohorts, submissions: Submissions, reviews: Reviews) -> None:
        self.bot = bot
        self._cohorts = cohorts
        self._submissions = submissions
        self._reviews = reviews

    async def cog_load(self) -> None:
        """Answer this room's buttons, menus and those that other rooms point here."""
        doors: dict[str, ui.Handler] = {
            "review.mine": self._list,
            "review.open": self._open,
            "review.score": self._score,
            "review.strength": self._write_strength,
            "review.point": self._write_point,
            "review.drop": self._drop_point,
            "review.send": self._send,
            "feedback.show": self._feedback,
        }
        for action, handler in doors.items():
            self.bot.open_door(action, handler)

    @review.command(name="mine", description="What you have to review, and the drafts that you have begun")
    async def mine(self, interaction: ui.Interaction) -> None:
        """List what somebody has to review."""
        here = await door.here(self._cohorts, interaction)
        asked = await self._reviews.mine(here)
        await ui.reply(interaction, cards.mine(here, asked, interaction.created_at))

    @app_commands.command(name="feedback", description="What your reviewers say about your work")
    @app_commands.describe(deliverable="Which of your deliverables; without it, the one reviewed last")
    async def feedback(self, interaction: ui.Interaction, deliverable: str | None = None) -> None:
        """Show an author the reviews of a deliverable."""
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
        reviewed = await self._reviews.reviewed(here)
        handed_in = await self._submissions.handed_in(here)
        found = rules.offered(here.course, current, handed_in, reviewed)[:CHOICES]
        return [app_commands.Choice(name=item.name, value=item.key) for item in found]

    async def _last_reviewed(self, here: Here, interaction: ui.Interaction) -> Deliverable:
        """The deliverable with the newest review; before any came, this week's."""
        here.student()
        newest = await self._reviews.newest_feedback(here)
        week = here.now_week(interaction.created_at)
        if newest is None and week is None:
            raise CourseError("Nobody has reviewed your work yet. Name a deliverable to see who is going to.")
        return newest or here.course.deliverable(f"w{week:02}")

    async def _show_feedback(self, interaction: ui.Interaction, here: Here, wanted: Deliverable) -> None:
        now = interaction.created_at
        found = await self._reviews.feedback(here, wanted, now)
        for card in feedback_cards(here, found, now):
            await ui.reply(interaction, card)

    async def _feedback(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        cohort_id, _, wanted = key.partition(".")
        here = await door.here(self._cohorts, interaction, int(cohort_id))
        await self._show_feedback(interaction, here, find(here.course, wanted))

    async def _list(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        here = await door.here(self._cohorts, interaction, int(key))
        asked = await self._reviews.mine(here)
        await ui.update(interaction, cards.mine(here, asked, interaction.created_at))

    async def _open(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        now = interaction.created_at
        card = await self._reviews.open(interaction.user.id, int(key), now)
        await ui.update(interaction, cards.opened(card, now))

    async def _score(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        review_id, _, criterion = key.partition(".")
        card = await self._reviews.score(interaction.user.id, int(review_id), criterion, int(values[0]))
        await ui.update(interaction, cards.opened(card, interaction.created_at))

    async def _write_strength(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        card = await self._reviews.draft(interaction.user.id, int(key))
        await interaction.response.send_modal(StrengthForm(self._reviews, int(key), card.review.strength))

    async def _write_point(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        await self._reviews.draft(interaction.user.id, int(key))
        await interaction.response.send_modal(PointForm(self._reviews, int(key)))

    async def _drop_point(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        card = await self._reviews.drop_point(interaction.user.id, int(key), int(values[0]))
        await ui.update(interaction, cards.opened(card, interaction.created_at))

    async def _send(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        now = interaction.created_at
        card = await self._reviews.send(interaction.user.id, int(key), now)
        await ui.update(interaction, cards.opened(card, now))
        self.bot.nudge()
