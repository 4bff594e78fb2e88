"""Setting up a cohort: what a lead may write into it, and what its start sets going."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot import calendar
from bot.calendar import Owed, WeekTimes
from bot.cohorts.rules import ROLES, Asker, Cohort, Draft, Role, Running
from bot.cohorts.zones import parse_zone
from bot.errors import CourseError, NotAllowed

AHEAD = 6  # posts to come that a lead is shown: about a week of them
PREVIEWED = 2  # weeks: the first has no digest of a week before it, the second looks like all that follow
NAME_LIMIT = 80  # so that a name fits a heading, a choice and a button beside other words
START_WINDOW = timedelta(days=366)  # a start further away than this is a slip of the keyboard


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody has said of a cohort that is to be made; the form asks for the rest."""

    name: str = ""
    starts_on: str = ""
    timezone: str = ""
    channel_id: int | None = None
    role_ids: Mapping[Role, int | None] = field(default_factory=dict[Role, int | None])

    @property
    def is_complete(self) -> bool:
        """Whether no form is needed."""
        return bool(self.name and self.starts_on and self.timezone) and self.channel_id is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A cohort's place on its server: permissions and Discord roles that it lacks, and whether its pings are silent."""

    gaps: Sequence[str]
    missing: Sequence[Role]
    is_silent: bool


def check_asker(asker: Asker) -> int:
    """The server on which somebody may set up a cohort; a refusal if they may not."""
    if asker.guild_id is None:
        raise CourseError("A cohort lives on a server. Use this command in a server's channel.")
    if not asker.manages_guild:
        raise NotAllowed(
            "Setting up a cohort takes the Manage Server permission. Ask whoever runs this server."
        )
    return asker.guild_id


def draft(asker: Asker, wanted: Wanted, now: datetime) -> Draft:
    """A cohort as it was described, if it can be one; its channel is 0 while none was chosen."""
    guild_id = check_asker(asker)
    zone = parse_zone(wanted.timezone)
    day = parse_start(wanted.starts_on, now.astimezone(ZoneInfo(zone)).date())
    check_roles(guild_id, wanted.role_ids)
    return Draft(
        guild_id=guild_id,
        name=parse_name(wanted.name),
        channel_id=wanted.channel_id or 0,
        timezone=zone,
        starts_on=day,
        role_ids=wanted.role_ids,
    )


def channel_name(name: str) -> str:
    """What a cohort's channel is called, in the letters that Discord leaves as they are."""
    words = re.findall(r"\w+", name.lower())
    return "-".join(words)[:NAME_LIMIT] or "cohort"


def role_name(cohort: str, role: Role) -> str:
    """What a cohort's Discord role is called."""
    return f"{cohort} {role}"


def next_weekday(weekday: int, today: date) -> date:
    """The first such day after today: a course can be set up in the days before it."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def parse_start(text: str, today: date) -> date:
    """The day a cohort starts on, from `YYYY-MM-DD`."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise CourseError(
            f"“{text.strip()[:40]}” is not a date I can read. Write the start as YYYY-MM-DD, "
            f"for example {today + timedelta(days=7)}."
        ) from None
    if abs(day - today) > START_WINDOW:
        raise CourseError(
            f"{day} is more than a year away from today, {today}. Check the year and try again."
        )
    return day


def parse_name(text: str) -> str:
    """A cohort's name, on one line."""
    name = " ".join(text.split())
    if not name or len(name) > NAME_LIMIT:
        raise CourseError(f"A cohort's name has 1 to {NAME_LIMIT} characters; this one has {len(name)}.")
    return name


def roles_of(cohort: Cohort) -> dict[Role, int | None]:
    """A cohort's Discord roles."""
    return {role: cohort.role_id(role) for role in ROLES}


def check_roles(guild_id: int, role_ids: Mapping[Role, int | None]) -> None:
    """Refuse Discord roles that would make somebody what they are not."""
    given = [role_id for role_id in role_ids.values() if role_id is not None]
    if guild_id in given:  # Discord gives the role of everyone the server's own id
        raise CourseError(
            "@everyone cannot be a role of the cohort: all of this server would be in it. Make a role for its "
            "students, mentors or leads and use that one."
        )
    if len(set(given)) < len(given):
        raise CourseError(
            "Students, mentors and leads need different roles, or I cannot tell them apart. Leave out the ones "
            "that you do not have: `/roster add` works without."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a cohort would be owed if it were started now, and what its calendar has that is past saying."""

    owed: Sequence[Owed]
    passed: Sequence[Owed]

    def at_once(self, now: datetime) -> list[Owed]:
        """What would be said right after the start. A pairing that is due has nobody to pair and stays silent."""
        return [item for item in self.owed if item.due_at <= now and item.kind != "pairing"]

    def ahead(self, now: datetime, limit: int = AHEAD) -> list[Owed]:
        """The first things to come at their own time."""
        return self._coming(now)[:limit]

    def first_weeks(self, now: datetime) -> list[Owed]:
        """All that comes at its own time in the first weeks that are still kicked off."""
        weeks = sorted(item.week for item in self.owed if item.kind == "kickoff")[:PREVIEWED]
        return [item for item in self._coming(now) if not weeks or item.week <= weeks[-1]]

    def _coming(self, now: datetime) -> list[Owed]:
        return sorted((item for item in self.owed if item.due_at > now), key=lambda item: item.due_at)


def plan(times: tuple[WeekTimes, ...], now: datetime) -> Plan:
    """Split a calendar at the start: what was due in a week that is over, or is stale, is not said any more.

    A pairing stays owed all the same, because it is what lets late work of its week find reviewers.
    """
    owed: list[Owed] = []
    passed: list[Owed] = []
    for item in calendar.occurrences(times):
        is_stale = item.stale_at is not None and item.stale_at <= now
        is_over = item.due_at <= now and times[item.week - 1].ends <= now
        (passed if item.kind != "pairing" and (is_stale or is_over) else owed).append(item)
    return Plan(owed=owed, passed=passed)


def check_start(running: Running, now: datetime) -> None:
    """Refuse to start what has been started, or what is over already."""
    cohort = running.cohort
    if cohort.state != "draft":
        raise CourseError(f"{cohort.name} is already {cohort.state}. `/cohort show` tells what comes next.")
    if running.times[-1].ends <= now:
        raise CourseError(
            f"A course that began on {cohort.starts_on} is over by now, so there would be nothing to post. "
            "Use `/cohort create` again with the same name and a later start."
        )
