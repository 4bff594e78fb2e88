"""Searching the audit log: who did what to whom, when and why."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from bot.calendar import instant as at_wall
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Here, Member
from bot.database import Database, Row, Tx, instant, micros
from bot.errors import CourseError
from bot.oversight import deeds
from bot.oversight.since import parse_since

PAGE = 10  # each line with its reason fits a card
WHOLE = 20_000  # lines of a file: about 5 MB, which every server takes
WORDS = 6  # more do not find more
LONGEST = 200  # characters of what is searched for: the card that carries them has a page to show as well


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is looked for: around whom, which kind of act, since which day, with which words in its details."""

    member_id: int | None = None
    action: str | None = None
    since: date | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the log; `actor` is None where the bot itself acted. `people` are those its details refer to."""

    id: int
    at: datetime
    actor: Member | None
    action: str
    subject: Member | None
    detail: Mapping[str, Any]
    people: Mapping[int, Member]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of what was found, the newest first; `is_more` is whether older lines follow."""

    here: Here
    query: Query
    member: Member | None
    entries: Sequence[Entry]
    page: int
    is_more: bool


class AuditLog:
    """Where leads read who did what."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def query(
        self,
        here: Here,
        *,
        user_id: int | None,
        action: str | None,
        since: str | None,
        words: str | None,
        now: datetime,
    ) -> Query:
        """What a lead looks for, from what they typed; a refusal of what nobody could find."""
        here.lead()
        typed = " ".join((words or "").split())
        if len(typed) > LONGEST:
            raise CourseError(f"Search for fewer words: at most {LONGEST} characters.")
        today = now.astimezone(here.cohort.zone).date()
        return Query(
            member_id=None if user_id is None else await self._database.read(_member_id, here, user_id),
            action=None if not (action or "").strip() else _action(action or ""),
            since=None if not (since or "").strip() else parse_since(since or "", today),
            words=typed,
        )

    async def page(self, here: Here, query: Query, page: int) -> Found:
        """One page of what is found, counted from 1."""
        here.lead()
        page = max(1, page)
        return await self._database.read(_found, here, query, page, PAGE)

    async def whole(self, here: Here, query: Query) -> Found:
        """All that is found, up to what a file holds."""
        here.lead()
        return await self._database.read(_found, here, query, 1, WHOLE)

    async def actions(self, here: Here) -> Sequence[str]:
        """The kinds of acts that the log has any of."""
        here.lead()
        return await self._database.read(_occurring, here)


def _action(typed: str) -> str:
    """A kind of act by its name on the log, or by the words that it is offered with."""
    wanted = " ".join(typed.lower().split())
    for action, deed in deeds.DEEDS.items():
        if wanted in (action, deed.title.lower()):
            return action
    raise CourseError("I do not know that kind of act. Pick one from the list that opens as you type.")


def _member_id(tx: Tx, here: Here, user_id: int) -> int:
    member = cohorts.member_of_user(tx, user_id)
    if member is None:
        raise CourseError(f"I do not know <@{user_id}>, so nothing about them is on the log of any cohort.")
    return member.id


def statement(query: Query) -> str:
    """The question to the database, newest first: along the index of the cohort's log, or of one kind of act."""
    clauses = ["a.cohort_id = :cohort_id"]
    if query.action is not None:
        clauses.append("a.action = :action")
    if query.since is not None:
        clauses.append("a.at >= :since")
    if query.member_id is not None:
        # Whom a detail names beside the subject is the other of a pair, or to whom something was handed.
        named = [f"a.detail LIKE :{key}_last OR a.detail LIKE :{key}_then" for key in deeds.PEOPLE]
        clauses.append(f"(a.actor_id = :member_id OR a.subject_id = :member_id OR {' OR '.join(named)})")
    for number, variants in enumerate(_words(query)):
        fits = [f"lower(a.detail) LIKE :word{number}_{place} ESCAPE '!'" for place in range(len(variants))]
        clauses.append(f"({' OR '.join(fits)})")
    return (
        "SELECT a.* FROM audit a WHERE "  # noqa: S608 - made of constants
        + " AND ".join(clauses)
        + " ORDER BY a.at DESC, a.id DESC LIMIT :limit OFFSET :offset"
    )


def parameters(here: Here, query: Query, *, limit: int, offset: int) -> dict[str, Any]:
    """What goes into the question."""
    given: dict[str, Any] = {"cohort_id": here.cohort.id, "limit": limit, "offset": offset}
    if query.action is not None:
        given["action"] = query.action
    if query.since is not None:
        given["since"] = micros(at_wall(query.since, time(0), here.cohort.zone))
    if query.member_id is not None:
        given["member_id"] = query.member_id
        for key in deeds.PEOPLE:
            given[f"{key}_last"] = f'%"{key}": {query.member_id}}}'
            given[f"{key}_then"] = f'%"{key}": {query.member_id},%'
    for number, variants in enumerate(_words(query)):
        given |= {f"word{number}_{place}": _like(word) for place, word in enumerate(variants)}
    return given


def _words(query: Query) -> list[list[str]]:
    """Each word that is looked for, as it can stand in a text of which SQLite makes only the plain letters small."""
    words = query.words.split()[:WORDS]
    return [
        list(dict.fromkeys(map(_plainly_lower, (word.lower(), word.capitalize(), word.upper()))))
        for word in words
    ]


def _plainly_lower(word: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in word)


def _like(word: str) -> str:
    """A word as it stands in the log's JSON, inside a pattern."""
    kept = json.dumps(word, ensure_ascii=False)[1:-1]
    for special in "!%_":
        kept = kept.replace(special, f"!{special}")
    return f"%{kept}%"


def _found(tx: Tx, here: Here, query: Query, page: int, size: int) -> Found:
    offset = (page - 1) * size
    rows = tx.all(statement(query), **parameters(here, query, limit=size + 1, offset=offset))
    people = {item.member.id: item.member for item in cohorts.roster(tx, here.cohort.id)}
    return Found(
        here=here,
        query=query,
        member=None if query.member_id is None else cohorts.member(tx, query.member_id),
        entries=_entries(tx, rows[:size], people),
        page=page,
        is_more=len(rows) > size,
    )


def _entries(tx: Tx, rows: Iterable[Row], people: dict[int, Member]) -> list[Entry]:
    def person(member_id: int | None) -> Member | None:
        if member_id is None:
            return None
        if member_id not in people:  # whoever manages the server acts without being on the roster
            people[member_id] = cohorts.member(tx, member_id)
        return people[member_id]

    found: list[Entry] = []
    for row in rows:
        detail: dict[str, Any] = json.loads(row["detail"])
        named = [detail[key] for key in deeds.PEOPLE if isinstance(detail.get(key), int)]
        found.append(
            Entry(
                id=row["id"],
                at=instant(row["at"]),
                actor=person(row["actor_id"]),
                action=row["action"],
                subject=person(row["subject_id"]),
                detail=detail,
                people={who.id: who for number in named if (who := person(number)) is not None},
            )
        )
    return found


def _occurring(tx: Tx, here: Here) -> list[str]:
    """One look into the index for each kind that there can be, however long the log is."""
    return [
        action
        for action in deeds.DEEDS
        if tx.one(
            "SELECT 1 AS found FROM audit WHERE cohort_id = :cohort_id AND action = :action LIMIT 1",
            cohort_id=here.cohort.id,
            action=action,
        )
    ]
