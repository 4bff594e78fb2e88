"""Places on a roster in full: since when, and whether somebody carries the Discord role that goes with theirs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from bot.cohorts.rules import Member, Placed, Role
from bot.database import Tx, instant, micros

KEPT = timedelta(
    days=1
)  # a roster file waits so long for its lead to confirm it; by then people have come and gone


def of_cohort(tx: Tx, cohort_id: int) -> list[Placed]:
    """Every place that the cohort ever had, by name."""
    rows = tx.all(
        "SELECT m.id, m.user_id, m.name, e.role, e.state, e.enrolled_at, e.by_role FROM enrollment e "
        "JOIN member m ON m.id = e.member_id WHERE e.cohort_id = :cohort_id ORDER BY m.name, m.id, e.role",
        cohort_id=cohort_id,
    )
    return [
        Placed(
            member=Member(id=row["id"], user_id=row["user_id"], name=row["name"]),
            role=row["role"],
            active=row["state"] == "active",
            since=instant(row["enrolled_at"]),
            by_role=bool(row["by_role"]),
        )
        for row in rows
    ]


def seen(tx: Tx, cohort_id: int, member_id: int, role: Role) -> bool:
    """Somebody with a place carries its Discord role; False if that is known."""
    return (
        tx.run(
            "UPDATE enrollment SET by_role = 1 WHERE cohort_id = :cohort_id AND member_id = :member_id "
            "AND role = :role AND state = 'active' AND by_role = 0",
            cohort_id=cohort_id,
            member_id=member_id,
            role=role,
        )
        == 1
    )


def end(tx: Tx, cohort_id: int, member_id: int, role: Role) -> bool:
    """End one place of a member; False if they have it no more."""
    return (
        tx.run(
            "UPDATE enrollment SET state = 'withdrawn', by_role = 0 WHERE cohort_id = :cohort_id "
            "AND member_id = :member_id AND role = :role AND state = 'active'",
            cohort_id=cohort_id,
            member_id=member_id,
            role=role,
        )
        == 1
    )


def unfinished(tx: Tx, guild_id: int) -> list[int]:
    """The cohorts of a server that have not finished."""
    rows = tx.all(
        "SELECT id FROM cohort WHERE guild_id = :guild_id AND state <> 'finished' ORDER BY id",
        guild_id=guild_id,
    )
    return [row["id"] for row in rows]


def guilds(tx: Tx) -> set[int]:
    """The servers that have a cohort which has not finished."""
    return {
        row["guild_id"] for row in tx.all("SELECT DISTINCT guild_id FROM cohort WHERE state <> 'finished'")
    }


def rename(tx: Tx, user_id: int, name: str) -> bool:
    """Bring a known member's name up to date; False if there was nothing to change."""
    return (
        tx.run(
            "UPDATE member SET name = :name WHERE user_id = :user_id AND name <> :name",
            user_id=user_id,
            name=name,
        )
        == 1
    )


def unseen(tx: Tx, cohort_id: int, role: Role) -> None:
    """Another Discord role goes with a role of a cohort: nobody has been seen to carry it yet."""
    tx.run(
        "UPDATE enrollment SET by_role = 0 WHERE cohort_id = :cohort_id AND role = :role",
        cohort_id=cohort_id,
        role=role,
    )


def keep_upload(tx: Tx, cohort_id: int, member_id: int, people: Iterable[Any], now: datetime) -> None:
    """Keep whom a lead's file would enroll, in the place of their file before."""
    tx.run(
        "INSERT INTO roster_upload (cohort_id, member_id, body, made_at) VALUES (:cohort_id, :member_id, :body, :now) "
        "ON CONFLICT (cohort_id, member_id) DO UPDATE SET body = excluded.body, made_at = excluded.made_at",
        cohort_id=cohort_id,
        member_id=member_id,
        body=json.dumps(list(people), ensure_ascii=False),
        now=micros(now),
    )


def drop_uploads(tx: Tx, now: datetime) -> None:
    """Delete the files that nobody confirmed in time, whatever state their cohorts are in."""
    tx.run("DELETE FROM roster_upload WHERE made_at < :old", old=micros(now - KEPT))


def take_upload(tx: Tx, cohort_id: int, member_id: int, made_at: int, now: datetime) -> list[Any] | None:
    """Whom a lead's file enrolls, to be done now; None if the file was replaced, used, or is too old."""
    row = tx.one(
        "DELETE FROM roster_upload WHERE cohort_id = :cohort_id AND member_id = :member_id AND made_at = :made_at "
        "RETURNING body, made_at",
        cohort_id=cohort_id,
        member_id=member_id,
        made_at=made_at,
    )
    if row is None or instant(row["made_at"]) < now - KEPT:
        return None
    return list(json.loads(row["body"]))
