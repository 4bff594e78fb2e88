"""Reviews, their scores and points, and the rounds of pairing that made them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.curriculum import Track
from bot.database import Row, Tx, instant, micros
from bot.reviews.rules import Origin, Point, Review

_FROM = "FROM review v JOIN submission s ON s.id = v.submission_id "
_REVIEWS = "SELECT v.*, s.cohort_id, s.deliverable " + _FROM
_SCORES = "SELECT c.* " + _FROM + "JOIN score c ON c.review_id = v.id "
_POINTS = "SELECT p.* " + _FROM + "JOIN point p ON p.review_id = v.id "


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


def paired_at(tx: Tx, cohort_id: int, deliverable: str) -> datetime | None:
    """When a deliverable's round was paired, if it was."""
    row = tx.one(
        "SELECT ran_at FROM pairing WHERE cohort_id = :cohort_id AND deliverable = :deliverable",
        cohort_id=cohort_id,
        deliverable=deliverable,
    )
    return None if row is None else instant(row["ran_at"])


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
    """Every review of a cohort that was asked for and has not come."""
    return _found(tx, "WHERE s.cohort_id = :cohort_id AND v.sent_at IS NULL", cohort_id=cohort_id)


def loads(tx: Tx, cohort_id: int, deliverable: str) -> Mapping[int, int]:
    """How many reviews of a deliverable each member has been asked for."""
    rows = tx.all(
        "SELECT v.reviewer_id, count(*) AS asked FROM review v JOIN submission s ON s.id = v.submission_id "
        "WHERE s.cohort_id = :cohort_id AND s.deliverable = :deliverable GROUP BY v.reviewer_id",
        cohort_id=cohort_id,
        deliverable=deliverable,
    )
    return {row["reviewer_id"]: row["asked"] for row in rows}


def open_draft(tx: Tx, review_id: int, revision_id: int, now: datetime) -> None:
    """The reviewer looks at this revision now."""
    tx.run(
        "UPDATE review SET revision_id = :revision_id, opened_at = COALESCE(opened_at, :now) "
        "WHERE id = :id AND sent_at IS NULL",
        id=review_id,
        revision_id=revision_id,
        now=micros(now),
    )


def put_score(tx: Tx, review_id: int, criterion: str, level: int) -> None:
    """Set a criterion's level."""
    tx.run(
        "INSERT INTO score (review_id, criterion, level) VALUES (:id, :criterion, :level) "
        "ON CONFLICT (review_id, criterion) DO UPDATE SET level = excluded.level",
        id=review_id,
        criterion=criterion,
        level=level,
    )


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


def mark_read(tx: Tx, submission_id: int, now: datetime) -> None:
    """The author has seen every review that this submission has received."""
    tx.run(
        "UPDATE review SET read_at = :now WHERE submission_id = :id AND sent_at IS NOT NULL AND read_at IS NULL",
        id=submission_id,
        now=micros(now),
    )


def scores_given(tx: Tx, cohort_id: int) -> list[tuple[str, int, dict[str, int]]]:
    """Every review sent in a cohort: deliverable, author, scores."""
    rows = tx.all(
        "SELECT v.id, s.deliverable, v.author_id, c.criterion, c.level FROM score c "
        "JOIN review v ON v.id = c.review_id JOIN submission s ON s.id = v.submission_id "
        "WHERE s.cohort_id = :cohort_id AND v.sent_at IS NOT NULL ORDER BY v.id",
        cohort_id=cohort_id,
    )
    found: dict[int, tuple[str, int, dict[str, int]]] = {}
    for row in rows:
        given = found.setdefault(row["id"], (row["deliverable"], row["author_id"], {}))
        given[2][row["criterion"]] = row["level"]
    return list(found.values())


def _found(tx: Tx, where: str, **params: int | str) -> list[Review]:
    """Reviews with their scores and points, in three queries however many they are."""
    scores: dict[int, dict[str, int]] = {}
    for row in tx.all(_SCORES + where, **params):
        scores.setdefault(row["review_id"], {})[row["criterion"]] = row["level"]
    points: dict[int, list[Point]] = {}
    for row in tx.all(_POINTS + where + " ORDER BY p.id", **params):
        points.setdefault(row["review_id"], []).append(_point(row))
    rows = tx.all(_REVIEWS + where + " ORDER BY v.due_at, v.id", **params)
    return [_review(row, scores.get(row["id"], {}), points.get(row["id"], [])) for row in rows]


def _point(row: Row) -> Point:
    return Point(
        id=row["id"], kind=row["kind"], severity=row["severity"], place=row["place"], body=row["body"]
    )


def _review(row: Row, scores: Mapping[str, int], points: Sequence[Point]) -> Review:
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
        opened_at=_maybe(row["opened_at"]),
        sent_at=_maybe(row["sent_at"]),
        revision_id=row["revision_id"],
        read_at=_maybe(row["read_at"]),
        strength=row["strength"],
        scores=scores,
        points=points,
    )


def _maybe(value: int | None) -> datetime | None:
    return None if value is None else instant(value)
