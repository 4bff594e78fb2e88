"""What leads allowed single students: more time for a deliverable, or to leave it out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.cohorts.rules import Allowance
from bot.database import Row, Tx, instant, maybe_instant, micros


def of_member(tx: Tx, cohort_id: int, member_id: int) -> Mapping[str, Allowance]:
    """What one student was allowed, by deliverable."""
    rows = tx.all(
        "SELECT * FROM allowance WHERE cohort_id = :cohort_id AND member_id = :member_id",
        cohort_id=cohort_id,
        member_id=member_id,
    )
    return {row["deliverable"]: _allowance(row) for row in rows}


def of_cohort(tx: Tx, cohort_id: int) -> Mapping[int, Mapping[str, Allowance]]:
    """What everybody was allowed: member, then deliverable."""
    found: dict[int, dict[str, Allowance]] = {}
    for row in tx.all("SELECT * FROM allowance WHERE cohort_id = :cohort_id", cohort_id=cohort_id):
        found.setdefault(row["member_id"], {})[row["deliverable"]] = _allowance(row)
    return found


def allow(
    tx: Tx,
    cohort_id: int,
    member_id: int,
    deliverable: str,
    *,
    until_at: datetime | None,
    excused_at: datetime | None,
    reason: str,
    granted_by: int | None,
    now: datetime,
) -> None:
    """Put down what somebody is allowed for a deliverable, in the place of what they were before."""
    tx.run(
        "INSERT INTO allowance (cohort_id, member_id, deliverable, until_at, excused_at, reason, granted_by, "
        "granted_at) VALUES (:cohort_id, :member_id, :deliverable, :until_at, :excused_at, :reason, :granted_by, :now) "
        "ON CONFLICT (cohort_id, member_id, deliverable) DO UPDATE SET until_at = excluded.until_at, "
        "excused_at = excluded.excused_at, reason = excluded.reason, granted_by = excluded.granted_by, "
        "granted_at = excluded.granted_at",
        cohort_id=cohort_id,
        member_id=member_id,
        deliverable=deliverable,
        until_at=None if until_at is None else micros(until_at),
        excused_at=None if excused_at is None else micros(excused_at),
        reason=reason,
        granted_by=granted_by,
        now=micros(now),
    )


def _allowance(row: Row) -> Allowance:
    return Allowance(
        until_at=maybe_instant(row["until_at"]),
        excused_at=maybe_instant(row["excused_at"]),
        reason=row["reason"],
        granted_at=instant(row["granted_at"]),
    )
