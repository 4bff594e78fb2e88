"""The small course played by made-up people, and copies of it from many points on the way."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from bot import migrations
from bot.curriculum import Curriculum, load
from bot.lanes import Lane
from bot.planning.service import Planning
from bot.simulation import memory
from bot.simulation.classmates import Classmates, Rooms
from bot.simulation.people import Person
from tests.town import CHANNEL, GUILD, MENTOR, Town

SMALL = load(Path(__file__).parents[1] / "curriculum" / "small.yaml")
AFTERWARDS = timedelta(days=21)


@cache
def empty() -> bytes:
    """The schema, made once and copied for each course."""
    driver = memory.Inline()
    asyncio.run(migrations.migrate(Lane(driver).run))
    return driver.taken()


class Stage:
    """A cohort on a database in memory, with the tick and made-up people."""

    def __init__(self, copy: bytes, course: Curriculum = SMALL) -> None:
        self.driver = memory.Inline(copy)
        self.database = memory.on(self.driver)
        self.town = Town(self.database, course=course)
        self.planning = Planning(self.database)

    def people(self, students: int) -> Classmates:
        """Students of whom one never reviews, and a mentor."""
        cast = [
            Person(user_id=number, name=f"Student {number}", handle=f"h{number}", lateness=0.25, pulls=0.5,
                   reviews=0.0 if number == 1 else 0.9)
            for number in range(1, students + 1)
        ]  # fmt: skip
        cast.append(Person(user_id=MENTOR, name="Mentor Moss", handle="m", is_mentor=True))
        return Classmates(Rooms.on(self.database, self.town.course), GUILD, CHANNEL, cast, still=True)

    async def play(self, people: Classmates, now: datetime, until: datetime):
        """Everything that people and the tick do until then, one instant after the other."""
        while True:
            coming = [await people.next_at(now), await self.town.posts.next_at()]
            upcoming = min((at for at in coming if at is not None), default=until)
            if upcoming >= until:
                return
            now = max(now, upcoming)
            await people.act(now)
            await self.town.tick(now)
            yield now


async def _copies(students: int, schema: bytes) -> list[tuple[bytes, datetime]]:
    stage = Stage(schema)
    here = await stage.town.begin(students, timezone="America/New_York", mentor=True)
    people = stage.people(students)
    await people.begin(here.times[0].kickoff)
    found: list[tuple[bytes, datetime]] = []
    seen = Counter[datetime]()
    async for now in stage.play(people, here.times[0].kickoff, here.times[-1].ends + AFTERWARDS):
        if not seen[now]:
            found.append((stage.driver.taken(), now))
        seen[now] += 1
    return found


@cache
def copies() -> list[tuple[bytes, datetime]]:
    """The course as it was after each instant at which something happened."""
    return asyncio.run(_copies(5, empty()))
