"""`/progress` as a member sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord
from discord import ui

from bot.cohorts.halt import WHEN_IT_GOES_ON, is_held
from bot.cohorts.rules import Cohort
from bot.progress.figures import alt_text, evidence_in_words
from bot.progress.picture import student_card
from bot.progress.rules import Line, State
from bot.progress.service import Standing
from bot.progress.view_cards import OVERVIEW, Shown, heading, menu, other_view
from bot.ui import Card, Press, bullets, plural, row, rule, shortened, stamp, text

PRIMARY = discord.ButtonStyle.primary
PICTURE = "progress.png"

MARKS: Mapping[State, str] = {
    "ahead": "▫️",
    "open": "🟦",
    "excused": "➖",
    "not expected": "▫️",
    "missed": "✖️",
    "handed in": "📨",
    "in review": "🔎",
    "uncovered": "🙋",
    "to answer": "💬",
    "in re-check": "🔁",
    "disputed": "🙋",
    "to complete": "🧩",
    "sign-off": "🙋",
    "changes asked": "✏️",
    "settled": "✅",
    "accepted": "✅",
}


def shown(view: Standing, chosen: str, *, own: bool) -> Shown:
    """The view that was chosen; the overview if there is no such view any more."""
    found = other_view(view, chosen, own=own)
    if found is not None:
        return found
    return Shown(card=standing(view, own=own), draw=lambda: student_card(view.card), file=PICTURE)


def standing(view: Standing, *, own: bool) -> Card:
    """A student's numbers beside their picture."""
    card = view.card
    score = (
        "too few reviews to say" if card.score_lately is None else f"{card.score_lately:.0%} of the top level"
    )
    given = (
        f"{card.given_on_time} of {card.reviews_owed} on time" if card.reviews_owed else "none asked for yet"
    )
    points = ", ".join(
        plural(view.points[kind], kind) for kind in ("defect", "risk", "suggestion") if view.points.get(kind)
    )
    numbers = [
        f"**Handed in** {len(card.handed_in)} of {len(card.due)} weekly deliverables so far",
        f"**Evidence** {evidence_in_words(card)}",
        f"**Score lately** {score}" + (f", {card.trend}" if card.trend else ""),
        f"**Points received** {points or 'none yet'}",
        f"**Reviews given** {given}",
        f"**Retros** {view.retros}",
    ]
    begun = [item for item in view.lines if item.state != "ahead"]
    parts: list[ui.Item[Any]] = [
        heading(view, own, "progress"),
        ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{PICTURE}", description=alt_text(card))),
        *([] if own else _at_risk(view)),
        text(*numbers),
    ]
    if begun:
        parts += [
            rule(),
            text(
                shortened("\n".join(_line(view.running.cohort, item, own=own) for item in begun[-12:]), 1800)
            ),
        ]
    parts.append(menu(view, OVERVIEW))
    upcoming = [item for item in view.lines if item.state == "open"]
    if own and upcoming and view.running.cohort.state != "finished":
        key = f"{view.running.cohort.id}.{upcoming[0].deliverable.key}"
        parts.append(row(Press(f"Submit {upcoming[0].deliverable.place}", "submit.open", key, style=PRIMARY)))
    return Card(*parts)


def _at_risk(view: Standing) -> list[ui.Item[Any]]:
    """Why a student is at risk; the service gives reasons to leads and mentors only."""
    said = bullets(f"{reason.words} (a reason since {stamp(reason.since, 'D')})" for reason in view.reasons)
    return [text(f"**At risk** · only leads and mentors see this\n{said}")] if said else []


def _line(cohort: Cohort, item: Line, *, own: bool) -> str:
    said = [f"{MARKS[item.state]} **{item.deliverable.place}** {_state(cohort, item, own=own)}"]
    if item.revision is not None:
        said.append(f"evidence {item.completeness:.0%}")
        if item.revision.number > 1:
            said.append(f"revision {item.revision.number}")
    return " · ".join(said)


def _open(cohort: Cohort, item: Line) -> str:
    if cohort.state == "finished":
        return "not handed in before the course was over"
    longer = ", with more time" if item.extended else ""
    if is_held(cohort, item.deadline):
        return f"open, {WHEN_IT_GOES_ON}{longer}"
    return f"open, due {stamp(item.deadline, 'R')}{longer}"


def _state(cohort: Cohort, item: Line, *, own: bool) -> str:
    late = ", late" if item.late else ""
    reviews = f"{item.received} of {plural(item.asked, 'review')}"
    said = {
        "open": _open(cohort, item),
        "excused": "may be left out",
        "not expected": "before you joined" if own else "before they joined",
        "missed": "not handed in" + ("" if cohort.state == "finished" else "; late work is still welcome"),
        "in review": f"in review, {reviews}{late}",
        "uncovered": f"{reviews}, waits for a mentor{late}",
        "to answer": f"{plural(item.to_answer, 'point')} to answer{late}",
        "in re-check": f"answers are being looked at{late}",
        "disputed": f"a mentor decides about a point{late}",
        "to complete": f"reviewed, evidence to complete{late}",
        "sign-off": f"waits for a mentor's sign-off{late}",
        "changes asked": f"a mentor asks for changes{late}",
    }
    return said.get(item.state, item.state + late)
