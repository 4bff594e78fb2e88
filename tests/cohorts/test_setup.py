"""What a lead writes into a cohort, and what its start sets going."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.cohorts import setup
from bot.cohorts.rules import Running
from bot.errors import CourseError

TODAY = date(2026, 2, 20)
KICKOFF = datetime(2026, 3, 2, 14, tzinfo=UTC)  # Monday 09:00 in New York


def test_a_start_is_a_plain_date():
    assert setup.parse_start(" 2026-03-02 ", TODAY) == date(2026, 3, 2)


@pytest.mark.parametrize("typed", ["2.3.2026", "2026-02-30", "March 2", "", "soon", "2026-3-2"])
def test_a_date_that_cannot_be_read_is_refused_with_an_example(typed: str):
    with pytest.raises(CourseError, match="YYYY-MM-DD, for example 2026-02-27"):
        setup.parse_start(typed, TODAY)


@pytest.mark.parametrize("typed", ["2062-03-02", "2016-03-02", "9999-12-31", "0001-01-01"])
def test_a_start_years_away_is_taken_for_a_slip(typed: str):
    with pytest.raises(CourseError, match="more than a year away"):
        setup.parse_start(typed, TODAY)


def test_a_name_is_put_on_one_line():
    assert setup.parse_name("  Spring \n 2026 ") == "Spring 2026"


@pytest.mark.parametrize("typed", ["", "   ", "x" * 81])
def test_a_name_is_neither_empty_nor_endless(typed: str):
    with pytest.raises(CourseError, match="1 to 80 characters"):
        setup.parse_name(typed)


def test_everyone_cannot_be_a_role():
    with pytest.raises(CourseError, match="@everyone"):
        setup.check_roles(1, {"student": 1, "mentor": None, "lead": None})


def test_one_role_cannot_make_both_students_and_leads():
    with pytest.raises(CourseError, match="different roles"):
        setup.check_roles(1, {"student": 5, "mentor": None, "lead": 5})
    setup.check_roles(1, {"student": None, "mentor": None, "lead": None})


def test_before_the_course_everything_is_ahead(draft: Running):
    plan = setup.plan(draft.times, KICKOFF - timedelta(days=3))
    assert plan.passed == []
    assert plan.at_once(KICKOFF - timedelta(days=3)) == []
    first = [(item.kind, item.week) for item in plan.ahead(KICKOFF - timedelta(days=3))]
    assert first == [
        ("kickoff", 1), ("nudge", 1), ("pairing", 1), ("retro", 1), ("kickoff", 2), ("digest", 1),
    ]  # fmt: skip


def test_a_course_started_on_a_wednesday_posts_that_weeks_kickoff_at_once(draft: Running):
    now = KICKOFF + timedelta(days=9)
    plan = setup.plan(draft.times, now)
    assert [(item.kind, item.week) for item in plan.at_once(now)] == [("kickoff", 2)]
    passed = {(item.kind, item.week) for item in plan.passed}
    assert passed == {("kickoff", 1), ("nudge", 1), ("retro", 1)}
    assert [(item.kind, item.week) for item in plan.ahead(now, 1)] == [("digest", 1)]


def test_a_week_that_is_over_stays_open_for_late_work(draft: Running):
    plan = setup.plan(draft.times, KICKOFF + timedelta(days=9))
    assert ("pairing", 1) in {(item.kind, item.week) for item in plan.owed}


@pytest.mark.parametrize("days", range(-20, 60, 3))
def test_nothing_is_lost_between_what_is_owed_and_what_has_passed(draft: Running, days: int):
    now = KICKOFF + timedelta(days=days)
    plan = setup.plan(draft.times, now)
    assert len(plan.owed) + len(plan.passed) == 5 * len(draft.times)
    assert all(item.due_at <= now for item in plan.passed)
