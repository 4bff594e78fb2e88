"""Asking people for reviews: the round at a deadline, and late work as it arrives."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.cohorts import store as cohorts
from bot.cohorts.rules import Running
from bot.curriculum import Deliverable
from bot.database import Tx
from bot.reviews import store
from bot.reviews.pairing import pair, reviewers_for_late
from bot.reviews.rules import Origin
from bot.submissions import store as submissions


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """What every request of one round has in common."""

    running: Running
    deliverable: Deliverable
    now: datetime
    submissions: Mapping[int, int]
    students: Collection[int]
    mentors: Collection[int]

    @property
    def reviews(self) -> int:
        return self.running.course.policy(self.deliverable.track).reviewers

    @property
    def due_at(self) -> datetime:
        """When these reviews are due; work that joins late gets as long as the others had."""
        week = self.running.week(self.deliverable.week)
        usual = week.reviews_due(self.deliverable.track)
        return max(usual, self.now + (usual - week.deadline))

    @property
    def seed(self) -> str:
        return f"{self.running.cohort.seed}/{self.deliverable.key}"


def pair_round(tx: Tx, running: Running, deliverable: Deliverable, now: datetime) -> None:
    """Allocate the reviews of a deliverable among those who handed it in; once, whoever asks again.

    What peers cannot cover (a cohort of one or two, say) goes to the mentors.
    """
    round_ = _round(tx, running, deliverable, now)
    if not store.begin_round(tx, running.cohort.id, deliverable.key, round_.seed, now):
        return
    pairs = pair(
        [member for member in round_.submissions if member in round_.students],
        reviews=round_.reviews,
        met=store.met(tx, running.cohort.id, deliverable.track),
        forbidden=(),
        seed=round_.seed,
    )
    asked = [(author, reviewer) for reviewer, authors in pairs.allocation.items() for author in authors]
    _ask(tx, round_, asked, "deadline")
    _ask_mentors(tx, round_, pairs.uncovered)


def join_late(tx: Tx, running: Running, deliverable: Deliverable, author: int, now: datetime) -> None:
    """Give late work its reviewers, and its author as many reviews to give as everyone else.

    Pairs that were announced stay as they are: the least loaded take one more. Asked again, it adds nothing. Another
    latecomer may have been asked to review this work already; that review counts.
    """
    round_ = _round(tx, running, deliverable, now)
    before = store.of_submission(tx, round_.submissions[author])
    asked = {review.reviewer_id for review in before}
    met = store.met(tx, running.cohort.id, deliverable.track)
    loads = store.loads(tx, running.cohort.id, deliverable.key)
    peers = {member for member in round_.submissions if member in round_.students and member != author}
    reviewers = reviewers_for_late(
        author,
        reviews=round_.reviews - len(before),
        people={member: loads.get(member, 0) for member in peers - asked},
        met=met,
        forbidden=(),
        seed=round_.seed,
    )
    _ask(tx, round_, [(author, reviewer) for reviewer in reviewers], "late")
    missing = round_.reviews - len(before) - len(reviewers)
    if missing > 0 and not any(review.origin == "mentor" for review in before):
        _ask_mentors(tx, round_, {author: missing})
    received = _received(tx, round_)
    fewest = sorted(peers, key=lambda peer: (received.get(peer, 0), met.get((author, peer), 0), peer))
    owed = max(0, round_.reviews - loads.get(author, 0))
    _ask(tx, round_, [(peer, author) for peer in fewest[:owed]], "late")


def _round(tx: Tx, running: Running, deliverable: Deliverable, now: datetime) -> _Round:
    cohort_id = running.cohort.id
    return _Round(
        running=running,
        deliverable=deliverable,
        now=now,
        submissions=submissions.of_deliverables(tx, cohort_id, [deliverable.key])[deliverable.key],
        students={member.id for member in cohorts.active(tx, cohort_id, "student")},
        mentors=[member.id for member in cohorts.active(tx, cohort_id, "mentor")],
    )


def _ask(tx: Tx, round_: _Round, pairs: Collection[tuple[int, int]], origin: Origin) -> None:
    """Ask for the reviews of (author, reviewer) pairs."""
    store.allocate(
        tx,
        [(round_.submissions[author], author, reviewer) for author, reviewer in pairs],
        origin=origin,
        track=round_.deliverable.track,
        course_version_id=round_.running.cohort.course_version_id,
        due_at=round_.due_at,
        now=round_.now,
    )


def _ask_mentors(tx: Tx, round_: _Round, uncovered: Mapping[int, int]) -> None:
    """One mentor for each piece of work that peers cannot cover; the least loaded mentor first."""
    if not uncovered:
        return
    asked = store.of_deliverable(tx, round_.running.cohort.id, round_.deliverable.key)
    pairs = {(review.reviewer_id, review.author_id) for review in asked}
    loads = dict(store.loads(tx, round_.running.cohort.id, round_.deliverable.key))
    for author in uncovered:
        able = [mentor for mentor in round_.mentors if mentor != author and (mentor, author) not in pairs]
        if able:
            mentor = min(able, key=lambda member: (loads.get(member, 0), member))
            loads[mentor] = loads.get(mentor, 0) + 1
            _ask(tx, round_, [(author, mentor)], "mentor")


def _received(tx: Tx, round_: _Round) -> Mapping[int, int]:
    counts: dict[int, int] = {}
    for review in store.of_deliverable(tx, round_.running.cohort.id, round_.deliverable.key):
        counts[review.author_id] = counts.get(review.author_id, 0) + 1
    return counts
