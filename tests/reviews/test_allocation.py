"""Asking for reviews, on a real database: the round at a deadline, and late work as it arrives."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from bot.cohorts import store as cohorts
from bot.cohorts.rules import Running
from bot.database import micros

STUDENTS = [
    "Student Aster",
    "Student Birch",
    "Student Cedar",
    "Student Dill",
    "Student Elder",
    "Student Fern",
]


def given(reviews) -> Counter[int]:
    return Counter(review.reviewer_id for review in reviews)


def received(reviews) -> Counter[int]:
    return Counter(review.author_id for review in reviews)


@pytest.mark.parametrize("size", [3, 4, 5, 6])
async def test_everyone_gives_and_receives_two_reviews(classroom, size):
    await classroom.enroll(*STUDENTS[:size])
    await classroom.hand_in(*STUDENTS[:size])
    reviews = await classroom.pair()
    assert set(given(reviews).values()) == set(received(reviews).values()) == {2}
    assert len(given(reviews)) == len(received(reviews)) == size
    assert all(review.reviewer_id != review.author_id for review in reviews)
    assert {review.origin for review in reviews} == {"deadline"}


async def test_reviews_are_due_when_the_course_says(classroom):
    await classroom.enroll(*STUDENTS[:3])
    await classroom.hand_in(*STUDENTS[:3])
    reviews = await classroom.pair()
    assert {review.due_at for review in reviews} == {(await classroom.lead()).week(1).reviews}


async def test_a_capstone_is_reviewed_by_three_within_a_week(classroom):
    await classroom.enroll(*STUDENTS)
    await classroom.hand_in(*STUDENTS, key="c1.1")
    reviews = await classroom.pair("c1.1")
    assert set(received(reviews).values()) == {3}
    assert {review.due_at for review in reviews} == {await classroom.deadline("c1.1") + timedelta(days=7)}


async def test_a_round_that_an_outage_delayed_leaves_reviewers_as_much_time(classroom):
    await classroom.enroll(*STUDENTS[:3])
    await classroom.hand_in(*STUDENTS[:3])
    deadline, usual = await classroom.deadline(), (await classroom.lead()).week(1).reviews
    reviews = await classroom.pair(at=deadline + timedelta(days=2))
    assert {review.due_at for review in reviews} == {usual + timedelta(days=2)}


async def test_who_handed_nothing_in_neither_gives_nor_receives(classroom):
    await classroom.enroll(*STUDENTS[:4])
    await classroom.hand_in(*STUDENTS[:3])
    reviews = await classroom.pair()
    assert len(given(reviews)) == len(received(reviews)) == 3


async def test_a_round_without_work_asks_nobody(classroom):
    await classroom.enroll(*STUDENTS[:2])
    assert await classroom.pair() == []


async def test_a_round_is_paired_once_however_often_it_is_asked_for(classroom):
    await classroom.enroll(*STUDENTS[:5])
    await classroom.hand_in(*STUDENTS[:4])
    before = await classroom.pair()
    await classroom.hand_in(STUDENTS[4], at=await classroom.deadline() + timedelta(hours=1))
    assert await classroom.pair() == before


async def test_two_cohorts_with_the_same_seed_and_people_are_paired_alike(classroom):
    await classroom.enroll(*STUDENTS)
    await classroom.hand_in(*STUDENTS)
    first = await classroom.pair()
    await classroom.database.write(lambda tx: (tx.run("DELETE FROM review"), tx.run("DELETE FROM pairing")))
    again = await classroom.pair()
    assert [classroom.who(review) for review in first] == [classroom.who(review) for review in again]


async def test_the_next_week_brings_other_people_together(classroom):
    await classroom.enroll(*STUDENTS)
    for key in ("w01", "w02"):
        await classroom.hand_in(*STUDENTS, key=key)
    first = {classroom.who(review) for review in await classroom.pair("w01")}
    second = {classroom.who(review) for review in await classroom.pair("w02")}
    assert not first & second


async def waiting_for_mentors(classroom) -> list[str]:
    """Whose work waits for a mentor at once."""
    sql = "SELECT member_id FROM submission WHERE mentor_at <= :now AND covered_at IS NULL ORDER BY id"
    now = micros(await classroom.deadline())
    rows = await classroom.database.read(lambda tx: tx.all(sql, now=now))
    names = {member.id: name for name, (_, member) in classroom.people.items()}
    return [names[row["member_id"]] for row in rows]


async def test_the_work_of_a_cohort_of_one_waits_for_a_mentor_at_once(classroom):
    await classroom.enroll(STUDENTS[0])
    await classroom.hand_in(STUDENTS[0])
    assert await classroom.pair() == []
    assert await waiting_for_mentors(classroom) == [STUDENTS[0]]


async def test_two_students_review_each_other_and_mentors_cover_the_rest(classroom):
    await classroom.enroll(*STUDENTS[:2])
    await classroom.hand_in(*STUDENTS[:2])
    reviews = await classroom.pair()
    assert set(received(reviews).values()) == {1}
    assert await waiting_for_mentors(classroom) == STUDENTS[:2]


async def test_what_peers_can_cover_waits_for_no_mentor(classroom):
    await classroom.enroll(*STUDENTS[:3])
    await classroom.hand_in(*STUDENTS[:3])
    await classroom.pair()
    assert await waiting_for_mentors(classroom) == []


async def test_a_lone_student_without_a_mentor_is_left_uncovered_and_nothing_breaks(classroom):
    await classroom.enroll(STUDENTS[0])
    await classroom.hand_in(STUDENTS[0])
    assert await classroom.pair() == []


@pytest.mark.parametrize("size", [2, 3, 5])
async def test_late_work_still_gets_two_reviewers_and_its_author_two_reviews_to_give(classroom, size):
    await classroom.enroll(*STUDENTS[: size + 1])
    await classroom.hand_in(*STUDENTS[:size])
    before = await classroom.pair()
    late = STUDENTS[size]
    at = await classroom.deadline() + timedelta(hours=5)
    await classroom.hand_in(late, at=at)
    after = await classroom.join_late(late, at)
    member = classroom.people[late][1].id
    assert received(after)[member] == 2
    assert given(after)[member] == 2
    assert after[: len(before)] == before
    assert max(given(after).values()) - min(given(after).values()) <= 1


async def test_several_late_ones_go_each_to_whoever_has_least_to_do(classroom):
    await classroom.enroll(*STUDENTS)
    await classroom.hand_in(*STUDENTS[:3])
    before = given(await classroom.pair())
    at = await classroom.deadline() + timedelta(hours=5)
    for late in STUDENTS[3:]:
        await classroom.hand_in(late, at=at)
        reviews = await classroom.join_late(late, at)
        member = classroom.people[late][1].id
        chosen = {review.reviewer_id for review in reviews if review.author_id == member}
        assert sorted(before[peer] for peer in chosen) == sorted(before.values())[:2]
        assert given(reviews) == before + Counter(chosen) + Counter({member: 2})
        before = given(reviews)
    assert min(received(reviews).values()) == 2


async def test_reviewers_of_late_work_get_as_long_as_the_others_had(classroom):
    await classroom.enroll(*STUDENTS[:4])
    await classroom.hand_in(*STUDENTS[:3])
    await classroom.pair()
    week, at = (await classroom.lead()).week(1), await classroom.deadline() + timedelta(days=2)
    await classroom.hand_in(STUDENTS[3], at=at)
    late = [review for review in await classroom.join_late(STUDENTS[3], at) if review.origin == "late"]
    assert {review.due_at for review in late} == {at + (week.reviews - week.deadline)}


async def test_late_work_joins_once_however_often_it_is_asked_for(classroom):
    await classroom.enroll(*STUDENTS)
    await classroom.hand_in(*STUDENTS[:5])
    await classroom.pair()
    at = await classroom.deadline() + timedelta(hours=5)
    await classroom.hand_in(STUDENTS[5], at=at)
    once = await classroom.join_late(STUDENTS[5], at)
    assert await classroom.join_late(STUDENTS[5], at + timedelta(minutes=1)) == once


async def test_the_first_late_work_of_all_waits_for_a_mentor(classroom):
    await classroom.enroll(STUDENTS[0])
    await classroom.pair()
    at = await classroom.deadline() + timedelta(hours=5)
    await classroom.hand_in(STUDENTS[0], at=at)
    assert await classroom.join_late(STUDENTS[0], at) == []
    sql = "SELECT mentor_at FROM submission"
    assert await classroom.database.read(lambda tx: tx.one(sql)) == {"mentor_at": micros(at)}


async def test_the_work_of_somebody_who_left_is_not_given_out(classroom):
    await classroom.enroll(*STUDENTS[:4])
    await classroom.hand_in(*STUDENTS[:4])
    gone = classroom.people[STUDENTS[3]][1]
    await classroom.database.write(
        lambda tx: tx.run("UPDATE enrollment SET state = 'withdrawn' WHERE member_id = :id", id=gone.id)
    )
    running: Running = await classroom.lead()
    assert gone not in await classroom.database.read(cohorts.active, running.cohort.id, "student")
    reviews = await classroom.pair()
    assert gone.id not in given(reviews) | received(reviews)
