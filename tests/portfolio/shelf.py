"""Dossiers made by hand, of somebody who has done any part of the shipped course."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.cohorts.rules import Cohort, Member, Running
from bot.portfolio.outcomes import Done, week_proof
from bot.portfolio.rules import Dossier, Entry, Portfolio, Proof, Quote
from bot.progress.figures import StudentCard, WeekFigures
from bot.progress.trends import PointsOfWeek, PointTrend, Streak, Streaks, Trends
from tests.town import COURSE

COHORT = Cohort(
    id=1,
    guild_id=900,
    name="Spring",
    channel_id=901,
    timezone="America/New_York",
    starts_on=date(2026, 3, 2),
    state="running",
    course_version_id=1,
    student_role_id=None,
    mentor_role_id=None,
    lead_role_id=None,
    seed=1,
    created_by=1,
)
RUNNING = Running(cohort=COHORT, course=COURSE)
ASTER = Member(id=4, user_id=123456789012345678, name="Aster Example")
NARRATIVE = """## What was hard, and for whom?

Two buyers could hold the **same seat** when the clock of one server ran ahead, about 3 times in 10,000 holds.

## What did you decide, and against what?

I let the database refuse the second hold with a partial unique index, and not a lock in the service: `SELECT ...
FOR UPDATE` cost 14 ms at the 99th percentile and still let a crashed holder keep the seat.

- Before: 31 double holds in 100,000.
- After: none, and 2 ms more at p99.

## What would change your mind?

More than 400 holds a second on one event; then the index is the queue, and I would measure
[a reservation log](https://www.postgresql.org/docs/current/wal.html) first.
"""
SHORTER = (
    "A one-page map of one request with a measured time on every hop. It accounts for 94% of the total, and named the "
    "connection pool as the hop that gives out first: at 120 requests a second its wait grew from 1 ms to 2.4 s.\n\n"
    "I bounded that wait in the client, so that a paused database costs a caller 800 ms and an honest answer."
)
FLAT = Trends(
    rubrics=(),
    points=PointTrend(weeks=(), repeated=()),
    streaks=Streaks(
        work=Streak(now=0, longest=0), reviews=Streak(now=0, longest=0), retros=Streak(now=0, longest=0)
    ),
)


def at(week: int) -> datetime:
    """When a week's reviews are in."""
    return RUNNING.week(week).reviews + timedelta(hours=2)


def proof(key: str, kind: str, label: str, **changes) -> Proof:
    """A link that nobody looked at."""
    plain = Proof(
        kind=kind,
        label=label,
        url=f"https://git.example.org/aster/boxoffice/{key}/{kind}",
        state="unchecked",
        checked_at=None,
        commit=None,
        committed_at=None,
    )
    return replace(plain, **changes)


def entry(key: str, **changes) -> Entry:
    """Published work, accepted after its reviews, with all its links."""
    deliverable = COURSE.deliverable(key)
    accepted_at = at(deliverable.week)
    plain = Entry(
        id=COURSE.deliverables.index(deliverable) + 1,
        submission_id=COURSE.deliverables.index(deliverable) + 101,
        deliverable=deliverable,
        narrative=SHORTER,
        place=None,
        published_at=accepted_at + timedelta(days=1),
        changed_at=accepted_at + timedelta(days=1),
        accepted_at=accepted_at,
        accepted_by_mentor=deliverable.track == "capstone",
        revision=1,
        proofs=[proof(key, item.kind, item.label) for item in deliverable.evidence],
        quotes=(),
    )
    return replace(plain, **changes)


def week(number: int, score: float | None = None, reviews: int = 2) -> WeekFigures:
    """A week with a score, or one that is ahead."""
    return WeekFigures(
        week=number,
        handed_in=True if score is not None else None,
        late=False,
        evidence=1.0 if score is not None else None,
        score=score,
        reviews=reviews if score is not None else 0,
        cohort=0.123 if score is not None else None,
    )


def portfolio(*entries: Entry, **changes) -> Portfolio:
    """Aster's, not online."""
    plain = Portfolio(
        id=1,
        member=ASTER,
        headline="Backend engineer who measures before deciding",
        about="I grew one ticketing service from three routes to a platform that keeps selling through a rush.",
        contact="https://github.com/aster",
        slug="aster-example-q7h2k9zt",
        online_at=None,
        entries=entries,
    )
    return replace(plain, **changes)


def dossier(*entries: Entry, weeks: int = 3, **changes) -> Dossier:
    """Aster's course after so many weeks, with this in the portfolio."""
    published = {item.deliverable.key: item for item in entries}
    card = StudentCard(
        name=ASTER.name,
        cohort=COHORT.name,
        weeks=tuple(
            week(number, 0.45 + 0.02 * number if number <= weeks and number != 2 else None)
            for number in range(1, len(COURSE.weeks) + 1)
        ),
        now_week=weeks + 1,
        reviews_given=2 * weeks,
        reviews_owed=2 * weeks,
        given_on_time=2 * weeks,
    )
    rows = [
        week_proof(
            COURSE,
            item,
            Done(
                accepted_at=at(item.number),
                proofs=published[key].proofs
                if (key := f"w{item.number:02}") in published
                else [proof(key, asked.kind, asked.label, url="") for asked in item.deliverable.evidence],
                reviews=2,
                retro=item.number % 3 != 0,
                revision=1 + item.number % 2,
                settled=2,
                published=key in published,
            )
            if item.number <= weeks
            else Done(),
        )
        for item in COURSE.weeks
    ]
    plain = Dossier(
        running=RUNNING,
        portfolio=portfolio(*entries),
        card=card,
        trends=replace(FLAT, points=_points(weeks)),
        weeks=rows,
        accepted=weeks + 3 * (weeks // 8),
        asked=33,
        signed_off=weeks // 8,
        made_at=at(weeks),
    )
    return replace(plain, **changes)


def _points(weeks: int) -> PointTrend:
    found = [
        PointsOfWeek(
            week=number, opened={"defect": 1, "risk": 1}, resolved={"defect": 1, "risk": int(number < 3)}
        )
        for number in range(1, weeks + 1)
    ]
    return PointTrend(weeks=found, repeated=())


def whole() -> Dossier:
    """The whole course, all 33 deliverables published, three of them chosen as the best."""
    quote = Quote(
        review_id=1,
        words="The 200-hold race is the first proof I believed without running it.",
        by=None,
        is_mentor=False,
    )
    named = Quote(
        review_id=2, words="Ready for a design review as it stands.", by="Mentor Moss", is_mentor=True
    )
    looked = {"state": "reachable", "checked_at": at(24)}
    seen = [
        replace(item, **looked, commit="1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d", committed_at=at(6))
        if item.kind == "code"
        else replace(item, **looked)
        for item in entry("w06").proofs
    ]
    best = {
        "w06": {"place": 1, "narrative": NARRATIVE, "quotes": [quote], "proofs": seen, "revision": 2},
        "c3.1": {"place": 2, "narrative": NARRATIVE, "quotes": [named]},
        "w17": {"place": 3, "narrative": NARRATIVE},
    }
    keys = [item.key for item in COURSE.deliverables]
    ordered = sorted(
        keys, key=lambda key: (best.get(key, {}).get("place", 9), not key.startswith("c"), -keys.index(key))
    )
    return dossier(*(entry(key, **best.get(key, {})) for key in ordered), weeks=24)


def third_week() -> Dossier:
    """A student in week 3 with one piece of work published and two accepted."""
    return dossier(entry("w01"), weeks=2, accepted=2)
