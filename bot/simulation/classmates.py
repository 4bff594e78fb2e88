"""Made-up people taking the course: each act goes through the same service as a member's command."""

from __future__ import annotations

import heapq
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.cohorts.rules import Asker, Here
from bot.cohorts.service import Cohorts
from bot.curriculum import Deliverable
from bot.retros.service import Retros
from bot.reviews.rules import Review
from bot.reviews.service import Reviews
from bot.simulation import people
from bot.simulation.people import Person
from bot.submissions.service import Submissions

THINKS_FOR = timedelta(hours=20)  # between feedback and the revision that answers it


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """The services that people act through."""

    cohorts: Cohorts
    submissions: Submissions
    reviews: Reviews
    retros: Retros


@dataclass(order=True, slots=True)
class _Act:
    at: datetime
    order: int
    do: Callable[[datetime], Awaitable[None]] = field(compare=False)


class Classmates:
    """A cohort's made-up students, who act when their time comes and leave alone what a hand did in their name."""

    def __init__(self, rooms: Rooms, guild_id: int, channel_id: int, students: Sequence[Person]) -> None:
        self._rooms = rooms
        self._place = guild_id, channel_id
        self._people = {person.user_id: person for person in students}
        self._plans: list[_Act] = []
        self._seen: set[int] = set()
        self._members: dict[int, Person] = {}
        self._cohort_id: int | None = None
        self._planned = 0

    async def begin(self, now: datetime) -> None:
        """Plan everybody's hand-ins and retros over the whole course."""
        for person in self._people.values():
            here = await self._here(person, now)
            self._cohort_id = here.cohort.id
            self._members[here.student().id] = person
            for deliverable in here.course.deliverables:
                week = here.week(deliverable.week)
                self._plan(
                    person,
                    people.submits_at(person, deliverable, week),
                    self._submitting(person, deliverable),
                )
            for week in here.times:
                self._plan(
                    person, people.writes_retro_at(person, week), self._looking_back(person, week.number)
                )

    async def next_at(self, now: datetime) -> datetime | None:
        """When somebody next does something."""
        await self._notice(now)
        return self._plans[0].at if self._plans else None

    async def act(self, now: datetime) -> None:
        """Let everybody do what they would have done by now, in order, each at their own time."""
        await self._notice(now)
        while self._plans and self._plans[0].at <= now:
            act = heapq.heappop(self._plans)
            await act.do(act.at)

    def _plan(self, person: Person, at: datetime | None, do: Callable[[datetime], Awaitable[None]]) -> None:
        if at is not None and (person.until is None or at < person.until):
            self._planned += 1
            heapq.heappush(self._plans, _Act(at, self._planned, do))

    async def _here(self, person: Person, now: datetime) -> Here:
        guild_id, channel_id = self._place
        asker = Asker(user_id=person.user_id, name=person.name, guild_id=guild_id, channel_ids=(channel_id,))
        return await self._rooms.cohorts.here(asker, now)

    async def _notice(self, now: datetime) -> None:
        """Plan the reviews that have been asked for since the last look."""
        if self._cohort_id is None:
            return
        for review in await self._rooms.reviews.outstanding(self._cohort_id):
            if review.id not in self._seen:
                self._seen.add(review.id)
                person = self._members.get(review.reviewer_id)
                if person is not None:
                    at = people.reviews_at(person, review.id, review.allocated_at, review.due_at)
                    self._plan(person, at, self._reviewing(person, review))

    def _submitting(self, person: Person, deliverable: Deliverable) -> Callable[[datetime], Awaitable[None]]:
        async def submit(now: datetime) -> None:
            here = await self._here(person, now)
            if await self._rooms.submissions.latest(here, deliverable) is None:
                given = people.links(person, deliverable)
                await self._rooms.submissions.submit(here, deliverable, given, None, now)

        return submit

    def _reviewing(self, person: Person, asked: Review) -> Callable[[datetime], Awaitable[None]]:
        async def review(now: datetime) -> None:
            here = await self._here(person, now)
            deliverable = here.course.deliverable(asked.deliverable)
            author = self._members.get(asked.author_id)
            skill = person.skill if author is None else author.skill
            scores, strength, points = people.opinion(person, asked.id, deliverable.rubric, skill)
            await self._rooms.reviews.give(
                person.user_id, asked.id, scores=scores, strength=strength, points=points, now=now
            )
            if author is not None and author.dice("revise", deliverable.key).random() < author.revises:
                self._plan(author, now + THINKS_FOR, self._revising(author, deliverable))

        return review

    def _revising(self, person: Person, deliverable: Deliverable) -> Callable[[datetime], Awaitable[None]]:
        async def revise(now: datetime) -> None:
            here = await self._here(person, now)
            before = await self._rooms.submissions.latest(here, deliverable)
            if before is not None and before.number == 1:
                note = "Mended what the reviews found; the memo says what I left as it is, and why."
                await self._rooms.submissions.submit(here, deliverable, {}, note, now)

        return revise

    def _looking_back(self, person: Person, week: int) -> Callable[[datetime], Awaitable[None]]:
        async def look_back(now: datetime) -> None:
            here = await self._here(person, now)
            dice = person.dice("words", week)
            form = await self._rooms.retros.form(here, week, now)
            if form.entry is not None:
                return
            await self._rooms.retros.write(
                here,
                week,
                retain=dice.choice(people.RETAIN),
                improve=dice.choice(people.IMPROVE),
                scale=dice.choice(people.SCALE),
                kept=dice.choice(("kept", "partly", "dropped")) if form.promised else None,
                now=now,
            )

        return look_back
