"""How long a week's pairing takes: a course of 24 weeks, two reviews each, one in twenty handing nothing in.

Run it with `python benchmarks/pairing.py`. Every meeting is remembered, and each hundred people bring five
forbidden pairs. In a plain course nobody pulls; in a pulled one a third of the reviews exist before the deadline,
drawn at random, and one in twenty of those who handed in is absent. Repeats (of new reviews), two-way pairs and
uncovered reviews are totals of the course. At the end a loop that wakes every millisecond tells how long it was
kept waiting while the largest cohort was paired in a thread. Most of that is Python's garbage collector, which
stops every thread to walk through all that is in memory; what is frozen it leaves out.
"""

from __future__ import annotations

import asyncio
import gc
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.reviews.pairing import Pair, Pairs, pair

SIZES = (30, 100, 500, 2_000, 10_000)
WEEKS = 24
REVIEWS = 2
PULLED = 1 / 3
HANDED_IN = 0.95
ABSENT = 0.05
NAP = 0.001  # seconds between two wakings of the loop that watches for stalls


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What one week's pairing is asked."""

    people: list[int]
    met: Counter[Pair]
    forbidden: set[Pair]
    seed: str
    fixed: set[Pair]
    absent: set[int]

    def pair(self) -> Pairs:
        return pair(
            self.people,
            reviews=REVIEWS,
            met=self.met,
            forbidden=self.forbidden,
            seed=self.seed,
            fixed=self.fixed,
            absent=self.absent,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    milliseconds: list[float]
    repeats: int
    two_way: int
    uncovered: int

    def columns(self) -> str:
        return (
            f"{median(self.milliseconds):>10.1f} {max(self.milliseconds):>11.1f}"
            f" {self.repeats:>8} {self.two_way:>8} {self.uncovered:>10}"
        )


def weeks(size: int, *, pulled: bool) -> Iterator[Week]:
    """Each week in turn; what is paired of it must be added to its `met` before the next is asked for."""
    dice = random.Random(size)
    met: Counter[Pair] = Counter()
    forbidden = {
        (reviewer, author) for reviewer, author in (dice.sample(range(size), 2) for _ in range(size // 20))
    }
    for number in range(WEEKS):
        people = [member for member in range(size) if dice.random() < HANDED_IN]
        yield Week(
            people=people,
            met=met,
            forbidden=forbidden,
            seed=f"benchmark/{number}",
            fixed=pulls(people, forbidden, dice) if pulled else set(),
            absent={member for member in people if dice.random() < ABSENT} if pulled else set(),
        )


def pulls(people: list[int], forbidden: set[Pair], dice: random.Random) -> set[Pair]:
    """A third of a round's reviews, taken by anybody of anybody as far as both have places."""
    gives, receives = Counter[int](), Counter[int]()
    taken: set[Pair] = set()
    while len(taken) < PULLED * REVIEWS * len(people):
        reviewer, author = dice.sample(people, 2)
        who = (reviewer, author)
        if (
            gives[reviewer] < REVIEWS
            and receives[author] < REVIEWS
            and who not in forbidden
            and who not in taken
        ):
            gives[reviewer] += 1
            receives[author] += 1
            taken.add(who)
    return taken


def run(size: int, *, pulled: bool) -> Course:
    milliseconds: list[float] = []
    repeats = two_way = uncovered = 0
    for week in weeks(size, pulled=pulled):
        start = time.perf_counter()
        pairs = week.pair()
        milliseconds.append(1000 * (time.perf_counter() - start))
        new = edges(pairs)
        everything = new | week.fixed
        repeats += sum(week.met[who] for who in new)
        two_way += sum((author, reviewer) in everything for reviewer, author in everything) // 2
        uncovered += sum(pairs.uncovered.values())
        week.met.update(everything)
    return Course(milliseconds=milliseconds, repeats=repeats, two_way=two_way, uncovered=uncovered)


def edges(pairs: Pairs) -> set[Pair]:
    return {(reviewer, author) for reviewer, authors in pairs.allocation.items() for author in authors}


async def longest_stall(size: int, *, pulled: bool) -> float:
    """The longest that the loop was kept waiting beyond its nap while any week was paired, in milliseconds."""
    gaps: list[float] = []

    async def watch() -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(NAP)
            now = time.perf_counter()
            gaps.append(now - last)
            last = now

    for week in weeks(size, pulled=pulled):
        watching = asyncio.create_task(watch())
        await asyncio.sleep(5 * NAP)
        pairs = await asyncio.to_thread(week.pair)
        watching.cancel()
        week.met.update(edges(pairs) | week.fixed)
    return 1000 * (max(gaps) - NAP)


def main() -> None:
    columns = f"{'median ms':>10} {'slowest ms':>11} {'repeats':>8} {'two-way':>8} {'uncovered':>10}"
    print(f"{'':>7} {'plain':>10}{'':>42} {'pulled':>10}")
    print(f"{'people':>7} {columns}   {columns}")
    for size in SIZES:
        plain, pulled = (run(size, pulled=pulled).columns() for pulled in (False, True))
        print(f"{size:>7,} {plain}   {pulled}", flush=True)
    import bot.app  # noqa: F401, PLC0415 - what a running bot keeps in memory, for the collector to walk through

    print(f"\nlongest stall of a loop while {SIZES[-1]:,} are paired in a thread, in ms: plain, pulled")
    for name in ("as the bot starts", "after gc.freeze()"):
        stalls = [asyncio.run(longest_stall(SIZES[-1], pulled=pulled)) for pulled in (False, True)]
        print(f"  {name}: {stalls[0]:.1f}, {stalls[1]:.1f}", flush=True)
        gc.freeze()


if __name__ == "__main__":
    main()
