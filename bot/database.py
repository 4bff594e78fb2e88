"""Open the course's database, read one snapshot of it, write to it in transactions.

SQLite is the default, PostgreSQL the other choice; the same SQL serves both. To write a statement that does:

- parameters are `:name`; `RETURNING` and `ON CONFLICT` are there on both, and an upsert names its columns;
- `INTEGER` holds 64 bits, an instant is microseconds UTC (`micros`, `instant`), a truth is 0 or 1;
- a subquery in FROM has an alias, a query that groups lists every plain column, text stands in single quotes;
- order by something when order matters; say `NULLS FIRST` or `NULLS LAST` where a null may be among it;
- `LIKE` minds case on PostgreSQL: compare `lower(a)` with `lower(b)`.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar

import aiosqlite

from bot import migrations
from bot.lanes import PATIENCE, Conflict, Cursor, DatabaseUnavailable, Driver, Lane, Row, Tx

__all__ = [
    "Conflict",
    "Database",
    "DatabaseUnavailable",
    "Row",
    "Tx",
    "instant",
    "maybe_instant",
    "micros",
    "sqlite_path",
]

P = ParamSpec("P")
T = TypeVar("T")

READERS = 2  # more do not read faster in Python; two keep a long question from holding up a short one
OLDEST_SQLITE = (3, 37)  # the first with STRICT tables
MEMORY = "sqlite:///:memory:"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_probe = aiosqlite.Connection(lambda: sqlite3.connect(":memory:"), iter_chunk_size=1)  # it never starts
if not all(hasattr(_probe, private) for private in ("_execute", "_thread")):
    raise RuntimeError("Homeroom needs aiosqlite 0.22.1: this one lacks a private name that it relies on.")


def micros(moment: datetime) -> int:
    """An instant as the database keeps it: microseconds UTC."""
    if moment.tzinfo is None:
        raise ValueError("An instant needs its time zone before it can be stored.")
    return (moment - EPOCH) // timedelta(microseconds=1)


@lru_cache(maxsize=4096)  # rows repeat their instants: a round's reviews are all due at one
def instant(value: int) -> datetime:
    """An instant as the course reads it: aware, in UTC."""
    return EPOCH + timedelta(microseconds=value)


def maybe_instant(value: int | None) -> datetime | None:
    """An instant that may not have come."""
    return None if value is None else instant(value)


class Database:
    """One lane to write in, two to read from."""

    def __init__(self, writer: Lane, readers: Sequence[Lane], closing: AsyncExitStack) -> None:
        self._writer = writer
        self._readers = readers
        self._closing = closing

    @classmethod
    async def open(cls, url: str, *, folder: Path = migrations.FOLDER) -> Database:
        """Connect and bring the schema up to date; DatabaseUnavailable says in a sentence why not.

        `url` is `sqlite:///relative/file`, `sqlite:////absolute/file`, `sqlite:///:memory:` or `postgresql://…`.
        In memory means a temporary file that goes when it is closed: readers and writer meet there as in any.
        """
        async with AsyncExitStack() as closing:
            connect, substitutions = _backend(url, closing)

            async def lane(*, writes: bool) -> Lane:
                opened = Lane(await connect(writes=writes))
                closing.push_async_callback(opened.close)
                return opened

            writer = await lane(writes=True)
            await migrations.migrate(writer.run, folder=folder, substitutions=substitutions)
            readers = [await lane(writes=False) for _ in range(READERS)]
            return cls(writer, readers, closing.pop_all())

    async def read(self, fn: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function on one snapshot of the course, which it cannot change."""
        quietest = min(self._readers, key=lambda lane: lane.load)
        return await quietest.run(lambda tx: fn(tx, *args, **kwargs))

    async def write(self, fn: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one use case as one transaction; when this returns, it is on the disk."""
        return await self._writer.run(lambda tx: fn(tx, *args, **kwargs))

    @property
    def commits(self) -> int:
        """How many commits all writes so far have come to."""
        return self._writer.commits

    async def close(self) -> None:
        """Finish what was asked, then let go of the database."""
        await self._closing.aclose()


class Connect(Protocol):
    """Opens one connection of the kind that an address asks for."""

    def __call__(self, *, writes: bool) -> Awaitable[Driver]:
        """Open it to write, or only to read."""
        ...


def _backend(url: str, closing: AsyncExitStack) -> tuple[Connect, migrations.Substitutions]:
    if url.startswith(("postgresql://", "postgres://")):
        try:
            from bot.postgres import Postgres  # noqa: PLC0415 - only those who use it need its driver
        except ImportError:
            raise DatabaseUnavailable(
                "PostgreSQL needs its driver; install Homeroom with it: pip install 'homeroom[postgres]'."
            ) from None
        return partial(Postgres.connect, url), migrations.POSTGRESQL
    refuse_old_sqlite(sqlite3.sqlite_version_info)
    if url == MEMORY:
        folder = closing.enter_context(tempfile.TemporaryDirectory(prefix="homeroom-"))
        return partial(Sqlite.connect, Path(folder, "memory.db"), synchronous="OFF"), ()
    return partial(Sqlite.connect, sqlite_path(url), synchronous="FULL"), ()


def refuse_old_sqlite(version: tuple[int, ...]) -> None:
    """Stop before a SQLite that does not know the schema's STRICT tables."""
    if version < OLDEST_SQLITE:
        has, needs = (".".join(map(str, numbers)) for numbers in (version, OLDEST_SQLITE))
        raise DatabaseUnavailable(
            f"This Python comes with SQLite {has} and Homeroom needs {needs} or later; use a newer one."
        )


def sqlite_path(url: str) -> Path:
    """The file that a `sqlite:///` URL names."""
    path = url.removeprefix("sqlite:///")
    if path in {url, "", "/"}:
        raise DatabaseUnavailable(
            "HOMEROOM_DATABASE_URL is not an address that Homeroom knows; write sqlite:///homeroom.db, "
            "sqlite:////data/homeroom.db or postgresql://user:password@host/name."
        )
    return Path(path)


class Sqlite:
    """One SQLite connection on aiosqlite's thread."""

    def __init__(self, path: Path, *, writes: bool, synchronous: str) -> None:
        self._path = path
        self._writes = writes
        self._synchronous = synchronous
        self._raw: sqlite3.Connection
        self._connection = aiosqlite.Connection(self._open, iter_chunk_size=64)
        self._thread = self._connection._thread  # pyright: ignore[reportPrivateUsage]
        self._thread.daemon = True  # a program that dies without `close` must not hang on it

    @classmethod
    async def connect(cls, path: Path, *, writes: bool, synchronous: str) -> Sqlite:
        """Open the file to write to it, or only to read it."""
        driver = cls(path, writes=writes, synchronous=synchronous)
        try:
            await driver._connection
        except sqlite3.Error as error:
            await asyncio.to_thread(driver._thread.join)  # it still has a last word for the loop
            raise driver.explain(error) from error
        return driver

    def _open(self) -> sqlite3.Connection:
        self._raw = sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None)
        if self._writes:
            use_write_ahead_log(self._raw)
        self._raw.execute(f"PRAGMA synchronous = {self._synchronous}")
        self._raw.execute("PRAGMA foreign_keys = ON")
        self._raw.execute(f"PRAGMA query_only = {int(not self._writes)}")
        return self._raw

    async def call(self, work: Callable[[], None], /) -> None:
        """Run a plain function on aiosqlite's thread, for which it has only a private call."""
        await self._connection._execute(work)  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType]

    def begin(self) -> None:
        """Take the write lock at once when writing: a lock taken halfway can be refused halfway."""
        self._raw.execute("BEGIN IMMEDIATE" if self._writes else "BEGIN")

    def execute(self, sql: str, params: Mapping[str, object], /) -> Cursor:
        """Run one statement."""
        return self._raw.execute(sql, params)

    def executemany(self, sql: str, rows: Iterable[Mapping[str, object]], /) -> object:
        """Run one statement once for each row."""
        return self._raw.executemany(sql, rows)

    def recover(self) -> None:
        """Undo what is open."""
        self._raw.rollback()

    def explain(self, error: BaseException, /) -> BaseException:
        """Tell a broken constraint and a broken disk from a mistake in the code."""
        return explained(error, self._path, writes=self._writes)

    async def close(self) -> None:
        """Finish what was called, then close the file."""
        await self._connection.close()


def use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Let readers work beside the writer; of two programs that ask at once, SQLite refuses one without waiting."""
    for patience_left in reversed(range(100)):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not patience_left or error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(PATIENCE / 100)
        else:
            return


_HELD = "is held by another program: stop that one, or wait and try again"
_FORBIDDEN = "may not be written by this user: give it the file and its folder"
_TROUBLE = {
    sqlite3.SQLITE_BUSY: _HELD,
    sqlite3.SQLITE_LOCKED: _HELD,
    sqlite3.SQLITE_PERM: _FORBIDDEN,
    sqlite3.SQLITE_READONLY: _FORBIDDEN,
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: create its folder, and let this user write there",
    sqlite3.SQLITE_IOERR: "cannot be read or written: check the disk",
    sqlite3.SQLITE_FULL: "has no room left: free some space on its disk",
    sqlite3.SQLITE_CORRUPT: "is damaged: restore a backup",
    sqlite3.SQLITE_NOTADB: "is not a SQLite database: check HOMEROOM_DATABASE_URL, or restore a backup",
}
_WRONG_TYPE = sqlite3.SQLITE_CONSTRAINT | 12 << 8  # sqlite3 has no name for it: text in a number's column


def explained(error: BaseException, path: Path, *, writes: bool = True) -> BaseException:
    """A SQLite error in our words, where we have any."""
    if not isinstance(error, sqlite3.Error):
        return error
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    if isinstance(error, sqlite3.IntegrityError) and code != _WRONG_TYPE:
        return Conflict(str(error))
    trouble = _TROUBLE.get(code & 0xFF)
    if trouble is None or (code == sqlite3.SQLITE_READONLY and not writes):
        return error
    return DatabaseUnavailable(f"The database {path} {trouble}.")
