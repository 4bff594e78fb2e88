"""The course file: what a course is made of, and how it is read."""

from __future__ import annotations

from bot.curriculum.mistakes import CurriculumErrors, Mistake
from bot.curriculum.models import (
    Capstone,
    Criterion,
    Curriculum,
    Deliverable,
    DeliverableSpec,
    Evidence,
    Facts,
    Practice,
    Resource,
    RetroPrompt,
    ReviewPolicy,
    Rhythm,
    RoadmapStop,
    Rubric,
    Stage,
    Track,
    TrackPolicy,
    Week,
)
from bot.curriculum.reader import json_schema, load, read
from bot.curriculum.values import WEEKDAYS, Moment

__all__ = [
    "WEEKDAYS",
    "Capstone",
    "Criterion",
    "Curriculum",
    "CurriculumErrors",
    "Deliverable",
    "DeliverableSpec",
    "Evidence",
    "Facts",
    "Mistake",
    "Moment",
    "Practice",
    "Resource",
    "RetroPrompt",
    "ReviewPolicy",
    "Rhythm",
    "RoadmapStop",
    "Rubric",
    "Stage",
    "Track",
    "TrackPolicy",
    "Week",
    "json_schema",
    "load",
    "read",
]
