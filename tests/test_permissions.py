"""Who may use which command: each command, tried by six kinds of people, gives the table in docs/permissions.md."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.errors import CourseError, NotAllowed
from tests.house import ZONE, House, opened
from tests.town import asker

TABLE = Path(__file__).parents[1] / "docs" / "permissions.md"
PEOPLE = ("a stranger", "a student", "a mentor", "a lead", "a lead of another cohort", "a server admin")
EVERYBODY = set(PEOPLE)
MEMBERS = {"a student", "a mentor", "a lead", "a server admin"}
STAFF = {"a mentor", "a lead", "a server admin"}
LEADS = {"a lead", "a server admin"}
STUDENTS, OWN_WORK = {"a student"}, {"a student", "a mentor"}

QUARTER = 900.0  # seconds, after which the simulator lets go of an answer, and is as quick as it was


@dataclass(frozen=True)
class Tried:
    """A command with options that are in order, and who may use it."""

    who: set[str]
    options: dict[str, Any]


@pytest.fixture
async def house(url):
    async with opened(url) as house:
        await house.start_cohort()
        await house.until("2026-03-04 12:00")
        yield house


async def people(house: House) -> dict[str, Any]:
    """One of each kind; nobody has more than what makes them that."""
    guild, env = house.world.guild, house.env

    def join(name: str, **options: Any) -> Any:
        return guild.add_member(env.create_user(name, global_name=name.title()), **options)

    office = guild.create_role("Office", permissions=discord.Permissions(manage_guild=True))
    found = {
        "a stranger": join("stranger"),
        "a student": house.student("Aster"),
        "a mentor": house.mentor,
        "a lead": join("lead by roster"),
        "a lead of another cohort": join("lead of autumn"),
        "a server admin": join("admin", roles=[office]),
    }
    await env.settle()
    autumn = house.world.general
    await house.lead.slash(
        house.channel, "cohort create", name="Autumn", channel=autumn, starts_on="2026-09-07", timezone=ZONE
    )
    # Not through `/roster add`: the school's Lead role would come with it, and that one manages the server.
    for who, channel in (("a lead", house.channel), ("a lead of another cohort", autumn)):
        leader = asker(house.lead.id, name="Lead Linden", guild_id=guild.id, channel_ids=(channel.id,))
        here = await house.bot.cohorts.here(leader, env.now())
        await house.bot.cohorts.enroll(here, found[who].id, who, "lead", env.now())
    for name in ("a student", "a mentor"):
        await found[name].slash(house.channel, "me")
    assert house.faults() == []
    return found


def tried(house: House) -> dict[str, Tried]:
    """Every command of the bot."""
    birch, cedar = house.student("Birch"), house.student("Cedar")
    one = {"member": birch, "deliverable": "w01"}
    return {
        "me": Tried(MEMBERS, {}),
        "week": Tried(EVERYBODY, {}),
        "course overview": Tried(EVERYBODY, {}),
        "course roadmap": Tried(EVERYBODY, {}),
        "course resources": Tried(EVERYBODY, {}),
        "course capstones": Tried(EVERYBODY, {}),
        "course search": Tried(EVERYBODY, {"query": "cache"}),
        "submit": Tried(STUDENTS, {"link": "https://git.example.org/w01"}),
        "review next": Tried(STUDENTS, {}),
        "review mine": Tried(MEMBERS, {}),
        "review decline": Tried(MEMBERS, {}),
        "feedback": Tried(STUDENTS, {}),
        "retro": Tried(STUDENTS, {}),
        "progress": Tried(STUDENTS, {}),
        "progress of a member": Tried(STAFF, {"member": birch}),
        "away": Tried(MEMBERS, {}),
        "portfolio publish": Tried(STUDENTS, {}),
        "portfolio show": Tried(MEMBERS, {}),
        "portfolio export": Tried(STUDENTS, {}),
        "queue": Tried(STAFF, {}),
        "cohort create": Tried(
            {"a server admin"},
            {
                "name": "Winter",
                "channel": house.world.guild.create_text_channel("winter"),
                "starts_on": "2026-09-07",
                "timezone": ZONE,
            },
        ),
        "cohort start": Tried(LEADS, {}),
        "cohort show": Tried(STAFF, {}),
        "cohort ladder": Tried(LEADS, {}),
        "roster add": Tried(LEADS, {"member": birch, "role": "student"}),
        "roster sync": Tried(LEADS, {}),
        "roster list": Tried(STAFF, {}),
        "cohort rhythm": Tried(LEADS, {}),
        "cohort break": Tried(LEADS, {"starts_on": "2026-04-06"}),
        "cohort pause": Tried(LEADS, {}),
        "cohort resume": Tried(LEADS, {}),
        "cohort finish": Tried(LEADS, {}),
        "cohort calendar": Tried(MEMBERS, {}),
        "roster withdraw": Tried(LEADS, {"member": birch}),
        "roster role": Tried(
            {"a server admin"}, {"role": "student", "discord_role": house.world.roles["student"]}
        ),
        "roster import": Tried(LEADS, {"file": ("roster.csv", b"member,role\n")}),
        "roster export": Tried(LEADS, {}),
        "announce schedule": Tried(LEADS, {"when": "tomorrow 9am", "text": "Bring a cable."}),
        "announce list": Tried(LEADS, {}),
        "announce edit": Tried(LEADS, {"announcement": "1", "text": "Bring two."}),
        "announce cancel": Tried(LEADS, {"announcement": "1"}),
        "extension": Tried(STUDENTS, {"deliverable": "w02", "days": 2, "reason": "A long night shift."}),
        "extend": Tried(LEADS, {**one, "until": "2026-03-12 18:00"}),
        "excuse": Tried(LEADS, one),
        "pairs preview": Tried(LEADS, {"deliverable": "w01"}),
        "pairs run": Tried(LEADS, {"deliverable": "w01"}),
        "pairs set": Tried(LEADS, {"reviewer": cedar, "author": birch, "deliverable": "w01"}),
        "pairs forbid": Tried(LEADS, {"one": birch, "other": cedar}),
        "pairs history": Tried(STAFF, {"member": birch}),
        "report": Tried(STAFF, {}),
        "audit": Tried(LEADS, {}),
        "mydata export": Tried(EVERYBODY, {}),
        "mydata erase": Tried(EVERYBODY, {}),
    }


def leaves(tree: app_commands.CommandTree[Any]) -> Iterator[str]:
    """The name of every command that somebody can use."""
    for command in tree.walk_commands():
        if isinstance(command, app_commands.Command):
            yield command.qualified_name


async def test_each_command_is_open_to_those_it_is_for_and_to_nobody_else(house):
    table = tried(house)
    by_name = {name.partition(" of ")[0] for name in table}
    assert by_name == set(leaves(house.bot.tree)), "a command without a line in this table"
    actors = await people(house)
    may: dict[str, set[str]] = {name: set() for name in table}
    for name, case in table.items():
        await house.env.advance_time(QUARTER)
        for who, actor in actors.items():
            before = len(house.faults())
            await actor.slash(house.channel, name.partition(" of ")[0], **case.options)
            refusals = house.faults()[before:]
            assert all(isinstance(fault, CourseError) for fault in refusals), (name, who, refusals)
            if not any(isinstance(fault, NotAllowed) for fault in refusals):
                may[name].add(who)
    assert may == {name: case.who for name, case in table.items()}
    written = _table(may)
    if os.environ.get("HOMEROOM_WRITE_TABLES"):
        TABLE.write_text(written, "utf-8")
    assert TABLE.read_text("utf-8") == written, "write it anew with HOMEROOM_WRITE_TABLES=1 make test"


def _table(may: dict[str, set[str]]) -> str:
    lines = io.StringIO()
    lines.write("# Who may use which command\n\n")
    lines.write(
        "Written by `tests/test_permissions.py`, which tries each command as each of these people, in the\n"
    )
    lines.write("channel of a running cohort.\n\n")
    lines.write(f"| | {' | '.join(PEOPLE)} |\n|---|{':-:|' * len(PEOPLE)}\n")
    for name, who in may.items():
        marks = " | ".join("yes" if person in who else "" for person in PEOPLE)
        lines.write(f"| `/{name}` | {marks} |\n")
    return lines.getvalue()
