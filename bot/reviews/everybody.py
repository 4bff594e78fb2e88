"""The reviews of a whole cohort, in as few questions however many they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from bot.cohorts.rules import Running
from bot.database import Row, Tx, instant, micros
from bot.reviews.rules import Review, share
from bot.reviews.store import review_of

_IN_COHORT = "FROM submission s JOIN review v ON v.submission_id = s.id WHERE s.cohort_id = :cohort_id "
REVIEWS = "SELECT v.*, s.cohort_id, s.deliverable " + _IN_COHORT
SEEN = (
    "SELECT v.reviewer_id, max(v.sent_at) AS seen_at "
    + _IN_COHORT
    + "AND v.sent_at IS NOT NULL GROUP BY v.reviewer_id"
)
UNSENT = REVIEWS + "AND v.sent_at IS NULL AND v.due_at >= :since ORDER BY v.reviewer_id, v.id"


SCORES = (
    "SELECT v.id, v.author_id, v.origin, v.sent_at, s.deliverable, c.criterion, c.level FROM submission s "
    "JOIN review v ON v.submission_id = s.id JOIN score c ON c.review_id = v.id "
    "WHERE s.cohort_id = :cohort_id AND v.sent_at IS NOT NULL ORDER BY v.sent_at, v.id"
)


class Given(NamedTuple):
    """What one review that was sent says of a piece of work, as a share of the rubric's scale."""

    author_id: int
    deliverable: str
    sent_at: datetime
    share: float
    by_mentor: bool


def given(tx: Tx, running: Running) -> list[Given]:
    """What every review of a cohort says, in the order in which they came."""
    rows: dict[int, list[Row]] = {}
    for row in tx.all(SCORES, cohort_id=running.cohort.id):
        rows.setdefault(row["id"], []).append(row)
    found: list[Given] = []
    for scores in rows.values():
        first, levels = scores[0], {row["criterion"]: row["level"] for row in scores}
        value = share(running.course.deliverable(first["deliverable"]).rubric, levels)
        if value is not None:
            found.append(
                Given(
                    author_id=first["author_id"],
                    deliverable=first["deliverable"],
                    sent_at=instant(first["sent_at"]),
                    share=value,
                    by_mentor=first["origin"] == "mentor",
                )
            )
    return found


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
