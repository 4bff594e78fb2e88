"""Submissions, their revisions and the evidence of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.database import Row, Tx, instant, maybe_instant, micros
from bot.submissions.rules import Promise, Revision

LATEST = (
    "SELECT r.*, s.member_id, s.deliverable FROM submission s JOIN revision r ON r.submission_id = s.id "
    "AND r.number = (SELECT max(number) FROM revision WHERE submission_id = s.id) "
)
EVIDENCE = (
    "SELECT e.* FROM submission s JOIN revision r ON r.submission_id = s.id "
    "JOIN evidence e ON e.revision_id = r.id "
)
COVERAGE = (
    "SELECT count(*) AS promised, sum(CASE WHEN covered_at <= covered_by THEN 1 ELSE 0 END) AS kept "
    "FROM submission WHERE cohort_id = :cohort_id AND covered_by IS NOT NULL AND covered_by <= :now "
    "AND EXISTS (SELECT 1 FROM enrollment e WHERE e.cohort_id = submission.cohort_id "
    "AND e.member_id = submission.member_id AND e.role = 'student' AND e.state = 'active')"
)


def submission(tx: Tx, cohort_id: int, member_id: int, deliverable: str, now: datetime) -> int:
    """The id of a member's submission for a deliverable, made if there is none yet."""
    tx.run(
        "INSERT INTO submission (cohort_id, member_id, deliverable, created_at, offered_at) "
        "VALUES (:cohort_id, :member_id, :deliverable, :now, :now) ON CONFLICT DO NOTHING",
        cohort_id=cohort_id,
        member_id=member_id,
        deliverable=deliverable,
        now=micros(now),
    )
    row = tx.one(
        "SELECT id FROM submission WHERE cohort_id = :cohort_id AND member_id = :member_id "
        "AND deliverable = :deliverable",
        cohort_id=cohort_id,
        member_id=member_id,
        deliverable=deliverable,
    )
    assert row is not None  # noqa: S101 - it was inserted above
    return int(row["id"])


def add_revision(
    tx: Tx, submission_id: int, number: int, *, note: str, deadline_at: datetime, late: bool, now: datetime
) -> int:
    """A new revision's id."""
    row = tx.one(
        "INSERT INTO revision (submission_id, number, note, deadline_at, late, submitted_at, updated_at) "
        "VALUES (:submission_id, :number, :note, :deadline_at, :late, :now, :now) RETURNING id",
        submission_id=submission_id,
        number=number,
        note=note,
        deadline_at=micros(deadline_at),
        late=int(late),
        now=micros(now),
    )
    assert row is not None  # noqa: S101 - an insert that returns
    return int(row["id"])


def change_revision(tx: Tx, revision_id: int, *, note: str, now: datetime) -> None:
    """Edit a revision in place."""
    tx.run(
        "UPDATE revision SET note = :note, updated_at = :now WHERE id = :id",
        id=revision_id,
        note=note,
        now=micros(now),
    )


def put_links(tx: Tx, revision_id: int, links: Mapping[str, str]) -> None:
    """Replace a revision's evidence; what is known about a link stays, unless it did not open."""
    for row in tx.all("SELECT * FROM evidence WHERE revision_id = :id", id=revision_id):
        if links.get(row["kind"]) != row["url"] or row["state"] in ("dead", "private"):
            tx.run(
                "DELETE FROM evidence WHERE revision_id = :id AND kind = :kind",
                id=revision_id,
                kind=row["kind"],
            )
    tx.many(
        "INSERT INTO evidence (revision_id, kind, url, state) VALUES (:id, :kind, :url, 'unchecked') "
        "ON CONFLICT (revision_id, kind) DO NOTHING",
        [{"id": revision_id, "kind": kind, "url": url} for kind, url in links.items()],
    )


def mark_opened(tx: Tx, revision_id: int, now: datetime) -> None:
    """From now on a change is a new revision: a reviewer has seen this one."""
    tx.run(
        "UPDATE revision SET opened_at = :now WHERE id = :id AND opened_at IS NULL",
        id=revision_id,
        now=micros(now),
    )


def latest(tx: Tx, cohort_id: int, member_id: int, deliverable: str) -> Revision | None:
    """The newest revision of a member's deliverable."""
    row = tx.one(
        LATEST
        + "WHERE s.cohort_id = :cohort_id AND s.member_id = :member_id AND s.deliverable = :deliverable",
        cohort_id=cohort_id,
        member_id=member_id,
        deliverable=deliverable,
    )
    return None if row is None else _revision(tx, row)


def latest_of(tx: Tx, submission_id: int) -> Revision:
    """The newest revision of a submission."""
    row = tx.one(LATEST + "WHERE s.id = :id", id=submission_id)
    if row is None:
        raise LookupError(f"submission {submission_id} has no revision")
    return _revision(tx, row)


def revision(tx: Tx, revision_id: int) -> Revision:
    """A revision by its id."""
    row = tx.one(
        "SELECT r.*, s.member_id, s.deliverable FROM revision r JOIN submission s ON s.id = r.submission_id "
        "WHERE r.id = :id",
        id=revision_id,
    )
    if row is None:
        raise LookupError(f"revision {revision_id} is not there")
    return _revision(tx, row)


def of_member(tx: Tx, cohort_id: int, member_id: int) -> dict[str, Revision]:
    """A member's newest revisions by deliverable, in two queries however many they are."""
    whose = "WHERE s.cohort_id = :cohort_id AND s.member_id = :member_id"
    rows = tx.all(LATEST + whose, cohort_id=cohort_id, member_id=member_id)
    evidence: dict[int, list[Row]] = {}
    for item in tx.all(EVIDENCE + whose, cohort_id=cohort_id, member_id=member_id):
        evidence.setdefault(item["revision_id"], []).append(item)
    return {row["deliverable"]: revision_of(row, evidence.get(row["id"], [])) for row in rows}


def keys_of(tx: Tx, cohort_id: int, member_id: int) -> frozenset[str]:
    """What a member has handed in."""
    rows = tx.all(
        "SELECT deliverable FROM submission WHERE cohort_id = :cohort_id AND member_id = :member_id",
        cohort_id=cohort_id,
        member_id=member_id,
    )
    return frozenset(row["deliverable"] for row in rows)


def of_deliverables(tx: Tx, cohort_id: int, deliverables: Iterable[str]) -> dict[str, dict[int, int]]:
    """Who handed in each deliverable: member to submission id."""
    found: dict[str, dict[int, int]] = {key: {} for key in deliverables}
    for key, members in found.items():
        for row in tx.all(
            "SELECT id, member_id FROM submission WHERE cohort_id = :cohort_id AND deliverable = :deliverable",
            cohort_id=cohort_id,
            deliverable=key,
        ):
            members[row["member_id"]] = row["id"]
    return found


def paired_at(tx: Tx, cohort_id: int, deliverable: str) -> datetime | None:
    """When a deliverable's round was paired, if it was."""
    row = tx.one(
        "SELECT ran_at FROM pairing WHERE cohort_id = :cohort_id AND deliverable = :deliverable",
        cohort_id=cohort_id,
        deliverable=deliverable,
    )
    return None if row is None else instant(row["ran_at"])


def forgive(tx: Tx, submission_id: int, deadline_at: datetime) -> None:
    """A lead gave more time after the fact: the work came by its deadline."""
    tx.run(
        "UPDATE revision SET late = 0, deadline_at = :deadline_at WHERE submission_id = :id",
        id=submission_id,
        deadline_at=micros(deadline_at),
    )


def offer(tx: Tx, submission_id: int, now: datetime) -> None:
    """From now on the work waits for a reviewer; what waits already keeps its place."""
    tx.run(
        "UPDATE submission SET offered_at = :now WHERE id = :id AND offered_at IS NULL",
        id=submission_id,
        now=micros(now),
    )


def take_off(tx: Tx, submission_id: int) -> None:
    """The work has as many reviewers as it is promised, or wants no more."""
    tx.run("UPDATE submission SET offered_at = NULL WHERE id = :id", id=submission_id)


def take_off_all(tx: Tx, cohort_id: int, deliverable: str) -> None:
    """Everybody's work on a deliverable has been given its reviewers."""
    tx.run(
        "UPDATE submission SET offered_at = NULL WHERE cohort_id = :cohort_id AND deliverable = :deliverable "
        "AND offered_at IS NOT NULL",
        cohort_id=cohort_id,
        deliverable=deliverable,
    )


def take_off_leavers(tx: Tx, cohort_id: int) -> None:
    """The work of those who are no longer students of a cohort waits for nobody."""
    tx.run(
        "UPDATE submission SET offered_at = NULL WHERE cohort_id = :cohort_id AND offered_at IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM enrollment e WHERE e.cohort_id = submission.cohort_id "
        "AND e.member_id = submission.member_id AND e.role = 'student' AND e.state = 'active')",
        cohort_id=cohort_id,
    )


def promise(tx: Tx, submission_ids: Iterable[int], *, covered_by: datetime, mentor_at: datetime) -> None:
    """Promise each its reviews by an hour; the first promise stands."""
    tx.many(
        "UPDATE submission SET covered_by = COALESCE(covered_by, :covered_by), "
        "mentor_at = COALESCE(mentor_at, :mentor_at) WHERE id = :id",
        [
            {"id": submission_id, "covered_by": micros(covered_by), "mentor_at": micros(mentor_at)}
            for submission_id in submission_ids
        ],
    )


def call_mentor(tx: Tx, submission_id: int, now: datetime) -> None:
    """No peer can review it: it waits for a mentor at once."""
    tx.run("UPDATE submission SET mentor_at = :now WHERE id = :id", id=submission_id, now=micros(now))


def mark_covered(tx: Tx, submission_id: int, at: datetime) -> None:
    """It had what it was promised at this instant; the first one counts."""
    tx.run(
        "UPDATE submission SET covered_at = :at, offered_at = NULL WHERE id = :id AND covered_at IS NULL",
        id=submission_id,
        at=micros(at),
    )


def promises(tx: Tx, submission_id: int) -> Promise:
    """What a piece of work was promised, and what has come of it."""
    row = tx.one("SELECT * FROM submission WHERE id = :id", id=submission_id)
    if row is None:
        raise LookupError(f"submission {submission_id} is not there")
    return Promise(
        offered_at=maybe_instant(row["offered_at"]),
        covered_by=maybe_instant(row["covered_by"]),
        mentor_at=maybe_instant(row["mentor_at"]),
        covered_at=maybe_instant(row["covered_at"]),
    )


def coverage(tx: Tx, cohort_id: int, now: datetime) -> tuple[int, int]:
    """Of the work whose promised hour has passed, how much was covered by it, and how much there is."""
    row = tx.one(COVERAGE, cohort_id=cohort_id, now=micros(now))
    return (0, 0) if row is None else (int(row["kept"] or 0), int(row["promised"]))


def lateness(tx: Tx, submission_id: int) -> tuple[bool, datetime]:
    """Whether the first revision came late, and when it came."""
    row = tx.one(
        "SELECT late, submitted_at FROM revision WHERE submission_id = :id AND number = 1", id=submission_id
    )
    assert row is not None  # noqa: S101 - a submission is made with its first revision
    return bool(row["late"]), instant(row["submitted_at"])


def _revision(tx: Tx, row: Row) -> Revision:
    return revision_of(row, tx.all("SELECT * FROM evidence WHERE revision_id = :id", id=row["id"]))


def revision_of(row: Row, evidence: Sequence[Row]) -> Revision:
    """A revision from its row and those of its evidence."""
    return Revision(
        id=row["id"],
        submission_id=row["submission_id"],
        member_id=row["member_id"],
        deliverable=row["deliverable"],
        number=row["number"],
        note=row["note"],
        links={item["kind"]: item["url"] for item in evidence},
        dead=frozenset(item["kind"] for item in evidence if item["state"] in ("dead", "private")),
        private=frozenset(item["kind"] for item in evidence if item["state"] == "private"),
        deadline_at=instant(row["deadline_at"]),
        late=bool(row["late"]),
        submitted_at=instant(row["submitted_at"]),
        updated_at=instant(row["updated_at"]),
        opened_at=maybe_instant(row["opened_at"]),
    )
