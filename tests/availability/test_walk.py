"""`/away` and `/pairs forbid` through the whole bot."""

from __future__ import annotations

import pytest

from tests.house import button, buttons, opened, said, words


@pytest.fixture
async def house(url):
    async with opened(url) as house:
        await house.start_cohort()
        await house.until("2026-03-04 12:00")  # a Wednesday
        yield house
        assert [fault for fault in house.faults() if not isinstance(fault, house.expected)] == []


async def freed(house) -> list[str]:
    rows = await house.bot.database.read(
        lambda tx: tx.all("SELECT key FROM occurrence WHERE kind = 'freed' ORDER BY id")
    )
    return [row["key"].split(".")[0].rstrip("0123456789-") for row in rows]


REASON = "My sister's **wedding**, far away.\nNo laptop with me."
END_OF_FRIDAY = 1772859540  # 23:59 in New York, on 6 March 2026


async def test_being_away_is_asked_back_told_shown_and_ended(house):
    aster = house.student("Aster")
    asked = await aster.slash(house.channel, "away", until="friday", reason=REASON)
    assert f"Away until <t:{END_OF_FRIDAY}:F>" in said(asked)
    assert "end of Friday on America/New_York time" in said(asked)
    assert await freed(house) == []
    await house.restart()
    told = await aster.click(asked.response, custom_id=button(asked.response, "away.tell"))
    assert f"You are away until <t:{END_OF_FRIDAY}:F>" in words(told.response or asked.response)
    assert await freed(house) == ["away"]

    row = await house.bot.database.read(lambda tx: tx.one("SELECT reason FROM absence"))
    assert row["reason"] == REASON, "the button carried it to the letter, through a restart"
    shown = await aster.slash(house.channel, "away")
    assert "You are away until" in said(shown)
    assert "Birch" not in said(shown)
    back = await aster.click(shown.response, custom_id=button(shown.response, "away.back"))
    assert "Welcome back." in words(back.response or shown.response)
    assert "You are not away." in said(await aster.slash(house.channel, "away"))


async def test_a_date_that_is_not_certain_gives_the_form_back_with_what_was_typed(house):
    aster = house.student("Aster")
    refused = await aster.slash(house.channel, "away", until="next week", reason="A wedding.")
    assert "cannot tell for certain" in said(refused)
    assert "A wedding." in said(refused)
    form = await aster.click(refused.response, label="Edit and try again")
    assert "next week" in str(form.modal)
    asked = await aster.submit_modal(form, {"until": "next monday", "reason": "A wedding."})
    assert "away.tell" in buttons(asked.response or refused.response)


async def test_the_date_can_be_changed_before_it_is_told(house):
    aster = house.student("Aster")
    asked = (await aster.slash(house.channel, "away", until="friday", reason=REASON)).response
    form = await aster.click(asked, custom_id=button(asked, "away.change"))
    assert "2026-03-06" in str(form.modal)
    assert "wedding" in str(form.modal)
    again = await aster.submit_modal(form, {"until": "2026-03-09", "reason": REASON})
    card = again.response or asked
    told = await aster.click(card, custom_id=button(card, "away.tell"))
    assert "You are away until" in words(told.response or card)
    row = await house.bot.database.read(lambda tx: tx.one("SELECT reason FROM absence"))
    assert row["reason"] == REASON


async def test_without_a_reason_the_card_is_shorter_and_works(house):
    aster = house.student("Aster")
    asked = (await aster.slash(house.channel, "away", until="tomorrow")).response
    assert "reason" not in words(asked)
    await aster.click(asked, custom_id=button(asked, "away.tell"))
    row = await house.bot.database.read(lambda tx: tx.one("SELECT reason FROM absence"))
    assert row["reason"] == ""


async def test_a_reason_alone_is_asked_for_its_date(house):
    refused = await house.student("Aster").slash(house.channel, "away", reason="A wedding.")
    assert "Until when?" in said(refused)


async def test_a_lead_sees_who_is_away_and_why(house):
    aster = house.student("Aster")
    asked = (await aster.slash(house.channel, "away", until="friday", reason=REASON)).response
    await aster.click(asked, custom_id=button(asked, "away.tell"))
    for actor in (house.lead, house.mentor):
        shown = said(await actor.slash(house.channel, "away"))
        assert "Aster" in shown
        assert "sister" in shown
        assert "**wedding**" not in shown, "a member's words are inert"
    assert "No reviews are asked of you" in said(
        await house.lead.slash(house.channel, "away", until="friday")
    )


async def test_a_stranger_cannot_be_away(house):
    stranger = house.world.guild.add_member(house.env.create_user("stranger"))
    assert "/roster add" in said(await stranger.slash(house.channel, "away", until="friday"))


async def test_two_people_are_kept_apart_and_let_together_again(house):
    aster, birch = house.student("Aster"), house.student("Birch")
    for name in ("Aster", "Birch"):
        await house.student(name).slash(house.channel, "me")
    pair = {"one": aster, "other": birch}
    asked = (await house.lead.slash(house.channel, "pairs forbid", **pair, reason="Siblings.")).response
    assert f"Keep <@{aster.id}> and <@{birch.id}> apart" in words(asked)
    await house.restart()
    done = await house.lead.click(asked, custom_id=button(asked, "pairs.forbid"))
    assert "never review each other" in words(done.response or asked)
    assert await freed(house) == ["apart"]
    listed = said(await house.lead.slash(house.channel, "pairs forbid"))
    assert "Siblings." in listed
    assert "kept apart already" in said(await house.lead.slash(house.channel, "pairs forbid", **pair))
    asked = (await house.lead.slash(house.channel, "pairs forbid", **pair, undo=True)).response
    await house.lead.click(asked, custom_id=button(asked, "pairs.allow"))
    assert "Nobody." in said(await house.lead.slash(house.channel, "pairs forbid"))


async def test_a_pair_can_be_left_as_it_is(house):
    for name in ("Aster", "Birch"):
        await house.student(name).slash(house.channel, "me")
    pair = {"one": house.student("Aster"), "other": house.student("Birch")}
    asked = (await house.lead.slash(house.channel, "pairs forbid", **pair)).response
    left = await house.lead.click(asked, custom_id=button(asked, "pairs.leave"))
    assert "stay as they are" in words(left.response or asked)
    assert "Nobody." in said(await house.lead.slash(house.channel, "pairs forbid"))


async def test_only_leads_keep_people_apart(house):
    aster = house.student("Aster")
    for actor in (aster, house.mentor):
        assert "Only the leads" in said(await actor.slash(house.channel, "pairs forbid"))
        refused = await actor.slash(house.channel, "pairs forbid", one=aster, other=house.student("Birch"))
        assert "Only the leads" in said(refused)
    assert "Name both" in said(await house.lead.slash(house.channel, "pairs forbid", one=aster))
