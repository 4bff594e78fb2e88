"""What a lead does about the pairs by hand: look at a round and run it, ask a certain person, or ask them no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.cohorts import allowances
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Here, Member, Running
from bot.curriculum import Deliverable
from bot.database import Database, Tx
from bot.errors import CourseError
from bot.reviews import allocation, meetings, wishes
from bot.reviews.meetings import History
from bot.reviews.round import Round, draw
from bot.reviews.wishes import Taking, Wish
from bot.submissions import store as submissions
from bot.submissions.rules import find


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One reviewer of a round: whom it newly asks them to review and how often they met, and what is theirs already."""

    reviewer: Member
    asked: Sequence[tuple[Member, int]]
    already: Sequence[Member]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A round before it is paired: the very pairs that it makes if nothing about it changes.

    `missing` are the students who have not handed it in and may not leave it out; `lacking` the authors whom classmates
    cannot cover, and how many reviews they lack; `others` is what else is due with it. `mark` tells this draw from any
    other; `has_run` is whether it was carried out.
    """

    running: Running
    deliverable: Deliverable
    due_at: datetime
    lines: Sequence[Line]
    away: Sequence[Member]
    missing: Sequence[Member]
    lacking: Sequence[tuple[Member, int]]
    others: Sequence[Deliverable]
    mark: str
    has_run: bool = False


class ByHand:
    """Where leads see to the pairs themselves."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def preview(
        self, here: Here, wanted: str | None, now: datetime, *, to_run: bool = False
    ) -> Preview:
        """Who would review whom if a round were paired now; without a name, the one whose deadline comes next."""
        here.lead()
        return await self._database.read(_preview, here, wanted, now, to_run)

    async def run(self, here: Here, key: str, mark: str, now: datetime) -> Preview:
        """Pair a round now, as it was shown; if it would turn out otherwise by now, only show that."""
        here.lead()
        return await self._database.write(_run, here, key, mark, now)

    async def wish(self, here: Here, reviewer: int, author: int, wanted: str | None, now: datetime) -> Wish:
        """What asking a certain person for a review comes to; people are named by their Discord ids."""
        here.lead()
        return await self._database.read(wishes.wish, here, reviewer, author, wanted, now)

    async def ask(self, here: Here, reviewer: int, author: int, key: str, now: datetime) -> Wish:
        """Ask a certain person for a review of a certain work."""
        here.lead()
        return await self._database.write(wishes.ask, here, reviewer, author, key, now)

    async def taking(
        self, here: Here, reviewer: int, author: int, wanted: str | None, now: datetime
    ) -> Taking:
        """What taking a review from somebody comes to."""
        here.lead()
        return await self._database.read(wishes.taking, here, reviewer, author, wanted, now)

    async def take(self, here: Here, reviewer: int, author: int, key: str, now: datetime) -> Taking:
        """Ask somebody for a review no longer, and give their place to another."""
        here.lead()
        return await self._database.write(wishes.take, here, reviewer, author, key, now)

    async def history(self, here: Here, user_id: int | None) -> History:
        """Who has reviewed whom, for its mentors and leads: around one person, or everybody."""
        here.staff()
        return await self._database.read(meetings.history, here, user_id)

    async def partners(self, here: Here, member_id: int | None) -> History:
        """The same around somebody whom a card names by our id."""
        here.staff()
        return await self._database.read(meetings.around, here, member_id)


def _preview(tx: Tx, here: Here, wanted: str | None, now: datetime, to_run: bool) -> Preview:
    here = wishes.as_it_is(tx, here, paused_too=not to_run)
    deliverable = find(here.course, wanted) if wanted else _next(tx, here, now)
    round_ = Round(tx=tx, running=here, deliverable=deliverable, now=now)
    _refuse_unready(round_)
    return _shown(round_)


def _run(tx: Tx, here: Here, key: str, mark: str, now: datetime) -> Preview:
    here = wishes.as_it_is(tx, here)
    deliverable = find(here.course, key)
    round_ = Round(tx=tx, running=here, deliverable=deliverable, now=now)
    _refuse_unready(round_)
    preview = _shown(round_)
    if preview.mark != mark:
        return preview
    allocation.pair_round(tx, here, deliverable, now)
    allocation.announce(tx, here, deliverable, now)
    reviews = sum(len(line.asked) for line in preview.lines)
    cohorts.note(
        tx, here.cohort.id, "pairs.run", now=now, actor_id=here.actor_id, deliverable=key, reviews=reviews
    )
    return replace(preview, has_run=True)


def _next(tx: Tx, here: Here, now: datetime) -> Deliverable:
    """The deliverable whose round comes next: the earliest deadline ahead, of those that are not paired."""
    ahead = [
        item
        for item in here.course.deliverables
        if here.deadline(item) >= now and submissions.paired_at(tx, here.cohort.id, item.key) is None
    ]
    if not ahead:
        raise CourseError(
            f"Every round of {here.cohort.name} is over. `/pairs history` shows who reviewed whom."
        )
    return min(ahead, key=lambda item: (here.deadline(item), item.track != "weekly", item.key))


def _refuse_unready(round_: Round) -> None:
    name, cohort = round_.deliverable.name, round_.running.cohort
    ran_at = submissions.paired_at(round_.tx, cohort.id, round_.deliverable.key)
    if ran_at is not None:
        raise CourseError(
            f"{name} was paired already, on {ran_at.astimezone(cohort.zone):%a %d %b %Y at %H:%M} {cohort.timezone} "
            "time. `/pairs set` asks one person for one review; `/pairs history` shows who reviewed whom."
        )
    if not round_.peers:
        due = round_.running.deadline(round_.deliverable).astimezone(cohort.zone)
        is_due = "It was due" if round_.now > due else "It is due"
        raise CourseError(
            f"Nobody has handed in {name} yet, so there is nobody to pair. {is_due} {due:%a %d %b %H:%M} on "
            f"{cohort.timezone} time."
        )


def _shown(round_: Round) -> Preview:
    tx, running, deliverable = round_.tx, round_.running, round_.deliverable
    drawn = draw(round_)
    people = {item.member.id: item.member for item in cohorts.roster(tx, running.cohort.id)}
    already: dict[int, list[int]] = {}
    for reviewer, author in drawn.fixed:
        already.setdefault(reviewer, []).append(author)
    reviewers = {reviewer for reviewer, authors in drawn.pairs.allocation.items() if authors} | already.keys()
    lines = [
        Line(
            reviewer=people[reviewer],
            asked=[
                (people[author], round_.met.get((reviewer, author), 0))
                for author in drawn.pairs.allocation.get(reviewer, ())
            ],
            already=[people[author] for author in already.get(reviewer, ())],
        )
        for reviewer in reviewers
    ]
    return Preview(
        running=running,
        deliverable=deliverable,
        due_at=round_.due_at,
        lines=sorted(lines, key=lambda line: _by_name(line.reviewer)),
        away=sorted((people[member] for member in drawn.absent), key=_by_name),
        missing=sorted(_missing(round_), key=_by_name),
        lacking=[(people[member], count) for member, count in drawn.pairs.uncovered.items()],
        others=[
            item
            for item in running.course.deliverables
            if item.week == deliverable.week
            and item is not deliverable
            and submissions.paired_at(tx, running.cohort.id, item.key) is None
        ],
        mark=drawn.mark,
    )


def _missing(round_: Round) -> list[Member]:
    """The students from whom it is expected and has not come."""
    tx, cohort_id, key = round_.tx, round_.running.cohort.id, round_.deliverable.key
    allowed = allowances.of_cohort(tx, cohort_id)
    excused = {member for member, items in allowed.items() if key in items and items[key].is_excused}
    students = cohorts.active(tx, cohort_id, "student")
    return [member for member in students if member.id not in round_.peers | excused]


def _by_name(member: Member) -> tuple[str, int]:
    return member.name.casefold(), member.id
