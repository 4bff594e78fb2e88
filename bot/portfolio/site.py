"""A portfolio as a page: the same on a disk and on the site."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from bot.portfolio import outline, words
from bot.portfolio.outcomes import SIGNS
from bot.portfolio.rules import Dossier, Entry
from bot.progress.figures import percent
from bot.progress.svg import score_line
from bot.web.render import render

STYLE = (Path(__file__).parent / "portfolio.css").read_text(encoding="utf-8")
ENTRY_LEVEL = 3  # of the heading above a narrative


def page(dossier: Dossier, *, style: str, is_file: bool) -> str:
    """The whole page, which looks for its style sheet at that address."""
    course = dossier.running.course
    scores = outline.scores(dossier)
    return render(
        "portfolio/page.html.jinja",
        dossier=dossier,
        style=style,
        is_file=is_file,
        span=outline.span(dossier),
        facts=outline.facts(dossier),
        sections=outline.sections(dossier.portfolio.entries),
        published={entry.deliverable.key for entry in dossier.portfolio.entries},
        trend=outline.trend(dossier.card),
        found=outline.found(dossier.trends.points),
        scores=scores,
        chart=score_line(dossier.card.weeks) if scores else Markup(),
        stages=outline.stages(dossier),
        weeks=outline.reached(dossier),
        to_come=outline.to_come(dossier),
        practices=course.practices,
        known=SIGNS,
        by_hand=outline.BY_HAND,
        reading=outline.reading(dossier),
        **_sayings(dossier),
    )


def _sayings(dossier: Dossier) -> dict[str, Callable[..., Any]]:
    """How the template says a part of it."""
    course, zone = dossier.running.course, dossier.running.cohort.zone
    return {
        "accepted": partial(outline.accepted, zone=zone),
        "state": partial(outline.state, zone=zone),
        "outcomes": partial(outline.outcomes, course),
        "kinds_of": partial(outline.kinds, course),
        "key_of": outline.key_of,
        "brief": outline.brief,
        "label": outline.label,
        "rests_on": outline.rests_on,
        "whose": outline.whose,
        "story": _story,
        "percent": percent,
        "plain": words.plain,
        "is_address": words.is_address,
    }


def _story(entry: Entry) -> words.Story:
    return words.story(entry.narrative, below=ENTRY_LEVEL)
