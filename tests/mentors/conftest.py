"""A cohort with two mentors, and work that waits for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.cohorts import store as cohorts
from bot.cohorts.rules import Here
from bot.mentors.service import Mentors
from bot.reviews import asking
from bot.reviews import store as reviews
from bot.reviews.rules import Point
from bot.revisions import queue, settling
from bot.submissions import store as submissions
from tests.town import LEAD, MENTOR, Town

OTHER = 1002  # a second mentor, Fern
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)  # week 2, two days after the first deadline
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass
class Desk:
    """The mentor queue of one cohort, and shorthand for what comes into it."""

    town: Town
    mentors: Mentors

    @property
    def database(self):
        return self.town.database

    async def here(self, user_id: int = MENTOR, now: datetime = NOW) -> Here:
        return await self.town.here(user_id, now)

    async def hand_in(
        self, student: int, key: str = "w01", now: datetime = NOW, *, whole: bool = True
    ) -> int:
        """Hand a deliverable in, with all its evidence or one piece of it; the submission's id."""
        here = await self.here(student, now)
        deliverable = here.course.deliverable(key)
        evidence = deliverable.evidence if whole else deliverable.evidence[:1]
        version = f"{now:%H%M}"
        links = {
            item.kind: f"https://git.example.org/s{student}/{key}/{item.kind}/{version}" for item in evidence
        }
        receipt = await self.town.submissions.submit(here, deliverable, links, None, now)
        return receipt.revision.submission_id

    async def settle(self, submission_id: int, now: datetime = NOW) -> int:
        """Bring work to where its facts put it; the id of its place in the queue."""
        here = await self.here(LEAD, now)
        await self.database.write(settling.settle, here, submission_id, now)
        found = await self.database.read(queue.waiting, submission_id)
        return 0 if found is None else found.id

    async def uncovered(
        self, student: int, key: str = "w01", now: datetime = NOW, *, whole: bool = True
    ) -> int:
        """Work that its reviews did not come for; the id of its place in the queue."""
        submission_id = await self.hand_in(student, key, now, whole=whole)
        cohort_id = (await self.here(LEAD, now)).cohort.id
        await self.database.write(asking.begin_round, cohort_id, key, "seed", now)
        await self.database.write(submissions.call_mentor, submission_id, now)
        return await self.settle(submission_id, now)

    async def signoff(self, student: int, key: str = "c1.1", now: datetime = NOW) -> int:
        """A capstone's deliverable that has its reviews and its evidence; the id of its place in the queue."""
        submission_id = await self.hand_in(student, key, now)
        await self.database.write(submissions.mark_covered, submission_id, now)
        return await self.settle(submission_id, now)

    async def reviewed(
        self, submission_id: int, reviewer: int, now: datetime = NOW, *, level: int = 3
    ) -> None:
        """A peer's review with one point, sent."""

        def write(tx):
            revision = submissions.latest_of(tx, submission_id)
            member = cohorts.member_of_user(tx, reviewer)
            pair = (submission_id, revision.member_id, member.id)
            asking.allocate(
                tx, [pair], origin="late", track="weekly", course_version_id=1, due_at=now, now=now
            )
            review = next(
                item for item in reviews.of_submission(tx, submission_id) if item.reviewer_id == member.id
            )
            reviews.open_draft(tx, review.id, revision.id, now)
            submissions.mark_opened(tx, revision.id, now)
            for criterion in self.town.course.deliverable(revision.deliverable).rubric.criteria:
                reviews.put_scores(tx, review.id, {criterion.key: level})
            reviews.put_strength(tx, review.id, f"What {reviewer} liked.")
            point = Point(kind="risk", severity="high", place="client.js", body=f"What {reviewer} saw.")
            reviews.add_point(tx, review.id, point, now)
            reviews.mark_sent(tx, review.id, now)

        await self.database.write(write)

    async def decide(self, item_id: int, kind: str, now: datetime, user_id: int = MENTOR) -> None:
        """Take work up and decide about it, ten minutes apart."""
        here = await self.here(user_id, now)
        work = await self.mentors.take(here, item_id, now)
        later = now + 10 * MINUTE
        if kind == "changes":
            await self.mentors.ask_changes(here, item_id, "Show the failing case.", later, number=work.newest)
        else:
            reason = "Good enough for this week." if work.lacking else None
            await self.mentors.accept(here, item_id, later, number=work.newest, reason=reason)

    async def audit(self, action: str):
        """What the audit log says of an action, oldest first."""
        return await self.database.read(
            lambda tx: tx.all("SELECT * FROM audit WHERE action = :action ORDER BY id", action=action)
        )

    async def member_id(self, user_id: int) -> int:
        found = await self.database.read(cohorts.member_of_user, user_id)
        assert found is not None
        return found.id


@pytest.fixture
async def desk(database) -> Desk:
    town = Town(database)
    lead = await town.begin(6, mentor=True)
    await town.cohorts.enroll(lead, OTHER, "Mentor Fern", "mentor", NOW - 20 * DAY)
    return Desk(town, Mentors(database))
