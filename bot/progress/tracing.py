"""From the facts of a course to its trends: one function for each figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.cohorts.rules import Allowance, Running
from bot.curriculum import Criterion, Deliverable, Rubric
from bot.progress import figures
from bot.progress.trends import (
    CriterionTrend,
    PointsOfWeek,
    PointTrend,
    Repeated,
    RubricTrend,
    Scored,
    Streak,
    Streaks,
)
from bot.reviews import rules as reviewing
from bot.reviews.rules import SEVERITIES, PointKind, Review, Scores, Severity
from bot.revisions import rules as loop
from bot.revisions.risk import was_ahead
from bot.revisions.rules import Facts
from bot.submissions.rules import Revision, is_due

# What was found in most of the latest reviewed weeks is no accident of one lab; what is older may have been unlearned.
REPEATS_IN, REPEATS_OF = 3, 5
COMMON = 0.5  # of the authors of a week; of a single student that is the student
TO_MEND: tuple[PointKind, ...] = ("defect", "risk")  # a suggestion may be left, and says nothing is wrong

By = Literal["peer", "mentor", "self"]
Became = Literal["open", "settled", "left"]  # left: it was not settled when its work was accepted


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How somebody scored a piece of work, with the rubric as it was then."""

    deliverable: Deliverable
    rubric: Rubric
    scores: Mapping[str, int]
    by: By


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Points of one kind and severity that reviews found in somebody's work, and what became of them."""

    week: int
    author_id: int
    kind: PointKind
    severity: Severity
    became: Became
    count: int = 1


def rubrics(judged: Iterable[Judged]) -> list[RubricTrend]:
    """Every rubric that somebody scored the student's work by, in the order of the work."""
    by_rubric: dict[str, list[Judged]] = {}
    for item in sorted(judged, key=lambda item: (item.deliverable.week, item.deliverable.track != "weekly")):
        by_rubric.setdefault(item.rubric.key, []).append(item)
    found = [_rubric(items) for items in by_rubric.values()]
    return [trend for trend in found if trend.criteria]


def _rubric(judged: Sequence[Judged]) -> RubricTrend:
    """A rubric's criteria as its newest version has them; what that has dropped stays behind them."""
    newest = judged[-1].rubric
    criteria = {item.key: item for item in newest.criteria}
    for earlier in judged:
        for item in earlier.rubric.criteria:
            criteria.setdefault(item.key, item)
    trends = [criterion_trend(newest.title, item, judged) for item in criteria.values()]
    return RubricTrend(
        rubric=newest.key, title=newest.title, criteria=[item for item in trends if item.scored]
    )


def criterion_trend(rubric: str, criterion: Criterion, judged: Sequence[Judged]) -> CriterionTrend:
    """How one criterion goes, oldest work first; where it goes is said of peers' and mentors' scores alone."""
    work = {item.deliverable.key: item.deliverable for item in judged}
    shares: dict[str, dict[By, list[float]]] = {}
    for item in judged:
        scores = {key: level for key, level in item.scores.items() if key == criterion.key}
        value = reviewing.share(item.rubric, scores)
        if value is not None:
            shares.setdefault(item.deliverable.key, {}).setdefault(item.by, []).append(figures.share(value))
    sound = [
        Scores.of([*by.get("peer", ()), *by.get("mentor", ())]).mean
        for by in shares.values()
        if reviewing.is_sound(len(by.get("peer", ())), by_mentor="mentor" in by)
    ]
    return CriterionTrend(
        rubric=rubric,
        criterion=criterion.key,
        title=criterion.title,
        scored=[_scored(work[key], by) for key, by in shares.items()],
        way=figures.way(sound),
    )


def _scored(deliverable: Deliverable, by: Mapping[By, Sequence[float]]) -> Scored:
    return Scored(
        deliverable=deliverable.key,
        place=deliverable.place,
        week=deliverable.week,
        peers=Scores.of(by["peer"]) if "peer" in by else None,
        mentors=Scores.of(by["mentor"]) if "mentor" in by else None,
        own=by["self"][-1] if "self" in by else None,
    )


def found_in(facts: Facts, now: datetime) -> Iterator[Found]:
    """What reviewers found in a piece of work."""
    for _, point, state in loop.points(facts, now):
        yield Found(
            week=facts.deliverable.week,
            author_id=facts.author_id,
            kind=point.kind,
            severity=point.severity,
            became=state if state in ("settled", "left") else "open",
        )


def points(found: Iterable[Found]) -> PointTrend:
    """Defects and risks by week, for the weeks whose work was reviewed, and what keeps coming back."""
    weeks: dict[int, list[Found]] = {}
    for item in sorted(found, key=lambda item: item.week):
        weeks.setdefault(item.week, []).append(item)
    return PointTrend(
        weeks=[
            PointsOfWeek(
                week=week,
                opened=_counted(items, lambda item: True),
                resolved=_counted(items, lambda item: item.became == "settled"),
                left=sum(_counted(items, lambda item: item.became == "left").values()),
            )
            for week, items in weeks.items()
        ],
        repeated=repeated(weeks),
    )


def _counted(found: Iterable[Found], counts: Callable[[Found], bool]) -> Mapping[PointKind, int]:
    total: Counter[PointKind] = Counter()
    for item in found:
        if item.kind in TO_MEND and counts(item):
            total[item.kind] += item.count
    return total


def repeated(weeks: Mapping[int, Sequence[Found]]) -> list[Repeated]:
    """What was found in at least three of the last five reviewed weeks, gravest first.

    Of a cohort, a kind was found in a week if at least half of that week's authors got it.
    """
    latest = sorted(weeks)[-REPEATS_OF:]
    kinds: list[tuple[PointKind, Severity]] = [
        (kind, severity) for severity in reversed(SEVERITIES) for kind in TO_MEND
    ]
    where = {kind: [week for week in latest if _is_common(kind, weeks[week])] for kind in kinds}
    return [
        Repeated(kind=kind, severity=severity, weeks=found)
        for (kind, severity), found in where.items()
        if len(found) >= REPEATS_IN
    ]


def _is_common(wanted: tuple[PointKind, Severity], found: Sequence[Found]) -> bool:
    authors = {item.author_id for item in found}
    having = {item.author_id for item in found if (item.kind, item.severity) == wanted}
    return bool(having) and len(having) >= COMMON * len(authors)


def streak(outcomes: Iterable[bool | None]) -> Streak:
    """How many in a row; None is what counts neither way."""
    now = longest = 0
    for outcome in outcomes:
        if outcome is not None:
            now = now + 1 if outcome else 0
            longest = max(longest, now)
    return Streak(now=now, longest=longest)


def streaks(
    running: Running,
    *,
    joined: datetime,
    allowed: Mapping[str, Allowance],
    work: Mapping[str, Revision],
    asked: Iterable[Review],
    written: Collection[int],
    now: datetime,
) -> Streaks:
    """What a student does week after week; nothing is expected of them once the course is over."""
    return Streaks(
        work=streak(work_by_week(running, joined, allowed, work, now)),
        reviews=streak(reviews_by_due(running, asked, now)),
        retros=streak(retros_by_week(running, joined, written, now)),
    )


def work_by_week(
    running: Running,
    joined: datetime,
    allowed: Mapping[str, Allowance],
    work: Mapping[str, Revision],
    now: datetime,
) -> list[bool | None]:
    """Of each week whether all its work came in time; None while some of it may, or if none is expected."""
    weeks: dict[int, list[bool | None]] = {week.number: [] for week in running.times}
    for item in running.course.deliverables:
        mine, revision = allowed.get(item.key), work.get(item.key)
        if (mine is not None and mine.is_excused) or not was_ahead(running, item, mine, joined):
            continue
        pending = None if not is_due(running, item, mine, now) else False
        weeks[item.week].append(pending if revision is None else not revision.late)
    return [_together(outcomes) for outcomes in weeks.values()]


def _together(outcomes: Sequence[bool | None]) -> bool | None:
    if False in outcomes:
        return False
    return None if None in outcomes or not outcomes else True


def reviews_by_due(running: Running, asked: Iterable[Review], now: datetime) -> list[bool | None]:
    """Of each review asked of a student whether it came in time, by when it was due."""
    return [
        review.on_time
        if review.sent_at is not None
        else False
        if review.was_owed and running.has_passed(review.due_at, now)
        else None
        for review in sorted(asked, key=lambda review: (review.due_at, review.id))
    ]


def retros_by_week(
    running: Running, joined: datetime, written: Collection[int], now: datetime
) -> list[bool | None]:
    """Of each week whether a student looked back on it; that is missed once the next week's retro is asked for."""
    closes = [*(week.retro for week in running.times[1:]), running.times[-1].ends]
    return [
        None
        if week.retro < joined
        else True
        if week.number in written
        else False
        if running.has_passed(closed, now)
        else None
        for week, closed in zip(running.times, closes, strict=True)
    ]
