"""How leads learn that a finished cohort is about to be forgotten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import discord

from bot.posts import desk_rules
from bot.posts.rendered import Rendered
from bot.ui import CARE, Card, Press, bullets, row, safe, stamp, text


def _forgetting(post: desk_rules.Forgetting, mark: int) -> Rendered:
    name = safe(post.running.cohort.name)
    follows = [
        "Goes: names, links, notes, retros, the words of reviews and answers, reasons, announcements.",
        "Stays: figures, such as how many handed in, when, and the scores, without people.",
        "Until then `/mydata export` gives everybody what is theirs. It may be worth telling them.",
        "To keep it longer: `/cohort resume`, then `/cohort finish` with another `keep_days`.",
    ]
    card = Card(
        text(
            f"### {name} is forgotten {stamp(post.on, 'R')}",
            f"It has finished, and {stamp(post.on)} I forget who was in it.",
            bullets(follows),
        ),
        row(Press("Export my data", "mydata.export", style=discord.ButtonStyle.primary, mark=mark)),
        accent=CARE,
    )
    return Rendered(card=card)


RENDERERS: dict[type, Callable[[Any, int], Rendered]] = {desk_rules.Forgetting: _forgetting}
