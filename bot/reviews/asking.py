"""Who is asked for reviews, and which work waits for a reviewer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.curriculum import Track
from bot.database import Tx, instant, micros
from bot.reviews.rules import Closed, Origin

# The newest waiting work of one deliverable that somebody may review: nobody's they are kept apart from, nothing they
# were asked about before. The index on what is offered has this order, so the first row that fits is the answer.
NEXT = (
    "SELECT s.id, s.member_id, s.deliverable, s.offered_at FROM submission s "
    "WHERE s.cohort_id = :cohort_id AND s.deliverable = :deliverable AND s.offered_at IS NOT NULL "
    "AND s.member_id <> :reviewer_id "
    "AND NOT EXISTS (SELECT 1 FROM review v WHERE v.submission_id = s.id AND v.reviewer_id = :reviewer_id) "
    "AND NOT EXISTS (SELECT 1 FROM forbidden_pair f WHERE f.cohort_id = :cohort_id "
    "AND ((f.one_id = s.member_id AND f.other_id = :reviewer_id) "
    "OR (f.one_id = :reviewer_id AND f.other_id = s.member_id))) "
    "ORDER BY s.offered_at DESC, s.id DESC LIMIT 1"
)

_PAIRS = (
    "SELECT v.reviewer_id, v.author_id FROM review v JOIN submission s ON s.id = v.submission_id "
    "WHERE s.cohort_id = :cohort_id AND s.deliverable = :deliverable "
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Work that waits for a reviewer, since when."""

    submission_id: int
    author_id: int
    deliverable: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Announced:
    """A review that a round asked for: whose work, by whom, until when."""

    submission_id: int
    author_id: int
    reviewer_id: int
    due_at: datetime


def met(tx: Tx, cohort_id: int, track: Track) -> Mapping[tuple[int, int], int]:
    """How often each (reviewer, author) has met on this track in this cohort."""
    rows = tx.all(
        "SELECT v.reviewer_id, v.author_id, count(*) AS times FROM review v "
        "JOIN submission s ON s.id = v.submission_id "
        "WHERE s.cohort_id = :cohort_id AND v.track = :track GROUP BY v.reviewer_id, v.author_id",
        cohort_id=cohort_id,
        track=track,
    )
    return Counter({(row["reviewer_id"], row["author_id"]): row["times"] for row in rows})


def begin_round(tx: Tx, cohort_id: int, deliverable: str, seed: str, now: datetime) -> bool:
    """Write down that a round is paired; False if it was already."""
    return (
        tx.run(
            "INSERT INTO pairing (cohort_id, deliverable, seed, ran_at) "
            "VALUES (:cohort_id, :deliverable, :seed, :now) ON CONFLICT DO NOTHING",
            cohort_id=cohort_id,
            deliverable=deliverable,
            seed=seed,
            now=micros(now),
        )
        == 1
    )


def allocate(
    tx: Tx,
    pairs: Iterable[tuple[int, int, int]],
    *,
    origin: Origin,
    track: Track,
    course_version_id: int,
    due_at: datetime,
    now: datetime,
) -> None:
    """Ask for reviews: (submission, author, reviewer) each."""
    tx.many(
        "INSERT INTO review (submission_id, author_id, reviewer_id, origin, track, course_version_id, "
        "allocated_at, due_at) VALUES (:submission_id, :author_id, :reviewer_id, :origin, :track, "
        ":version, :now, :due_at) ON CONFLICT DO NOTHING",
        [
            {
                "submission_id": submission_id,
                "author_id": author_id,
                "reviewer_id": reviewer_id,
                "origin": origin,
                "track": track,
                "version": course_version_id,
                "now": micros(now),
                "due_at": micros(due_at),
            }
            for submission_id, author_id, reviewer_id in pairs
        ],
    )


def announced(tx: Tx, cohort_id: int, deliverable: str) -> list[Announced]:
    """The reviews that the round at the deadline asked for."""
    rows = tx.all(
        "SELECT v.submission_id, v.author_id, v.reviewer_id, v.due_at FROM pairing p "
        "JOIN submission s ON s.cohort_id = p.cohort_id AND s.deliverable = p.deliverable "
        "JOIN review v ON v.submission_id = s.id AND v.allocated_at = p.ran_at AND v.origin = 'deadline' "
        "WHERE p.cohort_id = :cohort_id AND p.deliverable = :deliverable ORDER BY v.due_at, v.id",
        cohort_id=cohort_id,
        deliverable=deliverable,
    )
    return [
        Announced(row["submission_id"], row["author_id"], row["reviewer_id"], instant(row["due_at"]))
        for row in rows
    ]


def has_volunteers(tx: Tx, cohort_id: int, deliverable: str, submission_id: int, author_id: int) -> bool:
    """Whether anybody could still take up a piece of work: who handed in the same, and was not asked about it yet."""
    row = tx.one(
        "SELECT 1 AS found FROM submission o WHERE o.cohort_id = :cohort_id AND o.deliverable = :deliverable "
        "AND o.member_id <> :author_id AND EXISTS (SELECT 1 FROM enrollment e WHERE e.cohort_id = o.cohort_id "
        "AND e.member_id = o.member_id AND e.role = 'student' AND e.state = 'active') "
        "AND NOT EXISTS (SELECT 1 FROM review v WHERE v.submission_id = :submission_id "
        "AND v.reviewer_id = o.member_id) "
        "AND NOT EXISTS (SELECT 1 FROM forbidden_pair f WHERE f.cohort_id = :cohort_id "
        "AND ((f.one_id = :author_id AND f.other_id = o.member_id) "
        "OR (f.one_id = o.member_id AND f.other_id = :author_id))) LIMIT 1",
        cohort_id=cohort_id,
        deliverable=deliverable,
        submission_id=submission_id,
        author_id=author_id,
    )
    return row is not None


def loads(tx: Tx, cohort_id: int, deliverable: str) -> Mapping[int, int]:
    """How many reviews of a deliverable each member is asked for."""
    rows = tx.all(
        "SELECT v.reviewer_id, count(*) AS asked FROM review v JOIN submission s ON s.id = v.submission_id "
        "WHERE s.cohort_id = :cohort_id AND s.deliverable = :deliverable "
        "AND (v.closed_at IS NULL OR v.sent_at IS NOT NULL) GROUP BY v.reviewer_id",
        cohort_id=cohort_id,
        deliverable=deliverable,
    )
    return {row["reviewer_id"]: row["asked"] for row in rows}


def pairs_of(tx: Tx, cohort_id: int, deliverable: str) -> list[tuple[int, int]]:
    """The (reviewer, author) pairs whose reviews of a deliverable were sent or are asked for."""
    return _pairs(tx, cohort_id, deliverable, "AND (v.closed_at IS NULL OR v.sent_at IS NOT NULL)")


def closed_pairs(tx: Tx, cohort_id: int, deliverable: str) -> list[tuple[int, int]]:
    """The (reviewer, author) pairs that were asked for a deliverable and are not any more."""
    return _pairs(tx, cohort_id, deliverable, "AND v.closed_at IS NOT NULL AND v.sent_at IS NULL")


def _pairs(tx: Tx, cohort_id: int, deliverable: str, which: str) -> list[tuple[int, int]]:
    rows = tx.all(_PAIRS + which, cohort_id=cohort_id, deliverable=deliverable)
    return [(row["reviewer_id"], row["author_id"]) for row in rows]


def newest_waiting(tx: Tx, cohort_id: int, deliverable: str, reviewer_id: int) -> Waiting | None:
    """The newest waiting work of a deliverable that somebody may review."""
    row = tx.one(NEXT, cohort_id=cohort_id, deliverable=deliverable, reviewer_id=reviewer_id)
    if row is None:
        return None
    return Waiting(
        submission_id=row["id"],
        author_id=row["member_id"],
        deliverable=row["deliverable"],
        since=instant(row["offered_at"]),
    )


def waiting(tx: Tx, cohort_id: int, deliverable: str) -> int:
    """How many pieces of work wait for a reviewer."""
    row = tx.one(
        "SELECT count(*) AS pieces FROM submission WHERE cohort_id = :cohort_id AND deliverable = :deliverable "
        "AND offered_at IS NOT NULL",
        cohort_id=cohort_id,
        deliverable=deliverable,
    )
    return 0 if row is None else int(row["pieces"])


def taken(tx: Tx, submission_id: int) -> int:
    """How many of the places of a piece of work are taken, by reviews that were sent or are asked of classmates."""
    row = tx.one(
        "SELECT count(*) AS places FROM review WHERE submission_id = :id "
        "AND (sent_at IS NOT NULL OR (closed_at IS NULL AND origin <> 'mentor'))",
        id=submission_id,
    )
    return 0 if row is None else int(row["places"])


def asked_of(tx: Tx, cohort_id: int, reviewer_id: int) -> Mapping[str, int]:
    """How many reviews of each deliverable somebody has sent or is asked for."""
    rows = tx.all(
        "SELECT s.deliverable, count(*) AS asked FROM review v JOIN submission s ON s.id = v.submission_id "
        "WHERE v.reviewer_id = :reviewer_id AND s.cohort_id = :cohort_id "
        "AND (v.closed_at IS NULL OR v.sent_at IS NOT NULL) GROUP BY s.deliverable",
        cohort_id=cohort_id,
        reviewer_id=reviewer_id,
    )
    return {row["deliverable"]: row["asked"] for row in rows}


def lease(tx: Tx, review_id: int, until: datetime) -> None:
    """A review was taken: it is its reviewer's until then."""
    tx.run("UPDATE review SET lease_until = :until WHERE id = :id", id=review_id, until=micros(until))


def put_due(tx: Tx, review_ids: Iterable[int], due_at: datetime) -> None:
    """Let reviews be due at another instant."""
    tx.many(
        "UPDATE review SET due_at = :due_at WHERE id = :id",
        [{"id": review_id, "due_at": micros(due_at)} for review_id in review_ids],
    )


def hold(tx: Tx, review_id: int, until: datetime) -> None:
    """Keep a taken review for its reviewer until then, and call it late only after that."""
    tx.run(
        "UPDATE review SET lease_until = :until, due_at = CASE WHEN due_at < :until THEN :until ELSE due_at END "
        "WHERE id = :id AND lease_until IS NOT NULL",
        id=review_id,
        until=micros(until),
    )


def let_keep(tx: Tx, cohort_id: int, deliverable: str, due_at: datetime) -> None:
    """What was taken and not yet sent becomes part of the round: it no longer returns by itself."""
    tx.run(
        "UPDATE review SET lease_until = NULL, due_at = :due_at WHERE lease_until IS NOT NULL AND sent_at IS NULL "
        "AND closed_at IS NULL AND submission_id IN "
        "(SELECT id FROM submission WHERE cohort_id = :cohort_id AND deliverable = :deliverable)",
        cohort_id=cohort_id,
        deliverable=deliverable,
        due_at=micros(due_at),
    )


def close(tx: Tx, review_id: int, why: Closed, now: datetime, words: str = "") -> bool:
    """Ask it of its reviewer no longer; False if it was sent or closed before."""
    return (
        tx.run(
            "UPDATE review SET closed_at = :now, closed_why = :why, closed_words = :words "
            "WHERE id = :id AND sent_at IS NULL AND closed_at IS NULL",
            id=review_id,
            why=why,
            words=words,
            now=micros(now),
        )
        == 1
    )


def take_again(tx: Tx, review_id: int, *, due_at: datetime, until: datetime) -> None:
    """Ask a review that was given on of the same reviewer once more, with the draft as it was left."""
    tx.run(
        "UPDATE review SET closed_at = NULL, closed_why = NULL, due_at = :due_at, lease_until = :until "
        "WHERE id = :id AND sent_at IS NULL AND closed_why IN ('expired', 'away')",
        id=review_id,
        due_at=micros(due_at),
        until=micros(until),
    )


def declined(tx: Tx, cohort_id: int, reviewer_id: int, *, since: datetime) -> int:
    """How many reviews somebody has declined since then."""
    row = tx.one(
        "SELECT count(*) AS times FROM review v JOIN submission s ON s.id = v.submission_id "
        "WHERE v.reviewer_id = :reviewer_id AND s.cohort_id = :cohort_id AND v.closed_why = 'declined' "
        "AND v.closed_at > :since",
        cohort_id=cohort_id,
        reviewer_id=reviewer_id,
        since=micros(since),
    )
    return 0 if row is None else int(row["times"])
