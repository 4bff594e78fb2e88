"""After any fact about a piece of work: accept it if all is done, and let it wait for a mentor if it must."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot import ledger
from bot.calendar import Owed
from bot.cohorts.rules import Running
from bot.database import Tx, micros
from bot.reviews import asking
from bot.revisions import queue, rules, store, watching
from bot.revisions.queue import Outcome
from bot.revisions.rules import Facts
from bot.submissions import store as submissions


def settle(tx: Tx, running: Running, submission_id: int, now: datetime) -> Facts:
    """Bring a piece of work to where its facts put it; asked again, it changes nothing."""
    facts = store.facts(tx, running, submission_id)
    if rules.state(facts, now) == "settled":
        accept(tx, facts, mentor_id=None, words="", now=now)
        facts = replace(facts, decisions=store.decisions(tx, submission_id))
    wait(tx, running, facts, now)
    wakes_at = rules.wakes_at(facts, now) if facts.accepted is None else None
    if wakes_at is not None:
        owe(tx, facts, "settle", f"s{submission_id}.{micros(wakes_at)}", wakes_at)
    return facts


def settle_waiting(tx: Tx, running: Running, now: datetime) -> None:
    """Look again at all that waits for a mentor: with time alone, its author comes to be at risk or no longer is."""
    for submission_id in store.waiting(tx, running.cohort.id):
        settle(tx, running, submission_id, now)


def accept(tx: Tx, facts: Facts, *, mentor_id: int | None, words: str, now: datetime) -> None:
    """Accept the newest revision, by a mentor or by the policy, and tell its author."""
    store.decide(
        tx,
        facts.submission_id,
        kind="accepted",
        revision_id=facts.revision.id,
        mentor_id=mentor_id,
        words=words,
        now=now,
    )
    submissions.mark_covered(tx, facts.submission_id, now)
    submissions.take_off(tx, facts.submission_id)
    for review in facts.reviews:
        if review.is_open and review.reviewer_id != mentor_id:
            asking.close(tx, review.id, "accepted", now)  # what was begun can still be sent
    tell_decision(tx, facts, now)


def tell_decision(tx: Tx, facts: Facts, now: datetime) -> None:
    """The author hears of a decision privately."""
    key = f"s{facts.submission_id}.{len(facts.decisions) + 1}"
    owe(tx, facts, "decided", key, now, member_id=facts.author_id)


def owe(tx: Tx, facts: Facts, kind: str, key: str, due_at: datetime, *, member_id: int | None = None) -> None:
    """Owe somebody a word about this work, or the work another look."""
    told = Owed(kind=kind, key=key, week=facts.deliverable.week, due_at=due_at, member_id=member_id)
    ledger.owe(tx, facts.cohort_id, [told])


def wait(tx: Tx, running: Running, facts: Facts, now: datetime) -> None:
    """Put the work into the mentor queue for the reasons of now, or take it out."""
    reasons = rules.reasons(facts, now, at_risk=False)
    if reasons.calls:
        reasons = replace(reasons, at_risk=bool(watching.reasons(tx, running, facts.author_id, now)))
        queue.enter(tx, facts.cohort_id, facts.submission_id, reasons, now)
        return
    waited = queue.waiting(tx, facts.submission_id)
    if waited is None:
        return
    outcome, by = _dealt_with(facts, waited.since)
    queue.leave(tx, facts.submission_id, outcome, now, mentor_id=by)


def _dealt_with(facts: Facts, since: datetime) -> tuple[Outcome, int | None]:
    """How work that waited since then came to wait no longer, and by which mentor if by one."""
    decision = facts.decision
    if decision is not None and decision.mentor_id is not None and decision.decided_at >= since:
        return decision.kind, decision.mentor_id
    for review in facts.sent:
        if review.origin == "mentor" and review.sent_at is not None and review.sent_at >= since:
            return "reviewed", review.reviewer_id
    return "resolved", None
