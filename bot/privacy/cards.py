"""What somebody sees of what is held about them, and before it goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import discord
from discord import ui

from bot.privacy.rules import FORMER, Held, Outlook, Tie
from bot.ui import CARE, GOOD, Card, Press, bullets, plural, row, safe, shortened, text

PACK = "mydata.zip"
COHORTS_SHOWN = 5  # hardly anybody is in more at once
NAME_ROOM = 60


def exported(held: Held) -> Card:
    """The file, and what is in it."""
    counts = ", ".join(f"{part.title.lower()} ({len(part.entries)})" for part in held.parts if part.entries)
    return Card(
        text(
            "## What I hold about you",
            "`mydata.html` is for reading: open it in a browser. `mydata.json` is the same, for programs.",
            f"-# In it: {shortened(counts, 1500)}.",
            "-# Not in it: what others wrote about you to leads or in drafts of their own, names that a blind review "
            "keeps back, and whom leads keep apart. Discord has its own export, of what you wrote there.",
        ),
        ui.File[Any](f"attachment://{PACK}"),
        row(_export("Make it anew"), Press("Erase my data", "mydata.ask")),
    )


def _export(label: str) -> Press:
    return Press(label, "mydata.export")


def erasure_asked(found: Outlook) -> Card:
    """What goes, what stays and why, and what follows, before anything does."""
    return Card(
        text("## Erase what I hold about you?", *_places(found.ties)),
        text("**What goes, at once and for good**", bullets(_goes(found))),
        text("**What stays, as a former member's, and why**", bullets(_stays(found))),
        text("**What I cannot take back**", bullets(_beyond())),
        text("**What follows**", bullets(_follows(found.ties))),
        row(
            Press("Erase my data", "mydata.erase", style=discord.ButtonStyle.danger),
            _export("Export it first"),
            Press("Keep it", "mydata.keep"),
        ),
        accent=CARE,
    )


def _places(ties: Sequence[Tie]) -> Iterator[str]:
    if not ties:
        yield "You are in no cohort now."
    for tie in ties[:COHORTS_SHOWN]:
        yield f"You are a {' and '.join(tie.roles)} of {_named(tie)}."
    if len(ties) > COHORTS_SHOWN:
        yield f"And you are in {plural(len(ties) - COHORTS_SHOWN, 'more cohort')}."


def _goes(found: Outlook) -> Iterator[str]:
    count = found.counts
    yield f"Your name and your Discord id: you become “{FORMER}”, also where others mentioned you by your id."
    if count["submission"]:
        yield (
            f"Your links and notes on {plural(count['submission'], 'piece')} of work, how you scored it yourself, and "
            "the words of your answers."
        )
    if count["portfolio"]:
        yield "Your portfolio, its page, and the leave that others gave you to quote them."
    if count["quoted"]:
        yield (
            f"What others may quote of {plural(count['quoted'], 'review')} of yours: it leaves their portfolios, as if "
            "you had said no."
        )
    words = [
        plural(count[table], one)
        for table, one in (("retro", "retro"), ("absence", "absence"), ("snippet", "snippet"))
        if count[table]
    ]
    if words:
        yield f"What you wrote for yourself: {', '.join(words)}."
    yield "Your reasons: why you were away, asked for more time, or declined a review."
    yield (
        "Drafts, letters that I still owe you, announcements of yours that were not posted yet, and when you were at "
        "my pages."
    )


def _stays(found: Outlook) -> Iterator[str]:
    count = found.counts
    given = f"The {plural(count['given'], 'review')} you gave" if count["given"] else "Reviews you gave"
    yield f"{given}, and what you decided as a mentor or lead: their authors need it."
    yield "What others wrote to you or about you in their own words, your name too if they typed it: it is theirs."
    yield "That you handed in, when, and your scores: the cohort's figures rest on it."
    yield "The audit log: what was done and when, by or to a former member."


def _beyond() -> Iterator[str]:
    yield "What I have posted stays on Discord, in channels and private messages. Ask a lead to delete a post."
    yield "What others have copied or exported stays with them, such as your page, or a portfolio that quotes you."
    yield "Whoever hosts me may have older backups. They hold you until they are replaced."


def _follows(ties: Sequence[Tie]) -> Iterator[str]:
    if ties:
        yield "You leave your cohorts. Reviews that you still owe are given to others."
        yield "I take the course's Discord roles from you where I may; whoever carries them is enrolled anew."
    yield "If you come back later, you begin as somebody new."
    left = _without_lead(ties)
    if left:
        yield (
            f"⚠️ You are the only lead of {left}. Somebody should lead it: `/roster add` makes another lead. Whoever "
            "manages the server can step in, too."
        )


def _without_lead(ties: Sequence[Tie]) -> str:
    left = [tie for tie in ties if tie.is_last_lead]
    return ", ".join(map(_named, left[:COHORTS_SHOWN]))


def _named(tie: Tie) -> str:
    return f"**{safe(shortened(tie.name, NAME_ROOM))}**"


def erased(found: Outlook) -> Card:
    """It is done."""
    lines = [f"I no longer know who you are. Wherever you were, there is a {FORMER} now."]
    if found.ties:
        lines.append("You have left your cohorts, and your open reviews are being given to others.")
    left = _without_lead(found.ties)
    if left:
        lines.append(f"Nobody leads {left} now: tell whoever manages the server.")
    return Card(text("## Erased", *lines, "-# Thank you for the time you were here."), accent=GOOD)


def kept() -> Card:
    """Nothing was erased."""
    return Card(text("Nothing was erased; all stays as it is."), row(_export("Export it")))


def roles_left(ties: Sequence[Tie]) -> Card:
    """Discord roles that could not be taken, by which somebody would be enrolled anew."""
    roles = [f"<@&{role_id}>" for tie in ties[:COHORTS_SHOWN] for role_id in tie.role_ids]
    return Card(
        text(
            f"I could not take every role of your cohorts from you: {', '.join(roles)}. Ask a lead to do it; as long "
            "as you carry one, my commands enroll you anew."
        ),
        accent=CARE,
    )
