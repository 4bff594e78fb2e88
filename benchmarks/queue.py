"""How long the queue page takes at a million submissions: `python -m benchmarks.queue`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from benchmarks.million import BIG, MENTOR, NOW, PEOPLE, million
from benchmarks.reviews import at
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Here
from bot.cohorts.service import running
from bot.database import Tx
from bot.mentors import claims, service
from bot.revisions import queue
from bot.revisions.queue import Filter

FILTERS: tuple[Filter, ...] = ("all", "uncovered", "at_risk", "mine")


def here(tx: Tx, cohort_id: int) -> Here:
    """A cohort as its mentor sees it."""
    found = running(tx, cohort_id)
    member = cohorts.member(tx, MENTOR)
    return Here(
        cohort=found.cohort,
        course=found.course,
        user_id=member.user_id or 0,
        member=member,
        roles=frozenset({"mentor"}),
    )


def page(tx: Tx, cohort_id: int, chosen: Filter, member_id: int) -> None:
    """The rows of the first page."""
    queue.page(tx, cohort_id, service.PAGE, chosen=chosen, mentor_id=MENTOR, now=NOW)


def board(tx: Tx, cohort_id: int, chosen: Filter, member_id: int) -> None:
    """All that `/queue` shows."""
    service._board(tx, here(tx, cohort_id), chosen, 0, NOW)


def take_next(tx: Tx, cohort_id: int, chosen: Filter, member_id: int) -> None:
    """Taking up the next piece of work, and letting it go again."""
    who = here(tx, cohort_id)
    claims.release(tx, who, claims.take_next(tx, who, chosen, NOW).item.id, NOW)


def place(tx: Tx, cohort_id: int, chosen: Filter, member_id: int) -> None:
    """Where a piece of work stands, as its author sees it."""
    row = tx.one(
        "SELECT submission_id FROM queue_item WHERE cohort_id = :id AND closed_at IS NULL LIMIT 1",
        id=cohort_id,
    )
    assert row is not None
    queue.place_of(tx, cohort_id, row["submission_id"], NOW)


def timed(
    tx: Tx, fn: Callable[[Tx, int, Filter, int], None], cohort_id: int, chosen: Filter, member_id: int
) -> float:
    """How many milliseconds something took."""
    begin = time.perf_counter()
    fn(tx, cohort_id, chosen, member_id)
    return 1000 * (time.perf_counter() - begin)


async def main() -> None:
    """Print the table."""
    runs = [(f"a page of {chosen}: its rows", page, chosen) for chosen in FILTERS]
    runs += [("/queue: all of it", board, "all"), ("/queue: all of it, filtered", board, "at_risk")]
    runs += [("take the next one, release it", take_next, "all"), ("a student's place", place, "all")]
    async with million() as database:
        print(f"{'':<46}{'median ms':>10}{'p99 ms':>10}{'slowest':>10}")
        for name, fn, chosen in runs:
            for who, people in (("", PEOPLE[:-60]), (", 10,000 people", [(BIG, 0)] * 200)):
                times = sorted(
                    [await database.write(timed, fn, cohort, chosen, member) for cohort, member in people]
                )
                print(f"{name + who:<46}{at(times, 0.5):>10.2f}{at(times, 0.99):>10.2f}{times[-1]:>10.2f}")


if __name__ == "__main__":
    asyncio.run(main())
