"""Changing the calendar of a running course: `/cohort break · rhythm · pause · resume · finish`, for leads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from discord import app_commands
from discord.ext import commands

from bot.cohorts import door
from bot.cohorts.rules import Here, parse_reason
from bot.cohorts.service import Cohorts
from bot.confirm import carried
from bot.dates import parse_day
from bot.errors import CourseError
from bot.planning import cards, rules, stopping_cards
from bot.planning.rules import Edit, GoOn, SetRhythm, TakeBreak, UndoBreak
from bot.planning.service import Planning
from bot.planning.stopping import KEEP_DAYS
from bot.ui import House, Interaction, reply, update


class PlanningCog(commands.Cog):
    """The door where a lead changes dates: each change is shown first, and asks."""

    cohort = door.cohort_group()

    def __init__(self, bot: House, cohorts: Cohorts, planning: Planning) -> None:
        self.bot, self.cohorts, self.planning = bot, cohorts, planning

    async def cog_load(self) -> None:
        """Open this room's doors."""
        self.bot.open_door("planning.change", self.change_pressed)
        self.bot.open_door("planning.pause", self.pause_pressed)
        self.bot.open_door("planning.finish", self.finish_pressed)
        self.bot.open_door("planning.leave", self.leave_pressed)

    @cohort.command(name="break")
    @app_commands.describe(
        starts_on="The first day of the break: next monday, 6 april, or 2026-04-06; leave it out to see all breaks",
        weeks="How many weeks later everything comes that follows: 1 to 8",
        reason="Why, for the calendar",
        undo="Take back the break that begins on that day",
    )
    async def take_break(
        self,
        interaction: Interaction,
        starts_on: str | None = None,
        weeks: int = 1,
        reason: str | None = None,
        undo: bool = False,
    ) -> None:
        """Move all that follows by some weeks, or take such a break back."""
        here = await door.here(self.cohorts, interaction)
        now = interaction.created_at
        here.lead()
        if starts_on is None and not undo:
            found = await self.planning.breaks(here)
            await reply(interaction, cards.breaks(here, found, now))
            return
        if starts_on is None:
            day = _only_break(here, interaction)
        else:
            day = parse_day(starts_on, now.astimezone(here.cohort.zone).date())
        edit: Edit = UndoBreak(day=day) if undo else TakeBreak(day=day, weeks=weeks, reason=reason or "")
        await reply(interaction, cards.asked(await self.planning.preview(here, edit, now)))

    @cohort.command(name="rhythm")
    @app_commands.describe(
        kickoff="When a week begins, such as mon 09:00",
        nudge="When those who owe work are reminded",
        deadline="When work is due",
        retro="When the retro prompt is posted",
        reviews="When weekly reviews are due",
        digest="When the week in numbers is posted",
    )
    async def rhythm(
        self,
        interaction: Interaction,
        kickoff: str | None = None,
        nudge: str | None = None,
        deadline: str | None = None,
        retro: str | None = None,
        reviews: str | None = None,
        digest: str | None = None,
    ) -> None:
        """See the rhythm of the weeks to come, or change it from the first week that has not begun."""
        here = await door.here(self.cohorts, interaction)
        wanted = {
            "kickoff": kickoff, "nudge": nudge, "deadline": deadline,
            "retro": retro, "reviews": reviews, "digest": digest,
        }  # fmt: skip
        week, rhythm = self.planning.rhythm(here, wanted, interaction.created_at)
        if all(typed is None for typed in wanted.values()):
            await reply(interaction, cards.rhythm(here, week, rhythm))
            return
        preview = await self.planning.preview(here, SetRhythm(rhythm=rhythm), interaction.created_at)
        await reply(interaction, cards.asked(preview))

    async def change_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Make the change that the card shows; if it comes to something else by now, show that instead."""
        cohort_id, *packed, mark = key.split(".")
        here = await door.here(self.cohorts, interaction, int(cohort_id))
        edit, now = cards.unpacked(packed, carried(interaction)), interaction.created_at
        outcome = await self.planning.change(here, edit, mark, now)
        if not outcome.is_done:
            await self._ask_again(interaction, here, edit)
            return
        done = outcome.preview
        card = stopping_cards.resumed(done) if isinstance(edit, GoOn) else cards.changed(done, now)
        await update(interaction, card)
        self.bot.nudge()

    async def _ask_again(self, interaction: Interaction, here: Here, edit: Edit) -> None:
        now = interaction.created_at
        if isinstance(edit, GoOn):
            card = stopping_cards.resume_asked(await self.planning.stopped(here, now), again=True)
        else:
            card = cards.asked(await self.planning.preview(here, edit, now), again=True)
        await update(interaction, card)

    async def leave_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Leave the cohort as it is."""
        here = await door.here(self.cohorts, interaction, int(key))
        here.lead()
        await update(interaction, cards.left(here.cohort))

    @cohort.command(name="pause")
    @app_commands.describe(reason="Why, for the audit log")
    async def pause(self, interaction: Interaction, reason: str | None = None) -> None:
        """Stop the clock: nothing is posted and no deadline falls due until you resume."""
        here = await door.here(self.cohorts, interaction)
        ahead = await self.planning.ahead(here, interaction.created_at)
        await reply(interaction, stopping_cards.pause_asked(here, ahead, parse_reason(reason)))

    async def pause_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Stop the clock."""
        here = await door.here(self.cohorts, interaction, int(key))
        running = await self.planning.pause(here, carried(interaction), interaction.created_at)
        await update(interaction, stopping_cards.paused(running))
        self.bot.nudge()

    @cohort.command(name="resume")
    async def resume(self, interaction: Interaction) -> None:
        """Let a paused or finished cohort go on: where it stopped, or with its dates kept."""
        here = await door.here(self.cohorts, interaction)
        stopped = await self.planning.stopped(here, interaction.created_at)
        await reply(interaction, stopping_cards.resume_asked(stopped))

    @cohort.command(name="finish")
    @app_commands.describe(
        keep_days="After how many days what is known about its people is forgotten; 0 keeps it until they ask"
    )
    async def finish(self, interaction: Interaction, keep_days: int = KEEP_DAYS) -> None:
        """See what is still open, then end the cohort with a button."""
        here = await door.here(self.cohorts, interaction)
        now = interaction.created_at
        ending = await self.planning.ending(here, keep_days, now)
        await reply(interaction, stopping_cards.finish_asked(ending, keep_days, now))

    async def finish_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """End the cohort."""
        cohort_id, keep_days = map(int, key.split("."))
        here = await door.here(self.cohorts, interaction, cohort_id)
        running = await self.planning.finish(here, keep_days, interaction.created_at)
        await update(interaction, stopping_cards.finished(running, interaction.created_at))
        self.bot.nudge()


def _only_break(here: Here, interaction: Interaction) -> date:
    """The break to take back when no day is named: the only one to come."""
    found = rules.coming(here, interaction.created_at)
    if len(found) == 1:
        return rules.begins(here, found[0])
    raise CourseError(
        "Which break? Give the day on which it begins as well; `/cohort break` without options lists them."
    )
