"""How long work waits for a mentor, told from real waits alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

MEDIAN, NINETIETH = 0.5, 0.9
MINUTES_UNTIL = timedelta(minutes=90)  # what is shorter is told in minutes,
HOURS_UNTIL = timedelta(hours=36)  # what is shorter in hours, and the rest in days


def percentile(waits: Sequence[timedelta], share: float, *, least: int) -> timedelta | None:
    """The wait that a share of all waits does not exceed, between two of them in proportion.

    None if there are fewer than `least`: too few to say.
    """
    if len(waits) < max(1, least):
        return None
    ordered = sorted(waits)
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def spelled(wait: timedelta) -> str:
    """A wait in words, no finer than it deserves."""
    if wait < MINUTES_UNTIL:
        return _counted(max(1, round(wait / timedelta(minutes=1))), "minute")
    if wait < HOURS_UNTIL:
        return _counted(round(wait / timedelta(hours=1)), "hour")
    return _counted(round(wait / timedelta(days=1)), "day")


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" + ("" if count == 1 else "s")
