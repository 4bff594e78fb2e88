"""What the ledger owes is brought to another instant or taken back, where it is neither said nor being said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.calendar import Owed
from bot.database import Tx, instant, maybe_instant, micros
from bot.ledger import owe


def remake(tx: Tx, cohort_id: int, owed: Iterable[Owed]) -> None:
    """Bring what a calendar owes to other instants, where it is neither said nor being said; what is new is added.

    What was tried and failed is tried at once when it is due, like anything that is late; where only the hour moves
    until which it is of use, it is tried when it would have been.
    """
    owed = list(owed)
    tx.many(
        "UPDATE occurrence SET due_at = :due_at, stale_at = :stale_at, "
        "try_at = CASE WHEN due_at = :due_at THEN try_at ELSE :due_at END "
        "WHERE cohort_id = :cohort_id AND kind = :kind AND key = :key AND state = 'due' "
        "AND (due_at <> :due_at OR COALESCE(stale_at, 0) <> :stale_or_never)",
        [
            {
                "cohort_id": cohort_id,
                "kind": item.kind,
                "key": item.key,
                "due_at": micros(item.due_at),
                "stale_at": None if item.stale_at is None else micros(item.stale_at),
                "stale_or_never": 0 if item.stale_at is None else micros(item.stale_at),
            }
            for item in owed
        ],
    )
    owe(tx, cohort_id, owed)


def drop(tx: Tx, cohort_id: int, kind: str, key: str, *, why: str, now: datetime) -> bool:
    """Take back what is owed; False if it is said already, being said, or may have been."""
    return (
        tx.run(
            "UPDATE occurrence SET state = 'skipped', last_error = :why, settled_at = :now "
            "WHERE cohort_id = :cohort_id AND kind = :kind AND key = :key AND state = 'due' AND unsure_since IS NULL",
            cohort_id=cohort_id,
            kind=kind,
            key=key,
            why=why,
            now=micros(now),
        )
        == 1
    )


def move(tx: Tx, cohort_id: int, key: str, owed: Owed) -> bool:
    """Bring what is owed to another instant and name; False if it is said already, being said, or may have been."""
    return (
        tx.run(
            "UPDATE occurrence SET key = :to, week = :week, due_at = :due_at, stale_at = :stale_at, "
            "try_at = CASE WHEN due_at = :due_at THEN try_at ELSE :due_at END "
            "WHERE cohort_id = :cohort_id AND kind = :kind AND key = :key AND state = 'due' AND unsure_since IS NULL",
            cohort_id=cohort_id,
            kind=owed.kind,
            key=key,
            to=owed.key,
            week=owed.week,
            due_at=micros(owed.due_at),
            stale_at=None if owed.stale_at is None else micros(owed.stale_at),
        )
        == 1
    )


def pending(tx: Tx, cohort_id: int, kinds: Iterable[str]) -> list[Owed]:
    """What is owed of some kinds and neither said nor being said, earliest first."""
    rows = [
        row
        for kind in kinds
        for row in tx.all(
            "SELECT * FROM occurrence WHERE cohort_id = :cohort_id AND kind = :kind AND state = 'due' "
            "AND unsure_since IS NULL",
            cohort_id=cohort_id,
            kind=kind,
        )
    ]
    return [
        Owed(
            kind=row["kind"],
            key=row["key"],
            week=row["week"],
            due_at=instant(row["due_at"]),
            stale_at=maybe_instant(row["stale_at"]),
            member_id=row["member_id"],
        )
        for row in sorted(rows, key=lambda row: (row["due_at"], row["id"]))
    ]


def unowe(tx: Tx, cohort_id: int, owed: Iterable[Owed]) -> None:
    """Forget that something was owed which nobody has taken up, so that the same may be owed again."""
    tx.many(
        "DELETE FROM occurrence WHERE cohort_id = :cohort_id AND kind = :kind AND key = :key AND state = 'due' "
        "AND unsure_since IS NULL",
        [{"cohort_id": cohort_id, "kind": item.kind, "key": item.key} for item in owed],
    )
