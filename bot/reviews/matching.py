"""The fewest repeats, exactly: places change hands along augmenting paths (a minimum-cost matching).

Every member has places to give and places to receive, each at what it costs to fill; for two to share one costs
the times that they have met. A price on each member tells which changes of hands are free just now: a reviewer may
take an author on when the reviewer's price plus their earlier meetings is the author's price, and may give an
author up on the same terms. A search follows free changes only, from a reviewer who can start to an author who
lacks a review, and prices rise when it is stuck, so every path it finds is a cheapest one: in the end the most
places that can be filled are filled, as cheaply as this allows. Almost all pairs of a big cohort have never met,
so strangers are found together, by price, and only acquaintances one by one.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from bot.reviews.places import Pair

GLANCES = 16
"""How many authors are looked at before a search; nearly any two people of a big cohort are strangers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far a search came: its steps to retrace, and the authors it has not reached, by price."""

    given_up: dict[int, int | None]
    taken_by: dict[int, int]
    waiting: dict[int, dict[int, None]]


class Exchange:
    """Places changing hands until no more can be filled, and none more cheaply."""

    def __init__(
        self,
        people: Sequence[int],
        *,
        gives: Mapping[int, Sequence[int]],
        receives: Mapping[int, Sequence[int]],
        known: Mapping[int, Mapping[int, int]],
        forbidden: Collection[Pair],
        kept: Sequence[Pair],
        hurry: bool,
    ) -> None:
        """Start from pairs that have never met, as many as fill cheapest places; a search may still part them.

        `gives` and `receives` hold what each place of a member costs to fill, the cheapest first; `known`, for each
        reviewer, the authors met before whom they may review, and how often. In a `hurry`, places that are free at
        both ends are filled without a search: as cheap in the end, but another round than without.
        """
        self.people = people
        self.gives = dict(gives)
        self.receives = receives
        self.known = known
        self.forbidden = forbidden
        self.hurry = hurry
        self.given: dict[int, set[int]] = {member: set() for member in people}
        self.received: dict[int, set[int]] = {member: set() for member in people}
        for reviewer, author in _cheapest(kept, (gives, receives)):
            self.given[reviewer].add(author)
            self.received[author].add(reviewer)
        start = _next_cost(self.gives, self.given)
        self.reviewer_price = dict.fromkeys(people, start)
        self.author_price = dict.fromkeys(people, start)
        self.goal = start + _next_cost(self.receives, self.received)
        """The price at which an author who lacks a review is reached: their own plus the cost of that place."""

    def settle(self, most: int | None = None) -> None:
        """Fill every place that can be filled, or the cheapest `most` of them, for the least cost."""
        left = len(self.people) ** 2 if most is None else most
        while True:
            left -= self._fill(left) if self.hurry else 0
            if not left:
                return
            reach = self._start()
            author = self._search(reach)
            if author is not None:
                self._hand_over(author, reach)
                left -= 1
            elif not self._raise_prices(reach):
                return

    def open(self, members: Iterable[int]) -> None:
        """Give each of these a last place to give, at the same cost for all and at no less than any other."""
        cost = max(chain(self.reviewer_price.values(), *self.gives.values()), default=0)
        for member in members:
            self.gives[member] = [*self.gives[member], cost]

    def _fill(self, most: int) -> int:
        """Let strangers share the places that are free at both ends; nearly all places of a big cohort go this way."""
        lacking: dict[int, deque[int]] = {}
        for author in self.people:
            if self._to_goal(author) == 0:
                lacking.setdefault(self.author_price[author], deque()).append(author)
        filled = 0
        for reviewer, step in self._next_gifts():
            if filled < most and step == 0:
                filled += self._share(reviewer, lacking.get(self.reviewer_price[reviewer], deque()))
        return filled

    def _share(self, reviewer: int, authors: deque[int]) -> bool:
        """Give this reviewer the first stranger of a queue; an author who still lacks a review queues again."""
        for _ in range(min(len(authors), GLANCES)):
            author = authors.popleft()
            fits = self._are_strangers(reviewer, author)
            if fits:
                self.given[reviewer].add(author)
                self.received[author].add(reviewer)
            if self._to_goal(author) == 0:
                authors.append(author)
            if fits:
                return True
        return False

    def _start(self) -> Reach:
        """Begin at every reviewer whose next place to give costs their price."""
        waiting: dict[int, dict[int, None]] = {}
        for author in self.people:
            waiting.setdefault(self.author_price[author], {})[author] = None
        starts = (member for member, step in self._next_gifts() if step == 0)
        return Reach(given_up=dict.fromkeys(starts), taken_by={}, waiting=waiting)

    def _next_gifts(self) -> Iterator[tuple[int, int]]:
        """Whoever has a place left to give, and how far prices must rise before they can start."""
        for member in self.people:
            costs, taken = self.gives[member], len(self.given[member])
            if taken < len(costs):
                yield member, costs[taken] - self.reviewer_price[member]

    def _to_goal(self, author: int) -> int | None:
        """How far prices must rise before this author can take one more review; None when they lack none."""
        costs, taken = self.receives[author], len(self.received[author])
        return self.author_price[author] + costs[taken] - self.goal if taken < len(costs) else None

    def _search(self, reach: Reach) -> int | None:
        """Follow free changes breadth-first to an author who lacks a review."""
        queue = deque(reach.given_up)
        while queue:
            reviewer = queue.popleft()
            for author in self._free_authors(reviewer, reach):
                reach.taken_by[author] = reviewer
                del reach.waiting[self.author_price[author]][author]
                if self._to_goal(author) == 0:
                    return author
                for holder in self.received[author]:
                    if holder not in reach.given_up and self._release(holder, author) == 0:
                        reach.given_up[holder] = author
                        queue.append(holder)
        return None

    def _free_authors(self, reviewer: int, reach: Reach) -> list[int]:
        """Authors not reached yet whom this reviewer can take on at no change of price."""
        price = self.reviewer_price[reviewer]
        strangers = [a for a in reach.waiting.get(price, ()) if self._are_strangers(reviewer, a)]
        acquaintances = [
            author
            for author, times in self.known[reviewer].items()
            if price + times == self.author_price[author]
            and author not in reach.taken_by
            and author not in self.given[reviewer]
        ]
        return strangers + acquaintances

    def _are_strangers(self, reviewer: int, author: int) -> bool:
        return (
            author not in self.given[reviewer]
            and author not in self.known[reviewer]
            and author != reviewer
            and (reviewer, author) not in self.forbidden
        )

    def _release(self, holder: int, author: int) -> int:
        """How far prices must move before this reviewer can give this author up for free."""
        times = self.known[holder].get(author, 0)
        return self.author_price[author] - self.reviewer_price[holder] - times

    def _hand_over(self, author: int | None, reach: Reach) -> None:
        """Retrace the path: each reviewer on it takes one author and passes another on."""
        while author is not None:
            reviewer = reach.taken_by[author]
            passed_on = reach.given_up[reviewer]
            self.given[reviewer].add(author)
            self.received[author].add(reviewer)
            if passed_on is not None:
                self.given[reviewer].remove(passed_on)
                self.received[passed_on].remove(reviewer)
            author = passed_on

    def _raise_prices(self, reach: Reach) -> bool:
        """Raise the price of all not reached until another change is free; False when none can be."""
        step = min(self._steps(reach), default=None)
        if step is None:
            return False
        for member in self.people:
            if member not in reach.given_up:
                self.reviewer_price[member] += step
            if member not in reach.taken_by:
                self.author_price[member] += step
        self.goal += step
        return True

    def _steps(self, reach: Reach) -> Iterator[int]:
        """The rises that would each free one more start, one more change out of the reached part, or one more end."""
        yield from (step for member, step in self._next_gifts() if member not in reach.given_up)
        for reviewer in reach.given_up:
            price = self.reviewer_price[reviewer]
            for author, times in self.known[reviewer].items():
                if author not in reach.taken_by and author not in self.given[reviewer]:
                    yield price + times - self.author_price[author]
            for level, authors in reach.waiting.items():
                if any(self._are_strangers(reviewer, author) for author in authors):
                    yield price - level
        for author in reach.taken_by:
            to_goal = self._to_goal(author)
            if to_goal is not None:
                yield to_goal
            for holder in self.received[author]:
                if holder not in reach.given_up:
                    yield self._release(holder, author)


def _cheapest(pairs: Sequence[Pair], sides: tuple[Mapping[int, Sequence[int]], ...]) -> Sequence[Pair]:
    """Leave pairs out until none fills a dearer place than the next one of somebody else."""
    before = -1
    while len(pairs) != before:
        before = len(pairs)
        for side, places in enumerate(sides):
            pairs = _without_dear(pairs, side, places)
    return pairs


def _without_dear(pairs: Sequence[Pair], side: int, places: Mapping[int, Sequence[int]]) -> Sequence[Pair]:
    counts = Counter(pair[side] for pair in pairs)
    nexts = (costs[counts[member]] for member, costs in places.items() if counts[member] < len(costs))
    limit = min(nexts, default=None)
    taken: Counter[int] = Counter()
    kept: list[Pair] = []
    for pair in pairs:
        costs, index = places[pair[side]], taken[pair[side]]
        if index < len(costs) and (limit is None or costs[index] <= limit):
            taken[pair[side]] += 1
            kept.append(pair)
    return kept


def _next_cost(places: Mapping[int, Sequence[int]], filled: Mapping[int, Collection[int]]) -> int:
    """The cost of the cheapest place still empty, or of the dearest of all when none is."""
    nexts = (
        costs[len(filled[member])] for member, costs in places.items() if len(filled[member]) < len(costs)
    )
    return min(nexts, default=max(chain.from_iterable(places.values()), default=0))
