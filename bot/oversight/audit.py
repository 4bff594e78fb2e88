"""Who did what to whom: `/audit`, for leads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot import ui
from bot.cohorts import door
from bot.cohorts.rules import Here
from bot.cohorts.service import Cohorts
from bot.confirm import carried
from bot.errors import CourseError
from bot.oversight import audit_cards as cards
from bot.oversight import deeds
from bot.oversight.searching import AuditLog, Query
from bot.submissions.rules import CHOICES


class AuditCog(commands.Cog):
    """The door to the log of what leads, mentors and the bot did."""

    def __init__(self, bot: ui.House, cohorts: Cohorts, log: AuditLog) -> None:
        self.bot = bot
        self._cohorts = cohorts
        self._log = log

    async def cog_load(self) -> None:
        """Open this room's doors."""
        self.bot.open_door("audit.page", self._page)
        self.bot.open_door("audit.csv", self._file)

    @app_commands.command(name="audit", description="Who did what to whom in this cohort, and when")
    @app_commands.guild_only()
    @app_commands.describe(
        member="Only what they did, or what was done to them",
        action="Only this kind of act",
        since="From which day on: yesterday, monday, 2 weeks ago, or 2026-03-09",
        words="Only lines with these words in their details, such as a reason",
    )
    async def audit(
        self,
        interaction: ui.Interaction,
        member: discord.Member | discord.User | None = None,
        action: str | None = None,
        since: str | None = None,
        words: str | None = None,
    ) -> None:
        """Show the newest lines that fit."""
        here = await door.here(self._cohorts, interaction)
        query = await self._log.query(
            here,
            user_id=None if member is None else member.id,
            action=action,
            since=since,
            words=words,
            now=interaction.created_at,
        )
        await ui.reply(interaction, cards.audit(await self._log.page(here, query, 1)))

    @audit.autocomplete("action")
    async def actions(self, interaction: ui.Interaction, current: str) -> list[Choice[str]]:
        """Offer the kinds of acts that the log has any of; nothing rather than an error."""
        try:
            here = await door.here(self._cohorts, interaction)
            found = await self._log.actions(here)
        except CourseError:
            return []
        words = current.lower().split()
        titles = sorted((deeds.title(action), action) for action in found)
        fits = [pair for pair in titles if all(word in pair[0].lower() for word in words)]
        return [Choice(name=ui.shortened(title, 100), value=action) for title, action in fits[:CHOICES]]

    async def _page(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        """Turn a page; the key is the search, the card carries its words."""
        here, query, page = await self._search(interaction, key)
        await ui.update(interaction, cards.audit(await self._log.page(here, query, page)))

    async def _file(self, interaction: ui.Interaction, key: str, values: Sequence[str]) -> None:
        """Hand out all that is found as a file."""
        here, query, _ = await self._search(interaction, key)
        here.lead()
        await interaction.response.defer(ephemeral=True, thinking=True)
        card, file = cards.filed(await self._log.whole(here, query))
        await ui.reply(interaction, card, file=file)

    async def _search(self, interaction: ui.Interaction, key: str) -> tuple[Here, Query, int]:
        cohort_id, page, member_id, since, action = key.split(".", 4)
        here = await door.here(self._cohorts, interaction, int(cohort_id))
        query = Query(
            member_id=int(member_id) if member_id else None,
            action=action or None,
            since=date.fromisoformat(since) if since else None,
            words=carried(interaction),
        )
        return here, query, int(page)
