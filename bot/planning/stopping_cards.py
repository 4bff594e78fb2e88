"""What a lead sees of a pause, of going on, and of the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import discord
from discord import ui

from bot.calendar import Owed
from bot.cohorts.rules import Running
from bot.confirm import carrying
from bot.planning import cards
from bot.planning.rules import GoOn
from bot.planning.service import Preview, Stopped
from bot.planning.stopping import ANNOUNCEMENT, Ending
from bot.ui import CARE, GOOD, Card, Press, bullets, plural, row, safe, stamp, text

PRIMARY, DANGER = discord.ButtonStyle.primary, discord.ButtonStyle.danger

UNSAID_SHOWN = 5
UNSAID: Mapping[str, str] = {
    "kickoff": "kickoff of week {week}",
    "nudge": "private reminders in week {week}",
    "pairing": "reviewers for week {week}",
    "retro": "retro of week {week}",
    "digest": "week {week} in numbers",
    "announcement": "an announcement of a lead",
}


def _unsaid(running: Running, rows: Sequence[Owed]) -> str:
    lines = [
        f"{cards.wall(running, item.due_at)} · {UNSAID[item.kind].format(week=item.week)}"
        for item in rows[:UNSAID_SHOWN]
    ]
    rest = len(rows) - len(lines)
    return bullets([*lines, *([f"and {rest} more"] if rest else [])])


def pause_asked(running: Running, ahead: Sequence[Owed], reason: str) -> Card:
    """What a pause does, to be confirmed."""
    cohort = running.cohort
    coming = [text("**Not said until then**", _unsaid(running, ahead))] if ahead else []
    return Card(
        text(
            f"## Pause {safe(cohort.name)}?",
            "From now on nothing is posted, nobody is reminded, and no deadline falls due. Work and reviews can still "
            "be handed in. `/cohort resume` lets it go on, and offers to move what fell due meanwhile.",
        ),
        *coming,
        *([text("**The reason**, for the audit log"), *carrying(reason)] if reason else []),
        row(
            Press("Pause it", "planning.pause", cohort.id, style=PRIMARY),
            Press("Leave it", "planning.leave", cohort.id),
        ),
    )


def paused(running: Running) -> Card:
    """The clock stands still."""
    return Card(
        text(
            f"## {safe(running.cohort.name)} is paused",
            "Nothing is posted and no deadline falls due. `/cohort resume` lets it go on.",
        ),
        text(_tell_in_channel(running)),
        accent=CARE,
    )


def _tell_in_channel(running: Running) -> str:
    """How everybody hears of it where nothing is announced."""
    return f"{cards.STAYS} To tell everybody, tell them in <#{running.cohort.channel_id}>."


def resume_asked(stopped: Stopped, *, again: bool = False) -> Card:
    """The ways to go on, to choose from."""
    running, later = stopped.running, stopped.later
    cohort = running.cohort
    what = "paused" if cohort.state == "paused" else "finished"
    parts: list[ui.Item[Any]] = []
    if again:
        parts.append(text("**Something has changed since I showed this. Please look once more.**"))
    parts.append(text(f"## Go on with {safe(cohort.name)}?", f"It is {what} since {stamp(stopped.since)}."))
    buttons: list[ui.Item[Any]] = []
    announced = [item for item in stopped.missed if item.kind == ANNOUNCEMENT]
    if later is None:
        what = "Nothing else" if announced else "Nothing"
        parts.append(text(f"{what} fell due meanwhile, so all dates stay."))
        buttons.append(Press("Go on", "planning.change", cards.key(stopped.as_is), style=PRIMARY))
    else:
        weeks = later.edit.weeks if isinstance(later.edit, GoOn) else 0
        parts += [
            text(
                f"**Go on where it stopped**: {plural(weeks, 'week')} later, so that nothing is past.",
                *cards.diff(later),
                *filter(None, [bullets(cards.follows(later))]),
            ),
            text("**Keep the dates**: what was due meanwhile is past.", *_kept(stopped)),
        ]
        buttons += [
            Press(f"{plural(weeks, 'week')} later", "planning.change", cards.key(later), style=PRIMARY),
            Press("Keep the dates", "planning.change", cards.key(stopped.as_is)),
        ]
    if announced:
        parts.append(
            text(
                "**Announcements whose hour came meanwhile**",
                _unsaid(running, announced),
                "They keep their hour. What is half a day late is not posted, and its author hears of it.",
            )
        )
    return Card(*parts, row(*buttons, Press("Not yet", "planning.leave", cohort.id)))


def _kept(stopped: Stopped) -> list[str]:
    missed = [item for item in stopped.missed if item.kind != ANNOUNCEMENT]
    if not missed:
        return ["No post of the calendar was missed."]
    return [
        _unsaid(stopped.running, missed),
        "A post is made up for where it is still of use, only the newest of a kind; deadlines count as they were.",
    ]


def resumed(preview: Preview) -> Card:
    """The course goes on."""
    cohort, after = preview.before.cohort, preview.after
    is_later = isinstance(preview.edit, GoOn) and preview.edit.weeks > 0
    parts = [*cards.diff(preview), bullets(cards.follows(preview))] if is_later else ["All dates stay."]
    return Card(
        text(f"## {safe(cohort.name)} goes on", *filter(None, parts)),
        text(
            f"-# The course ends {cards.day_of(after, after.times[-1].ends)}. `/cohort show` tells what is posted next."
        ),
        *cards.events_again(cohort, has_events=preview.has_events and bool(preview.moves)),
        text(cards.TELL if preview.moves else cards.TELL_AS_IS),
        accent=GOOD,
    )


def finish_asked(ending: Ending, keep_days: int, now: datetime) -> Card:
    """What finishing leaves undone, to be confirmed."""
    running, cohort = ending.running, ending.running.cohort
    open_ = [
        *(
            [f"{plural(ending.waiting, 'piece', 'pieces')} of work in the mentor queue"]
            if ending.waiting
            else []
        ),
        *([f"{plural(ending.reviews, 'review')} on the way"] if ending.reviews else []),
    ]
    parts: list[ui.Item[Any]] = [
        text(
            f"## Finish {safe(cohort.name)}?",
            "Nothing more is posted, and nothing more can be handed in. What was handed in, reviewed and decided "
            "stays to be read.",
            f"<#{cohort.channel_id}> is free for another cohort then.",
            _kept_until(running, keep_days, now),
        )
    ]
    if ending.unsaid:
        parts.append(text(f"**Never said then** ({len(ending.unsaid)})", _unsaid(running, ending.unsaid)))
    if open_:
        parts.append(text("**Still open**", bullets(open_)))
    if ending.has_events:
        parts.append(text("Events that I put into this server stay until somebody deletes them."))
    return Card(
        *parts,
        row(
            Press("Finish it", "planning.finish", f"{cohort.id}.{keep_days}", style=DANGER),
            Press("Leave it", "planning.leave", cohort.id),
        ),
        accent=CARE,
    )


def _kept_until(running: Running, keep_days: int, now: datetime) -> str:
    if not keep_days:
        return "What is known about its people is kept until they ask for it to be erased."
    until = now + timedelta(days=keep_days)
    return (
        f"What is known about its people is forgotten after {plural(keep_days, 'day')}, on "
        f"{cards.day_of(running, until)}; its leads hear of it a week before."
    )


def finished(running: Running, now: datetime) -> Card:
    """The course is over."""
    cohort = running.cohort
    return Card(
        text(
            f"## {safe(cohort.name)} is finished",
            f"<#{cohort.channel_id}> is free for another cohort. {_kept_until(running, cohort.keep_days or 0, now)}",
            "-# `/cohort resume` opens it again, for as long as its channel is free.",
        ),
        text(_tell_in_channel(running)),
        accent=GOOD,
    )
