"""What a lead sees of a cohort's roster: who is in it, who came, who leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zlib import crc32

import discord
from discord import ui

from bot.cohorts.cards import roster_button
from bot.cohorts.enrolment import Place, Synced
from bot.cohorts.rules import ROLES, Cohort, Enrolled, Placed, Role
from bot.confirm import carrying
from bot.ui import CARE, GOOD, Card, Press, bullets, parts_of, plural, row, safe, shortened, text

NAMES_A_PAGE = 40
NAMES_SHOWN = 25  # of each kind of people on a card; the roster has them all
NAMES_ROOM = 420  # characters for them: a card with every kind of people on it holds 4,000
PARTING = 2800  # characters of names on a card that asks: a hundred people, and room for what follows
ROLE_OF: Mapping[str, Role] = {role: role for role in ROLES}


def synced(cohort: Cohort, result: Synced, deleted: Sequence[Role] = ()) -> Card:
    """What a sync changed, and who does not carry the role that goes with their place; some roles may be deleted."""
    lines = changes(cohort, result)
    lines += [
        f"⚠️ The {role} role was deleted on this server. Nobody is taken off the roster for it; `/roster role` lets "
        "another one take its place."
        for role in deleted
    ]
    buttons = [roster_button(cohort)]
    if result.gone:
        lines.append(f"**Lost their role, and still on the roster**: {_placed(result.gone)}.")
        buttons.append(Press("Withdraw them…", "roster.gone", cohort.id))
    if result.lacking:
        lines.append(f"**On the roster without the role**: {_placed(result.lacking)}.")
        buttons.append(Press("Give them the role", "roster.give", cohort.id))
    return Card(text("## Roster brought up to date", *lines), row(*buttons))


def changes(cohort: Cohort, result: Synced) -> list[str]:
    """What a sync changed, a line each."""
    lines: list[str] = []
    for role in ROLES:
        names = [name for added, name in result.added if added == role]
        if names:
            lines.append(f"Added {plural(len(names), role)}: {listed(map(safe, names))}.")
    if not result.added:
        lines.append("Nobody new.")
    if result.already:
        lines.append(f"{result.already} on it already.")
    if result.withdrawn:
        names = listed(map(safe, result.withdrawn))
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
        "I take the cohort's Discord roles from them, if I may.",
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


def withdrawn(cohort: Cohort, user_id: int, place: Place, trouble: str | None = None) -> Card:
    """Somebody was withdrawn; `trouble` is why they may still carry a Discord role of the cohort."""
    lines = [f"<@{user_id}> is no longer a {_titles(place.roles)} of {safe(cohort.name)}."]
    if cohort.state == "running":
        lines.append("Their open reviews are being given to others.")
    if trouble is not None:
        lines.append(f"⚠️ {trouble}")
    return Card(text(*lines), row(roster_button(cohort)), accent=GOOD if trouble is None else CARE)


def left_in(cohort: Cohort) -> Card:
    """Nobody was withdrawn."""
    return Card(text(f"The roster of {safe(cohort.name)} stays as it is."), row(roster_button(cohort)))


def _placed(items: Sequence[Placed]) -> str:
    return listed(f"{safe(shortened(item.member.name, 40))} ({item.role})" for item in items)


def listed(names: Iterable[str]) -> str:
    """The first of some names, and how many more there are."""
    found, shown = list(names), list[str]()
    for name in found[:NAMES_SHOWN]:
        if shown and len(", ".join([*shown, name])) > NAMES_ROOM:
            break
        shown.append(name)
    more = f" and {len(found) - len(shown)} more" if len(found) > len(shown) else ""
    return f"{', '.join(shown)}{more}"


def sum_of(items: Iterable[Placed]) -> str:
    """A short number that tells one list of people from another."""
    return f"{crc32(repr(sorted((item.member.id, item.role) for item in items)).encode()):x}"


def parting_asked(cohort: Cohort, gone: Sequence[Placed], *, changed: bool = False) -> Card:
    """Withdrawing those who lost their Discord role, to be confirmed; the button names exactly these people."""
    if not gone:
        return Card(text("Everybody on the roster carries their role by now."), row(roster_button(cohort)))
    names = [f"- {safe(shortened(item.member.name, 32))}, {item.role}" for item in gone]
    shown = parts_of(names, PARTING)[0]
    left = len(names) - shown.count("\n") - 1
    more = [f"- and {left} more"] if left else []
    lines = ["Since this card was made the list has changed. Please look at it again."] if changed else []
    return Card(
        text(f"## Withdraw {plural(len(gone), 'place')} from {safe(cohort.name)}?", *lines, shown, *more),
        text(
            "Each leaves the role that they lost, and no other. Reviews that they have not given are given to others; "
            "nothing is deleted, and `/roster add` takes somebody in again."
        ),
        row(
            Press(
                "Withdraw them",
                "roster.part",
                f"{cohort.id}.{sum_of(gone)}",
                style=discord.ButtonStyle.danger,
            ),
            Press("Leave them in", "roster.leave", cohort.id),
        ),
        accent=CARE,
    )


def parted(cohort: Cohort, gone: Sequence[Placed]) -> Card:
    """Those who lost their Discord role were withdrawn."""
    lines = [f"No longer on the roster of {safe(cohort.name)}: {_placed(gone)}."]
    if cohort.state == "running":
        lines.append("Their open reviews are being given to others.")
    return Card(text(*lines), row(roster_button(cohort)), accent=GOOD)


def given(cohort: Cohort, wanted: int, failed: Sequence[tuple[int, str]]) -> Card:
    """Discord roles were given to people on the roster; some may have gone without."""
    lines = [f"{plural(wanted - len(failed), 'Discord role')} given."]
    return Card(text(*lines, *without(failed)), row(roster_button(cohort)), accent=CARE if failed else GOOD)


def without(failed: Sequence[tuple[int, str]]) -> list[str]:
    """Who went without their Discord role, by reason."""
    reasons: dict[str, list[int]] = {}
    for user_id, why in failed:
        reasons.setdefault(why, []).append(user_id)
    lines: list[str] = []
    for why, people in reasons.items():
        some = listed(f"<@{user_id}>" for user_id in people)
        lines.append(f"⚠️ Without {why}: {some}. They are on the roster all the same.")
    return lines


def role_asked(
    cohort: Cohort, role: Role, role_id: int, carrying: int, *, by_hand: str | None = None
) -> Card:
    """Another Discord role for a role of the cohort, to be confirmed; `by_hand` is why I do not give it."""
    before = cohort.role_id(role)
    was = "none" if before is None else f"<@&{before}>"
    follows = [
        f"Now it is {was}.",
        f"Whoever carries the new role comes onto the roster: {plural(carrying, 'person', 'people')} so far.",
        by_hand or f"I give it to the {role}s on the roster who do not carry it, if I may.",
        "Nobody leaves the roster, and nobody loses a Discord role.",
        "From then on, whoever loses the new role leaves that place.",
    ]
    return Card(
        text(f"## Let <@&{role_id}> be the {role} role of {safe(cohort.name)}?", bullets(follows)),
        row(
            Press(
                "Use it", "roster.role", f"{cohort.id}.{role}.{role_id}", style=discord.ButtonStyle.primary
            ),
            Press("Leave it", "roster.leave", cohort.id),
        ),
    )


def role_set(cohort: Cohort, role: Role, result: Synced, failed: Sequence[tuple[int, str]]) -> Card:
    """Another Discord role goes with a role of the cohort."""
    return Card(
        text(
            f"<@&{cohort.role_id(role)}> is the {role} role of {safe(cohort.name)} now.",
            *changes(cohort, result),
            *without(failed),
        ),
        row(roster_button(cohort)),
        accent=CARE if failed else GOOD,
    )
