"""As much of Discord as a process needs to start: its REST answers and a gateway, on a real socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aiohttp import WSMsgType, web

APPLICATION = 4000
ME = {"id": str(APPLICATION), "username": "homeroom", "discriminator": "0", "bot": True, "avatar": None}


@dataclass
class Server:
    """A server with one channel: its roles, lowest first, and what is changed in the channel, by role or member."""

    name: str
    channel_id: int
    roles: list[dict[str, Any]]
    mine: list[int]  # the bot's own roles
    overwrites: list[dict[str, Any]] = field(default_factory=list)


def role(role_id: int, name: str, *, position: int, permissions: int = 0) -> dict[str, Any]:
    """A role as Discord describes it."""
    return {
        "id": str(role_id), "name": name, "color": 0, "hoist": False, "position": position, "managed": False,
        "permissions": str(permissions), "mentionable": False, "flags": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
    }  # fmt: skip


@dataclass
class Standin:
    """What the bot asked for, and how to misbehave."""

    address: str = ""
    accepts_token: bool = True
    accepts_intents: bool = True
    flags: int = 1 << 15  # of the application: the Server Members intent is on, for a bot on few servers
    servers: dict[int, Server] = field(default_factory=dict)
    date: str | None = None  # what Discord says the time is, if not what it is
    registered: list[list[dict[str, Any]]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    identified: list[dict[str, Any]] = field(default_factory=list)
    # Cleared, Discord takes a message and keeps the bot waiting for its answer.
    answers: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def standin(**behaviour: Any) -> AsyncIterator[Standin]:
    """A stand-in that listens on loopback until the test is over."""
    discord = Standin(**behaviour)
    discord.answers.set()
    app = web.Application()
    app.router.add_route("*", "/api/v10/{path:.*}", partial(_rest, discord))
    app.router.add_get("/gateway{slash:/?}", partial(_gateway, discord))
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    discord.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield discord
    finally:
        await runner.cleanup()


async def _rest(discord: Standin, request: web.Request) -> web.Response:
    path, method = request.match_info["path"], request.method
    if not discord.accepts_token:
        return _json({"message": "401: Unauthorized", "code": 0}, status=401)
    body = (
        await request.json() if request.content_type == "application/json" and request.can_read_body else {}
    )
    if path == "users/@me":
        return _json(ME)
    if path == "oauth2/applications/@me":
        return _json(_application(discord))
    if path == "gateway":
        return _json({"url": ""}, headers={} if discord.date is None else {"Date": discord.date})
    if path == "users/@me/guilds":
        return _json([{"id": str(key), "name": item.name} for key, item in discord.servers.items()])
    if path.startswith("guilds/") and method == "GET":
        return _server(discord, *path.split("/")[1:])
    if path == "gateway/bot":
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        url = discord.address.replace("http", "ws") + "/gateway"
        return _json({"url": url, "shards": 1, "session_start_limit": limit})
    if method == "PUT" and path.endswith("/commands"):
        discord.registered.append(body)
        return _json(
            [
                {**item, "id": str(n), "application_id": str(APPLICATION), "version": "1"}
                for n, item in enumerate(body, 1)
            ]
        )
    if method == "POST" and path.endswith("/messages"):
        discord.messages.append(body)
        await discord.answers.wait()
        return _json(_message(len(discord.messages), path.split("/")[1]))
    return _json({"message": "Not Found", "code": 10003}, status=404)


def _message(number: int, channel_id: str) -> dict[str, Any]:
    return {
        "id": str(7000 + number), "channel_id": channel_id, "author": ME, "content": "", "type": 0,
        "timestamp": "2026-03-02T14:00:00+00:00", "edited_timestamp": None, "tts": False, "pinned": False,
        "mention_everyone": False, "mentions": [], "mention_roles": [], "attachments": [], "embeds": [],
        "components": [],
    }  # fmt: skip


def _server(discord: Standin, guild_id: str, part: str = "", *rest: str) -> web.Response:
    """A server, its channels, or the bot as its member."""
    found = discord.servers.get(int(guild_id))
    if found is None:
        return _json({"message": "Unknown Guild", "code": 10004}, status=404)
    if part == "channels":
        room = {"id": str(found.channel_id), "type": 0, "name": "spring", "position": 0, "guild_id": guild_id}
        return _json([{**room, "permission_overwrites": found.overwrites}])
    if part == "members":
        roles = [str(role_id) for role_id in found.mine]
        joined = "2026-01-01T00:00:00+00:00"
        return _json(
            {"user": ME, "roles": roles, "joined_at": joined, "deaf": False, "mute": False, "flags": 0}
        )
    return _json(
        {
            "id": guild_id, "name": found.name, "owner_id": "1", "roles": found.roles, "emojis": [], "features": [],
            "stickers": [], "verification_level": 0, "default_message_notifications": 0,
            "explicit_content_filter": 0, "mfa_level": 0, "premium_tier": 0, "preferred_locale": "en-US",
            "nsfw_level": 0, "afk_timeout": 60, "system_channel_flags": 0,
        }
    )  # fmt: skip


def _json(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """An answer with the bare content type that discord.py looks for."""
    headers = {"Content-Type": "application/json", **(headers or {})}
    return web.Response(body=json.dumps(data), status=status, headers=headers)


def _application(discord: Standin) -> dict[str, Any]:
    return {
        "id": str(APPLICATION), "name": "homeroom", "description": "", "icon": None, "rpc_origins": [],
        "bot_public": True, "bot_require_code_grant": False, "verify_key": "", "flags": discord.flags,
        "owner": {"id": "1", "username": "host", "discriminator": "0", "avatar": None}, "team": None,
    }  # fmt: skip


async def _gateway(discord: Standin, request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    await socket.send_json({"op": 10, "d": {"heartbeat_interval": 40000}})
    async for message in socket:
        if message.type != WSMsgType.TEXT:
            break
        said = json.loads(message.data)
        if said["op"] == 1:
            await socket.send_json({"op": 11})
        if said["op"] == 2:
            discord.identified.append(said["d"])
            if not discord.accepts_intents:
                await socket.close(code=4014, message=b"Disallowed intent(s).")
                break
            await _greet(socket)
    return socket


async def _greet(socket: web.WebSocketResponse) -> None:
    user = ME
    ready = {
        "v": 10, "user": user, "guilds": [], "session_id": "s", "resume_gateway_url": "ws://127.0.0.1:1",
        "application": {"id": str(APPLICATION), "flags": 0}, "shard": [0, 1],
    }  # fmt: skip
    await socket.send_json({"op": 0, "t": "READY", "s": 1, "d": ready})
