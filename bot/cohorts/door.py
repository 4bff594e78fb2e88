"""How every room's door learns who is asking, about which cohort, and what that has on its server."""

from __future__ import annotations

from collections.abc import Collection

import discord

from bot.cohorts.rules import Asker, Cohort, Here
from bot.cohorts.service import Cohorts
from bot.cohorts.setup import Site, roles_of
from bot.permissions import NEEDED, lacking
from bot.ui import House, Interaction


def cohort_group() -> discord.app_commands.Group:
    """The commands that begin with `/cohort`, for each door that has some of them."""
    return discord.app_commands.Group(
        name="cohort", description="Set up a cohort and see how it stands", guild_only=True
    )


def asker(interaction: Interaction) -> Asker:
    """Whoever used a command or pressed a button, as Discord vouches for them."""
    user, channel = interaction.user, interaction.channel
    channel_ids = [interaction.channel_id, channel.parent_id if isinstance(channel, discord.Thread) else None]
    roles = user.roles if isinstance(user, discord.Member) else []
    may = interaction.permissions
    return Asker(
        user_id=user.id,
        name=user.display_name,
        guild_id=interaction.guild_id,
        channel_ids=tuple(channel_id for channel_id in channel_ids if channel_id is not None),
        role_ids=frozenset(role.id for role in roles),
        manages_guild=interaction.guild_id is not None and (may.manage_guild or may.administrator),
    )


def member_asker(member: discord.Member) -> Asker:
    """Somebody on a server who used no command, as Discord shows them."""
    may = member.guild_permissions
    return Asker(
        user_id=member.id,
        name=member.display_name,
        guild_id=member.guild.id,
        role_ids=frozenset(role.id for role in member.roles),
        manages_guild=may.manage_guild or may.administrator,
    )


async def here(cohorts: Cohorts, interaction: Interaction, cohort_id: int | None = None) -> Here:
    """The cohort that an interaction is about, as its user sees it."""
    return await cohorts.here(asker(interaction), interaction.created_at, cohort_id=cohort_id)


def site(bot: House, cohort: Cohort, fresh: Collection[int] = ()) -> Site:
    """A cohort's place on its server as I see it; `fresh` are roles that I made a moment ago."""
    guild = bot.get_guild(cohort.guild_id)
    channel = None if guild is None else guild.get_channel(cohort.channel_id)
    if guild is None:
        return Site(gaps=[item.shown for item in NEEDED], missing=[], is_silent=False)
    given = 0 if channel is None else channel.permissions_for(guild.me).value
    roles = roles_of(cohort)
    students = guild.get_role(roles["student"] or 0)
    return Site(
        gaps=[item.shown for item in lacking(given)],
        missing=[
            role
            for role, role_id in roles.items()
            if role_id not in fresh and guild.get_role(role_id or 0) is None
        ],
        is_silent=students is not None
        and not (students.mentionable or guild.me.guild_permissions.mention_everyone),
    )
