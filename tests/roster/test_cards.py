"""What a lead sees of a roster, inside Discord's limits."""

from __future__ import annotations

import pytest

from bot.cohorts.enrolment import Place, Synced
from bot.cohorts.rules import Enrolled, Member, Role, Running
from bot.roster import cards as roster_cards
from tests.cohorts.card_words import buttons, enrolled, fits, words


def test_a_sync_of_a_large_server_fits(draft: Running):
    added: list[tuple[Role, str]] = [("student", "*" * 32)] * 500
    result = Synced(added=added, already=3, withdrawn=["*" * 32] * 99, missing_roles=["mentor", "lead"])
    card = roster_cards.synced(draft.cohort, result, ["student"])
    assert fits(card)
    assert "Added 500 students" in words(card)
    assert "and 494 more" in words(card)
    assert "has no Discord role for mentors or leads" in words(card)
    assert "The student role was deleted" in words(card)


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
