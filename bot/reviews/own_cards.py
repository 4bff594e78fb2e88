"""What an author sees while they score their own work."""

from __future__ import annotations

from typing import Any

import discord

from bot import ui
from bot.cohorts.rules import Running
from bot.reviews.cards import FITS_BEST, levels, scored
from bot.reviews.own import OwnScores


def own_scores(running: Running, view: OwnScores) -> ui.Card:
    """The rubric with a menu for each criterion, as a reviewer has it."""
    key, criteria = f"{running.cohort.id}.{view.deliverable.key}", view.deliverable.rubric.criteria
    is_whole = len(view.scores) == len(criteria)
    parts: list[discord.ui.Item[Any]] = [
        ui.text(
            f"### Your own scores · {view.deliverable.name}",
            "Be as fair to yourself as to anybody else. You see these beside your reviews, and mentors and leads see "
            "them in your progress; your reviewers do not, and they count towards nothing.",
            "-# You can change them until the first review comes.",
        ),
        ui.rule(),
    ]
    for item in criteria:
        level = view.scores.get(item.key)
        menu = ui.Pick(FITS_BEST, "own.score", f"{key}.{item.key}", options=levels(item, level))
        parts += [ui.text(scored(item, level), f"-# {item.question}"), ui.row(menu)]
    done = "All scored, and kept." if is_whole else "Each choice is kept at once; the rest can wait."
    return ui.Card(
        *parts,
        ui.rule(),
        ui.text(f"{len(view.scores)} of {len(criteria)} scored. {done}"),
        ui.row(ui.Press("Show the feedback", "feedback.show", key)),
        accent=ui.GOOD if is_whole else ui.ACCENT,
    )
