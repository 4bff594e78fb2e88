"""What the reviews of a whole cohort say: one score for a piece of work, whoever asks, by the rubric of that time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from statistics import fmean, median

import pytest

from bot.course import store as versions
from bot.curriculum import Rubric
from bot.oversight import gathering as oversight
from bot.progress import gathering
from bot.progress.service import Progress
from bot.reviews import everybody, rules, store
from bot.reviews.everybody import by_work
from bot.revisions import watching
from tests.town import COURSE, LEAD, Town

HOUR = timedelta(hours=1)
BEGUN = datetime(2026, 3, 2, tzinfo=UTC)
STUDENTS = range(1, 6)
WEEKS = ("w01", "w02", "w03", "w04")


@pytest.fixture
async def town(database):
    """Four weeks in which five people handed in and got two reviews each, of many opinions."""
    town = Town(database)
    here = await town.begin(len(STUDENTS))
    for key in WEEKS:
        week = here.week(here.course.deliverable(key).week)
        for student in STUDENTS:
            await town.submit(student, key, week.deadline - HOUR)
        await town.tick(week.deadline)
        for student in STUDENTS:
            await town.review_all(student, week.deadline + HOUR)
    levels = "UPDATE score SET level = 1 + (review_id * 5 + length(criterion)) % 3"
    await database.write(lambda tx: tx.run(levels))
    return town


async def cohort(town):
    """The cohort after those weeks, as a lead sees it."""
    begun = await town.here(LEAD, BEGUN)
    return await town.here(LEAD, begun.week(5).kickoff)


def on_scales(*levels):
    """The course with other rubrics: the criteria of each have so many levels, in turn."""

    def shorter(rubric: Rubric) -> Rubric:
        criteria = [
            item.model_copy(update={"levels": item.levels[: levels[place % len(levels)]]})
            for place, item in enumerate(rubric.criteria)
        ]
        return rubric.model_copy(update={"criteria": tuple(criteria)})

    return COURSE.model_copy(update={"rubrics": tuple(map(shorter, COURSE.rubrics))})


async def were_given_under(town, here, course, *keys):
    """The reviews of some deliverables were given when the course had other rubrics."""

    def plant(tx):
        version = versions.keep(tx, course, here.times[0].kickoff)
        for key in keys:
            tx.run(
                "UPDATE review SET course_version_id = :version "
                "WHERE submission_id IN (SELECT id FROM submission WHERE deliverable = :key)",
                version=version,
                key=key,
            )

    await town.database.write(plant)


def one_by_one(tx, here):
    """What each review says by the rule, by its work."""
    found = {}
    for key in WEEKS:
        for review in store.of_deliverable(tx, here.cohort.id, key):
            if review.sent_at is not None:
                share = rules.share(store.rubric(tx, review), review.scores)
                found.setdefault((review.author_id, key), []).append(share)
    return found


@pytest.mark.parametrize("levels", [(4,), (3,), (5, 3), (3, 4, 4)])
async def test_the_database_says_of_a_review_what_the_rule_says_on_every_scale(town, levels):
    here = await cohort(town)
    await were_given_under(town, here, on_scales(*levels), "w01", "w03")
    shares = await town.database.read(one_by_one, here)
    assert len({share for found in shares.values() for share in found}) > 2, "opinions differ"
    given = await town.database.read(everybody.given, here)
    assert len(given) == 2 * len(STUDENTS) * len(WEEKS)
    assert [review.sent_at for review in given] == sorted(review.sent_at for review in given)
    told = {work: sorted(review.share for review in given if review[:2] == work) for work in shares}
    assert told == {work: pytest.approx(sorted(found)) for work, found in shares.items()}
    means = await town.database.read(everybody.means, here)
    for key in WEEKS:
        expected = [fmean(found) for (_, of), found in shares.items() if of == key]
        assert sorted(means[key]) == pytest.approx(sorted(expected))


async def test_everybody_who_looks_sees_the_same_score_by_the_rubric_of_its_time(town):
    here = await cohort(town)
    await were_given_under(town, here, on_scales(3), "w01", "w02")
    now = here.week(5).kickoff
    me = await town.here(1, now)
    standing = await Progress(town.database).standing(me, me.student(), now)
    shares = await town.database.read(one_by_one, here)
    mine = [fmean(shares[standing.member.id, key]) for key in WEEKS]
    assert [week.score for week in standing.card.weeks[:4]] == pytest.approx(mine)
    watched = await town.database.read(watching.sound_scores, here)
    assert [score for _, score in watched[standing.member.id]] == pytest.approx(mine)
    told = await town.database.read(oversight.scores, here)
    assert [told[standing.member.id, key].mean for key in WEEKS] == pytest.approx(mine)
    others = [median(fmean(found) for (_, of), found in shares.items() if of == key) for key in WEEKS]
    assert [week.cohort for week in standing.card.weeks[:4]] == pytest.approx(others)


async def test_a_full_score_on_a_shorter_scale_is_a_full_score_for_the_author_and_in_the_median(town):
    here = await cohort(town)
    await were_given_under(town, here, on_scales(3), "w01")
    await town.database.write(lambda tx: tx.run("UPDATE score SET level = 3"))
    now = here.week(5).kickoff
    me = await town.here(1, now)
    standing = await Progress(town.database).standing(me, me.student(), now)
    assert [(week.score, week.cohort) for week in standing.card.weeks[:2]] == [
        (1, 1),
        (pytest.approx(2 / 3), pytest.approx(2 / 3)),
    ]


async def test_how_lenient_somebody_is_goes_by_the_rubric_of_the_time(town):
    here = await cohort(town)
    await were_given_under(town, here, on_scales(3), *WEEKS)
    me = await town.here(1, here.week(5).kickoff)
    mine = "SELECT id FROM review WHERE reviewer_id = :me"
    await town.database.write(lambda tx: tx.run("UPDATE score SET level = 2"))
    await town.database.write(
        lambda tx: tx.run(f"UPDATE score SET level = 3 WHERE review_id IN ({mine})", me=me.student().id)
    )
    assert (await town.reviews.leniency(me)).beside_peers == pytest.approx(0.5)


async def test_medians_of_many_take_a_row_for_each_score_that_there_is_and_not_for_each_person(town):
    here = await cohort(town)
    await town.database.write(lambda tx: tx.run("UPDATE score SET level = 3"))

    def rows_read(tx):
        rows, plain = [], tx.all
        tx.all = lambda sql, **given: rows.append(plain(sql, **given)) or rows[-1]
        return gathering.medians(tx, here), sum(map(len, rows))

    medians, rows = await town.database.read(rows_read)
    assert medians == dict.fromkeys(WEEKS, pytest.approx(2 / 3))
    assert rows == 2 + len(WEEKS), "the one version of the course, and one score for each week"


async def test_work_is_sound_once_enough_has_come(town):
    given = await town.database.read(everybody.given, await cohort(town))
    work = given[0][:2]
    one, two = (review for review in given if review[:2] == work)
    both = by_work([one, two._replace(sent_at=one.sent_at + HOUR)])[work]
    assert (both.scores.count, both.by_mentor, both.sound_at) == (2, False, one.sent_at + HOUR)
    alone = by_work([one])[work]
    assert (alone.scores.count, alone.by_mentor, alone.sound_at) == (1, False, None)
    mentor = by_work([one._replace(by_mentor=True), two])[work]
    assert (mentor.scores.count, mentor.by_mentor, mentor.sound_at) == (2, True, one.sent_at)


async def test_a_cohort_without_reviews_has_no_scores(database):
    town = Town(database)
    here = await town.begin(2)
    assert await database.read(everybody.given, here) == []
    assert await database.read(everybody.means, here) == {}
