"""Visits: links that were handed out, and the sessions that they became."""

from __future__ import annotations

from datetime import datetime

from bot.database import Row, Tx, instant, micros
from bot.web.rules import MOST_OPEN, REMEMBERED, Visit, Visitor


def add(tx: Tx, cohort_id: int, member_id: int, page: str, *, now: datetime, link_until: datetime) -> Visit:
    """Write down a link that is about to be handed to somebody."""
    row = tx.one(
        "INSERT INTO visit (cohort_id, member_id, page, made_at, link_until) "
        "VALUES (:cohort_id, :member_id, :page, :now, :link_until) RETURNING *",
        cohort_id=cohort_id,
        member_id=member_id,
        page=page,
        now=micros(now),
        link_until=micros(link_until),
    )
    if row is None:
        raise LookupError("a visit that was written is not there")
    return _visit(row)


def known(tx: Tx, visit_id: int, made_at: int) -> Visit | None:
    """A link that was handed out; an id is given anew once its visit is forgotten, its instant is not."""
    row = tx.one("SELECT * FROM visit WHERE id = :id AND made_at = :made_at", id=visit_id, made_at=made_at)
    return None if row is None else _visit(row)


def enter(
    tx: Tx, visit_id: int, made_at: int, session: str, *, now: datetime, until_at: datetime
) -> Visit | None:
    """Begin a visit's one session; None if its link was used before or is over."""
    row = tx.one(
        "UPDATE visit SET entered_at = :now, session = :session, until_at = :until_at "
        "WHERE id = :id AND made_at = :made_at AND entered_at IS NULL AND link_until > :now RETURNING *",
        id=visit_id,
        made_at=made_at,
        session=session,
        now=micros(now),
        until_at=micros(until_at),
    )
    return None if row is None else _visit(row)


def keep_few_open(tx: Tx, member_id: int, now: datetime) -> None:
    """End the oldest sessions of whoever has just entered, where they have too many."""
    tx.run(
        "UPDATE visit SET until_at = :now WHERE member_id = :member_id AND until_at > :now AND id NOT IN "
        "(SELECT id FROM visit WHERE member_id = :member_id AND until_at > :now "
        "ORDER BY entered_at DESC, id DESC LIMIT :most)",
        member_id=member_id,
        now=micros(now),
        most=MOST_OPEN,
    )


def visitor(tx: Tx, session: str, now: datetime) -> Visitor | None:
    """Whose session this is, while it lasts."""
    row = tx.one(
        "SELECT m.user_id, c.guild_id, c.id FROM visit v JOIN member m ON m.id = v.member_id "
        "JOIN cohort c ON c.id = v.cohort_id "
        "WHERE v.session = :session AND v.until_at > :now AND m.user_id IS NOT NULL",
        session=session,
        now=micros(now),
    )
    return (
        None
        if row is None
        else Visitor(user_id=row["user_id"], guild_id=row["guild_id"], cohort_id=row["id"])
    )


def leave(tx: Tx, session: str, now: datetime) -> None:
    """End a session."""
    tx.run(
        "UPDATE visit SET until_at = :now WHERE session = :session AND until_at > :now",
        session=session,
        now=micros(now),
    )


def forget_old(tx: Tx, now: datetime) -> None:
    """Delete visits that ended long enough ago."""
    tx.run(
        "DELETE FROM visit WHERE COALESCE(until_at, link_until) <= :before", before=micros(now - REMEMBERED)
    )


def _visit(row: Row) -> Visit:
    return Visit(
        id=row["id"],
        cohort_id=row["cohort_id"],
        member_id=row["member_id"],
        page=row["page"],
        made_at=instant(row["made_at"]),
    )
