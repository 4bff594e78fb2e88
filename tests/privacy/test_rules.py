"""Whoever is forgotten is named nowhere, and nothing else is touched."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.privacy import rules
from bot.privacy.rules import FORMER, PLAIN, Traces

USER = 1477712019456000030
TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT | st.just(USER),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(TEXT, TEXT)
def test_a_mention_and_a_name_between_any_words_go_and_the_words_stay(before: str, after: str):
    traces = Traces.of(USER, "Zoë (she/her)*", ())
    for trace in (f"<@{USER}>", f"<@!{USER}>", "Zoë (she/her)*"):
        words = f"{before} {trace} {after}"
        if str(USER) not in before + after and "Zoë" not in before + after:
            assert traces.without(words) == f"{before} {FORMER} {after}"


@given(TEXT)
def test_words_that_name_nobody_are_left_as_they_are(words: str):
    traces = Traces.of(USER, "Zoë", ())
    if not any(needle in words for needle in traces.needles):
        assert traces.without(words) == words


@given(st.dictionaries(TEXT, JSON, max_size=4))
def test_a_detail_keeps_its_shape_and_loses_the_person(detail: dict):
    cleared = json.loads(Traces.of(USER, "Zoë", ()).gone_from(json.dumps(detail)))
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


def test_short_names_and_names_that_others_bear_are_not_looked_for():
    assert Traces.of(USER, "Al", ()).without("Al and Alba") == "Al and Alba"
    assert Traces.of(USER, "Alba", {"Alba"}).without("Alba") == "Alba"
    assert Traces.of(USER, "Alba", {"Birch"}).without("Alba, Albania") == f"{FORMER}, Albania"


def test_a_detail_points_at_somebody_by_our_own_number():
    assert rules.speaks_of('{"to": 7}', 7)
    assert rules.speaks_of('{"other_id": 7}', 7)
    assert not rules.speaks_of('{"weeks": 7, "to": 8}', 7)


def test_a_cohort_is_forgotten_so_many_days_after_it_finished_if_ever():
    finished = datetime(2026, 8, 14, 12, tzinfo=UTC)
    assert rules.forgotten_on(finished, 30) == finished + timedelta(days=30)
    assert rules.forgotten_on(finished, None) is None
    assert rules.forgotten_on(None, 30) is None
