"""Which cohort somebody means, what they are in it, and which zone it lives by."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cohorts.choosing import choose
from bot.cohorts.rules import Asker, Cohort, State, parse_reason, roles_of
from bot.cohorts.zones import parse_zone, zones_like
from bot.course.rules import NoCohortYet
from bot.errors import CourseError


def cohort(cohort_id: int, *, channel: int | None = None, guild: int = 1, state: State = "running") -> Cohort:
    return Cohort(
        id=cohort_id, guild_id=guild, name=f"Cohort {cohort_id}", channel_id=channel or cohort_id * 10,
        timezone="Europe/Berlin", starts_on=date(2026, 3, 2), state=state, course_version_id=1,
        student_role_id=101, mentor_role_id=102, lead_role_id=103, seed=1, created_by=1,
    )  # fmt: skip


def asker(
    *channels: int, guild: int | None = 1, manages: bool = False, roles: set[int] | None = None
) -> Asker:
    return Asker(
        user_id=5, name="Aster", guild_id=guild, channel_ids=channels, role_ids=frozenset(roles or set()),
        manages_guild=manages,
    )  # fmt: skip


SPRING, AUTUMN = cohort(1), cohort(2)


def test_the_channel_says_which_cohort_is_meant():
    assert choose([SPRING, AUTUMN], asker(20), set()) == AUTUMN


def test_in_a_thread_its_parent_channel_says_it():
    assert choose([SPRING, AUTUMN], asker(555, 10), {2}) == SPRING


def test_a_channel_used_again_means_the_cohort_that_meets_there_now():
    old = cohort(3, channel=10, state="finished")
    assert choose([old, SPRING], asker(10), set()) == SPRING
    assert choose([old], asker(10), set()) == old


def test_elsewhere_somebodys_only_cohort_is_meant():
    assert choose([SPRING, AUTUMN], asker(99), {2}) == AUTUMN
    assert choose([SPRING, AUTUMN], asker(guild=None), {2}) == AUTUMN


def test_a_finished_cohort_does_not_stand_in_the_way():
    assert choose([cohort(3, state="finished"), AUTUMN], asker(99), {2, 3}) == AUTUMN
    assert choose([cohort(3, state="finished")], asker(99), {3}).id == 3


def test_somebody_in_several_cohorts_is_asked_which():
    with pytest.raises(CourseError, match="more than one cohort: Cohort 1 in <#10>, Cohort 2 in <#20>"):
        choose([SPRING, AUTUMN], asker(99), {1, 2})


def test_whoever_manages_the_server_means_its_only_cohort():
    assert choose([SPRING], asker(99, manages=True), set()) == SPRING
    with pytest.raises(CourseError, match="<#10>, <#20>"):
        choose([SPRING, AUTUMN], asker(99, manages=True), set())


def test_a_stranger_elsewhere_is_told_where_cohorts_meet():
    with pytest.raises(CourseError, match="own channel: <#10>"):
        choose([SPRING], asker(99), set())


def test_where_there_is_no_cohort_the_first_step_is_named():
    with pytest.raises(NoCohortYet, match="/cohort create"):
        choose([], asker(99), set())
    with pytest.raises(NoCohortYet):
        choose([], asker(guild=None), set())


def test_discord_roles_make_mentors_and_leads_on_the_cohorts_own_server_only():
    assert roles_of(SPRING, asker(roles={102, 103}), {}) == {"mentor", "lead"}
    assert roles_of(SPRING, asker(roles={102, 103}, guild=2), {}) == set()
    assert roles_of(SPRING, asker(manages=True), {}) == {"lead"}
    assert roles_of(SPRING, asker(manages=True, guild=2), {}) == set()
    assert roles_of(SPRING, asker(guild=None), {"student": True}) == {"student"}


def test_a_discord_role_does_not_bring_back_who_was_withdrawn_from_it():
    left = {"student": False, "mentor": False, "lead": False}
    assert roles_of(SPRING, asker(roles={101, 102, 103}), left) == set()
    assert roles_of(SPRING, asker(roles={102}), {"student": False}) == {"mentor"}
    assert roles_of(SPRING, asker(manages=True), left) == {"lead"}, "somebody must be able to mend it"


def test_a_reason_is_kept_to_the_letter_and_not_endless():
    assert parse_reason("  *Moved*\naway ") == "*Moved*\naway"
    assert parse_reason(None) == ""
    with pytest.raises(CourseError, match="at most 300 characters; this one has 301"):
        parse_reason("x" * 301)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (" europe/berlin ", "Europe/Berlin"),
        ("america/new york", "America/New_York"),
        ("utc", "UTC"),
        ("australia/lord_howe", "Australia/Lord_Howe"),
    ],
)
def test_a_zone_is_known_whatever_its_case(typed: str, zone: str):
    assert parse_zone(typed) == zone


@pytest.mark.parametrize(
    ("typed", "hint"),
    [("Berlin", "Europe/Berlin"), ("Europe/Berln", "Europe/Berlin"), ("new yrok", "America/New_York")],
)
def test_a_zone_that_is_nearly_right_gets_a_suggestion(typed: str, hint: str):
    with pytest.raises(CourseError, match=f"Did you mean .*{hint}"):
        parse_zone(typed)


@pytest.mark.parametrize("typed", ["localtime", "", "Middle/Earth/Shire", "x" * 500, "../../etc/passwd"])
def test_what_is_no_zone_is_refused_with_an_example(typed: str):
    with pytest.raises(CourseError, match="Names look like Europe/Berlin"):
        parse_zone(typed)


@given(st.text(max_size=60))
def test_any_text_gets_zones_that_discord_can_list(typed: str):
    found = zones_like(typed)
    assert len(found) <= 25
    assert all(parse_zone(name) == name for name in found)


def test_cities_that_begin_with_what_was_typed_come_first():
    assert zones_like("lond")[0] == "Europe/London"
    assert zones_like("new y") == ["America/New_York"]
    assert "Europe/Berlin" in zones_like("")
