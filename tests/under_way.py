"""A course some weeks in, played by made-up people, with the site of its pages; and a second cohort beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from bot import migrations
from bot.lanes import Lane
from bot.mentors.pages import MentorsPages
from bot.mentors.service import Mentors
from bot.oversight.pages import OversightPages
from bot.oversight.service import Oversight
from bot.simulation import memory
from bot.simulation.classmates import Classmates, Rooms
from bot.simulation.people import Person
from tests.town import CHANNEL, COURSE, GUILD, LEAD, MENTOR, Town, asker
from tests.web.conftest import PLACE, Street

WEEKS = 5
NAMES = (
    "Aster", "Basil", "Clover", "Dahlia", "Elder", "Fern", "Gorse", "Hazel", "Iris", "Juniper", "Kale",
    "<b>Lupin</b> & Søn",
)  # fmt: skip
NEIGHBOUR, ELSEWHERE = 2000, CHANNEL + 1  # leads the other cohort, in a channel of its own
STRANGERS = ("Xanthe Elsewhere", "Yarrow Elsewhere")


@cache
def _played() -> tuple[bytes, datetime]:
    return asyncio.run(_play())


async def _play() -> tuple[bytes, datetime]:
    """Ten students who do what is asked, one who hands nothing in, one who never reviews; a mentor who left early."""
    driver = memory.Inline()
    await migrations.migrate(Lane(driver).run, folder=migrations.FOLDER, substitutions=())
    database = memory.on(driver)
    town = Town(database)
    here = await town.begin(0, mentor=True)
    now = here.times[0].kickoff - timedelta(days=2)
    lead = await town.here(LEAD, now)
    await town.cohorts.enroll(lead, LEAD, "Lead Linden", "lead", now)
    for number, name in enumerate(NAMES, 1):
        await town.cohorts.enroll(lead, number, name, "student", now)
    cast = [
        Person(
            user_id=number, name=name, handle=name, lateness=0.15, pulls=0.4, skill=0.4 + number / 25,
            reviews=0.0 if number == 5 else 0.95, absence=1.0 if number == 4 else 0.05,
        )
        for number, name in enumerate(NAMES, 1)
    ]  # fmt: skip
    gone = here.week(3).kickoff  # from then on work waits for the mentor
    cast.append(Person(user_id=MENTOR, name="Mentor Moss", handle="m", is_mentor=True, until=gone))
    people = Classmates(Rooms.on(database, COURSE), GUILD, CHANNEL, cast, still=True)
    now, until = here.times[0].kickoff, here.week(WEEKS).deadline + timedelta(hours=30)
    await people.begin(now)
    while True:
        coming = [await people.next_at(now), await town.posts.next_at()]
        upcoming = min((at for at in coming if at is not None), default=until)
        if upcoming >= until:
            break
        now = max(now, upcoming)
        await people.act(now)
        await town.tick(now)
    await _elsewhere(town)
    return driver.taken(), until


async def _elsewhere(town: Town) -> None:
    """Another cohort on the same server, with students whose names are found nowhere else."""
    made = datetime(2026, 2, 1, tzinfo=UTC)
    who = asker(NEIGHBOUR, name="Lead Larch", manages_guild=True, channel_ids=(ELSEWHERE,))
    await town.cohorts.create(
        who, name="Autumn", channel_id=ELSEWHERE, starts_on="2026-03-09", timezone="Europe/Berlin",
        role_ids={"student": None, "mentor": None, "lead": None}, now=made,
    )  # fmt: skip
    there = await town.cohorts.here(who, made)
    await town.cohorts.enroll(there, NEIGHBOUR, "Lead Larch", "lead", made)
    for number, name in enumerate(STRANGERS, NEIGHBOUR + 1):
        await town.cohorts.enroll(there, number, name, "student", made)
    await town.cohorts.start(there, made)


def site_of(database: Any, now: datetime) -> Street:
    """The site with the pages that mentors and leads look at, not listening yet."""
    street = Street(Town(database), PLACE)
    street.now = now
    OversightPages(Oversight(database)).open(street.site)
    MentorsPages(Mentors(database)).open(street.site)
    return street


@asynccontextmanager
async def under_way() -> AsyncIterator[Street]:
    """The course some weeks in, and its site."""
    copy, now = await asyncio.to_thread(_played)  # a loop of its own needs a thread of its own
    street = site_of(memory.on(memory.Inline(copy)), now)
    street.port = await street.site.listen()
    try:
        yield street
    finally:
        await street.site.close()
