"""Made-up people taking the course, each at their own time; what a hand did in their name is left alone."""

from __future__ import annotations

import heapq
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot.cohorts.rules import Here
from bot.curriculum import Deliverable
from bot.errors import CourseError
from bot.simulation import news, people
from bot.simulation.acts import Hands, Rooms
from bot.simulation.news import About, News, Seen
from bot.simulation.people import STEP, Person

__all__ = ["Classmates", "Rooms"]

AFTERWARDS = timedelta(weeks=6)  # how long mentors look at the queue after the last week
WORKS_FOR = 2 * STEP  # a mentor on one piece of work

Act = Callable[[datetime], Awaitable[None]]


@dataclass(order=True, slots=True)
class _Plan:
    at: datetime
    order: int
    do: Act = field(compare=False)


class Classmates:
    """A cohort's made-up people, who act when their time comes. `still`: nobody joins or leaves meanwhile.

    `refusals` are the refusals that they met, with the instant of each.
    """

    def __init__(
        self, rooms: Rooms, guild_id: int, channel_id: int, cast: Sequence[Person], *, still: bool = False
    ) -> None:
        self._rooms = rooms
        self._cast = list(cast)
        self._hands = Hands(rooms, guild_id, channel_id, still=still)
        self._plans: list[_Plan] = []
        self._members: dict[int, Person] = {}
        self._unanswered: set[tuple[int, str]] = set()
        self._cohort_id: int | None = None
        self._here: Here
        self._seen = Seen()
        self._planned = 0
        self._is_up_to_date = False
        self.refusals: list[tuple[datetime, str]] = []

    async def begin(self, now: datetime) -> None:
        """Plan what does not depend on others: hand-ins, retros, work taken up early, mentors' visits."""
        for person in self._cast:
            here = await self._hands.here(person, now)
            self._here, self._cohort_id = here, here.cohort.id
            self._members[here.known().id] = person
            if person.is_mentor:
                last = here.times[-1].ends + AFTERWARDS
                for at in people.visits(person, here.times[0].deadline, last, here.cohort.zone):
                    self._plan(person, at, partial(self._visit, person))
            else:
                self._plan_course(person, here)

    def _plan_course(self, person: Person, here: Here) -> None:
        for deliverable in here.course.deliverables:
            week = here.week(deliverable.week)
            at = people.submits_at(person, deliverable, week)
            self._plan(person, at, partial(self._hands.submit, person, deliverable))
            if at is not None and deliverable.track == "weekly":
                early = people.takes_at(person, deliverable, at, week.deadline)
                self._plan(person, early, partial(self._take, person))
        for week in here.times:
            at = people.writes_retro_at(person, week)
            self._plan(person, at, partial(self._hands.look_back, person, week.number))

    async def next_at(self, now: datetime) -> datetime | None:
        """When somebody next does something."""
        await self._notice(now)
        self._is_up_to_date = True
        return self._plans[0].at if self._plans else None

    async def act(self, now: datetime) -> None:
        """Let everybody do what they would have done by now, in order, each at their own time."""
        if not self._is_up_to_date:
            await self._notice(now)
        self._is_up_to_date = False
        while self._plans and self._plans[0].at <= now:
            plan = heapq.heappop(self._plans)
            try:
                await plan.do(plan.at)
            except CourseError as refusal:
                self.refusals.append((plan.at, str(refusal)))

    def _plan(self, person: Person, at: datetime | None, do: Act) -> None:
        if at is not None and (person.until is None or at < person.until):
            self._planned += 1
            heapq.heappush(self._plans, _Plan(at, self._planned, do))

    async def _notice(self, now: datetime) -> None:
        """Plan what follows from what has happened since the last look."""
        if self._cohort_id is None:
            return
        found = await self._rooms.database.read(news.since, self._cohort_id, self._seen)
        self._seen = found.seen
        self._plan_reviews(found, now)
        self._plan_answers(found, now)

    def _plan_reviews(self, found: News, now: datetime) -> None:
        for about in found.asked:
            person = self._members.get(about.reviewer_id)
            week = self._deliverable(about.deliverable).week
            # Who took work up has planned it already; a hand that took it up in their name goes on with it.
            if person is None or about.origin in ("pull", "mentor") or person.is_away(week):
                continue
            if person.dice("decline", self._what(about)).random() < person.declines:
                do = partial(self._hands.decline, person, about.review_id)
                self._plan(person, people.hours_later(person, now, 1, 12, "decline"), do)
            else:
                at = people.gives_at(person, self._what(about), about.asked_at, about.due_at)
                self._plan(person, at, partial(self._give, person, about))
        for about in found.to_recheck:
            person = self._members.get(about.reviewer_id)
            if person is not None and person.reviews:
                do = partial(self._hands.recheck, person, about.review_id, self._what(about))
                self._plan(person, people.hours_later(person, now, 2, 40, "recheck", self._what(about)), do)
        for key in found.volunteers:
            for person in self._members.values():
                if not person.is_mentor and person.dice("volunteer", key).random() < person.volunteers:
                    at = people.hours_later(person, now, 0, 7, "volunteer", key)
                    self._plan(person, at, partial(self._take, person))

    def _plan_answers(self, found: News, now: datetime) -> None:
        for about in (*found.feedback, *found.still_open):
            author = self._members.get(about.author_id)
            if author is None:
                continue
            self._unanswered.add((about.author_id, about.deliverable))
            # As soon as all reviews are in, or when the promised hour has passed without them.
            begin = now if about.is_covered or about.covered_by is None else max(now, about.covered_by)
            at = people.hours_later(author, begin, 3, 30, "answer", about.deliverable)
            self._plan(author, at, partial(self._answer, author, about.author_id, about.deliverable))
        for about in found.feedback:
            author = self._members.get(about.author_id)
            if author is not None and author.dice("rates", self._what(about)).random() < author.rates:
                do = partial(self._hands.rate, author, about.review_id, self._what(about))
                self._plan(author, people.hours_later(author, now, 1, 20, "rate"), do)
        for member_id, key in found.changes:
            author = self._members.get(member_id)
            if author is not None:
                do = partial(self._hands.submit_again, author, self._deliverable(key))
                self._plan(author, people.hours_later(author, now, 4, 48, "changes", key), do)

    def _deliverable(self, key: str) -> Deliverable:
        return self._here.course.deliverable(key)

    def _what(self, about: About) -> str:
        """Whose work on what: the same in every rehearsal, which the numbers of rows are not."""
        author = self._members.get(about.author_id)
        return f"{about.deliverable}/{about.author_id if author is None else author.handle}"

    async def _give(self, person: Person, about: About, now: datetime) -> None:
        author = self._members.get(about.author_id)
        skill = person.skill if author is None else author.skill
        deliverable = self._deliverable(about.deliverable)
        await self._hands.give(person, about.review_id, self._what(about), skill, deliverable, now)

    async def _take(self, person: Person, now: datetime) -> None:
        review = (await self._hands.take(person, now)).review
        assert review.lease_until is not None  # noqa: S101 - it was taken just now
        about = About(
            review_id=review.id,
            deliverable=review.deliverable,
            author_id=review.author_id,
            reviewer_id=review.reviewer_id,
            origin=review.origin,
            asked_at=review.allocated_at,
            due_at=review.due_at,
            is_covered=False,
            covered_by=None,
        )
        at = people.gives_taken_at(person, self._what(about), now, review.lease_until)
        self._plan(person, at, partial(self._give, person, about))

    async def _answer(self, person: Person, member_id: int, key: str, now: datetime) -> None:
        if (member_id, key) in self._unanswered:
            self._unanswered.discard((member_id, key))
            await self._hands.answer(person, self._deliverable(key), now)

    async def _visit(self, person: Person, now: datetime) -> None:
        """A mentor takes up what they can hold, and works through it."""
        for number in range(1, self._here.course.review.mentors.at_once + 1):
            taken = await self._hands.take_next(person, now)
            do = partial(self._hands.decide, person, taken, self._members)
            self._plan(person, now + number * WORKS_FOR, do)
