"""What the bot needs of Discord: its token, its intent, a clock that agrees, and its place on each cohort's server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
import discord
from discord.http import Route

from bot import invite
from bot.doctor.findings import Finding, fail, ok, warn
from bot.doctor.machine import Placed
from bot.permissions import NEEDED, OPTIONAL, lacking

Clock = Callable[[], datetime]

SKEW = timedelta(seconds=5)  # posts that much early or late are noticed by nobody; more grows, so it is told
LISTED = 5  # servers named in a line
FAILED = (discord.HTTPException, aiohttp.ClientError, asyncio.TimeoutError, OSError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A server as Discord describes it now: its roles, its channels, and who I am there."""

    guild: discord.Guild
    channels: Mapping[int, discord.abc.GuildChannel]
    me: discord.Member


def is_like_a_token(token: str) -> bool:
    """Whether it looks like a bot's token: three parts with dots between them."""
    parts = token.split(".")
    return len(parts) == 3 and all(parts)  # noqa: PLR2004 - the id, the time and the signature


async def examine(api: str, token: str, cohorts: Sequence[Placed], clock: Clock) -> AsyncIterator[Finding]:
    """Ask Discord what a start would need of it, without starting: nobody sees the bot come and go."""
    before, Route.BASE = Route.BASE, api
    client = discord.Client(intents=discord.Intents(guilds=True))  # without, discord.py warns
    try:
        yield await _time(api, clock)
        try:
            await client.login(token)
        except discord.LoginFailure:
            yield fail(
                "token",
                "Discord did not accept it. Copy it again from your application's Bot page in the developer portal "
                "into HOMEROOM_TOKEN, or reset it there.",
            )
            return
        except FAILED as error:
            yield fail("token", f"Discord could not be asked about it ({type(error).__name__}). {NETWORK}")
            return
        for finding in _application(client, token):
            yield finding
        async for finding in _servers(client, cohorts):
            yield finding
    finally:
        await client.close()
        Route.BASE = before


NETWORK = "Check this machine's network and HOMEROOM_DISCORD_API."


async def _time(api: str, clock: Clock) -> Finding:
    """Discord says what time it is with every answer."""
    try:
        async with aiohttp.ClientSession() as session, session.get(f"{api}/gateway") as answer:
            said, now = answer.headers.get("Date"), clock()
    except FAILED as error:
        return fail("Discord", f"It could not be reached ({type(error).__name__}). {NETWORK}")
    if said is None:
        return warn(
            "clock", "Discord's answer had no date, so this machine's clock could not be compared with it."
        )
    skew = now - parsedate_to_datetime(said)
    if abs(skew) > SKEW:
        direction = "ahead of" if skew > timedelta(0) else "behind"
        return warn(
            "clock",
            f"This machine's is {abs(skew).total_seconds():.0f} seconds {direction} Discord's, and posts follow it. "
            "Let the machine keep its time by NTP (`timedatectl set-ntp true`).",
        )
    return ok("clock", "This machine's agrees with Discord's.")


def _application(client: discord.Client, token: str) -> Iterator[Finding]:
    application, user = client.application, client.user
    yield ok("token", f"Discord knows it as {user}.")
    if application is None:
        yield fail(
            "application", "Discord did not say which application the token belongs to. Reset the token."
        )
        return
    yield ok("application", f"Its id is {application.id}.")
    if invite.id_in(token) not in {None, application.id}:
        yield warn(
            "application",
            f"The token says another id, so invite the bot with `python -m bot invite --id {application.id}`.",
        )
    flags = application.flags
    if flags.gateway_guild_members or flags.gateway_guild_members_limited:
        yield ok("intent", "Server Members is switched on.")
    else:
        yield fail(
            "intent",
            "Server Members is switched off, and the bot does not start without it. Switch it on under Privileged "
            "Gateway Intents on your application's Bot page in the developer portal.",
        )


async def _servers(client: discord.Client, cohorts: Sequence[Placed]) -> AsyncIterator[Finding]:
    try:
        guilds = [guild async for guild in client.fetch_guilds(limit=None)]
    except FAILED as error:
        yield fail("servers", f"Discord did not list them ({type(error).__name__}). Try again in a minute.")
        return
    if not guilds:
        yield warn(
            "servers", "The bot is on none yet. `python -m bot invite` prints the link that invites it."
        )
    else:
        more = f" and {len(guilds) - LISTED} more" if len(guilds) > LISTED else ""
        yield ok("servers", ", ".join(guild.name for guild in guilds[:LISTED]) + more)
    for guild_id in dict.fromkeys(cohort.guild_id for cohort in cohorts):
        here = [cohort for cohort in cohorts if cohort.guild_id == guild_id]
        async for finding in _server(client, guild_id, here):
            yield finding


async def _server(client: discord.Client, guild_id: int, cohorts: Sequence[Placed]) -> AsyncIterator[Finding]:
    names = ", ".join(cohort.name for cohort in cohorts)
    try:
        ground = await _ground(client, guild_id)
    except (discord.NotFound, discord.Forbidden):
        yield fail(
            names,
            f"The bot is not on its server ({guild_id}) any more. Invite it again with `python -m bot invite`.",
        )
        return
    except FAILED as error:
        yield fail(
            names, f"Discord did not describe its server ({type(error).__name__}). Try again in a minute."
        )
        return
    for missing in lacking(ground.me.guild_permissions.value, OPTIONAL):
        yield warn(
            ground.guild.name,
            f"I lack {missing.shown}, {missing.why}. Give it to my role (Server Settings → Roles), or "
            f"{missing.without}.",
        )
    for cohort in cohorts:
        yield _channel(ground, cohort)
        for finding in _roles(ground, cohort):
            yield finding


async def _ground(client: discord.Client, guild_id: int) -> Ground:
    guild = await client.fetch_guild(guild_id)
    channels = {channel.id: channel for channel in await guild.fetch_channels()}
    user = client.user
    return Ground(guild=guild, channels=channels, me=await guild.fetch_member(0 if user is None else user.id))


def _channel(ground: Ground, cohort: Placed) -> Finding:
    channel = ground.channels.get(cohort.channel_id)
    if channel is None:
        return fail(
            cohort.name,
            f"Its channel ({cohort.channel_id}) does not exist any more. A draft moves with `/cohort create` and the "
            "same name; a cohort that runs needs its channel back.",
        )
    gaps = lacking(channel.permissions_for(ground.me).value, NEEDED)
    if gaps:
        names = ", ".join(gap.shown for gap in gaps)
        return fail(
            cohort.name,
            f"In #{channel.name} I lack {names}. Open the channel's settings → Permissions, add me, and allow these.",
        )
    return ok(cohort.name, f"I may post in #{channel.name}.")


def _roles(ground: Ground, cohort: Placed) -> Iterator[Finding]:
    for role, role_id in cohort.role_ids.items():
        if role_id is None:
            continue
        found = ground.guild.get_role(role_id)
        if found is None:
            yield warn(
                cohort.name,
                f"Its {role} role was deleted. In its channel use `/cohort show`, then Make the missing roles.",
            )
        elif found >= ground.me.top_role:
            yield warn(
                cohort.name,
                f"Its {role} role {found.name} stands above mine, so I cannot give it. Drag my role above it in Server "
                "Settings → Roles.",
            )
        else:
            yield ok(cohort.name, f"Its {role} role {found.name} is there, below mine.")
