"""Giving and reading reviews, on a real database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import CourseError
from bot.reviews.rules import POINTS_LIMIT
from tests.reviews.conftest import point
from tests.town import point_of, strength_of

ASTER, BIRCH, CEDAR, DILL = "Student Aster", "Student Birch", "Student Cedar", "Student Dill"
HOUR = timedelta(hours=1)


@pytest.fixture
async def paired(classroom):
    """Three students whose work of week 1 was paired: each reviews both others."""
    await classroom.enroll(ASTER, BIRCH, CEDAR)
    await classroom.hand_in(ASTER, BIRCH, CEDAR)
    await classroom.pair()
    return classroom


async def review_of(room, reviewer, author):
    found = [review for review in await room.asked() if room.who(review) == (reviewer, author)]
    assert len(found) == 1
    return found[0]


async def owed(room, kind):
    sql = "SELECT key, member_id FROM occurrence WHERE kind = :kind ORDER BY id"
    rows = await room.database.read(lambda tx: tx.all(sql, kind=kind))
    return [(row["key"], row["member_id"]) for row in rows]


async def test_a_student_sees_the_reviews_asked_of_them(paired):
    mine = await paired.reviews.mine(await paired.here(ASTER))
    assert {item.author.name for item in mine} == {BIRCH, CEDAR}
    assert {item.deliverable.key for item in mine} == {"w01"}


async def test_what_was_sent_comes_after_what_is_open(paired):
    now = await paired.deadline() + HOUR
    await paired.write(await review_of(paired, ASTER, BIRCH), now)
    mine = await paired.reviews.mine(await paired.here(ASTER))
    assert [(item.author.name, item.review.sent_at) for item in mine] == [(CEDAR, None), (BIRCH, now)]


async def test_somebody_who_is_not_on_the_roster_is_told_how_to_get_there(paired):
    stranger = await paired.cohorts.here(
        paired.asker(4321, "Stranger"), await paired.deadline(), cohort_id=paired.cohort_id
    )
    with pytest.raises(CourseError, match="not on the roster"):
        await paired.reviews.mine(stranger)


async def test_opening_a_review_begins_a_draft_and_freezes_what_was_read(paired):
    now = await paired.deadline() + HOUR
    review = await review_of(paired, ASTER, BIRCH)
    card = await paired.reviews.open(paired.user(ASTER), review.id, now)
    assert card.author.name == BIRCH
    assert card.review.opened_at == now
    assert card.revision.opened_at == now
    assert (card.revision.number, card.newest, card.seen_before) == (1, 1, None)
    assert len(card.unfinished) == 3


async def test_opening_it_again_finds_the_draft_as_it_was_left(paired):
    now = await paired.deadline() + HOUR
    review, user = await review_of(paired, ASTER, BIRCH), paired.user(ASTER)
    await paired.reviews.open(user, review.id, now)
    await paired.reviews.score(user, review.id, "correctness", 3, now)
    await paired.reviews.strengthen(user, review.id, "It refuses bad input by name.", now)
    await paired.reviews.add_point(user, review.id, point("It hangs when the pool is empty."), now)
    card = await paired.reviews.open(user, review.id, now + HOUR)
    assert card.review.opened_at == now
    assert card.review.scores == {"correctness": 3}
    assert card.review.strength == "It refuses bad input by name."
    assert [item.body for item in card.review.points] == ["It hangs when the pool is empty."]
    assert card.unfinished == ["a score for Clarity"]


async def test_a_newer_revision_is_shown_when_the_draft_is_opened_again(paired):
    now = await paired.deadline() + HOUR
    review, user = await review_of(paired, ASTER, BIRCH), paired.user(ASTER)
    await paired.reviews.open(user, review.id, now)
    await paired.hand_in(BIRCH, at=now + HOUR, note="The timeout is fixed.")
    meanwhile = await paired.reviews.score(user, review.id, "clarity", 2, now)
    assert (meanwhile.revision.number, meanwhile.newest) == (1, 2)
    card = await paired.reviews.open(user, review.id, now + 2 * HOUR)
    assert (card.revision.number, card.newest, card.seen_before) == (2, 2, 1)
    assert card.review.scores == {"clarity": 2}


async def test_a_level_can_be_changed_until_the_review_is_sent(paired):
    now = await paired.deadline() + HOUR
    review, user = await review_of(paired, ASTER, BIRCH), paired.user(ASTER)
    await paired.reviews.open(user, review.id, now)
    await paired.reviews.score(user, review.id, "clarity", 1, now)
    card = await paired.reviews.score(user, review.id, "clarity", 3, now)
    assert card.review.scores == {"clarity": 3}


@pytest.mark.parametrize(("criterion", "level"), [("clarity", 4), ("clarity", 0), ("beauty", 1)])
async def test_a_level_that_the_rubric_has_not_is_refused(paired, criterion, level):
    now = await paired.deadline()
    review, user = await review_of(paired, ASTER, BIRCH), paired.user(ASTER)
    await paired.reviews.open(user, review.id, now)
    with pytest.raises(CourseError, match="no such level"):
        await paired.reviews.score(user, review.id, criterion, level, now)


async def test_a_point_can_be_taken_back(paired):
    now = await paired.deadline() + HOUR
    review, user = await review_of(paired, ASTER, BIRCH), paired.user(ASTER)
    await paired.reviews.open(user, review.id, now)
    await paired.reviews.add_point(user, review.id, point("It hangs when the pool is empty."), now)
    card = await paired.reviews.add_point(
        user, review.id, point("  It leaks a connection on each error. ", place=" pool.py\n"), now
    )
    assert (card.review.points[1].place, card.review.points[1].body) == (
        "pool.py",
        "It leaks a connection on each error.",
    )
    card = await paired.reviews.drop_point(user, review.id, card.review.points[0].id, now)
    assert [item.body for item in card.review.points] == ["It leaks a connection on each error."]


async def test_a_point_of_another_review_stays_where_it_is(paired):
    now = await paired.deadline() + HOUR
    mine, theirs = await review_of(paired, ASTER, BIRCH), await review_of(paired, CEDAR, BIRCH)
    await paired.reviews.open(paired.user(ASTER), mine.id, now)
    await paired.reviews.open(paired.user(CEDAR), theirs.id, now)
    card = await paired.reviews.add_point(
        paired.user(CEDAR), theirs.id, point("It hangs when the pool is empty."), now
    )
    await paired.reviews.drop_point(paired.user(ASTER), mine.id, card.review.points[0].id, now)
    card = await paired.reviews.draft(paired.user(CEDAR), theirs.id)
    assert len(card.review.points) == 1


async def test_a_full_review_takes_no_more_points(paired):
    now = await paired.deadline() + HOUR
    review, user = await review_of(paired, ASTER, BIRCH), paired.user(ASTER)
    await paired.reviews.open(user, review.id, now)
    for number in range(POINTS_LIMIT):
        await paired.reviews.add_point(user, review.id, point_of(number), now)
    with pytest.raises(CourseError, match="Take one back"):
        await paired.reviews.add_point(user, review.id, point("One too many."), now)


async def test_a_review_that_was_asked_of_somebody_else_is_refused(paired):
    now = await paired.deadline() + HOUR
    review, other = await review_of(paired, ASTER, BIRCH), paired.user(CEDAR)
    for attempt in (
        paired.reviews.open(other, review.id, now),
        paired.reviews.draft(other, review.id),
        paired.reviews.score(other, review.id, "clarity", 1, now),
        paired.reviews.strengthen(other, review.id, "Mine now.", now),
        paired.reviews.add_point(other, review.id, point("Mine now."), now),
        paired.reviews.drop_point(other, review.id, 1, now),
        paired.reviews.send(other, review.id, now),
    ):
        with pytest.raises(CourseError, match="asked of somebody else"):
            await attempt


async def test_a_review_that_never_was_is_refused(paired):
    with pytest.raises(CourseError, match="no longer exists"):
        await paired.reviews.open(paired.user(ASTER), 999, await paired.deadline())


async def test_a_review_is_opened_before_it_is_written(paired):
    review, now = await review_of(paired, ASTER, BIRCH), await paired.deadline()
    with pytest.raises(CourseError, match="Open the review first"):
        await paired.reviews.score(paired.user(ASTER), review.id, "clarity", 1, now)


async def test_an_unfinished_review_is_not_sent_and_says_what_is_missing(paired):
    now = await paired.deadline() + HOUR
    review, user = await review_of(paired, ASTER, BIRCH), paired.user(ASTER)
    await paired.reviews.open(user, review.id, now)
    await paired.reviews.score(user, review.id, "clarity", 1, now)
    with pytest.raises(
        CourseError, match=r"a score for Correctness; one strength; one point .*draft is kept"
    ):
        await paired.reviews.send(user, review.id, now)
    assert await owed(paired, "feedback") == []


async def test_a_sent_review_is_told_to_its_author_once(paired):
    now = await paired.deadline() + HOUR
    review = await review_of(paired, ASTER, BIRCH)
    await paired.write(review, now)
    card = await paired.reviews.send(paired.user(ASTER), review.id, now + HOUR)
    assert card.review.sent_at == now
    assert await owed(paired, "feedback") == [(f"r{review.id}", review.author_id)]


async def test_a_sent_review_stays_as_its_author_read_it(paired):
    now = await paired.deadline() + HOUR
    review, user = await review_of(paired, ASTER, BIRCH), paired.user(ASTER)
    await paired.write(review, now)
    for attempt in (
        paired.reviews.draft(user, review.id),
        paired.reviews.score(user, review.id, "clarity", 1, now),
        paired.reviews.strengthen(user, review.id, "Or else.", now),
        paired.reviews.add_point(user, review.id, point("Or else."), now),
    ):
        with pytest.raises(CourseError, match="stays as its author read it"):
            await attempt
    card = await paired.reviews.open(user, review.id, now + HOUR)
    assert card.review.sent_at == now


async def test_a_review_that_was_never_opened_cannot_be_sent(paired):
    review = await review_of(paired, ASTER, BIRCH)
    with pytest.raises(CourseError, match="still needs"):
        await paired.reviews.send(paired.user(ASTER), review.id, await paired.deadline())


async def test_somebody_who_has_left_the_cohort_opens_and_sends_no_reviews(paired):
    now = await paired.deadline() + HOUR
    review = await review_of(paired, ASTER, BIRCH)
    await paired.reviews.open(paired.user(ASTER), review.id, now)
    await paired.database.write(
        lambda tx: tx.run(
            "UPDATE enrollment SET state = 'withdrawn' WHERE member_id = :id", id=review.reviewer_id
        )
    )
    for attempt in (paired.reviews.open, paired.reviews.send):
        with pytest.raises(CourseError, match="You have left"):
            await attempt(paired.user(ASTER), review.id, now)


async def test_padding_does_not_make_a_review(paired):
    now = await paired.deadline() + HOUR
    review, user = await review_of(paired, ASTER, BIRCH), paired.user(ASTER)
    await paired.reviews.open(user, review.id, now)
    for words in (
        "Good.",
        "Good good good good good good",
        "1 2 3 4 5 6 7 8 9",
        "Well done done, well done, well!",
    ):
        with pytest.raises(CourseError, match="says too little"):
            await paired.reviews.strengthen(user, review.id, words, now)
        with pytest.raises(CourseError, match="says too little"):
            await paired.reviews.add_point(user, review.id, point(words), now)


async def test_words_of_the_rubric_and_the_same_point_twice_are_no_review(paired):
    now = await paired.deadline() + HOUR
    review, user = await review_of(paired, ASTER, BIRCH), paired.user(ASTER)
    await paired.reviews.open(user, review.id, now)
    question = paired.work().rubric.criteria[0].question
    with pytest.raises(CourseError, match="repeats the rubric"):
        await paired.reviews.strengthen(user, review.id, question, now)
    await paired.reviews.add_point(user, review.id, point(strength_of(1)), now)
    with pytest.raises(CourseError, match="there already, word for word"):
        await paired.reviews.add_point(user, review.id, point(strength_of(1).upper()), now)


async def test_a_reviewer_learns_how_they_score_once_there_is_enough_to_say(paired):
    await paired.enroll("Mentor Moss", role="mentor")
    for number in range(2):
        key, now = f"w0{number + 1}", await paired.deadline(f"w0{number + 1}") + HOUR
        if number:
            await paired.hand_in(ASTER, BIRCH, CEDAR, key=key, at=now - 2 * HOUR)
            await paired.pair(key)
        for review in await paired.asked(key):
            await paired.write(review, now, level=3 if paired.who(review)[0] == ASTER else 2)
    lenient = await paired.reviews.leniency(await paired.here(ASTER))
    assert (lenient.peers, lenient.beside_peers) == (4, None)
    now = await paired.deadline("w03") + HOUR
    await paired.hand_in(ASTER, BIRCH, CEDAR, key="w03", at=now - 2 * HOUR)
    await paired.pair("w03")
    for review in await paired.asked("w03"):
        await paired.write(review, now, level=3 if paired.who(review)[0] == ASTER else 2)
    lenient = await paired.reviews.leniency(await paired.here(ASTER))
    assert lenient.peers == 6
    assert lenient.beside_peers is not None
    assert lenient.beside_peers > 0
    assert (lenient.mentors, lenient.beside_mentors) == (0, None)
