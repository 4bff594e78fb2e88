"""Who is in a cohort: `/roster`, for its leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.cohorts import door, roster_cards
from bot.cohorts.enrolment import Synced
from bot.cohorts.rules import ROLES, Cohort, Here, Role, parse_reason
from bot.cohorts.service import Cohorts
from bot.confirm import carried
from bot.errors import CourseError
from bot.ui import House, Interaction, reply, update


class RosterCog(commands.Cog):
    """People are put on a cohort's roster and taken off it here."""

    roster = app_commands.Group(name="roster", description="Who is in a cohort, and as what", guild_only=True)

    def __init__(self, bot: House, cohorts: Cohorts) -> None:
        self.bot = bot
        self.cohorts = cohorts

    async def cog_load(self) -> None:
        """Open this room's doors to its people."""
        self.bot.open_door("roster.show", self.roster_pressed)
        self.bot.open_door("roster.page", self.page_pressed)
        self.bot.open_door("roster.withdraw", self.withdraw_pressed)
        self.bot.open_door("roster.leave", self.leave_pressed)

    @roster.command(name="add")
    @app_commands.describe(member="Whom to put on the roster", role="What they are in the cohort")
    async def add(
        self,
        interaction: Interaction,
        member: discord.Member | discord.User,
        role: Literal["student", "mentor", "lead"],
    ) -> None:
        """Put somebody on the roster, and give them the cohort's Discord role if it has one."""
        here = await door.here(self.cohorts, interaction)
        here.lead()
        if member.bot:
            raise CourseError(f"{member.mention} is a bot, and bots do not take courses. Choose a person.")
        if not isinstance(member, discord.Member) or interaction.guild_id != here.cohort.guild_id:
            raise CourseError(
                f"{member.mention} is not on the server of {here.cohort.name}. Invite them first."
            )
        now = interaction.created_at
        is_new = await self.cohorts.enroll(here, member.id, member.display_name, role, now)
        trouble = await _give_role(member, here.cohort.role_id(role))
        await reply(
            interaction, roster_cards.enrolled(here.cohort, member.id, role, is_new=is_new, trouble=trouble)
        )
        self.bot.nudge()

    @roster.command(name="sync")
    async def fill(self, interaction: Interaction) -> None:
        """Put everyone on the roster who holds one of the cohort's Discord roles."""
        here = await door.here(self.cohorts, interaction)
        here.lead()
        await interaction.response.defer(ephemeral=True, thinking=True)
        result = await sync(self.bot, self.cohorts, here, interaction)
        gone: list[Role] = [role for role in ROLES if self._is_gone(here.cohort, role)]
        await reply(interaction, roster_cards.synced(here.cohort, result, gone))
        self.bot.nudge()

    def _is_gone(self, cohort: Cohort, role: Role) -> bool:
        guild, role_id = self.bot.get_guild(cohort.guild_id), cohort.role_id(role)
        return guild is not None and role_id is not None and guild.get_role(role_id) is None

    @roster.command(name="withdraw")
    @app_commands.describe(member="Who leaves the cohort", reason="Why, for the audit log")
    async def withdraw(
        self, interaction: Interaction, member: discord.Member | discord.User, reason: str | None = None
    ) -> None:
        """Take somebody off the roster; you see what follows, and confirm it with a button."""
        here = await door.here(self.cohorts, interaction)
        place = await self.cohorts.place(here, member.id)
        asked = roster_cards.withdrawal_asked(here.cohort, member.id, place, parse_reason(reason))
        await reply(interaction, asked)

    async def withdraw_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Withdraw whom the card is about; the key is the cohort and their Discord id."""
        cohort_id, _, user_id = key.partition(".")
        here = await door.here(self.cohorts, interaction, int(cohort_id))
        place = await self.cohorts.withdraw(here, int(user_id), carried(interaction), interaction.created_at)
        await update(interaction, roster_cards.withdrawn(here.cohort, int(user_id), place))
        self.bot.nudge()

    async def leave_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Leave the roster as it is."""
        here = await door.here(self.cohorts, interaction, int(key))
        await update(interaction, roster_cards.left_in(here.cohort))

    @roster.command(name="list")
    async def list(self, interaction: Interaction) -> None:
        """See everyone in the cohort."""
        await self._roster(interaction, await door.here(self.cohorts, interaction))

    async def roster_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """The same from a button, beside the card that it is on."""
        await self._roster(interaction, await door.here(self.cohorts, interaction, int(key)))

    async def _roster(self, interaction: Interaction, here: Here) -> None:
        await reply(interaction, roster_cards.roster(here.cohort, await self.cohorts.roster(here), 1))

    async def page_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Turn a page of the roster; the key is the cohort and the page."""
        cohort_id, _, page = key.partition(".")
        here = await door.here(self.cohorts, interaction, int(cohort_id))
        await update(
            interaction, roster_cards.roster(here.cohort, await self.cohorts.roster(here), int(page))
        )


async def sync(bot: House, cohorts: Cohorts, here: Here, interaction: Interaction) -> Synced:
    """Fill a cohort's roster from its Discord roles."""
    guild = bot.get_guild(here.cohort.guild_id)
    if guild is None:
        raise CourseError(
            "I am not on that cohort's server any more. Invite me again, then use `/roster sync`."
        )
    return await cohorts.sync(here, await _holders(guild, here.cohort), interaction.created_at)


async def _holders(guild: discord.Guild, cohort: Cohort) -> Mapping[Role, Sequence[tuple[int, str]]]:
    """Who holds each of the cohort's Discord roles now, asked of Discord: nobody's presence here is remembered."""
    role_ids: dict[Role, int] = {
        role: role_id for role in ROLES if (role_id := cohort.role_id(role)) is not None
    }
    found: dict[Role, list[tuple[int, str]]] = {role: [] for role in role_ids}
    if not role_ids:
        return found
    try:
        async for member in guild.fetch_members(limit=None):
            held = {role.id for role in member.roles}
            for role, role_id in role_ids.items():
                if role_id in held and not member.bot:
                    found[role].append((member.id, member.display_name))
    except (discord.Forbidden, discord.ClientException):
        raise CourseError(
            "Discord does not let me list this server's members. Whoever hosts me can switch on the Server Members "
            "intent; until then, use `/roster add`."
        ) from None
    except discord.HTTPException:
        raise CourseError(
            "Discord did not tell me who is on this server just now. Use `/roster sync` in a minute."
        ) from None
    return found


async def _give_role(member: discord.Member, role_id: int | None) -> str | None:
    """Give a Discord role; the sentence that says how to mend it if that is not allowed."""
    if role_id is None or member.get_role(role_id) is not None:
        return None
    try:
        await member.add_roles(discord.Object(role_id), reason="on the course's roster")
    except discord.Forbidden:
        return (
            f"I could not give them <@&{role_id}>: I need Manage Roles, and my own role must stand above that one "
            "(Server Settings → Roles). The roster holds without it."
        )
    except discord.HTTPException:
        return f"I could not give them <@&{role_id}>; perhaps it was deleted. The roster holds without it."
    return None
