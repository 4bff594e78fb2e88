"""One deliverable's round of reviews: who takes part in it, and whom it would ask for what."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from bot.availability import store as availability
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Running
from bot.curriculum import Deliverable
from bot.database import Tx
from bot.reviews import asking
from bot.reviews.pairing import Pair, Pairs, pair
from bot.submissions import store as submissions


@dataclass(frozen=True, kw_only=True)
class Round:
    """What every request for reviews of one deliverable has in common."""

    tx: Tx
    running: Running
    deliverable: Deliverable
    now: datetime

    @property
    def reviews(self) -> int:
        """How many reviews each piece of work is promised."""
        return self.running.course.policy(self.deliverable.track).reviewers

    @property
    def due_at(self) -> datetime:
        """When these reviews are due; work that joins late gets as long as the others had."""
        week = self.running.week(self.deliverable.week)
        usual = week.reviews_due(self.deliverable.track)
        return max(usual, self.now + (usual - week.deadline))

    @property
    def seed(self) -> str:
        """What a draw of this round is made from."""
        return f"{self.running.cohort.seed}/{self.deliverable.key}"

    @cached_property
    def submissions(self) -> Mapping[int, int]:
        """Everyone's submission by member."""
        key = self.deliverable.key
        return submissions.of_deliverables(self.tx, self.running.cohort.id, [key])[key]

    @cached_property
    def peers(self) -> frozenset[int]:
        """The students who handed it in and are still here."""
        students = cohorts.active(self.tx, self.running.cohort.id, "student")
        return frozenset(member.id for member in students) & self.submissions.keys()

    @cached_property
    def met(self) -> Mapping[Pair, int]:
        """Who has reviewed whom before on this track, and how often."""
        return asking.met(self.tx, self.running.cohort.id, self.deliverable.track)

    @cached_property
    def forbidden(self) -> frozenset[Pair]:
        """Who never reviews whom."""
        return availability.forbidden(self.tx, self.running.cohort.id)

    def away(self, due_at: datetime) -> set[int]:
        """Who is away when a review falls due."""
        return availability.away(self.tx, self.running.cohort.id, start=due_at, end=due_at)

    def loads(self) -> Mapping[int, int]:
        """How many reviews of it each member has sent or is asked for."""
        return asking.loads(self.tx, self.running.cohort.id, self.deliverable.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """Whom a round asks for what, before anybody is asked.

    `fixed` are the (reviewer, author) pairs that exist already; `absent` handed it in and are away when it is due.
    """

    pairs: Pairs
    fixed: Sequence[Pair]
    absent: frozenset[int]

    @property
    def mark(self) -> str:
        """A few letters that are others for any other draw."""
        facts = (self.pairs.allocation, sorted(self.pairs.uncovered.items()), sorted(self.fixed))
        return f"{zlib.crc32(repr(facts).encode()):08x}"


def draw(round_: Round) -> Draw:
    """Whom the round asks for what if it is paired now; the same as long as nothing about it changes."""
    tx, cohort_id, key = round_.tx, round_.running.cohort.id, round_.deliverable.key
    fixed = asking.pairs_of(tx, cohort_id, key)
    absent = round_.away(round_.due_at) & round_.peers
    # Nobody is asked twice for the same work: what somebody took up and gave back stays with them as a draft.
    given_back = asking.closed_pairs(tx, cohort_id, key)
    pairs = pair(
        round_.peers,
        reviews=round_.reviews,
        met=round_.met,
        forbidden=round_.forbidden.union(given_back),
        seed=round_.seed,
        fixed=fixed,
        absent=absent,
    )
    return Draw(pairs=pairs, fixed=fixed, absent=frozenset(absent))
