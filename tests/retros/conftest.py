"""The small course, for tests of looking back on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.curriculum import load
from tests.town import Town


@pytest.fixture
async def town(database) -> Town:
    """A running cohort of five students and a mentor, from Monday 2 March 2026, in UTC."""
    made = Town(database, load(Path(__file__).parents[1] / "curriculum" / "small.yaml"))
    await made.begin(5, timezone="UTC", mentor=True)
    return made
