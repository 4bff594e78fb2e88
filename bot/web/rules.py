"""Who may look at a page: links that work once, sessions, and the words for those who may not."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

# From a card to the browser; long enough for a browser that has to be found.
LINK_LASTS = timedelta(minutes=10)
# A working day; a laptop left open overnight shows nothing in the morning.
SESSION_LASTS = timedelta(hours=12)
# How long a visit that ended is known, so that its link still says why it ended.
REMEMBERED = timedelta(days=1)
MOST_OPEN = 3  # sessions of one person: a phone, a desk, and one that was forgotten

_PAGE = re.compile(r"([a-z0-9_-]+(/[a-z0-9_-]+)*)?")


class Unreachable(Exception):
    """Discord cannot say now who somebody is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A way into a cohort's pages, as it was handed to one person."""

    id: int
    cohort_id: int
    member_id: int
    page: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Whose session a cookie holds, before anybody asked what they may do now."""

    user_id: int
    guild_id: int
    cohort_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A link was followed: the session that begins, and where it leads."""

    cohort_id: int
    page: str
    session: str
    until_at: datetime


class NotInside(Exception):
    """A page of a cohort was asked for without a session in it."""


class NoEntry(Exception):
    """A link that opens nothing; `place` is where it once led, for a browser that came in by it before."""

    def __init__(self, place: str | None = None) -> None:
        super().__init__("unknown" if place is None else "used or over")
        self.place = place


def check_page(page: str) -> str:
    """A page below a cohort's, such as `students/17`; what is not one is a mistake of ours."""
    if _PAGE.fullmatch(page) is None:
        raise ValueError(f"no page: {page!r}")
    return page


def place(cohort_id: int, page: str = "") -> str:
    """Where a cohort's page is, below the base address."""
    return f"/cohorts/{cohort_id}" + (f"/{check_page(page)}" if page else "")


def digest(session: str) -> str:
    """What is kept of a session's secret: enough to know it again, too little to use it.

    Whatever bytes a browser sends as its cookie have one, which is nobody's.
    """
    return hashlib.sha256(session.encode(errors="surrogatepass")).hexdigest()


def is_a_look_ahead(headers: Mapping[str, str]) -> bool:
    """Whether nobody looks yet: a browser fetches the page in advance."""
    purposes = (headers.get("Sec-Purpose", ""), headers.get("Purpose", ""), headers.get("X-Moz", ""))
    return any("prefetch" in purpose.lower() for purpose in purposes)
