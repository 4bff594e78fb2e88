"""What is said about more time: to leads who are asked for it, and to students who have it or may leave one out."""

from __future__ import annotations

from datetime import datetime
from typing import get_args

from bot.cohorts import allowances
from bot.cohorts.rules import Running
from bot.database import Tx, micros
from bot.extensions import requests, store
from bot.extensions.rules import Told
from bot.ledger import Claimed
from bot.posts import desk_rules
from bot.posts.rounds import Composer
from bot.posts.rules import Content
from bot.submissions import store as submissions


def _request(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    """To a lead, unless somebody was faster."""
    request_id = int(row.key.removeprefix("q").partition(".")[0])
    request = store.waiting_one(tx, running.cohort.id, request_id)
    if request is None:
        return None
    return desk_rules.RequestCame(running=running, asked=requests.view(tx, running, request, now))


def _answered(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    request = store.request(tx, int(row.key.removeprefix("q")))
    if request is None or request.answer not in ("granted", "declined"):
        return None
    return desk_rules.RequestAnswered(running=running, asked=requests.view(tx, running, request, now))


def _allowed(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    """What a student was allowed, unless it was changed again meanwhile, which is told for itself."""
    what, key, member_id, at = row.key.split("/")
    told: Told = next(item for item in get_args(Told) if item == what)
    deliverable = running.course.deliverable(key)
    allowed = allowances.of_member(tx, running.cohort.id, int(member_id)).get(key)
    if allowed is None or micros(allowed.granted_at) != int(at):
        return None
    until = running.deadline_for(deliverable, allowed)
    return desk_rules.AllowanceTold(
        running=running,
        deliverable=deliverable,
        what=told,
        until=until,
        is_over=running.has_passed(until, now),
        reason=allowed.reason,
        handed_in=submissions.latest(tx, running.cohort.id, int(member_id), key) is not None,
    )


COMPOSERS: dict[str, Composer] = {"request": _request, "answered": _answered, "allowed": _allowed}
