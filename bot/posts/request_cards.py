"""How letters about more time look: to leads who are asked, and to students who have it or may leave something out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import discord

from bot.cohorts.rules import Running
from bot.curriculum import Deliverable
from bot.extensions.cards import request_parts, when
from bot.posts import desk_rules
from bot.posts.rendered import Rendered
from bot.ui import CARE, GOOD, Card, Press, row, safe, shortened, text

PRIMARY = discord.ButtonStyle.primary
STILL_WELCOME = "Late work is still welcome, and it still gets its reviews."


def _request_came(post: desk_rules.RequestCame, mark: int) -> Rendered:
    return Rendered(card=Card(*request_parts(post.asked, mark), accent=CARE))


def _answered(post: desk_rules.RequestAnswered, mark: int) -> Rendered:
    view = post.asked
    due, words = when(view.before), _quoted("A lead's words", view.request.words)
    if view.request.answer == "granted":
        lines = ["### You have more time", f"**{safe(view.deliverable.name)}** is due {due} for you.", *words]
        return Rendered(card=_card(post.running, view.deliverable, lines, mark, is_good=True))
    lines = [
        "### Your deadline stays as it is",
        f"You asked for more time for **{safe(view.deliverable.name)}**; it is due {due}. {STILL_WELCOME}",
        *words,
    ]
    return Rendered(card=_card(post.running, view.deliverable, lines, mark, is_good=False))


def _told(post: desk_rules.AllowanceTold, mark: int) -> Rendered:
    item, words = safe(post.deliverable.name), _quoted("A lead's words", post.reason)
    if post.what == "more":
        in_time = " What you handed in counts as in time." if post.handed_in else ""
        lines = ["### You have more time", f"**{item}** is due {when(post.until)} for you.{in_time}"]
    elif post.what == "excused":
        welcome = "" if post.handed_in else " If you like, hand it in all the same: it is welcome."
        lines = [
            "### You may leave one out",
            f"**{item}** is not expected of you any more: nobody reminds you of it, and nothing that builds on it "
            f"misses it.{welcome}",
        ]
    else:
        due = (
            f"It was due {when(post.until)}. {STILL_WELCOME}"
            if post.is_over
            else f"It is due {when(post.until)}."
        )
        lines = ["### It is expected of you again", f"**{item}** can no longer be left out. {due}"]
    card = _card(post.running, post.deliverable, [*lines, *words], mark, is_good=post.what != "again")
    return Rendered(card=card)


def _quoted(whose: str, words: str) -> list[str]:
    return [f"**{whose}**\n> {safe(' '.join(words.split()))}"] if words else []


def _card(
    running: Running, deliverable: Deliverable, lines: Sequence[str], mark: int, *, is_good: bool
) -> Card:
    cohort = running.cohort
    submit = shortened(f"Submit {deliverable.place}", 80)
    return Card(
        text(f"-# {safe(cohort.name)}", *lines),
        row(
            Press("Where I stand", "me.show", cohort.id, style=PRIMARY, mark=mark),
            Press(submit, "submit.open", f"{cohort.id}.{deliverable.key}"),
        ),
        accent=GOOD if is_good else CARE,
    )


RENDERERS: dict[type, Callable[[Any, int], Rendered]] = {
    desk_rules.RequestCame: _request_came,
    desk_rules.RequestAnswered: _answered,
    desk_rules.AllowanceTold: _told,
}
