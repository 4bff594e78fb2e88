"""The ledger: one row for each thing that is owed, so that it is said exactly once.

A row is *due*, then *claimed* by one process for a while, then *sent* (said in Discord), *done* (there was nothing
to say), *skipped* (too late to be of use) or *failed* (given up on). `try_at` is when anybody may take it up: the due
instant, the next retry, or the end of the claim that holds it. That makes finding what is owed one indexed query.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.calendar import Owed
from bot.database import Row, Tx, instant, maybe_instant, micros

# A claim outlives a slow send with its retries, and is short enough that a crash is settled within minutes.
LEASE = timedelta(minutes=2)
# A few at a time: Discord takes about 50 requests a second, so that a batch is sent well inside its lease.
BATCH = 20
# After these waits the ledger keeps trying at the last one's pace until the row is stale, or gives up after TRIES:
# a week, so that a channel that broke while its leads were away still gets what it is owed.
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 360))
TRIES = 32

# Why something was left out that a lead did not want said after all: nobody misses it.
CANCELLED, REFUSED = "a lead cancelled it", "another lead refused it"

# Asked of each open row: as `cohort_id IN (…)` it would lead the planner through all that was ever said.
# What is forgotten after a course has finished is owed by the finished cohort.
_RUNNING = (
    "EXISTS (SELECT 1 FROM cohort c WHERE c.id = occurrence.cohort_id "
    "AND (c.state = 'running' OR (c.state = 'finished' AND occurrence.kind IN ('forgetting', 'forget'))))"
)
CLAIM = (
    "UPDATE occurrence SET state = 'claimed', owner = :owner, try_at = :until, attempts = attempts + 1, "  # noqa: S608 - made of constants
    "unsure_since = CASE WHEN state = 'claimed' THEN COALESCE(unsure_since, try_at - :lease) ELSE unsure_since END "
    "WHERE id IN (SELECT id FROM occurrence WHERE state IN ('due', 'claimed') AND try_at <= :now "
    "AND " + _RUNNING + " ORDER BY CASE WHEN member_id IS NULL THEN 0 ELSE 1 END, due_at, id LIMIT :limit) "
    "AND state IN ('due', 'claimed') AND try_at <= :now RETURNING *"
)
NEXT = (
    "SELECT min(try_at) AS try_at FROM occurrence WHERE state IN ('due', 'claimed') AND " + _RUNNING  # noqa: S608 - made of constants
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A row that this process holds; from `unsure_since` on it may have been said already."""

    id: int
    cohort_id: int
    kind: str
    key: str
    week: int
    member_id: int | None
    due_at: datetime
    stale_at: datetime | None
    attempts: int
    unsure_since: datetime | None


def owe(tx: Tx, cohort_id: int, owed: Iterable[Owed]) -> None:
    """Write down what is owed; what is already written down stays as it is."""
    tx.many(
        "INSERT INTO occurrence (cohort_id, kind, key, week, member_id, due_at, stale_at, state, try_at) "
        "VALUES (:cohort_id, :kind, :key, :week, :member_id, :due_at, :stale_at, 'due', :due_at) "
        "ON CONFLICT DO NOTHING",
        [
            {
                "cohort_id": cohort_id,
                "kind": item.kind,
                "key": item.key,
                "week": item.week,
                "member_id": item.member_id,
                "due_at": micros(item.due_at),
                "stale_at": None if item.stale_at is None else micros(item.stale_at),
            }
            for item in owed
        ],
    )


def claim(tx: Tx, *, owner: str, now: datetime, limit: int = BATCH) -> list[Claimed]:
    """Take up what is due and held by nobody, earliest first.

    What is said to a whole cohort goes before what is said to one person: five hundred reminders of one cohort must
    not hold up the kickoff of another. The outer condition repeats the inner one, so that a row which another
    process took meanwhile is left alone.
    """
    until, lease = micros(now + LEASE), LEASE // timedelta(microseconds=1)
    rows = tx.all(CLAIM, owner=owner, now=micros(now), until=until, lease=lease, limit=limit)
    return sorted(map(_claimed, rows), key=lambda row: (row.member_id is not None, row.due_at, row.id))


def hold(tx: Tx, row: Claimed, *, owner: str, now: datetime) -> bool:
    """Hold a row for another while, now that its turn has come; False if the claim was lost meanwhile."""
    return (
        tx.run(
            "UPDATE occurrence SET try_at = :until WHERE id = :id AND state = 'claimed' AND owner = :owner",
            id=row.id,
            owner=owner,
            until=micros(now + LEASE),
        )
        == 1
    )


def _claimed(row: Row) -> Claimed:
    return Claimed(
        id=row["id"],
        cohort_id=row["cohort_id"],
        kind=row["kind"],
        key=row["key"],
        week=row["week"],
        member_id=row["member_id"],
        due_at=instant(row["due_at"]),
        stale_at=None if row["stale_at"] is None else instant(row["stale_at"]),
        attempts=row["attempts"],
        unsure_since=None if row["unsure_since"] is None else instant(row["unsure_since"]),
    )


def settle(
    tx: Tx,
    row_id: int,
    state: Literal["sent", "done", "skipped", "failed"],
    *,
    owner: str,
    now: datetime,
    channel_id: int | None = None,
    message_id: int | None = None,
    error: str | None = None,
) -> bool:
    """Close a row for good; False if the claim was lost to another process meanwhile."""
    return (
        tx.run(
            "UPDATE occurrence SET state = :state, channel_id = :channel_id, message_id = :message_id, "
            "last_error = COALESCE(:error, last_error), settled_at = :now "
            "WHERE id = :id AND state = 'claimed' AND owner = :owner",
            id=row_id,
            state=state,
            owner=owner,
            now=micros(now),
            channel_id=channel_id,
            message_id=message_id,
            error=error,
        )
        == 1
    )


def retry(tx: Tx, row: Claimed, *, owner: str, now: datetime, error: str, unsure: bool) -> None:
    """Give a row back to be tried later; `unsure` when Discord may have taken it although no answer came."""
    wait = BACKOFF[min(row.attempts, len(BACKOFF)) - 1]
    tx.run(
        "UPDATE occurrence SET state = 'due', try_at = :try_at, last_error = :error, "
        "unsure_since = COALESCE(unsure_since, :unsure_since) "
        "WHERE id = :id AND state = 'claimed' AND owner = :owner",
        id=row.id,
        owner=owner,
        try_at=micros(now + wait),
        error=error,
        unsure_since=micros(now) if unsure else None,
    )


def next_at(tx: Tx) -> datetime | None:
    """When the next row can be taken up, if any is open."""
    row = tx.one(NEXT)
    return None if row is None or row["try_at"] is None else instant(row["try_at"])


def superseded(tx: Tx, row: Claimed, now: datetime) -> bool:
    """Whether a newer row of the same kind is due as well, so that this one would only repeat the past."""
    newer = tx.one(
        "SELECT 1 AS found FROM occurrence WHERE cohort_id = :cohort_id AND kind = :kind AND member_id IS NULL "
        "AND due_at > :due_at AND due_at <= :now LIMIT 1",
        cohort_id=row.cohort_id,
        kind=row.kind,
        due_at=micros(row.due_at),
        now=micros(now),
    )
    return newer is not None


def next_post_at(tx: Tx) -> datetime | None:
    """When a cohort's calendar next has something said in its channel."""
    row = tx.one(
        "SELECT min(due_at) AS due_at FROM occurrence WHERE state = 'due' "  # noqa: S608 - made of constants
        "AND kind IN ('kickoff', 'pairing', 'retro', 'digest', 'announcement') AND " + _RUNNING
    )
    return None if row is None else maybe_instant(row["due_at"])


def ahead(tx: Tx, cohort_id: int, *, limit: int) -> list[tuple[str, int, datetime]]:
    """The next things that a cohort's calendar owes it: kind, week, instant."""
    rows = tx.all(
        "SELECT kind, week, due_at FROM occurrence WHERE cohort_id = :cohort_id AND state = 'due' "
        "AND kind IN ('kickoff', 'nudge', 'pairing', 'retro', 'digest') ORDER BY due_at, id LIMIT :limit",
        cohort_id=cohort_id,
        limit=limit,
    )
    return [(row["kind"], row["week"], instant(row["due_at"])) for row in rows]


def skipped_in(tx: Tx, cohort_id: int, *, since: datetime) -> list[tuple[str, str, str]]:
    """What was skipped or given up on since then: kind, key, why; not what a lead took back."""
    rows = tx.all(
        "SELECT kind, key, last_error FROM occurrence WHERE cohort_id = :cohort_id "
        "AND state IN ('skipped', 'failed') AND settled_at >= :since "
        "AND COALESCE(last_error, '') NOT IN (:cancelled, :refused) ORDER BY due_at, id",
        cohort_id=cohort_id,
        since=micros(since),
        cancelled=CANCELLED,
        refused=REFUSED,
    )
    return [(row["kind"], row["key"], row["last_error"] or "") for row in rows]
