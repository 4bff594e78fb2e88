"""When a student is at risk of falling out of the course, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.calendar import Clock
from bot.cohorts.rules import Allowance, Running
from bot.curriculum import Deliverable
from bot.submissions.rules import Missed, due


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
    points of high severity waits for an answer of theirs; `away` from when to when they told that they were.
    """

    lately: Missed
    missed_at: Sequence[datetime]
    seen_at: datetime | None
    severe: Sequence[datetime]
    away: Sequence[tuple[datetime, datetime]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a student is at risk, and since when this is so."""

    words: str
    since: datetime


def was_ahead(
    running: Running, deliverable: Deliverable, allowed: Allowance | None, joined: datetime
) -> bool:
    """Whether a deliverable was still to come for somebody when they joined: nobody misses what was due before."""
    return joined < running.deadline_for(deliverable, allowed)


def due_since(
    running: Running, allowed: Mapping[str, Allowance], joined: datetime, now: datetime
) -> list[str]:
    """The weekly deliverables that fell due for somebody since they joined."""
    return [
        key
        for key in due(running, allowed, now)
        if was_ahead(running, running.course.deliverable(key), allowed.get(key), joined)
    ]


def has_missed_too_much(lately: Missed, policy: RiskPolicy = POLICY) -> bool:
    """Whether somebody has missed so many of the latest weeks that they are at risk."""
    return lately.weeks >= policy.missed


def reasons(running: Running, signs: Signs, now: datetime, policy: RiskPolicy = POLICY) -> list[Reason]:
    """Why a student is at risk, if they are."""
    found: list[Reason] = []
    if has_missed_too_much(signs.lately, policy):
        words = f"has missed {signs.lately.weeks} of the last {signs.lately.of} weeks"
        found.append(Reason(words=words, since=signs.missed_at[policy.missed - 1]))
    quiet = None if signs.seen_at is None else waited(running, signs.seen_at, now, signs.away)
    if quiet is not None and quiet.spent >= policy.silence:
        words = f"nothing handed in, no review and no retro for {quiet.spent.days} days"
        found.append(Reason(words=words, since=quiet.reached(policy.silence)))
    severe = [waited(running, since, now, signs.away) for since in sorted(signs.severe)]
    waiting = [wait for wait in severe if wait.spent >= policy.severe]
    if waiting:
        count = "a point" if len(waiting) == 1 else f"{len(waiting)} points"
        oldest = f"{'' if len(waiting) == 1 else 'the oldest '}for {waiting[0].spent.days} days"
        words = f"{count} of high severity not answered {oldest}"
        found.append(Reason(words=words, since=waiting[0].reached(policy.severe)))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """How long something has waited, by a clock that stands still while nobody can be expected to act."""

    since: datetime
    spent: timedelta
    clock: Clock

    def reached(self, span: timedelta) -> datetime:
        """When it had waited for so long."""
        return self.clock.after(self.since, span)


def waited(
    running: Running, since: datetime, now: datetime, away: Sequence[tuple[datetime, datetime]] = ()
) -> Wait:
    """How much of the course somebody has had since then.

    Breaks, pauses, absences that they told and what lies outside the course do not count.
    """
    cohort, clock = running.cohort, Clock(tuple(sorted([*running.clock.still, *away])))
    ends = [running.clock.reads(now), running.times[-1].ends, cohort.finished_at]
    end = min(moment for moment in ends if moment is not None)
    start = reached = max(since, running.times[0].kickoff)
    spent = timedelta(0)
    for stands, goes_on in clock.still:
        spent += max(timedelta(0), min(stands, end) - reached)
        reached = max(reached, goes_on)
    return Wait(since=start, spent=spent + max(timedelta(0), end - reached), clock=clock)
