"""A cohort whose clock stands still, because it is paused or finished, or whose last week is over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import CourseError
from bot.oversight.map_words import alt_text, place
from bot.oversight.service import Oversight
from bot.planning.service import Planning
from bot.progress.picture import alt_text as alt_of_card
from bot.progress.service import Progress
from tests.town import LEAD, Town

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = timedelta(days=20)


@pytest.fixture
async def town(database):
    return Town(database)


async def two_weeks(town):
    """Two weeks with all that belongs to them, and the day after the third began."""
    here = await town.begin(3)
    for number in (1, 2):
        week = here.week(number)
        for student in (1, 2, 3):
            await town.submit(student, f"w{number:02}", week.deadline - HOUR)
        await town.tick(week.deadline)
        for student in (1, 2, 3):
            await town.review_all(student, week.deadline + DAY)
    return here.week(3).kickoff + DAY


async def report(town, now):
    return await Oversight(town.database).report(await town.here(LEAD, now), None, now)


async def standing(town, now):
    here = await town.here(1, now)
    return await Progress(town.database).standing(here, here.student(), now)


def marks(found):
    return [[row.cells[item.key].mark for item in found.deliverables] for row in found.rows]


async def test_after_a_lead_has_finished_the_course_no_further_week_is_missed(town):
    now = await two_weeks(town)
    await Planning(town.database).finish(await town.here(LEAD, now), 30, now)
    then = await standing(town, now + LATER)
    assert then.card == (await standing(town, now)).card
    assert "course finished. Handed in 2 of 2; none late; none missed." in alt_of_card(then.card)
    assert "missed" not in {line.state for line in then.lines}


async def test_the_report_and_the_dashboard_of_a_finished_course_stay_as_they_were(town):
    now = await two_weeks(town)
    await Planning(town.database).finish(await town.here(LEAD, now), 30, now)
    found, before = await report(town, now + LATER), await report(town, now)
    assert place(found) == "Ended in week 3 of 24"
    assert marks(found) == marks(before)
    assert [item.key for item in found.deliverables] == ["w01", "w02", "w03"]
    assert list(found.at_risk) == list(before.at_risk) == []
    dashboard = await Oversight(town.database).dashboard(await town.here(LEAD, now), now + LATER)
    assert (dashboard.beside.week, dashboard.beside.figures.missed) == (3, 0)


async def test_who_was_at_risk_when_the_course_was_finished_is_so_for_the_same_reasons_and_no_others(town):
    here = await town.begin(2)
    now = here.week(3).kickoff + DAY
    before = {item.member.name: item.reasons for item in (await report(town, now)).at_risk}
    assert set(before) == {"Student 1", "Student 2"}
    await Planning(town.database).finish(await town.here(LEAD, now), 30, now)
    assert {item.member.name: item.reasons for item in (await report(town, now + LATER)).at_risk} == before


async def test_nobody_is_at_risk_once_the_last_week_is_over(town):
    here = await town.begin(2)
    end = here.times[-1].ends
    assert len((await report(town, end - HOUR)).at_risk) == 2
    found = await report(town, end)
    assert list(found.at_risk) == []
    assert place(found) == "The whole course"


async def test_the_report_of_a_paused_course_shows_the_week_in_which_it_was_paused(town):
    now = await two_weeks(town)
    await Planning(town.database).pause(await town.here(LEAD, now), "", now)
    found = await report(town, now + LATER)
    assert place(found) == "Week 3 of 24"
    assert {mark for row in marks(found) for mark in row} == {"in review", "open"}
    assert "3 deliverables" in alt_text(found, found.opening)


async def test_reviews_that_fall_due_in_a_pause_are_not_late(town):
    here = await town.begin(3)
    week = here.week(1)
    for student in (1, 2, 3):
        await town.submit(student, "w01", week.deadline - HOUR)
    await town.tick(week.deadline)
    paused = week.deadline + HOUR
    await Planning(town.database).pause(await town.here(LEAD, paused), "", paused)
    found = await report(town, paused + LATER)
    assert (list(found.overdue), found.covered) == ([], (0, 0))


async def test_in_a_pause_one_looks_back_on_the_last_week_that_was_asked_about(town):
    now = await two_weeks(town)
    await Planning(town.database).pause(await town.here(LEAD, now), "", now)
    here = await town.here(1, now + LATER)
    assert (await town.retros.form(here, None, now + LATER)).week == 2
    assert (await Progress(town.database).to_do(here, now + LATER)).retro == 2
    with pytest.raises(CourseError, match="Week 4 begins when the course goes on"):
        await town.retros.form(here, 4, now + LATER)
