"""What several people want to improve, and nobody can be recognised by."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retros.themes import THEMES_A_WEEK, WORDS_A_THEME, folded, themes

WORDS = """test tests tested testing plan plans review reviews reviewing Tests REVIEW memo memos birch Birch
    https://tests.example/plan <@12345> @birch plan@memo.org start more note notes not 12 p95 écrire"""
PIECES = st.sampled_from(WORDS.split())
ANSWERS = st.lists(PIECES, max_size=8).map(" ".join)


def shown(*answers: str, names=()) -> list[tuple[list[str], int, int]]:
    return [(list(theme.words), theme.people, theme.of) for theme in themes(answers, names)]


def words_in(answer: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", answer.lower()))


def test_a_word_that_several_people_wrote_is_a_theme_with_how_many_they_are():
    answers = (
        "write tests first",
        "tests before code",
        "fewer meetings",
        "more tests, more review",
        "review",
    )
    assert shown(*answers) == [(["tests"], 3, 5), (["review"], 2, 5)]


def test_with_fewer_than_four_answers_there_are_none():
    assert shown("tests", "tests", "tests") == []
    assert shown("tests", "tests", "tests", "tests") == [(["tests"], 4, 4)]


def test_forms_of_a_word_count_together_and_the_one_that_most_wrote_is_shown():
    assert shown("a test", "some tests", "the tests", "better testing") == [(["tests"], 4, 4)]
    assert shown("a test", "some tests", "better testing", "nothing") == [], "each form is one person's"


def test_words_that_only_look_alike_are_not_counted_together():
    planes = ("split the control plane", "separate data planes")
    assert shown("plan before code", "draw a plan", *planes, "none") == [(["plan"], 2, 5)]
    assert shown("a car", "the car", "caring", "cared", "none") == [(["car"], 2, 5)]


def test_words_of_the_same_people_are_one_theme():
    same = "keep the load script in the repository"
    assert shown(same, same, "ask", "listen") == [(["repository", "script", "load"], 2, 4)]


def test_a_person_who_repeats_a_word_is_one_person():
    assert shown("tests tests tests", "tests", "review", "memo") == [(["tests"], 2, 4)]


def test_names_mentions_and_links_are_never_shown():
    said = "ask birch, <@123>, @elm and https://tests.example/tests or elm@tests.example"
    assert shown(*[said] * 4, names=["Birch Bough"]) == [(["ask"], 4, 4)]


def test_a_word_that_nobody_wrote_in_small_letters_may_be_a_name():
    assert shown(*["Listen to Bob about the README"] * 4) == [(["readme"], 4, 4)]
    assert shown(*["Tests"] * 3, "tests") == [(["tests"], 4, 4)]


@pytest.mark.parametrize(
    ("forms", "root"),
    [
        ("test tests tested testing", "test"),
        ("plan plans planned planning", "plan"),
        ("write writes writing", "write"),
        ("plane planes planing", "plane"),
        ("care cares cared caring", "care"),
        ("car cars", "car"),
        ("scrap scraps scrapping scrapped", "scrap"),
        ("scrape scrapes scraping scraped", "scrape"),
        ("past", "past"),
        ("paste pastes", "paste"),
        ("measure measures measuring", "measur"),
        ("ask asks asked asking", "ask"),
        ("fix fixing fixed", "fix"),
        ("type types typing", "type"),
        ("story stories", "story"),
        ("class classes", "class"),
        ("note notes", "note"),
        ("status", "status"),
        ("string", "string"),
        ("seed", "seed"),
        ("not", "not"),
    ],
)
def test_forms_that_share_a_root(forms, root):
    assert {folded(form) for form in forms.split()} == {root}


@given(st.lists(ANSWERS, max_size=8))
def test_every_word_shown_was_written_by_two_people_and_is_nobody_s_name(answers):
    for theme in themes(answers, ["Birch"]):
        assert len(theme.words) <= WORDS_A_THEME
        assert 2 <= theme.people <= theme.of == len(answers)
        for word in theme.words:
            assert sum(word in words_in(answer) for answer in answers) >= 2
            assert word not in ("birch", "example", "https", "org")


@given(st.lists(ANSWERS, min_size=4, max_size=8), ANSWERS)
def test_one_more_person_never_shows_a_word_that_only_one_person_wrote(answers, another):
    after = {word for theme in themes([*answers, another]) for word in theme.words}
    for word in after:
        assert sum(word in words_in(answer) for answer in [*answers, another]) >= 2


@given(st.lists(st.text(max_size=60), max_size=8), st.randoms())
def test_whatever_people_write_the_themes_do_not_depend_on_who_wrote_first(answers, dice):
    shuffled = list(answers)
    dice.shuffle(shuffled)
    assert themes(shuffled) == themes(answers)
    assert len(themes(answers)) <= THEMES_A_WEEK
