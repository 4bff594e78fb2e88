"""A post as it is sent: its card, and whom it may ping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import discord

from bot.announcements.rules import Attached
from bot.cohorts.rules import Member
from bot.ui import Card, safe


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A card, whom it may ping, and the file that it shows."""

    card: Card
    users: Sequence[int] = field(default_factory=tuple[int, ...])
    roles: Sequence[int] = field(default_factory=tuple[int, ...])
    everyone: bool = False
    file: Attached | None = None

    @property
    def mentions(self) -> discord.AllowedMentions:
        """Only the people this post is for."""
        return discord.AllowedMentions(
            everyone=self.everyone,
            users=[discord.Object(user_id) for user_id in self.users],
            roles=[discord.Object(role_id) for role_id in self.roles],
        )


def mention(member: Member) -> str:
    """A member as Discord shows them; a former member by that name."""
    return safe(member.name) if member.user_id is None else f"<@{member.user_id}>"
