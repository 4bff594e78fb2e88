"""From a row of the ledger to what is said: each function reads the facts of now, in one transaction.

A row that prepares others (a pairing, a nudge) writes them into the ledger and has nothing to say itself. Whatever
is written here is written once however often a row is taken up again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime

from bot import ledger
from bot.calendar import Owed
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Member, Running
from bot.curriculum import Deliverable
from bot.database import Tx
from bot.ledger import Claimed
from bot.posts import rules
from bot.posts.rules import Content
from bot.retros import store as retros
from bot.retros.rules import can_share
from bot.reviews import allocation
from bot.reviews import rules as review_rules
from bot.reviews import store as reviews
from bot.reviews.rules import Review
from bot.submissions import store as submissions

Composer = Callable[[Tx, Running, Claimed, datetime], Content | None]


def due_in(running: Running, week: int) -> list[Deliverable]:
    """The deliverables due in a week."""
    return [item for item in running.course.deliverables if item.week == week]


def owing(
    tx: Tx, running: Running, members: Sequence[Member], week: int
) -> list[tuple[Member, list[Deliverable]]]:
    """Which of these members have not handed in all of a week's deliverables, and what each still owes."""
    due = due_in(running, week)
    handed_in = submissions.of_deliverables(tx, running.cohort.id, [item.key for item in due])
    owed = [(who, [item for item in due if who.id not in handed_in[item.key]]) for who in members]
    return [(who, items) for who, items in owed if items]


def _kickoff(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content:
    return rules.Kickoff(
        running=running,
        week=running.course.week(row.week),
        times=running.week(row.week),
        due=due_in(running, row.week),
    )


def _nudge(tx: Tx, running: Running, row: Claimed, now: datetime) -> None:
    """One private reminder for each student who owes work."""
    students = cohorts.active(tx, running.cohort.id, "student")
    ledger.owe(
        tx,
        running.cohort.id,
        [
            Owed(
                kind="reminder",
                key=f"{row.key}.m{student.id}",
                week=row.week,
                due_at=row.due_at,
                stale_at=row.stale_at,
                member_id=student.id,
            )
            for student, _ in owing(tx, running, students, row.week)
        ],
    )


def _reminder(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    student = cohorts.member(tx, row.member_id or 0)
    found = owing(tx, running, [student], row.week)
    if not found:
        return None
    _, owed = found[0]
    return rules.Reminder(running=running, owed=owed, deadline=running.week(row.week).deadline)


def _pairing(tx: Tx, running: Running, row: Claimed, now: datetime) -> None:
    """Pair every deliverable of the week, then owe the posts that announce it."""
    for deliverable in due_in(running, row.week):
        allocation.pair_round(tx, running, deliverable, now)
        reviewers = len({review.reviewer_id for review in _announced(tx, running, deliverable)})
        parts = -(-reviewers // rules.REVIEWERS_A_POST)
        ledger.owe(
            tx,
            running.cohort.id,
            [
                Owed(kind="pairs", key=f"{deliverable.key}/{part}", week=row.week, due_at=row.due_at)
                for part in range(1, parts + 1)
            ],
        )


def _announced(tx: Tx, running: Running, deliverable: Deliverable) -> list[Review]:
    """The reviews that the round at the deadline asked for."""
    ran_at = reviews.paired_at(tx, running.cohort.id, deliverable.key)
    found = reviews.of_deliverable(tx, running.cohort.id, deliverable.key)
    return [review for review in found if review.allocated_at == ran_at]


def _pairs(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    key, _, part = row.key.partition("/")
    deliverable = running.course.deliverable(key)
    asked: dict[int, list[Review]] = {}
    for review in _announced(tx, running, deliverable):
        asked.setdefault(review.reviewer_id, []).append(review)
    people = {item.member.id: item.member for item in cohorts.roster(tx, running.cohort.id)}
    order = sorted(asked, key=lambda member_id: (people[member_id].name.lower(), member_id))
    size = rules.REVIEWERS_A_POST
    chosen = order[(int(part) - 1) * size : int(part) * size]
    if not chosen:
        return None
    return rules.Pairing(
        running=running,
        deliverable=deliverable,
        pairs=[
            (people[member_id], [people[review.author_id] for review in asked[member_id]])
            for member_id in chosen
        ],
        due_at=asked[chosen[0]][0].due_at,
        part=int(part),
        parts=-(-len(order) // size),
    )


def _late(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    """Find reviewers for late work, unless its round has yet to run and will."""
    revision = submissions.latest_of(tx, int(row.key.removeprefix("s")))
    deliverable = running.course.deliverable(revision.deliverable)
    if reviews.paired_at(tx, running.cohort.id, deliverable.key) is None:
        return None
    allocation.join_late(tx, running, deliverable, revision.member_id, now)
    mine = [item for item in reviews.of_submission(tx, revision.submission_id) if item.origin != "deadline"]
    if not mine:
        return None
    given = [
        item
        for item in reviews.of_deliverable(tx, running.cohort.id, deliverable.key)
        if item.reviewer_id == revision.member_id and item.origin == "late"
    ]
    return rules.LateWork(
        running=running,
        deliverable=deliverable,
        author=cohorts.member(tx, revision.member_id),
        reviewers=_members(tx, [item.reviewer_id for item in mine]),
        reviews=_members(tx, [item.author_id for item in given]),
        due_at=mine[0].due_at,
    )


def _members(tx: Tx, member_ids: Sequence[int]) -> list[Member]:
    return [cohorts.member(tx, member_id) for member_id in member_ids]


def _revised(tx: Tx, running: Running, row: Claimed, now: datetime) -> None:
    """One private word for each reviewer who has already looked at an earlier revision."""
    submission_id = int(row.key.removeprefix("s").partition(".")[0])
    looked = [item for item in reviews.of_submission(tx, submission_id) if item.opened_at is not None]
    ledger.owe(
        tx,
        running.cohort.id,
        [
            Owed(
                kind="changed",
                key=f"{row.key}.r{review.id}",
                week=row.week,
                due_at=row.due_at,
                member_id=review.reviewer_id,
            )
            for review in looked
        ],
    )


def _changed(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    number, _, review_id = row.key.partition(".")[2].partition(".r")
    review = reviews.review(tx, int(review_id))
    if review is None:
        return None
    newest = submissions.latest_of(tx, review.submission_id)
    if newest.number != int(number) or newest.id == review.revision_id:
        return None  # a still newer one is told of instead, or the reviewer has it open by now
    return rules.Changed(
        running=running,
        deliverable=running.course.deliverable(review.deliverable),
        author=cohorts.member(tx, review.author_id),
        number=newest.number,
        review_id=review.id,
        is_sent=review.sent_at is not None,
    )


def _feedback(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    review = reviews.review(tx, int(row.key.removeprefix("r")))
    if review is None:
        return None
    all_of_it = reviews.of_submission(tx, review.submission_id)
    return rules.FeedbackCame(
        running=running,
        deliverable=running.course.deliverable(review.deliverable),
        reviewer=cohorts.member(tx, review.reviewer_id),
        received=sum(item.sent_at is not None for item in all_of_it),
        asked=len(all_of_it),
    )


def _retro(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content:
    return rules.RetroCall(running=running, week=running.course.week(row.week), prompt=running.course.retro)


def _digest(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content:
    students = {member.id for member in cohorts.active(tx, running.cohort.id, "student")}
    weekly = running.course.deliverable(f"w{row.week:02}")
    keys = [item.key for item in due_in(running, row.week)]
    handed_in = submissions.of_deliverables(tx, running.cohort.id, keys)
    # "9 of 8 handed in" helps nobody: who has left since is not among those who handed in, as not among the students.
    present = [item for author, item in handed_in[weekly.key].items() if author in students]
    asked = [item for key in keys for item in reviews.of_deliverable(tx, running.cohort.id, key)]
    ids = [submission_id for found in handed_in.values() for submission_id in found.values()]
    entries = retros.of_week(tx, running.cohort.id, row.week)
    return rules.Digest(
        running=running,
        week=running.course.week(row.week),
        students=len(students),
        handed_in=len(present),
        late=sum(submissions.lateness(tx, item)[0] for item in present),
        reviews_asked=len(asked),
        reviews_sent=sum(item.sent_at is not None for item in asked),
        reviews_on_time=sum(item.on_time for item in asked),
        covered=len(review_rules.covered_on_time(asked)),
        submissions=len(ids),
        retros=len(entries),
        themes=_themes([entry.improve for entry in entries], running, row) if can_share(entries) else (),
    )


def _themes(lines: list[str], running: Running, row: Claimed) -> list[str]:
    """Some of what people want to improve, each said once, in an order that says nothing about who wrote it."""
    shuffled = sorted(set(lines))
    random.Random(f"{running.cohort.seed}/{row.key}").shuffle(shuffled)  # noqa: S311 - an order, not a secret
    return shuffled[: rules.THEMES_A_DIGEST]


def _problem(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    detail = cohorts.problem(tx, int(row.key.removeprefix("p").partition(".")[0]))
    return None if detail is None else rules.Trouble(running=running, detail=detail)


COMPOSERS: dict[str, Composer] = {
    "kickoff": _kickoff,
    "nudge": _nudge,
    "reminder": _reminder,
    "pairing": _pairing,
    "pairs": _pairs,
    "late": _late,
    "revised": _revised,
    "changed": _changed,
    "feedback": _feedback,
    "retro": _retro,
    "digest": _digest,
    "problem": _problem,
}
