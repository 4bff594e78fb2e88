"""Which day somebody means, and when that cannot be told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.availability.rules import LONGEST, parse_until
from bot.errors import CourseError

WEDNESDAY = date(2026, 3, 11)
MEANT = [
    ("today", date(2026, 3, 11)),
    ("tomorrow", date(2026, 3, 12)),
    ("the day after tomorrow", date(2026, 3, 13)),
    ("friday", date(2026, 3, 13)),
    ("Fri", date(2026, 3, 13)),
    ("until Friday.", date(2026, 3, 13)),
    ("on thurs", date(2026, 3, 12)),
    ("monday", date(2026, 3, 16)),
    ("this friday", date(2026, 3, 13)),
    ("next friday", date(2026, 3, 20)),
    ("next monday", date(2026, 3, 16)),
    ("next wednesday", date(2026, 3, 18)),
    ("this wednesday", date(2026, 3, 11)),
    ("the end of the week", date(2026, 3, 15)),
    ("in 3 days", date(2026, 3, 14)),
    ("3 days", date(2026, 3, 14)),
    ("for a week", date(2026, 3, 18)),
    ("one week", date(2026, 3, 18)),
    ("in two weeks", date(2026, 3, 25)),
    ("in 0 days", date(2026, 3, 11)),
    ("2026-03-16", date(2026, 3, 16)),
    (" until  2026-03-16 ", date(2026, 3, 16)),
    ("16 march", date(2026, 3, 16)),
    ("16th of March 2026", date(2026, 3, 16)),
    ("March 16", date(2026, 3, 16)),
    ("mar 16th, 2026", date(2026, 3, 16)),
    ("1 apr", date(2026, 4, 1)),
]
UNSURE = [
    "", "soon", "next week", "the weekend", "10/3", "3/10/2026", "10.03.2026", "march", "16", "31 february",
    "2026-02-30", "2026-3-16", "friday 9am", "t", "tu", "ma 16", "in a while", "in -3 days", "viernes",
    "99999 days", "friday or saturday", "2026-W12", "²³ days",
]  # fmt: skip


@pytest.mark.parametrize(("typed", "day"), MEANT)
def test_a_day_in_human_words_is_understood(typed: str, day: date):
    assert parse_until(typed, WEDNESDAY) == day


@pytest.mark.parametrize("typed", UNSURE)
def test_what_is_not_certain_is_refused_with_examples(typed: str):
    with pytest.raises(CourseError, match=r"cannot tell for certain.*2026-03-18"):
        parse_until(typed, WEDNESDAY)


def test_the_weekday_that_is_today_is_asked_back():
    with pytest.raises(CourseError, match=r"Today is Wednesday\. Write today, or next wednesday"):
        parse_until("wednesday", WEDNESDAY)


@pytest.mark.parametrize("typed", ["2026-03-10", "this monday", "10 march 2026"])
def test_a_day_that_is_past_is_refused_by_its_name(typed: str):
    with pytest.raises(CourseError, match="March 2026, is past already"):
        parse_until(typed, WEDNESDAY)


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("in 61 days", "Monday, 11 May 2026"),
        ("10 march", "10 March 2027"),
        ("2062-03-12", "12 March 2062"),
        ("in 999 weeks", "May 2045"),
    ],
)
def test_a_day_too_far_away_is_refused_and_shows_which_one_was_understood(typed: str, named: str):
    with pytest.raises(CourseError, match=f"{named}, is more than 60 days away"):
        parse_until(typed, WEDNESDAY)


def test_sixty_days_are_still_an_absence():
    assert parse_until("in 60 days", WEDNESDAY) == WEDNESDAY + timedelta(days=LONGEST)


@given(st.dates(date(2025, 1, 1), date(2030, 1, 1)), st.integers(0, LONGEST))
def test_a_day_reads_the_same_however_it_is_written(today: date, ahead: int):
    day = today + timedelta(days=ahead)
    for typed in (f"{day}", f"{day:%d %B}", f"{day:%B %d %Y}", f"in {ahead} days"):
        assert parse_until(typed, today) == day


@given(st.dates(date(2025, 1, 1), date(2030, 1, 1)), st.integers(0, 6))
def test_a_weekday_is_the_coming_one_and_next_is_in_the_next_week(today: date, ahead: int):
    day = today + timedelta(days=ahead)
    if ahead:
        assert parse_until(f"{day:%A}", today) == day
    following = parse_until(f"next {day:%a}", today)
    assert following.weekday() == day.weekday()
    assert following.isocalendar().week == (today + timedelta(days=7)).isocalendar().week


@given(st.text(max_size=50), st.dates(date(2025, 1, 1), date(2030, 1, 1)))
def test_any_text_is_a_day_ahead_or_a_kind_refusal(typed: str, today: date):
    try:
        day = parse_until(typed, today)
    except CourseError:
        return
    assert today <= day <= today + timedelta(days=LONGEST)
