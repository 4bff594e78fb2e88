"""The least that a review says: different words of one's own, which repeating and copying do not add to."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from bot.curriculum import Rubric
from bot.errors import CourseError

# In scripts that write without spaces each character says about as much as a short word elsewhere.
_WORD = re.compile(
    r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|[^\W\d_\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]{2,}"
)


def words(text: str) -> frozenset[str]:
    """The different words of a text; digits, signs and single letters say nothing."""
    return frozenset(word.casefold() for word in _WORD.findall(text))


def rubric_lines(rubric: Rubric) -> list[str]:
    """The sentences that a reviewer has before their eyes, and could copy."""
    return [line for item in rubric.criteria for line in (item.question, *item.levels)]


def check(text: str, what: str, *, least: int, said: Iterable[str] = (), given: Collection[str] = ()) -> None:
    """Refuse words that say too little, that the review says already, or that the rubric says.

    `said` are the other points of the same review; `given` are the lines of the rubric.
    """
    own = words(text)
    if len(own) < least:
        raise CourseError(
            f"{what} says too little to learn from. Please write at least {least} different words; it has {len(own)}. "
            "Say what you saw or tried, and where."
        )
    flat = _flat(text)
    if len(words(_without(flat, given))) < least:
        raise CourseError(f"{what} repeats the rubric. Say in your own words what you saw in this work.")
    if any(flat == _flat(line) for line in said):
        raise CourseError(
            f"{what} is there already, word for word. Say what else you saw, or leave it at the one."
        )


def _without(flat: str, lines: Collection[str]) -> str:
    for line in lines:
        flat = flat.replace(_flat(line), " ")
    return flat


@lru_cache(maxsize=1024)  # the lines of the rubrics are read with every review
def _flat(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
