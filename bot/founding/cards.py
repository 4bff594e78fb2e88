"""What whoever sets up a cohort sees: the hello to a server, and the draft with its checklist."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import discord

from bot.cohorts.cards import (
    at_once,
    coming_line,
    lacking,
    later_button,
    passed,
    roles_button,
    start_button,
    wall,
)
from bot.cohorts.rules import ROLES, Cohort, Role, Running
from bot.cohorts.setup import Plan, Site
from bot.permissions import OPTIONAL
from bot.permissions import lacking as lacking_permissions
from bot.ui import CARE, GOOD, Card, Press, bullets, plural, row, rule, safe, text

PRIMARY = discord.ButtonStyle.primary

# What the setup does by itself where it may; a server's manager looks at these once.
TO_CHECK = tuple(item for item in OPTIONAL if item.name in {"manage_roles", "manage_channels"})


def hello(server: str, guild_id: int, course: str, given: int) -> Card:
    """Who I am, for whoever can set up a cohort; `given` are my permissions on the server."""
    missing = lacking_permissions(given, TO_CHECK)
    checked = [
        f"▫️ **{item.shown}**, {item.why}. Without it, {item.without}."
        if item in missing
        else f"✅ **{item.shown}**, {item.why}."
        for item in TO_CHECK
    ]
    return Card(
        text(
            f"## Hello, {safe(server)}",
            f"I run cohort courses: I post each week on time, collect work, pair people for peer review, and show "
            f"everyone where they stand. The course I have with me is *{safe(course)}*.",
        ),
        text(
            "Whoever has Manage Server here can set up a cohort in a few minutes. You see the first two weeks before "
            "anything is posted, and nothing is until you start the course.",
            "**Two permissions of mine to check**",
            *checked,
        ),
        row(Press("Set up a cohort", "setup.open", guild_id, style=PRIMARY, emoji="🚀")),
    )


def draft_made(
    running: Running,
    plan: Plan,
    students: int,
    site: Site,
    now: datetime,
    news: Sequence[str] = (),
    *,
    is_changed: bool = False,
) -> Card:
    """A draft, what it will post in its first two weeks, and what is still to be done.

    `news` are today's; `is_changed` is whether the draft was there before.
    """
    cohort = running.cohort
    ready = not site.missing and not site.gaps and running.times[0].kickoff > now
    coming = [coming_line(cohort, item) for item in plan.first_weeks(now)]
    buttons = [start_button(cohort), later_button(cohort)]
    buttons.insert(1, Press("Read the first two kickoffs", "cohort.preview", cohort.id))
    if site.missing:
        buttons.insert(1, roles_button(cohort))
    return Card(
        text(
            f"## Draft {'changed' if is_changed else 'made'}: {safe(cohort.name)}",
            f"Nothing is posted yet. {running.course.course.title}, in <#{cohort.channel_id}>.",
            *([bullets(news)] if news else []),
        ),
        *at_once(plan, now),
        text(f"**The first two weeks**, on {cohort.timezone} time", bullets(coming)),
        *passed(plan),
        rule(),
        text("**Before you start**", *_checklist(running, plan, students, site, now)),
        row(*buttons),
        accent=GOOD if ready else CARE,
    )


def _checklist(running: Running, plan: Plan, students: int, site: Site, now: datetime) -> list[str]:
    cohort, times = running.cohort, running.times
    return [
        f"✅ Time zone: {cohort.timezone}",
        _kickoff_line(running, plan, now),
        f"✅ The course ends: {wall(cohort, times[-1].ends)}, after {plural(len(times), 'week')}",
        f"⚠️ {lacking(cohort, site.gaps)}" if site.gaps else f"✅ I may post in <#{cohort.channel_id}>",
        *(_role_line(cohort, role, is_missing=role in site.missing) for role in ROLES),
        *([_silent_line(cohort)] if site.is_silent else []),
        _people_line(cohort, students),
    ]


def _kickoff_line(running: Running, plan: Plan, now: datetime) -> str:
    """When the course begins, why then, and what follows if that is past."""
    cohort, first = running.cohort, running.times[0].kickoff
    day, begins = cohort.starts_on, first.astimezone(cohort.zone).date()
    line = f"First kickoff: {wall(cohort, first)}"
    if day.weekday() != begins.weekday():
        line += f". {day.day} {day:%B} is a {day:%A}: the course begins with the first kickoff after it"
    if first > now:
        return f"✅ {line}"
    return f"⚠️ {line}. That is past: {_begun(running, plan, now)} `/cohort create` with the same name takes a later day"


def _begun(running: Running, plan: Plan, now: datetime) -> str:
    """What a start does now that the first kickoff is past."""
    if running.times[-1].ends <= now:
        return "the whole course would be over by now, so it cannot start."
    week = next((item.week for item in plan.at_once(now) if item.kind == "kickoff"), None)
    if week is None:
        return "a start joins the course midway, and what is past is not posted."
    before = "" if week == 1 else ", and what came before it is not posted"
    return f"a start posts the kickoff of week {week} at once{before}."


def _people_line(cohort: Cohort, students: int) -> str:
    by_name = "`/roster add` or `/roster import` brings people in"
    by_role = "the start takes in everyone with the student role"
    if not students:
        ways = by_name if cohort.student_role_id is None else f"{by_role}, and {by_name}"
        return f"▫️ Nobody on the roster yet: {ways}"
    ways = by_name if cohort.student_role_id is None else by_role
    return f"✅ {plural(students, 'student')} on the roster so far; {ways}"


def _role_line(cohort: Cohort, role: Role, *, is_missing: bool) -> str:
    role_id = cohort.role_id(role)
    if role_id is None:
        return f"▫️ No {role} role: {role}s are those you name with `/roster add`"
    if is_missing:
        return f"⚠️ The {role} role was deleted: make it again, or name another with `/cohort create`"
    return f"✅ {role.capitalize()} role: <@&{role_id}>"


def _silent_line(cohort: Cohort) -> str:
    return (
        f"▫️ Kickoffs name <@&{cohort.student_role_id}> without a ping: let anyone mention that role (Server Settings "
        "→ Roles), or give me Mention Everyone"
    )


def roles_made(cohort: Cohort, news: Sequence[str]) -> Card:
    """The roles of a cohort that runs already."""
    return Card(
        text(f"## The roles of {safe(cohort.name)}", bullets(news)),
        text("Give them to people, then use `/roster sync`; `/roster add` gives them too."),
        accent=GOOD,
    )
