"""Answers to points, decisions about work, and the facts that say where it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.cohorts.rules import Running
from bot.curriculum import Deliverable
from bot.database import Row, Tx, instant, maybe_instant, micros
from bot.reviews import store as reviews
from bot.revisions.rules import Answer, AnswerKind, Decision, Facts, Policy, Verdict
from bot.submissions import store as submissions

_ANSWERS = (
    "SELECT a.*, r.number FROM answer a JOIN point p ON p.id = a.point_id JOIN review v ON v.id = p.review_id "
    "LEFT JOIN revision r ON r.id = a.revision_id "
)
_IS_ACCEPTED = (
    "EXISTS (SELECT 1 FROM decision d WHERE d.submission_id = s.id AND d.kind = 'accepted' "
    "AND d.id = (SELECT max(id) FROM decision WHERE submission_id = s.id)) "
)
ACCEPTED, NOT_ACCEPTED = "AND " + _IS_ACCEPTED, "AND NOT " + _IS_ACCEPTED


def facts_of_member(tx: Tx, running: Running, member_id: int) -> dict[str, Facts]:
    """Everything that decides where each piece of a member's work is, by deliverable."""
    handed_in = submissions.of_member(tx, running.cohort.id, member_id)
    return {key: facts(tx, running, item.submission_id) for key, item in handed_in.items()}


def facts(tx: Tx, running: Running, submission_id: int) -> Facts:
    """Everything that decides where a piece of work is."""
    revision = submissions.latest_of(tx, submission_id)
    deliverable = running.course.deliverable(revision.deliverable)
    return Facts(
        submission_id=submission_id,
        cohort_id=running.cohort.id,
        author_id=revision.member_id,
        deliverable=deliverable,
        policy=policy(running, deliverable),
        promise=submissions.promises(tx, submission_id),
        paired=submissions.paired_at(tx, running.cohort.id, deliverable.key) is not None,
        revision=revision,
        reviews=reviews.of_submission(tx, submission_id),
        answers=answers(tx, submission_id),
        decisions=decisions(tx, submission_id),
        here=_here(tx, running.cohort.id, submission_id, revision.member_id),
    )


def policy(running: Running, deliverable: Deliverable) -> Policy:
    """What work on a deliverable needs to be accepted."""
    review = running.course.review
    return Policy(
        accepted_by=review.accepted_by(deliverable.track),
        reviewers=review.track(deliverable.track).reviewers,
        patience=timedelta(hours=review.ladder.recheck),
        mentors_patience=timedelta(days=review.mentors.days),
        clock=running.clock,
    )


def _here(tx: Tx, cohort_id: int, submission_id: int, author_id: int) -> frozenset[int]:
    """Who of a piece of work's author and reviewers is still in the cohort, and not kept apart from its author."""
    rows = tx.all(
        "SELECT e.member_id FROM enrollment e WHERE e.cohort_id = :cohort_id AND e.state = 'active' "
        "AND e.member_id IN (SELECT reviewer_id FROM review WHERE submission_id = :submission_id "
        "UNION SELECT :author_id) "
        "AND NOT EXISTS (SELECT 1 FROM forbidden_pair f WHERE f.cohort_id = :cohort_id "
        "AND ((f.one_id = e.member_id AND f.other_id = :author_id) "
        "OR (f.one_id = :author_id AND f.other_id = e.member_id)))",
        cohort_id=cohort_id,
        submission_id=submission_id,
        author_id=author_id,
    )
    return frozenset(row["member_id"] for row in rows)


def answers(tx: Tx, submission_id: int) -> Mapping[int, Sequence[Answer]]:
    """The answers to each point of a piece of work, in order."""
    found: dict[int, list[Answer]] = {}
    for row in tx.all(
        _ANSWERS + "WHERE v.submission_id = :id ORDER BY a.point_id, a.round", id=submission_id
    ):
        found.setdefault(row["point_id"], []).append(answer_of(row))
    return found


def put_answer(tx: Tx, point_id: int, round_: int, kind: AnswerKind, body: str) -> None:
    """Write or change a draft of an answer."""
    tx.run(
        "INSERT INTO answer (point_id, round, kind, body) VALUES (:point_id, :round, :kind, :body) "
        "ON CONFLICT (point_id, round) DO UPDATE SET kind = excluded.kind, body = excluded.body "
        "WHERE answer.sent_at IS NULL",
        point_id=point_id,
        round=round_,
        kind=kind,
        body=body,
    )


def send_answers(tx: Tx, submission_id: int, revision_id: int, now: datetime) -> list[int]:
    """Send every draft of an author's answers; the reviews whose reviewers now look again."""
    rows = tx.all(
        "SELECT a.id, p.review_id FROM answer a JOIN point p ON p.id = a.point_id JOIN review v ON v.id = p.review_id "
        "WHERE v.submission_id = :id AND a.sent_at IS NULL",
        id=submission_id,
    )
    tx.many(
        "UPDATE answer SET sent_at = :now, revision_id = CASE WHEN kind = 'fixed' THEN :revision_id END "
        "WHERE id = :id",
        [{"id": row["id"], "now": micros(now), "revision_id": revision_id} for row in rows],
    )
    return sorted({row["review_id"] for row in rows})


def mark_answer(tx: Tx, point_id: int, round_: int, verdict: Verdict | None, remark: str) -> None:
    """What a reviewer thinks of an answer, before they say so."""
    tx.run(
        "UPDATE answer SET verdict = :verdict, remark = :remark WHERE point_id = :point_id AND round = :round "
        "AND sent_at IS NOT NULL AND checked_at IS NULL",
        point_id=point_id,
        round=round_,
        verdict=verdict,
        remark=remark,
    )


def check_answer(tx: Tx, point_id: int, round_: int, now: datetime) -> None:
    """A reviewer has looked again: what they have not marked as open is settled."""
    tx.run(
        "UPDATE answer SET verdict = COALESCE(verdict, 'settled'), checked_at = :now "
        "WHERE point_id = :point_id AND round = :round AND sent_at IS NOT NULL AND checked_at IS NULL",
        point_id=point_id,
        round=round_,
        now=micros(now),
    )


def waits(tx: Tx, review_id: int) -> bool:
    """Whether answers to the points of a review wait for its reviewer."""
    row = tx.one(
        "SELECT 1 AS found FROM answer a JOIN point p ON p.id = a.point_id "
        "WHERE p.review_id = :id AND a.sent_at IS NOT NULL AND a.checked_at IS NULL LIMIT 1",
        id=review_id,
    )
    return row is not None


def to_recheck(tx: Tx, cohort_id: int, reviewer_id: int) -> list[int]:
    """The ids of somebody's reviews with answers that wait for them, on work that is not accepted yet."""
    rows = tx.all(
        "SELECT v.id, min(a.sent_at) AS since FROM review v JOIN submission s ON s.id = v.submission_id "  # noqa: S608 - made of constants
        "JOIN point p ON p.review_id = v.id JOIN answer a ON a.point_id = p.id "
        "WHERE v.reviewer_id = :reviewer_id AND s.cohort_id = :cohort_id AND a.sent_at IS NOT NULL "
        "AND a.checked_at IS NULL AND NOT EXISTS (SELECT 1 FROM forbidden_pair f WHERE f.cohort_id = s.cohort_id "
        "AND ((f.one_id = v.reviewer_id AND f.other_id = v.author_id) "
        "OR (f.one_id = v.author_id AND f.other_id = v.reviewer_id))) "
        + NOT_ACCEPTED
        + "GROUP BY v.id ORDER BY min(a.sent_at), v.id",
        reviewer_id=reviewer_id,
        cohort_id=cohort_id,
    )
    return [row["id"] for row in rows]


def decisions(tx: Tx, submission_id: int) -> list[Decision]:
    """What was decided about a piece of work, in order."""
    rows = tx.all(
        "SELECT d.*, r.number FROM decision d JOIN revision r ON r.id = d.revision_id "
        "WHERE d.submission_id = :id ORDER BY d.id",
        id=submission_id,
    )
    return [decision_of(row) for row in rows]


def is_accepted(tx: Tx, submission_id: int) -> bool:
    """Whether the newest decision about a piece of work is that it is accepted."""
    return reviews.is_accepted(tx, submission_id)


def decide(
    tx: Tx,
    submission_id: int,
    *,
    kind: str,
    revision_id: int,
    mentor_id: int | None,
    words: str,
    now: datetime,
) -> None:
    """Write down a decision."""
    tx.run(
        "INSERT INTO decision (submission_id, revision_id, mentor_id, kind, words, decided_at) "
        "VALUES (:submission_id, :revision_id, :mentor_id, :kind, :words, :now)",
        submission_id=submission_id,
        revision_id=revision_id,
        mentor_id=mentor_id,
        kind=kind,
        words=words,
        now=micros(now),
    )


def accepted(tx: Tx, cohort_id: int, member_id: int) -> frozenset[str]:
    """The deliverables of a student that are accepted."""
    rows = tx.all(
        "SELECT DISTINCT s.deliverable FROM decision d JOIN submission s ON s.id = d.submission_id "
        "WHERE s.cohort_id = :cohort_id AND s.member_id = :member_id AND d.kind = 'accepted' "
        "AND d.id = (SELECT max(id) FROM decision WHERE submission_id = s.id)",
        cohort_id=cohort_id,
        member_id=member_id,
    )
    return frozenset(row["deliverable"] for row in rows)


def with_grave_points(tx: Tx, cohort_id: int, member_id: int) -> list[int]:
    """The work of a student that is not accepted, and in which reviews found something of high severity."""
    rows = tx.all(
        "SELECT DISTINCT s.id FROM submission s JOIN review v ON v.submission_id = s.id "  # noqa: S608 - made of constants
        "JOIN point p ON p.review_id = v.id WHERE s.cohort_id = :cohort_id AND s.member_id = :member_id "
        "AND v.sent_at IS NOT NULL AND p.severity = 'high' " + NOT_ACCEPTED + "ORDER BY s.id",
        cohort_id=cohort_id,
        member_id=member_id,
    )
    return [row["id"] for row in rows]


def overdue(tx: Tx, cohort_id: int, deliverable: str, now: datetime) -> list[int]:
    """The work on a deliverable that still lacks its reviews when mentors are to be asked."""
    rows = tx.all(
        "SELECT id FROM submission WHERE cohort_id = :cohort_id AND deliverable = :deliverable "
        "AND covered_at IS NULL AND mentor_at <= :now ORDER BY id",
        cohort_id=cohort_id,
        deliverable=deliverable,
        now=micros(now),
    )
    return [row["id"] for row in rows]


def waiting(tx: Tx, cohort_id: int) -> list[int]:
    """The work of a cohort that waits for a mentor."""
    rows = tx.all(
        "SELECT submission_id FROM queue_item WHERE cohort_id = :cohort_id AND closed_at IS NULL ORDER BY id",
        cohort_id=cohort_id,
    )
    return [row["submission_id"] for row in rows]


def in_recheck(tx: Tx, cohort_id: int) -> list[int]:
    """The work of a cohort whose answers wait for a reviewer."""
    rows = tx.all(
        "SELECT DISTINCT s.id FROM submission s JOIN review v ON v.submission_id = s.id "  # noqa: S608 - made of constants
        "JOIN point p ON p.review_id = v.id JOIN answer a ON a.point_id = p.id "
        "WHERE s.cohort_id = :cohort_id AND a.sent_at IS NOT NULL AND a.checked_at IS NULL "
        + NOT_ACCEPTED
        + "ORDER BY s.id",
        cohort_id=cohort_id,
    )
    return [row["id"] for row in rows]


def answer_of(row: Row) -> Answer:
    """An answer from its row, with the number of the revision that fixes the point."""
    return Answer(
        point_id=row["point_id"],
        round=row["round"],
        kind=row["kind"],
        body=row["body"],
        revision_number=row["number"],
        sent_at=maybe_instant(row["sent_at"]),
        verdict=row["verdict"],
        remark=row["remark"],
        checked_at=maybe_instant(row["checked_at"]),
    )


def decision_of(row: Row) -> Decision:
    """A decision from its row, with the number of the revision that it is about."""
    return Decision(
        kind=row["kind"],
        mentor_id=row["mentor_id"],
        revision_number=row["number"],
        words=row["words"],
        decided_at=instant(row["decided_at"]),
    )
