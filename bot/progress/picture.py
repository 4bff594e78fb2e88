"""A student's course in one picture: headline numbers, scores beside the cohort's, and the work of every week."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

from bot.progress.canvas import Box, Canvas, Point, drawable, fitted, text_width
from bot.progress.figures import SAYS_ENOUGH, StudentCard, WeekFigures, alt_text, percent, share

__all__ = ["StudentCard", "WeekFigures", "alt_text", "student_card"]

WIDTH, HEIGHT = 1200, 760
MARGIN = 44
LEFT, RIGHT = 132, WIDTH - MARGIN
SCORE_TOP, SCORE_FOOT = 318, 522
WORK_TOP, WORK_FOOT = 606, 690

# Readers who see fewer colours can still tell these apart; shape and hatching say the same once more.
GROUND, PANEL, SLOT, GRID = "#1e1f22", "#2b2d31", "#303238", "#3b3d44"
WHITE, MUTED, FAINT = "#f2f3f5", "#b9bec7", "#6d717b"
SCORE, ACROSS_A_GAP, COHORT = "#56b4e9", "#36607b", "#d0d3d9"
ON_TIME, LATE, MISSED = "#12a67c", "#e69f00", "#f0643c"
LATE_STRIPE = "#805800"

LABEL, SMALL = 30, 27  # a phone shows the picture at a third of its size

Sign = Callable[[Canvas, Point], None]


def student_card(card: StudentCard) -> bytes:
    """The picture as a PNG; equal figures give equal bytes."""
    canvas = Canvas(WIDTH, HEIGHT, GROUND)
    _heading(canvas, card)
    if card.is_blank:
        _nothing_yet(canvas, card)
    else:
        _headlines(canvas, card)
        _mark_now(canvas, card)
        _scores(canvas, card)
        _work(canvas, card)
    _week_numbers(canvas, card)
    return canvas.png()


def _heading(canvas: Canvas, card: StudentCard) -> None:
    when = card.when.capitalize()
    room = RIGHT - MARGIN - text_width(when, 34, bold=True) - 40
    cohort = fitted(drawable(card.cohort), RIGHT - MARGIN, LABEL)
    name = drawable(card.name)
    canvas.text((MARGIN, 74), fitted(name or "Progress", room, 46, bold=True), 46, WHITE, bold=True)
    canvas.text((MARGIN, 118), cohort, LABEL, MUTED)
    canvas.text((RIGHT, 74), when, 34, WHITE, bold=True, anchor="rs")


def _headlines(canvas: Canvas, card: StudentCard) -> None:
    evidence, score = card.evidence, card.score_lately
    asked = max(card.reviews_owed, card.reviews_given)
    numbers = (
        ("handed in", f"{len(card.handed_in)} of {len(card.due)}" if card.due else "–"),
        ("evidence", "–" if evidence is None else percent(evidence)),
        ("too few scores" if score is None else "score lately", "–" if score is None else percent(score)),
        ("reviews on time", f"{card.given_on_time} of {asked}" if asked else "–"),
    )
    gap = 16
    width = (RIGHT - MARGIN - gap * (len(numbers) - 1)) / len(numbers)
    for place, (label, number) in enumerate(numbers):
        left = MARGIN + place * (width + gap)
        canvas.panel((left, 140, left + width, 244), PANEL, radius=14)
        shown = fitted(number, width - 40, 46, bold=True)
        canvas.text((left + 22, 192), shown, 46, WHITE, bold=True)
        canvas.text((left + 22, 228), label, SMALL, MUTED)
        if label == "score lately" and card.trend:
            _arrow(canvas, (left + 22 + text_width(shown, 46, bold=True) + 34, 176), card.trend)


def _arrow(canvas: Canvas, centre: Point, trend: str) -> None:
    x, y = centre
    turned = {
        "rising": [(x - 14, y + 12), (x + 14, y + 12), (x, y - 14)],
        "falling": [(x - 14, y - 12), (x + 14, y - 12), (x, y + 14)],
        "steady": [(x - 12, y - 14), (x - 12, y + 14), (x + 14, y)],
    }
    canvas.shape(turned[trend], SCORE)


def _column(card: StudentCard, place: int) -> tuple[float, float]:
    """The middle and the width of a week's column."""
    width = (RIGHT - LEFT) / max(1, len(card.weeks))
    return LEFT + width * (place + 0.5), width


def _height(value: float) -> float:
    return SCORE_FOOT - (SCORE_FOOT - SCORE_TOP) * share(value)


def _mark_now(canvas: Canvas, card: StudentCard) -> None:
    for place, week in enumerate(card.weeks):
        if week.week == card.now_week:
            middle, width = _column(card, place)
            for top, foot in ((SCORE_TOP, SCORE_FOOT), (WORK_TOP, WORK_FOOT)):
                canvas.panel((middle - width / 2, top - 8, middle + width / 2, foot + 8), PANEL, radius=8)


def _legend(canvas: Canvas, title: str, baseline: float, signs: Mapping[str, tuple[bool, Sign]]) -> None:
    """A heading with a key of what occurs below it, and nothing else."""
    canvas.text((MARGIN, baseline), title, LABEL, WHITE, bold=True)
    x = float(RIGHT)
    for words, (occurs, sign) in reversed(list(signs.items())):
        if occurs:
            x -= text_width(words, SMALL)
            canvas.text((x, baseline), words, SMALL, MUTED)
            sign(canvas, (x - 28, baseline - 10))
            x -= 74


def _score_grid(canvas: Canvas) -> None:
    for level in (0, 0.25, 0.5, 0.75, 1):
        canvas.line([(LEFT, _height(level)), (RIGHT, _height(level))], GRID, 2)
        if level in (0, 0.5, 1):
            canvas.text((LEFT - 18, _height(level) + 9), f"{level * 100:.0f}", SMALL, MUTED, anchor="rs")


def _scores(canvas: Canvas, card: StudentCard) -> None:
    _score_grid(canvas)
    middles = [_column(card, place)[0] for place in range(len(card.weeks))]
    medians = [(middles[i], _height(w.cohort)) for i, w in enumerate(card.weeks) if w.cohort is not None]
    if len(medians) == 1:
        _cohort_sign(canvas, medians[0])
    canvas.dashes(medians, COHORT, 3, dash=12, gap=9)
    scored = [(i, (middles[i], _height(w.score)), w) for i, w in enumerate(card.weeks) if w.score is not None]
    for (i, here, _), (j, there, _) in pairwise(scored):
        adjacent = j == i + 1
        canvas.line([here, there], SCORE if adjacent else ACROSS_A_GAP, 5 if adjacent else 3)
    for _, at, week in scored:
        _score_dot(canvas, at, week.reviews)
    if not scored:
        words = "Scores appear after the first reviews"
        canvas.text(((LEFT + RIGHT) / 2, _height(0.5) + 42), words, LABEL, MUTED, anchor="ms")
    signs = {
        "score": (any(w.reviews >= SAYS_ENOUGH for _, _, w in scored), _sound_sign),
        "one review only": (any(w.reviews < SAYS_ENOUGH for _, _, w in scored), _thin_sign),
        "cohort": (bool(medians), _cohort_sign),
    }
    _legend(canvas, "Rubric score, %", 292, signs)


def _score_dot(canvas: Canvas, at: Point, reviews: int) -> None:
    """A larger dot rests on more reviews; a hollow one on too few."""
    if reviews < SAYS_ENOUGH:
        canvas.dot(at, 10, GROUND, ring=SCORE)
    else:
        canvas.dot(at, min(10 + (reviews - SAYS_ENOUGH) * 1.5, 14), SCORE)


def _work(canvas: Canvas, card: StudentCard) -> None:
    for place, week in enumerate(card.weeks):
        middle, width = _column(card, place)
        half = width * 0.36
        slot = (middle - half, WORK_TOP, middle + half, WORK_FOOT)
        _work_of_week(canvas, week, slot, now=week.week == card.now_week)
    signs = {
        "on time": (any(not week.late for week in card.handed_in), _on_time_sign),
        "late": (any(week.late for week in card.handed_in), _late_sign),
        "missed": (bool(card.missed), _missed_sign),
    }
    _legend(canvas, "Work and its evidence", 580, signs)


def _sound_sign(canvas: Canvas, at: Point) -> None:
    _score_dot(canvas, at, SAYS_ENOUGH)


def _thin_sign(canvas: Canvas, at: Point) -> None:
    _score_dot(canvas, at, SAYS_ENOUGH - 1)


def _cohort_sign(canvas: Canvas, at: Point) -> None:
    canvas.dashes([(at[0] - 17, at[1]), (at[0] + 16, at[1])], COHORT, 4, dash=12, gap=9)


def _on_time_sign(canvas: Canvas, at: Point) -> None:
    canvas.panel(_swatch(at), ON_TIME, radius=4)


def _late_sign(canvas: Canvas, at: Point) -> None:
    canvas.hatched(_swatch(at), LATE, LATE_STRIPE, radius=4)


def _missed_sign(canvas: Canvas, at: Point) -> None:
    canvas.cross(at, 9, MISSED, 6)


def _swatch(at: Point) -> Box:
    return at[0] - 13, at[1] - 13, at[0] + 13, at[1] + 13


def _work_of_week(canvas: Canvas, week: WeekFigures, slot: Box, *, now: bool) -> None:
    """Its bar is as high as its evidence is complete; a thin foot shows work that came without any."""
    left, top, right, foot = slot
    middle = (left + right) / 2
    if week.handed_in is None:
        if now:
            canvas.panel(slot, PANEL, radius=5, outline=FAINT)
        else:
            canvas.dot((middle, foot - 6), 4, FAINT)
        return
    canvas.panel(slot, SLOT, radius=5)
    if not week.handed_in:
        reach = min(right - left, foot - top) * 0.3
        canvas.cross((middle, (top + foot) / 2), reach, MISSED, 6)
        return
    there = 1.0 if week.evidence is None else share(week.evidence)
    bar = (left, min(foot - 8, foot - (foot - top) * there), right, foot)
    if week.late:
        canvas.hatched(bar, LATE, LATE_STRIPE, radius=5)
    else:
        canvas.panel(bar, ON_TIME, radius=5)


def _week_numbers(canvas: Canvas, card: StudentCard) -> None:
    baseline = WORK_FOOT + 44
    canvas.text((MARGIN, baseline), "week", SMALL, MUTED)
    ticks = {1, *range(4, len(card.weeks) + 1, 4)}
    shows_now = any(week.week == card.now_week for week in card.weeks)
    for place, week in enumerate(card.weeks):
        middle, _ = _column(card, place)
        if week.week == card.now_week:
            canvas.panel((middle - 26, baseline - 31, middle + 26, baseline + 11), WHITE, radius=12)
            canvas.text((middle, baseline), str(week.week), SMALL, GROUND, bold=True, anchor="ms")
        elif week.week in ticks and not (shows_now and abs(week.week - card.now_week) == 1):
            canvas.text((middle, baseline), str(week.week), SMALL, MUTED, anchor="ms")


def _nothing_yet(canvas: Canvas, card: StudentCard) -> None:
    for place in range(len(card.weeks)):
        middle, _ = _column(card, place)
        canvas.dot((middle, WORK_FOOT - 6), 4, FAINT)
    canvas.panel((MARGIN, 164, RIGHT, 622), PANEL, radius=18)
    canvas.text((WIDTH / 2, 388), "Nothing to show yet", 52, WHITE, bold=True, anchor="ms")
    canvas.text((WIDTH / 2, 446), "Your first week will appear here.", 34, MUTED, anchor="ms")
