"""What every test may ask for: an address of an empty database, and the course's database there."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
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

ROOM = 48 * 2**20  # bytes; the tests that run at one time stay far below


@cache
def _quick() -> str | None:
    """Where a file is soon on the disk: in memory, if there is room. What tests kill is a process, never a machine."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > ROOM else None


@pytest.fixture
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A new SQLite file, or the kind of database that `parametrize("url", …, indirect=True)` names.

    HOMEROOM_TEST_ON=postgresql runs on PostgreSQL whatever does not name a kind.
    """
    if getattr(request, "param", os.environ.get("HOMEROOM_TEST_ON", "sqlite")) == "sqlite":
        with tempfile.TemporaryDirectory(prefix="homeroom-test-", dir=_quick()) as folder:
            yield f"sqlite:///{Path(folder, 'course.db')}"
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
async def database(url: str) -> AsyncIterator[Database]:
    """The course's database, new and empty."""
    opened = await Database.open(url)
    yield opened
    await opened.close()
