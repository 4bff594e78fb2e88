"""What a lead sees of a cohort's roster: who is in it, who came, who leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.cohorts.enrolment import Place, Synced
from bot.cohorts.rules import ROLES, Cohort, Enrolled, Role
from bot.confirm import carrying
from bot.ui import CARE, GOOD, Card, Press, bullets, plural, row, safe, shortened, text

NAMES_A_PAGE = 40
NAMES_SHOWN = 25  # of those whom a sync added; the roster has them all


def button(cohort: Cohort) -> Press:
    """The way to the roster."""
    return Press("Roster", "roster.show", cohort.id)


def synced(cohort: Cohort, result: Synced, gone: Sequence[Role] = ()) -> Card:
    """What a sync changed; `gone` are roles that were deleted in Discord."""
    lines = changes(cohort, result)
    lines += [
        f"⚠️ The {role} role was deleted on this server. Nobody is taken off the roster for it."
        for role in gone
    ]
    return Card(
        text("## Roster brought up to date", *lines),
        row(button(cohort)),
    )


def changes(cohort: Cohort, result: Synced) -> list[str]:
    """What a sync changed, a line each."""
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


def _titles(roles: frozenset[Role]) -> str:
    return " and ".join(role for role in ROLES if role in roles)


def withdrawal_asked(cohort: Cohort, user_id: int, place: Place, reason: str) -> Card:
    """What withdrawing somebody does, to be confirmed; the card carries the reason to its button."""
    follows = [
        "Reviews that they have not given yet are given to others.",
        "Their own work leaves the queues; nobody is asked to review it any more.",
        "I do not tell them: that is better coming from you.",
        "Nothing is deleted: what they handed in, wrote and received stays.",
        "`/roster add` takes them in again whenever you like.",
    ]
    return Card(
        text(
            f"## Withdraw <@{user_id}> from {safe(cohort.name)}?",
            f"A {_titles(place.roles)} of this cohort.",
            bullets(follows),
        ),
        *([text("**Your reason**, for the audit log")] if reason else []),
        *carrying(reason),
        row(
            Press(
                "Withdraw them",
                "roster.withdraw",
                f"{cohort.id}.{user_id}",
                style=discord.ButtonStyle.danger,
            ),
            Press("Leave them in", "roster.leave", cohort.id),
        ),
        accent=CARE,
    )


def withdrawn(cohort: Cohort, user_id: int, place: Place) -> Card:
    """Somebody was withdrawn; their roles on Discord are for the lead to take away."""
    roles = [f"<@&{role_id}>" for role in ROLES if role in place.roles and (role_id := cohort.role_id(role))]
    lines = [f"<@{user_id}> is no longer a {_titles(place.roles)} of {safe(cohort.name)}."]
    if cohort.state == "running":
        lines.append("Their open reviews are being given to others.")
    if roles:
        lines.append(
            f"-# If they still carry {' or '.join(roles)}, take it away in Discord; I leave roles alone."
        )
    return Card(text(*lines), row(button(cohort)), accent=GOOD)


def left_in(cohort: Cohort) -> Card:
    """Nobody was withdrawn."""
    return Card(text(f"The roster of {safe(cohort.name)} stays as it is."), row(button(cohort)))
