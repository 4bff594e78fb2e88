"""Discord's news of a server's people and roles, and what the rosters make of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import discord
import structlog
from discord.ext import commands

from bot.roster.by_role import Seen
from bot.roster.carriers import NO_ANSWER
from bot.roster.service import Registrar
from bot.ui import House

_log = structlog.get_logger(__name__)

# Discord sends a server's members a thousand at a time, a few thousand a second.
PATIENCE = 60.0  # seconds for one server; without its members, `/roster sync` shows what was missed


class MembersCog(commands.Cog):
    """Whoever is given a cohort's role comes onto its roster; whoever loses it, or leaves the server, goes off it.

    discord.py tells what changed about those members only whom it has seen, and the bot starts without asking for
    anybody: so the members of servers with a cohort are asked for here, once the bot is running.
    """

    def __init__(self, bot: House, registrar: Registrar, clock: Callable[[], datetime]) -> None:
        self.bot = bot
        self.registrar = registrar
        self.clock = clock
        self._asked: set[int] = set()
        self._turn = asyncio.Lock()  # news of one person is dealt with in the order in which it came

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Get to know the people of every server that has a cohort; what was deleted meanwhile is noticed."""
        self._asked.clear()
        await self.on_change()

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """A server is back after trouble at Discord: what I knew of its people is gone."""
        self._asked.discard(guild.id)
        await self.on_change()

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """I was invited, perhaps once more: who is there is new to me."""
        await self.on_guild_available(guild)

    @commands.Cog.listener()
    async def on_change(self) -> None:
        """A fact was written, perhaps a new cohort: get to know the people of its server."""
        for guild_id in await self.registrar.guilds() - self._asked:
            guild = self.bot.get_guild(guild_id)
            if guild is None or guild.unavailable:
                continue
            self._asked.add(guild_id)
            await self._get_to_know(guild)

    async def _get_to_know(self, guild: discord.Guild) -> None:
        try:
            if not guild.chunked:
                await asyncio.wait_for(guild.chunk(), PATIENCE)
        except (TimeoutError, discord.ClientException):
            _log.warning("members not told", guild_id=guild.id)
        await self._look(guild)

    async def _look(self, guild: discord.Guild) -> None:
        if await self.registrar.look(guild.id, {role.id for role in guild.roles}, self.clock()):
            self.bot.nudge()

    @commands.Cog.listener()
    async def on_member_join(self, member: discord.Member) -> None:
        """Somebody came, perhaps with roles that another bot gave back to them."""
        await self._follow(member, set(), _carried(member))

    @commands.Cog.listener()
    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        """Somebody's roles or name changed."""
        await self._follow(after, _carried(before), _carried(after))

    async def _follow(self, member: discord.Member, had: set[int], has: set[int]) -> None:
        """Tell the registrar what changed; both sets are as they were when the news came."""
        guild, name = member.guild, member.display_name
        if member.bot:
            return
        async with self._turn:
            changed = (had ^ has) & await self.registrar.watched(guild.id)
            lost = {role_id for role_id in changed - has if await _exists(guild, role_id)}
            seen = Seen(guild_id=guild.id, user_id=member.id, name=name, gained=changed & has, lost=lost)
            came_or_went = await self.registrar.follow(seen, self.clock())
        if came_or_went:
            self.bot.nudge()

    @commands.Cog.listener()
    async def on_raw_member_remove(self, payload: discord.RawMemberRemoveEvent) -> None:
        """Somebody left, or was put out."""
        async with self._turn:
            went = await self.registrar.leave(payload.guild_id, payload.user.id, self.clock())
        if went:
            self.bot.nudge()

    @commands.Cog.listener()
    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """A role was deleted: that takes nobody off a roster, and the leads hear of it."""
        await self._look(role.guild)


def _carried(member: discord.Member) -> set[int]:
    return {role.id for role in member.roles}


async def _exists(guild: discord.Guild, role_id: int) -> bool:
    """Whether a role that somebody lost is still there, asked of Discord.

    When a role is deleted, news that its members lost it may come before the news that it is gone.
    """
    try:
        await guild.fetch_role(role_id)
    except discord.NotFound:
        return False
    except NO_ANSWER as error:
        _log.warning("role not told", guild_id=guild.id, role_id=role_id, why=repr(error))
        return False  # `/roster sync` names who lost it
    return True
