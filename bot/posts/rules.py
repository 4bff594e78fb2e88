"""What is said on schedule: the content of each kind of post, before it has a shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.calendar import WeekTimes
from bot.cohorts.rules import Member, Running
from bot.curriculum import Deliverable, RetroPrompt, Week
from bot.posts.desk_rules import (
    AllowanceTold,
    Announced,
    ApprovalAsked,
    Forgetting,
    LeadsDigest,
    NotAnnounced,
    RequestAnswered,
    RequestCame,
)
from bot.posts.quote_rules import QuoteAnswered, QuoteAsked
from bot.retros.themes import WeekThemes

# After a long outage only the newest of these is still posted; the older ones would repeat the past.
NEWEST_ONLY = frozenset({"kickoff", "retro", "digest"})

Outcome = Literal["sent", "done", "skipped", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kickoff:
    """A week begins."""

    running: Running
    week: Week
    times: WeekTimes
    due: Sequence[Deliverable]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """To one student, privately: what is due and not handed in."""

    running: Running
    owed: Sequence[Deliverable]
    deadline: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """Who reviews whom, or one part of it."""

    running: Running
    deliverable: Deliverable
    pairs: Sequence[tuple[Member, Sequence[Member]]]
    due_at: datetime
    covered_by: datetime
    part: int
    parts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindPairing:
    """Reviews were asked for, and names are kept back: not who reviews whom, only that there is something to do."""

    running: Running
    deliverable: Deliverable
    people: int
    reviews: int
    due_at: datetime
    covered_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LateWork:
    """Work that came after its round found its reviewers; `is_late` unless it came at the very last moment."""

    running: Running
    deliverable: Deliverable
    author: Member
    is_late: bool
    reviewers: Sequence[Member]
    reviews: Sequence[Member]
    due_at: datetime
    covered_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewsDue:
    """To one reviewer, privately: what they still owe, by when, and when it is given on."""

    running: Running
    deliverable: Deliverable
    asked: Sequence[tuple[int, Member]]
    due_at: datetime
    given_on_at: datetime
    is_last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Volunteers:
    """Work waits for somebody to review it, before a mentor is asked."""

    running: Running
    deliverable: Deliverable
    pieces: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedInstead:
    """To one reviewer, privately: they are asked in somebody's place, or because a lead wishes it."""

    running: Running
    deliverable: Deliverable
    author: Member
    due_at: datetime
    review_id: int
    by_lead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersCame:
    """To one reviewer, privately: the author answered their points."""

    running: Running
    deliverable: Deliverable
    author: Member
    review_id: int
    points: int
    until: datetime
    is_reminder: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rechecked:
    """To one author, privately: a reviewer looked at their answers."""

    running: Running
    deliverable: Deliverable
    reviewer: Member
    settled: int
    still_open: int
    with_mentor: bool
    """Whether what is open has been answered twice, so that a mentor decides."""
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """To one author, privately: their work is accepted, or a mentor asks for changes."""

    running: Running
    deliverable: Deliverable
    is_accepted: bool
    by: Member | None
    words: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """To one mentor, privately: another mentor handed them work that waits for a mentor."""

    running: Running
    deliverable: Deliverable
    author: Member
    by: Member
    item_id: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """To one reviewer, privately: the author handed in a newer revision."""

    running: Running
    deliverable: Deliverable
    author: Member
    number: int
    review_id: int
    is_sent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackCame:
    """To one author, privately: a review arrived."""

    running: Running
    deliverable: Deliverable
    reviewer: Member
    received: int
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RetroCall:
    """The week is over: look back."""

    running: Running
    week: Week
    prompt: RetroPrompt


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The week in numbers, for everyone; nobody is named."""

    running: Running
    week: Week
    students: int
    handed_in: int
    late: int
    reviews_asked: int
    """As many as the work is promised, and those that came on top."""
    reviews_sent: int
    reviews_on_time: int
    covered: tuple[int, int]
    """Of the work whose promised hour has passed, in all weeks: how much was covered by it, and how much there is."""
    reviewed: int
    """How much of this week's work has all its reviews, or a mentor's."""
    submissions: int
    retros: int
    themes: WeekThemes
    """What several people want to improve, in words that none of them used alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """To one lead, privately: something only they can mend."""

    running: Running
    detail: str


Content = (
    Kickoff | Reminder | Pairing | BlindPairing | LateWork | ReviewsDue | Volunteers | AskedInstead | Changed
    | FeedbackCame | AnswersCame | Rechecked | Decided | HandedOver | RetroCall | Digest | Trouble
    | Announced | ApprovalAsked | NotAnnounced | RequestCame | RequestAnswered | AllowanceTold | Forgetting
    | LeadsDigest | QuoteAsked | QuoteAnswered
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """Something that is not said after all, and why."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Something to say: to one person, or in the cohort's channel."""

    content: Content
    channel_id: int
    user_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backstage:
    """A week as its leads and mentors need to see it, with names."""

    running: Running
    week: int
    behind: Sequence[tuple[Member, Sequence[Deliverable]]]
    overdue: Sequence[tuple[Member, int]]
    uncovered: Sequence[Member]
    skipped: Sequence[tuple[str, str, str]]
    problems: Sequence[tuple[str, datetime]]
