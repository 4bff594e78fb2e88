"""`/me`: what waits for a member, the most urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import discord

from bot.cohorts.halt import WHEN_IT_GOES_ON, is_held
from bot.cohorts.rules import Cohort, Member, Running
from bot.curriculum import Deliverable
from bot.extensions.cards import take_back, waits
from bot.progress.to_do import ToDo
from bot.progress.way_cards import A_ROW, way_back
from bot.progress.way_cards import buttons as way_buttons
from bot.retros.cards import PROMISE_SHOWN
from bot.retros.rules import Entry
from bot.reviews.words import beginning, fitted, numbered
from bot.ui import (
    CARE,
    GOOD,
    TEXT_LIMIT,
    Card,
    Press,
    bullets,
    plural,
    row,
    safe,
    shortened,
    stamp,
    text,
)

PRIMARY = discord.ButtonStyle.primary
SHOWN = 6  # lines of a kind, or fewer where the card is full; the rest is counted
A_LINE = 200  # characters of what lists much, so that a line of each kind always has room
OWED = "`/submit` offers what is not handed in"
LISTED = "`/review mine` lists them"
REVIEWED = "`/feedback` offers the work that has reviews"


def to_do(view: ToDo, now: datetime) -> Card:
    """What waits for a member, the most urgent first, with a button for each kind."""
    cohort = view.running.cohort
    sections = [section for section in _sections(_beside_the_way(view, now), now) if section.lines]
    buttons = [
        *([] if view.path is None else way_buttons(view, view.path)),
        *(section.button for section in sections if section.button is not None),
        *([Press("My promises", "retro.mine", cohort.id)] if view.promises else []),
        *([Press("My progress", "progress.show", cohort.id)] if view.is_student else []),
    ]
    taken_back = [take_back(request) for request in view.requests[:A_ROW]]
    accent = CARE if view.overdue or view.late_reviews(now) else GOOD
    once = list({button.custom_id: button for button in buttons}.values())  # Discord takes no id twice
    rows = [row(*found) for found in (once[:A_ROW], once[A_ROW : 2 * A_ROW], taken_back) if found]
    return Card(*map(text, _fitting(view, sections, now)), *rows, accent=accent)


def _fitting(view: ToDo, sections: Sequence[Section], now: datetime) -> list[str]:
    """What the card says, with as many lines of each kind as one message holds."""
    found: list[str] = []
    for shown in range(SHOWN, 0, -1):
        found = _texts(view, sections, shown, now)
        if sum(map(len, found)) <= TEXT_LIMIT:
            break
    return found


def _texts(view: ToDo, sections: Sequence[Section], shown: int, now: datetime) -> list[str]:
    said = [f"## {safe(view.running.cohort.name)}\n-# {_place(view, now)}"]
    if view.path is not None:
        said.append(way_back(view, view.path))
        said += ["-# Also waits for you"] if sections else []
    said += [f"**{section.title}**\n{_some(section, shown)}" for section in sections]
    if len(said) == 1 or view.running.cohort.state == "finished":
        said.append(_nothing(view))
    return said + ([_promised(view.promises)] if view.promises else [])


def _promised(promises: Sequence[Entry]) -> str:
    """What they last meant to improve, beside what waits: it is kept in mind, not handed in."""
    newest, more = promises[-1], len(promises) - 1
    words = fitted(newest.improve, PROMISE_SHOWN)
    others = f" and {plural(more, 'older promise')}" if more else ""
    stop = "" if not more and words.endswith((".", "!", "?", "…")) else "."
    return f"-# You promised in week {newest.week}: “{words}”{others}{stop} Your next `/retro` asks what became of it."


def _beside_the_way(view: ToDo, now: datetime) -> ToDo:
    """What waits without what the way back says already."""
    if view.path is None:
        return view
    on_the_way = view.late_reviews(now)
    return replace(view, overdue=[], to_review=[asked for asked in view.to_review if asked not in on_the_way])


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


class Section(NamedTuple):
    """A kind of thing that waits: its lines, the button that leads there, and what tells of those that find no room."""

    title: str
    lines: Sequence[str]
    button: Press | None = None
    rest: str = ""


def _sections(view: ToDo, now: datetime) -> list[Section]:
    """What waits, by kind, the most urgent first."""
    cohort_id = view.running.cohort.id
    queue = [f"{plural(view.queue, 'piece')} of work in the queue"] if view.queue else []
    to_queue = Press("Open the queue", "queue.page", f"{cohort_id}.all.0", style=PRIMARY)
    to_retro = Press("Write my retro", "retro.open", f"{cohort_id}.{view.retro}")
    look_back = [] if view.retro is None else [f"Week {view.retro}, in three short answers"]
    return [
        *_own_work(view),
        *_for_others(view, now),
        *_feedback(view),
        Section("For mentors", queue, to_queue),
        Section("To look back on", look_back, to_retro),
    ]


def _own_work(view: ToDo) -> list[Section]:
    late = [f"{item.name}, was due {stamp(due, 'R')}" for item, due in view.overdue]
    due = [_due(view.running, item, due) for item, due in view.due]
    incomplete = [
        shortened(f"{item.name}, without: {'; '.join(labels)}", A_LINE) for item, labels in view.incomplete
    ]
    to_complete = None if late or due else _first(view, view.incomplete, "submit.open", "Complete {place}")
    to_change = [f"{item.name}: `/feedback` has the words" for item in view.to_change]
    changes = [(item, None) for item in view.to_change]
    unready = [
        shortened(f"{item.place} · {words}", A_LINE) for item, lacks in view.unready for words in lacks
    ]
    to_submit = _first(view, [*view.overdue, *view.due], "submit.open", "Submit {place}")
    revise = _first(view, changes, "submit.open", "Revise {place}")
    return [
        Section("Late, and still welcome", late, to_submit if late else None, OWED),
        Section("To hand in", due, None if late else to_submit, OWED),
        Section("To complete", incomplete, to_complete, "`/feedback` says of each work what is missing"),
        Section(
            "Changes that a mentor asks for", to_change, revise, "`/feedback` of each work has the words"
        ),
        Section(
            "What your capstone still rests on", unready, None, "`/feedback` says of each week what it lacks"
        ),
        Section("More time", [waits(request) for request in view.requests]),
    ]


def _due(running: Running, item: Deliverable, due: datetime) -> str:
    """When something is due for this student; what falls into a pause has no date before the course goes on."""
    if is_held(running.cohort, due):
        return f"{item.name}, {WHEN_IT_GOES_ON}"
    longer = ", with more time" if due > running.deadline(item) else ""
    return f"{item.name}, due {stamp(due, 'F')} ({stamp(due, 'R')}){longer}"


def _for_others(view: ToDo, now: datetime) -> list[Section]:
    cohort_id = view.running.cohort.id
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
        Section("To review", to_review, Press("My reviews", "review.mine", cohort_id, style=PRIMARY), LISTED),
        Section(
            "Answers to look at", answers, Press("Look again", "recheck.open", first, style=PRIMARY), LISTED
        ),
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
        Section(
            "To answer", to_answer, _first(view, view.to_answer, "answer.open", "Answer points"), REVIEWED
        ),
        Section("To read", to_read, _first(view, view.to_read, "feedback.show", "Read feedback"), REVIEWED),
    ]


def _first(view: ToDo, items: Sequence[tuple[Deliverable, object]], action: str, label: str) -> Press | None:
    """The button for the first of what waits; `{place}` in its label is where that stands in the course."""
    if not items:
        return None
    item = items[0][0]
    key = f"{view.running.cohort.id}.{item.key}"
    return Press(label.format(place=item.place), action, key, style=PRIMARY)


def _some(section: Section, shown: int) -> str:
    """The first of its lines, how many there are besides, and what tells of those."""
    count = len(section.lines) - shown
    more = [f"and {count} more" + (f": {section.rest}" if section.rest else "")] if count > 0 else []
    return bullets([*section.lines[:shown], *more])


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
