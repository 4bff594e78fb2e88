"""Words of reviews that may be quoted, as their author and their writer see them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cohorts.rules import Member, Running
from bot.curriculum import Deliverable
from bot.portfolio.rules import Leave


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A strength that an author may ask to quote, by its writer as they may know them."""

    review_id: int
    deliverable: Deliverable
    reviewer: Member
    words: str
    is_blind: bool
    """Whether neither side has learnt the other's name from the course."""
    is_asked: bool
    answer: Leave | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Words of a review that its author asks to quote, as their writer sees it; the author as they may know them."""

    review_id: int
    running: Running
    deliverable: Deliverable
    author: Member
    words: str
    is_blind: bool
    answer: Leave | None
    is_shown: bool
    """Whether the work is in the author's portfolio now."""
