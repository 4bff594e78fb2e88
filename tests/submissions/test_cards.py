"""The receipt says what was kept, what is missing and what comes next, within Discord's limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.forms import GivenBack
from bot.submissions import store
from bot.submissions.cards import receipt_card
from bot.submissions.forms import HandIn, filled
from bot.submissions.links import LIMIT
from bot.ui import TEXT_LIMIT
from tests.town import COURSE, Town

WEDNESDAY = datetime(2026, 3, 4, 12, tzinfo=UTC)
DEADLINE = datetime(2026, 3, 8, 18, tzinfo=UTC)
CODE = "https://github.com/ada/api"
OWN = ("Score it yourself", "p:own.open:1.w01")


def parts(shown) -> Iterator[dict]:
    """Every component of a card, from the outside in."""

    def within(components) -> Iterator[dict]:
        for component in components:
            yield component
            yield from within(component.get("components", []))

    return within(shown.to_components())


def words(shown) -> str:
    return "\n".join(part["content"] for part in parts(shown) if part["type"] == 10)


def buttons(shown) -> list[tuple[str, str]]:
    return [(part["label"], part["custom_id"]) for part in parts(shown) if part["type"] == 2]


async def receipt(town, links=None, note=None, at=WEDNESDAY, key="w01"):
    here = await town.here(1, at)
    given = {"code": CODE} if links is None else links
    return here, await town.submissions.submit(here, town.course.deliverable(key), given, note, at)


async def test_work_on_time_with_something_missing_asks_for_the_rest(town):
    card = receipt_card(*await receipt(town, note="**Mind** @everyone"))
    assert "### Handed in · Week 1 · The first endpoint\nOn time: it is due" in words(card)
    assert "**1 of 2 pieces of evidence so far**" in words(card)
    assert f"✅ Repository at a tag: <{CODE}>" in words(card)
    assert "⬜ Test run with the failing case · *missing*" in words(card)
    assert "\\*\\*Mind\\*\\* @\u200beveryone" in words(card)
    assert "You can change it freely until a reviewer opens it." in words(card)
    paired = "Reviewers are paired <t:1772992800:F>; a classmate may take it up sooner."
    assert f"{paired} Their reviews are due <t:1773252000:F>." in words(card)
    assert buttons(card) == [("Add the rest", "p:submit.more:1.w01"), OWN]


async def test_complete_work_can_still_be_changed(town):
    card = receipt_card(*await receipt(town, {"code": CODE, "tests": CODE}))
    assert "**2 of 2 pieces of evidence**" in words(card)
    assert buttons(card) == [("Change it", "p:submit.more:1.w01"), OWN]


async def test_one_required_piece_is_counted_in_the_singular_and_an_optional_one_is_named_so(town):
    card = receipt_card(*await receipt(town, {"memo": CODE}, key="w02"))
    assert "**1 of 1 piece of evidence**" in words(card)
    assert "⬜ Recording of the kill · *optional*" in words(card)


async def test_late_work_says_when_it_was_due_and_that_reviewers_are_being_found(town):
    card = receipt_card(*await receipt(town, at=DEADLINE + timedelta(hours=1)))
    assert "Late: it was due <t:1772992800:F>. It still counts" in words(card)
    assert "Your reviewers are being found now" in words(card)


async def test_a_change_after_the_deadline_that_nobody_opened_is_what_reviewers_see(town):
    await receipt(town)
    card = receipt_card(*await receipt(town, {"tests": CODE}, at=DEADLINE + timedelta(hours=1)))
    assert "### Changed" in words(card)
    assert "Whoever reviews it sees this state of it." in words(card)


async def test_a_new_revision_tells_its_reviewers_and_its_edit_does_not(town):
    _, first = await receipt(town)
    await town.database.write(store.mark_opened, first.revision.id, WEDNESDAY)
    second = receipt_card(*await receipt(town, {"tests": CODE}))
    assert "### Revision 2" in words(second)
    assert "Your reviewers are told about it." in words(second)
    edited = receipt_card(*await receipt(town, {"tests": f"{CODE}/2"}))
    assert "### Changed" in words(edited)
    assert "told" not in words(edited)


async def test_the_same_links_make_a_revision_once_a_reviewer_has_opened_the_work(town):
    _, first = await receipt(town)
    await town.database.write(store.mark_opened, first.revision.id, WEDNESDAY)
    second = receipt_card(*await receipt(town))
    assert "### Revision 2" in words(second)
    assert "The page behind a link may change while the link stays, so this is revision 2." in words(second)
    assert "answer them in `/feedback`" in words(second)
    assert "### Nothing has changed" in words(receipt_card(*await receipt(town)))


async def test_a_link_that_did_not_open_is_marked(town):
    here, kept = await receipt(town)
    dead = replace(
        kept, revision=replace(kept.revision, dead=frozenset({"code"})), missing=["Repository at a tag"]
    )
    assert f"⚠️ Repository at a tag: this link did not open. <{CODE}>" in words(receipt_card(here, dead))


@pytest.mark.parametrize("deliverable", COURSE.deliverables, ids=lambda item: item.key)
def test_every_form_fits_discord_and_carries_what_was_there(deliverable):
    links = {item.kind: "https://example.com/" + "a" * (LIMIT - 20) for item in deliverable.evidence}
    form = HandIn(deliverable, DEADLINE, filled(deliverable, None, links, "n" * 1000), _never)
    payload = form.to_dict()
    assert len(payload["title"]) <= 45
    assert 1 <= len(payload["components"]) <= 5
    labels = [part for part in payload["components"] if part["type"] == 18]
    assert [part["label"] for part in labels[:-1]] == [item.label for item in deliverable.evidence]
    assert all(len(part["label"]) <= 45 and len(part.get("description") or "") <= 100 for part in labels)
    assert not any(part["component"]["required"] for part in labels)
    values = {custom_id: value for custom_id, (_, value) in form.fields().items()}
    assert values == {**{f"link.{kind}": link for kind, link in links.items()}, "note": "n" * 1000}
    again = form.again(values)
    assert again.fields() == form.fields()
    assert again.in_place


async def test_a_form_opens_with_the_last_revision_under_what_was_typed_since(town, small):
    _, kept = await receipt(town, {"code": CODE, "tests": f"{CODE}/1"}, "Old words")
    week = small.deliverable("w01")
    assert filled(week, kept.revision) == {"link.code": CODE, "link.tests": f"{CODE}/1", "note": "Old words"}
    assert filled(week, kept.revision, {"code": "localhost"}, "New") == {
        "link.code": "localhost",
        "link.tests": f"{CODE}/1",
        "note": "New",
    }
    assert filled(week, None) == {"link.code": "", "link.tests": "", "note": ""}


async def test_a_form_for_a_revision_says_so_and_asks_what_changed(town, small):
    _, kept = await receipt(town, {"code": CODE})
    week = small.deliverable("w01")
    first, change, revise = (
        HandIn(week, DEADLINE, {}, _never, before=before)
        for before in (None, kept.revision, replace(kept.revision, opened_at=DEADLINE))
    )
    assert [form.title for form in (first, change, revise)] == [
        "Hand in · Week 1",
        "Hand in · Week 1",
        "Revision 2 · Week 1",
    ]
    assert "One link is enough" in str(first.to_dict())
    assert "One link is enough" not in str(change.to_dict())
    assert ", due <t:" in str(change.to_dict())
    for form in (revise, revise.again({})):
        assert "What did you change?" in str(form.to_dict())
        assert ", due <t:" not in str(form.to_dict())


async def test_a_refused_form_of_any_length_is_given_back_within_discords_limits(small):
    week = COURSE.deliverable("w09")
    typed = {f"link.{item.kind}": "x" * 6000 for item in week.evidence} | {"note": "```" * 2000}
    card = GivenBack("No. " * 200, HandIn(week, DEADLINE, typed, _never))
    assert len(words(card)) <= TEXT_LIMIT


async def test_the_longest_receipt_fits_a_message(database):
    town = Town(database, COURSE)
    await town.begin(1)
    links = {
        item.kind: "https://example.com/" + "a" * (LIMIT - 20) for item in COURSE.deliverable("w09").evidence
    }
    card = receipt_card(*await receipt(town, links, "*" * 1000, key="w09"))
    assert len(words(card)) <= TEXT_LIMIT
    assert len(list(parts(card))) <= 40


async def _never(*_: object) -> None:
    raise AssertionError("nobody sends this form")
