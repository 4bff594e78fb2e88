"""What a database of an earlier release knows of promises is not lost."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.database import Database, Tx, micros
from bot.migrations import FOLDER
from bot.retros import store

BEFORE = 3  # the last script that kept what became of a promise with the retro after it
SUNDAY = datetime(2026, 3, 8, 19, tzinfo=UTC)


def _of_before(tx: Tx) -> None:
    tx.run("INSERT INTO course_version (id, digest, body, created_at) VALUES (1, 'd', '{}', 0)")
    tx.run("INSERT INTO member (id, user_id, name) VALUES (1, 1, 'Aster'), (2, 2, 'Birch')")
    tx.run(
        "INSERT INTO cohort (id, guild_id, name, channel_id, timezone, starts_on, state, course_version_id, seed, "
        "created_by, created_at) VALUES (1, 1, 'Spring', 1, 'UTC', '2026-03-02', 'running', 1, 1, 1, 0)"
    )
    entries = [(1, 1, None), (1, 3, "partly"), (1, 4, None), (1, 5, "kept"), (2, 1, None), (2, 2, "dropped")]
    for member, week, kept in entries:
        tx.run(
            "INSERT INTO retro (cohort_id, member_id, week, prompt, retain, improve, scale, kept, written_at, "
            "updated_at) VALUES (1, :member, :week, '{}', 'a', 'b', 'c', :kept, :at, :at)",
            member=member,
            week=week,
            kept=kept,
            at=micros(SUNDAY),
        )


@pytest.mark.parametrize("empty_url", ["sqlite", "postgresql"], indirect=True)
async def test_each_promise_takes_over_what_the_next_retro_said_of_it(empty_url: str, tmp_path: Path) -> None:
    for script in sorted(FOLDER.glob("*.sql"))[:BEFORE]:
        shutil.copy(script, tmp_path)
    old = await Database.open(empty_url, folder=tmp_path)
    await old.write(_of_before)
    await old.close()

    new = await Database.open(empty_url)
    try:
        aster = await new.read(store.of_member, 1, 1)
        birch = await new.read(store.of_member, 1, 2)
    finally:
        await new.close()
    assert [(entry.week, entry.became) for entry in aster] == [
        (1, "partly"),
        (3, None),
        (4, "kept"),
        (5, None),
    ]
    assert [entry.became_at for entry in aster] == [SUNDAY, None, SUNDAY, None]
    assert [(entry.week, entry.became) for entry in birch] == [(1, "dropped"), (2, None)]
