"""How the pages learn who somebody is on Discord at this moment."""

from __future__ import annotations

import aiohttp
import discord

from bot.cohorts import door
from bot.cohorts.rules import Asker
from bot.ui import House
from bot.web.rules import Unreachable


async def asker_of(bot: House, user_id: int, guild_id: int) -> Asker | None:
    """A user as their server shows them now; None if they are not on it. Unreachable if Discord cannot say."""
    if not bot.is_ready():
        raise Unreachable
    guild = bot.get_guild(guild_id)
    if guild is None:
        return None
    if guild.unavailable:
        raise Unreachable
    member = guild.get_member(user_id)
    try:
        return door.member_asker(member or await guild.fetch_member(user_id))
    except discord.NotFound:
        return None
    except (discord.HTTPException, aiohttp.ClientError, OSError):
        raise Unreachable from None
