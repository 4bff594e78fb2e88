"""What people see of absences, and leads of the pairs that they keep apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import discord
from discord import ui

from bot.availability.rules import Absence, Apart, Leave
from bot.availability.service import Pair
from bot.cohorts.rules import Cohort
from bot.confirm import carrying
from bot.ui import CARE, GOOD, Card, Press, bullets, row, rule, safe, shortened, stamp, text

PRIMARY = discord.ButtonStyle.primary
AWAY_SHOWN = 12  # with a reason each they fill a card; more than that are away only in holidays
REASON_SHOWN = 110
NAME_SHOWN = 40
PAIRS_A_PAGE = 12


def _until(until_at: datetime) -> str:
    """The end of the last day, which reads better than the first minute of the next."""
    last = until_at - timedelta(minutes=1)
    return f"{stamp(last)} ({stamp(last, 'R')})"


def away_asked(cohort: Cohort, leave: Leave, before: Absence | None) -> Card:
    """An absence as it was understood, to be confirmed; the card carries the reason to its buttons."""
    key = f"{cohort.id}.{leave.day}"
    follows = [
        "Reviews that would fall due by then are asked of others, and what you have not sent is given on.",
        "Your own deadlines stay; ask a lead if you need more time.",
        "`/away` shows it, with a button for when you are back sooner.",
    ]
    parts: list[ui.Item[Any]] = [
        text(
            f"## Away until {_until(leave.until_at)}?",
            f"That is the end of {leave.day:%A} on {cohort.timezone} time, in {safe(cohort.name)}.",
        ),
        text(bullets(follows)),
    ]
    if before is not None:
        parts.append(text(f"It takes the place of your absence until {_until(before.until_at)}."))
    if leave.reason:
        parts += [text("**Your reason**, for leads and mentors only"), *carrying(leave.reason)]
    buttons = row(
        Press("Yes, I am away", "away.tell", key, style=PRIMARY),
        Press("Change the date", "away.change", key),
    )
    return Card(*parts, buttons)


def away_told(cohort: Cohort, absence: Absence) -> Card:
    """Somebody is away from now on."""
    return Card(
        text(
            f"You are away until {_until(absence.until_at)}.",
            f"No review in {safe(cohort.name)} is asked of you until then.",
        ),
        row(Press("I am back", "away.back", cohort.id)),
        accent=GOOD,
    )


def away_shown(
    cohort: Cohort, own: Absence | None, others: Sequence[Absence] | None, *, may_leave: bool
) -> Card:
    """What is set, and for mentors and leads who else is away and why."""
    parts: list[ui.Item[Any]] = []
    if own is not None:
        parts.append(text(f"## You are away until {_until(own.until_at)}", *_own_reason(own)))
        parts.append(
            row(
                Press("I am back", "away.back", cohort.id),
                Press("Change the date", "away.edit", cohort.id),
            )
        )
    elif may_leave:
        parts.append(
            text(
                "You are not away.",
                "When you will be: `/away until: friday`, or a date as year-month-day.",
            )
        )
    if others is not None:
        parts += [rule()] if parts else []
        lines = [_line(absence) for absence in others[:AWAY_SHOWN]]
        if len(others) > AWAY_SHOWN:
            lines.append(f"and {len(others) - AWAY_SHOWN} more, who are back later")
        parts.append(text(f"**Away in {safe(cohort.name)}**", bullets(lines) or "Nobody is away."))
    return Card(*parts)


def _own_reason(own: Absence) -> list[str]:
    return [f"Your reason, for leads and mentors only: {safe(own.reason)}"] if own.reason else []


def _line(absence: Absence) -> str:
    reason = f": {safe(shortened(_one_line(absence.reason), REASON_SHOWN))}" if absence.reason else ""
    last = absence.until_at - timedelta(minutes=1)
    return f"{_name(absence.member.name)} until {stamp(last, 'f')}{reason}"


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _name(name: str) -> str:
    return safe(shortened(name, NAME_SHOWN))


def back(cohort: Cohort, *, was_away: bool) -> Card:
    """Somebody is back."""
    words = "Welcome back." if was_away else "You are not away any more."
    return Card(text(f"{words} Reviews in {safe(cohort.name)} can be asked of you again."), accent=GOOD)


def forbid_asked(cohort: Cohort, pair: Pair, reason: str) -> Card:
    """What keeping two people apart does, to be confirmed; the card carries the reason to its button."""
    follows = [
        "From then on neither of them reviews the other's work.",
        "Reviews between them that were not sent yet are given to others; sent ones stay.",
        "Nobody but leads learns of it.",
    ]
    return Card(
        text(f"## Keep {_names(pair)} apart in {safe(cohort.name)}?", bullets(follows)),
        *([text("**Your reason**, for leads only")] if reason else []),
        *carrying(reason),
        row(
            Press("Keep them apart", "pairs.forbid", _key(cohort, pair), style=PRIMARY),
            Press("Leave it", "pairs.leave", cohort.id),
        ),
    )


def allow_asked(cohort: Cohort, pair: Pair) -> Card:
    """What letting two people together again does, to be confirmed."""
    return Card(
        text(
            f"## Let {_names(pair)} review each other again?",
            f"They may then be paired in {safe(cohort.name)} like everybody else.",
        ),
        row(
            Press("Let them", "pairs.allow", _key(cohort, pair), style=PRIMARY),
            Press("Leave it", "pairs.leave", cohort.id),
        ),
    )


def _names(pair: Pair) -> str:
    return f"<@{pair.one.user_id}> and <@{pair.other.user_id}>"


def _key(cohort: Cohort, pair: Pair) -> str:
    return f"{cohort.id}.{pair.one.user_id}.{pair.other.user_id}"


def forbidden(cohort: Cohort, pair: Pair) -> Card:
    """Two people are kept apart."""
    lines = [f"{_names(pair)} never review each other in {safe(cohort.name)} from now on."]
    if cohort.state == "running":
        lines.append("Open reviews between them are being given to others.")
    return Card(text(*lines), accent=GOOD)


def allowed(cohort: Cohort, pair: Pair) -> Card:
    """Two people may review each other again."""
    return Card(text(f"{_names(pair)} may review each other again in {safe(cohort.name)}."), accent=GOOD)


def pairs_left(cohort: Cohort) -> Card:
    """Nothing was changed."""
    return Card(text(f"The pairs of {safe(cohort.name)} stay as they are."))


def pairs_listed(cohort: Cohort, pairs: Sequence[Apart], page: int) -> Card:
    """One page of the pairs that are kept apart."""
    title = f"## Kept apart in {safe(cohort.name)}"
    if not pairs:
        return Card(
            text(title, "Nobody. `/pairs forbid one: other:` keeps two people from reviewing each other.")
        )
    pages = -(-len(pairs) // PAIRS_A_PAGE)
    page = min(max(page, 1), pages)
    lines = [_apart(pair) for pair in pairs[(page - 1) * PAIRS_A_PAGE : page * PAIRS_A_PAGE]]
    of = [f"page {page} of {pages}"] if pages > 1 else []
    turns = [(f"◀ Page {page - 1}", page - 1), (f"Page {page + 1} ▶", page + 1)]
    buttons = [Press(label, "pairs.page", f"{cohort.id}.{to}") for label, to in turns if 1 <= to <= pages]
    return Card(
        text(title, *of, bullets(lines)),
        text("-# `/pairs forbid` with both names and `undo: True` lets two people review each other again."),
        *([row(*buttons)] if buttons else []),
        accent=CARE,
    )


def _apart(pair: Apart) -> str:
    reason = f": {safe(shortened(_one_line(pair.reason), REASON_SHOWN))}" if pair.reason else ""
    return f"{_name(pair.one.name)} and {_name(pair.other.name)}{reason}"
