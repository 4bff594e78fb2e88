"""Reads a course file: the whole course, or every mistake in it."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from bot.curriculum.checks import check
from bot.curriculum.complaints import complaints
from bot.curriculum.marks import Place, places
from bot.curriculum.mistakes import CurriculumErrors, Mistake, position
from bot.curriculum.models import Curriculum

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def load(path: Path | str) -> Curriculum:
    """The course in a file; CurriculumErrors if there is none or it has mistakes."""
    name = str(path)
    try:
        raw = Path(path).read_bytes()
    except FileNotFoundError:
        raise CurriculumErrors(f"There is no course file at {name}; check the path.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise CurriculumErrors(f"The course file {name} cannot be read: {reason.lower()}.") from error
    try:
        return read(raw.decode("utf-8-sig"), name)
    except UnicodeDecodeError:
        raise _not_utf8(raw, name) from None


def read(text: str, name: str = "curriculum.yaml") -> Curriculum:
    """The course in a text; CurriculumErrors names every mistake as `name:line:column`."""
    root, mistakes = places(text)
    if root is None:
        raise CurriculumErrors.found(name, text, mistakes)
    course, found = _course(root, mistakes)
    mistakes += [*found, *check(root)]
    if course is None or mistakes:
        raise CurriculumErrors.found(name, text, mistakes)
    return course


def json_schema() -> str:
    """The JSON Schema of a course file, for editors."""
    schema = {"$schema": DIALECT, **Curriculum.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _course(root: Place, unread: list[Mistake]) -> tuple[Curriculum | None, list[Mistake]]:
    try:
        return Curriculum.model_validate(root.value), []
    except ValidationError as error:
        return None, list(complaints(error, root, {(mistake.line, mistake.column) for mistake in unread}))


def _not_utf8(raw: bytes, name: str) -> CurriculumErrors:
    text = raw.decode("utf-8-sig", errors="replace")
    line, column = position(text, text.index("\N{REPLACEMENT CHARACTER}"))
    return CurriculumErrors.found(name, text, [Mistake(line, column, "is not UTF-8; save the file as UTF-8")])
