"""Handing in a deliverable and changing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import ledger
from bot.calendar import Owed
from bot.cohorts.rules import Here, Member
from bot.curriculum import Deliverable
from bot.database import Database, Tx, micros
from bot.errors import CourseError
from bot.submissions import rules, store
from bot.submissions.links import normal
from bot.submissions.rules import Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of something handed in: a first or further revision, one edited in place, or no change at all.

    `same_links`: a further revision whose links are those of the one before. `joins`: the deliverable's round has run,
    so that this work is given its reviewers by itself.
    """

    deliverable: Deliverable
    revision: Revision
    missing: list[str]
    first: bool
    edited: bool
    changed: bool = True
    same_links: bool = False
    joins: bool = False


# What is handed in at the last moment may be written down after the round was paired: then it joins like late work.
ROUND_MAY_HAVE_RUN = timedelta(minutes=15)


class Submissions:
    """Where deliverables are handed in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def deliverable(self, here: Here, wanted: str | None, now: datetime) -> Deliverable:
        """The deliverable a student means; without a word about it, this week's."""
        if wanted:
            return rules.find(here.course, wanted)
        week = here.now_week(now)
        if week is not None:
            return here.course.deliverable(f"w{week:02}")
        if now < here.times[0].kickoff:
            opens = int(here.times[0].kickoff.timestamp())
            raise CourseError(
                f"The course begins <t:{opens}:F>. To hand something in before that, name the deliverable."
            )
        raise CourseError("The course's last week is over. Name the deliverable that you want to hand in.")

    async def submit(
        self, here: Here, deliverable: Deliverable, links: Mapping[str, str], note: str | None, now: datetime
    ) -> Receipt:
        """Hand in or change a deliverable.

        `links` maps kinds of evidence to links; an empty link takes that evidence away, and a kind that is not
        named stays as it was. A revision is edited in place until a reviewer has opened it.
        """
        member = _author(here)
        words = None if note is None else rules.parse_note(note)
        given = _normal(deliverable, links)
        return await self._database.write(_submit, here, member.id, deliverable, given, words, now)

    async def opening(self, here: Here, deliverable: Deliverable) -> Revision | None:
        """What a form for a deliverable opens with, for those who may hand it in."""
        _author(here)
        return await self.latest(here, deliverable)

    async def latest(self, here: Here, deliverable: Deliverable) -> Revision | None:
        """What a student last handed in for a deliverable."""
        member = here.student()
        return await self._database.read(store.latest, here.cohort.id, member.id, deliverable.key)

    async def handed_in(self, here: Here) -> frozenset[str]:
        """The keys of what a student has handed in."""
        if here.member is None:
            return frozenset()
        found = await self._database.read(store.of_member, here.cohort.id, here.member.id)
        return frozenset(found)


def _author(here: Here) -> Member:
    """The student who may hand something in now."""
    member = here.student()
    if here.cohort.state == "draft":
        raise CourseError(
            f"{here.cohort.name} has not been started yet. Its lead does that with `/cohort start`."
        )
    if here.cohort.state == "finished":
        raise CourseError(
            f"The course is over: {here.cohort.name} has finished, and nothing more is handed in. `/progress` shows "
            "what you have done; if something is missing there, ask a lead."
        )
    return member


def _normal(deliverable: Deliverable, links: Mapping[str, str]) -> dict[str, str]:
    """Every link as it is kept; a refusal names each one that cannot be, by what it was to prove."""
    labels = {item.kind: item.label for item in deliverable.evidence}
    given: dict[str, str] = {}
    refused: list[str] = []
    for kind, link in links.items():
        try:
            given[kind] = normal(link) if link.strip() else ""
        except CourseError as refusal:
            refused.append(f"“{labels.get(kind, kind)}”: {refusal}")
    if refused:
        raise CourseError("\n".join(refused))
    return given


def _submit(
    tx: Tx,
    here: Here,
    member_id: int,
    deliverable: Deliverable,
    given: Mapping[str, str],
    note: str | None,
    now: datetime,
) -> Receipt:
    before = store.latest(tx, here.cohort.id, member_id, deliverable.key)
    links = {**(before.links if before else {}), **given}
    links = {item.kind: links[item.kind] for item in deliverable.evidence if links.get(item.kind)}
    if not links:
        raise CourseError(
            f"{deliverable.name} needs at least one link. The first one it asks for is: "
            f"{rules.main(deliverable).label}."
        )
    words = note if note is not None else before.note if before else ""
    joins = _is_paired(tx, here, deliverable) or now > here.deadline(deliverable)
    is_same = before is not None and (links, words) == (before.links, before.note)
    edited = before is not None and before.opened_at is None
    if before is not None and before.opened_at is None:
        if is_same and not before.dead:
            return _receipt(deliverable, before, edited=False, changed=False, joins=joins)
        store.change_revision(tx, before.id, note=words, now=now)
        store.put_links(tx, before.id, links)
        _look_again(tx, here, deliverable, before.submission_id, now)
    else:
        # The same link again is a new revision too: the page behind a link changes, the link does not.
        _add_revision(tx, here, member_id, deliverable, before, links, words, now)
    revision = store.latest(tx, here.cohort.id, member_id, deliverable.key)
    assert revision is not None  # noqa: S101 - it was written above
    same_links = before is not None and not edited and links == before.links
    return _receipt(
        deliverable, revision, first=before is None, edited=edited, same_links=same_links, joins=joins
    )


def _receipt(
    deliverable: Deliverable,
    revision: Revision,
    *,
    first: bool = False,
    edited: bool,
    changed: bool = True,
    same_links: bool = False,
    joins: bool,
) -> Receipt:
    missing = rules.missing(deliverable, revision.links, revision.dead)
    return Receipt(
        deliverable=deliverable,
        revision=revision,
        missing=missing,
        first=first,
        edited=edited,
        changed=changed,
        same_links=same_links,
        joins=joins,
    )


def _is_paired(tx: Tx, here: Here, deliverable: Deliverable) -> bool:
    """Whether the deliverable's round has run: at everybody's deadline, or before it because a lead ran it."""
    return store.paired_at(tx, here.cohort.id, deliverable.key) is not None


def _look_again(tx: Tx, here: Here, deliverable: Deliverable, submission_id: int, now: datetime) -> None:
    """What was missing may be there now."""
    told = Owed(kind="settle", key=f"s{submission_id}.{micros(now)}", week=deliverable.week, due_at=now)
    ledger.owe(tx, here.cohort.id, [told])


def hand_in_again(tx: Tx, here: Here, deliverable: Deliverable, before: Revision, now: datetime) -> Revision:
    """What is handed in, as a new revision with the same links."""
    _add_revision(tx, here, before.member_id, deliverable, before, before.links, before.note, now)
    return store.latest_of(tx, before.submission_id)


def _add_revision(
    tx: Tx,
    here: Here,
    member_id: int,
    deliverable: Deliverable,
    before: Revision | None,
    links: Mapping[str, str],
    note: str,
    now: datetime,
) -> None:
    deadline = here.own_deadline(deliverable)
    submission_id = store.submission(tx, here.cohort.id, member_id, deliverable.key, now)
    number = before.number + 1 if before else 1
    # Revising after feedback comes after the deadline by nature, and makes no work late that was in time.
    late = before.late if before else here.has_passed(deadline, now)
    revision_id = store.add_revision(
        tx, submission_id, number, note=note, deadline_at=deadline, late=late, now=now
    )
    store.put_links(tx, revision_id, links)
    if before is not None:
        told = Owed(kind="revised", key=f"s{submission_id}.{number}", week=deliverable.week, due_at=now)
        ledger.owe(tx, here.cohort.id, [told])
    elif now > here.deadline(deliverable) - ROUND_MAY_HAVE_RUN or _is_paired(tx, here, deliverable):
        told = Owed(kind="late", key=f"s{submission_id}", week=deliverable.week, due_at=now)
        ledger.owe(tx, here.cohort.id, [told])
