"""More time and leaving out: `/extension`, `/extend` and `/excuse`, and the buttons that answer a request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.cohorts import door
from bot.cohorts.rules import Here, parse_reason
from bot.cohorts.service import Cohorts
from bot.confirm import carried
from bot.curriculum import Deliverable
from bot.errors import CourseError
from bot.extensions import cards, giving_cards, rules
from bot.extensions.forms import AskForm, DeclineForm, UntilForm
from bot.extensions.service import Extensions
from bot.forms import GivenBack
from bot.submissions.rules import find, listed
from bot.submissions.service import Submissions
from bot.ui import House, Interaction, reply, shortened, update

Person = discord.Member | discord.User


class ExtensionsCog(commands.Cog):
    """The door where students ask for more time, and leads give it."""

    def __init__(
        self, bot: House, cohorts: Cohorts, submissions: Submissions, extensions: Extensions
    ) -> None:
        self.bot, self.cohorts = bot, cohorts
        self.submissions, self.extensions = submissions, extensions

    async def cog_load(self) -> None:
        """Open this room's doors."""
        self.bot.open_door("extension.withdraw", self.withdraw_pressed)
        self.bot.open_door("extension.requests", self.requests_pressed)
        self.bot.open_door("extension.open", self.open_pressed)
        self.bot.open_door("extension.grant", self.grant_pressed)
        self.bot.open_door("extension.other", self.other_pressed)
        self.bot.open_door("extension.decline", self.decline_pressed)
        self.bot.open_door("extend.give", self.give_pressed)
        self.bot.open_door("extend.leave", self.leave_pressed)
        self.bot.open_door("excuse.give", self.excuse_pressed)
        self.bot.open_door("excuse.list", self.excused_pressed)

    @app_commands.command(name="extension", description="Ask your leads for more time for a deliverable")
    @app_commands.describe(
        deliverable="Which one",
        days=f"How many more days, 1 to {rules.MOST_DAYS}",
        reason="Why, in a few words; only leads read it",
    )
    async def extension(self, interaction: Interaction, deliverable: str, days: int, reason: str) -> None:
        """Ask for more days; a request that is refused is given back with its words."""
        here = await door.here(self.cohorts, interaction)
        here.student()
        meant = find(here.course, deliverable)
        try:
            await self._ask(here, meant, interaction, days, reason)
        except CourseError as refusal:
            send = partial(self._ask_again, here.cohort.id, meant)
            form = AskForm({"days": str(days), "reason": reason}, send)
            await reply(interaction, GivenBack(str(refusal), form))

    async def _ask_again(
        self, cohort_id: int, meant: Deliverable, interaction: Interaction, days: int, reason: str
    ) -> None:
        here = await door.here(self.cohorts, interaction, cohort_id)
        await self._ask(here, meant, interaction, days, reason)

    async def _ask(
        self, here: Here, meant: Deliverable, interaction: Interaction, days: int, reason: str
    ) -> None:
        asked = await self.extensions.ask(here, meant, days, reason, interaction.created_at)
        await (reply if interaction.message is None else update)(interaction, cards.asked(asked))
        self.bot.nudge()

    @extension.autocomplete("deliverable")
    async def own_deliverables(self, interaction: Interaction, current: str) -> list[Choice[str]]:
        """What is due and missing first; nothing rather than an error."""
        try:
            here = await door.here(self.cohorts, interaction)
            handed_in = await self.submissions.handed_in(here)
        except CourseError:
            return []
        return _choices(here, current, handed_in, interaction.created_at)

    @app_commands.command(name="extend", description="Give a student more time for a deliverable; for leads")
    @app_commands.describe(
        member="Who gets more time; leave everything out to see who asks for it",
        deliverable="For which deliverable",
        until="Until when: friday, next monday 18:00, in 3 days, or 2026-03-09",
        reason="A word with it; the student reads it, and it is logged",
    )
    async def extend(
        self,
        interaction: Interaction,
        member: Person | None = None,
        deliverable: str | None = None,
        until: str | None = None,
        reason: str | None = None,
    ) -> None:
        """Show what more time would change and ask; without options, show who asks for it."""
        here = await door.here(self.cohorts, interaction)
        here.lead()
        if member is None and deliverable is None and until is None:
            found = await self.extensions.desk(here, interaction.created_at)
            await reply(interaction, cards.desk(here.cohort, found))
            return
        if member is None or not deliverable:
            raise CourseError(
                "Name both `member` and `deliverable`. Without any options `/extend` lists who asks for more time."
            )
        meant = find(here.course, deliverable)
        await self.extensions.check_student(here, member.id)
        form = UntilForm(
            {"until": until or "", "reason": reason or ""},
            partial(self._ask_to_extend, here.cohort.id, member.id, meant),
        )
        if until is None:
            await interaction.response.send_modal(form)
            return
        try:
            await self._ask_to_extend(here.cohort.id, member.id, meant, interaction, until, reason or "")
        except CourseError as refusal:
            await reply(interaction, GivenBack(str(refusal), form))

    async def _ask_to_extend(
        self,
        cohort_id: int,
        user_id: int,
        meant: Deliverable,
        interaction: Interaction,
        until: str,
        reason: str,
    ) -> None:
        here = await door.here(self.cohorts, interaction, cohort_id)
        now, words = interaction.created_at, parse_reason(reason)
        moment = rules.parse_until(until, here, meant, now)
        given = await self.extensions.plan(here, user_id, meant, moment, now)
        card = giving_cards.extend_asked(here, given, words)
        await (reply if interaction.message is None else update)(interaction, card)

    async def give_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Give the time that the card shows; the key is cohort/user/deliverable/until/instead of until."""
        rest, _, before = key.rpartition("/")
        here, user_id, meant, until = await self._meant(interaction, rest)
        moment, seen = datetime.fromtimestamp(until, UTC), datetime.fromtimestamp(int(before), UTC)
        words, now = carried(interaction), interaction.created_at
        done = await self.extensions.extend(here, user_id, meant, moment, words, now, seen=seen)
        if not done.is_done:
            await update(interaction, giving_cards.extend_asked(here, done.given, words, is_news=True))
            return
        await update(interaction, giving_cards.extended(done.given))
        self.bot.nudge()

    async def leave_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Leave everything as it is."""
        here = await door.here(self.cohorts, interaction, int(key))
        await update(interaction, giving_cards.left(here.cohort))

    @app_commands.command(name="excuse", description="Let a student leave a deliverable out; for leads")
    @app_commands.describe(
        member="Who may leave it out; leave everything out to see who may leave out what",
        deliverable="Which deliverable",
        reason="A word with it; the student reads it, and it is logged",
        undo="True expects it of them again",
    )
    async def excuse(
        self,
        interaction: Interaction,
        member: Person | None = None,
        deliverable: str | None = None,
        reason: str | None = None,
        undo: bool = False,
    ) -> None:
        """Show what it means and ask; without options, show who may leave out what."""
        here = await door.here(self.cohorts, interaction)
        here.lead()
        if member is None and deliverable is None:
            found = await self.extensions.excused(here)
            await reply(interaction, giving_cards.excused_listed(here.cohort, found, 1))
            return
        if member is None or not deliverable:
            raise CourseError(
                "Name both `member` and `deliverable`. Without any options `/excuse` lists who may leave out what."
            )
        meant, words = find(here.course, deliverable), parse_reason(reason)
        plan = await self.extensions.plan_excuse(
            here, member.id, meant, undo=undo, now=interaction.created_at
        )
        await reply(interaction, giving_cards.excuse_asked(here, plan, words))

    async def excuse_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Do what the card shows; the key is cohort/user/deliverable/whether it is taken back."""
        here, user_id, meant, undo = await self._meant(interaction, key)
        words, now = carried(interaction), interaction.created_at
        done = await self.extensions.excuse(here, user_id, meant, words, undo=bool(undo), now=now)
        await update(interaction, giving_cards.excused(done))
        self.bot.nudge()

    async def excused_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Turn a page of who may leave out what."""
        cohort_id, page = map(int, key.split("."))
        here = await door.here(self.cohorts, interaction, cohort_id)
        found = await self.extensions.excused(here)
        await update(interaction, giving_cards.excused_listed(here.cohort, found, page))

    @extend.autocomplete("deliverable")
    @excuse.autocomplete("deliverable")
    async def any_deliverables(self, interaction: Interaction, current: str) -> list[Choice[str]]:
        """The course's deliverables, this week's first."""
        try:
            here = await door.here(self.cohorts, interaction)
        except CourseError:
            return []
        return _choices(here, current, frozenset(), interaction.created_at)

    async def _meant(self, interaction: Interaction, key: str) -> tuple[Here, int, Deliverable, int]:
        cohort_id, user_id, deliverable, value = key.split("/")
        here = await door.here(self.cohorts, interaction, int(cohort_id))
        return here, int(user_id), find(here.course, deliverable), int(value)

    async def withdraw_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Take back what one has asked for; the key is the cohort and the request."""
        here, request_id = await self._of(interaction, key)
        asked = await self.extensions.withdraw(here, request_id, interaction.created_at)
        await update(interaction, cards.withdrawn(asked))

    async def requests_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """A page of the requests that wait; the key is the cohort and the page."""
        here, page = await self._of(interaction, key)
        found = await self.extensions.desk(here, interaction.created_at, page)
        await update(interaction, cards.desk(here.cohort, found))

    async def open_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """One request, to be answered."""
        here, request_id = await self._of(interaction, key)
        asked = await self.extensions.request(here, request_id, interaction.created_at)
        await reply(interaction, cards.request(asked))

    async def grant_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Give the days that were asked for."""
        here, request_id = await self._of(interaction, key)
        asked = await self.extensions.grant(here, request_id, interaction.created_at)
        await update(interaction, cards.answered(asked))
        self.bot.nudge()

    async def other_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Ask for another date, in a form."""
        here, request_id = await self._of(interaction, key)
        await self.extensions.request(here, request_id, interaction.created_at)
        await interaction.response.send_modal(UntilForm({}, partial(self._give_other, key)))

    async def _give_other(self, key: str, interaction: Interaction, until: str, words: str) -> None:
        here, request_id = await self._of(interaction, key)
        asked = await self.extensions.give_other(here, request_id, until, words, interaction.created_at)
        await update(interaction, cards.answered(asked))
        self.bot.nudge()

    async def decline_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Ask for words to the student, in a form."""
        here, request_id = await self._of(interaction, key)
        await self.extensions.request(here, request_id, interaction.created_at)
        await interaction.response.send_modal(DeclineForm(partial(self._decline, key)))

    async def _decline(self, key: str, interaction: Interaction, words: str) -> None:
        here, request_id = await self._of(interaction, key)
        asked = await self.extensions.decline(here, request_id, words, interaction.created_at)
        await update(interaction, cards.answered(asked))
        self.bot.nudge()

    async def _of(self, interaction: Interaction, key: str) -> tuple[Here, int]:
        cohort_id, value = map(int, key.split("."))
        return await door.here(self.cohorts, interaction, cohort_id), value


def _choices(here: Here, typed: str, handed_in: frozenset[str], now: datetime) -> list[Choice[str]]:
    offered = listed(here.course, typed, handed_in, here.now_week(now))
    return [Choice(name=shortened(item.name, 100), value=item.key) for item in offered]
