"""The shortest honest way back for a student who is behind."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.curriculum import Deliverable, RiskPolicy
from bot.revisions.risk import has_missed_too_much
from bot.submissions.rules import Missed, missed

Kind = Literal["review", "recheck", "answer", "on time", "late"]
"""What a step is about, in the order in which to go: what others wait for, what is still in time, what is late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something to do, and for which work, the most pressing first."""

    kind: Kind
    items: Sequence[Deliverable]


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """What to do first, in order, and what can wait; `lately` is what they have missed of the latest weeks."""

    lately: Missed
    steps: Sequence[Step]
    later: Sequence[Deliverable]
    """Late work that the way back does not need, newest first."""

    @property
    def late(self) -> Sequence[Deliverable]:
        """The late work that the way back needs, newest first."""
        return next((step.items for step in self.steps if step.kind == "late"), ())


def path(
    policy: RiskPolicy,
    *,
    due: Sequence[Deliverable],
    handed_in: Collection[str],
    to_review: Sequence[Deliverable],
    is_review_late: bool,
    to_recheck: Sequence[Deliverable],
    to_answer: Sequence[Deliverable],
    on_time: Sequence[Deliverable],
    late: Sequence[Deliverable],
) -> Path | None:
    """The way back from where a student is, or None if they are not behind.

    They are behind if they have a habit of missing weeks, or owe a review whose hour has passed. One missed week is
    neither: it stands in the list of what waits.
    `due` are the weeks that fell due for them, `late` all that they have not handed in, both oldest first.
    """
    keys = [item.key for item in due]
    lately = missed(keys, handed_in, span=policy.of)
    if not (has_missed_too_much(lately, policy) or is_review_late):
        return None
    least = least_to_catch_up(keys, handed_in, policy)
    newest_first = sorted(late, key=lambda item: -item.week)
    steps = [
        Step(kind="review", items=to_review),
        Step(kind="recheck", items=to_recheck),
        Step(kind="answer", items=to_answer),
        Step(kind="on time", items=on_time),
        Step(kind="late", items=[item for item in newest_first if item.key in least]),
    ]
    return Path(
        lately=lately,
        steps=[step for step in steps if step.items],
        later=[item for item in newest_first if item.key not in least],
    )


def least_to_catch_up(due: Sequence[str], handed_in: Collection[str], policy: RiskPolicy) -> Sequence[str]:
    """The fewest late pieces that end a habit of missing weeks, newest first.

    The newest, because reviewers are still around them, and because what stays missing then leaves the latest weeks
    soonest.
    """
    lately = missed(due, handed_in, span=policy.of)
    if not has_missed_too_much(lately, policy):
        return ()
    missing = [key for key in reversed(due[-policy.of :]) if key not in handed_in]
    return missing[: lately.weeks - policy.missed + 1]
