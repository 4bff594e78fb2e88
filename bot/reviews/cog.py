"""Reviews in Discord: `/review`, and the card on which one is written."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from discord import app_commands
from discord.ext import commands

from bot import ui
from bot.cohorts import door
from bot.cohorts.rules import Here
from bot.cohorts.service import Cohorts
from bot.curriculum import Deliverable
from bot.errors import CourseError
from bot.forms import GivenBack
from bot.reviews import cards
from bot.reviews.forms import CHOICES, Choice, DeclineForm, PointForm, StrengthForm, choices
from bot.reviews.mine_cards import Own, mine
from bot.reviews.own_cards import own_scores
from bot.reviews.rules import Review
from bot.reviews.service import Reviews
from bot.submissions.rules import find

# A member's reviews whose authors have answered; what comes of answers is known upstairs.
Answered = Callable[[Here], Awaitable[Sequence[Review]]]
# Who has asked to quote a member, likewise.
Quoted = Callable[[Here], Awaitable[Sequence[object]]]


class ReviewsCog(commands.Cog):
    """Giving reviews."""

    review = app_commands.Group(name="review", description="The reviews that you give")

    def __init__(
        self, bot: ui.House, cohorts: Cohorts, reviews: Reviews, answered: Answered, quoted: Quoted
    ) -> None:
        self.bot = bot
        self._cohorts = cohorts
        self._reviews = reviews
        self._answered, self._quoted = answered, quoted

    async def cog_load(self) -> None:
        """Answer this room's buttons, menus and those that other rooms point here."""
        doors: dict[str, ui.Handler] = {
            "review.next": self._next,
            "review.mine": self._list,
            "review.open": self._open,
            "review.score": self._score,
            "review.strength": self._write_strength,
            "review.point": self._write_point,
            "review.drop": self._drop_point,
            "review.send": self._send,
            "review.decline": self._decline,
            "own.open": self._open_own,
            "own.score": self._score_own,
        }
        for action, handler in doors.items():
            self.bot.open_door(action, handler)

    @review.command(name="next", description="Take up work that waits for a reviewer, the newest first")
    async def next(self, interaction: ui.Interaction) -> None:
        """Take up the newest waiting work, and open it."""
        await self._take(interaction, await door.here(self._cohorts, interaction))

    @review.command(name="mine", description="What you have to review, and the drafts that you have begun")
    async def mine(self, interaction: ui.Interaction) -> None:
        """List what somebody has to review."""
        await self._show_list(interaction, await door.here(self._cohorts, interaction))

    @review.command(name="decline", description="Hand back a review that you cannot write")
    @app_commands.describe(
        review="Which one; a form asks if you leave it out", reason="Why; the author does not see it"
    )
    async def decline(
        self, interaction: ui.Interaction, review: str | None = None, reason: str | None = None
    ) -> None:
        """Hand a review back; a form asks for what was left out."""
        asked = await self._choices(await door.here(self._cohorts, interaction))
        if not asked:
            raise CourseError(
                "No review is asked of you just now, so there is none to hand back. `/review mine` shows what waits."
            )
        named = [item for item in asked if str(item.review_id) == review]
        chosen = named[0].review_id if named else None
        form = DeclineForm(named or asked, chosen, reason or "", self._hand_back)
        if chosen is None or not (reason or "").strip():
            await interaction.response.send_modal(form)
            return
        try:
            await self._hand_back(interaction, chosen, reason or "")
        except CourseError as refusal:
            await ui.reply(interaction, GivenBack(str(refusal), form))

    @decline.autocomplete("review")
    async def declinable(self, interaction: ui.Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Offer the reviews that are asked of a member; nothing rather than an error."""
        try:
            asked = await self._choices(await door.here(self._cohorts, interaction))
        except CourseError:
            return []
        words = current.lower().split()
        found = [item for item in asked if all(word in item.label.lower() for word in words)]
        return [app_commands.Choice(name=item.label, value=str(item.review_id)) for item in found[:CHOICES]]

    async def _choices(self, here: Here) -> list[Choice]:
        """What a member may hand back."""
        return choices(await self._reviews.mine(here))

    async def _hand_back(self, interaction: ui.Interaction, review_id: int, reason: str) -> None:
        now = interaction.created_at
        card, is_passed_on = await self._reviews.decline(interaction.user.id, review_id, reason, now)
        await ui.update(interaction, cards.declined(card, is_passed_on=is_passed_on))
        self.bot.nudge()

    async def _decline(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        card = await self._reviews.draft(interaction.user.id, int(key))
        this = Choice(
            review_id=int(key), label=card.deliverable.name, is_taken=card.review.lease_until is not None
        )
        await interaction.response.send_modal(DeclineForm([this], int(key), "", self._hand_back))

    async def _take(self, interaction: ui.Interaction, here: Here) -> None:
        now = interaction.created_at
        card = await self._reviews.take(here, now)
        await ui.update(interaction, cards.opened(card, now))
        self.bot.nudge()

    async def _next(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        await self._take(interaction, await door.here(self._cohorts, interaction, int(key)))

    async def _show_list(self, interaction: ui.Interaction, here: Here) -> None:
        asked, answered = await self._reviews.mine(here), await self._answered(here)
        useful, ratings = await self._reviews.ratings(here)
        leniency, quotes = await self._reviews.leniency(here), await self._quoted(here)
        own = Own(leniency=leniency, useful=useful, ratings=ratings, quotes=len(quotes))
        await ui.update(interaction, mine(here, asked, answered, own, interaction.created_at))

    async def _list(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        await self._show_list(interaction, await door.here(self._cohorts, interaction, int(key)))

    async def _open(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        now = interaction.created_at
        card = await self._reviews.open(interaction.user.id, int(key), now)
        await ui.update(interaction, cards.opened(card, now))

    async def _score(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        review_id, _, criterion = key.partition(".")
        now = interaction.created_at
        card = await self._reviews.score(interaction.user.id, int(review_id), criterion, int(values[0]), now)
        await ui.update(interaction, cards.opened(card, now))

    async def _write_strength(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        card = await self._reviews.draft(interaction.user.id, int(key))
        await interaction.response.send_modal(StrengthForm(self._reviews, int(key), card.review.strength))

    async def _write_point(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        await self._reviews.draft(interaction.user.id, int(key))
        await interaction.response.send_modal(PointForm(self._reviews, int(key)))

    async def _drop_point(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        now = interaction.created_at
        card = await self._reviews.drop_point(interaction.user.id, int(key), int(values[0]), now)
        await ui.update(interaction, cards.opened(card, now))

    async def _send(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        now = interaction.created_at
        card = await self._reviews.send(interaction.user.id, int(key), now)
        await ui.update(interaction, cards.opened(card, now))
        self.bot.nudge()

    async def _own_work(self, interaction: ui.Interaction, key: str) -> tuple[Here, Deliverable]:
        """The cohort and the deliverable that an author means: `cohort.deliverable`."""
        cohort_id, _, wanted = key.partition(".")
        here = await door.here(self._cohorts, interaction, int(cohort_id))
        return here, find(here.course, wanted)

    async def _open_own(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        here, deliverable = await self._own_work(interaction, key)
        await ui.reply(interaction, own_scores(here, await self._reviews.own(here, deliverable)))

    async def _score_own(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        """Set one level of one's own work: `cohort.deliverable.criterion`."""
        work, _, criterion = key.rpartition(".")
        here, deliverable = await self._own_work(interaction, work)
        scores = {criterion: int(values[0])}
        view = await self._reviews.score_own(here, deliverable, scores, interaction.created_at)
        await ui.update(interaction, own_scores(here, view))
        self.bot.nudge()
