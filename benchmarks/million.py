"""A database with a million submissions: 340 cohorts of 300 people and one of 10,000, in mid-course.

Everybody has handed in nine weeks' work. In the small cohorts eight of them are reviewed and the ninth waits for
its round, so that some hundred pieces of it wait for a reviewer; every twentieth piece waits for a mentor. In the big
cohort nothing is paired yet.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.course import store as versions
from bot.curriculum import load
from bot.database import Database, Tx, micros

COHORTS, SIZE, BIG_SIZE = 340, 300, 10_000
BIG = COHORTS + 1
MENTOR = 1  # a member who mentors every cohort
DELIVERABLES = [f"w{number:02}" for number in range(1, 10)]
NOW = datetime(2026, 5, 3, 12, tzinfo=UTC)  # the Sunday of week 9, before the deadline
WAITING = 20  # every so many pieces of work one waits for a mentor

_dice = random.Random(1)
_COURSE = Path(__file__).resolve().parent.parent / "curriculum.yaml"


def members_of(cohort_id: int) -> range:
    """The students of a cohort."""
    first = MENTOR + 1 + (cohort_id - 1) * SIZE
    return range(first, first + (BIG_SIZE if cohort_id == BIG else SIZE))


# Some hundred different people, a few of them in the big cohort.
PEOPLE = [(cohort_id, members_of(cohort_id)[17]) for cohort_id in range(1, COHORTS + 1)]
PEOPLE += [(BIG, members_of(BIG)[number]) for number in range(0, BIG_SIZE, BIG_SIZE // 60)]


@asynccontextmanager
async def million() -> AsyncIterator[Database]:
    """The database, filled."""
    with tempfile.TemporaryDirectory(prefix="homeroom-") as folder:
        database = await Database.open(f"sqlite:///{folder}/million.db")
        try:
            await database.write(_people)
            for cohort_id in range(1, BIG + 1):
                await database.write(_work, cohort_id)
            yield database
        finally:
            await database.close()


def _people(tx: Tx) -> None:
    versions.keep(tx, load(_COURSE), NOW)
    last = members_of(BIG)[-1]
    _fill(tx, "member (id, user_id, name)", ((id_, id_, f"Student {id_}") for id_ in range(1, last + 1)))
    at = micros(NOW - timedelta(days=70))
    _fill(
        tx,
        "cohort (id, guild_id, name, channel_id, timezone, starts_on, state, course_version_id, seed, created_by, "
        "created_at)",
        (
            (id_, 1, f"Cohort {id_}", id_, "UTC", "2026-03-02", "running", 1, id_, 1, at)
            for id_ in range(1, BIG + 1)
        ),
    )
    _fill(
        tx,
        "enrollment (cohort_id, member_id, role, state, enrolled_at)",
        (
            (cohort_id, member_id, role, "active", at)
            for cohort_id in range(1, BIG + 1)
            for role, people in (("mentor", [MENTOR]), ("student", members_of(cohort_id)))
            for member_id in people
        ),
    )


def _work(tx: Tx, cohort_id: int) -> None:
    """Everybody's nine pieces of work in a cohort, reviewed but for the last; in the big cohort none is."""
    people = members_of(cohort_id)
    reviewed = [] if cohort_id == BIG else DELIVERABLES[:-1]
    first = MENTOR + (people[0] - MENTOR - 1) * len(DELIVERABLES) + 1
    ids = {
        (key, member_id): first + position * len(people) + number
        for position, key in enumerate(DELIVERABLES)
        for number, member_id in enumerate(people)
    }
    _fill(
        tx,
        "submission (id, cohort_id, member_id, deliverable, created_at, offered_at, covered_by, mentor_at, covered_at)",
        (
            (
                id_,
                cohort_id,
                member_id,
                key,
                at,
                *((None, at, at, at) if key in reviewed else (at, None, None, None)),
            )
            for (key, member_id), id_ in ids.items()
            for at in [_some_time()]
        ),
    )
    _fill(
        tx,
        "revision (id, submission_id, number, note, deadline_at, late, submitted_at, updated_at)",
        ((id_, id_, 1, "", micros(NOW), 0, micros(NOW), micros(NOW)) for id_ in ids.values()),
    )
    _fill(
        tx,
        "evidence (revision_id, kind, url, state)",
        ((id_, "code", f"https://git.example.org/{id_}", "unchecked") for id_ in ids.values()),
    )
    _fill(
        tx, "pairing (cohort_id, deliverable, seed, ran_at)", ((cohort_id, key, "1", 1) for key in reviewed)
    )
    _fill(tx, _REVIEW, _reviews(ids, reviewed, people))
    _fill(tx, _QUEUE, _queue(cohort_id, list(ids.values())[::WAITING]))


_REVIEW = (
    "review (submission_id, author_id, reviewer_id, origin, track, course_version_id, allocated_at, due_at, opened_at, "
    "sent_at, revision_id, strength)"
)
_QUEUE = "queue_item (cohort_id, submission_id, since, signoff, uncovered, disagreement, evidence, at_risk)"


def _reviews(ids: dict[tuple[str, int], int], keys: list[str], people: range) -> Iterator[tuple[object, ...]]:
    for (key, author), id_ in ids.items():
        if key in keys:
            for step in (1, 2):
                reviewer = people[(author - people[0] + step) % len(people)]
                at = _some_time()
                yield (
                    id_,
                    author,
                    reviewer,
                    "deadline",
                    "weekly",
                    1,
                    at,
                    at,
                    at,
                    at,
                    id_,
                    "It runs as written.",
                )


def _queue(cohort_id: int, ids: list[int]) -> Iterator[tuple[object, ...]]:
    for id_ in ids:
        flags = [int(_dice.random() < 0.3) for _ in range(4)]
        yield cohort_id, id_, _some_time(), 1 - flags[0], *flags


def _some_time() -> int:
    return micros(NOW - timedelta(minutes=_dice.randrange(60 * 24 * 6)))


def _fill(tx: Tx, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    columns = [name.strip() for name in table.partition("(")[2].rstrip(")").split(",")]
    names = ", ".join(f":{name}" for name in columns)
    tx.many(
        f"INSERT INTO {table} VALUES ({names})",
        (dict(zip(columns, row, strict=True)) for row in rows),
    )
