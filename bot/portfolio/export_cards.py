"""What comes with the files of a portfolio."""

from __future__ import annotations

from discord import ui

from bot.portfolio.exporting import JSON, PAGE, README
from bot.portfolio.rules import Dossier
from bot.ui import GOOD, Card, bullets, plural, text

KILOBYTE = 1000


def exported(dossier: Dossier, name: str, size: int) -> Card:
    """The zip, and what is in it."""
    entries = dossier.portfolio.entries
    chosen = any(entry.place is not None for entry in entries)
    hint = (
        ""
        if chosen or len(entries) < 2  # noqa: PLR2004 - there is nothing to choose from
        else "\n-# Choose your best three in `/portfolio show`; they come first for a hurried reader."
    )
    return Card(
        text(
            "### Your portfolio, to hand in",
            f"{plural(len(entries), 'piece')} of work, {max(1, round(size / KILOBYTE))} kB. In the zip:",
            bullets(
                [
                    f"`{PAGE}` opens in any browser, prints well and works without the internet. Keep its style sheet "
                    "beside it; together they can also be put on any web space.",
                    f"`{README}` is the same for the front page of a repository.",
                    f"`{JSON}` is the same for programs.",
                ]
            ),
            f"-# Everything you published is in it, with the quotes that you may use. It stays as it is: export again "
            f"after a change, or when somebody takes their quote back.{hint}",
        ),
        ui.File(f"attachment://{name}"),
        accent=GOOD,
    )
