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
    Rhythm,
    RoadmapStop,
    Rubric,
    Stage,
    Week,
)
from bot.curriculum.policy import (
    STEPS,
    Acceptance,
    Ladder,
    MentorPolicy,
    PullPolicy,
    ReviewPolicy,
    RiskPolicy,
    Step,
    Track,
    TrackPolicy,
    disorder,
)
from bot.curriculum.reader import json_schema, load, read
from bot.curriculum.values import WEEKDAYS, Moment

__all__ = [
    "STEPS",
    "WEEKDAYS",
    "Acceptance",
    "Capstone",
    "Criterion",
    "Curriculum",
    "CurriculumErrors",
    "Deliverable",
    "DeliverableSpec",
    "Evidence",
    "Facts",
    "Ladder",
    "MentorPolicy",
    "Mistake",
    "Moment",
    "Practice",
    "PullPolicy",
    "Resource",
    "RetroPrompt",
    "ReviewPolicy",
    "Rhythm",
    "RiskPolicy",
    "RoadmapStop",
    "Rubric",
    "Stage",
    "Step",
    "Track",
    "TrackPolicy",
    "Week",
    "disorder",
    "json_schema",
    "load",
    "read",
]
