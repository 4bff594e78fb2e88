"""From an empty server to a scheduled first kickoff: `python -m benchmarks.setup`.

A manager of a simulated server, on which the bot has just arrived, does what the guide asks and nothing else: opens the
form, fills it in, presses twice. Counted are their interactions; the seconds are the machine's, the clock's and those
of the kickoff that comes of it.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import simcord

from bot.app import Homeroom
from bot.curriculum import load
from bot.database import Database
from playground import shim

COURSE = Path(__file__).parents[1] / "curriculum.yaml"
SUNDAY = datetime(2026, 3, 1, 17, tzinfo=UTC)
TYPED = {"name": "Spring 2026", "starts_on": "2026-03-02", "timezone": "America/New_York"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What it took, and what came of it."""

    interactions: int
    machine_seconds: float
    virtual_seconds: float
    roles: list[str]
    channel: str
    first_post: datetime | None
    posted: int  # in the cohort's channel, by the hour after the first kickoff


async def set_up(url: str) -> Setup:
    """Go through it once."""
    shim.install()
    database = await Database.open(url)
    bot = Homeroom(database=database, course=load(COURSE), safety=timedelta(days=1))
    env = simcord.Env(bot, shard_count=1, check_errors=False, settle_timeout=60)
    shim.set_clock(env, SUNDAY)
    await env.start()
    try:
        return await _walk(env, bot)
    finally:
        await shim.stop(env)
        await database.close()


async def _walk(env: simcord.Env, bot: Homeroom) -> Setup:
    guild = env.create_guild("An empty server")
    office = guild.create_role("Office", permissions=discord.Permissions(manage_guild=True))
    lobby = guild.create_text_channel("general")
    manager = guild.add_member(env.create_user("manager"), roles=[office])
    await env.settle()
    interactions: list[discord.Interaction[Any]] = []

    async def on_interaction(interaction: discord.Interaction[Any]) -> None:
        interactions.append(interaction)

    bot.add_listener(on_interaction)
    began, clock = time.perf_counter(), env.now()
    form = await manager.click(_hello(lobby), label="Set up a cohort")
    draft = await manager.submit_modal(form, TYPED)
    card = draft.response
    await manager.click(card, label="Make the missing roles")
    await manager.click(card, label="Start the course")
    taken, passed = time.perf_counter() - began, (env.now() - clock).total_seconds()
    first = await bot.next_post()
    if first is not None:
        await env.advance_time((first - env.now()).total_seconds() + 3600)
    room = guild.channels["spring-2026"]
    return Setup(
        interactions=len(interactions),
        machine_seconds=taken,
        virtual_seconds=passed,
        roles=sorted(name for name in guild.roles if name.startswith("Spring 2026")),
        channel=room.name or "",
        first_post=first,
        posted=len(room.history()),
    )


def _hello(lobby: simcord.ChannelHandle) -> Any:
    return next(message for message in lobby.history() if message.author.bot)


def main() -> None:
    """Print it."""
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(set_up(f"sqlite:///{folder}/setup.db"))
    print(f"interactions      {found.interactions}")
    print(f"machine           {found.machine_seconds:.2f} s")
    print(f"on the clock      {found.virtual_seconds:.2f} s")
    print(f"channel           #{found.channel}")
    print(f"roles             {', '.join(found.roles)}")
    print(f"first kickoff     {found.first_post:%a %Y-%m-%d %H:%M} UTC, {found.posted} post in the channel")


if __name__ == "__main__":
    main()
