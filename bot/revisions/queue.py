"""The mentor queue's table: what waits, why, since when, and who holds it until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.database import Row, Tx, instant, maybe_instant, micros
from bot.revisions.rules import Reasons
from bot.revisions.waits import MEDIAN, percentile

Outcome = Literal["reviewed", "accepted", "changes", "resolved"]
Filter = Literal["all", "signoff", "uncovered", "disagreement", "at_risk", "mine"]

LATEST = 20  # an estimate follows how mentors work now, not how they did months ago
ESTIMATE_FROM = 5  # finished pieces; one slow week would otherwise be a forecast

OPEN = "WHERE q.cohort_id = :cohort_id AND q.closed_at IS NULL "
# The index on what waits has this order, so the first rows that fit are the answer.
RANKED = (
    "ORDER BY q.signoff DESC, q.uncovered DESC, q.disagreement DESC, q.evidence DESC, q.at_risk DESC, "
    "q.since, q.id "
)
# Where a middle column is fixed by "=", SQLite no longer sees that the index has the order that is asked for.
ONLY: Mapping[Filter, str] = {
    "all": "",
    "signoff": "AND q.signoff = 1 ",
    "uncovered": "AND q.uncovered > 0 ",
    "disagreement": "AND q.disagreement > 0 ",
    "at_risk": "AND q.at_risk > 0 ",
    "mine": "AND q.mentor_id = :mentor_id AND q.until_at > :now ",
}
_RANK = "(1 - q.signoff, 1 - q.uncovered, 1 - q.disagreement, 1 - q.evidence, 1 - q.at_risk, q.since, q.id)"
_AHEAD = (
    "SELECT count(*) AS ahead FROM queue_item q " + OPEN + "AND " + _RANK + " < "  # noqa: S608 - made of constants
    "(1 - :signoff, 1 - :uncovered, 1 - :disagreement, 1 - :evidence, 1 - :at_risk, :since, :id)"
)
_BY_MENTORS = "AND q.mentor_id IS NOT NULL AND q.outcome IN ('reviewed', 'accepted', 'changes') "


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Work that waits for a mentor."""

    id: int
    cohort_id: int
    submission_id: int
    since: datetime
    reasons: Reasons
    mentor_id: int | None
    claimed_at: datetime | None
    until_at: datetime | None
    renewals: int
    closed_at: datetime | None
    outcome: Outcome | None

    def held_by(self, now: datetime) -> int | None:
        """Who holds it now, if anybody."""
        is_held = self.closed_at is None and self.until_at is not None and self.until_at > now
        return self.mentor_id if is_held else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where work stands in the queue; `usual` is the median wait of the last ones, None where they are too few."""

    position: int
    of: int
    since: datetime
    is_held: bool
    usual: timedelta | None


def waiting(tx: Tx, submission_id: int) -> Item | None:
    """The place of a piece of work in the queue, if it waits there."""
    row = tx.one("SELECT * FROM queue_item WHERE submission_id = :id AND closed_at IS NULL", id=submission_id)
    return None if row is None else item_of(row)


def enter(tx: Tx, cohort_id: int, submission_id: int, reasons: Reasons, now: datetime) -> None:
    """Let work wait for a mentor; what waits already keeps its place among its like, for the reasons of now."""
    tx.run(
        "INSERT INTO queue_item (cohort_id, submission_id, since, signoff, uncovered, disagreement, evidence, at_risk) "
        "VALUES (:cohort_id, :submission_id, :now, :signoff, :uncovered, :disagreement, :evidence, :at_risk) "
        "ON CONFLICT (submission_id) WHERE closed_at IS NULL DO UPDATE SET signoff = excluded.signoff, "
        "uncovered = excluded.uncovered, disagreement = excluded.disagreement, evidence = excluded.evidence, "
        "at_risk = excluded.at_risk",
        cohort_id=cohort_id,
        submission_id=submission_id,
        now=micros(now),
        **{name: int(holds) for name, holds in asdict(reasons).items()},
    )


def leave(
    tx: Tx, submission_id: int, outcome: Outcome, now: datetime, *, mentor_id: int | None = None
) -> None:
    """The work waits no longer; `mentor_id` is who dealt with it."""
    tx.run(
        "UPDATE queue_item SET closed_at = :now, outcome = :outcome, mentor_id = COALESCE(:mentor_id, mentor_id) "
        "WHERE submission_id = :submission_id AND closed_at IS NULL",
        submission_id=submission_id,
        outcome=outcome,
        mentor_id=mentor_id,
        now=micros(now),
    )


def item(tx: Tx, item_id: int) -> Item | None:
    """A place in the queue by its id, also one that was left."""
    row = tx.one("SELECT * FROM queue_item WHERE id = :id", id=item_id)
    return None if row is None else item_of(row)


def paged(chosen: Filter = "all") -> str:
    """The query for a page of what waits."""
    return "SELECT q.* FROM queue_item q " + OPEN + ONLY[chosen] + RANKED + "LIMIT :limit OFFSET :offset"  # noqa: S608 - made of constants


def page(
    tx: Tx,
    cohort_id: int,
    limit: int,
    *,
    offset: int = 0,
    chosen: Filter = "all",
    mentor_id: int | None = None,
    now: datetime | None = None,
) -> list[Item]:
    """The first of what waits, the gravest first; `mine` needs to know whose, and when."""
    rows = tx.all(
        paged(chosen), cohort_id=cohort_id, limit=limit, offset=offset, **_whose(chosen, mentor_id, now)
    )
    return [item_of(row) for row in rows]


def ranking(tx: Tx, cohort_id: int) -> Mapping[int, int]:
    """The place in line of everything that waits, the gravest at 1, by the item's id."""
    rows = tx.all("SELECT q.id FROM queue_item q " + OPEN + RANKED, cohort_id=cohort_id)  # noqa: S608 - made of constants
    return {row["id"]: place for place, row in enumerate(rows, 1)}


def count(
    tx: Tx,
    cohort_id: int,
    chosen: Filter = "all",
    *,
    mentor_id: int | None = None,
    now: datetime | None = None,
) -> int:
    """How many pieces of work wait."""
    row = tx.one(
        "SELECT count(*) AS pieces FROM queue_item q " + OPEN + ONLY[chosen],  # noqa: S608 - made of constants
        cohort_id=cohort_id,
        **_whose(chosen, mentor_id, now),
    )
    return 0 if row is None else int(row["pieces"])


def _whose(chosen: Filter, mentor_id: int | None, now: datetime | None) -> Mapping[str, int | None]:
    """What only the filter `mine` asks for."""
    if chosen != "mine" or now is None:
        return {}
    return {"mentor_id": mentor_id, "now": micros(now)}


def place_of(tx: Tx, cohort_id: int, submission_id: int, now: datetime) -> Place | None:
    """Where a piece of work stands in the queue and how long others waited; None if it waits for no mentor."""
    found = waiting(tx, submission_id)
    if found is None:
        return None
    ahead = tx.one(
        _AHEAD,
        cohort_id=cohort_id,
        since=micros(found.since),
        id=found.id,
        **{name: int(holds) for name, holds in asdict(found.reasons).items()},
    )
    latest = dealt_with(tx, cohort_id, limit=LATEST)
    return Place(
        position=1 + (0 if ahead is None else int(ahead["ahead"])),
        of=count(tx, cohort_id),
        since=found.since,
        is_held=found.held_by(now) is not None,
        usual=percentile([done.waited for done in latest], MEDIAN, least=ESTIMATE_FROM),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Work that a mentor dealt with: who, how long it had waited, and how long after it was taken up."""

    mentor_id: int
    waited: timedelta
    worked: timedelta | None


def dealt_with(
    tx: Tx, cohort_id: int, *, since: datetime | None = None, limit: int | None = None
) -> Sequence[Done]:
    """What mentors dealt with, the latest first; what settled without them does not count."""
    rows = tx.all(
        "SELECT q.* FROM queue_item q WHERE q.cohort_id = :cohort_id AND q.closed_at IS NOT NULL "  # noqa: S608 - made of constants
        "AND q.closed_at > :since "
        + _BY_MENTORS
        + "ORDER BY q.closed_at DESC, q.id DESC"
        + ("" if limit is None else " LIMIT :limit"),
        cohort_id=cohort_id,
        since=0 if since is None else micros(since),
        **({} if limit is None else {"limit": limit}),
    )
    return [_done(item_of(row)) for row in rows]


def _done(found: Item) -> Done:
    assert found.mentor_id is not None  # noqa: S101 - the query asks for it
    assert found.closed_at is not None  # noqa: S101 - the query asks for it
    return Done(
        mentor_id=found.mentor_id,
        waited=found.closed_at - found.since,
        worked=None if found.claimed_at is None else found.closed_at - found.claimed_at,
    )


def item_of(row: Row) -> Item:
    """An item from its row."""
    return Item(
        id=row["id"],
        cohort_id=row["cohort_id"],
        submission_id=row["submission_id"],
        since=instant(row["since"]),
        reasons=Reasons(
            signoff=bool(row["signoff"]),
            uncovered=bool(row["uncovered"]),
            disagreement=bool(row["disagreement"]),
            evidence=bool(row["evidence"]),
            at_risk=bool(row["at_risk"]),
        ),
        mentor_id=row["mentor_id"],
        claimed_at=maybe_instant(row["claimed_at"]),
        until_at=maybe_instant(row["until_at"]),
        renewals=row["renewals"],
        closed_at=maybe_instant(row["closed_at"]),
        outcome=row["outcome"],
    )
