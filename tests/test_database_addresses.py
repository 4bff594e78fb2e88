"""Where the database is, what happens when it is not there, and that what it acknowledged stays."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.database import Database, DatabaseUnavailable, Tx, refuse_old_sqlite

ROOT = Path(__file__).parents[1]

on_both = pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)


def enrol(tx: Tx, name: str) -> int:
    row = tx.one("INSERT INTO member (name) VALUES (:name) RETURNING id", name=name)
    assert row is not None
    return row["id"]


def names(tx: Tx) -> list[str]:
    return [row["name"] for row in tx.all("SELECT name FROM member ORDER BY id")]


LOAD = """
import asyncio, sys
from bot.database import Database

async def one(database, n):
    while True:
        row = await database.write(lambda tx: tx.one("INSERT INTO member (name) VALUES ('x') RETURNING id"))
        print(row["id"], flush=True)

async def main():
    database = await Database.open(sys.argv[1])
    await asyncio.gather(*(one(database, n) for n in range(20)))

asyncio.run(main())
"""


@on_both
def test_a_process_killed_under_load_loses_nothing_it_acknowledged(url: str) -> None:
    command = [sys.executable, "-c", LOAD, url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        acknowledged = {int(process.stdout.readline()) for _ in range(300)}
        process.kill()
        *whole, _ = process.stdout.read().split("\n")
    acknowledged.update(map(int, whole))

    async def stored() -> set[int]:
        database = await Database.open(url)
        rows = await database.read(lambda tx: tx.all("SELECT id FROM member"))
        await database.close()
        return {row["id"] for row in rows}

    assert acknowledged <= asyncio.run(stored())


@on_both
def test_a_program_that_ends_without_closing_does_not_hang(url: str) -> None:
    code = (
        "import asyncio, sys\nfrom bot.database import Database\nopened = []\n"
        "async def main(): opened.append(await Database.open(sys.argv[1]))\nasyncio.run(main())"
    )
    subprocess.run([sys.executable, "-c", code, url], cwd=ROOT, check=True, timeout=20)


async def test_sqlite_is_set_up_to_keep_what_it_acknowledges(database: Database) -> None:
    def setting(tx: Tx, name: str) -> Any:
        return next(iter(tx.all(f"PRAGMA {name}")[0].values()))

    for transact in (database.read, database.write):
        assert await transact(setting, "journal_mode") == "wal"
        assert await transact(setting, "synchronous") == 2
        assert await transact(setting, "foreign_keys") == 1
        assert await transact(setting, "busy_timeout") == 10_000


async def test_a_database_in_memory_is_read_as_it_was_written_and_leaves_nothing_behind() -> None:
    database = await Database.open("sqlite:///:memory:")
    await database.write(enrol, "Ada")
    assert await database.read(names) == ["Ada"]
    place = await database.read(lambda tx: tx.all("PRAGMA database_list")[0]["file"])
    await database.close()
    assert not Path(place).parent.exists()


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "not an address"),
        ("sqlite://homeroom.db", "not an address"),
        ("mysql://me:hunter2@host/course", "not an address"),
        ("sqlite:////nowhere/at/all/course.db", "create its folder"),
        (f"sqlite:///{ROOT}", "cannot be opened"),
        (f"sqlite:///{Path(__file__)}", "not a SQLite database"),
    ],
)
async def test_an_address_that_leads_nowhere_is_one_plain_sentence(address: str, sentence: str) -> None:
    with pytest.raises(DatabaseUnavailable, match=sentence) as refusal:
        await Database.open(address)
    assert str(refusal.value).count("\n") == 0
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("postgresql://me:hunter2@127.0.0.1:1/course", "does not answer"),
        ("postgresql://me:hunter2@[half/course", "not a PostgreSQL address"),
        ("postgresql://me:hunter2@127.0.0.1/course?hunter=2", "not a PostgreSQL address"),
    ],
)
async def test_a_postgresql_that_is_not_there_is_one_plain_sentence(address: str, sentence: str) -> None:
    with pytest.raises(DatabaseUnavailable, match=sentence) as refusal:
        await Database.open(address)
    assert str(refusal.value).count("\n") == 0
    assert "hunter2" not in str(refusal.value)


def test_a_missing_driver_names_the_extra_to_install() -> None:
    code = (
        "import asyncio, sys\nsys.modules['psycopg'] = None\nfrom bot.database import Database\n"
        "asyncio.run(Database.open('postgresql://host/name'))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "pip install 'homeroom[postgres]'" in ended.stderr.splitlines()[-1]


def test_an_old_sqlite_is_refused_in_a_sentence() -> None:
    refuse_old_sqlite((3, 37, 0))
    with pytest.raises(DatabaseUnavailable, match=r"SQLite 3\.36\.1 and Homeroom needs 3\.37"):
        refuse_old_sqlite((3, 36, 1))
