"""The best that any round could be, found by trying all of them: slow, plain, and no relation of `bot.reviews`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from itertools import combinations

Pair = tuple[int, int]


def figures(
    new: Collection[Pair],
    *,
    people: Collection[int],
    met: Mapping[Pair, int],
    fixed: Collection[Pair],
) -> tuple[int, int, int, int]:
    """Reviews, unevenness of giving and of receiving (sums of squares, fixed reviews counted), and repeats."""
    gives = Counter(reviewer for reviewer, _ in (*new, *fixed))
    receives = Counter(author for _, author in (*new, *fixed))
    return (
        len(new),
        sum(gives[member] ** 2 for member in people),
        sum(receives[member] ** 2 for member in people),
        sum(met.get(who, 0) for who in new),
    )


def best_figures(
    *,
    people: Collection[int],
    reviews: int,
    met: Mapping[Pair, int],
    forbidden: Collection[Pair],
    fixed: Collection[Pair],
    absent: Collection[int],
) -> tuple[int, int, int, int]:
    """Most new reviews; of those rounds the most level, on both sides at once; of those the fewest repeats.

    Reviewer by reviewer, for every way that reviews can have been received so far and every number of people who give
    one more, the most level giving and its fewest repeats are kept.
    """
    order = sorted(people)
    gives = Counter(reviewer for reviewer, _ in fixed)
    receives = Counter(author for _, author in fixed)
    most_extras = sum(max(0, reviews - gives[member]) for member in absent)
    start = (tuple(receives[member] for member in order), 0)
    ways: dict[tuple[tuple[int, ...], int], tuple[int, int]] = {start: (0, 0)}
    for reviewer in order:
        usual = max(0, reviews - gives[reviewer])
        choices = [
            (
                taken,
                extra := int(len(taken) > usual),
                (gives[reviewer] + len(taken)) ** 2,
                sum(met.get((reviewer, order[i]), 0) for i in taken),
            )
            for taken in _choices(reviewer, order, {*forbidden, *fixed}, usual + (gives[reviewer] <= reviews))
            if not taken or reviewer not in absent
        ]
        after: dict[tuple[tuple[int, ...], int], tuple[int, int]] = {}
        for (received, extras), (uneven, repeats) in ways.items():
            for taken, extra, square, times in choices:
                if extras + extra > most_extras or any(received[i] >= reviews for i in taken):
                    continue
                state = (tuple(n + (i in taken) for i, n in enumerate(received)), extras + extra)
                value = (uneven + square, repeats + times)
                after[state] = min(after.get(state, value), value)
        ways = after
    already = sum(start[0])
    results = [
        (sum(received) - already, uneven, sum(n * n for n in received), repeats)
        for (received, _), (uneven, repeats) in ways.items()
    ]
    giving_first = min(results, key=lambda it: (-it[0], it[1], it[2], it[3]))
    receiving_first = min(results, key=lambda it: (-it[0], it[2], it[1], it[3]))
    assert giving_first == receiving_first, "level loads on one side never cost the other side anything"
    return giving_first


def _choices(
    reviewer: int, order: list[int], barred: Collection[Pair], most: int
) -> Iterable[tuple[int, ...]]:
    able = [
        i for i, author in enumerate(order) if author != reviewer and (reviewer, author) not in barred
    ]
    return (taken for count in range(most + 1) for taken in combinations(able, count))
