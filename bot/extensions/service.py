"""Asking for more time, giving it, and letting somebody leave a deliverable out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cohorts import allowances
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Allowance, Here, Member, parse_reason
from bot.curriculum import Deliverable
from bot.database import Database, Tx
from bot.errors import CourseError
from bot.extensions import granting, requests, rules, store
from bot.extensions.rules import Asked, Excuse, Extension

Given = tuple[Member, Deliverable, Allowance]
"""What a student was allowed for a deliverable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A page of what waits for a lead's answer, oldest first, and the deadlines ahead for single students."""

    waiting: Sequence[Asked]
    given: Sequence[Given]
    page: int = 1
    pages: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended:
    """More time that was given; or only its newest look, if the deadline had changed since it was shown."""

    given: Extension
    is_done: bool


class Extensions:
    """Where students ask for more time, and leads give it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, here: Here, deliverable: Deliverable, days: int, reason: str, now: datetime) -> Asked:
        """Ask for more days for a deliverable."""
        return await self._database.write(requests.ask, here, deliverable, days, reason, now)

    async def withdraw(self, here: Here, request_id: int, now: datetime) -> Asked:
        """Take back one's own request."""
        return await self._database.write(requests.withdraw, here, request_id, now)

    async def desk(self, here: Here, now: datetime, page: int = 1) -> Desk:
        """A page of what waits for an answer, and what was given, for leads."""
        here.lead()
        return await self._database.read(_desk, here, page, now)

    async def request(self, here: Here, request_id: int, now: datetime) -> Asked:
        """One request that waits, for leads."""
        here.lead()
        return await self._database.read(requests.found, here, request_id, now)

    async def grant(self, here: Here, request_id: int, now: datetime) -> Asked:
        """Give the days that were asked for."""
        here.lead()
        return await self._database.write(requests.grant, here, request_id, None, "", now)

    async def give_other(self, here: Here, request_id: int, until: str, words: str, now: datetime) -> Asked:
        """Answer a request with another date than the one that was asked for."""
        here.lead()
        asked = await self.request(here, request_id, now)
        moment = rules.parse_until(until, here, asked.deliverable, now)
        return await self._database.write(requests.grant, here, request_id, moment, parse_reason(words), now)

    async def decline(self, here: Here, request_id: int, words: str, now: datetime) -> Asked:
        """Leave the deadline where it is; the student reads why."""
        here.lead()
        reason = parse_reason(words)
        if not reason:
            raise CourseError("Say in a few words why, so that the student knows what to do now.")
        return await self._database.write(requests.decline, here, request_id, reason, now)

    async def check_student(self, here: Here, user_id: int) -> None:
        """Refuse somebody who is no student of the cohort now."""
        here.lead()
        await self._database.read(granting.student, here, user_id)

    async def plan(
        self, here: Here, user_id: int, deliverable: Deliverable, until: datetime, now: datetime
    ) -> Extension:
        """What more time for a student would change; nothing is kept until it is given."""
        here.lead()
        return await self._database.read(_plan, here, user_id, deliverable, until, now)

    async def extend(
        self,
        here: Here,
        user_id: int,
        deliverable: Deliverable,
        until: datetime,
        reason: str,
        now: datetime,
        *,
        seen: datetime,
    ) -> Extended:
        """Give a student until then instead of the deadline that was seen, which also answers what they asked for."""
        here.lead()
        words = parse_reason(reason)
        return await self._database.write(_extend, here, user_id, deliverable, until, seen, words, now)

    async def plan_excuse(
        self, here: Here, user_id: int, deliverable: Deliverable, *, undo: bool, now: datetime
    ) -> Excuse:
        """What it would mean to let a student leave a deliverable out, or no longer."""
        here.lead()
        return await self._database.read(_plan_excuse, here, user_id, deliverable, undo, now)

    async def excuse(
        self, here: Here, user_id: int, deliverable: Deliverable, reason: str, *, undo: bool, now: datetime
    ) -> Excuse:
        """Let a student leave a deliverable out, or expect it of them again."""
        here.lead()
        return await self._database.write(
            _excuse, here, user_id, deliverable, parse_reason(reason), undo, now
        )

    async def excused(self, here: Here) -> Sequence[Given]:
        """Who may leave out what, for leads."""
        here.lead()
        return await self._database.read(_excused, here)


def _plan(
    tx: Tx, here: Here, user_id: int, deliverable: Deliverable, until: datetime, now: datetime
) -> Extension:
    return granting.plan(tx, here, granting.student(tx, here, user_id), deliverable, until, now)


def _extend(
    tx: Tx,
    here: Here,
    user_id: int,
    deliverable: Deliverable,
    until: datetime,
    seen: datetime,
    reason: str,
    now: datetime,
) -> Extended:
    given = _plan(tx, here, user_id, deliverable, until, now)
    if given.before != seen:
        return Extended(given=given, is_done=False)
    granting.give(tx, here, given, reason, now)
    granting.tell(tx, here, "more", given.member, deliverable, now)
    requests.close_by(tx, here, given.member, deliverable, now)
    return Extended(given=given, is_done=True)


def _plan_excuse(
    tx: Tx, here: Here, user_id: int, deliverable: Deliverable, undo: bool, now: datetime
) -> Excuse:
    member = granting.student(tx, here, user_id)
    return granting.plan_excuse(tx, here, member, deliverable, undo=undo, now=now)


def _excuse(
    tx: Tx, here: Here, user_id: int, deliverable: Deliverable, reason: str, undo: bool, now: datetime
) -> Excuse:
    meant = _plan_excuse(tx, here, user_id, deliverable, undo, now)
    granting.excuse(tx, here, meant, reason, now)
    if not undo:
        requests.close_by(tx, here, meant.member, deliverable, now)
    return meant


def _desk(tx: Tx, here: Here, page: int, now: datetime) -> Desk:
    found = store.waiting(tx, here.cohort.id)
    pages = max(1, -(-len(found) // rules.WAITING_A_PAGE))
    page = min(max(page, 1), pages)
    shown = found[(page - 1) * rules.WAITING_A_PAGE : page * rules.WAITING_A_PAGE]
    waiting = [requests.view(tx, here, request, now) for request in shown]
    ahead = [item for item in _given(tx, here) if item[2].until_at is not None and item[2].until_at > now]
    return Desk(waiting=waiting, given=ahead, page=page, pages=pages)


def _excused(tx: Tx, here: Here) -> list[Given]:
    return [item for item in _given(tx, here) if item[2].is_excused]


def _given(tx: Tx, here: Here) -> list[Given]:
    """What each student who is here was allowed, in the order of the course."""
    allowed = allowances.of_cohort(tx, here.cohort.id)
    students = cohorts.active(tx, here.cohort.id, "student")
    return [
        (student, item, allowed[student.id][item.key])
        for item in here.course.deliverables
        for student in students
        if item.key in allowed.get(student.id, {})
    ]
