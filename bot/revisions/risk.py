"""When a student is at risk of falling out of the course, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.calendar import Clock
from bot.cohorts.rules import Allowance, Member, Running
from bot.curriculum import Deliverable, RiskPolicy
from bot.reviews.rules import change
from bot.submissions.rules import Missed, due, missed


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What is known about a student that may put them at risk.

    `missed_at` is when the latest weeks that they missed were due for them, oldest first; `seen_at` when they last
    handed in, reviewed or looked back, or else joined, None while they are away; `severe` since when each of their
    points of high severity waits for an answer of theirs; `scores` are their scores that rest on enough reviews, oldest
    work first, each with when it did; `away` from when to when they told that they were.
    """

    lately: Missed
    missed_at: Sequence[datetime]
    seen_at: datetime | None
    severe: Sequence[datetime]
    scores: Sequence[tuple[datetime, float]] = ()
    away: Sequence[tuple[datetime, datetime]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a student is at risk, and since when this is so."""

    words: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRisk:
    """A student at risk, and why."""

    member: Member
    reasons: Sequence[Reason]

    @property
    def since(self) -> datetime:
        """Since when there is a reason."""
        return min(reason.since for reason in self.reasons)


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


def lately(
    running: Running, allowed: Mapping[str, Allowance], joined: datetime, came: Collection[str], now: datetime
) -> tuple[Missed, list[datetime]]:
    """What a student missed of the latest weeks since they joined, and when those were due for them."""
    span = running.course.risk.of
    latest = due_since(running, allowed, joined, now)[-span:]
    deadlines = [
        running.deadline_for(running.course.deliverable(key), allowed.get(key))
        for key in latest
        if key not in came
    ]
    return missed(latest, came, span=span), sorted(deadlines)


def signs(
    running: Running,
    *,
    joined: datetime,
    allowed: Mapping[str, Allowance],
    came: Collection[str],
    acted: datetime | None,
    severe: Sequence[datetime],
    scores: Sequence[tuple[datetime, float]],
    away: Sequence[tuple[datetime, datetime]],
    now: datetime,
) -> Signs:
    """What a student did and left undone, since they joined, as signs; `came` is what they have handed in."""
    weeks, missed_at = lately(running, allowed, joined, came, now)
    is_away = any(start <= running.clock.reads(now) < end for start, end in away)
    return Signs(
        lately=weeks,
        missed_at=missed_at,
        seen_at=None if is_away else max(joined, acted or joined),
        severe=[max(since, joined) for since in severe],
        scores=scores,
        away=away,
    )


def in_words(policy: RiskPolicy) -> str:
    """The policy as a lead reads it."""
    rules = [
        (policy.missed, f"{policy.missed} of the last {policy.of} weeks missed"),
        (policy.silence, f"{policy.silence} days without a sign"),
        (policy.severe, f"a point of high severity not answered for {policy.severe} days"),
        (policy.falling, f"scores fallen by {policy.falling}% of the scale"),
    ]
    return " · ".join(words for limit, words in rules if limit) or "never: every rule is left out"


def has_missed_too_much(lately: Missed, policy: RiskPolicy) -> bool:
    """Whether somebody has missed so many of the latest weeks that they are at risk."""
    return 0 < policy.missed <= lately.weeks


def reasons(running: Running, signs: Signs, now: datetime) -> list[Reason]:
    """Why a student is at risk by their course's policy, if they are; nobody is once its last week is over."""
    if running.clock.reads(now) >= running.times[-1].ends:
        return []
    rules = (_missed, _silent, _left_open, _falling)
    found = (rule(running, signs, now, running.course.risk) for rule in rules)
    return [reason for reason in found if reason is not None]


def _missed(running: Running, signs: Signs, now: datetime, policy: RiskPolicy) -> Reason | None:
    if not has_missed_too_much(signs.lately, policy):
        return None
    words = f"has missed {signs.lately.weeks} of the last {signs.lately.of} weeks"
    return Reason(words=words, since=signs.missed_at[policy.missed - 1])


def _silent(running: Running, signs: Signs, now: datetime, policy: RiskPolicy) -> Reason | None:
    patience = timedelta(days=policy.silence)
    if not patience or signs.seen_at is None:
        return None
    quiet = waited(running, signs.seen_at, now, signs.away)
    if quiet.spent < patience:
        return None
    words = f"nothing handed in, no review and no retro for {quiet.spent.days} days"
    return Reason(words=words, since=quiet.reached(patience))


def _left_open(running: Running, signs: Signs, now: datetime, policy: RiskPolicy) -> Reason | None:
    patience = timedelta(days=policy.severe)
    waits = [waited(running, since, now, signs.away) for since in sorted(signs.severe)]
    left = [wait for wait in waits if patience and wait.spent >= patience]
    if not left:
        return None
    count, oldest = ("a point", "") if len(left) == 1 else (f"{len(left)} points", ", the oldest")
    words = f"{count} of high severity not answered{oldest} for {left[0].spent.days} days"
    return Reason(words=words, since=left[0].reached(patience))


def _falling(running: Running, signs: Signs, now: datetime, policy: RiskPolicy) -> Reason | None:
    by = change([share for _, share in signs.scores])
    if not policy.falling or by is None or round(-by * 100, 6) < policy.falling:
        return None
    return Reason(words=f"scores have fallen by {-by:.0%} of the scale lately", since=signs.scores[-1][0])


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
    clock = Clock(tuple(sorted([*running.clock.still, *away])))
    end = min(running.clock.reads(now), running.times[-1].ends)
    start = reached = max(since, running.times[0].kickoff)
    spent = timedelta(0)
    for stands, goes_on in clock.still:
        spent += max(timedelta(0), min(stands, end) - reached)
        reached = max(reached, goes_on)
    return Wait(since=start, spent=spent + max(timedelta(0), end - reached), clock=clock)
