"""Asking people for reviews: the round at a deadline, late work as it arrives, and a place that falls free."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from functools import cache

from bot import ledger
from bot.availability import store as availability
from bot.calendar import Owed
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Running
from bot.curriculum import Deliverable
from bot.database import Tx, micros
from bot.reviews import asking, store
from bot.reviews.pairing import Pair, reviewers_for_late
from bot.reviews.round import Round, draw
from bot.reviews.rules import REVIEWERS_A_POST, Closed, Origin, Review
from bot.submissions import store as submissions

IN_PLACE = timedelta(hours=24)  # what somebody who is asked in another's place has at least


def pair_round(tx: Tx, running: Running, deliverable: Deliverable, now: datetime) -> None:
    """Allocate what is left of a deliverable's reviews among those who handed it in; once, whoever asks again.

    What was taken before the deadline stays with whoever took it. What nobody is left to review waits for a mentor.
    """
    round_ = Round(tx=tx, running=running, deliverable=deliverable, now=now)
    cohort_id = running.cohort.id
    if not asking.begin_round(tx, cohort_id, deliverable.key, round_.seed, now):
        return
    asking.let_keep(tx, cohort_id, deliverable.key, round_.due_at)
    pairs = draw(round_).pairs
    asked = [(author, reviewer) for reviewer, authors in pairs.allocation.items() for author in authors]
    # Reviews are numbered as they are asked for, and blind ones lettered by that: so the order says nothing.
    random.Random(round_.seed).shuffle(asked)  # noqa: S311 - an order, not a secret
    _ask(round_, asked, "deadline", round_.due_at)
    _promise(round_, round_.peers, round_.due_at)
    submissions.take_off_all(tx, cohort_id, deliverable.key)
    for author in pairs.uncovered:
        _offer(round_, author, round_.submissions[author])


def announce(tx: Tx, running: Running, deliverable: Deliverable, at: datetime) -> None:
    """Owe the posts that say who reviews whom in a round that is paired."""
    announced = asking.announced(tx, running.cohort.id, deliverable.key)
    reviewers = len({review.reviewer_id for review in announced})
    parts = 1 if deliverable.blind and reviewers else -(-reviewers // REVIEWERS_A_POST)
    ledger.owe(
        tx,
        running.cohort.id,
        [
            Owed(kind="pairs", key=f"{deliverable.key}/{part}", week=deliverable.week, due_at=at)
            for part in range(1, parts + 1)
        ],
    )


def join_late(tx: Tx, running: Running, deliverable: Deliverable, author: int, now: datetime) -> None:
    """Give late work its reviewers, and its author as many reviews to give as everyone else.

    Pairs that were announced stay as they are: the least loaded take one more. Asked again, it adds nothing. Another
    latecomer may have been asked to review this work already; that review counts.
    """
    round_ = Round(tx=tx, running=running, deliverable=deliverable, now=now)
    if author not in round_.peers:
        return  # they have left meanwhile
    submission_id = round_.submissions[author]
    missing = round_.reviews - asking.taken(tx, submission_id)
    reviewers = _able(round_, author, missing, round_.due_at)
    _ask(round_, [(author, reviewer) for reviewer in reviewers], "late", round_.due_at)
    _promise(round_, [author], round_.due_at)
    _offer(round_, author, submission_id)
    received: dict[int, int] = {}
    for _, reviewed in asking.pairs_of(tx, running.cohort.id, deliverable.key):
        received[reviewed] = received.get(reviewed, 0) + 1
    owed = max(0, round_.reviews - round_.loads().get(author, 0))
    if author in round_.away(round_.due_at):
        owed = 0
    fewest = sorted(
        (peer for peer in round_.peers - {author} if (author, peer) not in round_.forbidden),
        key=lambda peer: (received.get(peer, 0), round_.met.get((author, peer), 0), peer),
    )
    _ask(round_, [(peer, author) for peer in fewest[:owed]], "late", round_.due_at)
    for peer in fewest[:owed]:
        _offer(round_, peer, round_.submissions[peer])


def replace(tx: Tx, running: Running, review: Review, now: datetime) -> bool:
    """A place fell free: ask the least loaded who may take it, or else let the work wait for a volunteer.

    False if nobody was asked.
    """
    deliverable = running.course.deliverable(review.deliverable)
    round_ = Round(tx=tx, running=running, deliverable=deliverable, now=now)
    missing = round_.reviews - asking.taken(tx, review.submission_id)
    reviewers = _stand_ins(round_, review, missing)
    if reviewers:
        _ask(round_, [(review.author_id, reviewer) for reviewer in reviewers], "late", _in_place(review, now))
        for asked in store.of_submission(tx, review.submission_id):
            if asked.reviewer_id in reviewers:
                _tell(round_, asked)
    _offer(round_, review.author_id, review.submission_id)
    return bool(reviewers)


def stand_in(tx: Tx, running: Running, review: Review, now: datetime) -> int | None:
    """Who would be asked in the place of a review's reviewer if it were taken from them now; None if nobody would."""
    deliverable = running.course.deliverable(review.deliverable)
    round_ = Round(tx=tx, running=running, deliverable=deliverable, now=now)
    missing = round_.reviews - asking.taken(tx, review.submission_id) + 1
    return next(iter(_stand_ins(round_, review, missing)), None)


def _stand_ins(round_: Round, review: Review, missing: int) -> tuple[int, ...]:
    """Whom to ask in somebody's place: at most one, and only once the round is paired and the work lacks reviews."""
    is_paired = submissions.paired_at(round_.tx, round_.running.cohort.id, review.deliverable) is not None
    is_wanted = submissions.promises(round_.tx, review.submission_id).covered_at is None
    if not is_paired or not is_wanted or missing <= 0 or review.author_id not in round_.peers:
        return ()
    return _able(round_, review.author_id, 1, _in_place(review, round_.now))


def _in_place(review: Review, now: datetime) -> datetime:
    return max(review.due_at, now + IN_PLACE)


def give_on(tx: Tx, running: Running, now: datetime) -> None:
    """Close every review that can no longer be asked of its reviewer, and ask somebody else in each place."""
    roster = [item for item in cohorts.roster(tx, running.cohort.id) if item.active]
    here = {item.member.id for item in roster}
    students = {item.member.id for item in roster if item.role == "student"}
    forbidden = availability.forbidden(tx, running.cohort.id)

    @cache
    def away(due_at: datetime) -> set[int]:
        return availability.away(tx, running.cohort.id, start=due_at, end=due_at)

    for review in store.outstanding(tx, running.cohort.id):
        why: Closed | None = None
        if review.author_id not in students:
            why = "withdrawn"
        elif review.reviewer_id not in here:
            why = "left"
        elif (review.reviewer_id, review.author_id) in forbidden:
            why = "apart"
        elif (
            review.lease_until is None  # what they took up themselves they meant to write
            and review.reviewer_id in away(review.due_at)
            and not _was_known(tx, review, now)
        ):
            why = "away"
        if why is not None and asking.close(tx, review.id, why, now) and why != "withdrawn":
            replace(tx, running, review, now)
    submissions.take_off_leavers(tx, running.cohort.id)


def _was_known(tx: Tx, review: Review, now: datetime) -> bool:
    """Whether a lead asked somebody by name although they were away."""
    if review.origin != "lead":
        return False
    absence = availability.absence(tx, review.cohort_id, review.reviewer_id, now)
    return absence is not None and absence.from_at <= review.allocated_at


def offer_again(tx: Tx, running: Running, review: Review, now: datetime) -> None:
    """Let the work whose review was closed wait for a volunteer."""
    deliverable = running.course.deliverable(review.deliverable)
    _offer(
        Round(tx=tx, running=running, deliverable=deliverable, now=now),
        review.author_id,
        review.submission_id,
    )


def offer(tx: Tx, running: Running, deliverable: Deliverable, author: int, now: datetime) -> None:
    """Let somebody's work wait for a volunteer, if it lacks reviews."""
    round_ = Round(tx=tx, running=running, deliverable=deliverable, now=now)
    _offer(round_, author, round_.submissions[author])


def _able(round_: Round, author: int, count: int, due_at: datetime) -> tuple[int, ...]:
    """Whom to ask for reviews of one author's work: the least loaded, and nobody for twice what everyone gives."""
    before = {review.reviewer_id for review in store.of_submission(round_.tx, round_.submissions[author])}
    loads = round_.loads()
    people = round_.peers - before - round_.away(due_at)
    return reviewers_for_late(
        author,
        reviews=count,
        people={member: loads.get(member, 0) for member in people},
        met=round_.met,
        forbidden=round_.forbidden,
        seed=round_.seed,
        most=2 * round_.reviews,
    )


def _ask(round_: Round, pairs: Collection[Pair], origin: Origin, due_at: datetime) -> None:
    """Ask for the reviews of (author, reviewer) pairs, and owe what the ladder does if they do not come."""
    if not pairs:
        return
    asking.allocate(
        round_.tx,
        [(round_.submissions[author], author, reviewer) for author, reviewer in pairs],
        origin=origin,
        track=round_.deliverable.track,
        course_version_id=round_.running.cohort.course_version_id,
        due_at=due_at,
        now=round_.now,
    )
    ledger.owe(round_.tx, round_.running.cohort.id, steps(round_, due_at))


def steps(round_: Round, due_at: datetime) -> Iterator[Owed]:
    """The ladder for reviews that are due then: what is still ahead of it."""
    ladder = round_.running.course.review.ladder
    times = {
        "nudge": due_at - timedelta(hours=ladder.nudge),
        "warn": due_at - timedelta(hours=ladder.warn),
        "expire": due_at + timedelta(hours=ladder.expire),
        "mentor": due_at + timedelta(hours=ladder.mentor),
    }
    for step, at in times.items():
        if at > round_.now:
            key = f"{round_.deliverable.key}.{step}.{micros(due_at)}"
            yield Owed(kind="ladder", key=key, week=round_.deliverable.week, due_at=at)


def _promise(round_: Round, authors: Collection[int], due_at: datetime) -> None:
    ladder = round_.running.course.review.ladder
    submissions.promise(
        round_.tx,
        [round_.submissions[author] for author in authors],
        covered_by=due_at + timedelta(hours=ladder.covered),
        mentor_at=due_at + timedelta(hours=ladder.mentor),
    )
    # Nobody may have been asked at all: the step to the mentors is owed all the same.
    ledger.owe(round_.tx, round_.running.cohort.id, steps(round_, due_at))


def _offer(round_: Round, author: int, submission_id: int) -> None:
    """Let work wait for a volunteer while it lacks reviews; where no peer could be one, for a mentor at once."""
    tx, cohort_id, key = round_.tx, round_.running.cohort.id, round_.deliverable.key
    is_short = asking.taken(tx, submission_id) < round_.reviews
    is_here = cohorts.is_active(tx, cohort_id, author)
    if not is_here or not is_short or submissions.promises(tx, submission_id).covered_at:
        submissions.take_off(tx, submission_id)
        return
    submissions.offer(tx, submission_id, round_.now)
    is_paired = submissions.paired_at(tx, cohort_id, key) is not None
    if is_paired and not asking.has_volunteers(tx, cohort_id, key, submission_id, author):
        submissions.call_mentor(tx, submission_id, round_.now)
        told = Owed(
            kind="settle",
            key=f"s{submission_id}.{micros(round_.now)}",
            week=round_.deliverable.week,
            due_at=round_.now,
        )
        ledger.owe(tx, round_.running.cohort.id, [told])


def _tell(round_: Round, review: Review) -> None:
    """Somebody who is asked in another's place hears of it privately."""
    told = Owed(
        kind="asked",
        key=f"r{review.id}",
        week=round_.deliverable.week,
        due_at=round_.now,
        member_id=review.reviewer_id,
    )
    ledger.owe(round_.tx, round_.running.cohort.id, [told])
