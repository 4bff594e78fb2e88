"""What a review is made of, when it is complete, and what several of them say together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean, mean
from typing import Literal

from bot.cohorts.rules import Member
from bot.curriculum import Criterion, Curriculum, Deliverable, Rubric
from bot.errors import CourseError

PointKind = Literal["defect", "risk", "suggestion"]
KINDS: tuple[PointKind, ...] = ("defect", "risk", "suggestion")
Severity = Literal["low", "medium", "high"]
SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high")
# Late: asked for after the round, for late work or in somebody's place. Pull: taken by `/review next`.
Origin = Literal["deadline", "late", "pull", "lead", "mentor"]
# Why it is no longer asked of its reviewer. Left, away: the reviewer is; withdrawn: its author; apart: a lead's wish.
Closed = Literal["expired", "declined", "left", "away", "apart", "withdrawn", "accepted"]

TEXT_LIMIT = 1000  # a strength or a point; three of them and their scores fit one card
PLACE_LIMIT = 200
POINTS_LIMIT = 12  # more than this is a rewrite, and would not fit the author's card
REASON_LIMIT = 300
# A pairing post names this many reviewers at most: with three authors each they stay well inside one message.
REVIEWERS_A_POST = 25
# How useful an author found a review, from least to most.
RATINGS: Mapping[int, str] = {1: "of no use", 2: "of little use", 3: "useful", 4: "very useful"}
THE_AUTHOR = "the author"  # who hands in blind work
RATINGS_FROM = 3  # fewer, and a reviewer could tell who said what
LETTERS = 26
LENIENCY_FROM = 5  # shared pieces of work; with fewer, one odd review would look like a habit
DECLINE_SPAN = timedelta(days=30)  # the month in which declined reviews are counted
ENOUGH = 2  # fewer scores than this are too few to say anything about a piece of work
TREND_SPAN = 3  # pieces of work on each side of a comparison; fewer swing with a single hard lab


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One thing to mend, to watch or to try: where it is and what it is."""

    id: int = 0
    kind: PointKind
    severity: Severity
    place: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One person's review of one submission: allocated, then opened (a draft), then sent."""

    id: int
    cohort_id: int
    submission_id: int
    deliverable: str
    author_id: int
    reviewer_id: int
    origin: Origin
    course_version_id: int
    allocated_at: datetime
    due_at: datetime
    lease_until: datetime | None
    opened_at: datetime | None
    sent_at: datetime | None
    closed_at: datetime | None
    closed_why: Closed | None
    revision_id: int | None
    read_at: datetime | None
    rating: int | None
    strength: str
    scores: Mapping[str, int]
    points: Sequence[Point]

    @property
    def is_open(self) -> bool:
        """Still asked of its reviewer."""
        return self.sent_at is None and self.closed_at is None

    @property
    def counts(self) -> bool:
        """Holds a place among the reviews that its work is promised."""
        return self.sent_at is not None or self.closed_at is None

    @property
    def was_owed(self) -> bool:
        """Asked of its reviewer, and still open or let expire; what they took up themselves they owed to nobody."""
        return self.is_open or (self.closed_why == "expired" and self.origin not in ("pull", "mentor"))

    @property
    def on_time(self) -> bool:
        """Sent by its due time."""
        return self.sent_at is not None and self.sent_at <= self.due_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What the reviews say about one criterion: the plain mean, its spread, and how many it rests on."""

    criterion: Criterion
    mean: float | None
    low: int
    high: int
    count: int

    @property
    def is_enough(self) -> bool:
        """Whether there are enough scores to say something."""
        return self.count >= ENOUGH


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What reviews say of one piece of work: their mean, lowest and highest, as shares of the scale, and how many."""

    mean: float
    low: float
    high: float
    count: int

    @property
    def is_enough(self) -> bool:
        """Whether they are more than one opinion."""
        return self.count >= ENOUGH

    @classmethod
    def of(cls, shares: Sequence[float]) -> Scores:
        """Several reviews together."""
        return cls(mean=fmean(shares), low=min(shares), high=max(shares), count=len(shares))


def is_sound(reviews: int, *, by_mentor: bool) -> bool:
    """Whether the scores of a piece of work rest on enough to say something: several reviews, or a mentor's."""
    return by_mentor or reviews >= ENOUGH


def change(scores: Sequence[float]) -> float | None:
    """By how much the latest of somebody's sound scores lie above those before them, oldest first; None: too few."""
    span = min(TREND_SPAN, len(scores) // 2)
    if span < ENOUGH:
        return None
    return fmean(scores[-span:]) - fmean(scores[-2 * span : -span])


def unfinished(review: Review, rubric: Rubric) -> list[str]:
    """What a draft still lacks before it can be sent, as words for its reviewer."""
    unscored = [item.title for item in rubric.criteria if item.key not in review.scores]
    lacking = [f"a score for {', '.join(unscored)}"] if unscored else []
    if not review.strength:
        lacking.append("one strength")
    if not review.points:
        lacking.append("one point (a defect, a risk or a suggestion)")
    return lacking


def summarise(rubric: Rubric, reviews: Sequence[Review]) -> list[Summary]:
    """The scores of several reviews by criterion."""
    return [_summary(criterion, [item.scores for item in reviews]) for criterion in rubric.criteria]


def _summary(criterion: Criterion, scores: Sequence[Mapping[str, int]]) -> Summary:
    levels = [given[criterion.key] for given in scores if criterion.key in given]
    return Summary(
        criterion=criterion,
        mean=mean(levels) if levels else None,
        low=min(levels, default=0),
        high=max(levels, default=0),
        count=len(levels),
    )


def share(rubric: Rubric, scores: Mapping[str, int]) -> float | None:
    """A review's scores as a share of the way from the lowest level (0) to the highest (1)."""
    parts = [
        (scores[item.key] - 1) / (len(item.levels) - 1) for item in rubric.criteria if item.key in scores
    ]
    return fmean(parts) if parts else None


def parse_text(text: str, what: str, limit: int = TEXT_LIMIT) -> str:
    """Words of a review, not empty and not too long."""
    words = text.strip()
    if not words:
        raise CourseError(f"{what} is empty. A sentence or two is enough; say what you saw and where.")
    if len(words) > limit:
        raise CourseError(
            f"{what} has {len(words)} characters, and at most {limit} fit. Shorten it a little."
        )
    return words


def unfit(rubric: Rubric, scores: Mapping[str, int]) -> bool:
    """Whether a score names a criterion or a level that the rubric does not have."""
    levels = {item.key: len(item.levels) for item in rubric.criteria}
    return any(not 1 <= level <= levels.get(criterion, 0) for criterion, level in scores.items())


def covered_at(reviews: Sequence[Review], wanted: int) -> datetime | None:
    """When a piece of work had the reviews that it is promised; a mentor's stands for all of them."""
    sent = sorted(review.sent_at for review in reviews if review.sent_at is not None)
    by_mentor = [
        review.sent_at for review in reviews if review.sent_at is not None and review.origin == "mentor"
    ]
    enough = sent[wanted - 1 : wanted] + by_mentor
    return min(enough, default=None)


def masked(member: Member, name: str) -> Member:
    """Somebody whose name is kept back: nothing that is made from this can give it away."""
    return Member(id=member.id, user_id=None, name=name)


def letters(reviews: Iterable[Review]) -> dict[int, str]:
    """A letter for each review of one piece of work, by when it was asked for, so that each keeps its own."""
    ids = sorted(review.id for review in reviews)
    return {review_id: f"Reviewer {_letter(position)}" for position, review_id in enumerate(ids)}


def _letter(position: int) -> str:
    return chr(ord("A") + position) if position < LETTERS else str(position + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leniency:
    """How much higher somebody scores than others on the same work, in shares of the scale, and how much says so."""

    beside_peers: float | None
    peers: int
    beside_mentors: float | None
    mentors: int


def leniency(
    mine: Mapping[int, float], peers: Mapping[int, list[float]], mentors: Mapping[int, list[float]]
) -> Leniency:
    """A reviewer's scores by submission beside those of peers and mentors; None where too little is shared."""

    def beside(others: Mapping[int, list[float]]) -> tuple[float | None, int]:
        gaps = [share - mean(others[work]) for work, share in mine.items() if others.get(work)]
        return (mean(gaps) if len(gaps) >= LENIENCY_FROM else None, len(gaps))

    beside_peers, peers_count = beside(peers)
    beside_mentors, mentors_count = beside(mentors)
    return Leniency(
        beside_peers=beside_peers, peers=peers_count, beside_mentors=beside_mentors, mentors=mentors_count
    )


def parse_point(kind: str | None, severity: str | None, place: str, body: str) -> Point:
    """A point from what was filled into its form."""
    if kind not in KINDS:
        raise CourseError("Choose whether the point is a defect, a risk or a suggestion.")
    if severity not in SEVERITIES:
        raise CourseError("Choose how much the point matters: low, medium or high.")
    return Point(
        kind=kind,
        severity=severity,
        place=parse_text(place, "The place", PLACE_LIMIT),
        body=parse_text(body, "The point"),
    )


def offered(
    course: Curriculum, typed: str, handed_in: Collection[str], reviewed: Collection[str]
) -> list[Deliverable]:
    """What to offer an author who asks for feedback: what has some, then what was handed in, newest first."""
    words = typed.lower().split()
    matching = [item for item in course.deliverables if all(word in item.name.lower() for word in words)]

    def rank(item: Deliverable) -> tuple[bool, bool, int]:
        is_mine = item.key in handed_in
        return (item.key not in reviewed, not is_mine, -item.week if is_mine else item.week)

    return sorted(matching, key=rank)
