"""Rounds to pair, what to count in them, and the best that any round could be, found by trying all of them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations, permutations

from hypothesis import strategies as st

from bot.reviews.pairing import Pair, Pairs, pair


@st.composite
def cohorts(draw: st.DrawFn, *, largest: int, most_reviews: int = 4):
    """Members with any ids, a number of reviews, a history and forbidden pairs."""
    people = draw(st.lists(st.integers(1, 10**18), max_size=largest, unique=True))
    every_pair = list(permutations(people, 2))
    dice = draw(st.randoms(use_true_random=False))
    familiar, forbidding = (
        draw(st.sampled_from([0, 0.2, 0.5, 0.9])),
        draw(st.sampled_from([0, 0.1, 0.3, 0.6, 1])),
    )
    met = {who: dice.randint(1, 4) for who in every_pair if dice.random() < familiar}
    forbidden = {who for who in every_pair if dice.random() < forbidding}
    return people, draw(st.integers(0, most_reviews)), met, forbidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A round of which some reviews were pulled before the deadline, while some people are away."""

    people: list[int]
    reviews: int
    met: dict[Pair, int]
    forbidden: set[Pair]
    fixed: list[Pair]
    absent: set[int]

    def pair(self, seed: str = "s") -> Pairs:
        """The round as the bot pairs it."""
        return pair(
            self.people,
            reviews=self.reviews,
            met=self.met,
            forbidden=self.forbidden,
            seed=seed,
            fixed=self.fixed,
            absent=self.absent,
        )


def any_week(
    dice: random.Random,
    people: list[int],
    reviews: int,
    *,
    met: dict[Pair, int],
    forbidden: set[Pair],
    pulling: float,
    leaving: float,
) -> Week:
    """Any part of any legal round is pulled, by as many as are likely to; anybody may be away."""
    every_pair = list(permutations(people, 2))
    dice.shuffle(every_pair)
    gives, receives = Counter[int](), Counter[int]()
    fixed: list[Pair] = []
    for reviewer, author in every_pair:
        has_room = gives[reviewer] < reviews and receives[author] < reviews
        if has_room and (reviewer, author) not in forbidden and dice.random() < pulling:
            fixed.append((reviewer, author))
            gives[reviewer] += 1
            receives[author] += 1
    absent = {member for member in people if dice.random() < leaving}
    return Week(people=people, reviews=reviews, met=met, forbidden=forbidden, fixed=fixed, absent=absent)


@st.composite
def weeks(draw: st.DrawFn, *, largest: int, most_reviews: int = 4):
    """Any cohort of which some have pulled and some are away."""
    people, reviews, met, forbidden = draw(cohorts(largest=largest, most_reviews=most_reviews))
    pulling, leaving = (draw(st.sampled_from([0, 0.1, 0.3, 0.6, 1])) for _ in range(2))
    dice = draw(st.randoms(use_true_random=False))
    return any_week(dice, people, reviews, met=met, forbidden=forbidden, pulling=pulling, leaving=leaving)


def edges(pairs: Pairs) -> list[Pair]:
    """The (reviewer, author) pairs of a round."""
    return [(reviewer, author) for reviewer, authors in pairs.allocation.items() for author in authors]


def repeats(round_: Collection[Pair], met: Mapping[Pair, int]) -> int:
    """Earlier meetings, summed over a round."""
    return sum(met.get(who, 0) for who in round_)


def two_way(round_: Collection[Pair]) -> int:
    """How many couples review each other."""
    return sum((author, reviewer) in set(round_) for reviewer, author in round_) // 2


def figures(week: Week, new: Collection[Pair]) -> tuple[int, int, int, int]:
    """New reviews, unevenness of giving and of receiving (sums of squares, fixed reviews counted), and repeats."""
    gives = Counter(reviewer for reviewer, _ in (*new, *week.fixed))
    receives = Counter(author for _, author in (*new, *week.fixed))
    uneven = (sum(load[member] ** 2 for member in week.people) for load in (gives, receives))
    return len(new), *uneven, repeats(new, week.met)


def best_figures(week: Week) -> tuple[int, int, int, int]:
    """Most new reviews; of those rounds the most level, on both sides at once; of those the fewest repeats.

    Reviewer by reviewer, for every way that reviews can have been received so far and every number of people who give
    one more, the most level giving and its fewest repeats are kept. Plain, slow, and no relation of `bot.reviews`.
    """
    order = sorted(week.people)
    gives = Counter(reviewer for reviewer, _ in week.fixed)
    receives = Counter(author for _, author in week.fixed)
    left_by_absent = sum(max(0, week.reviews - gives[member]) for member in week.absent)
    before = tuple(receives[member] for member in order)
    ways: dict[tuple[tuple[int, ...], int], tuple[int, int]] = {(before, 0): (0, 0)}
    for reviewer in order:
        choices = [
            (
                taken,
                len(taken) > max(0, week.reviews - gives[reviewer]),
                (gives[reviewer] + len(taken)) ** 2,
                sum(week.met.get((reviewer, order[place]), 0) for place in taken),
            )
            for taken in _choices(week, reviewer, order, gives[reviewer])
        ]
        after: dict[tuple[tuple[int, ...], int], tuple[int, int]] = {}
        for (received, extras), (uneven, times) in ways.items():
            for taken, is_more, square, more_times in choices:
                state = tuple(n + (i in taken) for i, n in enumerate(received)), extras + is_more
                if state[1] <= left_by_absent and all(received[place] < week.reviews for place in taken):
                    value = uneven + square, times + more_times
                    after[state] = min(after.get(state, value), value)
        ways = after
    results = [
        (sum(received) - sum(before), uneven, sum(n * n for n in received), times)
        for (received, _), (uneven, times) in ways.items()
    ]
    giving_first = min(results, key=lambda it: (-it[0], it[1], it[2], it[3]))
    receiving_first = min(results, key=lambda it: (-it[0], it[2], it[1], it[3]))
    assert giving_first == receiving_first, "level loads on one side never cost the other side anything"
    return giving_first


def _choices(week: Week, reviewer: int, order: list[int], given: int) -> Iterable[tuple[int, ...]]:
    """Every set of new authors that one reviewer may take, as places in the order."""
    barred = {*week.forbidden, *week.fixed}
    able = [i for i, author in enumerate(order) if author != reviewer and (reviewer, author) not in barred]
    most = 0 if reviewer in week.absent else max(0, week.reviews + 1 - given)
    return (taken for count in range(most + 1) for taken in combinations(able, count))


def can_be_better(week: Week, new: Collection[Pair]) -> bool:
    """Whether any chain of exchanges would cover more, make loads more level, or at no cost to these repeat less.

    A round is a flow from giving through reviewers and authors to receiving. It is best exactly when what is left of
    the network has no way from one end to the other and no cycle that gains something.
    """
    moves = list(_moves(week, set(new)))
    reached: set[object] = {"giving"}
    while more := {end for start, end, _ in moves if start in reached} - reached:
        reached |= more
    return "receiving" in reached or _some_cycle_gains(moves)


def _some_cycle_gains(moves: Collection[tuple[object, object, int]]) -> bool:
    cost: Counter[object] = Counter()
    for _ in range(len({start for start, _, _ in moves}) + 1):
        cheaper = False
        for start, end, step in moves:
            if cost[start] + step < cost[end]:
                cost[end], cheaper = cost[start] + step, True
        if not cheaper:
            return False
    return True


def _moves(week: Week, new: set[Pair]) -> Iterable[tuple[object, object, int]]:
    """Each place that can still be filled or emptied, each pair that can still be made or parted, and its cost."""
    gives = Counter(reviewer for reviewer, _ in (*new, *week.fixed))
    receives = Counter(author for _, author in (*new, *week.fixed))
    pulled = Counter(reviewer for reviewer, _ in week.fixed)
    taken = Counter(author for _, author in week.fixed)
    grave = 1 + sum(week.met.values())
    extras = sum(gives[member] > week.reviews for member in week.people)
    if extras < sum(week.reviews - pulled[member] for member in week.absent):
        yield "giving", "one more", 0
    if extras:
        yield "one more", "giving", 0
    for member in week.people:
        here, load = member not in week.absent, gives[member]
        if here and load <= week.reviews:
            yield (
                "giving" if load < week.reviews else "one more",
                ("reviewer", member),
                grave * (2 * load + 1),
            )
        if load > pulled[member]:
            source = "giving" if load <= week.reviews else "one more"
            yield ("reviewer", member), source, -grave * (2 * load - 1)
        load = receives[member]
        if load < week.reviews:
            yield ("author", member), "receiving", grave * (2 * load + 1)
        if load > taken[member]:
            yield "receiving", ("author", member), -grave * (2 * load - 1)
    for who in {*permutations(week.people, 2)} - week.forbidden - set(week.fixed):
        ends, times = (("reviewer", who[0]), ("author", who[1])), week.met.get(who, 0)
        yield (*reversed(ends), -times) if who in new else (*ends, times)
