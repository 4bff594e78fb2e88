"""Whether an announcement may still be posted: its author's rights, and mine, as Discord shows them at that moment."""

from __future__ import annotations

import aiohttp
import discord

from bot.announcements import rules
from bot.announcements.rules import Reason
from bot.cohorts.rules import Asker
from bot.posts.desk_rules import Announced
from bot.ui import House


async def reason_against(bot: House, post: Announced) -> Reason | None:
    """Why its author may not announce it any more; None if they still may.

    LookupError if that cannot be told now.
    """
    cohort, item = post.running.cohort, post.announcement
    guild = bot.get_guild(cohort.guild_id)
    if guild is None:
        raise LookupError("its server is not there")
    author = await _member(guild, item.author.user_id)
    asker = None if author is None else as_asker(author)
    if not rules.may_announce(cohort, item, asker, post.places):
        return "author"
    channel = guild.get_channel(cohort.channel_id)
    permitted = (
        author is not None and channel is not None and channel.permissions_for(author).mention_everyone
    )
    return None if rules.may_ping_everyone(item, permitted=permitted) else "everyone"


async def _member(guild: discord.Guild, user_id: int | None) -> discord.Member | None:
    """A member of a server as Discord has them now, not as they were when last heard of."""
    if user_id is None:
        return None
    try:
        return await guild.fetch_member(user_id)
    except discord.NotFound:
        return None
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        raise LookupError(f"Discord did not tell who its author is ({type(error).__name__})") from error


def as_asker(member: discord.Member) -> Asker:
    """A member of a server as the course knows whoever asks for something."""
    may = member.guild_permissions
    return Asker(
        user_id=member.id,
        name=member.display_name,
        guild_id=member.guild.id,
        role_ids=frozenset(role.id for role in member.roles),
        manages_guild=may.manage_guild or may.administrator,
    )


def may_ping_everyone(bot: House, guild_id: int, channel_id: int) -> bool:
    """Whether my own mention of everyone would ping anybody there; yes if the channel is not known."""
    guild = bot.get_guild(guild_id)
    channel = None if guild is None else guild.get_channel(channel_id)
    return guild is None or channel is None or channel.permissions_for(guild.me).mention_everyone
