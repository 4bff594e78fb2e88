"""How authors score their own work, before others have said anything of it.

It is for their own eyes, and staff's beside their progress: no mean, no acceptance and no pairing knows it. Once a
review has come, `/feedback` and `/progress` show what it says and the author would only copy it, so from then on the
scores stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.cohorts import halt
from bot.cohorts.rules import Here
from bot.course import store as versions
from bot.curriculum import Deliverable
from bot.database import Tx, micros
from bot.errors import CourseError
from bot.reviews import store
from bot.reviews.rules import unfit
from bot.submissions import store as submissions


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnScores:
    """An author's scores of their own work so far, by criterion."""

    deliverable: Deliverable
    scores: Mapping[str, int]


def of_member(tx: Tx, cohort_id: int, member_id: int) -> list[tuple[Deliverable, Mapping[str, int]]]:
    """How a member scored their own work: levels by criterion, with the work as the course had it then."""
    found: dict[tuple[str, int], dict[str, int]] = {}
    for row in tx.all(
        "SELECT s.deliverable, o.course_version_id, o.criterion, o.level "
        "FROM self_score o JOIN submission s ON s.id = o.submission_id "
        "WHERE s.cohort_id = :cohort_id AND s.member_id = :member_id ORDER BY s.deliverable, o.scored_at, o.criterion",
        cohort_id=cohort_id,
        member_id=member_id,
    ):
        scored = found.setdefault((row["deliverable"], row["course_version_id"]), {})
        scored[row["criterion"]] = row["level"]
    return [
        (versions.version(tx, version_id).deliverable(key), scores)
        for (key, version_id), scores in found.items()
    ]


def of_submission(tx: Tx, submission_id: int) -> Mapping[str, int]:
    """How the author of a piece of work scored it: levels by criterion."""
    rows = tx.all("SELECT criterion, level FROM self_score WHERE submission_id = :id", id=submission_id)
    return {row["criterion"]: row["level"] for row in rows}


def opened(tx: Tx, here: Here, deliverable: Deliverable) -> OwnScores:
    """An author's scores of their own work, while they may be given; a refusal afterwards."""
    return OwnScores(deliverable=deliverable, scores=of_submission(tx, _open_work(tx, here, deliverable)))


def put(tx: Tx, here: Here, deliverable: Deliverable, scores: Mapping[str, int], now: datetime) -> OwnScores:
    """Score one's own work by some criteria, in the place of what was said of them before."""
    submission_id = _open_work(tx, here, deliverable)
    if unfit(deliverable.rubric, scores):
        raise CourseError(
            "The rubric has no such level. `/feedback` has a button that opens your scores again."
        )
    tx.many(
        "INSERT INTO self_score (submission_id, criterion, level, course_version_id, scored_at) "
        "VALUES (:id, :criterion, :level, :version, :now) ON CONFLICT (submission_id, criterion) DO UPDATE SET "
        "level = excluded.level, course_version_id = excluded.course_version_id, scored_at = excluded.scored_at",
        [
            {
                "id": submission_id,
                "criterion": criterion,
                "level": level,
                "version": here.cohort.course_version_id,
                "now": micros(now),
            }
            for criterion, level in scores.items()
        ],
    )
    return opened(tx, here, deliverable)


def _open_work(tx: Tx, here: Here, deliverable: Deliverable) -> int:
    """The submission that its author may score now."""
    member = here.student()
    halt.refuse_when_over(here.cohort, "work is no longer scored")
    handed_in = submissions.latest(tx, here.cohort.id, member.id, deliverable.key)
    if handed_in is None:
        raise CourseError(
            f"You have not handed in {deliverable.name} yet. Hand it in with `/submit`, then score it yourself."
        )
    if any(review.sent_at is not None for review in store.of_submission(tx, handed_in.submission_id)):
        raise CourseError(
            "A review of this work has come, so your own scores would no longer be your own guess. `/feedback` shows "
            "those you gave, if any, beside the others."
        )
    return handed_in.submission_id
