"""What a lead sees of a draft and of the start, inside Discord's limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.cohorts import setup
from bot.cohorts.enrolment import Synced
from bot.cohorts.rules import Running
from bot.founding import cards as guide_cards
from bot.founding import start_cards
from tests.cohorts.card_words import ALL_GAPS, buttons, fits, site, words
from tests.cohorts.people import NOW


def test_a_draft_shows_its_first_posts_on_the_cohorts_clock(draft: Running):
    card = guide_cards.draft_made(draft, setup.plan(draft.times, NOW), 0, site(), NOW)
    kickoff = int(datetime(2026, 3, 2, 14, tzinfo=UTC).timestamp())
    assert fits(card)
    assert f"Mon 02 Mar 2026 09:00 (<t:{kickoff}:R>) · Kickoff of week 1" in words(card)
    assert words(card).count("·") >= 6
    assert buttons(card) == {
        "Start the course": "cohort.start:1",
        "Read the first two kickoffs": "cohort.preview:1",
        "Not yet": "cohort.later:1",
    }


def test_a_draft_has_a_checklist_of_eight_lines(draft: Running):
    card = guide_cards.draft_made(draft, setup.plan(draft.times, NOW), 3, site(), NOW)
    checklist = words(card).split("**Before you start**\n")[1].splitlines()
    assert len(checklist) == 8
    assert all(line.startswith("✅") for line in checklist)
    assert "3 students on the roster so far" in checklist[-1]


def test_permissions_that_are_missing_are_named_with_the_way_to_give_them(draft: Running):
    card = guide_cards.draft_made(draft, setup.plan(draft.times, NOW), 0, site("Send Messages"), NOW)
    assert "I lack **Send Messages**" in words(card)
    assert "settings → Permissions" in words(card)
    assert fits(guide_cards.draft_made(draft, setup.plan(draft.times, NOW), 0, site(*ALL_GAPS), NOW))


def test_a_late_start_says_what_comes_at_once_and_what_not_any_more(draft: Running):
    now = draft.week(2).kickoff + timedelta(days=1)
    card = start_cards.start_asked(draft, setup.plan(draft.times, now), now)
    assert fits(card)
    assert "**Posted right after the start**\n- Kickoff of week 2" in words(card)
    assert "not posted any more** (3): from Kickoff of week 1 to Retro of week 1" in words(card)


def test_a_start_on_time_speaks_of_nothing_past(draft: Running):
    said = words(start_cards.start_asked(draft, setup.plan(draft.times, NOW), NOW))
    assert "not posted any more" not in said
    assert "right after the start" not in said


def test_after_the_start_the_roster_or_its_trouble_is_told(draft: Running):
    result = Synced(added=[("student", "Aster")], already=0, withdrawn=[], missing_roles=[])
    assert "Added 1 student: Aster." in words(start_cards.started(draft, result, None, NOW))
    assert "could not be filled.** Use add." in words(start_cards.started(draft, None, "Use add.", NOW))


def kickoff_line(draft: Running, now: datetime) -> str:
    card = guide_cards.draft_made(draft, setup.plan(draft.times, now), 0, site(), now)
    (line,) = [line for line in words(card).splitlines() if "First kickoff" in line]
    return line


def test_a_day_that_is_no_kickoff_day_is_said_with_the_day_that_counts(draft: Running):
    assert kickoff_line(draft, NOW).startswith("✅ First kickoff: Mon 02 Mar 2026 09:00")
    assert "is a Monday" not in kickoff_line(draft, NOW)
    later = replace(draft, cohort=replace(draft.cohort, starts_on=date(2026, 3, 24)))
    assert kickoff_line(later, NOW).startswith("✅ First kickoff: Mon 30 Mar 2026 09:00")
    assert "24 March is a Tuesday: the course begins with the first kickoff after it" in kickoff_line(
        later, NOW
    )


def test_a_first_kickoff_that_is_past_is_a_warning_with_what_follows(draft: Running):
    for now, follows in (
        (draft.week(1).kickoff + timedelta(hours=1), "a start posts the kickoff of week 1 at once."),
        (
            draft.week(2).kickoff + timedelta(hours=1),
            "week 2 at once, and what came before it is not posted.",
        ),
        (draft.times[-1].ends, "the whole course would be over by now, so it cannot start."),
    ):
        line = kickoff_line(draft, now)
        assert line.startswith("⚠️ First kickoff: Mon 02 Mar 2026")
        assert "That is past: " in line
        assert follows in line
        assert line.endswith("`/cohort create` with the same name takes a later day")


def test_an_empty_roster_has_no_tick_and_says_how_people_come_in(draft: Running):
    nobody = words(guide_cards.draft_made(draft, setup.plan(draft.times, NOW), 0, site(), NOW))
    assert "▫️ Nobody on the roster yet: " in nobody
    assert "`/roster add` or `/roster import` brings people in" in nobody


def test_a_start_that_finds_nobody_names_the_role_to_give_if_there_is_one(draft: Running):
    nobody = Synced(added=[], already=1, withdrawn=[], missing_roles=[])
    with_role = replace(draft, cohort=replace(draft.cohort, student_role_id=77))
    assert "or give them <@&77> and use `/roster sync`." in words(
        start_cards.started(with_role, nobody, None, NOW)
    )
    without = replace(draft, cohort=replace(draft.cohort, student_role_id=None))
    assert "for a list." in words(start_cards.started(without, nobody, None, NOW))
