"""How even, how new and how mutual rounds of reviews are: each figure in one function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

Pair = tuple[int, int]
"""A reviewer and an author."""

Round = Collection[Pair]
"""Who was asked to review whom at one deliverable's deadline, with what was taken before it."""


def load_spread(pairs: Round, people: Collection[int]) -> int:
    """The difference between the most and the fewest reviews asked of any of these people in a round."""
    asked = Counter(reviewer for reviewer, _ in pairs)
    loads = [asked[person] for person in people]
    return max(loads, default=0) - min(loads, default=0)


def repeats(rounds: Iterable[Round]) -> int:
    """How many reviews were asked of somebody who had been asked to review the same author in an earlier round."""
    met = Counter(pair for pairs in rounds for pair in set(pairs))
    return sum(times - 1 for times in met.values())


def repeats_least(rounds: Iterable[Round], students: int) -> int:
    """How many repeats no pairing could have avoided: reviews asked of somebody beyond one for each classmate."""
    asked = Counter(reviewer for pairs in rounds for reviewer, _ in pairs)
    return sum(max(0, times - (students - 1)) for times in asked.values())


def two_way(pairs: Round) -> int:
    """How many two people were asked to review each other in one round."""
    known = set(pairs)
    return sum((author, reviewer) in known for reviewer, author in known) // 2


def longest(stays: Sequence[tuple[datetime, datetime | None]]) -> int:
    """The most that waited at one time, from when each came and left; who leaves makes room before another comes."""
    moves = [(came, 1) for came, _ in stays] + [(left, -1) for _, left in stays if left is not None]
    most = here = 0
    for _, step in sorted(moves):
        here += step
        most = max(most, here)
    return most
