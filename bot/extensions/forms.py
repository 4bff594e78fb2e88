"""The forms in which more time is asked for, given and declined."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import discord
from discord.ui import Label, TextInput

from bot.cohorts.rules import REASON_LIMIT
from bot.errors import CourseError
from bot.extensions.rules import MOST_DAYS
from bot.forms import Form
from bot.ui import Interaction

# What to do with a form that was sent: days or a date as they were typed, and words; or words alone.
SendDays = Callable[[Interaction, int, str], Awaitable[None]]
SendUntil = Callable[[Interaction, str, str], Awaitable[None]]
SendWords = Callable[[Interaction, str], Awaitable[None]]
UNTIL_LIMIT = 60  # more words than any moment has


def _words(custom_id: str, written: str, *, required: bool) -> TextInput[Any]:
    return TextInput[Any](
        custom_id=custom_id,
        style=discord.TextStyle.paragraph,
        default=written or None,
        max_length=max(REASON_LIMIT, len(written)),
        required=required,
    )


class AskForm(Form):
    """How many more days a student needs, and why."""

    def __init__(self, typed: Mapping[str, str], send: SendDays) -> None:
        super().__init__(title="More time")
        self._send = send
        days = typed.get("days", "")
        self.days = TextInput[Any](custom_id="days", default=days or None, max_length=max(4, len(days)))
        self.reason = _words("reason", typed.get("reason", ""), required=True)
        self.add_item(
            Label[Any](text="How many more days", description=f"1 to {MOST_DAYS}", component=self.days)
        )
        self.add_item(
            Label[Any](text="Why, in a few words", description="Only leads read it", component=self.reason)
        )

    async def submitted(self, interaction: Interaction) -> None:
        """Ask for that many days."""
        typed = self.days.value.strip()
        if not typed.isdecimal():
            raise CourseError(f"Write how many more days you need as a number, 1 to {MOST_DAYS}.")
        await self._send(interaction, int(typed), self.reason.value)

    def again(self, typed: Mapping[str, str]) -> AskForm:
        """The same form, filled with what was typed."""
        return AskForm(typed, self._send)


class UntilForm(Form):
    """Until when a student is given time, and why."""

    def __init__(self, typed: Mapping[str, str], send: SendUntil) -> None:
        super().__init__(title="More time")
        self._send = send
        until = typed.get("until", "")
        self.until = TextInput[Any](
            custom_id="until", default=until or None, max_length=max(UNTIL_LIMIT, len(until))
        )
        self.reason = _words("reason", typed.get("reason", ""), required=False)
        self.add_item(
            Label[Any](
                text="Until when",
                description="Such as friday, next monday 18:00, in 3 days, or 2026-03-09",
                component=self.until,
            )
        )
        self.add_item(
            Label[Any](
                text="A word with it",
                description="Optional; the student reads it, and it is logged",
                component=self.reason,
            )
        )

    async def submitted(self, interaction: Interaction) -> None:
        """Understand the date, and go on."""
        await self._send(interaction, self.until.value, self.reason.value)

    def again(self, typed: Mapping[str, str]) -> UntilForm:
        """The same form, filled with what was typed."""
        return UntilForm(typed, self._send)


class DeclineForm(Form):
    """Why a student is given no more time."""

    def __init__(self, send: SendWords, written: str = "") -> None:
        super().__init__(title="No more time")
        self._send = send
        self.words = _words("words", written, required=True)
        self.add_item(
            Label[Any](
                text="Why, and what they can do now",
                description="The student reads it, and it is logged",
                component=self.words,
            )
        )

    async def submitted(self, interaction: Interaction) -> None:
        """Decline with these words."""
        await self._send(interaction, self.words.value)

    def again(self, typed: Mapping[str, str]) -> DeclineForm:
        """The same form, filled with what was typed."""
        return DeclineForm(self._send, typed.get("words", ""))
