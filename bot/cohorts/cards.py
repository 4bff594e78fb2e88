"""What a lead sees of a cohort: the start, how it stands, and its ladder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.calendar import Owed
from bot.cohorts import ladder as ladders
from bot.cohorts import setup, stopped
from bot.cohorts.rules import ROLES, Cohort, Role, Running
from bot.cohorts.service import Overview
from bot.cohorts.setup import Plan
from bot.curriculum import STEPS, Ladder, Step
from bot.ui import CARE, GOOD, Card, Press, bullets, plural, row, rule, safe, shortened, stamp, text

PRIMARY = discord.ButtonStyle.primary

PROBLEM_LENGTH = 300

KINDS: Mapping[str, str] = {
    "kickoff": "Kickoff of week {week}",
    "nudge": "Private reminders in week {week}, to those who owe work",
    "pairing": "Deadline of week {week}: reviewers are paired",
    "pairs": "Who reviews whom in week {week}",
    "late": "Late work of week {week} finds reviewers",
    "retro": "Retro of week {week}",
    "digest": "Week {week} in numbers",
    "freed": "Reviews that somebody cannot give find others",
}
STEP_WORDS: Mapping[Step, str] = {
    "nudge": "{hours} before: a reminder to whoever still owes a review",
    "warn": "{hours} before: a last word to whoever still does",
    "expire": "{hours} after: what did not come is offered to volunteers",
    "mentor": "{hours} after: what nobody took waits for a mentor",
    "covered": "{hours} after: every piece of work has its reviews or a mentor's",
    "recheck": "{hours} for a reviewer to look at answers; then silence settles them",
}
STATES: Mapping[str, str] = {
    "draft": "Draft: nothing is posted until it is started",
    "running": "Running",
    "paused": "Paused",
    "finished": "Finished",
}


def lacking(cohort: Cohort, gaps: Sequence[str]) -> str:
    """Which permissions are missing in the cohort's channel, and how to give them."""
    missing = ", ".join(f"**{gap}**" for gap in gaps)
    return (
        f"In <#{cohort.channel_id}> I lack {missing}. Open the channel's settings → Permissions, add me, and allow "
        "these; until then nothing can be posted."
    )


def posts(cohort: Cohort, plan: Plan, now: datetime) -> list[ui.Item[Any]]:
    """What a start would set going: at once, at its time, and what is past saying."""
    coming = [coming_line(cohort, item) for item in plan.ahead(now)]
    return [
        *at_once(plan, now),
        text(f"**First posts**, on {cohort.timezone} time", bullets(coming)),
        *passed(plan),
    ]


def at_once(plan: Plan, now: datetime) -> list[ui.Item[Any]]:
    """What would be said right after the start, if anything would."""
    found = plan.at_once(now)
    return (
        [text("**Posted right after the start**", bullets(_named(item) for item in found))] if found else []
    )


def coming_line(cohort: Cohort, item: Owed) -> str:
    """When something is posted, and what it is."""
    return f"{wall(cohort, item.due_at)} · {_named(item)}"


def passed(plan: Plan) -> list[ui.Item[Any]]:
    """What the calendar has that is past saying, if there is any."""
    if not plan.passed:
        return []
    first, last = plan.passed[0], plan.passed[-1]
    span = _named(first) if first == last else f"from {_named(first)} to {_named(last)}"
    return [text(f"**Already past, and not posted any more** ({len(plan.passed)}): {span}.")]


def _named(item: Owed) -> str:
    return KINDS[item.kind].format(week=item.week)


def wall(cohort: Cohort, moment: datetime) -> str:
    """An instant on the cohort's own clock, and how far away it is."""
    return f"{moment.astimezone(cohort.zone):%a %d %b %Y %H:%M} ({stamp(moment, 'R')})"


def start_button(cohort: Cohort) -> Press:
    """Starts the course."""
    return Press("Start the course", "cohort.start", cohort.id, style=PRIMARY, emoji="🚀")


def later_button(cohort: Cohort) -> Press:
    """Leaves the draft as it is."""
    return Press("Not yet", "cohort.later", cohort.id)


def roster_button(cohort: Cohort) -> Press:
    """The way to the roster."""
    return Press("Roster", "roster.show", cohort.id)


def roles_button(cohort: Cohort) -> Press:
    """Makes the Discord roles that the cohort lacks."""
    return Press("Make the missing roles", "cohort.roles", cohort.id)


def overview(view: Overview, gaps: Sequence[str], now: datetime, missing: Sequence[Role] = ()) -> Card:
    """A cohort at a glance; `missing` are the Discord roles that could be made for it."""
    here, cohort = view.here, view.here.cohort
    counts = ", ".join(plural(view.counts[role], role) for role in ROLES)
    parts: list[ui.Item[Any]] = [
        text(
            f"## {safe(cohort.name)}",
            f"**{STATES[cohort.state]}**{stopped.since(cohort)} · {here.course.course.title}",
            f"<#{cohort.channel_id}> · {_position(here, now)}",
            f"**Roster**: {counts}",
        ),
        rule(),
        text(*_coming(view, now)),
    ]
    mend = _mend(view, gaps)
    if mend:
        parts += [rule(), text("**To mend**", bullets(mend))]
    buttons = [roster_button(cohort)]
    if cohort.state == "draft":
        buttons.insert(0, start_button(cohort))
    else:
        buttons.append(Press("Report", "report.open", cohort.id))
        if here.is_lead:
            buttons.append(Press("Requests for more time", "extension.requests", f"{cohort.id}.1"))
    if missing and here.is_lead and cohort.state != "finished":
        buttons.append(roles_button(cohort))
    return Card(*parts, row(*buttons), accent=CARE if view.problems or gaps else GOOD)


def _coming(view: Overview, now: datetime) -> list[str]:
    """What is posted next; of a cohort that stands still, how it goes on."""
    cohort = view.here.cohort
    words = stopped.words(cohort)
    if cohort.state == "finished":
        return words
    when = "Next, once it goes on" if words else "Next"
    coming = bullets(_next(view, now)) or "Nothing more is planned."
    return [*words, f"**{when}**, on {cohort.timezone} time", coming]


def _position(running: Running, now: datetime) -> str:
    week, times = running.now_week(now), running.times
    if week is not None:
        return f"week {week} of {len(times)}"
    if now < times[0].kickoff:
        return f"begins {stamp(times[0].kickoff)} ({stamp(times[0].kickoff, 'R')})"
    return f"ended {stamp(times[-1].ends, 'R')}"


def _next(view: Overview, now: datetime) -> list[str]:
    cohort = view.here.cohort
    ahead: Iterable[tuple[str, int, datetime]] = view.ahead
    if cohort.state == "draft":
        ahead = [(item.kind, item.week, item.due_at) for item in setup.plan(view.here.times, now).ahead(now)]
    return [
        f"{wall(cohort, due_at)} · {KINDS.get(kind, kind).format(week=week)}" for kind, week, due_at in ahead
    ]


def _mend(view: Overview, gaps: Sequence[str]) -> list[str]:
    cohort = view.here.cohort
    lines = [
        f"{shortened(detail, PROBLEM_LENGTH)} (since {stamp(since, 'R')})" for detail, since in view.problems
    ]
    if gaps and not view.problems:
        lines.append(lacking(cohort, gaps))
    lines += [
        f"No Discord role for {role}s: they come onto the roster with `/roster add` only."
        for role in ROLES
        if cohort.role_id(role) is None
    ]
    return lines[:8]


def ladder(running: Running, now: datetime) -> Card:
    """The ladder in words, with the times that it comes to in this week's reviews."""
    cohort, steps = running.cohort, running.course.review.ladder
    number = running.now_week(now) or (1 if now < running.times[0].kickoff else len(running.times))
    week = running.week(number)
    at = ladders.instants(steps, week)
    lines = [f"**{step}** · {_step(steps, step)}{_at(cohort, at.get(step))}" for step in STEPS]
    whose = "as the course file has it" if cohort.ladder is None else "the cohort's own"
    return Card(
        text(
            f"## The ladder of {safe(cohort.name)}",
            f"What happens when reviews do not come, {whose}. The reviews of week {number} are due "
            f"{wall(cohort, week.reviews)}, on {cohort.timezone} time.",
        ),
        text(bullets(lines)),
        *_capstone_reviews(running, number),
        text("-# To change steps, name them with their hours: `/cohort ladder warn: 6 expire: 12`."),
    )


def _capstone_reviews(running: Running, number: int) -> list[ui.Item[Any]]:
    tracks = {item.track for item in running.course.deliverables if item.week == number}
    due = wall(running.cohort, running.week(number).capstone_reviews)
    return [text(f"The same hours hold for its capstone reviews, due {due}.")] if "capstone" in tracks else []


def _step(steps: Ladder, step: Step) -> str:
    return STEP_WORDS[step].format(hours=plural(getattr(steps, step), "hour"))


def _at(cohort: Cohort, moment: datetime | None) -> str:
    return "" if moment is None else f" ({moment.astimezone(cohort.zone):%a %d %b %H:%M})"


def ladder_asked(running: Running, after: Ladder) -> Card:
    """What a change of the ladder comes to, to be confirmed."""
    cohort, before = running.cohort, running.course.review.ladder
    lines = [
        f"**{step}** · " + STEP_WORDS[step].format(hours=f"{old} → {plural(new, 'hour')}")
        for step, old, new in ladders.differences(before, after)
    ]
    key = ".".join(str(getattr(after, step)) for step in STEPS)
    return Card(
        text(f"## Change the ladder of {safe(cohort.name)}?", bullets(lines)),
        text("It holds for the rounds of review that begin from then on; those under way keep their times."),
        row(
            Press("Change it", "ladder.keep", f"{cohort.id}.{key}", style=PRIMARY),
            Press("Leave it", "ladder.leave", cohort.id),
        ),
    )


def ladder_kept(cohort: Cohort, steps: Ladder) -> Card:
    """The cohort has a ladder of its own."""
    return Card(
        text(
            f"## The ladder of {safe(cohort.name)} from now on",
            bullets(f"**{step}** · {_step(steps, step)}" for step in STEPS),
        ),
        accent=GOOD,
    )


def ladder_left(cohort: Cohort) -> Card:
    """The ladder stays."""
    return Card(text(f"The ladder of {safe(cohort.name)} stays as it is. `/cohort ladder` shows it."))
