"""How every room's door learns who is asking, and about which cohort."""

from __future__ import annotations

import discord

from bot.cohorts.rules import Asker, Here
from bot.cohorts.service import Cohorts
from bot.ui import Interaction


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


async def here(cohorts: Cohorts, interaction: Interaction, cohort_id: int | None = None) -> Here:
    """The cohort that an interaction is about, as its user sees it."""
    return await cohorts.here(asker(interaction), interaction.created_at, cohort_id=cohort_id)
