"""What leads see of the audit log: a page of lines, and a file of all that was found."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.cohorts.rules import Here, Member
from bot.confirm import carrying
from bot.dates import named as day_named
from bot.errors import CourseError
from bot.oversight import deeds
from bot.oversight.searching import WHOLE, Entry, Found, Query
from bot.reviews.words import fitted
from bot.sheets import defused
from bot.submissions.rules import find
from bot.ui import Card, Press, parts_of, plural, row, safe, stamp, text

NAME_SHOWN = 32
VALUE_SHOWN = 60  # of one detail in a sentence
WHY_SHOWN = 130
THE_BOT = "Homeroom"
FORMER = "former member"
CSV = "audit.csv"
COLUMNS = ("at", "actor", "actor_id", "action", "what", "whom", "whom_id", "why", "details")


def key_of(here: Here, query: Query, page: int) -> str:
    """A search in a button's id, but for its words: those the card carries."""
    since = "" if query.since is None else query.since.isoformat()
    return f"{here.cohort.id}.{page}.{query.member_id or ''}.{since}.{query.action or ''}"


def audit(found: Found) -> Card:
    """One page of the log."""
    cohort, query = found.here.cohort, found.query
    parts: list[ui.Item[Any]] = [text(f"## Who did what in {safe(cohort.name)}", *_asked(found))]
    if query.words:
        parts += [text("With the words"), *carrying(query.words)]
    if not found.entries:
        nothing = "Nothing on the log fits." if found.page == 1 else "That was all."
        parts.append(text(f"{nothing} `/audit` without options shows the newest of everything."))
    parts += [text(part) for part in parts_of([_line(found.here, item) for item in found.entries], 3400)]
    buttons = _turns(found)
    if found.entries:
        buttons.append(Press("All as a file", "audit.csv", key_of(found.here, query, 1)))
    return Card(*parts, *([row(*buttons)] if buttons else []))


def _asked(found: Found) -> list[str]:
    """What was searched for, in a line."""
    query = found.query
    asked = [] if found.member is None else [f"around {_name(found.member)}"]
    asked += [] if query.action is None else [f"only “{deeds.title(query.action)}”"]
    asked += [] if query.since is None else [f"since {day_named(query.since)}"]
    order = f"Newest first{', ' if asked else ''}{', '.join(asked)}"
    return [f"{order} · page {found.page}" if found.page > 1 or found.is_more else order]


def _turns(found: Found) -> list[ui.Item[Any]]:
    turns = [("◀ Newer", found.page - 1, found.page > 1), ("Older ▶", found.page + 1, found.is_more)]
    return [
        Press(label, "audit.page", key_of(found.here, found.query, page))
        for label, page, is_there in turns
        if is_there
    ]


def _line(here: Here, entry: Entry) -> str:
    actor = f"**{THE_BOT}**" if entry.actor is None else f"**{_name(entry.actor)}**"
    why = fitted(deeds.why(entry.detail), WHY_SHOWN)
    return f"{stamp(entry.at, 'f')} · {actor} {_what(here, entry)}" + (f" · “{why}”" if why else "")


def _what(here: Here, entry: Entry) -> str:
    def shown(name: str, value: str) -> str:
        moment = _moment(name, value)
        return fitted(_named(here, name, value), VALUE_SHOWN) if moment is None else stamp(moment, "f")

    return deeds.sentence(
        entry.action,
        entry.detail,
        whom=None if entry.subject is None else _name(entry.subject),
        other=next((_name(who) for who in entry.people.values()), None),
        shown=shown,
    )


def _named(here: Here, name: str, value: str) -> str:
    """A detail as people call it."""
    if name != "deliverable":
        return value
    try:
        return find(here.course, value).name
    except CourseError:  # of a course file that the cohort no longer runs with
        return value


def _moment(name: str, value: str) -> datetime | None:
    """The instant that a detail is, if it is one."""
    if name not in ("at", "until"):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _name(member: Member) -> str:
    return fitted(_plain(member), NAME_SHOWN)


def _plain(member: Member) -> str:
    return FORMER if member.user_id is None else member.name


def filed(found: Found) -> tuple[Card, discord.File]:
    """All that was found as a table, with the card that it comes on."""
    count = plural(len(found.entries), "line")
    more = f" These are the newest {WHOLE}: search for less to see older ones." if found.is_more else ""
    card = Card(
        text(f"{count} of the log of {safe(found.here.cohort.name)}, the newest first.{more}"),
        ui.File[Any](f"attachment://{CSV}"),
    )
    return card, discord.File(io.BytesIO(table(found).encode("utf-8-sig")), filename=CSV)


def table(found: Found) -> str:
    """The lines as comma-separated values, with times by the cohort's clock; no cell can pass for a formula."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(COLUMNS)
    for entry in found.entries:
        writer.writerow(defused(cell) for cell in _cells(found.here, entry))
    return lines.getvalue()


def _cells(here: Here, entry: Entry) -> tuple[str, ...]:
    actor, whom = entry.actor, entry.subject
    what = deeds.sentence(
        entry.action,
        entry.detail,
        whom=None if whom is None else _plain(whom),
        other=next((_plain(who) for who in entry.people.values()), None),
        shown=lambda name, value: _named(here, name, value),
    )
    return (
        entry.at.astimezone(here.cohort.zone).isoformat(timespec="seconds"),
        THE_BOT if actor is None else _plain(actor),
        "" if actor is None else str(actor.user_id or ""),
        entry.action,
        what,
        "" if whom is None else _plain(whom),
        "" if whom is None else str(whom.user_id or ""),
        deeds.why(entry.detail),
        json.dumps(dict(entry.detail), ensure_ascii=False),
    )
