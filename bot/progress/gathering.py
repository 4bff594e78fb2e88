"""Putting together what is known about one student's course, and about the points of a whole cohort's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean, median

from bot.cohorts import allowances
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Allowance, Member, Running
from bot.course import store as versions
from bot.database import Tx
from bot.progress import rules, tracing
from bot.progress.figures import StudentCard, WeekFigures
from bot.progress.rules import Line
from bot.progress.tracing import Found, Judged
from bot.progress.trends import PointTrend, Trends
from bot.retros import store as retros
from bot.reviews import own
from bot.reviews import rules as reviewing
from bot.reviews import store as reviews
from bot.reviews.everybody import given
from bot.reviews.rules import Review
from bot.revisions import everybody
from bot.revisions import store as revisions
from bot.revisions.rules import Facts
from bot.submissions.rules import completeness

MEDIAN_FROM = 3  # people; a median of fewer would give a classmate's score away


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """All that a student's figures are made of; `joined` is since when the course is theirs."""

    running: Running
    member: Member
    joined: datetime
    allowed: Mapping[str, Allowance]
    facts: Mapping[str, Facts]
    asked: Sequence[Review]
    """Every review ever asked of them."""
    judged: Sequence[Judged]
    written: Collection[int]
    """The weeks whose retro they wrote."""

    def lines(self, now: datetime) -> list[Line]:
        """Where they stand with each deliverable of the course."""
        return rules.lines(self.running, self.facts, self.allowed, self.joined, now)

    @property
    def received(self) -> list[Review]:
        """Every review that has come for their work."""
        return [review for facts in self.facts.values() for review in facts.sent]


def record(tx: Tx, running: Running, member: Member) -> Record:
    """What is known about a student's course."""
    cohort_id = running.cohort.id
    facts = revisions.facts_of_member(tx, running, member.id)
    return Record(
        running=running,
        member=member,
        joined=joined(tx, running, member),
        allowed=allowances.of_member(tx, cohort_id, member.id),
        facts=facts,
        asked=reviews.asked_of(tx, cohort_id, member.id),
        judged=[*_judged(tx, facts), *_own(running, own.of_member(tx, cohort_id, member.id))],
        written={entry.week for entry in retros.of_member(tx, cohort_id, member.id)},
    )


def joined(tx: Tx, running: Running, member: Member) -> datetime:
    """Since when a student is in the course; from its beginning if they never were put on the roster."""
    return cohorts.joined(tx, running.cohort.id, member.id, "student") or running.times[0].kickoff


def _judged(tx: Tx, facts: Mapping[str, Facts]) -> Iterator[Judged]:
    """How each piece of work was scored, by the rubric of the version that its review was given under."""
    for work in facts.values():
        for review in work.sent:
            rubric = versions.version(tx, review.course_version_id).deliverable(review.deliverable).rubric
            by = "mentor" if review.origin == "mentor" else "peer"
            yield Judged(deliverable=work.deliverable, rubric=rubric, scores=review.scores, by=by)


def _own(running: Running, scores: Mapping[str, Mapping[str, int]]) -> Iterator[Judged]:
    """How they scored their own work, by the rubric that the cohort has."""
    for key, levels in scores.items():
        item = running.course.deliverable(key)
        yield Judged(deliverable=item, rubric=item.rubric, scores=levels, by="self")


def card(tx: Tx, found: Record, now: datetime) -> StudentCard:
    """The figures of the student card."""
    running = found.running
    return StudentCard(
        name=found.member.name,
        cohort=running.cohort.name,
        weeks=_weeks(tx, found, now),
        now_week=rules.now_week(running, now),
        reviews_given=sum(review.sent_at is not None for review in found.asked),
        reviews_owed=sum(
            review.sent_at is not None or (running.has_passed(review.due_at, now) and review.was_owed)
            for review in found.asked
        ),
        given_on_time=sum(review.on_time for review in found.asked),
    )


def _weeks(tx: Tx, found: Record, now: datetime) -> tuple[WeekFigures, ...]:
    shares: dict[str, dict[int, list[float]]] = {}
    for review in given(tx, found.running):
        shares.setdefault(review.deliverable, {}).setdefault(review.author_id, []).append(review.share)
    judged: dict[str, list[Judged]] = {}
    for item in found.judged:
        if item.by != "self":
            judged.setdefault(item.deliverable.key, []).append(item)
    return tuple(
        _week(line, judged.get(line.deliverable.key, ()), shares.get(line.deliverable.key, {}))
        for line in found.lines(now)
        if line.deliverable.track == "weekly"
    )


def _week(line: Line, judged: Sequence[Judged], everybodys: Mapping[int, Sequence[float]]) -> WeekFigures:
    scores = [reviewing.share(item.rubric, item.scores) for item in judged]
    mine = [score for score in scores if score is not None]
    means = [fmean(shares) for shares in everybodys.values()]
    revision = line.revision
    return WeekFigures(
        week=line.deliverable.week,
        handed_in=True if revision is not None else False if line.state == "missed" else None,
        late=line.late,
        evidence=None if revision is None else completeness(line.deliverable, revision),
        score=fmean(mine) if mine else None,
        reviews=len(mine),
        cohort=median(means) if len(means) >= MEDIAN_FROM else None,
        by_mentor=any(item.by == "mentor" for item in judged),
    )


def trends(found: Record, now: datetime) -> Trends:
    """How a student's work goes over the weeks."""
    return Trends(
        rubrics=tracing.rubrics(found.judged),
        points=tracing.points(
            point for facts in found.facts.values() for point in tracing.found_in(facts, now)
        ),
        streaks=tracing.streaks(
            found.running,
            joined=found.joined,
            allowed=found.allowed,
            work={key: facts.revision for key, facts in found.facts.items()},
            asked=found.asked,
            written=found.written,
            now=now,
        ),
    )


def cohort_points(tx: Tx, running: Running, work: Iterable[Facts], now: datetime) -> PointTrend:
    """What reviews found in everybody's `work`, from as few questions however many they are."""
    open_work = [point for facts in work for point in tracing.found_in(facts, now)]
    accepted = [
        Found(
            week=running.course.deliverable(item.deliverable).week,
            author_id=item.author_id,
            kind=item.kind,
            severity=item.severity,
            settled=True,
            count=item.points,
        )
        for item in everybody.accepted_points(tx, running.cohort.id)
    ]
    return tracing.points([*open_work, *accepted])
