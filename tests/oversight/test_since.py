"""Days that are past, in the words that people use for them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import CourseError
from bot.oversight.since import parse_since

WEDNESDAY = date(2026, 3, 11)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("today", date(2026, 3, 11)),
        ("Yesterday", date(2026, 3, 10)),
        ("3 days ago", date(2026, 3, 8)),
        ("a week ago", date(2026, 3, 4)),
        ("two weeks ago", date(2026, 2, 25)),
        ("monday", date(2026, 3, 9)),
        ("last Monday", date(2026, 3, 9)),
        ("wednesday", date(2026, 3, 4)),
        ("thu", date(2026, 3, 5)),
        ("since friday", date(2026, 3, 6)),
        ("2026-03-01", date(2026, 3, 1)),
        ("10 march", date(2026, 3, 10)),
        ("march 20th", date(2025, 3, 20)),
        ("1 February 2024", date(2024, 2, 1)),
    ],
)
def test_a_day_that_was_is_understood(typed, day):
    assert parse_since(typed, WEDNESDAY) == day


@pytest.mark.parametrize(
    "typed", ["tomorrow", "in 3 days", "2027-01-01", "20 march 2026", "the end of the week"]
)
def test_a_day_to_come_is_refused(typed):
    with pytest.raises(CourseError, match="still to come"):
        parse_since(typed, WEDNESDAY)


@pytest.mark.parametrize(
    "typed", ["lately", "t", "some days ago", "03/04", "31 february", "last week", "on wednesday"]
)
def test_what_is_not_certain_is_refused_with_days_that_were(typed):
    with pytest.raises(CourseError, match="for certain") as refused:
        parse_since(typed, WEDNESDAY)
    assert str(refused.value).endswith("Write yesterday, monday, 2 weeks ago, or a date such as 2026-03-04.")


@given(today=st.dates(date(2024, 1, 1), date(2030, 1, 1)), days=st.integers(1, 400))
def test_so_many_days_ago_is_so_many_days_ago(today, days):
    assert parse_since(f"{days} days ago", today) == today - timedelta(days=days)
    assert today - timedelta(days=7) <= parse_since("friday", today) < today
