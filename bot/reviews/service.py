"""Giving and reading reviews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import mean

from bot.cohorts import halt
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Here, Member
from bot.cohorts.service import running
from bot.curriculum import Deliverable
from bot.database import Database, Tx
from bot.errors import CourseError
from bot.reviews import own, rules, store, taking, writing
from bot.reviews.own import OwnScores
from bot.reviews.rules import Leniency, Point, Review
from bot.reviews.writing import Card


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A line of somebody's list of reviews."""

    review: Review
    deliverable: Deliverable
    author: Member


class Reviews:
    """Where reviews are given and read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def mine(self, here: Here) -> list[Asked]:
        """The reviews asked of a member: what is open first, by due time, then what was sent."""
        here.known()
        return await self._database.read(_mine, here)

    async def open(self, user_id: int, review_id: int, now: datetime) -> Card:
        """Take up a review; from now on the author's changes are a new revision."""
        return await self._database.write(writing.open_review, user_id, review_id, now)

    async def draft(self, user_id: int, review_id: int) -> Card:
        """A review that is being written; a refusal if it was sent or never opened."""
        return await self._database.read(writing.draft_of, user_id, review_id)

    async def score(self, user_id: int, review_id: int, criterion: str, level: int, now: datetime) -> Card:
        """Set a level in the draft."""

        def change(tx: Tx, card: Card) -> None:
            writing.score(tx, card, {criterion: level})

        return await self._database.write(writing.change, user_id, review_id, change, now)

    async def strengthen(self, user_id: int, review_id: int, text: str, now: datetime) -> Card:
        """Write the strength into the draft."""
        return await self._database.write(
            writing.change, user_id, review_id, lambda tx, card: writing.strengthen(tx, card, text), now
        )

    async def add_point(self, user_id: int, review_id: int, point: Point, now: datetime) -> Card:
        """Add a point to the draft."""
        return await self._database.write(
            writing.change, user_id, review_id, lambda tx, card: writing.add_point(tx, card, point, now), now
        )

    async def drop_point(self, user_id: int, review_id: int, point_id: int, now: datetime) -> Card:
        """Take a point back out of the draft."""
        return await self._database.write(
            writing.change, user_id, review_id, lambda tx, _: store.drop_point(tx, review_id, point_id), now
        )

    async def send(self, user_id: int, review_id: int, now: datetime) -> Card:
        """Send the draft to the author."""
        return await self._database.write(writing.send, user_id, review_id, now)

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
        return await self._database.write(writing.give, user_id, review_id, scores, strength, points, now)

    async def take(self, here: Here, now: datetime) -> Card:
        """Take up the newest waiting work that a student may review, and open it."""
        return await self._database.write(_take, here, now)

    async def decline(self, user_id: int, review_id: int, reason: str, now: datetime) -> tuple[Card, bool]:
        """Hand a review back; True beside it if somebody else is asked in their place."""
        words = rules.parse_text(reason, "The reason", rules.REASON_LIMIT)
        return await self._database.write(_decline, user_id, review_id, words, now)

    async def own(self, here: Here, deliverable: Deliverable) -> OwnScores:
        """A student's scores of their own work, while they may give any."""
        return await self._database.read(own.opened, here, deliverable)

    async def score_own(
        self, here: Here, deliverable: Deliverable, scores: Mapping[str, int], now: datetime
    ) -> OwnScores:
        """Score one's own work by some criteria; scoring again replaces."""
        return await self._database.write(own.put, here, deliverable, scores, now)

    async def ratings(self, here: Here) -> tuple[float | None, int]:
        """How useful authors found a member's reviews on average (1 to 4), and how many said so; None while few did."""
        return await self._database.read(_ratings, here)

    async def leniency(self, here: Here) -> Leniency:
        """How a reviewer's scores stand beside those of others on the same work; for their own eyes."""
        return await self._database.read(_leniency, here)


def _mine(tx: Tx, here: Here) -> list[Asked]:
    member = here.known()
    asked = [
        Asked(
            review=review,
            deliverable=(deliverable := here.course.deliverable(review.deliverable)),
            author=writing.author_of(tx, review, deliverable),
        )
        for review in store.asked_of(tx, here.cohort.id, member.id)
        if review.sent_at is not None or writing.barred(tx, review) is None
    ]
    return sorted(
        asked,
        key=lambda item: (item.review.sent_at is not None, item.review.due_at, item.review.id),
    )


def _take(tx: Tx, here: Here, now: datetime) -> Card:
    here.student()
    halt.refuse_when_over(here.cohort, "reviews are no longer written")
    return writing.open_review(tx, here.user_id, taking.take(tx, here, now), now)


def _decline(tx: Tx, user_id: int, review_id: int, reason: str, now: datetime) -> tuple[Card, bool]:
    card = writing.card_of(tx, user_id, review_id)
    halt.refuse_when_over(cohorts.cohort(tx, card.review.cohort_id), "reviews are no longer written")
    if not card.review.is_open:
        raise CourseError(
            "This review is no longer asked of you, so there is nothing to hand back. `/review mine` lists what is."
        )
    if card.review.origin == "mentor":
        raise CourseError("You took this from the mentor queue. `/queue` has a button that gives it back.")
    is_passed_on = taking.decline(tx, running(tx, card.review.cohort_id), card.review, reason, now)
    return writing.card_of(tx, user_id, review_id), is_passed_on


def _ratings(tx: Tx, here: Here) -> tuple[float | None, int]:
    given = [review.rating for review in store.asked_of(tx, here.cohort.id, here.known().id)]
    ratings = [rating for rating in given if rating is not None]
    return (mean(ratings) if len(ratings) >= rules.RATINGS_FROM else None, len(ratings))


def _leniency(tx: Tx, here: Here) -> Leniency:
    member = here.known()
    mine: dict[int, float] = {}
    peers: dict[int, list[float]] = {}
    mentors: dict[int, list[float]] = {}
    for review in store.beside(tx, here.cohort.id, member.id):
        share = rules.share(store.rubric(tx, review), review.scores)
        if share is None:
            continue
        if review.reviewer_id == member.id:
            mine[review.submission_id] = share
        else:
            others = mentors if review.origin == "mentor" else peers
            others.setdefault(review.submission_id, []).append(share)
    return rules.leniency(mine, peers, mentors)
