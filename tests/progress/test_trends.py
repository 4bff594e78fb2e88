"""Trends from what people did in a cohort, on a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.database import Database
from bot.extensions.service import Extensions
from bot.mentors.service import Mentors
from bot.progress import service
from bot.progress.picture import alt_text, student_card
from bot.progress.service import Progress
from bot.progress.trends import Streak
from bot.reviews.rules import Point, Scores
from bot.revisions import everybody, watching
from tests.town import LEAD, MENTOR, Town, strength_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def town(database):
    return Town(database)


async def stands(town, student, now):
    here = await town.here(student, now)
    return await Progress(town.database).standing(here, here.student(), now)


async def trends(town, student, now):
    return (await stands(town, student, now)).trends


async def a_round(town, here, key, *, students, level=3, kind="risk", late=()):
    """Everybody hands in, is paired and reviews with one point; some come an hour late."""
    week = here.week(here.course.deliverable(key).week)
    for student in students:
        if student not in late:
            await town.submit(student, key, week.deadline - HOUR)
    await town.tick(week.deadline)
    for student in late:
        await town.submit(student, key, week.deadline + HOUR)
    await town.tick(week.deadline + HOUR)
    for student in students:
        await give_all(town, student, week.deadline + DAY, level, kind)


async def give_all(town, student, now, level, kind, *, severity="medium"):
    here = await town.here(student, now)
    for item in await town.reviews.mine(here):
        if item.review.is_open:
            strength = strength_of(item.review.id)
            point = Point(kind=kind, severity=severity, place="timeouts", body=f"{strength} No deadline.")
            scores = {criterion.key: level for criterion in item.deliverable.rubric.criteria}
            await town.reviews.give(
                student, item.review.id, scores=scores, strength=strength, points=[point], now=now
            )


async def test_scores_of_peers_and_of_oneself_stand_side_by_side(town):
    here = await town.begin(3)
    deadline = here.week(1).deadline
    await town.submit(1, "w01", deadline - 2 * HOUR)
    me = await town.here(1, deadline - 2 * HOUR)
    item = me.course.deliverable("w01")
    first, *_ = item.rubric.criteria
    await town.reviews.score_own(me, item, {first.key: 2}, deadline - HOUR)
    await a_round(town, here, "w01", students=(1, 2, 3))
    (trend,) = (await trends(town, 1, deadline + DAY)).rubrics
    assert (trend.rubric, trend.title) == (item.rubric.key, item.rubric.title)
    (work,) = trend.criteria[0].scored
    assert work.peers == Scores(
        mean=pytest.approx(2 / 3), low=pytest.approx(2 / 3), high=pytest.approx(2 / 3), count=2
    )
    assert (work.mentors, work.own) == (None, pytest.approx(1 / 3))
    assert [item.own for item in (work.scored[0] for work in trend.criteria[1:])] == [None] * 4
    assert trend.criteria[0].way is None


async def test_a_mentor_s_review_is_a_mentor_s_and_says_enough_by_itself(town):
    here = await town.begin(1, mentor=True)
    deadline = here.week(1).deadline
    await town.submit(1, "w01", deadline)
    await town.tick(deadline)
    mentor = await town.here(MENTOR, deadline)
    mentors = Mentors(town.database)
    (line,) = (await mentors.queue(mentor, deadline)).lines
    await mentors.take(mentor, line.item.id, deadline)
    review = await mentors.review(mentor, line.item.id, deadline)
    criteria = mentor.course.deliverable("w01").rubric.criteria
    await town.reviews.give(
        MENTOR, review, scores={item.key: 4 for item in criteria}, strength=strength_of(1),
        points=[Point(kind="defect", severity="low", place="x", body="It drops the last line of every file.")],
        now=deadline + HOUR,
    )  # fmt: skip
    standing = await stands(town, 1, deadline + HOUR)
    (work,) = standing.trends.rubrics[0].criteria[0].scored
    assert (work.peers, work.mentors) == (None, Scores(mean=1, low=1, high=1, count=1))
    week = standing.card.weeks[0]
    assert (week.reviews, week.by_mentor, week.is_sound) == (1, True, True)
    assert standing.card.sound_scores == [1]
    member_id = standing.member.id
    watched = await town.database.read(watching.sound_scores, here)
    assert watched == {member_id: [(deadline + HOUR, 1)]}, "what says enough does so everywhere"
    peers = replace(
        standing.card, weeks=[replace(week, by_mentor=False, reviews=2), *standing.card.weeks[1:]]
    )
    assert student_card(standing.card) == student_card(peers), "a full dot"
    assert alt_text(standing.card) == alt_text(peers)


async def test_points_go_from_open_to_resolved_and_a_cohort_s_are_everybody_s(town):
    here = await town.begin(3)
    week = here.week(1)
    await a_round(town, here, "w01", students=(1, 2, 3))
    now = week.deadline + DAY
    (found,) = (await trends(town, 1, now)).points.weeks
    assert (found.week, dict(found.opened), found.still_open) == (1, {"risk": 2}, 2)
    await town.answer_all(1, "w01", now)
    assert (await trends(town, 1, now)).points.weeks[0].still_open == 2, "an answer settles nothing yet"
    for student in (2, 3):
        await town.recheck_all(student, now + HOUR)
    assert (await trends(town, 1, now + HOUR)).points.weeks[0].still_open == 0
    (all_found,) = (await town.database.read(service.cohort_points, here, now + HOUR)).weeks
    assert (all_found.total, all_found.still_open) == (6, 4)


async def test_a_cohort_s_points_of_accepted_work_are_resolved(town):
    here = await town.begin(3)
    week = here.week(1)
    for student in (1, 2, 3):
        item = here.course.deliverable("w01")
        links = {each.kind: f"https://git.example.org/{student}/{each.kind}" for each in item.evidence}
        own = await town.here(student, week.deadline)
        await town.submissions.submit(own, item, links, None, week.deadline)
    await a_round(town, here, "w01", students=(1, 2, 3))
    now = week.deadline + DAY
    for student in (1, 2, 3):
        await town.answer_all(student, "w01", now, kind="explained")
    for student in (1, 2, 3):
        await town.recheck_all(student, now)
    await town.tick(now)
    assert await town.state(1, "w01", now) == "accepted"
    (found,) = (await town.database.read(service.cohort_points, here, now)).weeks
    assert (dict(found.opened), dict(found.resolved)) == ({"risk": 6}, {"risk": 6})
    (mine,) = (await trends(town, 1, now)).points.weeks
    assert (mine.total, mine.still_open) == (2, 0)


async def test_what_comes_back_needs_three_weeks(town):
    here = await town.begin(3)
    for number in (1, 2, 3):
        assert (await trends(town, 1, here.week(number).kickoff)).points.repeated == []
        await a_round(town, here, f"w0{number}", students=(1, 2, 3), kind="defect")
    (again,) = (await trends(town, 1, here.week(4).kickoff)).points.repeated
    assert (again.kind, again.severity, list(again.weeks)) == ("defect", "medium", [1, 2, 3])


async def test_streaks_of_work_reviews_and_retros(town):
    here = await town.begin(3)
    for number in (1, 2):
        await a_round(town, here, f"w0{number}", students=(1, 2, 3), late=[3] if number == 2 else [])
    me = await town.here(1, here.week(2).retro + HOUR)
    answers = {"retain": "Tests first.", "improve": "The memo.", "scale": "The script."}
    for week in (1, 2):
        await town.retros.write(me, week, **answers, kept=None, now=here.week(2).retro + HOUR)
    now = here.week(3).kickoff
    found = (await trends(town, 1, now)).streaks
    assert found.work == Streak(now=2, longest=2)
    assert found.reviews.now == found.reviews.longest >= 4
    assert found.retros == Streak(now=2, longest=2)
    assert (await trends(town, 3, now)).streaks.work == Streak(now=0, longest=1)
    assert (await trends(town, 3, here.week(3).retro + HOUR)).streaks.retros == Streak(now=0, longest=0)


async def test_who_joins_in_week_three_has_missed_nothing_before(town):
    begun = await town.begin(1)
    now = begun.week(3).kickoff + DAY
    lead = await town.here(LEAD, now)
    await town.cohorts.enroll(lead, 7, "Student 7", "student", now)
    standing = await stands(town, 7, now)
    states = {line.deliverable.key: line.state for line in standing.lines}
    assert (states["w01"], states["w02"], states["w03"]) == ("not expected", "not expected", "open")
    assert standing.card.due == []
    assert standing.trends.streaks.work == Streak(now=0, longest=0)
    to_do = await Progress(town.database).to_do(await town.here(7, now), now)
    assert to_do.overdue == []
    later = lead.week(3).deadline + HOUR
    assert [week.week for week in (await stands(town, 7, later)).card.missed] == [3]
    assert [item.key for item, _ in (await waits(town, 7, later)).overdue] == ["w03"]


async def waits(town, student, now):
    return await Progress(town.database).to_do(await town.here(student, now), now)


async def test_what_a_lead_excused_leaves_a_streak_as_it_was(town):
    here = await town.begin(1)
    await town.submit(1, "w01", here.week(1).kickoff)
    now = here.week(2).deadline + HOUR
    assert (await trends(town, 1, now)).streaks.work == Streak(now=0, longest=1)
    item = here.course.deliverable("w02")
    await Extensions(town.database).excuse(here, 1, item, "ill", undo=False, now=now)
    assert (await trends(town, 1, now)).streaks.work == Streak(now=1, longest=1)


async def test_a_student_without_any_work_has_empty_trends(town):
    here = await town.begin(1)
    found = await trends(town, 1, here.week(1).kickoff - DAY)
    assert (list(found.rubrics), list(found.points.weeks), list(found.points.repeated)) == ([], [], [])
    nothing = Streak(now=0, longest=0)
    assert (found.streaks.work, found.streaks.reviews, found.streaks.retros) == (nothing, nothing, nothing)
    assert (await town.database.read(service.cohort_points, here, here.week(1).kickoff)).weeks == []


async def test_other_rooms_are_told_what_a_student_is(town):
    here = await town.begin(3)
    await a_round(town, here, "w01", students=(1, 2, 3))
    now = here.week(2).kickoff
    standing = await stands(town, 1, now)
    told = await town.database.read(service.standing, here, standing.member, now)
    assert (told.card, told.trends) == (standing.card, standing.trends)


async def test_a_cohort_s_points_take_as_few_questions_for_many_as_for_one(town):
    here = await town.begin(8)
    await a_round(town, here, "w01", students=(1, 2, 3))
    asked = []

    def count(tx, now):
        every, single, asked[:] = tx.all, tx.one, []
        tx.all = lambda sql, **given: asked.append(sql) or every(sql, **given)
        tx.one = lambda sql, **given: asked.append(sql) or single(sql, **given)
        found = service.cohort_points(tx, here, now)
        return sum(week.total for week in found.weeks), len(asked)

    of_three, few = await town.database.read(count, here.week(2).kickoff)
    await a_round(town, here, "w02", students=range(1, 9))
    of_many, as_few = await town.database.read(count, here.week(3).kickoff)
    assert (of_three, as_few) == (6, few)
    assert of_many == 6 + 16


async def test_the_points_of_accepted_work_are_looked_up_by_cohort():
    memory = await Database.open("sqlite:///:memory:")
    try:
        plan = await memory.read(
            lambda tx: [
                row["detail"]
                for row in tx.all(f"EXPLAIN QUERY PLAN {everybody.ACCEPTED_POINTS}", cohort_id=1)
            ]
        )
        assert any("SEARCH s USING" in step and "cohort_id=?" in step for step in plan), plan
        assert not [step for step in plan if step.startswith("SCAN")], plan
    finally:
        await memory.close()
