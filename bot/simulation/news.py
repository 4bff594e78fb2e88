"""What has happened since somebody last looked: reviews asked for, words from the bot, decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.database import Row, Tx, instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Up to which row of each table somebody has looked."""

    review: int = 0
    occurrence: int = 0
    decision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """A review: who asked whom about what, and until when it counts."""

    review_id: int
    deliverable: str
    author_id: int
    reviewer_id: int
    origin: str
    asked_at: datetime
    due_at: datetime
    is_covered: bool
    covered_by: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is new, and how far it reaches."""

    seen: Seen
    asked: Sequence[About] = ()
    feedback: Sequence[About] = ()
    to_recheck: Sequence[About] = ()
    still_open: Sequence[About] = ()
    volunteers: Sequence[str] = ()
    changes: Sequence[tuple[int, str]] = ()


# `cohort_id + 0` keeps the planner from reading a whole cohort: what is new is at the end of each table.
_ABOUT = (
    "SELECT v.id, v.author_id, v.reviewer_id, v.origin, v.allocated_at, v.due_at, "
    "s.deliverable, s.covered_at, s.covered_by FROM review v JOIN submission s ON s.id = v.submission_id "
)
_STILL_OPEN = (
    "AND EXISTS (SELECT 1 FROM point p JOIN answer a ON a.point_id = p.id WHERE p.review_id = v.id "
    "AND a.round = 1 AND a.verdict = 'open' AND a.checked_at IS NOT NULL)"
)


def since(tx: Tx, cohort_id: int, seen: Seen) -> News:
    """What is new in a cohort; each row is read once, whatever there was before it."""
    asked = tx.all(
        _ABOUT + "WHERE v.id > :seen AND s.cohort_id + 0 = :cohort_id ORDER BY v.id",
        seen=seen.review,
        cohort_id=cohort_id,
    )
    owed = tx.all(
        "SELECT id, kind, key FROM occurrence WHERE id > :seen AND cohort_id + 0 = :cohort_id ORDER BY id",
        seen=seen.occurrence,
        cohort_id=cohort_id,
    )
    decided = tx.all(
        "SELECT d.id, d.kind, s.member_id, s.deliverable FROM decision d JOIN submission s ON s.id = d.submission_id "
        "WHERE d.id > :seen AND s.cohort_id + 0 = :cohort_id ORDER BY d.id",
        seen=seen.decision,
        cohort_id=cohort_id,
    )
    told = {kind: _told(tx, owed, kind) for kind in ("feedback", "recheck")}
    return News(
        seen=Seen(
            review=asked[-1]["id"] if asked else seen.review,
            occurrence=owed[-1]["id"] if owed else seen.occurrence,
            decision=decided[-1]["id"] if decided else seen.decision,
        ),
        asked=[_about(row) for row in asked],
        feedback=told["feedback"],
        to_recheck=told["recheck"],
        still_open=_told(tx, owed, "rechecked", _STILL_OPEN),
        volunteers=[row["key"] for row in owed if row["kind"] == "volunteers"],
        changes=[(row["member_id"], row["deliverable"]) for row in decided if row["kind"] == "changes"],
    )


def _told(tx: Tx, owed: Sequence[Row], kind: str, only: str = "") -> list[About]:
    """The reviews that the bot owes somebody a word about; reminders say nothing new."""
    found: list[About] = []
    for row in owed:
        if row["kind"] == kind and not row["key"].endswith(".again"):
            review_id = int(row["key"].removeprefix("r").partition(".")[0])
            found += [_about(about) for about in tx.all(_ABOUT + "WHERE v.id = :id " + only, id=review_id)]
    return found


def _about(row: Row) -> About:
    return About(
        review_id=row["id"],
        deliverable=row["deliverable"],
        author_id=row["author_id"],
        reviewer_id=row["reviewer_id"],
        origin=row["origin"],
        asked_at=instant(row["allocated_at"]),
        due_at=instant(row["due_at"]),
        is_covered=row["covered_at"] is not None,
        covered_by=None if row["covered_by"] is None else instant(row["covered_by"]),
    )
