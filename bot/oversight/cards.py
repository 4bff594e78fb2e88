"""How a cohort stands, as its leads and mentors see it: a picture, who is at risk, what is missing, and a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.cohorts.rules import Member, Running
from bot.mentors.cards import took
from bot.mentors.rules import TURNAROUND_SPAN, Turn
from bot.oversight.map_words import alt_text, place
from bot.oversight.rules import OVERVIEW, PAGE, Report
from bot.progress.figures import percent
from bot.revisions.risk import AtRisk, in_words
from bot.ui import ACCENT, CARE, GOOD, Card, Pick, Press, plural, row, rule, safe, shortened, stamp, text

PICTURE, TABLE = "report.png", "report.csv"
PAGES = 24  # Discord shows no more entries in a menu, with that of everybody; that is 1,440 students
# How many characters a list may take: together with the figures they stay inside one message.
ROOM = {"risk": 900, "nothing": 500, "missing": 900, "overdue": 350}
NAME = 32  # of a former member, or where a name stands for a mention


def report(found: Report, page: int, *, has_table: bool, has_pages: bool = False) -> Card:
    """One page of the picture with what it shows in words, and the table once; `has_pages`: there is a dashboard."""
    cohort = found.running.cohort
    parts: list[ui.Item[Any]] = [
        text(
            f"## How {safe(shortened(cohort.name, 80))} stands",
            f"-# {place(found)}, as of {stamp(found.now, 'f')}",
        ),
        ui.MediaGallery(
            discord.MediaGalleryItem(f"attachment://{PICTURE}", description=alt_text(found, page))
        ),
        *_people(found),
        rule(),
        text(*figures(found.covered, found.turnaround, found.requests)),
        *overdue(found.overdue, ROOM["overdue"]),
    ]
    if has_table:
        parts += [
            text("-# The table has a row for each student and deliverable, also for what is missing."),
            ui.File[Any](f"attachment://{TABLE}"),
        ]
    if found.pages > 1:
        parts.append(row(_pages(found, page)))
    if has_pages:
        parts.append(row(Press("Open the dashboard", "report.browse", cohort.id)))
    return Card(*parts, accent=_accent(found))


def _accent(found: Report) -> discord.Colour:
    if found.at_risk or any(found.missing(item) for item in found.rows):
        return CARE
    return GOOD if found.rows and found.has_fallen_due else ACCENT


def _people(found: Report) -> list[ui.Item[Any]]:
    """Who is at risk, and every gap; that there is none is said as well."""
    nothing = [item for item in found.rows if found.has_nothing(item)]
    lacking = [item for item in found.rows if found.missing(item) and not found.has_nothing(item)]
    lacking.sort(key=lambda item: -len(found.missing(item)))
    some = [
        f"{who(item.member)}: {', '.join(work.place for work in found.missing(item))}" for item in lacking
    ]
    if not found.rows:
        return [
            text(
                "**Nobody is on the roster as a student yet.**",
                "`/roster add` puts somebody there; `/roster sync` takes everybody with the cohort's Discord role, and "
                "`/roster import` a whole file.",
            )
        ]
    gaps = [
        *listed("Has handed in nothing", [who(item.member) for item in nothing], ROOM["nothing"]),
        *listed("Missing some work", some, ROOM["missing"]),
    ]
    if not gaps:
        gaps = [text(_no_gaps(found))]
    risk = listed("At risk", at_risk(found.at_risk), ROOM["risk"])
    said = text(f"-# At risk is: {in_words(found.running.course.risk)}.")
    return [*(risk or [text("**Nobody is at risk.**")]), said, *gaps]


def _no_gaps(found: Report) -> str:
    if found.has_fallen_due:
        return "**Nothing is missing**: everybody has handed in what was due."
    week = found.first
    return f"**Nothing is due yet.** The work of week {week.number} is due {stamp(week.deadline, 'f')}."


def who(member: Member) -> str:
    """A member as Discord shows them; a former member by that name."""
    return called(member) if member.user_id is None else f"<@{member.user_id}>"


def called(member: Member) -> str:
    """A member by name: Discord knows nobody by a mention in a private message."""
    return safe(shortened(member.name, NAME))


def at_risk(
    people: Sequence[AtRisk], new_since: datetime | None = None, *, name: Callable[[Member], str] = who
) -> list[str]:
    """A line for each student at risk, with the reasons, and whether that is new."""
    return [
        f"{name(item.member)}: {'; '.join(reason.words for reason in item.reasons)}"
        + (" (new)" if new_since is not None and item.since > new_since else "")
        for item in people
    ]


def listed(title: str, lines: Sequence[str], room: int) -> list[ui.Item[Any]]:
    """A list with its heading, as much of it as has room; nothing if it is empty."""
    if not lines:
        return []
    shown: list[str] = []
    for line in lines:
        if shown and sum(map(len, shown)) + 3 * len(shown) + len(line) > room:
            break
        shown.append(shortened(line, room))
    rest = len(lines) - len(shown)
    more = [f"and {rest} more: `/report` has them all in its table"] if rest else []
    return [text(f"**{title}** ({len(lines)})", *(f"- {line}" for line in [*shown, *more]))]


def figures(covered: tuple[int, int], turnaround: Turn, requests: int) -> list[str]:
    """How reviews and mentors do, a line each."""
    lines = [
        f"**Covered by the promised hour** · {covered_share(covered)}",
        took(f"Mentors, the last {TURNAROUND_SPAN.days} days", turnaround),
    ]
    if requests:
        lines.append(f"**Requests for more time** · {requests} waiting for a lead: `/extend` shows them")
    return lines


def covered_share(covered: tuple[int, int]) -> str:
    """How much of what was promised had its reviews by the promised hour."""
    kept, promised = covered
    if not promised:
        return "nothing promised yet"
    return f"{percent(kept / promised)} of the {plural(promised, 'submission')} whose hour has come"


def overdue(
    people: Sequence[tuple[Member, int]], room: int, *, name: Callable[[Member], str] = who
) -> list[ui.Item[Any]]:
    """Whose reviews did not come in time."""
    lines = [f"{name(member)}: {plural(count, 'review')}" for member, count in people]
    return listed("Reviews that did not come in time", lines, room)


def _pages(found: Report, page: int) -> Pick:
    week = found.week or 0
    options = [
        discord.SelectOption(label=_label(found, number), value=str(number), default=number == page)
        for number in range(OVERVIEW, min(found.pages, PAGES) + 1)
    ]
    return Pick("Names, page by page", "report.page", f"{found.running.cohort.id}.{week}", options=options)


def _label(found: Report, page: int) -> str:
    if page == OVERVIEW:
        return f"Everybody on one picture: {len(found.rows):,} students"
    people = found.page(page)
    first, last = (shortened(item.member.name, NAME) for item in (people[0], people[-1]))
    begin = (page - 1) * PAGE + 1
    return shortened(f"{begin} to {begin + len(people) - 1}: {first} to {last}", 100)


def opens(running: Running, mark: int) -> Press:
    """The button that opens a cohort's report."""
    return Press(
        "Open the report", "report.open", running.cohort.id, style=discord.ButtonStyle.primary, mark=mark
    )
