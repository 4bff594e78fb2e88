"""A rubric over the course in one picture: a line for each criterion, with who gave the scores kept apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.progress.canvas import Canvas, Point, drawable, fitted, text_width
from bot.progress.figures import percent, share
from bot.progress.look import (
    ACROSS_A_GAP,
    FAINT,
    GRID,
    GROUND,
    LABEL,
    MARGIN,
    MUTED,
    PANEL,
    RIGHT,
    SCORE,
    SMALL,
    WHITE,
    WIDTH,
    arrow,
    heading,
    labelled,
    legend,
    nothing_yet,
)
from bot.progress.trend_words import counted, latest, works
from bot.progress.trends import CriterionTrend, RubricTrend, Scored

SPREAD, MENTORS, OWN = "#4a86ad", "#e69f00", "#f2f3f5"

TOP, ROW, CHART = 206, 176, 124  # where the first criterion begins, its height, and that of its chart
LEFT = 500  # where charts begin, right of titles and values
ROOM = LEFT - MARGIN - 74  # for those, left of the charts' own numbers
WIDEST = 108  # of a column: two pieces of work stand beside each other and not at the ends
BLANK = 420  # the height of a picture with nothing in it
MOST = 24  # pieces of work; older ones are left out, since more would touch each other


@dataclass(frozen=True, slots=True)
class _Chart:
    """Where things are in one criterion's chart."""

    top: float
    columns: dict[str, float]
    """The middle of each piece of work's column, by its key."""

    def at(self, work: Scored, value: float) -> Point:
        return self.columns[work.deliverable], self.height(value)

    def height(self, value: float) -> float:
        return self.top + CHART * (1 - share(value))


def rubric_card(name: str, trend: RubricTrend) -> bytes:
    """The picture as a PNG; equal figures give equal bytes."""
    everything = works(trend)
    pieces = everything[-MOST:]
    if not pieces:
        return _blank(name, trend)
    canvas = Canvas(WIDTH, TOP + ROW * len(trend.criteria) + 76, GROUND)
    number = counted(len(pieces), "piece")
    shown = number if len(pieces) == len(everything) else f"The latest {number}"
    heading(canvas, name, trend.title, f"{shown} of work")
    _signs(canvas, trend, pieces)
    width = min(WIDEST, (RIGHT - LEFT) / len(pieces))
    columns = {work.deliverable: LEFT + width * (place + 0.5) for place, work in enumerate(pieces)}
    for place, criterion in enumerate(trend.criteria):
        top = TOP + ROW * place
        if place % 2 == 0:
            canvas.panel((MARGIN - 20, top, RIGHT + 20, top + ROW), PANEL, radius=14)
        _criterion(canvas, criterion, top)
        _scores(canvas, criterion, _Chart(top + (ROW - CHART) / 2, columns))
    _works(canvas, pieces, width, TOP + ROW * len(trend.criteria) + 44)
    return canvas.png()


def _blank(name: str, trend: RubricTrend) -> bytes:
    canvas = Canvas(WIDTH, BLANK, GROUND)
    heading(canvas, name, trend.title, "")
    nothing_yet(canvas, (MARGIN, 150, RIGHT, BLANK - MARGIN), "Scores appear after the first reviews.")
    return canvas.png()


def _signs(canvas: Canvas, trend: RubricTrend, pieces: Sequence[Scored]) -> None:
    shown = {work.deliverable for work in pieces}
    scored = [work for item in trend.criteria for work in item.scored if work.deliverable in shown]
    peers = [work.peers for work in scored if work.peers is not None]
    signs = {
        "peers": (any(scores.is_enough for scores in peers), _peers_sign),
        "lowest to highest": (any(scores.low < scores.high for scores in peers), _spread_sign),
        "one review only": (not all(scores.is_enough for scores in peers), _thin_sign),
        "mentors": (any(work.mentors is not None for work in scored), _mentors_sign),
        "own": (any(work.own is not None for work in scored), _own_sign),
    }
    legend(canvas, "", 176, signs)


def _criterion(canvas: Canvas, criterion: CriterionTrend, top: float) -> None:
    """Its title, the newest score, where that goes, and what it rests on."""
    canvas.text((MARGIN, top + 48), fitted(drawable(criterion.title), ROOM, LABEL), LABEL, WHITE, bold=True)
    newest = latest(criterion)
    value = "–" if newest is None else percent(newest.scores.mean)
    colour = WHITE if newest is not None and newest.says_enough else MUTED
    canvas.text((MARGIN, top + 102), value, 46, colour, bold=True)
    if criterion.way:
        arrow(canvas, (MARGIN + text_width(value, 46, bold=True) + 34, top + 86), criterion.way)
    if newest is None:
        rests = "nobody else's score"
    elif newest.by == "mentors":
        rests = f"{newest.work.place}, mentors"
    else:
        rests = f"{newest.work.place}, {counted(newest.scores.count, 'review')}"
    canvas.text((MARGIN, top + 140), fitted(drawable(rests), ROOM, SMALL), SMALL, MUTED)


def _scores(canvas: Canvas, criterion: CriterionTrend, chart: _Chart) -> None:
    for level in (0, 0.5, 1):
        height = chart.height(level)
        canvas.line([(LEFT, height), (RIGHT, height)], GRID, 2)
        canvas.text((LEFT - 14, height + 9), f"{level * 100:.0f}", SMALL - 3, MUTED, anchor="rs")
    scored = [work for work in criterion.scored if work.deliverable in chart.columns]
    for work in scored:
        if work.peers is not None and work.peers.low < work.peers.high:
            _bar(canvas, chart.at(work, work.peers.high), chart.at(work, work.peers.low))
    order = list(chart.columns)
    line = [(order.index(work.deliverable), chart.at(work, work.peers.mean)) for work in scored if work.peers]
    for (one, here), (other, there) in pairwise(line):
        adjacent = other == one + 1
        canvas.line([here, there], SCORE if adjacent else ACROSS_A_GAP, 4 if adjacent else 2)
    for work in scored:
        _marks(canvas, chart, work)


def _marks(canvas: Canvas, chart: _Chart, work: Scored) -> None:
    """The largest first and the ring last, so that each is seen where all are in one place."""
    if work.mentors is not None:
        _mentors_sign(canvas, chart.at(work, work.mentors.mean))
    if work.peers is not None:
        _dot(canvas, chart.at(work, work.peers.mean), sound=work.peers.is_enough)
    if work.own is not None:
        _own_sign(canvas, chart.at(work, work.own))


def _works(canvas: Canvas, pieces: Sequence[Scored], width: float, baseline: float) -> None:
    """Which piece of work each column is: its place without the word that all share."""
    kinds = {work.place.rpartition(" ")[0] for work in pieces}
    word = kinds.pop().lower() if len(kinds) == 1 else ""
    canvas.text((LEFT - 14, baseline), word or "work", SMALL, MUTED, anchor="rs")
    words = [work.place.rpartition(" ")[2] for work in pieces]
    shown = labelled(words, width, SMALL)
    for place, label in enumerate(words):
        middle = LEFT + width * (place + 0.5)
        if place in shown:
            canvas.text((middle, baseline), label, SMALL, MUTED, anchor="ms")
        else:
            canvas.dot((middle, baseline - 9), 3, FAINT)


def _dot(canvas: Canvas, at: Point, *, sound: bool) -> None:
    canvas.dot(at, 9, SCORE if sound else GROUND, ring=SCORE)


def _bar(canvas: Canvas, high: Point, low: Point) -> None:
    canvas.panel((high[0] - 5, high[1], low[0] + 5, low[1]), SPREAD, radius=4)


def _peers_sign(canvas: Canvas, at: Point) -> None:
    _dot(canvas, at, sound=True)


def _thin_sign(canvas: Canvas, at: Point) -> None:
    _dot(canvas, at, sound=False)


def _spread_sign(canvas: Canvas, at: Point) -> None:
    _bar(canvas, (at[0], at[1] - 15), (at[0], at[1] + 15))


def _mentors_sign(canvas: Canvas, at: Point) -> None:
    x, y = at
    for reach, colour in ((19, GROUND), (16, MENTORS)):
        canvas.shape([(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)], colour)


def _own_sign(canvas: Canvas, at: Point) -> None:
    canvas.circle(at, 14, OWN, 3)
