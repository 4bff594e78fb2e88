"""What comes before a course runs: the hello to a server, a cohort's draft, and its Discord roles."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot import memory
from bot.cohorts import drafts, places, problems, setup, store
from bot.cohorts.creation import check_free
from bot.cohorts.rules import Asker, Cohort, Draft, Here, Role
from bot.cohorts.setup import Wanted
from bot.database import Database, Tx
from bot.errors import CourseError

GREETED, UNGREETED = "yes", "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a server has already of a cohort that is to be made: its draft, and the channels that cohorts use."""

    draft: Cohort | None
    taken: frozenset[int]


class Founding:
    """The desk where a cohort begins."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def known(self, asker: Asker, name: str) -> Cohort | None:
        """The draft of a name, for whoever may set up a cohort here; a refusal if they may not."""
        guild_id = setup.check_asker(asker)
        cohort = await self._database.read(drafts.named, guild_id, " ".join(name.split()))
        return cohort if cohort is not None and cohort.state == "draft" else None

    async def ground(self, asker: Asker, wanted: Wanted, now: datetime) -> Ground:
        """What is there already of a cohort as it was described; a refusal if it cannot be made."""
        return await self._database.read(_ground, setup.draft(asker, wanted, now))

    async def give_roles(
        self, asker: Asker, here: Here, role_ids: Mapping[Role, int], now: datetime
    ) -> Cohort:
        """Give a cohort the Discord roles that were made for it or found."""
        check_roles_of(asker, here)
        return await self._database.write(_give_roles, here, role_ids, now)

    async def strangers(self, guild_ids: Collection[int]) -> list[int]:
        """Which of these servers have never been greeted, and have no cohort."""
        return await self._database.read(_strangers, guild_ids)

    async def greet(self, guild_id: int) -> bool:
        """Count a server as greeted from now on; False if it needs no hello."""
        return await self._database.write(_greet, guild_id)

    async def forget_greeting(self, guild_id: int) -> None:
        """Nobody was told, or nobody is left who was: the next chance is as good as the first."""
        await self._database.write(memory.remember, _hello(guild_id), UNGREETED)


def check_roles_of(asker: Asker, here: Here) -> None:
    """Refuse whoever may not make a cohort's Discord roles, and a cohort that needs none any more."""
    here.lead()
    if setup.check_asker(asker) != here.cohort.guild_id:
        raise CourseError("Make the cohort's roles on its own server: press the button again there.")
    if here.cohort.state == "finished":
        raise CourseError(f"{here.cohort.name} is finished and needs no roles any more.")


def _ground(tx: Tx, draft: Draft) -> Ground:
    check_free(tx, draft)
    return Ground(
        draft=drafts.named(tx, draft.guild_id, draft.name), taken=drafts.taken_channels(tx, draft.guild_id)
    )


def _give_roles(tx: Tx, here: Here, role_ids: Mapping[Role, int], now: datetime) -> Cohort:
    cohort = drafts.set_roles(tx, here.cohort.id, role_ids)
    for role in role_ids:
        places.unseen(tx, cohort.id, role)
        problems.mend(tx, cohort.id, problems.of_role(role), now)
    setup.check_roles(cohort.guild_id, setup.roles_of(cohort))
    store.note(tx, cohort.id, "cohort.roles", now=now, actor_id=here.actor_id, roles=dict(role_ids))
    return cohort


def _strangers(tx: Tx, guild_ids: Collection[int]) -> list[int]:
    served = drafts.served(tx)
    return [
        guild_id
        for guild_id in guild_ids
        if guild_id not in served and memory.recall(tx, _hello(guild_id)) != GREETED
    ]


def _greet(tx: Tx, guild_id: int) -> bool:
    if not _strangers(tx, [guild_id]):
        return False
    memory.remember(tx, _hello(guild_id), GREETED)
    return True


def _hello(guild_id: int) -> str:
    return f"hello to {guild_id}"
