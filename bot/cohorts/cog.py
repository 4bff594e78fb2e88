"""Setting up a cohort and its roster: `/cohort` and `/roster`, for leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import discord
from discord import app_commands
from discord.app_commands import AppCommandChannel, Choice, Transform
from discord.ext import commands

from bot.cohorts import cards, door
from bot.cohorts.rules import ROLES, Cohort, Here, Role, zones_like
from bot.cohorts.service import Cohorts, Synced
from bot.cohorts.setup import plan
from bot.errors import CourseError
from bot.ui import House, Interaction, reply, update

# What posting with pictures and finding a post again takes, by Discord's names for it.
NEEDED = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
    "attach_files": "Attach Files",
    "read_message_history": "Read Message History",
}


class AnyTextChannel(app_commands.Transformer):
    """A text channel, also one that I cannot see: then the answer can say so."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """A channel."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """Where a cohort can meet."""
        return [discord.ChannelType.text, discord.ChannelType.news]

    async def transform(
        self, interaction: discord.Interaction, value: AppCommandChannel, /
    ) -> AppCommandChannel:
        """As Discord gives it."""
        return value


class CohortsCog(commands.Cog):
    """Cohorts are made, started and looked at here, and people put on their rosters."""

    cohort = app_commands.Group(
        name="cohort", description="Set up a cohort and see how it stands", guild_only=True
    )
    roster = app_commands.Group(name="roster", description="Who is in a cohort, and as what", guild_only=True)

    def __init__(self, bot: House, cohorts: Cohorts) -> None:
        self.bot = bot
        self.cohorts = cohorts

    async def cog_load(self) -> None:
        """Open this room's doors."""
        self.bot.open_door("cohort.start", self.start_pressed)
        self.bot.open_door("cohort.later", self.later_pressed)
        self.bot.open_door("cohort.show", self.show_pressed)
        self.bot.open_door("roster.show", self.roster_pressed)
        self.bot.open_door("roster.page", self.page_pressed)

    @cohort.command(name="create")
    @app_commands.describe(
        name="What the cohort is called, such as Spring 2026",
        channel="Where it meets: kickoffs, pairings, retros and digests go there",
        starts_on="The first day, as YYYY-MM-DD; the course begins with the first kickoff on or after it",
        timezone="The zone whose clock the cohort lives by, such as Europe/Berlin",
        student_role="Whoever holds this role is a student of the cohort",
        mentor_role="Whoever holds this role is a mentor of the cohort",
        lead_role="Whoever holds this role leads the cohort",
    )
    async def create(
        self,
        interaction: Interaction,
        name: str,
        channel: Transform[AppCommandChannel, AnyTextChannel],
        starts_on: str,
        timezone: str,
        student_role: discord.Role | None = None,
        mentor_role: discord.Role | None = None,
        lead_role: discord.Role | None = None,
    ) -> None:
        """Make a new cohort as a draft; nothing is posted until you start it."""
        roles: dict[Role, discord.Role | None] = {
            "student": student_role,
            "mentor": mentor_role,
            "lead": lead_role,
        }
        now = interaction.created_at
        running = await self.cohorts.create(
            door.asker(interaction),
            name=name,
            channel_id=channel.id,
            starts_on=starts_on,
            timezone=timezone,
            role_ids={role: None if given is None else given.id for role, given in roles.items()},
            now=now,
        )
        here = await door.here(self.cohorts, interaction, running.cohort.id)
        counts = (await self.cohorts.overview(here)).counts
        ahead = plan(running.times, now)
        await reply(
            interaction, cards.draft_made(running, ahead, counts["student"], self.gaps(here.cohort), now)
        )

    @create.autocomplete("timezone")
    async def zones(self, interaction: Interaction, current: str) -> list[Choice[str]]:
        """Time zones that fit what was typed."""
        return [Choice(name=name, value=name) for name in zones_like(current)]

    def gaps(self, cohort: Cohort) -> list[str]:
        """The permissions that I lack in a cohort's channel, by the names that Discord shows."""
        guild = self.bot.get_guild(cohort.guild_id)
        channel = None if guild is None else guild.get_channel(cohort.channel_id)
        if guild is None or channel is None:
            return list(NEEDED.values())
        mine = channel.permissions_for(guild.me)
        return [words for name, words in NEEDED.items() if not getattr(mine, name)]

    @cohort.command(name="start")
    async def start(self, interaction: Interaction) -> None:
        """Look at what the start will do, then start the course with a button."""
        here = await door.here(self.cohorts, interaction)
        running, ahead = self.cohorts.plan(here, interaction.created_at)
        await reply(interaction, cards.start_asked(running, ahead, interaction.created_at))

    async def start_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Start the course and fill its roster from the cohort's Discord roles."""
        here = await door.here(self.cohorts, interaction, int(key))
        running = await self.cohorts.start(here, interaction.created_at)
        await interaction.response.defer()  # a large server takes a while to list its members
        result, trouble = None, None
        try:
            result = await self._sync(here, interaction)
        except CourseError as refusal:
            trouble = str(refusal)
        self.bot.nudge()
        await interaction.edit_original_response(
            view=cards.started(running, result, trouble, interaction.created_at)
        )

    async def later_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Leave the draft as it is."""
        here = await door.here(self.cohorts, interaction, int(key))
        await update(interaction, cards.not_yet(here.cohort))

    @cohort.command(name="show")
    async def show(self, interaction: Interaction) -> None:
        """See how the cohort stands: week, people, what is posted next, what needs mending."""
        await self._show(interaction, await door.here(self.cohorts, interaction))

    async def show_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """The same from a button, also in a private message."""
        await self._show(interaction, await door.here(self.cohorts, interaction, int(key)))

    async def _show(self, interaction: Interaction, here: Here) -> None:
        view = await self.cohorts.overview(here)
        await reply(interaction, cards.overview(view, self.gaps(here.cohort), interaction.created_at))

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
        await reply(interaction, cards.enrolled(here.cohort, member.id, role, is_new=is_new, trouble=trouble))
        self.bot.nudge()

    @roster.command(name="sync")
    async def sync(self, interaction: Interaction) -> None:
        """Put everyone on the roster who holds one of the cohort's Discord roles."""
        here = await door.here(self.cohorts, interaction)
        here.lead()
        await interaction.response.defer(ephemeral=True, thinking=True)
        result = await self._sync(here, interaction)
        gone: list[Role] = [role for role in ROLES if self._is_gone(here.cohort, role)]
        await reply(interaction, cards.synced(here.cohort, result, gone))
        self.bot.nudge()

    def _is_gone(self, cohort: Cohort, role: Role) -> bool:
        guild, role_id = self.bot.get_guild(cohort.guild_id), cohort.role_id(role)
        return guild is not None and role_id is not None and guild.get_role(role_id) is None

    async def _sync(self, here: Here, interaction: Interaction) -> Synced:
        guild = self.bot.get_guild(here.cohort.guild_id)
        if guild is None:
            raise CourseError(
                "I am not on that cohort's server any more. Invite me again, then use `/roster sync`."
            )
        holders = await _holders(guild, here.cohort)
        return await self.cohorts.sync(here, holders, interaction.created_at)

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
