"""Which words of reviews may be quoted: who asked, and what their writers answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cohorts import store as cohorts
from bot.database import Row, Tx, micros
from bot.portfolio.rules import Leave, Quote
from bot.reviews.rules import Review
from bot.reviews.store import review_of

_SPOKEN = "v.sent_at IS NOT NULL AND v.strength <> '' "
_ALL = (
    "SELECT v.*, s.cohort_id, s.deliverable, q.answer, q.answers FROM review v "
    "JOIN submission s ON s.id = v.submission_id "
)
_ASKED = _ALL + "JOIN quote q ON q.review_id = v.id "


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotable:
    """A sent review with a strength to quote, and what its writer says about that."""

    review: Review
    answer: Leave | None
    answers: int | None
    """How often they have answered; None while nobody has asked them."""

    @property
    def is_asked(self) -> bool:
        """Whether its writer was asked."""
        return self.answers is not None


def of_entry(tx: Tx, entry_id: int) -> Sequence[Quote]:
    """What may be quoted beside a piece of work, by the leave of this moment."""
    rows = tx.all(
        "SELECT v.id, v.strength, v.origin, v.reviewer_id, q.answer FROM portfolio_entry e "  # noqa: S608 - made of constants
        "JOIN review v ON v.submission_id = e.submission_id JOIN quote q ON q.review_id = v.id "
        "WHERE e.id = :id AND q.answer IN ('named', 'unnamed') AND " + _SPOKEN + "ORDER BY v.id",
        id=entry_id,
    )
    return [
        Quote(
            review_id=row["id"],
            words=row["strength"],
            by=cohorts.member(tx, row["reviewer_id"]).name if row["answer"] == "named" else None,
            is_mentor=row["origin"] == "mentor",
        )
        for row in rows
    ]


def published(tx: Tx, cohort_id: int, member_id: int) -> list[Quotable]:
    """The reviews of what somebody has in their portfolio that say something to quote."""
    rows = tx.all(
        _ALL + "JOIN portfolio_entry e ON e.submission_id = s.id LEFT JOIN quote q ON q.review_id = v.id "
        "WHERE s.cohort_id = :cohort_id AND s.member_id = :member_id AND " + _SPOKEN + "ORDER BY s.id, v.id",
        cohort_id=cohort_id,
        member_id=member_id,
    )
    return [_quotable(row) for row in rows]


def asked_of(tx: Tx, cohort_id: int, reviewer_id: int) -> list[Quotable]:
    """The reviews of somebody that others have asked to quote."""
    rows = tx.all(
        _ASKED + "WHERE s.cohort_id = :cohort_id AND v.reviewer_id = :reviewer_id "
        "ORDER BY q.asked_at DESC, v.id DESC",
        cohort_id=cohort_id,
        reviewer_id=reviewer_id,
    )
    return [_quotable(row) for row in rows]


def given(tx: Tx, reviewer_id: int) -> list[Quotable]:
    """The reviews that somebody lets others quote, in any cohort."""
    rows = tx.all(
        _ASKED + "WHERE v.reviewer_id = :reviewer_id AND q.answer <> 'declined' ORDER BY v.id",
        reviewer_id=reviewer_id,
    )
    return [_quotable(row) for row in rows]


def asked(tx: Tx, review_id: int) -> Quotable | None:
    """A review that somebody asked to quote; None once that was forgotten."""
    row = tx.one(_ASKED + "WHERE v.id = :id", id=review_id)
    return None if row is None else _quotable(row)


def is_shown(tx: Tx, submission_id: int) -> bool:
    """Whether a piece of work is in its author's portfolio."""
    row = tx.one("SELECT 1 AS found FROM portfolio_entry WHERE submission_id = :id", id=submission_id)
    return row is not None


def ask(tx: Tx, review_id: int, now: datetime) -> None:
    """Write down that a writer is asked."""
    tx.run(
        "INSERT INTO quote (review_id, asked_at) VALUES (:review_id, :now)",
        review_id=review_id,
        now=micros(now),
    )


def answer(tx: Tx, review_id: int, leave: Leave, now: datetime) -> None:
    """What its writer says now, which takes the place of what they said before."""
    tx.run(
        "UPDATE quote SET answer = :answer, answered_at = :now, answers = answers + 1 WHERE review_id = :id",
        id=review_id,
        answer=leave,
        now=micros(now),
    )


def _quotable(row: Row) -> Quotable:
    return Quotable(review=review_of(row, {}, ()), answer=row["answer"], answers=row["answers"])
