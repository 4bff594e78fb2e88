"""When an announcement comes again, what it may say, whom it may ping, and who may still make it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.announcements import rules, wording
from bot.announcements.rules import Announcement, Audience, Plan
from bot.cohorts.rules import Asker, Cohort, Member
from bot.errors import CourseError

NEW_YORK = ZoneInfo("America/New_York")
ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC",
        "America/New_York",
        "Europe/Berlin",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
        "Pacific/Apia",
    )
]
WEDNESDAY = date(2026, 3, 11)
NOON = datetime(2026, 3, 11, 16, tzinfo=UTC)
LEAD_ROLE = 77
COHORT = Cohort(
    id=1, guild_id=9, name="Spring", channel_id=2, timezone="America/New_York", starts_on=date(2026, 3, 2),
    state="running", course_version_id=1, student_role_id=None, mentor_role_id=None, lead_role_id=LEAD_ROLE, seed=7,
    created_by=1,
)  # fmt: skip
LEAD = Member(id=1, user_id=1000, name="Lead Linden")


def announcement(**changes) -> Announcement:
    plan = Plan(day=WEDNESDAY, at=time(18), next_at=NOON)
    return Announcement(
        **{
            "id": 1, "cohort_id": 1, "author": LEAD, "by_role": False, "body": "Hello", "mention": "none",
            "plan": plan, "state": "scheduled", "replaces": None, "approved_by": None, "made_at": NOON,
            "changed_at": NOON, "version": 1,
        }
        | changes
    )  # fmt: skip


@given(
    st.dates(date(2025, 1, 1), date(2030, 1, 1)),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    st.sampled_from(ZONES),
)
def test_repetitions_keep_their_wall_time_and_weekdays_over_every_clock_change(day, at, days, zone):
    plan = Plan(day=day, at=at, next_at=datetime.combine(day, at, zone).astimezone(UTC), repeat=days)
    seen: list[Plan] = []
    for _ in range(3 * len(days)):
        plan = rules.following(plan, zone)
        seen.append(plan)
    assert [found.day.weekday() in days for found in seen] == [True] * len(seen)
    gaps = [later.day - earlier.day for earlier, later in pairwise(seen)]
    assert all(timedelta(1) <= gap <= timedelta(7) for gap in gaps)
    assert sum(gaps, seen[0].day - day) <= timedelta(weeks=3)
    for found in seen:
        local = found.next_at.astimezone(zone)
        # A time that does not exist is the first instant after it.
        assert (local.date(), local.time()) == (found.day, at) or local.replace(
            tzinfo=None
        ) > datetime.combine(found.day, at)
    assert [found.next_at for found in seen] == sorted(found.next_at for found in seen)


def test_a_weekly_nine_o_clock_stays_at_nine_when_the_clocks_change():
    first = wording.parse_plan("2026-03-04 09:00", "weekly", datetime(2026, 3, 1, tzinfo=UTC), NEW_YORK)
    second = rules.following(first, NEW_YORK)
    assert (first.next_at.hour, second.next_at.hour) == (14, 13)
    assert second.day == date(2026, 3, 11)


def test_a_time_that_the_clocks_skip_moves_to_the_first_that_exists_and_back():
    plan = wording.parse_plan("2027-03-07 02:30", "weekly", datetime(2027, 3, 1, tzinfo=UTC), NEW_YORK)
    skipped = rules.following(plan, NEW_YORK)
    assert skipped.next_at == datetime(2027, 3, 14, 7, tzinfo=UTC)  # 03:00 there, the first that exists
    assert rules.following(skipped, NEW_YORK).next_at == datetime(2027, 3, 21, 6, 30, tzinfo=UTC)


def test_what_comes_once_does_not_come_again():
    plan = Plan(day=WEDNESDAY, at=time(18), next_at=NOON)
    assert rules.following(plan, NEW_YORK) is None
    assert rules.upcoming(plan, NEW_YORK, NOON) is None
    assert rules.upcoming(plan, NEW_YORK, NOON - timedelta(minutes=1)) == plan


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("", ()), ("none", ()), ("Once", ()), ("weekly", (2,)), ("every week", (2,)), ("daily", tuple(range(7))),
        ("every day", tuple(range(7))), ("weekdays", (0, 1, 2, 3, 4)), ("wed", (2,)), ("mon, wed", (0, 2)),
        ("Mondays and Wednesdays", (0, 2)), ("every wednesday", (2,)), ("tue wed thurs", (1, 2, 3)),
    ],
)  # fmt: skip
def test_how_often_is_understood(typed, days):
    assert wording.parse_repeat(typed, WEDNESDAY) == days


@pytest.mark.parametrize("typed", ["often", "monthly", "m", "every other week", "mon, sometimes", "10"])
def test_how_often_is_refused_when_it_is_not_certain(typed):
    with pytest.raises(CourseError, match="Write none, weekly, daily, weekdays"):
        wording.parse_repeat(typed, WEDNESDAY)


def test_a_first_day_that_is_not_among_the_weekdays_is_asked_back():
    with pytest.raises(
        CourseError, match=r"Wednesday, 11 March 2026, and repeat on Monday and Thursday.*add wed"
    ):
        wording.parse_repeat("mon, thu", WEDNESDAY)


@pytest.mark.parametrize("typed", ["none", "weekly", "daily", "weekdays", "mon, wed", "wed, sat, sun"])
def test_what_is_shown_of_a_plan_can_be_typed_again(typed):
    plan = Plan(day=WEDNESDAY, at=time(18), next_at=NOON, repeat=wording.parse_repeat(typed, WEDNESDAY))
    again = wording.parse_plan(
        wording.shown_when(plan), wording.shown_repeat(plan), NOON, NEW_YORK, base=plan
    )
    assert again == plan
    assert wording.shown_repeat(plan) == typed
    assert wording.repeat_words(plan)


def test_weekly_moves_along_with_its_day():
    base = Plan(day=WEDNESDAY, at=time(18), next_at=NOON, repeat=(2,))
    moved = wording.parse_plan("friday 17:00", None, NOON, NEW_YORK, base=base)
    assert (moved.day, moved.repeat) == (date(2026, 3, 13), (4,))


def test_seconds_are_rounded_up_to_the_minute_that_a_wall_clock_shows():
    plan = wording.parse_plan("in 2 hours", "", NOON + timedelta(seconds=30), NEW_YORK)
    assert plan.next_at == NOON + timedelta(hours=2, minutes=1)
    assert plan.at == time(14, 1)


@pytest.mark.parametrize(
    ("typed", "why"), [("", "When?"), (None, "When?"), ("2028-03-11 18:00", "more than a year")]
)
def test_no_time_and_a_time_too_far_away_are_refused(typed, why):
    with pytest.raises(CourseError, match=why):
        wording.parse_plan(typed, "", NOON, NEW_YORK)


def test_the_second_of_two_equal_times_can_be_meant():
    autumn = datetime(2026, 10, 20, tzinfo=UTC)
    plan = wording.parse_plan("2026-11-01T01:30-05:00", "weekly", autumn, NEW_YORK)
    assert (plan.day, plan.at) == (date(2026, 11, 1), time(1, 30))
    assert plan.next_at == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize("body", ["", "   \n ", "\u200b\u200d", "\u3164\u2800", "\u2060\ufeff", "\u00ad"])
def test_a_text_that_nobody_could_see_is_refused(body):
    with pytest.raises(CourseError, match="nothing to read"):
        wording.parse_body(body)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("w" * 3001, "3001 characters, and I post at most 3000"),
        ("Meet at \u202e00:81", "hidden characters"),
        ("Ring\x07", "hidden characters"),
        ("Hello\n-# Announced by @somebody", "added below the text by me"),
        ("> -# announced by <@1>", "added below the text by me"),
        ("Pay at [https://bank.example](https://evil.example/x)", "shows one address and leads to another"),
        ("[https://github.com/x](<https://github.com@evil.example/x>)", "leads to another"),
        ('[www.bank.example](http://evil.example "bank")', "leads to another"),
    ],
)
def test_a_text_that_is_too_long_or_deceives_is_refused(body, why):
    with pytest.raises(CourseError, match=why):
        wording.parse_body(body)


@pytest.mark.parametrize(
    "body",
    [
        "# Office hour\n- **one**\n- two", "@everyone <@&1> <@2>", "👩‍🔬 welcome", "שלום", "w" * 3000,
        "[the notes](https://x.example/a)", "[https://www.x.example/a](https://x.example/b)", "a\tb",
        "[v1.2](README.md)",
        "```py\nprint(1)\n```",
    ],
)  # fmt: skip
def test_markdown_links_and_other_scripts_are_the_leads_own_affair(body):
    assert wording.parse_body(f"  {body}\r\n") == body


@given(st.text(max_size=400))
def test_any_text_is_kept_or_refused_kindly(body):
    try:
        kept = wording.parse_body(body)
    except CourseError:
        return
    assert kept.strip() == kept != ""


@pytest.mark.parametrize(
    ("typed", "mention"), [(None, "none"), ("none", "none"), ("Cohort", "cohort"), ("@everyone", "everyone")]
)
def test_whom_it_pings_is_one_of_three(typed, mention):
    assert wording.parse_mention(typed) == mention


def test_whom_it_pings_is_refused_otherwise():
    with pytest.raises(CourseError, match="none, cohort or everyone"):
        wording.parse_mention("here")


def students(count):
    return [Member(id=number, user_id=5000 + number, name=f"Student {number}") for number in range(count)]


def with_role():
    return replace(COHORT, student_role_id=88)


def test_the_cohort_is_pinged_by_its_role_and_else_by_its_names():
    assert rules.audience(with_role(), "cohort", students(60)) == Audience(role_id=88)
    assert rules.audience(COHORT, "cohort", students(2)) == Audience(user_ids=(5000, 5001))
    assert rules.audience(COHORT, "everyone", students(60)) == Audience(everyone=True)
    assert rules.audience(COHORT, "none", students(60)) == Audience()
    former = Member(id=3, user_id=None, name="former member")
    assert rules.audience(COHORT, "cohort", [former]) == Audience()


def test_more_names_than_anybody_reads_are_refused_with_the_next_step():
    assert len(rules.audience(COHORT, "cohort", students(50)).user_ids) == 50
    with pytest.raises(CourseError, match=r"51 students and no student role.*Make a role"):
        rules.audience(COHORT, "cohort", students(51))


def test_a_long_text_leaves_no_room_for_many_names():
    many = Audience(user_ids=tuple(range(50)))
    rules.check_room("w" * 3000, Audience(role_id=88), rules.PREVIEW_AROUND)
    with pytest.raises(CourseError, match=r"3000 characters and one post holds 1900 beside 50 names"):
        rules.check_room("w" * 3000, many, rules.PREVIEW_AROUND)


def test_a_file_has_its_limit():
    rules.check_file(rules.FILE_LIMIT)
    with pytest.raises(CourseError, match="at most 8"):
        rules.check_file(rules.FILE_LIMIT + 1)


def asker(*role_ids, manages=False, guild_id=9):
    return Asker(
        user_id=1000, name="Lead", guild_id=guild_id, role_ids=frozenset(role_ids), manages_guild=manages
    )


@pytest.mark.parametrize(
    ("by_role", "who", "places", "may"),
    [
        (False, asker(), {"lead": True}, True),
        (False, asker(), {"lead": False}, False),
        (False, asker(), {}, False),
        (False, None, {"lead": True}, False),
        (True, asker(LEAD_ROLE), {"lead": True}, True),
        (True, asker(), {"lead": True}, False),
        (True, asker(LEAD_ROLE), {}, True),
        (True, asker(LEAD_ROLE), {"lead": False}, False),
        (True, asker(manages=True), {}, True),
        (True, asker(manages=True), {"lead": False}, True),
        (True, asker(5), {"student": True}, False),
    ],
)
def test_the_author_must_still_lead_and_carry_what_they_led_by(by_role, who, places, may):
    assert rules.may_announce(COHORT, announcement(by_role=by_role), who, places) is may


@pytest.mark.parametrize(
    ("mention", "approved_by", "permitted", "may"),
    [("none", None, False, True), ("cohort", None, False, True), ("everyone", None, False, False),
     ("everyone", 2, False, True), ("everyone", None, True, True)],
)  # fmt: skip
def test_everyone_takes_a_permission_or_an_approval(mention, approved_by, permitted, may):
    item = announcement(mention=mention, approved_by=approved_by)
    assert rules.may_ping_everyone(item, permitted=permitted) is may
