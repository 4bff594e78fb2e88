from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reviews.pairing import reviewers_for_late


def test_late_work_goes_to_the_least_loaded():
    loads = {1: 2, 2: 3, 3: 2, 4: 1}
    got = reviewers_for_late(9, reviews=3, people=loads, met={}, forbidden=(), seed="s")
    assert got[0] == 4
    assert set(got) == {4, 1, 3}


def test_among_equally_loaded_late_work_goes_to_those_who_met_its_author_least():
    loads = dict.fromkeys([1, 2, 3, 4], 2)
    met = {(1, 9): 2, (2, 9): 1, (4, 9): 1, (9, 3): 5}
    got = reviewers_for_late(9, reviews=2, people=loads, met=met, forbidden=(), seed="s")
    assert got[0] == 3
    assert got[1] in (2, 4)


def test_late_work_never_goes_to_its_author_or_to_a_forbidden_reviewer():
    loads = {1: 0, 2: 0, 9: 0}
    assert reviewers_for_late(9, reviews=2, people=loads, met={}, forbidden=[(1, 9)], seed="s") == (2,)


def test_late_work_in_an_empty_room_waits_for_a_mentor():
    assert reviewers_for_late(9, reviews=2, people={9: 0}, met={}, forbidden=(), seed="s") == ()


@given(loads=st.dictionaries(st.integers(1, 60), st.integers(0, 3), min_size=1), seed=st.text(max_size=8))
@settings(deadline=None)
def test_late_reviewers_do_not_depend_on_the_order_of_the_roster(loads, seed):
    backwards = dict(reversed(loads.items()))
    one, other = (
        reviewers_for_late(9, reviews=2, people=people, met={}, forbidden=(), seed=seed)
        for people in (loads, backwards)
    )
    assert one == other


def test_several_late_arrivals_keep_loads_level():
    loads = dict.fromkeys(range(10), 2)
    for late in range(100, 105):
        for reviewer in reviewers_for_late(late, reviews=2, people=loads, met={}, forbidden=(), seed="s"):
            loads[reviewer] += 1
    assert set(loads.values()) == {3}


def test_nobody_who_has_the_most_already_is_asked_for_late_work():
    loads = {1: 2, 2: 3, 3: 4, 4: 3}
    ask = {"reviews": 3, "met": {}, "forbidden": (), "seed": "s"}
    assert reviewers_for_late(9, people=loads, most=3, **ask) == (1,)
    assert set(reviewers_for_late(9, people=loads, most=4, **ask)) == {1, 2, 4}
    assert reviewers_for_late(9, people=loads, most=0, **ask) == ()


@given(
    loads=st.dictionaries(st.integers(1, 60), st.integers(0, 4), min_size=1),
    most=st.integers(0, 5),
    seed=st.text(max_size=8),
)
@settings(deadline=None)
def test_a_bound_on_late_work_leaves_people_out_and_changes_no_order(loads, most, seed):
    ask = {"reviews": len(loads), "people": loads, "met": {}, "forbidden": (), "seed": seed}
    everyone = reviewers_for_late(100, **ask)
    assert reviewers_for_late(100, most=most, **ask) == tuple(m for m in everyone if loads[m] < most)
