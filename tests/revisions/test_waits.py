"""How long work waits: nothing is said of too few, and what is said is between the real waits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.revisions.waits import MEDIAN, NINETIETH, percentile, spelled

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
WAITS = st.lists(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=90)), min_size=1, max_size=30)


def hours(*numbers):
    return [number * HOUR for number in numbers]


@pytest.mark.parametrize(
    ("waits", "share", "found"),
    [
        (hours(3, 1, 2), MEDIAN, 2 * HOUR),
        (hours(1, 2, 3, 4), MEDIAN, 2.5 * HOUR),
        (hours(7), MEDIAN, 7 * HOUR),
        (hours(*range(1, 12)), NINETIETH, 10 * HOUR),
        (hours(0, 10), NINETIETH, 9 * HOUR),
        (hours(5, 5, 5, 50), NINETIETH, 36.5 * HOUR),
    ],
)
def test_a_percentile_lies_between_two_waits_in_proportion(waits, share, found):
    assert percentile(waits, share, least=1) == found


def test_too_few_waits_say_nothing():
    assert percentile([], MEDIAN, least=0) is None
    assert percentile(hours(1, 2), MEDIAN, least=3) is None
    assert percentile(hours(1, 2, 3), MEDIAN, least=3) == 2 * HOUR


@given(WAITS)
def test_nine_in_ten_take_no_less_than_half_and_no_more_than_the_longest(waits):
    median, ninetieth = percentile(waits, MEDIAN, least=1), percentile(waits, NINETIETH, least=1)
    assert min(waits) <= median <= ninetieth <= max(waits)


@given(WAITS, st.randoms(use_true_random=False))
def test_the_order_of_the_waits_does_not_matter(waits, chance):
    mixed = list(waits)
    chance.shuffle(mixed)
    assert percentile(mixed, NINETIETH, least=1) == percentile(waits, NINETIETH, least=1)


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (timedelta(0), "1 minute"),
        (89 * MINUTE, "89 minutes"),
        (90 * MINUTE, "2 hours"),
        (35 * HOUR, "35 hours"),
        (36 * HOUR, "2 days"),
        (9 * DAY, "9 days"),
    ],
)
def test_a_wait_is_told_no_finer_than_it_deserves(wait, words):
    assert spelled(wait) == words
