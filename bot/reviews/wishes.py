"""A lead's wish about one review: that a certain person writes it, or does not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot import ledger
from bot.availability import store as availability
from bot.availability.rules import Absence
from bot.calendar import Owed
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Here, Member
from bot.cohorts.service import running
from bot.curriculum import Deliverable
from bot.database import Tx, micros
from bot.errors import CourseError
from bot.reviews import allocation, asking, store
from bot.reviews.allocation import IN_PLACE
from bot.reviews.round import Round
from bot.reviews.rules import Review
from bot.submissions import store as submissions
from bot.submissions.rules import find


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A certain person is to review a certain work.

    `absence` is theirs, if it reaches over the due time; `has_own` whether they handed in the same themselves; `before`
    is the same review where they were asked for it and it was given on. `load` is what they have of it already,
    `coming` what the author has, `met` how often they reviewed the author before.
    """

    reviewer: Member
    author: Member
    deliverable: Deliverable
    submission_id: int
    due_at: datetime
    before: Review | None
    absence: Absence | None
    has_own: bool
    is_paired: bool
    load: int
    met: int
    coming: int
    wanted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """A review is taken from its reviewer; `instead` is asked in their place.

    `is_paired` and `lacks` say what becomes of the work where nobody is.
    """

    reviewer: Member
    author: Member
    deliverable: Deliverable
    review: Review
    instead: Member | None
    is_paired: bool
    lacks: bool


def as_it_is(tx: Tx, here: Here, *, paused_too: bool = False) -> Here:
    """The cohort as it is by now, also if it changed since the command was used; pairs are made in one that runs."""
    now = running(tx, here.cohort.id)
    here = replace(here, cohort=now.cohort, course=now.course)
    _refuse_unless_running(here, paused_too=paused_too)
    return here


def _refuse_unless_running(here: Here, *, paused_too: bool) -> None:
    name = here.cohort.name
    if here.cohort.state == "draft":
        raise CourseError(f"{name} has not begun yet. `/cohort start` starts it; nobody is paired before.")
    if here.cohort.state == "finished":
        raise CourseError(
            f"{name} is finished, and its pairs with it. `/pairs history` shows who reviewed whom."
        )
    if here.cohort.state == "paused" and not paused_too:
        raise CourseError(f"{name} is paused, and nobody is asked for reviews. `/cohort resume` goes on.")


def wish(tx: Tx, here: Here, reviewer_user: int, author_user: int, wanted: str | None, now: datetime) -> Wish:
    """What a lead asks of a certain person; a refusal if it cannot be."""
    here = as_it_is(tx, here)
    if reviewer_user == author_user:
        raise CourseError("Nobody reviews their own work. Name somebody else as `reviewer`.")
    reviewer, author = _student(tx, here, reviewer_user), _student(tx, here, author_user)
    deliverable, submission_id = _work(tx, here, author, wanted)
    if availability.is_forbidden(tx, here.cohort.id, reviewer.id, author.id):
        raise CourseError(
            f"{_at(reviewer)} and {_at(author)} are kept apart. `/pairs forbid` with both names and `undo: True` lifts "
            "that; then ask again."
        )
    _refuse_accepted(tx, author, deliverable, submission_id)
    before = _review(tx, submission_id, reviewer)
    if before is not None and before.sent_at is not None:
        raise CourseError(f"{_at(reviewer)} has reviewed this work already. Choose somebody else.")
    if before is not None and before.is_open:
        raise CourseError(
            f"{_at(reviewer)} is asked for this review already. `undo: True` would take it from them."
        )
    round_ = Round(tx=tx, running=here, deliverable=deliverable, now=now)
    due_at = max(round_.due_at, now + IN_PLACE)
    absence = availability.absence(tx, here.cohort.id, reviewer.id, now)
    return Wish(
        reviewer=reviewer,
        author=author,
        deliverable=deliverable,
        submission_id=submission_id,
        due_at=due_at,
        before=before,
        absence=absence if absence is not None and absence.until_at > due_at else None,
        has_own=reviewer.id in round_.submissions,
        is_paired=submissions.paired_at(tx, here.cohort.id, deliverable.key) is not None,
        load=round_.loads().get(reviewer.id, 0),
        met=round_.met.get((reviewer.id, author.id), 0),
        coming=asking.taken(tx, submission_id),
        wanted=round_.reviews,
    )


def ask(tx: Tx, here: Here, reviewer_user: int, author_user: int, key: str, now: datetime) -> Wish:
    """Ask a certain person for a review; they hear of it privately."""
    here = as_it_is(tx, here)
    asked = wish(tx, here, reviewer_user, author_user, key, now)
    round_ = Round(tx=tx, running=here, deliverable=asked.deliverable, now=now)
    if asked.before is None:
        asking.allocate(
            tx,
            [(asked.submission_id, asked.author.id, asked.reviewer.id)],
            origin="lead",
            track=asked.deliverable.track,
            course_version_id=here.cohort.course_version_id,
            due_at=asked.due_at,
            now=now,
        )
    else:
        store.ask_again(tx, asked.before.id, due_at=asked.due_at, now=now)
    review = _review(tx, asked.submission_id, asked.reviewer)
    assert review is not None  # noqa: S101 - it was asked for above
    told = Owed(
        kind="asked",
        key=f"r{review.id}.lead.{micros(now)}",
        week=asked.deliverable.week,
        due_at=now,
        member_id=asked.reviewer.id,
    )
    ledger.owe(tx, here.cohort.id, [*allocation.steps(round_, asked.due_at), told])
    allocation.offer(tx, here, asked.deliverable, asked.author.id, now)
    _look_again(tx, here, asked.deliverable, asked.submission_id, now)
    _note(tx, here, "pairs.set", asked, now)
    return asked


def taking(
    tx: Tx, here: Here, reviewer_user: int, author_user: int, wanted: str | None, now: datetime
) -> Taking:
    """What a lead takes from a certain person; a refusal if there is nothing to take."""
    here = as_it_is(tx, here)
    reviewer, author = _known(tx, here, reviewer_user), _known(tx, here, author_user)
    deliverable, submission_id = _work(tx, here, author, wanted)
    review = _review(tx, submission_id, reviewer)
    if review is None or (review.closed_at is not None and review.sent_at is None):
        raise CourseError(
            f"{_at(reviewer)} is not asked to review {deliverable.name} of {_at(author)}, so there is nothing to take."
        )
    if review.sent_at is not None:
        raise CourseError(
            f"{_at(reviewer)} has sent this review already, and what an author received stays theirs."
        )
    if review.origin == "mentor":
        raise CourseError(f"{_at(reviewer)} took this from the mentor queue, and gives it back in `/queue`.")
    instead = allocation.stand_in(tx, here, review, now)
    wanted_reviews = here.course.policy(deliverable.track).reviewers
    is_covered = submissions.promises(tx, submission_id).covered_at is not None
    return Taking(
        reviewer=reviewer,
        author=author,
        deliverable=deliverable,
        review=review,
        instead=None if instead is None else cohorts.member(tx, instead),
        is_paired=submissions.paired_at(tx, here.cohort.id, deliverable.key) is not None,
        lacks=not is_covered and asking.taken(tx, submission_id) - 1 < wanted_reviews,
    )


def take(tx: Tx, here: Here, reviewer_user: int, author_user: int, key: str, now: datetime) -> Taking:
    """Take a review from somebody; another is asked in their place, or the work waits for one."""
    here = as_it_is(tx, here)
    taken = taking(tx, here, reviewer_user, author_user, key, now)
    asking.close(tx, taken.review.id, "apart", now)  # a lead's wish, as when two people are kept apart
    allocation.replace(tx, here, taken.review, now)
    _look_again(tx, here, taken.deliverable, taken.review.submission_id, now)
    _note(tx, here, "pairs.unset", taken, now)
    return taken


def _work(tx: Tx, here: Here, author: Member, wanted: str | None) -> tuple[Deliverable, int]:
    """A work that somebody handed in: the named one, or their newest."""
    mine = submissions.of_member(tx, here.cohort.id, author.id)
    if wanted is None:
        if not mine:
            raise CourseError(f"{_at(author)} has not handed in anything yet.")
        key = max(mine, key=lambda key: (here.course.deliverable(key).week, key))
    else:
        key = find(here.course, wanted).key
    deliverable = here.course.deliverable(key)
    if key not in mine:
        raise CourseError(
            f"{_at(author)} has not handed in {deliverable.name} yet. A review can be asked for once there is "
            "something to read."
        )
    return deliverable, mine[key].submission_id


def _refuse_accepted(tx: Tx, author: Member, deliverable: Deliverable, submission_id: int) -> None:
    """What is accepted is done: a review of it would be asked and never be due."""
    if store.is_accepted(tx, submission_id):
        raise CourseError(
            f"{deliverable.name} of {_at(author)} is accepted, so nobody is asked to review it any more. To have other "
            "work of theirs reviewed, name it with `deliverable`."
        )


def _review(tx: Tx, submission_id: int, reviewer: Member) -> Review | None:
    found = store.of_submission(tx, submission_id)
    return next((review for review in found if review.reviewer_id == reviewer.id), None)


def _student(tx: Tx, here: Here, user_id: int) -> Member:
    """A student of the cohort now."""
    found = [who for who in cohorts.active(tx, here.cohort.id, "student") if who.user_id == user_id]
    if found:
        return found[0]
    _known(tx, here, user_id)
    raise CourseError(
        f"<@{user_id}> is not a student of {here.cohort.name} now, and reviews are asked of students for students. "
        "Mentors take work up in `/queue`."
    )


def _known(tx: Tx, here: Here, user_id: int) -> Member:
    """Somebody who is or was on the roster."""
    found = [item.member for item in cohorts.roster(tx, here.cohort.id) if item.member.user_id == user_id]
    if not found:
        raise CourseError(
            f"<@{user_id}> is not on the roster of {here.cohort.name}. `/roster list` shows everyone who is."
        )
    return found[0]


def _at(member: Member) -> str:
    return f"<@{member.user_id}>"


def _look_again(tx: Tx, here: Here, deliverable: Deliverable, submission_id: int, now: datetime) -> None:
    """Whether the work waits for a mentor may be another matter now."""
    told = Owed(kind="settle", key=f"s{submission_id}.{micros(now)}", week=deliverable.week, due_at=now)
    ledger.owe(tx, here.cohort.id, [told])


def _note(tx: Tx, here: Here, action: str, about: Wish | Taking, now: datetime) -> None:
    cohorts.note(
        tx,
        here.cohort.id,
        action,
        now=now,
        actor_id=here.actor_id,
        subject_id=about.reviewer.id,
        other_id=about.author.id,
        deliverable=about.deliverable.key,
    )
