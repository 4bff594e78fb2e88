"""What a portfolio is made of, what may be in it, and what it may say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.cohorts.rules import Member, Running
from bot.curriculum import Deliverable, Stage, Week
from bot.progress.figures import StudentCard
from bot.progress.trends import Trends
from bot.revisions.rules import State

NARRATIVE_LIMIT = 3000  # characters: about 500 words, which a busy reader still reads
HEADLINE_LIMIT = 120
ABOUT_LIMIT = 600
SHORT_COMMIT = 7  # characters of a hash, as code hosts shorten it
BEST = 3  # pieces of work that come first; more than that nobody opens
SLUG_NAME = 40  # characters of a name in an address; the random ones after it tell people of one name apart

# What is left to do for work that is not accepted, after "is not accepted yet:".
LEFT: Mapping[State, str] = {
    "handed in": "it waits for its reviewers, and nothing is asked of you until they come.",
    "in review": "its reviewers are at work. `/feedback` has what came already.",
    "uncovered": "it waits for a mentor, because not every review came.",
    "to answer": "points of its reviews wait for your answer. `/feedback` has them.",
    "in re-check": "its reviewers look at your answers once more; their silence settles them.",
    "disputed": "a mentor decides about a point that stayed open.",
    "to complete": "everything is settled, and some evidence is missing. Add it with `/submit`.",
    "sign-off": "it waits for a mentor, who signs it off or asks for changes.",
    "changes asked": "a mentor asked for changes. Make them, and hand it in again with `/submit`.",
    "settled": "it is being accepted right now. Try again in a minute.",
}

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

    @property
    def short_commit(self) -> str | None:
        """The beginning of the commit's hash, by which people know it."""
        return None if self.commit is None else self.commit[:SHORT_COMMIT]


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
    revising: bool = False
    """A mentor has asked for changes since it was accepted: it is shown in the cohort, and nowhere else."""
    newer: int | None = None
    """The number of a later revision that is accepted; publishing again shows that one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A piece of work as it stands in a portfolio, with the words that its author wrote, empty prompts and all."""

    entry_id: int
    narrative: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A piece of work that is accepted, or published, or both; `accepted` is the number of the accepted revision."""

    submission_id: int
    key: str
    accepted: int | None
    revision_id: int
    published: Published | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """What a student shows of a course; the best come first, then capstones, then weeks, newest first."""

    id: int
    member: Member
    headline: str
    about: str
    contact: str
    slug: str | None
    """The last part of its page's address; None while it is offline."""
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
    """Of accepted work alone, like the trends and the weeks; and only scores that rest on enough reviews."""
    trends: Trends
    weeks: Sequence[WeekProof]
    accepted: int
    """How many deliverables are accepted, published or not."""
    asked: int
    """How many the course asks of this student."""
    signed_off: int
    """How many capstones a mentor has signed off, all of each."""
    made_at: datetime


def slug(name: str, secret: str) -> str:
    """The address of a portfolio: its owner's name in plain letters, and characters that nobody can guess."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain)[:SLUG_NAME].strip("-")
    return f"{words or 'portfolio'}-{secret}"


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """The best come first, then capstones, then weeks; the newest first, a capstone's parts in their order."""
    return sorted(entries, key=_rank)


def _rank(entry: Entry) -> tuple[int, bool, int, str]:
    item = entry.deliverable
    return (entry.place or BEST + 1, item.track == "weekly", -item.week, item.key)


def best_with(best: Sequence[int], place: int, entry_id: int | None) -> list[int]:
    """The best in order once an entry is put at a place of theirs, from 1; None takes away what is there.

    What is among them already changes places with what was there, so that choosing an order loses nothing.
    """
    left: list[int | None] = [*best[:BEST], *([None] * (BEST - len(best)))]
    there = left[place - 1]
    if entry_id is not None and entry_id in left:
        left[left.index(entry_id)] = there
    left[place - 1] = entry_id
    return [item for item in left if item is not None]
