"""Winding the clock: everything due happens, in order, each thing at its own time."""

from __future__ import annotations

from datetime import timedelta


class Walker:
    """A classmate who does something at given instants."""

    def __init__(self, stage, *instants):
        self.stage, self.instants = stage, sorted(instants)

    async def next_at(self, now):
        return self.instants[0] if self.instants else None

    async def act(self, now):
        self.stage.journal.note("person", f"walked at {self.instants.pop(0):%H:%M}")


def told(stage):
    return [(entry.at, entry.text) for entry in stage.journal.entries]


async def test_bot_and_classmates_take_turns_at_their_own_instants(stage, plan, hour):
    start = stage.world.now()
    plan += [(hour(1), "one"), (hour(3), "three"), (hour(30), "later")]
    stage.world.classmates = Walker(stage, hour(2), hour(3))
    await stage.wind("day")
    assert told(stage) == [
        (start + timedelta(hours=1), "Posted in #cohort: one"),
        (start + timedelta(hours=2), "walked at 19:00"),
        (start + timedelta(hours=3), "Posted in #cohort: three"),
        (start + timedelta(hours=3), "walked at 20:00"),
    ]
    assert stage.world.now() == start + timedelta(days=1)
    assert stage.clock.next_post == start + timedelta(hours=30)


async def test_to_the_next_post_passes_over_what_needs_no_words(stage, plan, hour):
    third = hour(3)
    plan += [(hour(1), None), (third, "heard"), (hour(5), "not yet")]
    await stage.wind("post")
    assert stage.world.now() == third
    assert [text for _, text in told(stage)] == ["Posted in #cohort: heard"]


async def test_when_nothing_is_planned_the_next_post_is_a_day_away(stage, hour):
    tomorrow = hour(24)
    await stage.wind("post")
    assert stage.world.now() == tomorrow


async def test_what_became_due_while_the_clock_stood_is_said_at_once(stage, plan, hour):
    start = stage.world.now()
    plan += [(start, "overdue")]
    await stage.wind("hour")
    assert told(stage) == [(start, "Posted in #cohort: overdue")]


async def test_a_bot_that_cannot_finish_does_not_stop_the_clock(stage, plan, hour):
    end = hour(1)
    plan += [(stage.world.now() + timedelta(minutes=59), "never")]
    stage.world.bot.stuck = True
    await stage.wind("hour")
    assert stage.world.now() == end
    await stage.wind("week")
    await stage.wind("post")
    assert stage.world.now() == end + timedelta(days=8)
    assert [entry.kind for entry in stage.journal.entries] == ["trouble"]


async def test_a_restart_keeps_the_time_and_says_nothing_twice(stage, plan, hour):
    plan += [(hour(1), "once")]
    await stage.wind("hour")
    now = stage.world.now()
    await stage.restart()
    assert stage.world.now() == now
    assert [m.content for m in stage.world.cohort.history()] == ["once"]
    assert "started again" in stage.journal.entries[-1].text
