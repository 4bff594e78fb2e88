"""Mistakes in a course file, and the report that shows a teacher all of them at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

SNIPPET_WIDTH = 100
LONGEST_SHOWN = 40
BEFORE_THE_CARET = 60  # characters of a long line that are shown before the mistake

_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # what YAML counts as the end of a line


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """What is wrong, and where: lines and columns count from 1, as editors do."""

    line: int
    column: int
    message: str


class CurriculumErrors(Exception):
    """A course file that cannot be used; its text is the whole report, its mistakes are in file order.

    A file that could not be read at all has no mistakes, only the sentence that says so.
    """

    def __init__(self, report: str, mistakes: tuple[Mistake, ...] = ()) -> None:
        super().__init__(report)
        self.mistakes = mistakes

    @classmethod
    def found(cls, name: str, text: str, mistakes: Iterable[Mistake]) -> CurriculumErrors:
        """The mistakes found in a text, sorted, each once, with the line it stands in."""
        lines = lines_of(text)
        placed = sorted({_inside(mistake, lines) for mistake in mistakes})
        return cls("\n".join(_report(name, placed, lines)), tuple(placed))


def lines_of(text: str) -> list[str]:
    """The lines that positions count; a last line end begins no new line."""
    lines = _LINE_END.split(text)
    if len(lines) > 1 and not lines[-1]:
        lines.pop()
    return lines


def position(text: str, index: int) -> tuple[int, int]:
    """The line and column of a character."""
    before = _LINE_END.split(text[:index])
    return len(before), len(before[-1]) + 1


def nearest(word: str, known: Collection[str]) -> str | None:
    """The known word that an unknown one resembles most, if it resembles any."""
    found = get_close_matches(word, known, n=1)
    return found[0] if found else None


def hint(word: str, known: Collection[str]) -> str:
    """The end of a sentence about an unknown word: the known one that is nearest, else all of them."""
    if meant := nearest(word, known):
        return f"; did you mean {meant!r}?"
    return f"; known are {', '.join(known)}" if known else ""


def shown(value: object) -> str:
    """A value as a sentence about it may name it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a set of keys"
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def _inside(mistake: Mistake, lines: list[str]) -> Mistake:
    message = _printable(mistake.message)
    if mistake.line > len(lines):  # YAML notices some mistakes only after the last line
        return Mistake(len(lines), len(lines[-1]) + 1, message)
    return Mistake(mistake.line, min(mistake.column, len(lines[mistake.line - 1]) + 1), message)


def _printable(text: str) -> str:
    """A text whose every character takes one place on a screen."""
    return "".join(char if char.isprintable() else " " for char in text)


def _report(name: str, mistakes: list[Mistake], lines: list[str]) -> Iterator[str]:
    """One line for each mistake; those at the same place share its snippet."""
    for mistake, following in zip(mistakes, [*mistakes[1:], None], strict=True):
        yield f"{name}:{mistake.line}:{mistake.column}: {mistake.message}"
        if following is None or (following.line, following.column) != (mistake.line, mistake.column):
            yield from _snippet(mistake, lines)


def _snippet(mistake: Mistake, lines: list[str]) -> Iterator[str]:
    line = _printable(lines[mistake.line - 1])
    start = 0
    if len(line) > SNIPPET_WIDTH:
        start = max(0, mistake.column - 1 - BEFORE_THE_CARET)
    yield f"{mistake.line:>6} | {line[start : start + SNIPPET_WIDTH]}".rstrip()
    yield f"{'':>6} | {' ' * (mistake.column - 1 - start)}^"
