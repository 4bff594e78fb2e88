"""The form of the weekly look back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import discord
from discord import ui

from bot.curriculum import RetroPrompt
from bot.forms import Form
from bot.retros.cards import CHOICES
from bot.retros.rules import KEPT, TEXT_LIMIT, WHO_SEES_IT, Entry
from bot.ui import Interaction, safe, text

# What to do with a form that was sent: its answers by field.
Send = Callable[[Interaction, "LookBack", Mapping[str, str]], Awaitable[None]]


def filled(entry: Entry | None, promised: Entry | None) -> dict[str, str]:
    """What the form opens with, by field."""
    typed = {} if promised is None or promised.became is None else {"kept": promised.became}
    if entry is not None:
        typed |= {"retain": entry.retain, "improve": entry.improve, "scale": entry.scale}
    return typed


class LookBack(Form):
    """What became of the last promise, where there is one, and the three questions."""

    def __init__(
        self,
        week: int,
        prompt: RetroPrompt,
        promised: Entry | None,
        typed: Mapping[str, str],
        send: Send,
        *,
        in_place: bool = False,
    ) -> None:
        super().__init__(title=f"Retro · Week {week}")
        self.week, self.prompt, self.promised, self.send = week, prompt, promised, send
        self.in_place = in_place  # opened from a card of ours that the answer may take the place of
        promise = [] if promised is None else [f"You promised in week {promised.week}: “{_whole(promised)}”"]
        self.add_item(
            text(
                f"-# {WHO_SEES_IT}",
                *promise,
            )
        )
        self.kept: ui.RadioGroup[Any] | None = None
        if promised is not None:
            self.kept = _kept(typed.get("kept", ""))
            self.add_item(_asked(promised, self.kept))
        for name, asked in (("retain", prompt.retain), ("improve", prompt.improve), ("scale", prompt.scale)):
            self.add_item(ui.Label(text=asked, component=_answer(name, typed.get(name, ""))))

    def fields(self) -> dict[str, tuple[str, str]]:
        """What was typed, and what was chosen."""
        fields = super().fields()
        if self.kept is not None:
            fields["kept"] = ("The last promise", self.kept.value or "")
        return fields

    def again(self, typed: Mapping[str, str]) -> LookBack:
        """The same form, filled with what was typed."""
        return LookBack(self.week, self.prompt, self.promised, typed, self.send, in_place=True)

    async def submitted(self, interaction: Interaction) -> None:
        """Keep what the fields hold."""
        await self.send(interaction, self, {name: value for name, (_, value) in self.fields().items()})


def _kept(chosen: str) -> ui.RadioGroup[Any]:
    options = [
        discord.RadioGroupOption(label=CHOICES[value][0], value=value, default=value == chosen)
        for value in KEPT
    ]
    return ui.RadioGroup(custom_id="kept", options=options)


def _whole(promised: Entry) -> str:
    """A promise in full: nobody can judge one that they cannot read, and a label's line has no room for it."""
    return safe(" ".join(promised.improve.split()))


def _asked(promised: Entry, group: ui.RadioGroup[Any]) -> ui.Label[Any]:
    return ui.Label(text=f"Did you keep your promise of week {promised.week}?", component=group)


def _answer(name: str, typed: str) -> ui.TextInput[Any]:
    return ui.TextInput(
        custom_id=name,
        style=discord.TextStyle.paragraph,
        default=typed or None,
        max_length=TEXT_LIMIT,
    )
