"""What is said about quotes: to a reviewer who is asked for leave, and to the author who asked."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cohorts.rules import Member, Running
from bot.curriculum import Deliverable
from bot.portfolio.quote_rules import Asked
from bot.portfolio.rules import Leave


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteAsked:
    """To one reviewer, privately: an author asks to quote their words."""

    running: Running
    asked: Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteAnswered:
    """To one author, privately: whether they may quote a review; its writer by name only if they chose that."""

    running: Running
    deliverable: Deliverable
    reviewer: Member
    words: str
    answer: Leave
