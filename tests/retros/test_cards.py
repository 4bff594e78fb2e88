"""The retro's form and its thanks, within Discord's limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.curriculum import RetroPrompt
from bot.retros.cards import thanks_card
from bot.retros.forms import LookBack, filled
from bot.retros.rules import KEPT, TEXT_LIMIT, Entry
from bot.ui import TEXT_LIMIT as MESSAGE_LIMIT

SUNDAY = datetime(2026, 3, 8, 19, tzinfo=UTC)
PROMPT = RetroPrompt(retain="What stays?", improve="What changes?", scale="What spreads?")


def entry(week=1, improve="Write the failing test first", kept=None, text="Pairing") -> Entry:
    return Entry(
        member_id=1, week=week, retain=text, improve=improve, scale=text, kept=kept, written_at=SUNDAY
    )


def words(shown) -> str:
    (container,) = shown.to_components()
    return "\n".join(part["content"] for part in container["components"] if part["type"] == 10)


def buttons(shown) -> list[tuple[str, str]]:
    (container,) = shown.to_components()
    rows = [part for part in container["components"] if part["type"] == 1]
    return [(button["label"], button["custom_id"]) for row in rows for button in row["components"]]


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
    assert asked["description"] == "“Write the failing test first”"
    assert [option["value"] for option in asked["component"]["options"]] == list(KEPT)
    assert not any(option.get("default") for option in asked["component"]["options"])


@given(st.text(min_size=1, max_size=TEXT_LIMIT), st.integers(1, 52))
def test_a_promise_of_any_length_fits_its_label(improve, week):
    payload = look_back(entry(week, improve)).to_dict()
    assert len(payload["components"]) <= 5
    labels = [part for part in payload["components"] if part["type"] == 18]
    assert all(1 <= len(part["label"]) <= 45 for part in labels)
    assert all(len(part.get("description") or "") <= 100 for part in labels)
    assert labels[0]["description"].endswith("”")


@pytest.mark.parametrize("kept", KEPT)
def test_a_form_is_filled_with_the_entry_so_far_and_given_back_as_it_was(kept):
    typed = filled(entry(2, kept=kept))
    form = look_back(entry(), typed)
    options = form.to_dict()["components"][1]["component"]["options"]
    assert [option["value"] for option in options if option.get("default")] == [kept]
    values = {name: value for name, (_, value) in form.fields().items() if name != "kept"}
    assert values == {"retain": "Pairing", "improve": "Write the failing test first", "scale": "Pairing"}
    again = form.again(typed)
    assert (again.to_dict()["components"], again.in_place) == (form.to_dict()["components"], True)


def test_a_form_without_an_entry_is_empty():
    assert filled(None) == {}
    assert all(value == "" for _, value in look_back().fields().values())


async def test_the_thanks_show_what_was_kept_and_how_it_comes_back(town):
    here = await town.here(1, SUNDAY)
    card = thanks_card(here, entry(text="**Pairing** @everyone"), None)
    assert "your retro of week 1 is saved" in words(card)
    assert "**What will you keep doing?**\n\\*\\*Pairing\\*\\* @\u200beveryone" in words(card)
    assert "Week 2's retro will quote what you want to improve" in words(card)
    assert "Once 4 people have answered" in words(card)
    assert buttons(card) == [("Change it", f"p:retro.more:{here.cohort.id}.1")]


async def test_the_last_weeks_thanks_promise_no_next_week(town):
    here = await town.here(1, SUNDAY + timedelta(weeks=2))
    said = words(thanks_card(here, entry(3), None))
    assert "That was the last week" in said
    assert "Week 4" not in said


@pytest.mark.parametrize("kept", KEPT)
async def test_what_became_of_the_promise_is_answered(town, kept):
    here = await town.here(1, SUNDAY)
    said = words(thanks_card(here, entry(2, kept=kept), entry()))
    assert "Promised in week 1: “Write the failing test first”" in said


async def test_the_longest_answers_fit_a_message(town):
    here = await town.here(1, SUNDAY)
    longest = "*" * TEXT_LIMIT
    card = thanks_card(here, entry(2, longest, "kept", longest), entry(1, longest))
    assert len(words(card)) <= MESSAGE_LIMIT


async def _never(*_: object) -> None:
    raise AssertionError("nobody sends this form")
