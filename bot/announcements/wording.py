"""What a lead typed, understood for certain or refused: when, how often, whom it pings, and the text itself."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.announcements.rules import FARTHEST, MENTIONS, TEXT_LIMIT, Announcement, Mention, Plan
from bot.dates import named, parse_moment
from bot.errors import CourseError

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORT = tuple(name[:3] for name in WEEKDAYS)
WORKING = (0, 1, 2, 3, 4)
DAILY = tuple(range(7))
REPEATS = ("none", "weekly", "daily", "weekdays")

# Letters that leave no ink: fillers and the empty Braille cell.
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# They let a text be read in another order than it was written, so that a link or a name seems another.
TURNED = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
MASKED = re.compile(r"\[([^\]\n]*)\]\(\s*<?\s*(\S+?)\s*>?\s*(?:\"[^\"]*\"\s*)?\)")
ADDRESS = re.compile(r"(?:https?://|\bwww\.)[^\s/]+", re.IGNORECASE)
SIGNED = re.compile(r"^[\s>]*-#\s*announced by", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a lead typed; None: as it was."""

    when: str | None = None
    text: str | None = None
    repeat: str | None = None
    mention: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What that means."""

    plan: Plan
    body: str
    mention: Mention


def understood(wanted: Wanted, base: Announcement | None, now: datetime, zone: ZoneInfo) -> Understood:
    """What a lead means, seen from what was there before; a CourseError if it cannot be told for certain."""
    return Understood(
        plan=parse_plan(wanted.when, wanted.repeat, now, zone, base=None if base is None else base.plan),
        body=base.body if base is not None and wanted.text is None else parse_body(wanted.text or ""),
        mention=base.mention
        if base is not None and wanted.mention is None
        else parse_mention(wanted.mention),
    )


def parse_plan(
    when: str | None, repeat: str | None, now: datetime, zone: ZoneInfo, *, base: Plan | None = None
) -> Plan:
    """When it comes and on which weekdays it comes again; what is left as it was may be past already."""
    if base is not None and (when is None or when.strip() == shown_when(base)):
        day, at, moment = base.day, base.at, base.next_at
    else:
        if not (when or "").strip():
            raise CourseError(
                "When? Write a day and a time, such as friday 18:00, tomorrow 9am or in 2 hours."
            )
        moment = _on_the_minute(parse_moment(when or "", now, zone))
        local = moment.astimezone(zone)
        day, at = local.date(), time(local.hour, local.minute)
        if moment - now > FARTHEST:
            raise CourseError(
                f"{named(day)} is more than a year away. Give a nearer day, or announce it later."
            )
    days = parse_repeat(shown_repeat(base) if base is not None and repeat is None else repeat or "", day)
    return Plan(day=day, at=at, next_at=moment, repeat=days)


def _on_the_minute(moment: datetime) -> datetime:
    """The first full minute from then on: a wall clock shows no seconds, and “in 2 hours” is not less."""
    cut = moment.replace(second=0, microsecond=0)
    return cut if cut == moment else cut + timedelta(minutes=1)


def parse_repeat(text: str, day: date) -> tuple[int, ...]:
    """The weekdays on which it comes again, the first day's among them; none if it comes once."""
    words = " ".join(text.lower().replace(",", " ").replace(" and ", " ").split())
    if words in ("", "none", "no", "never", "once"):
        return ()
    if words in ("weekly", "every week"):
        return (day.weekday(),)
    if words in ("daily", "every day"):
        return DAILY
    days = WORKING if words in ("weekdays", "every weekday") else _weekdays(words, text)
    if day.weekday() not in days:
        raise CourseError(
            f"It would begin on {named(day)}, and repeat on {days_words(days)}. Begin on one of these days, or add "
            f"{SHORT[day.weekday()]} to `repeat`."
        )
    return days


def _weekdays(words: str, typed: str) -> tuple[int, ...]:
    found: set[int] = set()
    for word in words.removeprefix("every ").split():
        stem = word.removesuffix("s") if word not in SHORT else word
        fits = [
            place for place, name in enumerate(WEEKDAYS) if len(stem) >= len("mon") and name.startswith(stem)
        ]
        if len(fits) != 1:
            raise CourseError(
                f"I cannot tell how often “{' '.join(typed.split())[:40]}” is. Write none, weekly, daily, weekdays, or "
                "weekdays such as mon, thu."
            )
        found.add(fits[0])
    return tuple(sorted(found))


def parse_mention(text: str | None) -> Mention:
    """Whom it pings."""
    word = (text or "none").strip().lower().lstrip("@")
    for mention in MENTIONS:
        if word == mention:
            return mention
    raise CourseError("It can mention none, cohort or everyone. Choose one of these.")


def parse_body(text: str) -> str:
    """The text as it will stand in the channel; refused if nobody could read it, or if it deceives."""
    body = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not any(_leaves_ink(letter) for letter in body):
        raise CourseError("There is nothing to read in this text. Write what you want to announce.")
    if len(body) > TEXT_LIMIT:
        raise CourseError(
            f"The text has {len(body)} characters, and I post at most {TEXT_LIMIT}. Shorten it, or put the rest into "
            "a file."
        )
    if TURNED.search(body) or any(_is_control(letter) for letter in body):
        raise CourseError(
            "The text has hidden characters that change how it reads, perhaps from where it was copied. Type it anew."
        )
    if SIGNED.search(body):
        raise CourseError("Who announces it is added below the text by me. Leave that line out.")
    for label, target in MASKED.findall(body):
        _check_link(label, target)
    return body


def _leaves_ink(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LNPS" and letter not in BLANK


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) == "Cc" and letter not in "\n\t"


def _check_link(label: str, target: str) -> None:
    shown = [_host(found) for found in ADDRESS.findall(label)]
    if any(host != _host(target) for host in shown):
        raise CourseError(
            f"The link “{label[:60]}” shows one address and leads to another. Write the address itself, or a name for "
            "it that is no address."
        )


def _host(address: str) -> str:
    without = re.sub(r"^[a-z][a-z0-9+.-]*://", "", address.lower())
    return re.split(r"[/?#]", without)[0].rpartition("@")[2].split(":")[0].removeprefix("www.")


def shown_when(plan: Plan) -> str:
    """A plan's time as it can be typed again."""
    return f"{plan.day} {plan.at:%H:%M}"


def shown_repeat(plan: Plan) -> str:
    """A plan's repetition as it can be typed again; `weekly` moves along with its day."""
    if plan.repeat == (plan.day.weekday(),):
        return "weekly"
    fixed = {(): "none", DAILY: "daily", WORKING: "weekdays"}
    return fixed.get(plan.repeat) or ", ".join(SHORT[day] for day in plan.repeat)


def days_words(days: tuple[int, ...]) -> str:
    """Weekdays as one says them."""
    if days in (DAILY, WORKING):
        return "every day" if days == DAILY else "Monday to Friday"
    names = [WEEKDAYS[day].capitalize() for day in days]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def repeat_words(plan: Plan) -> str:
    """How often it comes."""
    if not plan.repeat:
        return "once"
    words = days_words(plan.repeat)
    return words if plan.repeat in (DAILY, WORKING) else f"every {words}"
