"""Saying what is owed: the tick's hands, and the buttons that belong to no other room."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import discord
import structlog
from discord.ext import commands

from bot.announcements.cards import upload
from bot.announcements.rules import Reason
from bot.cohorts import door
from bot.cohorts.service import Cohorts
from bot.ledger import Claimed
from bot.permissions import NEEDED
from bot.posts import cards, standing
from bot.posts.cards import Rendered
from bot.posts.desk_rules import Announced
from bot.posts.preview import first_kickoffs
from bot.posts.rules import Post
from bot.posts.service import Failure, Posts, everyone
from bot.ui import House, Interaction, reply

_log = structlog.get_logger(__name__)

# A post whose answer was lost is looked for from just before it was sent, in so many messages of the channel.
LOOK_THROUGH = 500
CLOCK_SKEW = timedelta(minutes=5)  # Discord's clock and ours may differ

# Discord's codes. A private message that becomes a knock needs the channel too.
UNKNOWN_CHANNEL, CLOSED_TO_US = 10003, 50007
NO_ANSWER = (discord.DiscordServerError, aiohttp.ClientError, asyncio.TimeoutError, OSError)


class PostsCog(commands.Cog):
    """Everything said on schedule."""

    def __init__(self, bot: House, cohorts: Cohorts, posts: Posts) -> None:
        self.bot = bot
        self.cohorts = cohorts
        self.posts = posts

    async def cog_load(self) -> None:
        """Open this room's doors."""
        self.bot.open_door("digest.staff", self.backstage)
        self.bot.open_door("cohort.preview", self.preview)

    async def preview(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Show a lead the first kickoffs of a draft."""
        here = await door.here(self.cohorts, interaction, int(key))
        running, _ = self.cohorts.plan(here, interaction.created_at)
        for card in first_kickoffs(running):
            await reply(interaction, card)

    async def backstage(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Show leads and mentors who is behind, and what needs mending."""
        cohort_id, _, week = key.partition(".")
        here = await door.here(self.cohorts, interaction, int(cohort_id))
        view = await self.posts.backstage(here, int(week), interaction.created_at)
        await reply(interaction, cards.backstage(view))

    async def tick(self, now: datetime) -> bool:
        """Say the next of what is due; False if nothing was. What goes wrong with one row touches no other."""
        rows = await self.posts.claim(now)
        for row in rows:
            post = None
            try:
                post = await self.posts.compose(row, now)
                if post is not None:
                    await self._say(row, post, now)
            except Exception as error:  # noqa: BLE001 - one row's fault must not silence the others
                _log.exception("post failed", occurrence=row.id, kind=row.kind, key=row.key)
                # Once it was composed it may have been said, and only writing that down failed.
                fault = Failure(error=f"fault: {type(error).__name__}", unsure=post is not None, fault=True)
                await self.posts.failed(row, None, fault, now)
        return bool(rows)

    async def _say(self, row: Claimed, post: Post, now: datetime) -> None:
        try:
            message = await self._announced(row, post)
            if message is None:
                reason = await self._against(post)
                if reason is not None:
                    await self.posts.withhold(row, reason, now)
                    return
                message = await self._deliver(row, post)
        except NO_ANSWER as error:
            failure = Failure(error=f"no answer from Discord ({type(error).__name__})", unsure=True)
        except _Failed as error:
            failure = error.failure
        except discord.Forbidden as error:
            failure = _refused(post.channel_id, f"not allowed ({error.code})")
        except discord.NotFound as error:
            failure = _gone(post, error)
        else:
            await self.posts.sent(row, post, channel_id=message.channel.id, message_id=message.id, now=now)
            return
        _log.warning("not sent", occurrence=row.id, kind=row.kind, key=row.key, why=failure.error)
        await self.posts.failed(row, post, failure, now)

    async def _announced(self, row: Claimed, post: Post) -> discord.Message | None:
        """An announcement that an earlier attempt posted after all, whatever its author may do by now."""
        if not isinstance(post.content, Announced):
            return None
        return await self._earlier(self.bot.get_partial_messageable(post.channel_id), row)

    async def _against(self, post: Post) -> Reason | None:
        """Why an announcement may not be made any more, if it is one and may not."""
        if not isinstance(post.content, Announced):
            return None
        try:
            reason = await standing.reason_against(self.bot, post.content)
        except LookupError as error:
            raise _Failed(Failure(error=str(error))) from error
        cohort = post.content.running.cohort
        pings = reason is None and post.content.audience.everyone
        if pings and not standing.may_ping_everyone(self.bot, cohort.guild_id, cohort.channel_id):
            raise _Failed(_cannot_ping(post))
        return reason

    async def _deliver(self, row: Claimed, post: Post) -> discord.Message:
        """Send a post where it belongs, unless it is found to be there already."""
        rendered = cards.render(post.content, row.id)
        channel = self.bot.get_partial_messageable(post.channel_id)
        if post.user_id is None:
            return await self._once(channel, row, rendered)
        try:
            private = await self.bot.create_dm(discord.Object(post.user_id))
            return await self._once(private, row, rendered)
        except discord.Forbidden as error:
            if error.code != CLOSED_TO_US:
                raise _Failed(Failure(error=f"private message refused ({error.code})")) from error
            # The channel gets a knock without content; a lead's trouble may be the channel itself.
            knock = cards.knock(post.content.running, post.user_id, row.id)
            return await self._once(channel, row, knock)

    async def _once(
        self, channel: discord.abc.Messageable, row: Claimed, rendered: Rendered
    ) -> discord.Message:
        found = await self._earlier(channel, row)
        if found is not None:
            return found
        file = upload(rendered.file)
        return await channel.send(
            view=rendered.card,
            allowed_mentions=rendered.mentions,
            nonce=f"homeroom-{row.id}",
            files=[] if file is None else [file],
        )

    async def _earlier(self, channel: discord.abc.Messageable, row: Claimed) -> discord.Message | None:
        """Our own post for a row that may have reached Discord before."""
        if row.unsure_since is None:
            return None
        self._may_look(channel)
        return await _find(channel, row.id, row.unsure_since, self.bot.user)

    def _may_look(self, channel: discord.abc.Messageable) -> None:
        """Where history is closed to us Discord shows none of it, which would pass for "nothing was said here"."""
        place = self.bot.get_channel(getattr(channel, "id", 0))
        if isinstance(place, discord.abc.GuildChannel) and not _is_readable(place):
            raise _Failed(_refused(place.id, "not allowed to look for an earlier post"))


def _is_readable(place: discord.abc.GuildChannel) -> bool:
    return place.permissions_for(place.guild.me).read_message_history


class _Failed(Exception):
    """A post could not be sent, for a reason that Discord's own error would not tell."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.error)
        self.failure = failure


async def _find(
    channel: discord.abc.Messageable, row_id: int, since: datetime, me: discord.abc.User | None
) -> discord.Message | None:
    """Our own post for this row, if an earlier attempt reached Discord after all."""
    async for message in channel.history(limit=LOOK_THROUGH, after=since - CLOCK_SKEW, oldest_first=True):
        if me is not None and message.author.id == me.id and f"~{row_id}" in _marks(message.components):
            return message
    return None


def _marks(components: Sequence[Any]) -> Iterator[str]:
    """The marks that a message's buttons carry."""
    for component in components:
        custom_id = getattr(component, "custom_id", None)
        if isinstance(custom_id, str) and "~" in custom_id:
            yield custom_id[custom_id.rindex("~") :]
        yield from _marks(getattr(component, "children", ()))


def _refused(channel_id: int, error: str) -> Failure:
    *most, last = (item.shown for item in NEEDED)
    return Failure(
        error=error,
        mend=(
            f"I may not post in <#{channel_id}>. Give me {', '.join(most)} and {last} there (channel settings → "
            "Permissions)."
        ),
    )


def _cannot_ping(post: Post) -> Failure:
    return Failure(
        error="not allowed to mention everyone",
        subject=everyone(post),
        mend=(
            f"An announcement to everyone waits: I may not mention everyone in <#{post.channel_id}>. Give me Mention "
            "Everyone there (channel settings → Permissions), or change whom it mentions with `/announce edit`."
        ),
    )


def _gone(post: Post, error: discord.NotFound) -> Failure:
    if post.user_id is not None and error.code != UNKNOWN_CHANNEL:
        return Failure(error="nobody there", hopeless=True)
    return Failure(
        error="channel gone",
        mend=(
            "The cohort's channel no longer exists, so nothing can be posted. Make a new one and create the cohort "
            "again there, or bring the channel back."
        ),
    )
