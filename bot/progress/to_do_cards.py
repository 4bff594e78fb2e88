"""`/me`: what waits for a member, the most urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.cohorts.halt import WHEN_IT_GOES_ON, is_held
from bot.cohorts.rules import Cohort, Member, Running
from bot.curriculum import Deliverable
from bot.extensions.cards import take_back, waits
from bot.progress.to_do import ToDo
from bot.progress.way_cards import buttons as way_buttons
from bot.progress.way_cards import way_back
from bot.retros.cards import PROMISE_SHOWN
from bot.retros.rules import Entry
from bot.reviews.words import beginning, fitted, numbered
from bot.ui import CARE, GOOD, Card, Press, bullets, plural, row, safe, stamp, text

PRIMARY = discord.ButtonStyle.primary
SHOWN = 6  # lines of a kind; the rest is counted
A_ROW = 5  # buttons


def to_do(view: ToDo, now: datetime) -> Card:
    """What waits for a member, the most urgent first, with a button for each kind."""
    cohort = view.running.cohort
    parts: list[ui.Item[Any]] = [text(f"## {safe(cohort.name)}", f"-# {_place(view, now)}")]
    buttons: list[Press] = []
    if view.path is not None:
        parts.append(text(way_back(view, view.path, now)))
        buttons += way_buttons(view, view.path)
    for title, lines, button in _sections(_beside_the_way(view), now):
        if lines:
            parts.append(text(f"**{title}**", _some(lines)))
            if button is not None:
                buttons.append(button)
    if len(parts) == 1 or cohort.state == "finished":
        parts.append(text(_nothing(view)))
    if view.promises:
        parts.append(text(_promised(view.promises)))
    taken_back = [take_back(request) for request in view.requests[:A_ROW]]
    if view.is_student:
        buttons.append(Press("My progress", "progress.show", cohort.id))
    is_late = any(view.running.has_passed(review.due_at, now) for review, _, _ in view.to_review)
    accent = CARE if view.overdue or is_late else GOOD
    once = list({button.custom_id: button for button in buttons}.values())  # Discord takes no id twice
    rows = [row(*found) for found in (once[:A_ROW], once[A_ROW : 2 * A_ROW], taken_back) if found]
    return Card(*parts, *rows, accent=accent)


def _promised(promises: Sequence[Entry]) -> str:
    """What they last meant to improve, beside what waits: it is kept in mind, not handed in."""
    newest, more = promises[-1], len(promises) - 1
    words = fitted(newest.improve, PROMISE_SHOWN)
    others = f" and {plural(more, 'older promise')}" if more else ""
    return f"-# You promised in week {newest.week}: “{words}”{others}. Your next `/retro` asks what became of it."


def _beside_the_way(view: ToDo) -> ToDo:
    """What waits without what the way back says already."""
    if view.path is None:
        return view
    return replace(view, overdue=[], due=[], to_review=[], to_recheck=[], to_answer=[])


def _place(view: ToDo, now: datetime) -> str:
    """Where the course is, in words."""
    times, week = view.running.times, view.running.now_week(now)
    if view.running.cohort.state == "draft":
        return "not started yet"
    if view.running.cohort.state == "finished":
        return "the course is over"
    if view.running.cohort.state == "paused":
        return "paused: nothing falls due until the course goes on"
    if week is not None:
        return f"week {week} of {len(times)}"
    return f"begins {stamp(times[0].kickoff)}" if now < times[0].kickoff else "the course is over"


Section = tuple[str, list[str], Press | None]
"""A kind of thing that waits: its heading, its lines, and the button that leads there."""


def _sections(view: ToDo, now: datetime) -> list[Section]:
    """What waits, by kind, the most urgent first."""
    cohort_id = view.running.cohort.id
    queue = [f"{plural(view.queue, 'piece')} of work in the queue"] if view.queue else []
    look_back = [] if view.retro is None else [f"Week {view.retro}, in three short answers"]
    return [
        *_own_work(view),
        *_for_others(view, now),
        *_feedback(view),
        ("For mentors", queue, Press("Open the queue", "queue.page", f"{cohort_id}.all.0", style=PRIMARY)),
        ("To look back on", look_back, Press("Write my retro", "retro.open", f"{cohort_id}.{view.retro}")),
    ]


def _own_work(view: ToDo) -> list[Section]:
    late = [f"{item.name}, was due {stamp(due, 'R')}" for item, due in view.overdue]
    due = [_due(view.running, item, due) for item, due in view.due]
    incomplete = [f"{item.name}, without: {'; '.join(labels)}" for item, labels in view.incomplete]
    to_complete = None if late or due else _first(view, view.incomplete, "submit.open", "Complete {place}")
    to_change = [f"{item.name}: `/feedback` has the words" for item in view.to_change]
    changes = [(item, None) for item in view.to_change]
    unready = [f"{item.place} · {words}" for item, lacks in view.unready for words in lacks]
    return [
        ("Late, and still welcome", late, _first(view, view.overdue, "submit.open", "Submit {place}")),
        ("To hand in", due, None if late else _first(view, view.due, "submit.open", "Submit {place}")),
        ("To complete", incomplete, to_complete),
        ("Changes that a mentor asks for", to_change, _first(view, changes, "submit.open", "Revise {place}")),
        ("What your capstone still rests on", unready, None),
        ("More time", [waits(request) for request in view.requests], None),
    ]


def _due(running: Running, item: Deliverable, due: datetime) -> str:
    """When something is due for this student; what falls into a pause has no date before the course goes on."""
    if is_held(running.cohort, due):
        return f"{item.name}, {WHEN_IT_GOES_ON}"
    longer = ", with more time" if due > running.deadline(item) else ""
    return f"{item.name}, due {stamp(due, 'F')} ({stamp(due, 'R')}){longer}"


def _for_others(view: ToDo, now: datetime) -> list[Section]:
    numbers = numbered((review, author) for review, _, author in view.to_review)
    to_review = [
        f"{_whose(author)} {item.name}"
        + (f" · {numbers[review.id]}" if review.id in numbers else "")
        + f", {_review_due(view.running.cohort, review.due_at, now)}"
        + (" · draft begun" if review.opened_at else "")
        for review, item, author in view.to_review
    ]
    answers = [f"{_whose(author)} answers on {item.name}" for _, item, author in view.to_recheck]
    first = view.to_recheck[0][0].id if view.to_recheck else ""
    return [
        ("To review", to_review, Press("My reviews", "review.mine", view.running.cohort.id, style=PRIMARY)),
        ("Answers to look at", answers, Press("Look again", "recheck.open", first, style=PRIMARY)),
    ]


def _review_due(cohort: Cohort, due: datetime, now: datetime) -> str:
    if is_held(cohort, due):
        return WHEN_IT_GOES_ON
    return f"{'was due' if due < now else 'due'} {stamp(due, 'R')}"


def _whose(author: Member) -> str:
    return f"{beginning(safe(author.name))}'s"


def _feedback(view: ToDo) -> list[Section]:
    to_read = [f"{plural(count, 'new review')} of your {item.name}" for item, count in view.to_read]
    to_answer = [f"{plural(count, 'point')} on {item.name}" for item, count in view.to_answer]
    return [
        ("To answer", to_answer, _first(view, view.to_answer, "answer.open", "Answer points")),
        ("To read", to_read, _first(view, view.to_read, "feedback.show", "Read feedback")),
    ]


def _first(view: ToDo, items: Sequence[tuple[Deliverable, object]], action: str, label: str) -> Press | None:
    """The button for the first of what waits; `{place}` in its label is where that stands in the course."""
    if not items:
        return None
    item = items[0][0]
    key = f"{view.running.cohort.id}.{item.key}"
    return Press(label.format(place=item.place), action, key, style=PRIMARY)


def _some(lines: Sequence[str]) -> str:
    more = len(lines) - SHOWN
    return bullets([*lines[:SHOWN], *([f"and {more} more: `/progress` lists them all"] if more > 0 else [])])


def _nothing(view: ToDo) -> str:
    if view.running.cohort.state == "draft":
        return "The course has not been started yet. There is nothing to do but look forward to it: `/course overview`."
    if view.running.cohort.state == "finished":
        read = "`/feedback` and `/progress` show what came of your work. " if view.is_student else ""
        return f"The course is over, so nothing is left to do. {read}The dates stay in `/cohort calendar`."
    if not view.is_student:
        return (
            "Nothing waits for you. `/cohort show` tells how the cohort stands; `/roster list` who is in it."
        )
    if view.ahead is None:
        return "Nothing waits for you. You have come all the way."
    item, opens = view.ahead
    if is_held(view.running.cohort, opens):
        return f"Nothing waits for you. Next is {item.name}, once the course goes on."
    return f"Nothing waits for you. Next is {item.name}, which opens {stamp(opens)} ({stamp(opens, 'R')})."
