"""Where a cohort stands in the course, and its rhythm in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.course import rules
from bot.course.rules import Place
from bot.curriculum import Curriculum
from bot.errors import CourseError

BEFORE = datetime(2026, 2, 1, tzinfo=UTC)
KICKOFF = datetime(2026, 3, 2, 14, tzinfo=UTC)  # Monday 09:00 in New York


def test_before_the_course_the_first_week_is_shown(place: Place):
    assert place.position(BEFORE) == 1
    assert place.position(KICKOFF - timedelta(seconds=1)) == 1


def test_a_week_is_this_week_from_its_kickoff_to_the_next(place: Place):
    assert place.position(KICKOFF + timedelta(days=6)) == 1
    # The clocks go forward on 8 March: nine in the morning comes an hour earlier.
    assert place.position(KICKOFF + timedelta(days=7, hours=-1)) == 2


def test_after_the_course_the_last_week_is_shown(place: Place):
    assert place.position(KICKOFF + timedelta(weeks=40)) == 24


def test_without_a_cohort_there_are_no_dates(undated: Place):
    assert undated.cohort_id == 0
    assert undated.position(KICKOFF) == 1
    assert undated.due(undated.course.deliverable("w05")) is None


def test_a_deliverable_is_due_at_its_weeks_deadline(place: Place):
    assert place.due(place.course.deliverable("w01")) == datetime(2026, 3, 8, 22, tzinfo=UTC)


@pytest.mark.parametrize("number", [0, 25, 52])
def test_a_week_beyond_the_course_is_refused_with_the_range(place: Place, number: int):
    with pytest.raises(CourseError, match=r"has 24 weeks.*1 to 24"):
        place.checked(number)


def test_stages_know_their_weeks(shipped: Curriculum):
    assert [rules.weeks_of(shipped, stage) for stage in shipped.stages] == [(1, 8), (9, 16), (17, 24)]


def test_capstone_work_is_due_with_the_weeks_that_close_a_stage(shipped: Curriculum):
    due = {week: [item.key for item in rules.capstone_work(shipped, week)] for week in range(1, 25)}
    assert {week: keys for week, keys in due.items() if keys} == {
        8: ["c1.1", "c1.2", "c1.3"],
        16: ["c2.1", "c2.2", "c2.3"],
        24: ["c3.1", "c3.2", "c3.3"],
    }


def test_the_rhythm_is_told_moment_by_moment(shipped: Curriculum):
    lines = rules.rhythm(shipped)
    assert lines[0] == "Monday 09:00: the week begins with its kickoff"
    assert "Wednesday 18:00: reviews of weekly work are due, 2 for each" in lines
    assert lines[-1] == "7 days after the deadline: reviews of capstone work are due, 3 for each"


def test_a_course_without_capstones_does_not_speak_of_them(shipped: Curriculum):
    lines = rules.rhythm(shipped.model_copy(update={"capstones": ()}))
    assert not any("capstone" in line for line in lines)
