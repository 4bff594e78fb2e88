"""A sheet to draw on: shapes and words in sheet units, drawn at twice the size and halved so that edges are smooth."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from itertools import pairwise
from math import hypot
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

SCALE = 2
FONTS = Path(__file__).parent / "fonts"

Point = tuple[float, float]
Box = tuple[float, float, float, float]
Anchor = Literal["ls", "ms", "rs"]
"""Where the given point lies on a line of text: left, middle or right of its baseline."""


@lru_cache
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    name = "Inter-Bold.otf" if bold else "Inter-Medium.otf"
    return ImageFont.truetype(FONTS / name, size * SCALE)


@lru_cache(maxsize=64)
def _ink(character: str) -> bytes:
    sheet = Image.new("L", (160, 160))
    ImageDraw.Draw(sheet).text((80, 100), character, font=_font(24, False), fill=255, anchor="ls")
    return sheet.tobytes()


@lru_cache(maxsize=4096)
def _has_glyph(character: str) -> bool:
    """Whether it draws as itself and not as the box that stands for every character the font lacks."""
    return _ink(character) != _ink("\U0010fffd")


def drawable(text: str) -> str:
    """The words of a text that our font can draw, without emoji; decorative letters become plain ones."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    visible = "".join(c for c in plain if c.isascii() or unicodedata.category(c)[0] in "LMNP")
    return " ".join(word for word in visible.split() if all(_has_glyph(c) for c in word))


def text_width(text: str, size: int, *, bold: bool = False) -> float:
    """How wide a line of text is, in sheet units."""
    return _font(size, bold).getlength(text) / SCALE


def fitted(text: str, width: float, size: int, *, bold: bool = False) -> str:
    """The text, shortened with an ellipsis where it is wider than that many sheet units."""
    if text_width(text, size, bold=bold) <= width:
        return text
    for end in range(min(len(text), 200), 0, -1):
        shorter = text[:end].rstrip() + "…"
        if text_width(shorter, size, bold=bold) <= width:
            return shorter
    return "…"


class Canvas:
    """A picture being drawn; (0, 0) is its top left corner."""

    def __init__(self, width: int, height: int, background: str) -> None:
        self._image = Image.new("RGB", (width * SCALE, height * SCALE), background)
        self._pen = ImageDraw.Draw(self._image)

    def panel(self, box: Box, fill: str, *, radius: float = 0, outline: str | None = None) -> None:
        """A filled rectangle (left, top, right, bottom) with round corners and perhaps an outline."""
        left, top, right, bottom = (round(edge * SCALE) for edge in box)
        edges = (left, top, max(left, right - 1), max(top, bottom - 1))
        width = 3 * SCALE if outline else 0
        self._pen.rounded_rectangle(edges, radius * SCALE, fill=fill, outline=outline, width=width)

    def hatched(self, box: Box, fill: str, stripe: str, *, radius: float = 0) -> None:
        """A rectangle filled with diagonal stripes, which tells it apart without its colour."""
        self.hatched_together([box], fill, stripe, radius=radius)

    def hatched_together(self, boxes: Sequence[Box], fill: str, stripe: str, *, radius: float = 0) -> None:
        """Rectangles whose stripes go on from one to the next, so that also thin ones show them side by side."""
        if not boxes:
            return
        edges = [tuple(round(edge * SCALE) for edge in box) for box in boxes]
        left, top = min(box[0] for box in edges), min(box[1] for box in edges)
        width = max(1, max(box[2] for box in edges) - left)
        height = max(1, max(box[3] for box in edges) - top)
        tile = Image.new("RGB", (width, height), fill)
        pen = ImageDraw.Draw(tile)
        for start in range(-height, width, 12 * SCALE):
            pen.line((start, height, start + height, 0), fill=stripe, width=3 * SCALE)
        mask = Image.new("L", (width, height))
        pen = ImageDraw.Draw(mask)
        for x0, y0, x1, y1 in edges:
            inside = (x0 - left, y0 - top, max(x0 + 1, x1) - left - 1, max(y0 + 1, y1) - top - 1)
            pen.rounded_rectangle(inside, radius * SCALE, fill=255)
        self._image.paste(tile, (left, top), mask)

    def line(self, points: Sequence[Point], colour: str, width: float) -> None:
        """A line through the points, with round joints."""
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self._pen.line(scaled, fill=colour, width=round(width * SCALE), joint="curve")

    def dashes(self, points: Sequence[Point], colour: str, width: float, *, dash: float, gap: float) -> None:
        """A dashed line through the points; the dashes go on evenly around corners."""
        walked = 0.0
        for (x0, y0), (x1, y1) in pairwise(points):
            length = hypot(x1 - x0, y1 - y0)
            start = -(walked % (dash + gap))
            while start < length:
                a, b = max(0.0, start), min(length, start + dash)
                if b > a:
                    ends = [(x0 + (x1 - x0) * t / length, y0 + (y1 - y0) * t / length) for t in (a, b)]
                    self.line(ends, colour, width)
                start += dash + gap
            walked += length

    def dot(self, centre: Point, radius: float, fill: str, *, ring: str | None = None) -> None:
        """A disc, or with `ring` a circle of that colour around the fill."""
        x, y, r = (value * SCALE for value in (*centre, radius))
        width = 4 * SCALE if ring else 0
        self._pen.ellipse((x - r, y - r, x + r, y + r), fill=fill, outline=ring, width=width)

    def circle(self, centre: Point, radius: float, colour: str, width: float) -> None:
        """A circle that lets through what it is drawn around."""
        x, y, r = (value * SCALE for value in (*centre, radius))
        self._pen.ellipse((x - r, y - r, x + r, y + r), outline=colour, width=round(width * SCALE))

    def cross(self, centre: Point, reach: float, colour: str, width: float) -> None:
        """A diagonal cross that reaches so far from its centre."""
        x, y = centre
        for sign in (1, -1):
            ends = [(x - reach, y - reach * sign), (x + reach, y + reach * sign)]
            self.line(ends, colour, width)
            for end in ends:
                self.dot(end, width / 2, colour)

    def shape(self, corners: Sequence[Point], colour: str) -> None:
        """A filled polygon."""
        self._pen.polygon([(x * SCALE, y * SCALE) for x, y in corners], fill=colour)

    def text(
        self, at: Point, words: str, size: int, colour: str, *, bold: bool = False, anchor: Anchor = "ls"
    ) -> None:
        """One line of text whose baseline is at that point."""
        place = (at[0] * SCALE, at[1] * SCALE)
        self._pen.text(place, words, font=_font(size, bold), fill=colour, anchor=anchor)

    def png(self) -> bytes:
        """The finished picture; equal drawings give equal bytes."""
        file = BytesIO()
        self._image.reduce(SCALE).save(file, "PNG")
        return file.getvalue()
