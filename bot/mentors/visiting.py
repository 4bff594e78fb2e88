"""Handing somebody the link that opens a page for them, privately."""

from __future__ import annotations

from datetime import timedelta

import discord

from bot import ui
from bot.cohorts.rules import Here
from bot.errors import CourseError
from bot.revisions.waits import spelled
from bot.web.rules import LINK_LASTS, SESSION_LASTS
from bot.web.visits import Visits


async def show_in(interaction: ui.Interaction, visits: Visits | None, here: Here, page: str) -> None:
    """Answer a press with a new link to one of the cohort's pages, for whoever may see it at this moment."""
    here.staff()
    if visits is None:
        raise CourseError(
            "The pages of this installation are switched off, so this has nowhere to lead. `/report`, `/queue` and "
            "`/progress` show the same here."
        )
    await ui.reply(interaction, link(await visits.link(here, page, interaction.created_at)))


def link(address: str) -> ui.Card:
    """A link, and how long it is good for."""
    button = discord.ui.Button[discord.ui.LayoutView](label="Open the page", url=address)
    return ui.Card(
        ui.text(
            "### Here is your link",
            f"It works once, for {_minutes(LINK_LASTS)} from now, and for you only: do not pass it on. After that this "
            f"browser stays signed in for {spelled(SESSION_LASTS)}.",
        ),
        ui.row(button),
    )


def _minutes(span: timedelta) -> str:
    return ui.plural(round(span / timedelta(minutes=1)), "minute")
