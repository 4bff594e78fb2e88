"""What the bot asks of a server: each permission by its names and its bit, why, and whether it can be left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One permission: its name in discord.py, its name in Discord's settings, and what it is for."""

    name: str
    shown: str
    bit: int  # by Discord's documentation of permissions
    why: str
    without: str = ""  # how things go on without it; nothing is said if they do not

    @property
    def is_needed(self) -> bool:
        """Whether a course cannot run without it."""
        return not self.without


# In a cohort's channel; without one of them its posts cannot be sent, or not be found again.
NEEDED = (
    Permission(name="view_channel", shown="View Channel", bit=10, why="to see the cohort's channel"),
    Permission(
        name="send_messages",
        shown="Send Messages",
        bit=11,
        why="to post kickoffs, pairings and digests there",
    ),
    Permission(
        name="embed_links", shown="Embed Links", bit=14, why="so that links in posts show what they are"
    ),
    Permission(
        name="attach_files", shown="Attach Files", bit=15, why="to send pictures, reports and calendars"
    ),
    Permission(
        name="read_message_history",
        shown="Read Message History",
        bit=16,
        why="to find a post of mine whose answer was lost, instead of posting it twice; nobody's messages are read",
    ),
)

# On the server; each saves somebody work.
OPTIONAL = (
    Permission(
        name="manage_roles",
        shown="Manage Roles",
        bit=28,
        why="to make the cohort's roles and to give them with `/roster add`",
        without="make the roles by hand, and give them by hand",
    ),
    Permission(
        name="manage_channels",
        shown="Manage Channels",
        bit=4,
        why="to make the cohort's channel during the setup",
        without="make the channel by hand, and choose it in the setup",
    ),
    Permission(
        name="create_events",
        shown="Create Events",
        bit=44,
        why="to put live moments among the server's events, when a lead asks for it",
        without="use the calendar file of `/cohort calendar`",
    ),
    Permission(
        name="mention_everyone",
        shown="Mention Everyone",
        bit=17,
        why="to ping the cohort's roles, and everyone where two leads agree on it",
        without="let anyone mention the student role, or nobody is pinged",
    ),
)
PERMISSIONS = (*NEEDED, *OPTIONAL)


def value(permissions: Iterable[Permission] = PERMISSIONS) -> int:
    """Permissions as the one number that Discord writes them in."""
    return sum(1 << permission.bit for permission in permissions)


def lacking(given: int, wanted: Iterable[Permission] = NEEDED) -> list[Permission]:
    """Which of the wanted permissions are not among the given ones."""
    return [permission for permission in wanted if not given >> permission.bit & 1]
