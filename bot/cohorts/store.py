"""Members, cohorts, their rosters, their problems and their audit log."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from bot.cohorts.rules import ROLES, Cohort, Draft, Enrolled, Member, Role, State
from bot.database import Row, Tx, instant, maybe_instant, micros


def remember(tx: Tx, user_id: int, name: str) -> Member:
    """The member behind a Discord user, made or brought up to date."""
    row = tx.one(
        "INSERT INTO member (user_id, name) VALUES (:user_id, :name) "
        "ON CONFLICT (user_id) DO UPDATE SET name = excluded.name RETURNING *",
        user_id=user_id,
        name=name,
    )
    return _member(_found(row))


def member(tx: Tx, member_id: int) -> Member:
    """A member by our id."""
    return _member(_found(tx.one("SELECT * FROM member WHERE id = :id", id=member_id)))


def member_of_user(tx: Tx, user_id: int) -> Member | None:
    """A member by their Discord id."""
    row = tx.one("SELECT * FROM member WHERE user_id = :user_id", user_id=user_id)
    return None if row is None else _member(row)


def add_cohort(
    tx: Tx, draft: Draft, *, course_version_id: int, seed: int, created_by: int, now: datetime
) -> Cohort:
    """A new cohort, still a draft; Conflict if its name or channel is taken."""
    row = tx.one(
        "INSERT INTO cohort (guild_id, name, channel_id, timezone, starts_on, state, course_version_id, "
        "student_role_id, mentor_role_id, lead_role_id, seed, created_by, created_at) "
        "VALUES (:guild_id, :name, :channel_id, :timezone, :starts_on, 'draft', :course_version_id, "
        ":student, :mentor, :lead, :seed, :created_by, :now) RETURNING *",
        **_columns(draft),
        course_version_id=course_version_id,
        seed=seed,
        created_by=created_by,
        now=micros(now),
    )
    return _cohort(_found(row))


def revise_draft(tx: Tx, draft: Draft) -> Cohort | None:
    """The draft of this name with another channel and other dates, and with the roles that were given anew.

    None if there is no such draft.
    """
    row = tx.one(
        "UPDATE cohort SET timezone = :timezone, starts_on = :starts_on, channel_id = :channel_id, "
        "student_role_id = COALESCE(:student, student_role_id), mentor_role_id = COALESCE(:mentor, mentor_role_id), "
        "lead_role_id = COALESCE(:lead, lead_role_id) "
        "WHERE guild_id = :guild_id AND name = :name AND state = 'draft' RETURNING *",
        **_columns(draft),
    )
    return None if row is None else _cohort(row)


def _columns(draft: Draft) -> dict[str, Any]:
    return {
        "guild_id": draft.guild_id,
        "name": draft.name,
        "channel_id": draft.channel_id,
        "timezone": draft.timezone,
        "starts_on": draft.starts_on.isoformat(),
        **{role: draft.role_ids.get(role) for role in ROLES},
    }


def cohort(tx: Tx, cohort_id: int) -> Cohort:
    """A cohort by its id."""
    return _cohort(_found(tx.one("SELECT * FROM cohort WHERE id = :id", id=cohort_id)))


def in_reach(tx: Tx, user_id: int, guild_id: int | None) -> list[Cohort]:
    """The cohorts of a server, and those that a person is in anywhere."""
    rows = tx.all(
        "SELECT * FROM cohort WHERE guild_id = :guild_id OR id IN (SELECT e.cohort_id FROM enrollment e "
        "JOIN member m ON m.id = e.member_id WHERE m.user_id = :user_id AND e.state = 'active') ORDER BY id",
        guild_id=guild_id,
        user_id=user_id,
    )
    return [_cohort(row) for row in rows]


def set_started(tx: Tx, cohort_id: int, course_version_id: int, now: datetime) -> bool:
    """Turn a draft into a running cohort; False if it was not a draft."""
    return (
        tx.run(
            "UPDATE cohort SET state = 'running', course_version_id = :version, started_at = :now "
            "WHERE id = :id AND state = 'draft'",
            id=cohort_id,
            version=course_version_id,
            now=micros(now),
        )
        == 1
    )


def set_ladder(tx: Tx, cohort_id: int, ladder: str) -> None:
    """Give a cohort a ladder of its own, as JSON."""
    tx.run("UPDATE cohort SET ladder = :ladder WHERE id = :id", id=cohort_id, ladder=ladder)


def enroll(tx: Tx, cohort_id: int, member_id: int, role: Role, now: datetime) -> bool:
    """Put a member on the roster, from now on; False if they were there already."""
    return (
        tx.run(
            "INSERT INTO enrollment (cohort_id, member_id, role, state, enrolled_at) "
            "VALUES (:cohort_id, :member_id, :role, 'active', :now) "
            "ON CONFLICT (cohort_id, member_id, role) DO UPDATE SET state = 'active', "
            "enrolled_at = excluded.enrolled_at WHERE enrollment.state <> 'active'",
            cohort_id=cohort_id,
            member_id=member_id,
            role=role,
            now=micros(now),
        )
        == 1
    )


def withdraw(tx: Tx, cohort_id: int, member_id: int) -> frozenset[Role]:
    """End every place that a member has in the cohort; the roles that they had until now."""
    rows = tx.all(
        "UPDATE enrollment SET state = 'withdrawn', by_role = 0 WHERE cohort_id = :cohort_id "
        "AND member_id = :member_id AND state = 'active' RETURNING role",
        cohort_id=cohort_id,
        member_id=member_id,
    )
    return frozenset(row["role"] for row in rows)


def enrollments_of(tx: Tx, user_id: int) -> dict[int, dict[Role, bool]]:
    """A person's places by cohort: each role, and whether it is active."""
    places: dict[int, dict[Role, bool]] = {}
    for row in tx.all(
        "SELECT e.cohort_id, e.role, e.state FROM enrollment e JOIN member m ON m.id = e.member_id "
        "WHERE m.user_id = :user_id",
        user_id=user_id,
    ):
        places.setdefault(row["cohort_id"], {})[row["role"]] = row["state"] == "active"
    return places


def roster(tx: Tx, cohort_id: int) -> list[Enrolled]:
    """Everyone who ever was in the cohort, by role and name."""
    rows = tx.all(
        "SELECT m.id, m.user_id, m.name, e.role, e.state FROM enrollment e JOIN member m ON m.id = e.member_id "
        "WHERE e.cohort_id = :cohort_id ORDER BY m.name, m.id",
        cohort_id=cohort_id,
    )
    return [Enrolled(member=_member(row), role=row["role"], active=row["state"] == "active") for row in rows]


def is_active(tx: Tx, cohort_id: int, member_id: int) -> bool:
    """Whether a member is in the cohort now, in any role."""
    row = tx.one(
        "SELECT 1 AS found FROM enrollment WHERE cohort_id = :cohort_id AND member_id = :member_id "
        "AND state = 'active' LIMIT 1",
        cohort_id=cohort_id,
        member_id=member_id,
    )
    return row is not None


def joined(tx: Tx, cohort_id: int, member_id: int, role: Role) -> datetime | None:
    """Since when a member holds a role in the cohort, or held it last; None if they never did."""
    row = tx.one(
        "SELECT enrolled_at FROM enrollment WHERE cohort_id = :cohort_id AND member_id = :member_id "
        "AND role = :role",
        cohort_id=cohort_id,
        member_id=member_id,
        role=role,
    )
    return None if row is None else instant(row["enrolled_at"])


def active(tx: Tx, cohort_id: int, role: Role) -> list[Member]:
    """Who holds a role in the cohort now."""
    rows = tx.all(
        "SELECT m.id, m.user_id, m.name FROM enrollment e JOIN member m ON m.id = e.member_id "
        "WHERE e.cohort_id = :cohort_id AND e.role = :role AND e.state = 'active' ORDER BY m.name, m.id",
        cohort_id=cohort_id,
        role=role,
    )
    return [_member(row) for row in rows]


def note(
    tx: Tx,
    cohort_id: int,
    action: str,
    *,
    now: datetime,
    actor_id: int | None = None,
    subject_id: int | None = None,
    **detail: Any,
) -> None:
    """Add a line to the audit log."""
    tx.run(
        "INSERT INTO audit (cohort_id, at, actor_id, action, subject_id, detail) "
        "VALUES (:cohort_id, :at, :actor_id, :action, :subject_id, :detail)",
        cohort_id=cohort_id,
        at=micros(now),
        actor_id=actor_id,
        action=action,
        subject_id=subject_id,
        detail=json.dumps(detail, ensure_ascii=False),
    )


def open_problem(tx: Tx, cohort_id: int, subject: str, detail: str, now: datetime) -> int | None:
    """Record something a lead must mend; None if it is already known."""
    row = tx.one(
        "INSERT INTO problem (cohort_id, subject, detail, since) VALUES (:cohort_id, :subject, :detail, :since) "
        "ON CONFLICT DO NOTHING RETURNING id",
        cohort_id=cohort_id,
        subject=subject,
        detail=detail,
        since=micros(now),
    )
    return None if row is None else int(row["id"])


def mend(tx: Tx, cohort_id: int, subject: str, now: datetime) -> bool:
    """Close a problem that was seen working again; False if none was open."""
    return (
        tx.run(
            "UPDATE problem SET mended_at = :now WHERE cohort_id = :cohort_id AND subject = :subject "
            "AND mended_at IS NULL",
            cohort_id=cohort_id,
            subject=subject,
            now=micros(now),
        )
        == 1
    )


def problems(tx: Tx, cohort_id: int) -> list[tuple[str, datetime]]:
    """What is still to be mended, oldest first: the words, and since when."""
    rows = tx.all(
        "SELECT detail, since FROM problem WHERE cohort_id = :cohort_id AND mended_at IS NULL ORDER BY id",
        cohort_id=cohort_id,
    )
    return [(row["detail"], instant(row["since"])) for row in rows]


def problem(tx: Tx, problem_id: int) -> str | None:
    """The words of a problem that is still open."""
    row = tx.one("SELECT detail FROM problem WHERE id = :id AND mended_at IS NULL", id=problem_id)
    return None if row is None else str(row["detail"])


def _found(row: Row | None) -> Row:
    if row is None:
        raise LookupError("a row that the course refers to is not there")
    return row


def _member(row: Row) -> Member:
    return Member(id=row["id"], user_id=row["user_id"], name=row["name"])


def _cohort(row: Row) -> Cohort:
    state: State = row["state"]
    return Cohort(
        id=row["id"],
        guild_id=row["guild_id"],
        name=row["name"],
        channel_id=row["channel_id"],
        timezone=row["timezone"],
        starts_on=date.fromisoformat(row["starts_on"]),
        state=state,
        course_version_id=row["course_version_id"],
        student_role_id=row["student_role_id"],
        mentor_role_id=row["mentor_role_id"],
        lead_role_id=row["lead_role_id"],
        seed=row["seed"],
        created_by=row["created_by"],
        ladder=row["ladder"],
        calendar=row["calendar"],
        paused_at=maybe_instant(row["paused_at"]),
        finished_at=maybe_instant(row["finished_at"]),
        keep_days=row["keep_days"],
        forgotten_at=maybe_instant(row["forgotten_at"]),
    )
