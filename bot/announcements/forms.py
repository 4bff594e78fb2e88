"""The form in which an announcement is written and changed: a command's options cannot hold line breaks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import discord
from discord import ui

from bot.announcements.rules import TEXT_LIMIT, Announcement
from bot.announcements.wording import Wanted, shown_repeat, shown_when
from bot.forms import Form
from bot.ui import Interaction

# What to do with a form that was sent.
Send = Callable[[Interaction, Wanted], Awaitable[None]]
LINE_LIMIT = 100  # more words than any time or list of weekdays has
INPUT_LIMIT = 4000  # Discord's, for a field; a text that is too long for us is given back whole
MENTION_WORDS = {"none": "Nobody", "cohort": "The cohort's students", "everyone": "Everyone in the channel"}


def filled(item: Announcement) -> dict[str, str]:
    """What the form opens with, by field."""
    return {
        "when": shown_when(item.plan),
        "text": item.body,
        "repeat": shown_repeat(item.plan),
        "mention": item.mention,
    }


class Wording(Form):
    """What is announced, when, how often and to whom."""

    def __init__(self, typed: Mapping[str, str], send: Send) -> None:
        super().__init__(title="Announcement")
        self.typed, self.send = dict(typed), send
        self.mention = _mention(typed.get("mention", ""))
        text = typed.get("text", "")
        self.add_item(
            ui.Label(
                text="Text",
                description=f"Up to {TEXT_LIMIT} characters; Discord's markdown works",
                component=ui.TextInput(
                    custom_id="text",
                    style=discord.TextStyle.paragraph,
                    default=text or None,
                    max_length=max(TEXT_LIMIT, min(len(text), INPUT_LIMIT)),
                ),
            )
        )
        self.add_item(
            _line("when", "When", "By the cohort's clock: friday 18:00, tomorrow 9am, in 2 hours", typed)
        )
        self.add_item(
            _line("repeat", "Again", "none, weekly, daily, weekdays, or weekdays such as mon, thu", typed)
        )
        self.add_item(
            ui.Label(
                text="Whom it pings",
                description="Everyone takes the permission for it, or a second lead's approval",
                component=self.mention,
            )
        )

    def fields(self) -> dict[str, tuple[str, str]]:
        """What was typed, and what was chosen."""
        fields = super().fields()
        fields["mention"] = ("Whom it pings", self.mention.value or self.typed.get("mention", ""))
        return fields

    def again(self, typed: Mapping[str, str]) -> Wording:
        """The same form, filled with what was typed."""
        return Wording(typed, self.send)

    async def submitted(self, interaction: Interaction) -> None:
        """Understand what was typed, and show how it will look."""
        typed = {custom_id: value for custom_id, (_, value) in self.fields().items()}
        await self.send(interaction, Wanted(**typed))


def _line(custom_id: str, label: str, description: str, typed: Mapping[str, str]) -> ui.Label[Any]:
    value = typed.get(custom_id, "")[:INPUT_LIMIT]
    return ui.Label(
        text=label,
        description=description,
        component=ui.TextInput(
            custom_id=custom_id,
            default=value or None,
            max_length=max(LINE_LIMIT, len(value)),
            required=custom_id == "when",
        ),
    )


def _mention(chosen: str) -> ui.RadioGroup[Any]:
    options = [
        discord.RadioGroupOption(label=words, value=value, default=value == (chosen or "none"))
        for value, words in MENTION_WORDS.items()
    ]
    return ui.RadioGroup(custom_id="mention", options=options)
