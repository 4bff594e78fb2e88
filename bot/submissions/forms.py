"""The form in which a deliverable is handed in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.curriculum import Deliverable
from bot.forms import Form
from bot.submissions.rules import NOTE_LIMIT, Revision
from bot.ui import Interaction, stamp, text

FIELD_LIMIT = 4000  # Discord's, for the text of a field
FIELDS = 5  # Discord's, for a form

# What to do with a form that was sent: its links by kind of evidence, and its note.
Send = Callable[[Interaction, "HandIn", dict[str, str], str], Awaitable[None]]


def filled(
    deliverable: Deliverable,
    before: Revision | None,
    links: Mapping[str, str] | None = None,
    note: str | None = None,
) -> dict[str, str]:
    """What the form opens with, by field: what was handed in before, under what was typed since."""
    known = {**(before.links if before else {}), **(links or {})}
    words = note if note is not None else before.note if before else ""
    return {**{_field(item.kind): known.get(item.kind, "") for item in deliverable.evidence}, "note": words}


class HandIn(Form):
    """One field for each piece of evidence and one for a note; emptying a field takes that evidence away.

    No field is required by Discord: work may be handed in piece by piece, and our own words say what is missing.
    """

    def __init__(
        self,
        deliverable: Deliverable,
        deadline: datetime,
        typed: Mapping[str, str],
        send: Send,
        *,
        before: Revision | None = None,
        in_place: bool = False,
    ) -> None:
        self._is_revision = before is not None and before.opened_at is not None
        does = f"Revision {before.number + 1}" if before is not None and self._is_revision else "Hand in"
        super().__init__(title=f"{does} · {deliverable.place}")
        self.deliverable, self.deadline, self.send, self.before = deliverable, deadline, send, before
        self.in_place = in_place  # opened from a card of ours that the answer may take the place of
        inputs = [*(self._link(item.kind, typed) for item in deliverable.evidence), self._note(typed)]
        if len(inputs) < FIELDS:
            due = "" if self._is_revision else f", due {stamp(deadline)}"
            begin = "-# One link is enough to begin with; you can add the others and change everything later."
            first = [begin] if before is None else []
            self.add_item(text(f"**{deliverable.title}**{due}", deliverable.brief, *first))
        for item in inputs:
            self.add_item(item)

    def _link(self, kind: str, typed: Mapping[str, str]) -> ui.Label[Any]:
        item = next(item for item in self.deliverable.evidence if item.kind == kind)
        return ui.Label(
            text=item.label,
            description=None if item.required else "Optional",
            component=ui.TextInput(
                custom_id=_field(kind),
                default=typed.get(_field(kind), "")[:FIELD_LIMIT] or None,
                placeholder="https://…",
                required=False,
            ),
        )

    def _note(self, typed: Mapping[str, str]) -> ui.Label[Any]:
        words = typed.get("note", "")[:FIELD_LIMIT]
        return ui.Label(
            text="A note to your reviewers",
            description="What did you change?"
            if self._is_revision
            else "Optional: what to look at first, what you are unsure of",
            component=ui.TextInput(
                custom_id="note",
                style=discord.TextStyle.paragraph,
                default=words or None,
                max_length=max(NOTE_LIMIT, len(words)),
                required=False,
            ),
        )

    def again(self, typed: Mapping[str, str]) -> HandIn:
        """The same form, filled with what was typed."""
        return HandIn(self.deliverable, self.deadline, typed, self.send, before=self.before, in_place=True)

    async def submitted(self, interaction: Interaction) -> None:
        """Hand in what the fields hold."""
        typed = {custom_id: value for custom_id, (_, value) in self.fields().items()}
        links = {item.kind: typed[_field(item.kind)] for item in self.deliverable.evidence}
        await self.send(interaction, self, links, typed["note"])


def _field(kind: str) -> str:
    return f"link.{kind}"
