"""Scheduling what was previewed, changing what is to come, and taking it back, unless it is being posted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot import ledger, rescheduling
from bot.announcements import approving, drafting, rules, store
from bot.announcements.rules import Announcement, Plan, Preview, Rights, State
from bot.cohorts.rules import Here
from bot.database import Tx
from bot.errors import CourseError

BEING_POSTED = (
    "It is being posted at this moment, or has just been, so it can no longer be changed. `/announce list` shows what "
    "is to come."
)


def keep(tx: Tx, here: Here, draft_id: int, version: int, rights: Rights, now: datetime) -> Preview:
    """Schedule a draft, or make the change that it is."""
    draft = drafting.draft(tx, here, draft_id, version)
    preview = drafting.preview(tx, here, draft, rights)
    state: State = "waiting" if preview.approvers else "scheduled"
    if draft.replaces is None:
        kept = _keep_new(tx, here, draft, rights, state, now)
    else:
        kept = _keep_change(tx, here, draft, rights, state, now)
    if kept.state == "waiting":
        approving.ask(tx, here, kept, now)
    return replace(preview, announcement=kept)


def _keep_new(
    tx: Tx, here: Here, draft: Announcement, rights: Rights, state: State, now: datetime
) -> Announcement:
    if draft.plan.next_at <= now:
        raise CourseError("Its time has passed meanwhile. Press Edit, and give a later one.")
    kept = _settled(tx, draft.id, draft, draft.plan, rights, state, None, now)
    ledger.owe(tx, here.cohort.id, [approving.owed(here, kept)])
    approving.note(tx, kept, "scheduled", now, actor_id=here.known().id)
    return kept


def _keep_change(
    tx: Tx, here: Here, draft: Announcement, rights: Rights, state: State, now: datetime
) -> Announcement:
    before = approving.open_one(tx, here, draft.replaces or 0)
    if before.changed_at > draft.made_at:
        raise CourseError("It was changed by somebody else meanwhile. `/announce edit` shows how it is now.")
    plan = _later(here, before, draft, now)
    approved_by = before.approved_by if drafting.stays_approved(tx, before, draft) else None
    wanted = replace(before, plan=plan)
    if not rescheduling.move(tx, here.cohort.id, before.key, approving.owed(here, wanted)):
        raise CourseError(BEING_POSTED)
    file = store.file_of(tx, draft.id)
    if file is not None:
        store.attach(tx, before.id, file)
    kept = _settled(tx, before.id, draft, plan, rights, state, approved_by, now)
    store.delete_draft(tx, draft.id)
    approving.mend_ping(tx, here, now)
    approving.note(tx, kept, "edited", now, actor_id=here.known().id, was=before.body[: rules.QUOTED])
    return kept


def _later(here: Here, before: Announcement, draft: Announcement, now: datetime) -> Plan:
    """When it comes after a change; where a repetition was posted meanwhile, the next one."""
    if draft.plan == before.plan:
        return before.plan
    found = rules.upcoming(draft.plan, here.cohort.zone, now)
    if found is None:
        raise CourseError("Its new time has passed meanwhile. Press Edit further, and give a later one.")
    return found


def _settled(
    tx: Tx,
    announcement_id: int,
    draft: Announcement,
    plan: Plan,
    rights: Rights,
    state: State,
    approved_by: int | None,
    now: datetime,
) -> Announcement:
    store.settle(
        tx,
        announcement_id,
        author_id=draft.author.id,
        by_role=rights.by_role and store.leads_by_role(tx, draft.cohort_id, draft.author.id),
        body=draft.body,
        mention=draft.mention,
        plan=plan,
        state=state,
        approved_by=approved_by,
        now=now,
    )
    kept = store.announcement(tx, announcement_id)
    if kept is None:
        raise LookupError("an announcement that was just kept is not there")
    return kept


def cancel(tx: Tx, here: Here, announcement_id: int, now: datetime) -> Announcement:
    """Take back what is to come; a refusal if it is being posted."""
    found = approving.open_one(tx, here, announcement_id)
    why = ledger.CANCELLED
    if not rescheduling.drop(tx, here.cohort.id, "announcement", found.key, why=why, now=now):
        raise CourseError(BEING_POSTED)
    store.end(tx, found.id, "cancelled", now)
    approving.mend_ping(tx, here, now)
    approving.note(tx, found, "cancelled", now, actor_id=here.known().id)
    return found
