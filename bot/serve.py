"""Running the bot as a process: start, stop on a signal, and say plainly why it could not start."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys

import aiohttp
import discord
import structlog
from discord.http import Route

from bot import logs
from bot.app import Homeroom
from bot.curriculum import Curriculum
from bot.database import Database
from bot.reach import Reach
from bot.settings import Settings
from bot.web.listening import PagesUnavailable

_log = structlog.get_logger(__name__)


async def serve(settings: Settings, course: Curriculum, token: str) -> int:
    """Run until told to stop; returns the process's exit code."""
    for_github = settings.token_for_github()
    logs.set_up(settings.log_level, settings.log_format, secrets=[token, for_github or ""])
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nothing here speaks aloud
    Route.BASE = settings.discord_api
    database = await Database.open(settings.database_url)
    reach = Reach(token=for_github) if settings.check_links else None
    bot = Homeroom(database=database, course=course, pages=settings.pages(), reach=reach)
    # Pairing ten thousand people makes enough garbage for a full collection, which stops everything for up to a tenth
    # of a second while it looks through all that was imported. What is here now stays: it need not be looked through.
    gc.collect()
    gc.freeze()
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    if bot.site is not None:
        try:
            await bot.site.listen()
        except PagesUnavailable as error:
            print(error, file=sys.stderr)  # noqa: T201 - the one thing a failed start has to say
            await database.close()
            return 1
        _log.info("pages", address=bot.pages_url)
    try:
        return await _until_stopped(bot, token, stopping)
    finally:
        await bot.close()
        await database.close()


async def _until_stopped(bot: Homeroom, token: str, stopping: asyncio.Event) -> int:
    running = asyncio.create_task(bot.start(token))
    asked = asyncio.create_task(stopping.wait())
    await asyncio.wait({running, asked}, return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    if not running.done():
        _log.info("stopping")
        await bot.close()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return 0
    error = running.exception()
    if error is None:
        return 0
    sentence = _sentence(error)
    if sentence is None:
        raise error
    print(sentence, file=sys.stderr)  # noqa: T201 - the one thing a failed start has to say
    return 1


def _sentence(error: BaseException) -> str | None:
    """Why a start failed, where its host can mend it."""
    if isinstance(error, discord.LoginFailure):
        return (
            "Discord did not accept the token. Copy it again from your application's Bot page in the developer "
            "portal into HOMEROOM_TOKEN, or reset it there."
        )
    if isinstance(error, discord.PrivilegedIntentsRequired):
        return (
            "The Server Members intent is switched off for this bot. Switch it on under Privileged Gateway Intents "
            "on your application's Bot page in the developer portal, then start again."
        )
    if isinstance(error, (aiohttp.ClientError, OSError)):
        return (
            f"Discord could not be reached ({error}). Check this machine's network and HOMEROOM_DISCORD_API."
        )
    if isinstance(error, discord.HTTPException):
        return f"Discord refused the start ({error.status}: {error.text or 'no reason given'}). Try again in a minute."
    return None
