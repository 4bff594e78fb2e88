"""The course at hand: a week, the overview, the lists, a search. Open to everyone, on a roster or not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from discord import app_commands
from discord.ext import commands

from bot.course import cards
from bot.course.rules import NoCohortYet, Place, Timetable
from bot.course.search import search
from bot.curriculum import Curriculum
from bot.ui import Card, House, Interaction, reply, update

# How a cohort is found is for the cohorts' room to say, which stands above this one.
Find = Callable[[Interaction, int | None], Awaitable[Timetable]]


class CourseCog(commands.Cog):
    """Looks things up in the course as the asker's cohort takes it, or as its file has it where there is none."""

    course = app_commands.Group(
        name="course", description="The course: what it is, where it leads, what is in it"
    )

    def __init__(self, bot: House, find: Find, curriculum: Curriculum) -> None:
        self.bot = bot
        self.find = find
        self.curriculum = curriculum

    async def cog_load(self) -> None:
        """Open this room's doors."""
        self.bot.open_door("week.show", self.week_pressed)
        self.bot.open_door("course.week", self.week_picked)

    async def place(self, interaction: Interaction, cohort_id: int | None = None) -> Place:
        """The course as whoever asks should see it; buttons name no cohort as 0."""
        try:
            dates = None if cohort_id == 0 else await self.find(interaction, cohort_id)
        except NoCohortYet:
            dates = None
        return Place(course=self.curriculum if dates is None else dates.course, dates=dates)

    @app_commands.command(name="week")
    @app_commands.describe(number="Which week to show; this week if you leave it out")
    async def week(
        self, interaction: Interaction, number: app_commands.Range[int, 1, 52] | None = None
    ) -> None:
        """See what a week is about, what to build, what to hand in and by when."""
        place = await self.place(interaction)
        await reply(interaction, _week(place, number, interaction))

    @course.command(name="overview")
    async def overview(self, interaction: Interaction) -> None:
        """See the course at a glance: stages, practices, rhythm, capstones."""
        place = await self.place(interaction)
        await _show(interaction, cards.overview(place, interaction.created_at))

    @course.command(name="roadmap")
    async def roadmap(self, interaction: Interaction) -> None:
        """See where the course leads, stop by stop."""
        await _show(interaction, cards.roadmap(await self.place(interaction)))

    @course.command(name="resources")
    async def resources(self, interaction: Interaction) -> None:
        """See what is worth keeping at hand, and which courses go well with this one."""
        await _show(interaction, cards.resources(await self.place(interaction)))

    @course.command(name="capstones")
    async def capstones(self, interaction: Interaction) -> None:
        """See the capstones, what each asks for, and when it is due."""
        await _show(interaction, cards.capstones(await self.place(interaction)))

    @course.command(name="search")
    @app_commands.describe(query="A word or a few; a place must hold all of them")
    async def search(self, interaction: Interaction, query: str) -> None:
        """Find where the course speaks of something."""
        place = await self.place(interaction)
        await reply(interaction, cards.found(place, query, search(place.course, query)))

    async def week_pressed(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Turn to another week; the key is the cohort and the week, 0 for this one."""
        cohort_id, _, number = key.partition(".")
        place = await self.place(interaction, int(cohort_id))
        await update(interaction, _week(place, int(number) or None, interaction))

    async def week_picked(self, interaction: Interaction, key: str, values: Sequence[str]) -> None:
        """Show the week that was chosen from a list, beside the list."""
        place = await self.place(interaction, int(key))
        await reply(interaction, _week(place, int(values[0]), interaction))


def _week(place: Place, number: int | None, interaction: Interaction) -> Card:
    now = interaction.created_at
    return cards.week_card(place, place.position(now) if number is None else place.checked(number), now)


async def _show(interaction: Interaction, sheets: Sequence[Card]) -> None:
    for sheet in sheets:
        await reply(interaction, sheet)
