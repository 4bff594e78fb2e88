"""A lead gives one student more time: what moves, what stays, and who hears of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.cohorts.rules import Cohort
from bot.course.rules import Place
from bot.errors import CourseError
from bot.extensions import rules
from bot.posts.desk_rules import AllowanceTold
from bot.posts.rules import LateWork, Reminder
from bot.progress.service import Progress
from bot.reviews import allocation
from bot.reviews import store as reviews
from bot.revisions import watching
from tests.extensions.conftest import DAY, HOUR, OTHER_LEAD
from tests.town import LEAD, MENTOR, kinds

MICROSECOND = timedelta(microseconds=1)


async def refused(awaitable) -> str:
    with pytest.raises(CourseError) as refusal:
        await awaitable
    return str(refusal.value)


async def line(desk, student, now, key="w02"):
    here = await desk.town.here(student, now)
    standing = await Progress(desk.town.database).standing(here, here.student(), now)
    return next(item for item in standing.lines if item.deliverable.key == key)


async def waits(desk, student, now):
    here = await desk.town.here(student, now)
    return await Progress(desk.town.database).to_do(here, now)


def reminded(posts) -> list[tuple[int, object]]:
    """Who is reminded, of which deadline."""
    return [(post.user_id, post.content.deadline) for post in posts if isinstance(post.content, Reminder)]


async def asked_of(desk, student, key="w02"):
    here = await desk.town.here(student, await desk.kickoff())
    found = await desk.town.database.read(reviews.open_of, here.cohort.id, here.member.id)
    return [review for review in found if review.deliverable == key]


async def test_with_more_time_work_is_in_time_until_their_own_deadline_and_late_a_moment_after(desk):
    week = await desk.week()
    until = week.deadline + 3 * DAY
    for student in (1, 2):
        await desk.extend(student, until, week.nudge)
    dot = await desk.town.submit(1, "w02", until)
    late = await desk.town.submit(2, "w02", until + MICROSECOND)
    assert [item.revision.late for item in (dot, late)] == [False, True]
    assert {item.revision.deadline_at for item in (dot, late)} == {until}


async def test_it_is_open_until_their_own_deadline_then_missed_and_stays_so_for_everybody_else(desk):
    week = await desk.week()
    until = week.deadline + 3 * DAY
    await desk.extend(1, until, week.nudge)
    mine = await line(desk, 1, until)
    assert (mine.state, mine.deadline, mine.extended) == ("open", until, True)
    assert (await line(desk, 1, until + MICROSECOND)).state == "missed"
    others = await line(desk, 2, until)
    assert (others.state, others.deadline, others.extended) == ("missed", week.deadline, False)
    assert ("w02", until) in [(item.key, due) for item, due in (await waits(desk, 1, until)).due]
    assert "w02" in [item.key for item, _ in (await waits(desk, 2, until)).overdue]


async def test_nobody_nags_them_before_and_their_own_reminder_comes_as_long_before_as_everybody_s(desk):
    week = await desk.week()
    until = week.deadline + 3 * DAY
    await desk.extend(1, until, week.nudge - HOUR)
    said = [post for post in await desk.town.tick(week.nudge) if isinstance(post.content, Reminder)]
    assert sorted(post.user_id for post in said) == [2, 3, 4]
    await desk.town.tick(week.retro)
    own = until - (week.deadline - week.nudge)
    before = [post for post in await desk.town.tick(own - HOUR) if isinstance(post.content, Reminder)]
    assert before == []
    (post,) = [post for post in await desk.town.tick(own) if isinstance(post.content, Reminder)]
    assert (post.user_id, post.content.deadline) == (1, until)
    assert [item.key for item in post.content.owed] == ["w02"]


async def test_who_was_given_more_time_after_the_nudge_still_gets_their_own_reminder(desk):
    week = await desk.week()
    await desk.town.tick(week.nudge)
    until = week.deadline + 3 * DAY
    await desk.extend(1, until, week.nudge + HOUR)
    said = await desk.town.tick(until - (week.deadline - week.nudge))
    assert [post.user_id for post in said if isinstance(post.content, Reminder)] == [1]


async def test_a_deadline_that_is_too_close_brings_no_reminder(desk):
    week = await desk.week()
    until = week.deadline + HOUR
    assert (await desk.plan(1, until, week.deadline - HOUR)).reminded_at is None
    await desk.extend(1, until, week.deadline - HOUR)
    said = await desk.town.tick(until)
    assert [post.user_id for post in said if isinstance(post.content, Reminder) and post.user_id == 1] == []


async def test_a_reminder_follows_a_deadline_that_was_moved_again_and_is_dropped_by_a_hand_in(desk):
    week = await desk.week()
    first, second = week.deadline + 3 * DAY, week.deadline + 5 * DAY
    span = week.deadline - week.nudge
    await desk.extend(1, first, week.nudge - HOUR)
    await desk.extend(1, second, week.nudge)
    await desk.extend(2, first, week.nudge)
    await desk.town.submit(2, "w02", week.deadline)
    assert (1, first) not in reminded(await desk.town.tick(first - span))
    assert reminded(await desk.town.tick(second - span)) == [(1, second)]


async def test_a_deadline_that_moved_otherwise_takes_its_reminder_along(desk):
    week = await desk.week()
    until, span = week.deadline + 3 * DAY, week.deadline - week.nudge
    await desk.extend(1, until, week.nudge)
    await desk.town.database.write(
        lambda tx: tx.run("UPDATE allowance SET until_at = until_at + :week", week=7 * 86_400_000_000)
    )
    assert (1, until) not in reminded(await desk.town.tick(until - span))
    assert (1, until + 7 * DAY) in reminded(await desk.town.tick(until + 7 * DAY - span))


async def test_their_work_gets_its_reviewers_when_it_comes_with_as_much_time_and_is_not_called_late(desk):
    week = await desk.week()
    for student in (2, 3, 4):
        await desk.town.submit(student, "w02", week.deadline - HOUR)
    await desk.extend(1, week.deadline + 3 * DAY, week.nudge)
    await desk.town.tick(week.deadline)
    came = week.deadline + 2 * DAY
    await desk.town.submit(1, "w02", came)
    (post,) = [post for post in await desk.town.tick(came) if isinstance(post.content, LateWork)]
    assert (post.content.is_late, len(post.content.reviewers)) == (False, 2)
    assert post.content.due_at == came + (week.reviews - week.deadline)
    assert {review.due_at for review in await asked_of(desk, 1)} == {post.content.due_at}


async def test_work_that_came_late_already_is_not_late_any_more(desk):
    week = await desk.week()
    came = week.deadline + HOUR
    late = await desk.town.submit(1, "w02", came)
    assert late.revision.late
    until = week.deadline + 2 * DAY
    plan = await desk.plan(1, until, came + HOUR)
    assert (plan.was_late, plan.handed_in_at) == (True, came)
    await desk.extend(1, until, came + HOUR, reason="The train stood still.")
    found = await desk.revision(1, came + HOUR)
    assert (found.late, found.deadline_at) == (False, until)
    assert not (await line(desk, 1, came + HOUR)).late


async def test_the_reviews_that_they_owe_can_wait_as_long_and_are_reminded_of_then(desk):
    week = await desk.week()
    for student in (1, 2, 3, 4):
        await desk.town.submit(student, "w02", week.deadline - HOUR)
    await desk.town.tick(week.deadline)
    now, until = week.deadline + HOUR, week.deadline + 2 * DAY
    due = until + (week.reviews - week.deadline)
    plan = await desk.plan(1, until, now)
    assert (plan.reviews, plan.reviews_due) == (2, due)
    await desk.extend(1, until, now)
    assert {review.due_at for review in await asked_of(desk, 1)} == {due}
    assert {review.due_at for review in await asked_of(desk, 2)} == {week.reviews}
    ladder = (await desk.town.here(1, now)).course.review.ladder
    chased = await desk.town.tick(week.reviews + timedelta(hours=ladder.expire))
    assert 1 not in [post.user_id for post in chased if type(post.content).__name__ == "ReviewsDue"]
    assert len(await asked_of(desk, 1)) == 2, "what everybody's ladder ends is not theirs"
    nudged = await desk.town.tick(due - timedelta(hours=ladder.nudge))
    assert [post.user_id for post in nudged if type(post.content).__name__ == "ReviewsDue"] == [1]
    await desk.town.tick(due + timedelta(hours=ladder.expire))
    assert await asked_of(desk, 1) == []


async def test_less_than_before_is_given_like_more_while_it_is_ahead(desk):
    week = await desk.week()
    await desk.extend(1, week.deadline + 5 * DAY, week.nudge)
    await desk.extend(1, week.deadline + DAY, week.nudge + HOUR)
    assert (await line(desk, 1, week.deadline + DAY + MICROSECOND)).state == "missed"
    assert (await desk.plan(1, week.deadline + 2 * DAY, week.nudge + 2 * HOUR)).before == week.deadline + DAY


async def test_the_student_hears_of_it_once_and_of_the_last_word_only(desk):
    week = await desk.week()
    now = week.nudge - HOUR
    await desk.town.tick(now)
    await desk.extend(1, week.deadline + 2 * DAY, now, reason="A")
    await desk.extend(1, week.deadline + 3 * DAY, now + timedelta(seconds=1), reason="B")
    (post,) = await desk.town.tick(now + timedelta(minutes=1))
    assert isinstance(post.content, AllowanceTold)
    assert (post.user_id, post.content.what, post.content.until) == (1, "more", week.deadline + 3 * DAY)
    assert post.content.reason == "B"
    assert await desk.audit() == ["extension.given", "extension.given"]


@pytest.mark.parametrize(
    ("shift", "words"),
    [
        (timedelta(0), "no later than everybody's deadline"),
        (-HOUR, "no later than everybody's deadline"),
        (timedelta(weeks=30), "after the end of the course"),
    ],
)
async def test_a_date_that_cannot_be_is_refused_with_the_reason(desk, shift, words):
    week = await desk.week()
    assert words in await refused(desk.extend(1, week.deadline + shift, week.nudge))


async def test_a_date_that_has_passed_before_the_button_was_pressed_is_refused(desk):
    week = await desk.week()
    until = week.deadline + HOUR
    assert "is past by now" in await refused(desk.extend(1, until, until + HOUR))


async def test_what_would_change_nothing_is_refused(desk):
    week = await desk.week()
    until = week.deadline + DAY
    await desk.extend(1, until, week.nudge)
    assert "has until then already" in await refused(desk.extend(1, until, week.nudge + HOUR))
    await desk.town.submit(2, "w02", week.nudge)
    assert "would change nothing" in await refused(desk.extend(2, until, week.nudge + HOUR))


async def test_only_leads_give_time_and_only_to_students_who_are_here(desk):
    week = await desk.week()
    until = week.deadline + DAY
    for user in (1, 2, MENTOR, 4321):
        assert "lead" in (await refused(desk.extend(1, until, week.nudge, by=user))).lower()
        assert "lead" in (await refused(desk.plan(1, until, week.nudge, by=user))).lower()
        here = await desk.town.here(user, week.nudge)
        for call in (desk.extensions.desk(here, week.nudge), desk.extensions.excused(here)):
            assert "lead" in (await refused(call)).lower()
    for user in (MENTOR, 4321):
        assert "is not a student" in await refused(desk.extend(user, until, week.nudge))
    lead = await desk.town.here(LEAD, week.nudge)
    await desk.town.cohorts.withdraw(lead, 3, "", week.nudge)
    assert "is not a student" in await refused(desk.extend(3, until, week.nudge))
    await desk.extend(1, until, week.nudge, by=OTHER_LEAD)


async def test_before_the_start_and_after_the_end_there_is_no_time_to_give(desk):
    week = await desk.week()
    await desk.state("draft")
    assert "not been started" in await refused(desk.extend(1, week.deadline + DAY, week.nudge))
    assert "not been started" in await refused(desk.excuse(1, week.nudge))
    await desk.state("finished")
    assert "has finished" in await refused(desk.extend(1, week.deadline + DAY, week.nudge))


async def test_in_a_pause_work_is_welcome_and_never_late_and_after_the_end_it_is_refused(desk):
    week = await desk.week()
    await desk.state("paused", week.nudge)
    receipt = await desk.town.submit(1, "w02", week.deadline + DAY)
    assert not receipt.revision.late
    before = await desk.town.submit(2, "w01", week.deadline + DAY)
    assert before.revision.late, "what was due before the pause stays due"
    assert (await line(desk, 3, week.deadline + DAY)).state == "open"
    await desk.state("finished")
    assert "The course is over" in await refused(desk.town.submit(3, "w02", week.deadline + DAY))


async def test_work_that_comes_after_a_round_that_was_run_early_gets_its_reviewers(desk):
    week = await desk.week()
    for student in (2, 3, 4):
        await desk.town.submit(student, "w02", week.nudge)
    here = await desk.town.here(LEAD, week.nudge)
    await desk.town.database.write(
        allocation.pair_round, here, here.course.deliverable("w02"), week.nudge + HOUR
    )
    receipt = await desk.town.submit(1, "w02", week.nudge + 2 * HOUR)
    assert receipt.joins
    assert "LateWork" in kinds(await desk.town.tick(week.nudge + 2 * HOUR))
    assert not receipt.revision.late


async def test_more_time_takes_somebody_out_of_those_at_risk(desk):
    week = await desk.week(3)
    here = await desk.town.here(1, week.deadline + HOUR)
    now = week.deadline + HOUR
    await desk.town.submit(1, "w01", week.kickoff)
    assert await desk.town.database.read(watching.reasons, here, here.member.id, now)
    await desk.extend(1, now + DAY, now, key="w03")
    assert not await desk.town.database.read(watching.reasons, here, here.member.id, now)


def test_days_are_counted_by_the_cohort_s_clock():
    cohort = Cohort(
        id=1, guild_id=1, name="Spring", channel_id=1, timezone="America/New_York", starts_on=date(2026, 3, 2),
        state="running", course_version_id=1, student_role_id=None, mentor_role_id=None, lead_role_id=None, seed=1,
        created_by=1,
    )  # fmt: skip
    saturday = datetime(2026, 3, 7, 23, tzinfo=UTC)  # 18:00, the day before the clocks are put forward
    assert rules.later_by(saturday, 1, cohort) == datetime(2026, 3, 8, 22, tzinfo=UTC)


async def test_the_week_shows_their_own_deadline(desk):
    week = await desk.week()
    until = week.deadline + 3 * DAY
    await desk.extend(1, until, week.kickoff)
    for student, due in ((1, until), (2, week.deadline)):
        here = await desk.town.here(student, week.kickoff)
        place = Place(course=here.course, dates=here)
        assert place.due(here.course.deliverable("w02")) == due
