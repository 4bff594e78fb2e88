"""What YAML itself cannot read, in a teacher's words."""

from __future__ import annotations

import re

from yaml.error import Mark, MarkedYAMLError, YAMLError
from yaml.reader import ReaderError

from bot.curriculum.mistakes import Mistake, position

NEVER_CLOSED = "is opened here and never closed"

# How YAML puts it (its context, then its problem), and how we do. The first that matches speaks.
_AT_THE_PROBLEM = (
    (r"found character '\\t'", "a tab; a course file is indented with spaces"),
    (r"found character '(.)'", r"text that begins with \1 must be in 'quotes'"),
    (
        r"mapping values are not allowed",
        "a ': ' where only text can stand; put the text in 'quotes', or correct this line's indentation",
    ),
    (r"unknown escape character '(.+)'", r"\\\1 means nothing in double quotes; use 'single quotes'"),
    (
        r"but found '<(?:block (?:mapping|sequence)|stream|document)",
        "this line is not indented like the ones it belongs to",
    ),
    (r"expected ',' or '([\]}])'", r"a comma or a closing \1 is missing before this"),
    (
        r"expected <block end>",
        "this does not fit what stands before it; look at the quotes and the indentation",
    ),
)
_WHERE_IT_BEGAN = (
    (r"quoted scalar: .*end of stream", f"a quoted text {NEVER_CLOSED}"),
    (r"quoted scalar: .*document separator", f"a quoted text {NEVER_CLOSED}"),
    (r"flow (?:sequence|mapping): .*'<stream end>'", f"a bracket {NEVER_CLOSED}"),
    (r"could not find expected ':'", "a key and a value ('key: value') should be here; the ': ' is missing"),
)


def syntax_mistake(error: YAMLError, text: str) -> Mistake:
    """The place where YAML gave up, and why."""
    if isinstance(error, ReaderError):
        line, column = position(text, error.position)
        return Mistake(line, column, f"the character {text[error.position]!r} cannot be in a course file")
    if not isinstance(error, MarkedYAMLError):
        return Mistake(1, 1, f"this is not YAML: {error}")
    said = f"{error.context or ''}: {error.problem or ''}"
    for wordings, mark in (
        (_WHERE_IT_BEGAN, error.context_mark or error.problem_mark),
        (_AT_THE_PROBLEM, error.problem_mark or error.context_mark),
    ):
        for pattern, words in wordings:
            if found := re.search(pattern, said):
                return _at(mark, found.expand(words))
    return _at(
        error.problem_mark or error.context_mark, f"this is not YAML: {error.problem or error.context}"
    )


def _at(mark: Mark | None, message: str) -> Mistake:
    return Mistake(mark.line + 1, mark.column + 1, message) if mark else Mistake(1, 1, message)
