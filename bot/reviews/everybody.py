"""The reviews of a whole cohort, in as few questions however many they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from bot.database import Tx, instant, micros
from bot.reviews.rules import Review
from bot.reviews.store import review_of

_IN_COHORT = "FROM submission s JOIN review v ON v.submission_id = s.id WHERE s.cohort_id = :cohort_id "
REVIEWS = "SELECT v.*, s.cohort_id, s.deliverable " + _IN_COHORT
SEEN = (
    "SELECT v.reviewer_id, max(v.sent_at) AS seen_at "
    + _IN_COHORT
    + "AND v.sent_at IS NOT NULL GROUP BY v.reviewer_id"
)
UNSENT = REVIEWS + "AND v.sent_at IS NULL AND v.due_at >= :since ORDER BY v.reviewer_id, v.id"


def seen(tx: Tx, cohort_id: int) -> Mapping[int, datetime]:
    """When each member last sent a review."""
    return {row["reviewer_id"]: instant(row["seen_at"]) for row in tx.all(SEEN, cohort_id=cohort_id)}


def unsent(tx: Tx, cohort_id: int, *, since: datetime | None) -> list[Review]:
    """The reviews that were due since then and were not sent, by whose they are."""
    found = tx.all(UNSENT, cohort_id=cohort_id, since=0 if since is None else micros(since))
    return [review_of(row, {}, ()) for row in found]


def overdue(reviews: Iterable[Review], present: Collection[int], now: datetime) -> Counter[int]:
    """How many reviews each member owed and has not sent in time; who has left is owed none."""
    return Counter(
        review.reviewer_id
        for review in reviews
        if review.sent_at is None and review.was_owed and review.due_at < now and review.author_id in present
    )
