"""The offline Discord keeps the promises of the real one that the course leans on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import discord
import pytest
import pytest_asyncio
import simcord
from discord import app_commands
from discord.ext import commands

from playground import shim

shim.install()
MONDAY = datetime(2026, 3, 2, 14, tzinfo=UTC)


class Bell(commands.AutoShardedBot):
    """A bot that notes which guilds it joined and answers one command."""

    def __init__(self) -> None:
        intents = discord.Intents.none()
        intents.guilds = intents.members = True
        super().__init__("!", intents=intents, shard_count=1)
        self.joined: list[str] = []

    async def setup_hook(self) -> None:
        self.tree.add_command(ring)
        await self.tree.sync()

    async def on_guild_join(self, guild: discord.Guild) -> None:
        self.joined.append(guild.name)


@app_commands.command(description="Ring")
async def ring(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("Ding.", ephemeral=True)


@pytest_asyncio.fixture
async def env() -> AsyncIterator[simcord.Env]:
    env = simcord.Env(Bell(), settle_timeout=30)
    shim.set_clock(env, MONDAY)
    shim.name_bot(env, "Homeroom")
    await env.start()
    yield env
    await shim.stop(env)


@pytest_asyncio.fixture
async def school(env: simcord.Env) -> SimpleNamespace:
    guild = env.create_guild("School")
    room = guild.create_text_channel("cohort")
    aster = guild.add_member(env.create_user("aster", global_name="Student Aster"))
    await env.settle()
    return SimpleNamespace(guild=guild, room=room, aster=aster, door=env.bot.get_channel(room.id))


async def test_a_world_begins_at_the_chosen_instant(env, school):
    assert env.now() == MONDAY
    assert env.bot.user.name == "Homeroom"


async def test_a_repeated_nonce_is_one_message(env, school):
    first = await school.door.send("Kickoff", nonce="week-1")
    again = await school.door.send("Kickoff", nonce="week-1")
    assert first.id == again.id
    assert [m.content for m in school.room.history()] == ["Kickoff"]
    assert first.nonce == "week-1"


async def test_discord_forgets_a_nonce_after_some_minutes(env, school):
    await school.door.send("Kickoff", nonce="week-1")
    await env.advance_time(360)
    await school.door.send("Kickoff", nonce="week-1")
    assert len(school.room.history()) == 2


async def test_history_after_a_message_pages_forward_from_the_oldest(env, school):
    for n in range(250):
        await school.door.send(str(n))
    start = discord.Object(school.room.history()[9].id)
    assert [m.content async for m in school.door.history(after=start, limit=None)] == [
        str(n) for n in range(10, 250)
    ]
    assert [m.content async for m in school.door.history(after=start, limit=3)] == ["10", "11", "12"]


async def test_a_lost_answer_leaves_the_message_standing(env, school):
    shim.lossy(env, "POST", "/channels/*/messages")
    with pytest.raises(TimeoutError):
        await school.door.send("Kickoff", nonce="week-1")
    again = await school.door.send("Kickoff", nonce="week-1")
    assert [m.id for m in school.room.history()] == [again.id]


async def test_an_error_of_discord_itself_is_a_server_error(env, school):
    env.inject_error("POST", "/channels/*/messages", status=503)
    with pytest.raises(discord.DiscordServerError):
        await school.door.send("Kickoff")
    env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    with pytest.raises(discord.Forbidden):
        await school.door.send("Kickoff")


async def test_closed_direct_messages_are_refused_until_they_are_opened(env, school):
    shim.close_dms(env, school.aster)
    person = await env.bot.fetch_user(school.aster.id)
    with pytest.raises(discord.Forbidden) as refused:
        await person.send("Hello")
    assert refused.value.code == 50007
    shim.open_dms(env, school.aster)
    assert (await person.send("Hello")).content == "Hello"


async def test_a_joined_guild_is_heard_once_and_not_again_after_a_restart(env, school):
    assert env.bot.joined == ["School"]
    await shim.restart(env, Bell())
    assert env.bot.joined == []


async def test_after_a_restart_every_member_is_known_and_commands_answer(env, school):
    await shim.restart(env, Bell(), down_for=timedelta(hours=3))
    assert env.now() == MONDAY + timedelta(hours=3)
    assert env.bot.get_guild(school.guild.id).get_member(school.aster.id).display_name == "Student Aster"
    answer = await school.aster.slash(school.room, "ring")
    assert answer.response.content == "Ding."


async def test_permissions_roles_and_channels_change_under_the_bot(env, school):
    role = school.guild.create_role("Mentor")
    await shim.give_roles(env, school.aster, role)
    assert [r.name for r in school.aster.member.roles[1:]] == ["Mentor"]
    await shim.forbid_bot(env, school.room, send_messages=True)
    with pytest.raises(discord.Forbidden):
        await school.door.send("Kickoff")
    await shim.delete_channel(env, school.room)
    with pytest.raises(discord.NotFound):
        await school.door.send("Kickoff")


async def test_what_the_bot_asks_of_discord_can_be_heard(env, school):
    heard = []
    shim.listen(env, heard.append)
    await school.door.send("Kickoff", nonce="week-1")
    await school.door.send("Kickoff", nonce="week-1")
    await school.aster.slash(school.room, "ring")
    await shim.delete_channel(env, school.room)
    with pytest.raises(discord.NotFound):
        await school.door.send("Kickoff")
    assert [(c.method, c.path.split("/")[1], bool(c.error)) for c in heard] == [
        ("POST", "channels", False),
        ("POST", "interactions", False),
        ("POST", "channels", True),
    ]
