"""The reviews of a whole cohort, in as few questions however many they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.cohorts.rules import Running
from bot.course import store as versions
from bot.database import Tx, instant, micros
from bot.reviews.rules import Review, Scores, is_sound
from bot.reviews.store import review_of

_IN_COHORT = "FROM submission s JOIN review v ON v.submission_id = s.id WHERE s.cohort_id = :cohort_id "
REVIEWS = "SELECT v.*, s.cohort_id, s.deliverable " + _IN_COHORT
SEEN = "SELECT v.reviewer_id, max(v.sent_at) AS seen_at " + _IN_COHORT + "AND v.sent_at IS NOT NULL "
UNSENT = REVIEWS + "AND v.sent_at IS NULL AND v.due_at >= :since ORDER BY v.reviewer_id, v.id"

# What each review says, as `rules.share` has it, told by the database: {steps} is how many steps a score's scale has.
GIVEN = (
    "SELECT v.id, v.author_id, v.origin, v.sent_at, s.id AS submission_id, s.deliverable, "  # noqa: S608 - made of constants
    "(SELECT avg((c.level - 1) * 1.0 / {steps}) FROM score c WHERE c.review_id = v.id) AS share "
    + _IN_COHORT
    + "AND v.sent_at IS NOT NULL "
)
MEANS = (
    "SELECT work.deliverable, work.share, count(*) AS works "
    "FROM (SELECT given.deliverable, avg(given.share) AS share "
    "FROM ("
    + GIVEN
    + ") given WHERE given.share IS NOT NULL GROUP BY given.submission_id, given.deliverable) work "
    "GROUP BY work.deliverable, work.share"
)
VERSIONS = "SELECT DISTINCT v.course_version_id AS id " + _IN_COHORT + "AND v.sent_at IS NOT NULL "


class Given(NamedTuple):
    """What one review that was sent says of a piece of work, as a share of the scale that it was given on."""

    author_id: int
    deliverable: str
    sent_at: datetime
    share: float
    by_mentor: bool


class WorkScores(NamedTuple):
    """What the reviews of one piece of work say together, and since when there are enough of them to say it."""

    scores: Scores
    by_mentor: bool
    sound_at: datetime | None


def given(tx: Tx, running: Running, author_id: int | None = None) -> list[Given]:
    """What every review of a cohort says, or every one of a member's work, in the order in which they came."""
    whose = "" if author_id is None else "AND v.author_id = :author_id "
    params = {"cohort_id": running.cohort.id, "author_id": author_id}
    steps, keys = _steps(tx, whose, params)
    rows = tx.all(GIVEN.format(steps=steps) + whose + "ORDER BY v.sent_at, v.id", **params, **keys)
    return [
        Given(
            author_id=row["author_id"],
            deliverable=row["deliverable"],
            sent_at=instant(row["sent_at"]),
            share=row["share"],
            by_mentor=row["origin"] == "mentor",
        )
        for row in rows
        if row["share"] is not None
    ]


def by_work(reviews: Iterable[Given]) -> Mapping[tuple[int, str], WorkScores]:
    """What reviews, in the order in which they came, say of each piece of work: by author and deliverable."""
    works: dict[tuple[int, str], list[Given]] = {}
    for review in reviews:
        works.setdefault((review.author_id, review.deliverable), []).append(review)
    return {
        work: WorkScores(
            scores=Scores.of([review.share for review in found]),
            by_mentor=any(review.by_mentor for review in found),
            sound_at=_sound_at(found),
        )
        for work, found in works.items()
    }


def _sound_at(reviews: Sequence[Given]) -> datetime | None:
    """When the scores of a piece of work said enough, of reviews in the order in which they came."""
    return next(
        (
            review.sent_at
            for count, review in enumerate(reviews, 1)
            if is_sound(count, by_mentor=any(earlier.by_mentor for earlier in reviews[:count]))
        ),
        None,
    )


def means(tx: Tx, running: Running) -> Mapping[str, Sequence[float]]:
    """The mean score of everybody's work on each deliverable, without whose it is; the database does the sums."""
    params = {"cohort_id": running.cohort.id}
    steps, keys = _steps(tx, "", params)
    found: dict[str, list[float]] = {}
    for row in tx.all(MEANS.format(steps=steps), **params, **keys):
        found.setdefault(row["deliverable"], []).extend([row["share"]] * row["works"])
    return found


def _steps(tx: Tx, whose: str, params: Mapping[str, object]) -> tuple[str, Mapping[str, str]]:
    """How many steps the scale of score `c` has, as SQL: the usual number, unless its rubric then had another."""
    scales: dict[tuple[int, int, str], list[str]] = {}
    usual: Counter[int] = Counter()
    for row in tx.all(VERSIONS + whose, **params):
        for item in versions.version(tx, row["id"]).deliverables:
            for criterion in item.rubric.criteria:
                steps = len(criterion.levels) - 1
                usual[steps] += 1
                scales.setdefault((steps, row["id"], criterion.key), []).append(item.key)
    most = max(usual, key=lambda steps: usual[steps], default=1)
    cases, keys = list[str](), dict[str, str]()
    for place, ((steps, version_id, criterion), deliverables) in enumerate(scales.items()):
        if steps != most:
            names = {f"d{place}_{number}": key for number, key in enumerate(deliverables)}
            keys |= {f"c{place}": criterion, **names}
            where = (
                f"c.criterion = :c{place} AND s.deliverable IN ({', '.join(f':{name}' for name in names)})"
            )
            cases.append(f"WHEN v.course_version_id = {version_id} AND {where} THEN {steps} ")
    return (f"(CASE {''.join(cases)}ELSE {most} END)" if cases else str(most)), keys


def seen(tx: Tx, cohort_id: int, member_id: int | None = None) -> Mapping[int, datetime]:
    """When each member last sent a review; or one of them."""
    whose = "" if member_id is None else "AND v.reviewer_id = :member_id "
    rows = tx.all(SEEN + whose + "GROUP BY v.reviewer_id", cohort_id=cohort_id, member_id=member_id)
    return {row["reviewer_id"]: instant(row["seen_at"]) for row in rows}


def unsent(tx: Tx, cohort_id: int, *, since: datetime | None) -> list[Review]:
    """The reviews that were due since then and were not sent, by whose they are."""
    found = tx.all(UNSENT, cohort_id=cohort_id, since=0 if since is None else micros(since))
    return [review_of(row, {}, ()) for row in found]


def overdue(reviews: Iterable[Review], present: Collection[int], now: datetime) -> Counter[int]:
    """How many reviews each member owed and has not sent in time; who has left is owed none."""
    return Counter(
        review.reviewer_id
        for review in reviews
        if review.sent_at is None and review.was_owed and review.due_at < now and review.author_id in present
    )
