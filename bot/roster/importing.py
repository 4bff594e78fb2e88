"""Whom a roster file means among the people of a server, and what enrolling them would change."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from bot.cohorts.rules import Placed, Role
from bot.roster.sheet import Fault, Line, quoted

Standing = Literal["new", "back", "already"]
ID = re.compile(
    r"(?:<@!?)?(\d{15,20})>?"
)  # Discord's ids have 17 to 19 digits, and grow by one in a few years
ROUNDED = re.compile(r"\d[.,]?\d*[eE]\+?\d+")
NAMED = 4  # of several people of one name, so many are told apart for the lead


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody on the server, with all that they are called."""

    user_id: int
    name: str  # as the server shows them
    username: str
    others: tuple[str, ...] = ()  # what they are called elsewhere
    bot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One person of a file, found on the server, and where they stand now."""

    user_id: int
    name: str
    role: Role
    standing: Standing = "new"

    def written(self) -> list[Any]:
        """For keeping, until the lead confirms."""
        return [self.user_id, self.name, self.role, self.standing]

    @classmethod
    def read(cls, kept: Sequence[Any]) -> Self:
        """As it was kept."""
        user_id, name, role, standing = kept
        return cls(user_id=user_id, name=name, role=role, standing=standing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What a file comes to: whom it would enroll, if no row of it has a fault."""

    entries: Sequence[Entry]
    faults: Sequence[Fault]

    def of(self, standing: Standing) -> list[Entry]:
        """Those who stand alike now."""
        return [entry for entry in self.entries if entry.standing == standing]

    @property
    def changes(self) -> list[Entry]:
        """Those whom it would enroll."""
        return [entry for entry in self.entries if entry.standing != "already"]


def plan(
    lines: Iterable[Line], faults: Iterable[Fault], people: Iterable[Person], places: Iterable[Placed]
) -> Import:
    """Find everybody whom a file names; each row that names nobody, or not one person, is a fault."""
    crowd = Crowd(people)
    known: dict[tuple[int | None, Role], Placed] = {
        (item.member.user_id, item.role): item for item in places if item.member.user_id is not None
    }
    seen: dict[tuple[int, Role], int] = {}
    entries: list[Entry] = []
    wrong = list(faults)
    for line in lines:
        found = crowd.find(line.who, known.get((_id(line.who), line.role)))
        if isinstance(found, str):
            wrong.append(Fault(number=line.number, words=found))
            continue
        key = (found.user_id, line.role)
        if key in seen:
            words = f"{quoted(line.who)} is in line {seen[key]} already, also as a {line.role}. Leave one of them out."
            wrong.append(Fault(number=line.number, words=words))
            continue
        seen[key] = line.number
        before = known.get(key)
        standing: Standing = "new" if before is None else "already" if before.active else "back"
        entries.append(Entry(user_id=found.user_id, name=found.name, role=line.role, standing=standing))
    return Import(entries=entries, faults=sorted(wrong, key=lambda fault: fault.number))


@dataclass(slots=True)
class Crowd:
    """The people of a server, found by id, mention or any of their names."""

    people: Iterable[Person]
    by_id: Mapping[int, Person] = field(init=False)
    by_username: Mapping[str, Person] = field(init=False)
    by_name: dict[str, dict[int, Person]] = field(init=False)

    def __post_init__(self) -> None:
        self.by_id = {person.user_id: person for person in self.people}
        self.by_username = {person.username: person for person in self.by_id.values()}
        self.by_name = {}
        for person in self.by_id.values():
            for name in {person.name, person.username, *person.others}:
                self.by_name.setdefault(_plain(name), {})[person.user_id] = person

    def find(self, who: str, place: Placed | None = None) -> Person | str:
        """The one person who is meant, or what is wrong and what to do about it; whoever has the place is fine.

        A username is nobody else's, so somebody who is shown by the same name does not make it unclear.
        """
        user_id = _id(who)
        if user_id is not None:
            person = self.by_id.get(user_id)
            if person is None and place is not None and place.active:
                return Person(user_id=user_id, name=place.member.name, username="")
            if person is None:
                return f"{who} is not on this server. Invite them first, or leave the row out."
        elif ROUNDED.fullmatch(who):
            return (
                f"A spreadsheet has rounded the id {who}. Write it as <@…>, or write the person's username."
            )
        else:
            named = self._named(who)
            if isinstance(named, str):
                return named
            person = named
        if person.bot:
            return f"{quoted(who)} is a bot, and bots do not take courses. Leave the row out."
        return person

    def _named(self, who: str) -> Person | str:
        named = self.by_username.get(who) or self.by_username.get(who.removeprefix("@"))
        if named is not None:
            return named
        found = self.by_name.get(_plain(who)) or self.by_name.get(_plain(who.removeprefix("@"))) or {}
        if not found:
            return self._unknown(who)
        if len(found) > 1:
            return _ambiguous(who, list(found.values()))
        (person,) = found.values()
        return person

    def _unknown(self, who: str) -> str:
        near = difflib.get_close_matches(_plain(who.removeprefix("@")), self.by_name, 1, 0.75)
        hint = ""
        if near:
            person = next(iter(self.by_name[near[0]].values()))
            hint = f" Did you mean {quoted(person.name)} ({person.username})?"
        return f"Nobody on this server is called {quoted(who)}.{hint} Write their username or their id."


def _ambiguous(who: str, found: Sequence[Person]) -> str:
    some = " or ".join(f"{person.username} <@{person.user_id}>" for person in found[:NAMED])
    more = "" if len(found) <= NAMED else f" or {len(found) - NAMED} more"
    return f"{len(found)} people here are called {quoted(who)}: {some}{more}. Write the username or the id."


def _id(who: str) -> int | None:
    written = ID.fullmatch(who)
    return None if written is None else int(written[1])


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
