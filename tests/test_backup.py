"""A copy is whole or absent, and putting one back loses neither it nor what was there."""

# ruff: noqa: ASYNC240 - a test may look at a small file from its loop

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.backup import BackupRefused, backup, restore
from bot.database import Database, DatabaseUnavailable, Tx


def enrol(tx: Tx, name: str) -> None:
    tx.run("INSERT INTO member (name) VALUES (:name)", name=name)


async def members(url: str) -> list[str]:
    database = await Database.open(url)
    rows = await database.read(lambda tx: tx.all("SELECT name FROM member ORDER BY id"))
    await database.close()
    return [row["name"] for row in rows]


@pytest.fixture
async def saved(database: Database, url: str, tmp_path: Path) -> Path:
    """A backup with Ada in it; the database still open, and Grace came later."""
    target = tmp_path / "saved.db"
    await database.write(enrol, "Ada")
    await backup(url, target)
    await database.write(enrol, "Grace")
    return target


async def test_a_backup_is_one_file_that_can_be_made_while_the_bot_writes(
    database: Database, url: str, tmp_path: Path
) -> None:
    async def enrol_many() -> None:
        for number in range(200):
            await database.write(enrol, f"student {number}")

    enrolling = asyncio.create_task(enrol_many())
    await database.write(enrol, "Ada")
    await backup(url, tmp_path / "saved.db")
    await enrolling
    assert [path.name for path in tmp_path.glob("saved*")] == ["saved.db"]
    with closing(sqlite3.connect(tmp_path / "saved.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert "Ada" in await members(f"sqlite:///{tmp_path / 'saved.db'}")


async def test_a_backup_is_put_where_there_is_no_database(saved: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.db"
    assert await restore(saved, f"sqlite:///{elsewhere}") is None
    assert await members(f"sqlite:///{elsewhere}") == ["Ada"]
    assert saved.exists()


async def test_a_database_is_replaced_only_by_force_and_then_kept(
    saved: Path, database: Database, url: str
) -> None:
    await database.close()
    with pytest.raises(BackupRefused, match="--force"):
        await restore(saved, url)
    first = await restore(saved, url, force=True)
    assert await members(url) == ["Ada"]
    second = await restore(saved, url, force=True)
    assert await members(f"sqlite:///{first}") == ["Ada", "Grace"]
    assert await members(f"sqlite:///{second}") == ["Ada"]


async def test_a_database_in_use_is_never_replaced(saved: Path, database: Database, url: str) -> None:
    with pytest.raises(BackupRefused, match="stop it"):
        await restore(saved, url, force=True)
    await database.write(enrol, "Edsger")
    await database.close()
    assert await members(url) == ["Ada", "Grace", "Edsger"]


async def test_a_damaged_database_gives_way_to_a_backup(saved: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"not a database at all, " * 100)
    kept = await restore(saved, f"sqlite:///{damaged}", force=True)
    assert kept is not None
    assert kept.read_bytes().startswith(b"not a database")
    assert await members(f"sqlite:///{damaged}") == ["Ada"]


async def test_a_damaged_backup_is_refused_and_the_database_stays(
    saved: Path, database: Database, url: str
) -> None:
    await database.close()
    content = bytearray(saved.read_bytes())
    content[8192:40960] = b"\xff" * (40960 - 8192)
    saved.write_bytes(content)
    with pytest.raises((BackupRefused, DatabaseUnavailable), match="damaged"):
        await restore(saved, url, force=True)
    assert await members(url) == ["Ada", "Grace"]
    assert not list(saved.parent.glob("*.incomplete"))


async def test_damage_that_still_reads_well_is_found_before_it_is_too_late(
    saved: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(saved, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'audit_cohort'")
    for copying in (
        restore(saved, f"sqlite:///{tmp_path / 'new.db'}"),
        backup(f"sqlite:///{saved}", tmp_path / "b"),
    ):
        with pytest.raises(BackupRefused, match="older backup"):
            await copying
    assert not list(tmp_path.glob("new*"))


async def test_what_is_no_homeroom_database_is_refused(tmp_path: Path) -> None:
    stranger = tmp_path / "stranger.db"
    with closing(sqlite3.connect(stranger)) as connection:
        connection.execute("CREATE TABLE song (title TEXT)")
    text = tmp_path / "notes.txt"
    text.write_text("Dear diary, " * 1000)
    with pytest.raises(BackupRefused, match="not a backup of Homeroom's"):
        await restore(stranger, f"sqlite:///{tmp_path / 'new.db'}")
    with pytest.raises(DatabaseUnavailable, match="not a SQLite database"):
        await restore(text, f"sqlite:///{tmp_path / 'new.db'}")
    assert not (tmp_path / "new.db").exists()


async def test_a_backup_from_a_newer_homeroom_is_refused(saved: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(saved, isolation_level=None)) as connection:
        connection.execute("INSERT INTO migration (name, digest) VALUES ('9999_future', '')")
    with pytest.raises(DatabaseUnavailable, match="newer than this Homeroom"):
        await restore(saved, f"sqlite:///{tmp_path / 'new.db'}")


async def test_a_backup_never_takes_the_place_of_another_file(saved: Path, url: str, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="already there"):
        await backup(url, saved)
    with pytest.raises(BackupRefused, match="no database at"):
        await backup(f"sqlite:///{tmp_path / 'nothing.db'}", tmp_path / "copy.db")
    with pytest.raises(BackupRefused, match="no backup at"):
        await restore(tmp_path / "nothing.db", f"sqlite:///{tmp_path / 'new.db'}")


@pytest.mark.parametrize(
    ("address", "remedy"),
    [("postgresql://me:hunter2@host/course", "pg_dump"), ("sqlite:///:memory:", "name a file")],
)
async def test_what_homeroom_cannot_copy_it_says_how_to(address: str, remedy: str, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match=remedy) as refusal:
        await backup(address, tmp_path / "copy.db")
    assert "hunter2" not in str(refusal.value)
