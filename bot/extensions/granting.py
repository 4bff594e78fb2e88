"""Giving one student more time, or letting them leave something out: all that follows, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot import ledger
from bot.calendar import Owed
from bot.cohorts import allowances
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Allowance, Here, Member, Running
from bot.curriculum import Deliverable
from bot.database import Tx, micros
from bot.errors import CourseError
from bot.extensions import rules, store
from bot.extensions.rules import Excuse, Extension, Told
from bot.reviews import moving
from bot.reviews import store as reviews
from bot.reviews.rules import Review
from bot.revisions import queue, settling
from bot.submissions import store as submissions

OWN = "own/"  # how the key of a reminder begins that comes before one student's own deadline


def student(tx: Tx, running: Running, user_id: int) -> Member:
    """A student who is in the cohort now, by their Discord id."""
    for member in cohorts.active(tx, running.cohort.id, "student"):
        if member.user_id == user_id:
            return member
    raise CourseError(
        f"<@{user_id}> is not a student of {running.cohort.name} now. Pick a student as `member` of `/extend` or "
        "`/excuse`; `/roster list` shows everyone who is one."
    )


def plan(
    tx: Tx, running: Running, member: Member, deliverable: Deliverable, until: datetime, now: datetime
) -> Extension:
    """What more time would change for a student; a CourseError if it cannot be given or would change nothing."""
    rules.check_started(running.cohort)
    rules.check_until(until, running, deliverable, now)
    before = running.deadline_for(deliverable, _allowed(tx, running, member, deliverable))
    if until == before:
        raise CourseError(f"<@{member.user_id}> has until then already. Give another time.")
    latest = submissions.latest(tx, running.cohort.id, member.id, deliverable.key)
    late, at = (False, None) if latest is None else submissions.lateness(tx, latest.submission_id)
    due = _reviews_due(running, deliverable, until)
    moved = _owed_before(tx, running, member, deliverable, due)
    if latest is not None and not late and not moved:
        raise CourseError(
            f"<@{member.user_id}> has handed in {deliverable.name} in time and owes no reviews of it, so more time "
            "would change nothing."
        )
    week = running.week(deliverable.week)
    reminded_at = until - (week.deadline - week.nudge)
    asked = [
        item
        for item in store.open_of(tx, running.cohort.id, member.id)
        if item.deliverable == deliverable.key
    ]
    return Extension(
        member=member,
        deliverable=deliverable,
        until=until,
        before=before,
        handed_in_at=at,
        was_late=late,
        reviews=len(moved),
        reviews_due=due,
        reminded_at=reminded_at if latest is None and reminded_at > now else None,
        request=asked[0] if asked else None,
    )


def give(tx: Tx, here: Here, given: Extension, reason: str, now: datetime) -> None:
    """Give a student more time: work that came late meanwhile is not late any more, and their reviews can wait."""
    member, deliverable, until = given.member, given.deliverable, given.until
    before = _allowed(tx, here, member, deliverable)
    excused_at = None if before is None else before.excused_at
    _put(tx, here, member, deliverable, until_at=until, excused_at=excused_at, reason=reason, now=now)
    if given.was_late:
        latest = submissions.latest(tx, here.cohort.id, member.id, deliverable.key)
        if latest is not None:
            submissions.forgive(tx, latest.submission_id, until)
    moved = _owed_before(tx, here, member, deliverable, given.reviews_due)
    moving.move(tx, here, deliverable, moved, given.reviews_due, now)
    if given.handed_in_at is None:
        remind(tx, here, deliverable, member.id, until, now)
    detail = {"deliverable": deliverable.key, "until": until.isoformat(), "reason": reason}
    if given.was_late:
        detail["forgiven"] = "late work is in time"
    _note(tx, here, "extension.given", member, now, **detail)
    _look_again(tx, here, member, now)


def plan_excuse(
    tx: Tx, running: Running, member: Member, deliverable: Deliverable, *, undo: bool, now: datetime
) -> Excuse:
    """What it would mean to let a student leave a deliverable out, or no longer; a CourseError if it is so already."""
    rules.check_started(running.cohort)
    allowed = _allowed(tx, running, member, deliverable)
    is_excused = allowed is not None and allowed.is_excused
    if is_excused and not undo:
        raise CourseError(
            f"<@{member.user_id}> may leave out {deliverable.name} already. `/excuse` with `undo: True` takes that "
            "back."
        )
    if undo and not is_excused:
        raise CourseError(
            f"{deliverable.name} is expected of <@{member.user_id}> as it is. `/excuse` without options lists who may "
            "leave out what."
        )
    deadline = running.deadline_for(deliverable, allowed)
    return Excuse(
        member=member,
        deliverable=deliverable,
        undo=undo,
        handed_in=submissions.latest(tx, running.cohort.id, member.id, deliverable.key) is not None,
        deadline=deadline,
        is_over=running.has_passed(deadline, now),
    )


def excuse(tx: Tx, here: Here, meant: Excuse, reason: str, now: datetime) -> None:
    """Let a student leave a deliverable out, or expect it of them again, and tell them."""
    member, deliverable = meant.member, meant.deliverable
    before = _allowed(tx, here, member, deliverable)
    until_at = None if before is None else before.until_at
    excused_at = None if meant.undo else now
    _put(tx, here, member, deliverable, until_at=until_at, excused_at=excused_at, reason=reason, now=now)
    if meant.undo and until_at is not None and not meant.handed_in:
        remind(tx, here, deliverable, member.id, meant.deadline, now)
    action = "excuse.undone" if meant.undo else "excuse.given"
    _note(tx, here, action, member, now, deliverable=deliverable.key, reason=reason)
    tell(tx, here, "again" if meant.undo else "excused", member, deliverable, now)
    _look_again(tx, here, member, now)


def tell(
    tx: Tx, running: Running, what: Told, member: Member, deliverable: Deliverable, now: datetime
) -> None:
    """The student hears privately what they are allowed."""
    key = f"{what}/{deliverable.key}/{member.id}/{micros(now)}"
    told = Owed(kind="allowed", key=key, week=deliverable.week, due_at=now, member_id=member.id)
    ledger.owe(tx, running.cohort.id, [told])


def remind(
    tx: Tx, running: Running, deliverable: Deliverable, member_id: int, until: datetime, now: datetime
) -> None:
    """A reminder before one student's own deadline, as long before it as everybody's nudge; none if that is past."""
    week = running.week(deliverable.week)
    at = until - (week.deadline - week.nudge)
    if at <= now:
        return
    owed = Owed(
        kind="reminder",
        key=reminder_key(deliverable, member_id, until),
        week=deliverable.week,
        due_at=at,
        member_id=member_id,
    )
    ledger.owe(tx, running.cohort.id, [owed])


def reminder_key(deliverable: Deliverable, member_id: int, until: datetime) -> str:
    """The key of a reminder before one student's own deadline."""
    return f"{OWN}{deliverable.key}/{member_id}/{micros(until)}"


def reminded_of(key: str) -> str:
    """The deliverable of such a reminder."""
    return key.removeprefix(OWN).partition("/")[0]


def _allowed(tx: Tx, running: Running, member: Member, deliverable: Deliverable) -> Allowance | None:
    return allowances.of_member(tx, running.cohort.id, member.id).get(deliverable.key)


def _put(
    tx: Tx,
    here: Here,
    member: Member,
    deliverable: Deliverable,
    *,
    until_at: datetime | None,
    excused_at: datetime | None,
    reason: str,
    now: datetime,
) -> None:
    allowances.allow(
        tx,
        here.cohort.id,
        member.id,
        deliverable.key,
        until_at=until_at,
        excused_at=excused_at,
        reason=reason,
        granted_by=here.actor_id,
        now=now,
    )


def _reviews_due(running: Running, deliverable: Deliverable, until: datetime) -> datetime:
    """When reviews are due at the earliest for whoever hands in until then: as long after as everybody has."""
    week = running.week(deliverable.week)
    return until + (week.reviews_due(deliverable.track) - week.deadline)


def _owed_before(
    tx: Tx, running: Running, member: Member, deliverable: Deliverable, due_at: datetime
) -> Sequence[Review]:
    """The reviews of a deliverable that are asked of somebody and due before then; not what they took up themselves."""
    return [
        review
        for review in reviews.open_of(tx, running.cohort.id, member.id)
        if review.deliverable == deliverable.key and review.lease_until is None and review.due_at < due_at
    ]


def _look_again(tx: Tx, running: Running, member: Member, now: datetime) -> None:
    """Whether they are at risk may have changed, which their work in the mentors' queue says."""
    for revision in submissions.of_member(tx, running.cohort.id, member.id).values():
        if queue.waiting(tx, revision.submission_id) is not None:
            settling.settle(tx, running, revision.submission_id, now)


def _note(tx: Tx, here: Here, action: str, member: Member, now: datetime, **detail: str) -> None:
    cohorts.note(tx, here.cohort.id, action, now=now, actor_id=here.actor_id, subject_id=member.id, **detail)
