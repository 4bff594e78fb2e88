"""The story that the playground opens on: the real bot, the real course, a cohort in its third week."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import discord

from bot.app import Homeroom
from bot.curriculum import load
from bot.database import Database
from bot.settings import PagesSettings
from bot.simulation.classmates import Classmates, Rooms
from bot.simulation.people import Person as Student

from .stage import Stage
from .world import ZONE, World, build

COURSE = Path(__file__).parent.parent / "curriculum.yaml"
COHORT = "Spring cohort"
FIRST_MONDAY = date(2026, 3, 2)
WAITS_FROM = datetime.combine(FIRST_MONDAY + timedelta(days=13), time(17), ZONE)
"""From the second Sunday on, an hour before the deadline, Student Aster waits for the visitor."""

OPENS = datetime.combine(FIRST_MONDAY + timedelta(days=15), time(10), ZONE)
"""The third Tuesday: a new lab is posted, last week's reviews are being written."""

SELF_WAKING = timedelta(days=365)
"""The playground's clock ticks at every due instant; the bot's own look around would only cost time."""

HABITS: dict[str, dict[str, float]] = {
    "Aster": {"skill": 0.72, "lateness": 0.0},
    "Birch": {"skill": 0.9, "lateness": 0.0, "revises": 0.6},
    "Cedar": {"skill": 0.55},
    "Dahlia": {"skill": 0.65, "lateness": 0.8},
    "Elder": {"skill": 0.6, "reviews": 0.4},
    "Fern": {"skill": 0.8, "revises": 0.7},
    "Ginkgo": {"skill": 0.35, "lateness": 0.3},
    "Hazel": {"skill": 0.5, "absence": 1.0, "reviews": 0.0},
    "Iris": {"skill": 0.75, "revises": 0.9},
    "Juniper": {"skill": 0.6, "absence": 0.25},
}
"""How each student takes the course: Dahlia is often late, Elder forgets reviews, Hazel is silent."""


async def begin(database: Database, *, port: int, pages: PagesSettings | None = None) -> Stage:
    """A stage on which two weeks of the course have happened, each thing at its own time."""
    world = await build(_bots(database, pages))
    stage = Stage(world, port=port)
    await _found(world)
    rooms = Rooms.on(world.bot.database, world.bot.course)
    classmates = Classmates(rooms, world.guild.id, world.cohort.id, _students(world))
    await classmates.begin(world.now())
    world.classmates = classmates
    await stage.clock.to(OPENS)
    await stage.pages.open()
    stage.open_doors()
    return stage


def _bots(database: Database, pages: PagesSettings | None) -> Callable[[], Awaitable[discord.Client]]:
    course = load(COURSE)

    async def make() -> discord.Client:
        return Homeroom(database=database, course=course, safety=SELF_WAKING, pages=pages)

    return make


async def _found(world: World) -> None:
    """The lead sets the cohort up as on a real server."""
    lead = world.lead.actor
    await lead.slash(
        world.cohort,
        "cohort create",
        name=COHORT,
        channel=world.cohort,
        starts_on=FIRST_MONDAY.isoformat(),
        timezone=ZONE.key,
        student_role=world.roles["student"],
        mentor_role=world.roles["mentor"],
        lead_role=world.roles["lead"],
    )
    await lead.slash(world.cohort, "roster sync")
    question = await lead.slash(world.cohort, "cohort start")
    await lead.click(question.response, label="Start the course")


def _students(world: World) -> list[Student]:
    return [
        Student(
            user_id=person.actor.id,
            name=person.name,
            handle=person.actor.name,
            volunteers=0.0,  # what nobody takes up waits for whoever steps into the mentor
            until=WAITS_FROM if person.name.endswith("Aster") else None,
            **HABITS[person.name.split()[-1]],
        )
        for person in world.of("student")
    ]
