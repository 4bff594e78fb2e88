"""`/me` however much waits: that Discord holds it, and that what finds no room is to be found elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.curriculum import Deliverable
from bot.extensions.service import Extensions
from bot.progress import to_do_cards
from bot.progress.service import Progress
from tests.shown import assert_discord_holds, words_of
from tests.town import COURSE, Town

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def town(database):
    return Town(database)


async def one_of_each(town):
    """Somebody who is behind, and for whom one thing of each kind waits; and when that is."""
    here = await town.begin(3)
    first = here.week(1)
    for student in (1, 2, 3):
        await town.submit(student, "w01", first.deadline - HOUR)
    await town.tick(first.deadline)
    for student in (1, 2, 3):
        await town.review_all(student, first.deadline + HOUR)
    await town.answer_all(2, "w01", here.week(3).deadline)
    for number in (2, 3):
        await town.tick(here.week(number).deadline)
    for student in (1, 2, 3):
        await town.submit(student, "w04", here.week(4).kickoff)
    await town.tick(here.week(4).deadline)
    now = here.week(4).deadline + DAY / 2
    me = await town.here(1, here.week(1).retro)
    await town.retros.write(
        me, 1, retain="a", improve="*" * 500, scale="c", kept=None, now=here.week(1).retro
    )
    await Extensions(town.database).ask(await town.here(1, now), COURSE.deliverable("w05"), 2, "A move", now)
    return await Progress(town.database).to_do(await town.here(1, now), now), now


def longest(item: Deliverable, number: int) -> Deliverable:
    """A deliverable with as long a title as a course file may give it."""
    return replace(item, title=f"{number} " + "*" * 98)


def full(view, each):
    """The same with so many of each kind, in a course with the longest titles and labels."""
    items = [longest(item, number) for number, item in enumerate(COURSE.deliverables[:each])]
    labels = ["_" * 45] * 4
    asked = [(replace(view.to_review[0][0], id=1000 + n), item) for n, item in enumerate(items)]
    author = replace(view.to_review[0][2], name="*_" * 16)
    gap = f"{items[0].name}: not accepted, without {', '.join(labels)}"
    (request,) = view.requests
    due = view.to_review[0][0].due_at
    return replace(
        view,
        due=[(item, due) for item in items],
        overdue=[(item, due) for item in items],
        incomplete=[(item, labels) for item in items],
        to_review=[(review, item, author) for review, item in asked],
        to_recheck=[(review, item, author) for review, item in asked],
        to_read=[(item, 10) for item in items],
        to_answer=[(item, 10) for item in items],
        to_change=items,
        unready=[(item, [gap] * 8) for item in items],
        requests=[
            replace(request, deliverable=item, request=replace(request.request, id=number))
            for number, item in enumerate(items)
        ],
        promises=list(view.promises) * each,
        path=replace(view.path, reviews=items, late=items, later=items),
    )


async def test_everything_that_can_wait_for_one_person_fits_a_message_in_any_course(town):
    view, now = await one_of_each(town)
    assert_discord_holds(to_do_cards.to_do(view, now))
    for each in (1, 2, 6, 33):
        for way in (view.path, None):
            shown = full(view, each)
            shown = shown if way else replace(shown, path=None)
            card = to_do_cards.to_do(shown, now)
            assert_discord_holds(card)
            assert f"**To read**\n- 10 new reviews of your {shown.to_read[0][0].name}" in words_of(card)


async def test_a_card_with_room_shows_as_much_as_before(town):
    view, now = await one_of_each(town)
    items = COURSE.deliverables[:8]
    said = words_of(to_do_cards.to_do(replace(view, to_read=[(item, 1) for item in items]), now))
    assert said.count("1 new review of your") == 6
    assert "- and 2 more" in said


async def test_what_finds_no_room_is_to_be_found_where_the_card_says(town):
    view, now = await one_of_each(town)
    said = words_of(to_do_cards.to_do(replace(full(view, 33), path=None), now))
    for title, where in (
        ("Late, and still welcome", "`/submit` offers what is not handed in"),
        ("To hand in", "`/submit` offers what is not handed in"),
        ("To complete", "`/feedback` says of each work what is missing"),
        ("Changes that a mentor asks for", "`/feedback` of each work has the words"),
        ("What your capstone still rests on", "`/feedback` says of each week what it lacks"),
        ("To review", "`/review mine` lists them"),
        ("Answers to look at", "`/review mine` lists them"),
        ("To answer", "`/feedback` offers the work that has reviews"),
        ("To read", "`/feedback` offers the work that has reviews"),
    ):
        (block,) = (block for block in said.split("\n**") if block.startswith(title))
        assert block.splitlines()[-1].startswith("- and "), title
        assert block.splitlines()[-1].endswith(f" more: {where}"), title
    assert "/progress" not in said
