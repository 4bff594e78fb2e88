"""The loop: an author answers every point, the same reviewers look again, and the policy accepts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import CourseError
from bot.posts.rules import AnswersCame, Changed, Decided, Rechecked
from bot.revisions import queue
from tests.town import kinds

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def reviewed(town, students=3, key="w01", **options):
    """Everybody's work of week 1 with complete evidence, reviewed an hour after the deadline; that hour."""
    here = await town.begin(students, **options)
    week, deliverable = here.week(here.course.deliverable(key).week), here.course.deliverable(key)
    for student in range(1, students + 1):
        links = {
            item.kind: f"https://git.example.org/s{student}/{item.kind}" for item in deliverable.evidence
        }
        author = await town.here(student, week.kickoff)
        await town.submissions.submit(author, deliverable, links, None, week.kickoff)
    await town.tick(week.deadline)
    for student in range(1, students + 1):
        await town.review_all(student, week.deadline + HOUR)
    await town.tick(week.deadline + HOUR)
    return week.deadline + HOUR


async def view(town, student, now, key="w01"):
    here = await town.here(student, now)
    return await town.revisions.answering(here, here.course.deliverable(key), now)


async def answer(town, student, point_id, kind, body, now, key="w01"):
    here = await town.here(student, now)
    return await town.revisions.answer(
        here, here.course.deliverable(key), point_id, kind=kind, body=body, now=now
    )


async def send(town, student, now, key="w01"):
    here = await town.here(student, now)
    return await town.revisions.send_answers(here, here.course.deliverable(key), now)


async def test_an_answered_and_rechecked_work_is_accepted(town):
    now = await reviewed(town)
    assert await town.state(1, "w01", now) == "to answer"
    await town.answer_all(1, "w01", now)
    assert await town.state(1, "w01", now) == "in re-check"
    await town.recheck_all(2, now)
    assert await town.state(1, "w01", now) == "in re-check"
    await town.recheck_all(3, now)
    assert await town.state(1, "w01", now) == "accepted"
    said = await town.tick(now)
    (decided,) = [post for post in said if isinstance(post.content, Decided)]
    assert (decided.user_id, decided.content.is_accepted, decided.content.by) == (1, True, None)
    assert "Rechecked" not in kinds([post for post in said if post.user_id == 1]), "acceptance says more"


async def test_each_reviewer_gets_one_message_with_their_own_points(town):
    now = await reviewed(town)
    await town.answer_all(1, "w01", now)
    told = [post for post in await town.tick(now) if isinstance(post.content, AnswersCame)]
    assert sorted(post.user_id for post in told) == [2, 3]
    for post in told:
        found = await town.revisions.recheck(post.user_id, post.content.review_id)
        assert [item.point.id for item in found.answered] == [point.id for point in found.review.points]


async def test_fixing_something_hands_in_a_new_revision_with_the_same_links(town):
    now = await reviewed(town)
    before = await view(town, 1, now)
    assert (before.revision.number, before.revises) == (1, False)
    for item in before.asked:
        after = await answer(town, 1, item.point.id, "fixed", "", now)
    assert after.revises
    sent = await send(town, 1, now)
    assert (sent.revision.number, sent.revised) == (2, True)
    assert sent.revision.links == before.revision.links
    assert "Changed" not in kinds(await town.tick(now)), "the answers say it already"


async def test_fixes_in_a_revision_that_is_there_already_make_no_other(town):
    now = await reviewed(town)
    await town.submit(1, "w01", now, "https://git.example.org/s1/better")
    assert "Changed" in kinds(await town.tick(now))
    for item in (await view(town, 1, now)).asked:
        await answer(town, 1, item.point.id, "fixed", "", now)
    sent = await send(town, 1, now)
    assert (sent.revision.number, sent.revised) == (2, False)


async def test_explaining_and_declining_take_a_reason_and_no_revision(town):
    now = await reviewed(town)
    first, second = (await view(town, 1, now)).asked
    for kind in ("explained", "declined"):
        with pytest.raises(CourseError, match="is empty"):
            await answer(town, 1, first.point.id, kind, " ", now)
        with pytest.raises(CourseError, match="says too little"):
            await answer(town, 1, first.point.id, kind, "No.", now)
    await answer(town, 1, first.point.id, "explained", "The lab measures exactly this, see page two.", now)
    await answer(town, 1, second.point.id, "declined", "It would hide the failure that we want to see.", now)
    sent = await send(town, 1, now)
    assert (sent.revision.number, sent.revised, sent.reviewers) == (1, False, 2)


async def test_answers_are_sent_when_every_point_has_one(town):
    now = await reviewed(town)
    first, _ = (await view(town, 1, now)).asked
    await answer(town, 1, first.point.id, "fixed", "", now)
    with pytest.raises(CourseError, match="1 of 2 points still lacks an answer"):
        await send(town, 1, now)
    kept = await view(town, 1, now)
    assert [item.draft is not None for item in kept.asked] == [True, False]


async def test_what_is_still_open_goes_back_once_and_then_to_a_mentor(town):
    now = await reviewed(town, mentor=True)
    here = await town.here(1, now)
    await town.answer_all(1, "w01", now)
    await town.recheck_all(3, now)
    await town.recheck_all(2, now, still_open="The second call still waits for ever.")
    assert await town.state(1, "w01", now) == "to answer"
    (told,) = [
        post.content
        for post in await town.tick(now)
        if isinstance(post.content, Rechecked)
        if post.content.still_open
    ]
    assert (told.reviewer.name, told.settled, told.still_open) == ("Student 2", 0, 1)
    (back,) = (await view(town, 1, now)).asked
    assert back.before is not None
    assert back.before.remark == "The second call still waits for ever."
    await town.answer_all(1, "w01", now + HOUR)
    await town.recheck_all(2, now + 2 * HOUR, still_open="It waits for ever all the same.")
    assert await town.state(1, "w01", now + 2 * HOUR) == "disputed"
    (item,) = await town.database.read(queue.page, here.cohort.id, 5)
    assert item.reasons.disagreement


async def test_a_disputed_point_blocks_nobody_when_mentors_are_silent(town):
    now = await reviewed(town, mentor=True)
    await town.answer_all(1, "w01", now)
    await town.recheck_all(3, now)
    for _ in range(2):
        await town.recheck_all(2, now, still_open="The second call still waits for ever.")
        if await town.state(1, "w01", now) == "to answer":
            await town.answer_all(1, "w01", now)
    assert await town.state(1, "w01", now) == "disputed"
    await town.tick(now + 6 * DAY)
    assert await town.state(1, "w01", now + 6 * DAY) == "disputed"
    await town.tick(now + 7 * DAY)
    assert await town.state(1, "w01", now + 7 * DAY) == "accepted"


async def test_a_reviewer_s_silence_settles_after_a_reminder(town):
    now = await reviewed(town)
    await town.answer_all(1, "w01", now)
    await town.tick(now)
    await town.recheck_all(3, now)
    reminded = await town.tick(now + 2 * DAY)
    assert [post.user_id for post in reminded if isinstance(post.content, AnswersCame)] == [2]
    await town.tick(now + 3 * DAY - HOUR)
    assert await town.state(1, "w01", now + 3 * DAY - HOUR) == "in re-check"
    await town.tick(now + 3 * DAY)
    assert await town.state(1, "w01", now + 3 * DAY) == "accepted"


async def test_answers_for_somebody_else_are_refused(town):
    now = await reviewed(town)
    await town.answer_all(1, "w01", now)
    (review, *_) = await town.revisions.rechecks(await town.here(2, now))
    with pytest.raises(CourseError, match="for somebody else"):
        await town.revisions.recheck(3, review.id)
    with pytest.raises(CourseError, match="for somebody else"):
        await town.revisions.finish_recheck(1, review.id, now)


async def test_a_mark_can_be_taken_away_before_it_is_sent(town):
    now = await reviewed(town)
    await town.answer_all(1, "w01", now)
    (review, *_) = await town.revisions.rechecks(await town.here(2, now))
    point_id = (await town.revisions.recheck(2, review.id)).answered[0].point.id
    marked = await town.revisions.mark_open(2, review.id, point_id, "Still there on page two.")
    assert marked.answered[0].is_marked
    assert await town.state(1, "w01", now) == "in re-check", "a mark is a draft"
    assert not (await town.revisions.mark_open(2, review.id, point_id, "")).answered[0].is_marked
    await town.revisions.finish_recheck(2, review.id, now)
    assert (await town.revisions.finish_recheck(2, review.id, now)).answered == []


async def test_missing_evidence_keeps_settled_work_from_being_accepted_until_it_is_there(town):
    here = await town.begin(3)
    week = here.week(1)
    for student in (1, 2, 3):
        await town.submit(student, "w01", week.kickoff)
    await town.tick(week.deadline)
    now = week.deadline + HOUR
    for student in (1, 2, 3):
        await town.review_all(student, now)
    await town.answer_all(1, "w01", now)
    for student in (2, 3):
        await town.recheck_all(student, now)
    await town.tick(now)
    assert await town.state(1, "w01", now) == "to complete"
    author, deliverable = await town.here(1, now), here.course.deliverable("w01")
    links = {item.kind: f"https://git.example.org/s1/{item.kind}" for item in deliverable.evidence}
    await town.submissions.submit(author, deliverable, links, None, now)
    await town.tick(now)
    assert await town.state(1, "w01", now) == "accepted"


async def test_a_capstone_waits_for_a_mentor_s_sign_off(town):
    now = await reviewed(town, students=4, key="c1.1", mentor=True)
    await town.answer_all(1, "c1.1", now)
    for student in (2, 3, 4):
        await town.recheck_all(student, now)
    await town.tick(now)
    assert await town.state(1, "c1.1", now) == "sign-off"
    (item, *_) = await town.database.read(queue.page, (await town.here(1, now)).cohort.id, 5)
    assert item.reasons.signoff


async def test_an_author_rates_a_review_and_nobody_else_does(town):
    now = await reviewed(town)
    here = await town.here(1, now)
    found = await town.revisions.feedback(here, here.course.deliverable("w01"), now)
    review_id = found.given[0].review.id
    rated = await town.revisions.rate(here, review_id, 4, now)
    assert rated.given[0].review.rating == 4
    with pytest.raises(CourseError, match="not of your work"):
        await town.revisions.rate(await town.here(2, now), review_id, 1, now)
    with pytest.raises(CourseError, match="from the menu"):
        await town.revisions.rate(here, review_id, 5, now)


async def test_an_author_reads_who_said_what_on_which_revision_and_who_is_to_come(town):
    here = await town.begin(3)
    week = here.week(1)
    for student in (1, 2, 3):
        await town.submit(student, "w01", week.kickoff)
    await town.tick(week.deadline)
    now = week.deadline + HOUR
    await town.review_all(2, now)
    await town.submit(1, "w01", now + HOUR, "https://git.example.org/s1/better")
    assert not [
        post
        for post in await town.tick(now + HOUR)
        if isinstance(post.content, Changed) and post.user_id == 3
    ]
    author = await town.here(1, now)
    found = await town.revisions.feedback(author, here.course.deliverable("w01"), now + HOUR)
    assert found.revision.number == 2
    assert [(item.reviewer.name, item.seen_number) for item in found.given] == [("Student 2", 1)]
    assert [member.name for _, member in found.waiting] == ["Student 3"]
    assert (found.state, found.to_answer) == ("in review", 1)
    assert {item.count for item in found.summaries} == {1}


async def test_feedback_on_what_was_not_handed_in_says_so(town):
    here = await town.begin(2, mentor=True)
    now = here.week(1).kickoff
    with pytest.raises(CourseError, match="not handed in Week 2"):
        await town.revisions.feedback(await town.here(1, now), here.course.deliverable("w02"), now)
    with pytest.raises(CourseError, match="/progress"):
        await town.revisions.feedback(await town.here(1001, now), here.course.deliverable("w01"), now)


async def test_the_newest_feedback_is_the_deliverable_reviewed_last(town):
    now = await reviewed(town)
    here = await town.here(1, now)
    newest = await town.revisions.newest_feedback(here)
    assert newest is not None
    assert newest.key == "w01"
    assert await town.revisions.reviewed(here) == {"w01": 2}


async def test_a_capstone_says_which_weekly_work_it_rests_on_and_what_that_lacks(town):
    now = await reviewed(town, students=4, key="c1.1", mentor=True)
    here = await town.here(1, now)
    capstone = here.course.deliverable("c1.1")
    await town.submit(1, "w02", now)
    found = await town.revisions.feedback(here, capstone, now)
    assert len(found.unready) == len(capstone.rests_on)
    (second,) = [words for words in found.unready if words.startswith("Week 2")]
    (third,) = [words for words in found.unready if words.startswith("Week 3")]
    assert ": not accepted, without " in second
    assert third.endswith(": not handed in")
