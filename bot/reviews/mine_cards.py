"""What waits for a reviewer: to look at again, to write, to finish after all; and how they have done so far."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import discord

from bot import ui
from bot.cohorts.rules import Here
from bot.reviews.cards import PRIMARY, SECONDARY, due, named
from bot.reviews.rules import Leniency, Review
from bot.reviews.service import Asked

LISTED = 10  # lines with a button each: three components apiece leave room for the words around them
ALIKE = 0.05  # of the scale; a smaller gap is said to be none
STEPS = 3  # from the lowest of four levels to the highest: gaps are said in levels of such a rubric

Section = discord.ui.Section[Any]


def mine(
    here: Here, asked: Sequence[Asked], answered: Collection[Review], leniency: Leniency, now: datetime
) -> ui.Card:
    """What somebody has to review, with a button for each; `answered` are their reviews to look at again."""
    open_ones = [item for item in asked if item.review.is_open]
    ids = {review.id for review in answered}
    groups = [
        (
            f"### {ui.plural(len(ids), 'review')} to look at again",
            "The author has answered your points. Say which are settled: a click is enough.",
            [_answered(item) for item in asked if item.review.id in ids],
        ),
        (
            f"### {ui.plural(len(open_ones), 'review')} to write",
            "Opening one shows you the work and its rubric. Your draft is kept as you go.",
            [_asked(item, now) for item in open_ones],
        ),
        (
            "### Begun, and given on",
            "They are no longer asked of you, and somebody else may write them. Your drafts are kept and welcome.",
            [_asked(item, now) for item in asked if not item.review.counts],
        ),
    ]
    parts: list[discord.ui.Item[Any]] = []
    left, more = LISTED, 0
    for heading, words, lines in groups:
        if lines[:left]:
            parts += [ui.text(heading, words), *lines[:left]]
        more += len(lines[left:])
        left -= len(lines[:left])
    if not parts:
        parts.append(ui.text("### Nothing to review", _until_next(here, now)))
    after = [f"{ui.plural(more, 'more review')} will appear here as you send these."] if more else []
    closing = [*after, *_thanks(asked), *_how_you_score(leniency)]
    parts += [ui.text(*closing)] if closing else []
    if not open_ones and "student" in here.roles and here.cohort.state == "running":
        parts.append(ui.row(ui.Press("Take one up", "review.next", here.cohort.id)))
    return ui.Card(*parts)


def _until_next(here: Here, now: datetime) -> str:
    if here.cohort.state == "draft":
        return "The course has not begun yet. Once it has, reviewers are found at the end of each week."
    upcoming = next((week.deadline for week in here.times if week.deadline > now), None)
    if upcoming is None:
        return "All rounds of this course are over. What came of yours is in `/feedback`."
    when = f"The next pairing comes {ui.stamp(upcoming)} ({ui.stamp(upcoming, 'R')})"
    if "student" in here.roles:
        return (
            f"{when}, among those who have handed in by then. `/submit` makes you one of them, and `/review next` "
            "takes up waiting work before that."
        )
    return f"{when}. What classmates cannot cover between them will be listed here."


def _asked(item: Asked, now: datetime) -> Section:
    review = item.review
    is_begun = review.opened_at is not None
    when = due(review, now) + (" · draft begun" if is_begun else "")
    style = PRIMARY if is_begun else SECONDARY
    return Section(
        f"**{item.deliverable.name}** by {named(item.author)}\n{when}",
        accessory=ui.Press("Go on" if is_begun else "Open", "review.open", review.id, style=style),
    )


def _answered(item: Asked) -> Section:
    points = ui.plural(len(item.review.points), "point")
    return Section(
        f"**{item.deliverable.name}** by {named(item.author)}\nyou made {points} · answered",
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


def _how_you_score(found: Leniency) -> list[str]:
    """How a reviewer's scores stand beside others', for their own eyes; nothing while too little is shared."""
    beside = [(found.beside_peers, found.peers, "peers"), (found.beside_mentors, found.mentors, "mentors")]
    said = [
        f"on {ui.plural(count, 'piece')} of work you scored {_gap(gap, whom)}"
        for gap, count, whom in beside
        if gap is not None
    ]
    return [f"-# Only you see this: {'; '.join(said)}."] if said else []


def _gap(gap: float, whom: str) -> str:
    if abs(gap) < ALIKE:
        return f"about the same as {whom} did"
    return f"{abs(gap) * STEPS:.1f} levels (of four) {'higher' if gap > 0 else 'lower'} than {whom} did"
