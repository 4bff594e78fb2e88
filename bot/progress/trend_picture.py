"""Trends as pictures: the scores of each criterion over a student's work, and defects and risks by week."""

from __future__ import annotations

from bot.progress.point_picture import points_card
from bot.progress.rubric_picture import rubric_card
from bot.progress.trend_words import alt_points, alt_rubric

__all__ = ["alt_points", "alt_rubric", "points_card", "rubric_card"]
