"""How long a cohort's report takes among a million submissions: `python -m benchmarks.report`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from benchmarks.million import COHORTS, NOW, SIZE, million
from bot.cohorts.rules import Running
from bot.cohorts.service import running
from bot.database import Tx
from bot.oversight import gathering, heat_map, news, overview, table

RUNS = 20


def lists(tx: Tx, cohort: Running) -> None:
    """Everything but the table."""
    gathering.report(tx, cohort, None, NOW)


def with_table(tx: Tx, cohort: Running) -> None:
    """With the table, row by row."""
    table.table(gathering.report(tx, cohort, None, NOW), gathering.scores(tx, cohort))


def with_picture(tx: Tx, cohort: Running) -> None:
    """With one page of the picture, which is drawn in a thread of its own."""
    heat_map.heat_map(gathering.report(tx, cohort, None, NOW), 1)


def with_everybody(tx: Tx, cohort: Running) -> None:
    """With everybody on one picture."""
    overview.overview(gathering.report(tx, cohort, None, NOW))


def letter(tx: Tx, cohort: Running) -> None:
    """A lead's letter about a week."""
    news.news(tx, cohort, 8, NOW)


def timed(tx: Tx, fn: Callable[[Tx, Running], None], cohort_id: int) -> float:
    """How many milliseconds something took."""
    cohort = running(tx, cohort_id)
    begin = time.perf_counter()
    fn(tx, cohort)
    return 1000 * (time.perf_counter() - begin)


async def main() -> None:
    """Print the table."""
    async with million() as database:
        print(f"{SIZE} students, nine weeks{'':<17}{'median ms':>10}{'slowest':>10}")
        for fn in (lists, with_table, with_picture, with_everybody, letter):
            times = sorted(
                [await database.read(timed, fn, cohort) for cohort in range(1, COHORTS, COHORTS // RUNS)]
            )
            print(f"{fn.__doc__ or '':<40.40}{times[len(times) // 2]:>10.1f}{times[-1]:>10.1f}")


if __name__ == "__main__":
    asyncio.run(main())
