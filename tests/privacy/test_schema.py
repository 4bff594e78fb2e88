"""No table and no column of words can be added without saying what becomes of it when somebody is forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.database import Tx
from bot.privacy import erasing
from bot.privacy.held import SECTIONS
from bot.privacy.rules import POINTERS
from bot.privacy.store import WRITTEN
from tests.privacy.people import ASTER, NOW, Life

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # the schema is the same on both
PRIVACY = (Path(__file__).parents[2] / "PRIVACY.md").read_text()

# Every column that holds words or JSON, and what becomes of it.
ERASED = {
    "absence.reason", "allowance.reason", "answer.body", "evidence.url", "extension_request.reason",
    "extension_request.words", "evidence.commit_sha", "forbidden_pair.reason", "portfolio.about", "portfolio.contact",
    "portfolio.headline", "portfolio.slug", "portfolio_entry.narrative", "visit.session", "member.name",
    "retro.improve", "retro.retain", "retro.scale",
    "review.closed_words", "revision.note", "roster_upload.body", "snippet.body", "snippet.title",
}  # fmt: skip
# Somebody's own words in them stay with those who received them, or go with the row; mentions are taken out.
CLEARED = {
    "announcement.body", "answer.remark", "audit.detail", "decision.words", "occurrence.last_error", "point.body",
    "point.place", "problem.detail", "review.strength", "announcement_file.name",
}  # fmt: skip
# What of it is not searched for mentions of somebody who is forgotten: links, files and names, what nobody but its
# writer reads, and the audit log, which has its own way.
UNSEARCHED = {
    "announcement_file.name", "audit.detail", "evidence.commit_sha", "evidence.url", "member.name", "portfolio.contact",
    "portfolio.slug", "roster_upload.body", "snippet.body", "snippet.title", "visit.session",
}  # fmt: skip
IMPERSONAL = {
    "announcement.at", "announcement.day", "announcement.mention", "announcement.repeat", "announcement.state",
    "announcement_file.media_type", "answer.kind", "answer.verdict", "allowance.deliverable", "audit.action",
    "cohort.calendar", "cohort.ladder", "cohort.name", "cohort.starts_on", "cohort.state", "cohort.timezone",
    "course_version.body", "course_version.digest", "decision.kind", "enrollment.role", "enrollment.state",
    "evidence.kind", "evidence.state", "extension_request.answer", "extension_request.deliverable", "house.name",
    "house.value", "migration.applied_at", "migration.digest", "migration.name", "occurrence.key", "occurrence.kind",
    "occurrence.owner", "occurrence.state", "pairing.deliverable", "pairing.seed", "point.kind", "point.severity",
    "quote.answer", "problem.subject", "queue_item.outcome", "retro.became", "retro.prompt", "review.closed_why",
    "review.origin", "review.track", "score.criterion", "self_score.criterion", "server_event.key",
    "submission.deliverable",
    "visit.page", "week_themes.themes",
}  # fmt: skip


def tables(tx: Tx) -> list[str]:
    found = tx.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    return sorted(row["name"] for row in found)


def pointers(tx: Tx) -> dict[str, set[str]]:
    found = {
        table: {
            row["from"] for row in tx.all(f"PRAGMA foreign_key_list({table})") if row["table"] == "member"
        }
        for table in tables(tx)
    }
    return {table: columns for table, columns in found.items() if columns}


def texts(tx: Tx) -> set[str]:
    return {
        f"{table}.{row['name']}"
        for table in tables(tx)
        for row in tx.all(f"PRAGMA table_info({table})")
        if row["type"] == "TEXT"
    }


async def test_every_column_that_points_at_a_member_is_known(life: Life):
    known = {
        table: set(columns) - {"author_id"} if table == "review" else set(columns)
        for table, columns in POINTERS.items()
    }
    assert await life.database.read(pointers) == known, "a review's author is its submission's"


async def test_every_table_has_its_way_to_be_forgotten(life: Life):
    everything = set(await life.database.read(tables))
    assert set(erasing.PERSON) == everything
    assert set(erasing.COHORT) == everything


async def test_every_column_of_words_is_known(life: Life):
    assert await life.database.read(texts) == ERASED | CLEARED | IMPERSONAL


async def test_mentions_of_somebody_are_looked_for_in_every_column_that_others_read(life: Life):
    searched = {f"{place.table}.{place.column}" for place in WRITTEN}
    assert searched.isdisjoint(UNSEARCHED)
    assert searched | UNSEARCHED == ERASED | CLEARED


async def test_the_person_of_these_tests_is_in_every_table_that_points_at_a_member(life: Life):
    held = await life.privacy.export(ASTER, NOW)
    assert [part.key for part in held.parts if not part.entries] == []
    assert len(held.parts) == len(SECTIONS)


async def test_the_privacy_page_names_every_table(life: Life):
    missing = [table for table in await life.database.read(tables) if f"`{table}`" not in PRIVACY]
    assert missing == []
