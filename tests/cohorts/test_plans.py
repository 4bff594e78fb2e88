"""A cohort's own calendar, as it is written down."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.calendar import NO_CHANGES, Break, Changes
from bot.cohorts import plans
from bot.curriculum import Moment
from tests.town import COURSE


def test_a_calendar_reads_as_it_was_written():
    tuesdays = COURSE.rhythm.model_copy(update={"kickoff": Moment.parse("tue 10:00")})
    plan = Changes(
        rhythms=((3, tuesdays),),
        breaks=(Break(from_at=datetime(2026, 4, 6, tzinfo=UTC), weeks=2, reason="Spring *break* — “off”"),),
    )
    assert plans.changes(plans.written(plan)) == plan


def test_breaks_are_kept_in_the_order_in_which_they_begin():
    late, early = (Break(from_at=datetime(2026, month, 6, tzinfo=UTC), weeks=1) for month in (6, 4))
    assert plans.changes(plans.written(Changes(breaks=(late, early)))).breaks == (early, late)


def test_a_cohort_that_follows_the_course_file_writes_nothing_down():
    assert plans.written(NO_CHANGES) is None
    assert plans.changes(None) == NO_CHANGES
