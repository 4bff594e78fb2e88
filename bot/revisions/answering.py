"""An author answers every point of the reviews that they received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.cohorts import store as cohorts
from bot.cohorts.rules import Here, Member
from bot.curriculum import Deliverable
from bot.database import Tx
from bot.errors import CourseError
from bot.reviews import effort
from bot.reviews import rules as review_rules
from bot.reviews import store as reviews
from bot.reviews.rules import Point, Review
from bot.revisions import rules, store
from bot.revisions.rules import ANSWERS, Answer, AnswerKind, Facts
from bot.revisions.settling import owe, settle
from bot.submissions import service as submitting
from bot.submissions import store as submissions
from bot.submissions.rules import Revision

REMIND = timedelta(hours=24)  # before a silence settles it, a reviewer is reminded once that answers wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A point that waits for its author's answer: who made it, what was answered before, what is drafted now."""

    reviewer: Member
    point: Point
    round: int
    before: Answer | None
    draft: Answer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """An author's answers to one deliverable, before they are sent; `revises` if sending makes a new revision."""

    deliverable: Deliverable
    revision: Revision
    asked: Sequence[Asked]
    revises: bool

    @property
    def is_ready(self) -> bool:
        """Whether every point has its answer."""
        return all(item.draft is not None for item in self.asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of answers that were sent."""

    deliverable: Deliverable
    revision: Revision
    revised: bool
    points: int
    reviewers: int


def reviewer_of(tx: Tx, deliverable: Deliverable, review: Review) -> Member:
    """Who wrote a review, as its author may know."""
    member = cohorts.member(tx, review.reviewer_id)
    if not deliverable.blind or review.origin == "mentor":
        return member
    letters = review_rules.letters(reviews.of_submission(tx, review.submission_id))
    return review_rules.masked(member, letters[review.id])


def facts_of_own(tx: Tx, here: Here, deliverable: Deliverable) -> Facts:
    """The facts of a student's own work; a refusal if it was not handed in."""
    revision = submissions.latest(tx, here.cohort.id, here.student().id, deliverable.key)
    if revision is None:
        raise CourseError(
            f"You have not handed in {deliverable.name} yet, so nobody could review it. "
            "`/submit deliverable:` hands it in."
        )
    return store.facts(tx, here, revision.submission_id)


def answering(tx: Tx, here: Here, deliverable: Deliverable, now: datetime) -> Answering:
    """What an author has to answer, and what they have drafted."""
    facts = facts_of_own(tx, here, deliverable)
    if facts.accepted is not None:
        raise CourseError(
            f"{deliverable.name} is accepted, so nothing waits for an answer. `/feedback` shows it all."
        )
    asked = [
        _asked(tx, facts, review, point)
        for review, point, where in rules.points(facts, now)
        if where in ("to answer", "back")
    ]
    return Answering(
        deliverable=deliverable, revision=facts.revision, asked=asked, revises=_revises(tx, facts, asked)
    )


def _asked(tx: Tx, facts: Facts, review: Review, point: Point) -> Asked:
    given = list(facts.answers.get(point.id, ()))
    sent = [answer for answer in given if answer.sent_at is not None]
    return Asked(
        reviewer=reviewer_of(tx, facts.deliverable, review),
        point=point,
        round=len(sent) + 1,
        before=sent[-1] if sent else None,
        draft=next((answer for answer in given if answer.sent_at is None), None),
    )


def _revises(tx: Tx, facts: Facts, asked: Sequence[Asked]) -> bool:
    """Something is said to be fixed, and the newest revision is the one that the reviewers have seen."""
    fixed = {item.point.id for item in asked if item.draft is not None and item.draft.kind == "fixed"}
    answered_in = [
        answer.revision_number or 0
        for item in asked
        if item.point.id in fixed
        for answer in facts.answers.get(item.point.id, ())
    ]
    seen = [
        submissions.revision(tx, review.revision_id).number
        for review in facts.sent
        if review.revision_id is not None and any(point.id in fixed for point in review.points)
    ]
    return bool(fixed) and facts.revision.number <= max([*seen, *answered_in])


def put_answer(
    tx: Tx, here: Here, deliverable: Deliverable, point_id: int, kind: str, body: str, now: datetime
) -> Answering:
    """Draft an answer to one point."""
    found = next(
        (item for item in answering(tx, here, deliverable, now).asked if item.point.id == point_id), None
    )
    if found is None:
        raise CourseError("This point no longer waits for an answer. `/feedback` shows where each one is.")
    _draft(tx, here, found, kind, body)
    return answering(tx, here, deliverable, now)


def _draft(tx: Tx, here: Here, asked: Asked, kind: str, body: str) -> None:
    given = _kind(kind)
    words = body.strip()
    what = "An explanation" if given == "explained" else "A reason to decline"
    if given != "fixed":
        words = review_rules.parse_text(body, what, rules.ANSWER_LIMIT)
        effort.check(words, what, least=here.course.review.least_words, said=[asked.point.body])
    elif len(words) > rules.ANSWER_LIMIT:
        review_rules.parse_text(words, "What you changed", rules.ANSWER_LIMIT)
    store.put_answer(tx, asked.point.id, asked.round, given, words)


def _kind(kind: str) -> AnswerKind:
    for known in ANSWERS:
        if kind == known:
            return known
    raise CourseError("Choose whether you fixed it, explain why it is as it is, or decline it.")


def answer_all(
    tx: Tx, here: Here, deliverable: Deliverable, given: Mapping[int, tuple[str, str]], now: datetime
) -> Sent:
    """Answer points, each with a kind and words, and send the answers."""
    for asked in answering(tx, here, deliverable, now).asked:
        if asked.point.id in given:
            _draft(tx, here, asked, *given[asked.point.id])
    return send_answers(tx, here, deliverable, now)


def send_answers(tx: Tx, here: Here, deliverable: Deliverable, now: datetime) -> Sent:
    """Send every answer at once; where something was fixed, what is handed in now becomes a new revision."""
    view = answering(tx, here, deliverable, now)
    if not view.asked:
        raise CourseError("Nothing waits for an answer any more. `/feedback` shows where each point is.")
    if not view.is_ready:
        missing = sum(item.draft is None for item in view.asked)
        raise CourseError(
            f"{missing} of {len(view.asked)} points still {'lacks' if missing == 1 else 'lack'} an answer: fixed, "
            "explained or declined. Your answers so far are kept."
        )
    revision = view.revision
    if view.revises:
        revision = submitting.hand_in_again(tx, here, deliverable, revision, now)
    submission_id = revision.submission_id
    asked = store.send_answers(tx, submission_id, revision.id, now)
    facts = settle(tx, here, submission_id, now)
    for review in facts.reviews:
        if review.id in asked and review.reviewer_id in facts.here:
            rounds = [item.round for item in view.asked if item.point in review.points]
            _ask_to_recheck(tx, facts, review, max(rounds), now)
    return Sent(
        deliverable=deliverable,
        revision=revision,
        revised=view.revises,
        points=len(view.asked),
        reviewers=len(asked),
    )


def _ask_to_recheck(tx: Tx, facts: Facts, review: Review, round_: int, now: datetime) -> None:
    key = f"r{review.id}.{round_}"
    owe(tx, facts, "recheck", key, now, member_id=review.reviewer_id)
    if facts.policy.patience > REMIND:
        remind_at = facts.policy.clock.after(now, facts.policy.patience - REMIND)
        owe(tx, facts, "recheck", f"{key}.again", remind_at, member_id=review.reviewer_id)
