"""What an author sees of words to quote, and what their writer decides about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ButtonStyle, SelectOption

from bot.cohorts.rules import Here, Running
from bot.portfolio.quote_rules import Asked, Words
from bot.portfolio.rules import Leave
from bot.reviews.words import beginning, fitted, named
from bot.revisions.cards import quoted
from bot.submissions.rules import CHOICES
from bot.ui import ACCENT, CARE, GOOD, Card, Pick, Press, parts_of, row, rule, safe, shortened, text

LINES_ROOM = 3000  # of what was asked and can be asked, beside the words around it
WORDS_SHOWN = 160  # of a strength on one line of a list
LISTED = 10  # of those who asked, with a button each

SAID: dict[Leave | None, str] = {
    None: "asked, no answer yet",
    "named": "may be quoted, with their name",
    "unnamed": "may be quoted, without their name",
    "declined": "would rather not be quoted",
}
OWN: dict[Leave | None, str] = {
    None: "You have not answered yet, so nothing is quoted.",
    "named": "Your words are quoted **with your name**.",
    "unnamed": "Your words are quoted **without your name**.",
    "declined": "Your words are **not quoted**.",
}


def words(here: Here, found: Sequence[Words], *, just: Words | None = None) -> Card:
    """What an author may ask to quote, and what became of what they asked."""
    open_ones = [item for item in found if not item.is_asked]
    parts: list[discord.ui.Item[Any]] = [text("### Quotes in your portfolio", *_beginning(found, just))]
    asked_ones = [_line(item) + f"\n-# {SAID[item.answer]}" for item in found if item.is_asked]
    if asked_ones:
        parts += [rule(), text("**Asked**", *_fitting(asked_ones))]
    if open_ones and here.cohort.state != "finished":
        options = [
            SelectOption(
                label=shortened(f"{item.deliverable.place} · {item.reviewer.name}", 100),
                description=shortened(" ".join(item.words.split()), 100),
                value=str(item.review_id),
            )
            for item in open_ones[:CHOICES]
        ]
        parts += [
            rule(),
            row(Pick("Whose words would you like to quote?", "quote.ask", here.cohort.id, options=options)),
        ]
    elif open_ones:
        parts += [rule(), text("-# The course is over, so nobody is asked any more; what was allowed stays.")]
    parts.append(row(_back(here)))
    return Card(*parts, accent=GOOD if just else ACCENT)


def _back(here: Here) -> Press:
    return Press("My portfolio", "portfolio.show", f"{here.cohort.id}.{here.actor_id}.1")


def _beginning(found: Sequence[Words], just: Words | None) -> list[str]:
    if just is not None:
        return [f"{named(just.reviewer)} is asked. You hear what they say, and nothing is quoted before."]
    if not found:
        return [
            "There is nothing to quote yet: that takes a piece of work in your portfolio, and a review of it. "
            "`/portfolio publish` puts one there."
        ]
    return [
        "What a review said is good about your work can stand beside it, if its writer agrees. Each is asked once."
    ]


def _line(item: Words) -> str:
    who = f"**{item.deliverable.place}** · {named(item.reviewer)}"
    return f"{who}: “{fitted(item.words, WORDS_SHOWN)}”"


def _fitting(lines: Sequence[str]) -> list[str]:
    shown = parts_of(lines, LINES_ROOM)
    return [shown[0], *(["-# More of them are in the export."] if len(shown) > 1 else [])]


def asking(here: Here, item: Words) -> Card:
    """What asking means, before anybody is asked."""
    key = f"{here.cohort.id}.{item.review_id}"
    who = named(item.reviewer)
    lines = [
        f"### Ask {who} to let you quote this?",
        f"From the review of your {safe(item.deliverable.name)}, in these words and no others:",
    ]
    after = [
        "They get a private letter with these words. They may let you show them with their name, without it, or not "
        "at all, and may change their mind at any time. They are asked once."
    ]
    if item.is_blind:
        after.append(
            "This week is blind: you do not learn who wrote it, unless they choose to be named. Your portfolio has "
            "your name on it, so they can learn whose work it was."
        )
    return Card(
        text(*lines),
        text(quoted(item.words)),
        text(*after),
        row(
            Press("Ask", "quote.send", key, style=ButtonStyle.primary),
            Press("Not now", "portfolio.quotes", here.cohort.id),
        ),
        accent=CARE,
    )


def asked_parts(view: Asked, mark: int | None = None) -> list[discord.ui.Item[Any]]:
    """What its writer is asked, with their three answers."""
    who = "The author" if view.is_blind else beginning(named(view.author))
    of = f"of {safe(view.deliverable.name)}, in {safe(view.running.cohort.name)},"
    where = (
        "They would stand beside that work in the author's portfolio: for everybody in the cohort, in what the author "
        "exports and hands to others, and for everybody on the internet if the author puts it online."
    )
    if not view.is_shown:
        where += " The author has taken that work out for now, so nothing is shown."
    lines = [f"### {who} asks to quote you", f"In your review {of} you wrote:"]
    blind = (
        [
            "The week was blind. **With your name, the author learns that this review was yours**, also if you change "
            "your mind later. Their portfolio has their name on it, so if you look at it, you learn whose work it was."
        ]
        if view.is_blind
        else []
    )
    return [
        text(*lines),
        text(quoted(view.words)),
        text(
            where,
            *blind,
            f"{OWN[view.answer]} You can change that at any time with these buttons, and it holds at once, except in "
            "files that were exported before.",
        ),
        row(
            Press("Yes, with my name", "quote.named", view.review_id, style=_style(view, "named"), mark=mark),
            Press("Yes, without my name", "quote.unnamed", view.review_id, style=_style(view, "unnamed")),
            Press("No", "quote.declined", view.review_id, style=_style(view, "declined")),
        ),
    ]


def _style(view: Asked, leave: Leave) -> ButtonStyle:
    return ButtonStyle.primary if view.answer == leave else ButtonStyle.secondary


def asked(view: Asked, *, just: bool = False) -> Card:
    """Somebody's words that an author asks to quote, for their writer."""
    done = [
        "Thank you, that is kept." if view.answer != "declined" else "That is kept, and nothing is quoted."
    ]
    return Card(*([text(*done)] if just else []), *asked_parts(view), accent=GOOD if just else ACCENT)


def asked_list(running: Running, found: Sequence[Asked]) -> Card:
    """Who asked to quote somebody, and what they said."""
    if not found:
        return Card(text("### Nobody has asked to quote you", "Whoever does writes to you first."))
    parts: list[discord.ui.Item[Any]] = [
        text(
            f"### What others quote of you · {safe(running.cohort.name)}",
            "You can change each answer at any time.",
        )
    ]
    for view in found[:LISTED]:
        whose = "" if view.is_blind else f" by {named(view.author)}"
        line = (
            f"**{view.deliverable.place}**{whose}: “{fitted(view.words, WORDS_SHOWN)}”\n-# {OWN[view.answer]}"
        )
        parts.append(discord.ui.Section(text(line), accessory=Press("Change", "quote.open", view.review_id)))
    if len(found) > LISTED:
        parts.append(
            text(f"-# The newest {LISTED} of {len(found)}; the others have their buttons in their letters.")
        )
    return Card(*parts)
