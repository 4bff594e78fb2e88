"""What a student sees after handing something in."""

from __future__ import annotations

from typing import Any

from discord import ButtonStyle, ui

from bot.cohorts.rules import Running
from bot.curriculum import Deliverable, Evidence
from bot.submissions.rules import Revision
from bot.submissions.service import Receipt
from bot.ui import CARE, GOOD, Card, Press, plural, row, rule, safe, shortened, stamp, text

NOTE_SHOWN = 300  # of a note's characters: four links of full length have to fit beside it


def key_of(here: Running, deliverable: Deliverable | None = None) -> str:
    """The key of a button that opens the form for a deliverable, or for whatever is this week's by then."""
    return f"{here.cohort.id}.{deliverable.key if deliverable else ''}"


def receipt_card(here: Running, receipt: Receipt) -> Card:
    """What was kept, what is missing, until when it can be changed, and what happens next."""
    deliverable, revision = receipt.deliverable, receipt.revision
    parts: list[ui.Item[Any]] = [
        text(f"### {_heading(receipt)} · {deliverable.name}", _timeliness(receipt)),
        text(_completeness(receipt), *(_line(item, revision) for item in deliverable.evidence)),
    ]
    if revision.note:
        parts.append(text(f"**Your note** {safe(shortened(revision.note, NOTE_SHOWN))}"))
    parts += [rule(), text(*_next(here, receipt)), row(*_buttons(here, receipt))]
    return Card(*parts, accent=CARE if receipt.missing else GOOD)


def _heading(receipt: Receipt) -> str:
    if not receipt.changed:
        return "Nothing has changed"
    if receipt.first:
        return "Handed in"
    return "Changed" if receipt.edited else f"Revision {receipt.revision.number}"


def _timeliness(receipt: Receipt) -> str:
    revision = receipt.revision
    if not receipt.changed:
        return f"This is what you handed in {stamp(revision.updated_at, 'R')}, word for word."
    if receipt.same_links:
        return (
            f"The page behind a link may change while the link stays, so this is revision {revision.number}."
        )
    if revision.number > 1:
        return f"Handed in {stamp(revision.updated_at)}."
    if revision.late:
        return f"Late: it was due {stamp(revision.deadline_at)}. It still counts and still gets its reviews."
    if revision.deadline_at < revision.submitted_at:
        return "On time: the course is paused, and nothing falls due until it goes on."
    return f"On time: it is due {stamp(revision.deadline_at)}."


def _completeness(receipt: Receipt) -> str:
    required = len(receipt.deliverable.required)
    if required == 0:
        return "**Nothing more is required.**"
    present = required - len(receipt.missing)
    so_far = " so far" if receipt.missing else ""
    return f"**{present} of {plural(required, 'piece')} of evidence{so_far}**"


def _line(item: Evidence, revision: Revision) -> str:
    link = revision.links.get(item.kind)
    if link is None:
        return f"⬜ {item.label} · " + ("*missing*" if item.required else "*optional*")
    if item.kind in revision.private:
        return f"⚠️ {item.label}: private or gone. Let everybody open it, then hand it in again. <{link}>"
    if item.kind in revision.dead:
        return f"⚠️ {item.label}: this link did not open. <{link}>"
    return f"✅ {item.label}: <{link}>"


def _next(here: Running, receipt: Receipt) -> list[str]:
    revision = receipt.revision
    if revision.number > 1:
        told = "" if receipt.edited or not receipt.changed else "Your reviewers are told about it. "
        return [
            f"{told}You can change this revision freely until a reviewer opens it.",
            "If reviewers made points, answer them in `/feedback`: they look at your answers beside this revision.",
            "If you have written answers, they are not sent yet: `/feedback` has them.",
        ]
    lines = ["You can change it freely until a reviewer opens it."]
    if here.cohort.state == "paused":
        return [*lines, "The course is paused: what follows comes when it goes on."]
    if not receipt.joins:
        return [*lines, _paired(here, receipt)]
    if receipt.first or revision.late:
        return [*lines, "Your reviewers are being found now; you hear about each review as it comes in."]
    return [*lines, "Whoever reviews it sees this state of it."]


def _paired(here: Running, receipt: Receipt) -> str:
    """When the work is given its reviewers, with everybody's."""
    week = here.week(receipt.deliverable.week)
    return (
        f"Reviewers are paired {stamp(week.deadline)}; a classmate may take it up sooner. Their reviews are due "
        f"{stamp(week.reviews_due(receipt.deliverable.track))}."
    )


def _buttons(here: Running, receipt: Receipt) -> list[Press]:
    key = key_of(here, receipt.deliverable)
    more = (
        Press("Add the rest", "submit.more", key, style=ButtonStyle.primary)
        if receipt.missing
        else Press("Change it", "submit.more", key)
    )
    # A later revision mostly follows reviews that were read, and then its author can no longer score it.
    return [more, *([Press("Score it yourself", "own.open", key)] if receipt.revision.number == 1 else [])]
