"""What somebody writes about their work: the template it begins with, its length, and what would make it stronger."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.errors import CourseError
from bot.portfolio.rules import NARRATIVE_LIMIT

WORDS_A_MINUTE = 240  # how fast adults read English silently, on average over many studies
HALF_A_MINUTE = 30  # seconds; a time to read is told no finer
SHORT = 40  # words; with fewer there is no room for a problem, an answer and its proof
HEADING = "## "  # what a prompt begins with, so that pages show it as a heading

_LINK = re.compile(r"https?://\S+")
_NUMBERED = re.compile(r"^\s*\d+[.)]\s", re.MULTILINE)  # a list's own numbers prove nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How long a narrative is, and what would make it stronger: prompts left empty, no number in it, very few words."""

    words: int
    seconds: int
    """How long it takes to read, in halves of a minute."""
    empty: Sequence[str]
    has_number: bool
    is_short: bool


def template(prompts: Sequence[str]) -> str:
    """What an empty narrative begins with: each prompt as a heading, with room below it."""
    return "\n\n\n".join(HEADING + prompt for prompt in prompts) + "\n"


def parse(text: str, prompts: Sequence[str]) -> str:
    """A narrative as it is kept; a refusal if nothing was written yet, or far more than anybody reads."""
    narrative = _plain(text)
    if len(narrative) > NARRATIVE_LIMIT:
        raise CourseError(
            f"Your narrative has {len(narrative):,} characters, and {NARRATIVE_LIMIT:,} fit: nobody busy reads on. "
            "Keep what proves the most, and link to the rest."
        )
    if not _said(told(narrative, prompts)):
        raise CourseError(
            "There is nothing in your narrative yet. A few sentences below one of its headings are enough to begin "
            "with, and you can change them whenever you like."
        )
    return narrative


def told(narrative: str, prompts: Sequence[str]) -> str:
    """A narrative as others read it: without the prompts that nothing was written under."""
    return "\n\n".join(
        "\n".join(([heading] if heading else []) + ([words] if words else []))
        for heading, words in _sections(narrative, prompts)
        if _said(words)
    )


def look(narrative: str, prompts: Sequence[str]) -> Look:
    """How long a narrative is, and what would make it stronger."""
    sections = list(_sections(narrative, prompts))
    answers = "\n".join(words for _, words in sections)
    count = words_in(told(narrative, prompts))
    return Look(
        words=count,
        seconds=reading(count),
        empty=[_prompt(heading) for heading, words in sections if heading and not _said(words)],
        has_number=any(character.isdigit() for character in _NUMBERED.sub("", _LINK.sub("", answers))),
        is_short=words_in(answers) < SHORT,
    )


def words_in(text: str) -> int:
    """How many words a text has: what has a letter or digit in it and no space."""
    return sum(_said(word) for word in text.split())


def reading(words: int) -> int:
    """How many seconds it takes to read so many words, in halves of a minute from the first on."""
    return max(1, round(words * 60 / WORDS_A_MINUTE / HALF_A_MINUTE)) * HALF_A_MINUTE


def _plain(text: str) -> str:
    """What was typed, without marks that nobody sees and without more than two empty lines in a row."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    kept = "".join(mark for mark in lines if mark == "\n" or not _is_unseen(mark))
    return re.sub(r"\n{4,}", "\n\n\n", kept).strip()


def _is_unseen(mark: str) -> bool:
    """Whether a character shows nothing itself; the joiners of letters and emoji stay."""
    return unicodedata.category(mark) in {"Cc", "Cf", "Cs", "Co"} and mark not in "\u200c\u200d"


def _said(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _sections(narrative: str, prompts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """A narrative by its prompts, in order: the line with the prompt, as it stands there, and what is below it.

    What stands before the first has no heading.
    """
    known = {_folded(prompt) for prompt in prompts} - {""}
    heading, below = "", list[str]()
    for line in narrative.split("\n"):
        if _folded(line) in known:
            yield heading, "\n".join(below).strip("\n")
            heading, below = line, []
        else:
            below.append(line)
    yield heading, "\n".join(below).strip("\n")


def _folded(line: str) -> str:
    """A line as a prompt is recognized by: without the marks of a heading and its capitals."""
    return " ".join(_prompt(line).casefold().split())


def _prompt(line: str) -> str:
    return line.strip(" #*_:")
