"""The small course, for tests of what is handed in for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.curriculum import Curriculum, load
from tests.town import Town


@pytest.fixture(scope="session")
def small() -> Curriculum:
    """Week 1 asks for code and tests, week 2 for a memo and, if one likes, a demo."""
    return load(Path(__file__).parents[1] / "curriculum" / "small.yaml")


@pytest.fixture
async def town(database, small) -> Town:
    """A running cohort of two students and a mentor, from Monday 2 March 2026, in UTC."""
    made = Town(database, small)
    await made.begin(2, timezone="UTC", mentor=True)
    return made
