"""Made-up people act when their time comes, and never over what a hand did in their name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.simulation.classmates import Classmates, Rooms
from bot.simulation.people import Person
from tests.town import CHANNEL, GUILD, Town, point_of, strength_of

HOUR = timedelta(hours=1)


@pytest.fixture
async def town(database):
    return Town(database)


async def classmates(town, here, *, students, **habits):
    rooms = Rooms.on(town.database, town.course)
    people = [
        Person(user_id=number, name=f"Student {number}", handle=f"s{number}", **habits)
        for number in range(1, students + 1)
    ]
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
    outstanding = await town.reviews.outstanding(here.cohort.id)
    assert len(outstanding) == 6


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
