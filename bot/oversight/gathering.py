"""Putting together how a cohort stands, from the figures of the rooms that own them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from bot.cohorts import allowances
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Allowance, Member, Placed, Running
from bot.database import Tx
from bot.extensions import store as extensions
from bot.mentors.service import turnaround
from bot.oversight.rules import Cell, Report, Row
from bot.progress.rules import line
from bot.reviews.everybody import by_work, given, overdue, unsent
from bot.reviews.rules import Scores
from bot.revisions import everybody, watching
from bot.revisions.rules import Facts
from bot.revisions.watching import Came
from bot.submissions import store as submissions
from bot.submissions.everybody import handed_in


def report(tx: Tx, running: Running, week: int | None, now: datetime) -> Report:
    """How everybody who ever was a student of a cohort stands with the whole course, and how the cohort does."""
    cohort_id = running.cohort.id
    ever = list(watching.placed(tx, cohort_id).values())
    came = handed_in(tx, cohort_id)
    allowed = allowances.of_cohort(tx, cohort_id)
    work: dict[int, dict[str, Facts]] = {}
    all_facts = everybody.facts(tx, running)
    for facts in all_facts:
        work.setdefault(facts.author_id, {})[facts.deliverable.key] = facts
    present = {place.member.id for place in ever if place.active}
    return Report(
        running=running,
        now=now,
        week=week,
        everybody=[_row(running, place, allowed, work.get(place.member.id, {}), came, now) for place in ever],
        at_risk=watching.at_risk(tx, running, came, all_facts, now),
        covered=submissions.coverage(tx, cohort_id, running.clock.reads(now)),
        turnaround=turnaround(tx, running, now).cohort,
        overdue=late_reviewers(tx, running, present, None, now),
        requests=len(extensions.waiting(tx, cohort_id)),
    )


def _row(
    running: Running,
    place: Placed,
    allowances_: Mapping[int, Mapping[str, Allowance]],
    work: Mapping[str, Facts],
    came: Came,
    now: datetime,
) -> Row:
    allowed, mine = allowances_.get(place.member.id, {}), came.get(place.member.id, {})
    cells = {
        item.key: Cell(
            line=line(
                running,
                item,
                allowed=allowed.get(item.key),
                facts=work.get(item.key),
                joined=place.since,
                now=now,
            ),
            allowed=allowed.get(item.key),
            facts=work.get(item.key),
        )
        for item in running.course.deliverables
    }
    return Row(
        member=place.member,
        is_present=place.active,
        cells=cells,
        handed_in_at={key: done.at for key, done in mine.items()},
    )


def late_reviewers(
    tx: Tx, running: Running, present: Collection[int], since: datetime | None, now: datetime
) -> list[tuple[Member, int]]:
    """Who owed reviews that did not come in time, of those due since then, and how many; who owed most first."""
    found = overdue(unsent(tx, running.cohort.id, since=since), present, running.clock.reads(now))
    return [(cohorts.member(tx, member_id), count) for member_id, count in found.most_common()]


def scores(tx: Tx, running: Running) -> Mapping[tuple[int, str], Scores]:
    """What the reviews of each piece of work say together, by author and deliverable."""
    return {work: found.scores for work, found in by_work(given(tx, running)).items()}
