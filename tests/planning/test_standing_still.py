"""While a course stands still, in a pause or a break, nobody's time runs, and what follows says so."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.database import instant
from bot.extensions import giving_cards
from bot.extensions.service import Extensions
from bot.planning import agenda_cards, cards, rules, stopping_cards
from bot.planning.rules import GoOn, SetRhythm, TakeBreak, UndoBreak
from bot.planning.service import Planning
from bot.posts.rules import AnswersCame, Reminder
from bot.progress.service import Progress
from bot.reviews import store as reviews
from tests.announcements.desk import DAY, HOUR, NOW, Desk
from tests.shown import words_of
from tests.town import LEAD, Town


async def change(town, edit, now):
    planning = Planning(town.database)
    here = await town.here(LEAD, now)
    preview = await planning.preview(here, edit, now)
    outcome = await planning.change(here, edit, preview.mark, now)
    assert outcome.is_done
    return outcome.preview


async def pause(town, now):
    await Planning(town.database).pause(await town.here(LEAD, now), "", now)


async def go_on(town, now, *, keep=False):
    stopped = await Planning(town.database).stopped(await town.here(LEAD, now), now)
    return await change(town, (stopped.as_is if keep else stopped.later or stopped.as_is).edit, now)


async def answered(database):
    """Two reviews of the first work have come, and its author has answered; nobody has looked again."""
    town = Town(database)
    week = (await town.begin(4)).week(1)
    await town.tick(week.kickoff)
    for student in range(1, 5):
        here = await town.here(student, week.kickoff + HOUR)
        item = here.course.deliverable("w01")
        links = {each.kind: f"https://git.example.org/s{student}/{each.kind}" for each in item.evidence}
        await town.submissions.submit(here, item, links, None, week.kickoff + HOUR)
    await town.tick(week.deadline)
    for student in range(1, 5):
        await town.review_all(student, week.deadline + HOUR)
    now = week.deadline + 2 * HOUR
    await town.answer_all(1, "w01", now)
    await town.tick(now)
    assert await town.state(1, "w01", now) == "in re-check"
    return town, now


@pytest.mark.parametrize("keep", [False, True])
async def test_a_reviewer_has_the_time_that_a_pause_took(database, keep):
    town, now = await answered(database)
    await pause(town, now + HOUR)
    again = now + 10 * DAY
    assert await town.state(1, "w01", again) == "in re-check"
    await go_on(town, again, keep=keep)
    said = await town.tick(again)
    assert not any(isinstance(post.content, AnswersCame) for post in said)
    assert await town.state(1, "w01", again) == "in re-check"
    here = await town.here(1, again)
    until = here.clock.after(now, timedelta(hours=here.course.review.ladder.recheck))
    assert until > again + 2 * DAY
    reminded = await town.tick(until - 24 * HOUR)
    letters = [post.content for post in reminded if isinstance(post.content, AnswersCame)]
    assert [(letter.is_reminder, letter.until) for letter in letters] == [(True, until)] * 2
    await town.tick(until - HOUR)
    assert await town.state(1, "w01", until - HOUR) == "in re-check"
    await town.tick(until)
    assert await town.state(1, "w01", until) == "accepted"


async def test_nobodys_silence_settles_anything_in_a_break_and_without_it_as_it_would_have(database):
    town, now = await answered(database)
    usual = now + timedelta(hours=(await town.here(1, now)).course.review.ladder.recheck)
    day = (now + DAY).date()
    await change(town, TakeBreak(day=day, weeks=2), now)
    said = await town.tick(now + 6 * DAY)
    assert not any(isinstance(post.content, AnswersCame) for post in said)
    assert await town.state(1, "w01", now + 6 * DAY) == "in re-check"
    await town.tick(usual + 14 * DAY)
    assert await town.state(1, "w01", usual + 14 * DAY) == "accepted"


async def test_a_break_that_is_taken_back_gives_nobody_longer(database):
    town, now = await answered(database)
    usual = now + timedelta(hours=(await town.here(1, now)).course.review.ladder.recheck)
    day = (now + DAY).date()
    await change(town, TakeBreak(day=day, weeks=2), now)
    await change(town, UndoBreak(day=day), now)
    await town.tick(usual)
    assert await town.state(1, "w01", usual) == "accepted"


async def test_what_is_handed_in_during_a_pause_is_for_the_week_at_which_the_course_stands(database):
    town = Town(database)
    at = (await town.begin(2)).week(1).kickoff + DAY
    await pause(town, at)
    now = at + 21 * DAY
    here = await town.here(1, now)
    assert town.submissions.deliverable(here, None, now).key == "w01"
    shown = words_of(agenda_cards.calendar(here, now))
    assert "▶️ **1**" in shown
    assert shown.count("▶️") == 1


@pytest.mark.parametrize("keep", [False, True])
async def test_a_review_that_comes_during_a_pause_is_in_time(database, keep):
    town = Town(database)
    week = (await town.begin(4)).week(1)
    for student in range(1, 5):
        await town.submit(student, "w01", week.kickoff + HOUR)
    await town.tick(week.deadline)
    await pause(town, week.deadline + HOUR)
    now = week.reviews + 5 * DAY
    sent = await town.review_all(1, now)
    await go_on(town, now + HOUR, keep=keep)
    given = await database.read(reviews.of_deliverable, 1, "w01")
    assert sent == 2
    assert [review.on_time for review in given if review.sent_at] == [True, True]


async def test_a_break_that_was_planned_into_a_pause_is_not_counted_twice(database):
    town = Town(database)
    start = (await town.begin(2)).week(1).kickoff
    await change(town, TakeBreak(day=(start + 9 * DAY).date(), weeks=1), start + DAY)
    await pause(town, start + 6 * DAY)
    now = start + 18 * DAY
    preview = await go_on(town, now)
    assert preview.edit == GoOn(weeks=1)
    here = await town.here(LEAD, now)
    assert [item for item in rules.moments(here) if start + 6 * DAY <= item.at <= now] == []


async def test_reminders_move_with_a_deadline_that_only_a_rhythm_moves(database):
    town = Town(database)
    now = (await town.begin(2)).week(1).kickoff + HOUR
    here = await town.here(LEAD, now)
    _, rhythm = Planning(database).rhythm(here, {"deadline": "sun 20:00"}, now)
    week = here.week(2)
    await change(town, SetRhythm(rhythm=rhythm), now)
    here = await town.here(LEAD, now)
    (row,) = await database.read(
        lambda tx: tx.all("SELECT due_at, stale_at FROM occurrence WHERE kind = 'nudge' AND key = 'w02'")
    )
    assert here.week(2).deadline != week.deadline
    assert instant(row["due_at"]) == week.nudge
    assert instant(row["stale_at"]) == here.week(2).deadline


async def test_who_was_reminded_before_a_break_is_reminded_once_more_after_it(database):
    town = Town(database)
    week = (await town.begin(2)).week(1)
    await town.tick(week.kickoff)
    day = week.deadline.astimezone((await town.here(LEAD, week.kickoff)).cohort.zone).date()
    await change(town, TakeBreak(day=day, weeks=2), week.kickoff + HOUR)
    assert len([post for post in await town.tick(week.nudge) if isinstance(post.content, Reminder)]) == 2
    here = await town.here(LEAD, week.nudge)
    deadline, (pause_,) = here.week(1).deadline, here.cohort.changes.breaks
    ends = pause_.from_at + timedelta(weeks=2, hours=-1)  # the clocks go forward meanwhile
    assert not any(isinstance(post.content, Reminder) for post in await town.tick(ends - HOUR))
    await town.submit(1, "w01", ends)
    said = [post for post in await town.tick(deadline - HOUR) if isinstance(post.content, Reminder)]
    assert [(post.user_id, post.content.deadline) for post in said] == [(2, deadline)]


async def test_a_second_break_brings_the_second_reminder_along_and_takes_it_back(database):
    town = Town(database)
    week = (await town.begin(1)).week(1)
    day = week.deadline.astimezone((await town.here(LEAD, week.kickoff)).cohort.zone).date()
    now = week.kickoff

    async def again():
        rows = await database.read(
            lambda tx: tx.all("SELECT due_at, stale_at FROM occurrence WHERE key LIKE '%.again.%'")
        )
        return [(instant(row["due_at"]), instant(row["stale_at"])) for row in rows]

    await change(town, TakeBreak(day=day, weeks=1), now)
    ((first, until),) = await again()
    await change(town, TakeBreak(day=day - DAY, weeks=1), now)
    moved = await again()
    await change(town, UndoBreak(day=day - DAY), now)
    assert await again() == [(first, until)]
    assert all(due >= first + timedelta(days=6) for due, _ in moved)
    await change(town, UndoBreak(day=day), now)
    assert await again() == []


async def test_what_leads_announce_is_counted_when_a_course_stops_and_goes_on(database):
    desk = await Desk(database).set_up()
    await desk.schedule(when="tomorrow 09:00")
    planning, here = Planning(database), await desk.here(LEAD, NOW)
    ahead = await planning.ahead(here, NOW)
    assert "announcement" in {item.kind for item in ahead}
    assert "an announcement of a lead" in words_of(stopping_cards.pause_asked(here, ahead, ""))
    ending = await planning.ending(here, 365, NOW)
    assert "an announcement of a lead" in words_of(stopping_cards.finish_asked(ending, 365, NOW))
    await planning.pause(here, "", NOW)
    now: datetime = NOW + 40 * HOUR
    stopped = await planning.stopped(await desk.here(LEAD, now), now)
    shown = words_of(stopping_cards.resume_asked(stopped))
    assert "Announcements whose hour came meanwhile" in shown
    assert "No post was missed" not in shown
    assert "Nothing fell due meanwhile" not in shown


async def test_a_break_of_today_is_not_offered_to_be_taken_back(database):
    town = Town(database)
    now = (await town.begin(1)).week(1).kickoff + HOUR
    day = now.astimezone((await town.here(LEAD, now)).cohort.zone).date()
    coming = await change(town, TakeBreak(day=day + DAY, weeks=1), now)
    assert "undo: True" in words_of(cards.changed(coming, now))
    begun = await change(town, TakeBreak(day=day, weeks=1), now)
    assert "undo: True" not in words_of(cards.changed(begun, now))


async def test_time_that_is_given_during_a_pause_is_said_to_move_along(database):
    town, extensions = Town(database), Extensions(database)
    week = (await town.begin(1)).week(1)
    for state in ("running", "paused"):
        here = await town.here(LEAD, week.kickoff)
        given = await extensions.plan(
            here, 1, here.course.deliverable("w01"), week.deadline + DAY, week.kickoff
        )
        shown = words_of(giving_cards.extend_asked(here, given, ""))
        assert ("this one moves along" in shown) == (state == "paused")
        if state == "running":
            await pause(town, week.kickoff)


async def test_a_paused_student_stands_in_the_week_of_the_pause_and_misses_nothing(database):
    town, progress = Town(database), Progress(database)
    at = (await town.begin(1)).week(1).kickoff + DAY
    await pause(town, at)
    here = await town.here(1, at + 21 * DAY)
    seen = await progress.standing(here, here.known(), at + 21 * DAY)
    assert seen.card.now_week == 1
    assert [line.state for line in seen.lines if line.deliverable.key in ("w01", "w02")] == ["open", "ahead"]
    to_do = await progress.to_do(here, at + 21 * DAY)
    assert (to_do.retro, to_do.overdue, to_do.ahead) == (
        None,
        [],
        (here.course.deliverable("w02"), here.week(2).kickoff),
    )
