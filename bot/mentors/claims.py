"""Taking work up, keeping it, and passing it on: each as one transaction, with the refusals."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot import ledger
from bot.availability import store as availability
from bot.calendar import Owed
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Here, Member
from bot.database import Tx, micros
from bot.errors import CourseError
from bot.mentors import store, work
from bot.mentors.rules import plain
from bot.mentors.store import Claim
from bot.mentors.work import Line, Work
from bot.reviews import asking
from bot.reviews import store as reviews
from bot.revisions import queue
from bot.revisions.queue import Filter, Item
from bot.submissions import store as submissions

_DONE = {
    "accepted": "accepted it",
    "changes": "asked for changes",
    "reviewed": "reviewed it",
}


def terms(here: Here, mentor_id: int, now: datetime) -> Claim:
    """What the course lets a mentor hold, and for how long."""
    policy = here.course.review.mentors
    return Claim(
        cohort_id=here.cohort.id,
        mentor_id=mentor_id,
        now=now,
        lease=timedelta(minutes=policy.minutes),
        most=policy.at_once,
    )


def take(tx: Tx, here: Here, item_id: int, now: datetime) -> Work:
    """Hold a piece of work; what one holds already is shown as it is."""
    mentor = here.known()
    before = waiting(tx, here, item_id)
    if before.held_by(now) == mentor.id:
        return show(tx, here, before, mentor, now)
    taken = store.claim(tx, item_id, terms(here, mentor.id, now))
    if taken is None:
        raise CourseError(_why_not(tx, here, mentor, work.line_of(tx, here, before, now), now))
    return _begin(tx, here, taken, mentor, now)


def take_next(tx: Tx, here: Here, chosen: Filter, now: datetime) -> Work:
    """Hold the gravest work that nobody holds."""
    mentor = here.known()
    claim = terms(here, mentor.id, now)
    taken = store.claim_next(tx, claim, wanted(chosen))
    if taken is None:
        if len(held(tx, here, mentor, now)) >= claim.most:
            raise CourseError(_full(tx, here, mentor, now))
        others = store.count_free(tx, claim, "all")
        if others:
            raise CourseError(
                f"Nothing of this kind is free just now; {others} other {'piece is' if others == 1 else 'pieces are'}. "
                "Choose “Everything” in `/queue`."
            )
        if not queue.count(tx, here.cohort.id):
            raise CourseError("Nothing waits for a mentor just now. `/queue` shows what comes.")
        raise CourseError(
            "Nothing is free to take just now: what waits is held by other mentors, kept for one, or your own. "
            "`/queue` shows until when."
        )
    return _begin(tx, here, taken, mentor, now)


def wanted(chosen: Filter) -> Filter:
    """Of one's own work nothing is free: whoever looks at it and wants more means the whole queue."""
    return "all" if chosen == "mine" else chosen


def _begin(tx: Tx, here: Here, taken: Item, mentor: Member, now: datetime) -> Work:
    if not cohorts.is_active(tx, here.cohort.id, mentor.id):
        # They are a mentor by their Discord role: whoever takes work up is on the roster, where others find them.
        cohorts.enroll(tx, here.cohort.id, mentor.id, "mentor", now)
        cohorts.note(tx, here.cohort.id, "roster.joined", now=now, subject_id=mentor.id, role="mentor")
    for review in reviews.of_submission(tx, taken.submission_id):
        if review.origin == "mentor" and review.reviewer_id != mentor.id:
            asking.close(tx, review.id, "expired", now)  # its mentor's claim ran out; the draft stays
    shown = show(tx, here, taken, mentor, now)
    note(tx, here, "work.taken", shown, now)
    return shown


def show(tx: Tx, here: Here, item: Item, mentor: Member, now: datetime) -> Work:
    """The work; who holds it has seen its newest revision, so that a later change is a new one."""
    found = work.work_of(tx, here, item, mentor.id, now)
    if found.mine:
        submissions.mark_opened(tx, found.facts.revision.id, now)
    return found


def waiting(tx: Tx, here: Here, item_id: int) -> Item:
    """Work that waits in this cohort; a refusal that says what became of it."""
    found = work.item_in(tx, here.cohort.id, item_id)
    if found is None:
        raise CourseError("This is not in the queue of this cohort. `/queue` shows what waits.")
    if found.closed_at is not None:
        done = _DONE.get(found.outcome or "")
        who = (
            None
            if done is None or found.mentor_id is None
            else plain(cohorts.member(tx, found.mentor_id).name)
        )
        became = f"{who} {done}" if who else "it was settled without a mentor"
        raise CourseError(f"This no longer waits: {became}. `/queue` shows what does.")
    return found


def mine(tx: Tx, here: Here, item_id: int, now: datetime) -> Item:
    """Work that this mentor holds now; a refusal that says how to hold it again."""
    found = waiting(tx, here, item_id)
    holder = found.held_by(now)
    if holder == here.known().id:
        return found
    if holder is not None:
        raise CourseError(
            f"{plain(cohorts.member(tx, holder).name)} holds this now, until {_at(found.until_at)}, "
            "so it is theirs to decide. `/queue` shows what is free."
        )
    raise CourseError("You do not hold this, or your claim has run out. Take it in `/queue`, then try again.")


def refuse_apart(tx: Tx, here: Here, author_id: int) -> None:
    """Whom a lead keeps apart from an author decides nothing about their work, whatever they hold."""
    if availability.is_forbidden(tx, here.cohort.id, here.known().id, author_id):
        raise CourseError(
            "A lead has arranged that you do not review this person's work. Release it or hand it on."
        )


def renew(tx: Tx, here: Here, item_id: int, now: datetime) -> Work:
    """Let a claim last as long again."""
    mentor, policy = here.known(), here.course.review.mentors
    before = mine(tx, here, item_id, now)
    lease = timedelta(minutes=policy.minutes)
    renewed = store.renew(tx, before, mentor.id, lease=lease, most=policy.renewals, now=now)
    if renewed is None:
        raise CourseError(
            f"You have renewed this {policy.renewals} times, and that is as often as fits: it is yours until "
            f"{_at(before.until_at)}. Hand it on, or release it so that somebody else can help."
        )
    return show(tx, here, renewed, mentor, now)


def release(tx: Tx, here: Here, item_id: int, now: datetime) -> Line:
    """Let go of work, so that another mentor can take it."""
    mentor = here.known()
    before = mine(tx, here, item_id, now)
    store.release(tx, before.id, mentor.id, now)
    put_down(tx, before, mentor, now)
    shown = work.work_of(tx, here, before, mentor.id, now)
    note(tx, here, "work.released", shown, now)
    return shown.line


def put_down(tx: Tx, item: Item, mentor: Member, now: datetime) -> None:
    """A review that a mentor began of work they no longer hold is not asked of them; its draft stays."""
    for review in reviews.of_submission(tx, item.submission_id):
        if review.reviewer_id == mentor.id and review.origin == "mentor":
            asking.close(tx, review.id, "expired", now)


def colleagues(tx: Tx, here: Here, item_id: int, now: datetime) -> list[Member]:
    """To whom a mentor can hand on what they hold: who is here, and may decide about its author."""
    before = mine(tx, here, item_id, now)
    author = submissions.latest_of(tx, before.submission_id).member_id
    apart = availability.forbidden(tx, here.cohort.id)
    busy = {here.known().id, author} | availability.away(tx, here.cohort.id, start=now, end=now)
    return [
        member
        for member in work.mentors_of(tx, here.cohort.id)
        if member.id not in busy and (member.id, author) not in apart
    ]


def hand(tx: Tx, here: Here, item_id: int, to_id: int, now: datetime) -> tuple[Line, Member]:
    """Hand work on to another mentor, who hears of it privately and holds it for a whole lease."""
    mentor = here.known()
    before = mine(tx, here, item_id, now)
    other = next((member for member in colleagues(tx, here, item_id, now) if member.id == to_id), None)
    if other is None:
        raise CourseError(
            "They cannot take this any more. Choose another mentor, or release it for whoever comes."
        )
    claim = terms(here, other.id, now)
    handed = store.hand(tx, item_id, mentor.id, claim)
    if handed is None:
        raise CourseError(
            f"{plain(other.name)} holds {claim.most} already, and that is as many as one mentor may. "
            "Choose another mentor, or release it for whoever comes."
        )
    put_down(tx, before, mentor, now)
    shown = work.work_of(tx, here, handed, mentor.id, now)
    note(tx, here, "work.handed", shown, now, to=other.id)
    told = Owed(
        kind="handed",
        key=f"q{before.id}.{micros(now)}.m{mentor.id}",
        week=shown.deliverable.week,
        due_at=now,
        stale_at=handed.until_at,
        member_id=other.id,
    )
    ledger.owe(tx, here.cohort.id, [told])
    return shown.line, other


def held(tx: Tx, here: Here, mentor: Member, now: datetime) -> list[Item]:
    """What a mentor holds now."""
    most = here.course.review.mentors.at_once
    return queue.page(tx, here.cohort.id, most, chosen="mine", mentor_id=mentor.id, now=now)


def note(tx: Tx, here: Here, action: str, shown: Work, now: datetime, **detail: object) -> None:
    """What a mentor did with somebody's work goes on the audit log."""
    cohorts.note(
        tx,
        here.cohort.id,
        action,
        now=now,
        actor_id=here.known().id,
        subject_id=shown.facts.author_id,
        deliverable=shown.deliverable.key,
        revision=shown.newest,
        **detail,
    )


def _why_not(tx: Tx, here: Here, mentor: Member, line: Line, now: datetime) -> str:
    """Why a mentor may not take up work that waits."""
    if line.holder is not None:
        return (
            f"{plain(line.holder.name)} has taken this and holds it until {_at(line.item.until_at)}. "
            "“Take the next one” in `/queue` finds what is free."
        )
    if line.author.id == mentor.id:
        return "This is your own work, so another mentor decides about it. `/queue` shows what else waits."
    if line.kept_for is not None and line.kept_for.id != mentor.id:
        return (
            f"{plain(line.kept_for.name)} asked for changes here, so it is kept for them until {_at(line.kept_until)}. "
            "`/queue` shows what else waits."
        )
    if availability.is_forbidden(tx, here.cohort.id, mentor.id, line.author.id):
        return (
            "A lead has arranged that you do not look at this person's work. `/queue` shows what else waits."
        )
    return _full(tx, here, mentor, now)


def _full(tx: Tx, here: Here, mentor: Member, now: datetime) -> str:
    lines = [work.line_of(tx, here, item, now) for item in held(tx, here, mentor, now)]
    named = "; ".join(f"{line.deliverable.place} by {plain(line.author.name)}" for line in lines)
    return (
        f"You hold {len(lines)} of at most {here.course.review.mentors.at_once}: {named}. "
        "Decide about one, release it or hand it on; `/queue` lists them under “what I hold”."
    )


def _at(moment: datetime | None) -> str:
    return "now" if moment is None else f"<t:{int(moment.timestamp())}:f>"
