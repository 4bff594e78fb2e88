"""What SimCord 3.2.1 leaves out of Discord and a course needs, in one quarantined place.

`install()` once per process, before the first `Env`. Everything here that leans on SimCord's
private parts stands in this file and in `previews.py`; a different SimCord stops the import.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Any
from weakref import WeakKeyDictionary

import discord
import simcord
from simcord.backend import serializers
from simcord.backend.models import Overwrite
from simcord.backend.ops import guilds, polls
from simcord.enums import OverwriteType
from simcord.http import client, router

KNOWN = "3.2.1"
if version("simcord") != KNOWN:
    raise ImportError(
        f"The playground knows SimCord {KNOWN}, not {version('simcord')}: see playground/shim.py."
    )

NONCE_MEMORY = timedelta(minutes=5)
"""How long a message's nonce is remembered; Discord says "a few minutes"."""

POLL_SECONDS = 0.001
"""How often SimCord looks whether the bot's database has answered; its own 50 ms would cost 51 ms a post."""

FACE = "face"
"""The name of everyone's picture on the simulated content network."""

DM_CLOSED = 50007
"""Discord's code for "cannot send messages to this user"."""


@dataclass(frozen=True, slots=True)
class Call:
    """One thing that the bot asked of Discord, and how Discord took it."""

    method: str
    path: str
    body: Mapping[str, Any]
    answer: Any = None
    error: discord.HTTPException | None = None


@dataclass(slots=True)
class Weather:
    """What goes wrong around one simulated Discord, and the nonces that it remembers."""

    lost: list[tuple[str, str, BaseException]] = field(default_factory=list)
    closed: set[int] = field(default_factory=set)
    nonces: dict[str, tuple[datetime, dict[str, Any]]] = field(default_factory=dict)
    listeners: list[Callable[[Call], None]] = field(default_factory=list)


_weather: WeakKeyDictionary[Any, Weather] = WeakKeyDictionary()


def weather(backend: Any) -> Weather:
    """The weather over one simulated Discord."""
    return _weather.setdefault(backend, Weather())


# ------------------------------------------------------------------------------ what tests and the page use


def lossy(env: simcord.Env, method: str, path: str, error: BaseException | None = None) -> None:
    """Let the next matching call take effect and then lose its answer on the way to the bot."""
    weather(env.backend).lost.append((method, path, error or TimeoutError()))


def close_dms(env: simcord.Env, user: simcord.MemberActor | simcord.UserHandle) -> None:
    """This person accepts no direct messages from now on."""
    weather(env.backend).closed.add(user.id)


def open_dms(env: simcord.Env, user: simcord.MemberActor | simcord.UserHandle) -> None:
    """This person accepts direct messages again."""
    weather(env.backend).closed.discard(user.id)


def listen(env: simcord.Env, listener: Callable[[Call], None]) -> None:
    """Hear every call of the bot, with its outcome; one that repeats a nonce is not heard again."""
    weather(env.backend).listeners.append(listener)


def set_clock(env: simcord.Env, moment: datetime) -> None:
    """Choose the virtual instant at which a world begins; before `env.start()`."""
    env.backend.clock._epoch = moment


def name_bot(env: simcord.Env, name: str, *, avatar: str | None = None) -> None:
    """Choose what the bot is called and the name of its picture; before `env.start()`."""
    env.backend.bot_user.name = name
    env.backend.bot_user.avatar = avatar


async def restart(env: simcord.Env, bot: discord.Client, *, down_for: timedelta = timedelta(0)) -> None:
    """Stop the running bot, let time pass without any, and start `bot` with every member known to it."""
    if not env.bot.is_closed():
        await env.settle()
        await env.bot.close()
    env.backend.advance_clock(down_for.total_seconds())
    await env.restart_bot(bot)
    with env._bot_scope():
        for guild in bot.guilds:
            if bot.intents.members and not guild.chunked:
                await guild.chunk()
    await env.settle()


async def as_bot(env: simcord.Env, work: Callable[[], Awaitable[Any]]) -> None:
    """Do something as the bot would: its timers then follow the virtual clock."""
    with env._bot_scope():
        await work()


async def stop(env: simcord.Env) -> None:
    """Close the bot first (its database too), then the simulated Discord."""
    if not env.bot.is_closed():
        await env.bot.close()
    await env.shutdown()


async def delete_channel(env: simcord.Env, channel: simcord.ChannelHandle) -> None:
    """Someone deletes a channel under the bot's feet."""
    env.backend.delete_channel(channel.id)
    await env.settle()


async def give_roles(env: simcord.Env, member: simcord.MemberActor, *roles: simcord.RoleHandle) -> None:
    """Someone sets a member's roles by hand."""
    env.backend.edit_member(member.guild.id, member.id, {"role_ids": [role.id for role in roles]})
    await env.settle()


async def forbid_bot(env: simcord.Env, channel: simcord.ChannelHandle, **denied: bool) -> None:
    """Someone takes permissions from the bot in one channel: `forbid_bot(env, room, send_messages=True)`."""
    deny = discord.Permissions(**denied).value
    env.backend.set_overwrite(channel.id, Overwrite(env.backend.bot_user.id, OverwriteType.MEMBER, 0, deny))
    await env.settle()


# --------------------------------------------------------------------------------------- closing the gaps


def install() -> None:
    """Close the gaps, once; calling it again changes nothing."""
    if getattr(client.FakeHTTPClient.request, "_homeroom", False):
        return
    simcord.Env._settle_internal.__kwdefaults__["idle"] = POLL_SECONDS
    # At every step it looks through all messages for polls, and nobody here makes one.
    polls.PollMixin.expire_due_polls = lambda self: None
    polls.PollMixin.next_poll_deadline = lambda self: None
    simcord.Env.settle.__defaults__ = (None, POLL_SECONDS)
    client.FakeHTTPClient.request = _bot_calls(client.FakeHTTPClient.request)
    client.FakeWebhookAdapter.request = _interaction_calls(client.FakeWebhookAdapter.request)
    guilds.serializers = _FreshGuilds()


def _bot_calls(plain: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def request(self: Any, route: Any, *, files: Any = None, form: Any = None, **rest: Any) -> Any:
        sky, path = weather(self.backend), client._path_of(route.url)
        page = _forward_page(route.method, path, rest)
        body = _body(form, rest)
        sending = route.method == "POST" and fnmatch.fnmatch(path, "/channels/*/messages")
        if sending:
            _refuse_closed_dm(self.backend, sky, path)
            if (known := _known_nonce(self.backend, sky, body)) is not None:
                return known
        with _heard(sky, Call(route.method, path, body)) as heard:
            answer = await _as_discord_fails(plain(self, route, files=files, form=form, **rest))
            heard(answer)
        if page is not None:
            answer = sorted(answer, key=lambda one: int(one["id"]))[:page][::-1]
        if sending and body.get("nonce") is not None:
            answer["nonce"] = body["nonce"]
            sky.nonces[str(body["nonce"])] = (self.backend.clock.now(), answer)
        _lose(sky, route.method, path)
        return answer

    request._homeroom = True  # type: ignore[attr-defined] # marks what is installed already
    return request


def _interaction_calls(plain: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def request(self: Any, route: Any, session: Any, **rest: Any) -> Any:
        sky, path = weather(self.backend), client._path_of(route.url)
        with _heard(sky, Call(route.method, path, _body(rest.get("multipart"), rest))) as heard:
            answer = await _as_discord_fails(plain(self, route, session, **rest))
            heard(answer)
        _lose(sky, route.method, path)
        return answer

    return request


@contextmanager
def _heard(sky: Weather, call: Call) -> Iterator[Callable[[Any], None]]:
    """Tell the listeners how a call ended."""

    def tell(outcome: Call) -> None:
        for listener in sky.listeners:
            listener(outcome)

    try:
        yield lambda answer: tell(replace(call, answer=answer))
    except discord.HTTPException as error:
        tell(replace(call, error=error))
        raise


async def _as_discord_fails(call: Awaitable[Any]) -> Any:
    """A 5xx is a `DiscordServerError`, as discord.py raises it."""
    try:
        return await call
    except discord.DiscordServerError:
        raise
    except discord.HTTPException as error:
        if error.status < 500:
            raise
        raise _failure(discord.DiscordServerError, error.status, error.code, error.text) from None


def _failure(kind: type[discord.HTTPException], status: int, code: int, text: str) -> discord.HTTPException:
    return kind(client._FakeResponse(status), {"code": code, "message": text})  # type: ignore[arg-type] # SimCord's own stand-in for a response


def _body(form: Any, rest: Mapping[str, Any]) -> Mapping[str, Any]:
    if form is not None:
        return router.parse_form(list(form), [])[0] or {}
    return rest.get("json") or rest.get("payload") or {}


def _refuse_closed_dm(backend: Any, sky: Weather, path: str) -> None:
    channel = backend.channels.get(int(path.split("/")[2]))
    if channel is not None and channel.guild_id is None and sky.closed & set(channel.recipient_ids):
        raise _failure(discord.Forbidden, 403, DM_CLOSED, "Cannot send messages to this user")


def _known_nonce(backend: Any, sky: Weather, body: Mapping[str, Any]) -> dict[str, Any] | None:
    """The message already sent under this enforced nonce, if Discord still remembers it."""
    sent_at, message = sky.nonces.get(str(body.get("nonce")), (None, None))
    if not body.get("enforce_nonce") or sent_at is None or backend.clock.now() - sent_at > NONCE_MEMORY:
        return None
    return message


def _forward_page(method: str, path: str, rest: dict[str, Any]) -> int | None:
    """History after a message is the oldest page after it; ask for all and return the size to cut to."""
    params = rest.get("params") or {}
    if method != "GET" or "after" not in params or not fnmatch.fnmatch(path, "/channels/*/messages"):
        return None
    rest["params"] = {**params, "limit": 10**9}
    return int(params.get("limit", 50))


def _lose(sky: Weather, method: str, path: str) -> None:
    for rule in sky.lost:
        if rule[0] == method and fnmatch.fnmatch(path, rule[1]):
            sky.lost.remove(rule)
            raise rule[2]


class _FreshGuilds:
    """A guild that is joined carries no "unavailable" mark, so the bot hears `on_guild_join`."""

    def __getattr__(self, name: str) -> Any:
        return getattr(serializers, name)

    @staticmethod
    def guild_create_payload(backend: Any, guild: Any) -> dict[str, Any]:
        payload = dict(serializers.guild_create_payload(backend, guild))
        payload.pop("unavailable", None)
        return payload
