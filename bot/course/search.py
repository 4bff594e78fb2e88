"""How a text is found in the course."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.curriculum import Curriculum, DeliverableSpec, Resource, RoadmapStop
from bot.errors import CourseError

QUERY_LENGTH = (2, 100)
HITS = 10  # more would be a second course to read
EXCERPT = 160  # about two lines of a card on a phone
NEAR = 3  # suggestions for a word that the course does not use
NEAR_ENOUGH = 0.7  # of two words' letters, in order: lets a slip of one or two letters through


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A place in the course that holds what was searched; in the excerpt, True marks the words found."""

    place: str
    title: str
    part: str
    excerpt: Sequence[tuple[str, bool]]
    week: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search came to: the best hits, how many there are, and near words where there is none."""

    words: Sequence[str]
    hits: Sequence[Hit]
    total: int
    near: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """Something that can be found: its texts by part, the parts that matter most first."""

    place: str
    title: str
    parts: Sequence[tuple[int, str, str]]
    week: int | None = None

    @property
    def everything(self) -> str:
        return "\n".join(body for _, _, body in self.parts)


TITLE, DELIVERABLE, LAB, REST = range(4)


def search(course: Curriculum, query: str) -> Found:
    """The places that hold every word of the query, titles first, then deliverables, labs, and the rest."""
    words = parse_query(query)
    entries = list(_entries(course))
    matching = [entry for entry in entries if _holds(entry.everything, words)]
    ranked = sorted(matching, key=lambda entry: _rank(entry, words))
    return Found(
        words=words,
        hits=[_hit(entry, words) for entry in ranked[:HITS]],
        total=len(ranked),
        near=[] if ranked else _near(entries, words),
    )


def parse_query(query: str) -> list[str]:
    """The words that are searched, each once."""
    shortest, longest = QUERY_LENGTH
    text = " ".join(query.split())
    if not shortest <= len(text) <= longest:
        raise CourseError(
            f"A search takes {shortest} to {longest} characters, and yours has {len(text)}. "
            "Try a word or two, such as `/course search query:cache`."
        )
    return list(dict.fromkeys(text.casefold().split()))


def _entries(course: Curriculum) -> Iterator[_Entry]:
    for week in course.weeks:
        parts = [(TITLE, "title", week.title), *_handed_in(week.deliverable), (LAB, "lab", week.lab)]
        parts.append((REST, "summary", week.summary))
        yield _Entry(place=f"Week {week.number}", title=week.title, parts=parts, week=week.number)
    for capstone in course.capstones:
        parts = [(TITLE, "title", capstone.title)]
        parts += [part for spec in capstone.deliverables for part in _handed_in(spec)]
        parts.append((REST, "summary", capstone.summary))
        yield _Entry(place=f"Capstone {capstone.number}", title=capstone.title, parts=parts)
    lists: tuple[tuple[str, Sequence[RoadmapStop | Resource]], ...] = (
        ("Roadmap", course.roadmap),
        ("Resource", course.resources),
        ("Goes well with this course", course.complementary),
    )
    for place, items in lists:
        for item in items:
            parts = [(TITLE, "title", item.title), (REST, "", item.sentence)]
            yield _Entry(place=place, title=item.title, parts=parts)


def _handed_in(spec: DeliverableSpec) -> Iterator[tuple[int, str, str]]:
    yield DELIVERABLE, "deliverable", f"{spec.title}. {spec.brief}"
    yield DELIVERABLE, "evidence", "; ".join(item.label for item in spec.evidence)


def _holds(text: str, words: Sequence[str]) -> bool:
    found = text.casefold()
    return all(word in found for word in words)


def _rank(entry: _Entry, words: Sequence[str]) -> int:
    """The best part that holds every word, or after all of those when the words are spread over several."""
    return min((rank for rank, _, body in entry.parts if _holds(body, words)), default=REST + 1)


def _hit(entry: _Entry, words: Sequence[str]) -> Hit:
    """The excerpt comes from the part that holds most of the words; of equals, from the most telling one."""
    rank, part, body = max(
        entry.parts, key=lambda item: (sum(_holds(item[2], [word]) for word in words), -item[0])
    )
    if rank == TITLE:  # the heading shows it already: say what it is about
        _, part, body = entry.parts[-1]
    around = excerpt(body, words)
    return Hit(place=entry.place, title=entry.title, part=part, excerpt=around, week=entry.week)


def excerpt(body: str, words: Sequence[str], length: int = EXCERPT) -> list[tuple[str, bool]]:
    """A stretch of text around the first word found, in pieces of which the found ones are marked."""
    text = " ".join(body.split())
    either = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    pattern = re.compile(f"(?:{either})+", re.IGNORECASE)
    first = pattern.search(text)
    begins, ends = (0, 0) if first is None else first.span()
    start = min(begins, _word_start(text, begins - length // 3))
    end = max(ends, _word_end(text, start + length))
    cut = text[start:end].strip()
    pieces: list[tuple[str, bool]] = [("…", False)] if start else []
    at = 0
    for match in pattern.finditer(cut):
        pieces += [(cut[at : match.start()], False), (match[0], True)]
        at = match.end()
    pieces += [(cut[at:], False), ("…" if end < len(text) else "", False)]
    return [piece for piece in pieces if piece[0]]


def _word_start(text: str, at: int) -> int:
    return 0 if at <= 0 else text.find(" ", at) + 1


def _word_end(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    space = text.rfind(" ", 0, at)
    return at if space <= 0 else space


def _near(entries: Sequence[_Entry], words: Sequence[str]) -> list[str]:
    """Words of the course that look like the ones it does not have."""
    known = {word for entry in entries for word in re.findall(r"[\w-]{3,}", entry.everything.casefold())}
    unknown = [word for word in words if not any(word in other for other in known)][:NEAR]
    near = [
        close
        for word in unknown
        for close in difflib.get_close_matches(word, sorted(known), NEAR, NEAR_ENOUGH)
    ]
    return list(dict.fromkeys(near))[:NEAR]
