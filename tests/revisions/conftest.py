"""A cohort in week 1, for tests of the loop."""

from __future__ import annotations

import pytest

from bot.database import Database
from tests.town import Town


@pytest.fixture
def town(database: Database) -> Town:
    return Town(database)
