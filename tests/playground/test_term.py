"""The story that the playground opens on, told by the real bot."""

from __future__ import annotations

from datetime import timedelta

import pytest_asyncio

from playground.term import OPENS, begin
from playground.world import ZONE


@pytest_asyncio.fixture
async def stage(database):
    stage = await begin(database, port=8798)
    yield stage
    await stage.close()


def said(stage, words):
    return [entry for entry in stage.journal.entries if words in entry.text]


def local(entry):
    return f"{entry.at.astimezone(ZONE):%a %d %b %H:%M}"


async def test_it_opens_in_the_third_week_with_a_past_that_happened_at_its_own_time(stage):
    assert stage.world.now() == OPENS
    assert [local(entry) for entry in said(stage, "@Student Week")] == [
        "Mon 02 Mar 09:00",
        "Mon 09 Mar 09:00",  # the clocks changed in the night before
        "Mon 16 Mar 09:00",
    ]
    assert said(stage, "Wrote to Student Aster: Student ")
    assert said(stage, "Late work joins")
    assert not [entry.text for entry in stage.journal.entries if entry.kind in {"trouble", "refusal"}]


async def test_the_visitor_finds_reviews_to_write_and_feedback_to_read(stage):
    aster, *_ = stage.world.of("student")
    answer = await aster.actor.slash(stage.world.cohort, "me")
    card = str(answer.response.components)
    assert answer.ephemeral
    assert all(heading in card for heading in ("To hand in", "To review", "To read"))


async def test_a_week_later_the_others_have_gone_on_and_the_visitor_was_reminded(stage):
    stage.open_doors()
    before = stage.journal.count
    await stage.wind("week")
    assert stage.world.now() == OPENS + timedelta(weeks=1)
    news = [entry.text for entry in stage.journal.since(before)]
    assert any(text.startswith("Posted in #cohort: @Student Week 4") for text in news)
    assert any(text.startswith("Wrote to Student Aster: A friendly nudge") for text in news)
    assert not [entry.text for entry in stage.journal.entries if entry.kind == "trouble"]
