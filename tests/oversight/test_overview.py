"""Everybody of a large cohort on one picture, and what it says in words."""

from __future__ import annotations

import io
from datetime import timedelta
from itertools import combinations

import pytest
from PIL import Image

from bot.cohorts import store as cohorts
from bot.oversight import overview
from bot.oversight.map_words import STATES, alt_text, in_states
from bot.oversight.overview import COLOURS, HATCHED, ordered, picture
from bot.oversight.rules import MARKS, OVERVIEW
from bot.oversight.service import Oversight
from tests.progress.colours import apart, colours
from tests.town import LEAD, Town

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def town(database):
    return Town(database)


async def report(town, now, week=None):
    return await Oversight(town.database).report(await town.here(LEAD, now), week, now)


async def filled(town, here, students):
    """With so many more students, who joined before the first week and hand in nothing."""
    before = here.week(1).kickoff - DAY

    def fill(tx):
        for number in range(1, students + 1):
            member = cohorts.remember(tx, 10**18 + number, f"Many {number}")
            cohorts.enroll(tx, here.cohort.id, member.id, "student", before)

    await town.database.write(fill)


async def a_large_cohort(town):
    """Two who hand in the first week's work, one of them the second's as well, and seventy who are silent."""
    here = await town.begin(2)
    await filled(town, here, 70)
    for student in (1, 2):
        await town.submit(student, "w01", here.week(1).kickoff + HOUR)
    await town.submit(1, "w02", here.week(2).kickoff + HOUR)
    return here, here.week(2).deadline + HOUR


async def test_the_picture_of_everybody_comes_first_where_names_take_several(town):
    _, now = await a_large_cohort(town)
    found = await report(town, now)
    assert (found.pages, found.opening) == (2, OVERVIEW)
    assert [found.nearest(page) for page in (-1, 0, 1, 2, 9)] == [0, 0, 1, 2, 2]
    assert alt_text(found, OVERVIEW).startswith("Heat map of everybody")
    assert alt_text(found, 2).startswith("Heat map of Spring, week 2 of 24: students 61 to 72 of 72")


async def test_a_cohort_that_fits_one_page_of_names_has_no_other_picture(town):
    here = await town.begin(3)
    found = await report(town, here.week(1).kickoff)
    assert found.opening == 1
    assert found.nearest(OVERVIEW) == 1, "students left, and an old menu asks for everybody"


async def test_whom_most_is_missing_from_stands_on_top(town):
    _, now = await a_large_cohort(town)
    rows = ordered(await report(town, now))
    assert [row.member.name for row in rows[:2]] == ["Many 1", "Many 2"]
    assert [row.member.name for row in rows[-2:]] == ["Student 2", "Student 1"]


async def test_states_are_counted_for_each_deliverable(town):
    _, now = await a_large_cohort(town)
    found = await report(town, now)
    first, second = found.deliverables[:2]
    assert in_states(found, first) == {"missed": 70, "handed in": 2}
    assert in_states(found, second) == {"missed": 71, "handed in": 1}


async def test_the_words_count_students_by_what_is_missing(town):
    _, now = await a_large_cohort(town)
    found = await report(town, now)
    said = alt_text(found, OVERVIEW)
    assert "72 students without names, most missing first, 2 deliverables" in said
    assert "Missing nothing: 1 student; one piece of work: 1 student; more: 70 students." in said
    assert len(found.at_risk) == 70, "the picture has a strip for them"
    assert "At risk: 70 students." in said
    assert "At risk: 10 students." in alt_text(found, 2), "a page tells of those on it"
    assert "Missing by deliverable: w01 70, w02 71." in said
    assert "w02: handed in 1, missed 71." in said


async def test_nothing_due_and_nothing_asked_are_said(town):
    here = await town.begin(0)
    await filled(town, here, 70)
    early = await report(town, here.week(1).kickoff - DAY)
    assert alt_text(early, OVERVIEW).endswith("Nothing to show yet.")
    assert picture(early, OVERVIEW)
    running = alt_text(await report(town, here.week(1).kickoff), OVERVIEW)
    assert "Nothing is due yet." in running
    assert "Missing nothing" not in running


async def test_the_picture_is_the_same_each_time_and_shows_what_occurs(town):
    _, now = await a_large_cohort(town)
    found = await report(town, now)
    drawn = picture(found, OVERVIEW)
    assert drawn == picture(found, OVERVIEW)
    assert {COLOURS["missed"], HATCHED["missed"], overview.LATE} <= colours(drawn)
    assert COLOURS["accepted"] not in colours(drawn)
    assert picture(found, 1) != drawn


@pytest.mark.parametrize(("students", "week"), [(70, None), (500, None), (500, 8), (1500, None)])
async def test_any_number_of_students_fits_one_picture(town, students, week):
    here = await town.begin(0)
    await filled(town, here, students)
    found = await report(town, here.week(24).deadline + HOUR, week)
    drawn = picture(found, OVERVIEW)
    image = Image.open(io.BytesIO(drawn)).convert("RGB")
    assert image.width <= 1300, "a phone shows it at a third"
    assert image.height < 2_400
    assert len(drawn) < 1_000_000
    edge = image.crop((image.width - 24, 0, image.width, image.height))
    assert {colour for _, colour in edge.getcolors(1 << 20)} == {(30, 31, 34)}, "nothing over the edge"
    assert len(alt_text(found, OVERVIEW)) <= 1000


def test_every_mark_has_its_state_and_every_state_its_colour():
    assert set(STATES) == set(MARKS)
    assert set(STATES.values()) == set(COLOURS)


def test_states_are_told_apart_by_readers_who_see_fewer_colours():
    shown = [state for state in COLOURS if state != "not begun"]
    for one, other in combinations(shown, 2):
        if (one in HATCHED) != (other in HATCHED):
            continue  # hatching tells them apart without a colour
        for seen, clear in (("protanopia", 20), ("deuteranopia", 20), ("grey", 8)):
            assert apart(COLOURS[one], COLOURS[other], seen) > clear, (one, other, seen)
