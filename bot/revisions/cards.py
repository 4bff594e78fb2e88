"""What an author sees while they answer points, and how a point and what was said about it are written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

import discord

from bot import ui
from bot.cohorts.rules import Running
from bot.curriculum import Deliverable
from bot.reviews.cards import PRIMARY, ROOM, SECONDARY, SUCCESS
from bot.reviews.rules import PLACE_LIMIT, Point, Summary
from bot.reviews.words import fitted, named
from bot.revisions.answering import Answering, Asked, Sent
from bot.revisions.rules import LAST_ROUND, Answer, AnswerKind
from bot.revisions.waits import spelled

BLOCK_ROOM = 2400  # what is said about one point, so that it shares a card with the words around it
QUOTE_ROOM = ROOM - 100  # more than the longest words that people can write here take up, quoted
POINTS_A_PAGE = 8  # three components apiece, beside the head, the foot and five buttons
WORDS = "words"  # the menu's entry for changing what was written
SAY_WORDS = "Say what you changed"  # and its label while nothing is
NO_WORDS = f"-# Choose “{SAY_WORDS}” below to add what is different now, and where."

ANSWER_MEANS: Mapping[AnswerKind, tuple[str, str]] = {
    "fixed": ("Fixed", "The work is different now."),
    "explained": ("Explained", "It is as it should be, and this is why."),
    "declined": ("Declined", "It stays as it is, and this is why."),
}


def key_of(running: Running, deliverable: Deliverable) -> str:
    """The key of a button that is about somebody's own work."""
    return f"{running.cohort.id}.{deliverable.key}"


def pages_of(texts: Sequence[str], room: int, most: int) -> list[range]:
    """Which texts share a page: in order, at most `most` of them, and no more than there is room for."""
    starts = [0]
    for index, text in enumerate(texts):
        held = texts[starts[-1] : index]
        if held and (len(held) == most or sum(map(len, held)) + len(text) > room):
            starts.append(index)
    return [range(start, end) for start, end in pairwise([*starts, len(texts)])]


def page_with(pages: Sequence[range], index: int) -> int:
    """The number of the page that holds a text, from 1."""
    return next((number for number, held in enumerate(pages, 1) if index in held), 1)


def quoted(words: str, room: int = QUOTE_ROOM) -> str:
    """Somebody's words, made inert and set apart, in at most `room` characters (three at least)."""
    tidy, room = re.sub(r"\s*\n\s*\n\s*", "\n\n", words.strip()), max(3, room)
    limit = room
    while len(shown := "> " + ui.safe(ui.shortened(tidy, limit)).replace("\n", "\n> ")) > room and limit > 1:
        limit = max(1, limit - (len(shown) - room))
    return shown


def block(heading: str, said: Sequence[tuple[str, str]], room: int = BLOCK_ROOM) -> str:
    """A point and what was said about it: (who, words) each. Where not all of it fits, the longest are cut."""
    left = room - len(heading) - sum(len(who) + 3 for who, _ in said)
    most = _level([len(quoted(words)) for _, words in said if words], left)
    lines = [heading]
    for who, words in said:
        is_after_quote = lines[-1].startswith(">")
        lines += [f"\n{who}" if is_after_quote else who] if who else []
        lines += [quoted(words, most)] if words else []
    return "\n".join(lines)


def _level(lengths: Sequence[int], room: int) -> int:
    """The most that each may take, so that together they fit and the short ones are whole."""
    left = room
    for done, length in enumerate(sorted(lengths)):
        share = left // (len(lengths) - done)
        if length > share:
            return share
        left -= length
    return max(lengths, default=0)


def titled(point: Point) -> str:
    """A point's kind, severity and place."""
    return f"**{point.kind.capitalize()}, {point.severity}** · {fitted(point.place, 2 * PLACE_LIMIT)}"


def answered_with(answer: Answer) -> str:
    """How a point was answered, in a word or two."""
    number = "" if answer.revision_number is None else f" in revision {answer.revision_number}"
    return f"{answer.kind}{number if answer.kind == 'fixed' else ''}"


def levels_of(summary: Summary) -> str:
    """What the reviews say about one criterion, in numbers."""
    top = len(summary.criterion.levels)
    if summary.mean is None:
        return "not scored"
    if not summary.is_enough:
        return f"{summary.low} of {top}, in one review"
    spread = f"all {summary.low}" if summary.low == summary.high else f"from {summary.low} to {summary.high}"
    return f"{summary.mean:.1f} of {top}, {spread} in {summary.count} reviews"


def answering(running: Running, view: Answering, *, page: int = 1, point_id: int | None = None) -> ui.Card:
    """The points that wait for an author's answer, each with its menu; the page that is asked for or has the point."""
    key = key_of(running, view.deliverable)
    if not view.asked:
        return _nothing_waits(key)
    head, foot = _to_answer(view), _what_sending_does(running, view)
    blocks = [_to_be_answered(number, item) for number, item in enumerate(view.asked, 1)]
    pages = pages_of(blocks, ROOM - len(head) - len(foot), POINTS_A_PAGE)
    if point_id is not None:
        page = page_with(pages, next((i for i, x in enumerate(view.asked) if x.point.id == point_id), 0))
    page = min(max(page, 1), len(pages))
    parts: list[discord.ui.Item[Any]] = [ui.text(head + of_pages(page, len(pages)))]
    for index in pages[page - 1]:
        parts += [ui.text(blocks[index]), ui.row(_answer_menu(key, view.asked[index]))]
    send = ui.Press("Send answers", "answer.send", key, style=SUCCESS if view.is_ready else SECONDARY)
    buttons = [
        send,
        ui.Press("Revise first", "submit.open", key),
        ui.Press("Back to the feedback", "feedback.show", key),
    ]
    return ui.Card(
        *parts, ui.rule(), ui.text(foot), ui.row(*buttons, *turns("answer.page", key, page, len(pages)))
    )


def _to_answer(view: Answering) -> str:
    done = sum(item.draft is not None for item in view.asked)
    return "\n".join(
        [
            f"### Your answers · {view.deliverable.name}",
            f"{done} of {ui.plural(len(view.asked), 'point')} answered. Say what became of each: fixed, explained, or "
            "declined with a reason. Drafts are kept.",
        ]
    )


def of_pages(page: int, pages: int) -> str:
    """Which page it is, where there are several."""
    return f"\n-# Page {page} of {pages}" if pages > 1 else ""


def turns(action: str, key: object, page: int, pages: int) -> list[ui.Press]:
    """The buttons to the pages before and after."""
    to_turn = [(f"◀ Page {page - 1}", page - 1), (f"Page {page + 1} ▶", page + 1)]
    return [ui.Press(label, action, f"{key}.{to}") for label, to in to_turn if 1 <= to <= pages]


def _to_be_answered(number: int, item: Asked) -> str:
    mark = "⬜" if item.draft is None else "✅"
    said = [("", item.point.body)]
    if item.before is not None:
        said.append(
            (f"{named(item.reviewer)} found it still open after you {_did(item.before)}:", item.before.remark)
        )
    if item.draft is not None:
        said.append(("**Your words**" if item.draft.body else NO_WORDS, item.draft.body))
    return block(f"{mark} {number} · {titled(item.point)} · {named(item.reviewer)}", said)


def _did(answer: Answer) -> str:
    return f"{answer.kind} it" + (f" in revision {answer.revision_number}" if answer.revision_number else "")


def _answer_menu(key: str, item: Asked) -> ui.Pick:
    """Fixed, explained or declined; with an answer drafted, its words can be changed as well."""
    options = [
        discord.SelectOption(
            label=label,
            value=kind,
            description=words,
            default=item.draft is not None and item.draft.kind == kind,
        )
        for kind, (label, words) in ANSWER_MEANS.items()
    ]
    if item.draft is not None:
        label = "Change the words" if item.draft.body else SAY_WORDS
        options.append(discord.SelectOption(label=label, value=WORDS, description="Opens what you wrote."))
    return ui.Pick("Your answer", "answer.choose", f"{key}.{item.point.id}", options=options)


def _what_sending_does(running: Running, view: Answering) -> str:
    number = view.revision.number
    last = (
        " A point that came back gets its last answer now: if it stays open, a mentor decides."
        if any(item.round >= LAST_ROUND for item in view.asked)
        else ""
    )
    if view.revises:
        return (
            f"Sending hands in revision {number + 1} with the same links, because you fixed something and your "
            f"reviewers have seen revision {number}. If a link changed, use Revise first.{last}"
        )
    patience = spelled(timedelta(hours=running.course.review.ladder.recheck))
    return (
        "Sending shows your answers to whoever made the points; they look once more. Whoever stays silent for "
        f"{patience} has nothing against them.{last}"
    )


def _nothing_waits(key: str) -> ui.Card:
    return ui.Card(
        ui.text("### Nothing waits for your answer", "The feedback shows where each point is."),
        ui.row(ui.Press("Show the feedback", "feedback.show", key, style=PRIMARY)),
    )


def sent(running: Running, view: Sent) -> ui.Card:
    """Answers that are out, and what comes next."""
    number = view.revision.number
    patience = spelled(timedelta(hours=running.course.review.ladder.recheck))
    lines = [
        f"### Answers sent · {view.deliverable.name}",
        f"{ui.plural(view.points, 'answer')} went to {ui.plural(view.reviewers, 'reviewer')}.",
    ]
    if view.revised:
        lines.append(f"This is revision {number} now, with the same links, because you fixed something.")
    lines.append(
        "Whoever made a point looks at it once more, and you hear of it. Where nobody says anything within "
        f"{patience}, your answer stands."
    )
    key = key_of(running, view.deliverable)
    return ui.Card(
        ui.text(*lines),
        ui.row(ui.Press("Show the feedback", "feedback.show", key, style=PRIMARY)),
        accent=ui.GOOD,
    )
