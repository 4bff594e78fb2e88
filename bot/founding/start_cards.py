"""What a lead sees of the start of a course."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from discord import ui

from bot.cohorts.cards import later_button, posts, roster_button, start_button, wall
from bot.cohorts.enrolment import Synced
from bot.cohorts.rules import ROLES, Cohort, Running
from bot.cohorts.setup import Plan
from bot.roster import cards as roster_cards
from bot.ui import CARE, GOOD, Card, Press, row, rule, safe, text


def start_asked(running: Running, plan: Plan, now: datetime) -> Card:
    """What a start will do, to be confirmed."""
    cohort = running.cohort
    return Card(
        text(
            f"## Start {safe(cohort.name)}?",
            f"{running.course.course.title}, in <#{cohort.channel_id}>, on {cohort.timezone} time. From then on I post "
            f"by myself. {_joining(cohort)}",
        ),
        *posts(cohort, plan, now),
        row(start_button(cohort), later_button(cohort)),
    )


def _joining(cohort: Cohort) -> str:
    """How people come onto the roster with the start."""
    if any(cohort.role_id(role) for role in ROLES):
        return "The roster takes in everyone who holds the cohort's roles."
    return "The cohort has no Discord roles, so nobody joins by themselves: add people with `/roster add`."


def _ways_in(cohort: Cohort) -> str:
    """How people come in after a start that found nobody."""
    by_name = "To bring people in, use `/roster add` for one or `/roster import` for a list"
    if cohort.student_role_id is None:
        return f"{by_name}."
    return f"{by_name}, or give them <@&{cohort.student_role_id}> and use `/roster sync`."


def not_yet(cohort: Cohort) -> Card:
    """The start was put off."""
    return Card(
        text(f"{safe(cohort.name)} stays a draft. Use `/cohort start` in its channel when you are ready.")
    )


def started(running: Running, result: Synced | None, trouble: str | None, now: datetime) -> Card:
    """The course runs; who came onto the roster with the start."""
    cohort = running.cohort
    first = next((week for week in running.times if week.kickoff > now), None)
    begins = "" if first is None else f" The next kickoff is {wall(cohort, first.kickoff)}."
    parts: list[ui.Item[Any]] = [text(f"## {safe(cohort.name)} has started", f"The course runs.{begins}")]
    if result is not None:
        ways = [] if result.added else [_ways_in(cohort)]
        parts += [rule(), text("**Roster**", *roster_cards.changes(cohort, result), *ways)]
    if trouble is not None:
        parts += [rule(), text(f"**The roster could not be filled.** {trouble}")]
    parts.append(row(Press("How it stands", "cohort.show", cohort.id), roster_button(cohort)))
    return Card(*parts, accent=GOOD if trouble is None else CARE)
