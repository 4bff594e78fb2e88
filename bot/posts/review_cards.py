"""What is written to one person about reviews and revisions: what is asked of them, and what became of their work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import discord

from bot.posts import rules
from bot.posts.rendered import Rendered
from bot.reviews.words import beginning
from bot.ui import CARE, GOOD, Card, Press, plural, row, safe, shortened, stamp, text

PRIMARY = discord.ButtonStyle.primary
REMARK_SHOWN = 600  # of what a reviewer finds still open; the rest is in the feedback
NTH = ("First", "Second", "Third", "Fourth")  # a row holds five buttons, and one leads to the list


def _reviews_due(post: rules.ReviewsDue, mark: int) -> Rendered:
    blind = post.deliverable.blind
    authors = ", ".join(safe(author.name) for _, author in post.asked)
    whose = "" if blind else f", of the work of {authors}"
    when = f"{stamp(post.due_at)} ({stamp(post.due_at, 'R')})"
    heading = "### Your reviews are due soon" if post.is_last else "### Reviews to write"
    after = (
        f"What has not come by {stamp(post.given_on_at)} is offered to somebody else, so that nobody waits in vain. "
        "If you cannot write one, hand it back: a button on its card does that."
    )
    card = Card(
        text(
            heading,
            f"{post.deliverable.name}, in {safe(post.running.cohort.name)}: {plural(len(post.asked), 'review')} due "
            f"{when}{whose}.",
            after,
        ),
        row(
            *(
                Press(
                    f"{NTH[position]} review" if blind else shortened(f"Review {_whom(author.name)}", 80),
                    "review.open",
                    review_id,
                    style=PRIMARY,
                    mark=mark if position == 0 else None,
                )
                for position, (review_id, author) in enumerate(post.asked[: len(NTH)])
            ),
            Press("My reviews", "review.mine", post.running.cohort.id),
        ),
    )
    return Rendered(card=card)


def _whom(name: str) -> str:
    return name.strip() or "it"


def _asked_instead(post: rules.AskedInstead, mark: int) -> Rendered:
    what = "write one" if post.deliverable.blind else f"review the work of {safe(post.author.name)}"
    cohort = safe(post.running.cohort.name)
    why = f"Somebody in {cohort} could not write theirs, and you have the fewest: please"
    if post.by_lead:
        why = f"A lead of {cohort} asks this of you: please"
    card = Card(
        text(
            f"### A review of {post.deliverable.name}",
            f"{why} {what} by {stamp(post.due_at)} ({stamp(post.due_at, 'R')}).",
        ),
        row(
            Press("Open the review", "review.open", post.review_id, style=PRIMARY, mark=mark),
            Press("My reviews", "review.mine", post.running.cohort.id),
        ),
    )
    return Rendered(card=card)


def _changed(post: rules.Changed, mark: int) -> Rendered:
    sent = "You reviewed an earlier one. Their answers to your points come separately; this is only so that you know."
    draft = "Your draft is kept, and the review now opens on the new revision."
    card = Card(
        text(
            f"### {beginning(safe(post.author.name))} handed in revision {post.number}",
            f"{post.deliverable.name}, in {safe(post.running.cohort.name)}.",
            sent if post.is_sent else draft,
        ),
        row(Press("Open the review", "review.open", post.review_id, style=PRIMARY, mark=mark)),
    )
    return Rendered(card=card)


def _feedback(post: rules.FeedbackCame, mark: int) -> Rendered:
    cohort = post.running.cohort
    rest = post.asked - post.received
    card = Card(
        text(
            f"### {safe(post.reviewer.name)} reviewed your work",
            f"{post.deliverable.name}, in {safe(cohort.name)}: {post.received} of "
            f"{plural(post.asked, 'review')} so far.",
            "More is on its way. You can read this one now." if rest else "That was the last one.",
        ),
        row(
            Press(
                "Read it", "feedback.show", f"{cohort.id}.{post.deliverable.key}", style=PRIMARY, mark=mark
            ),
            Press("Where I stand", "me.show", cohort.id),
        ),
        accent=GOOD,
    )
    return Rendered(card=card)


def _answers(post: rules.AnswersCame, mark: int) -> Rendered:
    begins = "They still wait for you:" if post.is_reminder else "Look again with a click or two;"
    again = f"{begins} without a word from you they are settled"
    card = Card(
        text(
            f"### {beginning(safe(post.author.name))} answered {plural(post.points, 'point')} of yours",
            f"{post.deliverable.name}, in {safe(post.running.cohort.name)}. {again} {stamp(post.until)}.",
        ),
        row(Press("Look again", "recheck.open", post.review_id, style=PRIMARY, mark=mark)),
    )
    return Rendered(card=card)


def _rechecked(post: rules.Rechecked, mark: int) -> Rendered:
    counted = [f"{plural(post.settled, 'point')} settled"] if post.settled else []
    counted += [f"{post.still_open} still open"] if post.still_open else []
    key = f"{post.running.cohort.id}.{post.deliverable.key}"
    button = Press("Read it", "feedback.show", key, style=PRIMARY, mark=mark)
    after: list[str] = []
    if post.with_mentor:
        after = ["What is open after two answers goes to a mentor now; you need do nothing for that."]
    elif post.still_open:
        after = ["Answer once more; if it stays open then, a mentor decides."]
        button = Press("Answer", "answer.open", key, style=PRIMARY, mark=mark)
    card = Card(
        text(
            f"### {safe(post.reviewer.name)} looked again",
            f"{post.deliverable.name}, in {safe(post.running.cohort.name)}: {', '.join(counted)}.",
            *_quoted(shortened(post.remark, REMARK_SHOWN)),
            *after,
        ),
        row(button),
        accent=CARE if post.still_open else GOOD,
    )
    return Rendered(card=card)


def _quoted(words: str) -> list[str]:
    """Somebody's words as a quote; the empty line ends it, so that ours do not slip in."""
    return [*(f"> {line}" for line in safe(words).splitlines()), ""] if words else []


def _decided(post: rules.Decided, mark: int) -> Rendered:
    return _accepted(post, mark) if post.is_accepted else _to_change(post, mark)


def _accepted(post: rules.Decided, mark: int) -> Rendered:
    cohort, key = post.running.cohort, f"{post.running.cohort.id}.{post.deliverable.key}"
    by_peers = "Every point is settled and all the evidence is there. Well done."
    said = by_peers if post.by is None else f"{safe(post.by.name)} accepted it. Well done."
    card = Card(
        text(
            f"### 🎉 Your {post.deliverable.name} is accepted",
            f"Revision {post.number}, in {safe(cohort.name)}. {said}",
            *_quoted(post.words),
            "It can go into your portfolio now, with a few words about it.",
        ),
        row(
            Press("Publish it", "portfolio.publish", key, style=PRIMARY, mark=mark),
            Press("See it all", "feedback.show", key),
            Press("Where I stand", "me.show", cohort.id),
        ),
        accent=GOOD,
    )
    return Rendered(card=card)


def _to_change(post: rules.Decided, mark: int) -> Rendered:
    cohort, who = post.running.cohort, "A mentor" if post.by is None else safe(post.by.name)
    key = f"{cohort.id}.{post.deliverable.key}"
    card = Card(
        text(
            f"### {who} asks for changes",
            f"{who} on revision {post.number} of your {post.deliverable.name}, in {safe(cohort.name)}:",
            *_quoted(post.words),
            "Make them, then hand it in again: the same links are fine.",
        ),
        row(
            Press("Hand it in again", "submit.open", key, style=PRIMARY, mark=mark),
            Press("See it all", "feedback.show", key),
        ),
        accent=CARE,
    )
    return Rendered(card=card)


def _handed(post: rules.HandedOver, mark: int) -> Rendered:
    cohort = post.running.cohort
    card = Card(
        text(
            f"### {safe(post.by.name)} hands you {post.deliverable.name}",
            f"The work of {safe(post.author.name)} in {safe(cohort.name)} waits for a mentor, and it is yours until "
            f"{stamp(post.until, 't')} ({stamp(post.until, 'R')}). If you cannot look at it, release it there.",
        ),
        row(
            Press("Open it", "queue.open", f"{cohort.id}.{post.item_id}", style=PRIMARY, mark=mark),
            Press("The queue", "queue.page", f"{cohort.id}.all.0"),
        ),
    )
    return Rendered(card=card)


RENDERERS: dict[type, Callable[[Any, int], Rendered]] = {
    rules.ReviewsDue: _reviews_due,
    rules.AskedInstead: _asked_instead,
    rules.Changed: _changed,
    rules.FeedbackCame: _feedback,
    rules.AnswersCame: _answers,
    rules.Rechecked: _rechecked,
    rules.Decided: _decided,
    rules.HandedOver: _handed,
}
