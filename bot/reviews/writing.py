"""Writing a review: from opening it to sending it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import ledger
from bot.availability import store as availability
from bot.calendar import Owed
from bot.cohorts import halt
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Member
from bot.cohorts.service import running
from bot.course import store as versions
from bot.curriculum import Deliverable
from bot.database import Tx
from bot.errors import CourseError
from bot.reviews import allocation, asking, effort, rules, store, taking
from bot.reviews.rules import Closed, Point, Review
from bot.submissions import store as submissions
from bot.submissions.rules import Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A review as its reviewer works on it: the work, the rubric, and what is written so far.

    `newest` is the number of the author's newest revision; `seen_before` is the number of the one that the reviewer
    had open until now, where opening the review has just put a newer one in its place. `pull_hours` is how long each
    change keeps a review that was taken up; while `is_held`, it has no date before a paused course goes on.
    """

    review: Review
    deliverable: Deliverable
    revision: Revision
    newest: int
    seen_before: int | None = None
    author: Member
    cohort_name: str
    pull_hours: int
    unfinished: Sequence[str]
    is_held: bool = False


def barred(tx: Tx, review: Review) -> Closed | None:
    """Why somebody may not write a review any more, if they may not.

    A draft that was given on is not lost: who began it may still send it. Whom a lead keeps apart, and whose author has
    left, may not, whatever card they still have before them.
    """
    if availability.is_forbidden(tx, review.cohort_id, review.reviewer_id, review.author_id):
        return "apart"
    if not cohorts.is_active(tx, review.cohort_id, review.author_id):
        return "withdrawn"
    may_come_back = review.closed_why in ("expired", "away", "accepted") and review.opened_at is not None
    return None if review.counts or may_come_back else review.closed_why or "left"


def author_of(tx: Tx, review: Review, deliverable: Deliverable) -> Member:
    """Whose work it is, as its reviewer may know."""
    author = cohorts.member(tx, review.author_id)
    is_blind = deliverable.blind and review.origin != "mentor"
    return rules.masked(author, rules.THE_AUTHOR) if is_blind else author


def card_of(tx: Tx, user_id: int, review_id: int) -> Card:
    """A review as its reviewer works on it; a refusal for anybody else."""
    review = store.review(tx, review_id)
    if review is None:
        raise CourseError("This review no longer exists. `/review mine` lists the ones that are yours.")
    if cohorts.member(tx, review.reviewer_id).user_id != user_id:
        raise CourseError(
            "This review was asked of somebody else. `/review mine` lists the ones that are yours."
        )
    cohort = cohorts.cohort(tx, review.cohort_id)
    places = cohorts.enrollments_of(tx, user_id).get(cohort.id)
    if places and not any(places.values()):
        raise CourseError(
            f"You have left {cohort.name}, so its reviews are closed to you. Ask one of its leads if that is a mistake."
        )
    course = versions.version(tx, review.course_version_id)
    deliverable = course.deliverable(review.deliverable)
    newest = submissions.latest_of(tx, review.submission_id)
    return Card(
        review=review,
        deliverable=deliverable,
        revision=newest if review.revision_id is None else submissions.revision(tx, review.revision_id),
        newest=newest.number,
        author=author_of(tx, review, deliverable),
        cohort_name=cohort.name,
        pull_hours=course.review.pull.hours,
        unfinished=rules.unfinished(review, deliverable.rubric),
        is_held=halt.is_held(cohort, review.lease_until or review.due_at),
    )


def open_review(tx: Tx, user_id: int, review_id: int, now: datetime) -> Card:
    """Take up a review; a draft that was given on is taken back if its place is still free."""
    card = card_of(tx, user_id, review_id)
    if card.review.sent_at is not None:
        return card
    _refuse_barred(tx, card.review)
    taking.keep(tx, running(tx, card.review.cohort_id), card.review, now)
    newest = submissions.latest_of(tx, card.review.submission_id)
    store.open_draft(tx, review_id, newest.id, now)
    submissions.mark_opened(tx, newest.id, now)
    seen_before = None if card.revision.id == newest.id else card.revision.number
    return replace(card_of(tx, user_id, review_id), seen_before=seen_before)


def _refuse_barred(tx: Tx, review: Review) -> None:
    halt.refuse_when_over(cohorts.cohort(tx, review.cohort_id), "reviews are no longer written")
    why = barred(tx, review)
    if why is not None:
        raise CourseError(f"{_GIVEN_ON[why]} `/review mine` lists what is yours.")


_GIVEN_ON: Mapping[Closed, str] = {
    "expired": "This review was given on to somebody else when its time was over.",
    "declined": "You handed this review back, and somebody else was asked.",
    "left": "This review was given on to somebody else.",
    "away": "This review was given on to somebody else while you were away.",
    "apart": "A lead has given this review to somebody else.",
    "withdrawn": "Its author has left the cohort, so this review is no longer needed.",
    "accepted": "This work is accepted, so the review is no longer needed.",
}


def draft_of(tx: Tx, user_id: int, review_id: int) -> Card:
    """A review that is being written; a refusal if it was sent or never opened."""
    card = card_of(tx, user_id, review_id)
    if card.review.sent_at is not None:
        raise CourseError(
            "You have sent this review, so it stays as its author read it. Tell them in the cohort channel "
            "if you want to take something back."
        )
    if card.review.opened_at is None:
        raise CourseError("Open the review first: `/review mine` has a button for it.")
    _refuse_barred(tx, card.review)
    return card


def change(tx: Tx, user_id: int, review_id: int, how: Callable[[Tx, Card], object], now: datetime) -> Card:
    """Change a draft; whoever does keeps what they had taken up."""
    card = draft_of(tx, user_id, review_id)
    how(tx, card)
    taking.keep(tx, running(tx, card.review.cohort_id), card.review, now)
    return card_of(tx, user_id, review_id)


def score(tx: Tx, card: Card, scores: Mapping[str, int]) -> None:
    """Set levels that the rubric has."""
    if rules.unfit(card.deliverable.rubric, scores):
        raise CourseError("The rubric has no such level. Open the review again with `/review mine`.")
    store.put_scores(tx, card.review.id, scores)


def strengthen(tx: Tx, card: Card, text: str) -> Card:
    """Write the strength."""
    words = rules.parse_text(text, "The strength")
    _check(tx, card, words, "The strength", ())
    store.put_strength(tx, card.review.id, words)
    return replace(card, review=replace(card.review, strength=words))


def add_point(tx: Tx, card: Card, point: Point, now: datetime) -> Card:
    """Add a point."""
    checked = rules.parse_point(point.kind, point.severity, point.place, point.body)
    if len(card.review.points) >= rules.POINTS_LIMIT:
        raise CourseError(
            f"A review holds {rules.POINTS_LIMIT} points, and yours is full. "
            "Take one back, or join two that belong together."
        )
    _check(tx, card, checked.body, "The point", [item.body for item in card.review.points])
    store.add_point(tx, card.review.id, checked, now)
    return replace(card, review=replace(card.review, points=[*card.review.points, checked]))


def _check(tx: Tx, card: Card, words: str, what: str, said: Sequence[str]) -> None:
    review = card.review
    effort.check(
        words,
        what,
        least=versions.version(tx, review.course_version_id).review.least_words,
        said=said,
        given=effort.rubric_lines(card.deliverable.rubric),
    )


def send(tx: Tx, user_id: int, review_id: int, now: datetime) -> Card:
    """Send the draft to the author."""
    card = card_of(tx, user_id, review_id)
    if card.review.sent_at is not None:
        return card  # a second press of the same button
    return _send(tx, user_id, card, now)


def _send(tx: Tx, user_id: int, card: Card, now: datetime) -> Card:
    review_id = card.review.id
    _refuse_barred(tx, card.review)
    if card.unfinished:
        raise CourseError(
            f"Not yet: this review still needs {'; '.join(card.unfinished)}. Your draft is kept."
        )
    store.mark_sent(tx, review_id, now)
    here = running(tx, card.review.cohort_id)
    if card.review.due_at < now and not here.has_passed(card.review.due_at, now):
        asking.put_due(tx, [review_id], now)  # it fell due while the cohort stands still, so it is in time
    wanted = here.course.policy(card.deliverable.track).reviewers
    covered_at = rules.covered_at(store.of_submission(tx, card.review.submission_id), wanted)
    if covered_at is not None:
        submissions.mark_covered(tx, card.review.submission_id, covered_at)
    else:
        allocation.offer_again(tx, here, card.review, now)
    told = Owed(
        kind="feedback",
        key=f"r{review_id}",
        week=card.deliverable.week,
        due_at=now,
        member_id=card.review.author_id,
    )
    ledger.owe(tx, card.review.cohort_id, [told])
    return card_of(tx, user_id, review_id)


def give(
    tx: Tx,
    user_id: int,
    review_id: int,
    scores: Mapping[str, int],
    strength: str,
    points: Sequence[Point],
    now: datetime,
) -> Card:
    """Write and send a whole review."""
    opened = open_review(tx, user_id, review_id, now)
    if opened.review.sent_at is not None:
        return opened
    score(tx, opened, scores)
    card = strengthen(tx, opened, strength)
    for point in points:
        card = add_point(tx, card, point, now)
    written = replace(card.review, scores={**card.review.scores, **scores})
    unfinished = rules.unfinished(written, card.deliverable.rubric)
    return _send(tx, user_id, replace(card, review=written, unfinished=unfinished), now)
