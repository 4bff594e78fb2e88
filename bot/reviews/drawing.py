"""One draw of a round: a fair start, better swaps, and the exact exchange where swaps are not enough."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Collection, Iterable, Mapping

from bot.reviews.matching import Exchange
from bot.reviews.places import Pair, Places

ALL_PARTNERS = 240
"""Up to this many reviews every swap is weighed; beyond, a random few hold a good one."""
FEW_PARTNERS = 64

AUTHORS_TRIED = 12
"""For each place that is dealt; nearly every author of a big cohort fits, and what does not fit can be swapped."""
DEALS = 3
"""In a cohort of hundreds one deal in a thousand cannot place its last few; three in a row are the cohort's fault."""

TWO_WAY = 1
REPEAT = 4
"""More than the two two-way pairs that one swap can undo, so that a repeat is never their price."""
FORBIDDEN = 1 << 40


class Round:
    """One draw of a round, arranged as well as it can be."""

    def __init__(
        self,
        members: Collection[int],
        places: Places,
        met: Mapping[Pair, int],
        forbidden: frozenset[Pair],
        seed: str,
    ) -> None:
        """`slots` are the new reviews; `given` holds every author of a reviewer, fixed reviews too."""
        self.people = list(members)
        self.places = places
        self.met = met
        self.forbidden = forbidden | places.fixed
        self.dice = random.Random(seed)  # noqa: S311 - a fair draw, not a secret
        self.dice.shuffle(self.people)
        self.slots: list[Pair] = []
        self.given: dict[int, set[int]] = {}
        self._arrange()

    def faults(self) -> tuple[int, int, int, int]:
        """Places left empty, earlier meetings, two-way pairs and unevenness, the gravest first."""
        repeats = sum(self.met.get(slot, 0) for slot in self.slots)
        return self._empty(), repeats, self._two_way(), self._unevenness()

    def cannot_be_better(self) -> bool:
        """Whether no other draw has fewer empty places, fewer two-way pairs or more even loads."""
        size, reviews = len(self.people), sum(map(len, self.given.values()))
        level = self._empty() == 0 or not self.places.untouched
        return level and self._two_way() <= max(0, reviews - size * (size - 1) // 2)

    def allocation(self) -> dict[int, tuple[int, ...]]:
        """The new authors of everyone, in order."""
        authors: dict[int, list[int]] = {member: [] for member in sorted(self.people)}
        for reviewer, author in self.slots:
            authors[reviewer].append(author)
        return {member: tuple(sorted(theirs)) for member, theirs in authors.items()}

    def received(self) -> dict[int, int]:
        """How many reviews each author receives, fixed ones too."""
        received = {member: self.places.received[member] for member in sorted(self.people)}
        for _, author in self.slots:
            received[author] += 1
        return received

    def _arrange(self) -> None:
        if self.places.untouched:
            self._take(self._rotation())
        else:
            self._deal()
        self._improve()
        if self._empty() or any(self._burden(slot) >= REPEAT for slot in self.slots):
            self._settle()
            self._improve()

    def _rotation(self) -> list[Pair]:
        """Everyone reviews those a few random steps further round the circle."""
        size = len(self.people)
        steps = _steps_round(size, self.places.each, self.dice)
        return [
            (reviewer, self.people[(position + step) % size])
            for position, reviewer in enumerate(self.people)
            for step in steps
        ]

    def _deal(self) -> None:
        """Give everyone their share of authors at random, strangers who do not review back where that is easy."""
        gives, receives = self.places.shares(self.people)
        for _ in range(DEALS):
            self._take(())
            left = [author for author in self.people for _ in range(receives[author])]
            for reviewer in self.people:
                for _ in range(gives[reviewer]):
                    position = self._drawn(reviewer, left)
                    if position is not None:
                        left[position], left[-1] = left[-1], left[position]
                        self._add(reviewer, left.pop())
            if not left:
                break

    def _drawn(self, reviewer: int, left: list[int]) -> int | None:
        """Where in the heap an author lies whom this reviewer can take, a stranger if one is drawn soon."""
        fits = None
        for _ in range(AUTHORS_TRIED if left else 0):
            position = int(self.dice.random() * len(left))
            author = left[position]
            if author != reviewer and author not in self.given[reviewer]:
                fits = position
                if not self._burden((reviewer, author)):
                    break
        return fits

    def _take(self, slots: Iterable[Pair]) -> None:
        self.slots = []
        self.given = {member: set() for member in self.people}
        for reviewer, author in self.places.fixed:
            if reviewer in self.given:
                self.given[reviewer].add(author)
        for reviewer, author in slots:
            self._add(reviewer, author)

    def _add(self, reviewer: int, author: int) -> None:
        self.slots.append((reviewer, author))
        self.given[reviewer].add(author)

    def _burden(self, slot: Pair) -> int:
        """What one review weighs; zero is a review between strangers that goes one way."""
        reviewer, author = slot
        weight = REPEAT * self.met.get(slot, 0) + TWO_WAY * (reviewer in self.given[author])
        return weight + FORBIDDEN * (slot in self.forbidden)

    def _improve(self) -> None:
        """Let reviewers who bear a burden swap an author with someone, while that lightens the round."""
        burdened = deque(index for index, slot in enumerate(self.slots) if self._burden(slot))
        patience = 40 * len(burdened) + 200
        while burdened and patience:
            patience -= 1
            index = burdened.popleft()
            partner = self._best_partner(index)
            if partner is not None:
                self._swap(index, partner)
                burdened.extend(i for i in (index, partner) if self._burden(self.slots[i]))

    def _best_partner(self, index: int) -> int | None:
        """The review whose author is best swapped with this one's, if any swap lightens the round."""
        best, most_saved = None, 0
        for partner in self._partners():
            saved = self._saved(self.slots[index], self.slots[partner])
            if saved > most_saved:
                best, most_saved = partner, saved
        return best

    def _partners(self) -> Iterable[int]:
        count = len(self.slots)
        if count <= ALL_PARTNERS:
            return range(count)
        return (int(self.dice.random() * count) for _ in range(FEW_PARTNERS))

    def _saved(self, one: Pair, other: Pair) -> int:
        """The burden that swapping the authors of two reviews takes away; nothing when they cannot swap."""
        (reviewer, author), (peer, peers_author) = one, other
        if (
            reviewer in (peer, peers_author)
            or author in (peer, peers_author)
            or peers_author in self.given[reviewer]
            or author in self.given[peer]
        ):
            return 0
        after = self._burden((reviewer, peers_author)) + self._burden((peer, author))
        return self._burden(one) + self._burden(other) - after

    def _swap(self, index: int, partner: int) -> None:
        (reviewer, author), (peer, peers_author) = self.slots[index], self.slots[partner]
        self.given[reviewer].remove(author)
        self.given[peer].remove(peers_author)
        self.given[reviewer].add(peers_author)
        self.given[peer].add(author)
        self.slots[index], self.slots[partner] = (reviewer, peers_author), (peer, author)

    def _settle(self) -> None:
        """Keep the reviews between strangers and fill the other places with the fewest earlier meetings."""
        known = self._known()
        dearer = 1 + sum(sum(times.values()) for times in known.values())
        gives, receives = self.places.costs(dearer)
        exchange = Exchange(
            self.people,
            gives=gives,
            receives=receives,
            known=known,
            forbidden=self.forbidden,
            kept=[slot for slot in self.slots if self._burden(slot) < REPEAT],
            hurry=not self.places.untouched,
        )
        exchange.settle()
        exchange.open(self.places.willing)
        exchange.settle(most=self.places.one_more)
        self._take(
            (reviewer, author) for reviewer in self.people for author in sorted(exchange.given[reviewer])
        )

    def _known(self) -> dict[int, dict[int, int]]:
        """For each reviewer, the authors they have met and may meet again, and how often."""
        known: dict[int, dict[int, int]] = {member: {} for member in self.people}
        for (reviewer, author), times in self.met.items():
            here = reviewer in known and author in known and reviewer != author
            if times and here and (reviewer, author) not in self.forbidden:
                known[reviewer][author] = times
        return {reviewer: dict(sorted(authors.items())) for reviewer, authors in known.items()}

    def _empty(self) -> int:
        return self.places.total - len(self.slots)

    def _two_way(self) -> int:
        return (
            sum(reviewer in self.given.get(a, ()) for reviewer, theirs in self.given.items() for a in theirs)
            // 2
        )

    def _unevenness(self) -> int:
        loads = [*self.received().values(), *map(len, self.given.values())]
        return sum((self.places.each - load) ** 2 for load in loads)


def _steps_round(size: int, places: int, dice: random.Random) -> list[int]:
    """Distinct steps round a circle, as few as can be leading back to where another came from."""
    drawn = dice.sample(range(1, size), min(size - 1, 8 * places + 16)) if places else []
    steps: list[int] = []
    for one_way in (True, False):
        for step in drawn:
            leads_back = size - step in steps or 2 * step == size
            if len(steps) < places and step not in steps and not (one_way and leads_back):
                steps.append(step)
    return steps
