"""How letters about quotes look: to a reviewer who is asked, and to the author who asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import discord

from bot.portfolio.quote_cards import asked_parts
from bot.posts.quote_rules import QuoteAnswered, QuoteAsked
from bot.posts.rendered import Rendered
from bot.reviews.words import named
from bot.revisions.cards import quoted
from bot.ui import ACCENT, GOOD, Card, Press, row, safe, text

PRIMARY = discord.ButtonStyle.primary


def _asked(post: QuoteAsked, mark: int) -> Rendered:
    return Rendered(card=Card(*asked_parts(post.asked, mark)))


def _answered(post: QuoteAnswered, mark: int) -> Rendered:
    who, cohort = named(post.reviewer), post.running.cohort
    of = f"of {safe(post.deliverable.name)}, in {safe(cohort.name)}"
    if post.answer == "declined":
        lines = [
            f"### {who} would rather not be quoted",
            f"Nothing of their review {of} is shown in your portfolio. These are the words it was about:",
        ]
    else:
        how = "with their name" if post.answer == "named" else "without their name"
        lines = [
            f"### {who} lets you quote their review",
            f"From the review {of}, {how}. The words stand beside that work in your portfolio from now on, for as long "
            "as they agree:",
        ]
    card = Card(
        text(*lines),
        text(quoted(post.words)),
        row(Press("My quotes", "portfolio.quotes", cohort.id, style=PRIMARY, mark=mark)),
        accent=ACCENT if post.answer == "declined" else GOOD,
    )
    return Rendered(card=card)


RENDERERS: dict[type, Callable[[Any, int], Rendered]] = {QuoteAsked: _asked, QuoteAnswered: _answered}
