"""Who is in a cohort: `/roster`, for its leads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.cohorts import door
from bot.cohorts.enrolment import Synced
from bot.cohorts.rules import Here, Placed, Role, parse_reason
from bot.cohorts.service import Cohorts
from bot.confirm import carried
from bot.errors import CourseError
from bot.roster import cards, carriers
from bot.roster.service import Registrar
from bot.ui import House, Interaction, reply, update


class RosterCog(commands.Cog):
    """People are put on a cohort's roster and taken off it here."""

    roster = app_commands.Group(name="roster", description="Who is in a cohort, and as what", guild_only=True)

    def __init__(self, bot: House, cohorts: Cohorts, registrar: Registrar) -> None:
        self.bot = bot
        self.cohorts = cohorts
        self.registrar = registrar

    async def cog_load(self) -> None:
        """Open this room's doors to its people."""
        self.bot.open_door("roster.show", self.roster_pressed)
        self.bot.open_door("roster.page", self.page_pressed)
        self.bot.open_door("roster.withdraw", self.withdraw_pressed)
        self.bot.open_door("roster.leave", self.leave_pressed)
        self.bot.open_door("roster.gone", self.gone_pressed)
        self.bot.open_door("roster.part", self.part_pressed)
        self.bot.open_door("roster.give", self.give_pressed)
        self.bot.open_door("roster.role", self.role_pressed)

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
        trouble = await carriers.give(member, here.cohort.role_id(role))
        await reply(interaction, cards.enrolled(here.cohort, member.id, role, is_new=is_new, trouble=trouble))
        self.bot.nudge()

    @roster.command(name="sync")
    async def fill(self, interaction: Interaction) -> None:
        """Bring the roster and the cohort's Discord roles together: who is missing, and who lost a role."""
        here = await door.here(self.cohorts, interaction)
        here.lead()
        await interaction.response.defer(ephemeral=True, thinking=True)
        result = await sync(self.bot, self.cohorts, here, interaction)
        deleted = carriers.deleted(self.bot.get_guild(here.cohort.guild_id), here.cohort)
        await reply(interaction, cards.synced(here.cohort, result, deleted))
        self.bot.nudge()

    async def gone_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Ask whether those who lost their Discord role leave the roster."""
        here = await self._lead(interaction, key)
        await interaction.response.defer()
        gone, _ = await self._not_carrying(here)
        await interaction.edit_original_response(view=cards.parting_asked(here.cohort, gone))

    async def part_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Withdraw exactly those whom the card names; the key ends in what they come to."""
        cohort_id, _, shown = key.partition(".")
        here = await self._lead(interaction, cohort_id)
        await interaction.response.defer()
        gone, _ = await self._not_carrying(here)
        if cards.sum_of(gone) != shown:
            changed = cards.parting_asked(here.cohort, gone, changed=True)
            await interaction.edit_original_response(view=changed)
            return
        await self.registrar.part(here, gone, interaction.created_at)
        await interaction.edit_original_response(view=cards.parted(here.cohort, gone))
        self.bot.nudge()

    async def give_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Give those on the roster the Discord roles that they never had."""
        here = await self._lead(interaction, key)
        await interaction.response.defer()
        _, lacking = await self._not_carrying(here)
        failed = await self._give(here, lacking)
        await interaction.edit_original_response(view=cards.given(here.cohort, len(lacking), failed))

    @roster.command(name="role")
    @app_commands.describe(
        role="What people are in the cohort", discord_role="The Discord role they carry from now on"
    )
    async def role(
        self, interaction: Interaction, role: Literal["student", "mentor", "lead"], discord_role: discord.Role
    ) -> None:
        """Say which Discord role goes with a role of the cohort, as when the old one was deleted."""
        here = await door.here(self.cohorts, interaction)
        self.registrar.check_role(here, door.asker(interaction), role, discord_role.id)
        if discord_role.managed or discord_role.guild.id != here.cohort.guild_id:
            raise CourseError(
                f"{discord_role.mention} cannot be given to people of {here.cohort.name}. Make a role of its server "
                "and use that one."
            )
        carrying = sum(not member.bot for member in discord_role.members)
        await reply(
            interaction,
            cards.role_asked(
                here.cohort,
                role,
                discord_role.id,
                carrying,
                by_hand=carriers.by_hand(discord_role.guild, discord_role.id),
            ),
        )

    async def role_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Let the Discord role go with the role, both ways; the key is the cohort, the role and the Discord role."""
        cohort_id, name, role_id = key.split(".")
        role = cards.ROLE_OF[name]
        here = await self._lead(interaction, cohort_id)
        asker, now = door.asker(interaction), interaction.created_at
        await self.registrar.set_role(here, asker, role, int(role_id), now)
        await interaction.response.defer()
        here = await door.here(self.cohorts, interaction, here.cohort.id)
        result = await sync(self.bot, self.cohorts, here, interaction)
        failed = await self._give(here, [item for item in result.lacking if item.role == role])
        await interaction.edit_original_response(view=cards.role_set(here.cohort, role, result, failed))
        self.bot.nudge()

    async def _lead(self, interaction: Interaction, cohort_id: str) -> Here:
        here = await door.here(self.cohorts, interaction, int(cohort_id))
        here.lead()
        return here

    async def _not_carrying(self, here: Here) -> tuple[list[Placed], list[Placed]]:
        guild = carriers.server(self.bot, here.cohort)
        holders = carriers.holders(guild, here.cohort, await carriers.people(guild))
        return await self.registrar.not_carrying(here, holders)

    async def _give(self, here: Here, lacking: Sequence[Placed]) -> list[tuple[int, str]]:
        wanted: list[tuple[int, Role]] = [
            (item.member.user_id, item.role) for item in lacking if item.member.user_id is not None
        ]
        return await carriers.give_all(carriers.server(self.bot, here.cohort), here.cohort, wanted)

    @roster.command(name="withdraw")
    @app_commands.describe(member="Who leaves the cohort", reason="Why, for the audit log")
    async def withdraw(
        self, interaction: Interaction, member: discord.Member | discord.User, reason: str | None = None
    ) -> None:
        """Take somebody off the roster; you see what follows, and confirm it with a button."""
        here = await door.here(self.cohorts, interaction)
        place = await self.cohorts.place(here, member.id)
        asked = cards.withdrawal_asked(here.cohort, member.id, place, parse_reason(reason))
        await reply(interaction, asked)

    async def withdraw_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Withdraw whom the card is about; the key is the cohort and their Discord id."""
        cohort_id, _, user_id = key.partition(".")
        here = await door.here(self.cohorts, interaction, int(cohort_id))
        place = await self.cohorts.withdraw(here, int(user_id), carried(interaction), interaction.created_at)
        await interaction.response.defer()
        self.bot.nudge()
        guild, shared = self.bot.get_guild(here.cohort.guild_id), await self.registrar.shared(here)
        trouble = None if guild is None else await carriers.take(guild, here.cohort, int(user_id), shared)
        card = cards.withdrawn(here.cohort, int(user_id), place, trouble)
        await interaction.edit_original_response(view=card)

    async def leave_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Leave the roster as it is."""
        here = await door.here(self.cohorts, interaction, int(key))
        await update(interaction, cards.left_in(here.cohort))

    @roster.command(name="list")
    async def list(self, interaction: Interaction) -> None:
        """See everyone in the cohort."""
        await self._roster(interaction, await door.here(self.cohorts, interaction))

    async def roster_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """The same from a button, beside the card that it is on."""
        await self._roster(interaction, await door.here(self.cohorts, interaction, int(key)))

    async def _roster(self, interaction: Interaction, here: Here) -> None:
        await reply(interaction, cards.roster(here.cohort, await self.cohorts.roster(here), 1))

    async def page_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Turn a page of the roster; the key is the cohort and the page."""
        cohort_id, _, page = key.partition(".")
        here = await door.here(self.cohorts, interaction, int(cohort_id))
        await update(interaction, cards.roster(here.cohort, await self.cohorts.roster(here), int(page)))


async def sync(bot: House, cohorts: Cohorts, here: Here, interaction: Interaction) -> Synced:
    """Fill a cohort's roster from its Discord roles."""
    guild = carriers.server(bot, here.cohort)
    holders = carriers.holders(guild, here.cohort, await carriers.people(guild))
    return await cohorts.sync(here, holders, interaction.created_at)
