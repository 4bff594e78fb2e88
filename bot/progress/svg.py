"""Small charts for pages and exports, as SVG inside the page: no script, no style, the colours of the text around.

Classes let a stylesheet colour them; shape, stripes and outline say the same without. A table stands beside each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise

from markupsafe import Markup

from bot.progress.figures import WeekFigures, percent, share
from bot.progress.look import counts
from bot.progress.trend_words import as_they_were, found, kinds_of, points_in_words
from bot.progress.trends import PointsOfWeek, PointTrend
from bot.reviews.rules import PointKind

WIDE, LEFT, RIGHT = 400, 40, 392  # units; a phone shows about one pixel for each
SCORE_TOP, SCORE_FOOT = 12, 112
TOPS, TALL = (32, 152), 80  # of the two charts of points
WIDEST = 34  # of a column: a single week is no wall
STRIPE, APART = 6, 2.4  # from one stripe to the next, and how much of that is between them
NARROW = 20  # of a column: where labels would touch, every fourth week has one
EVERY = 4

_SVG = Markup(
    '<svg class="chart" viewBox="0 0 {} {}" role="img" xmlns="http://www.w3.org/2000/svg" font-family="inherit">'
    "<title>{}</title><desc>{}</desc>{}</svg>"
)
_LABEL = Markup(
    '<text class="label" x="{}" y="{}" font-size="12" fill="currentColor" text-anchor="{}">{}</text>'
)
_GRID = Markup('<path class="grid" d="{}" fill="none" stroke="currentColor" stroke-opacity=".4"/>')
_LINE = Markup('<path class="line" d="{}" fill="none" stroke="currentColor" stroke-width="2"/>')
_GAP = Markup('<path class="axis" d="{}" fill="none" stroke="currentColor" stroke-dasharray="2 4"/>')
_DOT = Markup('<circle class="dot" cx="{}" cy="{}" r="4.5" fill="currentColor"/>')
_RING = Markup(
    '<circle class="line" cx="{}" cy="{}" r="4" fill="none" stroke="currentColor" stroke-width="2"/>'
)
_SOLID = Markup('<path class="bar" d="{}" fill="currentColor"/>')
_STRIPED = Markup('<path class="bar-b" d="{}" fill="currentColor"/>')
_LEFT = Markup(
    '<path class="bar-c" d="{}" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="3 2"/>'
)
_RESOLVED = Markup('<path class="bar resolved" d="{}" fill="currentColor" fill-opacity=".7"/>')
_OPEN = Markup('<path class="bar-c" d="{}" fill="none" stroke="currentColor" stroke-width="1.5"/>')


def score_line(weeks: Sequence[WeekFigures], title: str = "Rubric score by week, in percent") -> Markup:
    """A student's weekly scores, hollow where they rest on too few reviews; without anybody else's."""
    scored = [(place, week) for place, week in enumerate(weeks) if week.score is not None]
    width = _width(len(weeks))

    def at(place: int, score: float | None) -> tuple[float, float]:
        return LEFT + width * (place + 0.5), SCORE_FOOT - (SCORE_FOOT - SCORE_TOP) * share(score or 0)

    parts = [_grid({at(0, level)[1]: f"{level * 100:.0f}" for level in (0, 0.5, 1)})]
    points = [(place, at(place, week.score)) for place, week in scored]
    runs = [
        [at_ for _, (_, at_) in run]
        for _, run in groupby(enumerate(points), lambda item: item[1][0] - item[0])
    ]
    parts += [_GAP.format(_path([one[-1], other[0]])) for one, other in pairwise(runs)]
    parts += [_LINE.format(_path(run)) for run in runs if len(run) > 1]
    for place, week in scored:
        mark = _DOT if week.is_sound else _RING
        parts.append(mark.format(*map(_number, at(place, week.score))))
    if not scored:
        middle = (SCORE_TOP + SCORE_FOOT) / 2 - 8
        parts.append(_label((LEFT + RIGHT) / 2, middle, "Scores appear after the first reviews"))
    parts.append(_weeks([week.week for week in weeks], SCORE_FOOT + 20))
    return _SVG.format(WIDE, SCORE_FOOT + 28, title, _scores_in_words(scored), Markup().join(parts))


def _scores_in_words(scored: Sequence[tuple[int, WeekFigures]]) -> str:
    if not scored:
        return "No scores yet."
    said = [
        f"week {week.week} {percent(week.score or 0)}{'' if week.is_sound else ' (one review only)'}"
        for _, week in scored
    ]
    return f"{', '.join(said)}.".capitalize()


def points_bars(trend: PointTrend, title: str = "Defects and risks by week") -> Markup:
    """What was found in each week's work by kind, and below it what became of that."""
    weeks = trend.weeks
    if not found(weeks):
        said = "Nothing was found" if weeks else "They appear after the first reviews"
        words = _label(WIDE / 2, 34, said)
        return _SVG.format(WIDE, 56, title, points_in_words(trend), words)
    ticks = counts(max(week.total for week in weeks), lines=2)
    numbers = range(weeks[0].week, weeks[-1].week + 1)
    columns = _Columns(_width(len(numbers)), numbers.start, ticks[-1])
    parts: list[Markup] = []
    for top, named in zip(TOPS, _legends(weeks), strict=True):
        parts.append(_grid({columns.height(top, count): f"{count:,}" for count in ticks}))
        parts.append(_key(top - 14, named))
    for week in weeks:
        parts += _found(columns, week)
        parts += _became(columns, week)
    parts.append(_weeks(numbers, TOPS[1] + TALL + 20))
    return _SVG.format(WIDE, TOPS[1] + TALL + 28, title, points_in_words(trend), Markup().join(parts))


class _Columns:
    """Where the columns of both charts are."""

    def __init__(self, width: float, first: int, most: int) -> None:
        self._width, self._first, self._most = width, first, most

    def height(self, top: float, count: int) -> float:
        return top + TALL * (1 - count / self._most)

    def bar(self, top: float, week: int, below: int, count: int) -> tuple[float, float, float, float]:
        """Left, top, width and height of what stands on so many others."""
        left = LEFT + self._width * (week - self._first + 0.14)
        high = self.height(top, below + count)
        return left, high, self._width * 0.72, self.height(top, below) - high


def _found(columns: _Columns, week: PointsOfWeek) -> Iterable[Markup]:
    below = 0
    for kind in kinds_of([week]):
        count = week.opened[kind]
        yield _filled(kind, columns.bar(TOPS[0], week.week, below, count))
        below += count


def _became(columns: _Columns, week: PointsOfWeek) -> Iterable[Markup]:
    below = 0
    for sign, count in ((_RESOLVED, week.settled), (_LEFT, week.left), (_OPEN, week.still_open)):
        if count:
            yield sign.format(_rectangle(columns.bar(TOPS[1], week.week, below, count)))
        below += count


def _filled(kind: PointKind, bar: tuple[float, float, float, float]) -> Markup:
    """Defects are solid, risks striped, anything else an outline."""
    if kind == "defect":
        return _SOLID.format(_rectangle(bar))
    if kind == "risk":
        return _STRIPED.format(_stripes(bar))
    return _OPEN.format(_rectangle(bar))


def _legends(weeks: Sequence[PointsOfWeek]) -> Sequence[Sequence[tuple[str, Markup]]]:
    """What each chart's signs are: a word, and the sign drawn at (0, 0), 10 units wide."""
    square = (0, 0, 10, 10)
    kinds = [(f"{kind}s", _filled(kind, square)) for kind in kinds_of(weeks)]
    became = [
        ("resolved", _RESOLVED.format(_rectangle(square))),
        *([("left as is", _LEFT.format(_rectangle(square)))] if as_they_were(weeks) else []),
        ("still open", _OPEN.format(_rectangle(square))),
    ]
    return [("Found:", Markup()), *kinds], [("Of these:", Markup()), *became]


def _key(baseline: float, named: Iterable[tuple[str, Markup]]) -> Markup:
    parts, left = list[Markup](), float(LEFT)
    for words, sign in named:
        if sign:
            moved = Markup('<g transform="translate({} {})">{}</g>')
            parts.append(moved.format(_number(left), _number(baseline - 10), sign))
            left += 15
        parts.append(_label(left, baseline, words, "start"))
        left += 7 * len(words) + 12  # about as wide as a letter is; an SVG knows no widths
    return Markup().join(parts)


def _width(columns: int) -> float:
    return min(WIDEST, (RIGHT - LEFT) / max(1, columns))


def _weeks(numbers: Sequence[int], baseline: float) -> Markup:
    width = _width(len(numbers))
    parts = [_label(LEFT - 6, baseline, "week", "end")]
    for place, number in enumerate(numbers):
        if width >= NARROW or number % EVERY == 0 or number == 1:
            parts.append(_label(LEFT + width * (place + 0.5), baseline, str(number)))
    return Markup().join(parts)


def _grid(levels: dict[float, str]) -> Markup:
    lines = Markup().join(_GRID.format(_path([(LEFT, height), (RIGHT, height)])) for height in levels)
    return lines + Markup().join(
        _label(LEFT - 6, height + 4, words, "end") for height, words in levels.items()
    )


def _label(x: float, y: float, words: str, anchor: str = "middle") -> Markup:
    return _LABEL.format(_number(x), _number(y), anchor, words)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{_number(x)} {_number(y)}" for x, y in points)


def _rectangle(bar: tuple[float, float, float, float]) -> str:
    left, top, width, height = map(_number, bar)
    return f"M{left} {top}h{width}v{height}h-{width}z"


def _stripes(bar: tuple[float, float, float, float]) -> str:
    """A rectangle as stripes across it, apart from what it stands on; at least one, however low it is."""
    left, top, width, height = bar
    foot, stripes = max(top + 1, top + height - APART), list[str]()
    while top < foot:
        stripes.append(_rectangle((left, top, width, min(STRIPE - APART, foot - top))))
        top += STRIPE
    return "".join(stripes)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
