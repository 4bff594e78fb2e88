"""A finished cohort is forgotten when its time is over: people and words go, figures stay."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot import ledger
from bot.calendar import Owed
from bot.database import micros
from bot.errors import CourseError
from bot.posts.desk_rules import Forgetting
from tests.privacy.people import ASTER, BIRCH, GOES, NAMES, NOW, OTHERS, STAYS, Life, everything, found_in
from tests.town import LEAD

KEEP = 30
FORGOTTEN = NOW + timedelta(days=KEEP)
WARNED = FORGOTTEN - timedelta(days=7)


async def finish(life: Life, cohort_id: int, keep_days: int | None = KEEP) -> None:
    """As `/cohort finish` leaves it."""
    owed = [
        Owed(kind="forgetting", key=f"c{cohort_id}", week=24, due_at=WARNED),
        Owed(kind="forget", key=f"c{cohort_id}", week=24, due_at=FORGOTTEN),
    ]

    def write(tx):
        tx.run(
            "UPDATE cohort SET state = 'finished', finished_at = :now, keep_days = :days WHERE id = :id",
            now=micros(NOW), days=keep_days, id=cohort_id,
        )  # fmt: skip
        ledger.owe(tx, cohort_id, owed)

    await life.database.write(write)


@pytest.fixture
async def finished(life: Life) -> Life:
    await finish(life, life.spring)
    return life


async def test_leads_hear_of_it_a_week_before_and_once(finished: Life):
    life = finished
    assert await life.tick(WARNED - timedelta(seconds=1)) == []
    said = await life.tick(WARNED)
    assert [(type(post.content), post.user_id) for post in said] == [(Forgetting, LEAD)]
    assert isinstance(said[0].content, Forgetting)
    assert said[0].content.on == FORGOTTEN
    assert await life.tick(FORGOTTEN - timedelta(seconds=1)) == []


async def test_words_and_people_go_at_the_hour_and_figures_stay(finished: Life):
    life = finished
    figures = [
        "SELECT id, cohort_id, member_id, deliverable, created_at FROM submission ORDER BY id",
        "SELECT id, late, number FROM revision ORDER BY id",
        "SELECT revision_id, kind, state FROM evidence ORDER BY 1, 2",
        "SELECT id, reviewer_id, sent_at FROM review ORDER BY id",
        "SELECT * FROM score ORDER BY 1, 2",
        "SELECT id, kind, severity FROM point ORDER BY id",
        "SELECT id, kind, verdict FROM answer ORDER BY id",
        "SELECT cohort_id, role, state FROM enrollment ORDER BY id",
    ]
    before = [await life.rows(sql) for sql in figures]
    await life.tick(FORGOTTEN - timedelta(seconds=1))
    assert GOES in str(await life.rows("SELECT note FROM revision"))
    await life.tick(FORGOTTEN)
    assert [await life.rows(sql) for sql in figures] == before
    after = await life.database.read(everything)
    for trace in ("Cedar", "Elm", "Mentor Moss", "Lead Linden", "77000001", OTHERS, "http"):
        assert found_in(after, trace) - {"course_version.body"} == set(), trace
    assert found_in(after, STAYS) == {"announcement.body"}, "Autumn keeps its own"
    assert found_in(after, GOES) <= {
        "announcement.body", "audit.detail", "roster_upload.body", "snippet.body", "snippet.title",
    }  # fmt: skip
    assert await life.one("SELECT forgotten_at FROM cohort WHERE id = :id", id=life.spring) == micros(
        FORGOTTEN
    )


async def test_whoever_is_in_another_cohort_is_still_known(finished: Life):
    await finished.tick(FORGOTTEN)
    known = await finished.rows("SELECT name FROM member WHERE user_id IS NOT NULL ORDER BY id")
    assert [row["name"] for row in known] == [NAMES[ASTER], "Birch"]
    with pytest.raises(CourseError, match="I hold nothing about you"):
        await finished.privacy.export(LEAD, FORGOTTEN)
    held = {part.key: part.entries for part in (await finished.privacy.export(BIRCH, FORGOTTEN)).parts}
    assert held["reviews_received"][0]["strength"] == "(erased)"
    assert held["snippets"] == []


async def test_with_the_last_cohort_everybody_goes(finished: Life):
    life = finished
    await finish(life, life.autumn)
    await life.tick(FORGOTTEN)
    assert await life.rows("SELECT id FROM member WHERE user_id IS NOT NULL") == []
    after = await life.database.read(everything)
    for trace in (GOES, STAYS, OTHERS, "Quillfeather", "Birch", str(ASTER)):
        assert found_in(after, trace) == set(), trace


async def test_the_audit_log_says_that_it_was_forgotten_and_how_many_went(finished: Life):
    await finished.tick(FORGOTTEN)
    detail = await finished.one("SELECT detail FROM audit WHERE action = 'privacy.forgotten'")
    assert json.loads(detail) == {"count": 4}
    lines = await finished.rows("SELECT detail FROM audit WHERE cohort_id = :id", id=finished.spring)
    assert "Quillfeather" not in str(lines)


async def test_it_is_forgotten_once(finished: Life):
    await finished.tick(FORGOTTEN)
    before = await finished.database.read(everything)
    again = Owed(kind="forget", key="again", week=24, due_at=FORGOTTEN)
    await finished.database.write(lambda tx: ledger.owe(tx, finished.spring, [again]))
    await finished.tick(FORGOTTEN + timedelta(hours=1))
    after = await finished.database.read(everything)
    assert {table: rows for table, rows in after.items() if table != "occurrence"} == {
        table: rows for table, rows in before.items() if table != "occurrence"
    }


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE cohort SET keep_days = NULL",
        "UPDATE cohort SET keep_days = 60",
        "UPDATE cohort SET state = 'running', finished_at = NULL WHERE name = 'Spring'",
    ],
)
async def test_a_cohort_that_is_kept_longer_or_goes_on_is_not_forgotten(finished: Life, change: str):
    await finished.database.write(lambda tx: tx.run(change))
    await finished.tick(FORGOTTEN + timedelta(hours=1))
    assert GOES in str(await finished.rows("SELECT note FROM revision"))
    assert await finished.one("SELECT name FROM member WHERE user_id = :id", id=ASTER) == NAMES[ASTER]


async def test_people_of_a_forgotten_cohort_who_come_back_are_new(finished: Life):
    await finish(finished, finished.autumn)
    await finished.tick(FORGOTTEN)
    with pytest.raises(CourseError):
        (await finished.here(ASTER, FORGOTTEN)).known()
