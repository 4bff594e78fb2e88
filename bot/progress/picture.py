"""A student's course in one picture: headline numbers, scores beside the cohort's, and the work of every week."""

from __future__ import annotations

from itertools import pairwise

from bot.progress.canvas import Box, Canvas, Point
from bot.progress.figures import StudentCard, WeekFigures, alt_text, percent, share
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
    SLOT,
    SMALL,
    WHITE,
    WIDTH,
    arrow,
    heading,
    headline,
    legend,
    nothing_yet,
    swatch,
)
from bot.reviews.rules import ENOUGH

__all__ = ["StudentCard", "WeekFigures", "alt_text", "student_card"]

HEIGHT = 760
LEFT = 132
SCORE_TOP, SCORE_FOOT = 318, 522
WORK_TOP, WORK_FOOT = 606, 690

COHORT = "#d0d3d9"
ON_TIME, LATE, MISSED = "#12a67c", "#e69f00", "#f0643c"
LATE_STRIPE = "#805800"


def student_card(card: StudentCard) -> bytes:
    """The picture as a PNG; equal figures give equal bytes."""
    canvas = Canvas(WIDTH, HEIGHT, GROUND)
    heading(canvas, card.name, card.cohort, card.when.capitalize())
    if card.is_blank:
        _nothing_yet(canvas, card)
    else:
        _headlines(canvas, card)
        _mark_now(canvas, card)
        _scores(canvas, card)
        _work(canvas, card)
    _week_numbers(canvas, card)
    return canvas.png()


def _headlines(canvas: Canvas, card: StudentCard) -> None:
    evidence, score = card.evidence, card.score_lately
    asked = max(card.reviews_owed, card.reviews_given)
    numbers = (
        ("handed in", f"{len(card.handed_in)} of {len(card.due)}" if card.due else "–"),
        ("evidence", "–" if evidence is None else percent(evidence)),
        ("too few scores" if score is None else "score lately", "–" if score is None else percent(score)),
        ("reviews on time", f"{card.given_on_time} of {asked}" if asked else "–"),
    )
    ends = headline(canvas, numbers)
    if score is not None and card.trend:
        right, baseline = ends[2]
        arrow(canvas, (right + 34, baseline - 16), card.trend)


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
        _score_dot(canvas, at, max(week.reviews, ENOUGH) if week.is_sound else week.reviews)
    if not scored:
        words = "Scores appear after the first reviews"
        canvas.text(((LEFT + RIGHT) / 2, _height(0.5) + 42), words, LABEL, MUTED, anchor="ms")
    signs = {
        "score": (any(w.is_sound for _, _, w in scored), _sound_sign),
        "one review only": (any(not w.is_sound for _, _, w in scored), _thin_sign),
        "cohort": (bool(medians), _cohort_sign),
    }
    legend(canvas, "Rubric score, %", 292, signs)


def _score_dot(canvas: Canvas, at: Point, reviews: int) -> None:
    """A larger dot rests on more reviews; a hollow one on too few."""
    if reviews < ENOUGH:
        canvas.dot(at, 10, GROUND, ring=SCORE)
    else:
        canvas.dot(at, min(10 + (reviews - ENOUGH) * 1.5, 14), SCORE)


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
    legend(canvas, "Work and its evidence", 580, signs)


def _sound_sign(canvas: Canvas, at: Point) -> None:
    _score_dot(canvas, at, ENOUGH)


def _thin_sign(canvas: Canvas, at: Point) -> None:
    _score_dot(canvas, at, ENOUGH - 1)


def _cohort_sign(canvas: Canvas, at: Point) -> None:
    canvas.dashes([(at[0] - 17, at[1]), (at[0] + 16, at[1])], COHORT, 4, dash=12, gap=9)


def _on_time_sign(canvas: Canvas, at: Point) -> None:
    canvas.panel(swatch(at), ON_TIME, radius=4)


def _late_sign(canvas: Canvas, at: Point) -> None:
    canvas.hatched(swatch(at), LATE, LATE_STRIPE, radius=4)


def _missed_sign(canvas: Canvas, at: Point) -> None:
    canvas.cross(at, 9, MISSED, 6)


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
    nothing_yet(canvas, (MARGIN, 164, RIGHT, 622), "Your first week will appear here.")
