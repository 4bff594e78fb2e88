"""Cards and the calendar file hold whatever a course can hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from bot.calendar import Break, Changes
from bot.cohorts.rules import Allowance, Here, Member
from bot.planning import agenda_cards, cards, ics, rhythms, rules, stopping_cards
from bot.planning.moving import Along
from bot.planning.rhythms import with_changes
from bot.planning.rules import GoOn, SetRhythm, TakeBreak, UndoBreak
from bot.planning.service import Planning, Preview, Stopped
from bot.planning.stopping import Ending
from tests.planning.test_rules import BEFORE, COURSE, SMALL, cohort
from tests.shown import assert_discord_holds, buttons_of, words_of
from tests.town import LEAD, Town

NOW = datetime(2026, 3, 4, 17, tzinfo=UTC)


def preview(edit, before=None, now=NOW, **changes):
    before = cohort(COURSE) if before is None else before
    after, _ = rules.applied(before, edit, now)
    made = Preview(
        edit=edit, before=before, after=after, moves=rules.moves(before, after), overlaps=[], under_way=1,
        along=Along(reviews=[None] * 2, promises=[None], extended=[None] * 3), has_events=True,
    )  # fmt: skip
    return Preview(**{name: getattr(made, name) for name in Preview.__slots__} | changes)


def everybody(running, *roles, **changes):
    member = Member(id=1, user_id=1, name="Aster")
    return Here(
        cohort=running.cohort,
        course=running.course,
        user_id=1,
        member=member,
        roles=frozenset(roles),
        **changes,
    )


def test_every_card_of_a_change_fits():
    day = NOW.date() + timedelta(days=5)
    broken, _ = rules.applied(cohort(COURSE), TakeBreak(day=day, weeks=2), NOW)
    stopped = cohort(COURSE, state="paused", paused_at=NOW)
    later = NOW + timedelta(days=12)
    rhythm = rhythms.parse(COURSE.rhythm, {"kickoff": "tue 10:00"})
    shown = [
        cards.asked(preview(TakeBreak(day=day, weeks=8, reason="x" * 300), overlaps=list(range(2, 20)))),
        cards.asked(preview(UndoBreak(day=day), broken), again=True),
        cards.asked(preview(SetRhythm(rhythm=rhythm))),
        cards.changed(preview(TakeBreak(day=day, weeks=1)), NOW),
        cards.left(cohort().cohort),
        cards.rhythm(cohort(), 3, rhythm),
        cards.breaks(cohort(), [Break(from_at=NOW, weeks=2, reason="*Rest*")] * 8, NOW),
        stopping_cards.pause_asked(cohort(), [], "A storm"),
        stopping_cards.paused(stopped),
        stopping_cards.resume_asked(
            Stopped(
                running=stopped, since=NOW, missed=[],
                later=preview(GoOn(weeks=2), stopped, later), as_is=preview(GoOn(weeks=0), stopped, later),
            )
        ),
        stopping_cards.resumed(preview(GoOn(weeks=2), stopped, later)),
        stopping_cards.resumed(preview(GoOn(weeks=0), stopped, later)),
        stopping_cards.finish_asked(
            Ending(running=cohort(), unsaid=[], waiting=3, reviews=1, has_events=True), 0, NOW
        ),
        stopping_cards.finished(cohort(keep_days=30), NOW),
        agenda_cards.events_put(everybody(cohort()), {"added": 0, "moved": 0, "kept": 0}),
    ]  # fmt: skip
    for card in shown:
        assert_discord_holds(card)
    assert "2 open reviews and what reminds of them move along" in words_of(shown[0])
    assert words_of(shown[0]).count("⚠️") == 3
    assert [next(iter(buttons_of(card))) for card in shown[:3]] == [
        "Give the break", "Take the break back", "Set this rhythm",
    ]  # fmt: skip
    paused = words_of(stopping_cards.paused(cohort()))
    assert f"To tell everybody, tell them in <#{cohort().cohort.channel_id}>." in paused
    assert "**Something has changed" in words_of(shown[1])
    assert "\\*Rest\\*" in words_of(shown[6])
    assert "Nothing live is to come." in words_of(shown[-1])
    assert "3 pieces of work in the mentor queue" in words_of(shown[12])


def test_a_course_whose_weeks_are_over_goes_on_without_a_date_that_moves():
    stopped = cohort(SMALL, state="finished", finished_at=NOW + timedelta(days=60))
    card = stopping_cards.resumed(preview(GoOn(weeks=1), stopped, NOW + timedelta(days=70)))
    assert "No week is still to come" in words_of(card)


@pytest.mark.parametrize("page", [None, 0, 1, 7])
def test_the_calendar_fits_its_pages_and_shows_what_is_ones_own(page):
    changes = Changes(
        breaks=tuple(Break(from_at=NOW + timedelta(days=day), weeks=1, reason="r" * 300) for day in range(12))
    )
    until = NOW + timedelta(days=400)
    allowed = {
        item.key: Allowance(
            until_at=until,
            excused_at=NOW if item.key == COURSE.deliverables[-1].key else None,
            reason="",
            granted_at=NOW,
        )
        for item in COURSE.deliverables
    }
    here = everybody(with_changes(cohort(COURSE), changes), "lead", allowed=allowed)
    card = agenda_cards.calendar(here, NOW, page)
    assert_discord_holds(card)
    assert "you may leave it out" in words_of(card)
    assert ("Earlier" in buttons_of(card)) == bool(page)
    assert ("Later" in buttons_of(card)) == (not page)


def test_the_calendar_opens_where_the_course_is():
    here = everybody(cohort(COURSE), "student")
    assert "**1** ·" in words_of(agenda_cards.calendar(here, BEFORE))
    assert "▶️ **20** ·" in words_of(agenda_cards.calendar(here, here.times[19].kickoff))
    assert "**24** ·" in words_of(agenda_cards.calendar(here, here.times[-1].ends + timedelta(days=9)))
    for state, words in (
        ("draft", "Still a draft"),
        ("finished", "Finished."),
        ("paused", "**Paused** since"),
    ):
        here = everybody(cohort(state=state, paused_at=NOW if state == "paused" else None), "student")
        assert words in words_of(agenda_cards.calendar(here, NOW))


def test_the_file_keeps_the_names_of_its_events_through_a_break():
    before = cohort(COURSE)
    after, _ = rules.applied(
        before, TakeBreak(day=NOW.date() + timedelta(days=5), weeks=2, reason="Rest"), NOW
    )
    first, second = (
        {str(event["uid"]): event for event in Calendar.from_ical(written).walk("VEVENT")}
        for written in (
            ics.written(everybody(before, "student"), changes=0, now=NOW),
            ics.written(everybody(after, "student"), changes=1, now=NOW),
        )
    )
    assert set(second) - set(first) == {"c1-break-2026-03-09@homeroom"}
    pause = second["c1-break-2026-03-09@homeroom"]
    assert (pause.start.isoformat(), pause.end.isoformat()) == ("2026-03-09", "2026-03-23")
    assert str(pause["summary"]) == "Spring: Rest"
    assert {int(event["sequence"]) for event in second.values()} == {1}
    week = after.week(2)
    assert second["c1-w02-kickoff@homeroom"].start == week.kickoff
    assert second["c1-w02-deadline@homeroom"].start == week.deadline
    assert "Week 2" in str(second["c1-w02-deadline@homeroom"]["description"])


def test_the_file_has_ones_own_deadline():
    running = cohort()
    until = running.times[0].deadline + timedelta(days=3)
    more = Allowance(until_at=until, excused_at=None, reason="", granted_at=NOW)
    written = ics.written(everybody(running, "student", allowed={"w01": more}), changes=0, now=NOW)
    found = {str(event["uid"]): event for event in Calendar.from_ical(written).walk("VEVENT")}
    assert found["c1-w01-own@homeroom"].start == until


async def test_a_draft_takes_breaks_and_a_rhythm_along_into_its_start(database):
    town, planning = Town(database, course=SMALL), Planning(database)
    await town.begin(1, timezone="UTC")
    now = datetime(2026, 2, 23, tzinfo=UTC)
    await database.write(lambda tx: tx.run("DELETE FROM occurrence"))
    await database.write(lambda tx: tx.run("UPDATE cohort SET state = 'draft'"))
    here = await town.here(LEAD, now)
    for edit in (
        TakeBreak(day=datetime(2026, 3, 9, tzinfo=UTC).date(), weeks=1),
        SetRhythm(rhythm=planning.rhythm(here, {"kickoff": "tue 09:00"}, now)[1]),
    ):
        made = await planning.preview(here, edit, now)
        assert (await planning.change(here, edit, made.mark, now)).is_done
    assert await database.read(lambda tx: tx.all("SELECT id FROM occurrence")) == []
    here = await town.here(LEAD, now)
    started = await town.cohorts.start(here, now)
    assert [f"{week.kickoff:%a %d %b}" for week in started.times] == [
        "Tue 03 Mar",
        "Tue 17 Mar",
        "Tue 24 Mar",
    ]
    due = await database.read(
        lambda tx: tx.all("SELECT due_at FROM occurrence WHERE kind = 'kickoff' ORDER BY due_at")
    )
    assert len(due) == 3
