"""What waits for a reviewer: to look at again, to write, to finish after all; and how they have done so far."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord

from bot import ui
from bot.cohorts.halt import is_held
from bot.cohorts.rules import Cohort, Here
from bot.reviews.cards import PRIMARY, SECONDARY, due
from bot.reviews.rules import RATINGS, Leniency, Review
from bot.reviews.service import Asked
from bot.reviews.words import named, numbered

LISTED = 10  # lines with a button each: three components apiece leave room for the words around them
ALIKE = 0.05  # of the scale; a smaller gap is said to be none
STEPS = 3  # from the lowest of four levels to the highest: gaps are said in levels of such a rubric

Section = discord.ui.Section[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What only the reviewer is shown: how their scores stand beside others', and how useful authors found them.

    `useful` is the mean of the ratings; None while they are too few.
    """

    leniency: Leniency
    useful: float | None
    ratings: int
    quotes: int = 0
    """How many of their reviews an author has asked to quote."""


def mine(
    here: Here, asked: Sequence[Asked], answered: Collection[Review], own: Own, now: datetime
) -> ui.Card:
    """What somebody has to review, with a button for each; `answered` are their reviews to look at again."""
    parts: list[discord.ui.Item[Any]] = []
    left, more = LISTED, 0
    is_over = here.cohort.state == "finished"
    groups = [] if is_over else _groups(here.cohort, asked, {review.id for review in answered}, now)
    for heading, words, lines in groups:
        if lines[:left]:
            parts += [ui.text(heading, words), *lines[:left]]
        more += len(lines[left:])
        left -= len(lines[:left])
    if not parts:
        parts.append(ui.text("### Nothing to review", _until_next(here, now)))
    after = [f"{ui.plural(more, 'more review')} will appear here as you send these."] if more else []
    closing = [*after, *_thanks(asked), *_for_your_eyes(own)]
    parts += [ui.text(*closing)] if closing else []
    is_free = not any(item.review.is_open for item in asked)
    buttons: list[ui.Press] = []
    if is_free and "student" in here.roles and here.cohort.state == "running":
        buttons.append(ui.Press("Take one up", "review.next", here.cohort.id))
    if own.quotes:
        buttons.append(ui.Press(f"Quotes of you ({own.quotes})", "quote.mine", here.cohort.id))
    return ui.Card(*parts, *([ui.row(*buttons)] if buttons else []))


def _groups(
    cohort: Cohort, asked: Sequence[Asked], answered: Collection[int], now: datetime
) -> list[tuple[str, str, list[Section]]]:
    """What waits for a reviewer by kind: a heading, what to do, and a line with a button for each."""
    again = [item for item in asked if item.review.id in answered]
    open_ones = [item for item in asked if item.review.is_open]
    given_on = [item for item in asked if not item.review.counts]
    return [
        (
            f"### {ui.plural(len(again), 'review')} to look at again",
            "The author has answered your points. Say which are settled: a click is enough.",
            [_answered(item, title) for item, title in _titled(again)],
        ),
        (
            f"### {ui.plural(len(open_ones), 'review')} to write",
            "Opening one shows you the work and its rubric. Your draft is kept as you go.",
            [_asked(cohort, item, title, now) for item, title in _titled(open_ones)],
        ),
        (
            "### Begun, and given on",
            "They are no longer asked of you, and somebody else may write them. Your drafts are kept and welcome.",
            [_asked(cohort, item, title, now) for item, title in _titled(given_on)],
        ),
    ]


def _titled(group: Sequence[Asked]) -> list[tuple[Asked, str]]:
    """Each with what it is of; where names are kept back, those of one deliverable are counted through."""
    numbers = numbered((item.review, item.author) for item in group)
    return [
        (
            item,
            f"**{item.deliverable.name}** by {named(item.author)}"
            + (f" · {numbers[item.review.id]}" if item.review.id in numbers else ""),
        )
        for item in group
    ]


def _until_next(here: Here, now: datetime) -> str:
    if here.cohort.state == "draft":
        return "The course has not begun yet. Once it has, reviewers are found at the end of each week."
    if here.cohort.state == "finished":
        return "The course is over, so reviews are no longer written. What came of yours is in `/feedback`."
    reached = here.clock.reads(now)
    upcoming = next((week.deadline for week in here.times if week.deadline > reached), None)
    if upcoming is None:
        return "All rounds of this course are over. What came of yours is in `/feedback`."
    held = is_held(here.cohort, upcoming)
    comes = "once the course goes on" if held else f"{ui.stamp(upcoming)} ({ui.stamp(upcoming, 'R')})"
    when = f"The next pairing comes {comes}"
    if "student" in here.roles:
        return f"{when}, among those who have handed in by then. `/review next` takes up waiting work before that."
    return f"{when}. What classmates cannot cover between them will be listed here."


def _asked(cohort: Cohort, item: Asked, title: str, now: datetime) -> Section:
    review = item.review
    is_begun = review.opened_at is not None
    held = is_held(cohort, review.lease_until or review.due_at)
    when = due(review, now, is_held=held) + (" · draft begun" if is_begun else "")
    style = PRIMARY if is_begun else SECONDARY
    return Section(
        f"{title}\n{when}",
        accessory=ui.Press("Go on" if is_begun else "Open", "review.open", review.id, style=style),
    )


def _answered(item: Asked, title: str) -> Section:
    points = ui.plural(len(item.review.points), "point")
    return Section(
        f"{title}\nyou made {points} · answered",
        accessory=ui.Press("Look again", "recheck.open", item.review.id, style=PRIMARY),
    )


def _thanks(asked: Sequence[Asked]) -> list[str]:
    sent = [item for item in asked if item.review.sent_at is not None]
    taken = sum(item.review.origin == "pull" for item in sent)
    of_own = f", {taken} of them taken up by yourself" if taken else ""
    return (
        [f"-# You have sent {ui.plural(len(sent), 'review')} in this cohort{of_own}. Thank you."]
        if sent
        else []
    )


def _for_your_eyes(own: Own) -> list[str]:
    """How a reviewer does, for their own eyes; nothing while too little says so."""
    found = own.leniency
    beside = [(found.beside_peers, found.peers, "peers"), (found.beside_mentors, found.mentors, "mentors")]
    gaps = [
        f"on {ui.plural(count, 'piece')} of work you scored {_gap(gap, whom)}"
        for gap, count, whom in beside
        if gap is not None
    ]
    said = [f"{'; '.join(gaps)}."] if gaps else []
    said += [] if own.useful is None else [_useful(own.useful, own.ratings)]
    return [f"-# Only you see this: {' '.join(said)}"] if said else []


def _useful(mean: float, count: int) -> str:
    """What authors say of somebody's reviews, in a number and in the scale's words."""
    words = RATINGS[min(RATINGS, key=lambda rating: abs(rating - mean))]
    return (
        f"Authors found your reviews {words}: {mean:.1f} of {max(RATINGS)} on average, from "
        f"{ui.plural(count, 'rating')}."
    )


def _gap(gap: float, whom: str) -> str:
    if abs(gap) < ALIKE:
        return f"about the same as {whom} did"
    return f"{abs(gap) * STEPS:.1f} levels (of four) {'higher' if gap > 0 else 'lower'} than {whom} did"
