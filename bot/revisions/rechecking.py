"""A reviewer looks again at the points that they made and the answers to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.availability import store as availability
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Member
from bot.cohorts.service import running
from bot.curriculum import Deliverable
from bot.database import Tx
from bot.errors import CourseError
from bot.reviews import rules as review_rules
from bot.reviews import store as reviews
from bot.reviews.rules import Point, Review
from bot.reviews.writing import author_of
from bot.revisions import rules, store
from bot.revisions.rules import Answer
from bot.revisions.settling import owe, settle
from bot.submissions import store as submissions
from bot.submissions.rules import Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One of a reviewer's points, with the answer that waits for them, the earlier answer if there was one, and
    whether they have marked it as still open."""

    point: Point
    answer: Answer
    before: Answer | None

    @property
    def is_marked(self) -> bool:
        """Marked as still open, and not sent yet."""
        return self.answer.verdict == "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    """A reviewer's own points with their author's answers; nothing is left of it once it is done."""

    review: Review
    deliverable: Deliverable
    author: Member
    revision: Revision
    answered: Sequence[Answered]


def recheck(tx: Tx, user_id: int, review_id: int) -> Recheck:
    """A reviewer's own points with the answers that wait for them."""
    review = reviews.review(tx, review_id)
    if review is None or cohorts.member(tx, review.reviewer_id).user_id != user_id:
        raise CourseError("These answers are for somebody else. `/review mine` lists what is yours.")
    deliverable = running(tx, review.cohort_id).course.deliverable(review.deliverable)
    return Recheck(
        review=review,
        deliverable=deliverable,
        author=author_of(tx, review, deliverable),
        revision=submissions.latest_of(tx, review.submission_id),
        answered=_answered(tx, review) if _may_look(tx, review) else [],
    )


def _may_look(tx: Tx, review: Review) -> bool:
    """Whoever has left, or is kept apart from the author, has settled their points by that."""
    return (
        not store.is_accepted(tx, review.submission_id)
        and not availability.is_forbidden(tx, review.cohort_id, review.reviewer_id, review.author_id)
        and cohorts.is_active(tx, review.cohort_id, review.reviewer_id)
        and cohorts.is_active(tx, review.cohort_id, review.author_id)
    )


def _answered(tx: Tx, review: Review) -> list[Answered]:
    answers, found = store.answers(tx, review.submission_id), list[Answered]()
    for point in review.points:
        sent = [answer for answer in answers.get(point.id, ()) if answer.sent_at is not None]
        if sent and sent[-1].checked_at is None:
            found.append(Answered(point=point, answer=sent[-1], before=sent[-2] if sent[1:] else None))
    return found


def waiting_for(tx: Tx, cohort_id: int, reviewer_id: int) -> list[Review]:
    """The reviews whose author's answers wait for a reviewer to look again."""
    found = [reviews.review(tx, review_id) for review_id in store.to_recheck(tx, cohort_id, reviewer_id)]
    return [review for review in found if review is not None]


def mark_open(tx: Tx, user_id: int, review_id: int, point_id: int, remark: str) -> Recheck:
    """Mark a point as still open, with what is left to do; undone by an empty remark."""
    view = recheck(tx, user_id, review_id)
    item = next((item for item in view.answered if item.point.id == point_id), None)
    if item is None:
        raise CourseError("This point does not wait for you any more. `/review mine` lists what does.")
    words = (
        review_rules.parse_text(remark, "What is still open", rules.ANSWER_LIMIT) if remark.strip() else ""
    )
    if words and len(words) < rules.LEAST_REMARK:
        raise CourseError("Say a little more about what is still open: the author works from your words.")
    store.mark_answer(tx, point_id, item.answer.round, "open" if words else None, words)
    return recheck(tx, user_id, review_id)


def finish_recheck(tx: Tx, user_id: int, review_id: int, now: datetime) -> Recheck:
    """Settle every point that is not marked as still open, and tell the author."""
    view = recheck(tx, user_id, review_id)
    if not view.answered:
        return view  # a second press of the same button
    for item in view.answered:
        store.check_answer(tx, item.point.id, item.answer.round, now)
    here = running(tx, view.review.cohort_id)
    facts = settle(tx, here, view.review.submission_id, now)
    round_ = max(item.answer.round for item in view.answered)
    owe(tx, facts, "rechecked", f"r{review_id}.{round_}", now, member_id=facts.author_id)
    return view
