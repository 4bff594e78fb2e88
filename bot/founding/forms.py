"""The form that asks what a cohort needs to be made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import discord
from discord import ui

from bot.cohorts.setup import NAME_LIMIT, Wanted
from bot.forms import Form
from bot.ui import Interaction

Send = Callable[[Interaction, Wanted], Awaitable[None]]

DAY_LIMIT = 20  # a date has ten characters; a few more, so that a refusal can show what was typed
ZONE_LIMIT = 60  # twice the longest name of a zone
PLACES = [discord.ChannelType.text, discord.ChannelType.news]


class CohortForm(Form):
    """Name, first day, time zone, and the channel if there is one already."""

    def __init__(self, wanted: Wanted, send: Send) -> None:
        super().__init__(title="Set up a cohort")
        self.wanted, self.send = wanted, send
        self.add_item(
            _line("name", "What the cohort is called", "Such as Spring 2026", wanted.name, NAME_LIMIT)
        )
        self.add_item(
            _line(
                "starts_on",
                "The first day, as YYYY-MM-DD",
                "The course begins with the first kickoff on or after it",
                wanted.starts_on,
                DAY_LIMIT,
            )
        )
        self.add_item(
            _line(
                "timezone",
                "The time zone whose clock it lives by",
                "Such as Europe/Berlin or America/New_York",
                wanted.timezone,
                ZONE_LIMIT,
            )
        )
        self.channel = _channel(wanted.channel_id)
        self.add_item(
            ui.Label(
                text="Where it meets",
                description="Leave it empty, and I make a channel named after the cohort",
                component=self.channel,
            )
        )

    def again(self, typed: Mapping[str, str]) -> CohortForm:
        """The same form, filled with what was typed and chosen."""
        return CohortForm(self._said(typed), self.send)

    async def submitted(self, interaction: Interaction) -> None:
        """Make the cohort."""
        await self.send(interaction, self._said({key: value for key, (_, value) in self.fields().items()}))

    def _said(self, typed: Mapping[str, str]) -> Wanted:
        chosen = self.channel.values[0].id if self.channel.values else None
        return replace(
            self.wanted,
            name=typed["name"],
            starts_on=typed["starts_on"],
            timezone=typed["timezone"],
            channel_id=chosen,
        )


def _line(key: str, asked: str, hint: str, filled: str, limit: int) -> ui.Label[Any]:
    field = ui.TextInput[Any](custom_id=key, default=filled or None, max_length=max(limit, len(filled)))
    return ui.Label(text=asked, description=hint, component=field)


def _channel(chosen: int | None) -> ui.ChannelSelect[Any]:
    kind = discord.SelectDefaultValueType.channel
    return ui.ChannelSelect(
        custom_id="channel",
        channel_types=PLACES,
        placeholder="A new channel",
        required=False,
        min_values=0,
        default_values=[] if chosen is None else [discord.SelectDefaultValue(id=chosen, type=kind)],
    )
