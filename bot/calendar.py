"""The cohort's calendar: local wall time and a time zone to the instants at which things are due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.curriculum import Moment, ReviewPolicy, Rhythm, Track

# How late each kind may still be said. A kickoff serves its whole week and a nudge dies with its deadline (both are
# computed from the calendar); these two are read for a few days and then only confuse.
RETRO_GRACE = timedelta(days=3)
DIGEST_GRACE = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekTimes:
    """When a week's moments happen, as instants."""

    number: int
    kickoff: datetime
    nudge: datetime
    deadline: datetime
    retro: datetime
    reviews: datetime
    capstone_reviews: datetime
    digest: datetime
    ends: datetime

    def reviews_due(self, track: Track) -> datetime:
        """When reviews of this week's work are due."""
        return self.reviews if track == "weekly" else self.capstone_reviews


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """Something the bot owes on a schedule; `stale_at` is when it is too late to be of use."""

    kind: str
    key: str
    week: int
    due_at: datetime
    stale_at: datetime | None = None
    member_id: int | None = None


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant of a wall-clock time: the first instant that exists, the first of two that do."""
    wall = datetime.combine(day, at, zone)
    moment = wall.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return moment
    return _end_of_gap(wall)


def _end_of_gap(wall: datetime) -> datetime:
    """The clocks were put forward over this time: the first second after they were."""
    zone = wall.tzinfo
    before = int(wall.replace(fold=1).astimezone(UTC).timestamp())
    after = int(wall.replace(fold=0).astimezone(UTC).timestamp())
    offset = datetime.fromtimestamp(before, zone).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return datetime.fromtimestamp(after, UTC)


@lru_cache(maxsize=256)  # a cohort's calendar is asked for by every command, and changes once in a while
def weeks(
    rhythm: Rhythm, review: ReviewPolicy, count: int, starts_on: date, zone: ZoneInfo
) -> tuple[WeekTimes, ...]:
    """Every week of a course that begins on the first kickoff day on or after `starts_on`."""
    first = starts_on + timedelta((rhythm.kickoff.weekday - starts_on.weekday()) % 7)
    days = [first + timedelta(weeks=number) for number in range(count + 1)]
    starts = [instant(day, rhythm.kickoff.at, zone) for day in days]
    return tuple(
        _week(number, day, rhythm, review, zone, kickoff=kickoff, ends=ends)
        for number, (day, (kickoff, ends)) in enumerate(zip(days, pairwise(starts), strict=False), 1)
    )


def _week(
    number: int,
    day: date,
    rhythm: Rhythm,
    review: ReviewPolicy,
    zone: ZoneInfo,
    *,
    kickoff: datetime,
    ends: datetime,
) -> WeekTimes:
    def of(moment: Moment, *after: Moment) -> datetime:
        return instant(day + timedelta(_days_after(rhythm.kickoff, *after, moment)), moment.at, zone)

    def due(days: int | None) -> datetime:
        if days is None:
            return of(rhythm.reviews, rhythm.deadline)
        until = day + timedelta(_days_after(rhythm.kickoff, rhythm.deadline) + days)
        return instant(until, rhythm.deadline.at, zone)

    return WeekTimes(
        number=number,
        kickoff=kickoff,
        nudge=of(rhythm.nudge),
        deadline=of(rhythm.deadline),
        retro=of(rhythm.retro),
        reviews=due(review.weekly.days),
        capstone_reviews=due(review.capstone.days),
        digest=of(rhythm.digest, rhythm.deadline, rhythm.reviews),
        ends=ends,
    )


def _days_after(*moments: Moment) -> int:
    """Days from the first moment's day to the last one's, each the first of its kind after the one before."""
    days = 0
    for earlier, later in pairwise(moments):
        gap = (later.weekday - earlier.weekday) % 7
        days += 7 if gap == 0 and later.at <= earlier.at else gap
    return days


def occurrences(times: tuple[WeekTimes, ...]) -> Iterator[Owed]:
    """What a cohort is owed over the whole course, once each."""
    for week in times:
        key = f"w{week.number:02}"
        yield Owed(kind="kickoff", key=key, week=week.number, due_at=week.kickoff, stale_at=week.ends)
        yield Owed(kind="nudge", key=key, week=week.number, due_at=week.nudge, stale_at=week.deadline)
        yield Owed(kind="pairing", key=key, week=week.number, due_at=week.deadline)
        yield Owed(
            kind="retro", key=key, week=week.number, due_at=week.retro, stale_at=week.retro + RETRO_GRACE
        )
        yield Owed(
            kind="digest", key=key, week=week.number, due_at=week.digest, stale_at=week.digest + DIGEST_GRACE
        )


def current(times: tuple[WeekTimes, ...], now: datetime) -> WeekTimes | None:
    """The week that runs at this instant, if the course has begun and not ended."""
    return next((week for week in times if week.kickoff <= now < week.ends), None)
