"""All of a student's retros as one Markdown text, to keep when the course is over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.cohorts.rules import Running
from bot.curriculum import RetroPrompt
from bot.retros.rules import Entry, Kept

FILE = "retros.md"

BECAME: dict[Kept | None, str] = {
    "kept": "kept",
    "partly": "partly kept, and carried on",
    "dropped": "dropped",
    None: "still open",
}

_MARKUP = re.compile(r"[\\`*_\[\]<>~|$&]")
_LINE_START = re.compile(r"^(?:([#+=-])|(\d+)([.)]))")


def inert(words: str) -> str:
    """Words that Markdown shows as they were typed, line by line: no markup, no heading or list, nobody mentioned."""
    plain = _MARKUP.sub(r"\\\g<0>", words.strip()).replace("@", "@\u200b")
    # What stands first in a line decides what the line is; four blanks there would make it code.
    lines = [_LINE_START.sub(_escaped, line.strip()) for line in plain.splitlines()]
    return "  \n".join(lines)


def _escaped(found: re.Match[str]) -> str:
    mark, number, point = found.groups()
    return f"\\{mark}" if mark else f"{number}\\{point}"


def book(running: Running, entries: Sequence[tuple[Entry, RetroPrompt]]) -> str:
    """Every entry with the questions that it answered, and what became of its promise."""
    lines = [f"# Retros · {inert(running.course.course.title)}", "", inert(running.cohort.name)]
    for entry, prompt in entries:
        title, zone = running.course.week(entry.week).title, running.cohort.zone
        written = f"Written {entry.written_at.astimezone(zone):%Y-%m-%d}."
        lines += ["", f"## Week {entry.week} · {inert(title)}", "", written, *_answers(entry, prompt)]
        when = "" if entry.became_at is None else f", {entry.became_at.astimezone(zone):%Y-%m-%d}"
        lines += ["", f"**Promise:** {BECAME[entry.became]}{when}."]
    return "\n".join(lines) + "\n"


def _answers(entry: Entry, prompt: RetroPrompt) -> Iterator[str]:
    asked = ((prompt.retain, entry.retain), (prompt.improve, entry.improve), (prompt.scale, entry.scale))
    for question, answer in asked:
        yield from ("", f"### {inert(question)}", "", inert(answer))
