"""Accepting, asking for changes and reviewing what one holds."""

from __future__ import annotations

import json

import pytest

from bot.errors import CourseError
from bot.reviews import store as reviews
from bot.revisions import queue
from bot.revisions import store as revisions
from tests.mentors.conftest import DAY, HOUR, MINUTE, NOW, OTHER
from tests.town import LEAD, MENTOR

REASON = "The live demo showed all of it."


async def held(desk, item, now=NOW, user_id=MENTOR):
    here = await desk.here(user_id, now)
    return here, await desk.mentors.take(here, item, now)


async def ready(desk, student=1):
    """A capstone's deliverable whose weeks are all accepted, so that nothing is missing."""
    for number in desk.town.course.deliverable("c1.1").rests_on:
        item = await desk.uncovered(student, number)
        await desk.decide(item, "accepted", NOW)
    return await desk.signoff(student)


async def test_complete_work_is_accepted_at_once(desk):
    here, work = await held(desk, await ready(desk))
    assert (work.state, list(work.lacking)) == ("sign-off", [])
    done = await desk.mentors.accept(here, work.item.id, NOW, number=1)
    assert (done.kind, done.author.name) == ("accepted", "Student 1")
    item = await desk.database.read(queue.item, work.item.id)
    assert (item.outcome, item.mentor_id) == ("accepted", await desk.member_id(MENTOR))
    (decision,) = await desk.database.read(revisions.decisions, item.submission_id)
    assert (decision.kind, decision.revision_number) == ("accepted", 1)


async def test_the_author_is_owed_a_word_about_each_decision(desk):
    item = await desk.uncovered(1)
    await desk.decide(item, "changes", NOW)
    owed = await desk.database.read(lambda tx: tx.all("SELECT * FROM occurrence WHERE kind = 'decided'"))
    assert [row["member_id"] for row in owed] == [await desk.member_id(1)]


async def test_what_is_missing_makes_acceptance_take_a_reason_that_stays_on_the_audit_log(desk):
    here, work = await held(desk, await desk.uncovered(1, whole=False))
    assert work.lacking[0] == "0 of 2 reviews have come"
    assert work.lacking[1].startswith("evidence is missing: ")
    for reason in (None, "  short  "):
        with pytest.raises(CourseError, match="reason"):
            await desk.mentors.accept(here, work.item.id, NOW, number=1, reason=reason)
    await desk.mentors.accept(here, work.item.id, NOW, number=1, reason=REASON)
    (line,) = await desk.audit("work.accepted")
    assert line["subject_id"] == await desk.member_id(1)
    detail = json.loads(line["detail"])
    assert (detail["reason"], detail["missing"]) == (REASON, list(work.lacking))


async def test_a_capstone_whose_weeks_are_not_accepted_takes_a_reason_too(desk):
    _, work = await held(desk, await desk.signoff(1))
    weeks = len(desk.town.course.deliverable("c1.1").rests_on)
    assert [line.endswith("not handed in") for line in work.lacking] == [True] * weeks


async def test_a_claim_that_has_run_out_decides_nothing(desk):
    here, work = await held(desk, await desk.uncovered(1))
    later = NOW + 2 * HOUR
    with pytest.raises(CourseError, match="your claim has run out"):
        await desk.mentors.accept(here, work.item.id, later, number=1, reason=REASON)
    await held(desk, work.item.id, later, OTHER)
    with pytest.raises(CourseError, match="Mentor Fern holds this now"):
        await desk.mentors.ask_changes(here, work.item.id, "Mend it.", later, number=1)
    assert await desk.database.read(revisions.decisions, work.item.submission_id) == []


async def test_a_decision_is_about_the_revision_that_was_seen(desk):
    here, work = await held(desk, await desk.uncovered(1))
    await desk.hand_in(1, now=NOW + 5 * MINUTE)
    with pytest.raises(CourseError, match="Revision 2 was handed in while you looked at revision 1"):
        await desk.mentors.accept(here, work.item.id, NOW + 6 * MINUTE, number=1, reason=REASON)
    again = await desk.mentors.work(here, work.item.id, NOW + 7 * MINUTE)
    assert (again.newest, again.mine) == (2, True)
    await desk.mentors.accept(here, work.item.id, NOW + 8 * MINUTE, number=2, reason=REASON)


async def test_asking_for_changes_takes_words_and_takes_the_work_from_the_queue(desk):
    here, work = await held(desk, await desk.uncovered(1))
    with pytest.raises(CourseError, match="Say what to change"):
        await desk.mentors.ask_changes(here, work.item.id, "   ", NOW, number=1)
    with pytest.raises(CourseError, match="at most 1500 fit"):
        await desk.mentors.ask_changes(here, work.item.id, "x" * 1501, NOW, number=1)
    await desk.mentors.ask_changes(here, work.item.id, "Show the failing case.", NOW, number=1)
    assert (await desk.database.read(queue.item, work.item.id)).outcome == "changes"
    (line,) = await desk.audit("work.changes")
    assert json.loads(line["detail"])["words"] == "Show the failing case."


async def test_reviewing_it_oneself_makes_one_review_of_one_s_own(desk):
    here, work = await held(desk, await desk.uncovered(1))
    review_id = await desk.mentors.review(here, work.item.id, NOW)
    assert await desk.mentors.review(here, work.item.id, NOW + MINUTE) == review_id
    review = await desk.database.read(reviews.review, review_id)
    assert (review.origin, review.reviewer_id, review.due_at) == (
        "mentor",
        await desk.member_id(MENTOR),
        NOW + 90 * MINUTE,
    )
    assert [row["action"] for row in await desk.audit("work.reviewing")] == ["work.reviewing"]


async def test_a_review_that_was_begun_goes_with_the_claim_and_comes_back_with_it(desk):
    here, work = await held(desk, await desk.uncovered(1))
    review_id = await desk.mentors.review(here, work.item.id, NOW)
    await desk.mentors.release(here, work.item.id, NOW)
    assert not (await desk.database.read(reviews.review, review_id)).is_open
    await desk.mentors.take(here, work.item.id, NOW + HOUR)
    assert await desk.mentors.review(here, work.item.id, NOW + HOUR) == review_id
    assert (await desk.database.read(reviews.review, review_id)).is_open
    await desk.mentors.accept(here, work.item.id, NOW + HOUR, number=1, reason=REASON)
    assert not (await desk.database.read(reviews.review, review_id)).is_open


async def test_who_does_not_hold_it_does_not_review_it_either(desk):
    item = await desk.uncovered(1)
    with pytest.raises(CourseError, match="You do not hold this"):
        await desk.mentors.review(await desk.here(), item, NOW)


async def test_every_step_of_a_mentor_is_on_the_audit_log(desk):
    here, work = await held(desk, await desk.uncovered(1))
    await desk.mentors.hand(here, work.item.id, await desk.member_id(OTHER), NOW)
    await desk.mentors.release(await desk.here(OTHER), work.item.id, NOW)
    for action in ("work.taken", "work.handed", "work.released"):
        (line,) = await desk.audit(action)
        assert json.loads(line["detail"])["deliverable"] == "w01"


async def test_the_work_shows_every_revision_and_who_reviewed(desk):
    submission_id = await desk.hand_in(1)
    await desk.reviewed(submission_id, 2, level=1)
    await desk.reviewed(submission_id, 3, level=4)
    item = await desk.settle(submission_id)
    await desk.hand_in(1, now=NOW + DAY)
    _, work = await held(desk, item, NOW + DAY)
    assert [revision.number for revision in work.revisions] == [1, 2]
    assert sorted(member.name for member in work.people.values()) == ["Student 2", "Student 3"]
    assert work.line.why[0].startswith("reviewers differ by 3 levels on ")


async def test_leads_see_how_long_it_takes_and_mentors_do_not(desk):
    for student in (1, 2, 3):
        item = await desk.uncovered(student, now=NOW)
        await desk.decide(item, "accepted", NOW + student * HOUR)
    with pytest.raises(CourseError, match="Only the leads"):
        await desk.mentors.turnaround(await desk.here(), NOW + DAY)
    found = await desk.mentors.turnaround(await desk.here(LEAD), NOW + DAY)
    assert found.cohort.dealt == 3
    assert found.cohort.waiting.median == 2 * HOUR + 10 * MINUTE
    assert found.cohort.working.median == 10 * MINUTE
    turns = {member.name: turn for member, turn in found.mentors}
    assert turns["Mentor Moss"].waiting == found.cohort.waiting
    assert (turns["Mentor Fern"].dealt, turns["Mentor Fern"].waiting) == (0, None)
