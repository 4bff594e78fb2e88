"""Whoever is forgotten is named nowhere, and nothing else is touched."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.privacy import rules
from bot.privacy.rules import FORMER, PLAIN

USER = 1477712019456000030
TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT | st.just(USER),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(TEXT, TEXT)
def test_a_mention_and_an_id_between_any_words_go_and_the_words_stay(before: str, after: str):
    for trace in (f"<@{USER}>", f"<@!{USER}>", str(USER)):
        if str(USER) not in before + after:
            assert rules.without(f"{before} {trace} {after}", USER) == f"{before} {FORMER} {after}"


@given(TEXT)
def test_words_that_mention_nobody_are_left_as_they_are(words: str):
    if str(USER) not in words:
        assert rules.without(words, USER) == words


def test_another_id_that_begins_or_ends_alike_is_left():
    words = f"<@{USER}1> 1{USER} <@&{USER}0>"
    assert rules.without(words, USER) == words


@given(st.dictionaries(TEXT, JSON, max_size=4))
def test_a_detail_keeps_its_shape_and_loses_the_person(detail: dict):
    cleared = json.loads(rules.gone_from(json.dumps(detail), USER))
    assert cleared.keys() == detail.keys()
    values = json.dumps(list(cleared.values()))
    assert str(USER) not in values or str(USER) in "".join(_keys(list(detail.values())))


def _keys(value: object) -> list[str]:
    match value:
        case list():
            return [key for item in value for key in _keys(item)]
        case dict():
            return [*value, *(key for item in value.values() for key in _keys(item))]
        case int():
            return [str(value)] if value != USER else []
        case _:
            return []


@given(st.dictionaries(st.sampled_from([*PLAIN, "reason", "words", "text", "to", "other_id"]), JSON))
def test_a_plain_detail_says_only_what_it_was_about(detail: dict):
    assert json.loads(rules.plain(json.dumps(detail))).keys() == detail.keys() & PLAIN


def test_a_detail_points_at_somebody_by_our_own_number():
    assert rules.speaks_of('{"to": 7}', 7)
    assert rules.speaks_of('{"other_id": 7}', 7)
    assert not rules.speaks_of('{"weeks": 7, "to": 8}', 7)


def test_a_cohort_is_forgotten_so_many_days_after_it_finished_if_ever():
    finished = datetime(2026, 8, 14, 12, tzinfo=UTC)
    assert rules.forgotten_on(finished, 30) == finished + timedelta(days=30)
    assert rules.forgotten_on(finished, None) is None
    assert rules.forgotten_on(None, 30) is None
