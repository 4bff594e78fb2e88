"""What the pictures of progress look like: their colours and sizes, and the parts that several of them share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log10

from bot.progress.canvas import Box, Canvas, Point, drawable, fitted, text_width

# Readers who see fewer colours can still tell these apart; shape and hatching say the same once more.
GROUND, PANEL, SLOT, GRID = "#1e1f22", "#2b2d31", "#303238", "#3b3d44"
WHITE, MUTED, FAINT = "#f2f3f5", "#b9bec7", "#6d717b"
SCORE, ACROSS_A_GAP = "#56b4e9", "#36607b"

WIDTH, MARGIN = 1200, 44
RIGHT = WIDTH - MARGIN
LABEL, SMALL = 30, 27  # a phone shows the picture at a third of its size
ROOM_FOR_SIGN, BETWEEN_SIGNS = 28, 46  # what a sign takes before its words, and the gap before the next one

Sign = Callable[[Canvas, Point], None]


def heading(canvas: Canvas, name: str, below: str, when: str) -> None:
    """Whose picture it is, what it is about, and in the corner when; the font draws what it can of it."""
    room = RIGHT - MARGIN - text_width(when, 34, bold=True) - 40
    canvas.text((MARGIN, 74), fitted(drawable(name) or "Progress", room, 46, bold=True), 46, WHITE, bold=True)
    canvas.text((MARGIN, 118), fitted(drawable(below), RIGHT - MARGIN, LABEL), LABEL, MUTED)
    canvas.text((RIGHT, 74), when, 34, WHITE, bold=True, anchor="rs")


def headline(canvas: Canvas, numbers: Sequence[tuple[str, str]]) -> Sequence[Point]:
    """A row of panels with a label and a number each; where each number ends."""
    gap, ends = 16, list[Point]()
    width = (RIGHT - MARGIN - gap * (len(numbers) - 1)) / len(numbers)
    for place, (label, number) in enumerate(numbers):
        left = MARGIN + place * (width + gap)
        canvas.panel((left, 140, left + width, 244), PANEL, radius=14)
        shown = fitted(number, width - 40, 46, bold=True)
        canvas.text((left + 22, 192), shown, 46, WHITE, bold=True)
        canvas.text((left + 22, 228), label, SMALL, MUTED)
        ends.append((left + 22 + text_width(shown, 46, bold=True), 192))
    return ends


def arrow(canvas: Canvas, centre: Point, way: str) -> None:
    """A triangle that points up, down or onwards."""
    x, y = centre
    turned = {
        "rising": [(x - 14, y + 12), (x + 14, y + 12), (x, y - 14)],
        "falling": [(x - 14, y - 12), (x + 14, y - 12), (x, y + 14)],
        "steady": [(x - 12, y - 14), (x - 12, y + 14), (x + 14, y)],
    }
    canvas.shape(turned[way], SCORE)


def legend(canvas: Canvas, title: str, baseline: float, signs: dict[str, tuple[bool, Sign]]) -> None:
    """A heading with a key of what occurs below it, and nothing else."""
    canvas.text((MARGIN, baseline), title, LABEL, WHITE, bold=True)
    x = float(RIGHT)
    for words, (occurs, sign) in reversed(signs.items()):
        if occurs:
            x -= text_width(words, SMALL)
            canvas.text((x, baseline), words, SMALL, MUTED)
            sign(canvas, (x - ROOM_FOR_SIGN, baseline - 10))
            x -= ROOM_FOR_SIGN + BETWEEN_SIGNS


def swatch(at: Point) -> Box:
    """The little square that stands for a bar in a key."""
    return at[0] - 13, at[1] - 13, at[0] + 13, at[1] + 13


def nothing_yet(canvas: Canvas, box: Box, words: str, title: str = "Nothing to show yet") -> None:
    """In place of a chart that has nothing to show."""
    canvas.panel(box, PANEL, radius=18)
    middle, height = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    canvas.text((middle, height - 5), title, 52, WHITE, bold=True, anchor="ms")
    canvas.text((middle, height + 53), words, 34, MUTED, anchor="ms")


def counts(most: int, lines: int = 4) -> Sequence[int]:
    """Round numbers for an axis of counts: from 0 to at least `most`, in at most so many steps."""
    least = max(1.0, most / lines)
    power = 10 ** int(log10(least))
    step = next(power * part for part in (1, 2, 5, 10) if power * part >= least)
    return range(0, -(-max(1, most) // step) * step + 1, step)


def labelled(words: Sequence[str], width: float, size: int) -> Sequence[int]:
    """Which columns have room for their words when each is so wide; the last one always has."""
    widest = max((text_width(item, size) for item in words), default=0)
    step = max(1, -(-int(widest + size / 2) // max(1, int(width))))
    return range(len(words) - 1, -1, -step)
