"""A day that is past, in human words or as a date; refused rather than guessed at."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.dates import named, parse_day
from bot.errors import CourseError

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORTEST = 3  # letters of a weekday that tell it from the others
_WEEK, _YEAR = timedelta(days=7), timedelta(days=365)


def parse_since(text: str, today: date) -> date:
    """The day, today or before, that somebody means; a CourseError if it cannot be told for certain, or is ahead."""
    typed = " ".join(text.split())[:40]
    words = re.sub(r"^since ", "", " ".join(text.lower().replace(",", " ").split()))
    try:
        day = _back(words, today) or _weekday(words, today) or _dated(words, today)
    except CourseError:  # it names days to come, and those do not help here
        raise CourseError(
            f"I cannot tell for certain which day “{typed}” is. Write yesterday, monday, 2 weeks ago, or a date such "
            f"as {today - _WEEK}."
        ) from None
    if day > today:
        raise CourseError(
            f"“{typed}” is {named(day)}, and that is still to come. Give an earlier day, such as "
            "yesterday, 2 weeks ago or monday."
        )
    return day


def _back(words: str, today: date) -> date | None:
    """`yesterday`, `3 days ago`, `two weeks ago`."""
    if words == "yesterday":
        return today - timedelta(days=1)
    found = re.fullmatch(r"(.+ (?:day|week)s?) ago", words)
    return None if found is None else today - (parse_day(f"in {found[1]}", today) - today)


def _weekday(words: str, today: date) -> date | None:
    """`friday` and `last friday`: the latest one before today."""
    word = words.removeprefix("last ")
    fits = [place for place, name in enumerate(_DAYS) if len(word) >= _SHORTEST and name.startswith(word)]
    if not fits:
        return None
    return today - timedelta(days=(today.weekday() - fits[0] - 1) % 7 + 1)


def _dated(words: str, today: date) -> date:
    """A date as it stands; a day and a month without a year are the latest that has been."""
    day = parse_day(words, today)
    is_a_date = re.search(r"\d", words) is not None and parse_day(words, today + timedelta(days=1)) == day
    if day > today and is_a_date:
        return parse_day(words, today - _YEAR)
    return day
