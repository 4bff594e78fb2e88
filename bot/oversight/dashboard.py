"""A cohort for whoever looks after it, and one student of it: what their pages show, from the rooms that know it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.cohorts import allowances
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Running
from bot.database import Tx
from bot.oversight import gathering, news
from bot.oversight.rules import Report, WeekFigures
from bot.portfolio.service import online
from bot.progress.service import Standing, cohort_points, standing
from bot.progress.trends import PointTrend
from bot.retros.service import themes_of_course
from bot.retros.themes import WeekThemes
from bot.revisions import queue, watching
from bot.submissions.everybody import HandedIn, handed_in


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekBeside:
    """A week's figures and those of the week before, as far as there are such weeks."""

    week: int
    figures: WeekFigures
    before: WeekFigures | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """How a cohort stands and what waits; `beside` is None before the first week."""

    report: Report
    beside: WeekBeside | None
    queue: int
    problems: Sequence[tuple[str, datetime]]
    points: PointTrend
    themes: Sequence[WeekThemes]


def dashboard(tx: Tx, running: Running, now: datetime) -> Dashboard:
    """A cohort at one instant."""
    report = gathering.report(tx, running, None, now)
    cells = [cell for row in report.everybody for cell in row.cells.values()]
    return Dashboard(
        report=report,
        beside=_beside(tx, running, now),
        queue=queue.count(tx, running.cohort.id),
        problems=cohorts.problems(tx, running.cohort.id),
        points=cohort_points(tx, running, now, [cell.facts for cell in cells if cell.facts is not None]),
        themes=themes_of_course(tx, running),
    )


def _beside(tx: Tx, running: Running, now: datetime) -> WeekBeside | None:
    """The week that runs beside the one before; after the course, its last two."""
    week = running.begun(now)
    if week < 1:
        return None
    cohort_id = running.cohort.id
    students = {who: place.since for who, place in watching.placed(tx, cohort_id).items() if place.active}
    came, allowed = handed_in(tx, cohort_id), allowances.of_cohort(tx, cohort_id)
    found = [
        news.figures_of(running, number, students, came, allowed, now)
        for number in (week, week - 1)
        if number >= 1
    ]
    return WeekBeside(week=week, figures=found[0], before=found[1] if week > 1 else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Student:
    """One student as those who look after the cohort see them, with why they are at risk.

    `came`: when each of their deliverables first came; `slug`: where their portfolio is, while it is online.
    """

    standing: Standing
    came: Mapping[str, HandedIn]
    slug: str | None
    is_present: bool


def student(tx: Tx, running: Running, member_id: int, now: datetime) -> Student | None:
    """A student of the cohort, also one who was withdrawn; None for everybody else."""
    place = watching.placed(tx, running.cohort.id).get(member_id)
    if place is None or place.member.user_id is None:
        return None
    why = watching.reasons(tx, running, member_id, now) if place.active else ()
    return Student(
        standing=replace(standing(tx, running, place.member, now), reasons=why),
        came=handed_in(tx, running.cohort.id, member_id).get(member_id, {}),
        slug=next((slug for owner, slug in online(tx, running.cohort.id) if owner.id == member_id), None),
        is_present=place.active,
    )
