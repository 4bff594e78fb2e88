"""Writing down a cohort that has not started."""

from __future__ import annotations

import zlib
from datetime import datetime

from bot.cohorts import drafts, places, problems, setup, store
from bot.cohorts.rules import ROLES, Asker, Cohort, Draft, Role
from bot.course import store as versions
from bot.curriculum import Curriculum
from bot.database import Tx
from bot.errors import CourseError


def create(tx: Tx, asker: Asker, draft: Draft, course: Curriculum, now: datetime) -> Cohort:
    """Write down a draft, or change the one of this name; what was left out stays as it is there."""
    check_free(tx, draft)
    lead = store.remember(tx, asker.user_id, asker.name)
    before = drafts.named(tx, draft.guild_id, draft.name)
    cohort = store.revise_draft(tx, draft)
    action = "cohort.created" if cohort is None else "cohort.revised"
    if cohort is None:
        version_id = versions.keep(tx, course, now)
        # Any number will do for a fair draw; one that follows from the cohort makes a rehearsal repeatable.
        seed = zlib.crc32(f"{draft.guild_id}/{draft.name}/{now.isoformat()}".encode())
        cohort = store.add_cohort(
            tx, draft, course_version_id=version_id, seed=seed, created_by=lead.id, now=now
        )
        store.enroll(tx, cohort.id, lead.id, "lead", now)
    for role in ROLES:
        if before is not None and before.role_id(role) != cohort.role_id(role):
            replaced(tx, cohort.id, role, now)
    setup.check_roles(draft.guild_id, setup.roles_of(cohort))
    store.note(
        tx,
        cohort.id,
        action,
        now=now,
        actor_id=lead.id,
        starts_on=str(draft.starts_on),
        timezone=draft.timezone,
        channel_id=draft.channel_id,
    )
    return cohort


def replaced(tx: Tx, cohort_id: int, role: Role, now: datetime) -> None:
    """Another Discord role goes with a role: nobody has been seen to carry it, and that the old one is gone is past."""
    places.unseen(tx, cohort_id, role)
    problems.mend(tx, cohort_id, problems.of_role(role), now)


def check_free(tx: Tx, draft: Draft) -> None:
    """Refuse a name or a channel that another cohort has."""
    named, there = drafts.named(tx, draft.guild_id, draft.name), drafts.meeting_in(tx, draft.channel_id)
    if named is not None and named.state != "draft":
        raise CourseError(
            f"This server already has a cohort called {named.name}, and it is {named.state}. Choose another name; "
            "`/cohort show` in its channel tells about it."
        )
    if there is not None and there != named:
        raise CourseError(
            f"<#{draft.channel_id}> is where {there.name} meets, and a channel belongs to one cohort. Choose another "
            "channel."
        )
