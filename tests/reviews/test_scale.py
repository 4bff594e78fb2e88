"""What is asked of big cohorts and of many: each question uses its index, and posts stay within Discord's limits."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from bot.database import Database, micros
from bot.posts import cards
from bot.posts.rules import Pairing
from bot.reviews import asking
from bot.revisions import queue
from bot.simulation.course import shortened
from bot.submissions import store as submissions
from tests.town import COURSE, Town

STUDENTS = 500
CHARACTERS, COMPONENTS = 4000, 40  # what Discord takes in one message
FILTERS = ("all", "signoff", "uncovered", "disagreement", "at_risk")


def plan(tx, sql, **params):
    """How SQLite answers a question, step by step; nothing has ever counted its rows."""
    return [row["detail"] for row in tx.all(f"EXPLAIN QUERY PLAN {sql}", **params)]


@pytest.fixture
async def memory():
    """Always SQLite, whatever the other tests run on: the plans are its own."""
    database = await Database.open("sqlite:///:memory:")
    yield database
    await database.close()


async def test_the_newest_waiting_work_is_found_by_its_index(memory):
    steps = await memory.read(plan, asking.NEXT, cohort_id=1, deliverable="w01", reviewer_id=1)
    assert "USING INDEX submission_offered" in steps[0]
    assert not [step for step in steps if "SCAN" in step or "TEMP B-TREE" in step]


@pytest.mark.parametrize("chosen", FILTERS)
async def test_a_page_of_the_queue_is_found_in_its_order(memory, chosen):
    steps = await memory.read(plan, queue.paged(chosen), cohort_id=1, limit=5, offset=0)
    assert len(steps) == 1
    assert "USING INDEX queue_ranked" in steps[0]


async def test_what_a_mentor_holds_is_found_by_its_index(memory):
    steps = await memory.read(plan, queue.paged("mine"), cohort_id=1, limit=5, offset=0, mentor_id=1, now=0)
    assert "INDEX queue_" in steps[0]
    assert not [step for step in steps if "SCAN" in step]


async def test_the_share_that_was_covered_on_time_is_counted_from_its_index(memory):
    steps = await memory.read(plan, submissions.COVERAGE, cohort_id=1, now=0)
    assert "INDEX submission_promised" in steps[0]
    assert not [step for step in steps if step.startswith("SCAN")]


async def test_a_round_of_five_hundred_is_announced_pair_by_pair_within_discords_limits(memory):
    town = Town(memory, course=shortened(COURSE, 1))
    here = await town.begin(STUDENTS)
    week = here.week(1)
    await memory.write(_everybody_handed_in, here.cohort.id, week.kickoff + timedelta(days=1))
    posts = [post.content for post in await town.tick(week.deadline) if isinstance(post.content, Pairing)]

    said = Counter(
        (reviewer.id, author.id) for post in posts for reviewer, authors in post.pairs for author in authors
    )
    assert set(said.values()) == {1}
    assert set(said) == set(await memory.read(asking.pairs_of, here.cohort.id, "w01"))
    assert len(said) == 2 * STUDENTS
    assert [(post.part, post.parts) for post in posts] == [(part + 1, 20) for part in range(20)]
    for post in posts:
        card = cards.render(post, 123456789).card
        assert card.content_length() <= CHARACTERS
        assert card.total_children_count <= COMPONENTS


def _everybody_handed_in(tx, cohort_id, at):
    students = tx.all(
        "SELECT member_id FROM enrollment WHERE cohort_id = :id AND role = 'student'", id=cohort_id
    )
    for row in students:
        done = tx.one(
            "INSERT INTO submission (cohort_id, member_id, deliverable, created_at, offered_at) "
            "VALUES (:cohort_id, :member_id, 'w01', :at, :at) RETURNING id",
            cohort_id=cohort_id,
            member_id=row["member_id"],
            at=micros(at),
        )
        tx.run(
            "INSERT INTO revision (submission_id, number, note, deadline_at, late, submitted_at, updated_at) "
            "VALUES (:id, 1, '', :at, 0, :at, :at)",
            id=done["id"],
            at=micros(at),
        )
