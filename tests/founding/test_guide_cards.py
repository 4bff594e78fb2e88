"""What whoever sets up a cohort sees, inside Discord's limits, and the names and days that are offered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import permissions
from bot.cohorts import setup
from bot.cohorts.rules import ROLES, Cohort, Running
from bot.cohorts.setup import Wanted
from bot.founding import cards as guide_cards
from bot.founding.forms import CohortForm
from tests.shown import assert_discord_holds, assert_form_fits, words_of
from tests.town import COURSE


def test_the_form_fits_discord_also_when_it_is_full():
    async def send(interaction, wanted):
        raise AssertionError("nobody sends it")

    full = Wanted(name="x" * 90, starts_on="y" * 40, timezone="z" * 90, channel_id=5)
    for wanted in (Wanted(), full):
        assert_form_fits(CohortForm(wanted, send))


def test_the_hello_fits_discord_and_says_what_is_missing():
    for mine in (0, permissions.value()):
        card = guide_cards.hello("*" * 100, 7, "A course" * 10, mine)
        assert_discord_holds(card)
        assert words_of(card).count("✅" if mine else "▫️") == 2
        assert ("make the roles by hand" in words_of(card)) == (mine == 0)


@pytest.mark.parametrize("is_late", [False, True])
async def test_the_draft_fits_discord_with_all_that_can_be_wrong(is_late):
    cohort = Cohort(
        id=10**6, guild_id=1, name="*" * 80, channel_id=10**18, timezone="America/Argentina/ComodRivadavia",
        starts_on=date(2026, 3, 2), state="draft", course_version_id=1, student_role_id=10**18 + 1,
        mentor_role_id=10**18 + 2, lead_role_id=None, seed=0, created_by=1,
    )  # fmt: skip
    running = Running(cohort=cohort, course=COURSE)
    now = (
        running.week(3).kickoff + timedelta(days=1)
        if is_late
        else running.week(1).kickoff - timedelta(days=3)
    )
    site = setup.Site(gaps=[item.shown for item in permissions.NEEDED], missing=ROLES, is_silent=True)
    news = [f"I use <@&{10**18 + number}>, which was there already." for number in range(3)]
    card = guide_cards.draft_made(running, setup.plan(running.times, now), 2000, site, now, news)
    assert_discord_holds(card)
    assert "The student role was deleted" in words_of(card)
    assert "No lead role" in words_of(card)
    assert ("Posted right after the start" in words_of(card)) == is_late


def test_the_first_weeks_of_a_late_start_are_those_that_are_still_kicked_off():
    cohort = Cohort(
        id=1, guild_id=1, name="Spring", channel_id=1, timezone="UTC", starts_on=date(2026, 3, 2), state="draft",
        course_version_id=1, student_role_id=None, mentor_role_id=None, lead_role_id=None, seed=0, created_by=1,
    )  # fmt: skip
    running = Running(cohort=cohort, course=COURSE)
    now = running.week(5).kickoff + timedelta(days=1)
    shown = setup.plan(running.times, now).first_weeks(now)
    assert {item.week for item in shown} == {4, 5, 6}
    assert [item.week for item in shown if item.kind == "kickoff"] == [6]
    assert sorted(shown, key=lambda item: item.due_at) == shown


@pytest.mark.parametrize(
    ("name", "room"),
    [
        ("Spring 2026", "spring-2026"),
        ("  Spring & Autumn! ", "spring-autumn"),
        ("Été", "été"),
        ("🚀", "cohort"),
        ("a_b--c", "a_b-c"),
    ],
)
def test_a_channel_is_named_in_letters_that_discord_leaves_alone(name, room):
    assert setup.channel_name(name) == room


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 6))
def test_the_offered_first_day_is_a_day_of_kickoffs_within_a_week(today, weekday):
    day = setup.next_weekday(weekday, today)
    assert day.weekday() == weekday
    assert 1 <= (day - today).days <= 7
