"""Who carries which Discord role on a server, and giving and taking the roles that go with a roster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

import aiohttp
import discord

from bot.cohorts.rules import ROLES, Cohort, Role
from bot.errors import CourseError
from bot.roster.importing import Person

NO_ANSWER = (discord.HTTPException, aiohttp.ClientError, OSError)  # or one that does not help
ORDER = "I need Manage Roles, and my own role must stand above that one (Server Settings → Roles)"


def server(client: discord.Client, cohort: Cohort) -> discord.Guild:
    """The server that a cohort is on; a refusal if I am not on it any more."""
    guild = client.get_guild(cohort.guild_id)
    if guild is None:
        raise CourseError("I am not on that cohort's server any more. Invite me again, then try once more.")
    return guild


def role_ids(cohort: Cohort) -> list[int]:
    """The Discord roles of a cohort."""
    return [role_id for role in ROLES if (role_id := cohort.role_id(role)) is not None]


async def people(guild: discord.Guild) -> list[discord.Member]:
    """Everybody on a server, asked of Discord: what I remember of it may be old."""
    try:
        return [member async for member in guild.fetch_members(limit=None)]
    except (discord.Forbidden, discord.ClientException):
        raise CourseError(
            "Discord does not let me list this server's members. Whoever hosts me can switch on the Server Members "
            "intent; until then, use `/roster add`."
        ) from None
    except NO_ANSWER:
        raise CourseError(
            "Discord did not tell me who is on this server just now. Try again in a minute."
        ) from None


def named(members: Iterable[discord.Member]) -> list[Person]:
    """People with all that they are called."""
    return [
        Person(
            user_id=member.id,
            name=member.display_name,
            username=member.name,
            others=(member.global_name,) if member.global_name else (),
            bot=member.bot,
        )
        for member in members
    ]


def holders(
    guild: discord.Guild, cohort: Cohort, members: Iterable[discord.Member]
) -> Mapping[Role, Sequence[tuple[int, str]]]:
    """Who holds each of the cohort's Discord roles, for those that are on the server still."""
    role_ids: dict[Role, int] = {
        role: role_id
        for role in ROLES
        if (role_id := cohort.role_id(role)) is not None and guild.get_role(role_id) is not None
    }
    found: dict[Role, list[tuple[int, str]]] = {role: [] for role in role_ids}
    for member in members:
        held = {role.id for role in member.roles}
        for role, role_id in role_ids.items():
            if role_id in held and not member.bot:
                found[role].append((member.id, member.display_name))
    return found


def deleted(guild: discord.Guild | None, cohort: Cohort) -> list[Role]:
    """The roles of a cohort whose Discord role is gone."""
    return [
        role
        for role in ROLES
        if guild is not None
        and (role_id := cohort.role_id(role)) is not None
        and guild.get_role(role_id) is None
    ]


async def give(member: discord.Member, role_id: int | None) -> str | None:
    """Give a Discord role; the sentence that says how to mend it if that is not allowed."""
    if role_id is None or member.get_role(role_id) is not None:
        return None
    try:
        await member.add_roles(discord.Object(role_id), reason="on the course's roster")
    except discord.Forbidden:
        return f"I could not give them <@&{role_id}>: {ORDER}. The roster holds without it."
    except NO_ANSWER:
        return f"I could not give them <@&{role_id}>; perhaps it was deleted. The roster holds without it."
    return None


async def take(guild: discord.Guild, cohort: Cohort, user_id: int, shared: Set[int]) -> str | None:
    """Take a cohort's Discord roles from whoever was withdrawn, but for shared ones; what is left to do by hand."""
    try:
        member = guild.get_member(user_id) or await guild.fetch_member(user_id)
    except NO_ANSWER:
        return None  # whoever has left the server carries nothing
    carried = [role_id for role_id in role_ids(cohort) if member.get_role(role_id) is not None]
    kept = [role_id for role_id in carried if role_id in shared]
    words = [f"They keep {_roles(kept)}: another cohort uses that role too."] if kept else []
    mine = [role_id for role_id in carried if role_id not in shared]
    try:
        if mine:
            await member.remove_roles(*map(discord.Object, mine), reason="withdrawn from the course's roster")
    except discord.Forbidden:
        words.append(
            f"They still carry {_roles(mine)}. To take it away {ORDER}. Please take it away by hand."
        )
    except NO_ANSWER:
        words.append(f"They may still carry {_roles(mine)}: Discord did not answer. Please look.")
    return " ".join(words) or None


def _roles(role_ids: Iterable[int]) -> str:
    return " and ".join(f"<@&{role_id}>" for role_id in role_ids)


async def give_all(
    guild: discord.Guild, cohort: Cohort, wanted: Iterable[tuple[int, Role]]
) -> list[tuple[int, str]]:
    """Give many people the Discord roles of their places, as fast as Discord lets me; who went without, and why.

    What one person is refused for the role's sake all others would be refused too, so it is not tried again.
    """
    failed: list[tuple[int, str]] = []
    closed: set[int] = set()
    for user_id, role in wanted:
        role_id = cohort.role_id(role)
        if role_id is None:
            continue
        why = f"<@&{role_id}>: {ORDER}" if role_id in closed else await _try(guild, user_id, role_id, closed)
        if why is not None:
            failed.append((user_id, why))
    return failed


async def _try(guild: discord.Guild, user_id: int, role_id: int, closed: set[int]) -> str | None:
    try:
        member = guild.get_member(user_id) or await guild.fetch_member(user_id)
        if member.get_role(role_id) is None:
            await member.add_roles(discord.Object(role_id), reason="on the course's roster")
    except discord.Forbidden:
        closed.add(role_id)
        return f"<@&{role_id}>: {ORDER}"
    except discord.NotFound:
        return f"<@&{role_id}>: they or the role are not on this server any more"
    except NO_ANSWER:
        return f"<@&{role_id}>: Discord did not take it"
    return None
