"""The shortest honest way back for a student who is behind."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.curriculum import Deliverable, RiskPolicy
from bot.revisions.risk import has_missed_too_much
from bot.submissions.rules import Missed, missed


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """What ends being behind, and what can wait; `lately` is what they have missed of the latest weeks."""

    lately: Missed
    reviews: Sequence[Deliverable]
    """What the reviews are of that they owe and whose hour has passed."""
    late: Sequence[Deliverable]
    """The late work that ends the habit, newest first."""
    later: Sequence[Deliverable]
    """Late work that the way back does not need, newest first."""


def path(
    policy: RiskPolicy,
    *,
    due: Sequence[Deliverable],
    handed_in: Collection[str],
    late_reviews: Sequence[Deliverable],
    late: Sequence[Deliverable],
) -> Path | None:
    """The way back from where a student is, or None if they are not behind.

    They are behind if they have a habit of missing weeks, or owe a review whose hour has passed. One missed week is
    neither: it stands in the list of what waits. Nothing else is on the way, because nothing else ends that.
    `due` are the weeks that fell due for them, `late` all that they have not handed in, both oldest first.
    """
    keys = [item.key for item in due]
    lately = missed(keys, handed_in, span=policy.of)
    if not (has_missed_too_much(lately, policy) or late_reviews):
        return None
    least = least_to_catch_up(keys, handed_in, policy)
    newest_first = sorted(late, key=lambda item: -item.week)
    return Path(
        lately=lately,
        reviews=late_reviews,
        late=[item for item in newest_first if item.key in least],
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
