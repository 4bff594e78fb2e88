"""The zone that a cohort lives by, as somebody types it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache
from zoneinfo import available_timezones

from bot.errors import CourseError

# Shown before anything is typed: one or two for each part of the world.
FAMILIAR_ZONES = (
    "America/Los_Angeles", "America/Denver", "America/Chicago", "America/New_York", "America/Sao_Paulo",
    "Europe/London", "Europe/Lisbon", "Europe/Berlin", "Europe/Madrid", "Europe/Kyiv", "Europe/Istanbul",
    "Africa/Lagos", "Africa/Cairo", "Africa/Nairobi", "Africa/Johannesburg", "Asia/Dubai", "Asia/Karachi",
    "Asia/Kolkata", "Asia/Jakarta", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland", "Etc/UTC",
)  # fmt: skip
MACHINE_ZONES = frozenset(
    {"Factory", "localtime", "posixrules"}
)  # these mean another zone on another machine


@cache  # listing the zones walks a directory tree, and the choice is offered anew at each key
def _zones() -> Mapping[str, str]:
    return {name.lower(): name for name in sorted(available_timezones() - MACHINE_ZONES)}


def parse_zone(text: str) -> str:
    """An IANA time zone by its name, whatever its case; close misses are named."""
    names, wanted = _zones(), _zone_words(text)
    if wanted in names:
        return names[wanted]
    cities: dict[str, list[str]] = {}
    for lower in names:
        cities.setdefault(lower.rpartition("/")[2], []).append(lower)
    near = cities.get(wanted) or difflib.get_close_matches(wanted, names, 3, 0.6)
    near = near or [
        name for city in difflib.get_close_matches(wanted, cities, 2, 0.6) for name in cities[city]
    ]
    hint = f" Did you mean {' or '.join(sorted(names[name] for name in near[:3]))}?" if near else ""
    raise CourseError(
        f"I do not know the time zone “{text.strip()[:40]}”.{hint} "
        "Names look like Europe/Berlin or America/New_York."
    )


def _zone_words(text: str) -> str:
    return text.strip().lower().replace(" ", "_")


def zones_like(text: str) -> list[str]:
    """Time zones whose name contains what was typed, cities that begin with it first, at most 25."""
    wanted = _zone_words(text)
    if not wanted:
        return list(FAMILIAR_ZONES)
    found = [lower for lower in _zones() if wanted in lower and "/" in lower]
    found.sort(
        key=lambda lower: (
            not lower.rpartition("/")[2].startswith(wanted),
            lower.startswith("etc/"),
            lower,
        )
    )
    return [_zones()[lower] for lower in found[:25]]
