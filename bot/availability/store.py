"""Absences and forbidden pairs."""

from __future__ import annotations

from datetime import datetime

from bot.availability.rules import Absence, Apart
from bot.cohorts.rules import Member
from bot.database import Row, Tx, instant, micros

_ABSENCES = "SELECT a.*, m.user_id, m.name FROM absence a JOIN member m ON m.id = a.member_id "


def away(tx: Tx, cohort_id: int, *, start: datetime, end: datetime) -> set[int]:
    """The members who are away at any time from `start` to `end`."""
    rows = tx.all(
        "SELECT DISTINCT member_id FROM absence WHERE cohort_id = :cohort_id AND from_at <= :end AND until_at > :start",
        cohort_id=cohort_id,
        start=micros(start),
        end=micros(end),
    )
    return {row["member_id"] for row in rows}


def absence(tx: Tx, cohort_id: int, member_id: int, now: datetime) -> Absence | None:
    """A member's open absence."""
    row = tx.one(
        _ABSENCES + "WHERE a.cohort_id = :cohort_id AND a.member_id = :member_id AND a.until_at > :now "
        "ORDER BY a.id DESC LIMIT 1",
        cohort_id=cohort_id,
        member_id=member_id,
        now=micros(now),
    )
    return None if row is None else _absence(row)


def absences(tx: Tx, cohort_id: int, now: datetime, member_id: int | None = None) -> list[Absence]:
    """Every open absence in a cohort, or of one member, the first to end first."""
    whose = "" if member_id is None else "AND a.member_id = :member_id "
    rows = tx.all(
        _ABSENCES
        + "WHERE a.cohort_id = :cohort_id AND a.until_at > :now "
        + whose
        + "ORDER BY a.until_at, a.id",
        cohort_id=cohort_id,
        now=micros(now),
        member_id=member_id,
    )
    return [_absence(row) for row in rows]


def begin(tx: Tx, cohort_id: int, member_id: int, *, until: datetime, reason: str, now: datetime) -> None:
    """Write down that a member is away from now on, in the place of what was open."""
    finish(tx, cohort_id, member_id, now)
    tx.run(
        "INSERT INTO absence (cohort_id, member_id, from_at, until_at, reason, told_at) "
        "VALUES (:cohort_id, :member_id, :now, :until, :reason, :now)",
        cohort_id=cohort_id,
        member_id=member_id,
        now=micros(now),
        until=micros(until),
        reason=reason,
    )


def finish(tx: Tx, cohort_id: int, member_id: int, now: datetime) -> bool:
    """End a member's open absence; False if there was none."""
    who = {"cohort_id": cohort_id, "member_id": member_id, "now": micros(now)}
    where = "cohort_id = :cohort_id AND member_id = :member_id AND until_at > :now"
    ended = tx.run(f"UPDATE absence SET until_at = :now WHERE {where} AND from_at < :now", **who)  # noqa: S608 - made of constants
    return bool(ended + tx.run(f"DELETE FROM absence WHERE {where}", **who))  # noqa: S608 - made of constants


def forbidden(tx: Tx, cohort_id: int) -> frozenset[tuple[int, int]]:
    """Who may not review whom: (reviewer, author), in both directions."""
    rows = tx.all(
        "SELECT one_id, other_id FROM forbidden_pair WHERE cohort_id = :cohort_id", cohort_id=cohort_id
    )
    pairs = [(row["one_id"], row["other_id"]) for row in rows]
    return frozenset(pairs) | frozenset((other, one) for one, other in pairs)


def is_forbidden(tx: Tx, cohort_id: int, a: int, b: int) -> bool:
    """Whether two members are kept apart, whichever of them reviews."""
    row = tx.one(
        "SELECT 1 AS found FROM forbidden_pair WHERE cohort_id = :cohort_id AND one_id = :one AND other_id = :other",
        cohort_id=cohort_id,
        one=min(a, b),
        other=max(a, b),
    )
    return row is not None


def pairs_apart(tx: Tx, cohort_id: int) -> list[Apart]:
    """Every pair that is kept apart, by name."""
    rows = tx.all(
        "SELECT f.*, o.user_id AS one_user, o.name AS one_name, p.user_id AS other_user, p.name AS other_name "
        "FROM forbidden_pair f JOIN member o ON o.id = f.one_id JOIN member p ON p.id = f.other_id "
        "WHERE f.cohort_id = :cohort_id ORDER BY o.name, p.name, f.one_id, f.other_id",
        cohort_id=cohort_id,
    )
    return [
        Apart(
            one=Member(id=row["one_id"], user_id=row["one_user"], name=row["one_name"]),
            other=Member(id=row["other_id"], user_id=row["other_user"], name=row["other_name"]),
            reason=row["reason"],
        )
        for row in rows
    ]


def forbid(tx: Tx, cohort_id: int, a: int, b: int, *, reason: str, now: datetime) -> bool:
    """Keep two members apart; False if they were already."""
    return (
        tx.run(
            "INSERT INTO forbidden_pair (cohort_id, one_id, other_id, reason, created_at) "
            "VALUES (:cohort_id, :one, :other, :reason, :now) ON CONFLICT DO NOTHING",
            cohort_id=cohort_id,
            one=min(a, b),
            other=max(a, b),
            reason=reason,
            now=micros(now),
        )
        == 1
    )


def allow(tx: Tx, cohort_id: int, a: int, b: int) -> bool:
    """Let two members review each other again; False if nothing kept them apart."""
    return (
        tx.run(
            "DELETE FROM forbidden_pair WHERE cohort_id = :cohort_id AND one_id = :one AND other_id = :other",
            cohort_id=cohort_id,
            one=min(a, b),
            other=max(a, b),
        )
        == 1
    )


def _absence(row: Row) -> Absence:
    return Absence(
        member=Member(id=row["member_id"], user_id=row["user_id"], name=row["name"]),
        from_at=instant(row["from_at"]),
        until_at=instant(row["until_at"]),
        reason=row["reason"],
    )
