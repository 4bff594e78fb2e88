"""People as Discord shows them, and the draft that the server's admin makes."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.cohorts.rules import Asker, Role, Running
from bot.cohorts.service import Cohorts

GUILD, ROOM, OTHER_ROOM, LOBBY = 1, 10, 11, 19
STUDENT_ROLE, MENTOR_ROLE, LEAD_ROLE = 101, 102, 103
NOW = datetime(2026, 2, 20, 12, tzinfo=UTC)
ROLE_IDS: dict[Role, int | None] = {"student": STUDENT_ROLE, "mentor": MENTOR_ROLE, "lead": LEAD_ROLE}


def person(
    user_id: int, *roles: int, guild_id: int | None = GUILD, room: int = ROOM, manages: bool = False
) -> Asker:
    """Somebody as Discord shows them."""
    return Asker(
        user_id=user_id,
        name=f"Person {user_id}",
        guild_id=guild_id,
        channel_ids=() if guild_id is None else (room,),
        role_ids=frozenset(roles),
        manages_guild=manages,
    )


ADMIN = person(900, manages=True)
LEAD = person(901, LEAD_ROLE)
MENTOR = person(902, MENTOR_ROLE)
STUDENT = person(903, STUDENT_ROLE)
STRANGER = person(904)


async def begin(
    desk: Cohorts, name: str = "Spring", room: int = ROOM, starts_on: str = "2026-03-02", now: datetime = NOW
) -> Running:
    """A draft, made by the server's admin."""
    return await desk.create(
        ADMIN, name=name, channel_id=room, starts_on=starts_on, timezone="America/New_York",
        role_ids=ROLE_IDS if room == ROOM else dict.fromkeys(ROLE_IDS), now=now,
    )  # fmt: skip
