"""Scores of one piece of work as a line from the lowest to the highest, with a mark at their mean."""

from __future__ import annotations

from markupsafe import Markup

from bot.reviews.rules import Scores

WIDTH, HEIGHT = 100, 12  # of the drawing; a page gives it the room of a table's cell
MIDDLE, RADIUS = HEIGHT // 2, 4

# The figures stand in the cell beside it, so it says nothing to a screen reader.
_DRAWN = Markup(
    '<svg class="spread" viewBox="-5 0 {} {}" width="110" height="12" aria-hidden="true" focusable="false">'
    '<line class="axis" x1="0" y1="{}" x2="{}" y2="{}" stroke="currentColor" stroke-opacity="0.3"/>'
    '<line class="range" x1="{:.0f}" y1="{}" x2="{:.0f}" y2="{}" stroke="currentColor" stroke-width="4"'
    ' stroke-opacity="0.5"/>'
    '<circle class="mean" cx="{:.0f}" cy="{}" r="{}" fill="{}" stroke="currentColor" stroke-width="1.5"/></svg>'
)


def spread(scores: Scores, *, is_enough: bool) -> Markup:
    """The drawing; its mark is hollow where the scores rest on too little."""
    low, mean, high = (share * WIDTH for share in (scores.low, scores.mean, scores.high))
    fill = "currentColor" if is_enough else "none"
    return _DRAWN.format(
        WIDTH + 10, HEIGHT, MIDDLE, WIDTH, MIDDLE, low, MIDDLE, high, MIDDLE, mean, MIDDLE, RADIUS, fill
    )
