"""What the database holds of a calendar beside the ledger: promised hours, extended deadlines, the server's events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.database import Tx, instant, maybe_instant, micros
from bot.planning.rules import ServerEvent

# What the audit log calls a change of dates; a calendar file says how many there have been.
CHANGES = ("cohort.break", "cohort.break-undone", "cohort.rhythm", "cohort.resumed", "cohort.reopened")


@dataclass(frozen=True, slots=True)
class Promised:
    """The hours by which a piece of work that lacks reviews was promised them, and a mentor."""

    submission_id: int
    covered_by: datetime
    mentor_at: datetime | None


@dataclass(frozen=True, slots=True)
class Extended:
    """Until when somebody may hand in a deliverable."""

    member_id: int
    deliverable: str
    until_at: datetime


def promised(tx: Tx, cohort_id: int) -> list[Promised]:
    """Every promise of a cohort that is not kept yet."""
    rows = tx.all(
        "SELECT id, covered_by, mentor_at FROM submission WHERE cohort_id = :cohort_id AND covered_by IS NOT NULL "
        "AND covered_at IS NULL ORDER BY id",
        cohort_id=cohort_id,
    )
    return [Promised(row["id"], instant(row["covered_by"]), maybe_instant(row["mentor_at"])) for row in rows]


def put_promised(tx: Tx, items: Iterable[Promised]) -> None:
    """Promise other hours instead."""
    tx.many(
        "UPDATE submission SET covered_by = :covered_by, mentor_at = :mentor_at WHERE id = :id",
        [
            {
                "id": item.submission_id,
                "covered_by": micros(item.covered_by),
                "mentor_at": None if item.mentor_at is None else micros(item.mentor_at),
            }
            for item in items
        ],
    )


def extended(tx: Tx, cohort_id: int) -> list[Extended]:
    """Every deadline that was extended for somebody."""
    rows = tx.all(
        "SELECT member_id, deliverable, until_at FROM allowance WHERE cohort_id = :cohort_id "
        "AND until_at IS NOT NULL ORDER BY member_id, deliverable",
        cohort_id=cohort_id,
    )
    return [Extended(row["member_id"], row["deliverable"], instant(row["until_at"])) for row in rows]


def put_extended(tx: Tx, cohort_id: int, items: Iterable[Extended]) -> None:
    """Extend until other instants instead."""
    tx.many(
        "UPDATE allowance SET until_at = :until_at WHERE cohort_id = :cohort_id AND member_id = :member_id "
        "AND deliverable = :deliverable",
        [
            {
                "cohort_id": cohort_id,
                "member_id": item.member_id,
                "deliverable": item.deliverable,
                "until_at": micros(item.until_at),
            }
            for item in items
        ],
    )


def times_changed(tx: Tx, cohort_id: int) -> int:
    """How often the calendar of a cohort was changed."""
    marks = [f":action{number}" for number in range(len(CHANGES))]
    row = tx.one(
        "SELECT count(*) AS times FROM audit WHERE cohort_id = :cohort_id "  # noqa: S608 - made of constants
        f"AND action IN ({', '.join(marks)})",
        cohort_id=cohort_id,
        **{f"action{number}": action for number, action in enumerate(CHANGES)},
    )
    return 0 if row is None else int(row["times"])


def server_events(tx: Tx, cohort_id: int) -> list[ServerEvent]:
    """What stands among the server's events."""
    rows = tx.all(
        "SELECT key, event_id, starts_at FROM server_event WHERE cohort_id = :cohort_id ORDER BY starts_at, key",
        cohort_id=cohort_id,
    )
    return [ServerEvent(row["key"], row["event_id"], instant(row["starts_at"])) for row in rows]


def put_server_event(tx: Tx, cohort_id: int, event: ServerEvent) -> None:
    """A moment stands among the server's events now, in the place of what stood there for it."""
    tx.run(
        "INSERT INTO server_event (cohort_id, key, event_id, starts_at) "
        "VALUES (:cohort_id, :key, :event_id, :starts_at) ON CONFLICT (cohort_id, key) DO UPDATE SET "
        "event_id = excluded.event_id, starts_at = excluded.starts_at",
        cohort_id=cohort_id,
        key=event.key,
        event_id=event.event_id,
        starts_at=micros(event.starts_at),
    )


def drop_server_event(tx: Tx, cohort_id: int, key: str) -> None:
    """A moment no longer stands among the server's events."""
    tx.run(
        "DELETE FROM server_event WHERE cohort_id = :cohort_id AND key = :key", cohort_id=cohort_id, key=key
    )
