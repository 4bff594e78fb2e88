"""The fewest repeats, exactly: places change hands along augmenting paths (a minimum-cost matching).

Every member may give `places` reviews and receive as many; to fill a place costs the times that the two have
met. A price on each member tells which changes of hands are free just now: a reviewer may take an author on
when the reviewer's price plus their earlier meetings is the author's price, and may give an author up on the
same terms. A search follows free changes only, and prices rise when it is stuck, so every path it finds is a
cheapest one: in the end the most places that can be filled are filled, with the fewest earlier meetings that
this allows. Almost all pairs of a big cohort have never met, so strangers are found together, by price, and
only acquaintances one by one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass


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
        places: int,
        known: Mapping[int, Mapping[int, int]],
        forbidden: Collection[tuple[int, int]],
    ) -> None:
        """`known` holds, for each reviewer, the authors met before whom they may review, and how often."""
        self.people = people
        self.places = places
        self.known = known
        self.forbidden = forbidden
        self.given: dict[int, set[int]] = {member: set() for member in people}
        self.received: dict[int, set[int]] = {member: set() for member in people}
        self.reviewer_price = dict.fromkeys(people, 0)
        self.author_price = dict.fromkeys(people, 0)

    def keep(self, pairs: Collection[tuple[int, int]]) -> None:
        """Start from pairs that have never met: they cost nothing, and a search may still part them."""
        for reviewer, author in pairs:
            self.given[reviewer].add(author)
            self.received[author].add(reviewer)

    def settle(self) -> None:
        """Fill every place that can be filled, with the fewest earlier meetings."""
        while True:
            reach = self._start()
            author = self._search(reach)
            if author is not None:
                self._hand_over(author, reach)
            elif not self._raise_prices(reach):
                return

    def _start(self) -> Reach:
        """Begin at every reviewer who still has a place to give."""
        waiting: dict[int, dict[int, None]] = {}
        for author in self.people:
            waiting.setdefault(self.author_price[author], {})[author] = None
        starts = (member for member in self.people if len(self.given[member]) < self.places)
        return Reach(given_up=dict.fromkeys(starts), taken_by={}, waiting=waiting)

    def _search(self, reach: Reach) -> int | None:
        """Follow free changes breadth-first to an author who lacks a review."""
        queue = deque(reach.given_up)
        while queue:
            reviewer = queue.popleft()
            for author in self._free_authors(reviewer, reach):
                reach.taken_by[author] = reviewer
                del reach.waiting[self.author_price[author]][author]
                if len(self.received[author]) < self.places:
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
        return True

    def _steps(self, reach: Reach) -> Iterator[int]:
        """The rises that would each free one more change out of the reached part."""
        for reviewer in reach.given_up:
            price = self.reviewer_price[reviewer]
            for author, times in self.known[reviewer].items():
                if author not in reach.taken_by and author not in self.given[reviewer]:
                    yield price + times - self.author_price[author]
            for level, authors in reach.waiting.items():
                if any(self._are_strangers(reviewer, author) for author in authors):
                    yield price - level
        for author in reach.taken_by:
            for holder in self.received[author]:
                if holder not in reach.given_up:
                    yield self._release(holder, author)
