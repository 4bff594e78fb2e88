"""The way back, as `/me` shows it to somebody who is behind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import discord

from bot.curriculum import Deliverable
from bot.progress.path import Path, Step
from bot.progress.to_do import ToDo
from bot.ui import Press, plural, stamp

PRIMARY, SECONDARY = discord.ButtonStyle.primary, discord.ButtonStyle.secondary
NAMED = 3  # pieces of work that a step names; the rest is counted


def way_back(view: ToDo, way: Path, now: datetime) -> str:
    """What to do first, in order, and what can wait."""
    steps = [f"{number}. {_step(view, way, step, now)}" for number, step in enumerate(way.steps, 1)]
    return "\n".join(["**The short way back**", _opening(way), *steps, *_later(way)])


def _opening(way: Path) -> str:
    missed = (
        f"You have missed {way.lately.weeks} of the last {plural(way.lately.of, 'week')}. That happens, and it can be "
        "mended."
    )
    late = "A review of yours is late. Its author still waits for it, and is glad of it now."
    order = ", in this order" if len(way.steps) > 1 else ""
    return f"{missed if way.late else late} This is the least that it takes{order}:"


def _step(view: ToDo, way: Path, step: Step, now: datetime) -> str:
    what = named(step.items)
    match step.kind:
        case "review":
            return f"**Give {plural(len(step.items), 'review')}** of {what}: {_awaited(view, now)}."
        case "recheck":
            return f"**Look at the answers** on {what}: their authors wait for it."
        case "answer":
            points = sum(count for _, count in view.to_answer)
            return f"**Answer {plural(points, 'point')}** on {what}: reviewers wait to look again."
        case "on time":
            due = dict(view.due)
            return f"**Hand in {what}**: still in time, due {stamp(due[step.items[0]], 'R')}."
        case "late":
            return f"**Hand in {plural(len(step.items), 'late piece')}**, {what}: {_gain(way)}"


def _awaited(view: ToDo, now: datetime) -> str:
    """That classmates wait for reviews, and how many of those are late."""
    count = len(view.to_review)
    late = sum(view.running.has_passed(review.due_at, now) for review, _, _ in view.to_review)
    if count == 1:
        return f"a classmate waits for it{', and it is late' if late else ''}"
    which = "they are" if late == count else "one of them is" if late == 1 else f"{late} of them are"
    are_late = f", and {which} late" if late else ""
    return f"classmates wait for them{are_late}"


def _gain(way: Path) -> str:
    left = way.lately.weeks - len(way.late)
    rest = f"then it is {left} of the last {way.lately.of}" if left else "then none of the latest is missing"
    return f"{rest}, and you are back. Newest work first, because reviewers still have it in mind."


def _later(way: Path) -> Sequence[str]:
    if not way.later:
        return ()
    return (
        f"{_others(way)} can wait. Late work stays welcome. For what you cannot come to, ask a lead to leave it "
        "out for you, or within a week of its deadline ask for more time with `/extension`.",
    )


def _others(way: Path) -> str:
    if not way.late:
        return named(way.later)
    count = len(way.later)
    return f"The other late {'piece' if count == 1 else f'{count} pieces'}, {named(way.later)},"


def named(items: Sequence[Deliverable]) -> str:
    """The places of some work, the first few of them: `Week 3, Week 4 and 2 more`."""
    places = list(dict.fromkeys(item.place for item in items))
    more = [f"{len(places) - NAMED} more"] if len(places) > NAMED else []
    said = places[:NAMED] + more
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def buttons(view: ToDo, way: Path) -> list[Press]:
    """A button for each step, in order, and one for the newest of what can wait."""
    return [*(_button(view, step) for step in way.steps), *(_submit(view, item) for item in way.later[:1])]


def _button(view: ToDo, step: Step) -> Press:
    cohort_id, first = view.running.cohort.id, step.items[0]
    match step.kind:
        case "review":
            return Press("My reviews", "review.mine", cohort_id, style=PRIMARY)
        case "recheck":
            return Press("Look again", "recheck.open", view.to_recheck[0][0].id, style=PRIMARY)
        case "answer":
            return Press("Answer points", "answer.open", f"{cohort_id}.{first.key}", style=PRIMARY)
        case "on time" | "late":
            return _submit(view, first, style=PRIMARY)


def _submit(view: ToDo, item: Deliverable, style: discord.ButtonStyle = SECONDARY) -> Press:
    return Press(f"Submit {item.place}", "submit.open", f"{view.running.cohort.id}.{item.key}", style=style)
