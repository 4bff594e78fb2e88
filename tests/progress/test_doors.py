"""`/progress` and `/me` through the whole bot: the menu of views, whoever looks, and a bot that was restarted."""

from __future__ import annotations

import pytest

from bot.errors import CourseError
from tests.house import button, buttons, opened, said, words
from tests.town import point_of, strength_of


@pytest.fixture
async def house(url):
    async with opened(url) as house:
        await house.start_cohort()
        yield house
        assert [fault for fault in house.faults() if not isinstance(fault, CourseError)] == []


async def look(actor, message, view):
    return await actor.select(message, [view], custom_id=button(message, "progress.view"))


def files(message):
    return [file.filename for file in message.attachments]


LINK = "https://git.example.org/{}/week-01"


async def a_reviewed_week(house):
    """Everybody hands in, and Aster gives every review that is asked of her."""
    await house.until("2026-03-03 09:00")
    for name in ("Aster", "Birch", "Cedar"):
        await house.student(name).slash(house.channel, "submit", link=LINK.format(name.lower()))
    await house.until("2026-03-08 18:01")
    for name in ("Birch", "Cedar", "Aster"):
        here = await house.here(house.student(name))
        for item in await house.bot.reviews.mine(here):
            await give(house, house.student(name).id, item)


async def give(house, user_id, item):
    await house.bot.reviews.give(
        user_id, item.review.id, scores={each.key: 3 for each in item.deliverable.rubric.criteria},
        strength=strength_of(item.review.id), points=[point_of(item.review.id)], now=house.env.now(),
    )  # fmt: skip


async def test_a_student_turns_through_every_view_in_place(house):
    await a_reviewed_week(house)
    aster = house.student("Aster")
    card = (await aster.slash(house.channel, "progress")).response
    assert (card.ephemeral, files(card)) == (True, ["progress.png"])
    for view, heading, picture in (
        ("rubric.engineering", "Your scores", ["rubric.png"]),
        ("points", "Your defects and risks", ["points.png"]),
        ("habits", "Your habits", []),
        ("overview", "Your progress", ["progress.png"]),
    ):
        await look(aster, card, view)
        assert heading in words(card)
        assert files(card) == picture


async def test_the_menu_works_after_a_restart(house):
    aster = house.student("Aster")
    card = (await aster.slash(house.channel, "progress")).response
    await house.restart()
    await look(aster, card, "habits")
    assert "Your habits" in words(card)


async def test_the_button_in_me_leads_to_the_same_views(house):
    aster = house.student("Aster")
    card = (await aster.slash(house.channel, "me")).response
    shown = (await aster.click(card, custom_id=button(card, "progress.show"))).response
    assert "progress.view" in buttons(shown)


async def test_a_mentor_turns_through_the_views_of_a_student(house):
    card = (await house.mentor.slash(house.channel, "progress", member=house.student("Birch"))).response
    await look(house.mentor, card, "points")
    assert "Birch's defects and risks" in words(card)
    assert "No review of their work" in words(card)


async def test_a_mentor_who_is_one_no_more_sees_no_further_view(house):
    mentor = house.mentor
    card = (await mentor.slash(house.channel, "progress", member=house.student("Birch"))).response
    await house.bot.cohorts.withdraw(await house.here(house.lead), mentor.id, "", house.env.now())
    assert "mentors and leads" in said(await look(mentor, card, "points"))
    assert "Birch's progress" in words(card), "what was there stays"


async def test_a_student_who_was_withdrawn_sees_no_further_view(house):
    aster = house.student("Aster")
    card = (await aster.slash(house.channel, "progress")).response
    await house.bot.cohorts.withdraw(await house.here(house.lead), aster.id, "", house.env.now())
    assert "withdrawn" in said(await look(aster, card, "points"))


async def test_who_is_behind_finds_the_way_back_with_buttons_that_work_after_a_restart(house):
    await house.until("2026-03-24 09:00")
    aster = house.student("Aster")
    card = (await aster.slash(house.channel, "me")).response
    assert "The short way back" in words(card)
    await house.restart()
    form = await aster.click(card, custom_id=button(card, "submit.open"))
    assert form.modal is not None
