"""What is written for a portfolio: a narrative, and who one is."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import discord
from discord import ui

from bot.curriculum import Deliverable
from bot.errors import CourseError
from bot.forms import Form, GivenBack
from bot.portfolio.rules import ABOUT_LIMIT, HEADLINE_LIMIT, NARRATIVE_LIMIT, Portfolio
from bot.submissions.links import LIMIT as LINK_LIMIT
from bot.ui import Interaction, reply, text

FIELD_LIMIT = 4000  # Discord's, for the text of a field
WHOLE = "narrative.txt"  # what was typed, where it is longer than a field

# What to do with a form that was sent.
SendNarrative = Callable[[Interaction, str], Awaitable[None]]
SendAbout = Callable[[Interaction, Mapping[str, str]], Awaitable[None]]


class NarrativeForm(Form):
    """One field with the template of the deliverable's stage, or with the last words about it."""

    def __init__(
        self, deliverable: Deliverable, words: str, send: SendNarrative, *, is_cut: bool = False
    ) -> None:
        super().__init__(title=f"Your portfolio · {deliverable.place}")
        self.deliverable, self.send = deliverable, send
        self.is_cut = is_cut or len(words) > NARRATIVE_LIMIT
        cut = (
            f"This is cut to {NARRATIVE_LIMIT:,} characters; all that you wrote is in the file of my answer."
        )
        self.add_item(
            text(
                f"**{deliverable.title}**",
                "Write for somebody who gives it half a minute. Delete the headings that you do not need; one that you "
                "leave empty is not shown.",
                f"Sending it shows it to your cohort at once, and to everybody on your page if it is online. At most "
                f"{NARRATIVE_LIMIT:,} characters fit.",
                *([cut] if self.is_cut else []),
            )
        )
        self.words = ui.TextInput[Any](
            custom_id="narrative",
            style=discord.TextStyle.paragraph,
            default=words[:NARRATIVE_LIMIT] or None,
            max_length=NARRATIVE_LIMIT,
        )
        self.add_item(
            ui.Label(
                text="What it is, and what it proves",
                description="Simple Markdown works: headings, lists, links, code. Numbers make it believable.",
                component=self.words,
            )
        )

    def again(self, typed: Mapping[str, str]) -> NarrativeForm:
        """The same form, filled with what was typed."""
        return NarrativeForm(self.deliverable, typed["narrative"], self.send, is_cut=self.is_cut)

    async def submitted(self, interaction: Interaction) -> None:
        """Publish with the words of the field, or give all of them back."""
        try:
            await self.send(interaction, self.words.value)
        except CourseError as refusal:
            await give_back(interaction, str(refusal), self, self.words.value)


async def give_back(interaction: Interaction, refusal: str, form: NarrativeForm, words: str) -> None:
    """Refuse a narrative with all that was typed: in the form as much as fits, and whole in a file if not all does."""
    view = GivenBack(refusal, form)
    if len(words) <= NARRATIVE_LIMIT:
        await reply(interaction, view)
        return
    view.add_item(ui.TextDisplay("-# All of it is in this file."))
    view.add_item(ui.File(f"attachment://{WHOLE}"))
    await reply(interaction, view, file=discord.File(io.BytesIO(words.encode("utf-8", "replace")), WHOLE))


class AboutForm(Form):
    """A headline, a few sentences and a link."""

    def __init__(self, typed: Mapping[str, str], send: SendAbout) -> None:
        super().__init__(title="About you")
        self.send = send
        paragraph, short = discord.TextStyle.paragraph, discord.TextStyle.short
        for name, label, hint, style, limit in (
            ("headline", "Headline", "What you do, in a line: what you build, and for whom", short, HEADLINE_LIMIT),
            ("about", "About you", "A few sentences: what you are good at, what you look for", paragraph, ABOUT_LIMIT),
            ("contact", "Where to reach you", "A link: your site, or a profile to write to", short, LINK_LIMIT),
        ):  # fmt: skip
            words = typed.get(name, "")[:FIELD_LIMIT]
            field = ui.TextInput[Any](
                custom_id=name,
                style=style,
                default=words or None,
                max_length=max(limit, len(words)),
                required=False,
            )
            self.add_item(ui.Label(text=label, description=hint, component=field))

    def again(self, typed: Mapping[str, str]) -> AboutForm:
        """The same form, filled with what was typed."""
        return AboutForm(typed, self.send)

    async def submitted(self, interaction: Interaction) -> None:
        """Keep what the fields hold."""
        await self.send(interaction, {name: value for name, (_, value) in self.fields().items()})


def introduced(portfolio: Portfolio) -> dict[str, str]:
    """What the form about its owner opens with, by field."""
    return {"headline": portfolio.headline, "about": portfolio.about, "contact": portfolio.contact}
