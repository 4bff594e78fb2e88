"""Who reviews whom: the fewest repeats, then the fewest two-way pairs, then level loads.

A round begins as a random rotation of the cohort (level loads, hardly a two-way pair) and is improved by
letting two reviewers swap authors; the exact exchange of `matching` is asked only when that leaves a repeat
or a forbidden pair. What is promised, in this order:

1. Nobody reviews themselves, a forbidden author, or the same work twice, and nobody gives or receives more
   than `reviews`.
2. The most reviews that this allows. Without forbidden pairs everyone gives and receives exactly `reviews`,
   or, in a smaller cohort, reviews everyone else.
3. The fewest earlier meetings, summed over the round: an exact minimum.
4. Few two-way pairs, by search and not by proof; none at all in a cohort of more than twice `reviews` that
   has no history and no forbidden pairs.
5. Where forbidden pairs leave places empty, gaps spread evenly, again by search.

Nobody gives more than `reviews` to make up for a forbidden pair, even where that would cover more: what is
missing is returned, for the caller to hand to a volunteer or to the mentor queue.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bot.reviews.matching import Exchange

Pair = tuple[int, int]
"""A reviewer and an author."""

SMALL_COHORT = 40
"""Up to this many people a round is drawn several times and the best kept; beyond, one draw is as good."""
DRAWS = 12

ALL_PARTNERS = 240
"""Up to this many reviews every swap is weighed; beyond, a random few hold a good one."""
FEW_PARTNERS = 64

TWO_WAY = 1
REPEAT = 4
"""More than the two two-way pairs that one swap can undo, so that a repeat is never their price."""
FORBIDDEN = 1 << 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """A round: whose work each person reviews, and who will receive fewer reviews than were asked for.

    `allocation` names everyone, each with their authors in order; `uncovered` counts the missing reviews of
    each author who lacks some, whether a forbidden pair or a small cohort is the reason.
    """

    allocation: dict[int, tuple[int, ...]]
    uncovered: dict[int, int]


def pair(
    people: Collection[int],
    *,
    reviews: int,
    met: Mapping[Pair, int],
    forbidden: Collection[Pair],
    seed: str,
) -> Pairs:
    """Allocate a round of reviews among the people who handed in work.

    `met` counts how often a reviewer has reviewed an author before; pairs absent from it have never met.
    `forbidden` holds (reviewer, author), one direction each. The same arguments give the same round, in
    whatever order they come.
    """
    members = sorted(set(people))
    places = max(0, min(reviews, len(members) - 1))
    barred = frozenset(forbidden)
    best = _Round(members, places, met, barred, f"{seed}/0")
    for draw in range(1, DRAWS if len(members) <= SMALL_COHORT else 1):
        if best.cannot_be_better():
            break
        best = min(best, _Round(members, places, met, barred, f"{seed}/{draw}"), key=_Round.faults)
    return best.pairs(reviews)


def reviewers_for_late(
    author: int,
    *,
    reviews: int,
    people: Mapping[int, int],
    met: Mapping[Pair, int],
    forbidden: Collection[Pair],
    seed: str,
) -> tuple[int, ...]:
    """Choose reviewers for work that arrives after its round.

    `people` are those available, with the reviews each has to give. The least loaded come first, then those
    who met the author least, then a draw; fewer than `reviews` come back when no more may review it.
    """
    drawn = sorted(member for member in people if member != author and (member, author) not in forbidden)
    random.Random(f"{seed}/late/{author}").shuffle(drawn)  # noqa: S311 - a fair draw, not a secret
    drawn.sort(key=lambda member: (people[member], met.get((member, author), 0)))
    return tuple(drawn[: max(0, reviews)])


class _Round:
    """One draw of a round, arranged as well as it can be."""

    def __init__(
        self,
        members: Collection[int],
        places: int,
        met: Mapping[Pair, int],
        forbidden: frozenset[Pair],
        seed: str,
    ) -> None:
        self.people = list(members)
        self.places = places
        self.met = met
        self.forbidden = forbidden
        self.dice = random.Random(seed)  # noqa: S311 - a fair draw, not a secret
        self.dice.shuffle(self.people)
        self.slots: list[Pair] = []
        self.given: dict[int, set[int]] = {}
        self._arrange()

    def faults(self) -> tuple[int, int, int, int]:
        """Places left empty, earlier meetings, two-way pairs and unevenness, the gravest first."""
        empty = len(self.people) * self.places - len(self.slots)
        repeats = sum(self.met.get(slot, 0) for slot in self.slots)
        return empty, repeats, self._two_way(), self._unevenness()

    def cannot_be_better(self) -> bool:
        """Whether every place is filled, with no more two-way pairs than the cohort's size forces."""
        size, (empty, _, two_way, _) = len(self.people), self.faults()
        return empty == 0 and two_way <= max(0, size * self.places - size * (size - 1) // 2)

    def pairs(self, asked: int) -> Pairs:
        """The round as others see it, in order of member."""
        received = self._received()
        return Pairs(
            allocation={member: tuple(sorted(self.given[member])) for member in sorted(self.people)},
            uncovered={
                member: asked - received[member] for member in sorted(self.people) if received[member] < asked
            },
        )

    def _arrange(self) -> None:
        self._take(self._rotation())
        self._improve()
        if any(self._burden(slot) >= REPEAT for slot in self.slots):
            self._settle()
            self._improve()

    def _rotation(self) -> list[Pair]:
        """Everyone reviews those a few random steps further round the circle."""
        size = len(self.people)
        steps = _steps_round(size, self.places, self.dice)
        return [
            (reviewer, self.people[(position + step) % size])
            for position, reviewer in enumerate(self.people)
            for step in steps
        ]

    def _take(self, slots: Iterable[Pair]) -> None:
        self.slots = list(slots)
        self.given = {member: set() for member in self.people}
        for reviewer, author in self.slots:
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
        exchange = Exchange(self.people, places=self.places, known=self._known(), forbidden=self.forbidden)
        exchange.keep([slot for slot in self.slots if self._burden(slot) < REPEAT])
        exchange.settle()
        self._take(
            (reviewer, author) for reviewer in self.people for author in sorted(exchange.given[reviewer])
        )

    def _known(self) -> dict[int, dict[int, int]]:
        """For each reviewer, the authors they have met and may meet again, and how often."""
        known: dict[int, dict[int, int]] = {member: {} for member in self.people}
        for (reviewer, author), times in sorted(self.met.items()):
            here = reviewer in known and author in known and reviewer != author
            if times and here and (reviewer, author) not in self.forbidden:
                known[reviewer][author] = times
        return known

    def _received(self) -> dict[int, int]:
        received = dict.fromkeys(self.people, 0)
        for _, author in self.slots:
            received[author] += 1
        return received

    def _two_way(self) -> int:
        return sum(reviewer in self.given[author] for reviewer, author in self.slots) // 2

    def _unevenness(self) -> int:
        loads = [*self._received().values(), *map(len, self.given.values())]
        return sum((self.places - load) ** 2 for load in loads)


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
