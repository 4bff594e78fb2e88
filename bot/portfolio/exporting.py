"""A portfolio as files that stand on their own: a page with its style, Markdown for a repository, JSON for programs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from bot.archives import zipped
from bot.errors import CourseError
from bot.portfolio import rules, site
from bot.portfolio.readme import readme
from bot.portfolio.rules import Dossier, Entry, Proof, WeekProof

FORMAT = "homeroom.portfolio/1"  # told apart from what a later version may write
LIMIT = 8 * 2**20  # bytes; Discord takes files of 10 MiB, and the message around it needs some room
PAGE, STYLE, README, JSON = "index.html", "style.css", "README.md", "portfolio.json"
SHARE_DIGITS = 4


def packed(dossier: Dossier, limit: int = LIMIT) -> bytes:
    """A zip of all four; the same portfolio at the same instant gives the same bytes."""
    pack = zipped(
        dossier.made_at,
        {
            PAGE: site.page(dossier, style=STYLE, is_file=True),
            STYLE: site.STYLE,
            README: readme(dossier),
            JSON: as_json(dossier),
        },
    )
    if len(pack) > limit:
        raise CourseError(
            "Your portfolio is too large for one message. Shorten its longest narratives with `/portfolio publish`, "
            "then export it again."
        )
    return pack


def pack_name(dossier: Dossier) -> str:
    """What the zip is called: by its owner's name, without what keeps the page's address from being guessed."""
    return f"portfolio-{rules.slug(dossier.portfolio.member.name, '').rstrip('-')}.zip"


def as_json(dossier: Dossier) -> str:
    """The portfolio for programs.

    `format` is `homeroom.portfolio/1`; keys are only ever added to it. Instants are ISO 8601 in UTC, or null. A
    deliverable's `key` is `w05` for week 5 and `c2.1` for the first part of capstone 2. `best` is 1 to 3 or null. A
    narrative is Markdown as its author wrote it. A proof's `state` is unchecked, reachable, private or dead; its `url`
    is null where the work is accepted and not published. A score's `share` runs from 0 to 1, over `reviews` reviews.
    Of a week's points, `open` are those that wait for somebody, `left` those not settled when the work was accepted.
    A week's `practices` say by each practice's key what shows it, or null.
    """
    portfolio = dossier.portfolio
    whole = {
        "format": FORMAT,
        "made_at": dossier.made_at,
        "name": portfolio.member.name,
        "headline": portfolio.headline,
        "about": portfolio.about,
        "contact": portfolio.contact,
        "course": _course(dossier),
        "figures": _figures(dossier),
        "entries": [_entry(entry) for entry in portfolio.entries],
        "scores": [
            {"week": week.week, "share": round(week.score, SHARE_DIGITS), "reviews": week.reviews}
            for week in dossier.card.weeks
            if week.score is not None
        ],
        "points": [
            {"week": week.week, "found": week.total, "open": week.still_open, "left": week.left}
            for week in dossier.trends.points.weeks
        ],
        "weeks": [_week(week) for week in dossier.weeks],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2, default=_iso) + "\n"


def _course(dossier: Dossier) -> dict[str, Any]:
    facts, times = dossier.running.course.course, dossier.running.times
    return {
        "title": facts.title,
        "school": facts.school,
        "level": facts.level,
        "starts_at": times[0].kickoff,
        "ends_at": times[-1].deadline,
    }


def _figures(dossier: Dossier) -> dict[str, int]:
    return {
        "accepted": dossier.accepted,
        "asked": dossier.asked,
        "capstones": len(dossier.running.course.capstones),
        "capstones_signed_off": dossier.signed_off,
        "reviews_given": dossier.card.reviews_given,
        "reviews_given_on_time": dossier.card.given_on_time,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "key": entry.deliverable.key,
        "title": entry.deliverable.title,
        "track": entry.deliverable.track,
        "week": entry.deliverable.week,
        "best": entry.place,
        "narrative": entry.narrative,
        "published_at": entry.published_at,
        "changed_at": entry.changed_at,
        "accepted_at": entry.accepted_at,
        "accepted_by": "mentor" if entry.accepted_by_mentor else "peers",
        "revision": entry.revision,
        "proofs": [_proof(proof) for proof in entry.proofs],
        "quotes": [
            {"words": quote.words, "by": quote.by, "role": "mentor" if quote.is_mentor else "classmate"}
            for quote in entry.quotes
        ],
    }


def _proof(proof: Proof) -> dict[str, Any]:
    return {
        "kind": proof.kind,
        "label": proof.label,
        "url": proof.url or None,
        "state": proof.state,
        "checked_at": proof.checked_at,
        "commit": proof.commit,
        "committed_at": proof.committed_at,
    }


def _week(row: WeekProof) -> dict[str, Any]:
    return {
        "number": row.week.number,
        "title": row.week.title,
        "stage": row.stage.key,
        "outcomes": list(row.outcomes),
        "accepted_at": row.accepted_at,
        "proofs": [_proof(proof) for proof in row.proofs],
        "practices": dict(row.practices),
    }


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(f"{type(value).__name__} has no place in the file")
