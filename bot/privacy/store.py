"""What the database holds about a person, table by table, and the words of others in which they may be mentioned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.cohorts.rules import Member
from bot.database import Row, Tx
from bot.privacy.rules import POINTERS

# Where a member has been seen: on a roster, on an audit log, or at the making of a cohort.
_SEEN: Final = (
    "SELECT cohort_id FROM enrollment WHERE member_id = :member_id "
    "UNION SELECT cohort_id FROM audit WHERE actor_id = :member_id OR subject_id = :member_id "
    "UNION SELECT id FROM cohort WHERE created_by = :member_id"
)
_REVIEWS_SEEN: Final = (
    "SELECT r.id FROM review r JOIN submission s ON s.id = r.submission_id WHERE s.cohort_id IN ("  # noqa: S608 - made of constants
    + _SEEN
    + ")"
)
_ELSEWHERE: Final = "cohort_id IN (SELECT id FROM cohort WHERE forgotten_at IS NULL AND id <> :cohort_id)"
_WORKS_SEEN: Final = "SELECT id FROM submission WHERE cohort_id IN (" + _SEEN + ")"  # noqa: S608 - made of constants
_POINTS_SEEN: Final = "SELECT id FROM point WHERE review_id IN (" + _REVIEWS_SEEN + ")"  # noqa: S608 - made of constants


@dataclass(frozen=True, slots=True)
class Written:
    """A column of words, and which of its rows belong to the cohorts in which a member has been seen."""

    table: str
    column: str
    scope: str


WRITTEN: Sequence[Written] = (
    *(
        Written(table, column, "cohort_id IN (" + _SEEN + ")")
        for table, column in (
            ("absence", "reason"), ("allowance", "reason"), ("announcement", "body"),
            ("extension_request", "reason"), ("extension_request", "words"), ("forbidden_pair", "reason"),
            ("occurrence", "last_error"), ("portfolio", "about"), ("portfolio", "headline"), ("problem", "detail"),
            ("retro", "retain"), ("retro", "improve"), ("retro", "scale"),
        )
    ),
    Written("portfolio_entry", "narrative", "submission_id IN (" + _WORKS_SEEN + ")"),
    Written("revision", "note", "submission_id IN (" + _WORKS_SEEN + ")"),
    Written("review", "strength", "id IN (" + _REVIEWS_SEEN + ")"),
    Written("review", "closed_words", "id IN (" + _REVIEWS_SEEN + ")"),
    Written("point", "place", "review_id IN (" + _REVIEWS_SEEN + ")"),
    Written("point", "body", "review_id IN (" + _REVIEWS_SEEN + ")"),
    Written("answer", "body", "point_id IN (" + _POINTS_SEEN + ")"),
    Written("answer", "remark", "point_id IN (" + _POINTS_SEEN + ")"),
    Written("decision", "words", "submission_id IN (" + _WORKS_SEEN + ")"),
)  # fmt: skip


def rows(tx: Tx, table: str, member_id: int) -> list[Row]:
    """Every row of a table that points at a member, oldest first where rows are numbered."""
    theirs = " OR ".join(f"{column} = :member_id" for column in POINTERS[table])
    found = tx.all(f"SELECT * FROM {table} WHERE {theirs}", member_id=member_id)  # noqa: S608 - names of POINTERS
    return sorted(found, key=lambda row: row.get("id", 0))


def revisions(tx: Tx, member_id: int) -> list[Row]:
    """Every revision of somebody's work, in order."""
    return tx.all(
        "SELECT r.* FROM revision r JOIN submission s ON s.id = r.submission_id WHERE s.member_id = :member_id "
        "ORDER BY r.submission_id, r.number",
        member_id=member_id,
    )


def evidence(tx: Tx, member_id: int) -> list[Row]:
    """Every link of somebody's work."""
    return tx.all(
        "SELECT e.* FROM evidence e JOIN revision r ON r.id = e.revision_id JOIN submission s "
        "ON s.id = r.submission_id WHERE s.member_id = :member_id ORDER BY e.revision_id, e.kind",
        member_id=member_id,
    )


def decisions_about(tx: Tx, member_id: int) -> list[Row]:
    """What was decided about somebody's work, in order."""
    return tx.all(
        "SELECT d.* FROM decision d JOIN submission s ON s.id = d.submission_id WHERE s.member_id = :member_id "
        "ORDER BY d.id",
        member_id=member_id,
    )


def waits(tx: Tx, member_id: int) -> list[Row]:
    """When somebody's work waited for a mentor."""
    return tx.all(
        "SELECT q.* FROM queue_item q JOIN submission s ON s.id = q.submission_id WHERE s.member_id = :member_id "
        "ORDER BY q.id",
        member_id=member_id,
    )


def works(tx: Tx, member_id: int) -> list[Row]:
    """Every piece of work that somebody handed in, reviewed, held or decided about."""
    return tx.all(
        "SELECT * FROM submission WHERE member_id = :member_id "
        "OR id IN (SELECT submission_id FROM review WHERE reviewer_id = :member_id) "
        "OR id IN (SELECT submission_id FROM decision WHERE mentor_id = :member_id) "
        "OR id IN (SELECT submission_id FROM queue_item WHERE mentor_id = :member_id)",
        member_id=member_id,
    )


def of_reviews(tx: Tx, table: str, member_id: int) -> list[Row]:
    """The scores or the points of every review that somebody gave or received."""
    key = {"score": "criterion", "point": "id"}[table]
    return tx.all(
        f"SELECT t.* FROM {table} t JOIN review r ON r.id = t.review_id "  # noqa: S608 - one of two tables
        f"WHERE r.author_id = :member_id OR r.reviewer_id = :member_id ORDER BY t.review_id, t.{key}",
        member_id=member_id,
    )


def answers(tx: Tx, member_id: int) -> list[Row]:
    """Every answer in the reviews that somebody gave or received."""
    return tx.all(
        "SELECT a.* FROM answer a JOIN point p ON p.id = a.point_id JOIN review r ON r.id = p.review_id "
        "WHERE r.author_id = :member_id OR r.reviewer_id = :member_id ORDER BY a.point_id, a.round",
        member_id=member_id,
    )


def own_scores(tx: Tx, member_id: int) -> list[Row]:
    """How somebody scored their own work."""
    return tx.all(
        "SELECT o.* FROM self_score o JOIN submission s ON s.id = o.submission_id WHERE s.member_id = :member_id "
        "ORDER BY o.submission_id, o.criterion",
        member_id=member_id,
    )


def entries(tx: Tx, member_id: int) -> list[Row]:
    """What somebody published in their portfolios."""
    return tx.all(
        "SELECT e.*, s.cohort_id, s.deliverable FROM portfolio_entry e JOIN portfolio p ON p.id = e.portfolio_id "
        "JOIN submission s ON s.id = e.submission_id WHERE p.member_id = :member_id ORDER BY e.id",
        member_id=member_id,
    )


def quotes(tx: Tx, member_id: int) -> list[Row]:
    """Whom somebody asked for leave to quote their review, and who asked them."""
    return tx.all(
        "SELECT q.*, r.reviewer_id, r.author_id, r.submission_id, r.strength FROM quote q "
        "JOIN review r ON r.id = q.review_id WHERE r.author_id = :member_id OR r.reviewer_id = :member_id "
        "ORDER BY q.asked_at, r.id",
        member_id=member_id,
    )


def files(tx: Tx, member_id: int) -> list[Row]:
    """The files of somebody's announcements, without what is in them."""
    return tx.all(
        "SELECT f.announcement_id, f.name, f.media_type FROM announcement_file f "
        "JOIN announcement a ON a.id = f.announcement_id WHERE a.author_id = :member_id ORDER BY f.id",
        member_id=member_id,
    )


def cohorts_of(tx: Tx, member_id: int) -> list[int]:
    """Every cohort in which somebody has been seen."""
    return sorted(row["cohort_id"] for row in tx.all(_SEEN, member_id=member_id))


def places(tx: Tx, member_id: int) -> list[Row]:
    """Somebody's places on rosters that still hold, each with how many hold the same."""
    return tx.all(
        "SELECT e.cohort_id, e.role, (SELECT count(*) FROM enrollment o WHERE o.cohort_id = e.cohort_id "
        "AND o.role = e.role AND o.state = 'active') AS people "
        "FROM enrollment e WHERE e.member_id = :member_id AND e.state = 'active' ORDER BY e.cohort_id, e.id",
        member_id=member_id,
    )


def only_in(tx: Tx, cohort_id: int) -> list[Member]:
    """Whom a cohort knows and no other one that is not forgotten."""
    found = tx.all(
        "SELECT m.id, m.user_id, m.name FROM member m WHERE m.user_id IS NOT NULL AND m.id IN ("  # noqa: S608 - made of constants
        "SELECT member_id FROM enrollment WHERE cohort_id = :cohort_id "
        "UNION SELECT actor_id FROM audit WHERE cohort_id = :cohort_id "
        "UNION SELECT subject_id FROM audit WHERE cohort_id = :cohort_id "
        "UNION SELECT created_by FROM cohort WHERE id = :cohort_id "
        "EXCEPT SELECT member_id FROM enrollment WHERE " + _ELSEWHERE + " "
        "EXCEPT SELECT actor_id FROM audit WHERE " + _ELSEWHERE + " "
        "EXCEPT SELECT subject_id FROM audit WHERE " + _ELSEWHERE + " "
        "EXCEPT SELECT created_by FROM cohort WHERE forgotten_at IS NULL AND id <> :cohort_id) ORDER BY m.id",
        cohort_id=cohort_id,
    )
    return [Member(id=row["id"], user_id=row["user_id"], name=row["name"]) for row in found]


def audit_of(tx: Tx, cohort_id: int) -> list[Row]:
    """A cohort's audit log, in order."""
    return tx.all("SELECT * FROM audit WHERE cohort_id = :cohort_id ORDER BY id", cohort_id=cohort_id)


def set_detail(tx: Tx, line_id: int, detail: str) -> None:
    """Leave of an audit line's detail what may stay; the line itself is never changed."""
    tx.run("UPDATE audit SET detail = :detail WHERE id = :id", id=line_id, detail=detail)


def words_with(tx: Tx, place: Written, member_id: int, user_id: int) -> list[str]:
    """What is written somewhere in a member's cohorts and contains their Discord id."""
    found = tx.all(
        f"SELECT DISTINCT {place.column} AS words FROM {place.table} "  # noqa: S608 - made of constants
        f"WHERE {place.scope} AND {place.column} LIKE :pattern",
        member_id=member_id,
        pattern=f"%{user_id}%",
    )
    return [row["words"] for row in found]


def reword(tx: Tx, place: Written, member_id: int, before: str, after: str) -> None:
    """Write some words otherwise wherever they stand in a member's cohorts."""
    if before != after:
        tx.run(
            f"UPDATE {place.table} SET {place.column} = :after WHERE {place.column} = :before AND {place.scope}",  # noqa: S608 - made of constants
            member_id=member_id,
            before=before,
            after=after,
        )
