"""The small course and the shipped one, and a cohort's dates for them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.cohorts.rules import Cohort, Running
from bot.course.rules import Place
from bot.curriculum import Curriculum, load

ROOT = Path(__file__).parents[2]


@pytest.fixture
def small() -> Curriculum:
    return load(ROOT / "tests" / "curriculum" / "small.yaml")


@pytest.fixture(scope="session")
def shipped() -> Curriculum:
    return load(ROOT / "curriculum.yaml")


def dated(course: Curriculum, starts_on: date = date(2026, 3, 2)) -> Place:
    """The course as the cohort of New York takes it."""
    cohort = Cohort(
        id=7,
        guild_id=1,
        name="Spring",
        channel_id=2,
        timezone="America/New_York",
        starts_on=starts_on,
        state="running",
        course_version_id=1,
        student_role_id=None,
        mentor_role_id=None,
        lead_role_id=None,
        seed=1,
        created_by=1,
    )
    return Place(course=course, dates=Running(cohort=cohort, course=course))


@pytest.fixture
def place(shipped: Curriculum) -> Place:
    return dated(shipped)


@pytest.fixture
def undated(shipped: Curriculum) -> Place:
    return Place(course=shipped, dates=None)
