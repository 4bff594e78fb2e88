"""What a lead sees, inside Discord's limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest

from bot.cohorts import cards, guide_cards, roster_cards, setup
from bot.cohorts.enrolment import Place, Synced
from bot.cohorts.rules import Enrolled, Here, Member, Role, Running
from bot.cohorts.service import Cohorts, Overview
from bot.curriculum import Ladder
from bot.ui import Card, Press
from tests.cohorts.people import LEAD, NOW

ALL_GAPS = ["View Channel", "Send Messages", "Embed Links", "Attach Files", "Read Message History"]
NONE: dict[Role, int] = {"student": 0, "mentor": 0, "lead": 0}


def items(card: Card) -> Iterator[Any]:
    """Everything on a card."""
    return card.walk_children()


def words(card: Card) -> str:
    """All text of a card."""
    return "\n".join(item.content for item in items(card) if isinstance(item, discord.ui.TextDisplay))


def buttons(card: Card) -> dict[str, str]:
    """A card's buttons: label to what they do."""
    return {
        item.item.label or "": f"{item.action}:{item.key}" for item in items(card) if isinstance(item, Press)
    }


def fits(card: Card) -> bool:
    """Whether Discord takes the card."""
    return card.content_length() <= 4000 and card.total_children_count <= 40


def site(*gaps: str, missing: tuple[Role, ...] = (), is_silent: bool = False) -> setup.Site:
    """A cohort's place on its server."""
    return setup.Site(gaps=gaps, missing=missing, is_silent=is_silent)


def enrolled(count: int, role: Role = "student", *, active: bool = True) -> list[Enrolled]:
    return [
        Enrolled(member=Member(id=n, user_id=n, name=f"Student {n:03}"), role=role, active=active)
        for n in range(count)
    ]


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
    card = cards.start_asked(draft, setup.plan(draft.times, now), now)
    assert fits(card)
    assert "**Posted right after the start**\n- Kickoff of week 2" in words(card)
    assert "not posted any more** (3): from Kickoff of week 1 to Retro of week 1" in words(card)


def test_a_start_on_time_speaks_of_nothing_past(draft: Running):
    said = words(cards.start_asked(draft, setup.plan(draft.times, NOW), NOW))
    assert "not posted any more" not in said
    assert "right after the start" not in said


def test_after_the_start_the_roster_or_its_trouble_is_told(draft: Running):
    result = Synced(added=[("student", "Aster")], already=0, withdrawn=[], missing_roles=[])
    assert "Added 1 student: Aster." in words(cards.started(draft, result, None, NOW))
    assert "could not be filled.** Use add." in words(cards.started(draft, None, "Use add.", NOW))


def test_a_sync_of_a_large_server_fits(draft: Running):
    added: list[tuple[Role, str]] = [("student", "*" * 32)] * 500
    result = Synced(added=added, already=3, withdrawn=["*" * 32] * 99, missing_roles=["mentor", "lead"])
    card = roster_cards.synced(draft.cohort, result, ["student"])
    assert fits(card)
    assert "Added 500 students" in words(card)
    assert "and 494 more" in words(card)
    assert "has no Discord role for mentors or leads" in words(card)
    assert "The student role was deleted" in words(card)


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


def test_a_roster_is_shown_by_role_and_name(draft: Running):
    people = [*enrolled(2), *enrolled(1, "mentor"), *enrolled(1, "lead", active=False)]
    card = roster_cards.roster(draft.cohort, people, 1)
    assert "**Students**\n- Student 000\n- Student 001" in words(card)
    assert "**Leads**\n- Student 000 *(withdrawn)*" in words(card)
    assert "2 students, 1 mentor, 0 leads" in words(card)
    assert buttons(card) == {}


@pytest.mark.parametrize("page", [-1, 1, 2, 3, 99])
def test_a_long_roster_has_pages(draft: Running, page: int):
    card = roster_cards.roster(draft.cohort, enrolled(100), page)
    shown = min(max(page, 1), 3)
    assert fits(card)
    assert f"page {shown} of 3" in words(card)
    assert f"Student {(shown - 1) * 40:03}" in words(card)
    assert len(buttons(card)) == (2 if shown == 2 else 1)


def test_names_are_shown_inert_and_fit_however_long(draft: Running):
    people = [
        Enrolled(member=Member(id=n, user_id=n, name="*@everyone_" * 20), role="student", active=False)
        for n in range(100)
    ]
    card = roster_cards.roster(draft.cohort, people, 1)
    assert fits(card)
    assert "@everyone" not in words(card)


def test_an_empty_roster_says_how_to_begin(draft: Running):
    assert "/roster add" in words(roster_cards.roster(draft.cohort, [], 1))


def test_a_role_that_could_not_be_given_does_not_undo_the_enrolment(draft: Running):
    card = roster_cards.enrolled(draft.cohort, 5, "mentor", is_new=True, trouble="Move my role up.")
    assert "<@5> is now a mentor of Spring." in words(card)
    assert "Move my role up." in words(card)
    assert "already" in words(roster_cards.enrolled(draft.cohort, 5, "mentor", is_new=False, trouble=None))


@pytest.mark.parametrize("reason", ["", "*@everyone_ ```x``` " * 15])
def test_a_withdrawal_says_what_follows_before_it_is_done(draft: Running, reason: str):
    place = Place(member=Member(id=1, user_id=5, name="Aster"), roles=frozenset({"student", "mentor"}))
    card = roster_cards.withdrawal_asked(draft.cohort, 5, place, reason)
    assert fits(card)
    assert "A student and mentor of this cohort." in words(card)
    assert "I do not tell them" in words(card)
    assert "Nothing is deleted" in words(card)
    assert ("Your reason" in words(card)) == bool(reason)
    assert buttons(card) == {"Withdraw them": "roster.withdraw:1.5", "Leave them in": "roster.leave:1"}


def test_a_withdrawal_says_which_discord_roles_are_left_for_the_lead_to_take(draft: Running):
    place = Place(member=Member(id=1, user_id=5, name="Aster"), roles=frozenset({"student"}))
    said = words(roster_cards.withdrawn(draft.cohort, 5, place, "They still carry <@&101>."))
    assert "<@5> is no longer a student of Spring." in said
    assert "⚠️ They still carry <@&101>." in said
    assert "⚠️" not in words(roster_cards.withdrawn(draft.cohort, 5, place))
    assert "given to others" not in said, "a draft has no reviews"


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
