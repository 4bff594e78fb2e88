"""Taking waiting work before anybody is asked, keeping it for a while, and giving it back."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot import ledger
from bot.calendar import Owed
from bot.cohorts.rules import Here, Member, Running
from bot.curriculum import Deliverable
from bot.database import Tx, micros
from bot.errors import CourseError
from bot.reviews import allocation, asking, store
from bot.reviews.asking import Waiting
from bot.reviews.rules import DECLINE_SPAN, Review
from bot.submissions import store as submissions


def take(tx: Tx, here: Here, now: datetime) -> int:
    """The id of the review that a student takes: of the newest waiting work that they may review."""
    member = here.student()
    _refuse_more(tx, here, member)
    waiting = _newest(tx, here, member)
    if waiting is None:
        raise CourseError(_nothing_waits(tx, here, member, now))
    deliverable = here.course.deliverable(waiting.deliverable)
    until = now + timedelta(hours=here.course.review.pull.hours)
    is_paired = submissions.paired_at(tx, here.cohort.id, deliverable.key) is not None
    due_at = until if is_paired else max(until, here.week(deliverable.week).reviews_due(deliverable.track))
    asking.allocate(
        tx,
        [(waiting.submission_id, waiting.author_id, member.id)],
        origin="pull",
        track=deliverable.track,
        course_version_id=here.cohort.course_version_id,
        due_at=due_at,
        now=now,
    )
    taken = next(
        review for review in store.of_submission(tx, waiting.submission_id) if review.reviewer_id == member.id
    )
    asking.lease(tx, taken.id, until)
    _watch(tx, here, taken.id, deliverable, until)
    allocation.offer_again(tx, here, taken, now)
    return taken.id


def _refuse_more(tx: Tx, here: Here, member: Member) -> None:
    if here.cohort.state != "running":
        raise CourseError(
            f"{here.cohort.name} is not running, so there is nothing to review. `/me` tells more."
        )
    held = [
        review for review in store.open_of(tx, here.cohort.id, member.id) if review.lease_until is not None
    ]
    if len(held) >= here.course.review.pull.at_once:
        raise CourseError(
            f"You have {len(held)} reviews open that you took up. Send one first, or give one back: "
            "`/review mine` lists them."
        )


def _newest(tx: Tx, here: Here, member: Member) -> Waiting | None:
    """Before its deadline a deliverable counts towards what each gives; after it, anybody may help out."""
    asked = asking.asked_of(tx, here.cohort.id, member.id)
    found: list[Waiting] = []
    for key in submissions.keys_of(tx, here.cohort.id, member.id):
        quota = here.course.policy(here.course.deliverable(key).track).reviewers
        is_paired = submissions.paired_at(tx, here.cohort.id, key) is not None
        if is_paired or asked.get(key, 0) < quota:
            waiting = asking.newest_waiting(tx, here.cohort.id, key, member.id)
            found += [] if waiting is None else [waiting]
    return max(found, key=lambda item: (item.since, item.submission_id), default=None)


def _nothing_waits(tx: Tx, here: Here, member: Member, now: datetime) -> str:
    week = here.now_week(now)
    if week is not None:
        key = f"w{week:02}"
        if submissions.latest(tx, here.cohort.id, member.id, key) is None:
            return (
                "Nothing waits that you may review yet. You can take up work on what you have handed in yourself: "
                f"`/submit` hands in {here.course.deliverable(key).name}."
            )
    return (
        "Nothing waits for a reviewer just now: everything that you may review has its reviewers. "
        "`/review mine` shows what is yours already."
    )


def _watch(tx: Tx, running: Running, review_id: int, deliverable: Deliverable, until: datetime) -> None:
    """Look at the lease again when it ends."""
    told = Owed(kind="lease", key=f"r{review_id}.{micros(until)}", week=deliverable.week, due_at=until)
    ledger.owe(tx, running.cohort.id, [told])


def end_lease(tx: Tx, running: Running, review_id: int, now: datetime) -> None:
    """Give a taken review back to the pool, unless its reviewer has worked on it meanwhile."""
    review = store.review(tx, review_id)
    if review is None or not review.is_open or review.lease_until is None:
        return
    if review.lease_until > now:
        deliverable = running.course.deliverable(review.deliverable)
        _watch(tx, running, review_id, deliverable, review.lease_until)
    elif asking.close(tx, review_id, "expired", now):
        allocation.offer_again(tx, running, review, now)


def keep(tx: Tx, running: Running, review: Review, now: datetime) -> None:
    """Whoever works on a taken review keeps it; whoever comes back to an expired one takes it again if it waits."""
    until = now + timedelta(hours=running.course.review.pull.hours)
    if review.closed_why in ("expired", "away"):
        promise = submissions.promises(tx, review.submission_id)
        if promise.offered_at is not None:
            asking.take_again(tx, review.id, due_at=max(review.due_at, until), until=until)
            _watch(tx, running, review.id, running.course.deliverable(review.deliverable), until)
            allocation.offer_again(tx, running, review, now)
    elif review.lease_until is not None:
        asking.hold(tx, review.id, until)


def decline(tx: Tx, running: Running, review: Review, reason: str, now: datetime) -> bool:
    """Hand a review back; True if somebody else is asked in their place, False if the work waits for whoever comes."""
    if review.lease_until is not None:
        asking.close(tx, review.id, "expired", now, reason)
        allocation.offer_again(tx, running, review, now)
        return False
    most = running.course.review.declines
    if asking.declined(tx, running.cohort.id, review.reviewer_id, since=now - DECLINE_SPAN) >= most:
        declined = f"You have declined {most} reviews in the last 30 days, and that is as many as fit."
        raise CourseError(
            f"{declined if most else 'Reviews are not declined in this cohort.'} If you cannot write this one, "
            "tell us with `/away` until when; or ask a lead."
        )
    asking.close(tx, review.id, "declined", now, reason)
    return allocation.replace(tx, running, review, now)


def expire(tx: Tx, running: Running, deliverable: Deliverable, due_at: datetime, now: datetime) -> bool:
    """Offer what did not come by its hour to volunteers; True if any work of the deliverable waits for one."""
    for review in store.open_in(tx, running.cohort.id, deliverable.key):
        is_due = review.due_at == due_at and review.lease_until is None
        if is_due and asking.close(tx, review.id, "expired", now):
            allocation.offer_again(tx, running, review, now)
    return bool(asking.waiting(tx, running.cohort.id, deliverable.key))
