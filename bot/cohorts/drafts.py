"""What a server already has of a cohort that is to be made."""

from __future__ import annotations

from collections.abc import Mapping

from bot.cohorts import store
from bot.cohorts.rules import ROLES, Cohort, Role
from bot.database import Row, Tx


def named(tx: Tx, guild_id: int, name: str) -> Cohort | None:
    """A server's cohort by its name."""
    return _maybe(
        tx,
        tx.one(
            "SELECT id FROM cohort WHERE guild_id = :guild_id AND name = :name", guild_id=guild_id, name=name
        ),
    )


def meeting_in(tx: Tx, channel_id: int) -> Cohort | None:
    """The cohort that meets in a channel now."""
    return _maybe(
        tx,
        tx.one(
            "SELECT id FROM cohort WHERE channel_id = :channel_id AND state <> 'finished'",
            channel_id=channel_id,
        ),
    )


def taken_channels(tx: Tx, guild_id: int) -> frozenset[int]:
    """The channels in which a server's cohorts meet or met."""
    rows = tx.all("SELECT channel_id FROM cohort WHERE guild_id = :guild_id", guild_id=guild_id)
    return frozenset(row["channel_id"] for row in rows)


def served(tx: Tx) -> frozenset[int]:
    """The servers that have a cohort, or had one."""
    return frozenset(row["guild_id"] for row in tx.all("SELECT DISTINCT guild_id FROM cohort"))


def set_roles(tx: Tx, cohort_id: int, role_ids: Mapping[Role, int]) -> Cohort:
    """Give a cohort Discord roles in the place of those it had; the others stay."""
    tx.run(
        "UPDATE cohort SET student_role_id = COALESCE(:student, student_role_id), "
        "mentor_role_id = COALESCE(:mentor, mentor_role_id), lead_role_id = COALESCE(:lead, lead_role_id) "
        "WHERE id = :id",
        id=cohort_id,
        **{role: role_ids.get(role) for role in ROLES},
    )
    return store.cohort(tx, cohort_id)


def _maybe(tx: Tx, row: Row | None) -> Cohort | None:
    return None if row is None else store.cohort(tx, row["id"])
