"""Everybody of a large cohort in one picture: thin rows without names, those with the most missing on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from bot.oversight.heat_map import (
    DARK,
    FAINT,
    FILLS,
    GROUND,
    LATE,
    LEGEND,
    MARGIN,
    MUTED,
    SLOT,
    TOP,
    WHITE,
    Grid,
    columns,
    heading,
    heat_map,
    legend,
    words,
)
from bot.oversight.map_words import NOT_ASKED, STATES, in_states
from bot.oversight.rules import OVERVIEW, Report, Row, by_name
from bot.progress.canvas import Box, Canvas
from bot.progress.look import counts

COLOURS = {
    "accepted": FILLS["accepted"],
    "in review": FILLS["in review"],
    "handed in": FILLS["handed in"],
    "missed": FILLS["missed"],
    NOT_ASKED: SLOT,
    "open": SLOT,
    "not begun": GROUND,
}
HATCHED = {
    "missed": "#7a2a10",
    "open": FAINT,
}  # what else could be taken for its neighbours where all is grey
AT_RISK = "at risk"

GUTTER = 176  # left of the cells: the scale, and who is at risk
STACK = 240  # the height of the columns that count states
GAP = 130  # from those to the first row: two lines of numbers, and a heading
THICK, HIGHEST = 12, 1500  # of a row with few students, and of all rows together: three units each for 500
ROOM = 22, 56  # the height and the width that a number in a column needs
SIZE = 24


def picture(report: Report, page: int) -> bytes:
    """One of a report's pictures: everybody, or a page of names."""
    return overview(report) if page == OVERVIEW else heat_map(report, page)


def overview(report: Report) -> bytes:
    """The picture as a PNG; equal figures give equal bytes."""
    rows = ordered(report)
    grid = Grid(len(report.deliverables), len(rows), names=GUTTER)
    signs = _signs(report)
    keys = legend(signs, grid.width)
    stack = TOP + (keys[-1].top - LEGEND if keys else 0)
    grid = replace(grid, top=stack + STACK + GAP)
    thick = min(THICK, HIGHEST / max(1, len(rows)))
    canvas = Canvas(grid.width, round(grid.top + thick * len(rows)) + MARGIN, GROUND)
    heading(canvas, report, f"{len(rows):,} students, most missing first", grid.width)
    for sign, key in zip(signs, keys, strict=True):
        _fill(canvas, sign, [key.box], radius=5)
        words(canvas, key)
    if not report.deliverables:
        canvas.text((grid.width / 2, grid.top), "Nothing is asked for yet", 30, MUTED, anchor="ms")
        return canvas.png()
    _stack(canvas, grid, report, stack)
    columns(canvas, grid, report.deliverables)
    _scale(canvas, grid, len(rows), thick)
    _rows(canvas, grid, report, rows, thick)
    return canvas.png()


def ordered(report: Report) -> Sequence[Row]:
    """Whom most is missing from first; then whom least is accepted of, and by name."""

    def key(row: Row) -> tuple[int, int, object]:
        accepted = sum(row.cells[item.key].mark == "accepted" for item in report.deliverables)
        return -len(report.missing(row)), accepted, by_name(row.member)

    return sorted(report.rows, key=key)


def _signs(report: Report) -> list[str]:
    """What occurs in the picture, and nothing else."""
    occurs = {state for item in report.deliverables for state in in_states(report, item)}
    signs = [state for state in dict.fromkeys(STATES.values()) if state in occurs and state != "not begun"]
    return [*signs, AT_RISK] if report.at_risk else signs


def _fill(canvas: Canvas, state: str, boxes: Sequence[Box], *, radius: float = 0) -> None:
    if state in HATCHED:
        canvas.hatched_together(boxes, COLOURS[state], HATCHED[state], radius=radius)
        return
    for box in boxes:
        canvas.panel(box, LATE if state == AT_RISK else COLOURS[state], radius=radius)


def _stack(canvas: Canvas, grid: Grid, report: Report, top: float) -> None:
    """How many are in which state with each deliverable, in the order of the legend from below."""
    everybody = len(report.rows)
    canvas.text((MARGIN, top - 24), "How many are where", SIZE, WHITE, bold=True)
    for count in (0, everybody // 2, everybody):
        height = top + STACK * (1 - count / everybody)
        canvas.text((MARGIN + GUTTER - 36, height + 9), f"{count:,}", SIZE, MUTED, anchor="rs")
        canvas.line([(MARGIN + GUTTER - 26, height), (MARGIN + GUTTER - 6, height)], FAINT, 2)
    for column, item in enumerate(report.deliverables):
        left, _, right, _ = grid.cell(0, column)
        found, foot = in_states(report, item), top + STACK
        for state in dict.fromkeys(STATES.values()):
            height = STACK * found[state] / everybody
            if not found[state] or state == "not begun":
                continue
            _fill(canvas, state, [(left, foot - height, right, foot)])
            foot -= height
            if height >= ROOM[0] and right - left >= ROOM[1]:
                _number(canvas, ((left + right) / 2, foot + height / 2), state, found[state])


def _number(canvas: Canvas, at: tuple[float, float], state: str, count: int) -> None:
    """How many, on a plate where hatching would run through it."""
    x, y = at
    if state in HATCHED:
        canvas.panel((x - 26, y - 11, x + 26, y + 11), COLOURS[state], radius=6)
    light = state in ("handed in", "open", NOT_ASKED)
    canvas.text((x, y + 8), f"{count:,}", 22, WHITE if light else DARK, bold=True, anchor="ms")


def _scale(canvas: Canvas, grid: Grid, students: int, thick: float) -> None:
    """How many students are above each line."""
    for count in counts(students, lines=10):
        if count <= students:
            height = grid.top + thick * count
            canvas.text((MARGIN + GUTTER - 62, height + 9), f"{count:,}", SIZE, MUTED, anchor="rs")
            canvas.line([(MARGIN + GUTTER - 52, height), (MARGIN + GUTTER - 36, height)], FAINT, 2)


def _rows(canvas: Canvas, grid: Grid, report: Report, rows: Sequence[Row], thick: float) -> None:
    risky = {item.member.id for item in report.at_risk}
    left = MARGIN + GUTTER - 28
    strip = _runs([AT_RISK if row.member.id in risky else "" for row in rows])
    _fill(canvas, AT_RISK, [_tall(grid, thick, run, left, left + 16) for run in strip.get(AT_RISK, ())])
    boxes: dict[str, list[Box]] = {}
    for column, item in enumerate(report.deliverables):
        x0, _, x1, _ = grid.cell(0, column)
        for state, runs in _runs([STATES[row.cells[item.key].mark] for row in rows]).items():
            boxes.setdefault(state, []).extend(_tall(grid, thick, run, x0, x1) for run in runs)
    for state, found in boxes.items():
        _fill(canvas, state, found)


def _tall(grid: Grid, thick: float, run: tuple[int, int], left: float, right: float) -> Box:
    """The part of a column that some rows take."""
    first, end = run
    return left, grid.top + thick * first, right, grid.top + thick * end


def _runs(states: Sequence[str]) -> dict[str, list[tuple[int, int]]]:
    """Rows in one state that follow each other, from the first of them to the one after the last."""
    runs: dict[str, list[tuple[int, int]]] = {}
    first = 0
    for state, group in groupby(states):
        end = first + sum(1 for _ in group)
        runs.setdefault(state, []).append((first, end))
        first = end
    return runs
