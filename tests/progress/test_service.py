"""Where a student stands, by value: what was handed in, reviewed, missed, and what waits."""

from __future__ import annotations

from datetime import timedelta

import discord
import pytest

from bot.progress import cards, to_do_cards
from bot.progress.service import Progress
from tests.town import LEAD, MENTOR, Town

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def town(database):
    return Town(database)


async def stands(town, student, now):
    here = await town.here(student, now)
    return await Progress(town.database).standing(here, here.student(), now)


async def waits(town, user_id, now):
    return await Progress(town.database).to_do(await town.here(user_id, now), now)


def line(standing, key):
    return next(item for item in standing.lines if item.deliverable.key == key)


def shown(card):
    return "\n".join(
        item.content for item in card.walk_children() if isinstance(item, discord.ui.TextDisplay)
    )


async def a_week(town, *, students=4):
    """Everyone hands in the first week's work on time, is paired, and reviews the day after."""
    here = await town.begin(students)
    week = here.week(1)
    for student in range(1, students + 1):
        await town.submit(student, "w01", week.deadline - HOUR)
    await town.tick(week.deadline)
    for student in range(1, students + 1):
        await town.review_all(student, week.deadline + DAY)
    return here


async def test_before_the_course_everything_is_ahead(town):
    here = await town.begin(2)
    standing = await stands(town, 1, here.week(1).kickoff - DAY)
    assert {item.state for item in standing.lines} == {"ahead"}
    assert len(standing.lines) == 33
    assert standing.card.is_blank


async def test_a_deliverable_goes_from_open_to_handed_in_to_review_to_the_points_to_answer(town):
    here = await town.begin(3)
    week = here.week(1)
    assert line(await stands(town, 1, week.kickoff), "w01").state == "open"
    await town.submit(1, "w01", week.kickoff + HOUR)
    assert line(await stands(town, 1, week.kickoff + HOUR), "w01").state == "handed in"
    for student in (2, 3):
        await town.submit(student, "w01", week.deadline)
    await town.tick(week.deadline)
    assert line(await stands(town, 1, week.deadline), "w01").state == "in review"
    for student in (2, 3):
        await town.review_all(student, week.deadline + HOUR)
    done = line(await stands(town, 1, week.deadline + HOUR), "w01")
    assert (done.state, done.received, done.asked, done.to_answer) == ("to answer", 2, 2, 2)


async def test_the_deadline_itself_is_still_open_and_a_moment_later_is_missed(town):
    here = await town.begin(1)
    deadline = here.week(1).deadline
    assert line(await stands(town, 1, deadline), "w01").state == "open"
    missed = await stands(town, 1, deadline + timedelta(microseconds=1))
    assert line(missed, "w01").state == "missed"
    assert [week.week for week in missed.card.missed] == [1]


async def test_late_work_is_late_and_its_evidence_counts_what_is_there(town):
    here = await town.begin(1)
    week = here.week(1)
    await town.submit(1, "w01", week.deadline + HOUR)
    standing = await stands(town, 1, week.deadline + HOUR)
    figures = standing.card.weeks[0]
    assert (figures.handed_in, figures.late, figures.evidence) == (True, True, pytest.approx(1 / 3))


async def test_a_score_is_a_share_of_the_way_up_and_counts_its_reviews(town):
    here = await a_week(town)
    standing = await stands(town, 1, here.week(1).digest)
    figures = standing.card.weeks[0]
    assert (figures.score, figures.reviews) == (pytest.approx(2 / 3), 2), "level 3 of 4"
    assert figures.cohort == pytest.approx(2 / 3)
    assert standing.points == {"risk": 2}


async def test_a_median_of_two_people_is_not_shown(town):
    here = await a_week(town, students=2)
    standing = await stands(town, 1, here.week(1).digest)
    assert standing.card.weeks[0].score is not None
    assert standing.card.weeks[0].cohort is None


async def test_reviews_given_on_time_are_counted_against_those_asked_for_and_due(town):
    here = await a_week(town)
    week = here.week(2)
    for student in range(1, 5):
        await town.submit(student, "w02", week.deadline - HOUR)
    await town.tick(week.deadline)
    before_due = (await stands(town, 1, week.deadline + HOUR)).card
    assert (before_due.reviews_given, before_due.reviews_owed, before_due.given_on_time) == (2, 2, 2)
    overdue = (await stands(town, 1, week.reviews + HOUR)).card
    assert (overdue.reviews_given, overdue.reviews_owed, overdue.given_on_time) == (2, 4, 2)
    await town.review_all(1, week.reviews + HOUR)
    late = (await stands(town, 1, week.reviews + HOUR)).card
    assert (late.reviews_given, late.reviews_owed, late.given_on_time) == (4, 4, 2)


async def test_me_lists_what_is_late_before_what_is_due(town):
    here = await town.begin(1)
    now = here.week(2).kickoff + HOUR
    view = await waits(town, 1, now)
    assert [item.key for item, _ in view.overdue] == ["w01"]
    assert [item.key for item, _ in view.due] == ["w02"]
    assert view.retro == 1
    text = shown(to_do_cards.to_do(view, now))
    assert text.index("Late, and still welcome") < text.index("To hand in")


async def test_me_names_reviews_to_write_and_to_read_until_they_are(town):
    here = await town.begin(3)
    week = here.week(1)
    for student in (1, 2, 3):
        await town.submit(student, "w01", week.deadline)
    await town.tick(week.deadline)
    now = week.deadline + HOUR
    assert len((await waits(town, 1, now)).to_review) == 2
    await town.review_all(2, now)
    assert [(item.key, count) for item, count in (await waits(town, 1, now)).to_read] == [("w01", 1)]
    student = await town.here(1, now)
    await town.revisions.feedback(student, student.course.deliverable("w01"), now)
    assert (await waits(town, 1, now)).to_read == []
    await town.review_all(1, now)
    assert (await waits(town, 1, now)).to_review == []


async def test_me_names_the_evidence_that_is_still_missing_until_it_is_there(town):
    here = await town.begin(1)
    now = here.week(1).kickoff + HOUR
    await town.submit(1, "w01", now)
    (found,) = (await waits(town, 1, now)).incomplete
    assert (found[0].key, len(found[1])) == ("w01", 2)
    card = to_do_cards.to_do(await waits(town, 1, now), now)
    assert "Request map with a time on every hop" in shown(card)
    student = await town.here(1, now)
    w01 = student.course.deliverable("w01")
    links = {item.kind: f"https://git.example.org/s1/{item.kind}" for item in w01.evidence}
    await town.submissions.submit(student, w01, links, None, now)
    assert (await waits(town, 1, now)).incomplete == []


async def test_a_mentor_and_a_lead_are_not_asked_for_work(town):
    here = await town.begin(2, mentor=True)
    now = here.week(3).kickoff
    for user_id in (MENTOR, LEAD):
        view = await waits(town, user_id, now)
        assert (view.overdue, view.due, view.retro) == ([], [], None)
        assert "Nothing waits for you" in shown(to_do_cards.to_do(view, now))


@pytest.mark.parametrize("weeks_later", [-1, 0, 8, 16, 23, 30])
async def test_both_cards_fit_at_any_time_even_when_nothing_was_ever_handed_in(town, weeks_later):
    here = await town.begin(1)
    now = here.week(1).kickoff + timedelta(weeks=weeks_later)
    for card in (
        to_do_cards.to_do(await waits(town, 1, now), now),
        cards.standing(await stands(town, 1, now), own=True),
    ):
        assert 0 < len(shown(card)) <= 4000
        assert len(list(card.walk_children())) <= 40
        for row in (item for item in card.walk_children() if isinstance(item, discord.ui.ActionRow)):
            assert 1 <= len(row.children) <= 5


@pytest.mark.parametrize(
    ("weeks_later", "said"),
    [(-1, "begins <t:"), (0, "week 1 of 24"), (23, "week 24 of 24"), (25, "the course is over")],
)
async def test_me_says_where_the_course_is(town, weeks_later, said):
    here = await town.begin(1)
    now = here.week(1).kickoff + timedelta(weeks=weeks_later)
    assert said in shown(to_do_cards.to_do(await waits(town, 1, now), now))


async def test_me_says_what_a_capstone_that_is_due_still_rests_on(town):
    here = await town.begin(1)
    last = here.week(8).kickoff + HOUR
    assert (await waits(town, 1, here.week(7).kickoff)).unready == []
    view = await waits(town, 1, last)
    assert {item.key for item, _ in view.unready} == {"c1.1", "c1.2", "c1.3"}
    assert "What your capstone still rests on" in shown(to_do_cards.to_do(view, last))


async def test_me_names_answers_to_give_and_to_look_at(town):
    here = await town.begin(3)
    week = here.week(1)
    for student in (1, 2, 3):
        await town.submit(student, "w01", week.deadline)
    await town.tick(week.deadline)
    now = week.deadline + HOUR
    for student in (1, 2, 3):
        await town.review_all(student, now)
    assert [(item.key, count) for item, count in (await waits(town, 1, now)).to_answer] == [("w01", 2)]
    await town.answer_all(1, "w01", now)
    assert (await waits(town, 1, now)).to_answer == []
    view = await waits(town, 2, now)
    assert [author.name for _, _, author in view.to_recheck] == ["Student 1"]
    assert "Answers to look at" in shown(to_do_cards.to_do(view, now))
    await town.recheck_all(2, now)
    assert (await waits(town, 2, now)).to_recheck == []


async def test_me_tells_mentors_and_nobody_else_how_much_waits_for_them(town):
    here = await town.begin(1, mentor=True)
    week = here.week(1)
    await town.submit(1, "w01", week.kickoff)
    await town.tick(week.deadline)
    assert (await waits(town, MENTOR, week.deadline)).queue == 1
    assert (await waits(town, 1, week.deadline)).queue == 0


async def test_me_keeps_the_last_open_promise_in_mind_until_it_is_kept_or_dropped(town):
    here = await town.begin(1)

    async def look_back(number, improve, kept=None):
        now = here.week(number).retro
        mine = await town.here(1, now)
        await town.retros.write(mine, number, retain="a", improve=improve, scale="c", kept=kept, now=now)
        return shown(to_do_cards.to_do(await waits(town, 1, now), now))

    assert "promised in week 1: “Write *tests* first”" in (await look_back(1, "Write *tests* first")).replace(
        "\\", ""
    )
    both = await look_back(2, "Ask sooner", "partly")
    assert "promised in week 2: “Ask sooner” and 1 older promise" in both
    await town.retros.settle(await town.here(1, here.week(2).retro), 1, "kept", here.week(2).retro)
    now = here.week(2).retro
    assert "older promise" not in shown(to_do_cards.to_do(await waits(town, 1, now), now))
    assert "promised" not in shown(to_do_cards.to_do(await waits(town, LEAD, now), now))
