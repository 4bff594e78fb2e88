"""Templates of all rooms, filled in; whatever a member typed is escaped."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup, escape

ROOMS = ("web", "portfolio", "oversight", "mentors")  # those with a folder `templates`
FOLDER = Path(__file__).parents[1]


@cache
def environment() -> Environment:
    """Templates by `room/name`; a name that is not given is an error and not an empty place."""
    made = Environment(
        loader=PrefixLoader({room: FileSystemLoader(FOLDER / room / "templates") for room in ROOMS}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["code"] = code
    return made


def render(template: str, **values: Any) -> str:
    """A page from its template, such as `web/sorry.html.jinja`."""
    return environment().get_template(template).render(**values)


def code(words: str) -> Markup:
    """Words that were written for Discord, with what stands between backticks as code."""
    parts = words.split("`")  # every second one stands between two
    if len(parts) % 2 == 0:
        return escape(words)
    marked = (
        Markup("<code>{}</code>").format(part) if at % 2 else escape(part) for at, part in enumerate(parts)
    )
    return Markup("").join(marked)
