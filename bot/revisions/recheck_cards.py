"""What a reviewer sees of the answers to their points, and what becomes of their second look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import discord

from bot import ui
from bot.reviews.cards import BLIND, CHOICE_ROOM, PRIMARY, ROOM, SUCCESS
from bot.reviews.words import beginning, fitted, named
from bot.revisions.cards import (
    POINTS_A_PAGE,
    answered_with,
    block,
    of_pages,
    page_with,
    pages_of,
    titled,
    turns,
)
from bot.revisions.rechecking import Answered, Recheck
from bot.revisions.rules import LAST_ROUND

NOTE_ROOM = 400

Parts = Sequence[discord.ui.Item[Any]]


def recheck(view: Recheck, *, page: int = 1, point_id: int | None = None) -> ui.Card:
    """A reviewer's own points with the answers to them, to be settled together or marked one by one."""
    if not view.answered:
        return _settled_meanwhile(view)
    author = named(view.author)
    head = "\n".join(
        [
            f"### Answers from {author} · {view.deliverable.name}",
            f"Your own points, with what {author} says to each. Mark what is still open; the rest is settled.",
            *_last_round(view),
            *([BLIND] if view.deliverable.blind and view.review.origin != "mentor" else []),
        ]
    )
    blocks = ["\n".join(_work(view)), *(_answered(view, item) for item in view.answered)]
    pages = pages_of(blocks, ROOM - len(head), POINTS_A_PAGE)
    if point_id is not None:
        place = next((i for i, item in enumerate(view.answered, 1) if item.point.id == point_id), 0)
        page = page_with(pages, place)
    page = min(max(page, 1), len(pages))
    shown = [part for index in pages[page - 1] for part in (ui.rule(), ui.text(blocks[index]))]
    review_id = view.review.id
    return ui.Card(
        ui.text(head + of_pages(page, len(pages))),
        *shown,
        ui.rule(),
        ui.row(_open_menu(view)),
        ui.row(_finish(view), *turns("recheck.page", review_id, page, len(pages))),
    )


def _last_round(view: Recheck) -> Iterator[str]:
    """What comes of points that stay open after their last answer."""
    last = sum(item.answer.round >= LAST_ROUND for item in view.answered)
    if last == len(view.answered):
        yield "If a point stays open now, a mentor decides."
    elif last:
        yield "If a point that you found open before stays open now, a mentor decides."


def _work(view: Recheck) -> Iterator[str]:
    revision = view.revision
    yield f"**Revision {revision.number}**, handed in {ui.stamp(revision.submitted_at)}"
    for item in view.deliverable.evidence:
        link = revision.links.get(item.kind)
        yield f"**{item.label}**: " + (f"<{link}>" if link else "not handed in")
    if revision.note:
        yield f"{beginning(named(view.author))} notes: {fitted(revision.note, NOTE_ROOM)}"


def _answered(view: Recheck, item: Answered) -> str:
    mark = "⚠️" if item.is_marked else "▫️"
    said = [("", item.point.body)]
    if item.before is not None:
        said.append(
            (f"Before, it was {answered_with(item.before)}, and you found still open:", item.before.remark)
        )
    who = beginning(named(view.author))
    said.append((f"**{who}: {answered_with(item.answer)}**", item.answer.body))
    if item.is_marked:
        said.append(("⚠️ **You: still open**", item.answer.remark))
    return block(f"{mark} {titled(item.point)}", said)


def _open_menu(view: Recheck) -> ui.Pick:
    options = [
        discord.SelectOption(
            label=ui.shortened(" ".join(item.point.body.split()), CHOICE_ROOM),
            value=str(item.point.id),
            description=ui.shortened(
                ("Marked as still open · " if item.is_marked else "")
                + f"{item.point.kind.capitalize()}, {item.point.severity}, {' '.join(item.point.place.split())}",
                CHOICE_ROOM,
            ),
        )
        for item in view.answered
    ]
    return ui.Pick("Something is still open", "recheck.mark", view.review.id, options=options)


def _finish(view: Recheck) -> ui.Press:
    marked = sum(item.is_marked for item in view.answered)
    if not marked:
        return ui.Press("All settled", "recheck.done", view.review.id, style=SUCCESS)
    label = f"Send: {len(view.answered) - marked} settled, {marked} still open"
    return ui.Press(label, "recheck.done", view.review.id, style=PRIMARY)


def _mine(view: Recheck) -> Parts:
    return [ui.row(ui.Press("My reviews", "review.mine", view.review.cohort_id, style=PRIMARY))]


def _settled_meanwhile(view: Recheck) -> ui.Card:
    return ui.Card(
        ui.text(
            f"### Nothing is left to look at · {view.deliverable.name}",
            "Your points were settled meanwhile, or the work was accepted. Thank you all the same.",
        ),
        *_mine(view),
    )


def rechecked(view: Recheck) -> ui.Card:
    """What became of a reviewer's second look; `view` is as it was before it was sent."""
    if not view.answered:
        return _settled_meanwhile(view)
    author = named(view.author)
    marked = [item for item in view.answered if item.is_marked]
    back = sum(item.answer.round < LAST_ROUND for item in marked)
    settled, disputed = len(view.answered) - len(marked), len(marked) - back
    said = [f"You settled {ui.plural(settled, 'point')}."] if settled else []
    if back:
        goes = "goes" if back == 1 else "go"
        said.append(f"{ui.plural(back, 'point')} {goes} back to {author}, who answers once more.")
    if disputed:
        said.append(
            f"{ui.plural(disputed, 'point')} {'is' if disputed == 1 else 'are'} still open after two answers, so a "
            "mentor decides."
        )
    return ui.Card(
        ui.text(
            f"### Thank you for looking again · {view.deliverable.name}",
            *said,
            f"{beginning(author)} is told.",
        ),
        *_mine(view),
        accent=ui.GOOD,
    )
