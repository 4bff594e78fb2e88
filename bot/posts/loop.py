"""What is said between an author and their reviewers: revisions, reviews, answers, re-checks, decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot import ledger
from bot.availability import store as availability
from bot.calendar import Owed
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Running
from bot.database import Tx, micros
from bot.ledger import Claimed
from bot.posts import rules
from bot.posts.rounds import Composer
from bot.posts.rules import Content
from bot.reviews import store as reviews
from bot.reviews.rules import Review
from bot.reviews.writing import author_of
from bot.revisions import answering, queue, store
from bot.revisions.rules import LAST_ROUND, Answer, Facts
from bot.revisions.settling import settle
from bot.submissions import store as submissions


def _revised(tx: Tx, running: Running, row: Claimed, now: datetime) -> None:
    """One private word for each reviewer who has looked at an earlier revision, unless answers say it to them."""
    submission_id = int(row.key.removeprefix("s").partition(".")[0])
    facts = settle(tx, running, submission_id, now)
    looked = [
        review
        for review in facts.reviews
        if review.opened_at
        and review.counts
        and not _has_answers(facts.answers, review, facts.revision.submitted_at)
    ]
    ledger.owe(
        tx,
        running.cohort.id,
        [
            Owed(
                kind="changed",
                key=f"{row.key}.r{review.id}",
                week=row.week,
                due_at=row.due_at,
                member_id=review.reviewer_id,
            )
            for review in looked
        ],
    )


def _changed(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    number, _, review_id = row.key.partition(".")[2].partition(".r")
    review = reviews.review(tx, int(review_id))
    if review is None:
        return None
    newest = submissions.latest_of(tx, review.submission_id)
    if newest.number != int(number) or newest.id == review.revision_id:
        return None  # a still newer one is told of instead, or the reviewer has it open by now
    if _has_answers(store.answers(tx, review.submission_id), review, newest.submitted_at):
        return None  # the answers to their points say it, and ask for more
    return rules.Changed(
        running=running,
        deliverable=running.course.deliverable(review.deliverable),
        author=author_of(tx, review, running.course.deliverable(review.deliverable)),
        number=newest.number,
        review_id=review.id,
        is_sent=review.sent_at is not None,
    )


def _has_answers(answers: Mapping[int, Sequence[Answer]], review: Review, since: datetime) -> bool:
    return any(
        answer.sent_at is not None and answer.sent_at >= since
        for point in review.points
        for answer in answers.get(point.id, ())
    )


def _feedback(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    review = reviews.review(tx, int(row.key.removeprefix("r")))
    if review is None:
        return None
    facts = settle(tx, running, review.submission_id, now)
    return rules.FeedbackCame(
        running=running,
        deliverable=facts.deliverable,
        reviewer=answering.reviewer_of(tx, facts.deliverable, review),
        received=len(facts.sent),
        asked=_promised(facts),
    )


def _promised(facts: Facts) -> int:
    """How many reviews its author may expect; once it is covered, those that came and those on their way."""
    coming = sum(review.counts for review in facts.reviews)
    return coming if facts.promise.covered_at is not None else max(coming, facts.policy.reviewers)


def _settle(tx: Tx, running: Running, row: Claimed, now: datetime) -> None:
    submission_id = int(row.key.removeprefix("s").partition(".")[0])
    if not store.is_accepted(tx, submission_id):  # by now nothing is left to settle for most
        settle(tx, running, submission_id, now)


def _recheck(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    """To a reviewer: their points were answered. Once more before silence settles them, if they still wait."""
    review_id, _, rest = row.key.removeprefix("r").partition(".")
    review = reviews.review(tx, int(review_id)) if store.waits(tx, int(review_id)) else None
    if review is None:
        return None
    if store.is_accepted(tx, review.submission_id) or _are_apart(tx, review):
        return None
    deliverable = running.course.deliverable(review.deliverable)
    policy = store.policy(running, deliverable)
    answers = store.answers(tx, review.submission_id)
    sent = [
        answer.sent_at
        for point in review.points
        for answer in answers.get(point.id, ())
        if answer.sent_at is not None and answer.checked_at is None
    ]
    until, is_reminder = policy.silent_at(max(sent)), rest.endswith(".again")
    remind_at = running.clock.after(max(sent), policy.patience - answering.REMIND)
    if now >= until:
        return None
    if is_reminder and now < remind_at:  # the course stood still meanwhile
        again = f"r{review.id}.{micros(remind_at)}.again"
        owed = Owed(kind=row.kind, key=again, week=row.week, due_at=remind_at, member_id=row.member_id)
        ledger.owe(tx, running.cohort.id, [owed])
        return None
    return rules.AnswersCame(
        running=running,
        deliverable=deliverable,
        author=author_of(tx, review, deliverable),
        review_id=review.id,
        points=len(sent),
        until=until,
        is_reminder=is_reminder,
    )


def _are_apart(tx: Tx, review: Review) -> bool:
    return availability.is_forbidden(tx, review.cohort_id, review.reviewer_id, review.author_id)


def _rechecked(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    review = reviews.review(tx, int(row.key.removeprefix("r").partition(".")[0]))
    if review is None or store.is_accepted(tx, review.submission_id):
        return None  # that it is accepted says more
    deliverable = running.course.deliverable(review.deliverable)
    answers = store.answers(tx, review.submission_id)
    last = [answers[point.id][-1] for point in review.points if answers.get(point.id)]
    still_open = [answer for answer in last if answer.verdict == "open" and answer.checked_at is not None]
    return rules.Rechecked(
        running=running,
        deliverable=deliverable,
        reviewer=answering.reviewer_of(tx, deliverable, review),
        settled=sum(answer.verdict == "settled" for answer in last),
        still_open=len(still_open),
        with_mentor=any(answer.round == LAST_ROUND for answer in still_open),
        remark="\n".join(answer.remark for answer in still_open),
    )


def _decided(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    submission_id, _, number = row.key.removeprefix("s").partition(".")
    decisions = store.decisions(tx, int(submission_id))
    if len(decisions) != int(number):
        return None  # it was decided otherwise meanwhile, and that is told
    decision, key = decisions[-1], submissions.latest_of(tx, int(submission_id)).deliverable
    return rules.Decided(
        running=running,
        deliverable=running.course.deliverable(key),
        is_accepted=decision.kind == "accepted",
        by=None if decision.mentor_id is None else cohorts.member(tx, decision.mentor_id),
        words=decision.words,
        number=decision.revision_number,
    )


def _handed(tx: Tx, running: Running, row: Claimed, now: datetime) -> Content | None:
    item_id, _, rest = row.key.removeprefix("q").partition(".")
    item = queue.item(tx, int(item_id))
    if item is None or item.until_at is None or item.held_by(now) != row.member_id:
        return None  # it was decided, released or handed on meanwhile
    facts = store.facts(tx, running, item.submission_id)
    return rules.HandedOver(
        running=running,
        deliverable=facts.deliverable,
        author=cohorts.member(tx, facts.author_id),
        by=cohorts.member(tx, int(rest.partition(".m")[2])),
        item_id=item.id,
        until=item.until_at,
    )


COMPOSERS: dict[str, Composer] = {
    "revised": _revised,
    "changed": _changed,
    "feedback": _feedback,
    "settle": _settle,
    "recheck": _recheck,
    "rechecked": _rechecked,
    "decided": _decided,
    "handed": _handed,
}
