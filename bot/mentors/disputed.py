"""What an author and their reviewer could not settle, as the mentor who decides reads it first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.mentors.work import Work
from bot.reviews.words import fitted, named
from bot.revisions.cards import answered_with, titled
from bot.revisions.rules import Answer, PointState, points

EXCERPT = 400  # of each turn; the reviews show all of it

POINTS: Mapping[PointState, str] = {
    "to answer": "not answered yet",
    "answered": "answered; its reviewer looks",
    "back": "found still open; back with the author",
    "disputed": "still open after two answers",
    "settled": "settled",
    "left": "left as it was at acceptance",
}


def disputed(work: Work, now: datetime) -> Iterator[str]:
    """Each point that stayed open after two answers, with who said what, and what a decision means."""
    found = [(review, point) for review, point, state in points(work.facts, now) if state == "disputed"]
    author = named(work.line.author)
    for review, point in found:
        reviewer = named(work.people[review.reviewer_id])
        yield f"\n{titled(point)}\n{reviewer}: {fitted(point.body, EXCERPT)}"
        for answer in work.facts.answers.get(point.id, ()):
            if answer.sent_at is None:
                continue
            said = f": {fitted(answer.body, EXCERPT)}" if answer.body else ""
            yield f"↳ {author} · {answered_with(answer)}{said}"
            if answer.checked_at is not None:
                remark = f": {fitted(answer.remark, EXCERPT)}" if answer.remark else ""
                yield f"↳ {reviewer} · {found_of(answer)}{remark}"
    if found:
        yield "Accept sides with the author; Request changes with the reviewer.\n"


def found_of(answer: Answer) -> str:
    """What a reviewer found of an answer; nothing while they have only marked it."""
    if answer.checked_at is None:
        return ""
    return "settled" if answer.verdict == "settled" else "still open"
