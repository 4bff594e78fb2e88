"""Words of reviews are quoted with their writer's leave only, which they may take back; a blind week stays blind."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.availability import store as availability
from bot.curriculum import Curriculum
from bot.errors import CourseError
from bot.portfolio import quote_cards
from bot.portfolio.leaves import Leaves
from bot.portfolio.quote_rules import Asked, Words
from bot.posts import quote_cards as letters
from bot.posts.quote_rules import QuoteAnswered, QuoteAsked
from bot.posts.rules import Post
from bot.privacy.rules import PHRASE
from bot.privacy.service import Privacy
from tests.portfolio.gallery import Gallery
from tests.shown import assert_discord_holds, buttons_of, menus_of, words_of
from tests.town import COURSE, LEAD, MENTOR, Town

AUTHOR = 1
HOUR = timedelta(hours=1)


def blind() -> Curriculum:
    body = json.loads(COURSE.model_dump_json())
    body["review"]["weekly"]["blind"] = True
    return Curriculum.model_validate_json(json.dumps(body))


class School(Gallery):
    """Three students, all of whose first week is reviewed; the author's work is published."""

    async def begin(self):
        await self.town.begin(3, mentor=True)
        self.leaves = Leaves(self.town.database)
        here = await self.town.here(LEAD, (await self.week()).kickoff)
        self.now = here.week(1).deadline + HOUR
        for number in (1, 2, 3):
            await self.town.submit(number, "w01", here.week(1).kickoff + HOUR)
        await self.town.tick(self.now)
        for number in (1, 2, 3):
            await self.town.review_all(number, self.now)
        submission = await self.one(
            "SELECT s.id FROM submission s JOIN member m ON m.id = s.member_id WHERE user_id = 1"
        )
        await self.decide(submission, self.now)
        await self.publish(AUTHOR, "w01", now=self.now)
        await self.town.tick(self.now)
        return self

    async def week(self):
        return (await self.town.here(LEAD, datetime(2026, 3, 2, tzinfo=UTC))).week(1)

    async def one(self, sql: str, **params):
        row = await self.town.database.read(lambda tx: tx.one(sql, **params))
        return next(iter(dict(row).values()))

    async def run(self, sql: str, **params) -> None:
        await self.town.database.write(lambda tx: tx.run(sql, **params))

    async def words(self) -> list[Words]:
        return list(await self.leaves.words(await self.here(AUTHOR, self.now)))

    async def reviewer(self, review_id: int) -> int:
        return await self.one(
            "SELECT m.user_id FROM review v JOIN member m ON m.id = v.reviewer_id WHERE v.id = :id",
            id=review_id,
        )

    async def ask(self, review_id: int) -> list[Post]:
        """Ask, and what is said of it."""
        await self.leaves.ask(await self.here(AUTHOR, self.now), review_id, self.now)
        return await self.town.tick(self.now)

    async def asked(self) -> tuple[int, int, int]:
        """A review whose writer was asked: its id, its writer's, and the number of the question."""
        review_id = (await self.words())[0].review_id
        await self.ask(review_id)
        return review_id, await self.reviewer(review_id), await self.quote(review_id)

    async def keep_apart(self, user_id: int) -> None:
        here = await self.here(LEAD, self.now)
        one, other = (await self.member(AUTHOR)).id, (await self.member(user_id)).id
        await self.town.database.write(
            lambda tx: availability.forbid(tx, here.cohort.id, one, other, reason="", now=self.now)
        )

    async def quote(self, review_id: int) -> int:
        return await self.one("SELECT review_id FROM quote WHERE review_id = :id", id=review_id)

    async def answer(self, quote_id: int, user_id: int, leave: str) -> list[Post]:
        await self.leaves.answer(user_id, quote_id, leave, self.now)
        return await self.town.tick(self.now)

    async def quotes(self):
        found = await self.portfolio(AUTHOR)
        return [] if found is None else list(found.entries[0].quotes)


@pytest.fixture
async def school(database):
    return await School(Town(database)).begin()


@pytest.fixture
async def masked(database):
    return await School(Town(database, course=blind())).begin()


async def test_a_reviewer_is_asked_with_the_exact_words_and_quoted_once_they_agree(school):
    (first, second) = await school.words()
    assert not first.is_asked
    (post,) = await school.ask(first.review_id)
    assert post.user_id == await school.reviewer(first.review_id)
    assert isinstance(post.content, QuoteAsked)
    assert post.content.asked.words == first.words
    assert post.content.asked.author.name == "Student 1"
    assert await school.quotes() == []
    assert [item.is_asked for item in await school.words()] == [True, False]
    quote_id = await school.quote(first.review_id)
    (told,) = await school.answer(quote_id, post.user_id, "unnamed")
    assert (told.user_id, told.content.answer) == (AUTHOR, "unnamed")
    (quote,) = await school.quotes()
    assert (quote.words, quote.by, quote.is_mentor) == (first.words, None, False)
    await school.answer(quote_id, post.user_id, "named")
    assert [item.by for item in await school.quotes()] == [f"Student {post.user_id}"]
    assert second.review_id != first.review_id


async def test_leave_is_taken_back_at_once_and_the_authors_last_letter_says_what_holds(school):
    _, reviewer, quote_id = await school.asked()
    said = []
    for leave in ("named", "declined", "named", "declined", "unnamed", "unnamed"):
        said += await school.answer(quote_id, reviewer, leave)
        assert len(await school.quotes()) == (leave != "declined")
    assert [post.content.answer for post in said] == ["named", "declined", "named", "declined", "unnamed"]


async def test_an_answer_that_is_changed_before_it_is_told_is_not_told(school):
    _, reviewer, quote_id = await school.asked()
    for leave in ("named", "declined"):
        await school.leaves.answer(reviewer, quote_id, leave, school.now)
    (told,) = await school.town.tick(school.now)
    assert told.content.answer == "declined"


async def test_each_review_is_asked_for_once_also_after_its_work_was_taken_out_and_put_back(school):
    review_id, reviewer, quote_id = await school.asked()
    await school.answer(quote_id, reviewer, "declined")
    here = await school.here(AUTHOR, school.now)
    with pytest.raises(CourseError, match="asked once only"):
        await school.leaves.ask(here, review_id, school.now)
    await school.portfolios.take_out(here, "w01")
    assert await school.words() == []
    with pytest.raises(CourseError, match="not in your portfolio"):
        await school.leaves.ask(here, review_id, school.now)
    (view,) = await school.leaves.asked_of(await school.here(reviewer, school.now))
    assert not view.is_shown
    await school.publish(AUTHOR, "w01", now=school.now)
    with pytest.raises(CourseError, match="asked once only"):
        await school.leaves.choice(here, review_id)


async def test_whose_review_it_is_not_cannot_ask_and_whose_words_they_are_not_cannot_answer(school):
    review_id, reviewer, quote_id = await school.asked()
    other = next(number for number in (2, 3) if number != reviewer)
    for stranger in (AUTHOR, other, LEAD):
        with pytest.raises(CourseError, match="Only who wrote these words"):
            await school.leaves.answer(stranger, quote_id, "named", school.now)
    with pytest.raises(CourseError, match="not in your portfolio"):
        await school.leaves.ask(await school.here(other, school.now), review_id, school.now)
    with pytest.raises(CourseError, match="students of Spring"):
        await school.leaves.words(await school.here(MENTOR, school.now))
    with pytest.raises(CourseError, match="Nobody asks to quote this"):
        await school.leaves.asked(reviewer, 999)


async def test_who_has_left_is_not_asked_and_of_who_is_kept_apart_nothing_is_told(school):
    first, second = await school.words()
    await school.withdraw(await school.reviewer(first.review_id), school.now)
    await school.town.tick(school.now)
    with pytest.raises(CourseError, match="has left the cohort"):
        await school.ask(first.review_id)
    await school.keep_apart(await school.reviewer(second.review_id))
    assert await school.ask(second.review_id) == []
    assert [item.is_asked for item in await school.words()] == [False, True]


async def test_in_a_blind_week_asking_tells_neither_who_it_was_nor_who_has_left(masked):
    first, second = await masked.words()
    assert [item.reviewer.name for item in (first, second)] == ["Reviewer A", "Reviewer B"]
    await masked.withdraw(await masked.reviewer(first.review_id), masked.now)
    await masked.town.tick(masked.now)
    assert await masked.ask(first.review_id) == []  # nobody is there to be asked, and nothing says so
    assert [item.is_asked for item in await masked.words()] == [True, False]
    (post,) = await masked.ask(second.review_id)
    assert post.content.asked.author.name == "the author"
    letter = letters._asked(post.content, 1).card
    said = words_of(letter)
    assert "Student 1" not in said
    assert "the author learns that this review was yours" in said
    assert "Their portfolio has their name on it" in said
    quote_id = await masked.quote(second.review_id)
    (told,) = await masked.answer(quote_id, post.user_id, "unnamed")
    assert told.content.reviewer.name == "Reviewer B"
    assert told.content.reviewer.user_id is None
    assert [item.by for item in await masked.quotes()] == [None]
    (told,) = await masked.answer(quote_id, post.user_id, "named")
    assert told.content.reviewer.name == f"Student {post.user_id}"


async def test_after_the_course_nobody_is_asked_and_everybody_may_still_change_their_mind(school):
    review_id, reviewer, quote_id = await school.asked()
    await school.answer(quote_id, reviewer, "named")
    await school.run("UPDATE cohort SET state = 'finished'")
    here = await school.here(AUTHOR, school.now)
    other = next(item for item in await school.words() if not item.is_asked)
    with pytest.raises(CourseError, match="The course is over"):
        await school.leaves.ask(here, other.review_id, school.now)
    assert "nobody is asked any more" in words_of(quote_cards.words(here, await school.words()))
    assert await school.answer(quote_id, reviewer, "declined") == []
    assert await school.quotes() == []
    assert review_id != other.review_id


async def test_who_has_left_may_still_take_their_words_back(school):
    _, reviewer, quote_id = await school.asked()
    await school.answer(quote_id, reviewer, "named")
    await school.withdraw(reviewer, school.now)
    assert len(await school.quotes()) == 1
    await school.answer(quote_id, reviewer, "declined")
    assert await school.quotes() == []


async def test_while_two_are_kept_apart_neither_hears_of_the_other_and_leave_can_still_be_taken_back(school):
    first, second = await school.words()
    reviewer, other = [await school.reviewer(item.review_id) for item in (first, second)]
    await school.keep_apart(reviewer)
    assert await school.ask(first.review_id) == []
    assert await school.leaves.asked_of(await school.here(reviewer, school.now)) == []
    for asked in (
        school.leaves.asked(reviewer, first.review_id),
        school.leaves.answer(reviewer, first.review_id, "named", school.now),
    ):
        with pytest.raises(CourseError, match="Nobody asks to quote this any more"):
            await asked
    await school.ask(second.review_id)
    await school.answer(second.review_id, other, "unnamed")
    await school.keep_apart(other)
    assert await school.answer(second.review_id, other, "named") == []
    (view,) = await school.leaves.asked_of(await school.here(other, school.now))
    assert view.answer == "named"
    (told,) = await school.answer(second.review_id, other, "declined")
    assert told.content.answer == "declined"


async def test_a_reviewer_who_is_forgotten_is_quoted_no_longer_and_the_author_hears_it(school):
    _, reviewer, quote_id = await school.asked()
    await school.answer(quote_id, reviewer, "named")
    await Privacy(school.town.database).erase(reviewer, PHRASE, school.now)
    assert await school.quotes() == []
    (told,) = [post for post in await school.town.tick(school.now) if post.user_id == AUTHOR]
    assert (told.content.answer, told.content.reviewer.name) == ("declined", "former member")


async def test_in_a_blind_week_a_reviewer_who_is_forgotten_is_told_as_one_who_changed_their_mind(masked):
    _, reviewer, quote_id = await masked.asked()
    await masked.answer(quote_id, reviewer, "unnamed")
    await Privacy(masked.town.database).erase(reviewer, PHRASE, masked.now)
    (told,) = [post for post in await masked.town.tick(masked.now) if post.user_id == AUTHOR]
    assert (told.content.answer, told.content.reviewer.name) == ("declined", "Reviewer A")


async def test_a_letter_about_an_author_who_is_forgotten_gives_no_leave_to_the_next_who_asks(school):
    _, reviewer, asked = await school.asked()
    await Privacy(school.town.database).erase(AUTHOR, PHRASE, school.now)
    with pytest.raises(CourseError, match="Nobody asks to quote this any more"):
        await school.leaves.answer(reviewer, asked, "named", school.now)
    other = next(number for number in (2, 3) if number != reviewer)
    work = await school.one(
        "SELECT s.id FROM submission s JOIN member m ON m.id = s.member_id WHERE user_id = :other",
        other=other,
    )
    await school.decide(work, school.now)
    await school.publish(other, "w01", now=school.now)
    here = await school.here(other, school.now)
    theirs = [
        item.review_id
        for item in await school.leaves.words(here)
        if await school.reviewer(item.review_id) == reviewer
    ]
    await school.leaves.ask(here, theirs[0], school.now)
    told = [
        post.user_id for post in await school.town.tick(school.now) if isinstance(post.content, QuoteAsked)
    ]
    assert told == [reviewer], "they get a letter of their own"
    with pytest.raises(CourseError, match="Nobody asks to quote this any more"):
        await school.leaves.answer(reviewer, asked, "named", school.now)


# ------------------------------------------------------------------------------------------ cards


async def test_the_cards_say_what_asking_and_agreeing_mean(school):
    here = await school.here(AUTHOR, school.now)
    (menu,) = menus_of(quote_cards.words(here, await school.words())).values()
    assert len(menu.options) == 2
    first = (await school.words())[0]
    card = quote_cards.asking(here, first)
    assert "### Ask " in words_of(card)
    assert "to let you quote this?" in words_of(card)
    assert first.words in words_of(card)
    assert "blind" not in words_of(card)
    assert set(buttons_of(card)) == {"Ask", "Not now"}
    _, reviewer, quote_id = await school.asked()
    view = await school.leaves.asked(reviewer, quote_id)
    card = quote_cards.asked(view)
    assert list(buttons_of(card)) == ["Yes, with my name", "Yes, without my name", "No"]
    assert "Student 1 asks to quote you" in words_of(card)
    assert "everybody on the internet" in words_of(card)
    listed = quote_cards.asked_list(here, [view])
    assert "nothing is quoted" in words_of(listed)
    assert set(buttons_of(listed)) == {"Change"}


async def test_the_fullest_cards_fit(school):
    here = await school.here(AUTHOR, school.now)
    long = replace((await school.words())[0], words="*w* " * 250)
    many = [replace(long, review_id=number, is_asked=number % 2 == 0, answer=None) for number in range(90)]
    blind_one = replace(long, is_blind=True)
    _, reviewer, quote_id = await school.asked()
    view: Asked = replace(
        await school.leaves.asked(reviewer, quote_id), words=long.words, is_blind=True, is_shown=False
    )
    for card in (
        quote_cards.words(here, many),
        quote_cards.words(here, []),
        quote_cards.asking(here, blind_one),
        quote_cards.asked(view, just=True),
        quote_cards.asked_list(here, [replace(view, review_id=number) for number in range(40)]),
        quote_cards.asked_list(here, []),
    ):
        assert_discord_holds(card)
    for answer in ("named", "unnamed", "declined"):
        told = QuoteAnswered(
            running=here, deliverable=view.deliverable, reviewer=view.author, words=view.words, answer=answer
        )
        assert_discord_holds(letters._answered(told, 123456789).card)
