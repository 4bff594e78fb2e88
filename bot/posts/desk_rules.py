"""What is said for the lead's desk: announcements, requests and their answers, and the lead's own digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.announcements.rules import Announcement, Attached, Audience, Reason
from bot.cohorts.rules import Member, Role, Running
from bot.curriculum import Deliverable, Week
from bot.extensions.rules import Asked, Told
from bot.oversight.rules import News


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What a lead announces, in the cohort's channel."""

    running: Running
    announcement: Announcement
    audience: Audience
    file: Attached | None
    places: Mapping[Role, bool]
    """What its author is on the roster, and whether they still are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalAsked:
    """To one lead, privately: another lead wants to announce something to everyone."""

    running: Running
    announcement: Announcement
    audience: Audience
    file: Attached | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAnnounced:
    """To one lead, privately: an announcement was not posted, and why."""

    running: Running
    announcement: Announcement
    reason: Reason
    by: Member | None
    at: datetime | None = None
    """Which of its times that was, if it is about one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCame:
    """To one lead, privately: a student asks for more time."""

    running: Running
    asked: Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAnswered:
    """To one student, privately: a lead answered their request; their deadline is the one of now."""

    running: Running
    asked: Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceTold:
    """To one student, privately: they have more time for a deliverable, may leave it out, or may no longer."""

    running: Running
    deliverable: Deliverable
    what: Told
    until: datetime
    is_over: bool
    reason: str
    handed_in: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgetting:
    """To one lead, privately: a finished cohort is about to be forgotten."""

    running: Running
    on: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadsDigest:
    """To one lead, privately: a week of their cohort, with names."""

    running: Running
    week: Week
    news: News
