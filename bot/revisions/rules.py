"""Where a piece of work is between hand-in and acceptance, decided from its facts alone.

CONTRIBUTING.md draws the states. Each has a way out that does not depend on one particular person: a reviewer's silence
is overtaken by the ladder and by `recheck`, a mentor's by peers where the policy lets peers accept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.calendar import ALWAYS_ON, Clock
from bot.curriculum import Acceptance, Deliverable
from bot.reviews.rules import Point, Review
from bot.submissions.rules import Promise, Revision, completeness

State = Literal[
    "handed in",  # nobody is asked for reviews yet
    "in review",  # reviews are on their way
    "uncovered",  # they did not come: a mentor is asked
    "to answer",  # the author answers the points
    "in re-check",  # their reviewers look at the answers
    "disputed",  # a point is still open after two answers: a mentor decides
    "to complete",  # all is settled, and some evidence is missing
    "sign-off",  # a mentor decides
    "changes asked",  # a mentor asked for changes, and the author makes them
    "settled",  # all is done: the tick accepts it
    "accepted",
]
WITH_MENTORS: frozenset[State] = frozenset({"uncovered", "disputed", "sign-off"})

AnswerKind = Literal["fixed", "explained", "declined"]
ANSWERS: tuple[AnswerKind, ...] = ("fixed", "explained", "declined")
Verdict = Literal["settled", "open"]
# To answer: unanswered. Answered: its reviewer looks. Back: still open, answered once more. Disputed: still open again.
# Left: it was neither when its work was accepted.
PointState = Literal["to answer", "answered", "back", "disputed", "settled", "left"]
LAST_ROUND = 2  # a point goes back to its author once

# Between two reviewers' scores of one criterion, in levels. Two honest people are often two levels apart on one of five
# criteria; on two of them, or three levels apart on one, they do not mean the same work.
SPREAD, WIDE_SPREAD = 2, 3
SPREAD_ON = 2
ANSWER_LIMIT = 600
LEAST_REMARK = 10  # characters of what is still open; a bare "no" leaves an author guessing
DECISION_LIMIT = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an author answered to a point, and what its reviewer found; a draft until it is sent."""

    point_id: int
    round: int
    kind: AnswerKind
    body: str
    revision_number: int | None
    sent_at: datetime | None
    verdict: Verdict | None
    remark: str
    checked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A mentor accepted the work or asked for changes; without a mentor, the policy accepted it."""

    kind: Literal["accepted", "changes"]
    mentor_id: int | None
    revision_number: int
    words: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a piece of work needs to be accepted, and how long a reviewer's and a mentor's silence may hold it up."""

    accepted_by: Acceptance
    reviewers: int
    patience: timedelta
    mentors_patience: timedelta
    clock: Clock = ALWAYS_ON

    def silent_at(self, moment: datetime) -> datetime:
        """When a reviewer who was asked at an instant counts as silent."""
        return self.clock.after(moment, self.patience)

    def mentors_silent_at(self, moment: datetime) -> datetime:
        """When mentors who were asked at an instant count as silent."""
        return self.clock.after(moment, self.mentors_patience)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that decides where a piece of work is.

    `here` are its author and reviewers, as far as they are still in the cohort and no lead keeps them apart.
    """

    submission_id: int
    cohort_id: int
    author_id: int
    deliverable: Deliverable
    policy: Policy
    promise: Promise
    paired: bool
    revision: Revision
    reviews: Sequence[Review]
    answers: Mapping[int, Sequence[Answer]]
    decisions: Sequence[Decision]
    here: frozenset[int]

    @property
    def sent(self) -> list[Review]:
        """The reviews that have come, in the order in which they came."""
        found = [(review.sent_at, review.id, review) for review in self.reviews if review.sent_at is not None]
        return [review for _, _, review in sorted(found, key=lambda item: item[:2])]

    @property
    def decision(self) -> Decision | None:
        """The decision that counts."""
        return self.decisions[-1] if self.decisions else None

    @property
    def accepted(self) -> Decision | None:
        """The decision by which the work is accepted, if it is."""
        decision = self.decision
        return decision if decision is not None and decision.kind == "accepted" else None

    @property
    def evidence(self) -> float:
        """The share of the required evidence that is there."""
        return completeness(self.deliverable, self.revision)


def point_state(facts: Facts, review: Review, point: Point, now: datetime) -> PointState:
    """Where a point is between its reviewer and its author; a silent or departed reviewer settles it.

    Once the work is accepted nobody is asked any more: an answer that was not contradicted stands, and every other
    point is left as it was.
    """
    found = _point_state(facts, review, point, now)
    if facts.accepted is None:
        return found
    return "settled" if found in ("settled", "answered") else "left"


def _point_state(facts: Facts, review: Review, point: Point, now: datetime) -> PointState:
    sent = [answer for answer in facts.answers.get(point.id, ()) if answer.sent_at is not None]
    if not sent:
        return "to answer"
    last = sent[-1]
    if last.checked_at is not None:
        if last.verdict == "settled":
            return "settled"
        return "disputed" if last.round == LAST_ROUND else "back"
    policy = facts.policy
    is_silent = last.sent_at is not None and policy.clock.reads(now) >= policy.silent_at(last.sent_at)
    return "settled" if is_silent or review.reviewer_id not in facts.here else "answered"


def points(facts: Facts, now: datetime) -> list[tuple[Review, Point, PointState]]:
    """Every point of the reviews that have come, with where it is."""
    return [
        (review, point, point_state(facts, review, point, now))
        for review in facts.sent
        for point in review.points
    ]


def is_covered(facts: Facts, now: datetime) -> bool:
    """Whether there is enough said to go on: all that was promised, or whatever came once patience is over."""
    if facts.promise.covered_at is not None:
        return True
    over, policy = facts.promise.covered_by, facts.policy
    is_over = over is not None and policy.clock.reads(now) >= policy.mentors_silent_at(over)
    return is_over and bool(facts.sent)


def state(facts: Facts, now: datetime) -> State:
    """Where a piece of work is."""
    now = facts.policy.clock.reads(now)
    if facts.accepted is not None:
        return "accepted"
    decision = facts.decision
    if decision is not None:  # changes were asked for
        return _after_changes(facts, decision, now)
    if not is_covered(facts, now):
        if not facts.paired and not facts.sent:
            return "handed in"
        promise = facts.promise
        is_overdue = facts.paired and promise.mentor_at is not None and now >= promise.mentor_at
        return "uncovered" if is_overdue else "in review"
    return _after_feedback(facts, now)


def _after_changes(facts: Facts, decision: Decision, now: datetime) -> State:
    if facts.revision.number <= decision.revision_number:
        return "changes asked"
    is_patient = now < facts.policy.mentors_silent_at(facts.revision.submitted_at)
    if facts.policy.accepted_by == "mentor" or is_patient:
        return "sign-off"
    return _after_feedback(facts, now) if is_covered(facts, now) else "uncovered"


def _after_feedback(facts: Facts, now: datetime) -> State:
    states = {found for _, _, found in points(facts, now)}
    if states & {"to answer", "back"}:
        return "to answer"
    if "answered" in states:
        return "in re-check"
    if facts.policy.accepted_by == "peers" and "disputed" in states and now < _disputed_until(facts, now):
        return "disputed"
    if facts.evidence < 1:
        return "to complete"
    return "sign-off" if facts.policy.accepted_by == "mentor" else "settled"


def _disputed_until(facts: Facts, now: datetime) -> datetime:
    """Until when a mentor may decide about points that stayed open; then the author's answer stands."""
    checked = [
        answer.checked_at
        for _, point, found in points(facts, now)
        if found == "disputed"
        for answer in facts.answers[point.id]
        if answer.checked_at is not None
    ]
    return facts.policy.mentors_silent_at(max(checked))


def wakes_at(facts: Facts, now: datetime) -> datetime | None:
    """When time alone may next change where the work is; None if only people can.

    While the clock is stopped that may be past: it is looked at again as soon as the course goes on.
    """
    policy, promise, reached = facts.policy, facts.promise, facts.policy.clock.reads(now)
    times = [policy.mentors_silent_at(facts.revision.submitted_at)] if facts.decision is not None else []
    if promise.covered_at is None and promise.covered_by is not None:
        times += [promise.mentor_at or promise.covered_by, policy.mentors_silent_at(promise.covered_by)]
    for _, point, found in points(facts, now):
        if found in ("answered", "disputed"):
            last = facts.answers[point.id][-1]
            times += [] if last.checked_at is None else [policy.mentors_silent_at(last.checked_at)]
            times += [] if last.sent_at is None else [policy.silent_at(last.sent_at)]
    return min((at for at in times if at > reached), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """Why work waits for a mentor, the gravest first. Missing evidence and risk never bring it there, but raise it."""

    signoff: bool = False
    uncovered: bool = False
    disagreement: bool = False
    evidence: bool = False
    at_risk: bool = False

    @property
    def calls(self) -> bool:
        """Whether a mentor is asked at all."""
        return self.signoff or self.uncovered or self.disagreement


def reasons(facts: Facts, now: datetime, *, at_risk: bool) -> Reasons:
    """Why a piece of work waits for a mentor, if it does."""
    where = state(facts, now)
    if where in ("accepted", "changes asked") or facts.author_id not in facts.here:
        return Reasons()
    return Reasons(
        signoff=where == "sign-off",
        uncovered=where == "uncovered",
        disagreement=where == "disputed" or (not facts.decisions and disagree(facts.sent)),
        evidence=facts.evidence < 1,
        at_risk=at_risk,
    )


def disagree(reviews: Iterable[Review]) -> bool:
    """Whether reviewers see a criterion too differently for their mean to say much; a mentor's review settles that."""
    given = list(reviews)
    if any(review.origin == "mentor" for review in given):
        return False
    levels: dict[str, list[int]] = {}
    for review in given:
        for criterion, level in review.scores.items():
            levels.setdefault(criterion, []).append(level)
    gaps = [max(found) - min(found) for found in levels.values()]
    is_broad = sum(gap >= SPREAD for gap in gaps) >= min(SPREAD_ON, max(1, len(gaps)))
    return is_broad or any(gap >= WIDE_SPREAD for gap in gaps)
