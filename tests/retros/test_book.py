"""All retros as a Markdown text."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.curriculum import RetroPrompt
from bot.retros.book import book, inert
from bot.retros.rules import Entry

SUNDAY = datetime(2026, 3, 8, 23, tzinfo=UTC)
PROMPT = RetroPrompt(retain="What stays?", improve="What changes?", scale="What spreads?")
MARKS = st.text(st.sampled_from("ab1 \n\t#*_-+=>.)(`~|[]<>!&;@:/\\$"), max_size=40)


def rendered(words: str) -> str:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(inert(words))


def entry(week, became=None, improve="Test first"):
    when = None if became is None else SUNDAY
    return Entry(
        member_id=1, week=week, retain="Pairing", improve=improve, scale="1. <b>Notes</b>\n# @everyone",
        written_at=SUNDAY, became=became, became_at=when,
    )  # fmt: skip


@given(MARKS)
def test_words_are_shown_as_they_were_typed_and_mark_up_nothing(typed):
    page = rendered(typed)
    assert set(re.findall(r"<\s*/?\s*(\w+)", page)) <= {"p", "br"}
    text = html.unescape(re.sub(r"<[^>]*>", "", page)).replace("\u200b", "")
    assert text.split() == typed.split()


@pytest.mark.parametrize(
    "typed", ["# big", "- list", "1. list", "> quote", "a\n===", "a\n---", "    code", "```\nx"]
)
def test_what_stands_first_in_a_line_makes_nothing_of_it(typed):
    assert re.fullmatch(r"<p>.*</p>\n", rendered(typed), re.DOTALL)


def test_nobody_is_mentioned():
    assert "@everyone" not in inert("@everyone")


async def test_the_book_has_every_entry_with_its_questions_and_what_became_of_its_promise(town):
    here = await town.here(1, SUNDAY)
    said = book(here, [(entry(1, "partly"), PROMPT), (entry(2, improve="Ask"), PROMPT)])
    assert said.startswith("# Retros · ")
    assert "## Week 1 · " in said
    assert "### What changes?\n\nTest first\n" in said
    assert "**Promise:** partly kept, and carried on, 2026-03-08." in said
    assert said.endswith("**Promise:** still open.\n")
    page = MarkdownIt().render(said)
    assert page.count("<h2>") == 2
    assert page.count("<h3>") == 6
    assert "<b>" not in page
