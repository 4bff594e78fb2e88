"""What a student may leave out is never missed, never nagged about, and no gap of anything that builds on it."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cohorts.rules import Allowance, Running
from bot.database import Database
from bot.errors import CourseError
from bot.extensions.service import Extensions
from bot.posts.desk_rules import AllowanceTold
from bot.posts.rules import Digest, Reminder
from bot.progress import rules as progress
from bot.progress.service import Progress
from bot.revisions import readiness, risk, watching
from bot.submissions import rules
from tests.extensions.conftest import DAY, HOUR, Desk
from tests.submissions.test_rules import RUNNING
from tests.town import COURSE, LEAD, MENTOR, Town


async def refused(awaitable) -> str:
    with pytest.raises(CourseError) as refusal:
        await awaitable
    return str(refusal.value)


async def test_it_is_never_missed_never_nagged_about_and_puts_nobody_at_risk(desk):
    week, now = await desk.week(3), (await desk.week(3)).deadline + HOUR
    for key in ("w01", "w02", "w03"):
        await desk.excuse(1, (await desk.week(1)).kickoff, key=key)
    reminded = await desk.town.tick((await desk.week(1)).nudge)
    assert sorted(post.user_id for post in reminded if isinstance(post.content, Reminder)) == [2, 3, 4]
    here = await desk.town.here(1, now)
    standing = await Progress(desk.town.database).standing(here, here.student(), now)
    states = {line.deliverable.key: line.state for line in standing.lines}
    assert {states[key] for key in ("w01", "w02", "w03")} == {"excused"}
    assert standing.card.missed == []
    to_do = await Progress(desk.town.database).to_do(here, now)
    assert (list(to_do.overdue), [item.key for item, _ in to_do.due if item.week <= week.number]) == ([], [])
    lead = await desk.town.here(LEAD, now)
    mine = await desk.town.database.read(watching.reasons, lead, here.member.id, now)
    assert not any("missed" in reason.words for reason in mine)
    other = (await desk.town.here(2, now)).member.id
    theirs = await desk.town.database.read(watching.reasons, lead, other, now)
    assert any("missed" in reason.words for reason in theirs)
    backstage = await desk.town.posts.backstage(await desk.town.here(LEAD, now), 3, now)
    assert sorted(member.name for member, _ in backstage.behind) == ["Student 2", "Student 3", "Student 4"]


async def test_the_digest_does_not_count_who_may_leave_it_out(desk):
    week = await desk.week(1)
    await desk.excuse(1, week.kickoff, key="w01")
    await desk.town.submit(2, "w01", week.nudge)
    (post,) = [post for post in await desk.town.tick(week.digest) if isinstance(post.content, Digest)]
    assert (post.content.handed_in, post.content.students) == (1, 3)


async def test_a_capstone_does_not_miss_what_may_be_left_out(desk):
    week = await desk.week(1)
    here = await desk.town.here(1, week.kickoff)
    capstone = next(item for item in here.course.deliverables if item.rests_on)

    async def ready():
        return await desk.town.database.read(readiness.readiness, here, here.member.id, capstone)

    before = await ready()
    await desk.excuse(1, week.kickoff, key=capstone.rests_on[0])
    after = await ready()
    assert (after.rests_on, len(after.missing)) == (before.rests_on - 1, len(before.missing) - 1)
    assert capstone.rests_on[0] not in [gap.deliverable.key for gap in after.missing]


async def test_it_is_still_welcome_and_gets_its_reviewers(desk):
    week = await desk.week()
    await desk.excuse(1, week.kickoff)
    for student in (1, 2, 3):
        await desk.town.submit(student, "w02", week.nudge)
    await desk.town.tick(week.deadline)
    assert await desk.town.state(1, "w02", week.deadline) == "in review"


async def test_taken_back_it_is_expected_again_with_whatever_more_time_there_was(desk):
    week = await desk.week()
    until = week.deadline + 3 * DAY
    await desk.extend(1, until, week.kickoff)
    await desk.excuse(1, week.kickoff + HOUR, reason="You have done this before.")
    allowed = (await desk.allowed(1, week.kickoff))["w02"]
    assert (allowed.is_excused, allowed.until_at) == (True, until)
    await desk.excuse(1, week.kickoff + 2 * HOUR, undo=True)
    allowed = (await desk.allowed(1, week.kickoff))["w02"]
    assert (allowed.is_excused, allowed.until_at) == (False, until)
    reminded = await desk.town.tick(until - (week.deadline - week.nudge))
    assert 1 in [post.user_id for post in reminded if isinstance(post.content, Reminder)]
    assert await desk.audit() == ["extension.given", "excuse.given", "excuse.undone"]


async def test_the_student_hears_of_each(desk):
    week = await desk.week()
    await desk.town.tick(week.kickoff)
    await desk.excuse(1, week.kickoff, reason="You have done this before.")
    (post,) = await desk.town.tick(week.kickoff)
    assert isinstance(post.content, AllowanceTold)
    assert (post.user_id, post.content.what, post.content.reason) == (
        1,
        "excused",
        "You have done this before.",
    )
    await desk.excuse(1, week.deadline + HOUR, undo=True)
    said = await desk.town.tick(week.deadline + HOUR)
    (post,) = [post for post in said if isinstance(post.content, AllowanceTold)]
    assert (post.content.what, post.content.is_over) == ("again", True)


async def test_what_is_so_already_and_who_may_not_are_refused(desk):
    week = await desk.week()
    assert "is expected of" in await refused(desk.excuse(1, week.kickoff, undo=True))
    await desk.excuse(1, week.kickoff)
    assert "may leave out" in await refused(desk.excuse(1, week.kickoff))
    for user in (1, 2, MENTOR, 4321):
        assert "lead" in (await refused(desk.excuse(2, week.kickoff, by=user))).lower()
    assert "is not a student" in await refused(desk.excuse(MENTOR, week.kickoff))


async def test_leads_see_who_may_leave_out_what(desk):
    week = await desk.week()
    await desk.excuse(2, week.kickoff, key="w03")
    await desk.excuse(1, week.kickoff)
    await desk.extend(3, week.deadline + DAY, week.kickoff)
    found = await desk.extensions.excused(await desk.town.here(LEAD, week.kickoff))
    assert [(member.name, item.key) for member, item, _ in found] == [
        ("Student 1", "w02"),
        ("Student 2", "w03"),
    ]


# Moments of the course, in hours from its first kickoff; a few weeks hold every kind of case.
HOURS = st.integers(0, 5 * 7 * 24)
BEGIN = RUNNING.times[0].kickoff


@given(st.sampled_from(COURSE.deliverables), st.none() | HOURS, HOURS)
def test_late_is_exactly_what_comes_after_the_own_deadline(item, until, at):
    moment = None if until is None else BEGIN + until * HOUR
    allowed = None if moment is None else allowance(until_at=moment)
    own = RUNNING.deadline_for(item, allowed)
    assert own == max(RUNNING.deadline(item), moment or BEGIN)
    assert RUNNING.has_passed(own, BEGIN + at * HOUR) == (BEGIN + at * HOUR > own)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 9 * 24), st.integers(-24, 10 * 24))
def test_what_is_stored_of_a_hand_in_is_whether_the_own_deadline_had_passed(more, came):
    async def hand_in(folder):
        database = await Database.open(f"sqlite:///{folder}/course.db")
        try:
            desk = Desk(Town(database), Extensions(database))
            await desk.town.begin(1)
            week = await desk.week()
            until, at = week.deadline + more * HOUR, week.deadline + came * HOUR
            await desk.extend(1, until, week.kickoff)
            revision = (await desk.town.submit(1, "w02", at)).revision
            assert (revision.late, revision.deadline_at) == (at > until, until)
        finally:
            await database.close()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(hand_in(folder))


@given(st.sets(st.sampled_from([item.key for item in COURSE.deliverables])), HOURS)
def test_with_everything_left_out_nobody_is_ever_nagged_behind_or_at_risk(handed_in, at):
    now = BEGIN + at * HOUR
    excused = {item.key: allowance(excused_at=BEGIN) for item in COURSE.deliverables}
    assert rules.due(RUNNING, excused, now) == []
    lately = rules.missed(rules.due(RUNNING, excused, now), handed_in, span=RUNNING.course.risk.of)
    assert not risk.has_missed_too_much(lately, RUNNING.course.risk)
    for item in COURSE.deliverables:
        assert not rules.is_expected(RUNNING, item, excused[item.key], now)
        line = progress.line(RUNNING, item, allowed=excused[item.key], facts=None, now=now)
        assert line.state == "excused"


@given(st.none() | HOURS, HOURS, st.booleans())
def test_who_is_asked_like_everybody_is_missed_like_everybody(until, at, paused):
    cohort = replace(RUNNING.cohort, state="paused", paused_at=BEGIN + 10 * DAY)
    running = Running(cohort=cohort, course=COURSE) if paused else RUNNING
    item, now = COURSE.deliverable("w02"), BEGIN + at * HOUR
    allowed = None if until is None else allowance(until_at=BEGIN + until * HOUR)
    if rules.is_due(running, item, allowed, now):
        assert rules.is_expected(running, item, allowed, now), "nobody is behind who is not asked"
        assert now > running.deadline(item)


def allowance(**changes) -> Allowance:
    return Allowance(**{"until_at": None, "excused_at": None, "reason": "", "granted_at": BEGIN} | changes)
