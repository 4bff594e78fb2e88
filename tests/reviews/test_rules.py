from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.curriculum import Criterion, Rubric
from bot.errors import CourseError
from bot.reviews import rules
from bot.reviews.rules import Point, Review

NOW = datetime(2026, 3, 4, 18, tzinfo=UTC)
RUBRIC = Rubric(
    key="craft",
    title="Craft",
    criteria=(
        Criterion(
            key="works", title="It works", question="Does it?", levels=("No", "Partly", "Yes", "Always")
        ),
        Criterion(key="clear", title="It is clear", question="Is it?", levels=("No", "Partly", "Yes")),
    ),
)
POINT = Point(id=1, kind="risk", severity="low", place="store.py", body="Two writers can meet here.")
DRAFT = Review(
    id=1,
    cohort_id=1,
    submission_id=1,
    deliverable="w01",
    author_id=1,
    reviewer_id=2,
    origin="deadline",
    course_version_id=1,
    allocated_at=NOW - timedelta(days=3),
    due_at=NOW,
    lease_until=None,
    opened_at=NOW - timedelta(days=1),
    sent_at=None,
    closed_at=None,
    closed_why=None,
    revision_id=1,
    read_at=None,
    rating=None,
    strength="",
    scores={},
    points=[],
)
WHOLE = replace(DRAFT, scores={"works": 3, "clear": 2}, strength="It starts fast.", points=[POINT])


def scored(**levels: int) -> Review:
    return replace(WHOLE, scores=levels)


def test_an_empty_draft_lacks_its_levels_a_strength_and_a_point():
    assert rules.unfinished(DRAFT, RUBRIC) == [
        "a score for It works, It is clear",
        "one strength",
        "one point (a defect, a risk or a suggestion)",
    ]


def test_a_draft_with_one_level_missing_names_it():
    assert rules.unfinished(replace(WHOLE, scores={"works": 1}), RUBRIC) == ["a score for It is clear"]


def test_a_draft_with_everything_lacks_nothing():
    assert rules.unfinished(WHOLE, RUBRIC) == []


def test_two_reviews_say_their_mean_and_how_far_apart_they_are():
    works, clear = rules.summarise(RUBRIC, [scored(works=4, clear=2), scored(works=1, clear=2)])
    assert (works.mean, works.low, works.high, works.count, works.is_enough) == (2.5, 1, 4, 2, True)
    assert (clear.mean, clear.low, clear.high) == (2, 2, 2)


def test_one_review_is_too_few_to_say_anything():
    works, _ = rules.summarise(RUBRIC, [scored(works=4, clear=2)])
    assert works.count == 1
    assert not works.is_enough


def test_without_reviews_there_is_no_mean():
    assert [item.mean for item in rules.summarise(RUBRIC, [])] == [None, None]


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3)), min_size=1, max_size=6))
def test_a_mean_lies_between_the_lowest_and_the_highest_level(levels):
    reviews = [scored(works=works, clear=clear) for works, clear in levels]
    for item in rules.summarise(RUBRIC, reviews):
        assert item.mean is not None
        assert item.low <= item.mean <= item.high
        assert item.count == len(levels)


def test_the_lowest_levels_are_nothing_and_the_highest_everything():
    assert rules.share(RUBRIC, {"works": 1, "clear": 1}) == 0
    assert rules.share(RUBRIC, {"works": 4, "clear": 3}) == 1
    assert rules.share(RUBRIC, {}) is None


def test_a_review_sent_at_its_due_time_is_on_time():
    assert replace(WHOLE, sent_at=NOW).on_time
    assert not replace(WHOLE, sent_at=NOW + timedelta(seconds=1)).on_time
    assert not WHOLE.on_time


def test_words_lose_the_space_around_them():
    assert rules.parse_text("  It holds.\n", "The strength") == "It holds."


@pytest.mark.parametrize("text", ["", "  \n\t "])
def test_an_empty_text_is_refused_by_its_name(text):
    with pytest.raises(CourseError, match=r"^The strength is empty"):
        rules.parse_text(text, "The strength")


def test_a_text_that_is_too_long_is_told_its_length():
    with pytest.raises(CourseError, match="has 1001 characters, and at most 1000 fit"):
        rules.parse_text("x" * 1001, "The point")
    assert rules.parse_text("x" * 1000, "The point") == "x" * 1000


def test_a_point_is_read_from_its_form():
    point = rules.parse_point("defect", "high", " api.py ", " It answers 200 to a refused order. ")
    assert (point.kind, point.severity, point.place) == ("defect", "high", "api.py")
    assert point.body == "It answers 200 to a refused order."


@pytest.mark.parametrize(
    ("kind", "severity", "place", "body", "refusal"),
    [
        (None, "low", "here", "this", "Choose whether"),
        ("praise", "low", "here", "this", "Choose whether"),
        ("risk", None, "here", "this", "Choose how much"),
        ("risk", "fatal", "here", "this", "Choose how much"),
        ("risk", "low", " ", "this", "The place is empty"),
        ("risk", "low", "x" * 201, "this", "at most 200 fit"),
        ("risk", "low", "here", "", "The point is empty"),
    ],
)
def test_a_point_with_something_missing_is_refused(kind, severity, place, body, refusal):
    with pytest.raises(CourseError, match=refusal):
        rules.parse_point(kind, severity, place, body)


def test_feedback_is_offered_for_what_was_reviewed_then_what_was_handed_in(small_course):
    offered = rules.offered(small_course, "", handed_in={"w01", "w02"}, reviewed={"w01"})
    assert [item.key for item in offered] == ["w01", "w02", "w03", "c1.1", "c1.2"]


def test_the_newest_feedback_is_offered_first(small_course):
    offered = rules.offered(small_course, "", handed_in={"w01", "w02"}, reviewed={"w01", "w02"})
    assert [item.key for item in offered][:2] == ["w02", "w01"]


def test_typing_narrows_what_is_offered(small_course):
    assert [item.key for item in rules.offered(small_course, "LOAD rep", (), ())] == ["w03"]
    assert rules.offered(small_course, "no such thing", (), ()) == []
