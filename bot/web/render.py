"""Templates of all rooms, filled in; whatever a member typed is escaped."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined

ROOMS = ("web", "portfolio", "oversight", "mentors")  # those with a folder `templates`


@cache
def environment() -> Environment:
    """Templates by `room/name`; a name that is not given is an error and not an empty place."""
    return Environment(
        loader=PrefixLoader({room: PackageLoader(f"bot.{room}") for room in ROOMS}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, **values: Any) -> str:
    """A page from its template, such as `web/sorry.html.jinja`."""
    return environment().get_template(template).render(**values)
