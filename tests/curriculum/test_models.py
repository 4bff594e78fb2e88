"""A course as the rest of the bot sees it."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.curriculum import NARRATIVE, STEPS, Curriculum, Ladder, Moment, Step, disorder, read


def test_deliverables_come_by_week_and_a_week_before_its_capstone(small_course: Curriculum):
    assert [(item.key, item.week, item.track) for item in small_course.deliverables] == [
        ("w01", 1, "weekly"),
        ("w02", 2, "weekly"),
        ("w03", 3, "weekly"),
        ("c1.1", 3, "capstone"),
        ("c1.2", 3, "capstone"),
    ]


def test_a_deliverable_knows_its_name_its_rubric_and_what_it_requires(small_course: Curriculum):
    durable = small_course.deliverable("w02")
    assert durable.name == "Week 2 · A durable store"
    assert durable.rubric.title == "Judgement"
    assert durable.required == ("memo",)
    assert small_course.deliverable("c1.2").place == "Capstone 1.2"


def test_a_name_fits_a_menu(small_course: Curriculum):
    spec = small_course.weeks[0].deliverable.model_copy(update={"title": "x" * 100})
    week = small_course.weeks[0].model_copy(update={"deliverable": spec})
    course = small_course.model_copy(update={"weeks": (week,), "capstones": ()})
    name = course.deliverable("w01").name
    assert len(name) == 100
    assert name.endswith("x…")


def test_a_week_has_its_stages_outcomes_and_then_the_practices(small_course: Curriculum):
    assert small_course.outcomes_of(small_course.week(3)) == (
        "Design a small system with Load in mind.",
        "Optimize two ways to approach Load.",
        "Architect a change that Load calls for.",
        "Defend a decision about Load before a peer.",
        "Follow your scores from week to week.",
        "Answer every point of a review.",
    )


def test_a_stage_has_its_own_prompts_for_a_narrative_or_the_general_ones(small_course: Curriculum):
    own = ("Why?", "What?", "How well?")
    plain, changed = small_course.stages[0], small_course.stages[1].model_copy(update={"narrative": own})
    course = small_course.model_copy(update={"stages": (plain, changed)})
    assert course.stage_of(course.deliverable("w01")).narrative == NARRATIVE
    assert course.stage_of(course.deliverable("c1.2")).narrative == own


def test_what_the_course_does_not_have_is_a_key_error(small_course: Curriculum):
    for look in (
        lambda: small_course.week(4),
        lambda: small_course.deliverable("w04"),
        lambda: small_course.stage("x"),
    ):
        with pytest.raises(KeyError):
            look()


def test_each_track_has_its_policy(small_course: Curriculum):
    assert small_course.policy("weekly").reviewers == 2
    assert small_course.policy("capstone").days == 7


def test_weeks_are_accepted_by_peers_and_capstones_by_a_mentor_unless_the_course_says_otherwise(
    small_course: Curriculum,
):
    assert (small_course.accepted_by("weekly"), small_course.accepted_by("capstone")) == ("peers", "mentor")
    weekly = small_course.review.weekly.model_copy(update={"accepted_by": "mentor"})
    review = small_course.review.model_copy(update={"weekly": weekly})
    assert small_course.model_copy(update={"review": review}).accepted_by("weekly") == "mentor"


def test_reviews_are_open_unless_one_line_makes_a_week_blind(small_text: str):
    course = read(small_text.replace("title: Memory\n", "title: Memory\n    blind: true\n"))
    assert [item.key for item in course.deliverables if item.blind] == ["w02"]


def test_one_line_makes_every_week_blind_and_another_opens_one_of_them(small_text: str):
    text = small_text.replace("reviewers: 2\n", "reviewers: 2\n    blind: true\n")
    course = read(text.replace("title: Memory\n", "title: Memory\n    blind: false\n"))
    assert [item.key for item in course.deliverables if item.blind] == ["w01", "w03"]


def test_a_deliverable_names_the_weeks_that_it_rests_on(small_text: str):
    brief = "brief: A recorded walk through the decisions.\n"
    course = read(small_text.replace(brief, f"{brief}        rests_on: [1, 3]\n"))
    assert course.deliverable("c1.2").rests_on == ("w01", "w03")


def test_each_step_of_a_ladder_knows_its_bounds():
    assert {step: Ladder.bounds(step) for step in ("nudge", "expire", "covered")} == {
        "nudge": (1, 168),
        "expire": (0, 168),
        "covered": (1, 336),
    }


def test_the_steps_of_a_ladder_are_all_its_fields_and_its_defaults_are_in_order():
    assert tuple(Ladder.model_fields) == STEPS
    assert list(disorder(Ladder().model_dump())) == []


@given(st.fixed_dictionaries({step: st.integers(*Ladder.bounds(step)) for step in STEPS}))
def test_a_ladder_is_in_order_exactly_when_each_step_can_follow_the_one_before(hours: dict[Step, int]):
    right = hours["warn"] < hours["nudge"] and hours["expire"] < hours["mentor"] <= hours["covered"]
    assert right == (list(disorder(hours)) == [])


def test_a_moment_is_a_weekday_and_a_time():
    moment = Moment.parse(" Sun 18:30 ")
    assert moment == Moment(6, time(18, 30))
    assert str(moment) == "sun 18:30"
    assert Moment.parse(moment) is moment


@pytest.mark.parametrize(
    "text", ["sun", "18:30", "sun 24:00", "sun 9:00", "sunday 18:30", "sun 18:60", "son 18:30", ""]
)
def test_anything_else_is_no_moment(text: str):
    with pytest.raises(ValueError, match="such as 'mon 09:00'"):
        Moment.parse(text)


@pytest.mark.parametrize(
    ("moment", "minutes"), [("mon 09:01", 1), ("tue 09:00", 1440), ("mon 08:59", 10079), ("mon 09:00", 10080)]
)
def test_the_first_moment_after_another_is_at_most_a_week_away(moment: str, minutes: int):
    assert Moment.parse(moment).minutes_after(Moment.parse("mon 09:00")) == minutes
