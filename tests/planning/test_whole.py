"""A whole course with two breaks and another rhythm: every post once, at the hour that the calendar shows."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot import calendar
from bot.planning.rules import SetRhythm, TakeBreak
from bot.posts.rules import Digest, Kickoff, RetroCall
from tests.planning.played import Stage, empty
from tests.town import COURSE, LEAD

KINDS = {"kickoff": Kickoff, "retro": RetroCall, "digest": Digest}


async def played(schema):
    stage = Stage(schema, COURSE)
    here = await stage.town.begin(3, timezone="Europe/Berlin", mentor=True)
    now = here.times[0].kickoff
    people = stage.people(3)
    await people.begin(now)
    changes = [
        (now + timedelta(days=30), "next monday", 2),
        (now + timedelta(days=80), "today", 1),
    ]
    times = []
    for at, _, weeks in changes:
        await _until(stage, people, now, at, times)
        here = await stage.town.here(LEAD, at)
        day = at.date() + timedelta(days=(7 - at.weekday()) % 7)
        await _change(stage, TakeBreak(day=day, weeks=weeks), at)
        now = at
    here = await stage.town.here(LEAD, now)
    _, rhythm = stage.planning.rhythm(here, {"kickoff": "tue 08:00", "digest": "fri 12:00"}, now)
    await _change(stage, SetRhythm(rhythm=rhythm), now)
    here = await stage.town.here(LEAD, now)
    await _until(stage, people, now, here.times[-1].ends + timedelta(days=42), times)
    return stage, here, times


async def _until(stage, people, now, until, times):
    said = len(stage.town.said)
    async for moment in stage.play(people, now, until):
        times += [(post, moment) for post in stage.town.said[said:]]
        said = len(stage.town.said)


async def _change(stage, edit, now):
    here = await stage.town.here(LEAD, now)
    preview = await stage.planning.preview(here, edit, now)
    assert (await stage.planning.change(here, edit, preview.mark, now)).is_done


def test_a_course_with_breaks_says_everything_once_when_the_calendar_says():
    schema = empty()
    stage, here, times = asyncio.run(played(schema))
    for kind, content in KINDS.items():
        said = [(post.content.week.number, at) for post, at in times if isinstance(post.content, content)]
        assert said == [(week.number, getattr(week, kind)) for week in here.times]

    async def checked():
        rows = await stage.database.read(
            lambda tx: tx.all(
                "SELECT kind, key, due_at FROM occurrence WHERE state IN ('skipped', 'failed', 'due')"
            )
        )
        assert [tuple(row) for row in rows] == []
        late = await stage.database.read(
            lambda tx: tx.all("SELECT late, deadline_at, submitted_at FROM revision WHERE number = 1")
        )
        assert all(row["late"] == (row["submitted_at"] > row["deadline_at"]) for row in late)
        assert len(list(calendar.occurrences(here.times))) == 24 * 5

    asyncio.run(checked())
    assert here.times[-1].ends > here.times[0].kickoff + timedelta(weeks=26)
