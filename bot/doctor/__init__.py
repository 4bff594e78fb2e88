"""Whether a bot can do its work here: each thing that it needs, and how to mend what is wrong."""

from bot.doctor.findings import Finding, Level, fail, line
from bot.doctor.round import examine

__all__ = ["Finding", "Level", "examine", "fail", "line"]
