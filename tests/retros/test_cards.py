"""The retro's form and its thanks, within Discord's limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.curriculum import RetroPrompt
from bot.retros.cards import choice_card, promises_card, thanks_card
from bot.retros.forms import LookBack, filled
from bot.retros.rules import KEPT, TEXT_LIMIT, Entry
from bot.retros.service import Choice, Written
from bot.ui import safe
from tests.shown import assert_discord_holds, menus_of

SUNDAY = datetime(2026, 3, 8, 19, tzinfo=UTC)
PROMPT = RetroPrompt(retain="What stays?", improve="What changes?", scale="What spreads?")


def entry(week=1, improve="Write the failing test first", became=None, text="Pairing") -> Entry:
    return Entry(
        member_id=1, week=week, retain=text, improve=improve, scale=text, written_at=SUNDAY, became=became
    )


def written(this: Entry, promised: Entry | None = None, *open_ones: Entry) -> Written:
    return Written(entry=this, promised=promised, open_ones=open_ones)


def words(shown) -> str:
    (container,) = shown.to_components()
    return "\n".join(part["content"] for part in container["components"] if part["type"] == 10)


def buttons(shown) -> list[tuple[str, str]]:
    (container,) = shown.to_components()
    rows = [part for part in container["components"] if part["type"] == 1]
    shown = [button for row in rows for button in row["components"] if button["type"] == 2]
    return [(button["label"], button["custom_id"]) for button in shown]


def look_back(promised=None, typed=None) -> LookBack:
    return LookBack(2, PROMPT, promised, typed or {}, _never)


def test_without_a_promise_the_form_has_the_three_questions():
    labels = [part for part in look_back().to_dict()["components"] if part["type"] == 18]
    assert [part["label"] for part in labels] == ["What stays?", "What changes?", "What spreads?"]
    assert all(part["component"]["required"] and part["component"]["style"] == 2 for part in labels)


def test_with_a_promise_it_first_asks_what_became_of_it():
    payload = look_back(entry()).to_dict()
    assert payload["title"] == "Retro · Week 2"
    asked = next(part for part in payload["components"] if part["type"] == 18)
    assert asked["label"] == "Did you keep your promise of week 1?"
    assert "You promised in week 1: “Write the failing test first”" in payload["components"][0]["content"]
    assert [option["value"] for option in asked["component"]["options"]] == list(KEPT)
    assert not any(option.get("default") for option in asked["component"]["options"])


@given(st.text(min_size=1, max_size=TEXT_LIMIT), st.integers(1, 52))
def test_a_promise_of_any_length_is_read_whole_before_it_is_judged(improve, week):
    payload = look_back(entry(week, improve)).to_dict()
    assert len(payload["components"]) <= 5
    labels = [part for part in payload["components"] if part["type"] == 18]
    assert all(1 <= len(part["label"]) <= 45 for part in labels)
    assert all(len(part.get("description") or "") <= 100 for part in labels)
    said = payload["components"][0]["content"]
    assert len(said) <= 4000
    assert said.endswith(f"You promised in week {week}: “{safe(' '.join(improve.split()))}”")


@pytest.mark.parametrize("kept", KEPT)
def test_a_form_is_filled_with_the_entry_so_far_and_given_back_as_it_was(kept):
    typed = filled(entry(2), entry(became=kept))
    form = look_back(entry(), typed)
    options = form.to_dict()["components"][1]["component"]["options"]
    assert [option["value"] for option in options if option.get("default")] == [kept]
    values = {name: value for name, (_, value) in form.fields().items() if name != "kept"}
    assert values == {"retain": "Pairing", "improve": "Write the failing test first", "scale": "Pairing"}
    again = form.again(typed)
    assert (again.to_dict()["components"], again.in_place) == (form.to_dict()["components"], True)


def test_what_became_of_a_promise_meanwhile_is_chosen_in_a_new_form():
    assert filled(None, entry(became="kept")) == {"kept": "kept"}
    assert filled(None, entry()) == {}


def test_a_form_without_an_entry_is_empty():
    assert filled(None, None) == {}
    assert all(value == "" for _, value in look_back().fields().values())


async def test_the_thanks_show_what_was_kept_and_how_it_comes_back(town):
    here = await town.here(1, SUNDAY)
    card = thanks_card(here, written(entry(text="**Pairing** @everyone")))
    assert "your retro of week 1 is saved" in words(card)
    assert "**What will you keep doing?**\n\\*\\*Pairing\\*\\* @\u200beveryone" in words(card)
    assert "Week 2's retro will quote what you want to improve" in words(card)
    assert "from 4 answers on, the digest names words that several people used, never whose." in words(card)
    assert buttons(card) == [
        ("Change it", f"p:retro.more:{here.cohort.id}.1"),
        ("All my retros", f"p:retro.export:{here.cohort.id}"),
    ]


async def test_the_last_weeks_thanks_promise_no_next_week(town):
    here = await town.here(1, SUNDAY + timedelta(weeks=2))
    said = words(thanks_card(here, written(entry(3))))
    assert "That was the last week" in said
    assert "Week 4" not in said


@pytest.mark.parametrize("became", ["kept", "dropped"])
async def test_a_promise_that_is_closed_is_quoted_with_thanks(town, became):
    here = await town.here(1, SUNDAY)
    said = words(thanks_card(here, written(entry(2), entry(became=became))))
    assert "Promised in week 1: “Write the failing test first”" in said
    assert "promise from" not in said


async def test_open_promises_stand_on_the_card_with_their_menus(town):
    here = await town.here(1, SUNDAY)
    carried, older = entry(1, "Test first", "partly"), entry(2, "Ask sooner")
    card = thanks_card(here, written(entry(3), older, carried, older))
    assert "**2 promises from earlier weeks** · what became of them?" in words(card)
    assert "Since week 1, carried on: “Test first”" in words(card)
    assert "Since week 2: “Ask sooner”" in words(card)
    assert "fewer are kept better" not in words(card)
    menus = menus_of(card)
    assert list(menus) == [f"k:retro.settle:{here.cohort.id}.3.1", f"k:retro.settle:{here.cohort.id}.3.2"]
    chosen = [[option.value for option in menu.options if option.default] for menu in menus.values()]
    assert chosen == [["partly"], []]
    assert ("All open promises", f"p:retro.promises:{here.cohort.id}") in buttons(card)


async def test_a_promise_that_was_closed_a_moment_ago_stays_so_that_a_slip_can_be_mended(town):
    here = await town.here(1, SUNDAY)
    card = thanks_card(here, written(entry(3), entry(2)), entry(1, became="kept"))
    assert "Since week 1, kept now: “Write the failing test first”" in words(card)
    assert f"k:retro.settle:{here.cohort.id}.3.1" in menus_of(card)
    assert "Since week 2" not in words(card)


async def test_a_promise_carried_on_is_counted_among_the_open_ones(town):
    here = await town.here(1, SUNDAY)
    card = promises_card(here, [carried := entry(1, became="partly"), entry(2)], carried)
    assert "**2 promises open**" in words(card)
    assert "a slip" not in words(card)
    closed = entry(1, became="kept")
    for beside, words_ in (
        (promises_card(here, [entry(2)], closed), "**1 other promise open**"),
        (
            thanks_card(here, written(entry(3), None, entry(2)), closed),
            "**1 other promise from earlier weeks**",
        ),
    ):
        assert words_ in words(beside)
        assert "so that a slip can be mended" in words(beside)


@pytest.mark.parametrize(("is_written", "early"), [(False, "Write week 2's now"), (True, "Change week 2's")])
async def test_whoever_has_written_what_was_asked_may_change_it_or_go_ahead(town, is_written, early):
    here = await town.here(1, SUNDAY + timedelta(days=2))
    card = choice_card(here, Choice(written=1, running=2, is_running_written=is_written))
    assert "Your retro of week 1 is written" in words(card)
    assert f"the question about week 2 comes <t:{int(here.week(2).retro.timestamp())}:F>" in words(card)
    assert buttons(card) == [
        ("Change week 1's", f"p:retro.more:{here.cohort.id}.1"), (early, f"p:retro.more:{here.cohort.id}.2"),
    ]  # fmt: skip
    assert_discord_holds(card)
    paused = replace(here, cohort=replace(here.cohort, state="paused", paused_at=SUNDAY))
    assert "comes when the course goes on" in words(
        choice_card(paused, Choice(written=1, running=2, is_running_written=is_written))
    )


async def test_when_the_last_one_is_closed_nothing_is_asked_any_more(town):
    here = await town.here(1, SUNDAY)
    closed = entry(1, became="dropped")
    for card in (thanks_card(here, written(entry(2)), closed), promises_card(here, [], closed)):
        assert "No other promise is open" in words(card)
        assert "what became of" not in words(card)
        assert len(menus_of(card)) == 1


async def test_more_than_three_open_promises_are_kindly_called_many(town):
    here = await town.here(1, SUNDAY)
    three = [entry(week) for week in (1, 2, 3)]
    assert "4 at once are many" in words(thanks_card(here, written(entry(4), three[-1], *three)))
    assert "many" not in words(promises_card(here, three))
    assert "4 at once are many" in words(promises_card(here, [*three, entry(4)]))


async def test_without_an_open_promise_the_card_says_where_they_come_from(town):
    here = await town.here(1, SUNDAY)
    card = promises_card(here, [])
    assert "No promise is open" in words(card)
    assert [label for label, _ in buttons(card)] == ["Write my retro", "All my retros"]


@pytest.mark.parametrize("count", range(0, 24, 3))
async def test_however_many_and_long_they_are_they_fit_a_message(town, count):
    here = await town.here(1, SUNDAY)
    longest = "*" * TEXT_LIMIT
    open_ones = [entry(week, longest, "partly") for week in range(1, count + 1)]
    this = entry(count + 1, longest, text=longest)
    assert_discord_holds(thanks_card(here, written(this, entry(1, longest, "kept"), *open_ones)))
    assert_discord_holds(thanks_card(here, written(this, None, *open_ones), entry(50, longest, "dropped")))
    assert_discord_holds(promises_card(here, open_ones, entry(50, longest, "dropped")))


async def _never(*_: object) -> None:
    raise AssertionError("nobody sends this form")
