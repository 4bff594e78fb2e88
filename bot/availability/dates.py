"""Until when somebody is away, in human words or as a date; refused rather than guessed at."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.errors import CourseError

LONGEST = 60  # days; whoever is away for longer should talk to a lead about the course itself

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
_LEAD_IN = re.compile(r"^(?:until|till|through|on|by) ")


def parse_until(text: str, today: date) -> date:
    """The last day of an absence; a CourseError if it cannot be told for certain, or is past or too far away."""
    typed = " ".join(text.split())
    words = _LEAD_IN.sub("", typed.lower().replace(",", " ").rstrip(" ."))
    day = _day(" ".join(words.split()), today)
    if day is None:
        raise CourseError(
            f"I cannot tell for certain which day “{typed[:40]}” is. Write a date such as {today + timedelta(days=7)}, "
            "a weekday such as friday or next monday, or in 3 days."
        )
    if day < today:
        raise CourseError(f"{_named(day)} is past already. Give the last day that you are away.")
    if day > today + timedelta(days=LONGEST):
        raise CourseError(
            f"{_named(day)} is more than {LONGEST} days away. Give an earlier day; if you will be gone for longer, "
            "talk to a cohort lead."
        )
    return day


def _named(day: date) -> str:
    return f"{_DAYS[day.weekday()].capitalize()}, {day.day} {_MONTHS[day.month - 1].capitalize()} {day.year},"


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
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", words):
            return date.fromisoformat(words)
        return _after(words, today) or _weekday(words, today) or _month_day(words, today)
    except (ValueError, OverflowError):  # there is no such day
        return None


def _after(words: str, today: date) -> date | None:
    found = re.fullmatch(rf"(?:in |for )?{_COUNT} (?P<unit>day|week)s?", words)
    if found is None:
        return None
    said = found["count"]
    count = int(said) if said.isdigit() else 1 if said in ("an", "one") else _NUMBERS.index(said) + 1
    return today + timedelta(days=count * (7 if found["unit"] == "week" else 1))


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
