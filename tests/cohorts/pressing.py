"""Pressing what one was never shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def got_hold_of(house: Any, custom_id: str) -> Iterator[Any]:
    """A public message that carries a private button, for whoever may not press it."""
    message = house.posts()[0]
    stored = house.env.backend.get_message(message.channel.id, message.id)
    before = stored.components
    button = {"type": 2, "style": 2, "label": "x", "custom_id": custom_id}
    stored.components = [{"type": 1, "components": [button]}]
    try:
        yield message
    finally:
        stored.components = before
