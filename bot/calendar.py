"""The cohort's calendar: local wall time and a time zone to the instants at which things are due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
AGAIN = ".again."  # in the key of a week's reminders that are due once more


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """From an instant on, everything comes some weeks later, at the same time of the same weekday."""

    from_at: datetime
    weeks: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """How a cohort's calendar differs from the course file's.

    `rhythms`: from a week on, another rhythm; the weeks before keep theirs. `breaks` in the order of their beginning.
    `pauses` that are over, from when to when: they move no date by themselves, and nobody's time ran in them.
    """

    rhythms: tuple[tuple[int, Rhythm], ...] = ()
    breaks: tuple[Break, ...] = ()
    pauses: tuple[tuple[datetime, datetime], ...] = ()

    def rhythm(self, week: int, usual: Rhythm) -> Rhythm:
        """The rhythm that a week has."""
        return next((rhythm for first, rhythm in reversed(self.rhythms) if first <= week), usual)

    def has_dates_of(self, other: Changes) -> bool:
        """Whether both put every moment at the same instant."""
        return (self.rhythms, self.breaks) == (other.rhythms, other.breaks)


NO_CHANGES = Changes()


@dataclass(frozen=True, slots=True)
class Clock:
    """A cohort's clock: when it stood or will stand still, in order, and since when it is stopped, if it is."""

    still: tuple[tuple[datetime, datetime], ...] = ()
    stopped_at: datetime | None = None

    def reads(self, now: datetime) -> datetime:
        """What it shows at an instant."""
        return now if self.stopped_at is None else min(now, self.stopped_at)

    def after(self, moment: datetime, span: timedelta) -> datetime:
        """The instant some time after another, by this clock."""
        for begins, ends in self.still:
            if ends <= moment:
                continue
            ahead = max(begins - moment, timedelta(0))
            if span < ahead:
                break
            moment, span = ends, span - ahead
        return moment + span


ALWAYS_ON = Clock()


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
    rhythm: Rhythm,
    review: ReviewPolicy,
    count: int,
    starts_on: date,
    zone: ZoneInfo,
    changes: Changes = NO_CHANGES,
) -> tuple[WeekTimes, ...]:
    """Every week of a course that begins on the first kickoff day on or after `starts_on`.

    Each week keeps its place whatever rhythm it has: a new kickoff day is the first one on or after the old one's.
    """
    first = starts_on + timedelta((rhythm.kickoff.weekday - starts_on.weekday()) % 7)
    plans = [
        _Week(
            first + timedelta(weeks=number),
            rhythm,
            changes.rhythm(number + 1, rhythm),
            review,
            zone,
            changes.breaks,
        )
        for number in range(count + 1)
    ]
    return tuple(week.times(number, following) for number, (week, following) in enumerate(pairwise(plans), 1))


@dataclass(frozen=True, slots=True)
class _Week:
    """One week with its own rhythm; `anchor` is the day of its kickoff by the course file, before any break."""

    anchor: date
    usual: Rhythm
    rhythm: Rhythm
    review: ReviewPolicy
    zone: ZoneInfo
    breaks: tuple[Break, ...]

    def times(self, number: int, following: _Week) -> WeekTimes:
        rhythm = self.rhythm
        return WeekTimes(
            number=number,
            kickoff=self.kickoff,
            nudge=self._of(rhythm.nudge),
            deadline=self._of(rhythm.deadline),
            retro=self._of(rhythm.retro),
            reviews=self._due(self.review.weekly.days),
            capstone_reviews=self._due(self.review.capstone.days),
            digest=self._of(rhythm.digest, rhythm.deadline, rhythm.reviews),
            ends=following.kickoff,
        )

    @property
    def kickoff(self) -> datetime:
        """When the week begins."""
        return self._at(self._day, self.rhythm.kickoff.at)

    @property
    def _day(self) -> date:
        return self.anchor + timedelta((self.rhythm.kickoff.weekday - self.usual.kickoff.weekday) % 7)

    def _of(self, moment: Moment, *after: Moment) -> datetime:
        return self._at(self._day + timedelta(_days_after(self.rhythm.kickoff, *after, moment)), moment.at)

    def _due(self, days: int | None) -> datetime:
        rhythm = self.rhythm
        if days is None:
            return self._of(rhythm.reviews, rhythm.deadline)
        until = self._day + timedelta(_days_after(rhythm.kickoff, rhythm.deadline) + days)
        return self._at(until, rhythm.deadline.at)

    def _at(self, day: date, at: time) -> datetime:
        """The instant of a wall-clock time, after the breaks that it comes after."""
        moment = instant(day, at, self.zone)
        for pause in self.breaks:
            if moment >= pause.from_at:
                day += timedelta(weeks=pause.weeks)
                moment = instant(day, at, self.zone)
        return moment


def later(moment: datetime, weeks: int, zone: ZoneInfo) -> datetime:
    """The same time of the same weekday, some weeks later (or earlier) by the cohort's clock."""
    local = moment.astimezone(zone)
    return instant(local.date() + timedelta(weeks=weeks), local.timetz().replace(tzinfo=None), zone)


def standing(breaks: Iterable[Break], zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """From when to when the course stands still in its breaks: one that begins inside another follows it."""
    found: list[tuple[datetime, datetime]] = []
    for pause in breaks:
        begins = max(pause.from_at, found[-1][1]) if found else pause.from_at
        found.append((begins, later(begins, pause.weeks, zone)))
    return found


def clock(changes: Changes, zone: ZoneInfo, stopped_at: datetime | None) -> Clock:
    """The clock of a cohort with these breaks and pauses, stopped since an instant or not."""
    return Clock(tuple(sorted([*standing(changes.breaks, zone), *changes.pauses])), stopped_at)


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


def reminders_again(
    times: tuple[WeekTimes, ...], changes: Changes, usual: Rhythm, clock: Clock
) -> Iterator[Owed]:
    """Where a break begins between a week's reminders and its deadline, they are due once more after it.

    As long before the deadline as ever, or when the break ends if that comes later.
    """
    for week in times:
        if any(week.nudge < pause.from_at <= week.deadline for pause in changes.breaks):
            rhythm = changes.rhythm(week.number, usual)
            ahead = timedelta(minutes=rhythm.deadline.minutes_after(rhythm.nudge))
            due_at = clock.after(week.deadline - ahead, timedelta(0))
            key = f"w{week.number:02}{AGAIN}{int(week.deadline.timestamp())}"
            if due_at < week.deadline:
                yield Owed(kind="nudge", key=key, week=week.number, due_at=due_at, stale_at=week.deadline)


def current(times: tuple[WeekTimes, ...], now: datetime) -> WeekTimes | None:
    """The week that runs at this instant, if the course has begun and not ended."""
    return next((week for week in times if week.kickoff <= now < week.ends), None)
