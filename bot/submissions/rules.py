"""Which deliverable is meant, what completes it, and whether it is late."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cohorts.rules import Allowance, Running
from bot.curriculum import Curriculum, Deliverable, Evidence
from bot.errors import CourseError

NOTE_LIMIT = 1000
CHOICES = 25  # Discord shows no more in a menu or an autocomplete


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One state of a deliverable as it was handed in; of its `dead` links, the `private` ones ask for an account."""

    id: int
    submission_id: int
    member_id: int
    deliverable: str
    number: int
    note: str
    links: Mapping[str, str]
    dead: frozenset[str]
    deadline_at: datetime
    late: bool
    submitted_at: datetime
    updated_at: datetime
    opened_at: datetime | None
    private: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a piece of work was promised: since when it waits for a reviewer, by when it is covered, and whether it was.

    From `mentor_at` on, if it still lacks reviews, it waits for a mentor.
    """

    offered_at: datetime | None
    covered_by: datetime | None
    mentor_at: datetime | None
    covered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """How many of the latest weeks that were due a student has missed."""

    weeks: int
    of: int


def main(deliverable: Deliverable) -> Evidence:
    """The evidence that a link without further words is: the first one required."""
    required = [item for item in deliverable.evidence if item.required]
    return (required or list(deliverable.evidence))[0]


def completeness(deliverable: Deliverable, revision: Revision | None) -> float:
    """The share of the required kinds of evidence that are present; a dead or private link never counts."""
    if revision is None:
        return 0.0
    present = {kind for kind in revision.links if kind not in revision.dead}
    required = deliverable.required
    return sum(kind in present for kind in required) / len(required) if required else 1.0


def missing(
    deliverable: Deliverable, links: Mapping[str, str], dead: Collection[str] = frozenset()
) -> list[str]:
    """The labels of the required evidence that is not there yet, or whose link leads nowhere."""
    return [
        item.label
        for item in deliverable.evidence
        if item.required and (item.kind not in links or item.kind in dead)
    ]


def find(course: Curriculum, wanted: str) -> Deliverable:
    """The deliverable that a member means by its key, its week's number or its title."""
    found = _named(course, wanted)
    if found is not None:
        return found
    titles = {item.title.lower(): item for item in course.deliverables}
    near = difflib.get_close_matches(_plain(wanted), titles, 1, 0.5)
    hint = f" Did you mean {titles[near[0]].name}?" if near else ""
    raise CourseError(
        f"The course has no deliverable “{_shown(wanted)}”.{hint} "
        "Pick one from the list that opens as you type, or leave it out."
    )


def _named(course: Curriculum, wanted: str) -> Deliverable | None:
    text = _plain(wanted)
    week = re.fullmatch(r"(?:week ?|w)?0*(\d{1,2})(?: ·.*)?", text)
    capstone = re.fullmatch(r"(?:capstone ?|c)?(\d\.\d)(?: ·.*)?", text)
    key = f"w{int(week[1]):02}" if week else f"c{capstone[1]}" if capstone else text
    for item in course.deliverables:
        if key == item.key or text in (item.title.lower(), item.name.lower()):
            return item
    return None


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _shown(text: str) -> str:
    """What somebody typed, without whatever Discord would make more of than text."""
    return " ".join(re.sub(r"[^\w\s.,'·-]|_", " ", text).split())[:60]


def listed(
    course: Curriculum, typed: str, handed_in: frozenset[str], now_week: int | None
) -> list[Deliverable]:
    """What to offer while a member types: the one they name, then what is due and missing, then the rest."""
    words = typed.lower().split()
    named = _named(course, typed) if words else None
    matching = [item for item in course.deliverables if all(word in _searched(item) for word in words)]
    week = now_week or 1

    def rank(item: Deliverable) -> tuple[bool, bool, int, int]:
        owed = item.week <= week and item.key not in handed_in
        return (item is not named, not owed, abs(item.week - week), item.week)

    return sorted(matching, key=rank)[:CHOICES]


def _searched(item: Deliverable) -> str:
    return f"{item.key} {item.place} {item.title}".lower()


def parse_note(text: str | None) -> str:
    """A note to the reviewers, at most `NOTE_LIMIT` characters."""
    note = (text or "").strip()
    if len(note) > NOTE_LIMIT:
        raise CourseError(
            f"Your note has {len(note)} characters and reviewers get at most {NOTE_LIMIT}. "
            "Put the longer story into the work itself and link to it."
        )
    return note


def due(running: Running, allowed: Mapping[str, Allowance], now: datetime) -> list[str]:
    """The weekly deliverables whose deadline is over for somebody, without what they may leave out."""
    weekly = [item for item in running.course.deliverables if item.track == "weekly"]
    return [item.key for item in weekly if is_due(running, item, allowed.get(item.key), now)]


def is_due(running: Running, deliverable: Deliverable, allowed: Allowance | None, now: datetime) -> bool:
    """Whether somebody's deadline for a deliverable is over; never for one that they may leave out."""
    is_excused = allowed is not None and allowed.is_excused
    return not is_excused and running.has_passed(running.deadline_for(deliverable, allowed), now)


def is_expected(running: Running, deliverable: Deliverable, allowed: Allowance | None, now: datetime) -> bool:
    """Whether somebody is asked for a deliverable like everybody: not if they may leave it out or have more time."""
    if allowed is None:
        return True
    own = running.deadline_for(deliverable, allowed)
    has_more = own > running.deadline(deliverable) and not running.has_passed(own, now)
    return not allowed.is_excused and not has_more


def missed(due_by_now: Sequence[str], handed_in: Iterable[str], *, span: int) -> Missed:
    """What a student missed of the latest weeks that were due for them."""
    latest = due_by_now[-span:]
    known = set(handed_in)
    return Missed(weeks=sum(key not in known for key in latest), of=len(latest))
