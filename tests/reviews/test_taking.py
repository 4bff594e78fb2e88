"""Taking waiting work before the deadline, keeping it, and giving it back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import CourseError
from bot.posts.rules import AskedInstead, FeedbackCame, Pairing, ReviewsDue, Volunteers
from tests.reviews.conftest import point
from tests.town import LEAD, Town, kinds

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def town(database):
    return Town(database)


async def begun(town, students=4, **options):
    """The cohort on the Tuesday of week 1, and its first week."""
    here = await town.begin(students, **options)
    week = here.week(1)
    await town.tick(week.kickoff)
    return week, week.kickoff + timedelta(days=1)


async def take(town, user_id, now):
    return await town.reviews.take(await town.here(user_id, now), now)


async def authors(town, user_id, now):
    """Whose work somebody has to review."""
    mine = await town.reviews.mine(await town.here(user_id, now))
    return sorted(item.author.name for item in mine if item.review.is_open)


async def test_the_newest_waiting_work_is_handed_out_first(town):
    _, now = await begun(town)
    for minute, student in enumerate((1, 2, 3)):
        await town.submit(student, "w01", now + minute * MINUTE)
    card = await take(town, 1, now + HOUR)
    assert card.author.name == "Student 3"
    assert card.review.opened_at == now + HOUR
    assert (await take(town, 2, now + HOUR)).author.name == "Student 3"
    assert (await take(town, 4 - 1, now + HOUR)).author.name == "Student 2", (
        "the newest has its two reviewers"
    )


async def test_whoever_has_not_handed_in_is_told_how_to_begin(town):
    _, now = await begun(town)
    await town.submit(2, "w01", now)
    with pytest.raises(CourseError, match="what you have handed in yourself"):
        await take(town, 1, now)


async def test_at_most_two_are_open_at_a_time(town):
    _, now = await begun(town, 6)
    for student in range(1, 7):
        for key in ("w01", "w02"):
            await town.submit(student, key, now)
    await take(town, 1, now)
    await take(town, 1, now)
    with pytest.raises(CourseError, match="2 reviews open that you took up"):
        await take(town, 1, now)
    await town.review_all(1, now + HOUR)
    assert (await take(town, 1, now + HOUR)).deliverable.key != "w00"


async def test_before_the_deadline_nobody_takes_more_than_their_share_of_a_deliverable(town):
    _, now = await begun(town, 6)
    for student in range(1, 7):
        await town.submit(student, "w01", now)
    for _ in range(2):
        await take(town, 1, now)
        await town.review_all(1, now)
    with pytest.raises(CourseError, match="Nothing waits for a reviewer"):
        await take(town, 1, now)


async def test_what_was_taken_counts_in_the_round(town):
    week, now = await begun(town)
    for student in (1, 2, 3, 4):
        await town.submit(student, "w01", now)
    await take(town, 1, now)
    await town.review_all(1, now)
    said = await town.tick(week.deadline)
    (pairing,) = [post.content for post in said if isinstance(post.content, Pairing)]
    assert {who.name: len(given) for who, given in pairing.pairs}["Student 1"] == 1
    for student in (1, 2, 3, 4):
        mine = await town.reviews.mine(await town.here(student, week.deadline))
        assert len(mine) == 2
        assert len({item.author.name for item in mine}) == 2


async def test_what_was_taken_and_given_back_is_not_asked_of_the_same_person_again(town):
    week, now = await begun(town, 3)
    for student in (1, 2, 3):
        await town.submit(student, "w01", now + student * MINUTE)
    card = await take(town, 1, now + HOUR)
    await town.reviews.decline(1, card.review.id, "Too much just now.", now + HOUR)
    await town.tick(week.deadline)
    mine = await town.reviews.mine(await town.here(1, week.deadline))
    assert [item.author.name for item in mine if item.review.is_open] == ["Student 2"]
    assert await town.state(3, "w01", week.deadline) == "uncovered", "one peer is left, and a mentor is asked"


async def test_what_is_open_at_the_deadline_becomes_part_of_the_round(town):
    week, now = await begun(town)
    for student in (1, 2, 3, 4):
        await town.submit(student, "w01", now)
    taken = await take(town, 1, week.deadline - HOUR)
    await town.tick(week.deadline)
    await town.tick(week.deadline + 12 * HOUR)
    mine = await town.reviews.mine(await town.here(1, week.deadline))
    (kept,) = [item.review for item in mine if item.review.id == taken.review.id]
    assert (kept.is_open, kept.lease_until, kept.due_at) == (True, None, week.reviews)


async def test_a_taken_review_returns_by_itself_and_its_draft_stays(town):
    _, now = await begun(town)
    for student in (1, 2):
        await town.submit(student, "w01", now)
    card = await take(town, 1, now)
    assert card.review.lease_until == now + 8 * HOUR
    await town.reviews.add_point(1, card.review.id, point("The retry has no limit at all."), now + 7 * HOUR)
    await town.tick(now + 8 * HOUR)
    assert await authors(town, 1, now + 8 * HOUR) == ["Student 2"], "whoever works on it keeps it"
    await town.tick(now + 15 * HOUR)
    assert await authors(town, 1, now + 15 * HOUR) == []
    again = await town.reviews.open(1, card.review.id, now + 16 * HOUR)
    assert [item.body for item in again.review.points] == ["The retry has no limit at all."]
    assert again.review.is_open, "its place was still free"


async def test_a_draft_that_was_given_on_can_still_be_sent(town):
    _, now = await begun(town)
    for student in (1, 2, 3):
        await town.submit(student, "w01", now + student * MINUTE)
    late = await take(town, 1, now + HOUR)
    await take(town, 2, now + HOUR)
    await town.tick(now + 9 * HOUR)
    for student in (2,):
        await town.reviews.open(student, late.review.id + 1, now + 9 * HOUR)
    scores = {criterion.key: 2 for criterion in late.deliverable.rubric.criteria}
    await town.reviews.give(
        1,
        late.review.id,
        scores=scores,
        strength="It says what it does before it does it.",
        points=[point("The retry has no limit at all.")],
        now=now + 10 * HOUR,
    )
    said = await town.tick(now + 10 * HOUR)
    assert [type(post.content) for post in said] == [FeedbackCame]


async def test_a_declined_review_is_asked_of_somebody_else_at_once(town):
    week, now = await begun(town, 5)
    for student in range(1, 6):
        await town.submit(student, "w01", now)
    await town.tick(week.deadline)
    mine = await town.reviews.mine(await town.here(1, week.deadline))
    first = mine[0]
    _, passed_on = await town.reviews.decline(1, first.review.id, "I know this code too well.", week.deadline)
    assert passed_on
    said = await town.tick(week.deadline + MINUTE)
    (told,) = [post for post in said if isinstance(post.content, AskedInstead)]
    assert told.user_id not in (1, first.author.user_id)
    assert told.content.author == first.author
    assert first.author.name in await authors(town, told.user_id, week.deadline)


async def test_declining_has_a_limit_and_needs_a_reason(town):
    week, now = await begun(town, 6)
    for student in range(1, 7):
        for key in ("w01", "w02"):
            await town.submit(student, key, now)
    await town.tick(week.deadline)
    two = [item.review.id for item in await town.reviews.mine(await town.here(1, week.deadline))]
    with pytest.raises(CourseError, match="The reason is empty"):
        await town.reviews.decline(1, two[0], "  ", week.deadline)
    for review_id in two:
        await town.reviews.decline(1, review_id, "I am ill.", week.deadline)
    with pytest.raises(CourseError, match="no longer asked of you"):
        await town.reviews.decline(1, two[0], "I am ill.", week.deadline)
    later = (await town.here(1, now)).week(2).deadline
    await town.tick(later)
    (third, *_) = [
        item.review.id
        for item in await town.reviews.mine(await town.here(1, later))
        if item.deliverable.key == "w02"
    ]
    with pytest.raises(CourseError, match="as many as fit"):
        await town.reviews.decline(1, third, "I am still ill.", later)
    await town.reviews.decline(1, third, "I am still ill.", week.deadline + timedelta(days=31))


async def test_giving_back_what_one_took_is_no_decline(town):
    _, now = await begun(town)
    for student in (1, 2):
        await town.submit(student, "w01", now)
    card = await take(town, 1, now)
    _, passed_on = await town.reviews.decline(1, card.review.id, "Too much just now.", now)
    assert not passed_on
    assert await authors(town, 1, now) == []


async def test_the_ladder_nudges_warns_and_calls_volunteers_and_each_is_said_once(town):
    week, now = await begun(town, 4)
    for student in range(1, 5):
        await town.submit(student, "w01", now)
    await town.tick(week.deadline)
    for student in (1, 2, 3):
        await town.review_all(student, week.deadline + HOUR)
    await town.tick(week.deadline + HOUR)
    due, told = week.reviews, []
    for hours in range(-30, 30):
        said = await town.tick(due + hours * HOUR)
        told += [
            (hours, type(post.content).__name__, post.user_id)
            for post in said
            if isinstance(post.content, ReviewsDue | Volunteers)
        ]
    assert told == [(-24, "ReviewsDue", 4), (-4, "ReviewsDue", 4), (6, "Volunteers", None)]


async def test_nobody_is_reminded_of_what_is_done(town):
    week, now = await begun(town, 3)
    for student in (1, 2, 3):
        await town.submit(student, "w01", now)
    await town.tick(week.deadline)
    for student in (1, 2, 3):
        await town.review_all(student, week.deadline + HOUR)
    said = [post for hours in range(120) for post in await town.tick(week.deadline + hours * HOUR)]
    assert {"ReviewsDue", "Volunteers"}.isdisjoint(kinds(said))


async def test_a_volunteer_takes_what_did_not_come_and_it_counts_for_them(town):
    week, now = await begun(town, 4)
    for student in range(1, 5):
        await town.submit(student, "w01", now)
    await town.tick(week.deadline)
    for student in (1, 2, 3):
        await town.review_all(student, week.deadline + HOUR)
    at = week.reviews + 7 * HOUR
    await town.tick(at)
    waiting = {item.author.name for item in await town.reviews.mine(await town.here(4, at))}
    assert waiting == set(), "it is no longer asked of who let it expire"
    taken = None
    for student in (1, 2, 3):
        try:
            taken = await take(town, student, at)
            break
        except CourseError:
            continue
    assert taken is not None
    assert taken.review.origin == "pull"


async def test_what_is_still_uncovered_waits_for_a_mentor(town):
    week, now = await begun(town, 4, mentor=True)
    for student in (1, 2, 3, 4):
        await town.submit(student, "w01", now)
    await town.tick(week.deadline)
    await town.tick(week.reviews + 13 * HOUR)
    assert await town.state(1, "w01", week.reviews + 13 * HOUR) == "in review"
    await town.tick(week.reviews + 14 * HOUR)
    assert await town.state(1, "w01", week.reviews + 14 * HOUR) == "uncovered"


async def test_where_nobody_is_left_to_volunteer_a_mentor_is_asked_at_once(town):
    week, now = await begun(town, 3, mentor=True)
    for student in (1, 2, 3):
        await town.submit(student, "w01", now)
    await town.tick(week.deadline)
    assert await town.state(1, "w01", week.reviews + 5 * HOUR) == "in review"
    await town.tick(week.reviews + 6 * HOUR)
    assert await town.state(1, "w01", week.reviews + 6 * HOUR) == "uncovered"


async def test_open_reviews_of_whoever_left_are_given_on(town):
    week, now = await begun(town, 5)
    for student in range(1, 6):
        await town.submit(student, "w01", now)
    await town.tick(week.deadline)
    theirs = await authors(town, 5, week.deadline)
    assert len(theirs) == 2
    sql = "UPDATE enrollment SET state = 'withdrawn' WHERE member_id IN (SELECT id FROM member WHERE user_id = 5)"
    await town.database.write(lambda tx: tx.run(sql))
    await town.give_on(week.deadline + HOUR)
    open_now = [await authors(town, student, week.deadline) for student in (1, 2, 3, 4)]
    for author in theirs:
        assert sum(author in names for names in open_now) == 2
    assert all("Student 5" not in names for names in open_now)


async def test_who_is_asked_in_anothers_place_is_not_in_the_rounds_post(town):
    """Both can come in one tick after an outage: who took a review has left by the time the round is announced."""
    here = await town.begin(5)
    week = here.week(1)
    for number in (2, 3, 4, 5):
        await town.submit(number, "w01", week.kickoff + HOUR * number)
    await take(town, 2, week.deadline - HOUR)
    back = week.deadline + HOUR
    await town.cohorts.withdraw(await town.here(LEAD, back), 2, "", back)
    said = await town.tick(back)
    pairs = [post.content for post in said if isinstance(post.content, Pairing)]
    announced = {
        (reviewer.id, author.id) for post in pairs for reviewer, authors in post.pairs for author in authors
    }
    asked = await town.database.read(
        lambda tx: tx.all("SELECT reviewer_id, author_id, origin FROM review WHERE closed_at IS NULL")
    )
    assert {item["origin"] for item in asked} == {"deadline", "late"}
    by_round = {(item["reviewer_id"], item["author_id"]) for item in asked if item["origin"] == "deadline"}
    assert announced == by_round
