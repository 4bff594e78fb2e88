"""A small course that is right: three weeks and one capstone."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.curriculum import Curriculum, read

SMALL = Path(__file__).with_name("small.yaml")


@pytest.fixture
def small_text() -> str:
    """The course file as its teacher wrote it."""
    return SMALL.read_text(encoding="utf-8")


@pytest.fixture
def small_course(small_text: str) -> Curriculum:
    """The course that the file describes."""
    return read(small_text, SMALL.name)
