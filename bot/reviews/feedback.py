"""What an author reads: the scores together, then every review in full."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from math import ceil

from bot import ui
from bot.cohorts.rules import Here, Member
from bot.reviews.cards import PRIMARY, ROOM, SECONDARY, due, named
from bot.reviews.rules import SEVERITIES, Review, Summary
from bot.reviews.service import Feedback

PIECE_ROOM = ROOM - 700  # a text of the feedback, so that it shares a card with the heading
PIECES_A_CARD = 8  # two components apiece with the line between them


def feedback_cards(here: Here, found: Feedback, now: datetime) -> list[ui.Card]:
    """What an author has received on one deliverable, in as many cards as it takes."""
    pieces = [
        _overview(here, found, now),
        *(text for given in found.given for text in _review(found, *given)),
    ]
    starts = [0]
    for index, piece in enumerate(pieces):
        held = pieces[starts[-1] : index]
        if held and (len(held) == PIECES_A_CARD or sum(map(len, held)) + len(piece) > ROOM):
            starts.append(index)
    *earlier, last = (pieces[start:end] for start, end in pairwise([*starts, len(pieces)]))
    key = f"{here.cohort.id}.{found.deliverable.key}"
    revise = ui.Press("Revise", "submit.open", key, style=PRIMARY if found.given else SECONDARY)
    return [*(_card(texts) for texts in earlier), _card(last, revise)]


def _card(texts: Sequence[str], *buttons: ui.Press) -> ui.Card:
    """Texts with a line between each two, and what can be pressed below them."""
    apart = [part for piece in texts for part in (ui.rule(), ui.text(piece))][1:]
    return ui.Card(*apart, *([ui.row(*buttons)] if buttons else []))


def _overview(here: Here, found: Feedback, now: datetime) -> str:
    asked = len(found.given) + len(found.waiting)
    lines = [f"### Feedback on {found.deliverable.name}"]
    if asked:
        lines.append(
            f"{len(found.given)} of {ui.plural(asked, 'review')} in, on your revision {found.revision.number}."
        )
    elif now < here.deadline(found.deliverable):
        lines.append(
            f"Your reviewers are found at the deadline, {ui.stamp(here.deadline(found.deliverable))}."
        )
    else:
        lines.append(
            "Nobody has been asked to review it yet. If that lasts a day, tell a mentor in the channel."
        )
    if found.given:
        lines += ["One review is too few to say much. These are its scores:"] if len(found.given) == 1 else []
        lines += [_summary(item) for item in found.summaries]
    lines += [f"Still to come: {named(member)}, {due(review, now)}" for review, member in found.waiting]
    return "\n".join(lines)


def _summary(summary: Summary) -> str:
    """A criterion's mean in numbers and in the rubric's words; a mean between two levels takes the lower one's."""
    top, before = len(summary.criterion.levels), f"**{summary.criterion.title}** · "
    if summary.mean is None:
        return f"{before}not scored yet"
    if not summary.is_enough:
        return f"{before}{summary.low} of {top}, in one review\n-# {summary.criterion.levels[(summary.low or 1) - 1]}"
    spread = f"all {summary.low}" if summary.low == summary.high else f"from {summary.low} to {summary.high}"
    words = summary.criterion.levels[max(1, ceil(summary.mean - 0.5)) - 1]
    return f"{before}{summary.mean:.1f} of {top}, {spread} in {summary.count} reviews\n-# {words}"


def _review(found: Feedback, review: Review, reviewer: Member) -> list[str]:
    """One review in full, in texts that each fit a card."""
    number = found.seen_numbers.get(review.id, found.revision.number)
    when = "" if review.sent_at is None else ui.stamp(review.sent_at)
    lines = [
        f"**{named(reviewer)}** · {when} · on revision {number}",
        f"**Strength**\n{_quoted(review.strength)}",
    ]
    for point in sorted(review.points, key=lambda point: -SEVERITIES.index(point.severity)):
        kind, place = f"{point.kind.capitalize()}, {point.severity}", " ".join(point.place.split())
        lines.append(f"\n**{kind}** · {ui.safe(place)}\n{_quoted(point.body)}")
    return ui.parts_of(lines, PIECE_ROOM)


def _quoted(words: str) -> str:
    return "> " + ui.safe(words).replace("\n", "\n> ")
