"""Cohorts, and who is who in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from bot import calendar
from bot.calendar import Changes, Clock, WeekTimes
from bot.cohorts import plans
from bot.curriculum import Curriculum, Deliverable
from bot.errors import CourseError, NotAllowed

Role = Literal["student", "mentor", "lead"]
ROLES: tuple[Role, ...] = ("student", "mentor", "lead")
BY_DISCORD: tuple[Role, ...] = ("mentor", "lead")  # a student is put on the roster, with a date of joining
State = Literal["draft", "running", "paused", "finished"]

REASON_LIMIT = 300  # enough for a few sentences, and short enough for a list that shows many


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Whoever uses a command or presses a button, as Discord shows them to us."""

    user_id: int
    name: str
    guild_id: int | None
    channel_ids: tuple[int, ...] = ()
    role_ids: frozenset[int] = frozenset()
    manages_guild: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person we know; `user_id` is gone once they asked to be forgotten."""

    id: int
    user_id: int | None
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """A member's place in a cohort."""

    member: Member
    role: Role
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A member's place in a cohort; `by_role` once they were seen to carry its Discord role."""

    member: Member
    role: Role
    active: bool
    since: datetime
    by_role: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A cohort as a lead describes it."""

    guild_id: int
    name: str
    channel_id: int
    timezone: str
    starts_on: date
    role_ids: Mapping[Role, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """A group that takes the course together, on its own calendar."""

    id: int
    guild_id: int
    name: str
    channel_id: int
    timezone: str
    starts_on: date
    state: State
    course_version_id: int
    student_role_id: int | None
    mentor_role_id: int | None
    lead_role_id: int | None
    seed: int
    created_by: int
    ladder: str | None = None  # its own, as JSON; the course file's if there is none
    calendar: str | None = None  # its own rhythms and breaks, likewise
    paused_at: datetime | None = None
    finished_at: datetime | None = None
    keep_days: int | None = None  # what is known about its people is forgotten so long after that
    forgotten_at: datetime | None = None

    @property
    def changes(self) -> Changes:
        """How its calendar differs from the course file's."""
        return plans.changes(self.calendar)

    @property
    def stopped_at(self) -> datetime | None:
        """Since when its clock stands still, if it does: it was paused, or finished."""
        return self.paused_at or self.finished_at

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose wall clock the cohort lives by."""
        return ZoneInfo(self.timezone)

    def role_id(self, role: Role) -> int | None:
        """The Discord role that goes with a role of ours."""
        return {"student": self.student_role_id, "mentor": self.mentor_role_id, "lead": self.lead_role_id}[
            role
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What a lead allowed one student for one deliverable: more time, or to leave it out."""

    until_at: datetime | None
    excused_at: datetime | None
    reason: str
    granted_at: datetime

    @property
    def is_excused(self) -> bool:
        """Whether they may leave it out."""
        return self.excused_at is not None


@dataclass(frozen=True, kw_only=True)
class Running:
    """A cohort with its course and its calendar."""

    cohort: Cohort
    course: Curriculum

    @cached_property
    def times(self) -> tuple[WeekTimes, ...]:
        """Every week's moments."""
        course = self.course
        cohort = self.cohort
        return calendar.weeks(
            course.rhythm, course.review, len(course.weeks), cohort.starts_on, cohort.zone, cohort.changes
        )

    def week(self, number: int) -> WeekTimes:
        """One week's moments."""
        return self.times[number - 1]

    @cached_property
    def clock(self) -> Clock:
        """The clock by which people have their time.

        It stands still in breaks, while the cohort is paused, and once it is finished.
        """
        return calendar.clock(self.cohort.changes, self.cohort.zone, self.cohort.stopped_at)

    def now_week(self, now: datetime) -> int | None:
        """The number of the week that runs now, if one does; while the clock stands still, the one that ran then."""
        running = calendar.current(self.times, self.clock.reads(now))
        return None if running is None else running.number

    def begun(self, now: datetime) -> int:
        """How many of the weeks have begun."""
        reached = self.clock.reads(now)
        return sum(week.kickoff <= reached for week in self.times)

    def is_over(self, now: datetime) -> bool:
        """Whether the course has ended: its last week has, or a lead has finished it."""
        return self.cohort.state == "finished" or self.clock.reads(now) >= self.times[-1].ends

    def deadline(self, deliverable: Deliverable) -> datetime:
        """When a deliverable is due for everybody."""
        return self.week(deliverable.week).deadline

    def own_deadline(self, deliverable: Deliverable) -> datetime:
        """When a deliverable is due for whoever looks: like everybody's where it is nobody in particular."""
        return self.deadline(deliverable)

    def deadline_for(self, deliverable: Deliverable, allowed: Allowance | None) -> datetime:
        """When a deliverable is due for somebody with what they were allowed for it; never before everybody's."""
        usual = self.deadline(deliverable)
        return usual if allowed is None or allowed.until_at is None else max(usual, allowed.until_at)

    def has_passed(self, deadline: datetime, now: datetime) -> bool:
        """Whether a deadline is over; on the dot it is not, and while the clock stands still none falls due."""
        return self.clock.reads(now) > deadline


@dataclass(frozen=True, kw_only=True)
class Here(Running):
    """A cohort as one person sees it: who they are in it and what they may do."""

    user_id: int
    member: Member | None
    roles: frozenset[Role]
    withdrawn: bool = False  # in whatever they once were here
    allowed: Mapping[str, Allowance] = field(default_factory=dict[str, Allowance])  # to them, by deliverable

    def own_deadline(self, deliverable: Deliverable) -> datetime:
        """When a deliverable is due for this person."""
        return self.deadline_for(deliverable, self.allowed.get(deliverable.key))

    @property
    def actor_id(self) -> int | None:
        """Who acts, for the log; None while nobody has written them down."""
        return None if self.member is None else self.member.id

    @property
    def is_lead(self) -> bool:
        """Whether they lead this cohort (a server's managers do)."""
        return "lead" in self.roles

    @property
    def is_staff(self) -> bool:
        """Whether they mentor or lead this cohort."""
        return bool(self.roles & {"mentor", "lead"})

    def known(self) -> Member:
        """The member behind this person, or a refusal that says how to become one."""
        if self.member is None or not self.roles:
            if self.withdrawn:
                raise NotAllowed(
                    f"You were withdrawn from {self.cohort.name}; what you did in it is kept. If you want to come "
                    "back, ask a cohort lead: `/roster add` takes you in again."
                )
            raise NotAllowed(
                f"You are not on the roster of {self.cohort.name} yet. "
                "Ask a cohort lead to add you with `/roster add`, then try again."
            )
        return self.member

    def student(self) -> Member:
        """The member, if they study in this cohort; a refusal otherwise."""
        member = self.known()
        if "student" not in self.roles:
            raise NotAllowed(
                f"This is for the students of {self.cohort.name}, and you are its {_titles(self.roles)}. "
                "To see a student's work, use `/progress member:`."
            )
        return member

    def staff(self) -> None:
        """Refuse whoever neither mentors nor leads this cohort."""
        if not self.is_staff:
            raise NotAllowed(
                f"Only the mentors and leads of {self.cohort.name} can see this. `/me` shows what waits for you."
            )

    def lead(self) -> None:
        """Refuse whoever does not lead this cohort."""
        if not self.is_lead:
            raise NotAllowed(
                f"Only the leads of {self.cohort.name} can do this. Ask one of them, or the person who runs "
                "this server."
            )


def _titles(roles: Iterable[Role]) -> str:
    return " and ".join(role for role in ("mentor", "lead") if role in roles)


def roles_of(cohort: Cohort, asker: Asker, places: Mapping[Role, bool]) -> frozenset[Role]:
    """What a person is in a cohort: by the roster, by their Discord roles, or by managing the server.

    `places` says of each role that they ever had here whether they still do. Who was withdrawn from a role does not
    come back to it by a Discord role.
    """
    roles: set[Role] = {role for role, is_active in places.items() if is_active}
    if asker.guild_id == cohort.guild_id:
        roles.update(
            role for role in BY_DISCORD if role not in places and cohort.role_id(role) in asker.role_ids
        )
        if asker.manages_guild:
            roles.add("lead")
    return frozenset(roles)


def parse_reason(text: str | None) -> str:
    """A reason as it was typed, if any was; a CourseError if it is too long."""
    reason = (text or "").strip()
    if len(reason) > REASON_LIMIT:
        raise CourseError(
            f"A reason has at most {REASON_LIMIT} characters; this one has {len(reason)}. Please shorten it."
        )
    return reason
