"""Retro entries, each with the prompt that it answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from bot.curriculum import RetroPrompt
from bot.database import Row, Tx, instant, maybe_instant, micros
from bot.retros.rules import Entry, Kept
from bot.retros.themes import Theme, WeekThemes


def put(tx: Tx, cohort_id: int, entry: Entry, *, prompt: str, now: datetime) -> None:
    """Write or rewrite a member's entry for a week; what became of its promise is said of those words alone."""
    tx.run(
        "INSERT INTO retro (cohort_id, member_id, week, prompt, retain, improve, scale, written_at, updated_at) "
        "VALUES (:cohort_id, :member_id, :week, :prompt, :retain, :improve, :scale, :written_at, :now) "
        "ON CONFLICT (cohort_id, member_id, week) DO UPDATE SET prompt = excluded.prompt, "
        "retain = excluded.retain, improve = excluded.improve, scale = excluded.scale, "
        "became = CASE WHEN retro.improve = excluded.improve THEN retro.became END, "
        "became_at = CASE WHEN retro.improve = excluded.improve THEN retro.became_at END, "
        "updated_at = excluded.updated_at",
        cohort_id=cohort_id,
        member_id=entry.member_id,
        week=entry.week,
        prompt=prompt,
        retain=entry.retain,
        improve=entry.improve,
        scale=entry.scale,
        written_at=micros(entry.written_at),
        now=micros(now),
    )


def settle(tx: Tx, cohort_id: int, member_id: int, week: int, became: Kept, now: datetime) -> None:
    """Write down what became of a member's promise of a week."""
    tx.run(
        "UPDATE retro SET became = :became, became_at = :now "
        "WHERE cohort_id = :cohort_id AND member_id = :member_id AND week = :week "
        "AND (became IS NULL OR became <> :became)",
        cohort_id=cohort_id,
        member_id=member_id,
        week=week,
        became=became,
        now=micros(now),
    )


def of_member(tx: Tx, cohort_id: int, member_id: int) -> list[Entry]:
    """A member's entries by week."""
    rows = tx.all(
        "SELECT * FROM retro WHERE cohort_id = :cohort_id AND member_id = :member_id ORDER BY week",
        cohort_id=cohort_id,
        member_id=member_id,
    )
    return [_entry(row) for row in rows]


def open_actions(tx: Tx, cohort_id: int, member_id: int) -> list[Entry]:
    """The entries of a member whose promises are open, oldest first."""
    return [entry for entry in of_member(tx, cohort_id, member_id) if entry.is_open]


def prompts(tx: Tx, cohort_id: int, member_id: int) -> Mapping[int, RetroPrompt]:
    """The questions that each of a member's entries answered, by week."""
    rows = tx.all(
        "SELECT week, prompt FROM retro WHERE cohort_id = :cohort_id AND member_id = :member_id",
        cohort_id=cohort_id,
        member_id=member_id,
    )
    return {row["week"]: RetroPrompt.model_validate_json(row["prompt"]) for row in rows}


def of_week(tx: Tx, cohort_id: int, week: int) -> list[Entry]:
    """A cohort's entries for a week, in the order they were written."""
    rows = tx.all(
        "SELECT * FROM retro WHERE cohort_id = :cohort_id AND week = :week ORDER BY written_at, id",
        cohort_id=cohort_id,
        week=week,
    )
    return [_entry(row) for row in rows]


def seen(tx: Tx, cohort_id: int, member_id: int | None = None) -> Mapping[int, datetime]:
    """When each member last looked back; or one of them."""
    whose = "" if member_id is None else "AND member_id = :member_id "
    rows = tx.all(
        "SELECT member_id, max(updated_at) AS seen_at FROM retro WHERE cohort_id = :cohort_id "  # noqa: S608 - made of constants
        + whose
        + "GROUP BY member_id",
        cohort_id=cohort_id,
        member_id=member_id,
    )
    return {row["member_id"]: instant(row["seen_at"]) for row in rows}


def keep_themes(tx: Tx, cohort_id: int, found: WeekThemes) -> None:
    """Write down what a week's digest says that several people want to improve."""
    tx.run(
        "INSERT INTO week_themes (cohort_id, week, answers, themes) VALUES (:cohort_id, :week, :answers, :themes) "
        "ON CONFLICT (cohort_id, week) DO UPDATE SET answers = excluded.answers, themes = excluded.themes",
        cohort_id=cohort_id,
        week=found.week,
        answers=found.answers,
        themes=json.dumps([[theme.words, theme.people] for theme in found.themes], ensure_ascii=False),
    )


def kept_themes(tx: Tx, cohort_id: int) -> list[WeekThemes]:
    """What a cohort's digests have said that several people want to improve, by week."""
    rows = tx.all("SELECT * FROM week_themes WHERE cohort_id = :cohort_id ORDER BY week", cohort_id=cohort_id)
    return [
        WeekThemes(
            week=row["week"],
            answers=row["answers"],
            themes=[
                Theme(words=words, people=people, of=row["answers"])
                for words, people in json.loads(row["themes"])
            ],
        )
        for row in rows
    ]


def _entry(row: Row) -> Entry:
    return Entry(
        member_id=row["member_id"],
        week=row["week"],
        retain=row["retain"],
        improve=row["improve"],
        scale=row["scale"],
        written_at=instant(row["written_at"]),
        became=row["became"],
        became_at=maybe_instant(row["became_at"]),
    )
