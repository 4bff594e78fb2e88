"""A card that asks before something is done carries the words that were typed, so its button needs no memory."""

from __future__ import annotations

import re
from typing import Any

import discord
from discord import ui

from bot.ui import Interaction, text

FENCE = "```"


def carrying(words: str) -> list[ui.TextDisplay[Any]]:
    """Typed words on a card, to the letter, for `carried` to find again; nothing if there are none."""
    kept = words.strip().replace(FENCE, "ˋˋˋ")
    return [text(f"{FENCE}\n{kept}\n{FENCE}")] if kept else []


def carried(interaction: Interaction) -> str:
    """The words that the pressed card carries; empty if it carries none."""
    return "" if interaction.message is None else words_on(interaction.message)


def words_on(message: discord.Message) -> str:
    """The words that a message carries; empty if it carries none."""
    for item in ui.LayoutView.from_message(message).walk_children():
        if isinstance(item, ui.TextDisplay):
            found = re.fullmatch(rf"{FENCE}\n(.+)\n{FENCE}", item.content, re.DOTALL)
            if found:
                return found[1]
    return ""
