"""What was looked at, and how it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warn", "FAIL"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at; `said` names what is wrong and how to mend it."""

    level: Level
    subject: str
    said: str


def ok(subject: str, said: str) -> Finding:
    """Nothing to do."""
    return Finding(level="ok", subject=subject, said=said)


def warn(subject: str, said: str) -> Finding:
    """The course runs, and something in it will not."""
    return Finding(level="warn", subject=subject, said=said)


def fail(subject: str, said: str) -> Finding:
    """The course cannot run like that."""
    return Finding(level="FAIL", subject=subject, said=said)


def line(finding: Finding) -> str:
    """A finding as it is printed."""
    return f"{finding.level:<4}  {finding.subject}: {finding.said}"
