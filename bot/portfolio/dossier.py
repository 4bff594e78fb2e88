"""Everything that a portfolio shows to people outside: what is published, and what the course knows about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.cohorts.rules import Here, Member, Running
from bot.database import Database, Tx
from bot.errors import CourseError
from bot.portfolio import publishing, service, store
from bot.portfolio.outcomes import Done, week_proof
from bot.portfolio.outline import key_of
from bot.portfolio.rules import Dossier, Proof
from bot.progress import gathering
from bot.progress.gathering import Record
from bot.reviews.rules import is_sound
from bot.revisions import rules as loop
from bot.revisions.rules import Facts

PUBLISH_FIRST = (
    "There is nothing to export yet: an export holds what you published. `/portfolio publish` shows a piece of your "
    "accepted work."
)
REVISING = (
    "There is nothing to export now: a mentor has asked for changes to what you published, and it waits until it is "
    "accepted again. `/portfolio show` has it."
)


class Dossiers:
    """Where a portfolio is put together for somebody who is not in the cohort."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def own(self, here: Here, now: datetime) -> Dossier:
        """One's own, to hand in somewhere; a refusal says what to do first."""
        return await self._database.read(_own, here, now)

    async def online(self, slug: str, now: datetime) -> Dossier | None:
        """What everybody may read at an address; None if there is nothing."""
        return await self._database.read(_online, slug, now)


def dossier(tx: Tx, running: Running, member: Member, now: datetime) -> Dossier | None:
    """All that a member's portfolio shows; None if nothing is published in it."""
    portfolio = service.portfolio(tx, running, member)
    if portfolio is None or not portfolio.entries:
        return None
    found = gathering.record(tx, running, member)
    told = _told(found)
    proofs = _unpublished(tx, found) | {item.deliverable.key: item.proofs for item in portfolio.entries}
    published = {item.deliverable.key for item in portfolio.entries}
    return Dossier(
        running=running,
        portfolio=portfolio,
        card=gathering.card(told, now, medians={}),  # classmates' scores are no part of it
        trends=gathering.trends(told, now),
        weeks=[
            week_proof(
                running.course,
                week,
                _done(
                    told,
                    key := key_of(week),
                    week.number,
                    proofs.get(key, ()),
                    now,
                    published=key in published,
                ),
            )
            for week in running.course.weeks
        ],
        accepted=len(told.facts),
        asked=sum(line.state not in ("excused", "not expected") for line in found.lines(now)),
        signed_off=sum(_signed_off(running, told.facts)),
        made_at=now,
    )


def _told(found: Record) -> Record:
    """What strangers are told of somebody's work: what is accepted, with the scores that rest on enough."""
    accepted = {key: facts for key, facts in found.facts.items() if facts.accepted is not None}
    return replace(
        found,
        facts=accepted,
        judged=[item for item in found.judged if item.deliverable.key in accepted],
        scored={
            key: work
            for key, work in found.scored.items()
            if key in accepted and is_sound(work.scores.count, by_mentor=work.by_mentor)
        },
    )


def _signed_off(running: Running, accepted: Mapping[str, Facts]) -> Iterator[bool]:
    """Of each capstone whether a mentor has accepted all of it."""
    for capstone in running.course.capstones:
        parts = running.course.parts_of(capstone)
        yield all(item.key in accepted and _by_mentor(accepted[item.key]) for item in parts)


def _by_mentor(facts: Facts) -> bool:
    return facts.accepted is not None and facts.accepted.mentor_id is not None


def _unpublished(tx: Tx, found: Record) -> dict[str, Sequence[Proof]]:
    """What proves each piece of accepted work, without its links: those are shown where their author publishes them."""
    course = found.running.course
    return {
        item.key: [
            replace(proof, url="")
            for proof in store.proofs(tx, course, {"revision_id": item.revision_id, "deliverable": item.key})
        ]
        for item in store.work(tx, found.running.cohort.id, found.member.id)
        if item.accepted is not None
    }


def _done(
    found: Record, key: str, week: int, proofs: Sequence[Proof], now: datetime, *, published: bool
) -> Done:
    """What is told of a week of somebody's: nothing, unless its work is accepted."""
    facts = found.facts.get(key)
    if facts is None or facts.accepted is None:
        return Done()
    work = found.scored.get(key)
    return Done(
        accepted_at=facts.accepted.decided_at,
        proofs=proofs,
        reviews=0 if work is None else work.scores.count,
        by_mentor=work is not None and work.by_mentor,
        own=any(item.by == "self" for item in found.judged if item.deliverable.key == key),
        retro=week in found.written,
        revision=facts.revision.number,
        settled=_settled(facts, now),
        published=published,
    )


def _settled(facts: Facts, now: datetime) -> int:
    return sum(state == "settled" for _, _, state in loop.points(facts, now))


def _own(tx: Tx, here: Here, now: datetime) -> Dossier:
    member, _ = publishing.owner(tx, here)
    found = dossier(tx, here, member, now)
    if found is None:
        works = publishing.works(tx, here, member).values()
        if any(item.published is not None for item in works):
            raise CourseError(REVISING)
        raise CourseError(PUBLISH_FIRST if works else publishing.NOTHING_ACCEPTED)
    return found


def _online(tx: Tx, slug: str, now: datetime) -> Dossier | None:
    found = service.by_slug(tx, slug)
    return None if found is None else dossier(tx, *found, now)
