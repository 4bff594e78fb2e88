"""The way back in `/me`: its words, its buttons, and that Discord holds it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.planning.service import Planning
from bot.progress import to_do_cards
from bot.progress.service import Progress
from bot.progress.way_cards import named
from tests.shown import assert_discord_holds, buttons_of, words_of
from tests.town import COURSE, LEAD, Town

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def town(database):
    return Town(database)


async def waits(town, user_id, now):
    return await Progress(town.database).to_do(await town.here(user_id, now), now)


async def behind(town, *, weeks=3):
    """Nobody but the second has handed in; it is the week after."""
    here = await town.begin(3)
    for number in range(1, weeks + 1):
        for student in (2, 3):
            await town.submit(student, f"w{number:02}", here.week(number).deadline - HOUR)
        await town.tick(here.week(number).deadline)
    return here, here.week(weeks + 1).kickoff + HOUR


async def test_me_shows_the_least_that_brings_somebody_back_with_a_button_for_each_step(town):
    _, now = await behind(town)
    waiting = await waits(town, 1, now)
    card = to_do_cards.to_do(waiting, now)
    assert_discord_holds(card)
    said = words_of(card)
    assert "**The short way back**" in said
    assert "You have missed 3 of the last 3 weeks." in said
    assert "1. **Hand in Week 4**: still in time" in said
    assert "2. **Hand in 2 late pieces**, Week 3 and Week 2:" in said
    assert "then it is 1 of the last 3" in said
    assert "The other late piece, Week 1, can wait." in said
    assert "`/extension`" in said
    assert "Late, and still welcome" not in said, "the way says it already"
    assert "at risk" not in said
    assert list(buttons_of(card))[:3] == ["Submit Week 4", "Submit Week 3", "Submit Week 1"]


async def test_the_way_back_begins_with_what_others_wait_for(town):
    here = await town.begin(3)
    week = here.week(1)
    for student in (1, 2, 3):
        await town.submit(student, "w01", week.deadline - HOUR)
    await town.tick(week.deadline)
    for student in (2, 3):
        await town.review_all(student, week.deadline + HOUR)
    now = here.week(4).kickoff
    waiting = await waits(town, 1, now)
    assert [step.kind for step in waiting.path.steps] == ["review", "answer", "on time", "late"]
    card = to_do_cards.to_do(waiting, now)
    assert_discord_holds(card)
    said = words_of(card)
    assert "1. **Give 2 reviews** of Week 1: classmates wait for them, and they are late." in said
    assert "2. **Answer 2 points** on Week 1" in said
    assert "4. **Hand in 1 late piece**, Week 3: then it is 1 of the last 3, and you are back." in said
    assert "To review" not in said
    assert list(buttons_of(card))[:5] == [
        "My reviews", "Answer points", "Submit Week 4", "Submit Week 3", "Submit Week 2",
    ]  # fmt: skip
    assert "To read" in said, "what is no part of the way stands below it"


async def test_answers_to_look_at_are_on_the_way_too(town):
    here = await town.begin(3)
    week = here.week(1)
    for student in (1, 2, 3):
        await town.submit(student, "w01", week.deadline - HOUR)
    await town.tick(week.deadline)
    for student in (1, 2, 3):
        await town.review_all(student, week.deadline + HOUR)
    late = here.week(3).deadline
    await town.answer_all(2, "w01", late)
    now = late + HOUR
    waiting = await waits(town, 1, now)
    assert "recheck" in [step.kind for step in waiting.path.steps]
    card = to_do_cards.to_do(waiting, now)
    assert "**Look at the answers** on Week 1" in words_of(card)
    assert "Look again" in buttons_of(card)


async def test_a_late_review_alone_shows_the_way_without_late_work(town):
    here = await town.begin(3)
    week = here.week(1)
    for student in (1, 2, 3):
        await town.submit(student, "w01", week.deadline - HOUR)
    await town.tick(week.deadline)
    card = to_do_cards.to_do(await waits(town, 1, week.reviews + HOUR), week.reviews + HOUR)
    said = words_of(card)
    assert "**Give 2 reviews** of Week 1" in said
    assert "A review of yours is late." in said
    assert "late piece" not in said
    assert "can wait" not in said


async def test_the_way_ends_when_it_was_walked(town):
    _, now = await behind(town)
    for key in ("w03", "w02"):
        await town.submit(1, key, now)
    assert (await waits(town, 1, now)).path is None
    said = words_of(to_do_cards.to_do(await waits(town, 1, now), now))
    assert "way back" not in said
    assert "Late, and still welcome" in said


async def test_nobody_is_shown_a_way_back_in_a_pause_or_after_the_end(town):
    here, now = await behind(town)
    await Planning(town.database).pause(here, "", now)
    assert (await waits(town, 1, now)).path is None
    await Planning(town.database).finish(await town.here(LEAD, now), 0, now)
    assert (await waits(town, 1, now)).path is None


async def test_mentors_and_leads_have_no_way_back(town):
    _, now = await behind(town)
    assert (await waits(town, LEAD, now)).path is None


async def test_the_way_fits_however_much_is_late(town):
    here = await town.begin(1)
    for number in (4, 12, 24):
        now = here.week(number).deadline + DAY
        assert_discord_holds(to_do_cards.to_do(await waits(town, 1, now), now))


def test_a_step_names_a_few_pieces_and_counts_the_rest():
    items = COURSE.deliverables
    assert named(items[:1]) == "Week 1"
    assert named(items[:3]) == "Week 1, Week 2 and Week 3"
    assert named(items[:6]) == "Week 1, Week 2, Week 3 and 3 more"
    assert named([items[0], items[0]]) == "Week 1", "two reviews of one week's work"


async def test_who_joined_late_needs_no_way_back(town):
    here = await town.begin(1)
    now = here.week(3).kickoff + HOUR
    await town.cohorts.enroll(here, 7, "Student 7", "student", now)
    assert (await waits(town, 7, now)).path is None
    assert (await waits(town, 1, now)).path is not None


async def test_a_course_can_be_joined_when_a_capstone_has_passed(town):
    here = await town.begin(1)
    now = here.week(9).kickoff + HOUR
    await town.cohorts.enroll(here, 7, "Student 7", "student", now)
    waiting = await waits(town, 7, now)
    assert (waiting.overdue, waiting.unready) == ([], [])


async def test_no_button_stands_twice_on_a_card(town):
    """Changes asked of work whose evidence is incomplete lead to the same form as completing it."""
    here = await town.begin(1)
    now = here.week(1).kickoff + HOUR
    await town.submit(1, "w01", now)
    waiting = await waits(town, 1, now)
    item = here.course.deliverable("w01")
    assert_discord_holds(to_do_cards.to_do(replace(waiting, due=[], to_change=[item]), now))
