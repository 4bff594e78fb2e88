"""The small values of a course file: texts of a known length, keys, whole numbers, moments of the week.

The lengths are what keeps every post inside Discord's limits (4,000 characters a message, 100 a choice,
45 a form label), so that a file that passes the check can always be posted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic import StringConstraints as Text
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import core_schema

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY = 24 * 60
MINUTES_A_WEEK = 7 * MINUTES_A_DAY

_BREAK = re.compile(r"[\n\r\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")


def _printable(text: str) -> str:
    if found := _CONTROL.search(text):
        raise ValueError(f"holds the control character {found[0]!r}, which a post cannot show")
    return text


def _one_line(text: str) -> str:
    if _BREAK.search(text):
        raise ValueError("holds a line break; keep it to one paragraph (>- joins lines)")
    return text


def _no_switch(value: object) -> object:
    # Python counts true as 1; a teacher does not.
    if isinstance(value, bool):
        raise ValueError("is not a whole number")
    return value


_Printable = AfterValidator(_printable)
_OneLine = AfterValidator(_one_line)

Key = Annotated[str, Text(pattern=r"^[a-z][a-z0-9-]{0,29}$")]
Name = Annotated[str, Text(min_length=1)]  # of a rubric or stage; checks.py says whether it exists
Label = Annotated[str, Text(strip_whitespace=True, min_length=1, max_length=45), _Printable, _OneLine]
Line = Annotated[str, Text(strip_whitespace=True, min_length=1, max_length=100), _Printable, _OneLine]
Sentence = Annotated[str, Text(strip_whitespace=True, min_length=1, max_length=180), _Printable, _OneLine]
Brief = Annotated[str, Text(strip_whitespace=True, min_length=1, max_length=500), _Printable]
Passage = Annotated[str, Text(strip_whitespace=True, min_length=1, max_length=700), _Printable]
NoSwitch = BeforeValidator(_no_switch)


class Strict(BaseModel, frozen=True, extra="forbid"):
    """Values that never change, with no key that is not known."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A weekday and a wall-clock time, as `mon 09:00`."""

    weekday: int
    at: time

    @classmethod
    def parse(cls, value: object) -> Moment:
        """Read `mon 09:00`; a ValueError says what it should look like."""
        if isinstance(value, Moment):
            return value
        match = re.fullmatch(r"([a-z]{3}) ([01][0-9]|2[0-3]):([0-5][0-9])", str(value).strip().lower())
        if match is None or match[1] not in WEEKDAYS:
            raise ValueError("is not a weekday and a time, such as 'mon 09:00'")
        return cls(weekday=WEEKDAYS.index(match[1]), at=time(int(match[2]), int(match[3])))

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday]} {self.at:%H:%M}"

    @property
    def minute_of_week(self) -> int:
        """Minutes since Monday 00:00, for comparing moments."""
        return self.weekday * MINUTES_A_DAY + self.at.hour * 60 + self.at.minute

    def minutes_after(self, other: Moment) -> int:
        """Minutes from the other moment to the first one of this kind after it: 1 to a whole week."""
        return (self.minute_of_week - other.minute_of_week) % MINUTES_A_WEEK or MINUTES_A_WEEK

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.parse, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        days = "|".join(WEEKDAYS)
        pattern = rf"^({days}) ([01][0-9]|2[0-3]):[0-5][0-9]$"
        return {"type": "string", "pattern": pattern, "examples": ["mon 09:00"]}
