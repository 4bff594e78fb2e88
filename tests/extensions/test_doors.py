"""`/extension`, `/extend` and `/excuse` through the whole bot, with restarts, forms and people who may not."""

from __future__ import annotations

import pytest

from tests.house import button, buttons, opened, said, words


@pytest.fixture
async def house(url):
    async with opened(url) as house:
        await house.start_cohort()
        await house.lead.slash(house.channel, "roster sync")
        await house.until("2026-03-04 12:00")  # a Wednesday; week 1 is due on Sunday at 18:00
        yield house
        assert [fault for fault in house.faults() if not isinstance(fault, house.expected)] == []


SUNDAY = 1773007200  # 18:00 in New York, on 8 March 2026: the deadline of week 1
WEDNESDAY = SUNDAY + 3 * 86_400
REASON = "My **laptop** broke,\nand @everyone knows."


async def ask(house, name="Aster", *, days=3, reason=REASON, deliverable="w01"):
    return await house.student(name).slash(
        house.channel, "extension", deliverable=deliverable, days=days, reason=reason
    )


async def press(actor, message, action):
    """Press, and read the answer: a card in the place of the pressed one, or a new one."""
    done = await actor.click(message, custom_id=button(message, action))
    return done.response or message


async def gone(house):
    """The lead is no lead of this cohort any more."""
    await house.bot.database.write(
        lambda tx: tx.run("UPDATE enrollment SET state = 'withdrawn' WHERE role = 'lead'")
    )


async def test_a_request_is_asked_granted_from_the_letter_after_a_restart_and_told(house):
    aster = house.student("Aster")
    asked = await ask(house)
    assert "You asked for 3 more days" in said(asked)
    assert f"<t:{SUNDAY}:F>" in said(asked)
    assert f"<t:{WEDNESDAY}:F>" in said(asked)
    me = await aster.slash(house.channel, "me")
    assert "asked for 3 more days" in said(me)
    assert "extension.withdraw" in buttons(me.response)

    letter = house.letters(house.lead)[-1]
    assert "Student Aster asks for 3 more days" in words(letter)
    assert "\\*\\*laptop\\*\\*" in words(letter)
    assert "has missed nothing lately" in words(letter)
    await house.restart()
    done = await house.lead.user.click(letter, custom_id=button(letter, "extension.grant"))
    assert f"due <t:{WEDNESDAY}:F>" in said(done)
    told = house.letters(aster)[-1]
    assert "You have more time" in words(told)
    assert f"<t:{WEDNESDAY}:F>" in words(told)
    shown = said(await aster.slash(house.channel, "me"))
    assert f"due <t:{WEDNESDAY}:F>" in shown
    assert "with more time" in shown
    assert "asked for" not in shown
    again = await house.lead.user.click(letter, custom_id=button(letter, "extension.decline"))
    assert "granted this request" in said(again)
    form = await aster.slash(house.channel, "submit", deliverable="w01")
    assert f"<t:{WEDNESDAY}:F>" in str(form.modal)


async def test_a_request_is_declined_in_a_form_with_words_that_the_student_reads(house):
    await ask(house)
    letter = house.letters(house.lead)[-1]
    form = await house.lead.user.click(letter, custom_id=button(letter, "extension.decline"))
    refused = await house.lead.user.submit_modal(form, {"words": "   "})
    assert "Say in a few words why" in said(refused)
    again = await house.lead.user.click(refused.response, label="Edit and try again")
    done = await house.lead.user.submit_modal(again, {"words": "Hand in what you *have*."})
    assert "Declined." in words(done.response or refused.response)
    told = words(house.letters(house.student("Aster"))[-1])
    assert "Your deadline stays as it is" in told
    assert "Hand in what you \\*have\\*." in told


async def test_another_date_is_given_in_a_form_that_comes_back_if_it_is_not_certain(house):
    await ask(house)
    letter = house.letters(house.lead)[-1]
    form = await house.lead.user.click(letter, custom_id=button(letter, "extension.other"))
    refused = await house.lead.user.submit_modal(form, {"until": "soon", "reason": "One day."})
    assert "cannot tell for certain" in said(refused)
    again = await house.lead.user.click(refused.response, label="Edit and try again")
    assert "One day." in str(again.modal)
    done = await house.lead.user.submit_modal(again, {"until": "next monday", "reason": "One day."})
    assert f"<t:{SUNDAY + 86_400}:F>" in words(done.response or refused.response)
    assert "One day." in words(house.letters(house.student("Aster"))[-1])


async def test_who_is_no_lead_any_more_cannot_answer_a_letter(house):
    await ask(house)
    letter = house.letters(house.lead)[-1]
    await gone(house)
    for action in ("extension.grant", "extension.other", "extension.decline"):
        refused = await house.lead.user.click(letter, custom_id=button(letter, action))
        assert "Only the leads of Spring" in said(refused)


async def test_a_request_is_taken_back_from_me_and_from_its_own_card(house):
    aster = house.student("Aster")
    asked = await ask(house)
    await house.restart()
    assert "is taken back" in words(await press(aster, asked.response, "extension.withdraw"))
    assert "asked for" not in said(await aster.slash(house.channel, "me"))
    await ask(house)
    me = (await aster.slash(house.channel, "me")).response
    assert "is taken back" in words(await press(aster, me, "extension.withdraw"))


async def test_a_refused_request_is_given_back_with_its_words(house):
    aster = house.student("Aster")
    refused = await ask(house, days=40)
    assert "1 to 14 days, not 40" in said(refused)
    assert "laptop" in said(refused)
    form = await aster.click(refused.response, label="Edit and try again")
    for typed in ("many", "²"):
        worse = await aster.submit_modal(form, {"days": typed, "reason": REASON})
        assert "as a number" in said(worse)
        form = await aster.click(worse.response, label="Edit and try again")
    asked = await aster.submit_modal(form, {"days": "2", "reason": REASON})
    assert "You asked for 2 more days" in words(asked.response or worse.response)


async def test_mentors_and_leads_ask_nobody_for_more_time(house):
    for actor in (house.mentor, house.lead):
        refused = await actor.slash(house.channel, "extension", deliverable="w01", days=1, reason="x")
        assert "extension" not in "".join(buttons(refused.response))


async def test_a_lead_sees_what_follows_and_gives_time_after_a_restart(house):
    aster = house.student("Aster")
    asked = await house.lead.slash(
        house.channel, "extend", member=aster, deliverable="1", until="next wednesday", reason=REASON
    )
    shown = said(asked)
    assert f"would be due <t:{WEDNESDAY}:F>" in shown
    assert "Wednesday, 11 March 2026, 18:00, on America/New_York time" in shown
    assert f"They are reminded <t:{WEDNESDAY - 31 * 3600}:F>" in shown
    await house.restart()
    done = await press(house.lead, asked.response, "extend.give")
    assert f"is due <t:{WEDNESDAY}:F>" in words(done)
    told = words(house.letters(aster)[-1])
    assert "You have more time" in told
    assert "laptop" in told
    row = await house.bot.database.read(lambda tx: tx.one("SELECT reason FROM allowance"))
    assert row["reason"] == REASON, "the button carried it to the letter, through a restart"
    feedback = said(await aster.slash(house.channel, "progress"))
    assert "with more time" in feedback


async def test_who_presses_after_another_lead_gave_time_sees_that_first(house):
    aster = house.student("Aster")

    async def show(until):
        return await house.lead.slash(
            house.channel, "extend", member=aster, deliverable="1", until=until, reason=REASON
        )

    slow, quick = await show("next wednesday"), await show("next thursday")
    await press(house.lead, quick.response, "extend.give")
    await house.restart()
    seen = await press(house.lead, slow.response, "extend.give")
    assert "was changed meanwhile" in words(seen)
    assert "earlier than the" in words(seen)
    until = await house.bot.database.read(lambda tx: tx.one("SELECT until_at FROM allowance"))
    assert until["until_at"] == (WEDNESDAY + 24 * 3600) * 1_000_000
    done = await press(house.lead, seen, "extend.give")
    assert f"is due <t:{WEDNESDAY}:F>" in words(done)
    row = await house.bot.database.read(lambda tx: tx.one("SELECT reason FROM allowance"))
    assert row["reason"] == REASON


async def test_leaving_it_changes_nothing(house):
    asked = await house.lead.slash(
        house.channel, "extend", member=house.student("Aster"), deliverable="w01", until="next wednesday"
    )
    left = await press(house.lead, asked.response, "extend.leave")
    assert "Nothing was changed" in words(left)
    assert await house.bot.database.read(lambda tx: tx.all("SELECT * FROM allowance")) == []


async def test_without_a_date_a_form_asks_for_it_and_gives_back_what_cannot_be(house):
    form = await house.lead.slash(
        house.channel, "extend", member=house.student("Aster"), deliverable="w01", reason="A word."
    )
    refused = await house.lead.submit_modal(form, {"until": "tomorrow", "reason": "A word."})
    assert "no later than everybody's deadline" in said(refused)
    again = await house.lead.click(refused.response, label="Edit and try again")
    asked = await house.lead.submit_modal(again, {"until": "next wednesday", "reason": "A word."})
    assert "extend.give" in buttons(asked.response or refused.response)


async def test_what_waits_is_listed_opened_and_answered(house):
    assert "Nobody waits for an answer." in said(await house.lead.slash(house.channel, "extend"))
    for name in ("Aster", "Birch"):
        await ask(house, name)
    shown = (await house.lead.slash(house.channel, "extend")).response
    assert words(shown).count("asks for 3 more days") == 2
    await house.restart()
    card = await press(house.lead, shown, "extension.open")
    assert "Student Aster asks for 3 more days" in words(card)
    assert f"<t:{WEDNESDAY}:F>" in words(await press(house.lead, card, "extension.grant"))
    listed = said(await house.lead.slash(house.channel, "extend"))
    assert "Student Aster: Week 1, until" in listed


async def test_half_of_the_options_are_asked_for_by_name_and_only_leads_may(house):
    aster = house.student("Aster")
    for command in ("extend", "excuse"):
        assert "Name both" in said(await house.lead.slash(house.channel, command, member=aster))
        assert "Name both" in said(await house.lead.slash(house.channel, command, deliverable="w01"))
        for actor in (aster, house.mentor):
            refused = await actor.slash(house.channel, command, member=aster, deliverable="w01")
            assert "Only the leads of Spring" in said(refused)
            assert "Only the leads of Spring" in said(await actor.slash(house.channel, command))
    refused = await house.lead.slash(house.channel, "excuse", member=aster, deliverable="nothing")
    assert "has no deliverable" in said(refused)


async def test_a_deliverable_is_left_out_and_expected_again(house):
    aster = house.student("Aster")
    assert "Nobody, nothing." in said(await house.lead.slash(house.channel, "excuse"))
    asked = await house.lead.slash(
        house.channel, "excuse", member=aster, deliverable="w01", reason="Done *before*."
    )
    assert "It never counts as missed" in said(asked)
    await house.restart()
    assert "may leave out" in words(await press(house.lead, asked.response, "excuse.give"))
    assert "You may leave one out" in words(house.letters(aster)[-1])
    assert "Week 1" not in said(await aster.slash(house.channel, "me"))
    listed = await house.lead.slash(house.channel, "excuse")
    assert "Student Aster: Week 1: Done \\*before\\*." in said(listed)

    asked = await house.lead.slash(house.channel, "excuse", member=aster, deliverable="w01", undo=True)
    assert "Expect it again" in str(asked.response.components)
    assert "is expected of" in words(await press(house.lead, asked.response, "excuse.give"))
    assert "It is expected of you again" in words(house.letters(aster)[-1])
    assert "Week 1" in said(await aster.slash(house.channel, "me"))


async def test_deliverables_are_offered_while_somebody_types(house):
    aster = house.student("Aster")
    await aster.slash(house.channel, "submit", deliverable="w01", link="https://git.example.org/aster/w01")
    for actor, command in ((aster, "extension"), (house.lead, "extend"), (house.lead, "excuse")):
        offered = await actor.autocomplete(house.channel, command, "deliverable", "week 3")
        assert "w03" in str(offered)
        assert len(await actor.autocomplete(house.channel, command, "deliverable", "")) == 25


async def test_who_is_no_student_is_refused_at_once_and_not_with_a_form_that_has_no_member(house):
    options = {"member": house.mentor, "deliverable": "w01"}
    for command, more in (("extend", {}), ("extend", {"until": "next wednesday"}), ("excuse", {})):
        refused = await house.lead.slash(house.channel, command, **options, **more)
        assert refused.modal is None
        assert "Pick a student as `member`" in said(refused)
        assert "`/roster list`" in said(refused)
        assert buttons(refused.response) == []
