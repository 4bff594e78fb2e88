"""What Discord keeps for a cohort: the hello's channel, the cohort's own, and its roles; made, or used if there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import aiohttp
import discord

from bot.cohorts import setup
from bot.cohorts.rules import Cohort, Role
from bot.errors import CourseError
from bot.founding import cards
from bot.founding.service import Ground
from bot.permissions import NEEDED
from bot.ui import Card

FAILED = (discord.HTTPException, aiohttp.ClientError, asyncio.TimeoutError, OSError)
REASON = "setting up a cohort"
TRIED = 3  # channels in which a hello is tried, before the owner gets a letter

# Discord's codes, and what each of its limits is.
TOO_MANY_ROLES, TOO_MANY_CHANNELS = 30005, 30013
LIMITS = {TOO_MANY_ROLES: "250 roles", TOO_MANY_CHANNELS: "500 channels"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The channel in which a cohort will meet, and how it came to it."""

    id: int
    news: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The roles that a cohort has come to, and how."""

    role_ids: dict[Role, int]
    news: list[str]


async def channel(guild: discord.Guild, name: str, ground: Ground) -> Place:
    """The draft's own channel, else one of the cohort's name that no cohort uses, else a new one."""
    wanted = setup.channel_name(name)
    try:
        # Discord is asked, not what I remember: a channel that I made a moment ago may not have been told to me yet.
        there = [item for item in await guild.fetch_channels() if isinstance(item, discord.TextChannel)]
        for item in there:
            if ground.draft is not None and item.id == ground.draft.channel_id:
                return Place(id=item.id)
        for item in there:
            if item.name == wanted and item.id not in ground.taken:
                return Place(id=item.id, news=[f"It meets in <#{item.id}>, which was there already."])
        if not guild.me.guild_permissions.manage_channels:
            raise CourseError(
                f"I may not make channels here, and there is none called {wanted}. Choose a channel in the form, or "
                "give me Manage Channels (Server Settings → Roles)."
            )
        made = await guild.create_text_channel(wanted, overwrites={guild.me: _own(guild.me)}, reason=REASON)
    except FAILED as error:
        raise CourseError(f"{_trouble(error, 'the channel')} Or choose a channel in the form.") from error
    return Place(id=made.id, news=[f"I made <#{made.id}> for it."])


def _own(me: discord.Member) -> discord.PermissionOverwrite:
    """What I need in a channel, as far as I have it on the server: nobody may allow what they lack."""
    mine = me.guild_permissions
    return discord.PermissionOverwrite(**{item.name: True for item in NEEDED if getattr(mine, item.name)})


def check_may_make_roles(guild: discord.Guild) -> None:
    """Refuse where I lack the permission to make roles, with the ways around it."""
    if not guild.me.guild_permissions.manage_roles:
        raise CourseError(
            "I lack **Manage Roles** on this server. Give it to me (Server Settings → Roles → my role) and press "
            "again. Or make the roles by hand, and name them with `/cohort create`: the options are student_role, "
            "mentor_role and lead_role."
        )


async def roles(guild: discord.Guild, cohort: Cohort, missing: Sequence[Role]) -> Made:
    """A Discord role for each that the cohort lacks: the one of its name if it is there, else a new one."""
    role_ids: dict[Role, int] = {}
    news: list[str] = []
    try:
        there = {item.name: item for item in await guild.fetch_roles() if not item.managed}
        for role in missing:
            name = setup.role_name(cohort.name, role)
            known = there.get(name)
            found = known or await _make(guild, name, role)
            role_ids[role] = found.id
            news.append(
                f"I made <@&{found.id}>."
                if known is None
                else f"I use <@&{found.id}>, which was there already."
            )
    except FAILED as error:
        news.append(f"⚠️ {_trouble(error, 'all roles')}")
    return Made(role_ids=role_ids, news=news)


async def _make(guild: discord.Guild, name: str, role: Role) -> discord.Role:
    # A kickoff pings the students: either I may mention every role, or anyone may mention theirs.
    is_pinged = role == "student" and not guild.me.guild_permissions.mention_everyone
    return await guild.create_role(
        name=name, permissions=discord.Permissions.none(), mentionable=is_pinged, reason=REASON
    )


def _trouble(error: BaseException, what: str) -> str:
    """Why Discord did not make something, and what to do."""
    code = getattr(error, "code", None)
    if code in LIMITS:
        return (
            f"I could not make {what}: this server has {LIMITS[code]}, as many as Discord allows. Delete one that "
            "nobody needs, then try again."
        )
    if isinstance(error, discord.Forbidden):
        return (
            f"Discord does not let me make {what}. Check my role in Server Settings → Roles, then try again: what I "
            "made before is used again."
        )
    return f"Discord did not make {what} just now. Try again in a minute: what I made before is used again."


async def say_hello(bot: discord.Client, guild: discord.Guild, course: str) -> bool:
    """Say hello where somebody reads it, else to the server's owner; False if nobody could be reached."""
    card = partial(cards.hello, guild.name, guild.id, course, guild.me.guild_permissions.value)
    for place in _places(guild):
        if await _said(place, card()):
            return True
    try:
        letter = await bot.create_dm(discord.Object(guild.owner_id or 0))
    except FAILED:
        return False
    return await _said(letter, card())


def _places(guild: discord.Guild) -> list[discord.TextChannel]:
    """Where I may speak: the channel for such news first."""
    system = guild.system_channel
    first = [] if system is None else [system]
    every = [*first, *(place for place in guild.text_channels if place != system)]
    mine = [(place, place.permissions_for(guild.me)) for place in every]
    return [place for place, may in mine if may.view_channel and may.send_messages][:TRIED]


async def _said(place: discord.abc.Messageable, card: Card) -> bool:
    try:
        await place.send(view=card)
    except FAILED:
        return False
    return True
