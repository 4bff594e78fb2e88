"""Taking up what the ledger owes, one row at a time, and writing down what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import ledger
from bot.announcements import store as announcements
from bot.announcements.rules import Reason, everyone_in
from bot.cohorts import places, problems
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Here, Running
from bot.cohorts.service import running
from bot.database import Database, Tx
from bot.ledger import Claimed
from bot.posts import announced, compose, leads, rules, stuck
from bot.posts.rules import Backstage, Outcome, Post, Skip
from bot.reviews import store as reviews
from bot.reviews.everybody import overdue
from bot.submissions import store as submissions
from bot.submissions.rules import Promise
from bot.web import store as visits


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why something could not be said.

    `unsure` when Discord may have taken it all the same; `mend` is what a lead must do about it, if anything, and
    `subject` what else than its place is broken; `hopeless` when trying again cannot help; `fault` when it is ours.
    """

    error: str
    unsure: bool = False
    mend: str | None = None
    subject: str | None = None
    hopeless: bool = False
    fault: bool = False


class Posts:
    """Everything that is said on schedule, exactly once."""

    def __init__(self, database: Database, owner: str) -> None:
        self._database = database
        self._owner = owner

    async def claim(self, now: datetime) -> list[Claimed]:
        """Take up the next rows that are due, and tidy away what was kept only for a while."""
        return await self._database.write(_claim, self._owner, now)

    async def next_at(self) -> datetime | None:
        """When the next row can be taken up."""
        return await self._database.read(ledger.next_at)

    async def next_post_at(self) -> datetime | None:
        """When a calendar next has something said in a channel."""
        return await self._database.read(ledger.next_post_at)

    async def compose(self, row: Claimed, now: datetime) -> Post | None:
        """What a row has to say now; None once it is settled without a word, or if another process has taken it."""
        return await self._database.write(_compose, row, self._owner, now)

    async def sent(
        self, row: Claimed, post: Post, *, channel_id: int, message_id: int, now: datetime
    ) -> None:
        """Write down that it was said, and where; what was broken about the place is mended."""
        await self._database.write(_sent, row, post, self._owner, channel_id, message_id, now)

    async def withhold(self, row: Claimed, reason: Reason, now: datetime) -> None:
        """Leave an announcement unsaid whose author's rights are not what they were; who can mend that is told."""
        await self._database.write(_withhold, row, reason, self._owner, now)

    async def failed(self, row: Claimed, post: Post | None, failure: Failure, now: datetime) -> None:
        """Write down why it was not said, and when to try again; the leads hear of what they must mend, once."""
        await self._database.write(_failed, row, post, failure, self._owner, now)

    async def backstage(self, here: Here, week: int, now: datetime) -> Backstage:
        """A week with names, for leads and mentors."""
        here.staff()
        return await self._database.read(_backstage, here, week, now)


def _claim(tx: Tx, owner: str, now: datetime) -> list[Claimed]:
    places.drop_uploads(tx, now)
    announcements.drop_drafts(tx, now)
    visits.forget_old(tx, now)
    return ledger.claim(tx, owner=owner, now=now)


def _compose(tx: Tx, row: Claimed, owner: str, now: datetime) -> Post | None:
    if not ledger.hold(tx, row, owner=owner, now=now):
        return None
    cohort = running(tx, row.cohort_id)
    too_late = _too_late(tx, row, now)
    if too_late:
        announced.miss(tx, cohort, row, now)
        _skip(tx, cohort, row, too_late, owner, now)
        return None
    if row.member_id is not None and not _may_read(tx, row, row.member_id):
        _settle(tx, cohort, row, "done", owner, now)
        return None
    user_id = None if row.member_id is None else cohorts.member(tx, row.member_id).user_id
    content = compose.COMPOSERS[row.kind](tx, cohort, row, now)
    if isinstance(content, Skip):
        _skip(tx, cohort, row, content.why, owner, now)
        return None
    if content is None or (row.member_id is not None and user_id is None):
        _settle(tx, cohort, row, "done", owner, now)
        return None
    return Post(content=content, channel_id=cohort.cohort.channel_id, user_id=user_id)


def _may_read(tx: Tx, row: Claimed, member_id: int) -> bool:
    """Whether a letter is still for whom it was meant."""
    if row.kind in leads.CONFIDENTIAL:
        return leads.still_leads(tx, row)
    return cohorts.is_active(tx, row.cohort_id, member_id)


def _settle(
    tx: Tx, cohort: Running, row: Claimed, outcome: Outcome, owner: str, now: datetime, **said: Any
) -> bool:
    """Close a row for good, and let follow what follows from it; False if another process has taken it."""
    if not ledger.settle(tx, row.id, outcome, owner=owner, now=now, **said):
        return False
    if row.kind in announced.FOLLOW:
        announced.FOLLOW[row.kind](tx, cohort, row, outcome, now)
    return True


def _skip(tx: Tx, cohort: Running, row: Claimed, why: str, owner: str, now: datetime) -> None:
    _settle(tx, cohort, row, "skipped", owner, now, error=why)
    if row.member_id is None:
        cohorts.note(tx, row.cohort_id, "post.skipped", now=now, kind=row.kind, key=row.key, why=why)


def _withhold(tx: Tx, row: Claimed, reason: Reason, owner: str, now: datetime) -> None:
    if not ledger.hold(tx, row, owner=owner, now=now):
        return
    cohort = running(tx, row.cohort_id)
    _skip(tx, cohort, row, announced.withhold(tx, cohort, row, reason, now).why, owner, now)


def _too_late(tx: Tx, row: Claimed, now: datetime) -> str | None:
    """Why a row is no longer worth saying, if it is not."""
    if row.stale_at is not None and now >= row.stale_at:
        return "it was too late to be of use"
    if row.kind in rules.NEWEST_ONLY and ledger.superseded(tx, row, now):
        return "a newer one was due as well"
    return None


def _subject(post: Post) -> str:
    return f"channel:{post.channel_id}"


def everyone(post: Post) -> str:
    """What the problem is filed under that everyone may not be mentioned where a post belongs."""
    return everyone_in(post.channel_id)


def _sent(
    tx: Tx, row: Claimed, post: Post, owner: str, channel_id: int, message_id: int, now: datetime
) -> None:
    cohort = running(tx, row.cohort_id)
    where = {} if _is_forgotten(tx, row) else {"channel_id": channel_id, "message_id": message_id}
    _settle(tx, cohort, row, "sent", owner, now, **where)
    stuck.mend(tx, row, now)
    if channel_id == post.channel_id:
        problems.mend(tx, row.cohort_id, _subject(post), now)


def _is_forgotten(tx: Tx, row: Claimed) -> bool:
    """Whether a letter was on its way to somebody who was forgotten meanwhile."""
    return row.member_id is not None and cohorts.member(tx, row.member_id).user_id is None


def _failed(tx: Tx, row: Claimed, post: Post | None, failure: Failure, owner: str, now: datetime) -> None:
    gives_up = failure.hopeless or row.attempts >= ledger.TRIES
    if gives_up:
        _settle(tx, running(tx, row.cohort_id), row, "failed", owner, now, error=failure.error)
        cohorts.note(tx, row.cohort_id, "post.failed", now=now, kind=row.kind, key=row.key, why=failure.error)
    else:
        ledger.retry(tx, row, owner=owner, now=now, error=failure.error, unsure=failure.unsure)
    if failure.mend is not None and post is not None:
        subject = failure.subject or _subject(post)
        problems.tell(tx, row.cohort_id, subject, failure.mend, week=row.week, now=now)
    elif not failure.hopeless:  # who is gone from Discord is nobody's to mend
        stuck.tell(tx, row, failure.error, is_fault=failure.fault, gave_up=gives_up, now=now)


def _backstage(tx: Tx, here: Here, week: int, now: datetime) -> Backstage:
    keys = [item.key for item in compose.due_in(here, week)]
    students = cohorts.active(tx, here.cohort.id, "student")
    present = {student.id for student in students}
    asked = [item for key in keys for item in reviews.of_deliverable(tx, here.cohort.id, key)]
    behind = overdue(asked, present, now)
    handed_in = submissions.of_deliverables(tx, here.cohort.id, keys)
    uncovered = {
        author
        for found in handed_in.values()
        for author, submission_id in found.items()
        if author in present and _waits_for_mentor(submissions.promises(tx, submission_id), now)
    }
    return Backstage(
        running=here,
        week=week,
        behind=compose.owing(tx, here, students, week, now),
        overdue=[(cohorts.member(tx, member_id), count) for member_id, count in behind.items()],
        uncovered=[cohorts.member(tx, member_id) for member_id in sorted(uncovered)],
        skipped=ledger.skipped_in(tx, here.cohort.id, since=here.week(week).kickoff),
        problems=cohorts.problems(tx, here.cohort.id),
    )


def _waits_for_mentor(promise: Promise, now: datetime) -> bool:
    return promise.covered_at is None and promise.mentor_at is not None and promise.mentor_at <= now
