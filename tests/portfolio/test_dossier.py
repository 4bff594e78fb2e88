"""What a portfolio says of a whole course: from its owner's work alone, and no better than it was."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.portfolio import outline
from bot.portfolio.dossier import Dossiers
from bot.progress import service as progress
from bot.submissions import store as submissions
from tests.portfolio.gallery import DAY, HOUR, Gallery
from tests.town import MENTOR, Town

STILL = "It is still the same problem as before."


@pytest.fixture
async def gallery(database) -> Gallery:
    """Three students whose first week's work has its reviews, with a point in each."""
    town = Town(database)
    here = await town.begin(3, mentor=True)
    gallery, deadline = Gallery(town), here.week(1).deadline
    for student in (1, 2, 3):
        await gallery.hand_in(student, "w01", deadline - HOUR)
    await town.tick(deadline)
    for student in (1, 2, 3):
        await town.review_all(student, deadline + HOUR)
    return gallery


async def dossier(gallery, now):
    return await Dossiers(gallery.town.database).own(await gallery.here(1, now), now)


async def after_reviews(gallery):
    return (await gallery.here(1)).week(1).deadline + 2 * HOUR


async def first_work(gallery):
    here, member = await gallery.here(1), await gallery.member(1)
    found = await gallery.town.database.read(submissions.latest, here.cohort.id, member.id, "w01")
    return found.submission_id


async def of_everybody(gallery, now):
    (week,) = (
        await gallery.town.database.read(progress.cohort_points, await gallery.here(1, now), now)
    ).weeks
    return week.total, week.settled, week.left, week.still_open


async def test_points_that_nobody_answered_before_a_mentor_accepted_were_never_settled(gallery):
    now = await after_reviews(gallery)
    await gallery.decide(await first_work(gallery), now, mentor=(await gallery.member(MENTOR)).id)
    await gallery.publish(1, "w01", now=now)
    found = await dossier(gallery, now)
    assert outline.found(found.trends.points) == (
        "Reviewers raised 2 defects and risks; settled by now: 0; left as they were when the work was accepted: 2."
    )
    assert found.weeks[0].practices["revise"] is None, "the matrix says the same"
    assert await of_everybody(gallery, now) == (6, 0, 2, 4)


async def test_points_that_stayed_open_until_mentors_were_silent_were_never_settled(gallery):
    now, town = await after_reviews(gallery), gallery.town
    for _ in (1, 2):
        await town.answer_all(1, "w01", now, kind="declined")
        await town.recheck_all(2, now + HOUR, still_open=STILL)
        await town.recheck_all(3, now + HOUR)
        now += 2 * HOUR
    now += timedelta(days=town.course.review.mentors.days) + DAY
    await town.tick(now)
    assert await town.state(1, "w01", now) == "accepted"
    await gallery.publish(1, "w01", now=now)
    found = await dossier(gallery, now)
    assert outline.found(found.trends.points) == (
        "Reviewers raised 2 defects and risks; settled by now: 1; left as they were when the work was accepted: 1."
    )
    assert found.weeks[0].practices["revise"] == "1 point settled"
    assert await of_everybody(gallery, now) == (6, 1, 1, 4)


async def test_a_portfolio_knows_no_score_of_a_classmate(gallery):
    now = await after_reviews(gallery)
    await gallery.decide(await first_work(gallery), now)
    await gallery.publish(1, "w01", now=now)
    found = await dossier(gallery, now)
    assert found.card.weeks[0].score == pytest.approx(2 / 3)
    assert {week.cohort for week in found.card.weeks} == {None}
    here = await gallery.here(1, now)
    own = (await gallery.town.database.read(progress.standing, here, here.student(), now)).card
    assert own.weeks[0].cohort == pytest.approx(2 / 3), "who is in the cohort sees its median"
