"""The cohorts' desk on a fresh database, and a cohort in draft."""

from __future__ import annotations

from tests.cohorts.conftest import course, desk, draft, lead

__all__ = ["course", "desk", "draft", "lead"]
