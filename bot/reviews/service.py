"""Giving and reading reviews."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import ledger
from bot.calendar import Owed
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Here, Member
from bot.course import store as versions
from bot.curriculum import Deliverable
from bot.database import Database, Tx
from bot.errors import CourseError
from bot.reviews import rules, store
from bot.reviews.rules import Point, Review, Summary
from bot.submissions import store as submissions
from bot.submissions.rules import Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A review as its reviewer works on it: the work, the rubric, and what is written so far.

    `newest` is the number of the author's newest revision; `seen_before` is the number of the one that the reviewer
    had open until now, where opening the review has just put a newer one in its place.
    """

    review: Review
    deliverable: Deliverable
    revision: Revision
    newest: int
    seen_before: int | None = None
    author: Member
    cohort_name: str
    unfinished: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A line of somebody's list of reviews."""

    review: Review
    deliverable: Deliverable
    author: Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What an author has received on one deliverable, and from whom more is to come."""

    deliverable: Deliverable
    revision: Revision
    summaries: Sequence[Summary]
    given: Sequence[tuple[Review, Member]]
    waiting: Sequence[tuple[Review, Member]]
    seen_numbers: Mapping[int, int]


class Reviews:
    """Where reviews are given and read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def mine(self, here: Here) -> list[Asked]:
        """The reviews asked of a member: what is open first, by due time, then what was sent."""
        here.known()
        return await self._database.read(_mine, here)

    async def outstanding(self, cohort_id: int) -> list[Review]:
        """Every review of a cohort that was asked for and has not come."""
        return await self._database.read(store.outstanding, cohort_id)

    async def open(self, user_id: int, review_id: int, now: datetime) -> Card:
        """Take up a review; from now on the author's changes are a new revision."""
        return await self._database.write(_open, user_id, review_id, now)

    async def draft(self, user_id: int, review_id: int) -> Card:
        """A review that is being written; a refusal if it was sent or never opened."""
        return await self._database.read(_draft, user_id, review_id)

    async def score(self, user_id: int, review_id: int, criterion: str, level: int) -> Card:
        """Set a level in the draft."""

        def change(tx: Tx, card: Card) -> None:
            levels = {item.key: len(item.levels) for item in card.deliverable.rubric.criteria}
            if not 1 <= level <= levels.get(criterion, 0):
                raise CourseError("The rubric has no such level. Open the review again with `/review mine`.")
            store.put_score(tx, review_id, criterion, level)

        return await self._database.write(_change, user_id, review_id, change)

    async def strengthen(self, user_id: int, review_id: int, text: str) -> Card:
        """Write the strength into the draft."""
        words = rules.parse_text(text, "The strength")
        return await self._database.write(
            _change, user_id, review_id, lambda tx, _: store.put_strength(tx, review_id, words)
        )

    async def add_point(self, user_id: int, review_id: int, point: Point, now: datetime) -> Card:
        """Add a point to the draft."""
        checked = rules.parse_point(point.kind, point.severity, point.place, point.body)

        def change(tx: Tx, card: Card) -> None:
            if len(card.review.points) >= rules.POINTS_LIMIT:
                raise CourseError(
                    f"A review holds {rules.POINTS_LIMIT} points, and yours is full. "
                    "Take one back, or join two that belong together."
                )
            store.add_point(tx, review_id, checked, now)

        return await self._database.write(_change, user_id, review_id, change)

    async def drop_point(self, user_id: int, review_id: int, point_id: int) -> Card:
        """Take a point back out of the draft."""
        return await self._database.write(
            _change, user_id, review_id, lambda tx, _: store.drop_point(tx, review_id, point_id)
        )

    async def send(self, user_id: int, review_id: int, now: datetime) -> Card:
        """Send the draft to the author."""
        return await self._database.write(_send, user_id, review_id, now)

    async def give(
        self,
        user_id: int,
        review_id: int,
        *,
        scores: Mapping[str, int],
        strength: str,
        points: Sequence[Point],
        now: datetime,
    ) -> Card:
        """Write and send a whole review at once."""
        return await self._database.write(_give, user_id, review_id, scores, strength, points, now)

    async def feedback(self, here: Here, deliverable: Deliverable, now: datetime) -> Feedback:
        """The reviews of a student's own deliverable; from now on they count as read."""
        member = here.student()
        return await self._database.write(_feedback, here, member.id, deliverable, now)

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
        found = await self._database.read(store.received, here.cohort.id, here.member.id)
        sent = [(item.sent_at, item.id, item) for item in found if item.sent_at is not None]
        return [item for _, _, item in sorted(sent, key=lambda entry: entry[:2])]


def _mine(tx: Tx, here: Here) -> list[Asked]:
    member = here.known()
    return [
        Asked(
            review=review,
            deliverable=here.course.deliverable(review.deliverable),
            author=cohorts.member(tx, review.author_id),
        )
        for review in sorted(
            store.asked_of(tx, here.cohort.id, member.id),
            key=lambda review: (review.sent_at is not None, review.due_at, review.id),
        )
    ]


def _card(tx: Tx, user_id: int, review_id: int) -> Card:
    review = store.review(tx, review_id)
    if review is None:
        raise CourseError("This review no longer exists. `/review mine` lists the ones that are yours.")
    if cohorts.member(tx, review.reviewer_id).user_id != user_id:
        raise CourseError(
            "This review was asked of somebody else. `/review mine` lists the ones that are yours."
        )
    cohort = cohorts.cohort(tx, review.cohort_id)
    if not any(cohorts.enrollments_of(tx, user_id).get(cohort.id, {}).values()):
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
        author=cohorts.member(tx, review.author_id),
        cohort_name=cohort.name,
        unfinished=rules.unfinished(review, deliverable.rubric),
    )


def _open(tx: Tx, user_id: int, review_id: int, now: datetime) -> Card:
    card = _card(tx, user_id, review_id)
    if card.review.sent_at is not None:
        return card
    newest = submissions.latest_of(tx, card.review.submission_id)
    store.open_draft(tx, review_id, newest.id, now)
    submissions.mark_opened(tx, newest.id, now)
    seen_before = None if card.revision.id == newest.id else card.revision.number
    return replace(_card(tx, user_id, review_id), seen_before=seen_before)


def _draft(tx: Tx, user_id: int, review_id: int) -> Card:
    card = _card(tx, user_id, review_id)
    if card.review.sent_at is not None:
        raise CourseError(
            "You have sent this review, so it stays as its author read it. Tell them in the cohort channel "
            "if you want to take something back."
        )
    if card.review.opened_at is None:
        raise CourseError("Open the review first: `/review mine` has a button for it.")
    return card


def _change(tx: Tx, user_id: int, review_id: int, change: Callable[[Tx, Card], None]) -> Card:
    change(tx, _draft(tx, user_id, review_id))
    return _card(tx, user_id, review_id)


def _send(tx: Tx, user_id: int, review_id: int, now: datetime) -> Card:
    card = _card(tx, user_id, review_id)
    if card.review.sent_at is not None:
        return card  # a second press of the same button
    if card.unfinished:
        raise CourseError(
            f"Almost: this review still needs {'; '.join(card.unfinished)}. Your draft is kept."
        )
    store.mark_sent(tx, review_id, now)
    told = Owed(
        kind="feedback",
        key=f"r{review_id}",
        week=card.deliverable.week,
        due_at=now,
        member_id=card.review.author_id,
    )
    ledger.owe(tx, card.review.cohort_id, [told])
    return _card(tx, user_id, review_id)


def _give(
    tx: Tx,
    user_id: int,
    review_id: int,
    scores: Mapping[str, int],
    strength: str,
    points: Sequence[Point],
    now: datetime,
) -> Card:
    opened = _open(tx, user_id, review_id, now)
    if opened.review.sent_at is not None:
        return opened
    for criterion, level in scores.items():
        store.put_score(tx, review_id, criterion, level)
    store.put_strength(tx, review_id, strength)
    for point in points:
        store.add_point(tx, review_id, point, now)
    return _send(tx, user_id, review_id, now)


def _feedback(tx: Tx, here: Here, member_id: int, deliverable: Deliverable, now: datetime) -> Feedback:
    revision = submissions.latest(tx, here.cohort.id, member_id, deliverable.key)
    if revision is None:
        raise CourseError(
            f"You have not handed in {deliverable.name} yet, so nobody could review it. "
            "`/submit deliverable:` hands it in."
        )
    store.mark_read(tx, revision.submission_id, now)
    reviews = store.of_submission(tx, revision.submission_id)
    named = [(review, cohorts.member(tx, review.reviewer_id)) for review in reviews]
    given = [(review, member) for review, member in named if review.sent_at is not None]
    return Feedback(
        deliverable=deliverable,
        revision=revision,
        summaries=rules.summarise(deliverable.rubric, [review for review, _ in given]),
        given=given,
        waiting=[(review, member) for review, member in named if review.sent_at is None],
        seen_numbers={
            review.id: submissions.revision(tx, review.revision_id).number
            for review, _ in given
            if review.revision_id is not None
        },
    )
