"""The made-up school: its server, channels, roles and people, and the instant at which it begins."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

import discord
import simcord

from . import shim

ZONE = ZoneInfo("America/New_York")
"""The cohort's zone; its clocks change in the night before the second kickoff, where a naive plan slips."""

BEGINS = datetime(2026, 3, 1, 17, tzinfo=UTC)
"""Sunday noon in New York, the day before the first kickoff."""

STUDENTS = ("Aster", "Birch", "Cedar", "Dahlia", "Elder", "Fern", "Ginkgo", "Hazel", "Iris", "Juniper")

Role = Literal["student", "mentor", "lead"]


class CourseBot(Protocol):
    """What the playground asks of the bot besides being a discord.py bot."""

    async def tick(self) -> Any:
        """Say everything that is owed by now."""

    async def next_due(self) -> datetime | None:
        """When the bot next owes something."""


class Classmates(Protocol):
    """People who act by themselves as the clock moves."""

    async def next_at(self, now: datetime) -> datetime | None:
        """When somebody next does something."""

    async def act(self, now: datetime) -> None:
        """Do what is due by now."""


class Nobody:
    """Classmates of an empty school."""

    async def next_at(self, now: datetime) -> datetime | None:
        """Never."""
        return None

    async def act(self, now: datetime) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody whom a visitor can be."""

    actor: simcord.MemberActor
    name: str
    role: Role


@dataclass(slots=True, kw_only=True)
class World:
    """One simulated Discord with one school on it."""

    env: simcord.Env
    make_bot: Callable[[], Awaitable[discord.Client]]
    guild: simcord.GuildHandle
    roles: dict[Role, simcord.RoleHandle]
    people: dict[int, Person]
    cohort: simcord.ChannelHandle
    general: simcord.ChannelHandle
    mentors: simcord.ChannelHandle
    classmates: Classmates = field(default_factory=Nobody)

    @property
    def bot(self) -> Any:
        """The bot that runs now."""
        return self.env.bot

    def of(self, role: Role) -> list[Person]:
        """Everyone in one role, in the order in which they joined."""
        return [person for person in self.people.values() if person.role == role]

    @property
    def lead(self) -> Person:
        """The one lead."""
        return self.of("lead")[0]

    def now(self) -> datetime:
        """The virtual instant."""
        return self.env.now()


async def build(make_bot: Callable[[], Awaitable[discord.Client]], *, begins: datetime = BEGINS) -> World:
    """Start the bot in an empty school at an instant, and let everyone join."""
    shim.install()
    env = simcord.Env(await make_bot(), shard_count=1, check_errors=False, settle_timeout=60)
    shim.set_clock(env, begins)
    shim.name_bot(env, "Homeroom", avatar=shim.FACE)
    await env.start()
    guild = env.create_guild("Backend School", owner=env.create_user("office", global_name="School Office"))
    await env.settle()  # the bot finds no channel yet, and says hello to the office
    roles = _roles(guild)
    world = World(
        env=env,
        make_bot=make_bot,
        guild=guild,
        roles=roles,
        people={},
        cohort=guild.create_text_channel("cohort", topic="Kickoffs, pairings, retros and digests"),
        general=guild.create_text_channel("general", topic="Everything else"),
        mentors=_staff_room(guild, roles),
    )
    for name in STUDENTS:
        _join(world, f"Student {name}", "student")
    _join(world, "Mentor Moss", "mentor")
    _join(world, "Lead Linden", "lead")
    await env.settle()
    return world


def _roles(guild: simcord.GuildHandle) -> dict[Role, simcord.RoleHandle]:
    staff = discord.Permissions(manage_messages=True, manage_threads=True)
    office = discord.Permissions(manage_guild=True, manage_messages=True, manage_threads=True)
    return {
        "student": guild.create_role("Student", color=0x3BA55D),
        "mentor": guild.create_role("Mentor", permissions=staff, color=0xE0A526),
        "lead": guild.create_role("Lead", permissions=office, color=0xC0567A),
    }


def _staff_room(guild: simcord.GuildHandle, roles: dict[Role, simcord.RoleHandle]) -> simcord.ChannelHandle:
    see, hidden = (discord.PermissionOverwrite(view_channel=seen) for seen in (True, False))
    bot = guild.me
    assert bot is not None, "the bot is a member of every guild that it sees"
    doors = {guild.default_role: hidden, roles["mentor"]: see, roles["lead"]: see, bot: see}
    return guild.create_text_channel("mentors", topic="Mentors and leads only", overwrites=doors)


def _join(world: World, name: str, role: Role) -> None:
    user = world.env.create_user(name.lower().replace(" ", "_"), global_name=name, avatar=shim.FACE)
    actor = world.guild.add_member(user, roles=[world.roles[role]])
    world.people[actor.id] = Person(actor=actor, name=name, role=role)
