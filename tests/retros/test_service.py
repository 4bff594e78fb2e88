"""Looking back: which week, what was promised, writing again, and who may."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.curriculum import RetroPrompt
from bot.errors import CourseError
from bot.privacy.rules import PHRASE
from bot.privacy.service import Privacy
from bot.retros import store
from bot.retros.book import book
from bot.retros.service import Choice, themes_of_course, themes_of_digest
from tests.town import LEAD, MENTOR

KICKOFF = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEK = timedelta(weeks=1)
SUNDAY = datetime(2026, 3, 8, 19, tzinfo=UTC)


async def write(town, week=1, *, student=1, improve="Test first", kept=None, at=SUNDAY, **answers):
    here = await town.here(student, at)
    texts = {"retain": "Pairing", "improve": improve, "scale": "Our checklist", **answers}
    return (await town.retros.write(here, week, **texts, kept=kept, now=at)).entry


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
    became = replace(first, became="partly", became_at=SUNDAY + WEEK)
    assert (opened.week, opened.entry, opened.promised) == (2, second, became)


async def test_writing_again_replaces_the_answers_and_keeps_what_became_of_the_promise(town):
    await write(town)
    await write(town, 2, kept="kept", at=SUNDAY + WEEK)
    await write(town, 2, improve="  Smaller steps ", at=SUNDAY + WEEK)
    opened = await form(town, 2, at=SUNDAY + WEEK)
    assert (opened.entry.improve, opened.promised.became) == ("Smaller steps", "kept")
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


async def test_there_is_a_choice_once_what_was_asked_is_written_and_another_week_runs(town):
    async def choice(at):
        return await town.retros.choice(await town.here(1, at), at)

    assert await choice(KICKOFF) is None, "nothing is asked for yet"
    assert await choice(SUNDAY) is None, "it is asked for, and not written"
    await write(town)
    assert await choice(SUNDAY) is None, "no other week runs"
    two = Choice(written=1, running=2, is_running_written=False)
    assert await choice(KICKOFF + WEEK) == two
    await write(town, 2, at=KICKOFF + WEEK)
    assert await choice(KICKOFF + WEEK) == replace(two, is_running_written=True)
    assert await choice(SUNDAY + WEEK) is None
    assert await choice(KICKOFF + 2 * WEEK) == Choice(written=2, running=3, is_running_written=False)


async def _promises(town, student=1, at=SUNDAY):
    return [(entry.week, entry.became) for entry in await town.retros.promises(await town.here(student, at))]


async def test_a_promise_is_open_until_it_is_kept_or_dropped_and_partly_carries_it_on(town):
    later = SUNDAY + 2 * WEEK
    await write(town)
    await write(town, 2, kept="partly", at=SUNDAY + WEEK)
    await write(town, 3, kept="kept", at=later)
    assert await _promises(town) == [(1, "partly"), (3, None)]
    here = await town.here(1, later)
    settled = await town.retros.settle(here, 1, "dropped", later)
    assert (settled.week, settled.became, settled.became_at) == (1, "dropped", later)
    assert await _promises(town) == [(3, None)]
    await town.retros.settle(here, 1, "partly", later)
    assert await _promises(town) == [(1, "partly"), (3, None)], "a slip can be mended"


async def test_what_became_of_a_promise_is_dated_when_it_was_first_said(town):
    await write(town)
    await write(town, 2, kept="kept", at=SUNDAY + WEEK)
    await write(town, 2, kept="kept", at=SUNDAY + 2 * WEEK)
    assert (await form(town, 2, at=SUNDAY + 2 * WEEK)).promised.became_at == SUNDAY + WEEK


async def test_another_promise_is_open_again_whatever_became_of_the_words_before(town):
    await write(town)
    await write(town, 2, kept="kept", at=SUNDAY + WEEK)
    await write(town, 1, improve="Smaller commits", at=SUNDAY + WEEK)
    here = await town.here(1, SUNDAY)
    (first, _) = [entry for entry, _ in await town.retros.book(here)]
    assert (first.improve, first.became, first.became_at) == ("Smaller commits", None, None)
    assert await _promises(town) == [(1, None), (2, None)]
    assert "kept" not in book(here, await town.retros.book(here))


async def test_writing_again_keeps_what_became_of_the_same_promise(town):
    await write(town)
    await write(town, 2, kept="dropped", at=SUNDAY + WEEK)
    again = await write(town, 1, improve=" Test first ", retain="Other words", at=SUNDAY + 2 * WEEK)
    assert (again.became, again.became_at) == ("dropped", SUNDAY + WEEK)


async def test_after_writing_earlier_promises_that_are_open_are_told_with_the_last_one(town):
    for week in (1, 2):
        await write(town, week, at=SUNDAY + (week - 1) * WEEK)
    here = await town.here(1, SUNDAY + 2 * WEEK)
    written = await town.retros.write(
        here, 3, retain="a", improve="b", scale="c", kept="partly", now=SUNDAY + 2 * WEEK
    )
    assert (written.promised.week, written.promised.became) == (2, "partly")
    assert [entry.week for entry in written.open_ones] == [1, 2]
    assert await town.retros.written(here, 3) == written


async def test_nobody_says_what_became_of_a_promise_that_is_not_theirs(town):
    await write(town)
    for person, words in ((2, "no retro of week 1"), (7, "not on the roster"), (MENTOR, "mentor")):
        here = await town.here(person, SUNDAY)
        assert words in await refusal(town.retros.settle(here, 1, "kept", SUNDAY))
    here = await town.here(1, SUNDAY)
    assert "no retro of week 2" in await refusal(town.retros.settle(here, 2, "kept", SUNDAY))
    assert "Choose from the menu" in await refusal(town.retros.settle(here, 1, "perhaps", SUNDAY))
    assert await _promises(town) == [(1, None)]


async def test_a_finished_cohort_s_retros_are_read_and_no_longer_answered(town):
    await write(town)
    await town.database.write(lambda tx: tx.run("UPDATE cohort SET state = 'finished'"))
    here = await town.here(1, SUNDAY)
    assert "has finished" in await refusal(town.retros.settle(here, 1, "kept", SUNDAY))
    assert len(await town.retros.book(here)) == 1


async def test_who_has_written_no_retro_has_no_book(town):
    await write(town)
    assert "not written a retro" in await refusal(town.retros.book(await town.here(2, SUNDAY)))


async def test_the_themes_of_a_course_are_told_week_by_week_as_the_digests_told_them(town):
    for student in range(1, 6):
        await write(town, student=student, improve=f"More tests, says {student}")
    for student in (1, 2, 3):
        await write(town, 2, student=student, improve="More tests", at=SUNDAY + WEEK)
    here = await town.here(1, SUNDAY + WEEK)
    assert await town.database.read(themes_of_course, here) == [], "no digest is out"
    told = [await town.database.write(themes_of_digest, here, week) for week in (1, 2)]
    first, second = await town.database.read(themes_of_course, here)
    assert (first.week, first.answers, first.is_enough) == (1, 5, True)
    assert [(theme.words, theme.people, theme.of) for theme in first.themes] == [(["tests"], 5, 5)]
    assert (second.week, second.answers, second.is_enough, second.themes) == (2, 3, False, [])
    assert told == [first, second]


async def test_whoever_looks_at_the_themes_before_and_after_a_retro_learns_nothing_of_it(town):
    for student in range(1, 5):
        await write(town, student=student, improve="More tests" if student > 1 else "Less haste")
    here = await town.here(1, SUNDAY)
    await town.database.write(themes_of_digest, here, 1)
    before = await town.database.read(themes_of_course, here)
    await write(town, student=5, improve="Less haste", at=SUNDAY + WEEK)
    await write(town, student=2, improve="Less haste", at=SUNDAY + WEEK)
    await Privacy(town.database).erase(3, PHRASE, SUNDAY + WEEK)
    assert await town.database.read(themes_of_course, here) == before


async def test_no_name_of_anybody_in_the_cohort_is_a_theme(town):
    for student in range(1, 6):
        await write(town, student=student, improve="I ask moss for a review; linden too, and student")
    week = await town.database.write(themes_of_digest, await town.here(1, SUNDAY), 1)
    assert [theme.words for theme in week.themes] == [["review", "ask"]]
