"""Where a student stands, from what was handed in, reviewed and reflected on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.cohorts import store as cohorts
from bot.cohorts.rules import Here, Member, Running
from bot.database import Database, Tx
from bot.errors import CourseError
from bot.progress import gathering
from bot.progress.figures import StudentCard
from bot.progress.rules import Line
from bot.progress.to_do import ToDo, to_do
from bot.progress.trends import PointTrend, Trends
from bot.revisions import everybody, watching
from bot.revisions.risk import Reason
from bot.revisions.rules import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A student's course so far."""

    running: Running
    member: Member
    lines: Sequence[Line]
    card: StudentCard
    trends: Trends
    points: Mapping[str, int]
    """How many of each kind were ever received."""
    retros: int
    reasons: Sequence[Reason] = ()
    """Why they are at risk, for leads and mentors only."""


class Progress:
    """Where students see how far they are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def standing(self, here: Here, member: Member, now: datetime) -> Standing:
        """A student's figures, for whoever may see them."""
        return await self._database.read(_standing_of, here, member.id, now)

    async def standing_of(self, here: Here, member_id: int, now: datetime) -> Standing:
        """The same of whoever has that id with us."""
        return await self._database.read(_standing_of, here, member_id, now)

    async def to_do(self, here: Here, now: datetime) -> ToDo:
        """What waits for whoever asks."""
        here.known()
        return await self._database.read(to_do, here, now)


def cohort_points(tx: Tx, running: Running, now: datetime, work: Iterable[Facts] | None = None) -> PointTrend:
    """What reviewers find in a whole cohort's work, week by week; `work` is all of it, if somebody has it already."""
    found = everybody.facts(tx, running) if work is None else work
    return gathering.cohort_points(tx, running, found, now)


def standing(tx: Tx, running: Running, member: Member, now: datetime) -> Standing:
    """All figures of a student together."""
    found = gathering.record(tx, running, member)
    return Standing(
        running=running,
        member=member,
        lines=found.lines(now),
        card=gathering.card(found, now, gathering.medians(tx, running)),
        trends=gathering.trends(found, now),
        points=Counter(point.kind for review in found.received for point in review.points),
        retros=len(found.written),
    )


def _standing_of(tx: Tx, here: Here, member_id: int, now: datetime) -> Standing:
    found = standing(tx, here, _student(tx, here, member_id), now)
    is_own = here.member is not None and here.member.id == member_id
    if is_own or not here.is_staff or not cohorts.is_active(tx, here.cohort.id, member_id):
        return found
    return replace(found, reasons=watching.reasons(tx, here, member_id, now))


def _student(tx: Tx, here: Here, member_id: int) -> Member:
    """Whom somebody may look at: themselves, or as a mentor or lead any student of the cohort."""
    if here.member is not None and here.member.id == member_id:
        return here.student()
    here.staff()
    places = (item for item in cohorts.roster(tx, here.cohort.id) if item.role == "student")
    found = next((item.member for item in places if item.member.id == member_id), None)
    if found is None:
        raise CourseError(f"This is no student of {here.cohort.name}. `/roster list` shows everyone who is.")
    return found
