"""What follows on a server's rosters when Discord roles are given, taken away or deleted, and when people leave."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import datetime

from bot.cohorts import enrolment, places, problems, store
from bot.cohorts.enrolment import BY_ROLE, FIRST_WEEK
from bot.cohorts.rules import ROLES, Cohort, Role, Running
from bot.cohorts.service import running
from bot.database import Tx

LEFT_SERVER = "left the server"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Somebody on a server, and which of the watched roles they were given or lost."""

    guild_id: int
    user_id: int
    name: str
    gained: Set[int] = frozenset()
    lost: Set[int] = frozenset()


def watched(tx: Tx, guild_id: int) -> set[int]:
    """The Discord roles that bring people onto a roster of a server."""
    found = (cohort.role_id(role) for cohort in _cohorts(tx, guild_id) for role in ROLES)
    return {role_id for role_id in found if role_id is not None}


def shared(tx: Tx, cohort: Cohort) -> set[int]:
    """The Discord roles of a cohort that other cohorts of its server use too."""
    others = (other for other in _cohorts(tx, cohort.guild_id) if other.id != cohort.id)
    used = {other.role_id(role) for other in others for role in ROLES}
    return {role_id for role in ROLES if (role_id := cohort.role_id(role)) is not None and role_id in used}


def concerns(tx: Tx, seen: Seen) -> bool:
    """Whether a roster may have to follow, or a name that we know is out of date."""
    member = store.member_of_user(tx, seen.user_id)
    return bool(seen.gained or seen.lost) or (member is not None and member.name != seen.name)


def follow(tx: Tx, seen: Seen, now: datetime) -> bool:
    """Take in whoever was given a cohort's role, end the place of whoever lost it; False if no place changed."""
    places.rename(tx, seen.user_id, seen.name)
    changed = False
    for cohort in _cohorts(tx, seen.guild_id):
        for role in ROLES:
            role_id = cohort.role_id(role)
            if role_id in seen.gained:
                changed |= _came(tx, running(tx, cohort.id), seen, role, now)
            elif role_id in seen.lost:
                changed |= _went(tx, running(tx, cohort.id), seen.user_id, [role], BY_ROLE, now)
    return changed


def leave(tx: Tx, guild_id: int, user_id: int, now: datetime) -> bool:
    """End what somebody who left the server was by a Discord role; where none goes with it, a lead ends it."""
    changed = False
    for cohort in _cohorts(tx, guild_id):
        roles: list[Role] = [role for role in ROLES if cohort.role_id(role) is not None]
        changed |= _went(tx, running(tx, cohort.id), user_id, roles, LEFT_SERVER, now)
    return changed


def look(tx: Tx, guild_id: int, existing: Set[int], now: datetime) -> bool:
    """Tell the leads of each cohort whose Discord role is gone from the server, once; False if nothing is new."""
    changed = False
    for cohort in _cohorts(tx, guild_id):
        course = running(tx, cohort.id)
        for role in ROLES:
            role_id = cohort.role_id(role)
            if role_id is not None and role_id not in existing:
                week = course.now_week(now) or FIRST_WEEK
                changed |= problems.tell(
                    tx, cohort.id, problems.of_role(role), _deleted(cohort, role), week=week, now=now
                )
            else:
                problems.mend(tx, cohort.id, problems.of_role(role), now)
    return changed


def _deleted(cohort: Cohort, role: Role) -> str:
    return (
        f"The Discord role for {role}s of {cohort.name} was deleted. Nobody was taken off the roster for it, but it "
        f"brings nobody in any more and cannot be pinged. Make a new role, then use `/roster role` with role: {role}."
    )


def _cohorts(tx: Tx, guild_id: int) -> Iterator[Cohort]:
    for cohort_id in places.unfinished(tx, guild_id):
        yield store.cohort(tx, cohort_id)


def _came(tx: Tx, course: Running, seen: Seen, role: Role, now: datetime) -> bool:
    came = enrolment.take_in(tx, course, seen.user_id, seen.name, role, now, "roster.joined", reason=BY_ROLE)
    member = store.remember(tx, seen.user_id, seen.name)
    places.seen(tx, course.cohort.id, member.id, role)
    return came


def _went(tx: Tx, course: Running, user_id: int, roles: list[Role], reason: str, now: datetime) -> bool:
    member = store.member_of_user(tx, user_id)
    return member is not None and enrolment.end(tx, course, member.id, roles, reason, now)
