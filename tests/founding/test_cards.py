"""What a lead sees of a draft and of the start, inside Discord's limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

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
