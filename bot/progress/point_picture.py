"""Defects and risks by week in one picture: what was found, what of it is resolved, and what keeps coming back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.progress.canvas import Box, Canvas, Point, fitted
from bot.progress.look import (
    FAINT,
    GRID,
    GROUND,
    MARGIN,
    MUTED,
    RIGHT,
    SMALL,
    WHITE,
    WIDTH,
    Sign,
    counts,
    heading,
    headline,
    labelled,
    legend,
    nothing_yet,
    swatch,
)
from bot.progress.trend_words import again, as_they_were, found, kinds_of, settled, still_open
from bot.progress.trends import PointsOfWeek, PointTrend
from bot.reviews.rules import PointKind

DEFECT, RISK, RISK_STRIPE, SUGGESTION = "#f0643c", "#e69f00", "#805800", "#cc79a7"
RESOLVED, OPEN = "#12a67c", "#f2f3f5"

LEFT = 132
TOPS, TALL = (318, 604), 190  # where the two charts begin, and their height
FOOT = TOPS[1] + TALL + 44  # the baseline of the weeks' numbers
WIDEST = 108  # of a column: a single week is no wall
BLANK = 420  # the height of a picture with nothing in it
REPEATED = 3  # lines below; the words beside the picture have the rest


@dataclass(frozen=True, slots=True)
class _Chart:
    """Where things are in one of the two charts."""

    top: int
    most: int
    first: int
    width: float

    def height(self, count: int) -> float:
        return self.top + TALL * (1 - count / self.most)

    def middle(self, week: int) -> float:
        return LEFT + self.width * (week - self.first + 0.5)

    def bar(self, week: int, below: int, count: int) -> Box:
        """The part of a column that stands on so many others."""
        half = self.width * 0.36
        middle = self.middle(week)
        return middle - half, self.height(below + count), middle + half, self.height(below)


def points_card(title: str, trend: PointTrend) -> bytes:
    """The picture as a PNG; equal figures give equal bytes."""
    weeks = trend.weeks
    if not found(weeks):
        return _blank(title, trend)
    lines = [f"Keeps coming back: {again(item)}" for item in trend.repeated[:REPEATED]]
    canvas = Canvas(WIDTH, FOOT + 46 + 42 * len(lines), GROUND)
    heading(canvas, title, "Defects and risks that reviewers found", _span(weeks))
    headline(
        canvas,
        (
            ("found", f"{found(weeks):,}"),
            ("resolved", f"{settled(weeks):,}"),
            *([("left as they were", f"{as_they_were(weeks):,}")] if as_they_were(weeks) else []),
            ("still open", f"{still_open(weeks):,}"),
        ),
    )
    first, last = weeks[0].week, weeks[-1].week
    ticks = counts(max(week.total for week in weeks))
    width = min(WIDEST, (RIGHT - LEFT) / (last - first + 1))
    above, below = (_Chart(top, ticks[-1], first, width) for top in TOPS)
    _found(canvas, above, weeks, ticks)
    _became(canvas, below, weeks, ticks)
    _numbers(canvas, below, weeks)
    for number, words in enumerate(lines):
        at = (MARGIN, FOOT + 56 + 42 * number)
        canvas.text(at, fitted(words, RIGHT - MARGIN, SMALL), SMALL, WHITE)
    return canvas.png()


def _blank(title: str, trend: PointTrend) -> bytes:
    canvas = Canvas(WIDTH, BLANK, GROUND)
    heading(canvas, title, "Defects and risks that reviewers found", _span(trend.weeks))
    box = (MARGIN, 150, RIGHT, BLANK - MARGIN)
    if trend.weeks:
        nothing_yet(canvas, box, "Reviewers found none.", title="No defects, no risks")
    else:
        nothing_yet(canvas, box, "They appear after the first reviews.")
    return canvas.png()


def _span(weeks: Sequence[PointsOfWeek]) -> str:
    if not weeks:
        return ""
    first, last = weeks[0].week, weeks[-1].week
    return f"Week {first}" if first == last else f"Weeks {first} to {last}"


def _grid(canvas: Canvas, chart: _Chart, ticks: Sequence[int]) -> None:
    for count in ticks:
        canvas.line([(LEFT, chart.height(count)), (RIGHT, chart.height(count))], GRID, 2)
        canvas.text((LEFT - 18, chart.height(count) + 9), f"{count:,}", SMALL, MUTED, anchor="rs")


def _found(canvas: Canvas, chart: _Chart, weeks: Sequence[PointsOfWeek], ticks: Sequence[int]) -> None:
    kinds = kinds_of(weeks)
    signs: dict[str, tuple[bool, Sign]] = {f"{kind}s": (True, _sign(_FILLED[kind])) for kind in kinds}
    legend(canvas, "Found in a week's work", TOPS[0] - 26, signs)
    _grid(canvas, chart, ticks)
    for week in weeks:
        below = 0
        for kind in kinds:
            count = week.opened.get(kind, 0)
            if count:
                _FILLED[kind](canvas, chart.bar(week.week, below, count))
            below += count
        if not below:
            _none(canvas, chart, week)


def _became(canvas: Canvas, chart: _Chart, weeks: Sequence[PointsOfWeek], ticks: Sequence[int]) -> None:
    signs: dict[str, tuple[bool, Sign]] = {
        "resolved": (settled(weeks) > 0, _sign(_settled)),
        "left as they were": (as_they_were(weeks) > 0, _sign(_left)),
        "still open": (still_open(weeks) > 0, _sign(_waiting)),
    }
    legend(canvas, "What became of it", TOPS[1] - 26, signs)
    _grid(canvas, chart, ticks)
    for week in weeks:
        below = 0
        for draw, count in ((_settled, week.settled), (_left, week.left), (_waiting, week.still_open)):
            if count:
                draw(canvas, chart.bar(week.week, below, count))
            below += count
        if not below:
            _none(canvas, chart, week)


def _none(canvas: Canvas, chart: _Chart, week: PointsOfWeek) -> None:
    """A week whose work was reviewed without anything being found is no gap."""
    canvas.dot((chart.middle(week.week), chart.height(0) - 8), 5, FAINT)


def _numbers(canvas: Canvas, chart: _Chart, weeks: Sequence[PointsOfWeek]) -> None:
    canvas.text((MARGIN, FOOT), "week", SMALL, MUTED)
    numbers = [str(week) for week in range(weeks[0].week, weeks[-1].week + 1)]
    for place in labelled(numbers, chart.width, SMALL):
        canvas.text((chart.middle(chart.first + place), FOOT), numbers[place], SMALL, MUTED, anchor="ms")


def _defects(canvas: Canvas, box: Box) -> None:
    canvas.panel(box, DEFECT, radius=4)


def _risks(canvas: Canvas, box: Box) -> None:
    canvas.hatched(box, RISK, RISK_STRIPE, radius=4)


def _suggestions(canvas: Canvas, box: Box) -> None:
    canvas.panel(box, GROUND, radius=4, outline=SUGGESTION)


def _settled(canvas: Canvas, box: Box) -> None:
    canvas.panel(box, RESOLVED, radius=4)


def _left(canvas: Canvas, box: Box) -> None:
    canvas.panel(box, FAINT, radius=4)


def _waiting(canvas: Canvas, box: Box) -> None:
    canvas.panel(box, GROUND, radius=4, outline=OPEN)


_FILLED: Mapping[PointKind, Callable[[Canvas, Box], None]] = {
    "defect": _defects,
    "risk": _risks,
    "suggestion": _suggestions,
}


def _sign(draw: Callable[[Canvas, Box], None]) -> Sign:
    """The key of a bar that is drawn so."""

    def sign(canvas: Canvas, at: Point) -> None:
        draw(canvas, swatch(at))

    return sign
