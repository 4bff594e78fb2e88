"""What a lead sees of a change of the calendar: every post and deadline that moves, before it does and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import discord
from discord import ui

from bot.calendar import Break
from bot.cohorts.rules import Cohort, Running
from bot.confirm import carrying
from bot.curriculum import Rhythm
from bot.dates import named
from bot.planning import rhythms, rules
from bot.planning.rules import Edit, GoOn, Move, SetRhythm, TakeBreak, UndoBreak
from bot.planning.service import Preview
from bot.ui import ACCENT, CARE, GOOD, Card, Press, bullets, plural, row, rule, safe, text

PRIMARY = discord.ButtonStyle.primary

STAYS = "What was said before stays as it is."
TELL_AS_IS = f"{STAYS} To tell everybody, use `/announce schedule`."
TELL = f"{STAYS} To tell everybody, use `/announce schedule`; `/cohort calendar` shows the new dates."

MOVES_SHOWN = 8  # a week's posts and deadlines; the rest moves alike

KINDS: Mapping[rules.Kind, str] = {
    "kickoff": "kickoff of week {week}",
    "nudge": "private reminders in week {week}",
    "deadline": "deadline of week {week}",
    "retro": "retro of week {week}",
    "reviews": "reviews of week {week} due",
    "capstone reviews": "capstone reviews of week {week} due",
    "digest": "week {week} in numbers",
}


def wall(running: Running, moment: datetime) -> str:
    """An instant on the cohort's own clock."""
    return f"{moment.astimezone(running.cohort.zone):%a %d %b %H:%M}"


def day_of(running: Running, moment: datetime) -> str:
    """A day on the cohort's own calendar."""
    return f"{moment.astimezone(running.cohort.zone):%a %d %b %Y}"


def asked(preview: Preview, *, again: bool = False) -> Card:
    """What a change comes to, to be confirmed; `again` if it is something else than what was shown before."""
    cohort, edit = preview.before.cohort, preview.edit
    reason = carrying(edit.reason) if isinstance(edit, TakeBreak) and edit.reason else []
    return Card(
        *([text("**Something has changed since I showed this. Please look once more.**")] if again else []),
        text(f"## {_title(preview)}", f"{safe(cohort.name)}, on {cohort.timezone} time."),
        text(*diff(preview)),
        *([text(bullets(along))] if (along := follows(preview)) else []),
        *([text("**The reason**"), *reason] if reason else []),
        row(
            Press(_label(preview.edit), "planning.change", key(preview), style=PRIMARY),
            Press("Leave it", "planning.leave", cohort.id),
        ),
        accent=CARE if preview.overlaps else ACCENT,
    )


def _title(preview: Preview) -> str:
    edit = preview.edit
    if isinstance(edit, TakeBreak):
        return f"A break of {plural(edit.weeks, 'week')} from {named(edit.day)}?"
    if isinstance(edit, UndoBreak):
        return f"Take back the break of {named(edit.day)}?"
    return f"Another rhythm from week {preview.moves[0].week} on?"


def _label(edit: Edit) -> str:
    if isinstance(edit, TakeBreak):
        return "Give the break"
    return "Take the break back" if isinstance(edit, UndoBreak) else "Set this rhythm"


def key(preview: Preview) -> str:
    """Everything that the button needs to make exactly this change."""
    edit, cohort_id = preview.edit, preview.before.cohort.id
    return f"{cohort_id}.{packed(edit)}.{preview.mark}"


def packed(edit: Edit) -> str:
    """An edit in the few characters that fit a button; a break's reason stands on its card."""
    if isinstance(edit, TakeBreak):
        return f"b.{edit.day}.{edit.weeks}"
    if isinstance(edit, UndoBreak):
        return f"u.{edit.day}"
    if isinstance(edit, GoOn):
        return f"g.{edit.weeks}"
    moments = (str(getattr(edit.rhythm, name)) for name in rhythms.NAMES)
    return "r." + "-".join(moment.replace(" ", "").replace(":", "") for moment in moments)


def unpacked(words: Sequence[str], reason: str) -> Edit:
    """The edit that `packed` wrote."""
    kind, first, *rest = words
    if kind == "b":
        return TakeBreak(day=date.fromisoformat(first), weeks=int(rest[0]), reason=reason)
    if kind == "u":
        return UndoBreak(day=date.fromisoformat(first))
    if kind == "g":
        return GoOn(weeks=int(first))
    moments = (f"{part[:3]} {part[3:5]}:{part[5:]}" for part in first.split("-"))
    return SetRhythm(rhythm=Rhythm.model_validate(dict(zip(rhythms.NAMES, moments, strict=True))))


def diff(preview: Preview) -> list[str]:
    """The first moves one by one, and the rest summed up."""
    running, moves = preview.before, preview.moves
    if not moves:
        return ["No week is still to come, so the calendar stays as it is."]
    lines = [
        f"{KINDS[move.kind].format(week=move.week)}: {wall(running, move.before)} → {wall(running, move.after)}"
        for move in moves[:MOVES_SHOWN]
    ]
    rest = moves[MOVES_SHOWN:]
    summed = [f"… and {len(rest)} more{_alike(preview, rest)}."] if rest else []
    return [bullets(lines), *summed, _end(preview)]


def _alike(preview: Preview, moves: Sequence[Move]) -> str:
    weeks = rules.weeks_apart(moves, preview.before.cohort.zone)
    if weeks is None:
        return f" in the same way, up to week {moves[-1].week}"
    return f", each {plural(abs(weeks), 'week')} {'later' if weeks > 0 else 'earlier'}"


def _end(preview: Preview) -> str:
    before, after = preview.before.times[-1].ends, preview.after.times[-1].ends
    if before == after:
        return f"The course ends {day_of(preview.before, before)}, as before."
    return f"The course ends {day_of(preview.after, after)} instead of {day_of(preview.before, before)}."


def follows(preview: Preview) -> list[str]:
    """What moves along, and where the change hurts."""
    along, lines = preview.along, list[str]()
    if preview.under_way is not None:
        lines.append(
            f"Week {preview.under_way} has begun by then: what was said of it stays, and its deadline moves with the "
            "rest."
        )
    if along.reviews:
        lines.append(f"{plural(len(along.reviews), 'open review')} and what reminds of them move along.")
    if along.promises:
        lines.append(
            f"{plural(len(along.promises), 'piece', 'pieces')} of work, promised reviews by an hour after that, "
            "are promised them so much later."
        )
    if along.extended:
        lines.append(f"{plural(len(along.extended), 'extended deadline')} of single students move along.")
    if isinstance(preview.edit, SetRhythm):
        if _has_other_day(preview, preview.edit.rhythm):
            lines.append(
                "Each week keeps its place: its new kickoff day is the first on or after its day by the course file."
            )
        lines.append("Reviews that were asked for keep their hour.")
    lines += [
        f"⚠️ Week {week} would begin before the deadline of week {week - 1}." for week in preview.overlaps
    ][:3]
    return lines


def _has_other_day(preview: Preview, rhythm: Rhythm) -> bool:
    """Whether weeks begin on another weekday from now on."""
    before = preview.before
    old = before.cohort.changes.rhythm(preview.moves[0].week, before.course.rhythm)
    return rhythm.kickoff.weekday != old.kickoff.weekday


def changed(preview: Preview, now: datetime) -> Card:
    """The calendar is changed."""
    cohort = preview.before.cohort
    parts: list[ui.Item[Any]] = [
        text(f"## The calendar of {safe(cohort.name)} is changed", *diff(preview)),
        text(TELL),
    ]
    if isinstance(preview.edit, TakeBreak) and preview.edit.day > now.astimezone(cohort.zone).date():
        parts.append(
            text(
                f"-# To take it back before it begins: `/cohort break starts_on: {preview.edit.day} undo: True`."
            )
        )
    return Card(*parts, *events_again(preview.before.cohort, has_events=preview.has_events), accent=GOOD)


def events_again(cohort: Cohort, *, has_events: bool) -> list[ui.Item[Any]]:
    """Where the calendar stands among the server's events, these are to be brought up to date."""
    if not has_events:
        return []
    words = "The server's events still have the old dates. Press this to move them."
    return [
        rule(),
        text(words),
        row(events_button(cohort)),
    ]


def events_button(cohort: Cohort) -> Press:
    """Puts the live moments to come among the server's events."""
    return Press("Put into this server's events", "planning.events", cohort.id, emoji="📆")


def left(cohort: Cohort) -> Card:
    """Nothing was changed."""
    return Card(text(f"{safe(cohort.name)} stays as it is. `/cohort calendar` shows its dates."))


def breaks(running: Running, found: Sequence[Break], now: datetime) -> Card:
    """The breaks of a cohort."""
    lines = [
        f"from {named(rules.begins(running, pause))}, {plural(pause.weeks, 'week')}"
        + (f": {safe(pause.reason)}" if pause.reason else "")
        + (" · has begun" if pause.from_at <= now else "")
        for pause in found
    ]
    return Card(
        text(f"## Breaks of {safe(running.cohort.name)}", bullets(lines) or "None so far."),
        text(
            "-# `/cohort break starts_on: next monday weeks: 1` gives one, with all that follows later by as much; "
            "`undo: True` takes one back that has not begun."
        ),
    )


def rhythm(running: Running, week: int, found: Rhythm) -> Card:
    """The rhythm that the next weeks have."""
    cohort = running.cohort
    lines = [f"**{name}** · {getattr(found, name)}" for name in rhythms.NAMES]
    whose = "as the course file has it" if found == running.course.rhythm else "the cohort's own"
    return Card(
        text(
            f"## The rhythm of {safe(cohort.name)}",
            f"From week {week} on, {whose}; on {cohort.timezone} time.",
            bullets(lines),
        ),
        text("-# To change moments, name them: `/cohort rhythm kickoff: tue 10:00 deadline: mon 18:00`."),
    )
