"""What a retro entry is, and when there are enough of them to show anything."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.calendar import WeekTimes
from bot.errors import CourseError

Kept = Literal["kept", "partly", "dropped"]
KEPT: tuple[Kept, ...] = ("kept", "partly", "dropped")
CLOSED: frozenset[Kept | None] = frozenset({"kept", "dropped"})

TEXT_LIMIT = 500
# With fewer answers than this a theme could be traced to its author, so none are shown.
ENOUGH_TO_SHARE = 4
WHO_SEES_IT = (
    f"Only you see your answers; from {ENOUGH_TO_SHARE} answers on, the digest names words that several people used, "
    "never whose."
)
# A week has room for about three things beside its lab; who carries more keeps none of them well.
MANY_PROMISES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one student keeps, changes and builds on after a week.

    `improve` is a promise, and `became` says what came of it.
    """

    member_id: int
    week: int
    retain: str
    improve: str
    scale: str
    written_at: datetime
    became: Kept | None = None
    became_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Neither kept nor dropped: what was kept partly is carried on."""
        return self.became not in CLOSED


def parse(text: str, what: str) -> str:
    """One answer of the form, not empty and not too long."""
    words = text.strip()
    if not words:
        raise CourseError(f"“{what}” is empty. One honest sentence is enough.")
    if len(words) > TEXT_LIMIT:
        raise CourseError(f"“{what}” has {len(words)} characters, and {TEXT_LIMIT} fit. Shorten it a little.")
    return words


def parse_kept(text: str | None) -> Kept | None:
    """What became of the earlier promise, where it was asked and answered."""
    return next((kept for kept in KEPT if kept == text), None)


def unanswered(times: Sequence[WeekTimes], written: Collection[int], now: datetime) -> int | None:
    """The latest week whose retro prompt is out, if it is not answered; older ones have passed."""
    latest = asked_last(times, now)
    return None if latest in written else latest


def asked_last(times: Sequence[WeekTimes], now: datetime) -> int | None:
    """The latest week whose retro prompt is out."""
    return max((week.number for week in times if week.retro <= now), default=None)


def promised(entries: Iterable[Entry], week: int) -> Entry | None:
    """The retro before a week's, whose promise that one looks back on."""
    return max((entry for entry in entries if entry.week < week), key=lambda entry: entry.week, default=None)
