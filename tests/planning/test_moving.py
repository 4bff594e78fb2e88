"""Whatever is open when a break is given moves along with it; what was said or due before stays."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import rescheduling
from bot.calendar import later
from bot.cohorts import allowances
from bot.database import instant, micros
from bot.errors import CourseError
from bot.planning.rules import SetRhythm, TakeBreak, UndoBreak
from bot.planning.service import Planning
from tests.planning.played import SMALL, Stage, copies
from tests.town import LEAD, Town

POINTS = st.floats(0, 1, exclude_max=True)  # of the way through the course
MOVES = ("kickoff", "nudge", "pairing", "retro", "digest", "ladder", "lease")


def held(tx):
    """What the database has of everything that a break could move."""
    rows = tx.all("SELECT kind, key, week, member_id, due_at, stale_at, state FROM occurrence")
    return {
        "ledger": {tuple(row[name] for name in row.keys()) for row in rows if row["kind"] != "settle"},  # noqa: SIM118
        "reviews": [tuple(row) for row in tx.all("SELECT * FROM review ORDER BY id")],
        "promises": [tuple(row) for row in tx.all("SELECT * FROM submission ORDER BY id")],
        "revisions": [tuple(row) for row in tx.all("SELECT * FROM revision ORDER BY id")],
        "allowances": [tuple(row) for row in tx.all("SELECT * FROM allowance ORDER BY member_id")],
    }


def open_instants(tx):
    """Every instant at which something that is open comes, by what it is."""
    found = [
        (row["kind"], instant(row["due_at"]))
        for row in tx.all("SELECT kind, due_at FROM occurrence WHERE state = 'due'")
        if row["kind"] in MOVES
    ]
    for row in tx.all("SELECT due_at, lease_until FROM review WHERE sent_at IS NULL AND closed_at IS NULL"):
        found += [(name, instant(row[name])) for name in ("due_at", "lease_until") if row[name]]
    for row in tx.all("SELECT covered_by, mentor_at FROM submission WHERE covered_at IS NULL"):
        found += [(name, instant(row[name])) for name in ("covered_by", "mentor_at") if row[name]]
    found += [("allowance", instant(row["until_at"])) for row in tx.all("SELECT until_at FROM allowance")]
    return found


def finished_things(tx):
    """What was said, sent or closed."""
    rows = tx.all("SELECT * FROM occurrence WHERE state <> 'due' ORDER BY id")
    sent = tx.all("SELECT * FROM review WHERE sent_at IS NOT NULL OR closed_at IS NOT NULL ORDER BY id")
    return [tuple(row) for row in rows], [tuple(row) for row in sent]


async def change(stage, edit, now):
    here = await stage.town.here(LEAD, now)
    preview = await stage.planning.preview(here, edit, now)
    outcome = await stage.planning.change(here, edit, preview.mark, now)
    assert outcome.is_done
    return preview


async def moved_by(copy: bytes, now: datetime, days: int, weeks: int) -> None:
    stage = Stage(copy=copy)
    zone = (await stage.town.here(LEAD, now)).cohort.zone
    day = now.astimezone(zone).date() + timedelta(days=days)
    before, was = await stage.database.read(held), await stage.database.read(open_instants)
    done = await stage.database.read(finished_things)
    try:
        await change(stage, TakeBreak(day=day, weeks=weeks), now)
    except CourseError as refusal:
        assert "Nothing is planned" in str(refusal)  # noqa: PT017
        return
    here = await stage.town.here(LEAD, now)
    (pause,) = here.cohort.changes.breaks
    ends = later(pause.from_at, weeks, zone)
    open_now = await stage.database.read(open_instants)
    assert [item for item in open_now if pause.from_at <= item[1] < ends] == []
    assert await stage.database.read(finished_things) == done
    early = sorted(item for item in was if item[1] < pause.from_at and item[0] != "ladder")
    assert sorted(item for item in open_now if item[1] < pause.from_at and item[0] != "ladder") == early
    if days:
        await change(stage, UndoBreak(day=day), now)
        assert await stage.database.read(held) == before


@settings(max_examples=60, deadline=None)
@given(POINTS, st.integers(0, 25), st.integers(1, 8))
def test_nothing_open_lies_in_a_break_and_taking_it_back_restores_everything(point, days, weeks):
    copy, now = copies()[int(point * len(copies()))]
    asyncio.run(moved_by(copy, now, days, weeks))


@settings(max_examples=15, deadline=None)
@given(POINTS, st.integers(1, 14), st.integers(1, 3), st.integers(1, 14), st.integers(1, 3))
def test_two_breaks_leave_nothing_open_in_either(point, first, long, second, longer):
    copy, now = copies()[int(point * len(copies()) / 3)]

    async def both():
        stage = Stage(copy=copy)
        zone = (await stage.town.here(LEAD, now)).cohort.zone
        today = now.astimezone(zone).date()
        for days, weeks in ((first, long), (second, longer)):
            await change(stage, TakeBreak(day=today + timedelta(days=days), weeks=weeks), now)
        here = await stage.town.here(LEAD, now)
        at = [item[1] for item in await stage.database.read(open_instants)]
        for pause in here.cohort.changes.breaks:
            ends = later(pause.from_at, pause.weeks, zone)
            assert [moment for moment in at if pause.from_at <= moment < ends] == []

    if first != second:
        with suppress(CourseError):  # the second may come after the last of the course
            asyncio.run(both())


@settings(max_examples=40, deadline=None)
@given(POINTS, st.integers(1, 40 * 24))
def test_after_a_pause_nothing_that_fell_due_meanwhile_is_past(point, hours):
    copy, now = copies()[int(point * len(copies()))]

    async def stop_and_go_on():
        stage = Stage(copy)
        before = await stage.database.read(finished_things)
        await stage.planning.pause(await stage.town.here(LEAD, now), "", now)
        again = now + timedelta(hours=hours)
        assert await stage.town.tick(again) == []
        here = await stage.town.here(LEAD, again)
        stopped = await stage.planning.stopped(here, again)
        chosen = stopped.later or stopped.as_is
        assert (await stage.planning.change(here, chosen.edit, chosen.mark, again)).is_done
        at = await stage.database.read(open_instants)
        # Where only a reminder or a lease fell into the pause, all dates stay: those move no course by a week.
        small = () if stopped.later else ("ladder", "lease", "lease_until", "due_at")
        at = [item for item in at if item != ("nudge", again)]  # said again at once: its deadline is ahead
        assert [item for item in at if now <= item[1] <= again and item[0] not in small] == []
        assert await stage.database.read(finished_things) == before

    asyncio.run(stop_and_go_on())


async def test_a_lease_and_an_extended_deadline_move_along(database):
    town, planning = Town(database, course=SMALL), Planning(database)
    here = await town.begin(3, timezone="UTC")
    week = here.times[0]
    at = week.kickoff + timedelta(days=3)
    for user_id in (1, 2):
        await town.submit(user_id, "w01", at)
    await town.reviews.take(await town.here(1, at), at)
    member = (await town.here(3, at)).known()
    until = week.deadline + timedelta(days=2)
    await database.write(
        lambda tx: allowances.allow(
            tx,
            here.cohort.id,
            member.id,
            "w01",
            until_at=until,
            excused_at=None,
            reason="",
            granted_by=None,
            now=at,
        )
    )
    here = await town.here(LEAD, at)
    edit = TakeBreak(day=at.date(), weeks=2)
    preview = await planning.preview(here, edit, at)
    assert len(preview.along.reviews) == len(preview.along.extended) == 1
    assert (await planning.change(here, edit, preview.mark, at)).is_done
    (row,) = await database.read(lambda tx: tx.all("SELECT due_at, lease_until FROM review"))
    assert instant(row["lease_until"]) == at + timedelta(hours=8, weeks=2)
    assert instant(row["due_at"]) == week.reviews + timedelta(weeks=2)
    (owed,) = await database.read(lambda tx: rescheduling.pending(tx, here.cohort.id, ["lease"]))
    assert owed.due_at == at + timedelta(hours=8, weeks=2)
    assert owed.key.endswith(f".{micros(owed.due_at)}")
    student = await town.here(3, at)
    assert student.own_deadline(SMALL.deliverable("w01")) == until + timedelta(weeks=2)


async def test_another_rhythm_leaves_reviews_that_were_asked_for_where_they_are(database):
    town, planning = Town(database, course=SMALL), Planning(database)
    here = await town.begin(4, timezone="UTC")
    week = here.times[0]
    for user_id in range(1, 5):
        await town.submit(user_id, "w01", week.kickoff + timedelta(days=1))
    await town.tick(week.deadline)
    was = await database.read(lambda tx: tx.all("SELECT id, due_at FROM review ORDER BY id"))
    ladder = await database.read(lambda tx: rescheduling.pending(tx, here.cohort.id, ["ladder"]))
    here = await town.here(LEAD, week.deadline)
    _, rhythm = planning.rhythm(here, {"reviews": "thu 20:00", "digest": "fri 09:00"}, week.deadline)
    preview = await planning.preview(here, SetRhythm(rhythm=rhythm), week.deadline)
    assert {move.kind for move in preview.moves} == {"reviews", "digest"}
    assert {move.week for move in preview.moves} == {2, 3}
    assert (await planning.change(here, preview.edit, preview.mark, week.deadline)).is_done
    assert len(was) == 8
    assert await database.read(lambda tx: tx.all("SELECT id, due_at FROM review ORDER BY id")) == was
    assert await database.read(lambda tx: rescheduling.pending(tx, here.cohort.id, ["ladder"])) == ladder


@pytest.mark.parametrize("part", [0.2, 0.4, 0.6])
def test_after_a_break_the_course_goes_on_to_its_end(part):
    copy, now = copies()[int(len(copies()) * part)]

    async def on():
        stage = Stage(copy=copy)
        today = now.astimezone((await stage.town.here(LEAD, now)).cohort.zone).date()
        await change(stage, TakeBreak(day=today + timedelta(days=1), weeks=2), now)
        people = stage.people(5)
        await people.begin(now)
        ends = (await stage.town.here(LEAD, now)).times[-1].ends + timedelta(days=42)
        async for _ in stage.play(people, now, ends):
            pass
        assert (
            await stage.database.read(lambda tx: tx.all("SELECT * FROM queue_item WHERE closed_at IS NULL"))
            == []
        )
        open_ = await stage.database.read(
            lambda tx: tx.all("SELECT kind, key FROM occurrence WHERE state IN ('due', 'claimed', 'failed')")
        )
        assert [tuple(row) for row in open_] == []

    asyncio.run(on())
