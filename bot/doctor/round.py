"""The doctor's round: the machine first, then Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime

from bot.doctor import machine, servers
from bot.doctor.findings import Finding, fail, ok
from bot.settings import Settings, SettingsError


async def examine(settings: Settings, clock: Callable[[], datetime]) -> AsyncIterator[Finding]:
    """Look at everything that a bot needs, in the order in which one would mend it."""
    yield ok("settings", "They can be read.")
    yield machine.course(settings.curriculum)
    findings, cohorts = await machine.database(settings.database_url)
    for finding in findings:
        yield finding
    for finding in machine.zones(cohorts, clock()):
        yield finding
    for finding in machine.pages(settings.pages()):
        yield finding
    try:
        token = settings.discord_token()
    except SettingsError as error:
        yield fail("token", str(error))
        return
    if not servers.is_like_a_token(token):
        yield fail(
            "token",
            "HOMEROOM_TOKEN cannot be a bot's token: that has three parts with dots between them. Copy the whole token "
            "from your application's Bot page in the developer portal, not the public key.",
        )
        return
    async for finding in servers.examine(settings.discord_api, token, cohorts, clock):
        yield finding
