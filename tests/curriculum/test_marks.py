"""How values are read: what looks like text to a teacher is text."""

from __future__ import annotations

import pytest

from bot.curriculum.marks import places


def test_only_what_a_teacher_means_as_such_is_more_than_text():
    text = "[18:00, on, no, 2026-01-05, 0x10, 1_000, 007, 1e3, '1', <<, true, False, 12, -3, 2.5, ~, null, ]"
    root, mistakes = places(text)
    assert not mistakes
    assert root is not None
    assert root.value == [
        "18:00", "on", "no", "2026-01-05", "0x10", "1_000", "007", "1e3", "1", "<<",
        True, False, 12, -3, 2.5, None, None,
    ]  # fmt: skip


def test_a_number_of_a_thousand_digits_is_text():
    root, _ = places("9" * 1000)
    assert root is not None
    assert root.value == "9" * 1000


def test_every_value_and_key_knows_its_place():
    root, _ = places("# a course\nweeks:\n  - number: 1\n    title: >-\n      Two\n      lines\n")
    assert root is not None
    title = root["weeks"][0]["title"]
    assert (title.line, title.column, title.value) == (4, 12, "Two lines")
    key = root["weeks"][0].keys["title"]
    assert (key.line, key.column) == (4, 5)
    assert root["weeks"][7]["nothing"].value is None


def test_the_first_of_two_values_counts():
    root, mistakes = places("a: 1\na: 2\na: 3\n")
    assert root is not None
    assert root.value == {"a": 1}
    assert [(mistake.line, mistake.message) for mistake in mistakes] == [
        (2, "key 'a' appears twice (first at line 1)"),
        (3, "key 'a' appears twice (first at line 1)"),
    ]


def test_a_bomb_of_aliases_stays_small():
    bomb = "a: &a [x, x]\n" + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    root, mistakes = places(bomb)
    assert root is not None
    assert root["i"].value == [None] * 9
    assert len(mistakes) == 72


def test_an_anchor_inside_itself_is_refused():
    _, mistakes = places("a: &a [*a]\n")
    assert [(mistake.line, mistake.column) for mistake in mistakes] == [(1, 8)]


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 1000, "{a: " * 1000, "? " * 1000])
def test_brackets_without_end_are_refused(text: str):
    root, mistakes = places(text)
    assert root is None
    assert [mistake.message for mistake in mistakes] == ["this is not YAML: it is nested too deeply"]
