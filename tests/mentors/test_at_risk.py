"""Work whose author is at risk: the queue says so by each rule, in the words of the report and of the letter."""

from __future__ import annotations

from bot.mentors.service import Mentors
from bot.oversight.service import Oversight
from bot.posts.desk_rules import LeadsDigest
from bot.revisions import settling
from tests.mentors.conftest import DAY, HOUR, NOW, Desk
from tests.town import COURSE, LEAD, Town


async def desk_with(database, **rules) -> Desk:
    """A cohort of a course with these rules of who is at risk, and no others."""
    off = dict.fromkeys(("missed", "silence", "severe", "falling"), 0)
    course = COURSE.model_copy(update={"risk": COURSE.risk.model_copy(update=off | rules)})
    town = Town(database, course)
    await town.begin(6, mentor=True)
    return Desk(town, Mentors(database))


async def at_risk(desk, now):
    """Why work is among that of students at risk, line by line; and why the report has them at risk, by name."""
    lines = (await desk.mentors.queue(await desk.here(now=now), now, chosen="at_risk")).lines
    report = await Oversight(desk.database).report(await desk.here(LEAD, now), None, now)
    reasons = {item.member.name: [reason.words for reason in item.reasons] for item in report.at_risk}
    return [(line.author.name, list(line.why[1:])) for line in lines], reasons


async def test_who_leaves_a_grave_point_open_is_at_risk_in_the_queue_too(database):
    desk = await desk_with(database, severe=3)
    await desk.reviewed(await desk.hand_in(1), 2)
    now = NOW + 4 * DAY
    await desk.uncovered(1, "w02", now)
    words = ["a point of high severity not answered for 4 days"]
    assert await at_risk(desk, now) == ([("Student 1", words)], {"Student 1": words})


async def test_whose_scores_fall_is_at_risk_in_the_queue_too(database):
    desk = await desk_with(database, falling=15)
    for number, level in enumerate((4, 4, 2, 2), 1):
        submission_id = await desk.hand_in(1, f"w{number:02}", NOW + number * DAY)
        for reviewer in (2, 3):
            await desk.reviewed(submission_id, reviewer, NOW + number * DAY + HOUR, level=level)
    now = NOW + 5 * DAY
    await desk.uncovered(1, "w05", now)
    words = ["scores have fallen by 67% of the scale lately"]
    assert await at_risk(desk, now) == ([("Student 1", words)], {"Student 1": words})


async def test_who_falls_silent_while_their_work_waits_is_at_risk_once_it_is_looked_at_again(database):
    desk = await desk_with(database, silence=5)
    await desk.uncovered(1)
    for student in range(2, 7):
        await desk.hand_in(student, "w02", NOW + 5 * DAY)
    now = NOW + 6 * DAY
    words = ["nothing handed in, no review and no retro for 6 days"]
    assert await at_risk(desk, now) == ([], {"Student 1": words})
    await desk.database.write(settling.settle_waiting, await desk.here(LEAD, now), now)
    assert await at_risk(desk, now) == ([("Student 1", words)], {"Student 1": words})


async def test_with_the_letter_about_a_week_the_queue_says_who_is_at_risk_now(database):
    desk = await desk_with(database, missed=1)
    week = (await desk.here(LEAD)).week(2)
    await desk.uncovered(1, "w01", week.kickoff)
    lines, _ = await at_risk(desk, week.kickoff)
    assert lines == []
    said = await desk.town.tick(week.digest)
    (letter,) = [post.content for post in said if isinstance(post.content, LeadsDigest)]
    words = {item.member.name: [reason.words for reason in item.reasons] for item in letter.news.at_risk}
    lines, report = await at_risk(desk, week.digest)
    assert report == words
    assert ("Student 1", words["Student 1"]) in lines
