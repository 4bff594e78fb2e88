"""Asking to quote, answering, and looking at links, through the whole bot with restarts and people who may not."""

from __future__ import annotations

import json

import pytest

from tests import internet as world
from tests.house import button, buttons, opened, parts, said, words
from tests.portfolio.test_quotes import blind
from tests.portfolio.test_walk import accept, publish
from tests.test_house import write_review
from tests.town import COURSE


async def begin(house):
    await house.start_cohort()
    await house.until("2026-03-04 12:00")


@pytest.fixture(params=["open", "blind"])
async def house(url, request):
    async with opened(url, course=COURSE if request.param == "open" else blind()) as house:
        house.is_blind = request.param == "blind"
        await begin(house)
        yield house
        assert [fault for fault in house.faults() if not isinstance(fault, house.expected)] == []


@pytest.fixture
async def looking(url):
    async with world.opened() as internet, opened(url, reach=internet.reach()) as house:
        house.internet = internet
        await begin(house)
        yield house
        assert [fault for fault in house.faults() if not isinstance(fault, house.expected)] == []


async def reviewed(house):
    """Aster's work, which Birch has reviewed, is published."""
    for name in ("Aster", "Birch"):
        link = f"https://git.example.org/{name[0]}"
        await house.student(name).slash(house.channel, "submit", deliverable="w01", link=link)
    birch = house.student("Birch")
    await write_review(birch, (await birch.slash(house.channel, "review next")).response)
    await accept(house, "Aster", "w01")
    await publish(house, "Aster", "w01")


async def press(actor, message, action):
    """Press, and what is shown then: a card in the place of the pressed one, or a new one."""
    done = await actor.click(message, custom_id=button(message, action))
    return done.response or message


async def open_quotes(house, name="Aster"):
    actor = house.student(name)
    return await press(
        actor, (await actor.slash(house.channel, "portfolio show")).response, "portfolio.quotes"
    )


async def ask(house):
    """Aster asks for Birch's words; the letter that Birch gets."""
    aster = house.student("Aster")
    listed = await open_quotes(house)
    (menu,) = [part for part in parts(listed) if part.get("type") == 3]
    await house.restart()
    chosen = await aster.select(listed, [menu["options"][0]["value"]], custom_id=menu["custom_id"])
    card = chosen.response or listed
    assert "The failing case is shown before and after." in words(card)
    await house.restart()
    asked = await press(aster, card, "quote.send")
    assert "is asked. You hear what they say" in words(asked)
    return house.letters(house.student("Birch"))[-1]


def everything(message) -> str:
    return json.dumps([message.content, *parts(message)], ensure_ascii=False)


async def shown(house) -> str:
    return said(
        await house.student("Cedar").slash(house.channel, "portfolio show", member=house.student("Aster"))
    )


async def test_words_are_quoted_for_as_long_as_their_writer_agrees(house):
    await reviewed(house)
    aster, birch = house.student("Aster"), house.student("Birch")
    letter = await ask(house)
    assert "asks to quote you" in words(letter)
    assert ("Aster" in everything(letter)) is not house.is_blind
    assert "The failing case" not in await shown(house)
    await house.restart()
    done = await birch.user.click(letter, custom_id=button(letter, "quote.unnamed"))
    assert "without your name" in said(done)
    assert "The failing case" in await shown(house)
    assert "Birch" not in await shown(house)
    told = house.letters(aster)[-1]
    assert "lets you quote their review" in words(told)
    listed = await press(aster.user, told, "portfolio.quotes")
    if house.is_blind:
        assert all("Birch" not in everything(message) for message in (told, listed))
        assert "Reviewer A" in words(told)

    await birch.user.click(letter, custom_id=button(letter, "quote.named"))
    assert "Birch" in await shown(house)
    await house.restart()
    mine = (await birch.slash(house.channel, "review mine")).response
    listed = await press(birch, mine, "quote.mine")
    assert "with your name" in words(listed)
    card = await press(birch, listed, "quote.open")
    await house.restart()
    assert "nothing is quoted" in words(await press(birch, card, "quote.declined"))
    assert "The failing case" not in await shown(house)


async def test_nobody_answers_for_somebody_else(house):
    await reviewed(house)
    letter = await ask(house)
    for action in ("quote.named", "quote.unnamed", "quote.declined", "quote.open"):
        custom_id = f"p:{action}:{button(letter, 'quote.named').split(':')[2].partition('~')[0]}"
        assert "Only who wrote these words" in await house.pressed_by(house.student("Aster"), custom_id)
    assert house.letters(house.student("Aster"))[-1] != letter


async def test_buttons_of_a_portfolio_are_about_whoever_presses(house):
    await reviewed(house)
    cohort = (await house.here(house.lead)).cohort.id
    review = (await house.bot.leaves.words(await house.here(house.student("Aster"))))[0].review_id
    cedar = house.student("Cedar")
    assert "nothing to quote yet" in await house.pressed_by(cedar, f"p:portfolio.quotes:{cohort}")
    assert "not in your portfolio" in await house.pressed_by(cedar, f"k:quote.ask:{cohort}", str(review))
    assert "not in your portfolio" in await house.pressed_by(cedar, f"p:quote.send:{cohort}.{review}")
    assert "Nobody has asked to quote you" in await house.pressed_by(cedar, f"p:quote.mine:{cohort}")
    assert "students of Spring" in await house.pressed_by(house.mentor, f"p:portfolio.quotes:{cohort}")
    assert "students of Spring" in await house.pressed_by(house.mentor, f"p:portfolio.proofs:{cohort}")
    assert "has not switched on looking at links" in await house.pressed_by(
        cedar, f"p:portfolio.proofs:{cohort}"
    )
    mine = await cedar.slash(house.channel, "review mine")
    assert "quote.mine" not in buttons(mine.response)


async def test_a_link_that_does_not_open_is_said_on_the_receipt_after_it_was_answered(looking):
    aster, site = looking.student("Aster"), looking.internet
    link = site.at("site.example.org", "/gone")
    done = await aster.slash(looking.channel, "submit", deliverable="w01", link=link)
    assert "this link did not open" in said(done)
    site.pages["/gone"] = 200
    done = await aster.slash(looking.channel, "submit", deliverable="w01", link=link)
    assert "✅" in said(done)
    assert "did not open" not in said(done)


async def test_a_form_s_receipt_says_it_too(looking):
    aster, site = looking.student("Aster"), looking.internet
    form = await aster.slash(looking.channel, "submit", deliverable="w01")
    field = f"link.{COURSE.deliverable('w01').evidence[0].kind}"
    done = await aster.submit_modal(form, {field: site.at("site.example.org", "/gone"), "note": ""})
    assert "this link did not open" in said(done)


async def test_links_are_looked_at_when_work_is_published_and_by_a_button(looking):
    aster, site = looking.student("Aster"), looking.internet
    link = site.at("site.example.org", "/ok")
    await aster.slash(looking.channel, "submit", deliverable="w01", link=link)
    await looking.until("2026-03-04 13:00")
    await accept(looking, "Aster", "w01")
    await publish(looking, "Aster", "w01")
    assert site.said() == ["HEAD /ok", "HEAD /ok"]
    card = (await aster.slash(looking.channel, "portfolio show")).response
    await looking.restart()
    await looking.until("2026-03-04 14:00")
    site.pages["/ok"] = 404
    answer = await press(aster, card, "portfolio.proofs")
    assert "did not open on" in words(answer)
    assert site.said()[2:] == ["HEAD /ok", "GET /ok"]
    again = await press(aster, answer, "portfolio.proofs")
    assert site.said()[4:] == []
    assert "did not open on" in words(again)
