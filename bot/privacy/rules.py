"""What is known about a person, what of it goes when they ask, and what is left of others' words about them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.cohorts.rules import Role
from bot.errors import CourseError

FORMER = "former member"
ERASED = "(erased)"  # stands where a card expects a word or a link
PHRASE = "erase my data"

# Every column that points at a member, by table. A test holds this against the schema, so that no table is forgotten.
POINTERS: Mapping[str, Sequence[str]] = {
    "absence": ("member_id",),
    "allowance": ("member_id", "granted_by"),
    "announcement": ("author_id", "approved_by"),
    "audit": ("actor_id", "subject_id"),
    "cohort": ("created_by",),
    "decision": ("mentor_id",),
    "enrollment": ("member_id",),
    "extension_request": ("member_id", "answered_by"),
    "forbidden_pair": ("one_id", "other_id"),
    "occurrence": ("member_id",),
    "portfolio": ("member_id",),
    "queue_item": ("mentor_id",),
    "retro": ("member_id",),
    "review": ("author_id", "reviewer_id"),
    "roster_upload": ("member_id",),
    "snippet": ("member_id",),
    "submission": ("member_id",),
    "visit": ("member_id",),
}

# What an audit line may still say about somebody who is forgotten: what it was about, never who or in what words.
PLAIN = frozenset(
    {"after", "announcement", "at", "before", "changes", "count", "days", "deliverable", "due_at", "from", "from_week",
     "keep_days", "key", "kind", "mention", "missing", "moved", "repeat", "reviews", "revision", "role", "roles",
     "starts_on", "state", "subject", "timezone", "week", "weeks"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of what is held about a person: what it is, why it is kept, and every piece of it."""

    key: str
    title: str
    why: str
    entries: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """All that is held about a person at an instant."""

    name: str
    user_id: int
    made_at: datetime
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A cohort that somebody is or was in; `is_last_lead` if it would be left without one."""

    cohort_id: int
    guild_id: int
    name: str
    roles: Sequence[Role]
    role_ids: Sequence[int]
    is_last_lead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What there is to erase about somebody: where they are, and how much by kind."""

    ties: Sequence[Tie]
    counts: Mapping[str, int]


def parse_phrase(text: str) -> None:
    """Whether somebody typed what erases; a CourseError if they did not."""
    if " ".join(text.lower().split()).strip("“”\"'.") != PHRASE:
        raise CourseError(f"Nothing was erased. To erase what I hold about you, type exactly: {PHRASE}")


def plain(detail: str) -> str:
    """An audit line's detail with only what names and quotes nobody."""
    return json.dumps({key: value for key, value in json.loads(detail).items() if key in PLAIN})


def speaks_of(detail: str, member_id: int) -> bool:
    """Whether an audit line's detail points at a member by our own id."""
    return any(
        value == member_id and (key == "to" or key.endswith("_id"))
        for key, value in json.loads(detail).items()
    )


def without(words: str, user_id: int) -> str:
    """Others' words without somebody's Discord id. A name stays: it may be meant for another, or be a plain word."""
    return re.sub(rf"<@!?{user_id}>|\b{user_id}\b", FORMER, words)


def gone_from(detail: str, user_id: int) -> str:
    """An audit line's detail without somebody's Discord id."""
    return json.dumps(_cleared(json.loads(detail), user_id), ensure_ascii=False)


def _cleared(value: Any, user_id: int) -> Any:
    match value:
        case str():
            return without(value, user_id)
        case list():
            return [_cleared(item, user_id) for item in value]  # pyright: ignore[reportUnknownVariableType]
        case dict():
            return {key: _cleared(item, user_id) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
        case _:
            return None if value == user_id else value


def forgotten_on(finished_at: datetime | None, keep_days: int | None) -> datetime | None:
    """When a finished cohort is forgotten, if it ever is."""
    return None if finished_at is None or keep_days is None else finished_at + timedelta(days=keep_days)
