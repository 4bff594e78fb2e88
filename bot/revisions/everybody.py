"""Where the work of a whole cohort is, from as few questions however much it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.availability import store as availability
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Running
from bot.database import Tx
from bot.retros import store as retros
from bot.reviews import everybody as reviews
from bot.reviews.rules import Point, PointKind, Review, Severity
from bot.reviews.store import point_of, review_of
from bot.revisions import rules, store
from bot.revisions.rules import Answer, Decision, Facts
from bot.submissions import everybody as submissions

_OPEN = "WHERE s.cohort_id = :cohort_id " + store.NOT_ACCEPTED
_REVIEWED = "FROM submission s JOIN review v ON v.submission_id = s.id JOIN point p ON p.review_id = v.id "
REVIEWS = reviews.REVIEWS + store.NOT_ACCEPTED + "ORDER BY v.id"
POINTS = "SELECT p.* " + _REVIEWED + _OPEN + "ORDER BY p.id"
ANSWERS = (
    "SELECT a.*, r.number " + _REVIEWED + "JOIN answer a ON a.point_id = p.id "
    "LEFT JOIN revision r ON r.id = a.revision_id " + _OPEN + "ORDER BY a.point_id, a.round"
)
# As `rules.point_state` has it of accepted work: settled is what has an answer that its reviewer did not contradict.
_SETTLED = (
    "EXISTS (SELECT 1 FROM answer a WHERE a.point_id = p.id AND a.sent_at IS NOT NULL "
    "AND (a.checked_at IS NULL OR a.verdict = 'settled')) "
)
ACCEPTED_POINTS = (
    "SELECT found.deliverable, found.member_id, found.kind, found.severity, found.settled, count(*) AS points "
    "FROM (SELECT s.deliverable, s.member_id, p.kind, p.severity, "
    + _SETTLED
    + "AS settled "
    + _REVIEWED
    + "WHERE s.cohort_id = :cohort_id AND v.sent_at IS NOT NULL "
    + store.ACCEPTED
    + ") found GROUP BY found.deliverable, found.member_id, found.kind, found.severity, found.settled "
    "ORDER BY found.deliverable, found.member_id"
)
DECISIONS = (
    "SELECT d.*, r.number FROM submission s JOIN decision d ON d.submission_id = s.id "
    "JOIN revision r ON r.id = d.revision_id WHERE s.cohort_id = :cohort_id ORDER BY d.id"
)


def facts(tx: Tx, running: Running) -> list[Facts]:
    """What decides where everybody's work is.

    What reviewers scored is left out, and of accepted work all reviews: neither says anything about where it is.
    """
    cohort_id = running.cohort.id
    policies = {item.key: store.policy(running, item) for item in running.course.deliverables}
    promises, paired = submissions.promises(tx, cohort_id), submissions.paired(tx, cohort_id)
    given, answers, decisions = _reviews(tx, cohort_id), _answers(tx, cohort_id), _decisions(tx, cohort_id)
    present = frozenset(item.member.id for item in cohorts.roster(tx, cohort_id) if item.active)
    apart = availability.forbidden(tx, cohort_id)
    return [
        Facts(
            submission_id=revision.submission_id,
            cohort_id=cohort_id,
            author_id=revision.member_id,
            deliverable=running.course.deliverable(revision.deliverable),
            policy=policies[revision.deliverable],
            promise=promises[revision.submission_id],
            paired=revision.deliverable in paired,
            revision=revision,
            reviews=(asked := given.get(revision.submission_id, ())),
            answers=answers,
            decisions=decisions.get(revision.submission_id, ()),
            here=_here(revision.member_id, asked, present, apart),
        )
        for revision in submissions.newest(tx, cohort_id)
    ]


def _here(
    author_id: int, asked: Sequence[Review], present: frozenset[int], apart: Collection[tuple[int, int]]
) -> frozenset[int]:
    people = {author_id, *(review.reviewer_id for review in asked)}
    return frozenset(who for who in people if who in present and (who, author_id) not in apart)


def _reviews(tx: Tx, cohort_id: int) -> Mapping[int, Sequence[Review]]:
    """The reviews of work that is not accepted, by that work."""
    points: dict[int, list[Point]] = {}
    for row in tx.all(POINTS, cohort_id=cohort_id):
        points.setdefault(row["review_id"], []).append(point_of(row))
    found: dict[int, list[Review]] = {}
    for row in tx.all(REVIEWS, cohort_id=cohort_id):
        found.setdefault(row["submission_id"], []).append(review_of(row, {}, points.get(row["id"], ())))
    return found


def _answers(tx: Tx, cohort_id: int) -> Mapping[int, Sequence[Answer]]:
    """The answers to each point of work that is not accepted."""
    found: dict[int, list[Answer]] = {}
    for row in tx.all(ANSWERS, cohort_id=cohort_id):
        found.setdefault(row["point_id"], []).append(store.answer_of(row))
    return found


def _decisions(tx: Tx, cohort_id: int) -> Mapping[int, Sequence[Decision]]:
    """What was decided about each piece of work."""
    found: dict[int, list[Decision]] = {}
    for row in tx.all(DECISIONS, cohort_id=cohort_id):
        found.setdefault(row["submission_id"], []).append(store.decision_of(row))
    return found


class Accepted(NamedTuple):
    """How many points of one kind and severity reviews found in accepted work, settled or left as they were."""

    deliverable: str
    author_id: int
    kind: PointKind
    severity: Severity
    settled: bool
    points: int


def accepted_points(tx: Tx, cohort_id: int) -> list[Accepted]:
    """What reviews found in all the accepted work of a cohort."""
    return [
        Accepted(
            row["deliverable"],
            row["member_id"],
            row["kind"],
            row["severity"],
            bool(row["settled"]),
            row["points"],
        )
        for row in tx.all(ACCEPTED_POINTS, cohort_id=cohort_id)
    ]


def severe(work: Iterable[Facts], now: datetime) -> Mapping[int, Sequence[datetime]]:
    """Since when each student has points of high severity to answer: since they came, or came back."""
    found: dict[int, list[datetime]] = {}
    for facts in work:
        found.setdefault(facts.author_id, []).extend(_severe(facts, now))
    return found


def _severe(facts: Facts, now: datetime) -> Iterator[datetime]:
    if facts.accepted is not None:
        return
    for review, point, state in rules.points(facts, now):
        if point.severity == "high" and state in ("to answer", "back") and review.sent_at is not None:
            checked = [answer.checked_at for answer in facts.answers.get(point.id, ()) if answer.checked_at]
            yield max([review.sent_at, *checked])


def seen(tx: Tx, cohort_id: int, member_id: int | None = None) -> Mapping[int, datetime]:
    """When each member last handed in, sent a review or looked back; or one of them."""
    last: dict[int, datetime] = {}
    for room in (submissions, reviews, retros):
        for who, at in room.seen(tx, cohort_id, member_id).items():
            last[who] = max(at, last.get(who, at))
    return last
