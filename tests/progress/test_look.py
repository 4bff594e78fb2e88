"""What all pictures share: axes, labels, and colours that readers who see fewer of them tell apart."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.progress import picture, point_picture, rubric_picture
from bot.progress.look import counts, labelled
from tests.progress.colours import apart


def test_only_columns_with_room_are_labelled_and_the_last_always():
    numbers = [str(week) for week in range(1, 25)]
    assert list(labelled(numbers, 100, 27)) == list(range(23, -1, -1))
    assert labelled(numbers, 30, 27)[0] == 23
    assert len(labelled(numbers, 30, 27)) == 12
    assert list(labelled([], 30, 27)) == []


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (4, [0, 1, 2, 3, 4]),
        (5, [0, 2, 4, 6]),
        (12, [0, 5, 10, 15]),
        (700, [0, 200, 400, 600, 800]),
    ],
)
def test_an_axis_of_counts_has_round_numbers(most, ticks):
    assert list(counts(most)) == ticks


@given(st.integers(0, 100_000), st.integers(1, 10))
def test_an_axis_reaches_what_it_shows_in_few_steps(most, lines):
    ticks = counts(most, lines)
    assert ticks[0] == 0
    assert most <= ticks[-1]
    assert 2 <= len(ticks) <= lines + 1


# Who is told apart by colour alone; everything else also has its own shape or hatching.
TOGETHER = {
    "work": (picture.ON_TIME, picture.LATE, picture.MISSED, picture.GROUND),
    "points": (point_picture.DEFECT, point_picture.RISK, point_picture.GROUND),
    "became": (point_picture.RESOLVED, point_picture.OPEN, point_picture.GROUND),
    "scores": (rubric_picture.SCORE, rubric_picture.MENTORS, rubric_picture.OWN, rubric_picture.GROUND),
}


@pytest.mark.parametrize("seen", ["protanopia", "deuteranopia"])
@pytest.mark.parametrize("shown", TOGETHER)
def test_colours_that_stand_together_differ_for_readers_who_see_fewer(shown, seen):
    clear = 20  # ten times what is just seen side by side
    assert all(apart(one, other, seen) > clear for one, other in combinations(TOGETHER[shown], 2))


def test_everything_stands_out_from_the_ground_where_all_is_grey():
    for shown in TOGETHER.values():
        assert all(apart(colour, shown[-1], "grey") > 30 for colour in shown[:-1])
