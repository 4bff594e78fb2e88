"""The way back in `/me`: its words, its buttons, and that Discord holds it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.extensions.service import Extensions
from bot.planning.service import Planning
from bot.progress import to_do_cards
from bot.progress.service import Progress
from bot.progress.way_cards import named
from bot.ui import stamp
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
    assert "This is the least that it takes:\n1. **Hand in 2 late pieces**, Week 3 and Week 2:" in said
    assert "then it is 1 of the last 3" in said
    assert "The other late piece, Week 1, can wait." in said
    assert "`/extension`" in said
    assert "Late, and still welcome" not in said, "the way says it already"
    assert "at risk" not in said
    assert "What is still in time goes before it" in said
    assert said.index("Also waits for you") < said.index("**To hand in**\n- Week 4")
    assert list(buttons_of(card))[:3] == ["Submit Week 3", "Submit Week 2", "Submit Week 4"]


async def test_the_way_back_begins_with_the_reviews_that_are_late(town):
    here = await town.begin(3)
    week = here.week(1)
    for student in (1, 2, 3):
        await town.submit(student, "w01", week.deadline - HOUR)
    await town.tick(week.deadline)
    for student in (2, 3):
        await town.review_all(student, week.deadline + HOUR)
    now = here.week(4).kickoff
    waiting = await waits(town, 1, now)
    card = to_do_cards.to_do(waiting, now)
    assert_discord_holds(card)
    said = words_of(card)
    assert "takes, in this order:\n1. **Give 2 late reviews** of Week 1: classmates wait for them." in said
    assert "2. **Hand in 1 late piece**, Week 3: then it is 1 of the last 3, and you are back." in said
    assert "To review" not in said
    assert list(buttons_of(card))[:5] == [
        "My reviews", "Submit Week 3", "Submit Week 4", "Answer points", "Read feedback",
    ]  # fmt: skip
    beside = said[said.index("Also waits for you") :]
    assert "**To answer**\n- 2 points on Week 1" in beside, "what is no part of the way stands below it"
    assert "To read" in beside


async def test_what_waits_besides_is_not_called_the_least_that_it_takes(town):
    here, _ = await behind(town)
    week = here.week(4)
    for student in (1, 2, 3):
        await town.submit(student, "w04", week.deadline - HOUR)
    await town.tick(week.deadline)
    for student in (2, 3):
        await town.review_all(student, week.deadline + HOUR)
    now = week.deadline + DAY / 2
    said = words_of(to_do_cards.to_do(await waits(town, 1, now), now))
    way, beside = said.split("-# Also waits for you")
    assert "takes:\n1. **Hand in 1 late piece**, Week 3:" in way
    assert "review" not in way.replace("reviewers", "")
    assert "**To review**" in beside, "reviews that are not late yet"
    assert "**To answer**" in beside
    await town.submit(1, "w03", now)
    assert (await waits(town, 1, now)).path is None, "so that was all it took"


async def test_what_is_still_in_time_shows_each_date_the_nearest_first(town):
    here = await town.begin(1)
    for number in (1, 2):
        await town.tick(here.week(number).deadline)
    week, now = here.week(4), here.week(3).kickoff + HOUR
    lead, until = await town.here(LEAD, now), week.deadline + 3 * DAY
    extensions, w03 = Extensions(town.database), COURSE.deliverable("w03")
    plan = await extensions.plan(lead, 1, w03, until, now)
    await extensions.extend(lead, 1, w03, until, "", now, seen=plan.before)
    now = week.kickoff + HOUR
    waiting = await waits(town, 1, now)
    assert [item.key for item, _ in waiting.due] == ["w04", "w03"]
    card = to_do_cards.to_do(waiting, now)
    said = words_of(card)
    assert "The short way back" in said
    nearer, later = (stamp(due, "R") for due in (week.deadline, until))
    assert said.index(nearer) < said.index(later)
    assert "Submit Week 4" in buttons_of(card)


async def test_a_late_review_alone_shows_the_way_without_late_work(town):
    here = await town.begin(3)
    week = here.week(1)
    for student in (1, 2, 3):
        await town.submit(student, "w01", week.deadline - HOUR)
    await town.tick(week.deadline)
    card = to_do_cards.to_do(await waits(town, 1, week.reviews + HOUR), week.reviews + HOUR)
    said = words_of(card)
    assert "1. **Give 2 late reviews** of Week 1: classmates wait for them." in said
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
