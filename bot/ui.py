"""What every Discord door shares: one way to answer an error, buttons that survive a restart, cards."""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Literal, Self

import discord
import structlog
from discord import ui
from discord.ext import commands

from bot.errors import CourseError

_log = structlog.get_logger(__name__)

ACCENT = discord.Colour(0x5B8DEF)
GOOD = discord.Colour(0x3BA55D)
CARE = discord.Colour(0xE6A23C)
TEXT_LIMIT = 4000  # characters of text in one message made of components
ALREADY_ANSWERED = 40060  # Discord took our first answer although we did not hear so

Handler = Callable[["Interaction", str, Sequence[str]], Awaitable[None]]


class House(commands.AutoShardedBot):
    """The bot as its rooms see it: their buttons' doors, and somebody to tell when a fact was written."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            tree_cls=Tree,
            allowed_mentions=discord.AllowedMentions.none(),
            help_command=None,
            **options,
        )
        self.doors: dict[str, Handler] = {}
        self.add_dynamic_items(Press, Pick)

    def open_door(self, action: str, handler: Handler) -> None:
        """Let `handler` answer every button and select whose action is this one."""
        if action in self.doors:
            raise ValueError(f"two handlers for {action}")
        self.doors[action] = handler

    def nudge(self) -> None:
        """A fact was written: let the tick say what follows from it now rather than in a minute."""
        self.dispatch("change")


Interaction = discord.Interaction[House]


def _custom_id(prefix: str, action: str, key: str, mark: int | None) -> str:
    return f"{prefix}:{action}:{key}" + ("" if mark is None else f"~{mark}")


class Press(ui.DynamicItem[ui.Button[Any]], template=r"p:(?P<action>[a-z.-]+):(?P<key>[^~]*)(?:~\d+)?"):
    """A button whose id says what it does and to what, so that it works for as long as its message stands.

    `mark` is the ledger row of the post that the button is on: it lets us find a post again after a lost answer.
    """

    def __init__(
        self,
        label: str,
        action: str,
        key: object = "",
        *,
        style: discord.ButtonStyle = discord.ButtonStyle.secondary,
        emoji: str | None = None,
        mark: int | None = None,
        disabled: bool = False,
    ) -> None:
        self.action, self.key = action, str(key)
        super().__init__(
            ui.Button(
                label=label,
                style=style,
                emoji=emoji,
                disabled=disabled,
                custom_id=_custom_id("p", action, self.key, mark),
            )
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button again, from its id alone."""
        return cls("…", match["action"], match["key"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the press to its room."""
        await _through_door(interaction, self.action, self.key, ())


class Pick(ui.DynamicItem[ui.Select[Any]], template=r"k:(?P<action>[a-z.-]+):(?P<key>[^~]*)(?:~\d+)?"):
    """A menu whose id says what it chooses for what."""

    def __init__(
        self,
        placeholder: str,
        action: str,
        key: object = "",
        *,
        options: Sequence[discord.SelectOption],
    ) -> None:
        self.action, self.key = action, str(key)
        super().__init__(
            ui.Select(
                placeholder=placeholder,
                options=list(options),
                custom_id=_custom_id("k", action, self.key, None),
            )
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The menu again, from its id alone."""
        options = item.options if isinstance(item, ui.Select) else []
        return cls("…", match["action"], match["key"], options=options)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the choice to its room."""
        await _through_door(interaction, self.action, self.key, self.item.values)


async def _through_door(interaction: Interaction, action: str, key: str, values: Sequence[str]) -> None:
    """discord.py only logs what a dynamic item raises, so the one answer to an error is given here."""
    try:
        handler = interaction.client.doors.get(action)
        if handler is None:
            raise CourseError("This button is from an older version of me. `/me` shows what you can do now.")
        await handler(interaction, key, values)
    except Exception as error:  # noqa: BLE001 - every kind of error is answered, in one place
        await answer_error(interaction, error)


class Tree(discord.app_commands.CommandTree[Any]):
    """Commands whose errors all go through `answer_error`; several rooms may share a group."""

    def add_command(self, command: Any, /, **options: Any) -> None:
        """Add a command; a group that another room has opened already takes in what this room has for it."""
        known = self.get_command(command.name)
        if isinstance(command, discord.app_commands.Group) and isinstance(known, discord.app_commands.Group):
            for child in command.commands:
                known.add_command(child)
        else:
            super().add_command(command, **options)

    async def on_error(
        self, interaction: discord.Interaction[Any], error: discord.app_commands.AppCommandError, /
    ) -> None:
        """Answer whoever used the command."""
        await answer_error(interaction, error)


class Card(ui.LayoutView):
    """A message made of components; its buttons live in their ids, so it needs no keeping."""

    def __init__(self, *parts: ui.Item[Any], accent: discord.Colour | None = ACCENT) -> None:
        super().__init__(timeout=None)
        self.add_item(ui.Container[Any](*parts, accent_colour=accent))

    async def on_error(self, interaction: discord.Interaction[Any], error: Exception, item: Any, /) -> None:
        """Answer whoever pressed."""
        await answer_error(interaction, error)


def text(*lines: str) -> ui.TextDisplay[Any]:
    """A piece of text of a card."""
    return ui.TextDisplay("\n".join(lines))


def row(*items: ui.Item[Any]) -> ui.ActionRow[Any]:
    """Buttons beside each other (at most five), or one menu."""
    return ui.ActionRow(*items)


def rule() -> ui.Separator[Any]:
    """A line between two parts of a card."""
    return ui.Separator()


async def answer_error(interaction: discord.Interaction[Any], error: Exception) -> None:
    """Tell the member why a request was refused or failed."""
    words = explained(interaction, error)
    if words is not None:
        await answer(interaction, words)


def explained(interaction: discord.Interaction[Any], error: Exception) -> str | None:
    """Why a request was refused, in words for the member; None if they have had their answer.

    A fault of ours is logged with its context, and the words carry its reference.
    """
    cause = getattr(error, "original", error)
    if isinstance(cause, CourseError):
        return str(cause)
    if isinstance(cause, discord.HTTPException) and cause.code == ALREADY_ANSWERED:
        return None
    if isinstance(cause, discord.app_commands.NoPrivateMessage):
        return "This works in a server's channel, not in a private message."
    if isinstance(cause, discord.app_commands.MissingPermissions):
        return "This takes the Manage Server permission. Ask whoever runs this server."
    reference = secrets.token_hex(4)
    _log.error(
        "fault",
        reference=reference,
        command=getattr(interaction.command, "qualified_name", None),
        custom_id=(interaction.data or {}).get("custom_id"),
        user_id=interaction.user.id,
        guild_id=interaction.guild_id,
        channel_id=interaction.channel_id,
        exc_info=cause,
    )
    return (
        "Something went wrong on my side, and what you did may not have been kept. Please try once more; if it "
        f"happens again, tell a lead this reference: `{reference}`."
    )


async def answer(
    interaction: discord.Interaction[Any], content: str | None = None, *, view: ui.LayoutView | None = None
) -> None:
    """Answer privately whatever has been answered before; a member who cannot be reached is only logged."""
    try:
        await reply(interaction, view or Card(text(content or "…"), accent=CARE))
    except discord.HTTPException as error:
        _log.warning("unanswered", user_id=interaction.user.id, code=error.code, status=error.status)


async def reply(interaction: Interaction, view: ui.LayoutView, *, file: discord.File | None = None) -> None:
    """Answer privately."""
    files = [] if file is None else [file]
    if interaction.response.is_done():
        await interaction.followup.send(view=view, files=files, ephemeral=True)
    else:
        await interaction.response.send_message(view=view, files=files, ephemeral=True)


async def update(
    interaction: Interaction, view: ui.LayoutView, *, files: Sequence[discord.File] | None = None
) -> None:
    """Put a new card in the place of the private one that was pressed; on a public post, answer privately.

    With `files`, even none of them, they take the place of the files that were there.
    """
    message = interaction.message
    if message is None or not message.flags.ephemeral:
        await reply(interaction, view, file=files[0] if files else None)
    elif files is None:
        await interaction.response.edit_message(view=view)
    else:
        await interaction.response.edit_message(view=view, attachments=files)


async def say(interaction: Interaction, *lines: str, accent: discord.Colour | None = ACCENT) -> None:
    """Answer privately in a few words."""
    await reply(interaction, Card(text(*lines), accent=accent))


def stamp(moment: datetime, style: Literal["F", "f", "D", "R", "t"] = "F") -> str:
    """An instant as each reader's Discord shows it in their own zone."""
    return f"<t:{int(moment.timestamp())}:{style}>"


def safe(words: str) -> str:
    """A member's words with markdown and mentions made inert, on one line's terms."""
    # Of several links with words of their own in a line, discord.py disarms the first only.
    apart = words.replace("](", "]\u200b(")
    escaped = discord.utils.escape_markdown(discord.utils.escape_mentions(apart))
    return re.sub(r"^(\s*)(#{1,3} |-# |> |[-+] |\d+\. )", r"\1\\\2", escaped, flags=re.MULTILINE)


def shortened(words: str, limit: int) -> str:
    """Words cut to a length, with an ellipsis where something is missing."""
    return words if len(words) <= limit else words[: max(0, limit - 1)].rstrip() + "…"


def bullets(lines: Iterable[str]) -> str:
    """Lines as a list."""
    return "\n".join(f"- {line}" for line in lines)


def parts_of(lines: Sequence[str], limit: int) -> list[str]:
    """Lines joined into as few texts as hold them, each at most `limit` characters."""
    parts: list[str] = []
    for line in lines:
        if parts and len(parts[-1]) + 1 + len(line) <= limit:
            parts[-1] += "\n" + line
        else:
            parts.append(line)
    return parts


def plural(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun: `1 review`, `2 reviews`."""
    return f"{count} {one if count == 1 else many or one + 's'}"
