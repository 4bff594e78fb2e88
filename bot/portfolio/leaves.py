"""Asking a reviewer's leave to be quoted, and giving it, refusing it or taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot import ledger
from bot.availability import store as availability
from bot.calendar import Owed
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Here
from bot.cohorts.service import running
from bot.curriculum import Deliverable
from bot.database import Database, Tx
from bot.errors import CourseError
from bot.portfolio import quotes
from bot.portfolio.quote_rules import Asked, Words
from bot.portfolio.quotes import Quotable
from bot.portfolio.rules import Leave
from bot.reviews.rules import Review
from bot.reviews.writing import author_of
from bot.revisions.answering import reviewer_of


class Leaves:
    """Where authors ask to quote reviews, and reviewers say whether they may."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def words(self, here: Here) -> Sequence[Words]:
        """What an author may ask to quote, or has asked to quote already."""
        return await self._database.read(_words, here)

    async def choice(self, here: Here, review_id: int) -> Words:
        """A strength that may still be asked for; a refusal otherwise."""
        return await self._database.read(_choice, here, review_id)

    async def ask(self, here: Here, review_id: int, now: datetime) -> Words:
        """Ask a review's writer, who gets a private letter."""
        return await self._database.write(_ask, here, review_id, now)

    async def asked_of(self, here: Here) -> Sequence[Asked]:
        """Who asked to quote a member, and what they answered; newest first."""
        return await self._database.read(_asked_of, here)

    async def asked(self, user_id: int, review_id: int) -> Asked:
        """One of them, for its writer alone."""
        return await self._database.read(_asked, user_id, review_id)

    async def answer(self, user_id: int, review_id: int, leave: Leave, now: datetime) -> Asked:
        """Say whether the words may be quoted; at any time, also after the course or after having left it."""
        return await self._database.write(_answer, user_id, review_id, leave, now)


def asked_view(tx: Tx, item: Quotable) -> Asked:
    """Words that an author asks to quote, as their writer sees it."""
    review = item.review
    found = running(tx, review.cohort_id)
    deliverable = found.course.deliverable(review.deliverable)
    return Asked(
        review_id=review.id,
        running=found,
        deliverable=deliverable,
        author=author_of(tx, review, deliverable),
        words=review.strength,
        is_blind=_is_blind(deliverable, review),
        answer=item.answer,
        is_shown=quotes.is_shown(tx, review.submission_id),
    )


def may_be_asked(tx: Tx, review: Review) -> bool:
    """Whether a review's writer can be written to about it: they are still here, and nobody keeps the two apart."""
    return _is_here(tx, review) and not are_apart(tx, review)


def are_apart(tx: Tx, review: Review) -> bool:
    """Whether leads keep a review's writer and its author apart."""
    return availability.is_forbidden(tx, review.cohort_id, review.reviewer_id, review.author_id)


def take_back(tx: Tx, reviewer_id: int, now: datetime) -> None:
    """Quote somebody nowhere any more: who is about to be forgotten could not take their leave back later."""
    for item in quotes.given(tx, reviewer_id):
        _decide(tx, item, "declined", now)


def _is_here(tx: Tx, review: Review) -> bool:
    is_somebody = cohorts.member(tx, review.reviewer_id).user_id is not None
    return is_somebody and cohorts.is_active(tx, review.cohort_id, review.reviewer_id)


def _is_blind(deliverable: Deliverable, review: Review) -> bool:
    return deliverable.blind and review.origin != "mentor"


def _words(tx: Tx, here: Here) -> list[Words]:
    member = here.student()
    found = quotes.published(tx, here.cohort.id, member.id)
    return [_view(tx, here, item) for item in found]


def _view(tx: Tx, here: Here, item: Quotable) -> Words:
    deliverable = here.course.deliverable(item.review.deliverable)
    return Words(
        review_id=item.review.id,
        deliverable=deliverable,
        reviewer=reviewer_of(tx, deliverable, item.review),
        words=item.review.strength,
        is_blind=_is_blind(deliverable, item.review),
        is_asked=item.is_asked,
        answer=item.answer,
    )


def _choice(tx: Tx, here: Here, review_id: int) -> Words:
    if here.cohort.state == "finished":
        raise CourseError(
            f"The course is over: {here.cohort.name} has finished, and nobody is asked for anything any more. What was "
            "allowed before stays. You can ask a reviewer yourself what they would say about your work today."
        )
    member = here.student()
    found = [item for item in quotes.published(tx, here.cohort.id, member.id) if item.review.id == review_id]
    if not found:
        raise CourseError(
            "These words cannot be quoted now: the work is not in your portfolio. `/portfolio publish` puts it there."
        )
    view = _view(tx, here, found[0])
    if view.is_asked:
        raise CourseError(
            "Their writer has been asked about these words, and is asked once only. `/portfolio show` quotes them as "
            "soon as they agree."
        )
    # In a blind week a refusal would tell who has left, and so who it was; and whom leads keep apart, no refusal tells.
    # Then nobody is written to, and to the author it looks like a question without an answer.
    if not view.is_blind and not _is_here(tx, found[0].review):
        raise CourseError(
            "Their writer has left the cohort, so they cannot be asked any more. Choose another review."
        )
    return view


def _ask(tx: Tx, here: Here, review_id: int, now: datetime) -> Words:
    view = _choice(tx, here, review_id)
    quotes.ask(tx, review_id, now)  # `_choice` has refused what was asked before, in this transaction
    item = quotes.asked(tx, review_id)
    assert item is not None  # noqa: S101 - it was asked above
    told = Owed(
        kind="quote",
        key=f"q{review_id}",
        week=view.deliverable.week,
        due_at=now,
        member_id=item.review.reviewer_id,
    )
    ledger.owe(tx, here.cohort.id, [told])
    return _view(tx, here, item)


def _asked_of(tx: Tx, here: Here) -> list[Asked]:
    member = here.known()
    asked = quotes.asked_of(tx, here.cohort.id, member.id)
    return [asked_view(tx, item) for item in asked if _is_theirs(tx, item)]


def _is_theirs(tx: Tx, item: Quotable) -> bool:
    """Whether a writer sees a question: not one of somebody they are kept apart from, unless they have answered it."""
    return item.answer is not None or not are_apart(tx, item.review)


def _own(tx: Tx, user_id: int, review_id: int) -> Quotable:
    item = quotes.asked(tx, review_id)
    if item is not None and cohorts.member(tx, item.review.reviewer_id).user_id != user_id:
        raise CourseError("Only who wrote these words decides about them. `/review mine` has what is yours.")
    if item is None or not _is_theirs(tx, item):
        raise CourseError(
            "Nobody asks to quote this any more, so there is nothing to answer, and it is not quoted. `/review mine` "
            "has what else is yours."
        )
    return item


def _asked(tx: Tx, user_id: int, review_id: int) -> Asked:
    return asked_view(tx, _own(tx, user_id, review_id))


def _answer(tx: Tx, user_id: int, review_id: int, leave: Leave, now: datetime) -> Asked:
    _decide(tx, _own(tx, user_id, review_id), leave, now)
    return _asked(tx, user_id, review_id)


def _decide(tx: Tx, item: Quotable, leave: Leave, now: datetime) -> None:
    """Keep an answer, if it is another one; its author hears of each, or of the last if several come at once."""
    if item.answer == leave:
        return
    review = item.review
    quotes.answer(tx, review.id, leave, now)
    found = running(tx, review.cohort_id)
    if found.cohort.state == "finished":
        return  # they see it in their portfolio
    week = found.course.deliverable(review.deliverable).week
    key = f"q{review.id}.{(item.answers or 0) + 1}"
    told = Owed(kind="quote-answer", key=key, week=week, due_at=now, member_id=review.author_id)
    ledger.owe(tx, found.cohort.id, [told])
