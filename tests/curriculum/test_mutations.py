"""Whatever happens to a course file, the reader answers with the course or with places inside the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.curriculum import Curriculum, CurriculumErrors, read
from bot.curriculum.mistakes import lines_of

from .conftest import SMALL

POLICY = "  ladder:\n    nudge: 20\n    mentor: 20\n    covered: 40\n  mentors:\n    minutes: 60\n"
TEXT = (
    SMALL.read_text(encoding="utf-8")
    .replace("    days: 7\n", f"    days: 7\n{POLICY}")
    .replace("rubric: judgement\n", "rubric: judgement\n      rests_on: [1]\n", 1)
)
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["{", "{verb", "{title.x}", "mon 09:00", "x" * 800, "craft", "18:00", 10**30, -1, 0, 53]),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
)
FRAGMENTS = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        ["\t", "*a", "&a ", "!x ", "---\n", "? ", ": ", "- ", "[", "}", "'", '"', "\\", "%", "\r", "\x85"]
    ),
)


def _answered(text: str) -> None:
    try:
        course = read(text, "course.yaml")
    except CurriculumErrors as errors:
        _inside(text, errors)
        return
    assert course.deliverables
    assert all(course.outcomes_of(week) for week in course.weeks)
    assert Curriculum.model_validate_json(course.model_dump_json()) == course


def _inside(text: str, refused: CurriculumErrors) -> None:
    lines = lines_of(text)
    assert refused.mistakes
    assert list(refused.mistakes) == sorted(refused.mistakes)
    for mistake in refused.mistakes:
        assert 1 <= mistake.line <= len(lines)
        assert 1 <= mistake.column <= len(lines[mistake.line - 1]) + 1
        assert f"course.yaml:{mistake.line}:{mistake.column}: {mistake.message}\n" in str(refused)
    str(refused).encode()  # can be printed


def _holders(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list) and value:
        yield value
        for part in value.values() if isinstance(value, dict) else value:
            yield from _holders(part)


@given(st.data())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_value_deleted_renamed_or_retyped(data: st.DataObject):
    course = yaml.load(TEXT, Loader=yaml.BaseLoader)
    for _ in range(data.draw(st.integers(1, 3))):
        holder = data.draw(st.sampled_from(list(_holders(course))))
        key = data.draw(st.sampled_from(list(holder) if isinstance(holder, dict) else range(len(holder))))
        change = data.draw(st.sampled_from(["delete", "retype", "add"]))
        if change == "retype":
            holder[key] = data.draw(ODD)
        elif change == "delete":
            del holder[key]
        elif isinstance(holder, dict):
            holder[data.draw(st.text(max_size=5))] = data.draw(ODD)
        else:
            holder.append(holder[key])
    _answered(yaml.safe_dump(course, allow_unicode=data.draw(st.booleans()), sort_keys=False))


@given(cut=st.integers(0, len(TEXT)), fragment=FRAGMENTS, skip=st.integers(0, 30))
@settings(max_examples=120, deadline=None)
def test_a_text_with_a_piece_exchanged(cut: int, fragment: str, skip: int):
    _answered(TEXT[:cut] + fragment + TEXT[cut + skip :])


@given(st.integers(0, len(TEXT)))
@settings(max_examples=40, deadline=None)
def test_a_text_cut_short(length: int):
    _answered(TEXT[:length])


@given(
    st.text(alphabet=st.sampled_from("ab:-?[]{},#&*!|>'\"%@\\ \n\t\r~<.0U\x85\u2028é\U0001f600"), max_size=40)
)
@settings(max_examples=300, deadline=None)
def test_a_text_of_any_kind(text: str):
    _answered(text)
