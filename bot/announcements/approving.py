"""A post that pings everyone takes two leads: one who writes it, and another who approves of exactly that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot import ledger, rescheduling
from bot.announcements import store
from bot.announcements.rules import LATENESS, QUOTED, Announcement, Reason, everyone_in
from bot.calendar import Owed
from bot.cohorts import problems
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Here, Member, Running
from bot.database import Tx
from bot.errors import CourseError

FIRST_WEEK = 1  # what comes before the course begins belongs to it


def owed(running: Running, item: Announcement) -> Owed:
    """The next post of an announcement, for the ledger."""
    due_at = item.plan.next_at
    return Owed(
        kind="announcement",
        key=item.key,
        week=running.now_week(due_at) or FIRST_WEEK,
        due_at=due_at,
        stale_at=due_at + LATENESS,  # its repetitions are a day apart, so that it never meets the next one
    )


def note(
    tx: Tx, item: Announcement, action: str, now: datetime, *, actor_id: int | None, **detail: object
) -> None:
    """Write down who did what with an announcement, and how it begins."""
    cohorts.note(
        tx,
        item.cohort_id,
        f"announcement.{action}",
        now=now,
        actor_id=actor_id,
        subject_id=item.author.id,
        announcement=item.id,
        text=item.body[:QUOTED],
        mention=item.mention,
        at=item.plan.next_at.isoformat(),
        **detail,
    )


def approvers(tx: Tx, cohort_id: int, author: Member) -> Sequence[Member]:
    """The other leads whom a letter can reach."""
    leads = cohorts.active(tx, cohort_id, "lead")
    return [lead for lead in leads if lead.id != author.id and lead.user_id is not None]


def ask(tx: Tx, running: Running, item: Announcement, now: datetime) -> None:
    """One letter to each other lead, about what the announcement is now."""
    _owe_letters(
        tx,
        running,
        "approval",
        f"a{item.id}.{item.version}",
        approvers(tx, item.cohort_id, item.author),
        now,
    )


def tell(
    tx: Tx,
    running: Running,
    item: Announcement,
    reason: Reason,
    people: Sequence[Member],
    now: datetime,
    *,
    by: int = 0,
    once: bool = False,
) -> None:
    """Tell people why an announcement is not posted; `once` however many times it is not."""
    key = f"a{item.id}.0.0" if once else item.key
    _owe_letters(tx, running, "unannounced", f"{key}.{reason}.{by}", people, now)


def _owe_letters(
    tx: Tx, running: Running, kind: str, key: str, people: Sequence[Member], now: datetime
) -> None:
    week = running.now_week(now) or FIRST_WEEK
    letters = [
        Owed(kind=kind, key=f"{key}.m{member.id}", week=week, due_at=now, member_id=member.id)
        for member in people
    ]
    ledger.owe(tx, running.cohort.id, letters)


def mend_ping(tx: Tx, running: Running, now: datetime) -> None:
    """Once no post waits for the right to mention everyone, that is mended; the next one that waits is told anew."""
    if not store.is_overdue_for_everyone(tx, running.cohort.id, now):
        problems.mend(tx, running.cohort.id, everyone_in(running.cohort.channel_id), now)


def open_one(tx: Tx, here: Here, announcement_id: int) -> Announcement:
    """An announcement of this cohort that is still to come; a refusal otherwise."""
    found = store.announcement(tx, announcement_id)
    if found is None or found.cohort_id != here.cohort.id or found.state == "draft":
        raise CourseError("I do not know that announcement. `/announce list` shows what is to come.")
    if not found.is_open:
        how = "was cancelled" if found.state == "cancelled" else "is over"
        raise CourseError(f"That announcement {how} already. `/announce list` shows what is to come.")
    return found


def approve(tx: Tx, here: Here, announcement_id: int, version: int, now: datetime) -> Announcement:
    """A second lead lets an announcement ping everyone."""
    found = _asked(tx, here, announcement_id, version)
    if not store.approve(tx, found.id, here.known().id, version):
        raise CourseError("That was answered this very moment. `/announce list` shows how it stands.")
    note(tx, found, "approved", now, actor_id=here.known().id)
    return found


def refuse(tx: Tx, here: Here, announcement_id: int, version: int, now: datetime) -> Announcement:
    """A second lead does not want it: it is not posted, and its author is told."""
    found = _asked(tx, here, announcement_id, version)
    if not rescheduling.drop(tx, found.cohort_id, "announcement", found.key, why=ledger.REFUSED, now=now):
        raise CourseError("Its time has come, and without an approval it is not posted. You need do nothing.")
    store.end(tx, found.id, "cancelled", now)
    note(tx, found, "refused", now, actor_id=here.known().id)
    tell(tx, here, found, "refused", [found.author], now, by=here.known().id)
    return found


def _asked(tx: Tx, here: Here, announcement_id: int, version: int) -> Announcement:
    found = open_one(tx, here, announcement_id)
    if found.author.id == here.known().id:
        raise CourseError(
            "Another lead approves what you announce, so that two have read it. Ask one of them."
        )
    if found.state != "waiting":
        raise CourseError("That announcement is approved already. `/announce cancel` takes it back.")
    if found.version != version:
        raise CourseError(
            "It was changed since this was asked. `/announce list` shows it as it is now, to approve or refuse."
        )
    return found
