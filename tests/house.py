"""The whole bot in a simulated Discord, and how to read what it says there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import simcord

from bot.app import Homeroom
from bot.cohorts.rules import Here
from bot.curriculum import Curriculum
from bot.database import Database
from bot.errors import CourseError
from bot.reach import Reach
from bot.settings import PagesSettings
from bot.ui import Card, Pick, Press, row, text
from playground import shim, world
from tests.town import COURSE, asker

BEGINS = datetime(2026, 3, 1, 17, tzinfo=UTC)  # Sunday noon in New York, the day before the first kickoff
ZONE = "America/New_York"


class House:
    """The bot, the school it serves, and everybody in it."""

    def __init__(
        self,
        url: str,
        course: Curriculum,
        safety: timedelta,
        kind: type[Database],
        pages: PagesSettings | None = None,
        reach: Reach | None = None,
    ) -> None:
        self.url, self.course, self.safety, self.kind = url, course, safety, kind
        self.pages, self.reach = pages, reach
        self.databases: list[Database] = []
        self.expected: tuple[type[Exception], ...] = (CourseError,)
        self.world: world.World

    @property
    def env(self) -> simcord.Env:
        return self.world.env

    @property
    def bot(self) -> Homeroom:
        return self.world.bot

    @property
    def channel(self) -> simcord.ChannelHandle:
        return self.world.cohort

    def student(self, name: str) -> simcord.MemberActor:
        return next(person.actor for person in self.world.of("student") if person.name.endswith(name))

    @property
    def lead(self) -> simcord.MemberActor:
        return self.world.lead.actor

    @property
    def mentor(self) -> simcord.MemberActor:
        return self.world.of("mentor")[0].actor

    async def make_bot(self) -> Homeroom:
        database = await self.kind.open(self.url)
        self.databases.append(database)
        return Homeroom(
            database=database, course=self.course, safety=self.safety, pages=self.pages, reach=self.reach
        )

    async def restart(self, *, down_for: timedelta = timedelta(0)) -> None:
        await shim.restart(self.env, await self.make_bot(), down_for=down_for)

    async def until(self, local: str) -> None:
        """Wind the clock to a wall time in the cohort's zone, `2026-03-02 09:00`."""
        moment = datetime.fromisoformat(local).replace(tzinfo=world.ZONE)
        await self.env.advance_time((moment - self.env.now()).total_seconds())

    async def start_cohort(self) -> None:
        """The lead makes the cohort and starts the course."""
        roles = self.world.roles
        await self.lead.slash(
            self.channel, "cohort create", name="Spring", channel=self.channel, starts_on="2026-03-02",
            timezone=ZONE, student_role=roles["student"], mentor_role=roles["mentor"], lead_role=roles["lead"],
        )  # fmt: skip
        shown = await self.lead.slash(self.channel, "cohort start")
        await self.lead.click(shown.response, custom_id=button(shown.response, "cohort.start"))

    async def here(self, member: simcord.MemberActor) -> Here:
        """The cohort as somebody in its channel sees it."""
        place = {"guild_id": self.world.guild.id, "channel_ids": (self.channel.id,)}
        name = member.user.global_name or member.name
        return await self.bot.cohorts.here(asker(member.id, name=name, **place), self.env.now())

    def posts(self, channel: simcord.ChannelHandle | None = None) -> list[Any]:
        """What the bot has said in a channel, oldest first, without private answers."""
        return [
            message
            for message in (channel or self.channel).history()
            if message.author.id == self.bot.user.id and not message.flags.ephemeral
        ]

    def letters(self, member: simcord.MemberActor) -> list[Any]:
        """What the bot has written to somebody privately."""
        return self.posts(member.user.dm_channel)

    async def pressed_by(self, actor: simcord.MemberActor, custom_id: str, value: str | None = None) -> str:
        """What somebody is told who uses a button or, with a value, a menu that was meant for another."""
        _, action, key = custom_id.split(":")
        options = [] if value is None else [discord.SelectOption(label=value, value=value)]
        used = Press("Press", action, key) if value is None else Pick("Pick", action, key, options=options)
        place: Any = self.bot.get_channel(self.channel.id)
        await shim.as_bot(self.env, lambda: place.send(view=Card(text("For all"), row(used))))
        shown = self.posts()[-1]
        if value is None:
            return said(await actor.click(shown, custom_id=custom_id))
        return said(await actor.select(shown, [value], custom_id=custom_id))

    def faults(self) -> list[BaseException]:
        """Every error that reached the command tree, refusals too; reading them acknowledges them."""
        return [getattr(error, "original", error) for error in self.env.errors]


@asynccontextmanager
async def opened(
    url: str,
    *,
    course: Curriculum = COURSE,
    safety: timedelta = timedelta(days=1),
    kind: type[Database] = Database,
    pages: PagesSettings | None = None,
    reach: Reach | None = None,
) -> AsyncIterator[House]:
    """A house with everybody in it, closed in order at the end."""
    house = House(url, course, safety, kind, pages, reach)
    house.world = await world.build(house.make_bot, begins=BEGINS)
    try:
        yield house
    finally:
        await shim.stop(house.env)
        for database in house.databases:
            await database.close()


def words(message: Any) -> str:
    """All text of a message's components."""
    return "\n".join(part["content"] for part in parts(message) if part.get("type") == 10)


def parts(message: Any) -> Iterator[dict[str, Any]]:
    """Every component of a message, nested ones too, as Discord stores them."""
    components = message.components
    yield from _walk([item if isinstance(item, dict) else item.to_dict() for item in components])


def _walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for component in components:
        yield component
        nested = [*component.get("components", []), component.get("accessory"), component.get("component")]
        yield from _walk([item for item in nested if item])


def button(message: Any, action: str) -> str:
    """The custom id of the first button or menu that does something."""
    ids = [part["custom_id"] for part in parts(message) if "custom_id" in part]
    return next(custom_id for custom_id in ids if custom_id.split(":")[1] == action)


def buttons(message: Any) -> list[str]:
    """What the buttons and menus of a message do."""
    return [part["custom_id"].split(":")[1] for part in parts(message) if ":" in part.get("custom_id", "")]


def said(result: simcord.InteractionResult) -> str:
    """The private answer to a command or a press."""
    answers = [answer for answer in (result.response, *result.followups) if answer is not None]
    assert answers, "nothing was answered"
    assert all(answer.ephemeral for answer in answers), "an answer was not private"
    return "\n".join(words(answer) for answer in answers)
