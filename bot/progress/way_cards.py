"""The way back, as `/me` shows it to somebody who is behind."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.curriculum import Deliverable
from bot.progress.path import Path
from bot.progress.to_do import ToDo
from bot.ui import Press, plural

PRIMARY = discord.ButtonStyle.primary
A_ROW = 5  # buttons
NAMED = 3  # pieces of work that a step names; the rest is counted


def way_back(view: ToDo, way: Path) -> str:
    """What ends being behind, in order, and what can wait."""
    steps = [
        *([_reviews(way.reviews)] if way.reviews else []),
        *([_late(way, has_time_left=bool(view.due))] if way.late else []),
    ]
    listed = [f"{number}. {step}" for number, step in enumerate(steps, 1)]
    order = ", in this order" if len(steps) > 1 else ""
    least = f"{_opening(way)} This is the least that it takes{order}:"
    return "\n".join(["**The short way back**", least, *listed, *_later(way)])


def _opening(way: Path) -> str:
    if not way.late:
        return "A review of yours is late. Its author still waits for it, and is glad of it now."
    lately = f"{way.lately.weeks} of the last {plural(way.lately.of, 'week')}"
    return f"You have missed {lately}. That happens, and it can be mended."


def _reviews(items: Sequence[Deliverable]) -> str:
    waits = "a classmate waits for it" if len(items) == 1 else "classmates wait for them"
    return f"**Give {plural(len(items), 'late review')}** of {named(items)}: {waits}."


def _late(way: Path, *, has_time_left: bool) -> str:
    left = way.lately.weeks - len(way.late)
    rest = f"then it is {left} of the last {way.lately.of}" if left else "then none of the latest is missing"
    first = " What is still in time goes before it: it stands below, with its date." if has_time_left else ""
    return (
        f"**Hand in {plural(len(way.late), 'late piece')}**, {named(way.late)}: {rest}, and you are back. Newest work "
        f"first, because reviewers still have it in mind.{first}"
    )


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
    return f"The other {'late piece' if count == 1 else f'{count} late pieces'}, {named(way.later)},"


def named(items: Sequence[Deliverable]) -> str:
    """The places of some work, the first few of them: `Week 3, Week 4 and 2 more`."""
    places = list(dict.fromkeys(item.place for item in items))
    more = [f"{len(places) - NAMED} more"] if len(places) > NAMED else []
    said = places[:NAMED] + more
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def buttons(view: ToDo, way: Path) -> list[Press]:
    """A button for all that the way demands, in order, as many as a row holds; none for what can wait."""
    cohort_id = view.running.cohort.id
    found = [
        *([Press("My reviews", "review.mine", cohort_id, style=PRIMARY)] if way.reviews else []),
        *(
            Press(f"Submit {item.place}", "submit.open", f"{cohort_id}.{item.key}", style=PRIMARY)
            for item in way.late
        ),
    ]
    return found[:A_ROW]
