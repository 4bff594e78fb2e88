"""A form that is refused, or fails, gives back what was typed, and the way to go on from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.ui import CARE, TEXT_LIMIT, Interaction, answer, explained, row, shortened, text


class Form(ui.Modal):
    """A form that gives back what was typed when it is refused, or when we fail."""

    async def submitted(self, interaction: Interaction) -> None:
        """Do what the form is for; a CourseError refuses it."""
        raise NotImplementedError

    def again(self, typed: Mapping[str, str]) -> Form:
        """The same form, filled with what was typed: custom id of the field to text."""
        raise NotImplementedError

    def fields(self) -> dict[str, tuple[str, str]]:
        """What was typed, by custom id: the field's label and its text."""
        found: dict[str, tuple[str, str]] = {}
        for child in self.walk_children():
            if isinstance(child, ui.Label) and isinstance(child.component, ui.TextInput):
                found[child.component.custom_id] = (child.text, child.component.value)
        return found

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Do what the form is for."""
        await self.submitted(interaction)

    async def on_error(self, interaction: discord.Interaction[Any], error: Exception, /) -> None:
        """Hand everything back, whether it was refused or failed, with a button that opens the form again."""
        words = explained(interaction, error)
        if words is not None:
            await answer(interaction, view=GivenBack(words, self))


class GivenBack(ui.LayoutView):
    """A refusal with the text that was typed, and the way to go on from it."""

    def __init__(self, refusal: str, form: Form) -> None:
        super().__init__(timeout=890)  # the answer can be edited for 15 minutes; the text itself stays
        self.form = form
        typed = form.fields()
        room = _room([len(value) for _, value in typed.values()], TEXT_LIMIT - len(refusal) - 200)
        parts: list[ui.Item[Any]] = [
            text(refusal),
            text("-# Not accepted yet, and nothing is lost. This is what you wrote:"),
        ]
        for label, value in typed.values():
            if value.strip():
                quoted = value.replace("```", "ˋˋˋ")
                parts.append(text(f"**{label}**\n```\n{shortened(quoted, room)}\n```"))
        again = ui.Button[Any](label="Edit and try again", style=discord.ButtonStyle.primary)
        again.callback = self.reopen
        parts.append(row(again))
        self.add_item(ui.Container[Any](*parts, accent_colour=CARE))

    async def reopen(self, interaction: discord.Interaction[Any]) -> None:
        """Open the form again, filled."""
        typed = {custom_id: value for custom_id, (_, value) in self.form.fields().items()}
        await interaction.response.send_modal(self.form.again(typed))


def _room(lengths: Sequence[int], budget: int) -> int:
    """How long a field's text may be shown: what short ones leave is for the long ones."""
    budget -= 60 * len(lengths)  # what stands around each
    room = budget
    for place, length in enumerate(sorted(lengths)):
        room = budget // (len(lengths) - place)
        if length > room:
            return room
        budget -= length
    return room + max(lengths, default=0)
