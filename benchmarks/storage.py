"""How many submissions and questions a second the storage takes: `python -m benchmarks.storage [URL]`.

A submission is what `/submit` writes (the work, its revision, a link, a line of the audit log) in one transaction;
a question is what `/me` asks. Without a URL a temporary SQLite file is used; a URL must name an empty database.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.database import Database, Tx

STUDENTS = 3000
WEEKS = 24


def prepare(tx: Tx) -> None:
    tx.run("INSERT INTO course_version (id, digest, body, created_at) VALUES (1, '', '', 0)")
    tx.many("INSERT INTO member (id, name) VALUES (:id, 'student')", ({"id": n + 1} for n in range(STUDENTS)))
    tx.run(
        "INSERT INTO cohort (id, guild_id, name, channel_id, timezone, starts_on, state, course_version_id, seed,"
        " created_by, created_at) VALUES (1, 1, 'bench', 1, 'UTC', '2026-03-02', 'running', 1, 1, 1, 0)"
    )


def submit(tx: Tx, number: int) -> None:
    row = tx.one(
        "INSERT INTO submission (cohort_id, member_id, deliverable, created_at)"
        " VALUES (1, :member, :deliverable, :at) RETURNING id",
        member=number % STUDENTS + 1,
        deliverable=f"d{number}",
        at=number,
    )
    revision = tx.one(
        "INSERT INTO revision (submission_id, number, note, deadline_at, late, submitted_at, updated_at)"
        " VALUES (:id, 1, '', :at, 0, :at, :at) RETURNING id",
        id=row["id"] if row else None,
        at=number,
    )
    tx.run(
        "INSERT INTO evidence (revision_id, kind, url, state) VALUES (:id, 'code', :url, 'unchecked')",
        id=revision["id"] if revision else None,
        url=f"https://example.org/{number}",
    )
    tx.run(
        "INSERT INTO audit (cohort_id, at, actor_id, action, detail) VALUES (1, :at, :member, 'submit', '')",
        at=number,
        member=number % STUDENTS + 1,
    )


def overview(tx: Tx, number: int) -> int:
    return len(
        tx.all(
            "SELECT s.deliverable, r.number, r.late FROM submission AS s JOIN revision AS r ON r.submission_id = s.id"
            " WHERE s.cohort_id = 1 AND s.member_id = :member ORDER BY s.id DESC LIMIT :weeks",
            member=number % STUDENTS + 1,
            weeks=WEEKS,
        )
    )


async def measure(name: str, callers: int, seconds: float, act: Callable[[int], Awaitable[object]]) -> None:
    """Let some callers act without pause for a while, and print how often they could and how long each waited."""
    numbers, waits, end = iter(range(10**9)), list[float](), time.perf_counter() + seconds

    async def caller() -> None:
        while (start := time.perf_counter()) < end:
            await act(next(numbers))
            waits.append((time.perf_counter() - start) * 1000)

    await asyncio.gather(*(caller() for _ in range(callers)))
    late = statistics.quantiles(waits, n=100)[98]
    print(
        f"{name:<12}{callers:>8}{len(waits) / seconds:>12,.0f}{statistics.median(waits):>10.1f}{late:>10.1f}"
    )


async def main(url: str, seconds: float) -> None:
    database = await Database.open(url)
    await database.write(prepare)
    offset = 0

    def write(number: int) -> Awaitable[object]:
        return database.write(submit, offset + number)

    def read(number: int) -> Awaitable[object]:
        return database.read(overview, number)

    def mixed(number: int) -> Awaitable[object]:
        return write(number) if number % 5 == 0 else read(number)

    print(f"{'':<12}{'callers':>8}{'a second':>12}{'p50 ms':>10}{'p99 ms':>10}")
    for name, act in (("submit", write), ("overview", read), ("one in five", mixed)):
        for callers in (1, 50, 500):
            await measure(name, callers, seconds, act)
            offset += 10**7
    await database.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url", nargs="?")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each line is measured")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(main(arguments.url or f"sqlite:///{Path(folder, 'bench.db')}", arguments.seconds))
