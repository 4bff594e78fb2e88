"""What students and leads see of more time: what is asked for, what would follow, and what was given."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.cohorts.rules import Cohort, Member
from bot.extensions.rules import Asked
from bot.extensions.service import Desk
from bot.ui import CARE, GOOD, Card, Press, bullets, plural, row, safe, shortened, stamp, text

PRIMARY = discord.ButtonStyle.primary
GIVEN_SHOWN = 8  # lines below them; the rest is counted
REASON_SHOWN = 110
NAME_SHOWN = 40


def called(member: Member) -> str:
    """A member's name on one line."""
    return safe(shortened(member.name, NAME_SHOWN))


def when(moment: datetime) -> str:
    """An instant, and how far it is."""
    return f"{stamp(moment)} ({stamp(moment, 'R')})"


def asked(view: Asked) -> Card:
    """To the student: what they asked for, and a way to take it back."""
    cohort = view.running.cohort
    return Card(
        text(
            f"### You asked for {plural(view.request.days, 'more day')}",
            f"**{safe(view.deliverable.name)}**, due {stamp(view.before)}: it would be due {when(view.until)}.",
            f"The leads of {safe(cohort.name)} have your request and reason, and you hear privately what they answer. "
            "Until then your deadline stays as it is.",
        ),
        row(take_back(view)),
        accent=GOOD,
    )


def take_back(view: Asked) -> Press:
    """The button with which a student takes a request back."""
    return Press(
        shortened(f"Take back: {view.deliverable.place}", 80),
        "extension.withdraw",
        f"{view.running.cohort.id}.{view.request.id}",
    )


def waits(view: Asked) -> str:
    """A student's own request on one line."""
    more, since = plural(view.request.days, "more day"), stamp(view.request.asked_at, "R")
    return f"{safe(view.deliverable.name)}: asked for {more} {since}, waiting for a lead"


def withdrawn(view: Asked) -> Card:
    """A request was taken back."""
    return Card(
        text(f"Your request for {safe(view.deliverable.name)} is taken back. It is due {when(view.before)}.")
    )


def request_parts(view: Asked, mark: int | None = None) -> list[ui.Item[Any]]:
    """A request as a lead decides about it, with its three answers."""
    request, key = view.request, f"{view.running.cohort.id}.{view.request.id}"
    lately = view.lately
    stands = [
        f"has missed {lately.weeks} of the last {plural(lately.of, 'week')}"
        if lately.weeks
        else "has missed nothing lately",
        f"was given more time for {plural(view.extensions, 'deliverable')} so far"
        if view.extensions
        else "has had no extra time in this course so far",
    ]
    if view.handed_in:
        stands.append("has handed it in meanwhile, late")
    return [
        text(
            f"### {called(view.member)} asks for {plural(request.days, 'more day')}",
            f"**{safe(view.deliverable.name)}**, in {safe(view.running.cohort.name)}, due {when(view.before)}.",
            f"> {safe(' '.join(request.reason.split()))}",
            bullets(f"{called(view.member)} {words}" for words in stands),
            _granting(view),
        ),
        row(
            *([] if view.is_past else [Press("Grant", "extension.grant", key, style=PRIMARY, mark=mark)]),
            Press("Other date", "extension.other", key, mark=mark if view.is_past else None),
            Press("Decline", "extension.decline", key),
        ),
    ]


def _granting(view: Asked) -> str:
    if view.is_past:
        return (
            f"They asked for time until {when(view.until)}, which is past by now: give another date, or decline. Late "
            "work is still welcome."
        )
    return (
        f"Granting it makes it due {when(view.until)} for them: nobody reminds them before, it is not late until then, "
        "and it gets its reviewers when it comes."
    )


def request(view: Asked) -> Card:
    """One request, for a lead."""
    return Card(*request_parts(view), accent=CARE)


def answered(view: Asked) -> Card:
    """A lead has answered a request."""
    name, item = called(view.member), safe(view.deliverable.name)
    if view.request.answer == "declined":
        return Card(
            text(
                f"Declined. {item} stays due {when(view.before)} for {name}, who reads your words privately."
            )
        )
    return Card(
        text(f"{item} is due {when(view.before)} for {name} now. They hear of it privately."), accent=GOOD
    )


def desk(cohort: Cohort, found: Desk) -> Card:
    """A page of what waits for an answer, and who has more time as it is."""
    of = f" · page {found.page} of {found.pages}" if found.pages > 1 else ""
    parts: list[ui.Item[Any]] = [text(f"## More time in {safe(cohort.name)}{of}")]
    for view in found.waiting:
        more = plural(view.request.days, "more day")
        asks = f"**{called(view.member)}** asks for {more}: {safe(view.deliverable.name)}"
        why = f"-# {safe(shortened(' '.join(view.request.reason.split()), REASON_SHOWN))}"
        answer = Press("Answer", "extension.open", f"{cohort.id}.{view.request.id}")
        parts.append(ui.Section(text(asks, why), accessory=answer))
    if not found.waiting:
        parts.append(text("Nobody waits for an answer."))
    if found.given:
        lines = [
            f"{called(member)}: {item.place}, until {stamp(allowed.until_at, 'f')}"
            for member, item, allowed in found.given
            if allowed.until_at
        ]
        more = [f"and {len(lines) - GIVEN_SHOWN} more"] if len(lines) > GIVEN_SHOWN else []
        parts.append(text("**Have more time now**", bullets([*lines[:GIVEN_SHOWN], *more])))
    parts.append(
        text("-# `/extend member: deliverable: until:` gives more time; with an earlier date, less of it.")
    )
    buttons = turns("extension.requests", cohort, found.page, found.pages)
    return Card(*parts, *([row(*buttons)] if buttons else []))


def turns(action: str, cohort: Cohort, page: int, pages: int) -> list[Press]:
    """The buttons that turn the pages of a list."""
    ways = [(f"◀ Page {page - 1}", page - 1), (f"Page {page + 1} ▶", page + 1)]
    return [Press(label, action, f"{cohort.id}.{to}") for label, to in ways if 1 <= to <= pages]
