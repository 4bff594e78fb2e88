"""`/pairs preview · run · set · history` through the whole bot, and what its cards can hold."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.cohorts.rules import Member
from bot.reviews import pairs_cards as cards
from bot.reviews.by_hand import ByHand, Line
from bot.reviews.meetings import History, Met
from tests.house import button, buttons, opened, said, words
from tests.reviews.by_hand import DEADLINE, KEY, NOW, lead, six
from tests.shown import assert_discord_holds, buttons_of, words_of

NAMES = ("Aster", "Birch", "Cedar", "Dahlia")
LINK = "https://git.example.org/repo/{}"


@pytest.fixture
async def house(url):
    """Four have handed in week 1; it is Wednesday, and the deadline is on Sunday."""
    async with opened(url) as house:
        await house.start_cohort()
        await house.until("2026-03-04 12:00")
        for name in NAMES:
            await house.student(name).slash(house.channel, "submit", link=LINK.format(name))
        yield house
        assert [fault for fault in house.faults() if not isinstance(fault, house.expected)] == []


async def press(house, message, action: str, actor=None):
    """Press a button, and read what stands there then."""
    actor = actor or house.lead
    result = await actor.click(message, custom_id=button(message, action))
    return result.response or message


def answer(result):
    """The message that answered a command."""
    return next(item for item in (result.response, *result.followups) if item is not None)


def pairings(house) -> list[str]:
    return [words(post) for post in house.posts() if "Each line is a reviewer" in words(post)]


async def test_a_round_is_looked_at_run_and_posted_once(house):
    looked = await house.lead.slash(house.channel, "pairs preview")
    assert "If it were paired now: Week 1" in said(looked)
    assert "**8 reviews** to ask for" in said(looked)
    assert pairings(house) == []

    weighed = answer(await house.lead.slash(house.channel, "pairs run"))
    assert "joins on arrival" in words(weighed)
    await house.restart()
    done = await press(house, weighed, "pairs.run")
    assert "is paired: 8 reviews asked for" in words(done)
    assert len(pairings(house)) == 1
    again = said(await house.lead.slash(house.channel, "pairs run", deliverable="w01"))
    assert "was paired already" in again
    await house.until("2026-03-08 18:30")
    assert len(pairings(house)) == 1


async def test_a_round_can_be_left_for_its_deadline(house):
    weighed = answer(await house.lead.slash(house.channel, "pairs run", deliverable="Week 1"))
    left = await press(house, weighed, "pairs.leave")
    assert "stay as they are" in words(left)
    assert pairings(house) == []


async def test_a_card_that_was_overtaken_shows_the_round_as_it_is_now(house):
    weighed = answer(await house.lead.slash(house.channel, "pairs run"))
    await house.student("Elder").slash(house.channel, "submit", link=LINK.format("elder"))
    again = await press(house, weighed, "pairs.run")
    assert "Something has changed since you looked" in words(again)
    assert pairings(house) == []
    done = await press(house, again, "pairs.run")
    assert "is paired: 10 reviews" in words(done)


async def test_a_press_by_somebody_who_leads_no_more_changes_nothing(house):
    second = house.world.guild.add_member(house.env.create_user("second"))
    here, now = await house.here(house.lead), house.env.now()
    here = replace(here, roles=frozenset({"lead"}))
    await house.bot.cohorts.enroll(here, second.id, "Second", "lead", now)
    people = {"reviewer": house.student("Aster"), "author": house.student("Birch")}
    weighed = answer(await second.slash(house.channel, "pairs run"))
    asked = answer(await second.slash(house.channel, "pairs set", **people))
    await press(house, answer(await house.lead.slash(house.channel, "pairs set", **people)), "pairs.ask")
    taken = answer(await second.slash(house.channel, "pairs set", **people, undo=True))
    await house.bot.cohorts.withdraw(here, second.id, "", now)
    for message, action in ((weighed, "pairs.run"), (asked, "pairs.ask"), (taken, "pairs.take")):
        refused = await second.click(message, custom_id=button(message, action))
        assert "Only the leads" in said(refused)
    rows = await house.bot.database.read(lambda tx: tx.all("SELECT closed_at FROM review"))
    assert [row["closed_at"] for row in rows] == [None]


@pytest.mark.parametrize("name", ["Aster", "a mentor", "a stranger"])
async def test_only_leads_see_pairs_and_only_mentors_and_leads_their_history(house, name):
    stranger = house.world.guild.add_member(house.env.create_user("stranger"))
    actor = {"a mentor": house.mentor, "a stranger": stranger}.get(name) or house.student("Aster")
    people = {"reviewer": house.student("Birch"), "author": house.student("Cedar")}
    for command, options in (
        ("pairs preview", {}),
        ("pairs run", {}),
        ("pairs set", people),
        ("pairs set", people | {"undo": True}),
    ):
        assert "Only the leads" in said(await actor.slash(house.channel, command, **options))
    history = said(await actor.slash(house.channel, "pairs history"))
    assert ("Nobody yet" in history) is (name == "a mentor")


async def test_somebody_is_asked_by_name_and_then_not_any_more(house):
    aster, birch = house.student("Aster"), house.student("Birch")
    people = {"reviewer": aster, "author": birch}
    asked = answer(await house.lead.slash(house.channel, "pairs set", **people, deliverable="w01"))
    assert "## Ask Student Aster to review Week 1" in words(asked)
    assert "The pairing at the deadline counts it" in words(asked)
    await house.restart()
    done = await press(house, asked, "pairs.ask")
    assert "Student Aster is asked to review" in words(done)
    (letter,) = [item for item in house.letters(aster) if "asks this of you" in words(item)]
    assert "review.open" in buttons(letter)
    assert "A lead of Spring asks this of you: please review the work of Student Birch" in words(letter)

    taken = answer(await house.lead.slash(house.channel, "pairs set", **people, undo=True))
    assert "pairing at the deadline fills it" in words(taken)
    await house.restart()
    done = await press(house, taken, "pairs.take")
    assert "no longer asked" in words(done)
    gone = await aster.user.click(letter, custom_id=button(letter, "review.open"))
    assert "A lead has given this review to somebody else" in said(gone)


async def test_a_wish_that_cannot_be_is_refused_also_when_its_button_is_pressed_later(house):
    aster, birch = house.student("Aster"), house.student("Birch")
    people = {"reviewer": aster, "author": birch}
    first = answer(await house.lead.slash(house.channel, "pairs set", **people))
    second = answer(await house.lead.slash(house.channel, "pairs set", **people))
    await press(house, first, "pairs.ask")
    late = await house.lead.click(second, custom_id=button(second, "pairs.ask"))
    assert "asked for this review already" in said(late)


async def test_the_history_is_for_one_person_or_for_all(house):
    await house.until("2026-03-08 18:30")
    everybody = said(await house.mentor.slash(house.channel, "pairs history"))
    assert re.search(r"\d pairs met\. Those who met most", everybody)
    one = said(await house.lead.slash(house.channel, "pairs history", member=house.student("Aster")))
    assert "Who reviewed whom with Student Aster" in one
    assert "Student Aster → " in one
    assert "Week 1" in one


async def test_rounds_are_offered_by_name_as_a_lead_types(house):
    offered = await house.lead.autocomplete(house.channel, "pairs preview", "deliverable", "week 2")
    assert "Week 2" in str(offered)
    lost = house.world.guild.add_member(house.env.create_user("lost"))
    assert str(await lost.autocomplete(house.world.general, "pairs set", "deliverable", "2")) in ("[]", "()")


# What the cards can hold

NASTY = "*_~`|>#[" * 8


def somebody(number: int) -> Member:
    return Member(id=number, user_id=10**18 + number, name=f"{NASTY}{number}")


async def long_preview(database, blind: bool = False):
    town = await six(database)
    shown = await ByHand(database).preview(await lead(town), KEY, NOW)
    lines = [
        Line(
            reviewer=somebody(number),
            asked=[(somebody(number + step), 12) for step in (1, 2, 3)],
            already=[somebody(number + 4)],
        )
        for number in range(60)
    ]
    return replace(
        shown,
        lines=lines,
        away=[somebody(number) for number in range(40)],
        missing=[somebody(number) for number in range(40)],
        lacking=[(somebody(number), 2) for number in range(40)],
        others=shown.running.course.deliverables[8:11],
        deliverable=replace(shown.deliverable, blind=blind),
    )


async def test_a_round_of_many_is_turned_page_by_page_within_discords_limits(database):
    shown = await long_preview(database)
    for page in range(7):
        assert_discord_holds(cards.preview(shown, page))
        assert_discord_holds(cards.run_asked(shown, page, changed=True))
    assert list(buttons_of(cards.preview(shown, 2))) == ["◀ Page 1", "Page 3 ▶"]
    assert list(buttons_of(cards.run_asked(shown, 5))) == ["◀ Page 4", "Run it", "Not yet"]


async def test_a_round_of_one_asks_nobody_and_posts_nothing(house):
    await house.student("Elder").slash(house.channel, "submit", deliverable="w02", link=LINK.format("elder"))
    weighed = answer(await house.lead.slash(house.channel, "pairs run", deliverable="w02"))
    assert "so nothing is posted" in words(weighed)
    assert "Too few classmates** for Student Elder" in words(weighed)
    done = await press(house, weighed, "pairs.run")
    assert "so nothing is posted" in words(done)
    assert pairings(house) == []


async def test_a_page_button_leads_to_its_page(house, monkeypatch):
    monkeypatch.setattr(cards, "LINES_A_PAGE", 3)
    monkeypatch.setattr(cards, "PAIRS_A_PAGE", 1)
    looked = answer(await house.lead.slash(house.channel, "pairs preview"))
    turned = await press(house, looked, "pairs.look")
    assert "Page 2 of 2" in words(turned)
    weighed = answer(await house.lead.slash(house.channel, "pairs run"))
    turned = await press(house, weighed, "pairs.weigh")
    assert "Page 2 of 2" in words(turned)
    await press(house, turned, "pairs.run")
    met = answer(await house.lead.slash(house.channel, "pairs history"))
    turned = await press(house, met, "pairs.met")
    assert "page 2 of" in words(turned)


async def test_a_blind_round_says_that_only_leads_see_its_names(database):
    assert "Only leads see these names" in words_of(cards.preview(await long_preview(database, True), 1))


async def test_a_history_of_many_meetings_fits(database):
    town = await six(database)
    keys = [item.key for item in (await lead(town)).course.deliverables]
    pair = Met(
        one=somebody(1), other=somebody(2), given=keys, received=keys, open=3, last_at=DEADLINE, apart=True
    )
    found = History(here=await lead(town), member=None, pairs=[pair] * 40)
    for page in (0, 1, 4, 9):
        assert_discord_holds(cards.history(found, page))
    assert "kept apart now" in words_of(cards.history(found, 1))


async def test_ids_on_cards_are_short_enough_for_the_longest_discord_ids(database):
    town = await six(database)
    desk, here = ByHand(database), await lead(town)
    wish = await desk.wish(here, 1, 2, KEY, NOW)
    far = replace(wish, reviewer=somebody(1), author=somebody(2))
    assert_discord_holds(cards.set_asked(here.cohort, far))
