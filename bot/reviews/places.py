"""How many reviews each person has yet to give and each work yet to receive.

Everyone is to give and receive `each`. Reviews that exist already count, and what absent people leave falls to the
present as one more each, at most. Those who have least come first, so that loads stay level.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

Pair = tuple[int, int]
"""A reviewer and an author."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What a round has yet to fill, given what exists of it and who is away.

    `given` and `received` count the fixed reviews of each member; `one_more` is how many of the present give one more
    than `each`, at most, because of the absent; `total` is what could be filled if everyone might review everyone.
    """

    each: int
    fixed: frozenset[Pair]
    absent: frozenset[int]
    given: Mapping[int, int]
    received: Mapping[int, int]
    one_more: int
    total: int

    @property
    def untouched(self) -> bool:
        """Whether nobody has pulled a review and nobody is away."""
        return not self.fixed and not self.absent

    @property
    def willing(self) -> list[int]:
        """Who can give one more than `each`."""
        return [
            member for member, count in self.given.items() if member not in self.absent and count <= self.each
        ]

    def shares(self, order: Sequence[int]) -> tuple[dict[int, int], dict[int, int]]:
        """How many reviews each gives and receives if all can be filled; the earlier in order, the sooner one more."""
        present = [member for member in order if member not in self.absent]
        gives = _spread(self.given, present, upto=self.each + 1, total=self.total)
        return gives, _spread(self.received, order, upto=self.each, total=self.total)

    def costs(self, unit: int) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
        """What it costs to fill each place: more for each review that its member has, so that loads are level.

        An untouched round costs nothing to fill, because there the fewest repeats come before level loads.
        """
        slope = 0 if self.untouched else unit
        gives = {
            member: [] if member in self.absent else [slope * load for load in range(count, self.each)]
            for member, count in self.given.items()
        }
        receives = {
            member: [slope * load for load in range(count, self.each)]
            for member, count in self.received.items()
        }
        return gives, receives


def places(
    members: Collection[int], *, reviews: int, fixed: Iterable[Pair], absent: Collection[int]
) -> Places:
    """Count what a round has yet to fill; a fixed review counts for whichever of its two people is a member."""
    here = frozenset(members)
    known = frozenset(who for who in fixed if who[0] in here or who[1] in here)
    away = here.intersection(absent)
    untouched = not known and not away
    each = max(0, min(reviews, len(here) - 1) if untouched else reviews)
    given, received = dict.fromkeys(members, 0), dict.fromkeys(members, 0)
    for reviewer, author in known:
        if reviewer in given:
            given[reviewer] += 1
        if author in received:
            received[author] += 1
    lacking = sum(max(0, each - count) for count in received.values())
    left = sum(max(0, each - given[member]) for member in away)
    usual = sum(max(0, each - count) for count in given.values()) - left
    one_more = min(left, sum(count <= each for member, count in given.items() if member not in away))
    return Places(
        each=each,
        fixed=known,
        absent=away,
        given=given,
        received=received,
        one_more=one_more,
        total=min(lacking, usual + one_more),
    )


def _spread(loads: Mapping[int, int], order: Iterable[int], *, upto: int, total: int) -> dict[int, int]:
    """Hand out places one by one, always to somebody who has least."""
    by_load: list[list[int]] = [[] for _ in range(upto + 1)]
    for member in order:
        by_load[min(loads[member], upto)].append(member)
    shares = dict.fromkeys(loads, 0)
    for load in range(upto):
        lucky = by_load[load][: max(0, total)]
        total -= len(lucky)
        for member in lucky:
            shares[member] += 1
        by_load[load + 1] += lucky
    return shares
