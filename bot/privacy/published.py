"""What one person chose to show, how they see their own work, and when they were at the pages."""

from __future__ import annotations

from collections.abc import Iterable

from bot.database import instant, maybe_instant
from bot.privacy import store
from bot.privacy.sources import Entry, Sources, grouped


def own_scores(sources: Sources) -> Iterable[Entry]:
    """How the member scored their own work."""
    for submission_id, rows in grouped(
        store.own_scores(sources.tx, sources.member.id), "submission_id"
    ).items():
        yield {
            **sources.about(sources.works[submission_id]),
            "scores": {row["criterion"]: row["level"] for row in rows},
            "at": max(instant(row["scored_at"]) for row in rows),
        }


def portfolios(sources: Sources) -> Iterable[Entry]:
    """What the member chose to show."""
    entries = grouped(store.entries(sources.tx, sources.member.id), "portfolio_id")
    for row in sources.rows("portfolio"):
        words = {name: row[name] for name in ("headline", "about", "contact")}
        yield {
            **sources.about(row),
            **words,
            "page": row["slug"],
            "online_since": maybe_instant(row["online_at"]),
            "made_at": instant(row["made_at"]),
            "work": [
                {
                    **sources.about(item),
                    "narrative": item["narrative"],
                    "among_the_best": item["place"],
                    "published_at": instant(item["published_at"]),
                    "changed_at": instant(item["changed_at"]),
                }
                for item in entries[row["id"]]
            ],
        }


def quotes(sources: Sources) -> Iterable[Entry]:
    """Whom the member asked for leave to quote a review, and who asked them."""
    for row in store.quotes(sources.tx, sources.member.id):
        is_asker = row["author_id"] == sources.member.id
        is_named = not is_asker or row["answer"] == "named"
        yield {
            **sources.about(sources.works[row["submission_id"]]),
            "asked_by": "you" if is_asker else "the author",
            "of": sources.name(row["reviewer_id"]) if is_named else "a reviewer",
            "words": row["strength"],
            "asked_at": instant(row["asked_at"]),
            "answer": row["answer"],
            "answered_at": maybe_instant(row["answered_at"]),
        }


def visits(sources: Sources) -> Iterable[Entry]:
    """When the member was at the bot's pages."""
    for row in sources.rows("visit"):
        yield {
            **sources.about(row),
            "page": row["page"],
            "asked_for_at": instant(row["made_at"]),
            "entered_at": maybe_instant(row["entered_at"]),
            "until": maybe_instant(row["until_at"]),
        }
