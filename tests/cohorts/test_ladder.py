"""A cohort's own ladder: in bounds, in order, and carried by its course from then on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cohorts import ladder, service
from bot.cohorts.rules import Here, Running
from bot.cohorts.service import Cohorts
from bot.curriculum import STEPS, Curriculum, Ladder, Step
from bot.database import Database
from bot.errors import CourseError
from tests.cohorts.people import ADMIN, LEAD, NOW, OTHER_ROOM, STUDENT, begin


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (
            {"warn": 24},
            "The nudge (24 hours before reviews are due) must come before the warning (24 hours before)",
        ),
        (
            {"expire": 14},
            "must come before the mentor queue (14 hours after). Set `expire` and `mentor` together",
        ),
        ({"covered": 13}, "must not come after the promised hour (13 hours after)"),
        ({"nudge": 0}, "`nudge` can be 1 to 168 hours, not 0"),
        ({"mentor": 337}, "`mentor` can be 1 to 336 hours, not 337"),
        ({"expire": -1}, "`expire` can be 0 to 168 hours, not -1"),
    ],
)
def test_a_step_that_cannot_stand_so_is_refused(wanted: dict[Step, int | None], words: str):
    with pytest.raises(CourseError) as refused:
        ladder.changed(Ladder(), wanted)
    assert words in str(refused.value)


def test_steps_that_need_each_other_are_set_together():
    assert ladder.changed(Ladder(), {"expire": 20, "mentor": 30}) == Ladder(expire=20, mentor=30)
    assert ladder.changed(Ladder(warn=2), {"nudge": None}) == Ladder(warn=2)


@given(st.dictionaries(st.sampled_from(STEPS), st.integers(-5, 400)))
def test_a_ladder_that_is_taken_is_one_that_the_course_file_could_hold(wanted: dict[Step, int]):
    try:
        taken = ladder.changed(Ladder(), dict(wanted))
    except CourseError:
        return
    assert Ladder.model_validate(taken.model_dump()) == taken
    assert ladder.changed(taken, {}) == taken
    assert {step: new for step, _, new in ladder.differences(Ladder(), taken)} == {
        step: hours for step, hours in wanted.items() if hours != getattr(Ladder(), step)
    }


def test_steps_are_counted_from_when_the_reviews_of_the_week_are_due(draft: Running):
    week = draft.week(1)
    at = ladder.instants(Ladder(), week)
    assert at["nudge"] < at["warn"] < week.reviews < at["expire"] < at["mentor"] < at["covered"]
    assert "recheck" not in at


async def test_a_cohorts_course_carries_its_ladder_for_everybody(
    desk: Cohorts, lead: Here, database: Database
):
    await desk.start(lead, NOW)
    kept = await desk.keep_ladder(await desk.here(LEAD, NOW), {"warn": 6, "covered": 72}, NOW)
    assert kept == Ladder(warn=6, covered=72)
    for asker in (LEAD, STUDENT):
        assert (await desk.here(asker, NOW)).course.review.ladder == kept
    scheduled = await database.read(service.running, lead.cohort.id)
    assert scheduled.course.review.ladder == kept


async def test_nothing_else_of_the_course_changes_with_it(desk: Cohorts, lead: Here):
    before = (await desk.here(LEAD, NOW)).course
    assert before.deliverables
    await desk.keep_ladder(lead, {"warn": 6}, NOW)
    after = (await desk.here(LEAD, NOW)).course
    assert after.deliverables == before.deliverables
    same = after.model_copy(update={"review": before.review})
    assert Curriculum.model_validate_json(same.model_dump_json()) == before
    assert (await desk.here(LEAD, NOW)).times == lead.times


async def test_the_course_is_not_built_anew_for_every_command(desk: Cohorts, lead: Here):
    await desk.keep_ladder(lead, {"warn": 6}, NOW)
    assert (await desk.here(LEAD, NOW)).course is (await desk.here(STUDENT, NOW)).course


async def test_a_ladder_set_in_the_draft_outlives_the_start(desk: Cohorts, lead: Here):
    await desk.keep_ladder(lead, {"warn": 6}, NOW)
    here = await desk.here(LEAD, NOW)
    assert desk.plan(here, NOW)[0].course.review.ladder.warn == 6
    assert (await desk.start(here, NOW)).course.review.ladder.warn == 6
    assert (await desk.here(LEAD, NOW)).course.review.ladder.warn == 6


async def test_a_second_change_begins_from_the_first(desk: Cohorts, lead: Here):
    await desk.keep_ladder(lead, {"warn": 6}, NOW)
    here = await desk.here(LEAD, NOW)
    assert desk.ladder(here, {"nudge": 30}) == Ladder(warn=6, nudge=30)
    with pytest.raises(CourseError, match="6 hours before"):
        desk.ladder(here, {"nudge": 5})


async def test_a_ladder_is_one_cohorts_own(desk: Cohorts, lead: Here):
    other = await begin(desk, "Autumn", OTHER_ROOM)
    await desk.keep_ladder(lead, {"warn": 6}, NOW)
    there = await desk.here(ADMIN, NOW, cohort_id=other.cohort.id)
    assert there.course.review.ladder == Ladder()


async def test_the_audit_log_says_who_changed_which_step(desk: Cohorts, lead: Here, database: Database):
    await desk.keep_ladder(lead, {"warn": 6}, NOW)
    await desk.keep_ladder(await desk.here(LEAD, NOW), {"warn": 8}, NOW)
    found: list[dict[str, Any]] = await database.read(
        lambda tx: tx.all("SELECT detail, actor_id FROM audit WHERE action = 'cohort.ladder' ORDER BY id")
    )
    assert [json.loads(row["detail"]) for row in found] == [
        {"changes": {"warn": [4, 6]}},
        {"changes": {"warn": [6, 8]}},
    ]
    assert {row["actor_id"] for row in found} == {lead.known().id}
