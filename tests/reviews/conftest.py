"""A small cohort with its services, for tests of this room."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cohorts.rules import Asker, Here, Member, Role
from bot.cohorts.service import Cohorts
from bot.curriculum import Curriculum, Deliverable, load
from bot.database import Database
from bot.reviews import allocation, store
from bot.reviews.rules import KINDS, Point, Review
from bot.reviews.service import Reviews
from bot.revisions.service import Revisions
from bot.submissions.service import Submissions
from tests.town import point_of, strength_of

REPOSITORY = Path(__file__).parents[2]
SUNDAY = datetime(2026, 3, 1, 12, tzinfo=UTC)  # the day before week 1
GUILD, ROOM, LEAD = 10, 20, 99


@dataclass
class Classroom:
    """A running cohort of the small course, starting on Monday 2026-03-02 in UTC."""

    database: Database
    course: Curriculum
    cohorts: Cohorts
    reviews: Reviews
    submissions: Submissions
    cohort_id: int
    revisions: Revisions
    people: dict[str, tuple[int, Member]] = field(default_factory=dict)

    def asker(self, user_id: int, name: str) -> Asker:
        return Asker(
            user_id=user_id, name=name, guild_id=GUILD, channel_ids=(ROOM,), manages_guild=user_id == LEAD
        )

    async def lead(self) -> Here:
        return await self.cohorts.here(self.asker(LEAD, "Lead Linden"), SUNDAY, cohort_id=self.cohort_id)

    async def enroll(self, *names: str, role: Role = "student") -> None:
        lead = await self.lead()
        for name in names:
            user_id = self.people[name][0] if name in self.people else 100 + len(self.people)
            await self.cohorts.enroll(lead, user_id, name, role, SUNDAY)
            here = await self.cohorts.here(self.asker(user_id, name), SUNDAY, cohort_id=self.cohort_id)
            self.people[name] = (user_id, here.known())

    async def here(self, name: str) -> Here:
        user_id = self.people[name][0]
        return await self.cohorts.here(self.asker(user_id, name), SUNDAY, cohort_id=self.cohort_id)

    def user(self, name: str) -> int:
        return self.people[name][0]

    def work(self, key: str = "w01") -> Deliverable:
        return self.course.deliverable(key)

    async def deadline(self, key: str = "w01") -> datetime:
        return (await self.lead()).deadline(self.work(key))

    async def hand_in(
        self, *names: str, key: str = "w01", at: datetime = SUNDAY, note: str | None = None
    ) -> None:
        first = self.work(key).evidence[0].kind
        for name in names:
            link = {first: f"https://github.com/{name.split()[-1].lower()}/{key}"}
            await self.submissions.submit(await self.here(name), self.work(key), link, note, at)

    async def pair(self, key: str = "w01", at: datetime | None = None) -> list[Review]:
        now = at or await self.deadline(key)
        await self.database.write(allocation.pair_round, await self.lead(), self.work(key), now)
        return await self.asked(key)

    async def join_late(self, name: str, at: datetime, key: str = "w01") -> list[Review]:
        author = self.people[name][1].id
        await self.database.write(allocation.join_late, await self.lead(), self.work(key), author, at)
        return await self.asked(key)

    async def asked(self, key: str = "w01") -> list[Review]:
        return await self.database.read(store.of_deliverable, self.cohort_id, key)

    def who(self, review: Review) -> tuple[str, str]:
        """The names of a review's reviewer and author."""
        names = {member.id: name for name, (_, member) in self.people.items()}
        return names[review.reviewer_id], names[review.author_id]

    async def write(self, review: Review, at: datetime, level: int = 2, strength: str = "") -> None:
        """Write and send a whole review."""
        user_id = self.user(self.who(review)[0])
        await self.reviews.open(user_id, review.id, at)
        for criterion in self.work(review.deliverable).rubric.criteria:
            await self.reviews.score(user_id, review.id, criterion.key, level, at)
        await self.reviews.strengthen(user_id, review.id, strength or strength_of(review.id), at)
        await self.reviews.add_point(user_id, review.id, point_of(review.id), at)
        await self.reviews.send(user_id, review.id, at)


def point(body: str, place: str = "client.py, line 12") -> Point:
    return Point(kind=KINDS[0], severity="high", place=place, body=body)


@pytest.fixture(scope="session")
def small_course() -> Curriculum:
    return load(REPOSITORY / "tests" / "curriculum" / "small.yaml")


@pytest.fixture
async def classroom(database: Database, small_course: Curriculum) -> Classroom:
    cohorts = Cohorts(database, small_course)
    lead = Asker(user_id=LEAD, name="Lead Linden", guild_id=GUILD, channel_ids=(ROOM,), manages_guild=True)
    made = await cohorts.create(
        lead,
        name="Spring",
        channel_id=ROOM,
        starts_on="2026-03-02",
        timezone="UTC",
        role_ids={"student": None, "mentor": None, "lead": None},
        now=SUNDAY,
    )
    here = await cohorts.here(lead, SUNDAY, cohort_id=made.cohort.id)
    await cohorts.start(here, SUNDAY)
    return Classroom(
        database,
        small_course,
        cohorts,
        Reviews(database),
        Submissions(database),
        made.cohort.id,
        Revisions(database),
    )


@pytest.fixture(scope="session")
def shipped_course() -> Curriculum:
    return load(REPOSITORY / "curriculum.yaml")
