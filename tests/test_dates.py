"""Which day somebody means, and when that cannot be told."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.availability.rules import LONGEST, parse_until
from bot.dates import parse_moment
from bot.errors import CourseError

NEW_YORK = ZoneInfo("America/New_York")
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


NOON = datetime(2026, 3, 11, 16, 0, 30, tzinfo=UTC)  # a Wednesday, 12:00:30 in New York
MOMENTS = [
    ("friday 18:00", "2026-03-13T18:00-04:00"),
    ("Friday at 6pm.", "2026-03-13T18:00-04:00"),
    ("fri, 6:30 pm", "2026-03-13T18:30-04:00"),
    ("on friday at 18.00", "2026-03-13T18:00-04:00"),
    ("10.12 tomorrow", "2026-03-12T10:12-04:00"),
    ("6.30pm", "2026-03-11T18:30-04:00"),
    ("tomorrow 9am", "2026-03-12T09:00-04:00"),
    ("9am tomorrow", "2026-03-12T09:00-04:00"),
    ("at 9 a.m. on friday", "2026-03-13T09:00-04:00"),
    ("tomorrow at noon", "2026-03-12T12:00-04:00"),
    ("tomorrow 12am", "2026-03-12T00:00-04:00"),
    ("18:00", "2026-03-11T18:00-04:00"),
    ("١٨:٠٠", "2026-03-11T18:00-04:00"),
    ("today 12:01", "2026-03-11T12:01-04:00"),
    ("next monday 09:00", "2026-03-16T09:00-04:00"),
    ("in 3 days at 9:15", "2026-03-14T09:15-04:00"),
    ("16 march 18:00", "2026-03-16T18:00-04:00"),
    ("March 16th, 2026 at 18:00", "2026-03-16T18:00-04:00"),
    ("2026-03-16 18:00", "2026-03-16T18:00-04:00"),
    ("2026-03-16T18:00", "2026-03-16T18:00-04:00"),
    ("2026-03-16T18:00Z", "2026-03-16T18:00+00:00"),
    ("2026-03-16 18:00+05:30", "2026-03-16T18:00+05:30"),
    ("in 2 hours", "2026-03-11T14:00:30-04:00"),
    ("in an hour", "2026-03-11T13:00:30-04:00"),
    ("in 90 minutes", "2026-03-11T13:30:30-04:00"),
]
UNSURE_MOMENTS = [
    "10.12", "10.12.", "20.11", "on 10.12", "by 10.12.", "at 18.00",
    "", "soon", "later", "6", "friday 6", "friday 25:00", "friday 18:60", "friday 13pm", "0pm", "friday@18:00",
    "friday or saturday 18:00", "friday 18:00 or 19:00", "friday 18:00-19:00", "tomorrow 9am 10am", "friday 18:00 UTC",
    "next week 9am", "the weekend 9am", "10/3 18:00", "friday evening", "2026-02-30 18:00", "2026-03-16T18:00+99:00",
    "in a while", "in -2 hours", "0 hours", "viernes 18:00", "9999-12-31 23:59", "0001-01-01 00:00",
    "0001-01-01T00:00+14:00", "0001-01-01T00:00Z", "9999-12-31T23:59Z", "²pm",
]  # fmt: skip


@pytest.mark.parametrize(("typed", "moment"), MOMENTS)
def test_a_time_in_human_words_is_understood_by_the_zones_clock(typed: str, moment: str):
    assert parse_moment(typed, NOON, NEW_YORK) == datetime.fromisoformat(moment)


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati"])
@pytest.mark.parametrize("typed", UNSURE_MOMENTS)
def test_a_time_that_is_not_certain_is_refused_with_the_next_step(typed: str, zone: str):
    with pytest.raises(CourseError, match=r"cannot tell for certain|that is past"):
        parse_moment(typed, NOON, ZoneInfo(zone))


@pytest.mark.parametrize("typed", ["friday", "2026-03-16", "in 3 days", "tomorrow"])
def test_a_day_without_a_time_is_asked_for_it_unless_there_is_a_usual_one(typed: str):
    with pytest.raises(CourseError, match=r"At what time on .* 2026\? Add it, such as .* 18:00"):
        parse_moment(typed, NOON, NEW_YORK)
    assert parse_moment(typed, NOON, NEW_YORK, at=time(9)).astimezone(NEW_YORK).time() == time(9)


@pytest.mark.parametrize("typed", ["today 12:00", "11:59", "2026-03-11T15:59Z", "2026-03-10 18:00"])
def test_a_time_that_is_past_is_refused_by_its_name(typed: str):
    with pytest.raises(CourseError, match=r"Mar 2026 \d\d:\d\d on America/New_York time, and that is past"):
        parse_moment(typed, NOON, NEW_YORK)


def test_the_weekday_that_is_today_is_asked_back_for_a_time_too():
    with pytest.raises(CourseError, match="Today is Wednesday"):
        parse_moment("wednesday 18:00", NOON, NEW_YORK)


def test_a_time_that_the_clocks_skip_is_refused():
    with pytest.raises(CourseError, match=r"put forward on Sunday, 14 March 2027, and 02:30 does not exist"):
        parse_moment("2027-03-14 02:30", NOON, NEW_YORK)


def test_a_time_that_comes_twice_is_refused_and_either_can_be_named():
    with pytest.raises(CourseError, match=r"comes twice.*2026-11-01T01:30-04:00"):
        parse_moment("2026-11-01 01:30", NOON, NEW_YORK)
    first, second = (
        parse_moment(f"2026-11-01T01:30{offset}", NOON, NEW_YORK) for offset in ("-04:00", "-05:00")
    )
    assert second - first == timedelta(hours=1)


ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC",
        "America/New_York",
        "Europe/Berlin",
        "Pacific/Apia",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
    )
]
INSTANTS = st.integers(0, 5 * 365 * 24 * 3600).map(
    lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


@given(INSTANTS, st.sampled_from(ZONES), st.integers(1, 300), st.integers(0, 24 * 60 - 1))
def test_a_moment_reads_the_same_however_it_is_written(
    now: datetime, zone: ZoneInfo, ahead: int, minute: int
):
    day = now.astimezone(zone).date() + timedelta(days=ahead)
    at = time(minute // 60, minute % 60)
    try:
        moment = parse_moment(f"{day} {at:%H:%M}", now, zone)
    except CourseError as refusal:
        assert "put forward" in str(refusal) or "put back" in str(refusal)  # noqa: PT017 - both ways out are fine
        return
    assert moment.astimezone(zone).replace(tzinfo=None) == datetime.combine(day, at)
    for typed in (
        f"{day}T{at:%H:%M}",
        f"{day:%d %B %Y} {at:%I:%M %p}",
        f"{day:%B %d %Y} at {at:%H.%M}",
        moment.isoformat(),
    ):
        assert parse_moment(typed, now, zone) == moment


@given(
    st.text(max_size=40) | st.from_regex(r"[a-z0-9: .,+T-]{0,30}", fullmatch=True),
    INSTANTS,
    st.sampled_from(ZONES),
)
def test_any_text_is_a_moment_ahead_or_a_kind_refusal(typed: str, now: datetime, zone: ZoneInfo):
    try:
        moment = parse_moment(typed, now, zone)
    except CourseError:
        return
    assert moment > now
    assert moment.tzinfo is not None
