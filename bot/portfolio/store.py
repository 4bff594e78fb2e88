"""Portfolios, what is published in them, and the accepted work that it is taken from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cohorts.rules import Member
from bot.curriculum import Curriculum
from bot.database import Row, Tx, maybe_instant, micros
from bot.portfolio.rules import Proof, Published, Work

_NEWEST = "d.id = (SELECT max(id) FROM decision WHERE submission_id = s.id)"
_WORK = (
    "SELECT s.id AS submission_id, s.deliverable, d.kind, d.revision_id, r.number, e.id AS entry_id, e.narrative, "  # noqa: S608 - made of constants
    "mine.number AS shown FROM submission s JOIN decision d ON d.submission_id = s.id AND " + _NEWEST + " "
    "JOIN revision r ON r.id = d.revision_id "
    "LEFT JOIN portfolio_entry e ON e.submission_id = s.id LEFT JOIN revision mine ON mine.id = e.revision_id "
    "WHERE s.cohort_id = :cohort_id AND s.member_id = :member_id AND (d.kind = 'accepted' OR e.id IS NOT NULL) "
    "ORDER BY d.decided_at, s.id"
)
_ENTRIES = (
    "SELECT e.*, s.deliverable, mine.number AS shown, a.decided_at, a.mentor_id, d.kind AS newest, "  # noqa: S608 - made of constants
    "(SELECT max(id) FROM decision WHERE submission_id = s.id AND kind = 'changes') > a.id AS taken_back, "
    "latest.number AS newest_number FROM portfolio_entry e JOIN submission s ON s.id = e.submission_id "
    "JOIN revision mine ON mine.id = e.revision_id "
    "JOIN decision a ON a.id = (SELECT max(id) FROM decision WHERE submission_id = s.id "
    "AND revision_id = e.revision_id AND kind = 'accepted') "
    "JOIN decision d ON d.submission_id = s.id AND "
    + _NEWEST
    + " JOIN revision latest ON latest.id = d.revision_id "
    "WHERE e.portfolio_id = :id ORDER BY e.id"
)
_ONLINE = (
    "SELECT p.*, m.user_id, m.name FROM portfolio p JOIN member m ON m.id = p.member_id "
    "WHERE p.online_at IS NOT NULL AND m.erased_at IS NULL "
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A portfolio without its work."""

    id: int
    cohort_id: int
    member_id: int
    headline: str
    about: str
    contact: str
    slug: str | None
    online_at: datetime | None


def frame(tx: Tx, cohort_id: int, member_id: int) -> Frame | None:
    """A member's portfolio in a cohort, if they have begun one."""
    row = tx.one(
        "SELECT * FROM portfolio WHERE cohort_id = :cohort_id AND member_id = :member_id",
        cohort_id=cohort_id,
        member_id=member_id,
    )
    return None if row is None else _frame(row)


def begin(tx: Tx, cohort_id: int, member_id: int, now: datetime) -> None:
    """An empty portfolio, if there is none yet."""
    tx.run(
        "INSERT INTO portfolio (cohort_id, member_id, headline, about, contact, made_at) "
        "VALUES (:cohort_id, :member_id, '', '', '', :now) ON CONFLICT (cohort_id, member_id) DO NOTHING",
        cohort_id=cohort_id,
        member_id=member_id,
        now=micros(now),
    )


def introduce(tx: Tx, portfolio_id: int, *, headline: str, about: str, contact: str) -> None:
    """Keep what somebody says about themselves."""
    tx.run(
        "UPDATE portfolio SET headline = :headline, about = :about, contact = :contact WHERE id = :id",
        id=portfolio_id,
        headline=headline,
        about=about,
        contact=contact,
    )


def put_online(tx: Tx, portfolio_id: int, slug: str, at: datetime) -> None:
    """Open a portfolio's page to everybody from an instant on, at an address."""
    tx.run(
        "UPDATE portfolio SET slug = :slug, online_at = :at WHERE id = :id",
        id=portfolio_id,
        slug=slug,
        at=micros(at),
    )


def take_offline(tx: Tx, portfolio_id: int) -> None:
    """Close a portfolio's page, whose address leads nowhere from then on."""
    tx.run("UPDATE portfolio SET slug = NULL, online_at = NULL WHERE id = :id", id=portfolio_id)


def work(tx: Tx, cohort_id: int, member_id: int) -> list[Work]:
    """A member's work that is accepted or published, in the order in which it was last decided about."""
    rows = tx.all(_WORK, cohort_id=cohort_id, member_id=member_id)
    return [
        Work(
            submission_id=row["submission_id"],
            key=row["deliverable"],
            accepted=row["number"] if row["kind"] == "accepted" else None,
            revision_id=row["revision_id"],
            published=None
            if row["entry_id"] is None
            else Published(entry_id=row["entry_id"], narrative=row["narrative"], revision=row["shown"]),
        )
        for row in rows
    ]


def publish(tx: Tx, portfolio_id: int, work: Work, narrative: str, now: datetime) -> None:
    """Show a piece of accepted work with words about it, in the revision that is accepted now."""
    tx.run(
        "INSERT INTO portfolio_entry (portfolio_id, submission_id, revision_id, narrative, published_at, changed_at) "
        "VALUES (:portfolio_id, :submission_id, :revision_id, :narrative, :now, :now) "
        "ON CONFLICT (submission_id) DO UPDATE SET revision_id = excluded.revision_id, "
        "narrative = excluded.narrative, changed_at = excluded.changed_at",
        portfolio_id=portfolio_id,
        submission_id=work.submission_id,
        revision_id=work.revision_id,
        narrative=narrative,
        now=micros(now),
    )


def rewrite(tx: Tx, entry_id: int, narrative: str, now: datetime) -> None:
    """Other words about what is published."""
    tx.run(
        "UPDATE portfolio_entry SET narrative = :narrative, changed_at = :now WHERE id = :id",
        id=entry_id,
        narrative=narrative,
        now=micros(now),
    )


def take_out(tx: Tx, entry_id: int) -> None:
    """Show a piece of work no longer."""
    tx.run("DELETE FROM portfolio_entry WHERE id = :id", id=entry_id)


def place(tx: Tx, portfolio_id: int, best: Sequence[int]) -> None:
    """Let these entries come first, in this order, and no others."""
    tx.run("UPDATE portfolio_entry SET place = NULL WHERE portfolio_id = :id", id=portfolio_id)
    tx.many(
        "UPDATE portfolio_entry SET place = :place WHERE id = :id AND portfolio_id = :portfolio_id",
        [
            {"place": number, "id": entry_id, "portfolio_id": portfolio_id}
            for number, entry_id in enumerate(best, 1)
        ],
    )


def entries(tx: Tx, portfolio_id: int) -> list[Row]:
    """What is published in a portfolio, with what was decided about it: when that revision was accepted, and since."""
    return tx.all(_ENTRIES, id=portfolio_id)


def proofs(tx: Tx, course: Curriculum, row: Row) -> list[Proof]:
    """The links of the revision that an entry shows, in the order in which the course asks for them."""
    found = {
        item["kind"]: item
        for item in tx.all("SELECT * FROM evidence WHERE revision_id = :id", id=row["revision_id"])
    }
    return [
        Proof(
            kind=asked.kind,
            label=asked.label,
            url=item["url"],
            state=item["state"],
            checked_at=maybe_instant(item["checked_at"]),
            commit=item["commit_sha"],
            committed_at=maybe_instant(item["committed_at"]),
        )
        for asked in course.deliverable(row["deliverable"]).evidence
        if (item := found.get(asked.kind)) is not None
    ]


def online_by(tx: Tx, slug: str) -> tuple[int, Member] | None:
    """The cohort and the member behind the address of a page that everybody may open."""
    row = tx.one(_ONLINE + "AND p.slug = :slug", slug=slug)
    return None if row is None else (row["cohort_id"], _member(row))


def online(tx: Tx, cohort_id: int) -> list[tuple[Member, str]]:
    """Who of a cohort has a page that everybody may open, by name, and its address."""
    rows = tx.all(_ONLINE + "AND p.cohort_id = :cohort_id ORDER BY m.name, m.id", cohort_id=cohort_id)
    return [(_member(row), row["slug"]) for row in rows]


def _frame(row: Row) -> Frame:
    return Frame(
        id=row["id"],
        cohort_id=row["cohort_id"],
        member_id=row["member_id"],
        headline=row["headline"],
        about=row["about"],
        contact=row["contact"],
        slug=row["slug"],
        online_at=maybe_instant(row["online_at"]),
    )


def _member(row: Row) -> Member:
    return Member(id=row["member_id"], user_id=row["user_id"], name=row["name"])
