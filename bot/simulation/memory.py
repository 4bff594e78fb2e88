"""A database in this process's memory, without threads: for a rehearsal, where nobody waits and nothing is kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from typing import TypeVar, cast

from bot import migrations
from bot.database import Database, refuse_old_sqlite
from bot.lanes import Conflict, Cursor, Lane, Row, Tx

T = TypeVar("T")

STATEMENTS = 512  # more than the course has, so that none is read twice


class Inline:
    """One SQLite connection that works where it is asked, at once; reading and writing take turns on it."""

    def __init__(self, copy: bytes | None = None) -> None:
        """New and empty, or as it was when a copy was taken."""
        refuse_old_sqlite(sqlite3.sqlite_version_info)
        self._raw = sqlite3.connect(":memory:", isolation_level=None, cached_statements=STATEMENTS)
        self._raw.row_factory = sqlite3.Row  # made in C, and read by name all the same
        if copy is not None:
            self._raw.deserialize(copy)
        self._raw.execute("PRAGMA foreign_keys = ON")

    def taken(self) -> bytes:
        """A copy of everything."""
        return self._raw.serialize()

    async def call(self, work: Callable[[], None], /) -> None:
        """Run a plain function, here and now."""
        work()

    def begin(self) -> None:
        """Open a transaction."""
        self._raw.execute("BEGIN")

    def execute(self, sql: str, params: Mapping[str, object], /) -> Cursor:
        """Run one statement."""
        return self._raw.execute(sql, params)

    def rows(self, sql: str, params: Mapping[str, object], /) -> list[Row]:
        """Every row of one statement."""
        return cast(list[Row], self._raw.execute(sql, params).fetchall())

    def executemany(self, sql: str, rows: Iterable[Mapping[str, object]], /) -> object:
        """Run one statement once for each row."""
        return self._raw.executemany(sql, rows)

    def recover(self) -> None:
        """Undo what is open."""
        self._raw.rollback()

    def explain(self, error: BaseException, /) -> BaseException:
        """Tell a broken constraint from a mistake in the code."""
        return Conflict(str(error)) if isinstance(error, sqlite3.IntegrityError) else error

    async def close(self) -> None:
        """Forget everything."""
        self._raw.close()


class Quick(Tx):
    """A transaction that asks its only connection without detours."""

    def __init__(self, driver: Inline) -> None:
        super().__init__(driver)
        self._inline = driver

    def all(self, sql: str, /, **params: object) -> list[Row]:
        """Every row of a query, or of a RETURNING, by column name."""
        if self.refusal is not None:
            raise self.refusal
        try:
            return self._inline.rows(sql, params)
        except Exception as error:
            self.refusal = self._driver.explain(error)
            if self.refusal is error:
                raise
            raise self.refusal from error


class Desk(Lane):
    """A lane with nobody else in it: each function is a transaction of its own, at once."""

    def __init__(self, driver: Inline) -> None:
        super().__init__(driver)
        self._inline = driver

    async def run(self, work: Callable[[Tx], T]) -> T:
        """Run a function in a transaction."""
        tx = Quick(self._inline)
        self._inline.begin()
        try:
            value = work(tx)
            if tx.refusal is not None:
                raise tx.refusal
        except BaseException:
            self._inline.recover()
            raise
        self._inline.execute("COMMIT", {})
        self.commits += 1
        return value


class Glance(Desk):
    """A lane that only reads: with nobody else there, that takes no transaction."""

    async def run(self, work: Callable[[Tx], T]) -> T:
        """Run a function that changes nothing."""
        tx = Quick(self._inline)
        value = work(tx)
        if tx.refusal is not None:
            raise tx.refusal
        return value


async def opened() -> Database:
    """The course's schema, new and empty."""
    driver = Inline()
    await migrations.migrate(Lane(driver).run, folder=migrations.FOLDER, substitutions=())
    return on(driver)


def on(driver: Inline) -> Database:
    """The database that a connection holds."""
    lane, closing = Desk(driver), AsyncExitStack()
    closing.push_async_callback(lane.close)
    return Database(lane, [Glance(driver)], closing)
