"""Posts about reviews and revisions: in the channel who reviews whom, privately what happened to one's work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import discord

from bot.posts import rules
from bot.posts.rendered import Rendered, mention
from bot.reviews.words import beginning
from bot.ui import CARE, GOOD, Card, Press, plural, row, rule, safe, shortened, stamp, text

PRIMARY = discord.ButtonStyle.primary
NTH = ("First", "Second", "Third", "Fourth")  # a row holds five buttons, and one leads to the list


def _pairing(post: rules.Pairing, mark: int) -> Rendered:
    of = f" · part {post.part} of {post.parts}" if post.parts > 1 else ""
    lines = [
        f"{mention(reviewer)} → {', '.join(mention(author) for author in authors)}"
        for reviewer, authors in post.pairs
    ]
    card = Card(
        text(
            f"## Reviews for {safe(post.deliverable.name)}{of}",
            f"Due {stamp(post.due_at)} ({stamp(post.due_at, 'R')}). Each line is a reviewer and whose work they "
            "review. The work, the rubric and your draft open privately:",
        ),
        row(Press("My reviews", "review.mine", post.running.cohort.id, style=PRIMARY, emoji="🔎", mark=mark)),
        rule(),
        text(*lines),
        text(_promise(post.covered_by)),
        accent=GOOD,
    )
    return Rendered(card=card, users=[member.user_id for member, _ in post.pairs if member.user_id])


def _promise(covered_by: datetime) -> str:
    return f"-# Every piece of work has its reviews, or a mentor's, by {stamp(covered_by)}."


def _blind_pairing(post: rules.BlindPairing, mark: int) -> Rendered:
    cohort = post.running.cohort
    greeting = [f"<@&{cohort.student_role_id}>"] if cohort.student_role_id else []
    card = Card(
        text(
            *greeting,
            f"## Reviews for {safe(post.deliverable.name)}",
            f"{plural(post.reviews, 'review')} are asked of {plural(post.people, 'person', 'people')}, due "
            f"{stamp(post.due_at)} ({stamp(post.due_at, 'R')}). They are blind: names are kept back on both sides. "
            "The button shows yours, privately:",
        ),
        row(Press("My reviews", "review.mine", cohort.id, style=PRIMARY, emoji="🔎", mark=mark)),
        text(_promise(post.covered_by)),
        accent=GOOD,
    )
    return Rendered(card=card, roles=[cohort.student_role_id] if cohort.student_role_id else [])


def _late(post: rules.LateWork, mark: int) -> Rendered:
    blind = post.deliverable.blind
    lines = [f"### {'Late work joins' if post.is_late else 'One more joins'}: {safe(post.deliverable.name)}"]
    if blind and post.reviewers:
        lines.append(
            f"It has {plural(len(post.reviewers), 'reviewer')}, due {stamp(post.due_at)}. Names are kept back."
        )
    elif blind:
        lines.append("It waits for a volunteer or a mentor. Names are kept back.")
    elif post.reviewers:
        reviewers = ", ".join(mention(member) for member in post.reviewers)
        lines.append(
            f"{mention(post.author)}'s work will be reviewed by {reviewers} by {stamp(post.due_at)}."
        )
    else:
        lines.append(f"{mention(post.author)}'s work waits for a volunteer or a mentor.")
    if post.reviews and not blind:
        reviewed = ", ".join(mention(member) for member in post.reviews)
        lines.append(f"In return, {mention(post.author)} reviews {reviewed}.")
    card = Card(
        text(*lines, _promise(post.covered_by)),
        row(Press("My reviews", "review.mine", post.running.cohort.id, style=PRIMARY, emoji="🔎", mark=mark)),
    )
    people = [] if blind else [post.author, *post.reviewers]
    return Rendered(card=card, users=[member.user_id for member in people if member.user_id])


def _reviews_due(post: rules.ReviewsDue, mark: int) -> Rendered:
    blind = post.deliverable.blind
    authors = ", ".join(safe(author.name) for _, author in post.asked)
    whose = "" if blind else f", of the work of {authors}"
    when = f"{stamp(post.due_at)} ({stamp(post.due_at, 'R')})"
    heading = "### Your reviews are due soon" if post.is_last else "### Reviews to write"
    after = (
        f"What has not come by {stamp(post.given_on_at)} is offered to somebody else, so that nobody waits in vain. "
        "If you cannot write one, hand it back: a button on its card does that."
    )
    card = Card(
        text(
            heading,
            f"{post.deliverable.name}, in {safe(post.running.cohort.name)}: {plural(len(post.asked), 'review')} due "
            f"{when}{whose}.",
            after,
        ),
        row(
            *(
                Press(
                    f"{NTH[position]} review" if blind else shortened(f"Review {_whom(author.name)}", 80),
                    "review.open",
                    review_id,
                    style=PRIMARY,
                    mark=mark if position == 0 else None,
                )
                for position, (review_id, author) in enumerate(post.asked[: len(NTH)])
            ),
            Press("My reviews", "review.mine", post.running.cohort.id),
        ),
    )
    return Rendered(card=card)


def _whom(name: str) -> str:
    return name.strip() or "it"


def _volunteers(post: rules.Volunteers, mark: int) -> Rendered:
    pieces = plural(post.pieces, "piece")
    waits = "waits" if post.pieces == 1 else "wait"
    card = Card(
        text(
            f"### {pieces} of work {waits} for a reviewer: {safe(post.deliverable.name)}",
            "Whoever has handed it in themselves can take one up, and it counts as a review given. "
            f"What still waits {stamp(post.until, 'R')} goes to the mentors.",
        ),
        row(Press("Take one", "review.next", post.running.cohort.id, style=PRIMARY, emoji="🙋", mark=mark)),
    )
    return Rendered(card=card)


def _asked_instead(post: rules.AskedInstead, mark: int) -> Rendered:
    what = "write one" if post.deliverable.blind else f"review the work of {safe(post.author.name)}"
    card = Card(
        text(
            f"### A review of {post.deliverable.name}",
            f"Somebody in {safe(post.running.cohort.name)} could not write theirs, and you have the fewest: please "
            f"{what} by {stamp(post.due_at)} ({stamp(post.due_at, 'R')}).",
        ),
        row(
            Press("Open the review", "review.open", post.review_id, style=PRIMARY, mark=mark),
            Press("My reviews", "review.mine", post.running.cohort.id),
        ),
    )
    return Rendered(card=card)


def _changed(post: rules.Changed, mark: int) -> Rendered:
    sent = "You reviewed an earlier one, so nothing more is asked of you; have a look if you are curious how it went."
    draft = "Your draft is kept, and the review now opens on the new revision."
    card = Card(
        text(
            f"### {beginning(safe(post.author.name))} handed in revision {post.number}",
            f"{post.deliverable.name}, in {safe(post.running.cohort.name)}.",
            sent if post.is_sent else draft,
        ),
        row(Press("Open the review", "review.open", post.review_id, style=PRIMARY, mark=mark)),
    )
    return Rendered(card=card)


def _feedback(post: rules.FeedbackCame, mark: int) -> Rendered:
    cohort = post.running.cohort
    rest = post.asked - post.received
    card = Card(
        text(
            f"### {safe(post.reviewer.name)} reviewed your work",
            f"{post.deliverable.name}, in {safe(cohort.name)}: {post.received} of "
            f"{plural(post.asked, 'review')} so far.",
            "More is on its way. You can read this one now." if rest else "That was the last one.",
        ),
        row(
            Press(
                "Read it", "feedback.show", f"{cohort.id}.{post.deliverable.key}", style=PRIMARY, mark=mark
            ),
            Press("Where I stand", "me.show", cohort.id),
        ),
        accent=GOOD,
    )
    return Rendered(card=card)


def _answers(post: rules.AnswersCame, mark: int) -> Rendered:
    again = (
        "They still wait for you: without a word from you they are settled"
        if post.is_reminder
        else ("Look again with a click or two; without a word from you they are settled")
    )
    card = Card(
        text(
            f"### {beginning(safe(post.author.name))} answered {plural(post.points, 'point')} of yours",
            f"{post.deliverable.name}, in {safe(post.running.cohort.name)}. {again} {stamp(post.until, 'R')}.",
        ),
        row(Press("Look again", "recheck.open", post.review_id, style=PRIMARY, mark=mark)),
    )
    return Rendered(card=card)


def _rechecked(post: rules.Rechecked, mark: int) -> Rendered:
    lines = [f"### {safe(post.reviewer.name)} looked again"]
    said = f"{plural(post.settled, 'point')} settled"
    if post.still_open:
        said += f", {post.still_open} still open: the words say what is left"
    lines.append(f"{post.deliverable.name}, in {safe(post.running.cohort.name)}: {said}.")
    key = f"{post.running.cohort.id}.{post.deliverable.key}"
    card = Card(
        text(*lines),
        row(Press("Read it", "feedback.show", key, style=PRIMARY, mark=mark)),
        accent=CARE if post.still_open else GOOD,
    )
    return Rendered(card=card)


def _decided(post: rules.Decided, mark: int) -> Rendered:
    where = f"{post.deliverable.name}, in {safe(post.running.cohort.name)}"
    by = "" if post.by is None else f" by {safe(post.by.name)}"
    key = f"{post.running.cohort.id}.{post.deliverable.key}"
    quote = [f"> {line}" for line in safe(post.words).splitlines()] if post.words else []
    if post.is_accepted:
        card = Card(
            text(
                f"### Accepted: {post.deliverable.name}",
                f"Revision {post.number} in {safe(post.running.cohort.name)} is accepted{by}.",
                *quote,
            ),
            row(
                Press("See it all", "feedback.show", key, mark=mark),
                Press("Where I stand", "me.show", post.running.cohort.id),
            ),
            accent=GOOD,
        )
    else:
        card = Card(
            text(
                "### A mentor asks for changes",
                f"{where}, revision {post.number}{by}:",
                *quote,
                "Make them, then hand it in again: the same links are fine.",
            ),
            row(
                Press("Hand it in again", "submit.open", key, style=PRIMARY, mark=mark),
                Press("See it all", "feedback.show", key),
            ),
            accent=CARE,
        )
    return Rendered(card=card)


def _handed(post: rules.HandedOver, mark: int) -> Rendered:
    cohort = post.running.cohort
    card = Card(
        text(
            f"### {safe(post.by.name)} hands you {post.deliverable.name}",
            f"The work of {safe(post.author.name)} in {safe(cohort.name)} waits for a mentor, and it is yours until "
            f"{stamp(post.until, 't')} ({stamp(post.until, 'R')}). If you cannot look at it, release it there.",
        ),
        row(
            Press("Open it", "queue.open", f"{cohort.id}.{post.item_id}", style=PRIMARY, mark=mark),
            Press("The queue", "queue.page", f"{cohort.id}.all.0"),
        ),
    )
    return Rendered(card=card)


RENDERERS: dict[type, Callable[[Any, int], Rendered]] = {
    rules.Pairing: _pairing,
    rules.BlindPairing: _blind_pairing,
    rules.LateWork: _late,
    rules.ReviewsDue: _reviews_due,
    rules.Volunteers: _volunteers,
    rules.AskedInstead: _asked_instead,
    rules.Changed: _changed,
    rules.FeedbackCame: _feedback,
    rules.AnswersCame: _answers,
    rules.Rechecked: _rechecked,
    rules.Decided: _decided,
    rules.HandedOver: _handed,
}
