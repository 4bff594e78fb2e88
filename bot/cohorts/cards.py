"""What a lead sees of a cohort: the draft, the start, how it stands, and its roster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.calendar import Owed
from bot.cohorts import setup
from bot.cohorts.rules import ROLES, Cohort, Enrolled, Role, Running
from bot.cohorts.service import Overview, Synced
from bot.cohorts.setup import Plan
from bot.ui import CARE, GOOD, Card, Press, bullets, plural, row, rule, safe, shortened, stamp, text

PRIMARY = discord.ButtonStyle.primary

NAMES_A_PAGE = 40
NAMES_SHOWN = 25  # of those whom a sync added; the roster has them all
PROBLEM_LENGTH = 300

KINDS: Mapping[str, str] = {
    "kickoff": "Kickoff of week {week}",
    "nudge": "Private reminders in week {week}, to those who owe work",
    "pairing": "Deadline of week {week}: reviewers are paired",
    "pairs": "Who reviews whom in week {week}",
    "late": "Late work of week {week} finds reviewers",
    "retro": "Retro of week {week}",
    "digest": "Week {week} in numbers",
}
STATES: Mapping[str, str] = {
    "draft": "Draft: nothing is posted until it is started",
    "running": "Running",
    "paused": "Paused",
    "finished": "Finished",
}


def draft_made(running: Running, plan: Plan, students: int, gaps: Sequence[str], now: datetime) -> Card:
    """A new draft, what it will post first, and what is still to be done."""
    cohort = running.cohort
    ready = all(cohort.role_id(role) for role in ROLES) and not gaps
    return Card(
        text(
            f"## Draft made: {safe(cohort.name)}",
            f"Nothing is posted yet. {running.course.course.title}, in <#{cohort.channel_id}>.",
        ),
        *_posts(cohort, plan, now),
        rule(),
        text("**Before you start**", *_checklist(running, students, gaps)),
        _start_buttons(cohort),
        accent=GOOD if ready else CARE,
    )


def _checklist(running: Running, students: int, gaps: Sequence[str]) -> list[str]:
    cohort, times = running.cohort, running.times
    people = f"{plural(students, 'student')} on the roster so far"
    if cohort.student_role_id is None:
        people += "; add them with `/roster add`"
    else:
        people += "; the start takes in everyone with the student role"
    return [
        f"✅ Time zone: {cohort.timezone}",
        f"✅ First kickoff: {_wall(cohort, times[0].kickoff)}",
        f"✅ The course ends: {_wall(cohort, times[-1].ends)}, after {plural(len(times), 'week')}",
        f"⚠️ {_lacking(cohort, gaps)}" if gaps else f"✅ I may post in <#{cohort.channel_id}>",
        *(_role_line(cohort, role) for role in ROLES),
        f"{'✅' if students or cohort.student_role_id else '▫️'} {people}",
    ]


def _lacking(cohort: Cohort, gaps: Sequence[str]) -> str:
    """Which permissions are missing in the cohort's channel, and how to give them."""
    missing = ", ".join(f"**{gap}**" for gap in gaps)
    return (
        f"In <#{cohort.channel_id}> I lack {missing}. Open the channel's settings → Permissions, add me, and allow "
        "these; until then nothing can be posted."
    )


def _role_line(cohort: Cohort, role: Role) -> str:
    role_id = cohort.role_id(role)
    if role_id is not None:
        return f"✅ {role.capitalize()} role: <@&{role_id}>"
    return f"▫️ No {role} role: {role}s are those you name with `/roster add`"


def _posts(cohort: Cohort, plan: Plan, now: datetime) -> list[ui.Item[Any]]:
    """What a start would set going: at once, at its time, and what is past saying."""
    parts: list[ui.Item[Any]] = []
    if at_once := plan.at_once(now):
        parts.append(text("**Posted right after the start**", bullets(_named(item) for item in at_once)))
    coming = [f"{_wall(cohort, item.due_at)} · {_named(item)}" for item in plan.ahead(now)]
    parts.append(text(f"**First posts**, on {cohort.timezone} time", bullets(coming)))
    if plan.passed:
        first, last = plan.passed[0], plan.passed[-1]
        span = _named(first) if first == last else f"from {_named(first)} to {_named(last)}"
        parts.append(text(f"**Already past, and not posted any more** ({len(plan.passed)}): {span}."))
    return parts


def _named(item: Owed) -> str:
    return KINDS[item.kind].format(week=item.week)


def _wall(cohort: Cohort, moment: datetime) -> str:
    """An instant on the cohort's own clock, and how far away it is."""
    return f"{moment.astimezone(cohort.zone):%a %d %b %Y %H:%M} ({stamp(moment, 'R')})"


def _start_buttons(cohort: Cohort) -> ui.ActionRow[Any]:
    return row(
        Press("Start the course", "cohort.start", cohort.id, style=PRIMARY, emoji="🚀"),
        Press("Not yet", "cohort.later", cohort.id),
    )


def _roster_button(cohort: Cohort) -> Press:
    return Press("Roster", "roster.show", cohort.id)


def start_asked(running: Running, plan: Plan, now: datetime) -> Card:
    """What a start will do, to be confirmed."""
    cohort = running.cohort
    return Card(
        text(
            f"## Start {safe(cohort.name)}?",
            f"{running.course.course.title}, in <#{cohort.channel_id}>, on {cohort.timezone} time. From then on I post "
            f"by myself. {_joining(cohort)}",
        ),
        *_posts(cohort, plan, now),
        _start_buttons(cohort),
    )


def _joining(cohort: Cohort) -> str:
    """How people come onto the roster with the start."""
    if any(cohort.role_id(role) for role in ROLES):
        return "The roster takes in everyone who holds the cohort's roles."
    return "The cohort has no Discord roles, so nobody joins by themselves: add people with `/roster add`."


def not_yet(cohort: Cohort) -> Card:
    """The start was put off."""
    return Card(
        text(f"{safe(cohort.name)} stays a draft. Use `/cohort start` in its channel when you are ready.")
    )


def started(running: Running, result: Synced | None, trouble: str | None, now: datetime) -> Card:
    """The course runs; who came onto the roster with the start."""
    cohort = running.cohort
    first = next((week for week in running.times if week.kickoff > now), None)
    begins = "" if first is None else f" The next kickoff is {_wall(cohort, first.kickoff)}."
    parts: list[ui.Item[Any]] = [text(f"## {safe(cohort.name)} has started", f"The course runs.{begins}")]
    if result is not None:
        parts += [rule(), text("**Roster**", *_synced(cohort, result))]
    if trouble is not None:
        parts += [rule(), text(f"**The roster could not be filled.** {trouble}")]
    parts.append(row(Press("How it stands", "cohort.show", cohort.id), _roster_button(cohort)))
    return Card(*parts, accent=GOOD if trouble is None else CARE)


def synced(cohort: Cohort, result: Synced, gone: Sequence[Role] = ()) -> Card:
    """What a sync changed; `gone` are roles that were deleted in Discord."""
    lines = _synced(cohort, result)
    lines += [
        f"⚠️ The {role} role was deleted on this server. Nobody is taken off the roster for it."
        for role in gone
    ]
    return Card(
        text("## Roster brought up to date", *lines),
        row(_roster_button(cohort)),
    )


def _synced(cohort: Cohort, result: Synced) -> list[str]:
    lines: list[str] = []
    for role in ROLES:
        names = [safe(name) for added, name in result.added if added == role]
        if names:
            more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
            lines.append(f"Added {plural(len(names), role)}: {', '.join(names[:NAMES_SHOWN])}{more}.")
    if not result.added:
        lines.append("Nobody new.")
    if result.already:
        lines.append(f"{result.already} on it already.")
    if result.withdrawn:
        names = ", ".join(map(safe, result.withdrawn[:NAMES_SHOWN]))
        lines.append(f"Left as withdrawn: {names}. `/roster add` takes somebody back in.")
    if result.missing_roles:
        lacking = " or ".join(f"{role}s" for role in result.missing_roles)
        lines.append(f"-# This cohort has no Discord role for {lacking}: add them with `/roster add`.")
    return lines


def overview(view: Overview, gaps: Sequence[str], now: datetime) -> Card:
    """A cohort at a glance."""
    here, cohort = view.here, view.here.cohort
    counts = ", ".join(plural(view.counts[role], role) for role in ROLES)
    parts: list[ui.Item[Any]] = [
        text(
            f"## {safe(cohort.name)}",
            f"**{STATES[cohort.state]}** · {here.course.course.title}",
            f"<#{cohort.channel_id}> · {_position(here, now)}",
            f"**Roster**: {counts}",
        ),
        rule(),
        text(f"**Next**, on {cohort.timezone} time", bullets(_next(view, now)) or "Nothing more is planned."),
    ]
    mend = _mend(view, gaps)
    if mend:
        parts += [rule(), text("**To mend**", bullets(mend))]
    buttons = [_roster_button(cohort)]
    if cohort.state == "draft":
        buttons.insert(0, Press("Start the course", "cohort.start", cohort.id, style=PRIMARY, emoji="🚀"))
    return Card(*parts, row(*buttons), accent=CARE if view.problems or gaps else GOOD)


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
        f"{_wall(cohort, due_at)} · {KINDS.get(kind, kind).format(week=week)}" for kind, week, due_at in ahead
    ]


def _mend(view: Overview, gaps: Sequence[str]) -> list[str]:
    cohort = view.here.cohort
    lines = [
        f"{shortened(detail, PROBLEM_LENGTH)} (since {stamp(since, 'R')})" for detail, since in view.problems
    ]
    if gaps and not view.problems:
        lines.append(_lacking(cohort, gaps))
    lines += [
        f"No Discord role for {role}s: they come onto the roster with `/roster add` only."
        for role in ROLES
        if cohort.role_id(role) is None
    ]
    return lines[:8]


def enrolled(cohort: Cohort, user_id: int, role: Role, *, is_new: bool, trouble: str | None) -> Card:
    """Somebody was put on the roster; `trouble` is why their Discord role could not be given."""
    what = f"<@{user_id}> is now a {role} of {safe(cohort.name)}."
    if not is_new:
        what = f"<@{user_id}> is already a {role} of {safe(cohort.name)}."
    return Card(text(what, *([] if trouble is None else [trouble])), accent=GOOD if trouble is None else CARE)


def roster(cohort: Cohort, people: Sequence[Enrolled], page: int) -> Card:
    """One page of the roster, by role and name; who has withdrawn is marked."""
    if not people:
        return Card(text(f"## Roster of {safe(cohort.name)}", "Nobody yet. `/roster add` begins it."))
    ordered = sorted(
        people, key=lambda item: (ROLES.index(item.role), item.member.name.casefold(), item.member.id)
    )
    pages = -(-len(ordered) // NAMES_A_PAGE)
    page = min(max(page, 1), pages)
    shown = ordered[(page - 1) * NAMES_A_PAGE : page * NAMES_A_PAGE]
    counts = ", ".join(
        plural(sum(item.active and item.role == role for item in people), role) for role in ROLES
    )
    of = f" · page {page} of {pages}" if pages > 1 else ""
    parts: list[ui.Item[Any]] = [text(f"## Roster of {safe(cohort.name)}", f"{counts}{of}")]
    for role in ROLES:
        names = [_name(item) for item in shown if item.role == role]
        if names:
            parts.append(text(f"**{role.capitalize()}s**", bullets(names)))
    turns = [(f"◀ Page {page - 1}", page - 1), (f"Page {page + 1} ▶", page + 1)]
    buttons = [Press(label, "roster.page", f"{cohort.id}.{to}") for label, to in turns if 1 <= to <= pages]
    return Card(*parts, *([row(*buttons)] if buttons else []))


def _name(item: Enrolled) -> str:
    return safe(shortened(item.member.name, 40)) + ("" if item.active else " *(withdrawn)*")
