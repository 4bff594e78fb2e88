"""A person about whom every table knows something, and the words by which it can be told whose they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.availability.service import Availability
from bot.database import Database, Tx, micros
from bot.mentors.service import Mentors
from bot.privacy.erasing import PERSON
from bot.privacy.service import Privacy
from bot.reviews.rules import Point
from tests.town import Town, asker

ASTER, BIRCH, CEDAR, ELM = (10**18 + number for number in range(4))
NAMES = {ASTER: "Aster Quillfeather", BIRCH: "Birch", CEDAR: "Cedar", ELM: "Elm"}
HANDED_IN = datetime(2026, 3, 5, 15, tzinfo=UTC)
PAIRED = datetime(2026, 3, 9, 23, tzinfo=UTC)
NOW = datetime(2026, 3, 12, 15, tzinfo=UTC)  # a Thursday in week 2
# Words that Aster typed: `zephyr` goes with her, `kestrel` stays with those who received it. `heron` is what others
# wrote to her.
GOES, STAYS, OTHERS = "zephyr", "kestrel", "heron"


@dataclass
class Life(Town):
    """A cohort in its second week, and another one that Aster leads."""

    spring: int = 0
    autumn: int = 0
    ids: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.privacy = Privacy(self.database)
        self.availability = Availability(self.database)
        self.mentors = Mentors(self.database)

    async def put(self, table: str, **columns: Any) -> None:
        """A row as another room would write it."""
        names = ", ".join(columns)
        values = ", ".join(f":{name}" for name in columns)
        await self.database.write(
            lambda tx: tx.run(f"INSERT INTO {table} ({names}) VALUES ({values})", **columns)
        )

    async def rows(self, sql: str, **params: Any) -> list[Any]:
        return await self.database.read(lambda tx: tx.all(sql, **params))

    async def one(self, sql: str, **params: Any) -> Any:
        """The only value that a query finds."""
        (row,) = await self.rows(sql, **params)
        (value,) = row.values()
        return value


def everything(tx: Tx) -> dict[str, list[Any]]:
    """Every row of every table, whole."""
    return {table: tx.all(f"SELECT * FROM {table}") for table in PERSON}


def found_in(tables: dict[str, list[Any]], needle: str) -> set[str]:
    """The columns in which something is written."""
    return {
        f"{table}.{column}"
        for table, rows in tables.items()
        for row in rows
        for column, value in row.items()
        if needle in (value.decode() if isinstance(value, bytes) else str(value))
    }


async def lived(database: Database) -> Life:
    """Aster has done all that one can do here."""
    life = Life(database)
    life.spring = (await life.begin(0, mentor=True)).cohort.id
    await _study(life)
    await _lead(life)
    return life


async def _study(life: Life) -> None:
    lead = await life.here(1000, HANDED_IN)
    for user_id, name in NAMES.items():
        await life.cohorts.enroll(lead, user_id, name, "student", HANDED_IN)
    rows = await life.rows("SELECT id, user_id FROM member")
    life.ids = {row["user_id"]: row["id"] for row in rows}
    here = await life.here(ASTER, HANDED_IN)
    work = here.course.deliverable("w01")
    links = {item.kind: f"https://git.example.org/{GOES}/{item.kind}" for item in work.evidence}
    await life.submissions.submit(here, work, links, f"A note by {GOES}.", HANDED_IN)
    for user_id in (BIRCH, CEDAR, ELM):
        await life.submit(user_id, "w01", HANDED_IN)
    await life.tick(PAIRED)
    await _review(life)
    await life.retros.write(
        here,
        1,
        retain=f"{GOES} retains",
        improve=f"{GOES} improves",
        scale=f"{GOES} scales",
        kept=None,
        now=NOW,
    )
    await life.availability.tell(
        await life.here(ASTER, NOW), (NOW + timedelta(days=30)).date(), f"A {GOES} wedding.", NOW
    )
    await life.availability.forbid(lead, ASTER, ELM, f"{OTHERS} keeps Aster Quillfeather and Elm apart", NOW)
    await _ask(life)
    await _show(life)


async def _review(life: Life) -> None:
    """Aster gives one review and drafts another; she answers what Birch found."""
    here = await life.here(ASTER, NOW)
    mine = [item for item in await life.reviews.mine(here) if item.review.is_open]
    scores = {item.key: 3 for item in mine[0].deliverable.rubric.criteria}
    await life.reviews.give(
        ASTER,
        mine[0].review.id,
        scores=scores,
        strength=f"It runs from a clean clone, says {STAYS}.",
        points=[
            Point(kind="risk", severity="high", place="timeouts", body=f"No deadline anywhere, says {STAYS}.")
        ],
        now=PAIRED,
    )
    for user_id in (BIRCH, CEDAR, ELM):
        await life.review_all(user_id, PAIRED)
    await life.answer_all(ASTER, "w01", PAIRED + timedelta(hours=1), kind="declined")
    draft = await life.one(
        "SELECT id FROM review WHERE reviewer_id = :id AND sent_at IS NULL LIMIT 1", id=life.ids[ASTER]
    )
    revision = await life.one(
        "SELECT max(r.id) AS id FROM revision r JOIN review v ON v.submission_id = r.submission_id WHERE v.id = :id",
        id=draft,
    )

    def write(tx: Tx) -> None:
        tx.run(
            "UPDATE review SET opened_at = :now, revision_id = :revision, strength = :words WHERE id = :id",
            now=micros(PAIRED), revision=revision, words=f"A draft by {GOES}.", id=draft,
        )  # fmt: skip
        tx.run("UPDATE answer SET body = :words", words=f"It stays, as {GOES} measured.")
        tx.run(
            "UPDATE review SET strength = :words WHERE author_id = :id AND sent_at IS NOT NULL",
            words=f"Well done, Aster Quillfeather, says {OTHERS}.", id=life.ids[ASTER],
        )  # fmt: skip
        tx.run("UPDATE review SET closed_words = :words WHERE id = :id", words=f"No time, {GOES}.", id=draft)

    await life.database.write(write)
    at = micros(PAIRED)
    await life.put("score", review_id=draft, criterion="clarity", level=2)
    await life.put(
        "point",
        review_id=draft,
        kind="risk",
        severity="low",
        place=GOES,
        body=f"A draft of {GOES}.",
        created_at=at,
    )


async def _ask(life: Life) -> None:
    aster, lead, at = life.ids[ASTER], life.ids[1000], micros(NOW)
    spring = {"cohort_id": life.spring, "member_id": aster}
    await life.put(
        "extension_request", **spring, deliverable="w02", days=3, reason=f"{GOES} is ill", asked_at=at,
        answer="granted", answered_by=lead, answered_at=at, words=f"Get well, Aster Quillfeather, says {OTHERS}.",
    )  # fmt: skip
    await life.put(
        "extension_request", **spring, deliverable="w03", days=3, reason=f"{GOES} again", asked_at=at
    )
    await life.put(
        "allowance", **spring, deliverable="w02", until_at=at, reason=f"{OTHERS}: {GOES} is ill",
        granted_by=lead, granted_at=at,
    )  # fmt: skip
    await life.put(
        "occurrence", **spring, kind="problem", key="letter", week=2, due_at=at, state="sent", try_at=at,
        channel_id=77_000_001, message_id=77_000_002, settled_at=at,
    )  # fmt: skip
    await life.put(
        "occurrence",
        **spring,
        kind="reminder",
        key="later",
        week=2,
        due_at=at + 10**12,
        state="due",
        try_at=at + 10**12,
    )
    await life.put(
        "problem", cohort_id=life.spring, subject="role", detail=f"<@{ASTER}> still carries a role", since=at
    )
    submission = await life.one("SELECT id FROM submission WHERE member_id = :id", id=aster)
    revision = await life.one("SELECT max(id) AS id FROM revision WHERE submission_id = :id", id=submission)
    await life.put(
        "decision", submission_id=submission, revision_id=revision, mentor_id=life.ids[1001], kind="changes",
        words=f"Name the table, Aster Quillfeather, says {OTHERS}.", decided_at=at,
    )  # fmt: skip


async def _show(life: Life) -> None:
    """Aster has a portfolio in which Birch lets her quote him, and has let Birch quote her."""
    aster, at = life.ids[ASTER], micros(NOW)
    spring = {"cohort_id": life.spring, "member_id": aster}
    work = await life.one("SELECT id FROM submission WHERE member_id = :id", id=aster)
    revision = await life.one("SELECT max(id) AS id FROM revision WHERE submission_id = :id", id=work)
    version = await life.one("SELECT course_version_id FROM cohort WHERE id = :id", id=life.spring)
    await life.put(
        "self_score",
        submission_id=work,
        criterion="clarity",
        level=2,
        course_version_id=version,
        scored_at=at,
    )
    await life.put(
        "visit",
        **spring,
        page="desk",
        made_at=at,
        link_until=at,
        entered_at=at,
        session=f"{GOES} cookie",
        until_at=at,
    )
    await life.put(
        "portfolio", **spring, headline=f"{GOES} builds", about=f"{GOES} likes it", contact=f"https://{GOES}.example.org",
        slug=f"{GOES}-1", online_at=at, made_at=at,
    )  # fmt: skip
    portfolio = await life.one("SELECT max(id) AS id FROM portfolio")
    await life.put(
        "portfolio_entry", portfolio_id=portfolio, submission_id=work, revision_id=revision,
        narrative=f"What {GOES} built.", place=1, published_at=at, changed_at=at,
    )  # fmt: skip
    for column in ("author_id", "reviewer_id"):
        review = await life.one(
            f"SELECT min(id) AS id FROM review WHERE {column} = :id AND sent_at IS NOT NULL", id=aster
        )
        await life.put("quote", review_id=review, asked_at=at, answer="named", answered_at=at)


async def _lead(life: Life) -> None:
    """Aster makes a cohort of her own, in which Birch studies, and mentors in it."""
    made = await life.cohorts.create(
        asker(ASTER, name=NAMES[ASTER], manages_guild=True, channel_ids=(902,)),
        name="Autumn", channel_id=902, starts_on="2026-09-07", timezone="Europe/Berlin",
        role_ids={"student": 51, "mentor": 52, "lead": 53}, now=NOW,
    )  # fmt: skip
    life.autumn = made.cohort.id
    aster, birch, at = life.ids[ASTER], life.ids[BIRCH], micros(NOW)
    here = {"cohort_id": life.autumn}
    await life.put("enrollment", **here, member_id=birch, role="student", state="active", enrolled_at=at)
    await life.put("enrollment", **here, member_id=aster, role="mentor", state="active", enrolled_at=at)
    await life.put("snippet", member_id=aster, title=f"{GOES} title", body=f"{GOES} body")
    await life.put("roster_upload", **here, member_id=aster, body=f'["{GOES}"]', made_at=at)
    work = await life.one("SELECT id FROM submission WHERE member_id = :id", id=birch)
    revision = await life.one("SELECT max(id) AS id FROM revision WHERE submission_id = :id", id=work)
    await life.put(
        "decision", submission_id=work, revision_id=revision, mentor_id=aster, kind="accepted",
        words=f"Fine, says {STAYS}.", decided_at=at,
    )  # fmt: skip
    await life.put(
        "queue_item", cohort_id=life.spring, submission_id=work, since=at, signoff=0, uncovered=1, disagreement=0,
        evidence=0, at_risk=0, mentor_id=aster, claimed_at=at, until_at=at + 10**12, renewals=1,
    )  # fmt: skip
    for key, state in (("said", "done"), ("ahead", "scheduled")):
        await life.put(
            "announcement", **here, author_id=aster, by_role=0, body=f"{STAYS if state == 'done' else GOES} speaks",
            mention="none", day="2026-09-08", at="09:00", next_at=at, repeat="", state=state, approved_by=birch,
            made_at=at, changed_at=at,
        )  # fmt: skip
        number = await life.one("SELECT max(id) AS id FROM announcement")
        await life.put(
            "announcement_file",
            announcement_id=number,
            name=f"{key}.txt",
            media_type="text/plain",
            body=b"file",
        )
    await life.put(
        "occurrence",
        **here,
        kind="announcement",
        key=f"a{number}.2026-09-08",
        week=1,
        due_at=at,
        state="due",
        try_at=at,
    )
    await life.put(
        "audit", **here, at=at, actor_id=aster, action="announce.scheduled", subject_id=None,
        detail=f'{{"text": "{GOES} speaks", "mention": "none"}}',
    )  # fmt: skip
    await life.put(
        "audit", **here, at=at, actor_id=birch, action="roster.imported", subject_id=None,
        detail=f'{{"rows": [{ASTER}, "Aster Quillfeather"], "count": 1}}',
    )  # fmt: skip
