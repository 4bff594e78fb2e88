"""Who carries which Discord role on a server, and giving and taking the roles that go with a roster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

import aiohttp
import discord

from bot.cohorts.rules import ROLES, Cohort, Role
from bot.errors import CourseError
from bot.roster.importing import Person

NO_ANSWER = (discord.HTTPException, aiohttp.ClientError, OSError)  # or one that does not help
# What a role lets people do to others or to the server, as Discord's settings call it. I give no role with any of it:
# whoever may choose a cohort's role could make me hand out more than they have themselves. Keeping order in channels
# (messages, threads, voice) is what mentors' roles are for, and is given.
POWERS = {
    "administrator": "Administrator",
    "manage_guild": "Manage Server",
    "manage_roles": "Manage Roles",
    "manage_channels": "Manage Channels",
    "manage_webhooks": "Manage Webhooks",
    "kick_members": "Kick Members",
    "ban_members": "Ban Members",
    "moderate_members": "Timeout Members",
    "mention_everyone": "Mention Everyone",
}
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


def powers(role: discord.Role) -> list[str]:
    """What a role lets people do to others, beyond what everybody on its server may; such a role I never give."""
    may, everybody = role.permissions, role.guild.default_role.permissions
    return [shown for name, shown in POWERS.items() if getattr(may, name) and not getattr(everybody, name)]


def by_hand(guild: discord.Guild | None, role_id: int | None) -> str | None:
    """The sentence that says that I never give a role, and why; None for one that I give."""
    role = None if guild is None or role_id is None else guild.get_role(role_id)
    return None if role is None or not (found := powers(role)) else _by_hand(role, found)


def _by_hand(role: discord.Role, found: Sequence[str]) -> str:
    return (
        f"{role.mention} carries {found[0]}, and I never give such a role to anybody: please give it by hand."
    )


async def _role(guild: discord.Guild, role_id: int) -> discord.Role:
    """A role with what it lets people do; one of NO_ANSWER if it is gone."""
    return guild.get_role(role_id) or await guild.fetch_role(role_id)


async def give(member: discord.Member, role_id: int | None) -> str | None:
    """Give a Discord role; the sentence that says how to mend it if that is not allowed."""
    if role_id is None or member.get_role(role_id) is not None:
        return None
    try:
        role = await _role(member.guild, role_id)
        if found := powers(role):
            return f"{_by_hand(role, found)} The roster holds without it."
        await member.add_roles(role, reason="on the course's roster")
    except discord.Forbidden:
        return f"I could not give them <@&{role_id}>: {ORDER}. The roster holds without it."
    except NO_ANSWER:
        return f"I could not give them <@&{role_id}>; perhaps it was deleted. The roster holds without it."
    return None


async def present(guild: discord.Guild, user_id: int) -> discord.Member | None:
    """Somebody as a server knows them; None if they are not on it. One of NO_ANSWER if Discord does not say."""
    try:
        return guild.get_member(user_id) or await guild.fetch_member(user_id)
    except discord.NotFound:
        return None


async def take(guild: discord.Guild, cohort: Cohort, user_id: int, shared: Set[int]) -> str | None:
    """Take a cohort's Discord roles from whoever was withdrawn, but for shared ones; what is left to do by hand."""
    try:
        member = await present(guild, user_id)
    except NO_ANSWER:
        perhaps = [role_id for role_id in role_ids(cohort) if role_id not in shared]
        return _unsure(perhaps) if perhaps else None
    if member is None:
        return None
    carried = [role_id for role_id in role_ids(cohort) if member.get_role(role_id) is not None]
    kept = [role_id for role_id in carried if role_id in shared]
    words = [f"They keep {_roles(kept)}: another cohort uses that role too."] if kept else []
    own = [role_id for role_id in carried if role_id not in shared]
    # Whoever may withdraw somebody may not be able to take such a role from them in Discord.
    mighty = [role_id for role_id in own if (role := guild.get_role(role_id)) is not None and powers(role)]
    if mighty:
        words.append(
            f"They keep {_roles(mighty)}, which carries power over the server: take it away by hand."
        )
    mine = [role_id for role_id in own if role_id not in mighty]
    try:
        if mine:
            await member.remove_roles(*map(discord.Object, mine), reason="withdrawn from the course's roster")
    except discord.Forbidden:
        words.append(
            f"They still carry {_roles(mine)}. To take it away {ORDER}. Please take it away by hand."
        )
    except NO_ANSWER:
        words.append(_unsure(mine))
    return " ".join(words) or None


def _unsure(role_ids: Iterable[int]) -> str:
    return f"They may still carry {_roles(role_ids)}: Discord did not answer. Please look."


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
        if member.get_role(role_id) is not None:
            return None
        role = await _role(guild, role_id)
        if found := powers(role):
            return f"{role.mention}, which carries {found[0]} and which I therefore never give (please give it by hand)"
        await member.add_roles(role, reason="on the course's roster")
    except discord.Forbidden:
        closed.add(role_id)
        return f"<@&{role_id}>: {ORDER}"
    except discord.NotFound:
        return f"<@&{role_id}>: they or the role are not on this server any more"
    except NO_ANSWER:
        return f"<@&{role_id}>: Discord did not take it"
    return None
