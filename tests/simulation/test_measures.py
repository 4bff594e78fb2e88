"""How even, how new and how mutual rounds are, on small cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.simulation import measures

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def at(hours):
    return MONDAY + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("pairs", "people", "spread"),
    [
        ([(1, 2), (2, 3), (3, 1)], [1, 2, 3], 0),
        ([(1, 2), (1, 3), (3, 1)], [1, 2, 3], 2),
        ([(1, 2), (1, 3), (3, 1)], [1, 3], 1),  # who handed in late, or was away, is not compared
        ([], [1, 2], 0),
        ([], [], 0),
    ],
)
def test_loads_are_compared_between_those_who_were_there(pairs, people, spread):
    assert measures.load_spread(pairs, people) == spread


def test_a_repeat_is_the_same_reviewer_of_the_same_author_in_a_later_round():
    assert measures.repeats([[(1, 2), (2, 1)], [(1, 3), (2, 3)]]) == 0
    assert measures.repeats([[(1, 2)], [(1, 2)], [(1, 2), (2, 1)]]) == 2


def test_repeats_that_nobody_could_avoid_are_those_beyond_one_for_each_classmate():
    rounds = [[(1, 2), (2, 3), (3, 1)]] * 3
    assert measures.repeats(rounds) == 6
    assert measures.repeats_least(rounds, students=3) == 3
    assert measures.repeats_least(rounds, students=4) == 0


def test_two_people_who_review_each_other_count_once():
    assert measures.two_way([(1, 2), (2, 1), (2, 3), (3, 1)]) == 1
    assert measures.two_way([(1, 2), (2, 3), (3, 1)]) == 0


def test_the_longest_queue_counts_who_waits_at_the_same_time():
    assert measures.longest([]) == 0
    assert measures.longest([(at(0), at(2)), (at(1), at(3)), (at(2), None)]) == 2
    assert measures.longest([(at(0), None), (at(5), None), (at(9), None)]) == 3
