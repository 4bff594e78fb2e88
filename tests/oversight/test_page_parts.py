"""What pages are made of: times by the cohort's clock, letters of the map, scores as a line."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.cohorts.rules import Cohort, Running
from bot.mentors.frame import Frame
from bot.oversight import grid
from bot.oversight.rules import MARKS
from bot.oversight.spread import spread
from bot.reviews.rules import Scores
from tests.town import COURSE

FIRST, LAST = datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2027-12-31")


def test_no_two_marks_share_a_letter():
    assert len({grid.letter(mark) for mark in MARKS}) == len(MARKS)


def running(zone="America/New_York"):
    return Running(
        cohort=Cohort(
            id=1, guild_id=900, name="Spring", channel_id=901, timezone=zone, starts_on=None, state="running",
            course_version_id=1, student_role_id=None, mentor_role_id=None, lead_role_id=None, seed=1, created_by=1,
        ),
        course=COURSE,
    )  # fmt: skip


@given(st.datetimes(min_value=FIRST, max_value=LAST, timezones=st.just(ZoneInfo("UTC"))))
def test_a_time_on_a_page_is_the_cohorts_wall_time_and_the_same_instant(moment):
    now = datetime(2026, 6, 1, tzinfo=ZoneInfo("UTC"))
    shown = Frame(running=running(), root="/cohorts/1", now=now).at(moment)
    stated = re.fullmatch(r'<time datetime="([^"]+)">([^<]+)</time>', shown)
    instant = datetime.fromisoformat(stated[1])
    assert instant == moment.replace(second=0, microsecond=0)
    assert f"{instant:%H:%M}" in stated[2]
    assert (str(instant.year) in stated[2]) == (instant.year != 2026)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_a_drawn_spread_runs_from_the_lowest_to_the_highest_score(shares):
    drawn = spread(Scores.of(shares), is_enough=len(shares) > 1)
    low, high = (float(re.search(rf'class="range".*?{end}="([\d.]+)"', drawn)[1]) for end in ("x1", "x2"))
    mean = float(re.search(r'cx="([\d.]+)"', drawn)[1])
    assert 0 <= low <= high <= 100
    assert low - 1 <= mean <= high + 1
    assert ('fill="none"' in drawn) == (len(shares) < 2)
