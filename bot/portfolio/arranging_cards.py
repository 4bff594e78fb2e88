"""What a portfolio's owner sees while they publish and arrange it; whatever takes something back asks first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import discord

from bot import ui
from bot.confirm import carrying
from bot.curriculum import Deliverable
from bot.portfolio.cards import PLACES, address, back
from bot.portfolio.narratives import Look
from bot.portfolio.publishing import Receipt
from bot.portfolio.rules import BEST, Entry, Portfolio
from bot.portfolio.service import Shown
from bot.reviews.cards import PRIMARY
from bot.revisions.cards import key_of, of_pages, quoted
from bot.submissions.rules import CHOICES

WORDS_SHOWN = 2600  # characters of a narrative on the card that says it is published
ON_A_PAGE = CHOICES - 2  # of a menu's choices; one is the place's present work and one is none
NONE = "none"
NTH = ("First", "Second", "Third")
DANGER = discord.ButtonStyle.danger
MINUTE = 60

_HEADING = re.compile(r"^#{1,6}\s+", re.MULTILINE)


def published(found: Shown, receipt: Receipt, *, pages_are_on: bool) -> ui.Card:
    """What is shown now, how long it takes to read, and what would make it stronger."""
    deliverable = receipt.deliverable
    lines = [f"### {_heading(receipt)} · {deliverable.name}", *_became(found, receipt)]
    advice = list(_advice(receipt.look))
    parts = [
        ui.text(*lines),
        ui.text(
            f"-# {_length(receipt.look)}. This is what you wrote; pages and exports show its Markdown formatted.",
            quoted(_HEADING.sub("▸ ", receipt.words), WORDS_SHOWN),
        ),
        *([ui.text("**To make it stronger**", ui.bullets(advice))] if advice else []),
    ]
    buttons = [
        ui.Press("Edit it", "portfolio.publish", key_of(found.running, deliverable)),
        back(found),
    ]
    if pages_are_on and not receipt.is_online:
        buttons.append(ui.Press("Put it online", "portfolio.online", found.running.cohort.id))
    return ui.Card(*parts, ui.row(*buttons), accent=ui.GOOD)


def _heading(receipt: Receipt) -> str:
    if receipt.is_first:
        return "Published"
    return "Changed" if receipt.instead_of is None else f"Revision {receipt.revision} is shown now"


def _became(found: Shown, receipt: Receipt) -> Iterator[str]:
    """In which revision it is shown, and who can see it."""
    seen = "everybody, on your page" if receipt.is_online else "your cohort, in `/portfolio show`"
    if receipt.revising:
        yield (
            "A mentor has asked for changes since it was accepted: your cohort sees it with that note, and pages and "
            "exports leave it out until it is accepted again."
        )
        return
    if receipt.instead_of is not None:
        yield f"It took the place of revision {receipt.instead_of}, and is seen by {seen}."
    else:
        yield f"Revision {receipt.revision}, as it was accepted, is seen by {seen}."
    if receipt.is_first and receipt.deliverable.blind:
        yield "-# Its reviews were blind: whoever wrote one can see now whose work it was."


def _length(look: Look) -> str:
    return f"{ui.plural(look.words, 'word')}, {_time(look.seconds)} to read"


def _time(seconds: int) -> str:
    if seconds <= MINUTE // 2:
        return "half a minute or less"
    minutes = seconds / MINUTE
    return "about a minute" if minutes == 1 else f"about {minutes:g} minutes"


def _advice(look: Look) -> Iterator[str]:
    if not look.has_number:
        yield "A number makes it believable: how fast, how many, how often."
    for prompt in look.empty:
        yield f"Nothing is written below “{ui.safe(prompt)}” yet, so it is not shown."
    if look.is_short:
        yield "Two or three sentences more would say what the problem was and how you know that it is solved."


def which(found: Shown, *, to_take_out: bool) -> ui.Card:
    """Choose what to edit, or what to take out."""
    entries: Sequence[Entry] = () if found.portfolio is None else found.portfolio.entries
    asked = "What do you want to take out?" if to_take_out else "Which narrative do you want to edit?"
    menus = [
        _menu(found, asked, entries[start : start + CHOICES], start, to_take_out=to_take_out)
        for start in range(0, len(entries), CHOICES)
    ]
    return ui.Card(ui.text(f"### {asked}"), *(ui.row(menu) for menu in menus), ui.row(back(found)))


def _menu(found: Shown, asked: str, entries: Sequence[Entry], start: int, *, to_take_out: bool) -> ui.Pick:
    key = f"{found.running.cohort.id}.{start}"  # two menus of a card need two ids
    options = _options(entry.deliverable for entry in entries)
    if to_take_out:
        return ui.Pick(asked, "portfolio.take", key, options=options)
    return ui.Pick(asked, "portfolio.narrative", key, options=options)


def _options(items: Iterable[Deliverable], chosen: str | None = None) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(label=item.name, value=item.key, default=item.key == chosen) for item in items
    ]


def best(found: Shown, page: int) -> ui.Card:
    """Three menus, one for each place; every choice counts at once."""
    cohort_id = found.running.cohort.id
    chosen = {entry.place: entry for entry in found.public}
    offered = sorted(found.public, key=lambda entry: (entry.deliverable.week, entry.deliverable.key))
    pages = max(1, -(-len(offered) // ON_A_PAGE))
    page = min(max(page, 1), pages)
    here = offered[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    menus: list[discord.ui.Item[Any]] = []
    for place in range(1, BEST + 1):
        now = chosen.get(place)
        items = here if now is None or now in here else [now, *here]
        options = _options(
            (entry.deliverable for entry in items), None if now is None else now.deliverable.key
        )
        options.append(discord.SelectOption(label="Nothing at this place", value=NONE))
        key, name = f"{cohort_id}.{place}.{page}", f"{PLACES[place - 1]} {NTH[place - 1]}"
        menus += [
            ui.text(f"**{name}**"),
            ui.row(ui.Pick(f"{name}: nothing yet", "portfolio.choose", key, options=options)),
        ]
    to_turn = [(f"◀ Page {page - 1}", page - 1), (f"Page {page + 1} ▶", page + 1)]
    turns = [
        ui.Press(label, "portfolio.best", f"{cohort_id}.{to}") for label, to in to_turn if 1 <= to <= pages
    ]
    return ui.Card(
        ui.text(
            "### Your best three" + of_pages(page, pages),
            "They come first, in this order. Whoever hires gives a portfolio two minutes and reads these; choose what "
            "proves the most.",
        ),
        *menus,
        ui.row(back(found), *turns),
    )


def take_out_asked(found: Shown, deliverable: Deliverable) -> ui.Card:
    """Ask before something is shown no longer."""
    return ui.Card(
        ui.text(
            f"### Take {ui.safe(deliverable.name)} out of your portfolio?",
            "Nobody sees it there any more, nor on your page. The work and its reviews stay as they are, and you can "
            "publish it again; your words about it are given back to you.",
        ),
        ui.row(
            ui.Press("Take it out", "portfolio.taken", key_of(found.running, deliverable), style=DANGER),
            back(found),
        ),
        accent=ui.CARE,
    )


def taken_out(found: Shown, deliverable: Deliverable, words: str) -> ui.Card:
    """It is out; these were the words."""
    return ui.Card(
        ui.text(
            f"### {ui.safe(deliverable.name)} is out of your portfolio", "These were your words about it:"
        ),
        *carrying(words),
        ui.row(
            back(found), ui.Press("Publish it again", "portfolio.publish", key_of(found.running, deliverable))
        ),
    )


def online_asked(found: Shown, portfolio: Portfolio) -> ui.Card:
    """Say exactly what everybody on the internet will see, and where; then ask."""
    cohort_id = found.running.cohort.id
    return ui.Card(
        ui.text(
            "### Put your portfolio online?",
            "Everybody on the internet who knows its address could then read your page, also without Discord. The "
            "address has your name in it, and signs that nobody can guess.",
        ),
        ui.text("**On it**", ui.bullets(_seen(found, portfolio))),
        ui.text(
            "**Not on it:** your Discord account, what reviewers found or scored one by one, classmates' scores, "
            "and anything about work that is not accepted.",
            "What you publish or change later is there at once. You can take the page offline whenever you like; "
            "copies that others have made stay with them. Search engines are asked to leave it out.",
            *_kept(found),
        ),
        ui.row(ui.Press("Put it online", "portfolio.put", cohort_id, style=PRIMARY), back(found)),
        accent=ui.CARE,
    )


def _seen(found: Shown, portfolio: Portfolio) -> Iterator[str]:
    yield f"your name as I know it, {ui.safe(found.member.name)}"
    said = {
        "headline": portfolio.headline,
        "text about yourself": portfolio.about,
        "contact link": portfolio.contact,
    }
    yield from (f"your {what}" for what, words in said.items() if words)
    work = ui.plural(len(found.public), "piece")
    yield f"{work} of accepted work: your words, your links, when it was accepted and whether by a mentor"
    yield "words of reviews that their writers let you quote, with their names where they said so"
    yield "how much of the course is accepted, and how many reviews you gave"
    yield "of accepted work: how its scores went over the weeks, where two reviewers or a mentor gave them"
    yield "of accepted work: how many defects and risks reviewers raised, and what became of them, as numbers"
    yield "for each week whose work is accepted, which kinds of proof it has and which practices you kept"
    yield f"the course, {ui.safe(found.running.course.course.title)}, and when your cohort takes it"


def _kept(found: Shown) -> Iterator[str]:
    days = found.running.cohort.keep_days
    if days is not None:
        yield (
            f"What is known about the cohort's people is forgotten {ui.plural(days, 'day')} after its end, and the "
            "page with it. The export stays yours."
        )


def is_online(found: Shown, portfolio: Portfolio, pages_url: str) -> ui.Card:
    """It is online, and where."""
    return ui.Card(
        ui.text(
            "### Your portfolio is online",
            f"<{address(pages_url, portfolio)}>",
            "This address holds until you take the page offline.",
        ),
        ui.row(back(found), ui.Press("Take it offline", "portfolio.offline", found.running.cohort.id)),
        accent=ui.GOOD,
    )


def offline_asked(found: Shown) -> ui.Card:
    """Ask before the page is closed."""
    return ui.Card(
        ui.text(
            "### Take your page offline?",
            "Its address leads nowhere from then on, for good: if you put it online again, it gets another one, and "
            "whoever has only the old one finds nothing. Your cohort still sees your portfolio.",
        ),
        ui.row(
            ui.Press("Take it offline", "portfolio.withdraw", found.running.cohort.id, style=DANGER),
            back(found),
        ),
        accent=ui.CARE,
    )


def is_offline(found: Shown) -> ui.Card:
    """It is offline."""
    return ui.Card(
        ui.text("### Your page is offline", "Your portfolio is seen by your cohort, in `/portfolio show`."),
        ui.row(back(found)),
    )
