"""Keeping the rosters: with the roles on the server, and with files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import datetime

from bot.cohorts import creation, drafts, enrolment, places, problems, setup, store
from bot.cohorts.rules import ROLES, Asker, Cohort, Here, Placed, Role
from bot.database import Database, Tx, micros
from bot.errors import CourseError, NotAllowed
from bot.roster import by_role, importing
from bot.roster.by_role import Seen
from bot.roster.importing import Entry

Holders = Mapping[Role, Sequence[tuple[int, str]]]


class Registrar:
    """The desk where the rosters are kept right."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def guilds(self) -> Set[int]:
        """The servers whose people matter: those with a cohort that has not finished."""
        return await self._database.read(places.guilds)

    async def watched(self, guild_id: int) -> Set[int]:
        """The Discord roles that bring people onto a roster of a server."""
        return await self._database.read(by_role.watched, guild_id)

    async def shared(self, here: Here) -> Set[int]:
        """The Discord roles of the cohort that other cohorts use too: whoever loses one leaves them all."""
        return await self._database.read(by_role.shared, here.cohort)

    async def follow(self, seen: Seen, now: datetime) -> bool:
        """Bring the rosters of a server after somebody whose roles or name changed; False if no place changed."""
        if not await self._database.read(by_role.concerns, seen):
            return False
        return await self._database.write(by_role.follow, seen, now)

    async def leave(self, guild_id: int, user_id: int, now: datetime) -> bool:
        """Somebody left a server; False if they had no place there."""
        return await self._database.write(by_role.leave, guild_id, user_id, now)

    async def look(self, guild_id: int, existing: Set[int], now: datetime) -> bool:
        """See which roles a server has; its leads hear of those that a cohort needs and that are gone."""
        return await self._database.write(by_role.look, guild_id, existing, now)

    async def places(self, here: Here) -> list[Placed]:
        """Every place that the cohort ever had, for its leads."""
        here.lead()
        return await self._database.read(places.of_cohort, here.cohort.id)

    async def not_carrying(self, here: Here, holders: Holders) -> tuple[list[Placed], list[Placed]]:
        """Who has a place and does not carry its Discord role: those who lost it, those who never were seen with it."""
        here.lead()
        return await self._database.read(enrolment.not_carrying, here, holders)

    async def part(self, here: Here, leaving: Sequence[Placed], now: datetime) -> None:
        """End the places of people who lost the Discord role that went with them."""
        here.lead()
        await self._database.write(enrolment.part, here, leaving, now)

    def check_role(self, here: Here, asker: Asker, role: Role, role_id: int) -> None:
        """Refuse a Discord role that cannot go with a role of the cohort, and whoever may not choose one.

        I give it to people, also one that its asker could not give: so it takes what setting up a cohort takes.
        """
        here.lead()
        if not asker.manages_guild or asker.guild_id != here.cohort.guild_id:
            raise NotAllowed(
                "Choosing a Discord role for a cohort takes the Manage Server permission, on the cohort's server. Ask "
                "whoever runs it."
            )
        wanted: dict[Role, int | None] = {other: here.cohort.role_id(other) for other in ROLES}
        wanted[role] = role_id
        setup.check_roles(here.cohort.guild_id, wanted)

    async def set_role(self, here: Here, asker: Asker, role: Role, role_id: int, now: datetime) -> Cohort:
        """Let another Discord role go with a role of the cohort; everybody on the roster stays."""
        self.check_role(here, asker, role, role_id)
        return await self._database.write(_set_role, here, role, role_id, now)

    async def keep(self, here: Here, entries: Sequence[Entry], now: datetime) -> int:
        """Keep whom a file would enroll until its lead confirms; the number that the confirmation names."""
        here.lead()
        return await self._database.write(_keep, here, entries, now)

    async def enroll_all(self, here: Here, made_at: int, now: datetime) -> list[Entry]:
        """Enroll everybody of a file that was kept, or nobody."""
        here.lead()
        return await self._database.write(_enroll_all, here, made_at, now)

    async def exported(self, here: Here, now: datetime) -> list[Placed]:
        """Every place that the cohort ever had, for a file; that it was taken out is on the audit log."""
        here.lead()
        return await self._database.write(_exported, here, now)


def _set_role(tx: Tx, here: Here, role: Role, role_id: int, now: datetime) -> Cohort:
    before = store.cohort(tx, here.cohort.id).role_id(role)
    if before != role_id:
        drafts.set_roles(tx, here.cohort.id, {role: role_id})
        creation.replaced(tx, here.cohort.id, role, now)
        store.note(
            tx,
            here.cohort.id,
            "roster.role",
            now=now,
            actor_id=here.known().id,
            role=role,
            before=before,
            after=role_id,
        )
    problems.mend(tx, here.cohort.id, problems.of_role(role), now)
    return store.cohort(tx, here.cohort.id)


def _keep(tx: Tx, here: Here, entries: Sequence[Entry], now: datetime) -> int:
    places.keep_upload(tx, here.cohort.id, here.known().id, [entry.written() for entry in entries], now)
    return micros(now)


def _enroll_all(tx: Tx, here: Here, made_at: int, now: datetime) -> list[Entry]:
    kept = places.take_upload(tx, here.cohort.id, here.known().id, made_at, now)
    if kept is None:
        raise CourseError(
            "This file was used already, or replaced by a newer one, or it is more than a day old. "
            "Use `/roster import` with the file again."
        )
    entries = [importing.Entry.read(item) for item in kept]
    for entry in entries:
        enrolment.enroll(tx, here, entry.user_id, entry.name, entry.role, now, reason="by file")
    return entries


def _exported(tx: Tx, here: Here, now: datetime) -> list[Placed]:
    store.note(tx, here.cohort.id, "roster.exported", now=now, actor_id=here.known().id)
    return places.of_cohort(tx, here.cohort.id)
