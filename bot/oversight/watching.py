"""Who is at risk: the signs of everybody in a cohort, in a few questions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.availability import store as availability
from bot.cohorts import allowances, places
from bot.cohorts.rules import Allowance, Running
from bot.database import Tx
from bot.oversight.rules import AtRisk
from bot.retros import store as retros
from bot.revisions import everybody, risk
from bot.revisions.risk import POLICY, Signs
from bot.submissions.everybody import HandedIn
from bot.submissions.rules import Missed, due, missed

Came = Mapping[int, Mapping[str, HandedIn]]
"""What everybody has handed in: member, then deliverable."""


def at_risk(tx: Tx, running: Running, came: Came, now: datetime) -> list[AtRisk]:
    """The students at risk and why, those with most reasons first."""
    cohort_id = running.cohort.id
    students = {
        place.member.id: place
        for place in places.of_cohort(tx, cohort_id)
        if place.role == "student" and place.active
    }
    allowed = allowances.of_cohort(tx, cohort_id)
    worked, looked_back = everybody.seen(tx, cohort_id), retros.seen(tx, cohort_id)
    away = availability.away(tx, cohort_id, start=now, end=now)
    severe = everybody.severe(tx, running, now, least=POLICY.severe)
    found: list[AtRisk] = []
    for member_id, place in students.items():
        lately, missed_at = _missed(running, allowed.get(member_id, {}), came.get(member_id, {}), now)
        seen_at = max(
            place.since, worked.get(member_id, place.since), looked_back.get(member_id, place.since)
        )
        signs = Signs(
            lately=lately,
            missed_at=missed_at,
            seen_at=None if member_id in away else seen_at,
            severe=severe.get(member_id, ()),
        )
        reasons = risk.reasons(running, signs, now)
        if reasons:
            found.append(AtRisk(member=place.member, reasons=reasons))
    return sorted(found, key=lambda item: -len(item.reasons))


def _missed(
    running: Running, allowed: Mapping[str, Allowance], came: Mapping[str, HandedIn], now: datetime
) -> tuple[Missed, list[datetime]]:
    """What a student missed of the latest weeks, and when those were due for them."""
    latest = due(running, allowed, now)[-POLICY.span :]
    deadlines = [
        running.deadline_for(running.course.deliverable(key), allowed.get(key))
        for key in latest
        if key not in came
    ]
    return missed(latest, came, span=POLICY.span), sorted(deadlines)
