"""The reviews that one person gave and received; whose names were kept back stay unnamed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.database import Row, instant, maybe_instant
from bot.privacy import store
from bot.privacy.sources import Entry, Sources, grouped
from bot.reviews import store as reviews
from bot.reviews.rules import THE_AUTHOR, letters

# Why a lead gave it to somebody else is not told, as it is not on the cards: it may be about its author.
_GIVEN_ON: Mapping[str | None, str] = {"apart": "given to somebody else"}


@dataclass(frozen=True, slots=True)
class Details:
    """What is in the reviews that somebody gave and received."""

    scores: Mapping[int, Mapping[str, int]]
    points: Mapping[int, Sequence[Row]]
    answers: Mapping[int, Sequence[Row]]


def received(sources: Sources) -> Iterable[Entry]:
    """Every review of the member's work that was sent; drafts are their writers'."""
    details = _details(sources)
    for row in sources.by("review", "author_id"):
        if row["sent_at"] is None:
            continue
        yield {
            **sources.about(sources.works[row["submission_id"]]),
            "reviewer": _reviewer(sources, row),
            "sent_at": instant(row["sent_at"]),
            "read_at": maybe_instant(row["read_at"]),
            "your_rating": row["rating"],
            "strength": row["strength"],
            "scores": details.scores.get(row["id"], {}),
            "points": [_point(item, details, of_author=True) for item in details.points[row["id"]]],
        }


def given(sources: Sources) -> Iterable[Entry]:
    """Every review that was asked of the member, drafts too."""
    details = _details(sources)
    for row in sources.by("review", "reviewer_id"):
        yield {
            **sources.about(sources.works[row["submission_id"]]),
            "author": _author(sources, row),
            "asked_at": instant(row["allocated_at"]),
            "due_at": instant(row["due_at"]),
            "opened_at": maybe_instant(row["opened_at"]),
            "sent_at": maybe_instant(row["sent_at"]),
            "closed_at": maybe_instant(row["closed_at"]),
            "closed_because": _GIVEN_ON.get(row["closed_why"], row["closed_why"]),
            "your_reason": row["closed_words"],
            "strength": row["strength"],
            "scores": details.scores.get(row["id"], {}),
            "points": [_point(item, details, of_author=False) for item in details.points[row["id"]]],
        }


def _details(sources: Sources) -> Details:
    tx, member_id = sources.tx, sources.member.id
    scores: dict[int, dict[str, int]] = defaultdict(dict)
    for row in store.of_reviews(tx, "score", member_id):
        scores[row["review_id"]][row["criterion"]] = row["level"]
    points = grouped(store.of_reviews(tx, "point", member_id), "review_id")
    return Details(scores, points, grouped(store.answers(tx, member_id), "point_id"))


def _is_blind(sources: Sources, review: Row) -> bool:
    work = sources.works[review["submission_id"]]
    deliverable = sources.deliverable(work, review["course_version_id"])
    return review["origin"] != "mentor" and (deliverable is None or deliverable.blind)


def _reviewer(sources: Sources, review: Row) -> str | None:
    if not _is_blind(sources, review):
        return sources.name(review["reviewer_id"])
    return letters(reviews.of_submission(sources.tx, review["submission_id"]))[review["id"]]


def _author(sources: Sources, review: Row) -> str | None:
    return THE_AUTHOR if _is_blind(sources, review) else sources.name(review["author_id"])


def _point(point: Row, details: Details, *, of_author: bool) -> Entry:
    """A point and its answers; each side's drafts are shown to that side only."""
    return {
        **{name: point[name] for name in ("kind", "severity", "place", "body")},
        "made_at": instant(point["created_at"]),
        "answers": [
            _answer(answer, of_author=of_author)
            for answer in details.answers[point["id"]]
            if of_author or answer["sent_at"] is not None
        ],
    }


def _answer(answer: Row, *, of_author: bool) -> Entry:
    is_checked = answer["checked_at"] is not None or not of_author
    return {
        "round": answer["round"],
        "answer": answer["kind"],
        "words": answer["body"],
        "sent_at": maybe_instant(answer["sent_at"]),
        "verdict": answer["verdict"] if is_checked else None,
        "remark": answer["remark"] if is_checked else "",
        "checked_at": maybe_instant(answer["checked_at"]),
    }
