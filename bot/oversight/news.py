"""What a lead should know of a week: what came and what did not, who is at risk, what lies ahead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from bot import ledger
from bot.calendar import Break, later
from bot.cohorts import allowances
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Allowance, Running
from bot.curriculum import Deliverable
from bot.database import Tx
from bot.extensions import store as extensions
from bot.mentors.service import turnaround
from bot.oversight import gathering
from bot.oversight.rules import Coming, News, WeekFigures
from bot.revisions import everybody, risk, watching
from bot.revisions.watching import Came
from bot.submissions import store as submissions
from bot.submissions.everybody import HandedIn, handed_in
from bot.submissions.rules import is_due

AHEAD = timedelta(weeks=1)  # the next letter comes a week from now


def news(tx: Tx, running: Running, week: int, now: datetime) -> News:
    """What a week was like, and what the next one brings."""
    cohort_id = running.cohort.id
    places = watching.placed(tx, cohort_id)
    students = {member_id: place.since for member_id, place in places.items() if place.active}
    came, allowed = handed_in(tx, cohort_id), allowances.of_cohort(tx, cohort_id)
    since = running.week(week - 1).digest if week > 1 else running.times[0].kickoff
    figures = {
        number: figures_of(running, number, students, came, allowed, now) for number in (week - 1, week)
    }
    return News(
        since=since,
        students=len(students),
        figures=figures[week],
        before=figures[week - 1] if week > 1 else None,
        at_risk=watching.at_risk(tx, running, came, everybody.facts(tx, running), now),
        covered=submissions.coverage(tx, cohort_id, now),
        turnaround=turnaround(tx, running, now).cohort,
        overdue=gathering.late_reviewers(tx, running, students, since, now),
        requests=len(extensions.waiting(tx, cohort_id)),
        skipped=ledger.skipped_in(tx, cohort_id, since=since),
        problems=cohorts.problems(tx, cohort_id),
        coming=_coming(running, now),
        breaks=list(_breaks(running, now)),
    )


def _due_in(running: Running, week: int) -> list[Deliverable]:
    return [item for item in running.course.deliverables if item.week == week]


def figures_of(
    running: Running,
    week: int,
    students: Mapping[int, datetime],
    came: Came,
    allowances_: Mapping[int, Mapping[str, Allowance]],
    now: datetime,
) -> WeekFigures:
    """What a week asked of these students since they joined or got from them, piece by piece."""
    done, missed, due = list[HandedIn](), 0, _due_in(running, week)
    for member_id, joined in students.items():
        work, mine = came.get(member_id, {}), allowances_.get(member_id, {})
        done += [work[item.key] for item in due if item.key in work]
        missed += sum(
            item.key not in work
            and is_due(running, item, mine.get(item.key), now)
            and risk.was_ahead(running, item, mine.get(item.key), joined)
            for item in due
        )
    return WeekFigures(due=len(done) + missed, handed_in=len(done), late=sum(item.late for item in done))


def _coming(running: Running, now: datetime) -> list[Coming]:
    """The weeks that run or begin before the next letter; in a break, the one that it ends with."""
    open_ = [times for times in running.times if times.deadline > now]
    soon = [times for times in open_ if times.kickoff < now + AHEAD] or open_[:1]
    return [
        Coming(week=running.course.week(times.number), times=times, due=_due_in(running, times.number))
        for times in soon
    ]


def _breaks(running: Running, now: datetime) -> Iterator[Break]:
    for pause in running.cohort.changes.breaks:
        over = later(pause.from_at, pause.weeks, running.cohort.zone)
        if pause.from_at < now + AHEAD and over > now:
            yield pause
