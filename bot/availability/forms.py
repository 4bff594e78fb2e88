"""The form in which an absence is changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import discord
from discord import ui

from bot.cohorts.rules import REASON_LIMIT
from bot.forms import Form
from bot.ui import Interaction

# What to do with a form that was sent: its date in words, and its reason.
Send = Callable[[Interaction, str, str], Awaitable[None]]
UNTIL_LIMIT = 60  # more words than any day has


class Going(Form):
    """Until when somebody is away, and why."""

    def __init__(self, typed: Mapping[str, str], send: Send) -> None:
        super().__init__(title="Away")
        self.send = send
        until, reason = typed.get("until", ""), typed.get("reason", "")
        self.add_item(
            ui.Label(
                text="The last day that you are away",
                description="Such as friday, next monday, in 3 days, or 2026-03-09",
                component=ui.TextInput(
                    custom_id="until", default=until or None, max_length=max(UNTIL_LIMIT, len(until))
                ),
            )
        )
        self.add_item(
            ui.Label(
                text="Why, in a few words",
                description="Optional; only leads and mentors see it",
                component=ui.TextInput(
                    custom_id="reason",
                    style=discord.TextStyle.paragraph,
                    default=reason or None,
                    max_length=max(REASON_LIMIT, len(reason)),
                    required=False,
                ),
            )
        )

    def again(self, typed: Mapping[str, str]) -> Going:
        """The same form, filled with what was typed."""
        return Going(typed, self.send)

    async def submitted(self, interaction: Interaction) -> None:
        """Understand what was typed, and ask."""
        typed = {custom_id: value for custom_id, (_, value) in self.fields().items()}
        await self.send(interaction, typed["until"], typed["reason"])
