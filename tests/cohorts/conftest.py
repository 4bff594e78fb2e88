"""The cohorts' desk on a fresh database, and a cohort in draft."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cohorts.rules import Here, Running
from bot.cohorts.service import Cohorts
from bot.curriculum import Curriculum, load
from bot.database import Database
from tests.cohorts.people import LEAD, NOW, begin


@pytest.fixture
def course() -> Curriculum:
    return load(Path(__file__).parents[1] / "curriculum" / "small.yaml")


@pytest.fixture
def desk(database: Database, course: Curriculum) -> Cohorts:
    return Cohorts(database, course)


@pytest.fixture
async def draft(desk: Cohorts) -> Running:
    return await begin(desk)


@pytest.fixture
async def lead(desk: Cohorts, draft: Running) -> Here:
    return await desk.here(LEAD, NOW)
