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
class Standin:
    """What the bot asked for, and how to misbehave."""

    address: str = ""
    accepts_token: bool = True
    accepts_intents: bool = True
    registered: list[list[dict[str, Any]]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    identified: list[dict[str, Any]] = field(default_factory=list)
    # Cleared, Discord takes a message and keeps the bot waiting for its answer.
    answers: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def standin(**behaviour: bool) -> AsyncIterator[Standin]:
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
        return _json(_application())
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


def _json(data: Any, status: int = 200) -> web.Response:
    """An answer with the bare content type that discord.py looks for."""
    return web.Response(body=json.dumps(data), status=status, headers={"Content-Type": "application/json"})


def _application() -> dict[str, Any]:
    return {
        "id": str(APPLICATION), "name": "homeroom", "description": "", "icon": None, "rpc_origins": [],
        "bot_public": True, "bot_require_code_grant": False, "verify_key": "", "flags": 0,
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
