"""What a rehearsed course came to, in figures that a lead can weigh a policy by."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import calendar
from bot.availability import store as availability
from bot.cohorts.rules import Running
from bot.database import Tx, instant
from bot.revisions import queue
from bot.revisions.waits import MEDIAN, NINETIETH, percentile
from bot.simulation import measures
from bot.simulation.measures import Pair
from bot.submissions import store as submissions

Said = Counter[tuple[str, str]]
"""How often each thing was said: by the kind and key of its ledger row; each pair that a post named as ("pair", …)."""

ANNOUNCED = ("kickoff", "retro", "digest")
REMINDERS = ("reminder", "chase")
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a rehearsed course went.

    - posts_doubled, posts_missing: kickoffs, retros, digests and pairs that were said more than once, or never,
      although the calendar or a round asked for them.
    - share_covered_on_time: of the work whose promised hour has passed, the share that had all its reviews, or a
      mentor's, by then; None if there is none.
    - self_reviews: reviews of one's own work.
    - load_spread_max: over all rounds, the largest difference between the most and the fewest reviews that were asked
      at the deadline, with those taken before it, of anybody who had handed in on time and was not away.
    - repeat_pairs: in those rounds, reviews by somebody who had reviewed the same author on the same track in an
      earlier round; repeat_pairs_least: how many of them no round could have avoided, because somebody was asked
      more often than they have classmates.
    - two_way_pairs: two people who were asked to review each other in the same round.
    - reviews_asked counts every request, a mentor's own reviews apart; taken: before the deadline or as a volunteer;
      expired, declined: requests that ended so. reviews_sent counts theirs and those by mentors.
    - accepted: pieces of work that are accepted at the end.
    - hours_to_first_review: the median time from handing in to the first review, for work that has one.
    - queue_longest: the most pieces of work that waited for a mentor at one time; queue_dealt: how many mentors dealt
      with; queue_p50_hours, queue_p90_hours: how long half, and nine in ten, of those had waited.
    - reminders_sent: private reminders of work to hand in and of reviews that are due.
    """

    seed: int
    students: int
    weeks: int
    posts_doubled: int
    posts_missing: int
    submissions: int
    late: int
    share_covered_on_time: float | None
    hours_to_first_review: float | None
    reviews_asked: int
    reviews_sent: int
    reviews_by_mentors: int
    taken: int
    expired: int
    declined: int
    self_reviews: int
    load_spread_max: int
    repeat_pairs: int
    repeat_pairs_least: int
    two_way_pairs: int
    points: int
    answers: int
    revisions: int
    accepted: int
    queue_dealt: int
    queue_longest: int
    queue_p50_hours: float | None
    queue_p90_hours: float | None
    reminders_sent: int


_REVIEWS = "FROM review v JOIN submission s ON s.id = v.submission_id WHERE s.cohort_id = :id "
_SUBMISSIONS = "FROM submission s WHERE s.cohort_id = :id "
_REVISIONS = "FROM revision r JOIN submission s ON s.id = r.submission_id WHERE s.cohort_id = :id "
_POINTS = (
    "FROM point p JOIN review v ON v.id = p.review_id JOIN submission s ON s.id = v.submission_id "
    "WHERE s.cohort_id = :id AND v.sent_at IS NOT NULL "
)
_ANSWERS = (
    "FROM answer a JOIN point p ON p.id = a.point_id JOIN review v ON v.id = p.review_id "
    "JOIN submission s ON s.id = v.submission_id WHERE s.cohort_id = :id AND a.sent_at IS NOT NULL "
)
_ACCEPTED = (
    "AND (SELECT d.kind FROM decision d WHERE d.submission_id = s.id ORDER BY d.id DESC LIMIT 1) = 'accepted'"
)


def result(tx: Tx, running: Running, said: Said, *, students: int, seed: int, now: datetime) -> Result:
    """The figures of a course that is over."""

    def count(what: str) -> int:
        row = tx.one(f"SELECT count(*) AS found {what}", id=running.cohort.id)
        return 0 if row is None else int(row["found"])

    rounds = rounds_of(tx, running)
    tracks = [
        [rounds[item.key] for item in running.course.deliverables if item.track == track]
        for track in ("weekly", "capstone")
    ]
    kept, promised = submissions.coverage(tx, running.cohort.id, now)
    waited = [done.waited for done in queue.dealt_with(tx, running.cohort.id)]
    return Result(
        seed=seed,
        students=students,
        weeks=len(running.times),
        posts_doubled=doubled(said),
        posts_missing=missing(said, expected(tx, running)),
        submissions=count(_SUBMISSIONS),
        late=count(_REVISIONS + "AND r.number = 1 AND r.late = 1"),
        share_covered_on_time=round(kept / promised, 4) if promised else None,
        hours_to_first_review=_first_review(tx, running.cohort.id),
        reviews_asked=count(_REVIEWS + "AND v.origin <> 'mentor'"),
        reviews_sent=count(_REVIEWS + "AND v.sent_at IS NOT NULL"),
        reviews_by_mentors=count(_REVIEWS + "AND v.sent_at IS NOT NULL AND v.origin = 'mentor'"),
        taken=count(_REVIEWS + "AND v.origin = 'pull'"),
        expired=count(_REVIEWS + "AND v.sent_at IS NULL AND v.closed_why = 'expired'"),
        declined=count(_REVIEWS + "AND v.closed_why = 'declined'"),
        self_reviews=count(_REVIEWS + "AND v.reviewer_id = v.author_id"),
        load_spread_max=max(
            measures.load_spread(pairs, _present(tx, running, key)) for key, pairs in rounds.items()
        ),
        repeat_pairs=sum(map(measures.repeats, tracks)),
        repeat_pairs_least=sum(measures.repeats_least(track, students) for track in tracks),
        two_way_pairs=sum(map(measures.two_way, rounds.values())),
        points=count(_POINTS),
        answers=count(_ANSWERS),
        revisions=count(_REVISIONS + "AND r.number > 1"),
        accepted=count(_SUBMISSIONS + _ACCEPTED),
        queue_dealt=len(waited),
        queue_longest=measures.longest(_stays(tx, running.cohort.id)),
        queue_p50_hours=_hours(percentile(waited, MEDIAN, least=1)),
        queue_p90_hours=_hours(percentile(waited, NINETIETH, least=1)),
        reminders_sent=sum(times for (kind, _), times in said.items() if kind in REMINDERS),
    )


def doubled(said: Said) -> int:
    """How often something was said that had been said before."""
    return sum(times - 1 for times in said.values() if times)


def missing(said: Said, wanted: set[tuple[str, str]]) -> int:
    """How much was never said of what should have been."""
    return sum(not said[what] for what in wanted)


def rounds_of(tx: Tx, running: Running) -> dict[str, list[Pair]]:
    """Who was asked to review whom at each deadline, with what was taken before it and not given back."""
    found: dict[str, list[Pair]] = {item.key: [] for item in running.course.deliverables}
    for row in tx.all(
        _ASKED + "AND v.allocated_at <= p.ran_at "
        "AND (v.closed_at IS NULL OR v.sent_at IS NOT NULL OR v.closed_at >= p.ran_at) ORDER BY v.id",
        id=running.cohort.id,
    ):
        found[row["deliverable"]].append((row["reviewer_id"], row["author_id"]))
    return found


_ASKED = (
    "SELECT s.deliverable, v.reviewer_id, v.author_id FROM review v JOIN submission s ON s.id = v.submission_id "
    "JOIN pairing p ON p.cohort_id = s.cohort_id AND p.deliverable = s.deliverable WHERE s.cohort_id = :id "
)


def expected(tx: Tx, running: Running) -> set[tuple[str, str]]:
    """What a course must have said once: its calendar's posts, and what each deadline asked of whom."""
    owed = {(item.kind, item.key) for item in calendar.occurrences(running.times) if item.kind in ANNOUNCED}
    for row in tx.all(_ASKED + "AND v.allocated_at = p.ran_at", id=running.cohort.id):
        key = row["deliverable"]
        owed.add(("pairs", f"{key}/1"))
        if not running.course.deliverable(key).blind:
            owed.add(("pair", f"{key}/{row['reviewer_id']}/{row['author_id']}"))
    return owed


def _present(tx: Tx, running: Running, key: str) -> list[int]:
    """Who had handed a deliverable in on time and was not away when its reviews fell due."""
    item = running.course.deliverable(key)
    due_at = running.week(item.week).reviews_due(item.track)
    rows = tx.all(
        "SELECT s.member_id " + _REVISIONS + "AND s.deliverable = :key AND r.number = 1 AND r.late = 0",
        id=running.cohort.id,
        key=key,
    )
    away = availability.away(tx, running.cohort.id, start=due_at, end=due_at)
    return [row["member_id"] for row in rows if row["member_id"] not in away]


def _first_review(tx: Tx, cohort_id: int) -> float | None:
    rows = tx.all(
        "SELECT min(v.sent_at) - min(s.created_at) AS waited FROM review v "
        "JOIN submission s ON s.id = v.submission_id WHERE s.cohort_id = :id AND v.sent_at IS NOT NULL GROUP BY s.id",
        id=cohort_id,
    )
    return _hours(percentile([timedelta(microseconds=row["waited"]) for row in rows], MEDIAN, least=1))


def _stays(tx: Tx, cohort_id: int) -> list[tuple[datetime, datetime | None]]:
    rows = tx.all("SELECT since, closed_at FROM queue_item WHERE cohort_id = :id", id=cohort_id)
    return [
        (instant(row["since"]), None if row["closed_at"] is None else instant(row["closed_at"]))
        for row in rows
    ]


def _hours(wait: timedelta | None) -> float | None:
    return None if wait is None else round(wait / HOUR, 1)
