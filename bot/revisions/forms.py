"""What of the loop is written in sentences: an answer's reason, and what is still open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import discord
from discord import ui

from bot.forms import Form
from bot.revisions.rules import ANSWER_LIMIT
from bot.ui import Interaction

# What to do with the words of a form that was sent.
Keep = Callable[[Interaction, str], Awaitable[None]]

ASKED: Mapping[str, tuple[str, str]] = {
    "fixed": ("What did you change?", "Where it is, and how one can see it; may be left empty"),
    "explained": ("Why is it as it should be?", "What the reviewer could not see, or the reason behind it"),
    "declined": ("Why does it stay as it is?", "What speaks against it, here and now"),
}


class AnswerForm(Form):
    """The words of an answer to one point; only a fix may go without."""

    def __init__(self, kind: str, written: str, keep: Keep) -> None:
        super().__init__(title="Your answer")
        self._kind, self._keep = kind, keep
        question, hint = ASKED.get(kind, ASKED["explained"])
        self.words = _words("answer", hint, written, required=kind != "fixed")
        self.add_item(ui.Label(text=question, component=self.words))

    async def submitted(self, interaction: Interaction) -> None:
        """Keep it among the drafts."""
        await self._keep(interaction, self.words.value)

    def again(self, typed: Mapping[str, str]) -> Form:
        """The same form with the same words."""
        return AnswerForm(self._kind, typed["answer"], self._keep)


class OpenForm(Form):
    """What is still open about one point; emptied, it takes the mark away."""

    def __init__(self, written: str, keep: Keep, *, is_marked: bool) -> None:
        super().__init__(title="Still open")
        self._keep, self._is_marked = keep, is_marked
        hint = "What you looked at, and what you still miss"
        self.words = _words("remark", hint, written, required=not is_marked)
        again = "Empty it to take the mark away: the point is settled then." if is_marked else None
        self.add_item(ui.Label(text="What is still open?", description=again, component=self.words))

    async def submitted(self, interaction: Interaction) -> None:
        """Mark the point, or take the mark away."""
        await self._keep(interaction, self.words.value)

    def again(self, typed: Mapping[str, str]) -> Form:
        """The same form with the same words."""
        return OpenForm(typed["remark"], self._keep, is_marked=self._is_marked)


def _words(name: str, hint: str, written: str, *, required: bool) -> ui.TextInput[discord.ui.LayoutView]:
    return ui.TextInput(
        custom_id=name,
        style=discord.TextStyle.paragraph,
        placeholder=hint,
        default=written or None,
        max_length=max(ANSWER_LIMIT, len(written)),
        required=required,
    )
