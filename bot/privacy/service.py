"""What a person may ask about themselves: what is held, and that it goes."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from bot.cohorts import store as cohorts
from bot.cohorts.rules import Member, Role
from bot.database import Database, Tx
from bot.errors import CourseError
from bot.portfolio import quotes
from bot.privacy import erasing, rules, store
from bot.privacy.held import held
from bot.privacy.rules import POINTERS, Held, Outlook, Tie

LIVE = ("running", "paused")  # a cohort that needs somebody to lead it


class Privacy:
    """Where everybody sees and takes back what is theirs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def export(self, user_id: int, now: datetime) -> Held:
        """All that is held about somebody; a refusal if nothing is."""
        return await self._database.read(_export, user_id, now)

    async def outlook(self, user_id: int) -> Outlook:
        """What erasing would come to; a refusal if there is nothing to erase."""
        return await self._database.read(_outlook, user_id)

    async def erase(self, user_id: int, phrase: str, now: datetime) -> Outlook:
        """Forget somebody who typed that they want it; what there was, and where they were."""
        rules.parse_phrase(phrase)
        return await self._database.write(_erase, user_id, now)


def _known(tx: Tx, user_id: int) -> Member:
    member = cohorts.member_of_user(tx, user_id)
    if member is None:
        raise CourseError("I hold nothing about you, so there is nothing to export and nothing to erase.")
    return member


def _export(tx: Tx, user_id: int, now: datetime) -> Held:
    return held(tx, _known(tx, user_id), user_id, now)


def _outlook(tx: Tx, user_id: int) -> Outlook:
    member = _known(tx, user_id)
    roles: dict[int, list[tuple[Role, int]]] = defaultdict(list)
    for row in store.places(tx, member.id):
        roles[row["cohort_id"]].append((row["role"], row["people"]))
    counts = {table: len(store.rows(tx, table, member.id)) for table in POINTERS}
    reviews = store.rows(tx, "review", member.id)
    received = sum(row["author_id"] == member.id for row in reviews)
    given = sum(row["reviewer_id"] == member.id and row["sent_at"] is not None for row in reviews)
    quoted = len(quotes.given(tx, member.id))
    ties = [_tie(tx, cohort_id, held_here) for cohort_id, held_here in roles.items()]
    return Outlook(ties=ties, counts=counts | {"received": received, "given": given, "quoted": quoted})


def _tie(tx: Tx, cohort_id: int, held_here: list[tuple[Role, int]]) -> Tie:
    cohort = cohorts.cohort(tx, cohort_id)
    return Tie(
        cohort_id=cohort.id,
        guild_id=cohort.guild_id,
        name=cohort.name,
        roles=[role for role, _ in held_here],
        role_ids=[role_id for role, _ in held_here if (role_id := cohort.role_id(role)) is not None],
        is_last_lead=cohort.state in LIVE and ("lead", 1) in held_here,
    )


def _erase(tx: Tx, user_id: int, now: datetime) -> Outlook:
    found = _outlook(tx, user_id)
    erasing.erase(tx, _known(tx, user_id), now)
    return found
