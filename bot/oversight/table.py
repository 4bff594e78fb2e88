"""A report as a table: a row for each student and deliverable, also for what is missing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.oversight.rules import Cell, Report, Row
from bot.reviews.rules import Scores
from bot.revisions.rules import points
from bot.sheets import defused

COLUMNS = (
    "student", "user", "status", "deliverable", "title", "week", "state", "late", "handed in at", "deadline",
    "extended until", "excused", "evidence", "reviews promised", "reviews received", "score mean", "score lowest",
    "score highest", "accepted at", "open points", "time zone",
)  # fmt: skip

Given = Mapping[tuple[int, str], Scores]
"""What reviews say of each piece of work, by its author and deliverable."""


def table(report: Report, scores: Given) -> bytes:
    """The whole course of everybody who ever was a student of the cohort; shares are per cent.

    Somebody is named by a mention: a spreadsheet would round the digits of a bare id.
    """
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(COLUMNS)
    for row in report.everybody:
        for key, cell in row.cells.items():
            found = (
                *_who(row),
                *_work(report, row, cell),
                *_reviews(report, cell, scores.get((row.member.id, key))),
            )
            writer.writerow([*found, report.running.cohort.zone.key])
    # Without the mark a spreadsheet takes it for its country's letters.
    return lines.getvalue().encode("utf-8-sig")


def _who(row: Row) -> Iterator[str]:
    user_id = row.member.user_id
    yield defused(row.member.name)
    yield "" if user_id is None else f"<@{user_id}>"
    yield "former member" if user_id is None else "active" if row.is_present else "withdrawn"


def _work(report: Report, row: Row, cell: Cell) -> Iterator[str]:
    line, zone = cell.line, report.running.cohort.zone
    revision, allowed = line.revision, cell.allowed
    yield line.deliverable.key
    yield defused(line.deliverable.title)
    yield str(line.deliverable.week)
    yield cell.state
    yield _said(holds=line.late)
    yield _wall(row.handed_in_at.get(line.deliverable.key), zone)
    yield _wall(line.deadline if revision is None else revision.deadline_at, zone)
    yield _wall(allowed.until_at if allowed is not None and line.extended else None, zone)
    yield _said(holds=allowed is not None and allowed.is_excused)
    yield "" if revision is None else _percent(line.completeness)


def _reviews(report: Report, cell: Cell, scores: Scores | None) -> Iterator[str]:
    facts = cell.facts
    accepted = None if facts is None else facts.accepted
    yield "" if facts is None else str(facts.policy.reviewers)
    yield "" if facts is None else str(0 if scores is None else scores.count)
    shares = ("", "", "") if scores is None else map(_percent, (scores.mean, scores.low, scores.high))
    yield from shares
    yield _wall(None if accepted is None else accepted.decided_at, report.running.cohort.zone)
    if facts is None or accepted is not None:
        yield "" if facts is None else "0"
    else:
        yield str(sum(state != "settled" for _, _, state in points(facts, report.now)))


def _said(*, holds: bool) -> str:
    return "yes" if holds else ""


def _percent(share: float) -> str:
    return f"{share * 100:.0f}"


def _wall(moment: datetime | None, zone: ZoneInfo) -> str:
    return "" if moment is None else f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
