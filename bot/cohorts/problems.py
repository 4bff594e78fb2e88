"""What is broken in a cohort and takes a lead to mend: opened once, told to each lead once, closed when it works."""

from __future__ import annotations

from datetime import datetime

from bot import ledger
from bot.calendar import Owed
from bot.cohorts import store
from bot.cohorts.rules import Role
from bot.database import Tx


def tell(tx: Tx, cohort_id: int, subject: str, words: str, *, week: int, now: datetime) -> bool:
    """Open a problem and owe each lead a letter about it; False if it is known already."""
    problem_id = store.open_problem(tx, cohort_id, subject, words, now)
    if problem_id is None:
        return False
    store.note(tx, cohort_id, "problem.found", now=now, subject=subject, detail=words)
    leads = store.active(tx, cohort_id, "lead")
    letters = [
        Owed(kind="problem", key=f"p{problem_id}.m{lead.id}", week=week, due_at=now, member_id=lead.id)
        for lead in leads
    ]
    ledger.owe(tx, cohort_id, letters)
    return True


def mend(tx: Tx, cohort_id: int, subject: str, now: datetime) -> bool:
    """Close a problem that was seen working again; False if none was open."""
    if not store.mend(tx, cohort_id, subject, now):
        return False
    store.note(tx, cohort_id, "problem.mended", now=now, subject=subject)
    return True


def of_role(role: Role) -> str:
    """What a problem with the Discord role for one role of a cohort is filed under."""
    return f"role:{role}"
