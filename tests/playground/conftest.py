"""A school with a town crier instead of the course bot: it says what it is told to, when it is told to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import discord
import pytest
import pytest_asyncio
from discord import app_commands
from discord.ext import commands

from bot.errors import NotAllowed
from playground.stage import Stage
from playground.world import build


class Crier(commands.AutoShardedBot):
    """Cries into #cohort whatever is due; `None` is something due that needs no words."""

    def __init__(self, plan: list[tuple[datetime, str | None]]) -> None:
        intents = discord.Intents.none()
        intents.guilds = intents.members = True
        super().__init__("!", intents=intents, shard_count=1)
        self.plan, self.stuck = plan, False

    async def setup_hook(self) -> None:
        self.tree.add_command(echo)
        self.tree.add_command(stumble)
        self.tree.add_command(decline)
        await self.tree.sync()

    async def next_due(self) -> datetime | None:
        return min((at for at, _ in self.plan), default=None)

    async def next_post(self) -> datetime | None:
        return min((at for at, words in self.plan if words is not None), default=None)

    async def tick(self) -> None:
        now = discord.utils.utcnow()  # noqa: TID251 - the crier is a bot: its clock is the virtual one
        for owed in sorted(self.plan, key=lambda one: one[0]):
            if owed[0] <= now and not self.stuck:
                self.plan.remove(owed)
                if owed[1] is not None:
                    await discord.utils.get(self.get_all_channels(), name="cohort").send(owed[1])


@app_commands.command(description="Say it back")
async def echo(interaction: discord.Interaction, words: str) -> None:
    """Answer privately."""
    await interaction.response.send_message(words, ephemeral=True)


@app_commands.command(description="Fall over")
async def stumble(interaction: discord.Interaction) -> None:
    """Fail."""
    raise RuntimeError("a stone")


@app_commands.command(description="Send somebody away")
async def decline(interaction: discord.Interaction) -> None:
    """Refuse."""
    raise NotAllowed("This is for leads.")


@pytest.fixture
def plan() -> list[tuple[datetime, str | None]]:
    """What the crier has to say; tests add to it."""
    return []


@pytest_asyncio.fixture
async def stage(plan) -> AsyncIterator[Stage]:
    async def make() -> Crier:
        return Crier(plan)

    stage = Stage(await build(make), port=8799)
    yield stage
    await stage.close()


@pytest.fixture
def hour(stage):
    """An instant, so many hours after the beginning."""
    return lambda count: stage.world.now() + timedelta(hours=count)
