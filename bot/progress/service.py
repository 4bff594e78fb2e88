"""Where a student stands, from what was handed in, reviewed and reflected on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean, median

from bot.cohorts import allowances
from bot.cohorts.rules import Allowance, Here, Member, Running
from bot.curriculum import Deliverable
from bot.database import Database, Tx
from bot.extensions import requests, store
from bot.extensions.rules import Asked
from bot.progress import rules
from bot.progress.figures import StudentCard, WeekFigures
from bot.progress.rules import Line
from bot.retros import rules as retro_rules
from bot.retros import store as retros
from bot.reviews import rules as review_rules
from bot.reviews import store as reviews
from bot.reviews.rules import Review
from bot.reviews.writing import author_of
from bot.revisions import store as revisions
from bot.revisions.readiness import assess
from bot.revisions.rechecking import waiting_for
from bot.revisions.rules import Facts
from bot.submissions.rules import completeness, missing

MEDIAN_FROM = 3  # people; a median of fewer would give a classmate's score away


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A student's course so far."""

    running: Running
    member: Member
    lines: Sequence[Line]
    card: StudentCard
    points: Mapping[str, int]
    retros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDo:
    """What waits for a member: to hand in, to review, to read, to look back on."""

    running: Running
    is_student: bool
    overdue: Sequence[tuple[Deliverable, datetime]]
    due: Sequence[tuple[Deliverable, datetime]]
    incomplete: Sequence[tuple[Deliverable, list[str]]]
    to_review: Sequence[tuple[Review, Deliverable, Member]]
    to_read: Sequence[tuple[Deliverable, int]]
    to_answer: Sequence[tuple[Deliverable, int]]
    to_change: Sequence[Deliverable]
    to_recheck: Sequence[tuple[Review, Deliverable, Member]]
    unready: Sequence[tuple[Deliverable, Sequence[str]]]
    """Capstone work that is open or under way, and what is missing of the weeks that it rests on."""
    queue: int
    retro: int | None
    requests: Sequence[Asked]
    """What they have asked more time for, and no lead has answered."""
    ahead: tuple[Deliverable, datetime] | None


class Progress:
    """Where students see how far they are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def standing(self, here: Here, member: Member, now: datetime) -> Standing:
        """A student's figures."""
        return await self._database.read(_standing, here, member, now)

    async def to_do(self, here: Here, now: datetime) -> ToDo:
        """What waits for whoever asks."""
        here.known()
        return await self._database.read(_to_do, here, now)


def _standing(tx: Tx, here: Here, member: Member, now: datetime) -> Standing:
    cohort_id = here.cohort.id
    facts = revisions.facts_of_member(tx, here, member.id)
    received = reviews.received(tx, cohort_id, member.id)
    asked = reviews.asked_of(tx, cohort_id, member.id)
    lines = _lines(here, facts, allowances.of_member(tx, cohort_id, member.id), now)
    given = [review for review in asked if review.sent_at is not None]
    points = Counter(point.kind for review in received if review.sent_at for point in review.points)
    return Standing(
        running=here,
        member=member,
        lines=lines,
        card=StudentCard(
            name=member.name,
            cohort=here.cohort.name,
            weeks=_weeks(tx, here, member, lines),
            now_week=rules.now_week(here, now),
            reviews_given=len(given),
            reviews_owed=sum(
                review.sent_at is not None or (here.has_passed(review.due_at, now) and review.was_owed)
                for review in asked
            ),
            given_on_time=sum(review.on_time for review in given),
        ),
        points=points,
        retros=len(retros.of_member(tx, cohort_id, member.id)),
    )


def _weeks(tx: Tx, here: Here, member: Member, lines: Sequence[Line]) -> tuple[WeekFigures, ...]:
    shares: dict[str, dict[int, list[float]]] = {}
    for key, author_id, scores in reviews.scores_given(tx, here.cohort.id):
        share = review_rules.share(here.course.deliverable(key).rubric, scores)
        if share is not None:
            shares.setdefault(key, {}).setdefault(author_id, []).append(share)
    return tuple(
        _week(line, member.id, shares.get(line.deliverable.key, {}))
        for line in lines
        if line.deliverable.track == "weekly"
    )


def _week(line: Line, member_id: int, shares: Mapping[int, Sequence[float]]) -> WeekFigures:
    mine = shares.get(member_id, [])
    means = [fmean(given) for given in shares.values()]
    revision = line.revision
    return WeekFigures(
        week=line.deliverable.week,
        handed_in=True if revision is not None else False if line.state == "missed" else None,
        late=line.late,
        evidence=None if revision is None else completeness(line.deliverable, revision),
        score=fmean(mine) if mine else None,
        reviews=len(mine),
        cohort=median(means) if len(means) >= MEDIAN_FROM else None,
    )


def _to_do(tx: Tx, here: Here, now: datetime) -> ToDo:
    member = here.known()
    if here.cohort.state == "finished":
        return _over(tx, here, member)
    is_student = "student" in here.roles
    facts = revisions.facts_of_member(tx, here, member.id) if is_student else {}
    reached = here.clock.reads(now)
    coming = [item for item in here.course.deliverables if here.week(item.week).kickoff > reached]
    week = rules.now_week(here, now)
    written = {entry.week for entry in retros.of_member(tx, here.cohort.id, member.id)}
    lines = _lines(here, facts, here.allowed, now)
    asked = store.open_of(tx, here.cohort.id, member.id) if is_student else []
    return ToDo(
        running=here,
        is_student=is_student,
        overdue=[
            (item.deliverable, item.deadline) for item in lines if is_student and item.state == "missed"
        ],
        due=[(item.deliverable, item.deadline) for item in lines if is_student and item.state == "open"],
        incomplete=_incomplete(lines),
        to_review=_to_review(tx, here, member),
        to_read=_to_read(tx, here, member),
        to_answer=[(item.deliverable, item.to_answer) for item in lines if item.to_answer],
        to_change=[item.deliverable for item in lines if item.state == "changes asked"],
        to_recheck=[
            (review, (item := here.course.deliverable(review.deliverable)), author_of(tx, review, item))
            for review in waiting_for(tx, here.cohort.id, member.id)
        ],
        unready=_unready(here, facts, lines),
        queue=len(revisions.waiting(tx, here.cohort.id)) if here.is_staff else 0,
        requests=[requests.view(tx, here, request, now) for request in asked],
        retro=retro_rules.unanswered(here.times, written, reached) if is_student else None,
        ahead=(coming[0], here.week(coming[0].week).kickoff) if coming and week < len(here.times) else None,
    )


def _over(tx: Tx, here: Here, member: Member) -> ToDo:
    """Once the course is over there is nothing to do, only something to read."""
    return ToDo(
        running=here,
        is_student="student" in here.roles,
        overdue=[],
        due=[],
        incomplete=[],
        to_review=[],
        to_read=_to_read(tx, here, member),
        to_answer=[],
        to_change=[],
        to_recheck=[],
        unready=[],
        queue=0,
        retro=None,
        requests=[],
        ahead=None,
    )


def _unready(
    here: Here, facts: Mapping[str, Facts], lines: Sequence[Line]
) -> list[tuple[Deliverable, Sequence[str]]]:
    accepted = {key for key, found in facts.items() if found.accepted is not None}
    found = [
        (
            item.deliverable,
            assess(
                here.course,
                item.deliverable,
                work={key: each.revision for key, each in facts.items()},
                accepted=accepted,
                reviews=(),
                excused=[key for key, allowed in here.allowed.items() if allowed.is_excused],
            ),
        )
        for item in lines
        if item.deliverable.rests_on and item.state not in ("ahead", "excused", "accepted")
    ]
    return [(item, [gap.words for gap in ready.missing]) for item, ready in found if ready.missing]


def _lines(
    running: Running, facts: Mapping[str, Facts], allowed: Mapping[str, Allowance], now: datetime
) -> list[Line]:
    """Where a student stands with each deliverable of the course."""
    return [
        rules.line(running, item, allowed=allowed.get(item.key), facts=facts.get(item.key), now=now)
        for item in running.course.deliverables
    ]


def _incomplete(lines: Sequence[Line]) -> list[tuple[Deliverable, list[str]]]:
    """What was handed in with some of its evidence missing, and the labels of what is."""
    found = [
        (item.deliverable, missing(item.deliverable, item.revision.links, item.revision.dead))
        for item in lines
        if item.revision is not None and item.state != "accepted"
    ]
    return [(item, labels) for item, labels in found if labels]


def _to_review(tx: Tx, here: Here, member: Member) -> list[tuple[Review, Deliverable, Member]]:
    return [
        (review, (item := here.course.deliverable(review.deliverable)), author_of(tx, review, item))
        for review in reviews.asked_of(tx, here.cohort.id, member.id)
        if review.is_open
    ]


def _to_read(tx: Tx, here: Here, member: Member) -> list[tuple[Deliverable, int]]:
    unread = Counter(
        review.deliverable
        for review in reviews.received(tx, here.cohort.id, member.id)
        if review.sent_at is not None and review.read_at is None
    )
    return [(item, unread[item.key]) for item in here.course.deliverables if unread[item.key]]
