"""Looking back: which week, what was promised, writing again, and who may."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.curriculum import RetroPrompt
from bot.errors import CourseError
from bot.retros import rules, store
from tests.town import LEAD, MENTOR

KICKOFF = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEK = timedelta(weeks=1)
SUNDAY = datetime(2026, 3, 8, 19, tzinfo=UTC)


async def write(town, week=1, *, student=1, improve="Test first", kept=None, at=SUNDAY, **answers):
    here = await town.here(student, at)
    texts = {"retain": "Pairing", "improve": improve, "scale": "Our checklist", **answers}
    return await town.retros.write(here, week, **texts, kept=kept, now=at)


async def form(town, week=None, *, student=1, at=SUNDAY):
    return await town.retros.form(await town.here(student, at), week, at)


async def refusal(awaitable) -> str:
    with pytest.raises(CourseError) as refused:
        await awaitable
    return str(refused.value)


async def test_a_first_form_is_empty_and_asks_about_no_promise(town):
    opened = await form(town)
    assert (opened.week, opened.entry, opened.promised) == (1, None, None)


async def test_the_next_form_asks_what_became_of_the_last_improvement(town):
    written = await write(town)
    opened = await form(town, at=SUNDAY + WEEK)
    assert (opened.week, opened.entry, opened.promised) == (2, None, written)


async def test_a_skipped_week_does_not_lose_the_promise(town):
    written = await write(town)
    assert (await form(town, at=SUNDAY + 2 * WEEK)).promised == written


async def test_a_form_of_an_earlier_week_asks_about_the_promise_before_it(town):
    first = await write(town)
    second = await write(town, 2, improve="Smaller steps", kept="partly", at=SUNDAY + WEEK)
    opened = await form(town, 2, at=SUNDAY + 2 * WEEK)
    assert (opened.week, opened.entry, opened.promised) == (2, second, first)


async def test_writing_again_replaces_the_answers_and_keeps_what_became_of_the_promise(town):
    await write(town)
    await write(town, 2, kept="kept", at=SUNDAY + WEEK)
    await write(town, 2, improve="  Smaller steps ", at=SUNDAY + WEEK)
    entry = (await form(town, 2, at=SUNDAY + WEEK)).entry
    assert (entry.improve, entry.kept) == ("Smaller steps", "kept")
    written = await town.database.read(store.of_week, (await town.here(1, SUNDAY)).cohort.id, 2)
    assert len(written) == 1


async def test_an_entry_keeps_the_prompt_that_it_answered(town):
    await write(town)
    row = await town.database.read(lambda tx: tx.one("SELECT prompt FROM retro"))
    assert RetroPrompt.model_validate_json(row["prompt"]) == town.course.retro


async def test_the_week_last_asked_about_is_meant_then_the_one_that_runs_and_after_the_course_its_last(town):
    assert (await form(town, at=KICKOFF)).week == 1
    assert (await form(town, at=KICKOFF + WEEK - timedelta(microseconds=1))).week == 1
    assert (await form(town, at=KICKOFF + WEEK)).week == 1
    await write(town)
    assert (await form(town, at=KICKOFF + WEEK)).week == 2
    assert (await form(town, at=KICKOFF + 20 * WEEK)).week == 3


async def test_weeks_that_have_not_begun_or_do_not_exist_are_refused(town):
    assert "the course begins <t:1772442000:F>" in await refusal(form(town, at=KICKOFF - WEEK))
    assert "Week 2 begins <t:1773046800:F>" in await refusal(form(town, 2))
    assert "there is no week 9" in await refusal(form(town, 9))
    assert "there is no week 0" in await refusal(form(town, 0))
    assert "Week 3 begins" in await refusal(write(town, 3))


@pytest.mark.parametrize("name", ["retain", "improve", "scale"])
async def test_an_empty_answer_is_refused_by_the_question_it_leaves_open(town, name):
    question = getattr(town.course.retro, name)
    assert f"“{question}” is empty" in await refusal(write(town, **{name: "  \n "}))
    assert "501 characters" in await refusal(write(town, **{name: "x" * 501}))
    assert (await form(town)).entry is None


@pytest.mark.parametrize(("person", "words"), [(7, "not on the roster"), (MENTOR, "mentor"), (LEAD, "lead")])
async def test_only_students_look_back(town, person, words):
    assert words in await refusal(form(town, student=person))
    assert words in await refusal(write(town, student=person))


async def test_a_cohort_that_was_not_started_has_nothing_to_look_back_on(town):
    await town.database.write(lambda tx: tx.run("UPDATE cohort SET state = 'draft'"))
    assert "has not been started yet" in await refusal(form(town))
    assert "has not been started yet" in await refusal(write(town))


async def test_from_four_answers_up_they_may_be_shown(town):
    cohort_id = (await town.here(1, SUNDAY)).cohort.id
    for student in range(1, 5):
        assert not rules.can_share(await town.database.read(store.of_week, cohort_id, 1))
        await write(town, student=student)
    assert rules.can_share(await town.database.read(store.of_week, cohort_id, 1))
