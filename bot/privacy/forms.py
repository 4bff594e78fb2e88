"""The form in which somebody types that they want to be forgotten."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from discord.ui import Label, TextInput

from bot.forms import Form
from bot.privacy.rules import PHRASE
from bot.ui import Interaction

Erase = Callable[[Interaction, str], Awaitable[None]]
ROOM = 60  # characters: the phrase, and room to see that something else was typed


class ErasureForm(Form):
    """Erasing cannot be undone, so it is typed and not only pressed."""

    def __init__(self, erase: Erase, typed: str = "") -> None:
        super().__init__(title="Erase what I hold about you")
        self._erase = erase
        self.phrase = TextInput[Any](
            custom_id="phrase", placeholder=PHRASE, default=typed or None, max_length=ROOM
        )
        described = "There is no way back. Close this form to keep everything."
        self.add_item(Label[Any](text=f"Type: {PHRASE}", description=described, component=self.phrase))

    async def submitted(self, interaction: Interaction) -> None:
        """Erase it, if that is what was typed."""
        await self._erase(interaction, self.phrase.value)

    def again(self, typed: Mapping[str, str]) -> Form:
        """The same form with what was typed."""
        return ErasureForm(self._erase, typed["phrase"])
