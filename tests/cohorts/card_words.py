"""Reading the cards about a cohort, and what they are made from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import discord

from bot.cohorts import setup
from bot.cohorts.rules import Enrolled, Member, Role
from bot.ui import Card, Press

ALL_GAPS = ["View Channel", "Send Messages", "Embed Links", "Attach Files", "Read Message History"]


def items(card: Card) -> Iterator[Any]:
    """Everything on a card."""
    return card.walk_children()


def words(card: Card) -> str:
    """All text of a card."""
    return "\n".join(item.content for item in items(card) if isinstance(item, discord.ui.TextDisplay))


def buttons(card: Card) -> dict[str, str]:
    """A card's buttons: label to what they do."""
    return {
        item.item.label or "": f"{item.action}:{item.key}" for item in items(card) if isinstance(item, Press)
    }


def fits(card: Card) -> bool:
    """Whether Discord takes the card."""
    return card.content_length() <= 4000 and card.total_children_count <= 40


def site(*gaps: str, missing: tuple[Role, ...] = (), is_silent: bool = False) -> setup.Site:
    """A cohort's place on its server."""
    return setup.Site(gaps=gaps, missing=missing, is_silent=is_silent)


def enrolled(count: int, role: Role = "student", *, active: bool = True) -> list[Enrolled]:
    return [
        Enrolled(member=Member(id=n, user_id=n, name=f"Student {n:03}"), role=role, active=active)
        for n in range(count)
    ]
