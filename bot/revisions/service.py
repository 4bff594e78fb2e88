"""Reading feedback, answering it, and looking again at what was answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.cohorts import halt
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Here, Member
from bot.curriculum import Deliverable
from bot.database import Database, Tx
from bot.errors import CourseError
from bot.reviews import own
from bot.reviews import rules as review_rules
from bot.reviews import store as reviews
from bot.reviews.rules import Point, Review, Summary
from bot.revisions import answering, queue, rechecking, rules
from bot.revisions.answering import Answering, Sent, reviewer_of
from bot.revisions.queue import Place
from bot.revisions.readiness import readiness
from bot.revisions.rechecking import Recheck
from bot.revisions.rules import Answer, Decision, Facts, PointState, State
from bot.submissions import store as submissions
from bot.submissions.rules import Revision, missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A review as its author reads it: who wrote it, on which revision, and where each of its points is."""

    review: Review
    reviewer: Member
    seen_number: int
    points: Sequence[tuple[Point, PointState, Sequence[Answer]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What an author has received on one deliverable, what it asks of them, and who is to come."""

    deliverable: Deliverable
    revision: Revision
    state: State
    summaries: Sequence[Summary]
    given: Sequence[Given]
    waiting: Sequence[tuple[Review, Member]]
    to_answer: int
    missing: Sequence[str]
    unready: Sequence[str] = ()
    """What is missing of the weekly work that it rests on, in words."""
    covered_by: datetime | None
    place: Place | None
    decision: Decision | None
    decided_by: Member | None
    own: Mapping[str, int] = field(default_factory=dict[str, int])
    """How the author scored it before reading what others say, by criterion."""
    is_scorable: bool = False
    """Whether they still may."""


class Revisions:
    """Where the loop from feedback to acceptance is walked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def feedback(self, here: Here, deliverable: Deliverable, now: datetime) -> Feedback:
        """The reviews of a student's own deliverable; from now on they count as read."""
        here.student()
        return await self._database.write(_feedback, here, deliverable, now)

    async def reviewed(self, here: Here) -> Mapping[str, int]:
        """How many reviews each of a student's deliverables has received."""
        return Counter(item.deliverable for item in await self._received(here))

    async def newest_feedback(self, here: Here) -> Deliverable | None:
        """The deliverable on which a student's newest review came in."""
        received = await self._received(here)
        return here.course.deliverable(received[-1].deliverable) if received else None

    async def _received(self, here: Here) -> list[Review]:
        """The reviews that a person has received, in the order in which they were sent."""
        if here.member is None:
            return []
        found = await self._database.read(reviews.received, here.cohort.id, here.member.id)
        sent = [(item.sent_at, item.id, item) for item in found if item.sent_at is not None]
        return [item for _, _, item in sorted(sent, key=lambda entry: entry[:2])]

    async def rate(self, here: Here, review_id: int, rating: int, now: datetime) -> Feedback:
        """Say how useful a received review was; its reviewer sees only many ratings together."""
        here.student()
        return await self._database.write(_rate, here, review_id, rating, now)

    async def answering(self, here: Here, deliverable: Deliverable, now: datetime) -> Answering:
        """The points that wait for a student's answer."""
        _may_answer(here)
        return await self._database.read(answering.answering, here, deliverable, now)

    async def answer(
        self, here: Here, deliverable: Deliverable, point_id: int, *, kind: str, body: str, now: datetime
    ) -> Answering:
        """Draft an answer to one point: `fixed`, `explained` or `declined`, the last two with a reason."""
        _may_answer(here)
        return await self._database.write(answering.put_answer, here, deliverable, point_id, kind, body, now)

    async def answer_all(
        self, here: Here, deliverable: Deliverable, given: Mapping[int, tuple[str, str]], now: datetime
    ) -> Sent:
        """Answer points, each with a kind and words, and send the answers at once."""
        _may_answer(here)
        return await self._database.write(answering.answer_all, here, deliverable, given, now)

    async def send_answers(self, here: Here, deliverable: Deliverable, now: datetime) -> Sent:
        """Send every answer to the reviewers; a new revision is made where something was fixed and none is there."""
        _may_answer(here)
        return await self._database.write(answering.send_answers, here, deliverable, now)

    async def rechecks(self, here: Here) -> list[Review]:
        """The reviews whose author's answers wait for a member to look again."""
        return await self._database.read(rechecking.waiting_for, here.cohort.id, here.known().id)

    async def recheck(self, user_id: int, review_id: int) -> Recheck:
        """A reviewer's own points with the answers to them."""
        return await self._database.read(_recheck, user_id, review_id)

    async def mark_open(self, user_id: int, review_id: int, point_id: int, remark: str) -> Recheck:
        """Mark a point as still open; an empty remark takes the mark away."""
        return await self._database.write(_mark_open, user_id, review_id, point_id, remark)

    async def finish_recheck(self, user_id: int, review_id: int, now: datetime) -> Recheck:
        """Settle every point that is not marked as open; the card as it was before, to say what became of it."""
        return await self._database.write(_finish_recheck, user_id, review_id, now)


def _may_answer(here: Here) -> None:
    here.student()
    halt.refuse_when_over(here.cohort, "points are no longer answered")


def _recheck(tx: Tx, user_id: int, review_id: int) -> Recheck:
    view = rechecking.recheck(tx, user_id, review_id)
    halt.refuse_when_over(cohorts.cohort(tx, view.review.cohort_id), "answers are no longer looked at")
    return view


def _mark_open(tx: Tx, user_id: int, review_id: int, point_id: int, remark: str) -> Recheck:
    _recheck(tx, user_id, review_id)
    return rechecking.mark_open(tx, user_id, review_id, point_id, remark)


def _finish_recheck(tx: Tx, user_id: int, review_id: int, now: datetime) -> Recheck:
    _recheck(tx, user_id, review_id)
    return rechecking.finish_recheck(tx, user_id, review_id, now)


def _feedback(tx: Tx, here: Here, deliverable: Deliverable, now: datetime) -> Feedback:
    member = here.student()
    facts = answering.facts_of_own(tx, here, deliverable)
    revision = facts.revision
    reviews.mark_read(tx, revision.submission_id, now)
    where: dict[int, PointState] = {point.id: found for _, point, found in rules.points(facts, now)}
    decision = facts.decision
    return Feedback(
        deliverable=deliverable,
        revision=revision,
        state=rules.state(facts, now),
        summaries=review_rules.summarise(deliverable.rubric, facts.sent),
        given=[_given(tx, facts, review, where) for review in facts.sent],
        waiting=[
            (review, reviewer_of(tx, facts.deliverable, review)) for review in facts.reviews if review.is_open
        ],
        to_answer=0
        if facts.accepted is not None
        else sum(found in ("to answer", "back") for found in where.values()),
        missing=missing(deliverable, revision.links, revision.dead),
        unready=[gap.words for gap in readiness(tx, here, member.id, deliverable).missing],
        covered_by=facts.promise.covered_by,
        place=queue.place_of(tx, here.cohort.id, revision.submission_id, now),
        decision=decision,
        decided_by=None
        if decision is None or decision.mentor_id is None
        else cohorts.member(tx, decision.mentor_id),
        own=own.of_submission(tx, revision.submission_id),
        is_scorable=not facts.sent and here.cohort.state != "finished",
    )


def _given(tx: Tx, facts: Facts, review: Review, where: Mapping[int, PointState]) -> Given:
    seen = None if review.revision_id is None else submissions.revision(tx, review.revision_id)
    return Given(
        review=review,
        reviewer=reviewer_of(tx, facts.deliverable, review),
        seen_number=(seen or facts.revision).number,
        points=[(point, where[point.id], facts.answers.get(point.id, ())) for point in review.points],
    )


def _rate(tx: Tx, here: Here, review_id: int, rating: int, now: datetime) -> Feedback:
    review = reviews.review(tx, review_id)
    if review is None or review.author_id != here.student().id or review.sent_at is None:
        raise CourseError("This review is not of your work. `/feedback` shows the ones that are.")
    if rating not in review_rules.RATINGS:
        raise CourseError("Choose how useful the review was from the menu.")
    reviews.put_rating(tx, review_id, rating)
    return _feedback(tx, here, here.course.deliverable(review.deliverable), now)
