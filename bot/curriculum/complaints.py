"""What the models refuse, in a teacher's words and at the place where it stands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, cast, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.curriculum.marks import Place
from bot.curriculum.mistakes import Mistake, hint, nearest, shown
from bot.curriculum.models import Curriculum

Steps = tuple[int | str, ...]
Context = Mapping[str, Any]


def complaints(
    error: ValidationError, course: Place, unread: Collection[tuple[int, int]]
) -> Iterator[Mistake]:
    """Each refusal once: no value that YAML could not read, no missing key that is only misspelt."""
    details = error.errors(include_url=False)
    meant: set[Steps] = set()
    for detail in details:
        if detail["type"] == "extra_forbidden":
            meant.add(_meant(detail["loc"], course))
            yield _unknown_key(detail["loc"], course)
    missing = [detail["loc"] for detail in details if detail["type"] == "missing"]
    yield from (_missing(steps, missing, course) for steps in missing if steps not in meant)
    for detail in details:
        place = _follow(course, detail["loc"])
        if not _said_otherwise(detail) and (place.line, place.column) not in unread:
            yield place.mistake(_words(detail))


def _said_otherwise(detail: ErrorDetails) -> bool:
    # A list whose items are all wrong also counts as too short, which would be no help.
    long_enough = (
        detail["type"] == "too_short" and len(detail["input"]) >= detail.get("ctx", {})["min_length"]
    )
    return long_enough or detail["type"] in ("extra_forbidden", "missing")


def _unknown_key(steps: Steps, course: Place) -> Mistake:
    mapping, key = _follow(course, steps[:-1]), str(steps[-1])
    return mapping.keys[key].mistake(f"unknown key {shown(key)}{hint(key, _open_keys(steps, mapping))}")


def _meant(steps: Steps, course: Place) -> Steps:
    key = nearest(str(steps[-1]), _open_keys(steps, _follow(course, steps[:-1])))
    return (*steps[:-1], key or "")


def _open_keys(steps: Steps, mapping: Place) -> list[str]:
    """The keys that may stand beside this one and do not yet; all of them if none is left."""
    known = _keys_at(steps[:-1])
    return [key for key in known if key not in mapping.keys] or known


def _missing(steps: Steps, missing: Collection[Steps], course: Place) -> Mistake:
    *parents, last = steps
    place = _follow(course, tuple(parents))
    if isinstance(last, str):
        return place.mistake(f"required key {last!r} is missing")
    needed = 1 + max(int(other[-1]) for other in missing if other[:-1] == steps[:-1])
    return place.mistake(f"has {_items(len(place.parts))}, {needed} are needed")


def _follow(course: Place, steps: Steps) -> Place:
    for step in steps:
        course = course[step]
    return course


def _keys_at(steps: Steps) -> list[str]:
    model: type[BaseModel] = Curriculum
    for step in steps:
        if isinstance(step, str):
            model = next(_models_in(model.model_fields[step].annotation))
    return list(model.model_fields)


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _words(detail: ErrorDetails) -> str:
    say = _WORDS.get(detail["type"])
    value = detail["input"]
    return say(value, detail.get("ctx", {})) if say else f"{shown(value)}: {detail['msg']}"


def _text_needed(value: object, _: Context) -> str:
    if value is None:
        return "is empty; some text is needed here"
    if isinstance(value, bool | int | float):
        return f"text is needed here; put {shown(value)} in quotes if that is what you mean"
    return f"text is needed here, not {shown(value)}"


def _too_long(value: object, context: Context) -> str:
    return f"is {len(str(value).strip())} characters, at most {context['max_length']}"


def _not_whole(value: object, _: Context) -> str:
    return f"{shown(value)} is not a whole number"


def _not_a_switch(value: object, _: Context) -> str:
    return f"{shown(value)} is not true or false"


def _not_an_address(value: object, _: Context) -> str:
    return f"{shown(value)} is not a web address that begins with https://"


def _none_of(value: object, context: Context) -> str:
    known = [word.strip("'") for word in str(context["expected"]).split(" or ")]
    return f"{shown(value)} cannot stand here{hint(value if isinstance(value, str) else '', known)}"


def _count(value: object, context: Context) -> str:
    most, least = context.get("max_length"), context.get("min_length")
    bound = f"at least {least}" if most is None else f"at most {most}"
    return f"has {_items(len(cast(list[object], value)))}, {bound}"


def _items(count: int) -> str:
    return f"{count} item{'' if count == 1 else 's'}"


_WORDS: Mapping[str, Callable[[object, Context], str]] = {
    "string_type": _text_needed,
    "string_unicode": lambda _, __: "holds a character that cannot be shown",
    "string_too_long": _too_long,
    "string_too_short": lambda _, __: "is empty; some text is needed here",
    "string_pattern_mismatch": lambda value, _: (
        f"{shown(value)} cannot be a key; at most 30 small letters, digits and hyphens, a letter first"
    ),
    "int_type": _not_whole,
    "int_parsing": _not_whole,
    "int_parsing_size": _not_whole,
    "int_from_float": _not_whole,
    "bool_type": _not_a_switch,
    "bool_parsing": _not_a_switch,
    "literal_error": _none_of,
    "greater_than_equal": lambda value, context: f"{value} is too small, at least {context['ge']}",
    "less_than_equal": lambda value, context: f"{value} is too large, at most {context['le']}",
    "too_long": _count,
    "too_short": _count,
    "tuple_type": lambda value, _: f"a list (lines that begin with '- ') is needed here, not {shown(value)}",
    "model_type": lambda value, _: f"keys with values ('key: value') are needed here, not {shown(value)}",
    "value_error": lambda value, context: f"{shown(value)} {context['error']}",
    **dict.fromkeys(
        ("url_type", "url_parsing", "url_syntax_violation", "url_scheme", "url_too_long"), _not_an_address
    ),
}
