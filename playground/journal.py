"""What the bot did, in words: the page's log of posts, messages, answers, refusals and errors."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.errors import CourseError

from . import shim
from .world import ZONE, World

KEPT = 400
"""How many entries the page can look back on."""

EXCERPT = 90
"""How many characters of a message the log shows."""

Kind = Literal["post", "direct", "answer", "edit", "person", "refusal", "trouble", "clock"]

COMMAND, PRESS, FORM = 2, 3, 5
"""Discord's numbers for what a person can do to a bot: use a command, press or pick, send a form."""

PLAIN_ANSWER, CHANGED_ANSWER, FORM_SHOWN, TEXT = 4, 7, 9, 10
"""Discord's numbers for a message, a changed message and a form as the answer, and for a card's text."""

EPHEMERAL = 1 << 6
"""Discord's flag for an answer that only one person sees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the log; `channel_id` is where to look and `person_id` through whose eyes, if anybody's."""

    number: int
    at: datetime
    kind: Kind
    text: str
    channel_id: int | None = None
    person_id: int | None = None


class Journal:
    """Listens to a world and keeps what happened, newest last."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.entries: deque[Entry] = deque(maxlen=KEPT)
        self.count = 0
        self.said = 0
        self._errors_seen = 0
        shim.listen(world.env, self._heard)
        world.env.backend.subscribers.append(self._seen)

    def note(
        self, kind: Kind, text: str, channel_id: int | None = None, *, person_id: int | None = None
    ) -> None:
        """Write one line."""
        self.count += 1
        self.said += kind == "post"
        self.entries.append(
            Entry(
                number=self.count,
                at=self.world.now(),
                kind=kind,
                text=text,
                channel_id=channel_id,
                person_id=person_id,
            )
        )

    def since(self, number: int) -> list[Entry]:
        """The lines after a number."""
        return [entry for entry in self.entries if entry.number > number]

    def gather_errors(self) -> None:
        """Write down what went wrong inside the bot since the last look."""
        for error in self.world.env.errors_since(self._errors_seen):
            self._errors_seen += 1
            cause = getattr(error, "original", error)
            if not isinstance(cause, CourseError):  # a refusal, which the member has already read
                self.note("trouble", f"Something broke in the bot: {type(cause).__name__}: {cause}")

    # ------------------------------------------------------------------------------- what the bot did

    def _heard(self, call: shim.Call) -> None:
        if call.error is not None:
            self.note("refusal", f"Discord refused {_deed(call)}: {call.error.text or call.error.status}")
            return
        match call.path.strip("/").split("/"):
            case ["channels", channel, "messages"] if call.method == "POST":
                self._sent(int(channel), call.body)
            case ["channels", channel, "messages", _] if call.method == "PATCH":
                self.note("edit", f"Changed a post in {self._place(int(channel))}", int(channel))
            case ["channels", channel, *_, "threads"] if call.method == "POST":
                self.note("post", f"Opened the thread “{call.body.get('name', '')}”", int(channel))
            case ["interactions", interaction, _, "callback"]:
                self._answered(int(interaction), call.body.get("type", 0), call.body.get("data") or {})
            case ["webhooks", _, token, *_] if call.method in {"POST", "PATCH"}:
                asked = self.world.env.backend.interaction_tokens.get(token)
                if asked is not None:
                    self._answered(asked, PLAIN_ANSWER, call.body)
            case _:
                pass

    def _sent(self, channel_id: int, body: Mapping[str, Any]) -> None:
        channel = self.world.env.backend.get_channel(channel_id)
        if channel.guild_id is None:
            (reader,) = (person for person in channel.recipient_ids if person in self.world.people)
            self.note(
                "direct",
                f"Wrote to {self._name(reader)}: {self._excerpt(body)}",
                channel_id,
                person_id=reader,
            )
        else:
            self.note("post", f"Posted in {self._place(channel_id)}: {self._excerpt(body)}", channel_id)

    def _answered(self, interaction_id: int, kind: int, data: Mapping[str, Any]) -> None:
        asked = self.world.env.backend.interactions[interaction_id]
        who, where = self._name(asked.user_id), asked.channel_id
        if kind == FORM_SHOWN:
            text = f"Showed {who} the form “{data.get('title', '')}”"
        elif kind in {PLAIN_ANSWER, CHANGED_ANSWER}:
            private = asked.ephemeral or data.get("flags", 0) & EPHEMERAL
            text = f"Answered {who}{' privately' if private else ''}: {self._excerpt(data)}"
        else:
            return
        self.note("answer", text, where, person_id=asked.user_id)

    # ------------------------------------------------------------------------------ what people did

    def _seen(self, event: str, payload: Mapping[str, Any]) -> None:
        if event != "INTERACTION_CREATE":
            return
        data = payload.get("data") or {}
        person = (payload.get("member") or payload).get("user") or {}
        deed = {
            COMMAND: f"used /{_full_name(data)}",
            PRESS: _press(payload, data),
            FORM: "sent the form",
        }.get(payload.get("type", 0))
        if deed is not None:
            who = int(person["id"])
            self.note("person", f"{self._name(who)} {deed}", int(payload["channel_id"]), person_id=who)

    def _name(self, user_id: int) -> str:
        person = self.world.people.get(user_id)
        return person.name if person else self.world.env.backend.get_user(user_id).name

    def _excerpt(self, body: Mapping[str, Any]) -> str:
        return excerpt(body, self._named)

    def _named(self, sign: str, number: int) -> str:
        if sign == "#":
            return self._place(number)
        if sign == "@":
            return self._name(number)
        return f"@{self.world.env.backend.get_role(self.world.guild.id, number).name}"

    def _place(self, channel_id: int) -> str:
        channel = self.world.env.backend.channels.get(channel_id)
        return f"#{channel.name}" if channel is not None and channel.name else "a channel"


def excerpt(body: Mapping[str, Any], named: Callable[[str, int], str] = lambda sign, _: sign) -> str:
    """The first words of a message, without its markup; `named` says who or what a mention means."""
    texts = [body.get("content") or "", *_texts(body.get("components") or [])]
    texts += [str(embed.get("title") or embed.get("description") or "") for embed in body.get("embeds") or []]
    plain = re.sub(r" ?\(?<t:\d+:R>\)?", "", " · ".join(filter(None, texts)))
    plain = re.sub(r"<t:(\d+)(?::\w)?>", _local, plain)
    plain = re.sub(r"<(@&?|#)(\d+)>", lambda found: named(found[1], int(found[2])), plain)
    plain = re.sub(r"<(https?://[^>]+)>", r"\1", plain)
    plain = re.sub(
        r"^\s*(?:#{1,3}|-#|>)\s+|[*_`]{1,3}|\[([^\]]+)\]\([^)]+\)", r"\1", plain, flags=re.MULTILINE
    )
    plain = " ".join(plain.split())
    return plain if len(plain) <= EXCERPT else plain[: EXCERPT - 1].rstrip() + "…"


def _local(stamp: re.Match[str]) -> str:
    return datetime.fromtimestamp(int(stamp[1]), ZONE).strftime("%a %d %b %H:%M")


def _texts(components: list[Mapping[str, Any]]) -> Iterator[str]:
    for part in components:
        if part.get("type") == TEXT:
            yield str(part.get("content", ""))
        yield from _texts(part.get("components") or [])


def _full_name(data: Mapping[str, Any]) -> str:
    """A command with its group: a subcommand arrives as an option of type 1 or 2."""
    inner = next((option for option in data.get("options") or [] if option.get("type") in {1, 2}), None)
    return f"{data.get('name', '')} {_full_name(inner)}" if inner else str(data.get("name", ""))


def _press(payload: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    label = next(
        (part.get("label") for part in _parts(payload) if part.get("custom_id") == data.get("custom_id")),
        None,
    )
    return f"pressed “{label}”" if label else "picked from a menu"


def _parts(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    message = tree.get("message") or tree
    for part in [*(message.get("components") or []), *filter(None, [message.get("accessory")])]:
        yield part
        yield from _parts(part)


def _deed(call: shim.Call) -> str:
    match call.path.strip("/").split("/"):
        case ["channels", _, "messages", *_]:
            return "a message"
        case ["interactions" | "webhooks", *_]:
            return "an answer"
        case _:
            return f"{call.method} {call.path}"
