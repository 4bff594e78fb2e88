"""Every figure of a trend, by value."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar import Break, Changes
from bot.cohorts import plans
from bot.cohorts.rules import Allowance, Running
from bot.curriculum import Criterion, Rubric
from bot.progress import tracing
from bot.progress.tracing import Found, Judged
from bot.progress.trends import Repeated, Streak
from bot.reviews.rules import Scores
from tests.revisions.test_rules import BOTH, FACTS, NOW, decided
from tests.revisions.test_rules import review as reviewed
from tests.submissions.test_rules import RUNNING, revision
from tests.town import COURSE

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
JOINED = RUNNING.times[0].kickoff - DAY
LEVELS = ("none", "some", "most", "all")


def rubric(*keys, levels=LEVELS, title="Craft"):
    criteria = [Criterion(key=key, title=key.title(), question="How?", levels=levels) for key in keys]
    return Rubric(key="craft", title=title, criteria=tuple(criteria))


CRAFT = rubric("design", "tests")


def judged(week, level, by="peer", *, key="design", under=CRAFT):
    item = COURSE.deliverable(week)
    return Judged(deliverable=item, rubric=under, scores={key: level}, by=by)


def design(*given_, under=CRAFT):
    return tracing.criterion_trend("Craft", under.criteria[0], given_)


# Scores.


def test_a_criterion_keeps_peers_mentors_and_the_author_apart_with_spread_and_count():
    trend = design(judged("w01", 1), judged("w01", 3), judged("w01", 4, "mentor"), judged("w01", 2, "self"))
    (work,) = trend.scored
    assert (work.deliverable, work.place, work.week) == ("w01", "Week 1", 1)
    assert work.peers == Scores(mean=pytest.approx(1 / 3), low=0, high=pytest.approx(2 / 3), count=2)
    assert work.mentors == Scores(mean=1, low=1, high=1, count=1)
    assert work.own == pytest.approx(1 / 3)


def test_a_score_is_a_share_of_the_scale_that_it_was_given_on():
    short = rubric("design", levels=("no", "yes"))
    trend = design(judged("w01", 2, under=short), judged("w02", 2))
    assert [work.peers.mean for work in trend.scored] == [1, pytest.approx(1 / 3)]


def test_where_scores_go_needs_two_pieces_on_each_side_and_two_reviews_under_each():
    rising = [judged(week, level) for week, level in (("w01", 1), ("w02", 1), ("w03", 4), ("w04", 4))]
    assert design(*rising).way is None, "one review each is an opinion"
    assert design(*rising, *rising).way == "rising"
    assert design(*rising[:3], *rising[:3]).way is None, "three pieces are too few"
    falling = [judged(week, level) for week, level in (("w01", 4), ("w02", 4), ("w03", 3), ("w04", 3))]
    assert design(*falling, *falling).way == "falling"
    level = [judged(week, 3) for week in ("w01", "w02", "w03", "w04")]
    assert design(*level, *level).way == "steady"


def test_one_mentor_says_enough_and_own_scores_never_count():
    by_mentor = [judged(f"w0{week}", week, "mentor") for week in (1, 2, 3, 4)]
    assert design(*by_mentor).way == "rising"
    own = [judged(f"w0{week}", week, "self") for week in (1, 2, 3, 4)]
    trend = design(*own)
    assert (trend.way, trend.scored[0].peers, trend.scored[0].own) == (None, None, 0)
    assert design(*by_mentor, *[replace(item, scores={"design": 1}) for item in own]).way == "rising"


def test_the_direction_is_of_peers_and_mentors_together():
    peers = [judged(week, 2) for week in ("w01", "w01", "w02", "w02", "w03", "w03", "w04", "w04")]
    mentors = [judged(week, 4, "mentor") for week in ("w03", "w04")]
    assert design(*peers).way == "steady"
    assert design(*peers, *mentors).way == "rising"


def test_rubrics_come_in_the_order_of_the_work_and_criteria_in_that_of_the_newest_version():
    newer = rubric("tests", "clarity", title="Craft, mended")
    other = Rubric(key="memo", title="Memo", criteria=CRAFT.criteria[:1])
    found = tracing.rubrics(
        [
            judged("w03", 2, key="clarity", under=newer),
            judged("w02", 2, under=other),
            judged("w01", 2),
            judged("w01", 3, key="tests"),
        ]
    )
    assert [(item.rubric, item.title) for item in found] == [("craft", "Craft, mended"), ("memo", "Memo")]
    assert [item.criterion for item in found[0].criteria] == ["tests", "clarity", "design"]
    assert all(item.scored for trend in found for item in trend.criteria)
    assert tracing.rubrics([]) == []


def test_a_capstone_comes_after_the_week_that_it_is_due_in():
    capstone = judged("c1.1", 2)
    (trend,) = tracing.rubrics([capstone, judged("w08", 2), judged("w09", 2)])
    assert [work.deliverable for work in trend.criteria[0].scored] == ["w08", "c1.1", "w09"]


def test_a_rubric_that_nobody_has_scored_by_has_no_trend():
    assert tracing.rubrics([replace(judged("w01", 1), scores={})]) == []


# Points.


def found(week, kind="defect", severity="medium", *, author=1, became="open", count=1):
    return Found(week=week, author_id=author, kind=kind, severity=severity, became=became, count=count)


def test_points_are_opened_resolved_and_still_open_by_week_without_suggestions():
    trend = tracing.points(
        [
            found(2, "risk", became="settled", count=3),
            found(2, "risk", became="left", count=2),
            found(1, "defect"),
            found(1, "defect", became="settled"),
            found(1, "suggestion"),
            found(4, "suggestion"),
        ]
    )
    assert [week.week for week in trend.weeks] == [1, 2, 4], "only what was reviewed"
    assert [dict(week.opened) for week in trend.weeks] == [{"defect": 2}, {"risk": 5}, {}]
    assert [dict(week.resolved) for week in trend.weeks] == [{"defect": 1}, {"risk": 3}, {}]
    assert [(week.settled, week.left, week.still_open) for week in trend.weeks] == [
        (1, 0, 1), (3, 2, 0), (0, 0, 0),
    ]  # fmt: skip
    assert tracing.points([]).weeks == []


def test_a_point_is_resolved_once_it_is_settled_and_not_because_its_work_is_accepted():
    def became(facts):
        return [item.became for item in tracing.found_in(facts, NOW)]

    fresh = replace(FACTS, answers={})
    assert became(fresh) == ["open", "open"]
    assert became(FACTS) == ["settled", "settled"]
    half = replace(FACTS, answers={2: BOTH[2]})
    assert became(half) == ["settled", "open"]
    assert became(replace(half, decisions=[decided("accepted")])) == ["settled", "left"]
    assert became(replace(fresh, decisions=[decided("accepted")])) == ["left", "left"]


def test_what_was_found_in_three_of_the_last_five_reviewed_weeks_comes_back():
    weeks = {1: [found(1)], 3: [found(3)], 4: [found(4, "risk")], 6: [found(6)], 7: [found(7, "risk")]}
    assert tracing.repeated(weeks) == [Repeated(kind="defect", severity="medium", weeks=[1, 3, 6])]
    later = weeks | {8: [found(8, "suggestion")]}
    assert tracing.repeated(later) == [], "week 1 is no longer among the last five"
    assert tracing.repeated({week: [found(week, "suggestion")] for week in (1, 2, 3)}) == []
    mixed = {1: [found(1, severity="low")], 2: [found(2)], 3: [found(3, severity="high")]}
    assert tracing.repeated(mixed) == [], "one kind of three severities is three kinds"


def test_the_gravest_that_comes_back_is_named_first():
    weeks = {
        week: [found(week, "risk", "low"), found(week, "defect", "high"), found(week, "risk", "high")]
        for week in (1, 2, 3)
    }
    assert [(item.severity, item.kind) for item in tracing.repeated(weeks)] == [
        ("high", "defect"), ("high", "risk"), ("low", "risk"),
    ]  # fmt: skip


def test_of_a_cohort_that_comes_back_which_half_of_the_authors_got():
    def week(number, having):
        return [found(number, author=author) for author in range(having)] + [
            found(number, "suggestion", author=author) for author in range(4)
        ]

    assert tracing.repeated({1: week(1, 2), 2: week(2, 4), 3: week(3, 2)})[0].weeks == [1, 2, 3]
    assert tracing.repeated({1: week(1, 2), 2: week(2, 4), 3: week(3, 1)}) == []


# Streaks.


def test_a_streak_is_broken_by_a_miss_and_not_by_what_counts_neither_way():
    assert tracing.streak([]) == Streak(now=0, longest=0)
    assert tracing.streak([True, None, True, None]) == Streak(now=2, longest=2)
    assert tracing.streak([True, True, True, False, None, True]) == Streak(now=1, longest=3)
    assert tracing.streak([True, False]) == Streak(now=0, longest=1)


@given(st.lists(st.sampled_from([True, False, None])))
def test_what_counts_neither_way_never_changes_a_streak(outcomes):
    found_ = tracing.streak(outcomes)
    assert found_ == tracing.streak([item for item in outcomes if item is not None])
    assert 0 <= found_.now <= found_.longest <= len(outcomes)


def work(late=()):
    """Work on some deliverables, of which some came late."""
    return lambda *keys: {key: replace(revision({}), deliverable=key, late=key in late) for key in keys}


def weeks_of_work(now, handed_in=None, *, joined=JOINED, allowed=None, running=RUNNING):
    return tracing.work_by_week(running, joined, allowed or {}, handed_in or {}, now)


def allowance(**changes):
    return Allowance(**{"until_at": None, "excused_at": None, "reason": "", "granted_at": JOINED} | changes)


def test_a_week_of_work_is_in_time_late_missed_or_still_open():
    now = RUNNING.week(3).deadline + HOUR
    outcomes = weeks_of_work(now, work(late=["w02"])("w01", "w02"))
    assert outcomes[:5] == [True, False, False, None, None]
    assert weeks_of_work(RUNNING.week(3).deadline, work()("w01"))[:3] == [True, False, None], "on the dot"
    assert weeks_of_work(RUNNING.week(1).kickoff, work()("w01"))[0] is True, "early work is done"


def test_a_week_with_a_capstone_is_in_time_once_all_of_it_is():
    eight = RUNNING.week(8)
    capstone = [item.key for item in COURSE.deliverables if item.week == 8]
    assert len(capstone) == 4
    assert weeks_of_work(eight.kickoff, work()("w08"))[7] is None
    assert weeks_of_work(eight.kickoff, work()(*capstone))[7] is True
    assert weeks_of_work(eight.deadline + HOUR, work()("w08"))[7] is False
    assert weeks_of_work(eight.deadline + HOUR, work(late=["c1.2"])(*capstone))[7] is False


def test_what_is_excused_or_was_due_before_they_joined_counts_neither_way():
    now = RUNNING.week(4).kickoff
    excused = {"w02": allowance(excused_at=JOINED)}
    assert weeks_of_work(now, work()("w01", "w03"), allowed=excused)[:4] == [True, None, True, None]
    assert weeks_of_work(now, work(late=["w02"])("w02"), allowed=excused)[1] is None
    joined = RUNNING.week(2).deadline + HOUR
    assert weeks_of_work(now, work(late=["w01"])("w01", "w03"), joined=joined)[:3] == [None, None, True]


def test_more_time_leaves_a_week_open_until_it_is_over():
    now = RUNNING.week(2).deadline + HOUR
    more = {"w02": allowance(until_at=now + DAY)}
    assert weeks_of_work(now, work()("w01"), allowed=more)[1] is None
    assert weeks_of_work(now + 2 * DAY, work()("w01"), allowed=more)[1] is False


def changed(**changes):
    return Running(cohort=replace(RUNNING.cohort, **changes), course=COURSE)


def test_a_break_and_a_pause_break_no_streak():
    away = Changes(breaks=(Break(from_at=RUNNING.week(2).kickoff, weeks=2),))
    shifted = changed(calendar=plans.written(away))
    now = RUNNING.week(3).deadline + HOUR
    assert weeks_of_work(now, work()("w01"))[:3] == [True, False, False]
    assert weeks_of_work(now, work()("w01"), running=shifted)[:3] == [True, None, None]
    paused = changed(state="paused", paused_at=RUNNING.week(2).kickoff)
    assert weeks_of_work(now, work()("w01"), running=paused)[:3] == [True, None, None]


def all_streaks(running, now, *, asked=(), written=(), handed_in=None):
    return tracing.streaks(
        running, joined=JOINED, allowed={}, work=handed_in or {}, asked=asked, written=written, now=now
    )


def test_nothing_is_missed_after_a_lead_has_finished_the_course():
    over = changed(state="finished", finished_at=RUNNING.week(3).kickoff + HOUR)
    now = RUNNING.week(12).kickoff
    handed_in = work()("w01", "w02")
    assert all_streaks(RUNNING, now, handed_in=handed_in).work == Streak(now=0, longest=2)
    found_ = all_streaks(over, now, handed_in=handed_in, written={1, 2})
    assert (found_.work, found_.retros) == (Streak(now=2, longest=2), Streak(now=2, longest=2))


def asked(number, *, due, sent=None, closed_why=None, origin="deadline"):
    return replace(
        reviewed(),
        id=number, due_at=due, sent_at=sent, closed_why=closed_why, origin=origin,
        closed_at=due if closed_why else None,
    )  # fmt: skip


def test_reviews_count_by_when_they_were_due_and_only_what_was_owed_can_be_missed():
    due, now = RUNNING.week(3).reviews, RUNNING.week(4).deadline
    everything = [
        asked(8, due=now + DAY),
        asked(1, due=due, sent=due),
        asked(2, due=due + HOUR, sent=due + 2 * HOUR),
        asked(3, due=due + 2 * HOUR),
        asked(4, due=due + 3 * HOUR, closed_why="expired"),
        asked(5, due=due + 4 * HOUR, closed_why="declined"),
        asked(6, due=due + 5 * HOUR, closed_why="expired", origin="pull"),
        asked(7, due=due + 6 * HOUR, closed_why="expired", sent=due),
    ]
    outcomes = tracing.reviews_by_due(RUNNING, everything, now)
    assert outcomes == [True, False, False, False, None, None, True, None]
    assert all_streaks(RUNNING, now, asked=everything).reviews == Streak(now=1, longest=1)


def retros(now, written, joined=JOINED):
    return tracing.retros_by_week(RUNNING, joined, written, now)[:4]


def test_a_retro_is_missed_once_the_next_one_is_asked_for():
    third = RUNNING.week(3).retro
    assert retros(third, {1}) == [True, None, None, None], "on the dot the second may still be written"
    assert retros(third + HOUR, {1}) == [True, False, None, None]
    assert retros(third + HOUR, {1, 2}) == [True, True, None, None]
    assert retros(third + HOUR, {1, 3}) == [True, False, True, None]
    assert retros(third + HOUR, {1}, joined=RUNNING.week(2).retro + HOUR) == [None, None, None, None]


def test_the_last_retro_is_missed_when_the_course_is_over():
    ends = RUNNING.times[-1].ends
    assert tracing.retros_by_week(RUNNING, JOINED, (), ends)[-1] is None
    assert tracing.retros_by_week(RUNNING, JOINED, (), ends + HOUR)[-1] is False
