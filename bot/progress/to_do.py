"""What waits for somebody: to hand in, to review, to answer, to read, to look back on; and the way back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cohorts.rules import Here, Member, Running
from bot.curriculum import Deliverable
from bot.database import Tx
from bot.extensions import requests as asking
from bot.extensions import store
from bot.extensions.rules import Asked as Request
from bot.progress import rules
from bot.progress.path import Path, path
from bot.progress.rules import Line
from bot.retros import rules as retro_rules
from bot.retros import store as retros
from bot.retros.rules import Entry
from bot.reviews import store as reviews
from bot.reviews.rules import Review
from bot.reviews.writing import author_of
from bot.revisions import risk, watching
from bot.revisions import store as revisions
from bot.revisions.readiness import assess
from bot.revisions.rechecking import waiting_for
from bot.revisions.rules import Facts
from bot.submissions.rules import missing

Asked = tuple[Review, Deliverable, Member]
"""A review, what it is of, and whose work that is as its reviewer may know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDo:
    """What waits for a member: to hand in, to review, to read, to look back on."""

    running: Running
    is_student: bool
    overdue: Sequence[tuple[Deliverable, datetime]]
    due: Sequence[tuple[Deliverable, datetime]]
    incomplete: Sequence[tuple[Deliverable, list[str]]]
    to_review: Sequence[Asked]
    to_read: Sequence[tuple[Deliverable, int]]
    to_answer: Sequence[tuple[Deliverable, int]]
    to_change: Sequence[Deliverable]
    to_recheck: Sequence[Asked]
    unready: Sequence[tuple[Deliverable, Sequence[str]]]
    """Capstone work that is open or under way, and what is missing of the weeks that it rests on."""
    queue: int
    retro: int | None
    promises: Sequence[Entry]
    """The retros whose “improve” is still open, oldest first."""
    requests: Sequence[Request]
    """What they have asked more time for, and no lead has answered."""
    path: Path | None
    """The way back, for somebody who is behind."""
    ahead: tuple[Deliverable, datetime] | None

    def late_reviews(self, now: datetime) -> Sequence[Asked]:
        """The reviews that they owe and whose hour has passed."""
        return late(self.running, self.to_review, now)


def late(running: Running, asked: Sequence[Asked], now: datetime) -> Sequence[Asked]:
    """Those of some reviews whose hour has passed."""
    return [found for found in asked if running.has_passed(found[0].due_at, now)]


def to_do(tx: Tx, here: Here, now: datetime) -> ToDo:
    """What waits for whoever asks."""
    member = here.known()
    if here.cohort.state == "finished":
        return _over(tx, here, member)
    is_student = "student" in here.roles
    facts = revisions.facts_of_member(tx, here, member.id) if is_student else {}
    reached = here.clock.reads(now)
    coming = [item for item in here.course.deliverables if here.week(item.week).kickoff > reached]
    week = rules.now_week(here, now)
    written = {entry.week for entry in retros.of_member(tx, here.cohort.id, member.id)}
    since = watching.joined(tx, here, member.id)
    lines = rules.lines(here, facts, here.allowed, since, now)
    to_review = _to_review(tx, here, member)
    to_recheck = _to_recheck(tx, here, member)
    asked = store.open_of(tx, here.cohort.id, member.id) if is_student else []
    return ToDo(
        running=here,
        is_student=is_student,
        overdue=[
            (item.deliverable, item.deadline) for item in lines if is_student and item.state == "missed"
        ],
        due=_due(lines) if is_student else [],
        incomplete=_incomplete(lines),
        to_review=to_review,
        to_read=_to_read(tx, here, member),
        to_answer=[(item.deliverable, item.to_answer) for item in lines if item.to_answer],
        to_change=[item.deliverable for item in lines if item.state == "changes asked"],
        to_recheck=to_recheck,
        unready=_unready(here, facts, lines),
        queue=len(revisions.waiting(tx, here.cohort.id)) if here.is_staff else 0,
        requests=[asking.view(tx, here, request, now) for request in asked],
        retro=retro_rules.unanswered(here.times, written, reached) if is_student else None,
        promises=retros.open_actions(tx, here.cohort.id, member.id) if is_student else [],
        path=_path(here, lines, to_review, since, now) if is_student else None,
        ahead=(coming[0], here.week(coming[0].week).kickoff) if coming and week < len(here.times) else None,
    )


def _over(tx: Tx, here: Here, member: Member) -> ToDo:
    """Once the course is over there is nothing to do, only something to read."""
    return ToDo(
        running=here,
        is_student="student" in here.roles,
        overdue=[],
        due=[],
        incomplete=[],
        to_review=[],
        to_read=_to_read(tx, here, member),
        to_answer=[],
        to_change=[],
        to_recheck=[],
        unready=[],
        queue=0,
        retro=None,
        requests=[],
        promises=[],
        path=None,
        ahead=None,
    )


def _due(lines: Sequence[Line]) -> list[tuple[Deliverable, datetime]]:
    """What is still in time, the nearest deadline first: with more time for one, that is not the order of the weeks."""
    found = [(item.deliverable, item.deadline) for item in lines if item.state == "open"]
    return sorted(found, key=lambda item: item[1])


def _unready(
    here: Here, facts: Mapping[str, Facts], lines: Sequence[Line]
) -> list[tuple[Deliverable, Sequence[str]]]:
    accepted = {key for key, found in facts.items() if found.accepted is not None}
    found = [
        (
            item.deliverable,
            assess(
                here.course,
                item.deliverable,
                work={key: each.revision for key, each in facts.items()},
                accepted=accepted,
                reviews=(),
                excused=[key for key, allowed in here.allowed.items() if allowed.is_excused],
            ),
        )
        for item in lines
        if item.deliverable.rests_on and item.state not in ("ahead", "excused", "not expected", "accepted")
    ]
    return [(item, [gap.words for gap in ready.missing]) for item, ready in found if ready.missing]


def _incomplete(lines: Sequence[Line]) -> list[tuple[Deliverable, list[str]]]:
    """What was handed in with some of its evidence missing, and the labels of what is."""
    found = [
        (item.deliverable, missing(item.deliverable, item.revision.links, item.revision.dead))
        for item in lines
        if item.revision is not None and item.state != "accepted"
    ]
    return [(item, labels) for item, labels in found if labels]


def _path(
    here: Here,
    lines: Sequence[Line],
    to_review: Sequence[Asked],
    since: datetime,
    now: datetime,
) -> Path | None:
    """The way back while the course runs; in a pause nobody has to hurry."""
    if here.cohort.state != "running":
        return None
    return path(
        here.course.risk,
        due=[here.course.deliverable(key) for key in risk.due_since(here, here.allowed, since, now)],
        handed_in={item.deliverable.key for item in lines if item.revision is not None},
        late_reviews=[item for _, item, _ in late(here, to_review, now)],
        late=[item.deliverable for item in lines if item.state == "missed"],
    )


def _to_recheck(tx: Tx, here: Here, member: Member) -> list[Asked]:
    return [
        (review, (item := here.course.deliverable(review.deliverable)), author_of(tx, review, item))
        for review in waiting_for(tx, here.cohort.id, member.id)
    ]


def _to_review(tx: Tx, here: Here, member: Member) -> list[Asked]:
    return [
        (review, (item := here.course.deliverable(review.deliverable)), author_of(tx, review, item))
        for review in reviews.asked_of(tx, here.cohort.id, member.id)
        if review.is_open
    ]


def _to_read(tx: Tx, here: Here, member: Member) -> list[tuple[Deliverable, int]]:
    unread = Counter(
        review.deliverable
        for review in reviews.received(tx, here.cohort.id, member.id)
        if review.sent_at is not None and review.read_at is None
    )
    return [(item, unread[item.key]) for item in here.course.deliverables if unread[item.key]]
