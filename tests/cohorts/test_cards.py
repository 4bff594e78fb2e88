"""What a lead sees of a cohort and of its ladder, inside Discord's limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cohorts import cards
from bot.cohorts.rules import Here, Role, Running
from bot.cohorts.service import Cohorts, Overview
from bot.curriculum import Ladder
from tests.cohorts.card_words import ALL_GAPS, buttons, fits, words
from tests.cohorts.people import LEAD, NOW

NONE: dict[Role, int] = {"student": 0, "mentor": 0, "lead": 0}


async def test_a_draft_is_shown_with_what_would_come(desk: Cohorts, lead: Here):
    card = cards.overview(await desk.overview(lead), [], NOW)
    assert fits(card)
    assert "Draft: nothing is posted" in words(card)
    assert "Kickoff of week 1" in words(card)
    assert buttons(card)["Start the course"] == "cohort.start:1"


async def test_a_running_cohort_shows_its_week_and_what_is_next(desk: Cohorts, lead: Here):
    await desk.start(lead, NOW)
    view = await desk.overview(await desk.here(LEAD, NOW))
    assert "begins <t:" in words(cards.overview(view, [], NOW))
    assert "week 2 of 3" in words(cards.overview(view, [], lead.week(2).kickoff))
    assert "ended <t:" in words(cards.overview(view, [], NOW + timedelta(days=99)))
    assert "Start the course" not in buttons(cards.overview(view, [], NOW))


def test_a_cohort_that_stands_still_says_since_when_and_how_it_goes_on(lead: Here):
    def shown(**changes):
        here = replace(lead, cohort=replace(lead.cohort, **changes))
        card = cards.overview(Overview(here=here, counts=NONE, ahead=[], problems=[]), [], NOW)
        assert fits(card)
        return words(card)

    paused = shown(state="paused", paused_at=NOW)
    assert f"**Paused** since <t:{int(NOW.timestamp())}:F>" in paused
    assert "`/cohort resume` lets it go on" in paused
    assert "**Next, once it goes on**" in paused
    finished = shown(state="finished", finished_at=NOW, keep_days=30)
    assert "`/cohort resume` opens it again" in finished
    assert f"is forgotten <t:{int((NOW + timedelta(days=30)).timestamp())}:F>" in finished
    assert "kept until they ask" in shown(state="finished", finished_at=NOW)
    assert "was forgotten" in shown(state="finished", finished_at=NOW, keep_days=1, forgotten_at=NOW)


def test_problems_come_with_what_mends_them(lead: Here):
    problems = [("x" * 900, NOW)] * 20
    card = cards.overview(Overview(here=lead, counts=NONE, ahead=[], problems=problems), ALL_GAPS, NOW)
    assert fits(card)
    assert "**To mend**" in words(card)
    mended = cards.overview(Overview(here=lead, counts=NONE, ahead=[], problems=[]), ["Attach Files"], NOW)
    assert "I lack **Attach Files**" in words(mended)


def test_a_ladder_is_shown_with_the_times_of_this_week(draft: Running):
    now = draft.week(2).kickoff + timedelta(days=1)
    card = cards.ladder(draft, now)
    assert fits(card)
    assert "The reviews of week 2 are due Wed 18 Mar 2026 18:00" in words(card)
    assert (
        "**nudge** · 24 hours before: a reminder to whoever still owes a review (Tue 17 Mar 18:00)"
        in words(card)
    )
    assert "**covered** · 48 hours after" in words(card)
    assert "(Fri 20 Mar 18:00)" in words(card)
    assert "as the course file has it" in words(card)
    assert "capstone" not in words(card)


def test_where_a_capstone_is_due_the_ladder_of_its_reviews_is_named_too(draft: Running):
    card = cards.ladder(draft, draft.week(3).kickoff)
    assert "its capstone reviews, due Sun 29 Mar 2026 18:00" in words(card)


@pytest.mark.parametrize(("days", "week"), [(-30, 1), (99, 3)])
def test_before_and_after_the_course_a_ladder_is_shown_for_its_nearest_week(
    draft: Running, days: int, week: int
):
    now = draft.week(1).kickoff + timedelta(days=days)
    assert f"reviews of week {week} are due" in words(cards.ladder(draft, now))


def test_a_change_of_the_ladder_is_shown_from_old_to_new(draft: Running):
    card = cards.ladder_asked(draft, Ladder(warn=1, covered=72))
    assert "**warn** · 4 → 1 hour before: a last word" in words(card)
    assert "**covered** · 48 → 72 hours after" in words(card)
    assert "nudge" not in words(card)
    assert buttons(card)["Change it"] == "ladder.keep:1.24.1.6.14.72.72"
