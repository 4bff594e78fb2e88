"""How members and their words are written on cards: made inert, cut to their room, and told apart where names are kept
back."""

from __future__ import annotations

from collections.abc import Iterable

from bot import ui
from bot.cohorts.rules import Member
from bot.reviews.rules import THE_AUTHOR, Review

NAME_ROOM = 60


def fitted(words: str, room: int) -> str:
    """A member's words on one line, made inert, in at most `room` characters (one at least)."""
    line, room = " ".join(words.split()), max(1, room)
    limit = room
    while len(shown := ui.safe(ui.shortened(line, limit))) > room:
        limit -= len(shown) - room
    return shown


def named(member: Member) -> str:
    """Somebody's name, made inert."""
    return fitted(member.name, NAME_ROOM)


def beginning(name: str) -> str:
    """A name at the beginning of a sentence; whoever is only called the author is written large there."""
    return THE_AUTHOR.capitalize() if name == THE_AUTHOR else name


def is_kept_back(author: Member) -> bool:
    """Whether an author's name is kept back."""
    return author.user_id is None and author.name == THE_AUTHOR


def numbered(works: Iterable[tuple[Review, Member]]) -> dict[int, str]:
    """What tells reviews of one deliverable apart where their authors' names are kept back: `1 of 2`, by review."""
    found: dict[str, list[int]] = {}
    for review, author in works:
        if is_kept_back(author):
            found.setdefault(review.deliverable, []).append(review.id)
    return {
        review_id: f"{number} of {len(ids)}"
        for ids in found.values()
        if len(ids) > 1
        for number, review_id in enumerate(sorted(ids), 1)
    }
