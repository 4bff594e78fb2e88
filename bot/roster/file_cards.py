"""What a lead sees of a roster file: what it comes to, what is wrong with it, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.cohorts.cards import roster_button
from bot.cohorts.rules import ROLES, Cohort
from bot.roster.cards import listed, without
from bot.roster.importing import Entry, Import, Standing
from bot.ui import CARE, GOOD, Card, Press, bullets, parts_of, plural, row, safe, shortened, text

ROSTER, FAULTS = "roster.csv", "problems.csv"
FAULTS_SHOWN = 2400  # characters of problems on the card; the file beside it has them all

TITLES: dict[Standing, str] = {"new": "New", "back": "Coming back", "already": "There already, and staying"}


def import_asked(cohort: Cohort, plan: Import, made_at: int) -> Card:
    """What a file without faults comes to, to be confirmed."""
    parts: list[ui.Item[Any]] = [text(f"## A roster file for {safe(cohort.name)}", *_counts(plan))]
    if not plan.changes:
        return Card(
            *parts,
            text("There is nothing to do: the roster is like that already."),
            row(roster_button(cohort)),
        )
    follows = [
        "Everybody is enrolled, or nobody.",
        "Then I give them the cohort's Discord roles, if I may.",
        "Nobody who is not in the file leaves the roster.",
    ]
    return Card(
        *parts,
        text(bullets(follows)),
        row(
            Press(
                f"Enroll {'them all' if len(plan.changes) > 1 else 'them'}",
                "roster.import",
                f"{cohort.id}.{made_at}",
                style=discord.ButtonStyle.primary,
            ),
            Press("Leave it", "roster.leave", cohort.id),
        ),
    )


def _counts(plan: Import) -> list[str]:
    lines: list[str] = []
    for standing, title in TITLES.items():
        for role in ROLES:
            names = [safe(shortened(entry.name, 32)) for entry in plan.of(standing) if entry.role == role]
            if names and standing == "already":
                lines.append(f"**{title}**: {plural(len(names), role)}.")
            elif names:
                lines.append(f"**{title}**: {plural(len(names), role)}. {listed(names)}")
    return lines


def faulty(cohort: Cohort, plan: Import) -> Card:
    """What is wrong with a file, row by row; nobody of it can be enrolled."""
    found = [f"- Line {fault.number}: {safe(fault.words)}" for fault in plan.faults]
    shown = parts_of(found, FAULTS_SHOWN)[0]
    left = len(found) - shown.count("\n") - 1
    return Card(
        text(
            f"## {plural(len(found), 'row')} of this file cannot be taken in",
            f"Nobody was put on the roster of {safe(cohort.name)}: a file is taken in whole or not at all. Mend these "
            "rows, or leave them out, and use `/roster import` again.",
        ),
        text(shown),
        *([text(f"And {left} more: the file below has them all.")] if left else []),
        ui.File(f"attachment://{FAULTS}"),
        accent=CARE,
    )


def imported(cohort: Cohort, entries: Sequence[Entry], failed: Sequence[tuple[int, str]] | None) -> Card:
    """Everybody of a file was enrolled; before `failed` is known their Discord roles are being given."""
    counts = [
        plural(count, role) for role in ROLES if (count := sum(entry.role == role for entry in entries))
    ]
    lines = [f"{', '.join(counts)} enrolled in {safe(cohort.name)}."]
    has_roles = any(cohort.role_id(entry.role) is not None for entry in entries)
    if failed is None and has_roles:
        lines.append("Now I give them their Discord roles; for many people that takes a few minutes.")
    elif failed is not None and has_roles:
        lines += without(failed) or ["They carry their Discord roles."]
    return Card(text(*lines), row(roster_button(cohort)), accent=CARE if failed else GOOD)


def exported(cohort: Cohort, count: int) -> Card:
    """The roster as a file."""
    return Card(
        text(
            f"## Roster of {safe(cohort.name)}",
            f"Everybody who is or was in it: {plural(count, 'row')}, one for each role that somebody has or had. "
            "`/roster import` takes this file as it is, also after you added rows to it.",
            "-# It names people. Keep it where others cannot see it, and delete it when you are done.",
        ),
        ui.File(f"attachment://{ROSTER}"),
    )
