"""Blind reviews: nothing that the bot says to anybody tells who reviews whom."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.curriculum import Curriculum
from tests.house import button, buttons, opened, parts, said, words
from tests.town import COURSE

NAMES = ("Aster", "Birch", "Cedar", "Dahlia")
LINK = "https://git.example.org/work/{}"


def blind_course() -> Curriculum:
    """The shipped course with blind reviews for every week."""
    body = json.loads(COURSE.model_dump_json())
    body["review"]["weekly"]["blind"] = True
    return Curriculum.model_validate_json(json.dumps(body))


@pytest.fixture
async def house(url):
    async with opened(url, course=blind_course()) as house:
        await house.start_cohort()
        yield house
        assert [fault for fault in house.faults() if not isinstance(fault, house.expected)] == []


def everything(message: Any) -> str:
    """All that a message holds: its texts, labels, placeholders, options, ids and plain content."""
    return json.dumps([message.content, *parts(message)], ensure_ascii=False)


class Ears:
    """Everything that each student is shown, in the channel, in their messages and in answers to them."""

    def __init__(self, house) -> None:
        self.house = house
        self.heard: list[tuple[str, str]] = []

    async def slash(self, name: str, command: str, **options) -> Any:
        return self._note(name, await self.house.student(name).slash(self.house.channel, command, **options))

    async def click(self, name: str, message: Any, action: str) -> Any:
        return self._note(
            name, await self.house.student(name).click(message, custom_id=button(message, action))
        )

    async def select(self, name: str, message: Any, custom_id: str, value: str) -> Any:
        actor = self.house.student(name)
        return self._note(name, await actor.select(message, [value], custom_id=custom_id))

    async def fill(self, name: str, form: Any, typed: dict[str, str]) -> Any:
        return self._note(name, await self.house.student(name).submit_modal(form, typed))

    def _note(self, name: str, result: Any) -> Any:
        for answer in (result.response, *result.followups):
            if answer is not None:
                self.heard.append((name, everything(answer)))
        if result.modal is not None:
            self.heard.append((name, json.dumps(result.modal, ensure_ascii=False)))
        return result if result.modal is not None else result.response

    def all(self) -> Iterator[tuple[str, str]]:
        yield from self.heard
        for name in NAMES:
            for letter in self.house.letters(self.house.student(name)):
                yield name, everything(letter)
            for post in self.house.posts():
                yield name, everything(post)

    def leaks(self) -> list[tuple[str, str, str]]:
        """Who was shown something that names another student, by name or by mention."""
        found = []
        for name, text in self.all():
            for other in NAMES:
                if other == name:
                    continue
                user = self.house.student(other).id
                if other.lower() in text.lower() or f"<@{user}>" in text or f"<@!{user}>" in text:
                    found.append((name, other, text))
        return found


async def review_everything(ears: Ears, name: str) -> int:
    sent = 0
    while "review.open" in buttons(listed := await ears.slash(name, "review mine")):
        await write(ears, name, await ears.click(name, listed, "review.open"))
        sent += 1
    return sent


async def write(ears: Ears, name: str, card: Any) -> None:
    for custom_id in [
        part["custom_id"] for part in parts(card) if ":review.score:" in part.get("custom_id", "")
    ]:
        card = await ears.select(name, card, custom_id, "3")
    form = await ears.click(name, card, "review.strength")
    card = await ears.fill(name, form, {"strength": "The failing case is shown before and after."})
    form = await ears.click(name, card, "review.point")
    typed = {
        "kind": "risk",
        "severity": "high",
        "place": "client.js",
        "body": "No deadline on the outgoing call.",
    }
    card = await ears.fill(name, form, typed)
    await ears.click(name, card, "review.send")


async def test_a_blind_week_gives_nobody_away(house):
    ears = Ears(house)
    await house.until("2026-03-03 12:00")
    for name in NAMES[:3]:
        await ears.slash(name, "submit", link=LINK.format(NAMES.index(name)))
    taken = await ears.slash("Aster", "review next")
    assert "Blind review" in words(taken)
    await write(ears, "Aster", taken)
    await house.until("2026-03-08 18:00")
    (pairing,) = [post for post in house.posts() if "## Reviews for" in words(post)]
    assert "They are blind" in words(pairing)
    await ears.slash("Dahlia", "submit", link=LINK.format(9))
    await house.until("2026-03-08 19:00")
    assert any("joins: Week 1" in words(post) for post in house.posts())
    for name in NAMES:
        await ears.slash(name, "me")
    assert await review_everything(ears, "Birch")
    reason = {"reason": "I am travelling this week, sorry."}
    listed = await ears.slash("Cedar", "review mine")
    card = await ears.click("Cedar", listed, "review.open")
    form = await ears.click("Cedar", card, "review.decline")
    await ears.fill("Cedar", form, reason)
    await house.until("2026-03-11 12:00")
    for name in NAMES:
        await review_everything(ears, name)
        await ears.slash(name, "feedback", deliverable="w01")
        await ears.slash(name, "progress")
    await house.until("2026-03-11 13:00")
    for name in NAMES:
        assert "**Reviewer " in said(
            await house.student(name).slash(house.channel, "feedback", deliverable="w01")
        )
    await answers_and_rechecks(ears, house)
    await house.until("2026-03-20 12:00")
    assert ears.leaks() == []
    assert len(list(ears.all())) > 100


async def answers_and_rechecks(ears: Ears, house) -> None:
    """Birch answers every point, and whoever made them looks again."""
    card = await ears.click("Birch", await ears.slash("Birch", "feedback", deliverable="w01"), "answer.open")
    while menus := [p["custom_id"] for p in parts(card) if ":answer.choose:" in p.get("custom_id", "")]:
        for custom_id in menus:
            card = await ears.select("Birch", card, custom_id, "fixed")
        break
    await ears.click("Birch", card, "answer.send")
    await house.env.advance_time(timedelta(minutes=2).total_seconds())
    looked = 0
    for name in NAMES:
        while "recheck.open" in buttons(listed := await ears.slash(name, "review mine")):
            card = await ears.click(name, listed, "recheck.open")
            await ears.click(name, card, "recheck.done")
            looked += 1
    assert looked
