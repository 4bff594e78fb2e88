"""What is held about a person as a file for them: a page to read and JSON to keep, in one zip."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from bot.archives import zipped
from bot.privacy.rules import Held

FORMAT = "homeroom.mydata/1"  # told apart from what a later version may write
LIMIT = 8 * 2**20  # bytes; Discord takes files of 10 MiB, and the message around it needs some room
JSON, PAGE = "mydata.json", "mydata.html"


def packed(held: Held, limit: int = LIMIT) -> bytes:
    """A zip of both files; of the JSON alone where both are too much for one message."""
    data, page = as_json(held), as_page(held)
    both = zipped(held.made_at, {PAGE: page, JSON: data})
    return both if len(both) <= limit else zipped(held.made_at, {JSON: data})


def as_json(held: Held) -> str:
    """Every part under its key, instants as ISO 8601 in UTC, Discord's ids as text."""
    whole = {
        "format": FORMAT,
        "made_at": held.made_at,
        "name": held.name,
        "user_id": str(held.user_id),
        **{part.key: part.entries for part in held.parts},
    }
    return json.dumps(whole, ensure_ascii=False, indent=2, default=_iso)


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(f"{type(value).__name__} has no place in the file")


def as_page(held: Held) -> str:
    """A page that reads and prints well, and loads nothing from anywhere."""
    return _template().render(held=held)


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("bot.privacy", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["label"] = _label
    environment.filters["plainly"] = _plainly
    environment.tests["empty"] = _is_empty
    return environment.get_template("mydata.html.jinja")


def _label(key: str) -> str:
    words = str(key).replace("_", " ")
    return words[:1].upper() + words[1:]


def _plainly(value: object) -> str:
    """A value as people write it."""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%a %d %b %Y, %H:%M} UTC"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, (Mapping, Sequence)) and not value)
