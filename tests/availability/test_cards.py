"""What people see of absences and pairs, inside Discord's limits."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import discord
import pytest

from bot.availability import cards
from bot.availability.rules import Absence, Apart, Leave
from bot.cohorts.rules import Cohort, Member
from bot.ui import Card, Press

NOW = datetime.fromisoformat("2026-03-11T15:00:00+00:00")
LONG = "*@everyone_ `x` [a](b) " * 13
COHORT = Cohort(
    id=1, guild_id=1, name="*Spring* " * 8, channel_id=10, timezone="America/New_York", starts_on=date(2026, 3, 2),
    state="running", course_version_id=1, student_role_id=None, mentor_role_id=None, lead_role_id=None, seed=1,
    created_by=1,
)  # fmt: skip


def person(number: int) -> Member:
    return Member(id=number, user_id=10**18 + number, name=f"{number} " + "*@everyone_" * 20)


def absence(number: int, reason: str = LONG) -> Absence:
    return Absence(
        member=person(number), from_at=NOW, until_at=NOW + timedelta(days=number), reason=reason[:300]
    )


def words(card: Card) -> str:
    return "\n".join(
        item.content for item in card.walk_children() if isinstance(item, discord.ui.TextDisplay)
    )


def fits(card: Card) -> bool:
    ids = [item.item.custom_id or "" for item in card.walk_children() if isinstance(item, Press)]
    return (
        card.content_length() <= 4000
        and card.total_children_count <= 40
        and all(len(key) <= 100 for key in ids)
    )


def test_many_who_are_away_fit_one_card_and_the_rest_are_counted():
    card = cards.away_shown(COHORT, absence(1), [absence(number) for number in range(1, 61)], may_leave=True)
    assert fits(card)
    assert "and 48 more" in words(card)
    assert "@everyone" not in words(card)


def test_an_absence_ends_on_its_last_minute_rather_than_on_the_next_day():
    midnight = datetime.fromisoformat("2026-03-14T04:00:00+00:00")
    leave = Leave(day=date(2026, 3, 13), until_at=midnight, reason="")
    assert f"<t:{int(midnight.timestamp()) - 60}:F>" in words(cards.away_asked(COHORT, leave, None))


def test_an_absence_that_takes_the_place_of_another_says_so():
    leave = Leave(day=date(2026, 3, 13), until_at=NOW + timedelta(days=2), reason=LONG[:300])
    card = cards.away_asked(COHORT, leave, absence(9))
    assert fits(card)
    assert "takes the place of your absence" in words(card)


@pytest.mark.parametrize("page", [-1, 1, 2, 3, 99])
def test_pairs_have_pages(page: int):
    pairs = [Apart(one=person(n), other=person(n + 1), reason=LONG[:300]) for n in range(30)]
    card = cards.pairs_listed(COHORT, pairs, page)
    assert fits(card)
    assert f"page {min(max(page, 1), 3)} of 3" in words(card)
    assert "@everyone" not in words(card)


def test_where_nobody_is_kept_apart_the_way_to_do_it_is_named():
    assert "/pairs forbid" in words(cards.pairs_listed(COHORT, [], 1))


def test_in_a_cohort_that_does_not_run_nothing_is_said_to_be_given_on():
    pair = cards.Pair(one=person(1), other=person(2), apart=False)
    assert "given to others" in words(cards.forbidden(COHORT, pair))
    draft = Cohort(
        **{name: getattr(COHORT, name) for name in Cohort.__dataclass_fields__} | {"state": "draft"}
    )
    assert "given to others" not in words(cards.forbidden(draft, pair))
