"""From a row of the ledger to what is said: each function reads the facts of now, in one transaction.

A row that prepares others (a pairing, a nudge) writes them into the ledger and has nothing to say itself. Whatever
is written here is written once however often a row is taken up again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from bot import ledger
from bot.calendar import Owed
from bot.cohorts import allowances
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Member, Running
from bot.curriculum import Deliverable
from bot.database import Tx
from bot.extensions import granting
from bot.ledger import Claimed
from bot.posts import announced, forgetting, leads, loop, quoted, requests, rounds, rules
from bot.posts.rounds import Composer, due_in
from bot.posts.rules import Content
from bot.retros import store as retros
from bot.retros.service import themes_of_digest
from bot.reviews import store as reviews
from bot.submissions import store as submissions
from bot.submissions.rules import is_expected


def owing(
    tx: Tx, running: Running, members: Sequence[Member], week: int, now: datetime
) -> list[tuple[Member, list[Deliverable]]]:
    """Which of these members have not handed in all of a week's deliverables, and what each still owes.

    Nobody owes what they may leave out, nor what they have more time for.
    """
    due = due_in(running, week)
    handed_in = submissions.of_deliverables(tx, running.cohort.id, [item.key for item in due])
    allowed = allowances.of_cohort(tx, running.cohort.id)

    def owes(who: Member, item: Deliverable) -> bool:
        theirs = allowed.get(who.id, {}).get(item.key)
        return who.id not in handed_in[item.key] and is_expected(running, item, theirs, now)

    owed = [(who, [item for item in due if owes(who, item)]) for who in members]
    return [(who, items) for who, items in owed if items]


def _kickoff(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content:
    return rules.Kickoff(
        running=running,
        week=running.course.week(row.week),
        times=running.week(row.week),
        due=due_in(running, row.week),
    )


def _nudge(tx: Tx, running: Running, row: Claimed, now: datetime) -> None:
    """One private reminder for each student who owes work."""
    students = cohorts.active(tx, running.cohort.id, "student")
    ledger.owe(
        tx,
        running.cohort.id,
        [
            Owed(
                kind="reminder",
                key=f"{row.key}.m{student.id}",
                week=row.week,
                due_at=row.due_at,
                stale_at=row.stale_at,
                member_id=student.id,
            )
            for student, _ in owing(tx, running, students, row.week, now)
        ],
    )


def _reminder(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    if row.key.startswith(granting.OWN):
        return _own_reminder(tx, running, row, now)
    student = cohorts.member(tx, row.member_id or 0)
    found = owing(tx, running, [student], row.week, now)
    if not found:
        return None
    _, owed = found[0]
    return rules.Reminder(running=running, owed=owed, deadline=running.week(row.week).deadline)


def _own_reminder(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    """To a student with more time, before their own deadline; moved meanwhile, it is said before the new one."""
    member_id = row.member_id or 0
    deliverable = running.course.deliverable(granting.reminded_of(row.key))
    allowed = allowances.of_member(tx, running.cohort.id, member_id).get(deliverable.key)
    until = running.deadline_for(deliverable, allowed)
    if allowed is None or allowed.is_excused or until == running.deadline(deliverable) or now >= until:
        return None
    if submissions.latest(tx, running.cohort.id, member_id, deliverable.key) is not None:
        return None
    if row.key != granting.reminder_key(deliverable, member_id, until):
        granting.remind(tx, running, deliverable, member_id, until, now)
        return None
    return rules.Reminder(running=running, owed=[deliverable], deadline=until)


def _retro(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content:
    return rules.RetroCall(running=running, week=running.course.week(row.week), prompt=running.course.retro)


def _digest(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content:
    leads.owe_letters(tx, running, row, now)
    students = {member.id for member in cohorts.active(tx, running.cohort.id, "student")}
    weekly = running.course.deliverable(f"w{row.week:02}")
    due = due_in(running, row.week)
    keys = [item.key for item in due]
    handed_in = submissions.of_deliverables(tx, running.cohort.id, keys)
    # "9 of 8 handed in" helps nobody: who has left since is not among those who handed in, as not among the students.
    present = [item for author, item in handed_in[weekly.key].items() if author in students]
    asked = [item for key in keys for item in reviews.of_deliverable(tx, running.cohort.id, key)]
    given = Counter(item.submission_id for item in asked if item.sent_at is not None)
    ids = [submission_id for found in handed_in.values() for submission_id in found.values()]
    entries = retros.of_week(tx, running.cohort.id, row.week)
    excused = {
        member_id
        for member_id, allowed in allowances.of_cohort(tx, running.cohort.id).items()
        if weekly.key in allowed and allowed[weekly.key].is_excused
    }
    return rules.Digest(
        running=running,
        week=running.course.week(row.week),
        students=len(students - (excused - handed_in[weekly.key].keys())),
        handed_in=len(present),
        late=sum(submissions.lateness(tx, item)[0] for item in present),
        reviews_asked=sum(
            max(running.course.policy(item.track).reviewers, given[submission_id])
            for item in due
            for submission_id in handed_in[item.key].values()
        ),
        reviews_sent=sum(item.sent_at is not None for item in asked),
        reviews_on_time=sum(item.on_time for item in asked),
        covered=submissions.coverage(tx, running.cohort.id, now),
        reviewed=sum(submissions.promises(tx, item).covered_at is not None for item in ids),
        submissions=len(ids),
        retros=len(entries),
        themes=themes_of_digest(tx, running, row.week),
    )


def _problem(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    detail = cohorts.problem(tx, int(row.key.removeprefix("p").partition(".")[0]))
    return None if detail is None else rules.Trouble(running=running, detail=detail)


COMPOSERS: dict[str, Composer] = {
    "kickoff": _kickoff,
    "nudge": _nudge,
    "reminder": _reminder,
    "retro": _retro,
    "digest": _digest,
    "problem": _problem,
    **rounds.COMPOSERS,
    **loop.COMPOSERS,
    **forgetting.COMPOSERS,
    **announced.COMPOSERS,
    **requests.COMPOSERS,
    **leads.COMPOSERS,
    **quoted.COMPOSERS,
}
