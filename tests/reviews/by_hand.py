"""A cohort whose first week is handed in, and its lead's desk for the pairs."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from bot.cohorts.rules import Here
from bot.database import Database
from bot.posts.rules import AskedInstead
from bot.reviews import store
from tests.town import LEAD, Town

MONDAY = datetime.fromisoformat("2026-03-02T15:00:00+00:00")  # the first kickoff was an hour ago
NOW = MONDAY + timedelta(hours=5)
DEADLINE = datetime.fromisoformat("2026-03-08T23:00:00+00:00")
KEY = "w01"


async def six(database: Database) -> Town:
    """Six students who have all handed in week 1 on its Monday, and a mentor."""
    town = Town(database)
    await town.begin(6, mentor=True)
    await town.tick(MONDAY)
    for student in range(1, 7):
        await town.submit(student, KEY, MONDAY + timedelta(minutes=student))
    return town


async def lead(town: Town, now: datetime = NOW) -> Here:
    return await town.here(LEAD, now)


async def asked(town: Town, key: str = KEY) -> list:
    here = await lead(town)
    return await town.database.read(store.of_deliverable, here.cohort.id, key)


async def ids(town: Town) -> dict[int, int]:
    """Our ids of members, by their Discord ids."""
    rows = await town.database.read(lambda tx: tx.all("SELECT id, user_id FROM member"))
    return {row["user_id"]: row["id"] for row in rows}


async def audit(town: Town, action: str) -> list[tuple[int, int, dict]]:
    rows = await town.database.read(
        lambda tx: tx.all("SELECT * FROM audit WHERE action = :action ORDER BY id", action=action)
    )
    return [(row["actor_id"], row["subject_id"], json.loads(row["detail"])) for row in rows]


async def letters(town: Town, now: datetime) -> list:
    """What is said by then to people who are asked for a review by name or in somebody's place."""
    return [item for item in await town.tick(now) if isinstance(item.content, AskedInstead)]


async def pull(town: Town, student: int, now: datetime) -> None:
    """Take up the newest waiting work."""
    await town.reviews.take(await town.here(student, now), now)
