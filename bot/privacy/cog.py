"""`/mydata`: everybody's own data, wherever they ask."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence

import discord
from discord import app_commands
from discord.ext import commands

from bot.privacy import archive, cards
from bot.privacy.forms import ErasureForm
from bot.privacy.rules import Tie
from bot.privacy.service import Privacy
from bot.roster.carriers import NO_ANSWER, present
from bot.ui import House, Interaction, reply, update


class PrivacyCog(commands.Cog):
    """What is held about somebody is theirs to see and to take back; no cohort has a say in it."""

    mydata = app_commands.Group(
        name="mydata", description="What I hold about you: yours to see, and to erase"
    )

    def __init__(self, bot: House, privacy: Privacy) -> None:
        self.bot = bot
        self.privacy = privacy

    async def cog_load(self) -> None:
        """Open this room's doors."""
        self.bot.open_door("mydata.export", self.export_pressed)
        self.bot.open_door("mydata.ask", self.ask_pressed)
        self.bot.open_door("mydata.erase", self.erase_pressed)
        self.bot.open_door("mydata.keep", self.keep_pressed)

    @mydata.command(name="export")
    async def export(self, interaction: Interaction) -> None:
        """Get everything that I hold about you, as a page to read and as JSON."""
        await self._export(interaction)

    @mydata.command(name="erase")
    async def erase(self, interaction: Interaction) -> None:
        """Have me forget you; you see what goes and what stays, and confirm it."""
        await self._ask(interaction)

    async def export_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """The same from a button, for whoever presses it."""
        await self._export(interaction)

    async def ask_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """The same from a button, for whoever presses it."""
        await self._ask(interaction)

    async def erase_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Let whoever presses type that they want it."""
        await self.privacy.outlook(interaction.user.id)
        await interaction.response.send_modal(ErasureForm(self._erase))

    async def keep_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Leave everything as it is."""
        await update(interaction, cards.kept())

    async def _export(self, interaction: Interaction) -> None:
        held = await self.privacy.export(interaction.user.id, interaction.created_at)
        packed = await asyncio.to_thread(archive.packed, held)
        await reply(interaction, cards.exported(held), file=discord.File(io.BytesIO(packed), cards.PACK))

    async def _ask(self, interaction: Interaction) -> None:
        await reply(interaction, cards.erasure_asked(await self.privacy.outlook(interaction.user.id)))

    async def _erase(self, interaction: Interaction, phrase: str) -> None:
        found = await self.privacy.erase(interaction.user.id, phrase, interaction.created_at)
        await update(interaction, cards.erased(found))
        self.bot.nudge()
        left = [tie for tie in found.ties if not await self._take_roles(interaction.user.id, tie)]
        if left:
            await reply(interaction, cards.roles_left(left))

    async def _take_roles(self, user_id: int, tie: Tie) -> bool:
        """Take a cohort's Discord roles from somebody; False if they may still carry one."""
        guild = self.bot.get_guild(tie.guild_id)
        if guild is None:
            return True
        try:
            member = await present(guild, user_id)
            carried = [] if member is None else [role for role in member.roles if role.id in tie.role_ids]
            if member is not None and carried:
                await member.remove_roles(*carried, reason="forgotten, as they asked")
        except NO_ANSWER:
            return False
        return True
