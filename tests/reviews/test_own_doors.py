"""Scoring one's own work through the whole bot, before and after a restart."""

from __future__ import annotations

import pytest

from tests.house import button, opened, parts, words

LINK = "https://git.example.org/aster/week-1"


@pytest.fixture
async def house(url):
    async with opened(url) as house:
        await house.start_cohort()
        await house.until("2026-03-03 12:00")
        yield house
        assert [fault for fault in house.faults() if not isinstance(fault, house.expected)] == []


def menus(message):
    return [part["custom_id"] for part in parts(message) if ":own.score:" in part.get("custom_id", "")]


async def test_from_the_receipt_each_choice_is_kept_also_after_a_restart(house):
    aster = house.student("Aster")
    receipt = (await aster.slash(house.channel, "submit", link=LINK)).response
    card = (await aster.click(receipt, custom_id=button(receipt, "own.open"))).response
    assert card.ephemeral
    assert "Your own scores" in words(card)
    first, *others = menus(card)
    card = (await aster.select(card, ["3"], custom_id=first)).response
    assert f"1 of {1 + len(others)} scored" in words(card)
    await house.restart()
    card = (await aster.select(card, ["2"], custom_id=first)).response
    assert "level 2 of" in words(card)
    for menu in others:
        card = (await aster.select(card, ["1"], custom_id=menu)).response
    assert "All scored, and kept." in words(card)
    shown = (await aster.click(card, custom_id=button(card, "feedback.show"))).response
    again = (await aster.click(shown, custom_id=button(shown, "own.open"))).response
    assert "All scored, and kept." in words(again)


async def test_a_capstone_s_work_is_scored_too(house):
    aster = house.student("Aster")
    receipt = (await aster.slash(house.channel, "submit", deliverable="c1.1", link=LINK)).response
    card = (await aster.click(receipt, custom_id=button(receipt, "own.open"))).response
    card = (await aster.select(card, ["1"], custom_id=menus(card)[0])).response
    assert "1 of " in words(card)


async def test_a_button_that_somebody_else_got_hold_of_is_about_their_own_work(house):
    aster, birch = house.student("Aster"), house.student("Birch")
    receipt = (await aster.slash(house.channel, "submit", link=LINK)).response
    opens = button(receipt, "own.open")
    card = (await aster.click(receipt, custom_id=opens)).response
    first = menus(card)[0]
    assert "not handed in" in await house.pressed_by(birch, opens)
    assert "not handed in" in await house.pressed_by(birch, first, "4")
    for staff in (house.lead, house.mentor):
        assert "for the students" in await house.pressed_by(staff, opens)
        assert "for the students" in await house.pressed_by(staff, first, "4")
    assert await house.bot.database.read(lambda tx: tx.all("SELECT * FROM self_score")) == []
