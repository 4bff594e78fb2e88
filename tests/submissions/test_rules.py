"""Which deliverable is meant, what is offered, and what is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cohorts.rules import Allowance, Cohort, Running
from bot.errors import CourseError
from bot.submissions import rules
from bot.submissions.rules import Missed, Revision
from tests.town import COURSE

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
RUNNING = Running(
    cohort=Cohort(
        id=1, guild_id=1, name="Spring", channel_id=1, timezone="UTC", starts_on=date(2026, 3, 2), state="running",
        course_version_id=1, student_role_id=None, mentor_role_id=None, lead_role_id=None, seed=1, created_by=1,
    ),
    course=COURSE,
)  # fmt: skip


def revision(links, dead=()) -> Revision:
    return Revision(
        id=1, submission_id=1, member_id=1, deliverable="w01", number=1, note="", links=links,
        dead=frozenset(dead), deadline_at=NOON, late=False, submitted_at=NOON, updated_at=NOON, opened_at=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("w05", "w05"), ("5", "w05"), ("05", "w05"), ("week 5", "w05"), ("Week5", "w05"), ("  WEEK   5 ", "w05"),
        ("Service core, refactored", "w05"), ("week 5 · service core, refactored", "w05"),
        ("c2.1", "c2.1"), ("2.1", "c2.1"), ("Capstone 2.1", "c2.1"),
        ("trade-off log for consistency, latency, and cost decisions", "c2.3"),
    ],
)  # fmt: skip
def test_a_deliverable_is_known_by_its_key_its_number_and_its_title(typed, key):
    assert rules.find(COURSE, typed).key == key


@given(st.sampled_from(COURSE.deliverables))
def test_every_deliverable_is_found_by_its_key_and_by_its_name(item):
    assert rules.find(COURSE, item.key) is item
    assert rules.find(COURSE, item.name.upper()) is item


def test_a_near_miss_is_answered_with_the_nearest_title():
    with pytest.raises(CourseError, match=r"Did you mean Week 5 · Service core, refactored\?"):
        rules.find(COURSE, "service core refactord")


@given(st.text(max_size=200))
def test_whatever_is_typed_is_found_or_refused_without_repeating_markdown_or_mentions(typed):
    try:
        assert rules.find(COURSE, typed) in COURSE.deliverables
    except CourseError as refusal:
        said = str(refusal).partition("“")[2].partition("”")[0]
        assert not set(said) & set("<>@#`*_~|[]\\\n")


def test_what_is_due_and_missing_is_offered_first_then_this_week_then_the_rest():
    offered = [item.key for item in rules.listed(COURSE, "", frozenset({"w02", "w03"}), 4)]
    assert offered[:6] == ["w04", "w01", "w03", "w05", "w02", "w06"]
    assert len(offered) == rules.CHOICES


def test_every_deliverable_can_be_reached_by_typing_although_the_list_holds_25():
    for item in COURSE.deliverables:
        for typed in (item.key, item.place, item.title):
            assert rules.listed(COURSE, typed, frozenset(), 1)[0] is item


@given(st.text(max_size=60), st.sets(st.sampled_from([item.key for item in COURSE.deliverables])), st.none())
def test_the_list_never_breaks_and_never_passes_discords_limit(typed, handed_in, week):
    offered = rules.listed(COURSE, typed, frozenset(handed_in), week)
    assert len(offered) <= rules.CHOICES
    assert len({item.key for item in offered}) == len(offered)


def test_the_main_link_is_the_first_evidence_that_is_required(small):
    assert rules.main(small.deliverable("w01")).kind == "code"
    only_optional = small.deliverable("w02").evidence[1:]
    assert not only_optional[0].required


def test_completeness_counts_what_is_required_and_opens(small):
    week = small.deliverable("w01")
    both = {"code": "https://a.example", "tests": "https://b.example"}
    assert rules.completeness(week, None) == 0
    assert rules.completeness(week, revision({})) == 0
    assert rules.completeness(week, revision({"code": "https://a.example"})) == 0.5
    assert rules.completeness(week, revision(both)) == 1
    assert rules.completeness(week, revision(both, dead=["tests"])) == 0.5
    assert rules.completeness(small.deliverable("w02"), revision({"demo": "https://a.example"})) == 0


def test_what_is_missing_is_named_by_its_label(small):
    week = small.deliverable("w01")
    assert rules.missing(week, {"code": "https://a.example"}) == ["Test run with the failing case"]
    assert rules.missing(week, {"code": "x", "tests": "y"}, {"code"}) == ["Repository at a tag"]


def test_a_note_is_trimmed_and_limited():
    assert rules.parse_note(None) == ""
    assert rules.parse_note("  words \n") == "words"
    assert len(rules.parse_note("x" * rules.NOTE_LIMIT)) == rules.NOTE_LIMIT
    with pytest.raises(CourseError, match="1001 characters"):
        rules.parse_note("x" * 1001)


def test_a_week_that_is_not_due_yet_is_not_missed():
    assert rules.missed(["w01", "w02", "w03"], {"w01"}, span=3) == Missed(weeks=2, of=3)
    assert rules.missed(["w01"], {"w01"}, span=3) == Missed(weeks=0, of=1)
    assert rules.missed([], {"w01"}, span=3) == Missed(weeks=0, of=0)


def test_a_week_is_due_once_its_deadline_is_over_and_on_the_dot_it_is_not():
    deadline = RUNNING.week(2).deadline
    assert rules.due(RUNNING, {}, deadline) == ["w01"]
    assert rules.due(RUNNING, {}, deadline + timedelta(microseconds=1)) == ["w01", "w02"]


def test_a_week_with_more_time_is_not_due_before_that_and_one_that_may_be_left_out_never_is():
    deadline = RUNNING.week(2).deadline
    more = allowance(until_at=deadline + timedelta(days=3))
    assert rules.due(RUNNING, {"w02": more}, deadline + timedelta(days=3)) == ["w01"]
    assert rules.due(RUNNING, {"w02": more}, deadline + timedelta(days=4)) == ["w01", "w02"]
    assert rules.due(RUNNING, {"w01": allowance(excused_at=NOON)}, deadline + timedelta(days=4)) == ["w02"]


def test_what_falls_into_a_pause_is_not_due():
    paused = replace(RUNNING.cohort, state="paused", paused_at=RUNNING.week(2).deadline)
    later = RUNNING.week(4).deadline
    assert rules.due(Running(cohort=paused, course=COURSE), {}, later) == ["w01"]


@given(st.sets(st.integers(1, 9)), st.integers(0, 9), st.integers(1, 9))
def test_nobody_misses_more_than_was_due(handed_in, due, span):
    weeks = [f"w{number:02}" for number in range(1, due + 1)]
    keys = {f"w{number:02}" for number in handed_in}
    found = rules.missed(weeks, keys, span=span)
    assert 0 <= found.weeks <= found.of == min(due, span)


def allowance(**changes) -> Allowance:
    """What a lead allowed, at noon."""
    return Allowance(**{"until_at": None, "excused_at": None, "reason": "", "granted_at": NOON} | changes)
