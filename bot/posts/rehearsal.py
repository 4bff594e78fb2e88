"""A whole course's posts before it begins: what a lead reads to see what students will see, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from discord import ui

from bot import calendar
from bot.calendar import Owed
from bot.cohorts.rules import Cohort, Running
from bot.curriculum import Curriculum
from bot.posts import cards, rules
from bot.posts.compose import due_in

# What depends on what students do by then is described instead of shown.
_LATER = {
    "nudge": "to each student who has not handed in, privately: what is due, and buttons to hand it in",
    "pairing": "who reviews whom, with a button that opens each one's reviews",
    "digest": "the week in numbers, what some want to improve, and a button for leads and mentors",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """One post of the course: when, what kind, and its words."""

    owed: Owed
    local: datetime
    words: str


def rehearse(course: Curriculum, starts_on: date, zone: ZoneInfo, name: str) -> Iterator[Rehearsed]:
    """Every post of a course in the order in which they would appear."""
    cohort = Cohort(
        id=0,
        guild_id=0,
        name=name,
        channel_id=0,
        timezone=zone.key,
        starts_on=starts_on,
        state="draft",
        course_version_id=0,
        student_role_id=None,
        mentor_role_id=None,
        lead_role_id=None,
        seed=0,
        created_by=0,
    )
    running = Running(cohort=cohort, course=course)
    for owed in sorted(calendar.occurrences(running.times), key=lambda item: item.due_at):
        yield Rehearsed(owed=owed, local=owed.due_at.astimezone(zone), words=_words(running, owed))


def lines(rehearsed: Rehearsed) -> Iterator[str]:
    """A post as text: local time, instant, kind and key, then its words."""
    local, instant = rehearsed.local, rehearsed.owed.due_at.astimezone(UTC)
    yield (
        f"{local:%a %Y-%m-%d %H:%M} {local.tzname()} | {instant:%Y-%m-%dT%H:%M:%SZ} | "
        f"{rehearsed.owed.kind} {rehearsed.owed.key}"
    )
    yield from (f"    {line}".rstrip() for line in rehearsed.words.splitlines())


def _words(running: Running, owed: Owed) -> str:
    week = running.course.week(owed.week)
    if owed.kind == "kickoff":
        times, due = running.week(owed.week), due_in(running, owed.week)
        return _text(rules.Kickoff(running=running, week=week, times=times, due=due))
    if owed.kind == "retro":
        return _text(rules.RetroCall(running=running, week=week, prompt=running.course.retro))
    return f"Week {week.number} · {week.title}: {_LATER[owed.kind]}"


def _text(content: rules.Content) -> str:
    card = cards.render(content, 0).card
    return "\n".join(item.content for item in card.walk_children() if isinstance(item, ui.TextDisplay))
