"""A student asks for more time, and the first lead who answers decides: each in one transaction."""

from __future__ import annotations

from datetime import datetime

from bot import ledger
from bot.calendar import Owed
from bot.cohorts import allowances
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Here, Member, Running
from bot.curriculum import Deliverable
from bot.database import Tx
from bot.errors import CourseError
from bot.extensions import granting, rules, store
from bot.extensions.rules import Asked, Request
from bot.revisions import watching
from bot.submissions import store as submissions


def ask(tx: Tx, here: Here, deliverable: Deliverable, days: int, reason: str, now: datetime) -> Asked:
    """Ask for more days for a deliverable; each lead gets a letter."""
    member = here.student()
    rules.check_running(here.cohort)
    if submissions.latest(tx, here.cohort.id, member.id, deliverable.key) is not None:
        raise CourseError(
            f"You have handed in {deliverable.name} already, so it needs no more time. You can still change it: "
            "`/submit` opens it."
        )
    allowed = here.allowed.get(deliverable.key)
    if allowed is not None and allowed.is_excused:
        raise CourseError(
            f"You may leave out {deliverable.name}, so it needs no more time. It is still welcome: `/submit`."
        )
    words = rules.parse_request(here, deliverable, here.own_deadline(deliverable), days, reason, now)
    request = store.ask(tx, here.cohort.id, member.id, deliverable.key, days=days, reason=words, now=now)
    if request is None:
        raise CourseError(
            f"You have asked for more time for {deliverable.name} already, and that waits for a lead. `/me` shows it, "
            "with a button to take it back."
        )
    _note(tx, here, "extension.asked", request, now, days=days)
    letters = [
        Owed(
            kind="request",
            key=f"q{request.id}.m{lead.id}",
            week=deliverable.week,
            due_at=now,
            member_id=lead.id,
        )
        for lead in cohorts.active(tx, here.cohort.id, "lead")
    ]
    ledger.owe(tx, here.cohort.id, letters)
    return view(tx, here, request, now)


def withdraw(tx: Tx, here: Here, request_id: int, now: datetime) -> Asked:
    """Take back what one has asked for."""
    member = here.known()
    request = store.request(tx, request_id)
    if request is None or request.cohort_id != here.cohort.id or request.member_id != member.id:
        raise CourseError("This is somebody else's request. `/me` shows what you have asked for.")
    if store.answer(tx, request_id, "withdrawn", by=member.id, now=now) is None:
        raise CourseError(_answered(view(tx, here, request, now)))
    _note(tx, here, "extension.withdrawn", request, now)
    return view(tx, here, request, now)


def view(tx: Tx, running: Running, request: Request, now: datetime) -> Asked:
    """A request with where its student stands."""
    deliverable = running.course.deliverable(request.deliverable)
    allowed = allowances.of_member(tx, running.cohort.id, request.member_id)
    before = running.deadline_for(deliverable, allowed.get(request.deliverable))
    until = rules.later_by(before, request.days, running.cohort)
    latest = submissions.latest(tx, running.cohort.id, request.member_id, request.deliverable)
    return Asked(
        running=running,
        request=request,
        member=cohorts.member(tx, request.member_id),
        deliverable=deliverable,
        before=before,
        until=until,
        handed_in=latest is not None,
        lately=watching.lately(tx, running, request.member_id, now),
        extensions=sum(item.until_at is not None for item in allowed.values()),
        by=None if request.answered_by is None else cohorts.member(tx, request.answered_by),
        is_past=until <= now,
    )


def found(tx: Tx, here: Here, request_id: int, now: datetime) -> Asked:
    """A request of this cohort that is still open; a CourseError that says who answered it, if somebody did."""
    request = store.request(tx, request_id)
    if request is None or request.cohort_id != here.cohort.id:
        raise CourseError(
            "I do not know this request any more. `/extend` without options lists those that wait."
        )
    asked = view(tx, here, request, now)
    if not request.is_open:
        raise CourseError(_answered(asked))
    return asked


def grant(tx: Tx, here: Here, request_id: int, until: datetime | None, words: str, now: datetime) -> Asked:
    """Give the time that was asked for, or until another date."""
    asked = found(tx, here, request_id, now)
    member = granting.student(tx, here, asked.member.user_id or 0)
    given = granting.plan(tx, here, member, asked.deliverable, until or asked.until, now)
    granting.give(tx, here, given, words or asked.request.reason, now)
    return _answer(tx, here, request_id, "granted", words, now)


def decline(tx: Tx, here: Here, request_id: int, words: str, now: datetime) -> Asked:
    """Leave the deadline where it is, with words for the student."""
    asked = found(tx, here, request_id, now)
    _note(tx, here, "extension.declined", asked.request, now, reason=words)
    return _answer(tx, here, request_id, "declined", words, now)


def close_by(tx: Tx, here: Here, member: Member, deliverable: Deliverable, now: datetime) -> None:
    """A lead gave more time by a command, or asks for nothing: that answers what the student has asked for."""
    for request in store.open_of(tx, here.cohort.id, member.id):
        if request.deliverable == deliverable.key:
            store.answer(tx, request.id, "granted", by=here.actor_id, now=now)


def _answer(tx: Tx, here: Here, request_id: int, answer: rules.Answer, words: str, now: datetime) -> Asked:
    request = store.answer(tx, request_id, answer, by=here.actor_id, words=words, now=now)
    assert request is not None  # noqa: S101 - it was open in this transaction
    week = here.course.deliverable(request.deliverable).week
    told = Owed(kind="answered", key=f"q{request.id}", week=week, due_at=now, member_id=request.member_id)
    ledger.owe(tx, here.cohort.id, [told])
    return view(tx, here, request, now)


def _answered(asked: Asked) -> str:
    request = asked.request
    when = "" if request.answered_at is None else f" <t:{int(request.answered_at.timestamp())}:R>"
    who = "A lead" if asked.by is None or asked.by.user_id is None else f"<@{asked.by.user_id}>"
    if request.answer == "withdrawn":
        return f"<@{asked.member.user_id}> took this request back{when}. Nothing is left to answer."
    done = "granted" if request.answer == "granted" else "declined"
    return f"{who} {done} this request{when}. `/extend` with a member and a deliverable still gives another date."


def _note(tx: Tx, here: Here, action: str, request: Request, now: datetime, **detail: str | int) -> None:
    cohorts.note(
        tx,
        here.cohort.id,
        action,
        now=now,
        actor_id=here.actor_id,
        subject_id=request.member_id,
        deliverable=request.deliverable,
        **detail,
    )
