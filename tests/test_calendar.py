"""The cohort's calendar: wall clocks, clock changes, and what is owed when."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import calendar
from bot.calendar import NO_CHANGES, Break, Changes, instant, later
from bot.curriculum import Moment, ReviewPolicy, Rhythm, TrackPolicy

NEW_YORK, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
LORD_HOWE, KOLKATA = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kolkata")

RHYTHM = Rhythm.model_validate(
    {
        "kickoff": "mon 09:00",
        "nudge": "sat 10:00",
        "deadline": "sun 18:00",
        "retro": "sun 18:30",
        "reviews": "wed 18:00",
        "digest": "thu 09:00",
    }
)
REVIEW = ReviewPolicy(weekly=TrackPolicy(reviewers=2), capstone=TrackPolicy(reviewers=3, days=7))


def weeks(starts_on, zone, count=24, rhythm=RHYTHM, changes=NO_CHANGES):
    return calendar.weeks(rhythm, REVIEW, count, starts_on, zone, changes)


def spring(*breaks, rhythms=()):
    """A course in Berlin from 2 March, with some changes."""
    return weeks(date(2026, 3, 2), BERLIN, changes=Changes(rhythms=rhythms, breaks=breaks))


def moments(times):
    return [
        moment
        for week in times
        for moment in (week.kickoff, week.nudge, week.deadline, week.retro, week.reviews, week.digest)
    ]


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        # The clocks go forward from 02:00 to 03:00 on 8 March 2026, from 02:00 to 03:00 on 29 March, and by half
        # an hour from 02:00 to 02:30 on 4 October: what falls into the gap is the first instant after it.
        (NEW_YORK, date(2026, 3, 8), time(2, 30), "2026-03-08T07:00:00+00:00"),
        (NEW_YORK, date(2026, 3, 8), time(2, 0), "2026-03-08T07:00:00+00:00"),
        (NEW_YORK, date(2026, 3, 8), time(3, 0), "2026-03-08T07:00:00+00:00"),
        (NEW_YORK, date(2026, 3, 8), time(1, 59), "2026-03-08T06:59:00+00:00"),
        (BERLIN, date(2026, 3, 29), time(2, 15), "2026-03-29T01:00:00+00:00"),
        (LORD_HOWE, date(2026, 10, 4), time(2, 15), "2026-10-03T15:30:00+00:00"),
        # They go back: what exists twice is the first.
        (NEW_YORK, date(2026, 11, 1), time(1, 30), "2026-11-01T05:30:00+00:00"),
        (BERLIN, date(2026, 10, 25), time(2, 30), "2026-10-25T00:30:00+00:00"),
        (LORD_HOWE, date(2026, 4, 5), time(1, 45), "2026-04-04T14:45:00+00:00"),
        # No change at all.
        (KOLKATA, date(2026, 3, 29), time(2, 15), "2026-03-28T20:45:00+00:00"),
    ],
)
def test_a_wall_time_has_one_instant_even_when_the_clocks_change(zone, day, at, expected):
    assert instant(day, at, zone) == datetime.fromisoformat(expected)


def test_a_zone_that_skips_a_whole_day_goes_on_at_the_first_instant_after_it():
    apia = ZoneInfo("Pacific/Apia")  # there was no 30 December 2011
    assert instant(date(2011, 12, 30), time(9), apia) == datetime(2011, 12, 30, 10, tzinfo=UTC)


ZONES = st.sampled_from([NEW_YORK, BERLIN, LORD_HOWE, KOLKATA, ZoneInfo("Africa/Casablanca")])
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
TIMES = st.times().map(lambda at: at.replace(microsecond=0))


@given(zone=ZONES, day=DAYS, at=TIMES)
def test_every_instant_reads_as_its_wall_time_or_as_the_end_of_the_gap_that_holds_it(zone, day, at):
    wall = instant(day, at, zone).astimezone(zone)
    if wall.replace(tzinfo=None) != datetime.combine(day, at):
        just_before = (instant(day, at, zone) - timedelta(seconds=1)).astimezone(zone)
        assert just_before.replace(tzinfo=None) < datetime.combine(day, at) < wall.replace(tzinfo=None)
        assert just_before.utcoffset() != wall.utcoffset()


@pytest.mark.parametrize("zone", [NEW_YORK, BERLIN, LORD_HOWE, KOLKATA])
@pytest.mark.parametrize("starts_on", [date(2026, 1, 5), date(2026, 3, 2), date(2026, 9, 7)])
def test_every_kickoff_is_at_nine_on_a_monday_however_often_the_clocks_change(zone, starts_on):
    local = [week.kickoff.astimezone(zone) for week in weeks(starts_on, zone)]
    assert {(moment.weekday(), moment.time()) for moment in local} == {(0, time(9))}
    assert [moment.date() for moment in local] == [starts_on + timedelta(weeks=n) for n in range(24)]


def test_a_week_of_fixed_hours_would_have_been_wrong_in_new_york():
    first, second = weeks(date(2026, 3, 2), NEW_YORK, 2)
    assert second.kickoff - first.kickoff == timedelta(days=7) - timedelta(hours=1)


def test_a_course_that_starts_on_a_wednesday_begins_on_the_monday_after():
    assert weeks(date(2026, 3, 4), BERLIN)[0].kickoff.astimezone(BERLIN).date() == date(2026, 3, 9)


def test_the_moments_of_a_week_follow_each_other():
    week = weeks(date(2026, 3, 2), BERLIN)[0]
    said = [week.kickoff, week.nudge, week.deadline, week.retro, week.reviews, week.digest]
    assert said == sorted(said)
    assert week.reviews.astimezone(BERLIN).strftime("%a %d %H:%M") == "Wed 11 18:00"
    assert week.digest.astimezone(BERLIN).strftime("%a %d %H:%M") == "Thu 12 09:00"
    assert week.capstone_reviews.astimezone(BERLIN).strftime("%a %d %H:%M") == "Sun 15 18:00"
    assert week.ends == weeks(date(2026, 3, 2), BERLIN)[1].kickoff


def test_a_moment_at_the_kickoff_s_own_time_belongs_to_the_week_s_end():
    rhythm = RHYTHM.model_copy(update={"deadline": Moment.parse("mon 09:00")})
    week = weeks(date(2026, 3, 2), KOLKATA, rhythm=rhythm)[0]
    assert week.deadline - week.kickoff == timedelta(days=7)


def test_everything_owed_has_a_key_of_its_own_and_no_nudge_outlives_its_deadline():
    times = weeks(date(2026, 3, 2), NEW_YORK)
    owed = list(calendar.occurrences(times))
    assert len({(item.kind, item.key) for item in owed}) == len(owed) == 24 * 5
    nudges = {item.week: item for item in owed if item.kind == "nudge"}
    assert all(nudges[week.number].stale_at == week.deadline for week in times)
    assert all(item.stale_at is None for item in owed if item.kind == "pairing")


def test_the_current_week_runs_from_its_kickoff_to_the_next():
    times = weeks(date(2026, 3, 2), BERLIN)
    assert calendar.current(times, times[0].kickoff - timedelta(microseconds=1)) is None
    assert calendar.current(times, times[0].kickoff) == times[0]
    assert calendar.current(times, times[1].kickoff) == times[1]
    assert calendar.current(times, times[-1].ends) is None


def test_a_break_moves_all_that_follows_and_nothing_before():
    usual = spring()
    from_at = usual[3].deadline - timedelta(hours=1)  # in the middle of week 4
    changed = spring(Break(from_at=from_at, weeks=2))
    assert (changed[3].kickoff, changed[3].nudge) == (usual[3].kickoff, usual[3].nudge)
    for before, after in zip(moments(usual), moments(changed), strict=True):
        assert after == (before if before < from_at else later(before, 2, BERLIN))


def test_breaks_add_up_and_keep_the_wall_clock_over_a_clock_change():
    usual = spring()
    first = Break(from_at=usual[0].deadline, weeks=1)
    second = Break(from_at=later(usual[5].kickoff, 1, BERLIN), weeks=1)
    changed = spring(first, second)
    assert changed[5].kickoff == later(usual[5].kickoff, 2, BERLIN)
    assert {week.kickoff.astimezone(BERLIN).time() for week in changed} == {time(9)}


@given(st.integers(0, 23), st.sampled_from(["kickoff", "deadline", "digest"]), st.integers(1, 8))
def test_a_break_never_turns_the_order_of_things(number, moment, count):
    usual = spring()
    changed = spring(Break(from_at=getattr(usual[number], moment), weeks=count))
    order = sorted(range(len(moments(usual))), key=lambda place: moments(usual)[place])
    in_order = [moments(changed)[place] for place in order]
    assert in_order == sorted(in_order)


def test_a_rhythm_holds_from_its_week_on_and_each_week_keeps_its_place():
    usual = spring()
    tuesdays = RHYTHM.model_copy(update={"kickoff": Moment.parse("tue 10:00")})
    changed = spring(rhythms=((3, tuesdays),))
    assert changed[0] == usual[0]
    assert changed[1].kickoff == usual[1].kickoff
    assert changed[1].ends == changed[2].kickoff == usual[2].kickoff + timedelta(days=1, hours=1)
    assert spring(rhythms=((3, tuesdays), (5, RHYTHM)))[4:] == usual[4:]
