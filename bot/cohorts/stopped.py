"""What is said of a cohort that stands still: since when, and how it goes on."""

from __future__ import annotations

from datetime import timedelta

from bot.cohorts.rules import Cohort
from bot.ui import stamp


def since(cohort: Cohort) -> str:
    """Since when it stands still; nothing of one that does not."""
    at = {"paused": cohort.paused_at, "finished": cohort.finished_at}.get(cohort.state)
    return "" if at is None else f" since {stamp(at)}"


def words(cohort: Cohort) -> list[str]:
    """What holds while it stands still; nothing of one that does not."""
    if cohort.state == "paused":
        return ["Nothing is posted and no deadline falls due. `/cohort resume` lets it go on."]
    if cohort.state != "finished":
        return []
    if cohort.forgotten_at is not None:
        return [f"What was known about its people was forgotten {stamp(cohort.forgotten_at, 'R')}."]
    return ["Nothing is posted any more. `/cohort resume` opens it again.", _kept(cohort)]


def _kept(cohort: Cohort) -> str:
    if cohort.finished_at is None or cohort.keep_days is None:
        return "What is known about its people is kept until they ask for it to be erased."
    until = cohort.finished_at + timedelta(days=cohort.keep_days)
    return f"What is known about its people is forgotten {stamp(until)} ({stamp(until, 'R')})."
