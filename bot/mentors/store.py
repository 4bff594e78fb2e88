"""Claims on what waits for a mentor, and the words that mentors use again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.database import Tx, micros
from bot.mentors.rules import KEPT, Snippet
from bot.revisions.queue import ONLY, OPEN, RANKED, Filter, Item, item_of

# What a mentor may take up: what nobody holds, not their own work, not that of somebody they are kept apart from, and
# not what came back to another mentor within a day.
FREE = (
    "AND (q.mentor_id IS NULL OR q.until_at <= :now) "
    "AND NOT EXISTS (SELECT 1 FROM submission s WHERE s.id = q.submission_id AND (s.member_id = :mentor_id "
    "OR EXISTS (SELECT 1 FROM forbidden_pair f WHERE f.cohort_id = q.cohort_id "
    "AND ((f.one_id = s.member_id AND f.other_id = :mentor_id) "
    "OR (f.one_id = :mentor_id AND f.other_id = s.member_id))))) "
    "AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.submission_id = q.submission_id AND d.kind = 'changes' "
    "AND d.mentor_id <> :mentor_id AND q.since > :kept_since "
    "AND EXISTS (SELECT 1 FROM enrollment e WHERE e.cohort_id = q.cohort_id AND e.member_id = d.mentor_id "
    "AND e.state = 'active') "
    "AND d.id = (SELECT max(id) FROM decision WHERE submission_id = q.submission_id)) "
)
_HOLDS = (
    "(SELECT count(*) FROM queue_item h WHERE h.mentor_id = :mentor_id AND h.cohort_id = :cohort_id "
    "AND h.closed_at IS NULL AND h.until_at > :now) "
)
_CLAIM = (
    "UPDATE queue_item SET mentor_id = :mentor_id, claimed_at = :now, until_at = :until, renewals = 0 "  # noqa: S608 - made of constants
    "WHERE closed_at IS NULL AND (mentor_id IS NULL OR until_at <= :now) "
    "AND " + _HOLDS + "< :most "
)


def next_free(chosen: Filter) -> str:
    """The query for the gravest work that a mentor may take up."""
    return "SELECT q.id FROM queue_item q " + OPEN + ONLY[chosen] + FREE + RANKED + "LIMIT 1"  # noqa: S608 - made of constants


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who takes work up, from when until when, and how much they may hold."""

    cohort_id: int
    mentor_id: int
    now: datetime
    lease: timedelta
    most: int

    @property
    def params(self) -> dict[str, int]:
        """What the statements ask for."""
        return {
            "cohort_id": self.cohort_id,
            "mentor_id": self.mentor_id,
            "now": micros(self.now),
            "until": micros(self.now + self.lease),
            "kept_since": micros(self.now - KEPT),
            "most": self.most,
        }


def claim(tx: Tx, item_id: int, by: Claim) -> Item | None:
    """Hold a piece of work for a mentor; None if they may not take it, or somebody holds it."""
    one = f"AND id IN (SELECT q.id FROM queue_item q {OPEN}AND q.id = :id {FREE}) RETURNING *"  # noqa: S608 - made of constants
    row = tx.one(_CLAIM + one, id=item_id, **by.params)
    return None if row is None else item_of(row)


def claim_next(tx: Tx, by: Claim, chosen: Filter) -> Item | None:
    """Hold the gravest work that a mentor may take up; None if there is none, or they hold enough."""
    row = tx.one(f"{_CLAIM}AND id = ({next_free(chosen)}) RETURNING *", **by.params)
    return None if row is None else item_of(row)


def count_free(tx: Tx, by: Claim, chosen: Filter) -> int:
    """How many pieces of work a mentor may take up, if they hold few enough."""
    asked = {name: by.params[name] for name in ("cohort_id", "mentor_id", "now", "kept_since")}
    row = tx.one("SELECT count(*) AS pieces FROM queue_item q " + OPEN + ONLY[chosen] + FREE, **asked)  # noqa: S608 - made of constants
    return 0 if row is None else int(row["pieces"])


def renew(tx: Tx, item: Item, mentor_id: int, *, lease: timedelta, most: int, now: datetime) -> Item | None:
    """Let a claim last as long again; None if it is over, another's, or was renewed often enough."""
    row = tx.one(
        "UPDATE queue_item SET until_at = until_at + :lease, renewals = renewals + 1 WHERE id = :id "
        "AND mentor_id = :mentor_id AND closed_at IS NULL AND until_at > :now AND renewals < :most RETURNING *",
        id=item.id,
        mentor_id=mentor_id,
        lease=lease // timedelta(microseconds=1),
        most=most,
        now=micros(now),
    )
    return None if row is None else item_of(row)


def release(tx: Tx, item_id: int, mentor_id: int, now: datetime) -> bool:
    """Let go of a claim; False if it was over already."""
    return (
        tx.run(
            "UPDATE queue_item SET mentor_id = NULL, claimed_at = NULL, until_at = NULL, renewals = 0 "
            "WHERE id = :id AND mentor_id = :mentor_id AND closed_at IS NULL AND until_at > :now",
            id=item_id,
            mentor_id=mentor_id,
            now=micros(now),
        )
        == 1
    )


def hand(tx: Tx, item_id: int, mentor_id: int, to: Claim) -> Item | None:
    """Let another mentor hold what one holds; None if the claim is over, or the other holds enough."""
    row = tx.one(
        "UPDATE queue_item SET mentor_id = :mentor_id, claimed_at = :now, until_at = :until, renewals = 0 "  # noqa: S608 - made of constants
        "WHERE id = :id AND mentor_id = :holder_id AND closed_at IS NULL AND until_at > :now "
        "AND " + _HOLDS + "< :most RETURNING *",
        id=item_id,
        holder_id=mentor_id,
        **to.params,
    )
    return None if row is None else item_of(row)


def revision_ids(tx: Tx, submission_id: int) -> list[int]:
    """Every revision of a piece of work, the first one first."""
    rows = tx.all("SELECT id FROM revision WHERE submission_id = :id ORDER BY number", id=submission_id)
    return [row["id"] for row in rows]


def snippets(tx: Tx, member_id: int) -> list[Snippet]:
    """A mentor's words to use again, by title."""
    rows = tx.all("SELECT * FROM snippet WHERE member_id = :id ORDER BY lower(title), id", id=member_id)
    return [Snippet(id=row["id"], title=row["title"], body=row["body"]) for row in rows]


def add_snippet(tx: Tx, member_id: int, title: str, body: str) -> None:
    """Keep words to use again."""
    tx.run(
        "INSERT INTO snippet (member_id, title, body) VALUES (:member_id, :title, :body)",
        member_id=member_id,
        title=title,
        body=body,
    )


def change_snippet(tx: Tx, snippet_id: int, title: str, body: str) -> None:
    """Change words to use again."""
    tx.run(
        "UPDATE snippet SET title = :title, body = :body WHERE id = :id",
        id=snippet_id,
        title=title,
        body=body,
    )


def drop_snippet(tx: Tx, snippet_id: int) -> None:
    """Forget words."""
    tx.run("DELETE FROM snippet WHERE id = :id", id=snippet_id)
