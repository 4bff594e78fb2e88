"""What shows that a week's outcomes were reached: the links of its accepted work, and a sign of each practice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.curriculum import Curriculum, Week
from bot.portfolio.rules import Proof, WeekProof
from bot.reviews.rules import is_sound


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What is known of one student's week.

    `reviews` is how many gave scores, `by_mentor` whether one of them is a mentor's, `own` whether the author scored
    the work too, `settled` how many points were answered and agreed to.
    """

    accepted_at: datetime | None = None
    proofs: Sequence[Proof] = ()
    reviews: int = 0
    by_mentor: bool = False
    own: bool = False
    retro: bool = False
    revision: int = 1
    settled: int = 0
    published: bool = False


def tracked(done: Done) -> str | None:
    """Progress was tracked where the work has scores that say something, or its author's own beside them."""
    if is_sound(done.reviews, by_mentor=done.by_mentor):
        return f"{done.reviews} reviews" if done.reviews > 1 else "a mentor's review"
    return "own scores" if done.own else None


def looked_back(done: Done) -> str | None:
    """A retro was held where one was written."""
    return "written" if done.retro else None


def revised(done: Done) -> str | None:
    """Feedback was used where the work has a later revision, or points on it are settled."""
    if done.revision > 1:
        return f"revision {done.revision}"
    if done.settled:
        return f"{done.settled} {'point' if done.settled == 1 else 'points'} settled"
    return None


def shown(done: Done) -> str | None:
    """It is published where it has a place in the portfolio."""
    return "here" if done.published else None


# The shipped course's practices by their keys. What another course practises is for its people to judge.
SIGNS: Mapping[str, Callable[[Done], str | None]] = {
    "track": tracked,
    "retro": looked_back,
    "revise": revised,
    "publish": shown,
}


def week_proof(course: Curriculum, week: Week, done: Done) -> WeekProof:
    """A week of the course beside what one student shows for it."""
    return WeekProof(
        week=week,
        stage=course.stage(week.stage),
        outcomes=course.outcomes_of(week),
        accepted_at=done.accepted_at,
        proofs=done.proofs,
        practices={
            practice.key: sign(done) if (sign := SIGNS.get(practice.key)) else None
            for practice in course.practices
        },
    )
