"""What a mentor decides about work that they hold: accept it, ask for changes, or review it themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.cohorts.rules import Here, Member
from bot.curriculum import Deliverable
from bot.database import Tx
from bot.errors import CourseError
from bot.mentors import claims, rules, work
from bot.mentors.work import Work
from bot.reviews import asking
from bot.reviews import store as reviews
from bot.reviews.rules import Review
from bot.revisions import settling
from bot.revisions import store as revisions
from bot.submissions import store as submissions


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a mentor decided about whose work."""

    kind: Literal["accepted", "changes"]
    deliverable: Deliverable
    author: Member
    revision_number: int


def accept(tx: Tx, here: Here, item_id: int, number: int, reason: str | None, now: datetime) -> Decided:
    """Accept revision `number`; while something is missing that takes a reason, which stays on the audit log."""
    found = deciding(tx, here, item_id, number, now)
    words = "" if reason is None else rules.parse_reason(reason)
    if found.lacking and not words:
        raise CourseError(
            f"Something is missing here: {'; '.join(found.lacking)}. Accepting it all the same takes a reason."
        )
    claims.note(tx, here, "work.accepted", found, now, reason=words, missing=list(found.lacking))
    claims.put_down(tx, found.item, here.known(), now)
    settling.accept(tx, found.facts, mentor_id=here.known().id, words=words, now=now)
    settling.settle(tx, here, found.item.submission_id, now)
    return _decided("accepted", found)


def ask_changes(tx: Tx, here: Here, item_id: int, number: int, words: str, now: datetime) -> Decided:
    """Ask the author to change revision `number`; what comes back is kept for this mentor for a day."""
    found = deciding(tx, here, item_id, number, now)
    asked = rules.parse_changes(words)
    claims.note(tx, here, "work.changes", found, now, words=asked)
    revisions.decide(
        tx,
        found.item.submission_id,
        kind="changes",
        revision_id=found.facts.revision.id,
        mentor_id=here.known().id,
        words=asked,
        now=now,
    )
    claims.put_down(tx, found.item, here.known(), now)
    submissions.mark_covered(tx, found.item.submission_id, now)
    settling.tell_decision(tx, found.facts, now)
    settling.settle(tx, here, found.item.submission_id, now)
    return _decided("changes", found)


def deciding(tx: Tx, here: Here, item_id: int, number: int, now: datetime) -> Work:
    """Work that is decided on as it was seen, not as it was changed meanwhile."""
    found = work.work_of(tx, here, claims.mine(tx, here, item_id, now), here.known().id, now)
    claims.refuse_apart(tx, here, found.facts.author_id)
    if found.newest != number:
        raise rules.Overtaken(found.newest, number, found.lacking)
    return found


def _decided(kind: Literal["accepted", "changes"], found: Work) -> Decided:
    return Decided(
        kind=kind,
        deliverable=found.deliverable,
        author=found.line.author,
        revision_number=found.newest,
    )


def review(tx: Tx, here: Here, item_id: int, now: datetime) -> int:
    """The id of the review that a mentor writes of work that they hold, made if there is none yet."""
    mentor = here.known()
    item = claims.mine(tx, here, item_id, now)
    found = work.work_of(tx, here, item, mentor.id, now)
    claims.refuse_apart(tx, here, found.facts.author_id)
    own = _own(tx, item.submission_id, mentor.id)
    if own is not None and own.sent_at is not None:
        raise CourseError(
            "You have reviewed this already, and the author reads your words. Accept it, or ask for changes."
        )
    until = now + timedelta(minutes=here.course.review.mentors.minutes)
    if own is None:
        asking.allocate(
            tx,
            [(item.submission_id, found.facts.author_id, mentor.id)],
            origin="mentor",
            track=found.deliverable.track,
            course_version_id=here.cohort.course_version_id,
            due_at=until,
            now=now,
        )
        own = _own(tx, item.submission_id, mentor.id)
        claims.note(tx, here, "work.reviewing", found, now)
    elif not own.is_open:
        asking.take_again(tx, own.id, due_at=until, until=until)
    assert own is not None  # noqa: S101 - it was written above
    return own.id


def _own(tx: Tx, submission_id: int, mentor_id: int) -> Review | None:
    return next(
        (item for item in reviews.of_submission(tx, submission_id) if item.reviewer_id == mentor_id), None
    )
