"""Saying something to a cohort at a time: `/announce`, for its leads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Literal

import discord
from discord import app_commands
from discord.app_commands import Choice, Range
from discord.ext import commands

from bot.announcements import cards, rules
from bot.announcements.forms import INPUT_LIMIT, Wording, filled
from bot.announcements.rules import Attached, Audience, Rights
from bot.announcements.service import Announcements
from bot.announcements.showing import about, exactly, matching, put
from bot.announcements.wording import REPEATS, Wanted
from bot.cohorts import door
from bot.cohorts.rules import Cohort
from bot.cohorts.service import Cohorts
from bot.errors import CourseError
from bot.forms import GivenBack
from bot.ui import House, Interaction, reply

Mention = Literal["none", "cohort", "everyone"]
NAME_LIMIT = 80
MORE_REPEATS = ("mon, thu", "tue, fri", "mon, wed, fri")


class AnnouncementsCog(commands.Cog):
    """The door where leads announce."""

    announce = app_commands.Group(
        name="announce", description="Say something to the cohort at a time", guild_only=True
    )

    def __init__(self, bot: House, cohorts: Cohorts, announcements: Announcements) -> None:
        self.bot, self.cohorts, self.announcements = bot, cohorts, announcements

    async def cog_load(self) -> None:
        """Open this room's doors."""
        self.bot.open_door("announce.keep", self.keep_pressed)
        self.bot.open_door("announce.change", self.change_pressed)
        self.bot.open_door("announce.discard", self.discard_pressed)
        self.bot.open_door("announce.edit", self.edit_pressed)

    @announce.command(name="schedule")
    @app_commands.describe(
        when="By the cohort's clock: friday 18:00, tomorrow 9am, in 2 hours, or 2026-03-09 18:00",
        text="What to say; leave it out to write it in a form, with line breaks",
        repeat="none, weekly, daily, weekdays, or weekdays such as mon, thu",
        mention="Whom it pings; everyone takes the permission for it, or a second lead's approval",
        file="One file that goes with it, up to 8 MiB",
    )
    async def schedule(
        self,
        interaction: Interaction,
        when: str,
        text: Range[str, 0, INPUT_LIMIT] | None = None,
        repeat: str | None = None,
        mention: Mention = "none",
        file: discord.Attachment | None = None,
    ) -> None:
        """Write an announcement and see how it will look; nothing is posted before you say so."""
        here = await door.here(self.cohorts, interaction)
        here.lead()
        rules.check_cohort(here.cohort)
        typed = {"when": when, "text": text or "", "repeat": repeat or "", "mention": mention}
        form = Wording(typed, partial(self._propose, here.cohort.id, None, file))
        try:
            self.announcements.check(here, Wanted(**typed), interaction.created_at)
            if file is not None:
                rules.check_file(file.size)
            if (text or "").strip():
                await self._propose(here.cohort.id, None, file, interaction, Wanted(**typed))
            else:
                await interaction.response.send_modal(form)
        except CourseError as refusal:
            await reply(interaction, GivenBack(str(refusal), form))

    @announce.command(name="edit")
    @app_commands.describe(
        announcement="Which one: its number, or words of it",
        when="Its next time, by the cohort's clock",
        text="What to say instead; without any option a form opens",
        repeat="none, weekly, daily, weekdays, or weekdays such as mon, thu",
        mention="Whom it pings",
        file="A file in the place of the one it has",
    )
    async def edit(
        self,
        interaction: Interaction,
        announcement: str,
        when: str | None = None,
        text: Range[str, 0, INPUT_LIMIT] | None = None,
        repeat: str | None = None,
        mention: Mention | None = None,
        file: discord.Attachment | None = None,
    ) -> None:
        """Change what is to come: you see it before and after, and confirm."""
        here = await door.here(self.cohorts, interaction)
        item = await self.announcements.meant(here, announcement)
        wanted = Wanted(when=when, text=text, repeat=repeat, mention=mention)
        given = {
            name: value for name in ("when", "text", "repeat", "mention") if (value := getattr(wanted, name))
        }
        form = Wording(filled(item) | given, partial(self._propose, here.cohort.id, item.id, file))
        try:
            if file is not None:
                rules.check_file(file.size)
            elif not given:
                await interaction.response.send_modal(form)
                return
            await self._propose(here.cohort.id, item.id, file, interaction, wanted)
        except CourseError as refusal:
            await reply(interaction, GivenBack(str(refusal), form))

    async def _propose(
        self,
        cohort_id: int,
        announcement_id: int | None,
        upload: discord.Attachment | None,
        interaction: Interaction,
        wanted: Wanted,
    ) -> None:
        """Show how something new, or something changed, will look."""
        here = await door.here(self.cohorts, interaction, cohort_id)
        rights, now = self._rights(interaction, here.cohort), interaction.created_at
        file = None
        if upload is not None:
            # Discord waits three seconds for an answer, and a large file takes longer.
            await interaction.response.defer(ephemeral=True, thinking=True)
            file = await _fetched(upload)
        if announcement_id is None:
            preview = await self.announcements.propose(here, wanted, rights, file, now)
        else:
            preview = await self.announcements.amend(here, announcement_id, wanted, rights, file, now)
        await put(
            interaction, cards.asked(preview, self._warnings(here.cohort, preview.audience)), preview.file
        )

    def _rights(self, interaction: Interaction, cohort: Cohort) -> Rights:
        """What Discord lets whoever asks do in the cohort's channel."""
        guild, user = self.bot.get_guild(cohort.guild_id), interaction.user
        channel = None if guild is None else guild.get_channel(cohort.channel_id)
        if not isinstance(user, discord.Member) or user.guild.id != cohort.guild_id or channel is None:
            return Rights(by_role=rules.carries_lead(cohort, door.asker(interaction)), everyone=False)
        return Rights(
            by_role=rules.carries_lead(cohort, door.asker(interaction)),
            everyone=channel.permissions_for(user).mention_everyone,
        )

    def _warnings(self, cohort: Cohort, heard: Audience) -> list[str]:
        """What would keep a ping from reaching anybody."""
        guild = self.bot.get_guild(cohort.guild_id)
        channel = None if guild is None else guild.get_channel(cohort.channel_id)
        if guild is None or channel is None or channel.permissions_for(guild.me).mention_everyone:
            return []
        if heard.everyone:
            return [
                f"I may not mention everyone in <#{cohort.channel_id}>, and post it only once I may: give me Mention "
                "Everyone there (channel settings → Permissions)."
            ]
        role = None if heard.role_id is None else guild.get_role(heard.role_id)
        if role is not None and not role.mentionable:
            return [
                f"I may not ping {role.mention}, so it is posted and nobody is pinged: allow anyone to mention this "
                "role (Server Settings → Roles), or give me Mention Everyone in the channel."
            ]
        return []

    async def keep_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Schedule the draft that the card shows, or make its change."""
        here, draft_id, version = await exactly(self.cohorts, interaction, key)
        rights = self._rights(interaction, here.cohort)
        preview = await self.announcements.keep(here, draft_id, version, rights, interaction.created_at)
        await put(interaction, cards.kept(preview))
        self.bot.nudge()

    async def change_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Open the form with the draft."""
        here, draft_id, version = await exactly(self.cohorts, interaction, key)
        draft = await self.announcements.draft(here, draft_id, version)
        send = partial(self._reword, here.cohort.id, draft_id, version)
        await interaction.response.send_modal(Wording(filled(draft), send))

    async def _reword(
        self, cohort_id: int, draft_id: int, version: int, interaction: Interaction, wanted: Wanted
    ) -> None:
        here = await door.here(self.cohorts, interaction, cohort_id)
        rights = self._rights(interaction, here.cohort)
        preview = await self.announcements.reword(
            here, draft_id, version, wanted, rights, interaction.created_at
        )
        await put(
            interaction, cards.asked(preview, self._warnings(here.cohort, preview.audience)), preview.file
        )

    async def discard_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Forget the draft that the card shows."""
        here, draft_id, version = await exactly(self.cohorts, interaction, key)
        await self.announcements.discard(here, draft_id, version)
        await put(interaction, cards.discarded())

    async def edit_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Open the form with what is to come."""
        here, announcement_id = await about(self.cohorts, interaction, key)
        item = (await self.announcements.one(here, announcement_id)).announcement
        send = partial(self._propose, here.cohort.id, item.id, None)
        await interaction.response.send_modal(Wording(filled(item), send))

    @schedule.autocomplete("repeat")
    @edit.autocomplete("repeat")
    async def repeats(self, interaction: Interaction, current: str) -> list[Choice[str]]:
        """How often it may come."""
        typed = current.strip().lower()
        known = [item for item in (*REPEATS, *MORE_REPEATS) if typed in item]
        own = [current.strip()[:100]] if typed and typed not in known else []
        return [Choice(name=item, value=item) for item in [*own, *known]]

    @edit.autocomplete("announcement")
    async def matching(self, interaction: Interaction, current: str) -> list[Choice[str]]:
        """What is to come that has these words in it."""
        return await matching(self.cohorts, self.announcements, interaction, current)


async def _fetched(upload: discord.Attachment) -> Attached:
    """What was uploaded, under a name that a card can refer to."""
    rules.check_file(upload.size)
    try:
        body = await upload.read()
    except discord.HTTPException:
        raise CourseError(
            "Discord did not give me the file. Upload it once more with `/announce schedule`."
        ) from None
    stem = re.sub(r"[^A-Za-z0-9._-]+", "_", upload.filename).strip("_") or "file"
    media_type = (upload.content_type or "application/octet-stream").partition(";")[0].strip()
    return Attached(name=stem[-NAME_LIMIT:], media_type=media_type, body=body)
