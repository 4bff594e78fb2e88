"""What a change of the calendar comes to, decided from the calendar alone."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendar import NO_CHANGES, Break, later
from bot.cohorts.rules import Cohort, Running
from bot.curriculum import CurriculumErrors, Moment, Rhythm, read
from bot.errors import CourseError
from bot.planning import rhythms, rules, stopping
from bot.planning.cards import packed, unpacked
from bot.planning.rules import GoOn, SetRhythm, TakeBreak, UndoBreak
from tests.planning.played import SMALL
from tests.town import COURSE

ZONE = ZoneInfo("America/New_York")
SOURCE = (Path(__file__).parents[1] / "curriculum" / "small.yaml").read_text()
BEFORE = datetime(2026, 2, 20, tzinfo=UTC)
MINUTES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
MOMENTS = st.builds(Moment, st.integers(0, 6), MINUTES)


def cohort(course=SMALL, state="running", **changes):
    spring = Cohort(
        id=1, guild_id=1, name="Spring", channel_id=1, timezone=ZONE.key, starts_on=date(2026, 3, 2), state=state,
        course_version_id=1, student_role_id=None, mentor_role_id=None, lead_role_id=None, seed=1, created_by=1,
    )  # fmt: skip
    return Running(cohort=replace(spring, **changes), course=course)


def given_break(running, day, weeks, now=BEFORE):
    return rules.applied(running, TakeBreak(day=day, weeks=weeks), now)[0]


@given(st.dates(date(2026, 2, 20), date(2026, 3, 26)), st.integers(1, 8))
def test_a_break_moves_all_that_follows_by_as_much_and_nothing_before(day, weeks):
    before = cohort()
    after, since = rules.applied(before, TakeBreak(day=day, weeks=weeks), BEFORE)
    for move in rules.moves(before, after):
        assert move.before >= since
        assert move.after == later(move.before, weeks, ZONE)
    moved = {(move.kind, move.week) for move in rules.moves(before, after)}
    assert {(item.kind, item.week) for item in rules.moments(before) if item.at >= since} == moved
    assert rules.weeks_apart(rules.moves(before, after), ZONE) == weeks
    assert rules.overlaps(before, after) == []
    undone, _ = rules.applied(after, UndoBreak(day=day), BEFORE - timedelta(days=1))
    assert undone.cohort.calendar is None
    assert rules.weeks_apart(rules.moves(after, undone), ZONE) == -weeks


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 8), st.integers(1, 4)),
        min_size=1,
        max_size=4,
        unique_by=lambda item: item[0],
    )
)
def test_an_instant_is_moved_as_the_calendar_is(breaks):
    before, after = cohort(), cohort()
    for offset, weeks in breaks:
        before, after = after, given_break(after, date(2026, 3, 1) + timedelta(days=offset * 3), weeks)
    old, new = before.cohort.changes, after.cohort.changes
    for was, now in zip(rules.moments(before), rules.moments(after), strict=True):
        assert rules.moved(was.at, old, new, ZONE) == now.at
        assert rules.moved(now.at, new, old, ZONE) == was.at


@settings(max_examples=20, deadline=None)  # each reads a course file
@given(st.fixed_dictionaries(dict.fromkeys(rhythms.NAMES, MOMENTS)))
def test_a_rhythm_that_is_taken_is_one_that_the_course_file_could_have(moments):
    rhythm = Rhythm(**moments)
    old = "\n".join(f"  {name}: {getattr(SMALL.rhythm, name)}" for name in rhythms.NAMES)
    new = "\n".join(f"  {name}: {getattr(rhythm, name)}" for name in rhythms.NAMES)
    assert old in SOURCE
    try:
        rhythms.check(rhythm)
    except CourseError as refusal:
        near = dict(zip(("deadline", "nudge"), _quoted(str(refusal)), strict=True))
        rhythms.check(rhythms.parse(rhythm, near))
        with pytest.raises(CurriculumErrors, match="must come before the deadline"):
            read(SOURCE.replace(old, new))
    else:
        assert read(SOURCE.replace(old, new)).rhythm == rhythm


def _quoted(words):
    inside = words.rpartition("such as `")[2].partition("`")[0]
    deadline, _, nudge = inside.removeprefix("deadline: ").partition(" nudge: ")
    return deadline, nudge


@given(st.fixed_dictionaries(dict.fromkeys(rhythms.NAMES, MOMENTS)), st.integers(0, 30))
def test_another_rhythm_never_moves_what_is_past(moments, days):
    running, rhythm = cohort(), Rhythm(**moments)
    now = running.times[0].kickoff + timedelta(days=days)
    try:
        after, _ = rules.applied(running, SetRhythm(rhythm=rhythm), now)
    except CourseError:
        return
    for move in rules.moves(running, after):
        assert min(move.before, move.after) > now


def test_a_second_rhythm_takes_the_place_of_one_that_has_not_begun_and_the_old_one_leaves_no_trace():
    running = cohort()
    tuesday = rhythms.parse(SMALL.rhythm, {"kickoff": "tue 09:00"})
    now = running.times[0].kickoff
    once, _ = rules.applied(running, SetRhythm(rhythm=tuesday), now)
    assert once.cohort.changes.rhythms == ((2, tuesday),)
    assert rhythms.of_now(once, now) == (2, tuesday)
    back, _ = rules.applied(once, SetRhythm(rhythm=SMALL.rhythm), now)
    assert back.cohort.changes == NO_CHANGES
    assert rhythms.of_now(cohort(state="draft"), now)[0] == 1


def test_after_the_last_kickoff_no_other_rhythm_can_hold():
    running = cohort()
    tuesday = rhythms.parse(SMALL.rhythm, {"digest": "fri 09:00"})
    with pytest.raises(CourseError, match="Every week of Spring has begun"):
        rules.applied(running, SetRhythm(rhythm=tuesday), running.times[-1].kickoff)


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("Tuesday 10am", "`tue 10:00`"), ("wed at 6.30 pm", "`wed 18:30`"), ("fri 7", "`fri 07:00`"),
        ("mon 25:00", "mon 09:00"), ("soon", "mon 09:00"), ("12am sunday", "`sun 00:00`"),
    ],
)  # fmt: skip
def test_a_moment_that_cannot_be_read_is_answered_with_the_nearest_right_form(typed, near):
    with pytest.raises(CourseError) as refused:
        rhythms.parse(SMALL.rhythm, {"kickoff": typed})
    assert near in str(refused.value)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 30 * 24),
    st.integers(1, 40 * 24),
    st.dictionaries(st.integers(0, 50), st.integers(1, 4), max_size=3),
)
def test_a_pause_goes_on_by_the_fewest_weeks_that_leave_nothing_past(start, hours, breaks):
    since = BEFORE + timedelta(hours=start)
    now, planned = since + timedelta(hours=hours), cohort()
    for days, weeks in breaks.items():
        with suppress(CourseError):  # after the last moment there is nothing to break
            planned = given_break(planned, BEFORE.date() + timedelta(days=days), weeks)
    stopped = cohort(state="paused", paused_at=since, calendar=planned.cohort.calendar)
    due = [item.at for item in rules.moments(stopped) if since <= item.at <= now]
    weeks = stopping.fewest_weeks(stopped, due, now)

    def past(by):
        after, _ = rules.applied(stopped, GoOn(weeks=by), now)
        return [item.at for item in rules.moments(after) if since <= item.at <= now]

    assert past(weeks) == []
    assert weeks == 0 if not due else all(past(fewer) for fewer in range(weeks))


@pytest.mark.parametrize(("weeks", "back"), [(0, 10), (1, 10), (2, 17)])
def test_after_a_pause_the_clock_has_stood_still_for_all_of_it(weeks, back):
    since = BEFORE + timedelta(days=14)
    stopped = cohort(state="paused", paused_at=since)
    now, asked = since + timedelta(days=back), since - timedelta(days=1)
    assert stopped.clock.reads(now) == since
    after, _ = rules.applied(stopped, GoOn(weeks=weeks), now)
    assert after.clock.after(asked, timedelta(hours=12)) == asked + timedelta(hours=12)
    goes_on = max(now, later(since, weeks, ZONE))
    assert after.clock.after(asked, timedelta(days=3)) == goes_on + timedelta(days=2)
    assert after.clock.after(since + timedelta(days=2), timedelta(days=3)) == goes_on + timedelta(days=3)


@given(st.integers(0, 30 * 24), st.integers(1, 400), st.dictionaries(st.integers(0, 30), st.integers(1, 3)))
def test_nobodys_time_is_over_in_a_break(start, hours, breaks):
    running = cohort()
    for days, weeks in list(breaks.items())[:3]:
        with suppress(CourseError):
            running = given_break(running, BEFORE.date() + timedelta(days=days), weeks)
    asked = BEFORE + timedelta(hours=start)
    over = running.clock.after(asked, timedelta(hours=hours))
    assert not rules.in_break(running, over)
    stood = [
        min(ends, over) - max(begins, asked) for begins, ends in running.clock.still if asked < ends <= over
    ]
    assert over - asked == timedelta(hours=hours) + sum(stood, timedelta(0))


def test_while_the_course_is_paused_its_week_stays_the_one_it_was():
    running = cohort()
    since = running.times[1].kickoff + timedelta(days=1)
    stopped = cohort(state="paused", paused_at=since)
    for days in (0, 7, 60):
        assert stopped.now_week(since + timedelta(days=days)) == 2
    assert running.now_week(since + timedelta(days=7)) == 3
    assert stopped.now_week(running.times[0].kickoff) == 1


@pytest.mark.parametrize(
    "edit",
    [
        TakeBreak(day=date(2026, 4, 6), weeks=3, reason="Rest."), UndoBreak(day=date(2026, 4, 6)), GoOn(weeks=2),
        SetRhythm(rhythm=COURSE.rhythm),
    ],
)  # fmt: skip
def test_a_button_knows_exactly_what_it_does(edit):
    assert unpacked(packed(edit).split("."), "Rest.") == edit
    assert len(f"p:planning.change:{10**9}.{packed(edit)}.12345678") <= 100


def test_who_stands_still_changes_no_dates_and_who_runs_resumes_nothing():
    for state, words in (("paused", "paused"), ("finished", "finished")):
        with pytest.raises(CourseError, match=words):
            given_break(cohort(state=state, paused_at=BEFORE), date(2026, 3, 9), 1)
    for state in ("draft", "running"):
        with pytest.raises(CourseError, match="Spring is"):
            rules.stopped_at(cohort(state=state).cohort)


def test_a_break_of_today_begins_now_and_its_pair_on_another_day_at_midnight():
    running = cohort()
    now = running.times[0].kickoff + timedelta(hours=3)
    today, _ = rules.applied(running, TakeBreak(day=date(2026, 3, 2), weeks=1, reason="Snow"), now)
    assert today.cohort.changes.breaks == (Break(from_at=now, weeks=1, reason="Snow"),)
    _, since = rules.applied(running, TakeBreak(day=date(2026, 3, 10), weeks=1), now)
    assert since.astimezone(ZONE).isoformat() == "2026-03-10T00:00:00-04:00"
    assert rules.under_way(running, since + timedelta(days=1)) == 2
    assert rules.under_way(running, running.times[0].kickoff) is None
