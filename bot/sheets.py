"""What every table that goes to a spreadsheet takes care of."""

from __future__ import annotations

FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would work out what begins so


def defused(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe says that it is text."""
    return f"'{cell}" if cell.startswith(FORMULAS) else cell
