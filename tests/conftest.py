"""What every test may ask for: an address of an empty database, and the course's database there."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
import structlog

from bot.database import Database

# Where rich is installed, structlog would draw a fault's every local variable, for seconds.
structlog.configure(
    processors=[
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    ]
)

SQLITE = "sqlite:///"
ROOM = 48 * 2**20  # bytes; the tests that run at one time stay far below


@cache
def _quick() -> str | None:
    """Where a file is soon on the disk: in memory, if there is room. What tests kill is a process, never a machine."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > ROOM else None


@cache
def _migrated() -> bytes:
    """An empty course on SQLite, built by its migrations once for all tests of a process."""

    async def build(path: Path) -> None:
        await (await Database.open(f"sqlite:///{path}")).close()

    with tempfile.TemporaryDirectory(prefix="homeroom-test-", dir=_quick()) as folder:
        path = Path(folder, "empty.db")
        builder = threading.Thread(target=asyncio.run, args=(build(path),))  # a loop may run in this one
        builder.start()
        builder.join()
        return path.read_bytes()


@contextmanager
def _nothing(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database with nothing in it, of the kind that a test asks for."""
    if getattr(request, "param", os.environ.get("HOMEROOM_TEST_ON", "sqlite")) == "sqlite":
        with tempfile.TemporaryDirectory(prefix="homeroom-test-", dir=_quick()) as folder:
            yield f"{SQLITE}{Path(folder, 'course.db')}"
        return
    server = os.environ.get("HOMEROOM_TEST_POSTGRES")
    if not server:
        pytest.skip("HOMEROOM_TEST_POSTGRES is not set to the address of a PostgreSQL to test with")
    import psycopg

    schema = f"test_{secrets.token_hex(8)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}".encode())
        yield f"{server}{'&' if '?' in server else '?'}options=-csearch_path%3D{schema}"
        connection.execute(f"DROP SCHEMA {schema} CASCADE".encode())


@pytest.fixture
def empty_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database before its first migration; `parametrize("empty_url", …, indirect=True)` names its kind."""
    with _nothing(request) as address:
        yield address


@pytest.fixture
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A SQLite file with an empty course, or the kind of database that `parametrize("url", …, indirect=True)` names.

    HOMEROOM_TEST_ON=postgresql runs on PostgreSQL whatever does not name a kind.
    """
    with _nothing(request) as address:
        if address.startswith(SQLITE):
            Path(address.removeprefix(SQLITE)).write_bytes(_migrated())
        yield address


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """The course's database, new and empty."""
    opened = await Database.open(url)
    yield opened
    await opened.close()
