"""Who has reviewed whom over the course, and how often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.availability import store as availability
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Here, Member
from bot.database import Tx, instant
from bot.errors import CourseError

MET = (
    "SELECT v.reviewer_id, v.author_id, s.deliverable, v.allocated_at, v.sent_at FROM submission s "
    "JOIN review v ON v.submission_id = s.id WHERE s.cohort_id = :cohort_id "
    "AND (v.closed_at IS NULL OR v.sent_at IS NOT NULL)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """Two people and their reviews of each other, newest first: the deliverables that `one` reviewed of the `other`'s,
    and the other way round; with those that are asked for and have not come.
    """

    one: Member
    other: Member
    given: Sequence[str]
    received: Sequence[str]
    open: int
    last_at: datetime
    apart: bool

    @property
    def times(self) -> int:
        """How often they met."""
        return len(self.given) + len(self.received)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Who met whom: around one member, whoever they met last first; else the pairs that met most."""

    here: Here
    member: Member | None
    pairs: Sequence[Met]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meeting:
    reviewer_id: int
    author_id: int
    deliverable: str
    at: datetime
    is_sent: bool


def history(tx: Tx, here: Here, user_id: int | None) -> History:
    """Who has reviewed whom in a cohort; around one person, by their Discord id."""
    if user_id is None:
        return _history(tx, here, None)
    member = cohorts.member_of_user(tx, user_id)
    people = {item.member.id for item in cohorts.roster(tx, here.cohort.id)}
    if member is None or member.id not in people:
        raise CourseError(
            f"<@{user_id}> is not on the roster of {here.cohort.name}. `/roster list` shows everyone who is."
        )
    return _history(tx, here, member)


def around(tx: Tx, here: Here, member_id: int | None) -> History:
    """Who has reviewed whom, around one member if one is named."""
    return _history(tx, here, None if member_id is None else cohorts.member(tx, member_id))


def _history(tx: Tx, here: Here, member: Member | None) -> History:
    people = {item.member.id: item.member for item in cohorts.roster(tx, here.cohort.id)}
    # Who is kept apart is for leads only; mentors see the meetings without it.
    apart = availability.forbidden(tx, here.cohort.id) if here.is_lead else frozenset[tuple[int, int]]()
    met: dict[tuple[int, int], list[_Meeting]] = {}
    for meeting in _meetings(tx, here.cohort.id, member):
        pair = sorted((meeting.reviewer_id, meeting.author_id))
        one, other = reversed(pair) if member is not None and pair[1] == member.id else pair
        met.setdefault((one, other), []).append(meeting)
    pairs = [_met(people, pair, found, apart=pair in apart) for pair, found in met.items()]
    if member is None:
        pairs.sort(key=lambda pair: (-pair.times, -pair.last_at.timestamp(), pair.one.id, pair.other.id))
    else:
        pairs.sort(key=lambda pair: (-pair.last_at.timestamp(), pair.other.id))
    return History(here=here, member=member, pairs=pairs)


def _meetings(tx: Tx, cohort_id: int, member: Member | None) -> list[_Meeting]:
    """Every review that was sent or is asked for, newest first."""
    who = "" if member is None else " AND (v.reviewer_id = :member_id OR v.author_id = :member_id)"
    rows = tx.all(
        MET + who + " ORDER BY v.allocated_at DESC, v.id DESC",
        cohort_id=cohort_id,
        **({} if member is None else {"member_id": member.id}),
    )
    return [
        _Meeting(
            reviewer_id=row["reviewer_id"],
            author_id=row["author_id"],
            deliverable=row["deliverable"],
            at=instant(row["allocated_at"]),
            is_sent=row["sent_at"] is not None,
        )
        for row in rows
    ]


def _met(
    people: Mapping[int, Member], pair: tuple[int, int], found: Sequence[_Meeting], *, apart: bool
) -> Met:
    one, other = pair
    return Met(
        one=people[one],
        other=people[other],
        given=[item.deliverable for item in found if item.reviewer_id == one],
        received=[item.deliverable for item in found if item.reviewer_id == other],
        open=sum(not item.is_sent for item in found),
        last_at=found[0].at,
        apart=apart,
    )
