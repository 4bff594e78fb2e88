"""Whether work that rests on earlier weeks is ready to be accepted, and what is missing if it is not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.cohorts import allowances
from bot.cohorts.rules import Running
from bot.curriculum import Curriculum, Deliverable
from bot.database import Tx
from bot.reviews import rules as reviewing
from bot.reviews import store as reviews
from bot.reviews.rules import Review
from bot.revisions import store
from bot.submissions import store as submissions
from bot.submissions.rules import Revision
from bot.submissions.rules import missing as lacking_evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What an earlier work still lacks; `evidence` are the labels of what is not there."""

    deliverable: Deliverable
    handed_in: bool
    accepted: bool
    evidence: Sequence[str] = ()

    @property
    def words(self) -> str:
        """The work and what it lacks, on one line."""
        if not self.handed_in:
            return f"{self.deliverable.name}: not handed in"
        lacks = [] if self.accepted else ["not accepted"]
        lacks += [f"without {', '.join(self.evidence)}"] if self.evidence else []
        return f"{self.deliverable.name}: {', '.join(lacks)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What work that rests on earlier weeks still lacks: theirs, its own evidence, its own reviews.

    `missing` holds only the earlier works that lack something, of the `rests_on` that there are for this student: what
    they may leave out is none of them.
    """

    rests_on: int
    missing: Sequence[Gap]
    handed_in: bool
    evidence: Sequence[str]
    reviews: int
    wanted: int
    covered: bool

    @property
    def is_ready(self) -> bool:
        """Whether nothing is missing."""
        return self.handed_in and self.covered and not self.missing and not self.evidence


def assess(
    course: Curriculum,
    deliverable: Deliverable,
    *,
    work: Mapping[str, Revision],
    accepted: Collection[str],
    reviews: Sequence[Review],
    excused: Collection[str] = (),
) -> Readiness:
    """What is missing, from a student's newest revisions by deliverable, their accepted work, and the reviews of it.

    `excused` is what they may leave out.
    """
    wanted, own = course.policy(deliverable.track).reviewers, work.get(deliverable.key)
    needed = [key for key in deliverable.rests_on if key not in excused]
    gaps = [_gap(course.deliverable(key), work.get(key), key in accepted) for key in needed]
    return Readiness(
        rests_on=len(gaps),
        missing=[gap for gap in gaps if gap.evidence or not (gap.handed_in and gap.accepted)],
        handed_in=own is not None,
        evidence=_evidence(deliverable, own),
        reviews=sum(review.sent_at is not None for review in reviews),
        wanted=wanted,
        covered=reviewing.covered_at(reviews, wanted) is not None,
    )


def _gap(deliverable: Deliverable, revision: Revision | None, is_accepted: bool) -> Gap:
    return Gap(
        deliverable=deliverable,
        handed_in=revision is not None,
        accepted=is_accepted,
        evidence=_evidence(deliverable, revision),
    )


def _evidence(deliverable: Deliverable, revision: Revision | None) -> Sequence[str]:
    """What is missing of something handed in; of what was not, everything is, and that goes without saying."""
    return () if revision is None else lacking_evidence(deliverable, revision.links, revision.dead)


def readiness(tx: Tx, running: Running, member_id: int, deliverable: Deliverable) -> Readiness:
    """What a student's work on a deliverable still lacks."""
    work = submissions.of_member(tx, running.cohort.id, member_id)
    own = work.get(deliverable.key)
    allowed = allowances.of_member(tx, running.cohort.id, member_id)
    return assess(
        running.course,
        deliverable,
        work=work,
        accepted=store.accepted(tx, running.cohort.id, member_id),
        reviews=[] if own is None else reviews.of_submission(tx, own.submission_id),
        excused=[key for key, item in allowed.items() if item.is_excused],
    )
