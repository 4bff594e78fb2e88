"""Announcements: when they come again, whom they ping, and who may still make them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot import calendar
from bot.cohorts.rules import Asker, Cohort, Member, Role, Running, roles_of
from bot.errors import CourseError

Mention = Literal["none", "cohort", "everyone"]
MENTIONS: tuple[Mention, ...] = ("none", "cohort", "everyone")
State = Literal["draft", "waiting", "scheduled", "done", "cancelled"]
OPEN: tuple[State, ...] = ("waiting", "scheduled")
Reason = Literal["refused", "unapproved", "author", "everyone", "crowd", "late", "failed", "unsure"]

TEXT_LIMIT = 3000  # leaves room in Discord's 4000 for what stands around it, and is more than people read
CARD_LIMIT = 4000  # Discord's, for all the text of one message
AROUND = 200  # who announced it
PREVIEW_AROUND = 900  # when it comes, how often, whom it pings and what to mind
NAME_ROOM = 24  # a mention by id, with its blank
NAMED = 50  # more names than that are a wall that nobody reads; a role is one word
FILE_LIMIT = 8 * 1024 * 1024  # bytes; Discord takes 10 MiB from a bot anywhere
LATENESS = timedelta(hours=12)  # half a day later it is another day's news
DRAFT_KEPT = timedelta(days=1)  # a preview is an answer to a command; nobody comes back to it later
FARTHEST = timedelta(days=366)  # further ahead a wrong year is likelier than a plan
_AT = "%Y-%m-%d.%H%M"
QUOTED = 200  # characters of the text on the audit log: enough to know it again


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What Discord lets a lead do: lead by a role or by managing the server, and mention everyone in the channel."""

    by_role: bool
    everyone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file that goes with an announcement."""

    name: str
    media_type: str
    body: bytes

    @property
    def is_picture(self) -> bool:
        """Whether Discord shows it as a picture."""
        return self.media_type in ("image/png", "image/jpeg", "image/gif", "image/webp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When an announcement comes next, by the cohort's clock, and on which weekdays it comes again."""

    day: date
    at: time
    next_at: datetime
    repeat: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What a lead announces; a draft is only a preview, or the unconfirmed change of what it `replaces`."""

    id: int
    cohort_id: int
    author: Member
    by_role: bool
    body: str
    mention: Mention
    plan: Plan
    state: State
    replaces: int | None
    approved_by: int | None
    made_at: datetime
    changed_at: datetime
    version: int  # what an approval is of

    @property
    def key(self) -> str:
        """The name of its next post in the ledger; by UTC, where no time of day comes twice."""
        return f"a{self.id}.{self.plan.next_at.astimezone(UTC):{_AT}}"

    @property
    def is_open(self) -> bool:
        """Whether it is still to come."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Whom a post pings: everyone, one role, or these people."""

    everyone: bool = False
    role_id: int | None = None
    user_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """An announcement as it will look, and what stands in its way."""

    running: Running
    announcement: Announcement
    audience: Audience
    file: Attached | None
    before: Announcement | None = None
    approvers: Sequence[Member] = field(default_factory=tuple[Member, ...])
    """The other leads, if one of them has to approve it."""


def meant_by(key: str) -> tuple[int, datetime | None]:
    """Which announcement a row's key is about, and of which of its times; None if of none in particular."""
    number, day, at, *_ = key.removeprefix("a").split(".")
    try:
        return int(number), datetime.strptime(f"{day}.{at}", _AT).replace(tzinfo=UTC)
    except ValueError:
        return int(number), None


def everyone_in(channel_id: int) -> str:
    """What the problem is filed under that I may not mention everyone in a channel."""
    return f"everyone:{channel_id}"


def following(plan: Plan, zone: ZoneInfo) -> Plan | None:
    """The next repetition: the same wall time on the next of its weekdays."""
    if not plan.repeat:
        return None
    days = (plan.day + timedelta(days=ahead) for ahead in range(1, 8))
    day = next(day for day in days if day.weekday() in plan.repeat)
    return replace(plan, day=day, next_at=calendar.instant(day, plan.at, zone))


def upcoming(plan: Plan, zone: ZoneInfo, now: datetime) -> Plan | None:
    """The plan from its first time that is not past; None if there is none."""
    found: Plan | None = plan
    while found is not None and found.next_at <= now:
        found = following(found, zone)
    return found


def audience(cohort: Cohort, mention: Mention, students: Sequence[Member]) -> Audience:
    """Whom an announcement pings now; a CourseError if they are too many to name."""
    if mention == "none":
        return Audience()
    if mention == "everyone":
        return Audience(everyone=True)
    if cohort.student_role_id is not None:
        return Audience(role_id=cohort.student_role_id)
    user_ids = tuple(student.user_id for student in students if student.user_id is not None)
    if len(user_ids) > NAMED:
        raise CourseError(
            f"{cohort.name} has {len(user_ids)} students and no student role, and I name at most {NAMED} people in a "
            "post. Make a role for them (Server Settings → Roles) and give it to the cohort, or announce without a "
            "mention."
        )
    return Audience(user_ids=user_ids)


def check_room(body: str, heard: Audience, around: int) -> None:
    """Refuse a text that does not fit into one message with the names that it pings."""
    most = min(TEXT_LIMIT, CARD_LIMIT - around - NAME_ROOM * len(heard.user_ids))
    if len(body) > most:
        names = f" beside {len(heard.user_ids)} names" if most < TEXT_LIMIT else ""
        raise CourseError(
            f"The text has {len(body)} characters and one post holds {most}{names}. Shorten it, or put the rest into "
            "a file."
        )


def check_file(size: int) -> None:
    """Refuse a file that is too large to keep and to post."""
    if size > FILE_LIMIT:
        raise CourseError(
            f"The file has {size / 1024 / 1024:.1f} MiB, and I post at most {FILE_LIMIT // 1024 // 1024}. Make it "
            "smaller, or put it somewhere and announce the link."
        )


def check_cohort(cohort: Cohort) -> None:
    """Refuse a cohort that has not begun to speak, or has stopped for good."""
    if cohort.state == "draft":
        raise CourseError(
            f"{cohort.name} is still a draft, and nothing is posted in it. `/cohort start` starts it; then announce."
        )
    if cohort.state == "finished":
        raise CourseError(
            f"{cohort.name} has finished, and nothing more is posted in it. Announce in the channel yourself."
        )


def carries_lead(cohort: Cohort, asker: Asker) -> bool:
    """Whether somebody leads by what they carry on the server, whatever the roster says."""
    return asker.manages_guild or (cohort.lead_role_id is not None and cohort.lead_role_id in asker.role_ids)


def may_announce(
    cohort: Cohort, announcement: Announcement, asker: Asker | None, places: Mapping[Role, bool]
) -> bool:
    """Whether its author still leads, as Discord shows them now; whoever led by a role must still carry it."""
    if asker is None or "lead" not in roles_of(cohort, asker, places):
        return False
    return not announcement.by_role or carries_lead(cohort, asker)


def may_ping_everyone(announcement: Announcement, *, permitted: bool) -> bool:
    """Whether everyone may be pinged: a second lead approved of it, or its author may."""
    return announcement.mention != "everyone" or announcement.approved_by is not None or permitted
