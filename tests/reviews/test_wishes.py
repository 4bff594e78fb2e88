"""A lead asks one person for one review, or asks them no more; and sees who met whom."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.availability.service import Availability
from bot.database import Database
from bot.errors import CourseError
from bot.reviews import pairs_cards
from bot.reviews.by_hand import ByHand
from bot.revisions import settling
from bot.revisions import store as revisions
from bot.submissions import store as submissions
from tests.reviews.by_hand import DEADLINE, KEY, NOW, asked, audit, ids, lead, letters, pull, six
from tests.shown import words_of
from tests.town import LEAD, MENTOR, Town


@pytest.fixture
async def town(database: Database) -> Town:
    return await six(database)


@pytest.fixture
def desk(database: Database) -> ByHand:
    return ByHand(database)


@pytest.fixture
def leave(database: Database) -> Availability:
    return Availability(database)


def accept(tx, here, author_id: int) -> None:
    """A mentor accepts somebody's week 1."""
    work = submissions.of_member(tx, here.cohort.id, author_id)[KEY]
    facts = revisions.facts(tx, here, work.submission_id)
    settling.accept(tx, facts, mentor_id=here.known().id, words="", now=NOW)


# Asking a certain person


async def test_a_certain_person_is_asked_and_hears_of_it_from_a_lead(town, desk):
    wish = await desk.ask(await lead(town), 1, 2, KEY, NOW)
    (letter,) = await letters(town, NOW)
    assert letter.user_id == 1
    assert letter.content.by_lead
    (review,) = await asked(town)
    who = await ids(town)
    assert (review.reviewer_id, review.author_id, review.origin) == (who[1], who[2], "lead")
    assert review.due_at == wish.due_at == (await lead(town)).week(1).reviews
    assert await audit(town, "pairs.set") == [(who[LEAD], who[1], {"other_id": who[2], "deliverable": KEY})]


async def test_what_a_lead_asked_counts_in_the_round(town, desk):
    await desk.ask(await lead(town), 1, 2, KEY, NOW)
    await town.tick(DEADLINE)
    found = await asked(town)
    assert len(found) == 12
    assert set(Counter(review.reviewer_id for review in found).values()) == {2}
    assert set(Counter(review.author_id for review in found).values()) == {2}


async def test_after_the_round_it_is_due_as_long_from_now_as_the_others_had(town, desk):
    await town.tick(DEADLINE)
    now = DEADLINE + timedelta(days=1)
    here = await lead(town, now)
    taken = {(review.reviewer_id, review.author_id) for review in await asked(town)}
    who = await ids(town)
    author = next(user for user in range(2, 7) if (who[1], who[user]) not in taken)
    wish = await desk.ask(here, 1, author, KEY, now)
    assert wish.due_at == now + (here.week(1).reviews - here.week(1).deadline)
    assert wish.coming == wish.wanted == 2, "it is one more than others have, as the card says"
    shown = words_of(pairs_cards.set_asked((await lead(town)).cohort, wish))
    assert "then has 3 reviews; others get 2." in shown
    fewer = words_of(pairs_cards.set_asked((await lead(town)).cohort, replace(wish, coming=0)))
    assert "then has 1 of the 2 reviews that each work gets." in fewer


async def test_what_a_lead_asks_has_its_ladder(town, desk):
    wish = await desk.ask(await lead(town), 1, 2, KEY, NOW)
    rows = await town.database.read(lambda tx: tx.all("SELECT key FROM occurrence WHERE kind = 'ladder'"))
    assert {row["key"].split(".")[1] for row in rows} == {"nudge", "warn", "expire", "mentor"}
    said = await town.tick(wish.due_at - timedelta(hours=1))
    assert 1 in {item.user_id for item in said}


async def test_whoever_is_away_is_asked_all_the_same_and_keeps_it(town, desk, leave):
    await leave.tell(await town.here(1, NOW), date(2026, 3, 20), "", NOW)
    await town.tick(NOW)
    later = NOW + timedelta(minutes=5)
    wish = await desk.wish(await lead(town, later), 1, 2, KEY, later)
    assert wish.absence is not None
    await desk.ask(await lead(town, later), 1, 2, KEY, later)
    await town.give_on(later + timedelta(minutes=5))
    assert [review.is_open for review in await asked(town)] == [True]


async def test_whoever_goes_away_after_a_lead_asked_them_is_free_of_it(town, desk, leave):
    await desk.ask(await lead(town), 1, 2, KEY, NOW)
    later = NOW + timedelta(hours=1)
    await leave.tell(await town.here(1, later), date(2026, 3, 20), "", later)
    await town.tick(later)
    assert [review.closed_why for review in await asked(town)] == ["away"]


@pytest.mark.parametrize(
    ("reviewer", "author", "key", "words"),
    [
        (1, 1, KEY, "Nobody reviews their own work"),
        (3, 4, KEY, "are kept apart.*`/pairs forbid` with both names and `undo: True`"),
        (1, 2, "w02", "has not handed in Week 2"),
        (5, 6, KEY, "asked for this review already"),
        (MENTOR, 1, KEY, "is not a student.*`/queue`"),
        (1, MENTOR, KEY, "is not a student"),
        (777, 1, KEY, "not on the roster"),
        (7, 1, KEY, "is not a student"),
        (1, 2, "w77", "has no deliverable"),
    ],
)
async def test_what_cannot_be_asked_is_refused_with_the_way_on(
    town, desk, leave, reviewer, author, key, words
):
    here = await lead(town)
    await leave.forbid(here, 3, 4, "", NOW)
    await desk.ask(here, 5, 6, KEY, NOW)
    await town.cohorts.enroll(here, 7, "Student 7", "student", NOW)
    await town.cohorts.withdraw(here, 7, "", NOW)
    for act in (
        desk.wish(here, reviewer, author, key, NOW),
        desk.ask(here, reviewer, author, key, NOW),
    ):
        with pytest.raises(CourseError, match=words):
            await act
    assert len(await asked(town)) == 1


async def test_of_accepted_work_nobody_is_asked_for_a_review(town, desk):
    here, who = await lead(town), await ids(town)
    await town.database.write(accept, here, who[2])
    for act in (
        desk.wish(here, 1, 2, KEY, NOW),
        desk.ask(here, 1, 2, KEY, NOW),
        desk.wish(here, 1, 2, None, NOW),
    ):
        with pytest.raises(
            CourseError, match=r"<@2> is accepted, so nobody is asked.*name it with `deliverable`"
        ):
            await act
    assert await asked(town) == []


async def test_what_was_sent_is_neither_asked_again_nor_taken(town, desk):
    await desk.ask(await lead(town), 1, 2, KEY, NOW)
    await town.review_all(1, NOW)
    with pytest.raises(CourseError, match="has reviewed this work already"):
        await desk.wish(await lead(town), 1, 2, KEY, NOW)
    with pytest.raises(CourseError, match="has sent this review already"):
        await desk.take(await lead(town), 1, 2, KEY, NOW)


async def test_without_a_name_the_newest_work_is_meant(town, desk):
    await town.submit(2, "w02", NOW)
    assert (await desk.wish(await lead(town), 1, 2, None, NOW)).deliverable.key == "w02"
    await town.cohorts.enroll(await lead(town), 7, "Student 7", "student", NOW)
    with pytest.raises(CourseError, match="has not handed in anything"):
        await desk.wish(await lead(town), 1, 7, None, NOW)


async def test_the_card_is_told_who_has_not_done_it_themselves(town, desk):
    await town.cohorts.enroll(await lead(town), 7, "Student 7", "student", NOW)
    assert not (await desk.wish(await lead(town), 7, 2, KEY, NOW)).has_own


# Asking somebody no longer


async def test_a_place_that_a_lead_takes_after_the_round_goes_to_whom_the_card_named(town, desk):
    await town.tick(DEADLINE)
    now = DEADLINE + timedelta(hours=2)
    first, who = (await asked(town))[0], {ours: user for user, ours in (await ids(town)).items()}
    pair = (who[first.reviewer_id], who[first.author_id])
    shown = await desk.taking(await lead(town, now), *pair, KEY, now)
    assert shown.instead is not None
    await desk.take(await lead(town, now), *pair, KEY, now)
    (letter,) = await letters(town, now)
    assert letter.user_id == shown.instead.user_id
    assert not letter.content.by_lead
    found = {review.id: review for review in await asked(town)}
    assert found[first.id].closed_why == "apart"
    assert Counter(review.author_id for review in found.values() if review.counts)[first.author_id] == 2
    assert len(await audit(town, "pairs.unset")) == 1


async def test_a_place_that_a_lead_takes_before_the_round_is_free_for_whoever_comes(town, desk):
    await desk.ask(await lead(town), 1, 2, KEY, NOW)
    taken = await desk.take(await lead(town), 1, 2, KEY, NOW)
    assert (taken.instead, taken.is_paired, taken.lacks) == (None, False, True)
    assert [review.counts for review in await asked(town)] == [False]
    assert await letters(town, NOW) == [], "nobody is told of what is not asked of them any more"


async def test_what_was_taken_cannot_be_written_any_more_and_can_be_asked_again(town, desk):
    await desk.ask(await lead(town), 1, 2, KEY, NOW)
    await letters(town, NOW)
    (review,) = await asked(town)
    await town.reviews.open(1, review.id, NOW)
    await town.reviews.strengthen(1, review.id, "It runs from a clean clone, and says so.", NOW)
    await desk.take(await lead(town), 1, 2, KEY, NOW)
    with pytest.raises(CourseError, match="A lead has given this review to somebody else"):
        await town.reviews.open(1, review.id, NOW)
    later = NOW + timedelta(hours=1)
    again = await desk.ask(await lead(town, later), 1, 2, KEY, later)
    assert again.before is not None
    (letter,) = await letters(town, later)
    assert letter.user_id == 1
    assert (await town.reviews.open(1, review.id, later)).review.strength.startswith("It runs")


async def test_what_was_handed_back_can_be_asked_again_by_a_lead(town, desk):
    await pull(town, 1, NOW)
    (review,) = await asked(town)
    await town.reviews.decline(1, review.id, "I know them.", NOW)
    who = {ours: user for user, ours in (await ids(town)).items()}
    await desk.ask(await lead(town), 1, who[review.author_id], KEY, NOW)
    (found,) = await asked(town)
    assert (found.is_open, found.origin, found.lease_until) == (True, "lead", None)


async def test_work_that_has_its_reviews_asks_nobody_in_the_place_of_one_more(town, desk):
    await town.tick(DEADLINE)
    now = DEADLINE + timedelta(hours=2)
    taken = {(review.reviewer_id, review.author_id) for review in await asked(town)}
    who = await ids(town)
    author = next(user for user in range(2, 7) if (who[1], who[user]) not in taken)
    await desk.ask(await lead(town, now), 1, author, KEY, now)
    shown = await desk.take(await lead(town, now), 1, author, KEY, now)
    assert (shown.instead, shown.lacks) == (None, False)


async def test_what_nobody_asked_cannot_be_taken(town, desk):
    with pytest.raises(CourseError, match="so there is nothing to take"):
        await desk.taking(await lead(town), 1, 2, KEY, NOW)


# Who met whom


async def test_the_history_counts_both_ways_and_names_the_pairs_that_met_most_first(town, desk):
    here = await lead(town)
    await desk.ask(here, 1, 2, KEY, NOW)
    await desk.ask(here, 2, 1, KEY, NOW + timedelta(hours=1))
    await desk.ask(here, 3, 4, KEY, NOW + timedelta(hours=2))
    await town.review_all(1, NOW + timedelta(hours=3))
    found = await desk.history(here, None)
    who = await ids(town)
    assert [(pair.one.id, pair.other.id, pair.times, pair.open) for pair in found.pairs] == [
        (who[1], who[2], 2, 1),
        (who[3], who[4], 1, 1),
    ]


async def test_the_history_of_one_person_begins_with_whom_they_met_last(town, desk):
    here = await lead(town)
    await desk.ask(here, 1, 2, KEY, NOW)
    await desk.ask(here, 3, 2, KEY, NOW + timedelta(hours=1))
    await desk.ask(here, 5, 6, KEY, NOW)
    found = await desk.history(here, 2)
    assert [pair.other.user_id for pair in found.pairs] == [3, 1]
    assert {pair.one.user_id for pair in found.pairs} == {2}
    assert [(list(pair.given), list(pair.received)) for pair in found.pairs] == [([], [KEY]), ([], [KEY])]
    assert (await desk.partners(here, found.member.id)).pairs == found.pairs


async def test_what_was_taken_back_was_no_meeting(town, desk):
    await desk.ask(await lead(town), 1, 2, KEY, NOW)
    await desk.take(await lead(town), 1, 2, KEY, NOW)
    assert (await desk.history(await lead(town), None)).pairs == []


async def test_who_is_kept_apart_is_for_leads_only(town, desk, leave):
    await desk.ask(await lead(town), 1, 2, KEY, NOW)
    await town.review_all(1, NOW)
    await leave.forbid(await lead(town), 1, 2, "", NOW)
    assert [pair.apart for pair in (await desk.history(await lead(town), None)).pairs] == [True]
    mentor = await town.here(MENTOR, NOW)
    assert [pair.apart for pair in (await desk.history(mentor, None)).pairs] == [False]


async def test_students_and_strangers_see_no_history(town, desk):
    with pytest.raises(CourseError, match="Only the mentors and leads"):
        await desk.history(await town.here(1, NOW), None)
    with pytest.raises(CourseError, match="not on the roster"):
        await desk.history(await lead(town), 777)
