"""A piece of work as a mentor looks at it, and the lines of the queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cohorts import store as cohorts
from bot.cohorts.rules import Member, Running
from bot.curriculum import Deliverable
from bot.database import Tx
from bot.mentors import rules, store
from bot.revisions import queue, readiness, watching
from bot.revisions import rules as revisions
from bot.revisions import store as facts_store
from bot.revisions.queue import Item
from bot.revisions.readiness import Readiness
from bot.revisions.rules import Facts, State
from bot.submissions import store as submissions
from bot.submissions.rules import Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Work in the queue: its newest revision, why it waits, who holds it, or for whom it is kept and until when."""

    item: Item
    deliverable: Deliverable
    revision: Revision
    author: Member
    why: Sequence[str]
    holder: Member | None
    kept_for: Member | None
    kept_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Everything about a piece of work that a mentor decides from.

    `mine` says whether whoever looks holds it now; `lacking` is what stands between it and its acceptance.
    """

    line: Line
    mine: bool
    facts: Facts
    state: State
    revisions: Sequence[Revision]
    people: Mapping[int, Member]
    readiness: Readiness
    lacking: Sequence[str]

    @property
    def item(self) -> Item:
        """Its place in the queue."""
        return self.line.item

    @property
    def deliverable(self) -> Deliverable:
        """What was handed in."""
        return self.line.deliverable

    @property
    def newest(self) -> int:
        """The number of the newest revision."""
        return self.facts.revision.number


def line_of(tx: Tx, running: Running, item: Item, now: datetime) -> Line:
    """A line of the queue."""
    return _line(tx, running, item, facts_store.facts(tx, running, item.submission_id), now)


def _line(tx: Tx, running: Running, item: Item, facts: Facts, now: datetime) -> Line:
    risks = watching.reasons(tx, running, facts.author_id, now)
    holder = item.held_by(now)
    kept = rules.kept_for(facts.decision, item.since, now)
    if kept is not None and not cohorts.is_active(tx, running.cohort.id, kept[0]):
        kept = None
    by = None if facts.decision is None else facts.decision.mentor_id
    asked_by = "a mentor" if by is None else cohorts.member(tx, by).name
    return Line(
        item=item,
        deliverable=facts.deliverable,
        revision=facts.revision,
        author=cohorts.member(tx, facts.author_id),
        why=rules.why(item.reasons, facts, risks, now, asked_by=asked_by),
        holder=None if holder is None else cohorts.member(tx, holder),
        kept_for=None if kept is None else cohorts.member(tx, kept[0]),
        kept_until=None if kept is None else kept[1],
    )


def work_of(tx: Tx, running: Running, item: Item, mentor_id: int, now: datetime) -> Work:
    """A piece of work as a mentor looks at it."""
    facts = facts_store.facts(tx, running, item.submission_id)
    ready = readiness.readiness(tx, running, facts.author_id, facts.deliverable)
    unready = [gap.words for gap in ready.missing]
    people = {review.reviewer_id for review in facts.reviews}
    people |= {decision.mentor_id for decision in facts.decisions if decision.mentor_id is not None}
    return Work(
        line=_line(tx, running, item, facts, now),
        mine=item.held_by(now) == mentor_id,
        facts=facts,
        state=revisions.state(facts, now),
        revisions=[submissions.revision(tx, id_) for id_ in store.revision_ids(tx, item.submission_id)],
        people={member_id: cohorts.member(tx, member_id) for member_id in people},
        readiness=ready,
        lacking=rules.lacking(facts, unready, now),
    )


def mentors_of(tx: Tx, cohort_id: int) -> list[Member]:
    """Who can hold work in a cohort: its mentors, then its leads who are not mentors too."""
    mentors = cohorts.active(tx, cohort_id, "mentor")
    known = {member.id for member in mentors}
    return mentors + [lead for lead in cohorts.active(tx, cohort_id, "lead") if lead.id not in known]


def item_in(tx: Tx, cohort_id: int, item_id: int) -> Item | None:
    """A place in this cohort's queue; None for another cohort's."""
    found = queue.item(tx, item_id)
    return found if found is not None and found.cohort_id == cohort_id else None
