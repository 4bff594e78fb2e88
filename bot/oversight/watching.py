"""Who is at risk: the signs of everybody in a cohort, in a few questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from statistics import fmean

from bot.availability import store as availability
from bot.cohorts import allowances, places
from bot.cohorts.rules import Allowance, Placed, Running
from bot.database import Tx
from bot.oversight.rules import AtRisk
from bot.retros import store as retros
from bot.reviews.everybody import Given, given
from bot.reviews.rules import is_sound
from bot.revisions import everybody, risk
from bot.revisions.risk import Signs
from bot.revisions.rules import Facts
from bot.submissions.everybody import HandedIn
from bot.submissions.rules import Missed, missed

Came = Mapping[int, Mapping[str, HandedIn]]
"""What everybody has handed in: member, then deliverable."""


def at_risk(tx: Tx, running: Running, came: Came, work: Iterable[Facts], now: datetime) -> list[AtRisk]:
    """The students at risk and why, those with most reasons first."""
    cohort_id = running.cohort.id
    students = {member_id: place for member_id, place in placed(tx, cohort_id).items() if place.active}
    allowed = allowances.of_cohort(tx, cohort_id)
    worked, looked_back = everybody.seen(tx, cohort_id), retros.seen(tx, cohort_id)
    away = _away(tx, running)
    severe = everybody.severe(work, now)
    scores = sound_scores(tx, running)
    found: list[AtRisk] = []
    for member_id, place in students.items():
        lately, missed_at = _missed(
            running, allowed.get(member_id, {}), came.get(member_id, {}), place.since, now
        )
        seen_at = max(
            place.since, worked.get(member_id, place.since), looked_back.get(member_id, place.since)
        )
        signs = Signs(
            lately=lately,
            missed_at=missed_at,
            seen_at=None if any(start <= now < end for start, end in away.get(member_id, ())) else seen_at,
            severe=[max(since, place.since) for since in severe.get(member_id, ())],
            scores=scores.get(member_id, ()),
            away=away.get(member_id, ()),
        )
        reasons = risk.reasons(running, signs, now)
        if reasons:
            found.append(AtRisk(member=place.member, reasons=reasons))
    return sorted(found, key=lambda item: -len(item.reasons))


def sound_scores(tx: Tx, running: Running) -> Mapping[int, list[tuple[datetime, float]]]:
    """Everybody's weekly scores that rest on enough reviews, oldest work first, each with when it did."""
    work: dict[tuple[int, str], list[Given]] = {}
    for review in given(tx, running):
        work.setdefault((review.author_id, review.deliverable), []).append(review)
    found: dict[int, list[tuple[datetime, float]]] = {}
    weekly = {item.key for item in running.course.deliverables if item.track == "weekly"}
    for (author_id, _), reviews in sorted(work.items(), key=lambda item: item[0]):
        sound_at = _sound_at(reviews)
        if reviews[0].deliverable in weekly and sound_at is not None:
            mean = fmean(review.share for review in reviews)
            found.setdefault(author_id, []).append((sound_at, mean))
    return found


def _sound_at(reviews: Sequence[Given]) -> datetime | None:
    """When the scores of a piece of work said enough, of reviews in the order in which they came."""
    return next(
        (
            review.sent_at
            for count, review in enumerate(reviews, 1)
            if is_sound(count, by_mentor=any(earlier.by_mentor for earlier in reviews[:count]))
        ),
        None,
    )


def placed(tx: Tx, cohort_id: int) -> Mapping[int, Placed]:
    """Everybody who is or was a student of a cohort."""
    return {place.member.id: place for place in places.of_cohort(tx, cohort_id) if place.role == "student"}


def _away(tx: Tx, running: Running) -> Mapping[int, list[tuple[datetime, datetime]]]:
    """From when to when each member told that they were away, since the course began."""
    found: dict[int, list[tuple[datetime, datetime]]] = {}
    for absence in availability.absences(tx, running.cohort.id, running.times[0].kickoff):
        found.setdefault(absence.member.id, []).append((absence.from_at, absence.until_at))
    return found


def _missed(
    running: Running,
    allowed: Mapping[str, Allowance],
    came: Mapping[str, HandedIn],
    joined: datetime,
    now: datetime,
) -> tuple[Missed, list[datetime]]:
    """What a student missed of the latest weeks since they joined, and when those were due for them."""
    span = running.course.risk.of
    latest = risk.due_since(running, allowed, joined, now)[-span:]
    deadlines = [
        running.deadline_for(running.course.deliverable(key), allowed.get(key))
        for key in latest
        if key not in came
    ]
    return missed(latest, came, span=span), sorted(deadlines)
