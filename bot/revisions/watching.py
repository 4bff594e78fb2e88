"""Who is at risk: everybody in a cohort, or one student, from the same signs and in a few questions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from bot.availability import store as availability
from bot.cohorts import allowances, places
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Allowance, Placed, Running
from bot.database import Tx
from bot.reviews.everybody import by_work, given
from bot.revisions import everybody, risk, store
from bot.revisions.risk import AtRisk, Reason
from bot.revisions.rules import Facts
from bot.submissions import store as submissions
from bot.submissions.everybody import HandedIn
from bot.submissions.rules import Missed

Came = Mapping[int, Mapping[str, HandedIn]]
"""What everybody has handed in: member, then deliverable."""


def at_risk(tx: Tx, running: Running, came: Came, work: Iterable[Facts], now: datetime) -> list[AtRisk]:
    """The students at risk and why, those with most reasons first."""
    cohort_id = running.cohort.id
    students = {member_id: place for member_id, place in placed(tx, cohort_id).items() if place.active}
    since = {member_id: place.since for member_id, place in students.items()}
    why = _reasons(tx, running, since, came, allowances.of_cohort(tx, cohort_id), work, now)
    found = [
        AtRisk(member=students[member_id].member, reasons=said) for member_id, said in why.items() if said
    ]
    return sorted(found, key=lambda item: -len(item.reasons))


def reasons(tx: Tx, running: Running, member_id: int, now: datetime) -> Sequence[Reason]:
    """Why one student is at risk, if they are: as for everybody, without asking about anybody else."""
    since, came, allowed = _course_of(tx, running, member_id)
    grave = store.with_grave_points(tx, running.cohort.id, member_id)
    work = [store.facts(tx, running, submission_id) for submission_id in grave]
    one = member_id
    found = _reasons(tx, running, {one: since}, {one: came}, {one: allowed}, work, now, member_id=one)
    return found[one]


def lately(tx: Tx, running: Running, member_id: int, now: datetime) -> Missed:
    """What one student missed of the latest weeks that fell due for them since they joined."""
    since, came, allowed = _course_of(tx, running, member_id)
    return risk.lately(running, allowed, since, came, now)[0]


def _course_of(
    tx: Tx, running: Running, member_id: int
) -> tuple[datetime, Collection[str], Mapping[str, Allowance]]:
    """Since when the course is a student's, what they have handed in, and what they were allowed."""
    cohort_id = running.cohort.id
    came = submissions.keys_of(tx, cohort_id, member_id)
    return joined(tx, running, member_id), came, allowances.of_member(tx, cohort_id, member_id)


def joined(tx: Tx, running: Running, member_id: int) -> datetime:
    """Since when the course is a student's; from its beginning if they never were put on the roster."""
    return cohorts.joined(tx, running.cohort.id, member_id, "student") or running.times[0].kickoff


def _reasons(
    tx: Tx,
    running: Running,
    since: Mapping[int, datetime],
    came: Mapping[int, Collection[str]],
    allowed: Mapping[int, Mapping[str, Allowance]],
    work: Iterable[Facts],
    now: datetime,
    *,
    member_id: int | None = None,
) -> Mapping[int, Sequence[Reason]]:
    """Why each of these students is at risk; `member_id` if it is about one, so that no more is read."""
    acted = everybody.seen(tx, running.cohort.id, member_id)
    away = _away(tx, running, member_id)
    severe = everybody.severe(work, now)
    scores = sound_scores(tx, running, member_id)
    found = {
        who: risk.signs(
            running,
            joined=begun,
            allowed=allowed.get(who, {}),
            came=came.get(who, ()),
            acted=acted.get(who),
            severe=severe.get(who, ()),
            scores=scores.get(who, ()),
            away=away.get(who, ()),
            now=now,
        )
        for who, begun in since.items()
    }
    return {who: risk.reasons(running, signs, now) for who, signs in found.items()}


def sound_scores(
    tx: Tx, running: Running, member_id: int | None = None
) -> Mapping[int, list[tuple[datetime, float]]]:
    """Everybody's weekly scores, or one student's, that rest on enough reviews, oldest work first, and since when."""
    found: dict[int, list[tuple[datetime, float]]] = {}
    weekly = {item.key for item in running.course.deliverables if item.track == "weekly"}
    works = by_work(given(tx, running, member_id))
    for author_id, key in sorted(works):
        work = works[author_id, key]
        if key in weekly and work.sound_at is not None:
            found.setdefault(author_id, []).append((work.sound_at, work.scores.mean))
    return found


def placed(tx: Tx, cohort_id: int) -> Mapping[int, Placed]:
    """Everybody who is or was a student of a cohort."""
    return {place.member.id: place for place in places.of_cohort(tx, cohort_id) if place.role == "student"}


def _away(tx: Tx, running: Running, member_id: int | None) -> Mapping[int, list[tuple[datetime, datetime]]]:
    """From when to when each member, or one, told that they were away, since the course began."""
    found: dict[int, list[tuple[datetime, datetime]]] = {}
    for absence in availability.absences(tx, running.cohort.id, running.times[0].kickoff, member_id):
        found.setdefault(absence.member.id, []).append((absence.from_at, absence.until_at))
    return found
