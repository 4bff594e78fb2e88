"""What a mentor sees of the queue, and an author of their place in it."""

from __future__ import annotations

import pytest

from bot.availability.service import Availability
from bot.errors import CourseError
from bot.revisions import queue
from tests.mentors.conftest import DAY, HOUR, NOW, OTHER
from tests.town import LEAD, MENTOR


async def test_the_gravest_comes_first_and_then_the_oldest(desk):
    first = await desk.uncovered(1)
    second = await desk.uncovered(2, now=NOW + HOUR)
    lacking = await desk.uncovered(3, now=NOW + 2 * HOUR, whole=False)
    capstone = await desk.signoff(4, now=NOW + 3 * HOUR)
    board = await desk.mentors.queue(await desk.here(), NOW + 4 * HOUR)
    assert [line.item.id for line in board.lines] == [capstone, lacking, first, second]
    assert (board.waiting, board.found, board.held, board.most) == (4, 4, 0, 3)


async def test_each_line_says_why_it_waits(desk):
    await desk.uncovered(1, whole=False)
    await desk.signoff(2)
    lines = (await desk.mentors.queue(await desk.here(), NOW)).lines
    assert list(lines[0].why) == ["capstone sign-off"]
    assert lines[1].why[0] == "no review came and no classmate is free"
    assert lines[1].why[1].endswith("of evidence missing")


async def test_a_student_who_misses_weeks_is_at_risk(desk):
    now = NOW + 14 * DAY
    item = await desk.uncovered(1, "w03", now)
    (line,) = (await desk.mentors.queue(await desk.here(), now, chosen="at_risk")).lines
    assert (line.item.id, line.why[-1]) == (item, "has missed 2 of the last 3 weeks")


async def test_a_filter_shows_only_its_own_and_its_next_one_is_of_them(desk):
    await desk.signoff(1)
    weekly = await desk.uncovered(2)
    here = await desk.here()
    board = await desk.mentors.queue(here, NOW, chosen="uncovered")
    assert [line.item.id for line in board.lines] == [weekly]
    assert (board.found, board.waiting) == (1, 2)
    assert (await desk.mentors.take_next(here, NOW, chosen="uncovered")).item.id == weekly
    mine = await desk.mentors.queue(here, NOW, chosen="mine")
    assert [line.holder.name for line in mine.lines] == ["Mentor Moss"]
    assert (await desk.mentors.queue(here, NOW + DAY, chosen="mine")).lines == []


async def test_the_sixth_is_on_the_second_page_and_an_empty_page_is_never_shown(desk):
    items = [await desk.uncovered(student) for student in range(1, 7)]
    here = await desk.here()
    assert [line.item.id for line in (await desk.mentors.queue(here, NOW, offset=5)).lines] == items[5:]
    await desk.decide(items[5], "accepted", NOW)
    board = await desk.mentors.queue(here, NOW, offset=5)
    assert (board.offset, len(board.lines)) == (0, 5)


async def test_a_fair_share_counts_the_mentors_who_are_here(desk):
    for student in (1, 2, 3):
        await desk.decide(await desk.uncovered(student), "accepted", NOW)
    later = NOW + DAY
    board = await desk.mentors.queue(await desk.here(), later)
    assert (board.mine, board.dealt, board.share) == (3, 3, 2)
    assert (await desk.mentors.queue(await desk.here(LEAD), later)).share is None
    fern = await desk.here(OTHER, later)
    await Availability(desk.database).tell(fern, (later + 3 * DAY).date(), "", later)
    assert (await desk.mentors.queue(await desk.here(), later + HOUR)).share == 3
    assert (await desk.mentors.queue(await desk.here(), later + 7 * DAY)).dealt == 0


async def place(desk, item_id, now=NOW):
    item = await desk.database.read(queue.item, item_id)
    return await desk.database.read(queue.place_of, item.cohort_id, item.submission_id, now)


async def test_an_author_s_place_is_the_one_in_the_mentors_queue(desk):
    items = [
        await desk.uncovered(1),
        await desk.uncovered(2, now=NOW + HOUR),
        await desk.signoff(3, now=NOW + HOUR),
    ]
    board = await desk.mentors.queue(await desk.here(), NOW + DAY)
    order = [line.item.id for line in board.lines]
    assert sorted(order) == sorted(items)
    for position, item in enumerate(order, 1):
        found = await place(desk, item)
        assert (found.position, found.of, found.is_held, found.usual) == (position, 3, False, None)


async def test_how_long_it_takes_is_said_from_five_real_waits_on(desk):
    waiting = await desk.signoff(6)
    for student in range(1, 6):
        assert (await place(desk, waiting)).usual is None
        await desk.decide(await desk.uncovered(student), "accepted", NOW + student * HOUR)
    assert (await place(desk, waiting)).usual.total_seconds() == 3 * 3600 + 600


async def test_work_that_waits_for_nobody_has_no_place(desk):
    item = await desk.uncovered(1)
    await desk.decide(item, "accepted", NOW)
    assert await place(desk, item) is None


async def test_a_mentor_keeps_words_to_use_again(desk):
    here = await desk.here()
    (kept,) = await desk.mentors.keep_snippet(here, "  Tests   first ", " Show the failing test. ")
    assert (kept.title, kept.body) == ("Tests first", "Show the failing test.")
    (kept,) = await desk.mentors.keep_snippet(here, "Tests first", "Show it failing.", kept.id)
    assert (await desk.mentors.snippet(here, kept.id)).body == "Show it failing."
    assert await desk.mentors.drop_snippet(here, kept.id) == []


@pytest.mark.parametrize(
    ("title", "body", "words"),
    [
        ("", "x", "Both are needed"),
        ("x", " ", "Both are needed"),
        ("x" * 61, "x", "at most 60 fit"),
        ("x", "x" * 1001, "at most 1000 fit"),
        ("Tests first", "x", "You have words called “Tests first” already"),
    ],
)
async def test_words_that_cannot_be_kept_are_refused_kindly(desk, title, body, words):
    here = await desk.here()
    await desk.mentors.keep_snippet(here, "Tests first", "Show it failing.")
    with pytest.raises(CourseError, match=words):
        await desk.mentors.keep_snippet(here, title, body)


async def test_a_mentor_s_words_are_their_own_and_at_most_twenty_four(desk):
    here = await desk.here(MENTOR)
    for number in range(24):
        kept = await desk.mentors.keep_snippet(here, f"Words {number}", "x")
    with pytest.raises(CourseError, match="as many as fit"):
        await desk.mentors.keep_snippet(here, "One more", "x")
    await desk.mentors.keep_snippet(here, "Words 0 anew", "y", kept[0].id)
    with pytest.raises(CourseError, match="somebody else's"):
        await desk.mentors.snippet(await desk.here(OTHER), kept[0].id)
    assert await desk.mentors.snippets(await desk.here(OTHER)) == []
