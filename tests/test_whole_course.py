"""Twenty-four weeks of fourteen students, with every post in a simulated Discord."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from bot import calendar
from bot.simulation.classmates import Classmates, Rooms
from bot.simulation.people import Person
from tests.house import opened, words

STUDENTS = 14
# With two reviews a week a cohort of twenty needs no repeat for so many weeks; late work after them adds pairs.
FRESH_WEEKS = (STUDENTS - 1) // 2


async def test_a_whole_course_posts_everything_once_and_leaves_nobody_without_reviews(url):
    async with opened(url, safety=timedelta(days=8)) as house:
        for number in range(11, STUDENTS + 1):
            user = house.env.create_user(f"student_{number}", global_name=f"Student {number}")
            house.world.guild.add_member(user, roles=[house.world.roles["student"]])
        await house.start_cohort()
        here = await house.here(house.lead)
        classmates = await _classmates(house, here)
        moments = {owed.due_at for owed in calendar.occurrences(here.times)}
        moments |= {here.times[-1].ends + timedelta(days=day) for day in range(42)}
        for at in sorted(moments):
            await classmates.act(at - timedelta(seconds=1))
            await house.env.advance_time((at - house.env.now()).total_seconds())

        assert house.faults() == []
        _every_post_came_once_at_its_local_time(house, here)
        await house.bot.database.read(_everything_handed_in_was_reviewed)
        await house.bot.database.read(_nobody_met_twice_while_that_could_be_avoided)
        await house.bot.database.read(_everything_was_accepted_in_the_end)


async def _classmates(house, here):
    bot, roster = house.bot, await house.bot.cohorts.roster(here)
    students = [item.member for item in roster if item.role == "student"]
    mentors = [item.member for item in roster if item.role == "mentor"]
    assert len(students) == STUDENTS
    rooms = Rooms.on(bot.database, bot.course)
    people = [
        Person(
            user_id=who.user_id,
            name=who.name,
            handle=f"s{who.id}",
            lateness=0.1,
            late_from=FRESH_WEEKS + 1,
            # The round alone decides who reviews whom.
            pulls=0.0,
            declines=0.0,
        )
        for who in students
    ]
    people += [
        Person(user_id=who.user_id, name=who.name, handle=f"m{who.id}", is_mentor=True) for who in mentors
    ]
    classmates = Classmates(rooms, house.world.guild.id, house.channel.id, people)
    await classmates.begin(house.env.now())
    return classmates


def _every_post_came_once_at_its_local_time(house, here):
    zone = here.cohort.zone
    headings = {
        "kickoff": [f"# Week {week.number} ·" for week in here.times],
        "retro": [f"## Looking back on week {week.number}\n" for week in here.times],
        "digest": [f"## Week {week.number} in numbers" for week in here.times],
    }
    said = [(f"{words(post)}\n", post.created_at.astimezone(zone)) for post in house.posts()]
    for kind, moment in (("kickoff", "Mon 09:00"), ("retro", "Sun 18:30"), ("digest", "Thu 09:00")):
        for week, heading in zip(here.times, headings[kind], strict=True):
            times = [at for text, at in said if heading in text]
            assert [f"{at:%a %H:%M}" for at in times] == [moment], (kind, week.number)
            assert times[0].replace(microsecond=0) == getattr(week, kind)
    assert Counter(f"{at:%a %H:%M}" for text, at in said if "## Reviews for" in text).keys() == {"Sun 18:00"}


def _everything_handed_in_was_reviewed(tx):
    handed_in = tx.one("SELECT count(*) AS n FROM submission")
    assert handed_in["n"] == STUDENTS * 33
    short = tx.all(
        "SELECT s.deliverable, count(v.id) AS given FROM submission s LEFT JOIN review v ON v.submission_id = s.id "
        "AND v.sent_at IS NOT NULL GROUP BY s.id, s.deliverable "
        "HAVING count(v.id) < CASE WHEN s.deliverable LIKE 'w%' THEN 2 ELSE 3 END"
    )
    assert short == []
    assert tx.all("SELECT id FROM review WHERE reviewer_id = author_id") == []
    assert tx.all("SELECT id FROM occurrence WHERE state IN ('skipped', 'failed', 'claimed')") == []


def _nobody_met_twice_while_that_could_be_avoided(tx):
    fresh = [f"w{number:02}" for number in range(1, FRESH_WEEKS + 1)]
    rows = tx.all(
        "SELECT s.deliverable, v.reviewer_id, v.author_id FROM review v JOIN submission s ON s.id = v.submission_id "
        "WHERE v.origin <> 'mentor'"
    )
    met = Counter((row["reviewer_id"], row["author_id"]) for row in rows if row["deliverable"] in fresh)
    assert len(met) == STUDENTS * 2 * FRESH_WEEKS
    assert set(met.values()) == {1}


def _everything_was_accepted_in_the_end(tx):
    open_ = tx.all(
        "SELECT s.member_id, s.deliverable FROM submission s WHERE NOT EXISTS "
        "(SELECT 1 FROM decision d WHERE d.submission_id = s.id AND d.kind = 'accepted')"
    )
    assert open_ == []
    assert tx.all("SELECT id FROM queue_item WHERE closed_at IS NULL") == []
