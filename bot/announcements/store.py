"""Announcements and their files in the database."""

from __future__ import annotations

from datetime import date, datetime, time

from bot.announcements.rules import DRAFT_KEPT, Announcement, Attached, Mention, Plan, State
from bot.cohorts.rules import Member
from bot.database import Row, Tx, instant, micros

_ANNOUNCEMENTS = (
    "SELECT a.*, m.user_id AS author_user_id, m.name AS author_name FROM announcement a "
    "JOIN member m ON m.id = a.author_id "
)


def add_draft(
    tx: Tx,
    cohort_id: int,
    author_id: int,
    *,
    body: str,
    mention: Mention,
    plan: Plan,
    replaces: int | None,
    now: datetime,
) -> int:
    """A new draft; its number."""
    row = tx.one(
        "INSERT INTO announcement (cohort_id, author_id, by_role, body, mention, day, at, next_at, repeat, state, "
        "replaces, made_at, changed_at) VALUES (:cohort_id, :author_id, 0, :body, :mention, :day, :at, :next_at, "
        ":repeat, 'draft', :replaces, :now, :now) RETURNING id",
        cohort_id=cohort_id,
        author_id=author_id,
        body=body,
        mention=mention,
        replaces=replaces,
        now=micros(now),
        **_columns(plan),
    )
    if row is None:
        raise LookupError("a draft was not kept")
    return int(row["id"])


def reword(tx: Tx, draft_id: int, *, body: str, mention: Mention, plan: Plan, now: datetime) -> None:
    """Change a draft; `made_at` stays what its change was made from."""
    tx.run(
        "UPDATE announcement SET body = :body, mention = :mention, day = :day, at = :at, next_at = :next_at, "
        "repeat = :repeat, changed_at = :now WHERE id = :id AND state = 'draft'",
        id=draft_id,
        body=body,
        mention=mention,
        now=micros(now),
        **_columns(plan),
    )


def settle(
    tx: Tx,
    announcement_id: int,
    *,
    author_id: int,
    by_role: bool,
    body: str,
    mention: Mention,
    plan: Plan,
    state: State,
    approved_by: int | None,
    now: datetime,
) -> None:
    """Make a draft, or what was to come, what is to come from now on."""
    tx.run(
        "UPDATE announcement SET author_id = :author_id, by_role = :by_role, body = :body, mention = :mention, "
        "day = :day, at = :at, next_at = :next_at, repeat = :repeat, state = :state, approved_by = :approved_by, "
        "changed_at = :now WHERE id = :id",
        id=announcement_id,
        author_id=author_id,
        by_role=int(by_role),
        body=body,
        mention=mention,
        state=state,
        approved_by=approved_by,
        now=micros(now),
        **_columns(plan),
    )


def go_on(tx: Tx, announcement_id: int, plan: Plan) -> None:
    """Turn to the next repetition."""
    tx.run(
        "UPDATE announcement SET day = :day, at = :at, next_at = :next_at, repeat = :repeat WHERE id = :id",
        id=announcement_id,
        **_columns(plan),
    )


def end(tx: Tx, announcement_id: int, state: State, now: datetime) -> None:
    """It comes no more; its file is let go, and so are changes of it that nobody confirmed."""
    drop_files(tx, announcement_id)
    for row in tx.all("SELECT id FROM announcement WHERE replaces = :id", id=announcement_id):
        delete_draft(tx, row["id"])
    tx.run(
        "UPDATE announcement SET state = :state, changed_at = :now WHERE id = :id",
        id=announcement_id,
        state=state,
        now=micros(now),
    )


def approve(tx: Tx, announcement_id: int, approved_by: int, version: int) -> bool:
    """Let it ping everyone; False if it does not wait for that, or is not any more what was approved of."""
    return (
        tx.run(
            "UPDATE announcement SET state = 'scheduled', approved_by = :approved_by "
            "WHERE id = :id AND state = 'waiting' AND changed_at = :version",
            id=announcement_id,
            approved_by=approved_by,
            version=version,
        )
        == 1
    )


def wait(tx: Tx, announcement_id: int, now: datetime) -> None:
    """It needs a second lead's approval from now on."""
    tx.run(
        "UPDATE announcement SET state = 'waiting', approved_by = NULL, changed_at = :now WHERE id = :id",
        id=announcement_id,
        now=micros(now),
    )


def announcement(tx: Tx, announcement_id: int) -> Announcement | None:
    """One announcement or draft."""
    row = tx.one(_ANNOUNCEMENTS + "WHERE a.id = :id", id=announcement_id)
    return None if row is None else _announcement(row)


def coming(tx: Tx, cohort_id: int) -> list[Announcement]:
    """What is to come, soonest first."""
    rows = tx.all(
        _ANNOUNCEMENTS + "WHERE a.cohort_id = :cohort_id AND a.state IN ('waiting', 'scheduled') "
        "ORDER BY a.next_at, a.id",
        cohort_id=cohort_id,
    )
    return [_announcement(row) for row in rows]


def is_overdue_for_everyone(tx: Tx, cohort_id: int, now: datetime) -> bool:
    """Whether a post that mentions everyone still waits although its time has come."""
    row = tx.one(
        "SELECT 1 AS found FROM announcement WHERE cohort_id = :cohort_id AND state = 'scheduled' "
        "AND mention = 'everyone' AND next_at <= :now LIMIT 1",
        cohort_id=cohort_id,
        now=micros(now),
    )
    return row is not None


def leads_by_role(tx: Tx, cohort_id: int, member_id: int) -> bool:
    """Whether nothing but what they carry on the server makes a lead of somebody."""
    row = tx.one(
        "SELECT 1 AS found FROM enrollment WHERE cohort_id = :cohort_id AND member_id = :member_id "
        "AND role = 'lead' AND state = 'active' AND by_role = 0",
        cohort_id=cohort_id,
        member_id=member_id,
    )
    return row is None


def delete_draft(tx: Tx, draft_id: int) -> None:
    """Forget a draft and its file."""
    drop_files(tx, draft_id)
    tx.run("DELETE FROM announcement WHERE id = :id AND state = 'draft'", id=draft_id)


def drop_drafts(tx: Tx, now: datetime) -> None:
    """Forget the drafts that nobody came back to, whatever state their cohorts are in."""
    old = micros(now - DRAFT_KEPT)
    rows = tx.all("SELECT id FROM announcement WHERE state = 'draft' AND changed_at < :old", old=old)
    for row in rows:
        delete_draft(tx, row["id"])


def attach(tx: Tx, announcement_id: int, file: Attached) -> None:
    """Keep a file with an announcement, in the place of what it had."""
    drop_files(tx, announcement_id)
    tx.run(
        "INSERT INTO announcement_file (announcement_id, name, media_type, body) "
        "VALUES (:announcement_id, :name, :media_type, :body)",
        announcement_id=announcement_id,
        name=file.name,
        media_type=file.media_type,
        body=file.body,
    )


def file_of(tx: Tx, announcement_id: int) -> Attached | None:
    """The file that goes with an announcement."""
    row = tx.one(
        "SELECT name, media_type, body FROM announcement_file WHERE announcement_id = :id", id=announcement_id
    )
    if row is None:
        return None
    return Attached(name=row["name"], media_type=row["media_type"], body=bytes(row["body"]))


def drop_files(tx: Tx, announcement_id: int) -> None:
    """Let go of an announcement's file."""
    tx.run("DELETE FROM announcement_file WHERE announcement_id = :id", id=announcement_id)


def _columns(plan: Plan) -> dict[str, object]:
    return {
        "day": plan.day.isoformat(),
        "at": f"{plan.at:%H:%M}",
        "next_at": micros(plan.next_at),
        "repeat": ",".join(map(str, plan.repeat)),
    }


def _announcement(row: Row) -> Announcement:
    mention: Mention = row["mention"]
    state: State = row["state"]
    return Announcement(
        id=row["id"],
        cohort_id=row["cohort_id"],
        author=Member(id=row["author_id"], user_id=row["author_user_id"], name=row["author_name"]),
        by_role=bool(row["by_role"]),
        body=row["body"],
        mention=mention,
        plan=Plan(
            day=date.fromisoformat(row["day"]),
            at=time.fromisoformat(row["at"]),
            next_at=instant(row["next_at"]),
            repeat=tuple(int(day) for day in row["repeat"].split(",") if day),
        ),
        state=state,
        replaces=row["replaces"],
        approved_by=row["approved_by"],
        made_at=instant(row["made_at"]),
        changed_at=instant(row["changed_at"]),
        version=row["changed_at"],
    )
