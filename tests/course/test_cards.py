"""What the course looks like, inside Discord's limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import discord
import pytest

from bot.course import cards
from bot.course.cards import WEEK_LIMIT, week_parts
from bot.course.rules import Place
from bot.course.search import search
from bot.curriculum import Curriculum, Deliverable, DeliverableSpec, Evidence
from bot.ui import Card, Pick, Press

NOW = datetime(2026, 3, 4, 15, tzinfo=UTC)


def items(card: Card) -> Iterator[Any]:
    """Everything on a card."""
    return card.walk_children()


def words(*shown: Card) -> str:
    """All text of some cards."""
    return "\n".join(
        item.content for card in shown for item in items(card) if isinstance(item, discord.ui.TextDisplay)
    )


def buttons(card: Card) -> dict[str, str]:
    """A card's buttons: label to what they do."""
    return {
        item.item.label or "": f"{item.action}:{item.key}" for item in items(card) if isinstance(item, Press)
    }


def menu(card: Card) -> list[str]:
    """The choices of a card's menu."""
    return [option.value for item in items(card) if isinstance(item, Pick) for option in item.item.options]


def fits(card: Card) -> bool:
    """Whether Discord takes the card."""
    return card.content_length() <= 4000 and card.total_children_count <= 40


@pytest.mark.parametrize("number", range(1, 25))
def test_every_week_shows_its_lab_deliverable_evidence_and_eight_outcomes(place: Place, number: int):
    card = cards.week_card(place, number, NOW)
    week, said = place.course.week(number), words(card)
    assert fits(card)
    for text in (week.title, week.summary, week.lab, week.deliverable.title, week.deliverable.brief):
        assert text in said
    assert all(item.label in said for item in week.deliverable.evidence)
    outcomes = place.course.outcomes_of(week)
    assert len(outcomes) == 8
    assert all(f"- {outcome}" in said for outcome in outcomes)


def test_the_deadline_is_shown_to_each_reader_in_their_own_zone(place: Place):
    said = words(cards.week_card(place, 1, NOW))
    at = int(datetime(2026, 3, 8, 22, tzinfo=UTC).timestamp())
    assert f"<t:{at}:F>" in said
    assert f"<t:{at}:R>" in said


def test_a_week_leads_to_its_form_and_to_its_neighbors(place: Place):
    assert buttons(cards.week_card(place, 5, NOW)) == {
        "Submit": "submit.open:7.w05",
        "◀ Week 4": "week.show:7.4",
        "Week 6 ▶": "week.show:7.6",
    }
    assert "Week 25 ▶" not in buttons(cards.week_card(place, 24, NOW))
    assert "◀ Week 0" not in buttons(cards.week_card(place, 1, NOW))


def test_a_week_that_closes_a_stage_names_the_capstone_work_due(place: Place):
    said = words(cards.week_card(place, 8, NOW))
    assert all(f"Capstone 1.{number}" in said for number in (1, 2, 3))
    assert "Capstone" not in words(cards.week_card(place, 5, NOW))


def test_without_a_cohort_a_week_has_neither_dates_nor_a_form(undated: Place):
    card = cards.week_card(undated, 8, NOW)
    assert "<t:" not in words(card)
    assert buttons(card) == {"◀ Week 7": "week.show:0.7", "Week 9 ▶": "week.show:0.9"}


def fullest(course: Curriculum) -> Curriculum:
    """A course whose first week fills its texts as far as the check of a course file lets it."""
    evidence = tuple(Evidence(kind=f"k{n}", label="e" * 45, required=False) for n in range(4))
    spec = DeliverableSpec(title="d" * 100, brief="b" * 500, rubric=course.rubrics[0].key, evidence=evidence)
    stage = course.stages[0].model_copy(update={"title": "s" * 100, "verbs": ("v" * 45,) * 4})
    week = course.weeks[0].model_copy(
        update={"title": "t" * 100, "summary": "s" * 500, "lab": "l" * 700, "deliverable": spec}
    )
    return course.model_copy(
        update={
            "stages": (stage, *course.stages[1:]),
            "weeks": (week, *course.weeks[1:]),
            "outcomes": ("{verb} " + "o" * 150,) * 4,
        }
    )


def test_the_fullest_week_leaves_room_for_a_greeting_and_dates(shipped: Curriculum):
    course = fullest(shipped)
    parts = week_parts(course, course.weeks[0])
    assert sum(len(part.content) for part in parts if isinstance(part, discord.ui.TextDisplay)) <= WEEK_LIMIT


def test_optional_evidence_is_marked(place: Place):
    work = place.course.deliverable("c1.1")
    assert "🔗 Recording: clean clone to first order *(optional)*" in cards.evidence(work)
    assert "🔗 Repository at a tagged release\n" in cards.evidence(work)


def test_the_overview_tells_what_when_and_how(place: Place):
    (card,) = cards.overview(place, NOW)
    said = words(card)
    assert fits(card)
    for text in (
        place.course.course.title, place.course.course.school, place.course.course.welcome, "weeks 9–16",
        "Publish to the portfolio", "America/New_York", "Sunday 18:00", "Backend Architecture Defense and Handover",
    ):  # fmt: skip
        assert text in said
    assert menu(card) == [str(number) for number in range(1, 25)]


def test_a_long_course_offers_the_weeks_around_now(shipped: Curriculum):
    weeks = tuple(shipped.weeks[0].model_copy(update={"number": number}) for number in range(1, 53))
    long = Place(course=shipped.model_copy(update={"weeks": weeks, "capstones": ()}), dates=None)
    (card,) = cards.overview(long, NOW)
    assert menu(card) == [str(number) for number in range(1, 26)]


def test_the_roadmap_has_twelve_stops(place: Place):
    (card,) = cards.roadmap(place)
    assert fits(card)
    assert len(re.findall(r"^\*\*\d+\. ", words(card), re.MULTILINE)) == 12


def test_resources_and_complementary_courses_stand_together(place: Place):
    (card,) = cards.resources(place)
    assert fits(card)
    assert "<https://nodejs.org/api/test.html>" in words(card)
    assert "Advanced Ansible Automation" in words(card)


def test_more_than_one_message_can_hold_becomes_several(place: Place):
    course = place.course
    many = tuple(course.roadmap[0].model_copy(update={"sentence": "x" * 180}) for _ in range(40))
    shown = cards.roadmap(Place(course=course.model_copy(update={"roadmap": many}), dates=place.dates))
    assert len(shown) > 1
    assert all(map(fits, shown))


def test_each_capstone_shows_its_deliverables_and_their_deadline(place: Place):
    shown = cards.capstones(place)
    assert len(shown) == 3
    assert all(map(fits, shown))
    assert all(re.search(r"Due with week \d+: <t:\d+:F> \(<t:\d+:R>\)", words(card)) for card in shown)
    work: list[Deliverable] = [item for item in place.course.deliverables if item.track == "capstone"]
    assert all(item.title in words(*shown) and item.brief in words(*shown) for item in work)
    assert buttons(shown[1]) == {f"Submit 2.{n}": f"submit.open:7.c2.{n}" for n in (1, 2, 3)}


def test_a_course_may_do_without_capstones_roadmap_and_resources(small: Curriculum):
    bare = Place(
        course=small.model_copy(
            update={"capstones": (), "roadmap": (), "resources": (), "complementary": ()}
        ),
        dates=None,
    )
    for shown in (
        cards.capstones(bare),
        cards.roadmap(bare),
        cards.resources(bare),
        cards.overview(bare, NOW),
    ):
        assert all(map(fits, shown))


def test_what_a_search_found_is_bold_and_can_be_opened(place: Place):
    card = cards.found(place, "stampede", search(place.course, "stampede"))
    assert fits(card)
    assert "**stampede**" in words(card)
    assert "8" in menu(card)


@pytest.mark.parametrize("query", ["the", "e a", "a e i o u", "of and to in"])
def test_a_search_that_finds_much_still_fits(place: Place, query: str):
    assert fits(cards.found(place, query, search(place.course, query)))


def test_what_was_asked_for_is_shown_inert(place: Place):
    card = cards.found(place, "@everyone **x** `y`", search(place.course, "@everyone **x** `y`"))
    assert "@everyone" not in words(card)
    assert "**x**" not in words(card)


def test_nothing_found_names_near_words(place: Place):
    card = cards.found(place, "idempotncy", search(place.course, "idempotncy"))
    assert "Did you mean `idempotency`" in words(card)
