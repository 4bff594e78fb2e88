"""One PostgreSQL connection on a thread of its own, made to read the SQL that SQLite reads.

Writers queue up behind one lock for the whole database, in whatever process they are: as on SQLite, no use
case meets another halfway.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import conninfo, errors
from psycopg.abc import Buffer
from psycopg.adapt import Dumper, Loader

from bot.lanes import PATIENCE, Conflict, Cursor, DatabaseUnavailable

WRITERS = 0x486F6D65726F6F6D  # the advisory lock that every writer takes: "Homeroom" in ASCII
DEFAULTS = {"connect_timeout": 10, "application_name": "homeroom"}  # what an address need not say

_PARAMETER = re.compile(
    r"""(?P<kept>'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|::|%)|:(?P<name>[a-z_]\w*)""",
    re.IGNORECASE | re.DOTALL,
)


class Postgres:
    """One connection, made anew when the server has let go of it."""

    def __init__(self, url: str, *, writes: bool) -> None:
        self._address, self._place = parsed(url)
        self._writes = writes
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="postgres")
        self._raw: psycopg.Connection[Any] | None = None

    @classmethod
    async def connect(cls, url: str, *, writes: bool) -> Postgres:
        """Prepare a connection to write with, or only to read with; it is made when first needed."""
        return cls(url, writes=writes)

    async def call(self, work: Callable[[], None], /) -> None:
        """Run a plain function on the thread."""
        await asyncio.get_running_loop().run_in_executor(self._executor, work)

    def begin(self) -> None:
        """Open a transaction; a connection that was lost while nothing was asked of it is made anew."""
        try:
            self._begin()
        except psycopg.OperationalError:
            if self._raw is None or not self._raw.closed:
                raise
            self.recover()
            self._begin()

    def execute(self, sql: str, params: Mapping[str, object], /) -> Cursor:
        """Run one statement."""
        return self._connected().execute(translated(sql), params)

    def executemany(self, sql: str, rows: Iterable[Mapping[str, object]], /) -> object:
        """Run one statement once for each row."""
        return self._connected().cursor().executemany(translated(sql), rows)

    def recover(self) -> None:
        """Undo what is open; where even that fails, let the connection go."""
        if self._raw is None:
            return
        try:
            self._raw.execute("ROLLBACK")
        except psycopg.Error:
            self._disconnect()

    def explain(self, error: BaseException, /) -> BaseException:
        """Tell a broken constraint and a lost server from a mistake in the code."""
        if not isinstance(error, psycopg.Error):
            return error
        said = (str(error).strip().splitlines() or [type(error).__name__])[0]
        match error:
            case psycopg.IntegrityError():
                return Conflict(said)
            case errors.InsufficientPrivilege():
                trouble = f"keeps this user out ({said}): grant it the schema, or connect as its owner"
            case errors.ReadOnlySqlTransaction() if self._writes:
                trouble = f"can only be read ({said}): connect to the primary server"
            case psycopg.OperationalError():
                trouble = f"does not answer ({said}): check that it runs, and HOMEROOM_DATABASE_URL"
            case _:
                return error
        return DatabaseUnavailable(f"PostgreSQL at {self._place} {trouble}.")

    async def close(self) -> None:
        """Finish what was called, then close the connection and end the thread."""
        await self.call(self._disconnect)
        self._executor.shutdown(wait=False)

    def _begin(self) -> None:
        connection = self._connected()
        if self._writes:
            connection.execute("BEGIN")
            connection.execute(f"SELECT pg_advisory_xact_lock({WRITERS})".encode())
        else:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    def _connected(self) -> psycopg.Connection[Any]:
        if self._raw is None:
            # This cursor puts values into the text, as plain as SQLite sees them: a bare NULL needs no type.
            raw = psycopg.connect(self._address, autocommit=True, cursor_factory=psycopg.ClientCursor)
            raw.adapters.register_dumper(bool, Truth)
            raw.adapters.register_loader("bool", Bit)
            raw.adapters.register_loader("numeric", Number)
            raw.execute(f"SET lock_timeout = '{PATIENCE:.0f}s'; SET TIME ZONE 'UTC'".encode())
            self._raw = raw
        return self._raw

    def _disconnect(self) -> None:
        if self._raw is not None:
            self._raw.close()
            self._raw = None


class Truth(Dumper):
    """A truth goes in as SQLite keeps it."""

    def dump(self, obj: bool) -> Buffer:
        """One or nought."""
        return b"1" if obj else b"0"

    def quote(self, obj: bool) -> Buffer:
        """The same, as it stands in a statement."""
        return self.dump(obj)


class Bit(Loader):
    """A truth comes out as SQLite says it."""

    def load(self, data: Buffer) -> int:
        """One or nought."""
        return int(bytes(data) == b"t")


class Number(Loader):
    """A sum or a mean comes out as SQLite says it."""

    def load(self, data: Buffer) -> int | float:
        """Whole where it has no decimals."""
        text = bytes(data).decode()
        return int(text) if text.lstrip("-").isdigit() else float(text)


def parsed(url: str) -> tuple[str, str]:
    """What the driver connects to, and the same for people: without the password."""
    try:
        said: dict[str, Any] = DEFAULTS | conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError:  # its text repeats the whole address
        raise DatabaseUnavailable(
            "HOMEROOM_DATABASE_URL is not a PostgreSQL address; "
            "write postgresql://user:password@host:5432/name, with %40 for an @ in the password."
        ) from None
    place = f"{said.get('host', 'localhost')}:{said.get('port', 5432)}"
    return conninfo.make_conninfo(**said), place


@lru_cache(maxsize=1024)
def translated(sql: str) -> bytes:
    """A statement with its `:name` parameters as psycopg writes them."""

    def piece(match: re.Match[str]) -> str:
        return f"%({match['name']})s" if match["name"] else match[0].replace("%", "%%")

    return _PARAMETER.sub(piece, sql).encode()
