"""Why work waits, what it lacks to be accepted, a mentor's fair share, and how long work takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from bot.curriculum import Deliverable
from bot.errors import CourseError
from bot.reviews.rules import Review
from bot.revisions import rules as revisions
from bot.revisions.risk import Reason
from bot.revisions.rules import DECISION_LIMIT, Decision, Facts, Reasons
from bot.revisions.waits import MEDIAN, NINETIETH, percentile
from bot.submissions.rules import Revision, missing

KEPT = timedelta(hours=24)  # a mentor who asked for changes has a day to see what became of them
SHARE_SPAN = timedelta(days=7)  # a week's work is what mentors divide among them
TURNAROUND_SPAN = timedelta(days=30)  # long enough to say something, short enough to be about now
TURNAROUND_FROM = 3  # of fewer, a median would be one odd piece of work

REASON_LEAST = 10  # characters; fewer explain nothing to whoever reads the audit log
TITLE_LIMIT = 60
BODY_LIMIT = 1000
NAME_ROOM = 60  # of a refusal's one or two sentences
SNIPPETS = 24  # with the entry "an empty form" they fill one menu of Discord's


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """Words that a mentor uses again."""

    id: int
    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How long something takes: half of the time, and nine times in ten."""

    median: timedelta
    ninetieth: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """How much was dealt with, and how long it took since it began to wait and since it was taken up.

    A None is too few to say.
    """

    dealt: int
    waiting: Spread | None
    working: Spread | None


class Overtaken(CourseError):
    """A newer revision was handed in than the one that a mentor decided on."""

    def __init__(self, newest: int, seen: int, lacking: Sequence[str]) -> None:
        super().__init__(
            f"Revision {newest} was handed in while you looked at revision {seen}. Have a look at it in `/queue`; your "
            f"claim still holds. What you send after that is about revision {newest}."
        )
        self.newest, self.lacking = newest, lacking


def why(
    reasons: Reasons, facts: Facts, risks: Iterable[Reason], now: datetime, *, asked_by: str = "a mentor"
) -> list[str]:
    """Why work waits for a mentor, in words, the gravest reason first.

    `risks` are why its author is at risk; `asked_by` asked for changes, if anybody did.
    """
    words: list[str] = []
    if reasons.signoff:
        words += _signoff(facts, asked_by)
    if reasons.uncovered:
        words.append(_uncovered(facts))
    if reasons.disagreement:
        words += _disagreement(facts, now)
    count = len(missing(facts.deliverable, facts.revision.links, facts.revision.dead))
    if reasons.evidence and count:
        words.append(f"{count} {'piece' if count == 1 else 'pieces'} of evidence missing")
    return [*words, *(risk.words for risk in risks)]


def _signoff(facts: Facts, asked_by: str) -> list[str]:
    """Capstones wait for a sign-off of their own; other work does when what was asked for comes back."""
    made = [] if facts.decision is None else [f"the changes that {asked_by} asked for are made"]
    if facts.deliverable.track == "capstone":
        return ["capstone sign-off", *made]
    return made or ["sign-off"]


def _uncovered(facts: Facts) -> str:
    came, wanted = len(facts.sent), facts.policy.reviewers
    who = "the rest is late" if any(review.is_open for review in facts.reviews) else "no classmate is free"
    few = "no review" if came == 0 else f"{came} of {wanted} reviews"
    return f"{few} came and {who}"


def _disagreement(facts: Facts, now: datetime) -> list[str]:
    words = [
        f"reviewers differ by {gap} levels on {title}"
        for title, gap in gaps(facts.deliverable, facts.sent)
        if gap >= revisions.SPREAD
    ]
    if any(state == "disputed" for _, _, state in revisions.points(facts, now)):
        words.append("a point is still open after two answers")
    return words


def gaps(deliverable: Deliverable, reviews: Iterable[Review]) -> list[tuple[str, int]]:
    """How far apart reviewers are on each criterion that two of them scored, the widest first."""
    given = list(reviews)
    found: list[tuple[str, int]] = []
    for criterion in deliverable.rubric.criteria:
        levels = [review.scores[criterion.key] for review in given if criterion.key in review.scores]
        if len(levels) > 1:
            found.append((criterion.title, max(levels) - min(levels)))
    return sorted(found, key=lambda item: -item[1])


def lacking(facts: Facts, unready: Sequence[str], now: datetime) -> list[str]:
    """What stands between work and its acceptance without a reason; `unready` is what it rests on and lacks."""
    words: list[str] = []
    if not revisions.is_covered(facts, now) and len(facts.sent) < facts.policy.reviewers:
        words.append(f"{len(facts.sent)} of {facts.policy.reviewers} reviews have come")
    unsettled = sum(state != "settled" for _, _, state in revisions.points(facts, now))
    if unsettled:
        words.append(f"{unsettled} {'point is' if unsettled == 1 else 'points are'} not settled")
    absent = missing(facts.deliverable, facts.revision.links, facts.revision.dead)
    if absent:
        words.append(f"evidence is missing: {', '.join(absent)}")
    return [*words, *unready]


def kept_for(decision: Decision | None, since: datetime, now: datetime) -> tuple[int, datetime] | None:
    """For which mentor work is kept, and until when: who asked for changes sees them first."""
    if decision is None or decision.kind != "changes" or decision.mentor_id is None:
        return None
    until = since + KEPT
    return (decision.mentor_id, until) if now < until else None


def changed_links(
    deliverable: Deliverable, revision: Revision, before: Revision | None
) -> list[tuple[str, str | None]]:
    """The links of a revision that are not those of the one before; of the first one, every kind of evidence."""
    return [
        (item.label, revision.links.get(item.kind))
        for item in deliverable.evidence
        if before is None or revision.links.get(item.kind) != before.links.get(item.kind)
    ]


def plain(name: str) -> str:
    """Somebody's name for a sentence, without whatever Discord would make more of than text."""
    return " ".join(re.sub(r"[^\w\s.,'’-]|_", " ", name).split())[:NAME_ROOM] or "a member"


def fair_share(dealt: int, mentors: int) -> int:
    """What each mentor would deal with if all did as much."""
    return ceil(dealt / max(1, mentors))


def turn(waited: Sequence[timedelta], worked: Sequence[timedelta]) -> Turn:
    """How long work took, where enough of it was dealt with."""
    return Turn(dealt=len(waited), waiting=_spread(waited), working=_spread(worked))


def _spread(waits: Sequence[timedelta]) -> Spread | None:
    median = percentile(waits, MEDIAN, least=TURNAROUND_FROM)
    ninetieth = percentile(waits, NINETIETH, least=TURNAROUND_FROM)
    return None if median is None or ninetieth is None else Spread(median=median, ninetieth=ninetieth)


def parse_reason(text: str) -> str:
    """Why work is accepted although something is missing."""
    reason = text.strip()
    if len(reason) < REASON_LEAST:
        raise CourseError(
            f"A reason has at least {REASON_LEAST} characters, so that it can be understood later. "
            "Say what made you accept the work as it is."
        )
    return _fitting(reason, "The reason", DECISION_LIMIT)


def parse_changes(text: str) -> str:
    """What the author is asked to change."""
    words = text.strip()
    if not words:
        raise CourseError(
            "Say what to change: the author sees these words and nothing else of your thoughts."
        )
    return _fitting(words, "What you ask for", DECISION_LIMIT)


def parse_snippet(title: str, body: str, others: Mapping[int, str]) -> tuple[str, str]:
    """A title and words to use again; `others` are the titles of the mentor's other ones."""
    name, words = " ".join(title.split()), body.strip()
    if not name or not words:
        raise CourseError("Both are needed: a title to find your words by, and the words.")
    if name in others.values():
        raise CourseError(f"You have words called “{name}” already. Choose another title, or change those.")
    if len(others) >= SNIPPETS:
        raise CourseError(f"You have {SNIPPETS} sets of words, and that is as many as fit. Remove one first.")
    return _fitting(name, "The title", TITLE_LIMIT), _fitting(words, "The text", BODY_LIMIT)


def _fitting(words: str, what: str, limit: int) -> str:
    if len(words) > limit:
        raise CourseError(
            f"{what} has {len(words)} characters, and at most {limit} fit. Shorten it a little."
        )
    return words
