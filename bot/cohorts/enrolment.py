"""How people come onto a cohort's roster and leave it, each in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot import ledger
from bot.calendar import Owed
from bot.cohorts import store
from bot.cohorts.rules import ROLES, Here, Member, Role, Running
from bot.database import Tx, micros
from bot.errors import CourseError

FIRST_WEEK = 1  # what follows before the course begins belongs to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What a sync of the roster with the server's roles changed; who had withdrawn stays withdrawn."""

    added: Sequence[tuple[Role, str]]
    already: int
    withdrawn: Sequence[str]
    missing_roles: Sequence[Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Somebody on the roster, and all that they are there."""

    member: Member
    roles: frozenset[Role]


def enroll(tx: Tx, here: Here, user_id: int, name: str, role: Role, now: datetime) -> bool:
    """Put one person on the roster; False if they were there already."""
    member = store.remember(tx, user_id, name)
    before = store.enrollments_of(tx, user_id).get(here.cohort.id, {})
    added = store.enroll(tx, here.cohort.id, member.id, role, now)
    if added and before:
        owe_freed(tx, here, "back", str(member.id), now)
    if added:
        store.note(
            tx,
            here.cohort.id,
            "roster.added",
            now=now,
            actor_id=_actor(here),
            subject_id=member.id,
            role=role,
        )
    return added


def sync(tx: Tx, here: Here, holders: Mapping[Role, Sequence[tuple[int, str]]], now: datetime) -> Synced:
    """Put on the roster whoever holds one of the cohort's Discord roles."""
    left = {(item.role, item.member.user_id) for item in store.roster(tx, here.cohort.id) if not item.active}
    added: list[tuple[Role, str]] = []
    withdrawn: list[str] = []
    already = 0
    for role, people in holders.items():
        for user_id, name in people:
            if (role, user_id) in left:
                withdrawn.append(name)
            elif enroll(tx, here, user_id, name, role, now):
                added.append((role, name))
            else:
                already += 1
    missing: list[Role] = [role for role in ROLES if here.cohort.role_id(role) is None]
    return Synced(added=added, already=already, withdrawn=withdrawn, missing_roles=missing)


def student(tx: Tx, here: Here, user_id: int) -> Member:
    """A student of the cohort, also one who was withdrawn."""
    found = [
        item.member
        for item in store.roster(tx, here.cohort.id)
        if item.role == "student" and item.member.user_id == user_id
    ]
    if not found:
        raise CourseError(
            f"<@{user_id}> is not a student of {here.cohort.name}. `/roster list` shows everyone who is."
        )
    return found[0]


def place(tx: Tx, here: Here, user_id: int) -> Place:
    """Somebody who is on the roster now; a refusal if they are not, or not any more."""
    found = [item for item in store.roster(tx, here.cohort.id) if item.member.user_id == user_id]
    if not found:
        raise CourseError(
            f"<@{user_id}> is not on the roster of {here.cohort.name}. `/roster list` shows everyone who is."
        )
    roles: frozenset[Role] = frozenset(item.role for item in found if item.active)
    if not roles:
        raise CourseError(
            f"<@{user_id}> was withdrawn from {here.cohort.name} already. `/roster add` takes them in again."
        )
    return Place(member=found[0].member, roles=roles)


def withdraw(tx: Tx, here: Here, user_id: int, reason: str, now: datetime) -> Place:
    """End all that somebody is in the cohort; what they did in it stays."""
    leaving = place(tx, here, user_id)
    member = leaving.member
    store.withdraw(tx, here.cohort.id, member.id)
    store.note(
        tx,
        here.cohort.id,
        "roster.withdrawn",
        now=now,
        actor_id=_actor(here),
        subject_id=member.id,
        roles=sorted(leaving.roles),
        reason=reason,
    )
    owe_freed(tx, here, "left", str(member.id), now)
    return leaving


def owe_freed(
    tx: Tx, running: Running, what: Literal["away", "left", "apart", "back"], who: str, now: datetime
) -> None:
    """Have reviews that somebody cannot give any more given to others, and who is back taken up again.

    It happens now, or when a paused course goes on.
    """
    if store.cohort(tx, running.cohort.id).state not in ("running", "paused"):
        return
    key = f"{what}{who}.{micros(now)}"
    week = running.now_week(now) or FIRST_WEEK
    ledger.owe(tx, running.cohort.id, [Owed(kind="freed", key=key, week=week, due_at=now)])


def _actor(here: Here) -> int | None:
    return None if here.member is None else here.member.id
