"""Finding things in the course."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.course.search import EXCERPT, HITS, excerpt, search
from bot.curriculum import Curriculum
from bot.errors import CourseError


def places(course: Curriculum, query: str) -> list[str]:
    return [hit.place for hit in search(course, query).hits]


def test_a_title_comes_before_a_deliverable_before_a_lab_before_the_rest(small: Curriculum):
    assert places(small, "memory") == ["Week 2"]
    assert places(small, "kept") == ["Week 1", "Goes well with this course"]
    assert places(small, "load") == ["Week 3", "Capstone 1"]
    assert places(small, "service")[0] == "Week 1"


def test_case_does_not_matter(small: Curriculum):
    assert places(small, "LOAD") == places(small, "load") == places(small, "LoAd")


def test_every_word_must_be_there_in_any_order(small: Curriculum):
    assert places(small, "memo database") == ["Week 2"]
    assert places(small, "database memo") == ["Week 2"]
    assert places(small, "memo latency") == []


def test_weeks_capstones_roadmap_and_resources_are_all_searched(small: Curriculum):
    assert places(small, "limit") == ["Week 3"]
    assert places(small, "defence") == ["Capstone 1"]
    assert places(small, "promise")[-1] == "Roadmap"
    assert places(small, "status codes") == ["Resource"]
    assert places(small, "databases") == ["Goes well with this course"]


def test_an_excerpt_marks_what_was_found(small: Curriculum):
    (hit,) = search(small, "kill process").hits
    assert hit.part == "lab"
    assert [piece for piece, found in hit.excerpt if found] == ["kill", "process"]


def test_a_title_that_matches_says_what_it_is_about(small: Curriculum):
    (hit,) = search(small, "memory").hits
    assert "".join(piece for piece, _ in hit.excerpt) == "State outlives the process that wrote it."


def test_a_week_can_be_opened_and_a_resource_cannot(small: Curriculum):
    assert search(small, "limit").hits[0].week == 3
    assert search(small, "status codes").hits[0].week is None


def test_only_the_best_are_shown_and_all_are_counted(shipped: Curriculum):
    found = search(shipped, "the")
    assert len(found.hits) == HITS
    assert found.total > HITS


def test_a_slip_is_answered_with_near_words(shipped: Curriculum):
    found = search(shipped, "idempotncy")
    assert found.hits == []
    assert "idempotency" in found.near


def test_words_that_never_meet_are_not_called_unknown(small: Curriculum):
    found = search(small, "memo latency")
    assert (found.total, list(found.near)) == (0, [])


@pytest.mark.parametrize(("query", "length"), [("a", 1), ("  x  ", 1), ("", 0), ("x" * 101, 101)])
def test_a_query_too_short_or_too_long_is_refused_kindly(small: Curriculum, query: str, length: int):
    with pytest.raises(CourseError, match=f"2 to 100 characters, and yours has {length}"):
        search(small, query)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # the course does not change
@given(query=st.text(max_size=140))
def test_any_text_can_be_searched(small: Curriculum, query: str):
    try:
        found = search(small, query)
    except CourseError:
        return
    assert len(found.hits) <= HITS
    assert all(any(piece for piece, _ in hit.excerpt) for hit in found.hits)


words = st.text(st.characters(codec="utf-8", exclude_categories=["Zs", "Cc"]), min_size=1, max_size=30)


@given(st.text(max_size=600), st.lists(words, min_size=1, max_size=4))
def test_an_excerpt_is_a_stretch_of_its_text(body: str, wanted: list[str]):
    pieces = excerpt(body, wanted)
    text = " ".join(body.split())
    said = "".join(piece for piece, _ in pieces)
    assert said.removeprefix("…").removesuffix("…").strip() in text
    assert len(said) <= EXCERPT + 100 + 2


@given(st.text(st.sampled_from("ab c"), max_size=400), st.sampled_from(["ab", "cab", "a"]))
def test_an_excerpt_shows_the_first_match_whenever_there_is_one(body: str, word: str):
    text = " ".join(body.split())
    assert (word in text) == any(found and word in piece for piece, found in excerpt(body, [word]))
