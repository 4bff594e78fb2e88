"""What leads see of announcements; a preview has the very look of the post."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.announcements import rules
from bot.announcements.rules import Announcement, Attached, Audience, Plan, Preview
from bot.announcements.wording import repeat_words
from bot.cohorts.rules import Cohort, Here, Member
from bot.ui import (
    ACCENT,
    CARE,
    GOOD,
    TEXT_LIMIT,
    Card,
    Pick,
    Press,
    bullets,
    row,
    safe,
    shortened,
    stamp,
    text,
)

PRIMARY, DANGER = discord.ButtonStyle.primary, discord.ButtonStyle.danger
LIST_PAGE = 8  # each takes three lines, and a menu below has one line for each
WORDS_SHOWN = 160
BEFORE_LEAST = 80  # less of the old text tells nobody anything


def look(
    cohort: Cohort, item: Announcement, heard: Audience, file: Attached | None, mark: int | None = None
) -> list[ui.Item[Any]]:
    """An announcement as it stands in the channel."""
    parts: list[ui.Item[Any]] = []
    if pings := _pings(heard):
        parts.append(text(pings))
    parts.append(text(item.body))
    if file is not None:
        parts.append(_shown(file))
    parts.append(text(f"-# Announced by {_name(item.author)}"))
    parts.append(row(Press("Where I stand", "me.show", cohort.id, mark=mark)))
    return parts


def _pings(heard: Audience) -> str:
    if heard.everyone:
        return "@everyone"
    if heard.role_id is not None:
        return f"<@&{heard.role_id}>"
    return " ".join(f"<@{user_id}>" for user_id in heard.user_ids)


def _name(member: Member) -> str:
    return safe(member.name) if member.user_id is None else f"<@{member.user_id}>"


def _shown(file: Attached) -> ui.Item[Any]:
    place = f"attachment://{file.name}"
    if file.is_picture:
        return ui.MediaGallery(discord.MediaGalleryItem(place, description=f"Picture: {file.name}"))
    return ui.File[Any](place)


def upload(file: Attached | None) -> discord.File | None:
    """A file as Discord takes it, anew for each time it is sent."""
    return None if file is None else discord.File(io.BytesIO(file.body), filename=file.name)


def _when(cohort: Cohort, plan: Plan) -> str:
    local = plan.next_at.astimezone(cohort.zone)
    often = "once" if not plan.repeat else f"then {repeat_words(plan)}"
    wall = f"{local:%a %d %b %Y %H:%M} on {cohort.timezone} time"
    return f"{stamp(plan.next_at)} ({stamp(plan.next_at, 'R')}), {wall}; {often}"


def _whom(item: Announcement, heard: Audience) -> str:
    if item.mention == "none":
        return "nobody is pinged"
    if heard.everyone:
        return "everyone in the channel is pinged"
    if heard.role_id is not None:
        return f"<@&{heard.role_id}> is pinged"
    return f"each student by name, {len(heard.user_ids)} now"


def asked(preview: Preview, warnings: Sequence[str]) -> Card:
    """A draft as it will look, to be scheduled, changed or discarded."""
    cohort, item = preview.running.cohort, preview.announcement
    is_new = preview.before is None
    card = Card(
        text("## As it will look" if is_new else "## Changed like this?", *_facts(preview, warnings)),
        accent=CARE if warnings or preview.approvers else ACCENT,
    )
    if preview.before is not None and (old := _old(preview)):
        card.add_item(ui.Container[Any](text("-# The text until now"), text(old), accent_colour=None))
    card.add_item(_post(preview))
    keep = "Schedule it" if is_new else "Save the change"
    card.add_item(
        row(
            Press(keep, "announce.keep", _exact_key(cohort, item), style=PRIMARY),
            Press("Edit" if is_new else "Edit further", "announce.change", _exact_key(cohort, item)),
            Press("Discard", "announce.discard", _exact_key(cohort, item)),
        )
    )
    return card


def _post(preview: Preview) -> ui.Container[Any]:
    parts = look(preview.running.cohort, preview.announcement, preview.audience, preview.file)
    return ui.Container[Any](*parts, accent_colour=ACCENT)


def _key(cohort: Cohort, item: Announcement) -> str:
    return f"{cohort.id}.{item.id}"


def _exact_key(cohort: Cohort, item: Announcement) -> str:
    """For a button that means what it stands beside: a draft's number is given to another once it is gone."""
    return f"{_key(cohort, item)}.{item.version}"


def _facts(preview: Preview, warnings: Sequence[str]) -> list[str]:
    cohort, item, before = preview.running.cohort, preview.announcement, preview.before
    facts = [f"**When**: {_when(cohort, item.plan)}"]
    if before is not None and (before.plan.next_at, before.plan.repeat) != (
        item.plan.next_at,
        item.plan.repeat,
    ):
        facts.append(f"-# Until now: {_when(cohort, before.plan)}")
    facts.append(f"**Whom**: {_whom(item, preview.audience)}, in <#{cohort.channel_id}>")
    if before is not None and before.mention != item.mention:
        facts.append(f"-# Until now: {before.mention}")
    if preview.approvers:
        names = shortened(", ".join(_name(lead) for lead in preview.approvers), 200)
        facts.append(f"**Approval**: one other lead has to approve it first: {names}")
    if cohort.state == "finished":
        facts.append("The cohort is finished: it is not posted.")
    if cohort.state == "paused":
        facts.append("The cohort is paused: what falls due meanwhile is not posted.")
    return facts + [f"⚠️ {warning}" for warning in warnings]


def _old(preview: Preview) -> str:
    """As much of the text before as the card has room for; nothing where it stays."""
    before, item = preview.before, preview.announcement
    if before is None or before.body == item.body:
        return ""
    names = rules.NAME_ROOM * len(preview.audience.user_ids)
    room = TEXT_LIMIT - rules.PREVIEW_AROUND - len(item.body) - names
    return shortened(before.body, room) if room >= BEFORE_LEAST else ""


def kept(preview: Preview) -> Card:
    """It is scheduled, or changed, or waits for another lead."""
    cohort, item = preview.running.cohort, preview.announcement
    done = "Scheduled" if preview.before is None else "Changed"
    lines = [f"**{done}**: {_when(cohort, item.plan)}, in <#{cohort.channel_id}>."]
    if item.state == "waiting":
        names = shortened(", ".join(_name(lead) for lead in preview.approvers), 400)
        lines.append(
            f"It waits for another lead: {names}. Each has a letter with it; without an approval it is not posted."
        )
    lines.append("-# `/announce list` shows what is to come, with a menu to change it or take it back.")
    return Card(text(*lines), accent=CARE if item.state == "waiting" else GOOD)


def discarded() -> Card:
    """A draft is forgotten."""
    return Card(text("Discarded. Nothing was changed, and nothing is posted because of it."))


def listed(here: Here, coming: Sequence[Announcement], page: int) -> Card:
    """One page of what is to come."""
    cohort = here.cohort
    title = f"## To be announced in {safe(cohort.name)}"
    if not coming:
        return Card(text(title, "Nothing. `/announce schedule` writes the first."))
    pages = -(-len(coming) // LIST_PAGE)
    page = min(max(page, 1), pages)
    shown = coming[(page - 1) * LIST_PAGE : page * LIST_PAGE]
    turns = [(f"◀ Page {page - 1}", page - 1), (f"Page {page + 1} ▶", page + 1)]
    buttons = [Press(label, "announce.page", f"{cohort.id}.{to}") for label, to in turns if 1 <= to <= pages]
    options = [discord.SelectOption(label=name_of(cohort, item), value=str(item.id)) for item in shown]
    over = [
        "**The cohort is finished**: none of these is posted, unless `/cohort resume` opens it again in time."
    ]
    return Card(
        text(
            title,
            *(over if cohort.state == "finished" else []),
            *([f"page {page} of {pages}"] if pages > 1 else []),
        ),
        *(text(*_line(item)) for item in shown),
        row(Pick("Open one", "announce.open", cohort.id, options=options)),
        *([row(*buttons)] if buttons else []),
    )


def _line(item: Announcement) -> list[str]:
    state = " · **waits for a second lead**" if item.state == "waiting" else ""
    pings = {"none": "", "cohort": " · pings the cohort", "everyone": " · pings everyone"}[item.mention]
    return [
        f"**#{item.id}** {stamp(item.plan.next_at)} ({stamp(item.plan.next_at, 'R')}) · {repeat_words(item.plan)}"
        f"{pings} · by {_name(item.author)}{state}",
        f"> {safe(shortened(' '.join(item.body.split()), WORDS_SHOWN))}",
    ]


def name_of(cohort: Cohort, item: Announcement) -> str:
    """An announcement in one line, for a menu."""
    local = item.plan.next_at.astimezone(cohort.zone)
    return shortened(f"#{item.id} · {local:%a %d %b %H:%M} · {' '.join(item.body.split())}", 100)


def opened(preview: Preview, viewer: Member | None) -> Card:
    """One that is to come, with what can be done about it."""
    cohort, item = preview.running.cohort, preview.announcement
    card = Card(text(f"## Announcement #{item.id}", *_facts(preview, ())))
    card.add_item(_post(preview))
    buttons = [
        Press("Edit", "announce.edit", _key(cohort, item), style=PRIMARY),
        Press("Cancel it", "announce.end", _key(cohort, item)),
    ]
    if item.state == "waiting" and viewer is not None and viewer.id != item.author.id:
        buttons += answers(cohort, item)
    card.add_item(row(*buttons))
    return card


def answers(cohort: Cohort, item: Announcement, mark: int | None = None) -> list[Press]:
    """A second lead's two answers, to exactly this text."""
    key = _exact_key(cohort, item)
    return [
        Press("Approve", "announce.approve", key, style=discord.ButtonStyle.success, mark=mark),
        Press("Refuse", "announce.refuse", key, style=DANGER, mark=mark),
    ]


def end_asked(preview: Preview) -> Card:
    """What cancelling takes back, to be confirmed."""
    cohort, item = preview.running.cohort, preview.announcement
    follows = [f"It is not posted on {_when(cohort, item.plan)}."]
    if item.plan.repeat:
        follows.append("None of its repetitions is posted either. What was posted already stays.")
    card = Card(text(f"## Cancel announcement #{item.id}?", bullets(follows)), accent=CARE)
    card.add_item(_post(preview))
    card.add_item(
        row(
            Press("Cancel it", "announce.cancel", _key(cohort, item), style=DANGER),
            Press("Keep it", "announce.stay", _key(cohort, item)),
        )
    )
    return card


def ended(item: Announcement) -> Card:
    """It was taken back."""
    return Card(text(f"Announcement #{item.id} is cancelled. `/announce list` shows what is still to come."))


def stayed(item: Announcement) -> Card:
    """It comes as planned."""
    return Card(text(f"Announcement #{item.id} stays as it is, for {stamp(item.plan.next_at)}."), accent=GOOD)


def approved(item: Announcement) -> Card:
    """A second lead approved it."""
    return Card(
        text(
            f"Approved: announcement #{item.id} by {_name(item.author)} pings everyone on {stamp(item.plan.next_at)}"
            f"{f', then {repeat_words(item.plan)}' if item.plan.repeat else ''}.",
            "-# If its text, its file or how often it comes is changed, it needs an approval again.",
        ),
        accent=GOOD,
    )


def refused(item: Announcement) -> Card:
    """A second lead refused it."""
    return Card(text(f"Refused: announcement #{item.id} is not posted, and {_name(item.author)} is told."))
