"""Promises and the export through the whole bot, before and after a restart."""

from __future__ import annotations

import pytest

from tests.house import button, buttons, opened, parts, words


@pytest.fixture
async def house(url):
    async with opened(url) as house:
        await house.start_cohort()
        await house.until("2026-03-08 19:00")
        yield house
        assert [fault for fault in house.faults() if not isinstance(fault, house.expected)] == []


async def look_back(house, improve, week=None, kept=None):
    """Aster's retro through its form; the card of thanks."""
    aster = house.student("Aster")
    form = await aster.slash(house.channel, "retro", **({} if week is None else {"week": week}))
    typed = {
        "retain": "Pairing",
        "improve": improve,
        "scale": "Notes",
        **({} if kept is None else {"kept": kept}),
    }
    return (await aster.submit_modal(form, typed)).response


async def press(actor, message, action):
    return await actor.click(message, custom_id=button(message, action))


def menus(message):
    return [part["custom_id"] for part in parts(message) if ":retro.settle:" in part.get("custom_id", "")]


async def test_promises_are_carried_closed_and_exported_also_after_a_restart(house):
    aster = house.student("Aster")
    first = await look_back(house, "Start the memo earlier.")
    assert menus(first) == []
    await house.until("2026-03-15 19:00")
    second = await look_back(house, "Ask sooner.", kept="partly")
    assert "Since week 1, carried on: “Start the memo earlier.”" in words(second)

    await house.restart()
    (menu,) = menus(second)
    closed = (await aster.select(second, ["kept"], custom_id=menu)).response
    assert "your retro of week 2 is saved" in words(closed)
    assert "Since week 1, kept now" in words(closed)

    again = (await aster.select(closed, ["partly"], custom_id=menu)).response
    assert "carried on" in words(again)
    listed = (await press(aster, again, "retro.promises")).response
    assert "2 promises open" in words(listed)
    assert len(menus(listed)) == 2
    listed = (await aster.select(listed, ["dropped"], custom_id=menus(listed)[1])).response
    assert "Your open promises" in words(listed)
    assert "1 other promise open" in words(listed), "the one closed a moment ago stands beside it"
    assert "Since week 2, dropped now" in words(listed)

    await house.restart()
    exported = (await press(aster, listed, "retro.export")).response
    (file,) = exported.attachments
    assert file.filename == "retros.md"
    assert "2 entries" in words(exported)
    assert exported.ephemeral
    book = (await file.read()).decode()
    assert "**Promise:** dropped, 2026-03-15." in book


async def test_who_has_written_what_was_asked_chooses_to_change_it_or_to_go_ahead(house):
    aster = house.student("Aster")
    await look_back(house, "Start the memo earlier.")
    await house.until("2026-03-10 09:00")
    choice = (await aster.slash(house.channel, "retro")).response
    assert choice.ephemeral
    assert "Your retro of week 1 is written" in words(choice)
    await house.restart()
    change, ahead = (
        part["custom_id"] for part in parts(choice) if ":retro.more:" in part.get("custom_id", "")
    )
    assert (await aster.click(choice, custom_id=change)).modal["title"] == "Retro · Week 1"
    assert (await aster.click(choice, custom_id=ahead)).modal["title"] == "Retro · Week 2"
    assert "for the students" in await house.pressed_by(house.mentor, ahead)
    shown = await aster.slash(house.channel, "retro", week=2)
    assert shown.modal["title"] == "Retro · Week 2", "asked for on purpose"


async def test_my_promises_open_beside_me_and_beside_the_habits(house):
    aster = house.student("Aster")
    await look_back(house, "Start the memo earlier.")
    card = (await aster.slash(house.channel, "me")).response
    assert "“Start the memo earlier.” Your next" in words(card), "one full stop"
    mine = button(card, "retro.mine")
    await house.restart()
    listed = (await press(aster, card, "retro.mine")).response
    assert "1 promise open" in words(listed)
    assert "promised in week 1" in words(card), "/me stays"
    progress = (await aster.slash(house.channel, "progress")).response
    await aster.select(progress, ["habits"], custom_id=button(progress, "progress.view"))
    assert "1 promise open" in words((await press(aster, progress, "retro.mine")).response)
    assert "No promise is open" in await house.pressed_by(house.student("Birch"), mine)
    assert "for the students" in await house.pressed_by(house.mentor, mine)


async def test_the_buttons_of_a_card_serve_nobody_but_whoever_presses(house):
    card = await look_back(house, "Start the memo earlier.")
    export, retro = button(card, "retro.export"), house.posts()[-1]
    assert "retro.open" in buttons(retro)
    cohort = export.rpartition(":")[2]
    refusals = {
        f"p:retro.export:{cohort}": "not written a retro",
        f"p:retro.promises:{cohort}": "No promise is open",
    }
    for custom_id, answer in refusals.items():
        assert answer in await house.pressed_by(house.student("Birch"), custom_id)
        assert "for the students" in await house.pressed_by(house.mentor, custom_id)
    settle = f"k:retro.settle:{cohort}.1.1"
    assert "no retro of week 1" in await house.pressed_by(house.student("Birch"), settle, "kept")
    assert "for the students" in await house.pressed_by(house.lead, settle, "kept")
    (open_one,) = await house.bot.retros.promises(await house.here(house.student("Aster")))
    assert open_one.became is None
