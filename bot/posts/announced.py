"""What leads announce: its posts, one after the other, and the letters about what is not posted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot import ledger
from bot.announcements import approving, rules, store
from bot.announcements.rules import Announcement, Reason
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Running
from bot.database import Tx, micros
from bot.errors import CourseError
from bot.ledger import Claimed
from bot.posts import leads
from bot.posts.desk_rules import Announced, ApprovalAsked, NotAnnounced
from bot.posts.rounds import Composer
from bot.posts.rules import Content, Outcome, Skip

# What follows in the same transaction, whatever became of a row.
Follow = Callable[[Tx, Running, Claimed, Outcome, datetime], None]

WHY: dict[Reason, str] = {
    "refused": ledger.REFUSED,
    "unapproved": "no second lead approved it in time",
    "author": "its author no longer leads the cohort",
    "everyone": "its author may not mention everyone, and no second lead approved it",
    "crowd": "it pings more people than one post can name beside its text",
    "late": "it was too late to be of use",
    "failed": "it was given up on",
    "unsure": "Discord never said whether it was posted",
}
REASONS: dict[str, Reason] = {reason: reason for reason in WHY}


def _named(tx: Tx, row: Claimed) -> Announcement | None:
    """The announcement whose letter or post a row is."""
    return store.announcement(tx, rules.meant_by(row.key)[0])


def _current(tx: Tx, row: Claimed) -> Announcement | None:
    """The announcement, if this row is the post that it waits for."""
    found = _named(tx, row)
    return found if found is not None and found.is_open and found.key == row.key else None


def _announcement(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | Skip | None:
    found = _current(tx, row)
    if found is None:
        return None
    if found.state == "waiting":
        return _withheld(tx, running, found, "unapproved", now)
    students = cohorts.active(tx, running.cohort.id, "student")
    try:
        heard = rules.audience(running.cohort, found.mention, students)
        rules.check_room(found.body, heard, rules.AROUND)
    except CourseError:  # more students than when it was written
        return _withheld(tx, running, found, "crowd", now)
    user_id = found.author.user_id
    places = {} if user_id is None else cohorts.enrollments_of(tx, user_id).get(running.cohort.id, {})
    return Announced(
        running=running,
        announcement=found,
        audience=heard,
        file=store.file_of(tx, found.id),
        places=places,
    )


def _withheld(tx: Tx, running: Running, item: Announcement, reason: Reason, now: datetime) -> Skip:
    """It is not posted, and its author learns why."""
    approving.tell(tx, running, item, reason, [item.author], now)
    return Skip(why=WHY[reason])


def miss(tx: Tx, running: Running, row: Claimed, now: datetime) -> None:
    """If a row is an announcement whose time was missed, its author hears of it; of several in a row once."""
    found = _current(tx, row) if row.kind == "announcement" else None
    if found is None:
        return
    coming = rules.following(found.plan, running.cohort.zone)
    if coming is not None and coming.next_at + rules.LATENESS <= now:
        return  # it was missed as well, and that is told
    lost: Reason = "late" if row.unsure_since is None else "unsure"
    reason: Reason = "unapproved" if found.state == "waiting" else lost
    approving.tell(tx, running, found, reason, [found.author], now)


def withhold(tx: Tx, running: Running, row: Claimed, reason: Reason, now: datetime) -> Skip:
    """Its author's rights are not what they were: it is not posted, and who can mend that is told."""
    found = _current(tx, row)
    if found is None:
        return Skip(why=WHY[reason])
    approving.note(tx, found, "unauthorised", now, actor_id=None, why=WHY[reason])
    if reason == "author":
        remaining = approving.approvers(tx, running.cohort.id, found.author)
        approving.tell(tx, running, found, reason, remaining, now, once=True)
        return Skip(why=WHY[reason])
    if found.plan.repeat:  # its next times can still be approved
        store.wait(tx, found.id, now)
        approving.ask(tx, running, replace(found, version=micros(now)), now)
    return _withheld(tx, running, found, reason, now)


def _follow(tx: Tx, running: Running, row: Claimed, outcome: Outcome, now: datetime) -> None:
    """Once one post is settled, however it went, the next repetition is owed."""
    found = _current(tx, row)
    if found is None:
        return
    if outcome == "sent":
        approving.note(tx, found, "sent", now, actor_id=found.author.id)
    elif outcome == "failed":
        approving.tell(tx, running, found, "failed", [found.author], now)
    plan = rules.following(found.plan, running.cohort.zone)
    if plan is None:
        store.end(tx, found.id, "done", now)
    else:
        store.go_on(tx, found.id, plan)
        coming = replace(found, plan=plan)
        ledger.owe(tx, running.cohort.id, [approving.owed(running, coming)])
    approving.mend_ping(tx, running, now)


def _approval(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    found = _named(tx, row)
    version = int(row.key.split(".")[1])
    if found is None or found.state != "waiting" or found.version != version:
        return None  # it was answered, changed or taken back meanwhile
    students = cohorts.active(tx, running.cohort.id, "student")
    return ApprovalAsked(
        running=running,
        announcement=found,
        audience=rules.audience(running.cohort, found.mention, students),
        file=store.file_of(tx, found.id),
    )


def _unannounced(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    found = _named(tx, row)
    if found is None or not (_is_own(row, found) or leads.still_leads(tx, row)):
        return None
    _, _, _, reason, by, _ = row.key.split(".")
    return NotAnnounced(
        running=running,
        announcement=found,
        reason=REASONS[reason],
        by=cohorts.member(tx, int(by)) if int(by) else None,
        at=rules.meant_by(row.key)[1],
    )


def _is_own(row: Claimed, item: Announcement) -> bool:
    """Whether a letter goes to an author who leads by what they carry, of which the roster does not know."""
    return item.by_role and item.author.id == row.member_id


COMPOSERS: dict[str, Composer] = {
    "announcement": _announcement,
    "approval": _approval,
    "unannounced": _unannounced,
}
FOLLOW: dict[str, Follow] = {"announcement": _follow}
