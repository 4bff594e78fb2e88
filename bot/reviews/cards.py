"""What a review looks like to whoever writes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import discord

from bot import ui
from bot.cohorts.halt import WHEN_IT_GOES_ON
from bot.curriculum import Criterion, Deliverable
from bot.reviews.rules import POINTS_LIMIT, Point, Review
from bot.reviews.words import NAME_ROOM, beginning, fitted, named
from bot.reviews.writing import Card
from bot.submissions.rules import Revision

PRIMARY = discord.ButtonStyle.primary
SECONDARY = discord.ButtonStyle.secondary
SUCCESS = discord.ButtonStyle.success
ROOM = ui.TEXT_LIMIT - 100  # what a card's texts may add up to
EXCERPT = 400  # the most of a note or a strength that is quoted on a card of many parts
FITS_BEST = "Choose what fits best"
HINT_ROOM = 150  # Discord's limit for a menu's placeholder
CHOICE_ROOM = 100  # and for the words of one of its entries
BLIND = (
    "-# Blind review: names are kept back on both sides. A link may still reveal its author; no promise is made "
    "about that."
)
WORDS_ROOM = 900  # what the strength, the points and a note keep before the rubric's questions take it

Parts = Sequence[discord.ui.Item[Any]]


def due(review: Review, now: datetime, *, is_held: bool = False) -> str:
    """Until when a review is expected of its reviewer, and kindly that it was; a pause may hold its date."""
    if review.closed_at is not None:
        return "given on, and still welcome"
    until = review.lease_until
    if is_held:
        return WHEN_IT_GOES_ON if until is None else "kept for you until the course goes on"
    if until is not None:
        kept = f"{ui.stamp(until)} ({ui.stamp(until, 'R')})"
        return (
            f"was kept for you until {kept}, and still welcome"
            if until < now
            else f"kept for you until {kept}"
        )
    when = f"{ui.stamp(review.due_at)} ({ui.stamp(review.due_at, 'R')})"
    return f"⚠️ was due {when}, and still welcome" if review.due_at < now else f"due {when}"


def opened(card: Card, now: datetime) -> ui.Card:
    """A review as its reviewer sees it: to write while it is a draft, to read once it is sent."""
    return _draft(card, now) if card.review.sent_at is None else _sent(card)


def _draft(card: Card, now: datetime) -> ui.Card:
    """Eight criteria take 24 of the 40 components that fit a message, so the count of scores shares the first one's."""
    criteria, scores = card.deliverable.rubric.criteria, card.review.scores
    head, need = _head(card, now), _need(card)
    so_far = f"**{card.deliverable.rubric.title}** · {len(scores)} of {len(criteria)} scored\n"
    titles = [scored(item, scores.get(item.key)) for item in criteria]
    titles[0] = so_far + titles[0]
    room = ROOM - sum(map(len, [head, need, *titles]))
    asked = [f"\n-# {item.question}" for item in criteria]
    is_roomy = room - sum(map(len, asked)) >= WORDS_ROOM  # not beside the longest links
    if is_roomy:
        titles = [title + question for title, question in zip(titles, asked, strict=True)]
        room -= sum(map(len, asked))
    note = _note(card, room // 4)
    menus = [
        part
        for item, title in zip(criteria, titles, strict=True)
        for part in _criterion(card.review, item, title, FITS_BEST if is_roomy else item.question)
    ]
    return ui.Card(
        ui.text(*filter(None, [head, note])),
        ui.rule(),
        *menus,
        ui.rule(),
        ui.text(*_written(card.review, room - len(note))),
        *_take_back(card.review),
        ui.text(need),
        *_buttons(card),
    )


def _head(card: Card, now: datetime) -> str:
    author, number = named(card.author), card.revision.number
    lines = [
        f"### Review of {card.deliverable.name}",
        f"Work by **{author}** in {fitted(card.cohort_name, NAME_ROOM)} · revision {number} · "
        f"{due(card.review, now, is_held=card.is_held)}",
        *_terms(card),
    ]
    if card.seen_before is not None:
        lines.append(
            f"{beginning(author)} handed in revision {number} after you had read revision {card.seen_before}: this is "
            "the newest, and your draft is as you left it."
        )
    elif card.newest > number:
        lines.append(
            f"{beginning(author)} has handed in revision {card.newest} meanwhile; the button below shows it."
        )
    return "\n".join([*lines, *_links(card.deliverable, card.revision)])


def _terms(card: Card) -> Iterator[str]:
    """On what terms it is theirs: taken up, given on, blind."""
    review = card.review
    if review.closed_at is not None:
        yield "Somebody else may have been asked meanwhile. Your draft is kept, and you can still send it: it counts."
    elif review.lease_until is not None:
        if review.origin == "pull":
            yield "You took this up; once sent, it counts as a review given."
        yield f"-# Each change keeps it for another {ui.plural(card.pull_hours, 'hour')}."
    if card.deliverable.blind and review.origin != "mentor":
        yield BLIND


def _links(deliverable: Deliverable, revision: Revision) -> Iterator[str]:
    for item in deliverable.evidence:
        link = revision.links.get(item.kind)
        yield f"**{item.label}**: " + (f"<{link}>" if link else "not handed in")


def _note(card: Card, room: int) -> str:
    before = f"{beginning(named(card.author))} notes: "
    note = card.revision.note
    return before + fitted(note, min(EXCERPT, room - len(before))) if note else ""


def scored(criterion: Criterion, level: int | None) -> str:
    """A criterion's name and the level that was chosen for it."""
    reached = "" if level is None else f" · level {level} of {len(criterion.levels)}"
    return f"**{criterion.title}**{reached}"


def _criterion(review: Review, criterion: Criterion, title: str, hint: str) -> Parts:
    key = f"{review.id}.{criterion.key}"
    options = levels(criterion, review.scores.get(criterion.key))
    menu = ui.Pick(ui.shortened(hint, HINT_ROOM), "review.score", key, options=options)
    return [ui.text(title), ui.row(menu)]


def levels(criterion: Criterion, chosen: int | None) -> list[discord.SelectOption]:
    """A menu of what can be seen in a piece of work at each level."""
    return [
        discord.SelectOption(
            label=ui.shortened(words, CHOICE_ROOM),
            value=str(level),
            description=f"Level {level} of {len(criterion.levels)}",
            default=level == chosen,
        )
        for level, words in enumerate(criterion.levels, 1)
    ]


def _written(review: Review, room: int) -> list[str]:
    """The strength and the points, as much of them as there is room for."""
    strength = "**Strength** · " + (
        fitted(review.strength, min(EXCERPT, room // 3))
        if review.strength
        else "what did the author do well?"
    )
    if not review.points:
        return [strength, "**Points** · what to mend, to watch or to try, and where?"]
    limit = f" of at most {POINTS_LIMIT}" if review.sent_at is None else ""
    heading = f"**Points** · {len(review.points)}{limit}"
    left = room - len(strength) - len(heading) - 2
    each = max(40, left // len(review.points) - 1)
    lines = [f"- {_point(point, each - 2)}" for point in review.points]
    shown = [line for count, line in enumerate(lines, 1) if sum(map(len, lines[:count])) + count <= left]
    return [strength, heading, *shown]


def _point(point: Point, room: int) -> str:
    """A point on one line."""
    kind = f"{point.kind.capitalize()}, {point.severity}"
    place = fitted(point.place, max(1, (room - len(kind)) // 3))
    before = f"{kind} · {place}: "
    return before + fitted(point.body, max(1, room - len(before)))


def _take_back(review: Review) -> Parts:
    if not review.points:
        return []
    options = [
        discord.SelectOption(
            label=ui.shortened(" ".join(point.body.split()), CHOICE_ROOM),
            value=str(point.id),
            description=ui.shortened(
                f"{point.kind.capitalize()}, {point.severity}, {point.place}", CHOICE_ROOM
            ),
        )
        for point in review.points
    ]
    return [ui.row(ui.Pick("Take back a point", "review.drop", review.id, options=options))]


def _need(card: Card) -> str:
    """What is still missing, counted: the menus above show which."""
    if not card.unfinished:
        reader = beginning(named(card.author))
        return f"Everything is there. {reader} reads it once you send it; after that it stays as it is."
    scores = len(card.deliverable.rubric.criteria) - len(card.review.scores)
    needed = [ui.plural(scores, "score")] if scores else []
    needed += [] if card.review.strength else ["one strength"]
    needed += [] if card.review.points else ["one point"]
    return f"-# Still needed: {', '.join(needed)}. Your draft is kept; `/review mine` brings you back to it."


def _buttons(card: Card) -> Parts:
    review = card.review
    strength = "Change the strength" if review.strength else "Write the strength"
    is_full = len(review.points) >= POINTS_LIMIT
    is_newer = card.newest > card.revision.number
    # What a mentor took from the queue goes back there, and a draft that was given on is nobody's to hand back.
    is_asked = review.is_open and review.origin != "mentor"
    newer = ui.Press(f"Show revision {card.newest}", "review.open", review.id, style=PRIMARY)
    return [
        ui.row(
            ui.Press(strength, "review.strength", review.id),
            ui.Press("Add a point", "review.point", review.id, disabled=is_full),
            ui.Press(
                "Send review", "review.send", review.id, style=SECONDARY if card.unfinished else SUCCESS
            ),
        ),
        ui.row(
            *([newer] if is_newer else []),
            ui.Press("My reviews", "review.mine", review.cohort_id),
            *([ui.Press("I cannot do this one", "review.decline", review.id)] if is_asked else []),
        ),
    ]


def _sent(card: Card) -> ui.Card:
    """A review that is out of its reviewer's hands."""
    review, author = card.review, named(card.author)
    is_late = not review.on_time and review.lease_until is None and review.closed_at is None
    late = ", after its due time but no less useful" if is_late else ""
    sent_at = "" if review.sent_at is None else f"Sent {ui.stamp(review.sent_at)}{late}. "
    head = "\n".join(
        [
            f"### Thank you for reviewing {card.deliverable.name}",
            f"{sent_at}{beginning(author)} can read it now, about revision {card.revision.number}, and answers each "
            "point; the answers come back to you for a second look.",
        ]
    )
    levels = [
        f"**{item.title}** · {review.scores.get(item.key, 0)} of {len(item.levels)}"
        for item in card.deliverable.rubric.criteria
    ]
    room = ROOM - len(head) - sum(map(len, levels)) - 200
    is_peer = review.origin != "mentor"
    another = [ui.Press("Take another", "review.next", review.cohort_id)] if is_peer else []
    return ui.Card(
        ui.text(head),
        ui.rule(),
        ui.text(*levels, *_written(review, room)),
        ui.text("“My reviews” shows what else you have to review, and so does `/review mine`."),
        ui.row(ui.Press("My reviews", "review.mine", review.cohort_id, style=PRIMARY), *another),
        accent=ui.GOOD,
    )


def declined(card: Card, *, is_passed_on: bool) -> ui.Card:
    """A review that was handed back, and what becomes of it."""
    whose = f"{card.deliverable.name} by {named(card.author)}"
    next_step = (
        f"Somebody else is asked to review {whose}, so nobody waits for it in vain."
        if is_passed_on
        else f"{whose} is back among the work that waits for a reviewer."
    )
    return ui.Card(
        ui.text("### Handed back", next_step, "Thank you for saying so early. What else is yours:"),
        ui.row(ui.Press("My reviews", "review.mine", card.review.cohort_id, style=PRIMARY)),
    )
