"""The log says in plain words what people did and what the bot answered."""

from __future__ import annotations

import discord
import pytest

from playground import shim
from playground.journal import excerpt


def texts(stage, *kinds):
    return [entry.text for entry in stage.journal.entries if entry.kind in kinds]


async def test_a_command_and_its_answer_are_two_lines(stage):
    aster = stage.world.of("student")[0].actor
    await aster.slash(stage.world.cohort, "echo", words="hello")
    assert [(e.kind, e.text) for e in stage.journal.entries] == [
        ("person", "Student Aster used /echo"),
        ("answer", "Answered Student Aster privately: hello"),
    ]


async def test_a_direct_message_names_its_reader_and_leads_to_it(stage):
    birch = stage.world.of("student")[1].actor
    await (await stage.world.bot.fetch_user(birch.id)).send("Two days left.")
    (entry,) = stage.journal.entries
    assert (entry.kind, entry.text) == ("direct", "Wrote to Student Birch: Two days left.")
    assert (entry.person_id, entry.channel_id) == (birch.id, birch.user.dm_channel.id)


async def test_what_discord_refuses_is_said_as_a_refusal(stage, plan):
    await shim.forbid_bot(stage.world.env, stage.world.cohort, send_messages=True)
    plan += [(stage.world.now(), "unheard")]
    with pytest.raises(discord.Forbidden):  # the crier does not catch what Discord refuses
        await stage.wind("hour")
    assert texts(stage, "refusal") == ["Discord refused a message: Missing Permissions"]


async def test_what_breaks_inside_the_bot_is_said_once(stage):
    aster = stage.world.of("student")[0].actor
    await aster.slash(stage.world.cohort, "stumble")
    stage.journal.gather_errors()
    stage.journal.gather_errors()
    assert texts(stage, "trouble") == ["Something broke in the bot: RuntimeError: a stone"]


async def test_a_refusal_of_any_kind_is_no_trouble(stage):
    aster = stage.world.of("student")[0].actor
    await aster.slash(stage.world.cohort, "decline")
    stage.journal.gather_errors()
    assert texts(stage, "trouble") == []


def test_an_excerpt_is_the_words_of_a_card_without_their_markup():
    card = {
        "components": [
            {"type": 17, "components": [{"type": 10, "content": "## Week 3 · **Boundaries**\n-# of 24"}]},
            {"type": 9, "components": [{"type": 10, "content": "Due <t:1774202400:F>"}]},
            {"type": 10, "content": "See <https://example.org/a> and [the page](https://example.org/b)"},
        ]
    }
    assert excerpt(card) == (
        "Week 3 · Boundaries of 24 · Due Sun 22 Mar 14:00 · See https://example.org/a and the page"
    )


def test_a_long_message_is_cut_at_a_word_or_letter_and_says_so():
    assert excerpt({"content": "x" * 500}).endswith("x…")
