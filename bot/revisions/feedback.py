"""What an author reads: where the work is, the scores together, then every review in full with its thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

import discord

from bot import ui
from bot.cohorts.rules import Here, Member
from bot.reviews.cards import BLIND, PRIMARY, ROOM, SECONDARY
from bot.reviews.rules import RATINGS, SEVERITIES, Point, Review, Summary
from bot.reviews.words import named
from bot.revisions.cards import answered_with, key_of, levels_of, pages_of, quoted, titled
from bot.revisions.rules import Answer, Decision, PointState, State
from bot.revisions.service import Feedback, Given
from bot.revisions.waits import spelled

PIECE_ROOM = ROOM - 700  # a text of the feedback, so that it shares a card with the heading
PIECES_A_CARD = 8  # up to four components apiece: a line, the text, and a menu in its row

# Where the work is: what happens next, and who acts.
WHERE: Mapping[State, str] = {
    "handed in": "📨 **Handed in.** Reviewers come to it next; until one opens it you can still change it freely.",
    "in review": "🔎 **In review.** Your reviewers are at work. What has come you can read, and answer, already.",
    "uncovered": "🧭 **Waits for a mentor**, because not every review came. There is nothing you have to do for that.",
    "to answer": "✍️ **Yours to answer.** Say of each point that you fixed it, explain it, or decline it with a reason.",
    "in re-check": "🔎 **Being looked at again.** Whoever made a point reads your answer; silence settles it as well.",
    "disputed": "🧭 **Waits for a mentor**, because a point is still open after two answers. They decide about it.",
    "to complete": "📎 **Everything is settled**, and some evidence is missing. Add it with Revise.",
    "sign-off": "🧭 **Waits for a mentor**, who signs it off or asks for changes. There is nothing you have to do now.",
    "changes asked": "✍️ **A mentor asked for changes.** Make them, then hand the work in again with Revise.",
    "settled": "✅ **Everything is settled.** It is being accepted; there is nothing you have to do.",
    "accepted": "🎉 **Accepted.** Nothing more is asked of you here.",
}
MENTORS_TURN: frozenset[State] = frozenset({"uncovered", "disputed", "sign-off"})
POINT_STATES: Mapping[PointState, str] = {
    "to answer": "⬜ to answer",
    "answered": "🔎 answered, being looked at",
    "back": "↩️ still open, to answer once more",
    "disputed": "🧭 with a mentor",
    "settled": "✅ settled",
    "left": "▫️ left as it was",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A text of the feedback, and the menu below it."""

    text: str
    menu: ui.Pick | None = None


def feedback_cards(here: Here, found: Feedback, now: datetime) -> list[ui.Card]:
    """What an author has received on one deliverable, in as many cards as it takes."""
    pieces = [_Piece(text=text) for text in _overview(here, found, now)]
    for given in found.given:
        *before, last = _review(found, given)
        pieces += [_Piece(text=text) for text in before]
        pieces.append(_Piece(text=last, menu=_rating(here, given.review)))
    pages = pages_of([piece.text for piece in pieces], ROOM, PIECES_A_CARD)
    *earlier, last_page = ([pieces[index] for index in page] for page in pages)
    accent = ui.GOOD if found.state == "accepted" else ui.ACCENT
    return [*(_card(page, accent) for page in earlier), _card(last_page, accent, *_buttons(here, found))]


def card_with_rating(cards: Sequence[ui.Card], here: Here, review_id: int) -> ui.Card:
    """The card on which a review is rated."""
    key = f"{here.cohort.id}.{review_id}"

    def holds(card: ui.Card) -> bool:
        return any(isinstance(item, ui.Pick) and item.key == key for item in card.walk_children())

    return next((card for card in cards if holds(card)), cards[0])


def _card(pieces: Sequence[_Piece], accent: discord.Colour, *buttons: ui.Press) -> ui.Card:
    """Texts with a line between each two, and what can be pressed below them."""
    parts: list[discord.ui.Item[Any]] = []
    for piece in pieces:
        parts += [ui.rule()] if parts else []
        parts.append(ui.text(piece.text))
        parts += [ui.row(piece.menu)] if piece.menu is not None else []
    return ui.Card(*parts, *([ui.row(*buttons)] if buttons else []), accent=accent)


def _buttons(here: Here, found: Feedback) -> list[ui.Press]:
    key = key_of(here, found.deliverable)
    is_theirs = found.state in ("to complete", "changes asked")
    buttons = [ui.Press("Revise", "submit.open", key, style=PRIMARY if is_theirs else SECONDARY)]
    if found.is_scorable:
        label = "Change your own scores" if found.own else "Score it yourself"
        buttons.append(ui.Press(label, "own.open", key))
    if found.to_answer:
        answer = f"Answer {ui.plural(found.to_answer, 'point')}"
        buttons.insert(0, ui.Press(answer, "answer.open", key, style=PRIMARY))
    if found.state == "accepted":
        buttons.insert(0, ui.Press("Publish it", "portfolio.publish", key, style=PRIMARY))
    return buttons


def _overview(here: Here, found: Feedback, now: datetime) -> list[str]:
    lines = [f"### Feedback on {found.deliverable.name}", WHERE[found.state]]
    if found.to_answer and found.state != "to answer":
        waits = "waits" if found.to_answer == 1 else "wait"
        lines.append(f"✍️ {ui.plural(found.to_answer, 'point')} {waits} for your answer already.")
    lines += _when(here, found, now)
    if found.missing:
        lines.append(f"📎 Evidence still missing: {'; '.join(found.missing)}.")
    if found.unready and found.state != "accepted":
        lines.append("🧩 It rests on earlier weeks, and a mentor will ask about:")
        lines += [f"- {words}" for words in found.unready]
    if found.deliverable.blind:
        lines.append(BLIND)
    if found.decision is not None:
        lines += _decided(found.decision, found.decided_by)
    asked = len(found.given) + len(found.waiting)
    if asked:
        came = f"{len(found.given)} of {ui.plural(asked, 'review')} in"
        lines.append(f"{came}; your newest is revision {found.revision.number}.")
    lines += [f"Still to come: {_coming(review, member, now)}" for review, member in found.waiting]
    if found.given:
        lines += ["One review is too few to say much. These are its scores:"] if len(found.given) == 1 else []
        lines += [_summary(item, found.own.get(item.criterion.key)) for item in found.summaries]
    return ui.parts_of(lines, PIECE_ROOM)


def _when(here: Here, found: Feedback, now: datetime) -> Iterator[str]:
    """The hours that go with where the work is: when reviewers are found, by when it has its reviews, the queue."""
    deadline = here.deadline(found.deliverable)
    if found.state == "handed in" and here.cohort.state == "paused":
        yield "The course is paused: reviewers are found when it goes on."
    elif found.state == "handed in" and now < deadline:
        yield f"Reviewers are found at the deadline, {ui.stamp(deadline)}; a volunteer may come to it before that."
    elif found.state == "handed in":
        yield "They are being found. If that lasts a day, tell a mentor in the channel."
    if found.state == "in review" and found.covered_by is not None and found.covered_by > now:
        yield f"By {ui.stamp(found.covered_by)} it has its reviews, or a mentor's."
    yield from _queued(found)


def _queued(found: Feedback) -> Iterator[str]:
    """Its place among what waits for a mentor, and how long that has usually taken."""
    place = found.place
    if place is None:
        return
    usual = (
        "too few so far to say how long that takes"
        if place.usual is None
        else f"the last ones took about {spelled(place.usual)}"
    )
    if found.state not in MENTORS_TURN:
        yield "A mentor looks at it too; you need not wait for that."
    where = f"{ordinal(place.position)} of {place.of} in the mentors' queue"
    yield f"{where} since {ui.stamp(place.since, 'f')}; {usual}."
    if place.is_held:
        yield "A mentor has it in hand now."
    else:
        yield "-# Sign-offs go first, so a place can move back."


def ordinal(number: int) -> str:
    """A place in a row: 1st, 2nd, 3rd, 4th."""
    teens = 10 < number % 100 < 14  # noqa: PLR2004 - 11th, 12th and 13th are spoken
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _decided(decision: Decision, mentor: Member | None) -> Iterator[str]:
    who = "A mentor" if mentor is None else named(mentor)
    when = f"on revision {decision.revision_number}, {ui.stamp(decision.decided_at)}"
    if decision.kind == "changes":
        yield f"\n**{who} asked for changes** {when}"
    elif decision.mentor_id is None:
        yield f"\n**Accepted** {when}, because no point waited for anybody any more and all its evidence was there."
    else:
        yield f"\n**{who} accepted it** {when}"
    if decision.words:
        yield f"{quoted(decision.words)}\n"


def _coming(review: Review, member: Member, now: datetime) -> str:
    """Who is to review it, and by when; a mentor and a volunteer come in their own time."""
    if review.origin == "mentor":
        return f"{named(member)}, a mentor"
    if review.lease_until is not None:
        return f"{named(member)}, who has taken it up"
    when = f"{ui.stamp(review.due_at)} ({ui.stamp(review.due_at, 'R')})"
    return f"{named(member)}, {'was due' if review.due_at < now else 'due'} {when}"


def _summary(summary: Summary, own: int | None) -> str:
    """A criterion's mean in numbers and in the rubric's words; a mean between two levels takes the lower one's."""
    beside = "" if own is None else f"; you said {own}"
    said = f"**{summary.criterion.title}** · {levels_of(summary)}"
    if summary.mean is None:
        return f"{said} yet{beside}"
    return f"{said}{beside}\n-# {summary.criterion.levels[max(1, ceil(summary.mean - 0.5)) - 1]}"


def _review(found: Feedback, given: Given) -> list[str]:
    """One review in full, in texts that each fit a card."""
    review = given.review
    when = "" if review.sent_at is None else f" · {ui.stamp(review.sent_at)}"
    mentor = ", a mentor" if review.origin == "mentor" else ""
    lines = [
        f"**{named(given.reviewer)}**{mentor}{when} · on revision {given.seen_number}",
        f"**Strength**\n{quoted(review.strength)}",
    ]
    for point, state, answers in sorted(given.points, key=lambda item: -SEVERITIES.index(item[0].severity)):
        lines += [f"\n{_point(point, POINT_STATES[state])}", *_thread(given, answers)]
    return ui.parts_of(lines, PIECE_ROOM)


def _point(point: Point, shown: str) -> str:
    return f"{titled(point)} · {shown}\n{quoted(point.body)}"


def _thread(given: Given, answers: Sequence[Answer]) -> Iterator[str]:
    """What was answered, and what the reviewer found, in order."""
    for answer in answers:
        if answer.sent_at is None:
            yield _said(f"↳ **You** (a draft, not sent yet): {answer.kind}", answer.body)
            continue
        yield _said(f"↳ **You**: {answered_with(answer)}", answer.body)
        if answer.checked_at is not None:
            verdict = "settled" if answer.verdict == "settled" else "still open"
            yield _said(f"↳ **{named(given.reviewer)}**: {verdict}", answer.remark)


def _said(who: str, words: str) -> str:
    """Begun with an empty line, which ends the quote before it."""
    return f"\n{who}\n{quoted(words)}" if words else f"\n{who}"


def _rating(here: Here, review: Review) -> ui.Pick:
    options = [
        discord.SelectOption(label=words.capitalize(), value=str(rating), default=rating == review.rating)
        for rating, words in RATINGS.items()
    ]
    return ui.Pick(
        "How useful was this review?", "feedback.rate", f"{here.cohort.id}.{review.id}", options=options
    )
