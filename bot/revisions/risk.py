"""When a student is at risk of falling out of the course, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.calendar import later
from bot.cohorts.rules import Running
from bot.submissions.rules import Missed


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPolicy:
    """What puts a student at risk.

    One missed week happens to everybody, two of three are a habit. Two weeks without a sign are longer than any round
    of the course lasts. A week is enough to answer a point, and a grave one that is left for longer tends to stay.
    """

    span: int = 3
    """Of so many of the latest weeks that were due …"""
    missed: int = 2
    """… so many missed."""
    silence: timedelta = timedelta(days=14)
    severe: timedelta = timedelta(days=7)


POLICY = RiskPolicy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What is known about a student that may put them at risk.

    `missed_at` is when the latest weeks that they missed were due for them, oldest first; `seen_at` when they last
    handed in, reviewed or looked back, or else joined, None while they are away; `severe` since when each of their
    points of high severity waits for an answer of theirs.
    """

    lately: Missed
    missed_at: Sequence[datetime]
    seen_at: datetime | None
    severe: Sequence[datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a student is at risk, and since when this is so."""

    words: str
    since: datetime


def has_missed_too_much(lately: Missed, policy: RiskPolicy = POLICY) -> bool:
    """Whether somebody has missed so many of the latest weeks that they are at risk."""
    return lately.weeks >= policy.missed


def reasons(running: Running, signs: Signs, now: datetime, policy: RiskPolicy = POLICY) -> list[Reason]:
    """Why a student is at risk, if they are."""
    found: list[Reason] = []
    if has_missed_too_much(signs.lately, policy):
        words = f"has missed {signs.lately.weeks} of the last {signs.lately.of} weeks"
        found.append(Reason(words=words, since=signs.missed_at[policy.missed - 1]))
    quiet = timedelta(0) if signs.seen_at is None else spent(running, signs.seen_at, now)
    if signs.seen_at is not None and quiet >= policy.silence:
        words = f"nothing handed in, reviewed or looked back on for {quiet.days} days"
        found.append(Reason(words=words, since=now - (quiet - policy.silence)))
    waiting = sorted(since for since in signs.severe if now >= since + policy.severe)
    if waiting:
        count = "a point" if len(waiting) == 1 else f"{len(waiting)} points"
        oldest = f"{'' if len(waiting) == 1 else 'the oldest '}for {(now - waiting[0]).days} days"
        words = f"{count} of high severity not answered {oldest}"
        found.append(Reason(words=words, since=waiting[0] + policy.severe))
    return found


def spent(running: Running, since: datetime, now: datetime) -> timedelta:
    """How much of the course has passed since then; breaks, a pause and what lies outside the course do not count."""
    start = max(since, running.times[0].kickoff)
    ends = [now, running.times[-1].ends, running.cohort.paused_at, running.cohort.finished_at]
    end = min(moment for moment in ends if moment is not None)
    free = timedelta(0)
    for pause in running.cohort.changes.breaks:
        over = later(pause.from_at, pause.weeks, running.cohort.zone)
        free += max(timedelta(0), min(end, over) - max(start, pause.from_at))
    return max(timedelta(0), end - start - free)
