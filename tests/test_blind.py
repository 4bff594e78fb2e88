"""Blind reviews: nothing that the bot says to anybody tells who reviews whom."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.curriculum import Curriculum
from tests.house import button, buttons, opened, parts, said, words
from tests.test_house import write_review
from tests.town import COURSE

NAMES = ("Aster", "Birch", "Cedar", "Dahlia")
LINK = "https://git.example.org/repo/{}"


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
        return self.note(name, await self.house.student(name).slash(self.house.channel, command, **options))

    async def click(self, name: str, message: Any, action: str) -> Any:
        return self.note(
            name, await self.house.student(name).click(message, custom_id=button(message, action))
        )

    async def select(self, name: str, message: Any, custom_id: str, value: str) -> Any:
        actor = self.house.student(name)
        return self.note(name, await actor.select(message, [value], custom_id=custom_id))

    async def fill(self, name: str, form: Any, typed: dict[str, str]) -> Any:
        return self.note(name, await self.house.student(name).submit_modal(form, typed))

    def note(self, name: str, result: Any) -> Any:
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


async def review_everything(ears: Ears, name: str, level: str = "3") -> int:
    sent = 0
    while "review.open" in buttons(listed := await ears.slash(name, "review mine")):
        await write(ears, name, await ears.click(name, listed, "review.open"), level)
        sent += 1
    return sent


async def write(ears: Ears, name: str, card: Any, level: str = "3") -> None:
    for custom_id in [
        part["custom_id"] for part in parts(card) if ":review.score:" in part.get("custom_id", "")
    ]:
        card = await ears.select(name, card, custom_id, level)
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
    await a_round(ears, house)
    await somebody_else_is_asked(ears, house)
    assert await review_everything(ears, "Birch")
    await house.until("2026-03-11 12:00")
    for name in NAMES[:3]:
        await review_everything(ears, name, "1" if name == "Aster" else "4")
        await ears.slash(name, "progress")
    await house.until("2026-03-12 01:00")
    assert any("for a reviewer: Week 1" in words(post) for post in house.posts())
    await review_everything(ears, "Dahlia", "4")
    await house.until("2026-03-12 02:00")
    for name in NAMES:
        await ears.slash(name, "feedback", deliverable="w01")
        assert "**Reviewer " in said(
            await house.student(name).slash(house.channel, "feedback", deliverable="w01")
        )
    await a_mentor_s_review(ears, house)
    await changes_for_a_mentor(ears, house)
    await answers_and_rechecks(ears, house)
    await house.until("2026-03-20 12:00")
    assert ears.leaks() == []
    assert len(list(ears.all())) > 100
    assert await kinds_said(house) >= {
        "pairs", "late", "chase", "volunteers", "asked", "changed", "feedback", "recheck", "rechecked", "decided",
    }  # fmt: skip


async def a_round(ears: Ears, house) -> None:
    """Three hand in and one takes a review before it is asked; a fourth is late."""
    await house.until("2026-03-03 12:00")
    for name in NAMES[:3]:
        await ears.slash(name, "submit", link=LINK.format(NAMES.index(name)))
    taken = await ears.slash("Aster", "review next")
    assert "Blind review" in words(taken)
    await write(ears, "Aster", taken, "1")
    await house.until("2026-03-08 18:00")
    (pairing,) = [post for post in house.posts() if "## Reviews for" in words(post)]
    assert "They are blind" in words(pairing)
    await ears.slash("Dahlia", "submit", link=LINK.format(9))
    await house.until("2026-03-08 19:00")
    assert any("joins: Week 1" in words(post) for post in house.posts())
    for name in NAMES:
        mine = await ears.slash(name, "me")
        assert "the author's" not in words(mine), "a line begins with a capital"


async def somebody_else_is_asked(ears: Ears, house) -> None:
    """A review is handed back of the one work that Dahlia does not review yet, so she is asked for it."""
    (review,) = await house.bot.database.read(
        lambda tx: tx.all(
            "SELECT v.id, m.name FROM review v JOIN member m ON m.id = v.reviewer_id WHERE v.sent_at IS NULL "
            "AND m.name NOT LIKE '%Dahlia' AND v.submission_id NOT IN (SELECT r.submission_id FROM review r "
            "JOIN member d ON d.id = r.reviewer_id WHERE d.name LIKE '%Dahlia') "
            "AND v.submission_id NOT IN (SELECT s.id FROM submission s JOIN member a ON a.id = s.member_id "
            "WHERE a.name LIKE '%Dahlia') ORDER BY v.id LIMIT 1"
        )
    )
    name = review["name"].split()[-1]
    listed = await ears.slash(name, "review mine")
    opens = next(
        p["custom_id"] for p in parts(listed) if p.get("custom_id", "").endswith(f"open:{review['id']}")
    )
    card = ears.note(name, await house.student(name).click(listed, custom_id=opens))
    form = await ears.click(name, card, "review.decline")
    assert "Somebody else is asked in your place." in json.dumps(form.modal)
    await ears.fill(name, form, {"reason": "I am travelling this week, sorry."})


async def kinds_said(house) -> set[str]:
    """Which kinds of posts and letters were said."""
    rows = await house.bot.database.read(
        lambda tx: tx.all("SELECT DISTINCT kind FROM occurrence WHERE state = 'sent'")
    )
    return {row["kind"] for row in rows}


async def a_mentor_s_review(ears: Ears, house) -> None:
    """Reviewers disagree: a mentor sees whose work it is, and its author sees which mentor reviewed it."""
    board = (await house.mentor.slash(house.channel, "queue")).response
    card = (await house.mentor.click(board, custom_id=button(board, "queue.next"))).response
    author = next(name for name in NAMES if f"Work by **Student {name}**" in words(card))
    reviews = (await house.mentor.select(card, ["reviews"], custom_id=button(card, "queue.view"))).response
    assert sum(f"**Student {name}**" in words(reviews) for name in NAMES) > 1, (
        "the author and their reviewers"
    )
    form = (await house.mentor.click(reviews, custom_id=button(reviews, "queue.review"))).response
    assert f"Work by **Student {author}**" in words(form)
    assert "Blind review" not in words(form)
    await write_review(house.mentor, form)
    await house.env.advance_time(timedelta(minutes=2).total_seconds())
    assert any(
        "Mentor Moss reviewed your work" in words(letter) for letter in house.letters(house.student(author))
    )
    assert "**Mentor Moss**, a mentor" in words(await ears.slash(author, "feedback", deliverable="w01"))


async def changes_for_a_mentor(ears: Ears, house) -> None:
    """A mentor asks for changes, and the reviewers hear that the author made them."""
    board = (await house.mentor.slash(house.channel, "queue")).response
    card = (await house.mentor.click(board, custom_id=button(board, "queue.next"))).response
    author = next(name for name in NAMES if f"Work by **Student {name}**" in words(card))
    form = await house.mentor.click(card, custom_id=button(card, "queue.changes"))
    await house.mentor.submit_modal(form, {"changes": "Show the failing case."})
    await house.env.advance_time(timedelta(minutes=2).total_seconds())
    await ears.slash(author, "submit", deliverable="w01", link=LINK.format(77))
    await house.env.advance_time(timedelta(minutes=2).total_seconds())


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
