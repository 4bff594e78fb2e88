"""The calendar as a file that every calendar program reads; the same moment keeps its name through every change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event

from bot.calendar import later
from bot.cohorts.rules import Here

# What is said in the channel takes a look; a deadline is an instant.
SAID, DUE = timedelta(minutes=30), timedelta(0)


def written(here: Here, *, changes: int, now: datetime) -> bytes:
    """A cohort's kickoffs, deadlines, retros and breaks, and the reader's own deadlines where they have more time.

    `changes` is how often the calendar was changed: a program that has an older file knows that this one is newer.
    """
    file: Any = Calendar()  # its methods' types are half said
    file.add("prodid", "-//Homeroom//course calendar//EN")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", here.cohort.name)
    file.add("x-wr-timezone", here.cohort.timezone)
    for event in (*_weeks(here), *_own(here), *_breaks(here)):
        event.add("sequence", changes)
        event.add("dtstamp", now)
        file.add_component(event)
    return bytes(file.to_ical())


def _weeks(here: Here) -> Iterator[Any]:
    for week in here.times:
        title = here.course.week(week.number).title
        due = "\n".join(item.name for item in here.course.deliverables if item.week == week.number)
        name = f"w{week.number:02}"
        yield _event(here, f"{name}-kickoff", f"Week {week.number} begins: {title}", week.kickoff, SAID)
        yield _event(here, f"{name}-deadline", f"Week {week.number} is due", week.deadline, DUE, due)
        yield _event(here, f"{name}-retro", f"Retro of week {week.number}", week.retro, SAID)


def _own(here: Here) -> Iterator[Any]:
    for item in here.course.deliverables:
        until = here.own_deadline(item)
        if until != here.deadline(item):
            yield _event(here, f"{item.key}-own", f"Your own deadline: {item.name}", until, DUE)


def _event(here: Here, name: str, title: str, at: datetime, span: timedelta, words: str = "") -> Any:
    event = _named(here, name, title)
    event.add("dtstart", at)
    if span:
        event.add("dtend", at + span)
    if words:
        event.add("description", words)
    return event


def _breaks(here: Here) -> Iterator[Any]:
    zone = here.cohort.zone
    for pause in here.cohort.changes.breaks:
        first: date = pause.from_at.astimezone(zone).date()
        event = _named(here, f"break-{first}", pause.reason or "Break")
        event.add("dtstart", first)
        event.add("dtend", later(pause.from_at, pause.weeks, zone).astimezone(zone).date())
        event.add("transp", "TRANSPARENT")
        yield event


def _named(here: Here, name: str, title: str) -> Any:
    event: Any = Event()
    event.add("uid", f"c{here.cohort.id}-{name}@homeroom")
    event.add("summary", f"{here.cohort.name}: {title}")
    return event
