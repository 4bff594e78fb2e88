"""How long a week's pairing takes: a course of 24 weeks, two reviews each, one in twenty absent every week.

Run it with `python benchmarks/pairing.py`. Every meeting is remembered, and each hundred people bring five
forbidden pairs. Repeats, two-way pairs and uncovered reviews are totals of the course.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.reviews.pairing import Pair, pair

SIZES = (30, 100, 500, 2_000, 10_000)
WEEKS = 24
REVIEWS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    size: int
    milliseconds: list[float]
    repeats: int
    two_way: int
    uncovered: int


def run(size: int) -> Course:
    dice = random.Random(size)
    met: Counter[Pair] = Counter()
    forbidden = {
        (reviewer, author) for reviewer, author in (dice.sample(range(size), 2) for _ in range(size // 20))
    }
    milliseconds: list[float] = []
    repeats = two_way = uncovered = 0
    for week in range(WEEKS):
        people = [member for member in range(size) if dice.random() < 0.95]
        start = time.perf_counter()
        pairs = pair(people, reviews=REVIEWS, met=met, forbidden=forbidden, seed=f"benchmark/{week}")
        milliseconds.append(1000 * (time.perf_counter() - start))
        week_pairs = {
            (reviewer, author) for reviewer, authors in pairs.allocation.items() for author in authors
        }
        repeats += sum(met[who] for who in week_pairs)
        two_way += sum((author, reviewer) in week_pairs for reviewer, author in week_pairs) // 2
        uncovered += sum(pairs.uncovered.values())
        met.update(week_pairs)
    return Course(size=size, milliseconds=milliseconds, repeats=repeats, two_way=two_way, uncovered=uncovered)


def main() -> None:
    print(
        f"{'people':>7} {'median ms':>10} {'slowest ms':>11} {'repeats':>8} {'two-way':>8} {'uncovered':>10}"
    )
    for size in SIZES:
        course = run(size)
        print(
            f"{size:>7,} {median(course.milliseconds):>10.1f} {max(course.milliseconds):>11.1f}"
            f" {course.repeats:>8} {course.two_way:>8} {course.uncovered:>10}"
        )


if __name__ == "__main__":
    main()
