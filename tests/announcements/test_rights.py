"""Who may announce: strangers, students, mentors, leads, leads of another cohort, the server's managers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.announcements.wording import Wanted
from bot.errors import CourseError
from tests.announcements.desk import NONE, NOW, Desk, shown
from tests.town import CHANNEL, LEAD, MENTOR, asker

WANTED = Wanted(when="tomorrow 09:00", text="Hello", repeat="", mention="none")
ELSEWHERE, STRANGER, ADMIN = 1900, 1901, 1902
PEOPLE = {
    "stranger": asker(STRANGER),
    "student": asker(1),
    "mentor": asker(MENTOR),
    "lead": asker(LEAD),
    "lead elsewhere": asker(ELSEWHERE),
    "admin": asker(ADMIN, manages_guild=True),
}
MAY = {"lead", "admin"}


@pytest.fixture
async def desk(database):
    desk = await Desk(database).set_up()
    here = await desk.here(LEAD, NOW)
    await desk.cohorts.enroll(here, MENTOR, "Mentor Moss", "mentor", NOW)
    elsewhere = asker(LEAD, name="Lead Linden", manages_guild=True, channel_ids=(CHANNEL + 1,))
    autumn = await desk.cohorts.create(
        elsewhere, name="Autumn", channel_id=CHANNEL + 1, starts_on="2026-03-09", timezone="UTC",
        role_ids={"student": None, "mentor": None, "lead": None}, now=NOW,
    )  # fmt: skip
    there = await desk.cohorts.here(elsewhere, NOW, cohort_id=autumn.cohort.id)
    await desk.cohorts.enroll(there, ELSEWHERE, "Lead Elsewhere", "lead", NOW)
    return desk


async def _check(desk: Desk, here: Any, item: Any) -> None:
    desk.announcements.check(here, WANTED, NOW)


async def _keep(desk: Desk, here: Any, item: Any) -> None:
    try:
        preview = await desk.announcements.propose(here, WANTED, NONE, None, NOW)
    except CourseError:
        await desk.announcements.keep(here, item.id, item.version, NONE, NOW)
        raise
    await desk.announcements.reword(here, *shown(preview), Wanted(text="x"), NONE, NOW)
    await desk.announcements.draft(here, *shown(preview))
    await desk.announcements.keep(here, *shown(preview), NONE, NOW)


async def _discard(desk: Desk, here: Any, item: Any) -> None:
    if not here.is_lead:
        await desk.announcements.discard(here, item.id, item.version)
    preview = await desk.announcements.propose(here, WANTED, NONE, None, NOW)
    await desk.announcements.discard(here, *shown(preview))


Use = Callable[[Desk, Any, Any], Awaitable[Any]]
USES: dict[str, Use] = {
    "check": _check,
    "propose": lambda desk, here, item: desk.announcements.propose(here, WANTED, NONE, None, NOW),
    "amend": lambda desk, here, item: desk.announcements.amend(
        here, item.id, Wanted(text="x"), NONE, None, NOW
    ),
    "reword and keep": _keep,
    "reword": lambda desk, here, item: desk.announcements.reword(
        here, item.id, item.version, WANTED, NONE, NOW
    ),
    "draft": lambda desk, here, item: desk.announcements.draft(here, item.id, item.version),
    "discard": _discard,
    "coming": lambda desk, here, item: desk.announcements.coming(here),
    "one": lambda desk, here, item: desk.announcements.one(here, item.id),
    "meant": lambda desk, here, item: desk.announcements.meant(here, str(item.id)),
    "cancel": lambda desk, here, item: desk.announcements.cancel(here, item.id, NOW),
    "approve": lambda desk, here, item: desk.announcements.approve(here, item.id, item.version, NOW),
    "refuse": lambda desk, here, item: desk.announcements.refuse(here, item.id, item.version, NOW),
}
# A lead may, and is refused for what they would do here: it is no draft of theirs, or nobody waits for an answer.
BEYOND_RIGHTS = {"reword", "draft", "approve", "refuse"}


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("use", USES)
async def test_only_leads_of_the_cohort_announce(desk: Desk, who: str, use: str):
    item = await desk.schedule()
    here = await desk.cohorts.here(PEOPLE[who], NOW, cohort_id=item.cohort_id)
    if who in MAY and use not in BEYOND_RIGHTS:
        await USES[use](desk, here, item)
        return
    with pytest.raises(CourseError) as refused:
        await USES[use](desk, here, item)
    assert ("Only the leads of Spring" in str(refused.value)) == (who not in MAY)


async def test_another_cohorts_announcement_is_out_of_reach_of_its_neighbours_lead(desk: Desk):
    item = await desk.schedule()
    there = await desk.cohorts.here(asker(ELSEWHERE, channel_ids=(CHANNEL + 1,)), NOW)
    assert there.is_lead
    for reached in (
        desk.announcements.cancel(there, item.id, NOW),
        desk.announcements.one(there, item.id),
        desk.announcements.amend(there, item.id, Wanted(text="x"), NONE, None, NOW),
        desk.announcements.approve(there, item.id, item.version, NOW),
    ):
        with pytest.raises(CourseError, match="do not know that announcement"):
            await reached
    assert list(await desk.announcements.coming(there)) == []
