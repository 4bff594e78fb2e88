"""The links of each revision, and what was found behind them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.database import Tx, maybe_instant, micros
from bot.reach import Found

AGAIN = timedelta(minutes=10)  # the same link is left in peace for so long: whoever mends one needs longer

_EXACTLY = "WHERE revision_id = :id AND kind = :kind AND url = :url"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link as it was handed in, and when it was last looked at."""

    revision_id: int
    kind: str
    url: str
    checked_at: datetime | None

    def rests(self, now: datetime) -> bool:
        """Whether it was looked at a moment ago."""
        return self.checked_at is not None and now - self.checked_at < AGAIN


def links_of(tx: Tx, revision_ids: Iterable[int]) -> list[Link]:
    """The links of some revisions, in that order."""
    return [
        Link(
            revision_id=revision_id,
            kind=row["kind"],
            url=row["url"],
            checked_at=maybe_instant(row["checked_at"]),
        )
        for revision_id in revision_ids
        for row in tx.all(
            "SELECT * FROM evidence WHERE revision_id = :id ORDER BY kind",
            id=revision_id,
        )
    ]


def state(tx: Tx, link: Link) -> str | None:
    """What is known about a link; None if another one stands in its place by now."""
    row = tx.one("SELECT state FROM evidence " + _EXACTLY, **_exactly(link))  # noqa: S608 - made of constants
    return None if row is None else str(row["state"])


def mark_unknown(tx: Tx, link: Link, now: datetime) -> None:
    """Nobody can tell what is behind a link; what was found there before stands."""
    tx.run(
        "UPDATE evidence SET checked_at = :now " + _EXACTLY + " AND state = 'unchecked'",  # noqa: S608 - made of constants
        now=micros(now),
        **_exactly(link),
    )


def mark(tx: Tx, link: Link, found: Found, now: datetime) -> None:
    """What was found behind a link, and the commit that a code host shows there, if it told."""
    tx.run(
        "UPDATE evidence SET state = :state, checked_at = :now " + _EXACTLY,  # noqa: S608 - made of constants
        state=found.state,
        now=micros(now),
        **_exactly(link),
    )
    if found.commit is not None and found.committed_at is not None:
        tx.run(
            "UPDATE evidence SET commit_sha = :commit, committed_at = :at " + _EXACTLY,  # noqa: S608 - made of constants
            commit=found.commit,
            at=micros(found.committed_at),
            **_exactly(link),
        )


def cohort_of(tx: Tx, submission_id: int) -> int:
    """In which cohort a piece of work was handed in."""
    row = tx.one("SELECT cohort_id FROM submission WHERE id = :id", id=submission_id)
    if row is None:
        raise LookupError(f"submission {submission_id} is not there")
    return int(row["cohort_id"])


def _exactly(link: Link) -> dict[str, int | str]:
    return {"id": link.revision_id, "kind": link.kind, "url": link.url}
