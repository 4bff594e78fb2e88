"""What is said about quotes: the question to a reviewer, and their answer to the author."""

from __future__ import annotations

from datetime import datetime

from bot.cohorts import store as cohorts
from bot.cohorts.rules import Running
from bot.database import Tx
from bot.ledger import Claimed
from bot.portfolio import leaves, quotes
from bot.posts.quote_rules import QuoteAnswered, QuoteAsked
from bot.posts.rounds import Composer
from bot.posts.rules import Content
from bot.revisions.answering import reviewer_of


def _asked(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    """To a reviewer, unless they have answered elsewhere, or a lead keeps them from the author meanwhile."""
    item = quotes.asked(tx, int(row.key.removeprefix("q")))
    if item is None or item.answer is not None or not leaves.may_be_asked(tx, item.review):
        return None
    return QuoteAsked(running=running, asked=leaves.asked_view(tx, item))


def _answered(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    """To the author; while leads keep the two apart, only that the words may be quoted no longer."""
    review_id, _, turn = row.key.removeprefix("q").partition(".")
    item = quotes.asked(tx, int(review_id))
    if item is None or item.answer is None or item.answers != int(turn):
        return None  # they have thought again meanwhile, and that is told
    if item.answer != "declined" and leaves.are_apart(tx, item.review):
        return None
    deliverable = running.course.deliverable(item.review.deliverable)
    is_named = item.answer == "named"
    reviewer = cohorts.member(tx, item.review.reviewer_id)
    return QuoteAnswered(
        running=running,
        deliverable=deliverable,
        reviewer=reviewer if is_named else reviewer_of(tx, deliverable, item.review),
        words=item.review.strength,
        answer=item.answer,
    )


COMPOSERS: dict[str, Composer] = {"quote": _asked, "quote-answer": _answered}
