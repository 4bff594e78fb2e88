"""The schema comes from numbered scripts, whole or not at all, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.database import Database, DatabaseUnavailable, Row, Tx
from bot.migrations import FOLDER, POSTGRESQL, scripts, statements

ROOT = Path(__file__).parents[1]

on_both = pytest.mark.parametrize("empty_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def url(empty_url: str) -> str:
    """These tests are about how an empty database becomes one."""
    return empty_url


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A release with one script."""
    made = tmp_path / "migrations"
    made.mkdir()
    (made / "0001_first.sql").write_text("CREATE TABLE lamp (id INTEGER PRIMARY KEY, lit INTEGER) STRICT;")
    return made


async def start(url: str, folder: Path) -> None:
    database = await Database.open(url, folder=folder)
    await database.close()


async def ask(url: str, folder: Path, sql: str) -> list[Row]:
    database = await Database.open(url, folder=folder)
    try:
        return await database.read(lambda tx: tx.all(sql))
    finally:
        await database.close()


@on_both
async def test_every_script_is_applied_to_an_empty_database_and_put_on_record(database: Database) -> None:
    recorded = await database.read(lambda tx: tx.all("SELECT * FROM migration ORDER BY name"))
    assert [(row["name"], row["digest"]) for row in recorded] == [(s.name, s.digest) for s in scripts()]
    assert all(re.match(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d", row["applied_at"]) for row in recorded)
    tables = {name for script in scripts() for name in re.findall(r"CREATE TABLE (\w+)", script.text)}
    assert "submission" in tables

    def rows(tx: Tx) -> int:
        return sum(len(tx.all(f"SELECT * FROM {table}")) for table in tables)

    assert await database.read(rows) == 0


@on_both
async def test_starting_again_changes_nothing(url: str) -> None:
    record = "SELECT * FROM migration ORDER BY name"
    assert await ask(url, FOLDER, record) == await ask(url, FOLDER, record)


@on_both
async def test_a_new_release_applies_only_what_is_new(url: str, folder: Path) -> None:
    await start(url, folder)
    (folder / "0002_second.sql").write_text("INSERT INTO lamp (lit) VALUES (1);")
    await start(url, folder)
    assert await ask(url, folder, "SELECT * FROM lamp") == [{"id": 1, "lit": 1}]


@on_both
async def test_a_half_broken_script_leaves_nothing_behind(url: str, folder: Path) -> None:
    (folder / "0002_second.sql").write_text(
        "CREATE TABLE half (id INTEGER PRIMARY KEY) STRICT; INSERT INTO half DEFAULT VALUES; SELEKT 1;"
    )
    with pytest.raises(DatabaseUnavailable, match=r"0002_second .*as it was before"):
        await start(url, folder)
    (folder / "0002_second.sql").unlink()
    assert await ask(url, folder, "SELECT name FROM migration") == [{"name": "0001_first"}]
    with pytest.raises(Exception, match="half"):
        await ask(url, folder, "SELECT * FROM half")


@on_both
async def test_a_quote_that_never_ends_stops_the_start_with_its_line(url: str, folder: Path) -> None:
    (folder / "0002_second.sql").write_text("INSERT INTO lamp (lit) VALUES (1);\nSELECT 'and so on;")
    with pytest.raises(DatabaseUnavailable, match="opened on line 2 and never closed"):
        await start(url, folder)


@on_both
async def test_a_script_that_changed_after_its_release_is_refused(url: str, folder: Path) -> None:
    await start(url, folder)
    (folder / "0001_first.sql").write_text("CREATE TABLE candle (id INTEGER PRIMARY KEY) STRICT;")
    with pytest.raises(DatabaseUnavailable, match="0001_first has changed"):
        await start(url, folder)


@on_both
async def test_a_database_from_a_newer_homeroom_is_refused(url: str, folder: Path) -> None:
    (folder / "0002_second.sql").write_text("INSERT INTO lamp (lit) VALUES (1);")
    await start(url, folder)
    (folder / "0002_second.sql").unlink()
    with pytest.raises(DatabaseUnavailable, match=r"newer than this Homeroom .*0002_second"):
        await start(url, folder)


START = """
import asyncio, sys
from bot.database import Database

async def main():
    database = await Database.open(sys.argv[1])
    for _ in range(25):
        await database.write(lambda tx: tx.run("INSERT INTO member (name) VALUES ('x')"))
    await database.close()

print("ready", flush=True)
sys.stdin.readline()
asyncio.run(main())
"""


@on_both
def test_two_processes_that_start_at_once_both_succeed_and_both_write(url: str) -> None:
    pair = [
        subprocess.Popen(
            [sys.executable, "-c", START, url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in pair:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in pair:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in pair:
        process.communicate(timeout=30)
    assert [process.returncode for process in pair] == [0, 0]

    async def written() -> int:
        return (await ask(url, FOLDER, "SELECT count(*) AS n FROM member"))[0]["n"]

    assert asyncio.run(written()) == 50


def test_scripts_are_numbered_without_a_gap(folder: Path) -> None:
    (folder / "0003_third.sql").write_text("SELECT 1;")
    with pytest.raises(DatabaseUnavailable, match="must be named 0002_what_it_does"):
        scripts(folder)


def test_a_folder_without_scripts_is_an_incomplete_installation(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="complete"):
        scripts(tmp_path)


def test_a_script_is_the_same_with_the_line_ends_of_another_system(folder: Path) -> None:
    [before] = scripts(folder)
    (folder / "0001_first.sql").write_bytes(before.text.replace(" (", " (\n").encode())
    [unix] = scripts(folder)
    (folder / "0001_first.sql").write_bytes(before.text.replace(" (", " (\r\n").encode())
    [windows] = scripts(folder)
    assert windows.digest == unix.digest != before.digest


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("", []),
        (" ; ;\n-- nothing\n", []),
        ("SELECT 1", ["SELECT 1"]),
        ("SELECT 1; SELECT 2;", ["SELECT 1", "SELECT 2"]),
        ("SELECT 'a;b', 'it''s; fine';", ["SELECT 'a;b', 'it''s; fine'"]),
        ('SELECT "a;b";', ['SELECT "a;b"']),
        ("SELECT 1 -- one; it's\n, 2;", ["SELECT 1  \n, 2"]),
        ("SELECT 1 /* one;\ntwo' */ - 2 / 3;", ["SELECT 1   - 2 / 3"]),
        ("SELECT '-- no comment', '/* nor this */';", ["SELECT '-- no comment', '/* nor this */'"]),
    ],
)
def test_a_script_is_split_where_its_statements_end(script: str, expected: list[str]) -> None:
    assert list(statements(script)) == expected


@given(texts=st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), max_size=5))
def test_whatever_stands_in_a_string_stays_one_statement_and_one_string(texts: list[str]) -> None:
    quoted = ["'" + text.replace("'", "''") + "'" for text in texts]
    script = "".join(f"SELECT {text}; -- it's {number};\n" for number, text in enumerate(quoted))
    found = list(statements(script, POSTGRESQL))
    connection = sqlite3.connect(":memory:")
    assert [connection.execute(statement).fetchone()[0] for statement in found] == texts
    connection.close()


@pytest.mark.parametrize(
    ("sqlite", "postgresql"),
    [
        ("id INTEGER PRIMARY KEY,", "id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,"),
        ("week INTEGER NOT NULL", "week BIGINT NOT NULL"),
        ("(\n    week INTEGER\n) STRICT", "(\n    week BIGINT\n)"),
        ("picture BLOB", "picture BYTEA"),
        ("DEFAULT 'INTEGER, BLOB) STRICT'", "DEFAULT 'INTEGER, BLOB) STRICT'"),
        ("integers INTEGER, blobs TEXT", "integers BIGINT, blobs TEXT"),
    ],
)
def test_postgresql_reads_the_same_script_in_its_own_words(sqlite: str, postgresql: str) -> None:
    assert list(statements(sqlite + ";", POSTGRESQL)) == [postgresql]
    assert list(statements(sqlite + ";")) == [sqlite]
