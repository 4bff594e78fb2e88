"""A course file as a tree of places: each value with the line and column it stands at.

Plain YAML reads `18:00` as 1,080, `on` as true and `2026-01-05` as a date; here these stay text, and only
true, false, whole numbers, decimals and null are more than text. Aliases and tags are refused: a course has
no use for them, and a few lines of aliases can unfold into gigabytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

import yaml
from yaml.error import Mark, MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from bot.curriculum.mistakes import Mistake, shown
from bot.curriculum.syntax import syntax_mistake

DEEPEST = 40  # a course nests 7 deep; this keeps a file of brackets from exhausting the stack

_SWITCHES = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,17}")
_OWN_TAGS = frozenset({None, "!", *(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))})


@dataclass(frozen=True, slots=True)
class Place:
    """A value and where it stands; `parts` are the places of a list's items or of a mapping's values."""

    line: int
    column: int
    value: object = None
    parts: Mapping[str | int, Place] = field(default_factory=dict[str | int, "Place"])
    keys: Mapping[str, Place] = field(default_factory=dict[str, "Place"])

    def __getitem__(self, step: str | int) -> Place:
        """The part under a key or at an index; an empty place if there is none."""
        return self.parts.get(step) or Place(self.line, self.column)

    def items(self) -> Iterator[Place]:
        """The items of a list; nothing for any other value."""
        if isinstance(self.value, list):
            yield from self.parts.values()

    @property
    def text(self) -> str:
        """The value if it is text, without the spaces around it; else an empty text."""
        return self.value.strip() if isinstance(self.value, str) else ""

    @property
    def number(self) -> int | None:
        """The value if it is a whole number, quoted or not."""
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return self.value
        return int(self.text) if _WHOLE.fullmatch(self.text) else None

    def mistake(self, message: str) -> Mistake:
        """A mistake at this place."""
        return Mistake(self.line, self.column, message)


def places(text: str) -> tuple[Place | None, list[Mistake]]:
    """The tree of a text, and what is wrong with it as YAML; no tree if it cannot be read to its end."""
    reading: _Reading | None = None
    try:
        reading = _Reading(text)
        return reading.document(), reading.mistakes
    except YAMLError as error:
        return None, [*(reading.mistakes if reading else ()), syntax_mistake(error, text)]


class _Reading:
    """Walks the events of a text once and builds its tree."""

    def __init__(self, text: str) -> None:
        self._loader = yaml.SafeLoader(text)
        self.mistakes: list[Mistake] = []

    def document(self) -> Place | None:
        self._next()  # the stream begins
        if isinstance(self._next(), StreamEndEvent):
            self.mistakes.append(Mistake(1, 1, "the file is empty; a course begins with 'course:'"))
            return None
        root = self._place(self._next(), depth=0)
        self._next()  # the document ends
        if isinstance(event := self._next(), DocumentStartEvent):
            self._complain(event, "a second document begins here; a course is one document, without '---'")
        return root

    def _next(self) -> Event:
        try:
            return cast(Event, self._loader.get_event())  # pyright: ignore[reportUnknownMemberType]
        except (ValueError, OverflowError) as error:  # such as "\UFFFFFFFF", which is no character
            mark = Mark("", self._loader.index, self._loader.line, self._loader.column, None, 0)
            raise MarkedYAMLError(problem="a number here is too large", problem_mark=mark) from error

    def _complain(self, event: Event, message: str) -> None:
        self.mistakes.append(_mistake(event.start_mark, message))

    def _place(self, event: Event, depth: int) -> Place:
        if depth > DEEPEST:
            raise MarkedYAMLError(problem="it is nested too deeply", problem_mark=event.start_mark)
        if isinstance(event, AliasEvent):
            self._complain(event, f"aliases such as *{event.anchor} are not read; write the value out")
        if isinstance(event, ScalarEvent | CollectionStartEvent) and event.tag not in _OWN_TAGS:
            self._complain(event, "tags (words that begin with '!') are not read; leave it out")
        if isinstance(event, MappingStartEvent):
            return self._mapping(event, depth)
        if isinstance(event, CollectionStartEvent):
            return self._list(event, depth)
        return _at(event, _scalar(event) if isinstance(event, ScalarEvent) else None)

    def _list(self, start: Event, depth: int) -> Place:
        parts: dict[str | int, Place] = {}
        while not isinstance(event := self._next(), SequenceEndEvent):
            parts[len(parts)] = self._place(event, depth + 1)
        return _at(start, [part.value for part in parts.values()], parts)

    def _mapping(self, start: Event, depth: int) -> Place:
        parts: dict[str | int, Place] = {}
        keys: dict[str, Place] = {}
        while not isinstance(event := self._next(), MappingEndEvent):
            key = self._place(event, depth + 1)
            value = self._place(self._next(), depth + 1)
            if not isinstance(event, ScalarEvent):
                self._complain(event, "a key must be a plain word")
            elif (name := event.value) in keys:
                line = keys[name].line
                self.mistakes.append(key.mistake(f"key {shown(name)} appears twice (first at line {line})"))
            else:
                keys[name], parts[name] = key, value
        return _at(start, {name: part.value for name, part in parts.items()}, parts, keys)


def _scalar(event: ScalarEvent) -> object:
    text = event.value
    if not event.implicit[0]:  # quoted, folded, or tagged as text
        return text
    if text in _NOTHING:
        return None
    if text in _SWITCHES:
        return _SWITCHES[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def _at(
    event: Event,
    value: object,
    parts: Mapping[str | int, Place] | None = None,
    keys: Mapping[str, Place] | None = None,
) -> Place:
    mark = event.start_mark
    return Place(mark.line + 1, mark.column + 1, value, parts or {}, keys or {})


def _mistake(mark: Mark, message: str) -> Mistake:
    return Mistake(mark.line + 1, mark.column + 1, message)
