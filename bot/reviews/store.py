"""Reviews with their scores and points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.course import store as versions
from bot.curriculum import Rubric
from bot.database import Row, Tx, instant, maybe_instant, micros
from bot.reviews.rules import Point, Review

_FROM = "FROM review v JOIN submission s ON s.id = v.submission_id "
_REVIEWS = "SELECT v.*, s.cohort_id, s.deliverable " + _FROM
_SCORES = "JOIN score c ON c.review_id = v.id "
_POINTS = "JOIN point p ON p.review_id = v.id "
_SCORE = (
    "INSERT INTO score (review_id, criterion, level) VALUES (:id, :criterion, :level) "
    "ON CONFLICT (review_id, criterion) DO UPDATE SET level = excluded.level"
)
_OPEN = "AND v.sent_at IS NULL AND v.closed_at IS NULL"


def review(tx: Tx, review_id: int) -> Review | None:
    """A review by its id."""
    found = _found(tx, "WHERE v.id = :id", id=review_id)
    return found[0] if found else None


def of_submission(tx: Tx, submission_id: int) -> list[Review]:
    """The reviews asked for and given on one submission."""
    return _found(tx, "WHERE v.submission_id = :id", id=submission_id)


def of_deliverable(tx: Tx, cohort_id: int, deliverable: str) -> list[Review]:
    """Every review of a deliverable in a cohort."""
    return _found(
        tx,
        "WHERE s.cohort_id = :cohort_id AND s.deliverable = :deliverable",
        cohort_id=cohort_id,
        deliverable=deliverable,
    )


def open_in(tx: Tx, cohort_id: int, deliverable: str) -> list[Review]:
    """Every review of a deliverable that is asked for and has not come."""
    return _found(
        tx,
        "WHERE s.cohort_id = :cohort_id AND s.deliverable = :deliverable " + _OPEN,
        cohort_id=cohort_id,
        deliverable=deliverable,
    )


def open_of(tx: Tx, cohort_id: int, reviewer_id: int) -> list[Review]:
    """Every review that is asked of a member in a cohort and has not come."""
    return _found(
        tx,
        "WHERE v.reviewer_id = :reviewer_id AND s.cohort_id = :cohort_id " + _OPEN,
        cohort_id=cohort_id,
        reviewer_id=reviewer_id,
    )


def asked_of(tx: Tx, cohort_id: int, reviewer_id: int) -> list[Review]:
    """Every review ever asked of a member in a cohort."""
    return _found(
        tx,
        "WHERE v.reviewer_id = :reviewer_id AND s.cohort_id = :cohort_id",
        cohort_id=cohort_id,
        reviewer_id=reviewer_id,
    )


def received(tx: Tx, cohort_id: int, author_id: int) -> list[Review]:
    """Every review asked for on a member's work in a cohort."""
    return _found(
        tx,
        "WHERE v.author_id = :author_id AND s.cohort_id = :cohort_id",
        cohort_id=cohort_id,
        author_id=author_id,
    )


def outstanding(tx: Tx, cohort_id: int) -> list[Review]:
    """Every review of a cohort that is asked for and has not come."""
    return _found(
        tx,
        "WHERE s.cohort_id = :cohort_id " + _OPEN,
        cohort_id=cohort_id,
    )


def open_draft(tx: Tx, review_id: int, revision_id: int, now: datetime) -> None:
    """The reviewer looks at this revision now."""
    tx.run(
        "UPDATE review SET revision_id = :revision_id, opened_at = COALESCE(opened_at, :now) "
        "WHERE id = :id AND sent_at IS NULL",
        id=review_id,
        revision_id=revision_id,
        now=micros(now),
    )


def put_scores(tx: Tx, review_id: int, scores: Mapping[str, int]) -> None:
    """Set the levels of several criteria."""
    tx.many(_SCORE, [{"id": review_id, "criterion": key, "level": level} for key, level in scores.items()])


def put_strength(tx: Tx, review_id: int, text: str) -> None:
    """Set the strength."""
    tx.run("UPDATE review SET strength = :text WHERE id = :id", id=review_id, text=text)


def add_point(tx: Tx, review_id: int, point: Point, now: datetime) -> None:
    """Add a point."""
    tx.run(
        "INSERT INTO point (review_id, kind, severity, place, body, created_at) "
        "VALUES (:id, :kind, :severity, :place, :body, :now)",
        id=review_id,
        kind=point.kind,
        severity=point.severity,
        place=point.place,
        body=point.body,
        now=micros(now),
    )


def drop_point(tx: Tx, review_id: int, point_id: int) -> None:
    """Take a point back."""
    tx.run("DELETE FROM point WHERE id = :point_id AND review_id = :id", point_id=point_id, id=review_id)


def mark_sent(tx: Tx, review_id: int, now: datetime) -> bool:
    """Close the draft; False if it was sent before."""
    return (
        tx.run(
            "UPDATE review SET sent_at = :now WHERE id = :id AND sent_at IS NULL",
            id=review_id,
            now=micros(now),
        )
        == 1
    )


def ask_again(tx: Tx, review_id: int, *, due_at: datetime, now: datetime) -> None:
    """Ask a review that was given on of the same reviewer once more, as a lead wishes; the draft is as it was left."""
    tx.run(
        "UPDATE review SET closed_at = NULL, closed_why = NULL, closed_words = '', origin = 'lead', "
        "allocated_at = :now, due_at = :due_at, lease_until = NULL "
        "WHERE id = :id AND sent_at IS NULL AND closed_at IS NOT NULL",
        id=review_id,
        due_at=micros(due_at),
        now=micros(now),
    )


def put_rating(tx: Tx, review_id: int, rating: int) -> None:
    """How useful the author found it."""
    tx.run("UPDATE review SET rating = :rating WHERE id = :id", id=review_id, rating=rating)


def mark_read(tx: Tx, submission_id: int, now: datetime) -> None:
    """The author has seen every review that this submission has received."""
    tx.run(
        "UPDATE review SET read_at = :now WHERE submission_id = :id AND sent_at IS NOT NULL AND read_at IS NULL",
        id=submission_id,
        now=micros(now),
    )


def rubric(tx: Tx, review: Review) -> Rubric:
    """What a review is given by: its work's rubric as the course had it when the review was asked for."""
    return versions.version(tx, review.course_version_id).deliverable(review.deliverable).rubric


def is_accepted(tx: Tx, submission_id: int) -> bool:
    """Whether the newest decision about a piece of work is that it is accepted."""
    row = tx.one(
        "SELECT kind FROM decision WHERE submission_id = :id ORDER BY id DESC LIMIT 1", id=submission_id
    )
    return row is not None and row["kind"] == "accepted"


def beside(tx: Tx, cohort_id: int, reviewer_id: int) -> list[Review]:
    """Every review sent on the work that somebody has reviewed, theirs among them."""
    return _found(
        tx,
        "WHERE s.cohort_id = :cohort_id AND v.sent_at IS NOT NULL AND v.submission_id IN "
        "(SELECT submission_id FROM review WHERE reviewer_id = :reviewer_id AND sent_at IS NOT NULL)",
        cohort_id=cohort_id,
        reviewer_id=reviewer_id,
    )


def _found(tx: Tx, where: str, **params: int | str) -> list[Review]:
    """Reviews with their scores and points, in three queries however many they are."""
    rows = tx.all(_REVIEWS + where + " ORDER BY v.due_at, v.id", **params)
    if all(row["opened_at"] is None for row in rows):
        return [review_of(row, {}, ()) for row in rows]  # nothing is written before it is opened
    scores: dict[int, dict[str, int]] = {}
    for row in tx.all("SELECT c.* " + _FROM + _SCORES + where, **params):
        scores.setdefault(row["review_id"], {})[row["criterion"]] = row["level"]
    points: dict[int, list[Point]] = {}
    for row in tx.all("SELECT p.* " + _FROM + _POINTS + where + " ORDER BY p.id", **params):
        points.setdefault(row["review_id"], []).append(point_of(row))
    return [review_of(row, scores.get(row["id"], {}), points.get(row["id"], [])) for row in rows]


def point_of(row: Row) -> Point:
    """A point from its row."""
    return Point(
        id=row["id"], kind=row["kind"], severity=row["severity"], place=row["place"], body=row["body"]
    )


def review_of(row: Row, scores: Mapping[str, int], points: Sequence[Point]) -> Review:
    """A review from its row, and what was written in it."""
    return Review(
        id=row["id"],
        cohort_id=row["cohort_id"],
        submission_id=row["submission_id"],
        deliverable=row["deliverable"],
        author_id=row["author_id"],
        reviewer_id=row["reviewer_id"],
        origin=row["origin"],
        course_version_id=row["course_version_id"],
        allocated_at=instant(row["allocated_at"]),
        due_at=instant(row["due_at"]),
        lease_until=maybe_instant(row["lease_until"]),
        opened_at=maybe_instant(row["opened_at"]),
        sent_at=maybe_instant(row["sent_at"]),
        closed_at=maybe_instant(row["closed_at"]),
        closed_why=row["closed_why"],
        revision_id=row["revision_id"],
        read_at=maybe_instant(row["read_at"]),
        rating=row["rating"],
        strength=row["strength"],
        scores=scores,
        points=points,
    )
