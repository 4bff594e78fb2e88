"""What of a review is written in sentences: its strength, its points, and why it is handed back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import discord
from discord.ui import Label, RadioGroup, Select, TextInput

from bot import ui
from bot.errors import CourseError
from bot.forms import Form
from bot.reviews import cards, rules
from bot.reviews.service import Asked, Reviews
from bot.reviews.words import numbered

CHOICES = 25  # Discord shows no more in a menu
LEAST = "A sentence or more, in your own words."  # how many words that is at least, a refusal says

# What to do with a review that is handed back: its id and the reason.
HandBack = Callable[[ui.Interaction, int, str], Awaitable[None]]

# How each kind and each severity is told apart, in the words of a reviewer.
KIND_MEANS: Mapping[rules.PointKind, str] = {
    "defect": "It does not do what it should.",
    "risk": "It works now, and something could go wrong.",
    "suggestion": "It is right, and could be better.",
}
SEVERITY_MEANS: Mapping[rules.Severity, str] = {
    "low": "Worth knowing.",
    "medium": "Worth mending.",
    "high": "The work does not hold until this is mended.",
}


class StrengthForm(Form):
    """What the author did well."""

    def __init__(self, reviews: Reviews, review_id: int, written: str) -> None:
        super().__init__(title="One strength")
        self._reviews, self._review_id = reviews, review_id
        self.words = TextInput[Self](
            custom_id="strength",
            style=discord.TextStyle.paragraph,
            placeholder="What works well, where you saw it, and why it is worth keeping",
            default=written or None,
            max_length=rules.TEXT_LIMIT,
        )
        self.add_item(
            Label[Self](text="What did the author do well?", description=LEAST, component=self.words)
        )

    async def submitted(self, interaction: ui.Interaction) -> None:
        """Keep it in the draft."""
        now = interaction.created_at
        card = await self._reviews.strengthen(interaction.user.id, self._review_id, self.words.value, now)
        await ui.update(interaction, cards.opened(card, now))

    def again(self, typed: Mapping[str, str]) -> Form:
        """The same form with the same words."""
        return StrengthForm(self._reviews, self._review_id, typed["strength"])


class PointForm(Form):
    """A defect, a risk or a suggestion."""

    def __init__(
        self,
        reviews: Reviews,
        review_id: int,
        *,
        kind: str | None = None,
        severity: str | None = None,
        place: str = "",
        body: str = "",
    ) -> None:
        super().__init__(title="A point")
        self._reviews, self._review_id = reviews, review_id
        self.kind = RadioGroup[Self](custom_id="kind", options=_options(KIND_MEANS, kind))
        self.severity = RadioGroup[Self](custom_id="severity", options=_options(SEVERITY_MEANS, severity))
        self.place = TextInput[Self](
            custom_id="place",
            placeholder="A file and line, a section, a request",
            default=place or None,
            max_length=rules.PLACE_LIMIT,
        )
        self.body = TextInput[Self](
            custom_id="body",
            style=discord.TextStyle.paragraph,
            placeholder="What you saw or tried, what follows from it, and what you would do",
            default=body or None,
            max_length=rules.TEXT_LIMIT,
        )
        self.add_item(Label[Self](text="What kind of point is it?", component=self.kind))
        self.add_item(Label[Self](text="How much does it matter?", component=self.severity))
        self.add_item(Label[Self](text="Where is it?", component=self.place))
        self.add_item(Label[Self](text="What is it?", description=LEAST, component=self.body))

    async def submitted(self, interaction: ui.Interaction) -> None:
        """Add it to the draft."""
        point = rules.parse_point(self.kind.value, self.severity.value, self.place.value, self.body.value)
        now = interaction.created_at
        card = await self._reviews.add_point(interaction.user.id, self._review_id, point, now)
        await ui.update(interaction, cards.opened(card, now))

    def again(self, typed: Mapping[str, str]) -> Form:
        """The same form with the same words and choices."""
        return PointForm(
            self._reviews,
            self._review_id,
            kind=self.kind.value,
            severity=self.severity.value,
            place=typed["place"],
            body=typed["body"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A review that can be handed back, as an entry of a menu, and whether it was taken up rather than asked for."""

    review_id: int
    label: str
    is_taken: bool


class DeclineForm(Form):
    """Why somebody cannot write a review; which one, if that is not said yet."""

    def __init__(self, asked: Sequence[Choice], chosen: int | None, reason: str, hand_back: HandBack) -> None:
        super().__init__(title="Hand a review back")
        self._asked, self._chosen, self._hand_back = asked, chosen, hand_back
        self.which: Select[Self] | None = None
        if len(asked) > 1 or chosen is None:
            options = [
                discord.SelectOption(
                    label=item.label, value=str(item.review_id), default=item.review_id == chosen
                )
                for item in asked[:CHOICES]
            ]
            self.which = Select[Self](custom_id="review", options=options)
            self.add_item(Label[Self](text="Which one?", component=self.which))
        self.reason = TextInput[Self](
            custom_id="reason",
            style=discord.TextStyle.paragraph,
            placeholder="A few words are enough",
            default=reason or None,
            max_length=max(rules.REASON_LIMIT, len(reason)),
        )
        self.add_item(
            Label[Self](
                text="Why can you not do it?",
                description=f"The author does not see this. {_what_follows(asked)}",
                component=self.reason,
            )
        )

    @property
    def review_id(self) -> int | None:
        """The review that is handed back."""
        chosen = self.which.values if self.which is not None else []
        return int(chosen[0]) if chosen else self._chosen

    async def submitted(self, interaction: ui.Interaction) -> None:
        """Hand it back."""
        if self.review_id is None:
            raise CourseError("Choose which review you want to hand back.")
        await self._hand_back(interaction, self.review_id, self.reason.value)

    def again(self, typed: Mapping[str, str]) -> Form:
        """The same form with the same words and choice."""
        return DeclineForm(self._asked, self.review_id, typed["reason"], self._hand_back)


def choices(mine: Sequence[Asked]) -> list[Choice]:
    """Which of somebody's reviews they may hand back; where names are kept back, with its number in `/review mine`."""
    open_ones = [item for item in mine if item.review.is_open]
    numbers = numbered((item.review, item.author) for item in open_ones)
    return [
        Choice(
            review_id=item.review.id,
            label=ui.shortened(
                f"{item.deliverable.name} by {item.author.name}"
                + (f", {numbers[item.review.id]}" if item.review.id in numbers else ""),
                cards.CHOICE_ROOM,
            ),
            is_taken=item.review.lease_until is not None,
        )
        for item in open_ones
        if item.review.origin != "mentor"
    ]


def _what_follows(asked: Sequence[Choice]) -> str:
    """What becomes of a review that is handed back: what was taken up waits for a reviewer again."""
    taken = {item.is_taken for item in asked}
    if taken == {True}:
        return "The work waits for a reviewer again."
    if taken == {False}:
        return "Somebody else is asked in your place."
    return "Somebody else is asked; what you took up waits again."


def _options(means: Mapping[Any, str], chosen: str | None) -> list[discord.RadioGroupOption]:
    return [
        discord.RadioGroupOption(
            label=value.capitalize(), value=value, description=words, default=value == chosen
        )
        for value, words in means.items()
    ]
