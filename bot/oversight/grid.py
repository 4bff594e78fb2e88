"""A cohort's work as a table for a browser: a row for each student, a cell with a letter for each deliverable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from bot.curriculum import Deliverable
from bot.oversight.heat_map import LETTERS
from bot.oversight.rules import MARKS, Cell, Mark, Report, Row

Show = Literal["all", "risk", "missing"]
SHOWS: tuple[Show, ...] = ("all", "risk", "missing")

# The picture has shapes where a table has letters; these are not among the picture's.
MORE: Mapping[Mark, str] = {"missed": "M", "open": "O", "not begun": "–"}
LATE = "*"  # beside the letter: what came late has also its state


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One student: whether they are at risk, how much is missing, and a cell for each deliverable."""

    member_id: int
    name: str
    is_at_risk: bool
    missing: int
    cells: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The table: whom it shows, of how many, and what its letters mean, as far as they occur."""

    show: Show
    counts: Mapping[Show, int]
    columns: Sequence[Deliverable]
    lines: Sequence[Line]
    legend: Sequence[tuple[str, str, str, int]]
    """A class of the stylesheet, the letter, its meaning, and how many there are."""
    late: int
    at_risk: int


def show_of(asked: str) -> Show:
    """Whom an address asks for; everybody, where it asks for nothing that we know."""
    known: Sequence[Show] = [show for show in SHOWS if show == asked]
    return known[0] if known else "all"


def grid(report: Report, show: Show) -> Grid:
    """The table of everybody, of those at risk, or of those with something missing."""
    at_risk = {item.member.id for item in report.at_risk}
    missing = {row.member.id: len(report.missing(row)) for row in report.rows}
    shown: Mapping[Show, Sequence[Row]] = {
        "all": report.rows,
        "risk": [row for row in report.rows if row.member.id in at_risk],
        "missing": [row for row in report.rows if missing[row.member.id]],
    }
    cells = [row.cells[item.key] for row in shown[show] for item in report.deliverables]
    counts = Counter(cell.mark for cell in cells)
    return Grid(
        show=show,
        counts={key: len(rows) for key, rows in shown.items()},
        columns=report.deliverables,
        lines=[
            Line(
                member_id=row.member.id,
                name=row.member.name,
                is_at_risk=row.member.id in at_risk,
                missing=missing[row.member.id],
                cells=Markup("").join(_cell(row.cells[item.key]) for item in report.deliverables),
            )
            for row in shown[show]
        ],
        legend=[(style(mark), letter(mark), mark, counts[mark]) for mark in MARKS if counts[mark]],
        late=sum(cell.line.late for cell in cells),
        at_risk=sum(row.member.id in at_risk for row in shown[show]),
    )


def letter(mark: Mark) -> str:
    """The letter that a mark has in the table."""
    return MORE[mark] if mark in MORE else LETTERS[mark][0]


def style(mark: Mark) -> str:
    """The class that a mark has in the stylesheet."""
    return mark.replace(" ", "-")


# Five hundred students have sixteen thousand cells: without quotes and closing tags, which HTML does not ask for, they
# weigh half as much. Everything in them is made here, so nothing has to be escaped.
_CELLS: Mapping[tuple[Mark, bool], Markup] = {
    (mark, late): Markup(f'<td class="{style(mark)} late">{letter(mark)}{LATE}')  # noqa: S704 - our own words
    if late
    else Markup(f"<td class={style(mark)}>{letter(mark)}")  # noqa: S704 - our own words
    for mark in MARKS
    for late in (False, True)
}


def _cell(cell: Cell) -> Markup:
    return _CELLS[cell.mark, cell.line.late]
