"""What a portfolio is made of, what may be in it, and what it may say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.cohorts.rules import Member, Running
from bot.curriculum import Deliverable, Stage, Week
from bot.progress.figures import StudentCard
from bot.progress.trends import Trends

NARRATIVE_LIMIT = 3000  # characters: about 500 words, which a busy reader still reads
HEADLINE_LIMIT = 120
ABOUT_LIMIT = 600
BEST = 3  # pieces of work that come first; more than that nobody opens

ProofState = Literal["unchecked", "reachable", "private", "dead"]
Leave = Literal["named", "unnamed", "declined"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A link that proves a piece of work, and what was found behind it when the bot looked, if it may look."""

    kind: str
    label: str
    url: str
    state: ProofState
    checked_at: datetime | None
    commit: str | None
    """The full hash of the commit that a code host showed at that link."""
    committed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The strength of a review, which its writer lets the author show; `by` only if they let their name be shown."""

    review_id: int
    words: str
    by: str | None
    is_mentor: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A piece of accepted work in a portfolio; `place` is 1 to 3 among the best."""

    id: int
    submission_id: int
    deliverable: Deliverable
    narrative: str
    place: int | None
    published_at: datetime
    changed_at: datetime
    accepted_at: datetime
    accepted_by_mentor: bool
    revision: int
    """The number of the revision that was accepted."""
    proofs: Sequence[Proof]
    quotes: Sequence[Quote]


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """What a student shows of a course; the best come first, then capstones, then weeks, newest first."""

    id: int
    member: Member
    headline: str
    about: str
    contact: str
    slug: str
    online_at: datetime | None
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekProof:
    """A week of the course beside what proves its outcomes.

    `proofs` are the links of the accepted work; `practices` says of each practice, by its key, what shows it, or None.
    """

    week: Week
    stage: Stage
    outcomes: Sequence[str]
    accepted_at: datetime | None
    proofs: Sequence[Proof]
    practices: Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All that a portfolio shows to somebody who gives it two minutes."""

    running: Running
    portfolio: Portfolio
    card: StudentCard
    trends: Trends
    weeks: Sequence[WeekProof]
    made_at: datetime
