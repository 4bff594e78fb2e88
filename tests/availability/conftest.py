"""A cohort that runs, and the desk where people say when they are away."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.availability.service import Availability
from bot.database import Database
from tests.town import Town

WEDNESDAY = datetime(2026, 3, 11, 15, tzinfo=UTC)  # 11:00 in New York, in week 2


@pytest.fixture
async def town(database: Database) -> Town:
    """Six students, a mentor and a lead, in week 2."""
    town = Town(database)
    await town.begin(6, mentor=True)
    return town


@pytest.fixture
def desk(database: Database) -> Availability:
    return Availability(database)
