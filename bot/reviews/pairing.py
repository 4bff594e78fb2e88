"""Who reviews whom: the fewest repeats, then the fewest two-way pairs, then level loads.

A round begins as a random rotation of the cohort (level loads, hardly a two-way pair) and is improved by
letting two reviewers swap authors; the exact exchange of `matching` is asked only when that leaves a repeat,
a forbidden pair or an empty place. What is promised, in this order:

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

Once somebody has pulled a review or is absent, a round begins as a random deal of the places that are left, and
this is promised instead:

1. As above for all that is new. Fixed reviews stay, whatever they are, count for both people and are made only
   once. Whoever is absent is asked for nothing new. Of the others, at most as many as the absent leave places
   give one more than `reviews`; nobody gives two more.
2. The most reviews that this allows.
3. Of those rounds, the most level: the least sum of squares of what each of the present gives, and of what each
   author receives, fixed reviews counted. Both are exact and neither is at the other's cost. So two loads differ
   by two or more only where fixed or forbidden pairs (or a cohort too small for its reviews) leave no other way:
   no history of meetings can, which is why this comes before the repeats here.
4. Of those rounds, the fewest earlier meetings among the new reviews: an exact minimum. Who gives one more is
   part of it; where it makes no difference, the draw decides. Meetings of fixed pairs are not counted.
5. Few two-way pairs, fixed ones counted, by search and not by proof.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.reviews.drawing import Round
from bot.reviews.places import Pair, places

SMALL_COHORT = 40
"""Up to this many people a round is drawn several times and the best kept; beyond, one draw is as good."""
DRAWS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """A round: whose work each person is newly asked to review, and who will receive fewer reviews than were asked for.

    `allocation` names everyone, each with their new authors in order; `uncovered` counts the missing reviews of
    each author who lacks some, fixed reviews counted, whatever the reason.
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
    fixed: Collection[Pair] = (),
    absent: Collection[int] = (),
) -> Pairs:
    """Allocate a round of reviews among the people who handed in work.

    `met` counts how often a reviewer has reviewed an author before; pairs absent from it have never met.
    `forbidden` holds (reviewer, author), one direction each. `fixed` are the (reviewer, author) pairs of this round
    that exist already; where only one of the two is among `people`, the review counts for that one. `absent` have
    handed in work and give no more reviews than their fixed ones. The same arguments give the same round, in
    whatever order they come.
    """
    members = sorted(set(people))
    left = places(members, reviews=reviews, fixed=fixed, absent=absent)
    barred = frozenset(forbidden)
    best = Round(members, left, met, barred, f"{seed}/0")
    for draw in range(1, DRAWS if len(members) <= SMALL_COHORT else 1):
        if best.cannot_be_better():
            break
        best = min(best, Round(members, left, met, barred, f"{seed}/{draw}"), key=Round.faults)
    return Pairs(
        allocation=best.allocation(),
        uncovered={
            member: reviews - received for member, received in best.received().items() if received < reviews
        },
    )


def reviewers_for_late(
    author: int,
    *,
    reviews: int,
    people: Mapping[int, int],
    met: Mapping[Pair, int],
    forbidden: Collection[Pair],
    seed: str,
    most: int | None = None,
) -> tuple[int, ...]:
    """Choose reviewers for work that arrives after its round.

    `people` are those available, with the reviews each has to give; who has `most` already is not asked. The least
    loaded come first, then those who met the author least, then a draw; fewer than `reviews` come back when no more
    may review it.
    """
    drawn = sorted(member for member in people if member != author and (member, author) not in forbidden)
    random.Random(f"{seed}/late/{author}").shuffle(drawn)  # noqa: S311 - a fair draw, not a secret
    drawn.sort(key=lambda member: (people[member], met.get((member, author), 0)))
    able = [member for member in drawn if most is None or people[member] < most]
    return tuple(able[: max(0, reviews)])
