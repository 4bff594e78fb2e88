"""Who may do what in a cohort: strangers, students, mentors, leads, leads of another cohort, the server's managers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.cohorts.rules import Asker, Here, Running
from bot.cohorts.service import Cohorts
from bot.errors import CourseError
from tests.cohorts.people import ADMIN, LEAD, MENTOR, NOW, OTHER_ROOM, STRANGER, STUDENT, begin, person

Use = Callable[[Cohorts, Here], Awaitable[Any]]


async def _plan(desk: Cohorts, here: Here) -> None:
    desk.plan(here, NOW)


async def _ladder(desk: Cohorts, here: Here) -> None:
    desk.ladder(here, {})


LEADS_ONLY: dict[str, Use] = {
    "plan": _plan,
    "start": lambda desk, here: desk.start(here, NOW),
    "enroll": lambda desk, here: desk.enroll(here, 950, "Aster", "student", NOW),
    "sync": lambda desk, here: desk.sync(here, {}, NOW),
    "place": lambda desk, here: desk.place(here, STUDENT.user_id),
    "withdraw": lambda desk, here: desk.withdraw(here, STUDENT.user_id, "", NOW),
    "ladder": _ladder,
    "keep_ladder": lambda desk, here: desk.keep_ladder(here, {"warn": 6}, NOW),
}
STAFF_ONLY: dict[str, Use] = {
    "overview": lambda desk, here: desk.overview(here),
    "roster": lambda desk, here: desk.roster(here),
    "student": lambda desk, here: desk.student(here, STUDENT.user_id),
}
OTHER_LEAD = person(905)
PEOPLE = {
    "student": STUDENT,
    "stranger": STRANGER,
    "mentor": MENTOR,
    "lead": LEAD,
    "lead elsewhere": OTHER_LEAD,
    "admin": ADMIN,
}
MAY_LEAD = {"lead", "admin"}
MAY_SEE = {"mentor", "lead", "admin"}


@pytest.fixture
async def two_cohorts(desk: Cohorts, draft: Running) -> Running:
    """Spring, with its student known; and Autumn, which somebody else leads."""
    autumn = await begin(desk, "Autumn", OTHER_ROOM)
    admin = await desk.here(ADMIN, NOW, cohort_id=autumn.cohort.id)
    await desk.enroll(admin, OTHER_LEAD.user_id, OTHER_LEAD.name, "lead", NOW)
    await desk.here(STUDENT, NOW, cohort_id=draft.cohort.id)
    return draft


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("use", LEADS_ONLY)
async def test_only_leads_set_things_going(desk: Cohorts, two_cohorts: Running, who: str, use: str):
    here = await desk.here(PEOPLE[who], NOW, cohort_id=two_cohorts.cohort.id)
    if who in MAY_LEAD:
        await LEADS_ONLY[use](desk, here)
        return
    with pytest.raises(CourseError, match="Only the leads of Spring"):
        await LEADS_ONLY[use](desk, here)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("use", STAFF_ONLY)
async def test_mentors_may_look_too(desk: Cohorts, two_cohorts: Running, who: str, use: str):
    here = await desk.here(PEOPLE[who], NOW, cohort_id=two_cohorts.cohort.id)
    if who in MAY_SEE:
        await STAFF_ONLY[use](desk, here)
        return
    with pytest.raises(CourseError, match="mentors and leads"):
        await STAFF_ONLY[use](desk, here)


async def test_a_lead_by_role_alone_has_no_rights_in_a_private_message(desk: Cohorts, draft: Running):
    in_private = Asker(user_id=LEAD.user_id, name=LEAD.name, guild_id=None)
    with pytest.raises(CourseError, match="Only the mentors and leads"):
        await desk.overview(await desk.here(in_private, NOW, cohort_id=draft.cohort.id))


async def test_a_lead_on_the_roster_keeps_their_rights_in_a_private_message(desk: Cohorts, lead: Here):
    await desk.enroll(lead, LEAD.user_id, LEAD.name, "lead", NOW)
    in_private = Asker(user_id=LEAD.user_id, name=LEAD.name, guild_id=None)
    assert (await desk.overview(await desk.here(in_private, NOW))).counts["lead"] == 2
