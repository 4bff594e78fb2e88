"""Leaving a cohort: what ends, what stays, and the way back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.cohorts.rules import Asker, Here, Running
from bot.cohorts.service import Cohorts
from bot.database import Database, micros
from bot.errors import CourseError
from tests.cohorts.people import ADMIN, LEAD, MENTOR, MENTOR_ROLE, NOW, STUDENT

ASTER = 950


@pytest.fixture
async def running(desk: Cohorts, lead: Here) -> Here:
    """Spring, running, with Aster as a student and a mentor."""
    await desk.enroll(lead, ASTER, "Aster", "student", NOW)
    await desk.enroll(lead, ASTER, "Aster", "mentor", NOW)
    await desk.start(lead, NOW)
    return await desk.here(LEAD, NOW)


async def rows(database: Database, sql: str) -> list[dict[str, Any]]:
    return await database.read(lambda tx: tx.all(sql))


async def test_all_that_somebody_was_in_the_cohort_ends(desk: Cohorts, running: Here):
    place = await desk.withdraw(running, ASTER, "Moved away.", NOW)
    assert place.roles == {"student", "mentor"}
    assert [
        item.role for item in await desk.roster(running) if item.member.user_id == ASTER and item.active
    ] == []


async def test_open_reviews_of_whoever_left_are_given_on_at_once(
    desk: Cohorts, running: Here, database: Database
):
    place = await desk.withdraw(running, ASTER, "", NOW)
    (row,) = await rows(database, "SELECT * FROM occurrence WHERE kind = 'freed'")
    assert row["key"] == f"left{place.member.id}.{micros(NOW)}"
    assert (row["week"], row["due_at"]) == (1, micros(NOW))


async def test_a_draft_owes_nothing_for_whoever_leaves(desk: Cohorts, lead: Here, database: Database):
    await desk.enroll(lead, ASTER, "Aster", "student", NOW)
    await desk.withdraw(lead, ASTER, "", NOW)
    assert await rows(database, "SELECT * FROM occurrence") == []


async def test_the_audit_log_says_who_withdrew_whom_and_why(desk: Cohorts, running: Here, database: Database):
    place = await desk.withdraw(running, ASTER, " Moved *away*. ", NOW)
    (row,) = await rows(database, "SELECT * FROM audit WHERE action = 'roster.withdrawn'")
    assert json.loads(row["detail"]) == {"roles": ["mentor", "student"], "reason": "Moved *away*."}
    assert (row["subject_id"], row["actor_id"]) == (place.member.id, running.known().id)


async def test_whoever_was_withdrawn_is_told_so_and_whom_to_ask(desk: Cohorts, running: Here):
    await desk.withdraw(running, ASTER, "", NOW)
    asker = Asker(
        user_id=ASTER, name="Aster", guild_id=1, channel_ids=(10,), role_ids=frozenset({MENTOR_ROLE})
    )
    with pytest.raises(CourseError, match=r"You were withdrawn from Spring.*ask a cohort lead"):
        (await desk.here(asker, NOW)).known()


async def test_somebody_withdrawn_from_one_role_long_ago_is_still_who_they_are_now(
    desk: Cohorts, running: Here
):
    await desk.withdraw(running, ASTER, "", NOW)
    await desk.enroll(running, ASTER, "Aster", "mentor", NOW)
    asker = Asker(user_id=ASTER, name="Aster", guild_id=1, channel_ids=(10,))
    here = await desk.here(asker, NOW)
    assert (here.roles, here.withdrawn) == ({"mentor"}, False)


async def test_whoever_was_withdrawn_can_be_added_again(desk: Cohorts, running: Here):
    before = await desk.withdraw(running, ASTER, "", NOW)
    assert await desk.enroll(running, ASTER, "Aster", "student", NOW)
    assert await desk.place(running, ASTER) == type(before)(
        member=before.member, roles=frozenset({"student"})
    )


async def test_nobody_is_withdrawn_twice(desk: Cohorts, running: Here, database: Database):
    await desk.withdraw(running, ASTER, "", NOW)
    for again in (desk.withdraw(running, ASTER, "", NOW), desk.place(running, ASTER)):
        with pytest.raises(CourseError, match="withdrawn from Spring already"):
            await again
    assert len(await rows(database, "SELECT * FROM audit WHERE action = 'roster.withdrawn'")) == 1


async def test_who_is_not_on_the_roster_is_not_withdrawn(desk: Cohorts, running: Here):
    with pytest.raises(CourseError, match="<@902> is not on the roster of Spring"):
        await desk.withdraw(running, MENTOR.user_id, "", NOW)


async def test_a_lead_does_not_lock_themselves_out(desk: Cohorts, running: Here):
    with pytest.raises(CourseError, match="cannot withdraw yourself"):
        await desk.place(running, LEAD.user_id)
    with pytest.raises(CourseError, match="cannot withdraw yourself"):
        await desk.withdraw(running, LEAD.user_id, "", NOW)


async def test_whoever_manages_the_server_leads_on_after_a_withdrawal(
    desk: Cohorts, draft: Running, running: Here
):
    await desk.withdraw(running, ADMIN.user_id, "", NOW)
    assert (await desk.here(ADMIN, NOW)).is_lead


async def test_a_withdrawal_touches_no_other_cohort(desk: Cohorts, running: Here):
    other = await desk.create(
        ADMIN, name="Autumn", channel_id=11, starts_on="2026-03-02", timezone="UTC",
        role_ids={"student": None, "mentor": None, "lead": None}, now=NOW,
    )  # fmt: skip
    admin = await desk.here(ADMIN, NOW, cohort_id=other.cohort.id)
    await desk.enroll(admin, STUDENT.user_id, "Person 903", "student", NOW)
    await desk.enroll(running, STUDENT.user_id, "Person 903", "student", NOW)
    await desk.withdraw(running, STUDENT.user_id, "", NOW)
    assert (await desk.place(admin, STUDENT.user_id)).roles == {"student"}
