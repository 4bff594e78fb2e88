"""A cohort in one picture: a row for each student, a column for each deliverable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.curriculum import Deliverable
from bot.oversight.map_words import place, span
from bot.oversight.rules import MARKS, Mark, Report, Row, Sign
from bot.progress.canvas import Box, Canvas, Point, drawable, fitted, text_width

# Readers who see fewer colours can still tell these apart by their brightness; a letter or a shape says the same.
GROUND, STRIPE, SLOT = "#1e1f22", "#26282c", "#303238"
WHITE, MUTED, FAINT, DARK = "#f2f3f5", "#b9bec7", "#6d717b", "#101114"
LATE = "#e69f00"
FILLS: dict[Mark, str] = {
    "accepted": "#12a67c",
    "in review": "#56b4e9",
    "handed in": "#2f6c94",
    "missed": "#f0643c",
    "excused": SLOT,
    "not expected": SLOT,
}
LETTERS: dict[Mark, tuple[str, str]] = {
    "accepted": ("A", DARK),
    "in review": ("R", DARK),
    "handed in": ("H", WHITE),
    "excused": ("E", MUTED),
    "not expected": ("N", MUTED),
}

MARGIN, NAMES = 40, 290
LEAST_WIDTH = 760  # the heading needs as much: a name beside how far the course is
# Of a column: up to three times as wide as a row is high it still is a cell, and 33 fit a screen that is turned.
WIDE, NARROW = 126, 30
MOST_WIDTH = 1200  # before columns are narrower than their widest
TALL, LOW = 42, 34  # of a row: thirty can be read on a phone, sixty on anything larger
FEW = 30  # students
LEGEND, LINE = 146, 46  # where the legend begins, and how much each of its lines takes
KEY, BETWEEN = 34, 26  # the side of a key of the legend, and the gap before the next one
TOP = 262  # where the first row begins below a legend of one line


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the cells of one picture are, right of the names of their rows."""

    columns: int
    rows: int
    top: int = TOP
    names: int = NAMES

    @property
    def step(self) -> int:
        """The width of a column."""
        return max(NARROW, min(WIDE, (MOST_WIDTH - 2 * MARGIN - self.names) // max(1, self.columns)))

    @property
    def height_of_row(self) -> int:
        """The height of a row."""
        return TALL if self.rows <= FEW else LOW

    @property
    def width(self) -> int:
        """Of the whole picture."""
        return max(LEAST_WIDTH, 2 * MARGIN + self.names + self.step * self.columns)

    @property
    def size(self) -> tuple[int, int]:
        """Of the whole picture."""
        return self.width, self.top + self.height_of_row * max(1, self.rows) + MARGIN

    def cell(self, row: int, column: int) -> Box:
        """One cell, without the gap around it."""
        left, top = MARGIN + self.names + self.step * column, self.top + self.height_of_row * row
        return left + 2, top + 2, left + self.step - 2, top + self.height_of_row - 2


def heat_map(report: Report, page: int) -> bytes:
    """One page of a report as a PNG; equal figures give equal bytes."""
    rows = report.page(page)
    grid = Grid(len(report.deliverables), len(rows))
    signs = _signs(report, rows)
    keys = legend(signs, grid.width)
    grid = replace(grid, top=TOP + (keys[-1].top - LEGEND if keys else 0))
    canvas = Canvas(*grid.size, GROUND)
    heading(canvas, report, span(report, page), grid.width)
    for sign, key in zip(signs, keys, strict=True):
        _key(canvas, sign, key)
    columns(canvas, grid, report.deliverables)
    at_risk = {item.member.id for item in report.at_risk}
    for number, row in enumerate(rows):
        _row(canvas, grid, report, number, row, is_at_risk=row.member.id in at_risk)
    if not rows or not report.deliverables:
        said = "Nothing is asked for yet" if rows else "No students on the roster yet"
        canvas.text((grid.size[0] / 2, grid.top + 30), said, 30, MUTED, anchor="ms")
    return canvas.png()


def heading(canvas: Canvas, report: Report, shown: str, width: int) -> None:
    """Which cohort a picture is about, how far its course is, and who of it is shown."""
    right = width - MARGIN
    when = place(report)
    room = right - MARGIN - text_width(when, 34, bold=True) - 40
    name = drawable(report.running.cohort.name) or "The cohort"
    canvas.text((MARGIN, 74), fitted(name, room, 44, bold=True), 44, WHITE, bold=True)
    canvas.text((right, 74), when, 34, WHITE, bold=True, anchor="rs")
    canvas.text((MARGIN, 116), shown, 28, MUTED)


@dataclass(frozen=True, slots=True)
class Key:
    """A sign of the legend, and where it stands."""

    sign: str
    left: float
    top: int

    @property
    def box(self) -> Box:
        """Where the sign itself is."""
        return self.left, self.top, self.left + KEY, self.top + KEY

    @property
    def right(self) -> float:
        """Where its word ends."""
        return self.left + KEY + 10 + text_width(self.sign, 24)


def legend(signs: Sequence[str], width: int) -> Sequence[Key]:
    """Signs side by side in as many lines as they need."""
    keys: list[Key] = []
    left, top = float(MARGIN), LEGEND
    for sign in signs:
        key = Key(sign, left, top)
        if key.right > width - MARGIN and left > MARGIN:
            top += LINE
            key = Key(sign, MARGIN, top)
        keys.append(key)
        left = key.right + BETWEEN
    return keys


def _signs(report: Report, rows: Sequence[Row]) -> list[Sign]:
    """What occurs in the picture, and nothing else."""
    cells = [row.cells[item.key] for row in rows for item in report.deliverables]
    occurs = {cell.mark for cell in cells}
    signs: list[Sign] = [mark for mark in MARKS if mark in occurs]
    if any(cell.line.late for cell in cells):
        signs.append("late")
    if {item.member.id for item in report.at_risk} & {row.member.id for row in rows}:
        signs.append("at risk")
    return signs


def _key(canvas: Canvas, sign: Sign, key: Key) -> None:
    if sign == "at risk":
        canvas.text((key.left + KEY / 2, key.top + 28), "!", 30, LATE, bold=True, anchor="ms")
    elif sign == "late":
        canvas.panel(key.box, SLOT, radius=5)
        _corner(canvas, key.box)
    else:
        _mark(canvas, key.box, sign)
    words(canvas, key)


def words(canvas: Canvas, key: Key) -> None:
    """What a sign of the legend stands for."""
    canvas.text((key.left + KEY + 10, key.top + 26), key.sign, 24, MUTED)


def columns(canvas: Canvas, grid: Grid, deliverables: Sequence[Deliverable]) -> None:
    """What each column is: a capstone's part by its number higher up than a week's, since they would touch."""
    canvas.text((MARGIN, grid.top - 14), "week", 24, MUTED)
    if any(item.track == "capstone" for item in deliverables):
        canvas.text((MARGIN, grid.top - 44), "capstone part", 24, LATE)
    for column, item in enumerate(deliverables):
        left, _, right, _ = grid.cell(0, column)
        is_weekly = item.track == "weekly"
        words = str(item.week) if is_weekly else item.key.removeprefix("c")
        at = ((left + right) / 2, grid.top - 14 if is_weekly else grid.top - 44)
        size = 22 if is_weekly or grid.step > NARROW else 18  # "1.1" is as wide as a narrow column
        canvas.text(at, words, size, MUTED if is_weekly else LATE, anchor="ms")


def _row(canvas: Canvas, grid: Grid, report: Report, number: int, row: Row, *, is_at_risk: bool) -> None:
    height = grid.height_of_row
    top = grid.top + height * number
    if number % 2:
        canvas.panel((MARGIN - 12, top, grid.size[0] - MARGIN + 12, top + height), STRIPE, radius=6)
    baseline = top + height * 0.68
    size = 26 if height == TALL else 24
    if is_at_risk:
        canvas.text((MARGIN + 4, baseline), "!", size, LATE, bold=True, anchor="ms")
    name = drawable(row.member.name) or f"student {row.member.id}"
    canvas.text((MARGIN + 16, baseline), fitted(name, NAMES - 30, size), size, WHITE)
    for column, item in enumerate(report.deliverables):
        box = grid.cell(number, column)
        _mark(canvas, box, row.cells[item.key].mark)
        if row.cells[item.key].line.late:
            _corner(canvas, box)


def _mark(canvas: Canvas, box: Box, mark: Mark) -> None:
    left, top, right, foot = box
    middle: Point = ((left + right) / 2, (top + foot) / 2)
    if mark in FILLS:
        canvas.panel(box, FILLS[mark], radius=5)
    if mark in LETTERS:
        letter, colour = LETTERS[mark]
        canvas.text((middle[0], middle[1] + 8), letter, 22, colour, bold=True, anchor="ms")
    elif mark == "missed":
        canvas.cross(middle, 7, DARK, 4)
    elif mark == "open":
        canvas.dot(middle, 8, GROUND, ring=FAINT)
    else:
        canvas.dot(middle, 2, FAINT)


def _corner(canvas: Canvas, box: Box) -> None:
    """What came late has its corner turned down."""
    _, top, right, _ = box
    canvas.shape([(right - 13, top), (right, top), (right, top + 13)], DARK)
    canvas.shape([(right - 10, top), (right, top), (right, top + 10)], LATE)
