"""How reviews go: how many, how soon, what happens when one does not come, and who accepts the work.

Hours are counted from the instant at which the reviews of a round are due.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from bot.curriculum.values import NoSwitch, Strict

Track = Literal["weekly", "capstone"]
Acceptance = Literal["peers", "mentor"]


class TrackPolicy(Strict, frozen=True):
    """How many people review a piece of work, how long they have, and who accepts it in the end."""

    reviewers: Annotated[int, Field(ge=1, le=5), NoSwitch] = Field(
        description="how many people review each piece of work"
    )
    days: Annotated[int, Field(ge=1, le=14), NoSwitch] | None = Field(
        default=None, description="days from the deadline until reviews are due"
    )
    accepted_by: Acceptance | None = Field(
        default=None,
        description="who accepts the work: peers or mentor; peers for weeks and mentor for capstones if left out",
    )
    blind: bool = Field(
        default=False,
        description="whether author and reviewers do not learn each other's names; a week may say otherwise",
    )


class PullPolicy(Strict, frozen=True):
    """How `/review next` hands out waiting work."""

    at_once: Annotated[int, Field(ge=1, le=5), NoSwitch] = Field(
        default=2, description="how many reviews somebody may have taken and not sent"
    )
    hours: Annotated[int, Field(ge=1, le=72), NoSwitch] = Field(
        default=8, description="how long a taken review is kept for its reviewer after they last worked on it"
    )


Step = Literal["nudge", "warn", "expire", "mentor", "covered", "recheck"]


class Ladder(Strict, frozen=True):
    """What happens, and when, so that no work is left without its reviews: six steps, in hours."""

    nudge: Annotated[int, Field(ge=1, le=168), NoSwitch] = Field(
        default=24, description="hours before reviews are due: who still owes one is reminded"
    )
    warn: Annotated[int, Field(ge=1, le=168), NoSwitch] = Field(
        default=4, description="hours before reviews are due: who still owes one is warned"
    )
    expire: Annotated[int, Field(ge=0, le=168), NoSwitch] = Field(
        default=6, description="hours after: what did not come is offered to volunteers"
    )
    mentor: Annotated[int, Field(ge=1, le=336), NoSwitch] = Field(
        default=14, description="hours after: what is still uncovered waits for a mentor"
    )
    covered: Annotated[int, Field(ge=1, le=336), NoSwitch] = Field(
        default=48, description="hours after: every piece of work has its reviews or a mentor's"
    )
    recheck: Annotated[int, Field(ge=1, le=336), NoSwitch] = Field(
        default=72,
        description="hours that a reviewer has to look at answers; then their silence settles them",
    )

    @classmethod
    def bounds(cls, step: Step) -> tuple[int, int]:
        """The fewest and the most hours that a step can have."""
        marks = cls.model_fields[step].metadata
        least, most = (
            next(int(getattr(mark, end)) for mark in marks if hasattr(mark, end)) for end in ("ge", "le")
        )
        return least, most


STEPS: tuple[Step, ...] = ("nudge", "warn", "expire", "mentor", "covered", "recheck")
_NAMES: Mapping[Step, str] = {
    "nudge": "the nudge",
    "warn": "the warning",
    "expire": "the offer to volunteers",
    "mentor": "the mentor queue",
    "covered": "the promised hour",
}


def disorder(
    hours: Mapping[Step, int], defaults: Collection[Step] = ()
) -> Iterator[tuple[tuple[Step, Step], str]]:
    """Each two steps of a ladder that stand in the wrong order, and the sentence about them.

    Steps that are not among `hours` are passed over; `defaults` are those that nobody wrote down.
    """

    def named(step: Step, reference: str) -> str:
        side = "before" if step in ("nudge", "warn") else "after"
        by_default = ", by default" if step in defaults else ""
        count = f"{hours[step]} hour{'' if hours[step] == 1 else 's'}"
        return f"{_NAMES[step]} ({count} {side}{reference}{by_default})"

    def wrong(first: Step, then: Step, must: str) -> tuple[tuple[Step, Step], str]:
        return (first, then), f"{named(first, ' reviews are due')} must {must} {named(then, '')}"

    if {"nudge", "warn"} <= hours.keys() and hours["nudge"] <= hours["warn"]:
        yield wrong("nudge", "warn", "come before")
    if {"expire", "mentor"} <= hours.keys() and hours["expire"] >= hours["mentor"]:
        yield wrong("expire", "mentor", "come before")
    if {"mentor", "covered"} <= hours.keys() and hours["mentor"] > hours["covered"]:
        yield wrong("mentor", "covered", "not come after")


class MentorPolicy(Strict, frozen=True):
    """How the mentor queue hands out work."""

    at_once: Annotated[int, Field(ge=1, le=10), NoSwitch] = Field(
        default=3, description="how many pieces of work a mentor may hold"
    )
    minutes: Annotated[int, Field(ge=10, le=2880), NoSwitch] = Field(
        default=90, description="how long a claim lasts"
    )
    renewals: Annotated[int, Field(ge=0, le=10), NoSwitch] = Field(
        default=3, description="how often a claim can be made to last as long again"
    )
    days: Annotated[int, Field(ge=1, le=60), NoSwitch] = Field(
        default=7,
        description="days of mentors' silence after which weekly work goes on with what its peers have said",
    )


class ReviewPolicy(Strict, frozen=True):
    """Who reviews, by track. Weekly reviews are due at `rhythm.reviews` unless `days` is given."""

    weekly: TrackPolicy
    capstone: TrackPolicy
    pull: PullPolicy = PullPolicy()
    ladder: Ladder = Ladder()
    mentors: MentorPolicy = MentorPolicy()
    declines: Annotated[int, Field(ge=0, le=20), NoSwitch] = Field(
        default=2, description="how many reviews somebody may decline in 30 days"
    )
    least_words: Annotated[int, Field(ge=1, le=40), NoSwitch] = Field(
        default=5, description="how many different words a strength and a point have at least"
    )

    def track(self, track: Track) -> TrackPolicy:
        """The policy of a track."""
        return self.weekly if track == "weekly" else self.capstone

    def accepted_by(self, track: Track) -> Acceptance:
        """Who accepts the work of a track."""
        return self.track(track).accepted_by or ("peers" if track == "weekly" else "mentor")


class RiskPolicy(Strict, frozen=True):
    """What puts a student at risk, in the eyes of their mentors and leads; 0 leaves a rule out.

    One missed week happens to everybody, two of three are a habit. Two weeks without a sign are longer than any round
    of the course lasts. A week is enough to answer a point, and a grave one that is left for longer tends to stay. Two
    reviewers of the same work are often a tenth of the scale apart; what falls further than that is no accident.
    """

    missed: Annotated[int, Field(ge=0, le=10), NoSwitch] = Field(
        default=2, description="so many missed weeks among the latest ones; 0 leaves this rule out"
    )
    of: Annotated[int, Field(ge=1, le=10), NoSwitch] = Field(
        default=3, description="how many of the latest weeks that were due `missed` looks at"
    )
    silence: Annotated[int, Field(ge=0, le=90), NoSwitch] = Field(
        default=14, description="days without handing in, reviewing or looking back; 0 leaves this rule out"
    )
    severe: Annotated[int, Field(ge=0, le=60), NoSwitch] = Field(
        default=7,
        description="days that a point of high severity waits for its author; 0 leaves this rule out",
    )
    falling: Annotated[int, Field(ge=0, le=100), NoSwitch] = Field(
        default=15,
        description="percent of the scale by which the latest three scores lie below the three before; 0 leaves this "
        "rule out",
    )
