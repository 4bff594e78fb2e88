"""What a pause holds has no date before the course goes on, and a course that is over is only read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import CourseError
from bot.planning.service import Planning
from bot.progress import cards as progress_cards
from bot.progress import to_do_cards
from bot.progress.service import Progress
from bot.reviews import cards as review_cards
from bot.reviews.mine_cards import Own, mine
from bot.reviews.rules import leniency
from tests.shown import buttons_of, words_of
from tests.town import LEAD, MENTOR, Town, point_of, strength_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OWN = Own(leniency=leniency({}, {}, {}), useful=None, ratings=0)
HELD = "due when the course goes on"


class Course:
    """Four students were paired; the first's work is reviewed and answered, the third has reviewed nobody."""

    def __init__(self, database) -> None:
        self.town, self.planning = Town(database), Planning(database)

    async def begin(self):
        week = (await self.town.begin(4, mentor=True)).week(1)
        for student in range(1, 5):
            await self.town.submit(student, "w01", week.kickoff + HOUR)
        await self.town.tick(week.deadline)
        self.now, self.reviews_due = week.deadline + HOUR, week.reviews
        for student in (1, 2, 4):
            await self.town.review_all(student, self.now)
        return self

    async def pause(self):
        await self.planning.pause(await self.town.here(LEAD, self.now), "", self.now)

    async def finish(self):
        await self.planning.finish(await self.town.here(LEAD, self.now), 30, self.now)

    async def me(self, user_id, now):
        here = await self.town.here(user_id, now)
        return to_do_cards.to_do(await Progress(self.town.database).to_do(here, now), now)

    async def standing(self, user_id, now):
        here = await self.town.here(user_id, now)
        seen = await Progress(self.town.database).standing(here, here.known(), now)
        return progress_cards.standing(seen, own=True)

    async def mine(self, user_id, now):
        here = await self.town.here(user_id, now)
        answered = await self.town.revisions.rechecks(here)
        return mine(here, await self.town.reviews.mine(here), answered, OWN, now)

    async def open_review(self, user_id):
        here = await self.town.here(user_id, self.now)
        return next(item.review for item in await self.town.reviews.mine(here) if item.review.is_open)


@pytest.fixture
async def course(database):
    return await Course(database).begin()


async def refused(call):
    with pytest.raises(CourseError) as found:
        await call
    return str(found.value)


@pytest.mark.parametrize("later", [HOUR, 21 * DAY])
async def test_while_paused_a_review_is_due_when_the_course_goes_on_wherever_it_is_shown(course, later):
    now, review = course.now + later, await course.open_review(3)
    await course.pause()
    draft = review_cards.opened(await course.town.reviews.open(3, review.id, now), now)
    for card in (await course.me(3, now), await course.mine(3, now), draft):
        assert HELD in words_of(card)
        assert "was due" not in words_of(card)
    assert f"<t:{int(course.reviews_due.timestamp())}" not in words_of(draft)


async def test_what_was_due_before_the_pause_was_due(course):
    course.now = course.reviews_due + HOUR
    await course.pause()
    for card in (await course.me(3, course.now), await course.mine(3, course.now)):
        assert "was due" in words_of(card)
    assert HELD not in words_of(await course.mine(3, course.now))


async def test_what_is_taken_up_is_kept_while_the_course_is_paused(database):
    town = Town(database)
    now = (await town.begin(2)).week(1).kickoff + HOUR
    for student in (1, 2):
        await town.submit(student, "w01", now)
    taken = await town.reviews.take(await town.here(1, now), now)
    assert "kept for you until <t:" in words_of(review_cards.opened(taken, now))
    await Planning(database).pause(await town.here(LEAD, now), "", now)
    paused = await town.reviews.open(1, taken.review.id, now + 9 * DAY)
    assert "kept for you until the course goes on" in words_of(review_cards.opened(paused, now + 9 * DAY))


async def test_a_pause_holds_the_next_week_the_next_pairing_and_open_work(database):
    town, course = Town(database), Course(database)
    course.town, course.now = town, (await town.begin(1)).week(1).kickoff + DAY
    await course.pause()
    later = course.now + 21 * DAY
    assert f"open, {HELD}" in words_of(await course.standing(1, later))
    assert "The next pairing comes once the course goes on" in words_of(await course.mine(1, later))
    here = await town.here(1, later)
    item = here.course.deliverable("w01")
    links = {each.kind: f"https://git.example.org/s1/{each.kind}" for each in item.evidence}
    await town.submissions.submit(here, item, links, None, later)
    said = words_of(await course.me(1, later))
    assert "Next is" in said
    assert "once the course goes on" in said


async def test_me_lists_nothing_to_do_once_the_course_is_over_only_what_there_is_to_read(course):
    before = buttons_of(await course.me(1, course.now))
    assert {"Read feedback", "Answer points"} <= set(before)
    await course.finish()
    for user_id in (1, 3):
        card = await course.me(user_id, course.now + 9 * DAY)
        assert set(buttons_of(card)) == {"Read feedback", "My progress"}
        assert "nothing is left to do" in words_of(card)
        assert "due" not in words_of(card)
    for user_id in (LEAD, MENTOR):
        card = await course.me(user_id, course.now + 9 * DAY)
        assert not buttons_of(card)
        assert "`/feedback`" not in words_of(card)


async def test_progress_and_the_list_of_reviews_ask_for_nothing_once_the_course_is_over(course):
    await course.finish()
    now = course.now + 30 * DAY
    assert "Submit" not in " ".join(buttons_of(await course.standing(3, now)))
    assert "still welcome" not in words_of(await course.standing(3, now))
    listed = await course.mine(3, now)
    assert "The course is over" in words_of(listed)
    assert not buttons_of(listed)


async def test_work_that_was_open_at_the_end_is_said_to_be_so(database):
    course = Course(database)
    course.now = (await course.town.begin(1)).week(1).kickoff + DAY
    await course.finish()
    assert "not handed in before the course was over" in words_of(await course.standing(1, course.now))


async def test_reviews_are_no_longer_written_once_the_course_is_over(course):
    review, now, reviews = await course.open_review(3), course.now, course.town.reviews
    await reviews.open(3, review.id, now)
    await course.finish()
    calls = [
        reviews.open(3, review.id, now),
        reviews.score(3, review.id, "x", 1, now),
        reviews.strengthen(3, review.id, strength_of(1), now),
        reviews.add_point(3, review.id, point_of(1), now),
        reviews.drop_point(3, review.id, 1, now),
        reviews.send(3, review.id, now),
        reviews.give(3, review.id, scores={}, strength="", points=[], now=now),
        reviews.decline(3, review.id, "No time", now),
        reviews.take(await course.town.here(3, now), now),
    ]
    for call in calls:
        assert "The course is over: Spring has finished, and reviews" in await refused(call)


async def test_a_review_that_was_sent_can_still_be_read_once_the_course_is_over(course):
    here = await course.town.here(1, course.now)
    sent = next(item.review for item in await course.town.reviews.mine(here) if item.review.sent_at)
    await course.finish()
    assert (await course.town.reviews.open(1, sent.id, course.now)).review.sent_at == sent.sent_at
    assert (await course.town.reviews.send(1, sent.id, course.now)).review.sent_at == sent.sent_at


async def test_answers_and_second_looks_and_retros_are_refused_once_the_course_is_over(course):
    town, now = course.town, course.now
    await town.answer_all(1, "w01", now)
    waiting = [
        (user, found)
        for user in (2, 4)
        for found in await town.revisions.rechecks(await town.here(user, now))
    ]
    reviewer, review = waiting[0]
    await course.finish()
    here, revisions = await town.here(2, now), town.revisions
    item = here.course.deliverable("w01")
    kept = {"retain": "The log of each week.", "improve": "Begin on Tuesday.", "scale": "A template for all."}
    calls = [
        revisions.answering(here, item, now),
        revisions.answer(here, item, 1, kind="fixed", body="", now=now),
        revisions.answer_all(here, item, {}, now),
        revisions.send_answers(here, item, now),
        revisions.recheck(reviewer, review.id),
        revisions.mark_open(reviewer, review.id, review.points[0].id, "It still waits for ever."),
        revisions.finish_recheck(reviewer, review.id, now),
        town.retros.form(here, None, now),
        town.retros.write(here, 1, **kept, kept=None, now=now),
    ]
    for call in calls:
        assert "The course is over" in await refused(call)
    assert (await revisions.feedback(here, item, now)).deliverable == item
