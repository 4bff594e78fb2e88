"""Copies of the SQLite file: made while the bot runs, put back while it rests."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path

from bot import migrations
from bot.database import MEMORY, explained, sqlite_path

BESIDE = ("", "-wal", "-shm")  # a database that was not closed properly is these three files


class BackupRefused(Exception):
    """A copy that was not made or not put back; its text is one plain sentence with the next step."""


async def backup(url: str, target: Path) -> None:
    """Copy the database, as it is at this moment, into a new file."""
    await asyncio.to_thread(_backup, _file(url), target)


async def restore(
    source: Path, url: str, *, force: bool = False, folder: Path = migrations.FOLDER
) -> Path | None:
    """Put a backup in the database's place; with `force` over another, and return where that one is kept."""
    return await asyncio.to_thread(_restore, source, _file(url), force=force, folder=folder)


def _file(url: str) -> Path:
    if url.startswith(("postgresql://", "postgres://")):
        raise BackupRefused(
            "PostgreSQL makes its own backups: save with pg_dump and put back with pg_restore."
        )
    if url == MEMORY:
        raise BackupRefused("This database ends with the program; name a file in HOMEROOM_DATABASE_URL.")
    return sqlite_path(url)


def _backup(source: Path, target: Path) -> None:
    if not source.is_file():
        raise BackupRefused(f"There is no database at {source}; check HOMEROOM_DATABASE_URL.")
    if target.exists():
        raise BackupRefused(f"{target} is already there; choose a name that is free.")
    with _copied(source, target) as copy:
        copy.replace(target)


def _restore(source: Path, target: Path, *, force: bool, folder: Path) -> Path | None:
    if not source.is_file():
        raise BackupRefused(f"There is no backup at {source}; check its name.")
    if target.exists() and not force:
        raise BackupRefused(
            f"{target} is already there; use --force to put it aside and take the backup instead."
        )
    with _copied(source, target) as copy:
        _recognise(copy, source, folder)
        kept = _put_aside(target) if target.exists() else None
        copy.replace(target)
    return kept


@contextmanager
def _copied(source: Path, target: Path) -> Generator[Path]:
    """A whole and sound copy of `source`, beside `target` under another name until somebody renames it."""
    copy = target.with_name(f"{target.name}.incomplete")
    copy.unlink(missing_ok=True)
    try:
        with _opened(source, "ro") as original, _opened(copy, "rwc") as into:
            original.backup(into)
            into.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
            verdict = into.execute("PRAGMA integrity_check").fetchone()[0]
            if verdict != "ok":
                raise BackupRefused(f"{source} is damaged ({verdict.splitlines()[0]}); take an older backup.")
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def _recognise(copy: Path, source: Path, folder: Path) -> None:
    """Refuse what is no Homeroom database, or one from a newer Homeroom."""
    with _opened(copy, "ro") as connection:
        try:
            applied = dict(connection.execute("SELECT name, digest FROM migration").fetchall())
        except sqlite3.OperationalError:
            raise BackupRefused(f"{source} is not a backup of Homeroom's; check its name.") from None
    migrations.check(applied, migrations.scripts(folder))


def _put_aside(target: Path) -> Path:
    """Rename a database that nobody is using, sound or damaged."""
    try:
        with closing(sqlite3.connect(target, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")  # refused while anybody else has it open
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise BackupRefused(f"Homeroom is running on {target}; stop it, then restore.") from error
    names = (target.with_name(f"{target.name}.before-restore-{number}") for number in count(1))
    kept = next(name for name in names if not name.exists())
    for suffix in BESIDE:
        with suppress(FileNotFoundError):
            Path(f"{target}{suffix}").rename(f"{kept}{suffix}")
    return kept


@contextmanager
def _opened(path: Path, mode: str) -> Generator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise explained(error, path) from error
