"""An instant goes into the database and comes out the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.database import instant, micros


@given(moment=st.datetimes(timezones=st.timezones() | st.just(timezone(timedelta(hours=5, minutes=45)))))
def test_an_instant_is_the_same_after_a_night_in_the_database(moment: datetime) -> None:
    stored = instant(micros(moment))
    assert stored == moment.astimezone(UTC)
    assert stored.tzinfo is UTC


def test_a_time_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="time zone"):
        micros(datetime(2026, 3, 2, 9))  # noqa: DTZ001 - naive on purpose
