"""`/roster withdraw` and `/cohort ladder` through the whole bot."""

from __future__ import annotations

import json

import pytest

from tests.house import button, opened, said, words


@pytest.fixture
async def house(url):
    async with opened(url) as house:
        await house.start_cohort()
        await house.until("2026-03-04 12:00")  # a Wednesday
        yield house
        assert [fault for fault in house.faults() if not isinstance(fault, house.expected)] == []


async def test_a_student_is_withdrawn_after_a_restart_and_added_again(house):
    aster = house.student("Aster")
    await aster.slash(house.channel, "me")
    reason = "Moved *away*.\nWishes us well."
    asked = (await house.lead.slash(house.channel, "roster withdraw", member=aster, reason=reason)).response
    assert f"Withdraw <@{aster.id}> from Spring?" in words(asked)
    assert "To hand in" in said(await aster.slash(house.channel, "me")), (
        "nothing happens before it is confirmed"
    )
    await house.restart()
    done = await house.lead.click(asked, custom_id=button(asked, "roster.withdraw"))
    assert "no longer a student of Spring" in words(done.response or asked)
    student = house.world.roles["student"].id
    assert student not in house.env.backend.get_member(house.world.guild.id, aster.id).role_ids
    refused = said(await aster.slash(house.channel, "submit", link="https://git.example.org/aster"))
    assert "You were withdrawn from Spring" in refused
    row = await house.bot.database.read(
        lambda tx: tx.one("SELECT detail FROM audit WHERE action = 'roster.withdrawn'")
    )
    assert json.loads(row["detail"])["reason"] == reason
    freed = await house.bot.database.read(
        lambda tx: tx.all("SELECT key FROM occurrence WHERE kind = 'freed'")
    )
    assert len(freed) == 1
    assert "withdrawn" in said(await house.lead.slash(house.channel, "roster list"))
    assert "already" in said(await house.lead.slash(house.channel, "roster withdraw", member=aster))
    await house.lead.slash(house.channel, "roster add", member=aster, role="student")
    assert student in house.env.backend.get_member(house.world.guild.id, aster.id).role_ids
    assert "To hand in" in said(await aster.slash(house.channel, "me"))


async def test_a_role_that_another_cohort_uses_too_is_left_to_whoever_is_withdrawn(house):
    roles = house.world.roles
    await house.lead.slash(
        house.world.general, "cohort create", name="Autumn", channel=house.world.general, starts_on="2026-09-07",
        timezone="Europe/Berlin", mentor_role=roles["mentor"],
    )  # fmt: skip
    await house.lead.slash(house.world.general, "roster sync")
    await house.mentor.slash(house.channel, "queue")
    asked = (await house.lead.slash(house.channel, "roster withdraw", member=house.mentor)).response
    done = await house.lead.click(asked, custom_id=button(asked, "roster.withdraw"))
    answer = words(done.response or asked)
    assert f"They keep <@&{roles['mentor'].id}>: another cohort uses that role too." in answer
    assert "withdrawn" in said(await house.lead.slash(house.channel, "roster list"))
    assert "withdrawn" not in said(await house.lead.slash(house.world.general, "roster list"))


async def test_a_lead_can_think_better_of_a_withdrawal(house):
    aster = house.student("Aster")
    await aster.slash(house.channel, "me")
    asked = (await house.lead.slash(house.channel, "roster withdraw", member=aster)).response
    left = await house.lead.click(asked, custom_id=button(asked, "roster.leave"))
    assert "stays as it is" in words(left.response or asked)
    assert "To hand in" in said(await aster.slash(house.channel, "me"))


async def test_only_leads_withdraw_people_and_not_themselves(house):
    aster = house.student("Aster")
    for actor in (aster, house.student("Birch"), house.mentor):
        assert "Only the leads" in said(await actor.slash(house.channel, "roster withdraw", member=aster))
    assert "yourself" in said(await house.lead.slash(house.channel, "roster withdraw", member=house.lead))


async def test_the_ladder_is_shown_changed_after_a_restart_and_shown_anew(house):
    shown = said(await house.lead.slash(house.channel, "cohort ladder"))
    assert "The reviews of week 1 are due Wed 11 Mar 2026 18:00" in shown
    assert "as the course file has it" in shown
    asked = (await house.lead.slash(house.channel, "cohort ladder", warn=6, covered=72)).response
    assert "**warn** · 4 → 6 hours" in words(asked)
    await house.restart()
    kept = await house.lead.click(asked, custom_id=button(asked, "ladder.keep"))
    assert "**covered** · 72 hours after" in words(kept.response or asked)
    shown = said(await house.lead.slash(house.channel, "cohort ladder"))
    assert "the cohort's own" in shown
    assert "**warn** · 6 hours before" in shown
    assert "like that already" in said(await house.lead.slash(house.channel, "cohort ladder", warn=6))


async def test_a_ladder_that_is_out_of_order_is_refused(house):
    refused = said(await house.lead.slash(house.channel, "cohort ladder", mentor=5))
    assert "Set `expire` and `mentor` together" in refused
    asked = (await house.lead.slash(house.channel, "cohort ladder", warn=6)).response
    left = await house.lead.click(asked, custom_id=button(asked, "ladder.leave"))
    assert "stays as it is" in words(left.response or asked)
    assert "as the course file has it" in said(await house.lead.slash(house.channel, "cohort ladder"))


async def test_only_leads_see_and_change_the_ladder(house):
    for actor in (house.student("Aster"), house.mentor):
        assert "Only the leads" in said(await actor.slash(house.channel, "cohort ladder"))
        assert "Only the leads" in said(await actor.slash(house.channel, "cohort ladder", warn=6))


async def test_mentors_see_the_cohort_and_its_roster_and_students_learn_who_may(house):
    for command in ("cohort show", "roster list"):
        assert "Spring" in said(await house.mentor.slash(house.channel, command))
        refused = said(await house.student("Aster").slash(house.channel, command))
        assert "Only the mentors and leads of Spring can see this" in refused
