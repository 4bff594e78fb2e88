"""Setting up a cohort, starting it, and knowing who is who in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from bot import ledger
from bot.cohorts import allowances, creation, enrolment, places, rules, setup, store
from bot.cohorts import ladder as ladders
from bot.cohorts.choosing import choose
from bot.cohorts.enrolment import Place, Synced
from bot.cohorts.rules import ROLES, Asker, Cohort, Enrolled, Here, Member, Role, Running
from bot.cohorts.setup import Plan, Wanted
from bot.course import store as versions
from bot.curriculum import Curriculum, Ladder, Step
from bot.database import Database, Tx
from bot.errors import CourseError, NotAllowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A cohort as its lead sees it; `ahead` is what the ledger owes next: kind, week, instant."""

    here: Here
    counts: Mapping[Role, int]
    ahead: Sequence[tuple[str, int, datetime]]
    problems: Sequence[tuple[str, datetime]]


class Cohorts:
    """The desk where cohorts are made and people are known."""

    def __init__(self, database: Database, course: Curriculum) -> None:
        self._database = database
        self._course = course

    async def here(self, asker: Asker, now: datetime, *, cohort_id: int | None = None) -> Here:
        """The cohort a person means and what they are in it.

        Whoever carries one of the cohort's roles is put on its roster the first time they ask.
        """
        here, joins = await self._database.read(_locate, asker, cohort_id)
        if joins:
            here = await self._database.write(_join, here, asker, now)
        return here

    async def create(
        self,
        asker: Asker,
        *,
        name: str,
        channel_id: int,
        starts_on: str,
        timezone: str,
        role_ids: Mapping[Role, int | None],
        now: datetime,
    ) -> Running:
        """Write down a new cohort as a draft; nothing is posted until it is started.

        The same name again changes that draft; a role that is left out stays as it is there.
        """
        wanted = Wanted(
            name=name, channel_id=channel_id, starts_on=starts_on, timezone=timezone, role_ids=role_ids
        )
        draft = setup.draft(asker, wanted, now)
        cohort = await self._database.write(creation.create, asker, draft, self._course, now)
        return _running(cohort, self._course)

    def plan(self, here: Here, now: datetime) -> tuple[Running, Plan]:
        """What a start would set going now, with the course as its file is now; a refusal if it cannot start."""
        here.lead()
        running = _running(here.cohort, self._course)
        setup.check_start(running, now)
        return running, setup.plan(running.times, now)

    async def start(self, here: Here, now: datetime) -> Running:
        """Set the course going: from now on everything it owes is in the ledger."""
        here.lead()
        return await self._database.write(_start, here, self._course, now)

    async def overview(self, here: Here) -> Overview:
        """The cohort at a glance, for its leads and mentors."""
        here.staff()
        return await self._database.read(_overview, here)

    async def enroll(self, here: Here, user_id: int, name: str, role: Role, now: datetime) -> bool:
        """Put one person on the roster; False if they were there already."""
        here.lead()
        return await self._database.write(enrolment.enroll, here, user_id, name, role, now)

    async def sync(
        self, here: Here, holders: Mapping[Role, Sequence[tuple[int, str]]], now: datetime
    ) -> Synced:
        """Put on the roster whoever holds one of the cohort's Discord roles; nobody is taken off."""
        here.lead()
        return await self._database.write(enrolment.sync, here, holders, now)

    async def roster(self, here: Here) -> list[Enrolled]:
        """Everyone in the cohort, for its leads and mentors."""
        here.staff()
        return await self._database.read(store.roster, here.cohort.id)

    async def place(self, here: Here, user_id: int) -> Place:
        """Somebody on the roster, before their lead withdraws them."""
        _not_oneself(here, user_id)
        return await self._database.read(enrolment.place, here, user_id)

    async def withdraw(self, here: Here, user_id: int, reason: str, now: datetime) -> Place:
        """End all that somebody is in the cohort: their open reviews are given to others, nothing is deleted."""
        _not_oneself(here, user_id)
        return await self._database.write(enrolment.withdraw, here, user_id, rules.parse_reason(reason), now)

    def ladder(self, here: Here, wanted: Mapping[Step, int | None]) -> Ladder:
        """The cohort's ladder with some steps set anew; a refusal if it could not stand so."""
        here.lead()
        return ladders.changed(here.course.review.ladder, wanted)

    async def keep_ladder(self, here: Here, hours: Mapping[Step, int], now: datetime) -> Ladder:
        """Give the cohort a ladder of its own, for the rounds that begin from now on."""
        ladder = self.ladder(here, hours)
        await self._database.write(_keep_ladder, here, ladder, now)
        return ladder

    async def student(self, here: Here, user_id: int) -> Member:
        """A student of this cohort by their Discord id, for its leads and mentors."""
        if not here.is_staff:
            raise NotAllowed(
                "A student's progress is shown to its owner and to mentors and leads. Use `/progress` for yours."
            )
        return await self._database.read(enrolment.student, here, user_id)


def _not_oneself(here: Here, user_id: int) -> None:
    here.lead()
    if user_id == here.user_id:
        raise CourseError(
            "You cannot withdraw yourself, so that nobody locks themselves out. Ask another lead, or whoever runs "
            "this server."
        )


def _running(cohort: Cohort, course: Curriculum) -> Running:
    return _known_run(cohort, _Played(ladders.course_of(cohort, course)))


@dataclass(frozen=True, eq=False, slots=True)
class _Played:
    """A course, told from others by being the very same one: comparing its every word would take long."""

    course: Curriculum

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Played) and other.course is self.course

    def __hash__(self) -> int:
        return id(self.course)


@lru_cache(maxsize=256)  # a calendar is asked for by every row of the ledger, and changes once in a while
def _known_run(cohort: Cohort, played: _Played) -> Running:
    return Running(cohort=cohort, course=played.course)


def _locate(tx: Tx, asker: Asker, cohort_id: int | None) -> tuple[Here, bool]:
    places = store.enrollments_of(tx, asker.user_id)
    if cohort_id is None:
        mine = {place for place, roles in places.items() if any(roles.values())}
        cohort = choose(store.in_reach(tx, asker.user_id, asker.guild_id), asker, mine)
    else:
        cohort = _known(tx, cohort_id)
    enrolled = places.get(cohort.id, {})
    member = store.member_of_user(tx, asker.user_id)
    here = Here(
        cohort=cohort,
        course=ladders.course_of(cohort, versions.version(tx, cohort.course_version_id)),
        user_id=asker.user_id,
        member=member,
        roles=rules.roles_of(cohort, asker, enrolled),
        withdrawn=bool(enrolled) and not any(enrolled.values()),
        allowed={} if member is None else allowances.of_member(tx, cohort.id, member.id),
    )
    joins = any(role not in enrolled for role in _carried(cohort, asker))
    return here, joins or (here.member is None and bool(here.roles))


def _known(tx: Tx, cohort_id: int) -> Cohort:
    try:
        return store.cohort(tx, cohort_id)
    except LookupError:
        raise CourseError(
            "This button belongs to a cohort that I no longer know. `/me` in a cohort's channel shows what is yours."
        ) from None


def _carried(cohort: Cohort, asker: Asker) -> list[Role]:
    """What a person is by the Discord roles that they carry."""
    if asker.guild_id != cohort.guild_id:
        return []
    return [role for role in ROLES if cohort.role_id(role) in asker.role_ids]


def _join(tx: Tx, here: Here, asker: Asker, now: datetime) -> Here:
    member = store.remember(tx, asker.user_id, asker.name)
    known = store.enrollments_of(tx, asker.user_id).get(here.cohort.id, {})
    for role in _carried(here.cohort, asker):
        if role not in known:
            enrolment.take_in(
                tx, here, asker.user_id, asker.name, role, now, "roster.joined", reason=enrolment.BY_ROLE
            )
            places.seen(tx, here.cohort.id, member.id, role)
    return _locate(tx, asker, here.cohort.id)[0]


def _start(tx: Tx, here: Here, course: Curriculum, now: datetime) -> Running:
    running = _running(store.cohort(tx, here.cohort.id), course)
    setup.check_start(running, now)
    store.set_started(tx, here.cohort.id, versions.keep(tx, course, now), now)
    ledger.owe(tx, here.cohort.id, setup.plan(running.times, now).owed)
    store.note(tx, here.cohort.id, "cohort.started", now=now, actor_id=here.actor_id)
    return _running(store.cohort(tx, here.cohort.id), course)


def _overview(tx: Tx, here: Here) -> Overview:
    roster = [item for item in store.roster(tx, here.cohort.id) if item.active]
    return Overview(
        here=here,
        counts={role: sum(item.role == role for item in roster) for role in ROLES},
        ahead=ledger.ahead(tx, here.cohort.id, limit=setup.AHEAD),
        problems=store.problems(tx, here.cohort.id),
    )


def _keep_ladder(tx: Tx, here: Here, ladder: Ladder, now: datetime) -> None:
    before = _running(store.cohort(tx, here.cohort.id), here.course).course.review.ladder
    store.set_ladder(tx, here.cohort.id, ladder.model_dump_json())
    changes = {step: [old, new] for step, old, new in ladders.differences(before, ladder)}
    store.note(tx, here.cohort.id, "cohort.ladder", now=now, actor_id=here.actor_id, changes=changes)


def running(tx: Tx, cohort_id: int) -> Running:
    """A cohort with its course and calendar, for what is said on schedule."""
    cohort = store.cohort(tx, cohort_id)
    return _running(cohort, versions.version(tx, cohort.course_version_id))
