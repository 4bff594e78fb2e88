"""The way back: the late reviews that somebody waits for, and the least that ends a habit of missing weeks."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from bot.curriculum import RiskPolicy
from bot.progress.path import least_to_catch_up, path
from bot.revisions.risk import has_missed_too_much
from bot.submissions.rules import missed
from tests.town import COURSE

POLICY = RiskPolicy()
WEEKS = [item for item in COURSE.deliverables if item.track == "weekly"]
KEYS = [item.key for item in WEEKS]


def found(*, due=0, handed_in=(), policy=POLICY, **changes):
    """The way back of somebody for whom so many weeks were due."""
    late = [item for item in WEEKS[:due] if item.key not in handed_in]
    given = {"due": WEEKS[:due], "handed_in": handed_in, "late_reviews": [], "late": late}
    return path(policy, **given | changes)


def keys(items):
    return [item.key for item in items]


def test_who_has_missed_one_week_or_none_needs_no_way_back():
    assert found() is None
    assert found(due=3, handed_in={"w01", "w02", "w03"}) is None
    assert found(due=3, handed_in={"w01", "w02"}) is None, "one missed week happens to everybody"
    assert found(due=6, handed_in={"w04", "w05", "w06"}) is None, "a habit that was given up is none"


def test_two_of_the_last_three_weeks_take_one_piece_the_newest():
    way = found(due=5, handed_in={"w01", "w04"})
    assert (way.lately.weeks, way.lately.of) == (2, 3)
    assert keys(way.late) == ["w05"]
    assert keys(way.later) == ["w03", "w02"]


def test_three_of_three_take_the_two_newest():
    way = found(due=5)
    assert keys(way.late) == ["w05", "w04"]
    assert keys(way.later) == ["w03", "w02", "w01"]


def test_a_late_review_alone_asks_for_no_late_work():
    way = found(due=2, handed_in={"w02"}, late_reviews=WEEKS[:1])
    assert (keys(way.reviews), keys(way.late), keys(way.later)) == (["w01"], [], ["w01"])


def test_a_late_capstone_can_wait_because_no_habit_rests_on_it():
    capstone = COURSE.deliverable("c1.1")
    way = found(due=8, handed_in=set(KEYS[:6]), late=[WEEKS[6], WEEKS[7], capstone])
    assert keys(way.late) == ["w08"]
    assert keys(way.later) == ["c1.1", "w07"]


def test_a_course_without_the_rule_knows_no_habit():
    assert found(due=9, policy=RiskPolicy(missed=0)) is None
    way = found(due=9, policy=RiskPolicy(missed=0), late_reviews=WEEKS[:1])
    assert keys(way.late) == []


POLICIES = st.integers(1, 6).flatmap(
    lambda of: st.integers(0, of).map(lambda limit: RiskPolicy(missed=limit, of=of))
)


def has_habit(due, handed_in, policy):
    return has_missed_too_much(missed(due, handed_in, span=policy.of), policy)


@given(st.integers(0, 10), st.sets(st.sampled_from(KEYS[:10])), POLICIES)
def test_following_the_way_ends_the_habit_and_nothing_shorter_does(count, handed_in, policy):
    due = KEYS[:count]
    least = least_to_catch_up(due, handed_in, policy)
    assert not set(least) & handed_in
    assert not has_habit(due, handed_in | set(least), policy)
    missing = [key for key in due if key not in handed_in]
    for fewer in combinations(missing, max(0, len(least) - 1)):
        if least:
            assert has_habit(due, handed_in | set(fewer), policy)


@given(st.integers(0, 10), st.sets(st.sampled_from(KEYS[:10])), POLICIES)
def test_of_the_shortest_ways_it_is_the_newest_work(count, handed_in, policy):
    due = KEYS[:count]
    least = least_to_catch_up(due, handed_in, policy)
    missing = [key for key in reversed(due) if key not in handed_in]
    assert list(least) == missing[: len(least)]
    # What comes on time from here on keeps the habit ended, whatever stays missing.
    for following in range(count + 1, 13):
        then = handed_in | set(least) | set(KEYS[count:following])
        assert not has_habit(KEYS[:following], then, policy)


@given(st.integers(0, 10), st.sets(st.sampled_from(KEYS[:10])), st.booleans(), POLICIES)
def test_every_late_piece_is_either_on_the_way_or_can_wait(count, handed_in, is_review_late, policy):
    late_reviews = WEEKS[:1] if is_review_late else []
    way = found(due=count, handed_in=handed_in, policy=policy, late_reviews=late_reviews)
    if way is None:
        assert not is_review_late
        return
    late = [key for key in KEYS[:count] if key not in handed_in]
    assert sorted([*keys(way.late), *keys(way.later)]) == late
    assert found(due=count, handed_in={*handed_in, *keys(way.late)}, policy=policy) is None
    assert way.reviews or way.late, "a way has a step"
