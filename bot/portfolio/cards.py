"""What a portfolio looks like in Discord, to its owner and to everybody else in the cohort."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import discord

from bot import ui
from bot.confirm import carrying
from bot.portfolio import outline, rules
from bot.portfolio import words as markup
from bot.portfolio.rules import Entry, Portfolio, Proof, Quote
from bot.portfolio.service import Shown
from bot.reviews.cards import PRIMARY, ROOM
from bot.reviews.words import fitted, named
from bot.revisions.cards import key_of, of_pages, pages_of, quoted

ENTRIES_A_PAGE = 6  # each has a line and a text; beside them stand the heading and up to ten buttons
BEST_SHOWN, REST_SHOWN = 500, 200  # characters of a narrative on a card of many
ABOUT_SHOWN = 400
PLACES_SHOWN = 5  # of the work that waits to be published
BLOCK_ROOM = 2000  # of one piece of work, so that it shares a card with the longest heading
WHOLE_ROOM = 3400  # of one narrative on a card of its own
QUOTE_SHOWN = 200
QUOTES_SHOWN = 2
PLACES = ("🥇", "🥈", "🥉")
MARKS = {
    "reachable": "✅ it opened when I looked",
    "dead": "⚠️ it did not open, or is private",
    "unchecked": "▫️ I have not looked, or could not tell",
}


def address(pages_url: str | None, portfolio: Portfolio) -> str | None:
    """Where everybody may read a portfolio, if its owner put it online and the pages are on."""
    if pages_url is None or portfolio.online_at is None:
        return None
    return f"{pages_url.rstrip('/')}/p/{portfolio.slug}"


def show(found: Shown, page: int, pages_url: str | None, *, checks_links: bool) -> ui.Card:
    """A portfolio, a page of it, with everything that its owner can do about it."""
    portfolio = found.portfolio
    if portfolio is None or not portfolio.entries:
        return _empty(found)
    head = "\n".join(_head(found, portfolio, pages_url))
    blocks = [_block(entry) for entry in portfolio.entries]
    pages = pages_of(blocks, ROOM - len(head), ENTRIES_A_PAGE)
    page = min(max(page, 1), len(pages))
    parts: list[discord.ui.Item[Any]] = [ui.text(head + of_pages(page, len(pages)))]
    for index in pages[page - 1]:
        parts += [ui.rule(), ui.text(blocks[index])]
    parts += _read_on(found, [portfolio.entries[index] for index in pages[page - 1]], page)
    turns = _turns(found, page, len(pages))
    if found.is_own:
        parts += [ui.rule(), *_own_rows(found, portfolio, pages_url, turns, checks_links=checks_links)]
    elif turns:
        parts.append(ui.row(*turns))
    return ui.Card(*parts)


def _read_on(found: Shown, entries: Sequence[Entry], page: int) -> Iterator[discord.ui.Item[Any]]:
    """The menu to the narratives of a page that are longer than it shows."""
    options = [
        discord.SelectOption(label=entry.deliverable.name, value=entry.deliverable.key)
        for entry in entries
        if excerpt(entry.narrative, WHOLE_ROOM * 2) != excerpt(entry.narrative, _room(entry))
    ]
    if options:
        yield ui.row(ui.Pick("Read on: show one whole", "portfolio.read", _key(found, page), options=options))


def whole(found: Shown, entry: Entry, page: int) -> ui.Card:
    """All that was written about a piece of work; as it was typed where it does not fit otherwise."""
    told = quoted(markup.unmarked(entry.narrative), 4 * WHOLE_ROOM)
    whose = "You" if found.is_own else named(found.member)
    return ui.Card(
        ui.text(f"### {fitted(entry.deliverable.name, 150)}", f"-# {whose} wrote:"),
        *([ui.text(told)] if len(told) <= WHOLE_ROOM else carrying(entry.narrative)),
        ui.row(ui.Press("Back to the portfolio", "portfolio.show", _key(found, page))),
    )


def back(found: Shown) -> ui.Press:
    """The button to one's own portfolio."""
    return ui.Press("My portfolio", "portfolio.show", _key(found, 1))


def _key(found: Shown, page: int) -> str:
    return f"{found.running.cohort.id}.{found.member.id}.{page}"


def _turns(found: Shown, page: int, pages: int) -> list[ui.Press]:
    """The buttons to the pages before and after."""
    to_turn = [(f"◀ Page {page - 1}", page - 1), (f"Page {page + 1} ▶", page + 1)]
    return [ui.Press(label, "portfolio.show", _key(found, to)) for label, to in to_turn if 1 <= to <= pages]


def _head(found: Shown, portfolio: Portfolio, pages_url: str | None) -> Iterator[str]:
    cohort = ui.safe(found.running.cohort.name)
    whose = "Your portfolio" if found.is_own else f"The portfolio of {named(found.member)}"
    yield f"### {whose} · {cohort}"
    if portfolio.headline:
        yield f"**{fitted(portfolio.headline, 2 * rules.HEADLINE_LIMIT)}**"
    if portfolio.about:
        yield fitted(portfolio.about, ABOUT_SHOWN)
    if portfolio.contact:
        yield f"🔗 <{portfolio.contact}>"
    where = address(pages_url, portfolio)
    if where is not None and portfolio.online_at is not None:
        yield f"🌍 Online since {ui.stamp(portfolio.online_at, 'D')}: <{where}>"
    if found.is_own and not portfolio.headline:
        yield "-# A headline tells a reader in a line what you do. About me adds it."
    if found.waiting:
        waits = "waits" if len(found.waiting) == 1 else "wait"
        count = ui.plural(len(found.waiting), "accepted piece")
        yield f"{count} of work {waits} to be published: {_places(found.waiting)}."
    legend = [MARKS[state] for state in MARKS if state in _states(portfolio)]
    if legend:
        yield f"-# Before a link: {' · '.join(legend)}"


def _states(portfolio: Portfolio) -> set[str]:
    states = {proof.state for entry in portfolio.entries for proof in entry.proofs}
    return {"dead" if state == "private" else state for state in states}


def _places(items: Sequence[Any]) -> str:
    more = len(items) - PLACES_SHOWN
    named_ones = ", ".join(item.place for item in items[-PLACES_SHOWN:])
    return f"{named_ones}, and {more} more" if more > 0 else named_ones


def _block(entry: Entry) -> str:
    """A piece of work: where it is from, what its author says about it, what proves it, and who is quoted."""
    mark = "" if entry.place is None else f"{PLACES[entry.place - 1]} "
    by = "signed off by a mentor" if entry.accepted_by_mentor else "accepted"
    head = [
        f"{mark}**{fitted(entry.deliverable.name, 150)}**",
        f"-# Revision {entry.revision}, {by} {ui.stamp(entry.accepted_at, 'D')}",
        *_since(entry),
        excerpt(entry.narrative, _room(entry)),
    ]
    rest = [*map(proof_line, entry.proofs), *map(_quote, entry.quotes[:QUOTES_SHOWN])]
    shown = ui.parts_of(["\n".join(head), *rest], BLOCK_ROOM)
    return shown[0] if len(shown) == 1 else f"{shown[0]}\n-# More of it is in the export."


def excerpt(narrative: str, room: int) -> str:
    """The beginning of what was written, on one line, without its headings and its marks."""
    return fitted(markup.gist(narrative) or markup.unmarked(narrative), room)


def _room(entry: Entry) -> int:
    return BEST_SHOWN if entry.place is not None else REST_SHOWN


def _since(entry: Entry) -> Iterator[str]:
    if entry.revising and entry.newer is not None:
        yield (
            f"⏳ Revision {entry.newer} was accepted in its place: publish it again to show that one. Pages and "
            "exports leave it out until then."
        )
    elif entry.revising:
        yield "⏳ Being revised: a mentor asked for changes since. Pages and exports leave it out until then."
    elif entry.newer is not None:
        yield f"-# Revision {entry.newer} is accepted by now; publishing again shows that one."


def proof_line(proof: Proof) -> str:
    """A link that proves something, with what was found behind it."""
    link = f"[{ui.safe(proof.label)}](<{proof.url}>)"
    if proof.state in ("dead", "private"):
        return f"⚠️ {link} · {'private or gone' if proof.state == 'private' else 'did not open'}"
    found: list[str] = []
    if proof.commit is not None:
        of = "" if proof.committed_at is None else f" of {ui.stamp(proof.committed_at, 'D')}"
        found.append(f"commit `{proof.short_commit}`{of}")
    if proof.state == "reachable" and proof.checked_at is not None:
        found.append(f"opened {ui.stamp(proof.checked_at, 'D')}")
    return " · ".join([f"{'✅' if proof.state == 'reachable' else '▫️'} {link}", *found])


def _quote(quote: Quote) -> str:
    return f"\n> {fitted(quote.words, QUOTE_SHOWN)}\n-# {fitted(outline.whose(quote), 80)}"  # apart from one before


def _own_rows(
    found: Shown,
    portfolio: Portfolio,
    pages_url: str | None,
    turns: Sequence[ui.Press],
    *,
    checks_links: bool,
) -> list[discord.ui.ActionRow[Any]]:
    cohort_id = found.running.cohort.id
    arrange = [
        ui.Press("About me", "portfolio.about", cohort_id),
        *(
            [ui.Press("Choose the best three", "portfolio.best", f"{cohort_id}.1")]
            if len(found.public) > 1
            else []
        ),
        ui.Press("Edit a narrative", "portfolio.edit", cohort_id),
        ui.Press("Take out", "portfolio.out", cohort_id),
        ui.Press("Export", "portfolio.export", cohort_id),
    ]
    more = [ui.Press("Ask to quote a review", "portfolio.quotes", cohort_id)]
    if checks_links:
        more.append(ui.Press("Check the links", "portfolio.proofs", cohort_id))
    if portfolio.online_at is not None:
        more.append(ui.Press("Take it offline", "portfolio.offline", cohort_id))
    elif pages_url is not None:
        more.append(ui.Press("Put it online", "portfolio.online", cohort_id))
    rows = [ui.row(*arrange), ui.row(*more, *turns)]
    return [ui.row(_next(found)), *rows] if found.waiting else rows


def _next(found: Shown) -> ui.Press:
    """The button that publishes what was accepted last."""
    last = found.waiting[-1]
    return ui.Press(f"Publish {last.place}", "portfolio.publish", key_of(found.running, last), style=PRIMARY)


def _empty(found: Shown) -> ui.Card:
    """What to do first, for its owner; that there is nothing to see yet, for others."""
    cohort = ui.safe(found.running.cohort.name)
    if not found.is_own:
        return ui.Card(
            ui.text(
                f"### {named(found.member)} has published nothing yet",
                f"What students of {cohort} publish of their accepted work is seen here.",
            )
        )
    if not found.waiting:
        return ui.Card(
            ui.text(
                "### Your portfolio is empty so far",
                "It is made of accepted work, and nothing of yours is accepted yet. `/progress` shows where each piece "
                "is, and `/feedback` what is left to do.",
            )
        )
    return ui.Card(
        ui.text(
            "### Your portfolio is empty so far",
            f"{ui.plural(len(found.waiting), 'piece')} of yours can go into it: {_places(found.waiting)}. Publishing "
            "asks for a few sentences about one and shows it to your cohort with its links.",
        ),
        ui.row(_next(found)),
    )
