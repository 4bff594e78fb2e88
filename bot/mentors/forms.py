"""What a mentor writes: why work is accepted as it is, what to change, and words to use again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import discord
from discord.ui import Label, TextInput

from bot import ui
from bot.forms import Form
from bot.mentors.rules import BODY_LIMIT, TITLE_LIMIT, Overtaken
from bot.revisions.rules import DECISION_LIMIT

LACKING_ROOM = 1000  # a form is no place for a long list; the card shows all of it

# What to do with words about a revision of that number, or with a title and a text, once a form was sent.
Send = Callable[[ui.Interaction, str, int], Awaitable[None]]
Keep = Callable[[ui.Interaction, str, str], Awaitable[None]]


class ReasonForm(Form):
    """Why work is accepted although something is missing; refused for a newer revision, it comes back for that one."""

    def __init__(self, number: int, lacking: Sequence[str], send: Send, written: str = "") -> None:
        super().__init__(title="Accept all the same")
        self._number, self._lacking, self._send = number, lacking, send
        missing = ui.shortened(ui.safe("; ".join(lacking)), LACKING_ROOM) or "nothing any more"
        self.add_item(
            ui.text(
                f"What is missing in revision {number}: {missing}. The author reads your reason, and it is logged."
            )
        )
        self.words = TextInput[Any](
            custom_id="reason",
            style=discord.TextStyle.paragraph,
            placeholder="What made you accept the work as it is; its author reads it too",
            default=written or None,
            max_length=DECISION_LIMIT,
        )
        self.add_item(Label[Any](text="Why do you accept it?", component=self.words))

    async def submitted(self, interaction: ui.Interaction) -> None:
        """Accept with this reason."""
        try:
            await self._send(interaction, self.words.value, self._number)
        except Overtaken as refusal:
            self._number, self._lacking = refusal.newest, refusal.lacking
            raise

    def again(self, typed: Mapping[str, str]) -> Form:
        """The same form with the same words."""
        return ReasonForm(self._number, self._lacking, self._send, typed["reason"])


class ChangesForm(Form):
    """What the author is asked to change; refused for a newer revision, it comes back for that one."""

    def __init__(self, number: int, send: Send, written: str = "") -> None:
        super().__init__(title="Request changes")
        self._number, self._send = number, send
        self.words = TextInput[Any](
            custom_id="changes",
            style=discord.TextStyle.paragraph,
            placeholder="What to change, where, and how you will see that it is done",
            default=written or None,
            max_length=DECISION_LIMIT,
        )
        self.add_item(Label[Any](text=f"What is to change in revision {number}?", component=self.words))

    async def submitted(self, interaction: ui.Interaction) -> None:
        """Ask for these changes."""
        try:
            await self._send(interaction, self.words.value, self._number)
        except Overtaken as refusal:
            self._number = refusal.newest
            raise

    def again(self, typed: Mapping[str, str]) -> Form:
        """The same form with the same words."""
        return ChangesForm(self._number, self._send, typed["changes"])


class SnippetForm(Form):
    """Words to use again."""

    def __init__(self, keep: Keep, title: str = "", body: str = "") -> None:
        super().__init__(title="My words")
        self._keep = keep
        self.name = TextInput[Any](
            custom_id="title",
            placeholder="What you find them by",
            default=title or None,
            max_length=TITLE_LIMIT,
        )
        self.body = TextInput[Any](
            custom_id="body",
            style=discord.TextStyle.paragraph,
            placeholder="What you find yourself asking for again and again",
            default=body or None,
            max_length=BODY_LIMIT,
        )
        self.add_item(Label[Any](text="Title", component=self.name))
        self.add_item(Label[Any](text="Words", component=self.body))

    async def submitted(self, interaction: ui.Interaction) -> None:
        """Keep them."""
        await self._keep(interaction, self.name.value, self.body.value)

    def again(self, typed: Mapping[str, str]) -> Form:
        """The same form with the same words."""
        return SnippetForm(self._keep, typed["title"], typed["body"])
