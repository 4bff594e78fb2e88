"""How long `/review next` takes at a million submissions, and a round of 10,000 people: `python -m benchmarks.reviews`.

The database is SQLite in a temporary file, as in production. Times are of the database's own thread. A stall is how
much later than asked a task woke that sleeps for a millisecond, over and over, while the round was paired.
"""

from __future__ import annotations

import asyncio
import time

from benchmarks.million import BIG, DELIVERABLES, NOW, PEOPLE, million
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Here
from bot.cohorts.service import running
from bot.database import Database, Tx
from bot.ledger import Claimed
from bot.posts.rounds import COMPOSERS
from bot.reviews import asking, taking
from bot.submissions import store as submissions

NAP = 0.001


def here(tx: Tx, cohort_id: int, member_id: int) -> Here:
    """The cohort as one of its students sees it."""
    found = running(tx, cohort_id)
    member = cohorts.member(tx, member_id)
    return Here(
        cohort=found.cohort,
        course=found.course,
        user_id=member.user_id or 0,
        member=member,
        roles=frozenset({"student"}),
    )


def next_reads(tx: Tx, cohort_id: int, member_id: int) -> float:
    """What finding the newest waiting work takes."""
    who = here(tx, cohort_id, member_id)
    begin = time.perf_counter()
    for key in submissions.keys_of(tx, cohort_id, member_id):
        asking.newest_waiting(tx, who.cohort.id, key, member_id)
    return 1000 * (time.perf_counter() - begin)


def take(tx: Tx, cohort_id: int, member_id: int) -> float:
    """What the whole of `/review next` takes."""
    begin = time.perf_counter()
    taking.take(tx, here(tx, cohort_id, member_id), NOW)
    return 1000 * (time.perf_counter() - begin)


def pair(tx: Tx, key: str, week: int) -> float:
    """What pairing a round takes, as the tick does it."""
    row = Claimed(
        id=0, cohort_id=BIG, kind="pairing", key=key, week=week, member_id=None, due_at=NOW, stale_at=None,
        attempts=1, unsure_since=None,
    )  # fmt: skip
    begin = time.perf_counter()
    COMPOSERS["pairing"](tx, running(tx, BIG), row, NOW)
    return 1000 * (time.perf_counter() - begin)


async def watched(database: Database, week: int) -> tuple[float, float]:
    """Milliseconds of a round, and the longest that the event loop had to wait meanwhile."""
    gaps: list[float] = []

    async def watch() -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(NAP)
            now = time.perf_counter()
            gaps.append(now - last - NAP)
            last = now

    watching = asyncio.create_task(watch())
    await asyncio.sleep(20 * NAP)
    took = await database.write(pair, f"w{week:02}", week)
    watching.cancel()
    return took, 1000 * max(gaps)


async def main() -> None:
    """Print the table."""
    async with million() as database:
        print(f"{'':<46}{'median ms':>10}{'p99 ms':>10}{'slowest':>10}")
        for name, fn in (("/review next: what it reads", next_reads), ("/review next: all of it", take)):
            times = sorted([await database.write(fn, *who) for who in PEOPLE])
            print(f"{name:<46}{at(times, 0.5):>10.2f}{at(times, 0.99):>10.2f}{times[-1]:>10.2f}")
        for week in range(1, len(DELIVERABLES) + 1):
            took, stall = await watched(database, week)
            print(
                f"a round of 10,000 people, week {week}: {took:.0f} ms, longest stall of the loop {stall:.1f} ms"
            )


def at(times: list[float], share: float) -> float:
    """The time that a share of sorted times does not exceed."""
    return times[min(len(times) - 1, int(share * len(times)))]


if __name__ == "__main__":
    asyncio.run(main())
