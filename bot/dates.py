"""Days and times in human words or as dates; refused rather than guessed at."""

from __future__ import annotations

import re
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import CourseError

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_NUMBERS = ("a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COUNT = rf"(?P<count>\d{{1,4}}|an|one|{'|'.join(_NUMBERS)})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?: (?P<year>\d{4}))?"
_WORD = r"(?P<{}>[a-z]+)"
_LEAD_IN = re.compile(r"^(?:until|till|through|on|by) |(?:^| )(?:at|on)$")
_CLOCK = re.compile(
    r"(?:\bat |(?<=\dt)|\b)(?:(?P<noon>noon)"
    r"|(?P<hour>\d{1,2})(?:(?P<mark>[:.])(?P<minute>\d\d))?(?: ?(?P<half>[ap])\.?m\b\.?)?"
    r"(?(minute)|(?(half)|(?!))))(?![\w:-])"
)


def parse_day(text: str, today: date) -> date:
    """The day that somebody means; a CourseError if it cannot be told for certain."""
    typed = " ".join(text.split())
    words = _LEAD_IN.sub("", typed.lower().replace(",", " ").rstrip(" ."))
    day = _day(" ".join(words.split()), today)
    if day is None:
        raise CourseError(
            f"I cannot tell for certain which day “{typed[:40]}” is. Write a date such as {today + timedelta(days=7)}, "
            "a weekday such as friday or next monday, or in 3 days."
        )
    return day


def parse_moment(text: str, now: datetime, zone: ZoneInfo, *, at: time | None = None) -> datetime:
    """The instant that somebody means, by a zone's clock; a CourseError if it cannot be told for certain, or is past.

    `at` is the time of a day that is named without one; where there is none, the time is asked for.
    """
    typed, local = " ".join(text.split()), now.astimezone(zone)
    words = " ".join(typed.lower().replace(",", " ").rstrip(" .").split())
    moment = _span(words, now) or _iso(typed) or _day_and_time(words, typed, local, zone, at)
    if moment <= now:
        raise CourseError(
            f"“{typed[:40]}” is {moment.astimezone(zone):%a %d %b %Y %H:%M} on {zone.key} time, and that is past. "
            "Give a later time."
        )
    return moment


def _span(words: str, now: datetime) -> datetime | None:
    """`in 2 hours` and `in 90 minutes`."""
    found = re.fullmatch(rf"in {_COUNT} (?P<unit>hour|minute|min|hr)s?", words)
    if found is None:
        return None
    return now + timedelta(**{"hours" if found["unit"][0] == "h" else "minutes": _counted(found["count"])})


def _iso(typed: str) -> datetime | None:
    """A date and time with its offset from UTC: no clock can change what it means."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d)?([Zz]|[+-]\d\d:\d\d)", typed):
        return None
    try:
        moment = datetime.fromisoformat(typed.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if _has_room(moment) else None


def _day_and_time(words: str, typed: str, local: datetime, zone: ZoneInfo, usual: time | None) -> datetime:
    found = _CLOCK.search(words)
    at = usual if found is None else _clock(found)
    rest = words if found is None else f"{words[: found.start()]} {words[found.end() :]}"
    rest = " ".join(rest.replace("t", " ", 1).split()) if re.fullmatch(r"\d{4}-\d\d-\d\dt ?", rest) else rest
    rest = " ".join(_LEAD_IN.sub("", " ".join(rest.split())).split())
    day = local.date() if not rest and found and not _may_be_a_date(found) else _day(rest, local.date())
    if day is None or (found and at is None):
        raise CourseError(
            f"I cannot tell for certain when “{typed[:40]}” is. Write a day and a time, such as friday 18:00, "
            f"tomorrow 9am, in 2 hours, or {local.date() + timedelta(days=7)} 18:00."
        )
    if at is None:
        raise CourseError(
            f"At what time on {named(day)}? Add it, such as {typed[:40]} 18:00 or {typed[:40]} 6pm."
        )
    return _wall(day, at, zone)


def _wall(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant of a wall-clock time; a CourseError if the clocks are changed over it."""
    wall = datetime.combine(day, at, zone)
    moment = wall.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
        raise CourseError(
            f"The clocks in {zone.key} are put forward on {named(day)}, and {at:%H:%M} does not exist then. "
            "Give a time an hour earlier or later."
        )
    if wall.replace(fold=1).utcoffset() != wall.utcoffset():
        raise CourseError(
            f"The clocks in {zone.key} are put back on {named(day)}, and {at:%H:%M} comes twice. Give another time, or "
            f"say which with its offset, such as {wall.isoformat(timespec='minutes')}."
        )
    return moment


def _may_be_a_date(found: re.Match[str]) -> bool:
    """Whether a clock without a day may be one: `10.12` is the tenth of December to many."""
    return found["mark"] == "." and not found["half"]


def _clock(found: re.Match[str]) -> time | None:
    """`18:00`, `6pm`, `6:30 pm`, `noon`; None for a bare hour, which could be either half of the day."""
    if found["noon"]:
        return time(12)
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - a clock face
            return None
        hour = hour % 12 + (12 if found["half"] == "p" else 0)
    elif found["minute"] is None:
        return None
    try:
        return time(hour, minute)
    except ValueError:
        return None


def named(day: date) -> str:
    """A day in words that nobody mistakes: `Friday, 13 March 2026`."""
    return f"{_DAYS[day.weekday()].capitalize()}, {day.day} {_MONTHS[day.month - 1].capitalize()} {day.year}"


def _day(words: str, today: date) -> date | None:
    """The day that the words name, if they name one for certain."""
    simple = {
        "today": today,
        "tomorrow": today + timedelta(days=1),
        "the day after tomorrow": today + timedelta(days=2),
        "the end of the week": today + timedelta(days=6 - today.weekday()),
    }
    if words in simple:
        return simple[words]
    try:
        day = _written(words) or _after(words, today) or _weekday(words, today) or _month_day(words, today)
    except (ValueError, OverflowError):  # there is no such day
        return None
    return day if day is not None and _has_room(day) else None


def _has_room(day: date) -> bool:
    """Whether every zone's clock can show it: at the ends of the calendar a day's shift falls off."""
    return MINYEAR < day.year < MAXYEAR


def _written(words: str) -> date | None:
    return date.fromisoformat(words) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", words) else None


def _after(words: str, today: date) -> date | None:
    found = re.fullmatch(rf"(?:in |for )?{_COUNT} (?P<unit>day|week)s?", words)
    if found is None:
        return None
    return today + timedelta(days=_counted(found["count"]) * (7 if found["unit"] == "week" else 1))


def _counted(said: str) -> int:
    return int(said) if said.isdigit() else 1 if said in ("an", "one") else _NUMBERS.index(said) + 1


def _weekday(words: str, today: date) -> date | None:
    """`friday` is the coming one, `this friday` this week's, `next friday` next week's."""
    found = re.fullmatch(rf"(?:(?P<which>this|next) )?{_WORD.format('name')}", words)
    number = None if found is None else _position(found["name"], _DAYS)
    if found is None or number is None:
        return None
    monday = today - timedelta(days=today.weekday())
    if found["which"] == "this":
        return monday + timedelta(days=number)
    if found["which"] == "next":
        return monday + timedelta(days=7 + number)
    if number == today.weekday():
        raise CourseError(
            f"Today is {_DAYS[number].capitalize()}. Write today, or next {_DAYS[number]} if you mean in a week."
        )
    return today + timedelta(days=(number - today.weekday()) % 7)


def _month_day(words: str, today: date) -> date | None:
    """`10 march` and `march 10th`, with a year or in the twelve months that begin today."""
    named = _WORD.format("name")
    found = re.fullmatch(rf"{_DAY} (?:of )?{named}{_YEAR}", words) or re.fullmatch(
        rf"{named} {_DAY}{_YEAR}", words
    )
    number = None if found is None else _position(found["name"], _MONTHS)
    if found is None or number is None:
        return None
    if found["year"]:
        return date(int(found["year"]), number + 1, int(found["day"]))
    day = date(today.year, number + 1, int(found["day"]))
    return day if day >= today else date(today.year + 1, number + 1, int(found["day"]))


def _position(word: str, names: tuple[str, ...]) -> int | None:
    """The place of a name, which may be cut short to three letters or more."""
    fits = [place for place, name in enumerate(names) if len(word) >= 3 and name.startswith(word)]  # noqa: PLR2004 - said above
    return fits[0] if len(fits) == 1 else None
