"""Who may still write, look again or decide after something changed: an old card gives nobody a right."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.availability.service import Availability
from bot.errors import CourseError
from bot.mentors.service import Mentors
from bot.posts.rules import AnswersCame, AskedInstead, FeedbackCame, LateWork, ReviewsDue
from bot.revisions import queue
from bot.submissions import store as submissions
from tests.revisions.test_answering import reviewed
from tests.town import LEAD, MENTOR, kinds, point_of, strength_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def paired(town, students=4, **options):
    """Everybody's work of week 1, paired at its deadline; that instant."""
    here = await town.begin(students, **options)
    week = here.week(1)
    for student in range(1, students + 1):
        await town.submit(student, "w01", week.kickoff)
    await town.tick(week.deadline)
    return week.deadline


async def draft(town, student, now):
    """A review that somebody has begun."""
    (first, *_) = await town.reviews.mine(await town.here(student, now))
    await town.reviews.open(student, first.review.id, now)
    return first


async def keep_apart(town, one, other, now):
    lead = await town.here(LEAD, now)
    await Availability(town.database).forbid(lead, one, other, "", now)


async def write_whole(town, student, item, now):
    scores = {criterion.key: 2 for criterion in item.deliverable.rubric.criteria}
    words = {"strength": strength_of(item.review.id), "points": [point_of(item.review.id)]}
    return await town.reviews.give(student, item.review.id, scores=scores, now=now, **words)


async def withdraw(town, student, now):
    await town.cohorts.withdraw(await town.here(LEAD, now), student, "Moved away.", now)
    await town.tick(now)


async def test_whoever_is_kept_apart_writes_nothing_more_whatever_card_they_have(town):
    now = await paired(town)
    item = await draft(town, 1, now)
    await keep_apart(town, 1, item.author.user_id, now)
    await town.tick(now)
    for attempt in (
        town.reviews.open(1, item.review.id, now),
        town.reviews.strengthen(1, item.review.id, strength_of(1), now),
        town.reviews.send(1, item.review.id, now),
    ):
        with pytest.raises(CourseError, match="A lead has given this review to somebody else"):
            await attempt
    with pytest.raises(CourseError, match="A lead has given"):
        await write_whole(town, 1, item, now)
    assert item.review.id not in [each.review.id for each in await town.reviews.mine(await town.here(1, now))]


async def test_a_review_of_somebody_who_left_is_not_sent_from_an_old_card(town):
    now = await paired(town)
    item = await draft(town, 1, now)
    await withdraw(town, item.author.user_id, now)
    with pytest.raises(CourseError, match="Its author has left"):
        await write_whole(town, 1, item, now)
    assert "FeedbackCame" not in kinds(await town.tick(now))


async def test_a_declined_review_is_not_sent_from_an_old_card(town):
    now = await paired(town)
    item = await draft(town, 1, now)
    await town.reviews.decline(1, item.review.id, "I am ill.", now)
    with pytest.raises(CourseError, match="You handed this review back"):
        await write_whole(town, 1, item, now)


async def test_whoever_left_settles_their_points_by_it_and_opens_nothing_again(town):
    now = await reviewed(town)
    await town.answer_all(1, "w01", now)
    await town.recheck_all(3, now)
    (review,) = await town.revisions.rechecks(await town.here(2, now))
    await withdraw(town, 2, now)
    assert await town.state(1, "w01", now) == "accepted"
    assert (await town.revisions.recheck(2, review.id)).answered == []
    with pytest.raises(CourseError, match="does not wait for you any more"):
        await town.revisions.mark_open(2, review.id, review.points[0].id, "It waits for ever.")


async def test_answers_do_not_reach_a_reviewer_who_is_kept_apart(town):
    now = await reviewed(town)
    await keep_apart(town, 1, 2, now)
    await town.answer_all(1, "w01", now)
    told = [post.user_id for post in await town.tick(now) if isinstance(post.content, AnswersCame)]
    assert told == [3]
    assert await town.recheck_all(2, now) == 0
    await town.recheck_all(3, now)
    assert await town.state(1, "w01", now) == "accepted"


async def test_a_mentor_who_is_kept_apart_decides_nothing_but_can_release(town):
    now = await paired(town, 1, mentor=True)
    mentors, moss = Mentors(town.database), await town.here(MENTOR, now)
    (item,) = await town.database.read(queue.page, moss.cohort.id, 5)
    await mentors.take(moss, item.id, now)
    await keep_apart(town, 1, MENTOR, now)
    for attempt in (
        mentors.accept(moss, item.id, number=1, reason="It shows everything that was asked.", now=now),
        mentors.ask_changes(moss, item.id, number=1, words="Show the failing case as well.", now=now),
        mentors.review(moss, item.id, now),
    ):
        with pytest.raises(CourseError, match="A lead has arranged"):
            await attempt
    await mentors.release(moss, item.id, now)


async def test_somebody_who_comes_back_is_where_they_were(town):
    now = await reviewed(town, students=4, key="c1.1", mentor=True)
    await town.answer_all(1, "c1.1", now)
    for student in (2, 3, 4):
        await town.recheck_all(student, now)
    await town.tick(now)
    assert await town.state(1, "c1.1", now) == "sign-off"
    await withdraw(town, 1, now)
    cohort_id = (await town.here(LEAD, now)).cohort.id
    mine = [item.submission_id for item in await town.database.read(queue.page, cohort_id, 9)]
    later = now + 30 * DAY
    await town.cohorts.enroll(await town.here(LEAD, later), 1, "Student 1", "student", later)
    await town.tick(later)
    assert await town.state(1, "c1.1", later) == "sign-off"
    again = [item.submission_id for item in await town.database.read(queue.page, cohort_id, 9)]
    assert set(again) - set(mine), "it waits for a mentor again"


async def test_work_of_somebody_who_came_back_finds_reviewers_again(town):
    now = await paired(town, 5)
    await withdraw(town, 1, now)
    await town.cohorts.enroll(await town.here(LEAD, now), 1, "Student 1", "student", now + HOUR)
    await town.tick(now + HOUR)
    taken = await town.reviews.take(await town.here(await _stranger(town, now), now), now + 2 * HOUR)
    assert taken.author.name == "Student 1"


async def _stranger(town, now):
    """Somebody who was never asked to review Student 1."""
    sql = (
        "SELECT m.user_id FROM member m WHERE m.user_id BETWEEN 2 AND 5 AND m.id NOT IN "
        "(SELECT v.reviewer_id FROM review v JOIN member a ON a.id = v.author_id WHERE a.user_id = 1)"
    )
    row = await town.database.read(lambda tx: tx.one(sql))
    return row["user_id"]


async def test_accepted_work_asks_nothing_more_of_anybody(town):
    now = await paired(town, 4, mentor=True)
    cohort_id = (await town.here(LEAD, now)).cohort.id
    mentors, moss = Mentors(town.database), await town.here(MENTOR, now)
    await town.tick(now + 5 * DAY)
    (item, *_) = await town.database.read(queue.page, cohort_id, 9)
    at = now + 5 * DAY
    taken = await mentors.take(moss, item.id, at)
    await mentors.accept(moss, item.id, number=1, reason="Its live demo showed everything.", now=at)
    author = taken.facts.author_id
    said = [post for hours in range(100) for post in await town.tick(at + hours * HOUR)]
    assert not [post for post in said if isinstance(post.content, ReviewsDue | AskedInstead)]
    row = await town.database.read(
        lambda tx: tx.one("SELECT offered_at, covered_at FROM submission WHERE member_id = :id", id=author)
    )
    assert row["offered_at"] is None
    assert row["covered_at"] is not None


async def test_a_mentor_s_decision_keeps_the_promise_and_who_left_breaks_none(town):
    now = await paired(town, 4, mentor=True)
    cohort_id = (await town.here(LEAD, now)).cohort.id
    mentors, moss = Mentors(town.database), await town.here(MENTOR, now)
    at = now + timedelta(days=3, hours=15)
    await town.tick(at)
    items = await town.database.read(queue.page, cohort_id, 9)
    assert len(items) == 4
    await mentors.take(moss, items[0].id, at)
    await mentors.accept(moss, items[0].id, number=1, reason="Its live demo showed everything.", now=at)
    await mentors.take(moss, items[1].id, at)
    await mentors.ask_changes(moss, items[1].id, number=1, words="Show the failing case as well.", now=at)
    later = now + 30 * DAY
    assert await town.database.read(submissions.coverage, cohort_id, later) == (2, 4)
    sql = "SELECT m.user_id FROM submission s JOIN member m ON m.id = s.member_id WHERE s.id = :id"
    gone = await town.database.read(lambda tx: tx.one(sql, id=items[2].submission_id))
    await withdraw(town, gone["user_id"], at)
    assert await town.database.read(submissions.coverage, cohort_id, later) == (2, 3)


async def test_late_work_of_somebody_who_left_meanwhile_joins_nothing(town):
    now = await paired(town, 4)
    lead = await town.here(LEAD, now)
    await town.cohorts.enroll(lead, 9, "Student 9", "student", now)
    await town.submit(9, "w01", now + HOUR)
    await town.cohorts.withdraw(await town.here(LEAD, now), 9, "Moved away.", now + HOUR)
    said = await town.tick(now + 2 * HOUR)
    assert not [post for post in said if isinstance(post.content, LateWork)]


async def test_one_review_of_two_is_never_the_last_one_while_more_are_promised(town):
    now = await paired(town, 4)
    await town.review_all(1, now + HOUR)
    await town.tick(now + HOUR)
    at = now + timedelta(days=3, hours=7)
    await town.tick(at)
    await town.review_all(2, at)
    for item in await town.reviews.mine(await town.here(2, at)):
        assert not item.review.is_open
    came = [post.content for post in town.said if isinstance(post.content, FeedbackCame)]
    assert {(content.received, content.asked) for content in came} <= {(1, 2), (2, 2)}
