"""Made-up people act when their time comes, and never over what a hand did in their name."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from bot.database import instant
from bot.reviews import effort
from bot.simulation import words
from bot.simulation.classmates import Classmates, Rooms
from bot.simulation.people import Person
from tests.town import CHANNEL, GUILD, MENTOR, Town, point_of, strength_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def town(database):
    return Town(database)


async def live(town, acting, now, until):
    """Let people and the bot take turns until then."""
    while True:
        upcoming = [at for at in (await acting.next_at(now), await town.posts.next_at()) if at is not None]
        if not upcoming or min(upcoming) > until:
            return
        now = max(now, min(upcoming))
        await acting.act(now)
        await town.tick(now)


async def classmates(town, here, *, students, mentor=False, **habits):
    rooms = Rooms.on(town.database, town.course)
    people = [
        Person(user_id=number, name=f"Student {number}", handle=f"s{number}", **habits)
        for number in range(1, students + 1)
    ]
    people += [Person(user_id=MENTOR, name="Mentor Moss", handle="moss", is_mentor=True)] if mentor else []
    acting = Classmates(rooms, GUILD, CHANNEL, people)
    await acting.begin(here.week(1).kickoff)
    return acting


async def test_everybody_hands_in_on_time_when_nobody_is_ever_late(town):
    here = await town.begin(5)
    week = here.week(1)
    acting = await classmates(town, here, students=5, lateness=0.0)
    await acting.act(week.deadline)
    w01 = here.course.deliverable("w01")
    for number in range(1, 6):
        revision = await town.submissions.latest(await town.here(number, week.deadline), w01)
        assert revision is not None
        assert not revision.late


async def test_some_score_their_own_work_when_they_hand_it_in(town):
    here = await town.begin(12)
    acting = await classmates(town, here, students=12, lateness=0.0)
    await acting.act(here.week(1).deadline)
    scored = await town.database.read(
        lambda tx: tx.all("SELECT submission_id, count(*) AS criteria FROM self_score GROUP BY submission_id")
    )
    assert 0 < len(scored) < 12
    criteria = len(here.course.deliverable("w01").rubric.criteria)
    assert {row["criteria"] for row in scored} == {criteria}


async def test_the_same_people_do_the_same_things_again(town):
    here = await town.begin(5)
    first = await classmates(town, here, students=5)
    second = await classmates(town, here, students=5)
    assert await first.next_at(here.week(1).kickoff) == await second.next_at(here.week(1).kickoff)


async def test_who_is_absent_never_hands_in_and_who_is_silent_never_reviews(town):
    here = await town.begin(3)
    week = here.week(1)
    absent = await classmates(town, here, students=3, absence=1.0)
    await absent.act(week.deadline)
    assert await town.submissions.handed_in(await town.here(1, week.deadline)) == frozenset()
    silent = await classmates(town, here, students=3, lateness=0.0, reviews=0.0)
    await silent.act(week.deadline)
    await town.tick(week.deadline)
    await silent.act(week.digest)
    asked = [await town.reviews.mine(await town.here(number, week.digest)) for number in (1, 2, 3)]
    assert [sum(item.review.is_open for item in theirs) for theirs in asked] == [2, 2, 2]


async def test_what_a_hand_did_is_left_alone(town):
    here = await town.begin(3)
    week = here.week(1)
    acting = await classmates(town, here, students=3, lateness=0.0, revises=0.0)
    await town.submit(1, "w01", week.kickoff, "https://git.example.org/by/hand")
    await acting.act(week.deadline)
    w01 = here.course.deliverable("w01")
    mine = await town.submissions.latest(await town.here(1, week.deadline), w01)
    assert mine.links["code"] == "https://git.example.org/by/hand"
    await town.tick(week.deadline)
    assert await town.review_all(1, week.deadline + HOUR) == 2
    await acting.act(week.digest)
    given = await town.reviews.mine(await town.here(1, week.digest))
    assert [item.review.strength for item in given] == [strength_of(item.review.id) for item in given]
    assert [item.review.points[0].body for item in given] == [point_of(item.review.id).body for item in given]


async def test_somebody_who_waits_for_a_hand_does_nothing_from_then_on(town):
    here = await town.begin(2)
    week = here.week(1)
    acting = await classmates(town, here, students=2, until=week.kickoff)
    assert await acting.next_at(week.kickoff) is None


async def test_people_answer_their_feedback_look_again_and_the_work_is_accepted(town):
    here = await town.begin(4)
    week = here.week(1)
    acting = await classmates(town, here, students=4, lateness=0.0, declines=0.0, strictness=0.0)
    await live(town, acting, week.kickoff, week.reviews + 8 * DAY)
    assert [await town.state(number, "w01", week.reviews + 8 * DAY) for number in range(1, 5)] == [
        "accepted"
    ] * 4


async def test_a_strict_reviewer_finds_something_still_open_and_it_is_answered_once_more(town):
    here = await town.begin(4)
    week = here.week(1)
    acting = await classmates(town, here, students=4, lateness=0.0, declines=0.0, strictness=1.0)
    await live(town, acting, week.kickoff, week.reviews + 9 * DAY)
    rounds = await town.database.read(lambda tx: tx.all("SELECT DISTINCT round FROM answer ORDER BY round"))
    assert [row["round"] for row in rounds] == [1, 2]


async def test_somebody_takes_work_up_before_the_deadline_and_gives_it_or_forgets_it(town):
    here = await town.begin(6)
    week = here.week(1)
    acting = await classmates(town, here, students=6, lateness=0.0, pulls=1.0, forgets=0.0)
    await live(town, acting, week.kickoff, week.deadline)
    taken = await town.database.read(lambda tx: tx.all("SELECT * FROM review WHERE origin = 'pull'"))
    assert taken
    assert all(row["sent_at"] is not None for row in taken if row["lease_until"] is not None)


async def test_a_mentor_works_through_the_queue_on_weekdays(town):
    here = await town.begin(3, mentor=True)
    week = here.week(1)
    acting = await classmates(town, here, students=3, lateness=0.0, reviews=0.0, mentor=True)
    await live(town, acting, week.kickoff, week.digest + 3 * DAY)
    given = await town.database.read(lambda tx: tx.all("SELECT sent_at FROM review WHERE origin = 'mentor'"))
    assert len(given) == 3
    assert all(instant(row["sent_at"]).astimezone(here.cohort.zone).isoweekday() <= 5 for row in given)


def test_nobody_runs_out_of_words_in_a_whole_course():
    dice = random.Random(1)
    strengths = {words.strength(dice) for _ in range(200)}
    bodies = {point.body for _ in range(100) for point in words.points(dice, 2)}
    assert len(strengths) > 150
    assert len(bodies) > 120
    assert all(len(effort.words(text)) >= 5 for text in strengths | bodies)
