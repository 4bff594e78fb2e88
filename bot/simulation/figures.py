"""What a rehearsed course came to, in figures that a lead can weigh a policy by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from bot import calendar
from bot.cohorts.rules import Running
from bot.database import Tx, instant
from bot.posts.rules import REVIEWERS_A_POST
from bot.revisions import queue
from bot.revisions.waits import MEDIAN, NINETIETH, percentile
from bot.submissions import store as submissions

Said = Counter[tuple[str, str]]
"""How often each thing was said: by the kind and key of its ledger row; each pair that a post named as ("pair", …)."""

Round = Mapping[int, Sequence[int]]
"""The authors whom each reviewer was asked to review at one deliverable's deadline."""

ANNOUNCED = ("kickoff", "retro", "digest")
REMINDERS = ("reminder", "chase")
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a rehearsed course went.

    - posts_doubled, posts_missing: kickoffs, retros, digests and pairs that were said more than once, or never,
      although the calendar or a round asked for them.
    - share_covered_on_time: of the work whose promised hour has passed, the share that had all its reviews, or a
      mentor's, by then; None if there is none.
    - self_reviews: reviews of one's own work.
    - load_spread_max: over all rounds, the largest difference between the most and the fewest reviews that were asked
      at the deadline, with those taken before it, of anybody who had handed in on time and was not away.
    - repeat_pairs: in those rounds, reviews by somebody who had reviewed the same author on the same track in an
      earlier round; repeat_pairs_least: how many of them no round could have avoided, because somebody was asked
      more often than they have classmates.
    - two_way_pairs: two people who were asked to review each other in the same round.
    - reviews_asked counts every request, a mentor's own reviews apart; taken: before the deadline or as a volunteer;
      expired, declined: requests that ended so. reviews_sent counts theirs and those by mentors.
    - accepted: pieces of work that are accepted at the end.
    - hours_to_first_review: the median time from handing in to the first review, for work that has one.
    - queue_longest: the most pieces of work that waited for a mentor at one time; queue_dealt: how many mentors dealt
      with; queue_p50_hours, queue_p90_hours: how long half, and nine in ten, of those had waited.
    - reminders_sent: private reminders of work to hand in and of reviews that are due.
    """

    seed: int
    students: int
    weeks: int
    posts_doubled: int
    posts_missing: int
    submissions: int
    late: int
    share_covered_on_time: float | None
    hours_to_first_review: float | None
    reviews_asked: int
    reviews_sent: int
    reviews_by_mentors: int
    taken: int
    expired: int
    declined: int
    self_reviews: int
    load_spread_max: int
    repeat_pairs: int
    repeat_pairs_least: int
    two_way_pairs: int
    points: int
    answers: int
    revisions: int
    accepted: int
    queue_dealt: int
    queue_longest: int
    queue_p50_hours: float | None
    queue_p90_hours: float | None
    reminders_sent: int


def result(tx: Tx, running: Running, said: Said, students: int, seed: int) -> Result:
    """The figures of a course that is over."""
    cohort_id = running.cohort.id
    rounds = {item.key: _round(tx, running, item.key) for item in running.course.deliverables}
    tracks = [
        [rounds[item.key] for item in running.course.deliverables if item.track == track]
        for track in ("weekly", "capstone")
    ]
    kept, promised = submissions.coverage(tx, cohort_id, _end(tx))
    wanted = expected(running, {key: found for key, found in rounds.items() if key in _open_names(running)})
    reviews, dealt = _reviews(tx, cohort_id), queue.dealt_with(tx, cohort_id)
    waited = [done.waited for done in dealt]
    return Result(
        seed=seed,
        students=students,
        weeks=len(running.times),
        posts_doubled=sum(said[what] - 1 for what in wanted if said[what] > 1),
        posts_missing=sum(not said[what] for what in wanted),
        submissions=_count(tx, "submission s WHERE s.cohort_id = :id", cohort_id),
        late=_count(tx, _REVISION + "r.number = 1 AND r.late = 1", cohort_id),
        share_covered_on_time=round(kept / promised, 4) if promised else None,
        hours_to_first_review=_first_review(tx, cohort_id),
        reviews_asked=reviews["asked"],
        reviews_sent=reviews["sent"],
        reviews_by_mentors=reviews["by_mentors"],
        taken=reviews["taken"],
        expired=reviews["expired"],
        declined=reviews["declined"],
        self_reviews=reviews["of_self"],
        load_spread_max=max(
            (load_spread(rounds[key], _on_time(tx, running, key)) for key in rounds), default=0
        ),
        repeat_pairs=sum(map(repeats, tracks)),
        repeat_pairs_least=sum(repeats_least(track, students) for track in tracks),
        two_way_pairs=sum(map(two_way, rounds.values())),
        points=_count(tx, _REVIEW + "JOIN point p ON p.review_id = v.id WHERE s.cohort_id = :id", cohort_id),
        answers=_count(tx, _ANSWER + "a.sent_at IS NOT NULL", cohort_id),
        revisions=_count(tx, _REVISION + "r.number > 1", cohort_id),
        accepted=_count(tx, _ACCEPTED, cohort_id),
        queue_dealt=len(dealt),
        queue_longest=_longest(tx, cohort_id),
        queue_p50_hours=_hours(percentile(waited, MEDIAN, least=1)),
        queue_p90_hours=_hours(percentile(waited, NINETIETH, least=1)),
        reminders_sent=sum(count for (kind, _), count in said.items() if kind in REMINDERS),
    )


def expected(running: Running, rounds: Mapping[str, Round]) -> set[tuple[str, str]]:
    """What a course must have said once: its calendar's posts, and every pair of its rounds with names."""
    owed = {(item.kind, item.key) for item in calendar.occurrences(running.times) if item.kind in ANNOUNCED}
    for key, found in rounds.items():
        for reviewer, authors in found.items():
            owed |= {("pair", f"{key}/{reviewer}/{author}") for author in authors}
        owed |= {("pairs", f"{key}/{part}") for part in range(1, 1 - (-len(found) // REVIEWERS_A_POST))}
    return owed
