"""Rounds of which something exists already, because it was pulled, and whose people are partly away."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from itertools import chain, combinations, permutations, product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.reviews.pairing import Pair, Pairs, pair
from tests.reviews.rounds import Week, any_week, best_figures, can_be_better, edges, figures, repeats, weeks


def every_part(things):
    """All subsets."""
    heap = list(things)
    return chain.from_iterable(combinations(heap, count) for count in range(len(heap) + 1))


def week_of(size: int, *, reviews: int = 2, **given_) -> Week:
    """A week of people 0, 1, 2, … in which nothing else is the matter."""
    nothing = {"met": {}, "forbidden": set(), "fixed": [], "absent": set()}
    return Week(people=list(range(size)), reviews=reviews, **(nothing | given_))


def busiest(pairs: list[Pair]) -> int:
    """The most reviews that anybody gives or receives."""
    ends = Counter(chain.from_iterable((("gives", r), ("receives", a)) for r, a in pairs))
    return max(ends.values(), default=0)


def check_promises(week: Week, pairs: Pairs) -> None:
    """All that is promised of any round, but for what it takes the best of all rounds to compare with."""
    new = edges(pairs)
    gives = Counter(reviewer for reviewer, _ in (*new, *week.fixed))
    receives = Counter(author for _, author in (*new, *week.fixed))
    pulled = Counter(reviewer for reviewer, _ in week.fixed)
    assert list(pairs.allocation) == sorted(week.people)
    assert not set(new) & (week.forbidden | set(week.fixed))
    assert len(set(new)) == len(new)
    assert all(reviewer != author for reviewer, author in new)
    assert not any(pairs.allocation[member] for member in week.absent)
    assert all(gives[member] <= week.reviews + 1 for member in week.people)
    assert all(receives[member] <= week.reviews for member in week.people)
    left_by_absent = sum(week.reviews - pulled[member] for member in week.absent)
    assert sum(gives[member] > week.reviews for member in week.people) <= left_by_absent
    lacks = {member: week.reviews - receives[member] for member in sorted(week.people)}
    assert pairs.uncovered == {member: count for member, count in lacks.items() if count > 0}


@given(week=weeks(largest=14), seed=st.text(max_size=8))
@settings(deadline=None)
def test_what_was_pulled_stays_and_who_is_away_is_asked_for_nothing_new(week, seed):
    check_promises(week, week.pair(seed))


@given(week=weeks(largest=4, most_reviews=3))
@settings(max_examples=200, deadline=None)
def test_in_a_tiny_cohort_no_round_covers_more_is_more_level_or_repeats_less(week):
    assert figures(week, edges(week.pair())) == best_figures(week)


@given(week=weeks(largest=5, most_reviews=2).filter(lambda week: len(week.people) == 5))
@settings(max_examples=80, deadline=None)
def test_among_five_no_round_covers_more_is_more_level_or_repeats_less(week):
    assume(week.fixed or week.absent)  # an untouched round spreads its gaps by search, and promises no more
    assert figures(week, edges(week.pair())) == best_figures(week)


@given(week=weeks(largest=20), seed=st.text(max_size=8))
@settings(max_examples=150, deadline=None)
def test_in_a_larger_cohort_no_chain_of_exchanges_covers_more_is_more_level_or_repeats_less(week, seed):
    assume(week.fixed or week.absent)
    assert not can_be_better(week, edges(week.pair(seed)))


@pytest.mark.parametrize("reviews", [1, 2])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_up_to_three_people_every_round_there_can_be_is_the_best(size, reviews):
    """Each pair is free, pulled or forbidden, and each person here or away; the same under other names is left out."""
    every_pair = list(permutations(range(size), 2))
    for fates in product(("free", "pulled", "forbidden"), repeat=len(every_pair)):
        fate = dict(zip(every_pair, fates, strict=True))
        renamed = ([fate[names[r], names[a]] for r, a in every_pair] for names in permutations(range(size)))
        fixed = [who for who in every_pair if fate[who] == "pulled"]
        if list(fates) != min(renamed) or busiest(fixed) > reviews:
            continue
        for absent in every_part(range(size)):
            forbidden = {who for who in every_pair if fate[who] == "forbidden"}
            week = week_of(size, reviews=reviews, fixed=fixed, forbidden=forbidden, absent=set(absent))
            pairs = week.pair()
            check_promises(week, pairs)
            assert figures(week, edges(pairs)) == best_figures(week)


@pytest.mark.parametrize("size", [4, 5, 6])
def test_up_to_six_people_whoever_pulled_along_a_circle_and_whoever_is_away(size):
    """A circle looks the same from everyone's place, so each set of pulls is tried from one of them."""
    for pulled, absent in product(every_part(range(size)), every_part(range(size))):
        turned = ([(member + turn) % size in pulled for member in range(size)] for turn in range(size))
        if [member in pulled for member in range(size)] != min(turned):
            continue
        fixed = [(member, (member + 1) % size) for member in pulled]
        week = week_of(size, fixed=fixed, absent=set(absent))
        pairs = week.pair()
        check_promises(week, pairs)
        gives = Counter(reviewer for reviewer, _ in (*fixed, *edges(pairs)))
        present = [gives[member] for member in week.people if member not in absent]
        assert max(present, default=0) - min(present, default=0) <= 1


def test_where_most_pairs_are_forbidden_no_chain_of_exchanges_is_left_either():
    """Rounds that swaps cannot mend: the exchange begins with uneven loads and has many ways to go wrong."""
    dice = random.Random(3)
    every_pair = list(permutations(range(12), 2))
    for number in range(120):
        week = any_week(
            dice,
            list(range(12)),
            dice.choice([2, 3]),
            met={who: dice.randint(1, 4) for who in every_pair if dice.random() < 0.5},
            forbidden={who for who in every_pair if dice.random() < 0.7},
            pulling=dice.choice([0.1, 0.5]),
            leaving=dice.choice([0, 0.2]),
        )
        assert not can_be_better(week, edges(week.pair(str(number))))


@given(
    size=st.integers(12, 40),
    reviews=st.integers(2, 4),
    dice=st.randoms(use_true_random=False),
    missing=st.sampled_from([0, 0.05, 0.3, 0.6, 0.9]),
)
@settings(max_examples=60, deadline=None)
def test_with_nothing_forbidden_loads_are_level_and_the_absent_are_made_up_for(size, reviews, dice, missing):
    """Everybody pulled one review at most of anybody at most once, so enough is left to choose from."""
    one_each = edges(pair(range(size), reviews=1, met={}, forbidden=(), seed="pulled"))
    fixed = [who for who in one_each if dice.random() < 0.5]
    absent = {member for member in range(size) if dice.random() < missing}
    met = {who: dice.randint(1, 3) for who in permutations(range(size), 2) if dice.random() < 0.8}
    week = week_of(size, reviews=reviews, met=met, fixed=fixed, absent=absent)
    pairs = week.pair()
    gives = Counter(reviewer for reviewer, _ in (*fixed, *edges(pairs)))
    left = sum(reviews - gives[member] for member in absent)
    present = size - len(absent)
    extras = Counter(gives[member] - reviews for member in week.people if member not in absent)
    expected = Counter({1: min(left, present), 0: present - min(left, present)})
    assert extras == +expected
    assert sum(pairs.uncovered.values()) == left - min(left, present)
    gaps = [pairs.uncovered.get(member, 0) for member in week.people]
    if present > 2 * reviews:  # the last few who are left cannot review themselves, and nobody else can
        assert max(gaps) - min(gaps) <= 1


@given(week=weeks(largest=12), dice=st.randoms(use_true_random=False), seed=st.text(max_size=8))
@settings(max_examples=60, deadline=None)
def test_a_pulled_round_depends_on_the_seed_and_not_on_the_order_of_anything(week, dice, seed):
    heaps = [list(week.people), list(week.met.items()), list(week.forbidden), list(week.fixed)]
    away = list(week.absent)
    for heap in (*heaps, away):
        dice.shuffle(heap)
    again = pair(
        heaps[0],
        reviews=week.reviews,
        met=dict(heaps[1]),
        forbidden=heaps[2],
        seed=seed,
        fixed=[*heaps[3], *heaps[3][:1]],
        absent=away,
    )
    assert again == week.pair(seed)
    assert list(again.allocation) == sorted(week.people)


@given(week=weeks(largest=12))
@settings(max_examples=40, deadline=None)
def test_what_others_pulled_and_who_of_them_is_away_changes_nothing(week):
    plain = replace(week, fixed=[], absent=set())
    assert replace(plain, fixed=[(-1, -2)], absent={-3}).pair() == plain.pair()


def test_what_one_absent_person_leaves_falls_to_two_others():
    pairs = week_of(6, absent={0}).pair()
    assert pairs.uncovered == {}
    assert sorted(len(authors) for authors in pairs.allocation.values()) == [0, 2, 2, 2, 3, 3]


def test_with_half_of_them_away_everyone_gives_one_more_and_the_gaps_are_shared():
    pairs = week_of(6, absent={0, 1, 2}).pair()
    assert [len(authors) for authors in pairs.allocation.values()] == [0, 0, 0, 3, 3, 3]
    assert sorted(pairs.uncovered.values()) == [1, 1, 1]


def test_when_everybody_is_away_what_they_pulled_counts_and_the_rest_is_uncovered():
    pairs = week_of(3, fixed=[(0, 1)], absent={0, 1, 2}).pair()
    assert pairs == Pairs(allocation={0: (), 1: (), 2: ()}, uncovered={0: 2, 1: 1, 2: 2})


def test_an_absent_person_keeps_what_they_pulled_and_leaves_only_the_rest():
    pairs = week_of(6, fixed=[(0, 1)], absent={0}).pair()
    assert sorted(len(authors) for authors in pairs.allocation.values()) == [0, 2, 2, 2, 2, 3]
    assert len([author for _, author in edges(pairs) if author == 1]) == 1


def test_who_pulled_all_of_theirs_is_asked_for_no_more():
    pairs = week_of(8, fixed=[(0, 1), (0, 2)]).pair()
    assert pairs.allocation[0] == ()
    assert pairs.uncovered == {}


def test_a_round_that_was_pulled_whole_is_left_as_it_is():
    circles = [(member, (member + step) % 7) for member in range(7) for step in (1, 2)]
    pairs = week_of(7, fixed=circles).pair()
    assert pairs == Pairs(allocation=dict.fromkeys(range(7), ()), uncovered={})


def test_nobody_gives_more_to_make_up_for_a_forbidden_pair_though_somebody_is_away():
    """One of six is away and leaves two reviews; nobody but that one may review person 1, and two more are lacking."""
    forbidden = {(reviewer, 1) for reviewer in range(2, 6)}
    week = week_of(6, forbidden=forbidden, absent={0})
    pairs = week.pair()
    check_promises(week, pairs)
    assert pairs.uncovered == {1: 2}


def test_a_pulled_review_stays_though_the_pair_was_forbidden_since():
    pairs = week_of(6, fixed=[(0, 1)], forbidden={(0, 1)}).pair()
    assert 1 not in pairs.allocation[0]
    assert len(pairs.allocation[0]) == 1
    assert pairs.uncovered == {}


def test_a_review_by_somebody_who_handed_nothing_in_counts_for_its_author():
    pairs = week_of(8, fixed=[(99, 1)]).pair()
    assert len([author for _, author in edges(pairs) if author == 1]) == 1
    assert pairs.uncovered == {}
    assert set(pairs.allocation) == set(range(8))


def test_a_review_of_work_that_was_withdrawn_counts_for_its_reviewer():
    pairs = week_of(8, fixed=[(1, 99)]).pair()
    assert len(pairs.allocation[1]) == 1


def test_no_history_makes_one_person_give_two_more_than_another():
    """The one stranger of everybody could spare them every repeat."""
    met = {(reviewer, author): 9 for reviewer, author in permutations(range(8), 2) if reviewer}
    pairs = week_of(8, met=met, absent={1, 2}).pair()
    assert sorted(len(authors) for authors in pairs.allocation.values()) == [0, 0, 2, 2, 3, 3, 3, 3]
    assert len(pairs.allocation[0]) == 3


def test_strangers_are_found_for_whoever_pulled_too_few_and_for_who_stands_in():
    met = {(member, (member + step) % 30): 1 for member in range(30) for step in range(1, 15)}
    circle = [(member, (member + 1) % 30) for member in range(0, 30, 2)]
    pairs = week_of(30, met=met, fixed=circle, absent={4, 5, 6}).pair()
    assert repeats(edges(pairs), met) == 0
    assert pairs.uncovered == {}


def pulled_by_ten_thousand(*, forbidden: set[Pair]) -> Week:
    """Everyone in three pulled two reviews, and one in twenty is away."""
    size = 10_000
    met = {(member, (member + step) % size): 1 for member in range(size) for step in range(1, 20)}
    fixed = [(member, (member + step) % size) for member in range(0, size, 3) for step in (30, 31)]
    return week_of(size, met=met, fixed=fixed, forbidden=forbidden, absent=set(range(0, size, 20)))


def test_ten_thousand_people_with_a_third_pulled_repeat_nothing():
    week = pulled_by_ten_thousand(forbidden=set())
    pairs = week.pair()
    check_promises(week, pairs)
    assert pairs.uncovered == {}
    assert repeats(edges(pairs), week.met) == 0


def test_ten_thousand_people_with_a_third_pulled_are_paired_around_an_author_nobody_may_review():
    week = pulled_by_ten_thousand(forbidden={(reviewer, 7) for reviewer in range(10_000)})
    pairs = week.pair()
    check_promises(week, pairs)
    assert pairs.uncovered == {7: 2}
    assert repeats(edges(pairs), week.met) == 0
