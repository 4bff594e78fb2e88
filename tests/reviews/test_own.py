"""Scoring one's own work: from hand-in until the first review comes, and for nobody's figures."""

from __future__ import annotations

from datetime import timedelta

import pytest
from discord import ButtonStyle

from bot.errors import CourseError
from bot.reviews import own, rules, store
from bot.reviews.everybody import given
from bot.reviews.own import OwnScores
from bot.reviews.own_cards import own_scores
from bot.revisions.feedback import feedback_cards
from tests.reviews.conftest import SUNDAY
from tests.reviews.test_cards import WIDEST
from tests.shown import assert_discord_holds, buttons_of, menus_of, words_of

HOUR = timedelta(hours=1)


@pytest.fixture
async def room(classroom):
    await classroom.enroll("Aster", "Birch", "Cedar")
    await classroom.enroll("Moss", role="mentor")
    return classroom


async def score(room, name="Aster", at=SUNDAY, **scores):
    return await room.reviews.score_own(await room.here(name), room.work(), scores, at)


async def refusal(awaitable) -> str:
    with pytest.raises(CourseError) as refused:
        await awaitable
    return str(refused.value)


async def mine(room, name="Aster"):
    found = await room.database.read(own.of_member, room.cohort_id, room.people[name][1].id)
    return {item.key: scores for item, scores in found}


def first(room) -> str:
    return room.work().rubric.criteria[0].key


async def reviewed(room):
    """Everybody's work, with Birch's review of Aster's."""
    await room.hand_in("Aster", "Birch", "Cedar")
    asked = await room.pair()
    late = await room.deadline() + HOUR
    (review,) = [item for item in asked if room.who(item) == ("Birch", "Aster")]
    await room.write(review, late, level=2)
    return late


async def test_an_author_scores_what_they_handed_in_and_scoring_again_replaces(room):
    await room.hand_in("Aster")
    assert (await score(room, **{first(room): 1})).scores == {first(room): 1}
    assert (await score(room, **{first(room): 2})).scores == {first(room): 2}
    assert await mine(room) == {"w01": {first(room): 2}}
    assert await mine(room, "Birch") == {}
    kept = await room.database.read(lambda tx: tx.one("SELECT * FROM self_score"))
    cohort = (await room.here("Aster")).cohort
    assert kept["course_version_id"] == cohort.course_version_id


async def test_what_was_not_handed_in_is_not_scored(room):
    assert "not handed in" in await refusal(score(room, **{first(room): 1}))
    assert "not handed in" in await refusal(room.reviews.own(await room.here("Aster"), room.work()))


async def test_nobody_scores_somebody_else_s_work(room):
    await room.hand_in("Aster")
    assert "not handed in" in await refusal(score(room, "Birch", **{first(room): 1}))
    assert "for the students" in await refusal(score(room, "Moss", **{first(room): 1}))


@pytest.mark.parametrize("level", [0, 99])
async def test_only_levels_of_the_rubric_are_taken(room, level):
    await room.hand_in("Aster")
    assert "no such level" in await refusal(score(room, **{first(room): level}))
    assert "no such level" in await refusal(score(room, nonsense=1))


async def test_the_first_review_that_comes_closes_the_scores_and_leaves_what_was_said(room):
    await room.hand_in("Aster")
    await score(room, **{first(room): 3})
    late = await reviewed(room)
    assert "has come" in await refusal(score(room, at=late, **{first(room): 2}))
    assert "has come" in await refusal(room.reviews.own(await room.here("Aster"), room.work()))
    assert await mine(room) == {"w01": {first(room): 3}}, "what was said before stays"


async def test_in_a_finished_cohort_nothing_is_scored(room):
    await room.hand_in("Aster")
    await room.database.write(lambda tx: tx.run("UPDATE cohort SET state = 'finished'"))
    assert "has finished" in await refusal(score(room, **{first(room): 1}))
    here = await room.here("Aster")
    found = await room.revisions.feedback(here, room.work(), SUNDAY)
    assert not found.is_scorable


async def test_own_scores_stand_beside_the_others_in_the_feedback(room):
    await room.hand_in("Aster")
    await score(room, **{first(room): 3})
    late = await reviewed(room)
    here = await room.here("Aster")
    found = await room.revisions.feedback(here, room.work(), late)
    (card,) = feedback_cards(here, found, late)
    line = next(line for line in words_of(card).splitlines() if "you said 3" in line)
    assert room.work().rubric.criteria[0].title in line
    assert words_of(card).count("you said") == 1, "what was not scored says nothing"
    assert "own.open" not in str(buttons_of(card))


async def test_the_feedback_offers_scoring_until_a_review_came(room):
    await room.hand_in("Aster")
    here = await room.here("Aster")
    (card,) = feedback_cards(here, await room.revisions.feedback(here, room.work(), SUNDAY), SUNDAY)
    assert buttons_of(card)["Score it yourself"][0] == f"p:own.open:{room.cohort_id}.w01"
    await score(room, **{first(room): 3})
    (card,) = feedback_cards(here, await room.revisions.feedback(here, room.work(), SUNDAY), SUNDAY)
    assert "Change your own scores" in buttons_of(card)


async def test_own_scores_count_towards_nothing_and_reviewers_never_see_them(room):
    await room.hand_in("Aster")
    await score(room, **{item.key: len(item.levels) for item in room.work().rubric.criteria})
    late = await reviewed(room)
    await _told_to_others(room, late)  # looking opens reviews, so that the next look sees the same
    told = await _told_to_others(room, late)
    await room.database.write(lambda tx: tx.run("DELETE FROM self_score"))
    assert await _told_to_others(room, late) == told


async def _told_to_others(room, now):
    found = await room.revisions.feedback(await room.here("Birch"), room.work(), now)
    asked = await room.asked()
    cards = [await room.reviews.open(room.user(room.who(item)[0]), item.id, now) for item in asked]
    aster = room.people["Aster"][1].id
    received = await room.database.read(store.received, room.cohort_id, aster)
    summaries = rules.summarise(room.work().rubric, [item for item in received if item.sent_at])
    leniency = [await room.reviews.leniency(await room.here(name)) for name in ("Aster", "Birch", "Cedar")]
    return found, cards, summaries, leniency, await room.database.read(given, await room.here("Aster"))


async def test_the_longest_rubric_fits_a_message_with_its_levels(room):
    here = await room.here("Aster")
    empty = own_scores(here, OwnScores(deliverable=WIDEST, scores={}))
    assert "You can change them until the first review comes." in words_of(empty), "read or not"
    assert_discord_holds(empty)
    assert "0 of 8 scored" in words_of(empty)
    assert buttons_of(empty)["Show the feedback"][1] is ButtonStyle.secondary, "nothing came yet"
    whole = own_scores(
        here, OwnScores(deliverable=WIDEST, scores={item.key: 2 for item in WIDEST.rubric.criteria})
    )
    assert_discord_holds(whole)
    assert "8 of 8 scored. All scored, and kept." in words_of(whole)
    menu = next(iter(menus_of(whole).values()))
    assert [option.value for option in menu.options if option.default] == ["2"]
