"""How people come onto a cohort's roster and leave it, each in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot import ledger
from bot.calendar import Owed
from bot.cohorts import places, problems, store
from bot.cohorts.rules import ROLES, Here, Member, Placed, Role, Running
from bot.database import Tx, micros
from bot.errors import CourseError

BY_ROLE = "by Discord role"  # why somebody came or left, for the audit log, where no lead did it by hand
FIRST_WEEK = 1  # what follows before the course begins belongs to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What a sync of the roster with the server's roles changed; who had withdrawn stays withdrawn.

    `gone` carried the Discord role of their place and carry it no more, `lacking` were never seen to.
    """

    added: Sequence[tuple[Role, str]]
    already: int
    withdrawn: Sequence[str]
    missing_roles: Sequence[Role]
    gone: Sequence[Placed] = ()
    lacking: Sequence[Placed] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Somebody on the roster, and all that they are there."""

    member: Member
    roles: frozenset[Role]


def enroll(
    tx: Tx, here: Here, user_id: int, name: str, role: Role, now: datetime, *, reason: str = ""
) -> bool:
    """Put one person on the roster; False if they were there already."""
    detail = {"reason": reason} if reason else {}
    return take_in(tx, here, user_id, name, role, now, "roster.added", actor_id=here.actor_id, **detail)


def take_in(
    tx: Tx,
    running: Running,
    user_id: int,
    name: str,
    role: Role,
    now: datetime,
    action: str,
    *,
    actor_id: int | None = None,
    **detail: str,
) -> bool:
    """Give somebody a place, also once more; False if they have it."""
    cohort_id = running.cohort.id
    member = store.remember(tx, user_id, name)
    before = store.enrollments_of(tx, user_id).get(cohort_id, {})
    if not store.enroll(tx, cohort_id, member.id, role, now):
        return False
    if before:
        owe_freed(tx, running, "back", str(member.id), now)
    store.note(tx, cohort_id, action, now=now, actor_id=actor_id, subject_id=member.id, role=role, **detail)
    return True


def sync(tx: Tx, here: Here, holders: Mapping[Role, Sequence[tuple[int, str]]], now: datetime) -> Synced:
    """Put on the roster whoever holds one of the cohort's Discord roles; nobody is taken off it."""
    cohort_id = here.cohort.id
    left = {(item.role, item.member.user_id) for item in store.roster(tx, cohort_id) if not item.active}
    added: list[tuple[Role, str]] = []
    withdrawn: list[str] = []
    already = 0
    for role, people in holders.items():
        problems.mend(tx, cohort_id, problems.of_role(role), now)
        for user_id, name in people:
            if (role, user_id) in left:
                withdrawn.append(name)
                continue
            if enroll(tx, here, user_id, name, role, now):
                added.append((role, name))
            else:
                already += 1
            places.seen(tx, cohort_id, store.remember(tx, user_id, name).id, role)
    missing: list[Role] = [role for role in ROLES if here.cohort.role_id(role) is None]
    gone, lacking = not_carrying(tx, here, holders)
    return Synced(
        added=added,
        already=already,
        withdrawn=withdrawn,
        missing_roles=missing,
        gone=gone,
        lacking=lacking,
    )


def not_carrying(
    tx: Tx, here: Here, holders: Mapping[Role, Sequence[tuple[int, str]]]
) -> tuple[list[Placed], list[Placed]]:
    """Who has a place and does not carry its Discord role: those who did once, and those who never were seen to.

    Nobody locks themselves out: whoever asks is not among the first.
    """
    carrying = {(role, user_id) for role, people in holders.items() for user_id, _ in people}
    found = [
        item
        for item in places.of_cohort(tx, here.cohort.id)
        if item.active
        and item.role in holders
        and item.member.user_id is not None
        and (item.role, item.member.user_id) not in carrying
    ]
    gone = [item for item in found if item.by_role and item.member.user_id != here.user_id]
    return gone, [item for item in found if not item.by_role]


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
        actor_id=here.actor_id,
        subject_id=member.id,
        roles=sorted(leaving.roles),
        reason=reason,
    )
    owe_freed(tx, here, "left", str(member.id), now)
    return leaving


def part(tx: Tx, here: Here, leaving: Sequence[Placed], now: datetime) -> None:
    """End the places of people who lost the Discord role that went with them, as their lead confirmed."""
    for item in leaving:
        end(tx, here, item.member.id, [item.role], BY_ROLE, now, actor_id=here.actor_id)


def end(
    tx: Tx,
    running: Running,
    member_id: int,
    roles: Sequence[Role],
    reason: str,
    now: datetime,
    *,
    actor_id: int | None = None,
) -> bool:
    """End some of a member's places; False if they had none of them."""
    ended = [role for role in roles if places.end(tx, running.cohort.id, member_id, role)]
    if not ended:
        return False
    store.note(
        tx,
        running.cohort.id,
        "roster.withdrawn",
        now=now,
        actor_id=actor_id,
        subject_id=member_id,
        roles=sorted(ended),
        reason=reason,
    )
    owe_freed(tx, running, "left", str(member_id), now)
    return True


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
