"""The views of `/progress`: their words, their buttons, and that Discord holds them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cohorts.rules import Member
from bot.errors import CourseError, NotAllowed
from bot.progress import cards
from bot.progress.service import Progress
from bot.progress.trends import (
    CriterionTrend,
    PointsOfWeek,
    PointTrend,
    Repeated,
    RubricTrend,
    Scored,
    Streak,
    Streaks,
    Trends,
)
from bot.reviews.rules import Scores
from tests.shown import assert_discord_holds, buttons_of, menus_of, words_of
from tests.town import COURSE, LEAD, MENTOR, Town

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NONE, SOME = Streak(now=0, longest=0), Streak(now=2, longest=5)


@pytest.fixture
async def town(database):
    return Town(database)


async def stands(town, student, now):
    here = await town.here(student, now)
    return await Progress(town.database).standing(here, here.student(), now)


def scores(mean, low=None, high=None, count=2):
    return Scores(mean=mean, low=mean if low is None else low, high=high or mean, count=count)


def scored(week, peers=None, mentors=None, own=None):
    return Scored(
        deliverable=f"w{week:02}", place=f"Week {week}", week=week, peers=peers, mentors=mentors, own=own
    )


def rubric(key, criteria, title="Engineering work"):
    return RubricTrend(rubric=key, title=title, criteria=criteria)


def criterion(*work, way=None, title="Design and code"):
    return CriterionTrend(rubric="Engineering work", criterion="design", title=title, scored=work, way=way)


def week(number, *, opened, resolved, left=0):
    return PointsOfWeek(week=number, opened=opened, resolved=resolved, left=left)


def trends(rubrics=(), weeks=(), repeated=(), streaks=SOME):
    return Trends(
        rubrics=rubrics,
        points=PointTrend(weeks=weeks, repeated=repeated),
        streaks=Streaks(work=streaks, reviews=streaks, retros=streaks),
    )


async def view(town, **changes):
    here = await town.begin(2)
    found = await stands(town, 1, here.week(3).kickoff)
    return replace(found, **changes)


def shown(found, chosen, *, own=True):
    view_ = cards.shown(found, chosen, own=own)
    assert_discord_holds(view_.card)
    if view_.draw is not None:
        assert view_.draw().startswith(b"\x89PNG")
    assert (view_.draw is None) == (view_.file == "")
    return view_.card


def entries(card):
    (menu,) = menus_of(card).values()
    return [(option.value, option.default) for option in menu.options]


async def test_the_menu_offers_the_overview_each_rubric_with_scores_points_and_habits(town):
    found = await view(town, trends=trends([rubric("engineering", [criterion(scored(1, scores(0.5)))])]))
    card = shown(found, "overview")
    assert entries(card) == [
        ("overview", True), ("rubric.engineering", False), ("points", False), ("habits", False),
    ]  # fmt: skip
    (key,) = menus_of(card)
    assert key == f"k:progress.view:{found.running.cohort.id}.{found.member.id}"
    for chosen in ("rubric.engineering", "points", "habits"):
        assert (chosen, True) in entries(shown(found, chosen))


async def test_a_view_that_is_no_longer_there_is_the_overview(town):
    found = await view(town, trends=trends())
    for chosen in ("rubric.gone", "nonsense", ""):
        assert "**Handed in**" in words_of(shown(found, chosen))


async def test_a_rubric_says_of_each_criterion_who_scored_how_and_on_how_many_reviews_it_rests(town):
    work = [
        scored(1, scores(0.5, 0.25, 0.75, 2)),
        scored(2, scores(1.0, count=1)),
        scored(3, scores(0.5, count=2), scores(0.75, count=1), own=1.0),
        scored(5, own=0.25),
    ]
    found = await view(town, trends=trends([rubric("engineering", [criterion(*work)])]))
    said = words_of(shown(found, "rubric.engineering"))
    assert "**Design and code** · 4 pieces of work" in said
    assert "latest 2 works stand beside 2 before them, each with 2 reviews or a mentor's." in said
    assert "Week 1" not in said, "the picture has it"
    assert "- Week 2: peers 100% (1 review, too few to say much)" in said
    assert "- Week 3: peers 50% (2 reviews) · mentors 75% (1 review) · you 100%" in said
    assert "- Week 5: you 25%" in said
    others = words_of(shown(found, "rubric.engineering", own=False))
    assert "Student 1's scores" in others
    assert "Week 5: own score 25%" in others


async def test_a_spread_is_said_and_where_it_goes(town):
    trend = criterion(scored(1, scores(0.5, 0.25, 0.75)), way="rising")
    said = words_of(shown(await view(town, trends=trends([rubric("x", [trend])])), "rubric.x"))
    assert "· rising · 1 piece of work" in said
    assert "works stand beside" not in said
    assert "peers 50% (25% to 75%, 2 reviews)" in said


async def test_an_empty_line_parts_the_criteria_and_what_they_need_is_said_once(town):
    pair = [criterion(scored(1, scores(0.5)), title=title) for title in ("Design", "Tests")]
    said = words_of(shown(await view(town, trends=trends([rubric("x", pair)])), "rubric.x"))
    assert "(2 reviews)\n\n**Tests**" in said
    assert said.count("works stand beside") == 1


async def test_points_say_what_was_found_what_is_open_and_what_comes_back(town):
    weeks = [
        week(1, opened={"defect": 2, "risk": 1}, resolved={"defect": 2}),
        week(2, opened={}, resolved={}),
        week(4, opened={"defect": 1}, resolved={"defect": 1}),
    ]
    again = Repeated(kind="defect", severity="high", weeks=[1, 2, 4])
    risks = Repeated(kind="risk", severity="low", weeks=[2, 4])
    found = await view(town, trends=trends(weeks=weeks, repeated=[again, risks]))
    said = words_of(shown(found, "points"))
    assert "**Found** 3 defects and 1 risk" in said
    assert "**Resolved** 3 of 4, 1 still open" in said
    assert "**Comes back** defects of high severity in weeks 1-2 and 4; risks of low severity in" in said
    assert "- Week 1: 2 defects, 1 risk; 1 still open" in said
    assert "- Week 2: nothing to mend" in said
    assert "- Week 4: 1 defect; all resolved" in said
    assert "`/feedback`" in said
    assert "`/feedback`" not in words_of(shown(found, "points", own=False))


async def test_points_that_were_left_as_they_were_are_neither_resolved_nor_open(town):
    weeks = [
        week(1, opened={"defect": 2}, resolved={"defect": 1}, left=1),
        week(2, opened={"risk": 4}, resolved={"risk": 1}, left=2),
    ]
    said = words_of(shown(await view(town, trends=trends(weeks=weeks)), "points"))
    assert "**Resolved** 2 of 6, 3 left as they were, 1 still open" in said
    assert "- Week 1: 2 defects; 1 left as it was" in said
    assert "- Week 2: 4 risks; 2 left as they were, 1 still open" in said


async def test_habits_say_what_comes_in_a_row_and_the_counts_behind_it(town):
    found = await view(town, trends=trends(streaks=SOME), retros=7)
    assert "**Reviews on time** none asked for yet\n" in words_of(shown(found, "habits"))
    found = replace(found, card=replace(found.card, given_on_time=8, reviews_owed=9, reviews_given=9))
    said = words_of(shown(found, "habits"))
    assert "**Work on time** 2 weeks in a row now, 5 at most" in said
    assert "**Reviews on time** 2 reviews in a row now, 5 at most · 8 of 9 on time in all" in said
    assert "**Retros** 2 weeks in a row now, 5 at most · 7 written in all" in said
    assert "All my retros" in buttons_of(shown(found, "habits"))
    assert not buttons_of(shown(found, "habits", own=False)), "retros are their writer's alone"
    assert not buttons_of(shown(replace(found, retros=0), "habits"))
    for streak, words in (
        (NONE, "none in a row yet"),
        (Streak(now=1, longest=1), "1 week in a row, the most so far"),
        (Streak(now=0, longest=3), "3 weeks in a row at most; the next one begins a new run"),
    ):
        again = replace(found, trends=trends(streaks=streak))
        assert f"**Work on time** {words}" in words_of(shown(again, "habits"))


async def test_leads_and_mentors_see_why_a_student_is_at_risk_and_the_student_does_not(town):
    here = await town.begin(2, mentor=True)
    for number in (1, 2, 3):
        await town.tick(here.week(number).deadline)
    now = here.week(4).kickoff + HOUR
    progress, own = Progress(town.database), await town.here(1, now)
    student = own.student()
    for staff in (LEAD, MENTOR):
        theirs = await town.here(staff, now)
        found = await progress.standing(theirs, student, now)
        said = words_of(shown(found, "overview", own=False))
        assert "**At risk** · only leads and mentors see this\n- has missed 3 of the last 3 weeks" in said
        assert "(a reason since <t:" in said
        assert found == await progress.standing_of(theirs, student.id, now)
        assert "At risk" not in words_of(shown(found, "overview")), "a card of one's own never says so"
    mine = await progress.standing(own, student, now)
    assert mine.reasons == ()
    assert "risk**" not in words_of(shown(mine, "overview"))
    with pytest.raises(NotAllowed):
        await progress.standing(await town.here(2, now), student, now)


async def test_who_left_is_at_risk_no_more(town):
    here = await town.begin(1)
    now = here.week(4).kickoff + HOUR
    student = (await town.here(1, now)).student()
    lead = await town.here(LEAD, now)
    assert (await Progress(town.database).standing(lead, student, now)).reasons
    await town.cohorts.withdraw(lead, 1, "", now)
    assert not (await Progress(town.database).standing(lead, student, now)).reasons


async def test_habits_count_the_weeks_whose_evidence_is_incomplete(town):
    here = await town.begin(1)
    now = here.week(1).kickoff + HOUR
    assert "**Evidence** nothing handed in yet" in words_of(shown(await stands(town, 1, now), "habits"))
    await town.submit(1, "w01", now)
    said = words_of(shown(await stands(town, 1, now), "habits"))
    assert "**Evidence** 33% complete in what was handed in; some is missing in 1 week" in said


@pytest.mark.parametrize("days", [-3, 1, 400])
async def test_a_student_without_any_data_gets_kind_views(town, days):
    here = await town.begin(1)
    found = await stands(town, 1, here.week(1).kickoff + days * DAY)
    assert [value for value, _ in entries(shown(found, "overview"))] == ["overview", "points", "habits"]
    assert "No review of your work has come yet" in words_of(shown(found, "points"))
    assert "No review of their work has come yet" in words_of(shown(found, "points", own=False))
    assert "none in a row yet" in words_of(shown(found, "habits"))


async def test_work_in_which_nothing_was_found_is_said_to_be_good(town):
    found = await view(town, trends=trends(weeks=[week(1, opened={}, resolved={})]))
    assert "no defect and no risk" in words_of(shown(found, "points"))


async def test_every_view_fits_for_thirty_three_deliverables_and_many_rubrics(town):
    long = "A criterion with the longest name it may get!"[:45]
    pieces = [
        replace(scored(n, scores(0.51, 0.11, 0.91, 12), scores(0.5, 0.1, 0.9, 3), own=0.77), place=item.place)
        for n, item in enumerate(COURSE.deliverables, 1)
    ]
    rubrics = [
        rubric(f"rubric-{number}", [criterion(*pieces, title=long) for _ in range(8)], title="R" * 100)
        for number in range(30)
    ]
    kinds = {"defect": 1234, "risk": 1234}
    weeks = [week(number, opened=kinds, resolved={"risk": 3}) for number in range(1, 53)]
    again = [
        Repeated(kind=kind, severity=severity, weeks=range(40, 53, 2))
        for kind in ("defect", "risk") for severity in ("low", "medium", "high")
    ]  # fmt: skip
    member = Member(id=2**40, user_id=5, name="*_~" * 11)
    found = await view(town, member=member, trends=trends(rubrics, weeks, again))
    for chosen in ("overview", "rubric.rubric-0", "points", "habits"):
        for own in (True, False):
            shown(found, chosen, own=own)


async def test_staff_may_look_at_any_student_and_students_at_themselves_alone(town):
    here = await town.begin(2, mentor=True)
    now = here.week(1).kickoff
    service = Progress(town.database)
    one, other = [(await town.here(number, now)).student() for number in (1, 2)]
    mentor = (await town.here(MENTOR, now)).known()
    for user_id in (LEAD, MENTOR, 1):
        found = await service.standing_of(await town.here(user_id, now), one.id, now)
        assert found.member == one
    with pytest.raises(NotAllowed, match="mentors and leads"):
        await service.standing_of(await town.here(1, now), other.id, now)
    for nobody in (mentor.id, 999):
        with pytest.raises(CourseError, match="no student of Spring"):
            await service.standing_of(here, nobody, now)


async def test_weeks_before_somebody_joined_are_not_held_against_them(town):
    here = await town.begin(1)
    now = here.week(3).kickoff + HOUR
    await town.cohorts.enroll(here, 7, "Student 7", "student", now)
    found = await stands(town, 7, now)
    said = words_of(shown(found, "overview"))
    assert "▫️ **Week 1** before you joined" in said
    assert "**Week 2** before they joined" in words_of(shown(found, "overview", own=False))
    assert "**Handed in** 0 of 0 weekly deliverables so far" in said
