"""What is posted in the channel about a round: who reviews whom, what joins late, what waits for a volunteer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import discord

from bot.posts import rules
from bot.posts.rendered import Rendered, mention
from bot.ui import GOOD, Card, Press, plural, row, rule, safe, stamp, text

PRIMARY = discord.ButtonStyle.primary


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


def _volunteers(post: rules.Volunteers, mark: int) -> Rendered:
    pieces = plural(post.pieces, "piece")
    waits = "waits" if post.pieces == 1 else "wait"
    card = Card(
        text(
            f"### {pieces} of work {waits} for a reviewer: {safe(post.deliverable.name)}",
            "Whoever has handed it in themselves can take one up, and it counts as a review given. "
            f"What nobody has taken by {stamp(post.until)} goes to the mentors.",
        ),
        row(Press("Take one", "review.next", post.running.cohort.id, style=PRIMARY, emoji="🙋", mark=mark)),
    )
    return Rendered(card=card)


RENDERERS: dict[type, Callable[[Any, int], Rendered]] = {
    rules.Pairing: _pairing,
    rules.BlindPairing: _blind_pairing,
    rules.LateWork: _late,
    rules.Volunteers: _volunteers,
}
