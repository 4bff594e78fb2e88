"""What a student sees after writing a retro: what was kept, and which promises are still open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import discord
from discord import ui

from bot.cohorts.halt import is_held
from bot.cohorts.rules import Running
from bot.retros.book import FILE
from bot.retros.rules import KEPT, MANY_PROMISES, TEXT_LIMIT, WHO_SEES_IT, Entry, Kept
from bot.retros.service import Choice, Written
from bot.reviews.words import fitted
from bot.ui import GOOD, Card, Pick, Press, plural, row, rule, safe, shortened, stamp, text

PROMISE_SHOWN = 150  # of a promise's characters, beside three full answers or many other promises
BESIDE_PROMISES = (
    200  # of each answer's characters, where promises share the card: they were typed a moment ago
)
PROMISES_BESIDE = 5  # promises beside three answers: three of the 40 components each, and their words
PROMISES_A_CARD = 10  # and on a card of their own
EVERYWHERE = 0  # in place of a week in a menu's key: the card of all promises

Parts = list[ui.Item[ui.LayoutView]]

CHOICES: Mapping[Kept, tuple[str, str]] = {
    "kept": ("Kept", "Done: it is closed."),
    "partly": ("Partly", "A start: it stays on this list."),
    "dropped": ("Dropped", "Let go of: it is closed."),
}
_BECAME: Mapping[Kept | None, str] = {
    "kept": "You kept it. That is worth as much as a feature.",
    "dropped": "Dropped is an answer too: the next one can be smaller.",
}


def key_of(here: Running, week: int) -> str:
    """The key of a button that opens the retro of a week."""
    return f"{here.cohort.id}.{week}"


def thanks_card(here: Running, written: Written, answered: Entry | None = None) -> Card:
    """What was kept, how it comes back, who sees what of it, and the promises that are still open.

    `answered` is a promise that was answered on this card a moment ago: it stays on it, so that a slip can be mended.
    """
    entry, prompt, cohort_id = written.entry, here.course.retro, here.cohort.id
    shown = _with(written.open_ones, answered)
    parts: Parts = [text(f"### Thank you: your retro of week {entry.week} is saved"), *_before(written)]
    room = BESIDE_PROMISES if shown else TEXT_LIMIT
    answers = ((prompt.retain, entry.retain), (prompt.improve, entry.improve), (prompt.scale, entry.scale))
    parts += [text(f"**{asked}**", safe(shortened(said, room))) for asked, said in answers]
    if shown:
        heading = _heading(len(written.open_ones), entry.is_open, beside=_is_closed(answered))
        parts += [rule(), text(*heading)]
        parts += _menus(here, shown[:PROMISES_BESIDE], entry.week)
    parts += [
        rule(),
        text(
            _returns(here, entry.week),
            WHO_SEES_IT,
        ),
        row(
            Press("Change it", "retro.more", key_of(here, entry.week)),
            *([Press("All open promises", "retro.promises", cohort_id)] if written.open_ones else []),
            Press("All my retros", "retro.export", cohort_id),
        ),
    ]
    return Card(*parts, accent=GOOD)


def choice_card(here: Running, choice: Choice) -> Card:
    """The retro that was asked for last is written: change it, or look back on the running week already."""
    week, at = choice.running, here.week(choice.running).retro
    comes = "when the course goes on" if is_held(here.cohort, at) else f"{stamp(at, 'F')} ({stamp(at, 'R')})"
    early = f"Change week {week}'s" if choice.is_running_written else f"Write week {week}'s now"
    return Card(
        text(
            f"### Your retro of week {choice.written} is written",
            f"No other is asked for yet: the question about week {week} comes {comes}. You can change what you wrote, "
            "or look back on that week already.",
        ),
        row(
            Press(f"Change week {choice.written}'s", "retro.more", key_of(here, choice.written)),
            Press(early, "retro.more", key_of(here, week)),
        ),
    )


def promises_card(here: Running, open_ones: Sequence[Entry], answered: Entry | None = None) -> Card:
    """Every promise that is open, oldest first, each with a menu that says what became of it."""
    shown = _with(open_ones, answered)
    buttons = row(
        Press("Write my retro", "retro.open", f"{here.cohort.id}."),
        Press("All my retros", "retro.export", here.cohort.id),
    )
    if not shown:
        nothing = (
            "What you want to improve in a retro is a promise to yourself, and waits here until it is closed."
        )
        return Card(text("### No promise is open", nothing), buttons)
    heading = _heading(len(open_ones), is_newest_open=False, beside=_is_closed(answered))
    lines = ["### Your open promises", *heading]
    if len(shown) > PROMISES_A_CARD:
        lines.append(f"-# The oldest {PROMISES_A_CARD} are here; closing some makes room for the others.")
    return Card(text(*lines), *_menus(here, shown[:PROMISES_A_CARD], EVERYWHERE), buttons)


def book_card(here: Running, count: int) -> Card:
    """The file with all of somebody's retros."""
    return Card(
        text(
            f"### Your retros in {safe(here.cohort.name)}",
            f"{plural(count, 'entry', 'entries')}, oldest first, each with its questions and what became of its "
            "promise. It is a Markdown file: any text editor opens it.",
        ),
        ui.File(f"attachment://{FILE}"),
    )


def _with(open_ones: Sequence[Entry], answered: Entry | None) -> list[Entry]:
    others = [entry for entry in open_ones if answered is None or entry.week != answered.week]
    return sorted([*others, *([] if answered is None else [answered])], key=lambda entry: entry.week)


def _before(written: Written) -> Parts:
    """What became of the last promise, where that closed it; an open one stands among the open ones."""
    promised = written.promised
    if promised is None or promised.is_open:
        return []
    quoted = fitted(promised.improve, PROMISE_SHOWN)
    return [text(f"-# Promised in week {promised.week}: “{quoted}”", _BECAME[promised.became])]


def _is_closed(answered: Entry | None) -> bool:
    return answered is not None and not answered.is_open


def _heading(count: int, is_newest_open: bool, *, beside: bool) -> list[str]:
    """How many are open; with the one just made, if that is not among them.

    `beside` is whether one that was closed a moment ago stands among them.
    """
    if count == 0:
        return ["**No other promise is open** · this one is closed; a slip can still be mended here."]
    total = count + is_newest_open
    earlier = "from earlier weeks" if is_newest_open else "open"
    what = plural(count, "other promise" if beside else "promise")
    lines = [f"**{what} {earlier}** · what became of {'it' if count == 1 else 'them'}?"]
    if beside:
        lines.append("-# The one that you closed just now stays on this card, so that a slip can be mended.")
    if total > MANY_PROMISES:
        lines.append(
            f"{total} at once are many, and fewer are kept better. Dropping one is an honest answer: keep those "
            "that you would start today."
        )
    return lines


def _menus(here: Running, shown: Sequence[Entry], on: int) -> Parts:
    parts: Parts = []
    for entry in shown:
        key = f"{here.cohort.id}.{on}.{entry.week}"
        options = [
            discord.SelectOption(label=label, value=kept, description=means, default=kept == entry.became)
            for kept, (label, means) in ((kept, CHOICES[kept]) for kept in KEPT)
        ]
        parts += [
            text(f"Since week {entry.week}{_state(entry)}: “{fitted(entry.improve, PROMISE_SHOWN)}”"),
            row(Pick("What became of it?", "retro.settle", key, options=options)),
        ]
    return parts


def _state(entry: Entry) -> str:
    match entry.became:
        case None:
            return ""
        case "partly":
            return ", carried on"
        case closed:
            return f", {closed} now"


def _returns(here: Running, week: int) -> str:
    if week == len(here.times):
        return "That was the last week: take what you wrote here along to the next thing you build."
    return f"Week {week + 1}'s retro will quote what you want to improve and ask whether you kept to it."
