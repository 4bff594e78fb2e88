"""A whole course of made-up people, through the real services on a temporary database, without Discord."""

from __future__ import annotations

import gc
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.cohorts.rules import Asker, Here
from bot.curriculum import Curriculum
from bot.errors import CourseError
from bot.ledger import Claimed
from bot.posts.rules import Pairing, Post
from bot.posts.service import Posts
from bot.simulation import figures, memory
from bot.simulation.classmates import AFTERWARDS, Classmates, Rooms
from bot.simulation.figures import Result, Said
from bot.simulation.people import Person

STARTS_ON = "2026-03-02"  # any Monday will do; from this one on, most zones change their clocks once
MOST_STUDENTS = 2_000  # beyond this a whole course takes minutes, and says nothing new
GUILD, CHANNEL, LEAD, MENTORS = 1, 2, 3, 100
STUDENTS = 1_000  # the first student's number; mentors come before


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a course is rehearsed with; `absent`, `silent` and `late` are per cent."""

    students: int = 30
    weeks: int | None = None
    absent: int = 5
    silent: int = 10
    late: int = 10
    mentors: int = 2
    seed: int = 1
    timezone: str = "UTC"


def check(options: Options, course: Curriculum) -> None:
    """Refuse what cannot be rehearsed, in one sentence."""
    if not 1 <= options.students <= MOST_STUDENTS:
        raise CourseError(f"A rehearsal needs 1 to {MOST_STUDENTS:,} students, not {options.students:,}.")
    if options.weeks is not None and not 1 <= options.weeks <= len(course.weeks):
        raise CourseError(
            f"The course has {len(course.weeks)} weeks, so rehearse 1 to {len(course.weeks)} of them."
        )
    for name in ("absent", "silent", "late"):
        share = getattr(options, name)
        if not 0 <= share <= 100:  # noqa: PLR2004 - per cent
            raise CourseError(f"--{name} is per cent: 0 to 100, not {share}.")
    if not 0 <= options.mentors < STUDENTS - MENTORS:
        raise CourseError(f"A rehearsal has 0 to {STUDENTS - MENTORS - 1} mentors, not {options.mentors}.")


def shortened(course: Curriculum, weeks: int | None) -> Curriculum:
    """The first weeks of a course, with the capstones that are due in them."""
    if weeks is None or weeks == len(course.weeks):
        return course
    last = {week.stage: week.number for week in course.weeks}
    return Curriculum.model_validate(
        {
            **course.model_dump(),
            "weeks": [week.model_dump() for week in course.weeks[:weeks]],
            "capstones": [item.model_dump() for item in course.capstones if last[item.stage] <= weeks],
        }
    )


def cast(options: Options) -> list[Person]:
    """Who takes the course: mentors, and students of whom some are never heard of as reviewers."""
    dice = random.Random(f"{options.seed}/cast")  # noqa: S311 - a story, not a secret
    numbers = range(1, options.students + 1)
    silent = set(dice.sample(numbers, round(options.students * options.silent / 100)))
    students = [
        Person(
            user_id=STUDENTS + number,
            name=f"Student {number}",
            handle=f"{options.seed}/s{number}",
            skill=round(dice.uniform(0.35, 0.9), 2),
            lateness=options.late / 100,
            absence=options.absent / 100,
            **(dict.fromkeys(("reviews", "pulls", "volunteers"), 0.0) if number in silent else {}),
        )
        for number in numbers
    ]
    return students + [
        Person(
            user_id=MENTORS + number,
            name=f"Mentor {number}",
            handle=f"{options.seed}/m{number}",
            is_mentor=True,
        )
        for number in range(1, options.mentors + 1)
    ]


async def simulate(options: Options, course: Curriculum) -> Result:
    """Rehearse a whole course and say how it went."""
    check(options, course)
    played = shortened(course, options.weeks)
    database = await memory.opened()
    try:
        gc.disable()  # looking for garbage takes a tenth of the time, and there is hardly any
        rooms, people = Rooms.on(database, played), cast(options)
        here = await _found(rooms, people, options)
        classmates = Classmates(rooms, GUILD, CHANNEL, people, still=True)
        speaker = _Speaker(Posts(database, "rehearsal"))
        ended = await _play(classmates, speaker, here)
        return await database.read(
            figures.result, here, speaker.said, students=options.students, seed=options.seed, now=ended
        )
    finally:
        gc.enable()
        await database.close()


async def _found(rooms: Rooms, people: Sequence[Person], options: Options) -> Here:
    """The lead sets the cohort up and starts it, a week before it begins."""
    now = datetime.fromisoformat(STARTS_ON).replace(tzinfo=UTC) - timedelta(days=7)
    lead = Asker(user_id=LEAD, name="Lead", guild_id=GUILD, channel_ids=(CHANNEL,), manages_guild=True)
    await rooms.cohorts.create(
        lead,
        name=f"Rehearsal {options.seed}",
        channel_id=CHANNEL,
        starts_on=STARTS_ON,
        timezone=options.timezone,
        role_ids={"student": None, "mentor": None, "lead": None},
        now=now,
    )
    here = await rooms.cohorts.here(lead, now)
    for person in people:
        role = "mentor" if person.is_mentor else "student"
        await rooms.cohorts.enroll(here, person.user_id, person.name, role, now)
    await rooms.cohorts.start(here, now)
    return await rooms.cohorts.here(lead, now)


async def _play(classmates: Classmates, speaker: _Speaker, here: Here) -> datetime:
    """From one instant at which somebody does something, or the bot owes something, to the next; when it was over."""
    now, ends = here.times[0].kickoff, here.times[-1].ends + AFTERWARDS
    await classmates.begin(now)
    while True:
        upcoming = [at for at in (await classmates.next_at(now), await speaker.next_at()) if at is not None]
        if not upcoming or min(upcoming) > ends:
            return ends
        now = max(now, min(upcoming))
        await classmates.act(now)
        await speaker.tick(now)


class _Speaker:
    """The tick without Discord: what is said is counted, and said to nobody."""

    def __init__(self, posts: Posts) -> None:
        self._posts = posts
        self.said: Said = Counter()

    async def next_at(self) -> datetime | None:
        """When the bot next has something to say."""
        return await self._posts.next_at()

    async def tick(self, now: datetime) -> None:
        """Say everything that is owed by now."""
        while (
            due := await self._posts.next_at()
        ) is not None and due <= now:  # to look is cheaper than to claim
            for row in await self._posts.claim(now):
                post = await self._posts.compose(row, now)
                if post is not None:
                    await self._say(row, post, now)

    async def _say(self, row: Claimed, post: Post, now: datetime) -> None:
        self.said[row.kind, row.key] += 1
        if isinstance(post.content, Pairing):
            content = post.content
            for reviewer, authors in content.pairs:
                for author in authors:
                    self.said["pair", f"{content.deliverable.key}/{reviewer.id}/{author.id}"] += 1
        place = post.user_id or post.channel_id
        await self._posts.sent(row, post, channel_id=place, message_id=row.id, now=now)
