"""A person about whom every table knows something."""

from __future__ import annotations

import pytest

from bot.database import Database
from tests.privacy.people import Life, lived


@pytest.fixture
async def life(database: Database) -> Life:
    """Aster has done all that one can do here."""
    return await lived(database)
