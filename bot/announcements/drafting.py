"""Drafts of announcements, and how each would look: nothing is scheduled before its lead has seen it."""

from __future__ import annotations

from datetime import datetime

from bot.announcements import approving, rules, store, wording
from bot.announcements.rules import Announcement, Attached, Audience, Preview, Rights
from bot.announcements.wording import Understood, Wanted
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Here
from bot.database import Tx
from bot.errors import CourseError

NO_RIGHTS = Rights(by_role=False, everyone=False)  # what is to come is shown alike to all who may see it


def propose(
    tx: Tx, here: Here, said: Understood, rights: Rights, file: Attached | None, now: datetime
) -> Preview:
    """A new draft and its preview."""
    return _drafted(tx, here, said, rights, file, None, now)


def amend(
    tx: Tx,
    here: Here,
    announcement_id: int,
    wanted: Wanted,
    rights: Rights,
    file: Attached | None,
    now: datetime,
) -> Preview:
    """A change of what is to come, as a draft beside it."""
    found = approving.open_one(tx, here, announcement_id)
    said = wording.understood(wanted, found, now, here.cohort.zone)
    if file is None and (said.plan, said.body, said.mention) == (found.plan, found.body, found.mention):
        raise CourseError(
            "It is like that already. Give what should be different: when, text, repeat, mention or file."
        )
    return _drafted(tx, here, said, rights, file, found, now)


def _drafted(
    tx: Tx,
    here: Here,
    said: Understood,
    rights: Rights,
    file: Attached | None,
    before: Announcement | None,
    now: datetime,
) -> Preview:
    draft_id = store.add_draft(
        tx,
        here.cohort.id,
        here.known().id,
        body=said.body,
        mention=said.mention,
        plan=said.plan,
        replaces=None if before is None else before.id,
        now=now,
    )
    if file is not None:
        store.attach(tx, draft_id, file)
    return preview(tx, here, _written(tx, draft_id), rights)


def reword(
    tx: Tx, here: Here, draft_id: int, version: int, wanted: Wanted, rights: Rights, now: datetime
) -> Preview:
    """A draft changed before it is kept."""
    said = wording.understood(wanted, draft(tx, here, draft_id, version), now, here.cohort.zone)
    store.reword(tx, draft_id, body=said.body, mention=said.mention, plan=said.plan, now=now)
    return preview(tx, here, _written(tx, draft_id), rights)


def _written(tx: Tx, draft_id: int) -> Announcement:
    found = store.announcement(tx, draft_id)
    if found is None:
        raise LookupError("a draft that was just written is not there")
    return found


def draft(tx: Tx, here: Here, draft_id: int, version: int) -> Announcement:
    """One's own draft as a card showed it; a refusal if it is not kept any more, or is another by now."""
    found = store.announcement(tx, draft_id)
    if found is None or found.cohort_id != here.cohort.id:
        raise CourseError(
            "This preview is not kept any more. `/announce schedule` or `/announce edit` makes a new one."
        )
    if found.author.id != here.known().id:
        raise CourseError("This is another lead's preview. `/announce schedule` makes your own.")
    if found.state != "draft":
        raise CourseError("That is scheduled already. `/announce list` shows it.")
    if found.version != version:
        raise CourseError(
            "This preview was changed since. Use the newest one, or `/announce schedule` for another."
        )
    return found


def one(tx: Tx, here: Here, announcement_id: int) -> Preview:
    """One that is to come, as it will look."""
    return preview(tx, here, approving.open_one(tx, here, announcement_id), NO_RIGHTS)


def preview(tx: Tx, here: Here, item: Announcement, rights: Rights) -> Preview:
    """How it will look; a refusal if nobody could approve of it, or it does not fit."""
    before = None if item.replaces is None else store.announcement(tx, item.replaces)
    heard = _heard(tx, here, item)
    file = store.file_of(tx, item.id) or (None if before is None else store.file_of(tx, before.id))
    if item.state == "draft":
        is_left = before is not None and stays_approved(tx, before, item)
        waits = not is_left and not rules.may_ping_everyone(item, permitted=rights.everyone)
    else:
        waits = item.state == "waiting"
    others = approving.approvers(tx, here.cohort.id, item.author) if waits else ()
    if waits and not others and item.state == "draft":
        raise CourseError(
            "To mention everyone you need the Mention Everyone permission in the cohort's channel, or a second lead's "
            "approval, and there is no other lead. Mention the cohort instead, or add a lead with `/roster add`."
        )
    return Preview(
        running=here, announcement=item, audience=heard, file=file, before=before, approvers=tuple(others)
    )


def _heard(tx: Tx, here: Here, item: Announcement) -> Audience:
    """Whom it pings; what is to come is shown even if by now these are too many to name."""
    students = cohorts.active(tx, here.cohort.id, "student")
    try:
        heard = rules.audience(here.cohort, item.mention, students)
        rules.check_room(item.body, heard, rules.PREVIEW_AROUND)
    except CourseError:
        if item.state == "draft":
            raise
        return Audience()
    return heard


def stays_approved(tx: Tx, before: Announcement, draft: Announcement) -> bool:
    """Whether an approval is of this too: it was not the editor's own, and nothing changed but the time.

    What comes once is part of what comes again; weekly is weekly on whichever day.
    """
    has_new_file = store.file_of(tx, draft.id) is not None
    is_same = (before.body, before.mention) == (draft.body, draft.mention) and not has_new_file
    is_as_often = not draft.plan.repeat or wording.shown_repeat(draft.plan) == wording.shown_repeat(
        before.plan
    )
    return is_same and is_as_often and before.approved_by not in (None, draft.author.id)


def discard(tx: Tx, here: Here, draft_id: int, version: int) -> None:
    """Forget a draft."""
    store.delete_draft(tx, draft(tx, here, draft_id, version).id)
