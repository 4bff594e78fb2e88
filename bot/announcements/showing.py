"""What both doors of the announcements share: which one is meant, and where its card goes."""

from __future__ import annotations

from discord.app_commands import Choice

from bot.announcements import cards
from bot.announcements.rules import Attached
from bot.announcements.service import Announcements
from bot.cohorts import door
from bot.cohorts.rules import Here
from bot.cohorts.service import Cohorts
from bot.errors import CourseError
from bot.ui import Card, Interaction, reply

CHOICES = 25  # Discord's, for what is offered while typing


async def about(cohorts: Cohorts, interaction: Interaction, key: str) -> tuple[Here, int]:
    """The cohort of a button, and the number that it is about."""
    cohort_id, _, number = key.partition(".")
    return await door.here(cohorts, interaction, int(cohort_id)), int(number)


async def exactly(cohorts: Cohorts, interaction: Interaction, key: str) -> tuple[Here, int, int]:
    """The same, and what it was when the button was made."""
    cohort_id, number, version = map(int, key.split("."))
    return await door.here(cohorts, interaction, cohort_id), number, version


async def put(interaction: Interaction, card: Card, file: Attached | None = None) -> None:
    """Answer privately with a card and its file, in the place of the private card that was pressed if there is one."""
    shown, message = cards.upload(file), interaction.message
    if message is None or not message.flags.ephemeral or interaction.response.is_done():
        await reply(interaction, card, file=shown)
    else:
        await interaction.response.edit_message(view=card, attachments=[] if shown is None else [shown])


async def matching(
    cohorts: Cohorts, announcements: Announcements, interaction: Interaction, current: str
) -> list[Choice[str]]:
    """What is to come that has these words in it; nothing for whoever does not lead."""
    try:
        here = await door.here(cohorts, interaction)
        coming = await announcements.coming(here)
    except CourseError:
        return []
    typed = current.strip().lower()
    found = [
        Choice(name=name, value=str(item.id))
        for item in coming
        if typed in (name := cards.name_of(here.cohort, item)).lower() or typed in item.body.lower()
    ]
    return found[:CHOICES]
