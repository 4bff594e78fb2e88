"""Putting together what is known about one student's course, and about the points of a whole cohort's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from bot.cohorts import allowances
from bot.cohorts.rules import Allowance, Member, Running
from bot.database import Tx
from bot.progress import rules, tracing
from bot.progress.figures import StudentCard, WeekFigures
from bot.progress.rules import Line
from bot.progress.tracing import Found, Judged
from bot.progress.trends import PointTrend, Trends
from bot.retros import store as retros
from bot.reviews import own
from bot.reviews import store as reviews
from bot.reviews.everybody import WorkScores, by_work, given, means
from bot.reviews.rules import Review
from bot.revisions import everybody, watching
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
    scored: Mapping[str, WorkScores]
    """What the reviews of each piece of their work say together."""
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
        joined=watching.joined(tx, running, member.id),
        allowed=allowances.of_member(tx, cohort_id, member.id),
        facts=facts,
        asked=reviews.asked_of(tx, cohort_id, member.id),
        judged=[*_judged(tx, facts), *_own(tx, running, member)],
        scored={key: work for (_, key), work in by_work(given(tx, running, member.id)).items()},
        written={entry.week for entry in retros.of_member(tx, cohort_id, member.id)},
    )


def _judged(tx: Tx, facts: Mapping[str, Facts]) -> Iterator[Judged]:
    """How each piece of work was scored, by the rubric of the version that its review was given under."""
    for work in facts.values():
        for review in work.sent:
            by = "mentor" if review.origin == "mentor" else "peer"
            rubric = reviews.rubric(tx, review)
            yield Judged(deliverable=work.deliverable, rubric=rubric, scores=review.scores, by=by)


def _own(tx: Tx, running: Running, member: Member) -> Iterator[Judged]:
    """How they scored their own work, by the rubric that it then had."""
    for then, levels in own.of_member(tx, running.cohort.id, member.id):
        item = running.course.deliverable(then.key)
        yield Judged(deliverable=item, rubric=then.rubric, scores=levels, by="self")


def medians(tx: Tx, running: Running) -> Mapping[str, float]:
    """The cohort's median score of each deliverable that enough people have a score for."""
    return {key: median(scores) for key, scores in means(tx, running).items() if len(scores) >= MEDIAN_FROM}


def card(found: Record, now: datetime, medians: Mapping[str, float]) -> StudentCard:
    """The figures of the student card, beside the cohort's medians as far as those are given."""
    running = found.running
    return StudentCard(
        name=found.member.name,
        cohort=running.cohort.name,
        weeks=tuple(
            _week(line, found.scored.get(line.deliverable.key), medians.get(line.deliverable.key))
            for line in found.lines(now)
            if line.deliverable.track == "weekly"
        ),
        now_week=rules.now_week(running, now),
        reviews_given=sum(review.sent_at is not None for review in found.asked),
        reviews_owed=sum(
            review.sent_at is not None or (running.has_passed(review.due_at, now) and review.was_owed)
            for review in found.asked
        ),
        given_on_time=sum(review.on_time for review in found.asked),
    )


def _week(line: Line, work: WorkScores | None, cohort: float | None) -> WeekFigures:
    revision = line.revision
    return WeekFigures(
        week=line.deliverable.week,
        handed_in=True if revision is not None else False if line.state == "missed" else None,
        late=line.late,
        evidence=None if revision is None else completeness(line.deliverable, revision),
        score=None if work is None else work.scores.mean,
        reviews=0 if work is None else work.scores.count,
        cohort=cohort,
        by_mentor=work is not None and work.by_mentor,
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
            became="settled" if item.settled else "left",
            count=item.points,
        )
        for item in everybody.accepted_points(tx, running.cohort.id)
    ]
    return tracing.points([*open_work, *accepted])
