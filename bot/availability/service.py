"""Saying who can be asked for reviews, and by whose work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.availability import rules, store
from bot.availability.rules import Absence, Apart, Leave
from bot.cohorts import enrolment
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Here, Member, parse_reason
from bot.database import Database, Tx
from bot.errors import CourseError


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two people of a cohort that a lead named, and whether they are kept apart already."""

    one: Member
    other: Member
    apart: bool


class Availability:
    """Where people say that they are away, and leads keep people apart."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def leave(self, here: Here, until: str, reason: str | None, now: datetime) -> Leave:
        """What somebody means by an absence; nothing is kept until they `tell` it."""
        rules.traveller(here)
        return rules.leave(here, until, reason, now)

    async def tell(self, here: Here, day: date, reason: str, now: datetime) -> Absence:
        """Keep that somebody is away until the end of a day: reviews due until then are asked of others."""
        member = rules.traveller(here)
        until = rules.check_until(here.cohort, day, now)
        return await self._database.write(_tell, here, member, until, parse_reason(reason), now)

    async def back(self, here: Here, now: datetime) -> bool:
        """End somebody's absence now; False if they were not away."""
        return await self._database.write(_back, here, here.known(), now)

    async def away(self, here: Here, now: datetime) -> Absence | None:
        """Somebody's own absence, if they are away."""
        return await self._database.read(store.absence, here.cohort.id, here.known().id, now)

    async def who_is_away(self, here: Here, now: datetime) -> Sequence[Absence]:
        """Everybody who is away, with their reasons, for mentors and leads."""
        here.staff()
        return await self._database.read(store.absences, here.cohort.id, now)

    async def pair(self, here: Here, one: int, other: int, *, apart: bool) -> Pair:
        """Two people by their Discord ids, before a lead keeps them apart or lets them together again."""
        here.lead()
        rules.check_pair(one, other)
        pair = await self._database.read(_pair, here, one, other)
        _refuse_unchanged(pair, apart=apart)
        return pair

    async def forbid(self, here: Here, one: int, other: int, reason: str, now: datetime) -> Pair:
        """Keep two people apart: from now on neither reviews the other."""
        here.lead()
        rules.check_pair(one, other)
        return await self._database.write(_forbid, here, one, other, parse_reason(reason), now)

    async def allow(self, here: Here, one: int, other: int, now: datetime) -> Pair:
        """Let two people review each other again."""
        here.lead()
        return await self._database.write(_allow, here, one, other, now)

    async def pairs_apart(self, here: Here) -> Sequence[Apart]:
        """Every pair that is kept apart."""
        here.lead()
        return await self._database.read(store.pairs_apart, here.cohort.id)


def _tell(tx: Tx, here: Here, member: Member, until: datetime, reason: str, now: datetime) -> Absence:
    store.begin(tx, here.cohort.id, member.id, until=until, reason=reason, now=now)
    cohorts.note(
        tx,
        here.cohort.id,
        "away.told",
        now=now,
        actor_id=member.id,
        subject_id=member.id,
        until=until.isoformat(),
    )
    enrolment.owe_freed(tx, here, "away", str(member.id), now)
    return Absence(member=member, from_at=now, until_at=until, reason=reason)


def _back(tx: Tx, here: Here, member: Member, now: datetime) -> bool:
    ended = store.finish(tx, here.cohort.id, member.id, now)
    if ended:
        cohorts.note(tx, here.cohort.id, "away.back", now=now, actor_id=member.id, subject_id=member.id)
    return ended


def _pair(tx: Tx, here: Here, one: int, other: int) -> Pair:
    first, second = (_known(tx, here, user_id) for user_id in (one, other))
    return Pair(one=first, other=second, apart=store.is_forbidden(tx, here.cohort.id, first.id, second.id))


def _known(tx: Tx, here: Here, user_id: int) -> Member:
    """Somebody who is or was on the roster: a pair outlives a withdrawal."""
    found = [item.member for item in cohorts.roster(tx, here.cohort.id) if item.member.user_id == user_id]
    if not found:
        raise CourseError(
            f"<@{user_id}> is not on the roster of {here.cohort.name}. `/roster list` shows everyone who is."
        )
    return found[0]


def _refuse_unchanged(pair: Pair, *, apart: bool) -> None:
    names = f"<@{pair.one.user_id}> and <@{pair.other.user_id}>"
    if pair.apart and apart:
        raise CourseError(
            f"{names} are kept apart already. `/pairs forbid` with `undo: True` lets them review each other again."
        )
    if not pair.apart and not apart:
        raise CourseError(
            f"Nothing keeps {names} apart. `/pairs forbid` without options lists every such pair."
        )


def _forbid(tx: Tx, here: Here, one: int, other: int, reason: str, now: datetime) -> Pair:
    pair = _pair(tx, here, one, other)
    _refuse_unchanged(pair, apart=True)
    first, second = sorted((pair.one.id, pair.other.id))
    store.forbid(tx, here.cohort.id, first, second, reason=reason, now=now)
    _note(tx, here, "pairs.forbidden", pair, now, reason=reason)
    enrolment.owe_freed(tx, here, "apart", f"{first}-{second}", now)
    return pair


def _allow(tx: Tx, here: Here, one: int, other: int, now: datetime) -> Pair:
    pair = _pair(tx, here, one, other)
    _refuse_unchanged(pair, apart=False)
    store.allow(tx, here.cohort.id, pair.one.id, pair.other.id)
    _note(tx, here, "pairs.allowed", pair, now)
    return pair


def _note(tx: Tx, here: Here, action: str, pair: Pair, now: datetime, **detail: str) -> None:
    cohorts.note(
        tx,
        here.cohort.id,
        action,
        now=now,
        actor_id=here.actor_id,
        subject_id=pair.one.id,
        other_id=pair.other.id,
        **detail,
    )
