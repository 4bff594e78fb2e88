"""A piece of work as its mentor decides about it: the whole at a glance, its reviews, its revisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, get_args

import discord

from bot import ui
from bot.cohorts.rules import Here
from bot.mentors.cards import PRIMARY, back
from bot.mentors.disputed import EXCERPT, POINTS, disputed, found_of
from bot.mentors.rules import changed_links
from bot.mentors.work import Work
from bot.reviews.rules import SEVERITIES, Point, Review, summarise
from bot.reviews.words import fitted, named
from bot.revisions.cards import answered_with, levels_of, quoted, titled
from bot.revisions.rules import ANSWERS, WITH_MENTORS, Answer, Decision, PointState, State, points
from bot.submissions.rules import Revision

View = Literal["overview", "reviews", "revisions"]
VIEWS: tuple[View, ...] = get_args(View)
SUCCESS = discord.ButtonStyle.success
SECONDARY = discord.ButtonStyle.secondary

PIECE_ROOM = ui.TEXT_LIMIT - 200  # of a card's text; nothing that people write is longer, even made inert

STATES: Mapping[State, str] = {
    "handed in": "handed in; nobody is asked for reviews yet",
    "in review": "its reviews are on their way",
    "uncovered": "its reviews did not come",
    "to answer": "the author answers the points",
    "in re-check": "reviewers look at the answers",
    "disputed": "a point is still open after two answers",
    "to complete": "all is settled, and evidence is missing",
    "sign-off": "waits for a sign-off",
    "changes asked": "the author makes the changes that were asked for",
    "settled": "all is done",
    "accepted": "accepted",
}
CLOSED = {
    "expired": "did not come in time",
    "declined": "handed back",
    "left": "has left",
    "away": "is away",
    "apart": "given to somebody else",
    "withdrawn": "no longer needed",
    "accepted": "no longer needed, as the work is accepted",
}


def work_cards(here: Here, work: Work, view: View, now: datetime) -> list[ui.Card]:
    """A view of the work in as many cards as it takes; the last one holds what can be done."""
    lines = {"overview": _overview, "reviews": _reviews, "revisions": _revisions}[view](here, work, now)
    *earlier, last = ui.parts_of(list(lines), PIECE_ROOM)
    accent = ui.ACCENT if work.mine else ui.CARE
    return [
        *(ui.Card(ui.text(part)) for part in earlier),
        ui.Card(ui.text(last), *_controls(here, work, view), accent=accent),
    ]


def _controls(here: Here, work: Work, view: View) -> list[discord.ui.Item[Any]]:
    key = f"{here.cohort.id}.{work.item.id}"
    options = [
        discord.SelectOption(label=name.capitalize(), value=name, default=name == view) for name in VIEWS
    ]
    # Its id changes with the view: Discord keeps what somebody chose in a menu that stays the same.
    pick = ui.Pick("Look at its reviews or revisions", "queue.view", f"{key}.{view}", options=options)
    parts: list[discord.ui.Item[Any]] = [ui.row(pick)]
    if not work.mine:
        take = [] if work.line.holder is not None else [ui.Press("Take", "queue.take", key, style=PRIMARY)]
        return [*parts, ui.row(*take, back(here))]
    used_up = work.item.renewals >= here.course.review.mentors.renewals
    return [
        *parts,
        ui.row(*_deciding(work, key)),
        ui.row(
            ui.Press("Renew", "queue.renew", f"{key}.{view}", disabled=used_up),
            ui.Press("Release", "queue.release", key),
            ui.Press("Hand on", "queue.hand", key),
            back(here),
        ),
    ]


def _deciding(work: Work, key: str) -> list[ui.Press]:
    """What a mentor can decide; where reviews are missing, a review comes first."""
    seen, is_missing = f"{key}.{work.newest}", work.item.reasons.uncovered
    accept = ui.Press(
        "Accept …" if work.lacking else "Accept",
        "queue.accept",
        seen,
        style=SECONDARY if is_missing else SUCCESS,
    )
    changes = ui.Press("Request changes", "queue.changes", seen, style=SECONDARY if is_missing else PRIMARY)
    review = ui.Press("Review it myself", "queue.review", key, style=PRIMARY if is_missing else SECONDARY)
    return [review, changes, accept] if is_missing else [accept, changes, review]


def _heading(work: Work) -> Iterator[str]:
    line, revision = work.line, work.facts.revision
    late = ", late" if revision.late else ""
    yield f"### {line.deliverable.name}"
    yield (
        f"Work by **{named(line.author)}** · revision {revision.number}, handed in {ui.stamp(revision.submitted_at)}"
        f"{late} · waits since {ui.stamp(line.item.since, 'R')}"
    )


def _overview(here: Here, work: Work, now: datetime) -> Iterator[str]:
    yield from _heading(work)
    yield _held(here, work)
    yield from disputed(work, now)
    yield f"**Why it waits** · {ui.safe('; '.join(work.line.why)) or 'for a look'}"
    if work.state not in WITH_MENTORS:  # why it waits says that already
        yield f"**Where it is** · {STATES[work.state]}"
    if work.lacking:
        yield "**What is missing** · accepting it all the same takes a reason"
        yield from (f"- {ui.safe(item)}" for item in work.lacking)
    else:
        yield "**What is missing** · nothing, so you can accept it at once"
    if work.readiness.rests_on:
        whole = work.readiness.rests_on - len(work.readiness.missing)
        weeks = ui.plural(work.readiness.rests_on, "week")
        yield f"**Rests on** · {whole} of {weeks} handed in, accepted and complete"
    yield from _scores(work)
    yield from _reviewers(work)
    yield "\n**Links**"
    revision = work.facts.revision
    for item in work.deliverable.evidence:
        link = revision.links.get(item.kind)
        yield f"- {item.label}: " + (f"<{link}>" if link else "not handed in")
    if revision.note:
        yield f"**Note** · {fitted(revision.note, EXCERPT)}"
    for decision in work.facts.decisions:
        yield _decision(work, decision)


def _held(here: Here, work: Work) -> str:
    item = work.item
    if work.line.holder is None or item.until_at is None:
        return "Nobody holds this just now, so nothing can be decided from here. Take it first."
    until = f"until {ui.stamp(item.until_at, 't')} ({ui.stamp(item.until_at, 'R')})"
    if not work.mine:
        return f"{named(work.line.holder)} holds this {until}."
    left = here.course.review.mentors.renewals - item.renewals
    return f"Yours {until}; you can renew that {ui.plural(left, 'more time')}."


def _scores(work: Work) -> Iterator[str]:
    if not work.facts.sent:
        return
    yield "\n**Scores**"
    for summary in summarise(work.deliverable.rubric, work.facts.sent):
        yield f"- {summary.criterion.title}: {levels_of(summary)}"


def _reviewers(work: Work) -> Iterator[str]:
    if not work.facts.reviews:
        yield "\n**Reviews** · nobody was asked"
        return
    came = ui.plural(len(work.facts.sent), "review") if work.facts.sent else "No review yet"
    yield f"\n**{came}**, {work.facts.policy.reviewers} promised"
    for review in work.facts.reviews:
        yield f"- {_reviewer(work, review)}: {_whereabouts(review)}"


def _reviewer(work: Work, review: Review) -> str:
    return named(work.people[review.reviewer_id]) + (", as a mentor" if review.origin == "mentor" else "")


def _whereabouts(review: Review) -> str:
    if review.sent_at is not None:
        return f"sent {ui.stamp(review.sent_at, 'R')}"
    if review.closed_at is not None:
        return CLOSED.get(review.closed_why or "", "given on")
    return f"asked, due {ui.stamp(review.due_at, 'R')}"


def _decision(work: Work, decision: Decision) -> str:
    who = "the course's rules" if decision.mentor_id is None else named(work.people[decision.mentor_id])
    what = "accepted" if decision.kind == "accepted" else "asked for changes"
    said = f": {fitted(decision.words, EXCERPT)}" if decision.words else ""
    about = f"{ui.stamp(decision.decided_at, 'R')} · {who} {what} on revision {decision.revision_number}"
    return f"**Decided** {about}{said}"


def _reviews(here: Here, work: Work, now: datetime) -> Iterator[str]:
    yield from _heading(work)
    if not work.facts.sent:
        yield "No review has come yet."
    numbers = {revision.id: revision.number for revision in work.revisions}
    states: dict[int, PointState] = {point.id: state for _, point, state in points(work.facts, now)}
    for review in work.facts.sent:
        when = "" if review.sent_at is None else ui.stamp(review.sent_at)
        yield f"\n**{_reviewer(work, review)}** · {when} · on revision {numbers.get(review.revision_id or 0, 1)}"
        yield " · ".join(
            f"{item.title} {review.scores[item.key]} of {len(item.levels)}"
            for item in work.deliverable.rubric.criteria
            if item.key in review.scores
        )
        yield f"**Strength**\n{quoted(review.strength)}"
        for point in sorted(review.points, key=lambda point: -SEVERITIES.index(point.severity)):
            yield _point(point, states[point.id])
            yield from (
                _answer(item) for item in work.facts.answers.get(point.id, ()) if item.sent_at is not None
            )


def _point(point: Point, state: PointState) -> str:
    return f"{titled(point)} · {POINTS[state]}\n{quoted(point.body)}"


def _answer(answer: Answer) -> str:
    said = f": {ui.safe(' '.join(answer.body.split()))}" if answer.body else ""
    remark = f": {ui.safe(' '.join(answer.remark.split()))}" if answer.remark else ""
    found = found_of(answer)
    return f"↳ {answered_with(answer)}{said}" + (f"\n↳ {found}{remark}" if found else "")


def _revisions(here: Here, work: Work, now: datetime) -> Iterator[str]:
    """Each revision with what changed in it, what it answered, and what was then asked for and became of that."""
    yield from _heading(work)
    states: dict[int, PointState] = {point.id: state for _, point, state in points(work.facts, now)}
    first = work.revisions[0].number
    before: Revision | None = None
    for revision in work.revisions:
        late = ", late" if revision.late else ""
        yield f"\n**Revision {revision.number}** · {ui.stamp(revision.submitted_at)}{late}"
        links = changed_links(work.deliverable, revision, before)
        yield from (f"- {label}: " + (f"<{link}>" if link else "not handed in") for label, link in links)
        if not links:
            yield "-# the same links"
        yield quoted(revision.note) if revision.note else "-# no note"
        yield from _answered_with(work, revision)
        for review in work.facts.sent:
            if (_read(work, review) or first) == revision.number:
                yield from _points_on(work, review, states)
        yield from (
            _decision(work, item) for item in work.facts.decisions if item.revision_number == revision.number
        )
        before = revision


def _read(work: Work, review: Review) -> int | None:
    """The number of the revision that a review is about."""
    return next((item.number for item in work.revisions if item.id == review.revision_id), None)


def _answered_with(work: Work, revision: Revision) -> Iterator[str]:
    """How many points a revision answered: what was fixed in it, or said while it was the newest."""
    given = [
        answer.kind
        for answers in work.facts.answers.values()
        for answer in answers
        if answer.sent_at is not None and _answered_in(work, answer) == revision.number
    ]
    if given:
        counts = ", ".join(f"{given.count(kind)} {kind}" for kind in ANSWERS if kind in given)
        yield f"**Answered with it** · {counts}"


def _answered_in(work: Work, answer: Answer) -> int | None:
    """The revision that was the newest when a point was answered."""
    if answer.revision_number is not None or answer.sent_at is None:
        return answer.revision_number
    there = [item.number for item in work.revisions if item.submitted_at <= answer.sent_at]
    return there[-1] if there else None


def _points_on(work: Work, review: Review, states: Mapping[int, PointState]) -> Iterator[str]:
    """What a review asked of the revision that it is about, each point in brief with what came of it."""
    yield f"**Asked for by {_reviewer(work, review)}**"
    for point in sorted(review.points, key=lambda point: -SEVERITIES.index(point.severity)):
        yield f"- {titled(point)} · {POINTS[states[point.id]]}\n  {fitted(point.body, EXCERPT)}"
        yield from (
            f"  {_brief(answer)}"
            for answer in work.facts.answers.get(point.id, ())
            if answer.sent_at is not None
        )


def _brief(answer: Answer) -> str:
    said = f": {fitted(answer.body, EXCERPT)}" if answer.body else ""
    remark = f": {fitted(answer.remark, EXCERPT)}" if answer.remark else ""
    found = found_of(answer)
    return f"↳ {answered_with(answer)}{said}" + (f" → {found}{remark}" if found else "")


def shown(view: str) -> View:
    """The view that a menu asks for."""
    found: Sequence[View] = [name for name in VIEWS if name == view]
    return found[0] if found else "overview"
