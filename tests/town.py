"""A running cohort on a real database, for tests of what happens in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot import ledger
from bot.calendar import Owed
from bot.cohorts.rules import Asker, Here
from bot.cohorts.service import Cohorts
from bot.curriculum import Curriculum, load
from bot.database import Database
from bot.posts.rules import Post
from bot.posts.service import Posts
from bot.retros.service import Retros
from bot.reviews.rules import Point
from bot.reviews.service import Reviews
from bot.revisions.service import Revisions
from bot.submissions.service import Submissions

COURSE = load(Path(__file__).parents[1] / "curriculum.yaml")
GUILD, CHANNEL, LEAD, MENTOR = 900, 901, 1000, 1001


def strength_of(review_id: int) -> str:
    """A strength that nobody has written before."""
    return f"It runs from a clean clone, as case {_words(review_id)} shows."


def point_of(review_id: int) -> Point:
    """A point that nobody has made before."""
    body = f"There is no deadline on the outgoing call of case {_words(review_id)}."
    return Point(kind="risk", severity="medium", place="timeouts", body=body)


def _words(number: int) -> str:
    """A number in letters: digits do not make words different."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def asker(user_id: int, **changes) -> Asker:
    """Somebody in the cohort's channel."""
    return Asker(
        **{"user_id": user_id, "name": f"Student {user_id}", "guild_id": GUILD, "channel_ids": (CHANNEL,)}
        | changes
    )


@dataclass
class Town:
    """The services of one cohort, and shorthand for what people do."""

    database: Database
    course: Curriculum = COURSE
    owner: str = "first"
    said: list[Post] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cohorts = Cohorts(self.database, self.course)
        self.submissions = Submissions(self.database)
        self.reviews = Reviews(self.database)
        self.revisions = Revisions(self.database)
        self.retros = Retros(self.database)
        self.posts = Posts(self.database, self.owner)

    async def begin(
        self,
        students: int,
        *,
        starts_on: str = "2026-03-02",
        timezone: str = "America/New_York",
        mentor: bool = False,
        now: datetime | None = None,
    ) -> Here:
        """Make and start a cohort with students 1 to n."""
        made = now or datetime.fromisoformat(f"{starts_on}T00:00:00+00:00") - timedelta(days=7)
        await self.cohorts.create(
            asker(LEAD, name="Lead Linden", manages_guild=True),
            name="Spring",
            channel_id=CHANNEL,
            starts_on=starts_on,
            timezone=timezone,
            role_ids={"student": None, "mentor": None, "lead": None},
            now=made,
        )
        here = await self.here(LEAD, made)
        for number in range(1, students + 1):
            await self.cohorts.enroll(here, number, f"Student {number}", "student", made)
        if mentor:
            await self.cohorts.enroll(here, MENTOR, "Mentor Moss", "mentor", made)
        await self.cohorts.start(here, made)
        return await self.here(LEAD, made)

    async def here(self, user_id: int, now: datetime) -> Here:
        """The cohort as somebody in its channel sees it."""
        return await self.cohorts.here(asker(user_id, name=_name(user_id)), now)

    async def submit(self, user_id: int, key: str, now: datetime, link: str | None = None):
        """Hand in a deliverable with one link."""
        here = await self.here(user_id, now)
        deliverable = here.course.deliverable(key)
        url = link or f"https://git.example.org/s{user_id}/{key}"
        return await self.submissions.submit(
            here, deliverable, {deliverable.evidence[0].kind: url}, None, now
        )

    async def review_all(self, user_id: int, now: datetime) -> int:
        """Give every review that is asked of somebody."""
        here = await self.here(user_id, now)
        waiting = [item for item in await self.reviews.mine(here) if item.review.is_open]
        for item in waiting:
            scores = {criterion.key: 3 for criterion in item.deliverable.rubric.criteria}
            await self.reviews.give(
                user_id,
                item.review.id,
                scores=scores,
                strength=strength_of(item.review.id),
                points=[point_of(item.review.id)],
                now=now,
            )
        return len(waiting)

    async def answer_all(self, user_id: int, key: str, now: datetime, kind: str = "fixed") -> None:
        """Answer every point that waits on one deliverable, and send the answers."""
        here = await self.here(user_id, now)
        deliverable = here.course.deliverable(key)
        body = "" if kind == "fixed" else "It stays, because the lab measures exactly this."
        view = await self.revisions.answering(here, deliverable, now)
        for item in view.asked:
            await self.revisions.answer(here, deliverable, item.point.id, kind=kind, body=body, now=now)
        await self.revisions.send_answers(here, deliverable, now)

    async def recheck_all(self, user_id: int, now: datetime, *, still_open: str = "") -> int:
        """Look again at every answer that waits for somebody; with words, all are still open."""
        reviews = await self.revisions.rechecks(await self.here(user_id, now))
        for review in reviews:
            view = await self.revisions.recheck(user_id, review.id)
            for item in view.answered if still_open else ():
                await self.revisions.mark_open(user_id, review.id, item.point.id, still_open)
            await self.revisions.finish_recheck(user_id, review.id, now)
        return len(reviews)

    async def state(self, user_id: int, key: str, now: datetime) -> str:
        """Where a student's work is."""
        here = await self.here(user_id, now)
        return (await self.revisions.feedback(here, here.course.deliverable(key), now)).state

    async def give_on(self, now: datetime) -> list[Post]:
        """What follows when somebody can no longer review: their places are given to others."""
        here = await self.here(LEAD, now)
        freed = Owed(kind="freed", key=f"test.{now.timestamp()}", week=1, due_at=now)
        await self.database.write(lambda tx: ledger.owe(tx, here.cohort.id, [freed]))
        return await self.tick(now)

    async def tick(self, now: datetime) -> list[Post]:
        """Say everything that is due, to nobody in particular."""
        said: list[Post] = []
        while rows := await self.posts.claim(now):
            for row in rows:
                post = await self.posts.compose(row, now)
                if post is not None:
                    place = post.user_id or post.channel_id
                    await self.posts.sent(row, post, channel_id=place, message_id=row.id, now=now)
                    said.append(post)
        self.said += said
        return said


def _name(user_id: int) -> str:
    return {LEAD: "Lead Linden", MENTOR: "Mentor Moss"}.get(user_id, f"Student {user_id}")


def kinds(posts: list[Post]) -> list[str]:
    """The kinds of some posts, for reading."""
    return [type(post.content).__name__ for post in posts]
