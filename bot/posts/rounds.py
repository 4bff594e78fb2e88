"""What is said about who reviews whom: the round, late work, the ladder that follows, and places that fall free."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot import ledger
from bot.calendar import Owed
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Member, Running
from bot.curriculum import Deliverable
from bot.database import Tx, instant
from bot.ledger import Claimed
from bot.posts import rules
from bot.posts.rules import Content, Skip
from bot.reviews import allocation, asking, taking
from bot.reviews import store as reviews
from bot.reviews.rules import REVIEWERS_A_POST, Review
from bot.reviews.writing import author_of
from bot.revisions import store as revisions
from bot.revisions.settling import settle
from bot.submissions import store as submissions

Composer = Callable[[Tx, Running, Claimed, datetime], Content | Skip | None]


def due_in(running: Running, week: int) -> list[Deliverable]:
    """The deliverables due in a week."""
    return [item for item in running.course.deliverables if item.week == week]


def _pairing(tx: Tx, running: Running, row: Claimed, now: datetime) -> None:
    """Pair every deliverable of the week, then owe the posts that announce it."""
    for deliverable in due_in(running, row.week):
        allocation.pair_round(tx, running, deliverable, now)
        allocation.announce(tx, running, deliverable, row.due_at)


def _pairs(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    key, _, part = row.key.partition("/")
    deliverable = running.course.deliverable(key)
    announced = asking.announced(tx, running.cohort.id, key)
    if not announced:
        return None
    covered_by = submissions.promises(tx, announced[0].submission_id).covered_by or announced[0].due_at
    if deliverable.blind:
        return rules.BlindPairing(
            running=running,
            deliverable=deliverable,
            people=len({review.reviewer_id for review in announced}),
            reviews=len(announced),
            due_at=announced[0].due_at,
            covered_by=covered_by,
        )
    asked: dict[int, list[int]] = {}
    for review in announced:
        asked.setdefault(review.reviewer_id, []).append(review.author_id)
    people = {item.member.id: item.member for item in cohorts.roster(tx, running.cohort.id)}
    order = sorted(asked, key=lambda member_id: (people[member_id].name.lower(), member_id))
    size = REVIEWERS_A_POST
    chosen = order[(int(part) - 1) * size : int(part) * size]
    if not chosen:
        return None
    return rules.Pairing(
        running=running,
        deliverable=deliverable,
        pairs=[
            (people[member_id], [people[author_id] for author_id in asked[member_id]]) for member_id in chosen
        ],
        due_at=announced[0].due_at,
        covered_by=covered_by,
        part=int(part),
        parts=-(-len(order) // size),
    )


def _late(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    """Find reviewers for late work, unless its round has yet to run and will."""
    revision = submissions.latest_of(tx, int(row.key.removeprefix("s")))
    deliverable = running.course.deliverable(revision.deliverable)
    if submissions.paired_at(tx, running.cohort.id, deliverable.key) is None:
        return None
    if not cohorts.is_active(tx, running.cohort.id, revision.member_id):
        return None
    before = reviews.of_submission(tx, revision.submission_id)
    allocation.join_late(tx, running, deliverable, revision.member_id, now)
    promise = submissions.promises(tx, revision.submission_id)
    mine = [
        item
        for item in reviews.of_submission(tx, revision.submission_id)
        if item.origin != "deadline" and item.counts
    ]
    if not mine and promise.covered_by is not None and any(item.counts for item in before):
        return None  # it was in time for the round after all
    given = [
        item
        for item in reviews.of_deliverable(tx, running.cohort.id, deliverable.key)
        if item.reviewer_id == revision.member_id and item.origin == "late" and item.is_open
    ]
    by = promise.covered_by or now
    return rules.LateWork(
        running=running,
        deliverable=deliverable,
        author=cohorts.member(tx, revision.member_id),
        is_late=submissions.lateness(tx, revision.submission_id)[0],
        reviewers=_members(tx, [item.reviewer_id for item in mine]),
        reviews=_members(tx, [item.author_id for item in given]),
        due_at=mine[0].due_at if mine else by,
        covered_by=by,
    )


def _members(tx: Tx, member_ids: Sequence[int]) -> list[Member]:
    return [cohorts.member(tx, member_id) for member_id in member_ids]


def _ladder(tx: Tx, running: Running, row: Claimed, now: datetime) -> None:
    """Take one step of the ladder for the reviews of a deliverable that are due at one instant."""
    deliverable, step, due_at = _rung(running, row)
    if step == "expire":
        if taking.expire(tx, running, deliverable, due_at, now):
            owed = Owed(kind="volunteers", key=row.key, week=row.week, due_at=row.due_at)
            ledger.owe(tx, running.cohort.id, [owed])
    elif step == "mentor":
        for submission_id in revisions.overdue(tx, running.cohort.id, deliverable.key, now):
            settle(tx, running, submission_id, now)
    else:
        ladder = running.course.review.ladder
        until = due_at - timedelta(hours=ladder.warn) if step == "nudge" else due_at
        if now >= until:
            return
        owing = {review.reviewer_id for review in _owing(tx, running, deliverable, due_at)}
        ledger.owe(
            tx,
            running.cohort.id,
            [
                Owed(
                    kind="chase",
                    key=f"{row.key}.m{reviewer_id}",
                    week=row.week,
                    due_at=row.due_at,
                    stale_at=until,
                    member_id=reviewer_id,
                )
                for reviewer_id in sorted(owing)
            ],
        )


def _rung(running: Running, row: Claimed) -> tuple[Deliverable, str, datetime]:
    """Which step of the ladder a key means: `w03.nudge.<due, in microseconds>`, with whatever follows."""
    for step in ("nudge", "warn", "expire", "mentor"):
        key, found, rest = row.key.partition(f".{step}.")
        if found:
            return running.course.deliverable(key), step, instant(int(rest.partition(".")[0]))
    raise ValueError(f"no step of the ladder in {row.key}")


def _owing(tx: Tx, running: Running, deliverable: Deliverable, due_at: datetime) -> list[Review]:
    found = reviews.open_in(tx, running.cohort.id, deliverable.key)
    return [review for review in found if review.due_at == due_at]


def _chase(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    deliverable, step, due_at = _rung(running, row)
    assert row.member_id is not None  # noqa: S101 - it was owed to somebody
    mine = [
        review
        for review in reviews.open_of(tx, running.cohort.id, row.member_id)
        if review.deliverable == deliverable.key and review.due_at == due_at
    ]
    if not mine:
        return None
    return rules.ReviewsDue(
        running=running,
        deliverable=deliverable,
        asked=[(review.id, author_of(tx, review, deliverable)) for review in mine],
        due_at=due_at,
        given_on_at=due_at + timedelta(hours=running.course.review.ladder.expire),
        is_last=step == "warn",
    )


def _volunteers(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    deliverable, _, _ = _rung(running, row)
    pieces = asking.waiting(tx, running.cohort.id, deliverable.key)
    ladder = running.course.review.ladder
    mentor_at = row.due_at + timedelta(hours=ladder.mentor - ladder.expire)  # a break may lie before both
    if not pieces or now >= mentor_at:
        return None
    return rules.Volunteers(running=running, deliverable=deliverable, pieces=pieces, until=mentor_at)


def _asked(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    review_id, _, wish = row.key.removeprefix("r").partition(".")
    review = reviews.review(tx, int(review_id))
    if review is None or not review.is_open:
        return None
    deliverable = running.course.deliverable(review.deliverable)
    return rules.AskedInstead(
        running=running,
        deliverable=deliverable,
        author=author_of(tx, review, deliverable),
        due_at=review.due_at,
        review_id=review.id,
        by_lead=bool(wish),
    )


def _lease(tx: Tx, running: Running, row: Claimed, now: datetime) -> None:
    taking.end_lease(tx, running, int(row.key.removeprefix("r").partition(".")[0]), now)


def _freed(tx: Tx, running: Running, row: Claimed, now: datetime) -> None:
    """Somebody left, is away, or is kept apart from somebody: their open reviews go to others.

    What waited for them to look again is settled, and the work of who left waits for no mentor. The work of who is back
    waits for reviewers and mentors as it did before.
    """
    allocation.give_on(tx, running, now)
    cohort_id = running.cohort.id
    if row.key.startswith("back"):
        author = int(row.key.removeprefix("back").partition(".")[0])
        for key, revision in submissions.of_member(tx, cohort_id, author).items():
            allocation.offer(tx, running, running.course.deliverable(key), author, now)
            settle(tx, running, revision.submission_id, now)
    for submission_id in {*revisions.waiting(tx, cohort_id), *revisions.in_recheck(tx, cohort_id)}:
        settle(tx, running, submission_id, now)


COMPOSERS: dict[str, Composer] = {
    "pairing": _pairing,
    "pairs": _pairs,
    "late": _late,
    "ladder": _ladder,
    "chase": _chase,
    "volunteers": _volunteers,
    "asked": _asked,
    "lease": _lease,
    "freed": _freed,
}
