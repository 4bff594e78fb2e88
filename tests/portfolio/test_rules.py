"""What a narrative lacks, how long it is, which address a portfolio has, and what comes first in it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import CourseError
from bot.portfolio import narratives, rules
from bot.portfolio.rules import NARRATIVE_LIMIT, Entry
from tests.town import COURSE

PROMPTS = ("What was the problem?", "How do you know?", "What next?")
AT = datetime(2026, 3, 12, tzinfo=UTC)


def written(**answers: str) -> str:
    """The template with something below some of its prompts."""
    text = narratives.template(PROMPTS)
    for prompt, answer in zip(PROMPTS, answers.values(), strict=False):
        text = text.replace(f"## {prompt}\n", f"## {prompt}\n{answer}\n")
    return text


@pytest.mark.parametrize("text", ["", "   \n\t ", "\u200b\u200b", "---", "…", narratives.template(PROMPTS)])
def test_a_narrative_with_nothing_in_it_is_refused(text):
    with pytest.raises(CourseError, match="nothing in your narrative yet"):
        narratives.parse(text, PROMPTS)


def test_a_narrative_that_nobody_reads_to_its_end_is_refused_with_its_length():
    narratives.parse("a" * NARRATIVE_LIMIT, PROMPTS)
    with pytest.raises(CourseError, match=r"has 10,000 characters, and 3,000 fit"):
        narratives.parse("a" * 10_000, PROMPTS)


def test_markup_scripts_and_mentions_are_kept_as_they_were_typed():
    text = "<script>alert(1)</script> **bold** <@123> @everyone\r\n[x](javascript:alert(1))"
    assert narratives.parse(text, PROMPTS) == text.replace("\r\n", "\n")


def test_marks_that_nobody_sees_are_left_out_and_joined_letters_stay():
    assert (
        narratives.parse("safe\u202edne\x00 \u200bfamily 👩\u200d💻", PROMPTS) == "safedne family 👩\u200d💻"
    )


def test_a_prompt_that_was_left_empty_is_told_and_not_shown():
    text = narratives.parse(written(problem="Too slow: 900 ms.", know="\n", next=""), PROMPTS)
    assert narratives.told(text, PROMPTS) == "## What was the problem?\nToo slow: 900 ms."
    assert narratives.look(text, PROMPTS).empty == ["How do you know?", "What next?"]


def test_a_prompt_is_known_again_however_its_heading_is_written():
    text = "**what was the problem?**\nSlow.\n# How do you know:\n"
    assert narratives.look(text, ("What was the problem?", "How do you know")).empty == ["How do you know"]


def test_words_without_any_prompt_lack_nothing_of_them():
    look = narratives.look("It answers in 20 ms. " * 12, PROMPTS)
    assert (look.empty, look.has_number, look.is_short, look.words) == ([], True, False, 60)


@pytest.mark.parametrize(
    ("text", "has_number"),
    [
        ("It is much faster now.", False),
        ("1. first\n2) second", False),
        ("See https://git.example.org/s1/42", False),
        ("It takes 20 ms.", True),
        ("1. It takes 20 ms.", True),
    ],
)
def test_only_a_number_of_one_s_own_makes_it_believable(text, has_number):
    assert narratives.look(text, PROMPTS).has_number is has_number


def test_a_number_in_a_prompt_proves_nothing():
    prompts = ("Name 3 numbers.", *PROMPTS)
    assert not narratives.look("## Name 3 numbers.\nIt is fast.", prompts).has_number


@pytest.mark.parametrize(
    ("words", "seconds"), [(0, 30), (1, 30), (120, 30), (240, 60), (360, 90), (480, 120)]
)
def test_a_time_to_read_is_told_in_halves_of_a_minute(words, seconds):
    assert narratives.reading(words) == seconds


def test_words_are_what_has_a_letter_or_a_digit():
    assert narratives.words_in("Two words — and 3 more … ok") == 6


@given(st.text(max_size=400))
def test_whatever_is_typed_is_kept_as_words_or_refused_kindly(text):
    try:
        kept = narratives.parse(text, PROMPTS)
    except CourseError:
        return
    assert narratives.parse(kept, PROMPTS) == kept
    assert narratives.words_in(narratives.told(kept, PROMPTS)) >= 1
    assert narratives.look(kept, PROMPTS).words >= 1


@given(st.lists(st.sampled_from([*PROMPTS, "## What next?", "words", "", "- 3 ms"]), max_size=12))
def test_what_is_told_has_no_empty_prompt_and_every_written_word(lines):
    told = narratives.told("\n".join(lines), PROMPTS)
    assert narratives.look(told, PROMPTS).empty == []
    for word in ("words", "- 3 ms"):
        assert told.split("\n").count(word) == lines.count(word)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Aster Ådén", "aster-aden-x1"),
        ("  ~~Birch!!  the 2nd ", "birch-the-2nd-x1"),
        ("井上", "portfolio-x1"),
        ("@everyone/../..", "everyone-x1"),
        ("a" * 80, "a" * 40 + "-x1"),
    ],
)
def test_an_address_has_a_name_in_plain_letters_and_something_that_nobody_guesses(name, slug):
    assert rules.slug(name, "x1") == slug


@given(st.text())
def test_every_name_gives_an_address(name):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rules.slug(name, "k3"))


def entry(key: str, place: int | None = None) -> Entry:
    return Entry(
        id=1, submission_id=1, deliverable=COURSE.deliverable(key), narrative="", place=place, published_at=AT,
        changed_at=AT, accepted_at=AT, accepted_by_mentor=False, revision=1, proofs=(), quotes=(),
    )  # fmt: skip


def test_the_best_come_first_then_capstones_then_weeks_and_the_newest_first():
    given_ = [
        entry("w01"),
        entry("w09"),
        entry("c1.2"),
        entry("c1.1"),
        entry("c2.1"),
        entry("w02", 2),
        entry("w05", 1),
    ]
    found = [item.deliverable.key for item in rules.in_order(given_)]
    assert found == ["w05", "w02", "c2.1", "c1.1", "c1.2", "w09", "w01"]


@pytest.mark.parametrize(
    ("best", "place", "entry_id", "after"),
    [
        ([], 1, 7, [7]),
        ([], 3, 7, [7]),
        ([7, 8, 9], 1, 9, [9, 8, 7]),
        ([7, 8, 9], 2, 7, [8, 7, 9]),
        ([7, 8, 9], 2, 6, [7, 6, 9]),
        ([7], 2, 7, [7]),
        ([7, 8], 3, 9, [7, 8, 9]),
        ([7, 8, 9], 2, None, [7, 9]),
        ([7, 8, 9], 2, 8, [7, 8, 9]),
    ],
)
def test_a_place_among_the_best_is_taken_exchanged_or_emptied_and_leaves_no_gap(best, place, entry_id, after):
    assert rules.best_with(best, place, entry_id) == after
