"""What all pages for a cohort's mentors and leads share: whose they are, the way around, and the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from bot.cohorts.rules import Running


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A page's cohort, where its pages begin, and when it was made."""

    running: Running
    root: str
    """The address that all of the cohort's pages begin with."""
    now: datetime

    @property
    def cohort(self) -> str:
        """The cohort's name."""
        return self.running.cohort.name

    @property
    def zone(self) -> str:
        """The zone that every date on the page is in."""
        return self.running.cohort.zone.key

    @property
    def discord(self) -> str:
        """The way back to the cohort's channel."""
        return f"https://discord.com/channels/{self.running.cohort.guild_id}/{self.running.cohort.channel_id}"

    def at(self, moment: datetime) -> Markup:
        """An instant as people and machines read it, by the cohort's clock."""
        local = moment.astimezone(self.running.cohort.zone)
        year = "" if local.year == self.now.astimezone(self.running.cohort.zone).year else " %Y"
        shown = f"{local:%a} {local.day} {local:%b{year}, %H:%M}"
        return Markup('<time datetime="{}">{}</time>').format(local.isoformat(timespec="minutes"), shown)

    def to(self, page: str) -> str:
        """The address of another page of the cohort, such as `students/17`."""
        return f"{self.root}/{page}" if page else self.root
