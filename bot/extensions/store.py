"""Requests for more time."""

from __future__ import annotations

from datetime import datetime

from bot.database import Row, Tx, instant, maybe_instant, micros
from bot.extensions.rules import Answer, Request

_REQUESTS = "SELECT r.* FROM extension_request r WHERE r.cohort_id = :cohort_id AND "
# Work that came in time needs no more time: what was asked for it waits for nobody.
_WAITS = (
    "r.answered_at IS NULL AND NOT EXISTS (SELECT 1 FROM submission s JOIN revision v ON v.submission_id = s.id "
    "WHERE s.cohort_id = r.cohort_id AND s.member_id = r.member_id AND s.deliverable = r.deliverable "
    "AND v.number = 1 AND v.late = 0) "
)


_PRESENT = (
    "AND EXISTS (SELECT 1 FROM enrollment e WHERE e.cohort_id = r.cohort_id AND e.member_id = r.member_id "
    "AND e.role = 'student' AND e.state = 'active') "
)


def ask(
    tx: Tx, cohort_id: int, member_id: int, deliverable: str, *, days: int, reason: str, now: datetime
) -> Request | None:
    """A new request; None if the same student's for this deliverable is open already."""
    row = tx.one(
        "INSERT INTO extension_request (cohort_id, member_id, deliverable, days, reason, asked_at) "
        "VALUES (:cohort_id, :member_id, :deliverable, :days, :reason, :now) ON CONFLICT DO NOTHING RETURNING *",
        cohort_id=cohort_id,
        member_id=member_id,
        deliverable=deliverable,
        days=days,
        reason=reason,
        now=micros(now),
    )
    return None if row is None else _request(row)


def answer(
    tx: Tx, request_id: int, answer: Answer, *, by: int | None, words: str = "", now: datetime
) -> Request | None:
    """Close a request; None if it was answered before."""
    row = tx.one(
        "UPDATE extension_request SET answer = :answer, answered_by = :by, answered_at = :now, words = :words "
        "WHERE id = :id AND answered_at IS NULL RETURNING *",
        id=request_id,
        answer=answer,
        by=by,
        words=words,
        now=micros(now),
    )
    return None if row is None else _request(row)


def request(tx: Tx, request_id: int) -> Request | None:
    """A request by its id."""
    row = tx.one("SELECT * FROM extension_request WHERE id = :id", id=request_id)
    return None if row is None else _request(row)


def open_of(tx: Tx, cohort_id: int, member_id: int) -> list[Request]:
    """What a student has asked for and nobody has answered, oldest first."""
    rows = tx.all(
        _REQUESTS + _WAITS + "AND r.member_id = :member_id ORDER BY r.asked_at, r.id",
        cohort_id=cohort_id,
        member_id=member_id,
    )
    return [_request(row) for row in rows]


def waiting(tx: Tx, cohort_id: int) -> list[Request]:
    """Every request that waits for a lead, oldest first; not those of students who have left."""
    rows = tx.all(
        _REQUESTS + _WAITS + _PRESENT + "ORDER BY r.asked_at, r.id",
        cohort_id=cohort_id,
    )
    return [_request(row) for row in rows]


def waiting_one(tx: Tx, cohort_id: int, request_id: int) -> Request | None:
    """A request that waits for a lead; None if it does not, or does not any more."""
    row = tx.one(_REQUESTS + _WAITS + _PRESENT + "AND r.id = :id", cohort_id=cohort_id, id=request_id)
    return None if row is None else _request(row)


def _request(row: Row) -> Request:
    return Request(
        id=row["id"],
        cohort_id=row["cohort_id"],
        member_id=row["member_id"],
        deliverable=row["deliverable"],
        days=row["days"],
        reason=row["reason"],
        asked_at=instant(row["asked_at"]),
        answer=row["answer"],
        answered_by=row["answered_by"],
        answered_at=maybe_instant(row["answered_at"]),
        words=row["words"],
    )
