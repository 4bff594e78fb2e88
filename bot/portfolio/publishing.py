"""Publishing a piece of work: whether it can be, the words it begins with, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cohorts.rules import Here, Member
from bot.curriculum import Deliverable
from bot.database import Tx
from bot.errors import CourseError
from bot.portfolio import narratives, rules, store
from bot.portfolio.narratives import Look
from bot.portfolio.rules import Work
from bot.portfolio.store import Frame
from bot.revisions import rules as revision_rules
from bot.revisions import store as revisions
from bot.revisions.rules import Facts
from bot.submissions import store as submissions
from bot.submissions.rules import missing

NOTHING_ACCEPTED = (
    "A portfolio is made of accepted work, and nothing of yours is accepted yet. `/progress` shows where each piece "
    "is, and `/feedback` what is left to do."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What the form for a narrative opens with: the last words about the work, else its stage's template."""

    deliverable: Deliverable
    narrative: str
    is_published: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of publishing: the words as others read them, in which revision, and what would make them stronger.

    `instead_of` is the revision that was shown until now, if it was another; `revising`: only the words changed,
    because a mentor has asked for changes since.
    """

    deliverable: Deliverable
    words: str
    look: Look
    revision: int
    instead_of: int | None
    is_first: bool
    revising: bool
    is_online: bool


def owner(tx: Tx, here: Here) -> tuple[Member, Frame | None]:
    """The student, or whoever has a portfolio here from when they were one: it stays theirs to change.

    In a cohort whose people are forgotten nothing is kept about anybody any more.
    """
    if here.cohort.forgotten_at is not None:
        raise CourseError(
            f"What was known about the people of {here.cohort.name} was forgotten, and their portfolios with it. What "
            "you exported before is yours."
        )
    if here.member is not None:
        frame = store.frame(tx, here.cohort.id, here.member.id)
        if frame is not None:
            return here.member, frame
    return here.student(), None


def works(tx: Tx, here: Here, member: Member) -> dict[str, Work]:
    """What a member could publish or has published, by deliverable."""
    return {item.key: item for item in store.work(tx, here.cohort.id, member.id)}


def meant(tx: Tx, here: Here) -> Deliverable:
    """What a student means who names nothing: what was accepted last and is not published, else what they published."""
    member, _ = owner(tx, here)
    found = list(works(tx, here, member).values())
    if not found:
        raise CourseError(NOTHING_ACCEPTED)
    waiting = [item for item in found if item.published is None]
    return here.course.deliverable((waiting or found)[-1].key)


def opening(tx: Tx, here: Here, deliverable: Deliverable, now: datetime) -> Opening:
    """The form for a piece of work; a refusal says where work is that is not accepted, and what is left to do."""
    member, _ = owner(tx, here)
    work = _work(tx, here, member, deliverable, now)
    blank = narratives.template(prompts_of(here, deliverable))
    return Opening(
        deliverable=deliverable,
        narrative=blank if work.published is None else work.published.narrative,
        is_published=work.published is not None,
    )


def publish(tx: Tx, here: Here, deliverable: Deliverable, narrative: str, now: datetime) -> Receipt:
    """Show a piece of work in the revision that is accepted now, or change the words about it."""
    member, frame = owner(tx, here)
    work = _work(tx, here, member, deliverable, now)
    prompts = prompts_of(here, deliverable)
    words = narratives.parse(narrative, prompts)
    before = work.published
    if work.accepted is None and before is not None:
        store.rewrite(tx, before.entry_id, words, now)
    else:
        store.publish(tx, _begun(tx, here, member, frame, now), work, words, now)
    revision = work.accepted or (before.revision if before else 0)
    return Receipt(
        deliverable=deliverable,
        words=narratives.told(words, prompts),
        look=narratives.look(words, prompts),
        revision=revision,
        instead_of=before.revision if before is not None and before.revision != revision else None,
        is_first=before is None,
        revising=work.accepted is None,
        is_online=frame is not None and frame.online_at is not None,
    )


def prompts_of(here: Here, deliverable: Deliverable) -> tuple[str, ...]:
    """What the course asks about a piece of work in a portfolio."""
    return here.course.stage_of(deliverable).narrative


def _begun(tx: Tx, here: Here, member: Member, frame: Frame | None, now: datetime) -> int:
    """The id of a member's portfolio, begun if there is none yet."""
    if frame is None:
        store.begin(tx, here.cohort.id, member.id, now)
        frame = store.frame(tx, here.cohort.id, member.id)
    assert frame is not None  # noqa: S101 - it was made above
    return frame.id


def _work(tx: Tx, here: Here, member: Member, deliverable: Deliverable, now: datetime) -> Work:
    found = works(tx, here, member).get(deliverable.key)
    if found is not None:
        return found
    latest = submissions.latest(tx, here.cohort.id, member.id, deliverable.key)
    if latest is None:
        raise CourseError(
            f"You have not handed in {deliverable.name}, and only accepted work is published. `/progress` shows what "
            "of yours is accepted."
        )
    facts = revisions.facts(tx, here, latest.submission_id)
    raise CourseError(f"{deliverable.name} is not accepted yet: {_left(here, facts, now)}")


def _left(here: Here, facts: Facts, now: datetime) -> str:
    """What is left to do until work is accepted."""
    state = revision_rules.state(facts, now)
    if here.cohort.state == "finished":
        return "the course ended before it was. If that is a mistake, ask a lead; they can open the course once more."
    if state == "accepted":
        raise LookupError(f"submission {facts.submission_id} is accepted")
    lacking = missing(facts.deliverable, facts.revision.links, facts.revision.dead)
    also = f" Still missing: {'; '.join(lacking)}." if lacking else ""
    return f"{rules.LEFT[state]}{also}"
