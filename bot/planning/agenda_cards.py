"""The calendar as everybody in a cohort sees it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from discord import ui

from bot.calendar import Break, WeekTimes, later
from bot.cohorts.rules import Here
from bot.planning import cards
from bot.ui import Card, Press, bullets, plural, row, safe, shortened, stamp, text

FILE = "calendar.ics"
WEEKS_A_PAGE = 12  # a quarter of a year, half of the course that comes with Homeroom
REASON_SHOWN = 40
OWN_SHOWN = 8


def calendar(here: Here, now: datetime, page: int | None = None) -> Card:
    """A page of weeks with their kickoffs and deadlines; the one that runs now, if none is named."""
    cohort, pages = here.cohort, -(-len(here.times) // WEEKS_A_PAGE)
    if page is None:
        page = (
            (here.now_week(now) or (1 if now < here.times[0].ends else len(here.times))) - 1
        ) // WEEKS_A_PAGE
    page = min(max(page, 0), pages - 1)
    weeks = here.times[page * WEEKS_A_PAGE : (page + 1) * WEEKS_A_PAGE]
    parts: list[ui.Item[Any]] = [
        text(f"## Calendar of {safe(cohort.name)}", f"On {cohort.timezone} time. {_standing(here)}".strip()),
        text(*(_week(here, week, now) for week in weeks)),
    ]
    if cohort.changes.breaks:
        parts.append(
            text("**Breaks**", bullets(_break(here, pause) for pause in cohort.changes.breaks[-OWN_SHOWN:]))
        )
    if own := _own(here):
        parts.append(text("**Your own deadlines**", bullets(own)))
    parts.append(text(f"-# The file {FILE} holds all of it for your own calendar."))
    parts.append(ui.File(f"attachment://{FILE}"))
    if buttons := _buttons(here, page, pages):
        parts.append(row(*buttons))
    return Card(*parts)


def _standing(here: Here) -> str:
    cohort = here.cohort
    if cohort.state == "paused" and cohort.paused_at is not None:
        return f"**Paused** since {stamp(cohort.paused_at)}: what comes after that waits until it goes on."
    return {"draft": "Still a draft: nothing is posted yet.", "finished": "Finished."}.get(cohort.state, "")


def _week(here: Here, week: WeekTimes, now: datetime) -> str:
    title = safe(here.course.week(week.number).title)
    is_now = week.number == here.now_week(now)
    span = f"{cards.wall(here, week.kickoff)} → **{cards.wall(here, week.deadline)}**"
    return f"{'▶️ ' if is_now else ''}**{week.number}** · {span} · {title}"


def _break(here: Here, pause: Break) -> str:
    ends = later(pause.from_at, pause.weeks, here.cohort.zone)
    words = f": {safe(shortened(pause.reason, REASON_SHOWN))}" if pause.reason else ""
    return f"{cards.day_of(here, pause.from_at)} to {cards.day_of(here, ends)}, {plural(pause.weeks, 'week')}{words}"


def _own(here: Here) -> list[str]:
    lines: list[str] = []
    for item in here.course.deliverables:
        allowed, until = here.allowed.get(item.key), here.own_deadline(item)
        if allowed is not None and allowed.is_excused:
            lines.append(f"{safe(item.name)}: you may leave it out")
        elif until != here.deadline(item):
            lines.append(f"{safe(item.name)}: {cards.wall(here, until)} ({stamp(until, 'R')})")
    return lines[-OWN_SHOWN:]


def _buttons(here: Here, page: int, pages: int) -> list[ui.Item[Any]]:
    found: list[ui.Item[Any]] = []
    if page > 0:
        found.append(Press("Earlier", "planning.page", f"{here.cohort.id}.{page - 1}", emoji="◀️"))
    if page < pages - 1:
        found.append(Press("Later", "planning.page", f"{here.cohort.id}.{page + 1}", emoji="▶️"))
    if here.is_lead and here.cohort.state in ("draft", "running"):
        found.append(cards.events_button(here.cohort))
    return found


def events_put(here: Here, counts: Mapping[str, int]) -> Card:
    """What became of the server's events."""
    words = {"added": "added", "moved": "moved", "kept": "as they were"}
    lines = [f"{plural(counts[name], 'event')} {said}" for name, said in words.items() if counts[name]]
    return Card(
        text(
            "## In this server's events",
            bullets(lines) or "Nothing live is to come.",
            f"The next kickoffs and retros of {safe(here.cohort.name)}, at most 20. Press again when the calendar has "
            "changed, or when these are over.",
        )
    )
