"""Who is at risk, why, and since when: by value, and from what people did in a cohort."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.availability.service import Availability
from bot.calendar import Break, Changes
from bot.cohorts import allowances, plans
from bot.cohorts.rules import Running
from bot.reviews.rules import Point
from bot.revisions import everybody, risk, watching
from bot.revisions.risk import Signs
from bot.submissions.everybody import handed_in
from bot.submissions.rules import Missed
from tests.posts.test_cards import RUNNING
from tests.town import COURSE, LEAD, Town, strength_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = RUNNING.week(6).kickoff
SILENCE = timedelta(days=COURSE.risk.silence)
FINE = Signs(lately=Missed(weeks=0, of=3), missed_at=(), seen_at=NOW, severe=())


def words(signs, now=NOW, running=RUNNING):
    return [reason.words for reason in risk.reasons(running, signs, now)]


def changed(**changes) -> Running:
    return Running(cohort=replace(RUNNING.cohort, **changes), course=RUNNING.course)


def test_who_hands_in_and_answers_is_not_at_risk():
    assert words(FINE) == []


def test_two_of_the_last_three_weeks_are_too_many_and_one_is_not():
    deadlines = [RUNNING.week(number).deadline for number in (3, 5)]
    assert words(replace(FINE, lately=Missed(weeks=1, of=3), missed_at=deadlines[:1])) == []
    (reason,) = risk.reasons(RUNNING, replace(FINE, lately=Missed(weeks=2, of=3), missed_at=deadlines), NOW)
    assert reason.words == "has missed 2 of the last 3 weeks"
    assert reason.since == RUNNING.week(5).deadline, "with one missed week it was not so yet"


def test_two_weeks_without_a_sign_are_silence():
    assert words(replace(FINE, seen_at=NOW - SILENCE + HOUR)) == []
    assert words(replace(FINE, seen_at=NOW - SILENCE)) == [
        "nothing handed in, no review and no retro for 14 days"
    ]
    assert words(replace(FINE, seen_at=None)) == [], "whoever is away has said so"


def test_nobody_is_silent_before_the_course_begins_or_after_it_ends():
    long_ago = RUNNING.times[0].kickoff - timedelta(days=90)
    assert words(replace(FINE, seen_at=long_ago), RUNNING.times[0].kickoff + DAY) == []
    end = RUNNING.times[-1].ends
    assert words(replace(FINE, seen_at=end - DAY), end + timedelta(days=90)) == []


def test_a_break_and_a_pause_are_no_silence():
    pause = Break(from_at=NOW - timedelta(days=10), weeks=1, reason="")
    at_break = changed(calendar=plans.written(Changes(breaks=(pause,))))
    quiet = replace(FINE, seen_at=NOW - timedelta(days=15))
    assert words(quiet)
    assert words(quiet, running=at_break) == []
    assert words(quiet, running=changed(state="paused", paused_at=NOW - timedelta(days=3))) == []


def test_a_grave_point_does_not_grow_old_in_a_break_a_pause_or_an_absence():
    waiting = replace(FINE, severe=[NOW - 8 * DAY])
    assert words(waiting) == ["a point of high severity not answered for 8 days"]
    pause = Break(from_at=NOW - 7 * DAY, weeks=1, reason="")
    assert words(waiting, running=changed(calendar=plans.written(Changes(breaks=(pause,))))) == []
    over = Changes(pauses=((NOW - 6 * DAY, NOW - 4 * DAY),))
    assert words(waiting, running=changed(calendar=plans.written(over))) == []
    assert words(waiting, running=changed(state="paused", paused_at=NOW - 3 * DAY)) == []
    assert words(replace(waiting, away=[(NOW - 5 * DAY, NOW - 2 * DAY)])) == []


def test_an_absence_that_was_told_is_no_silence_and_counts_once_beside_a_break():
    quiet = replace(FINE, seen_at=NOW - 16 * DAY)
    assert words(replace(quiet, away=[(NOW - 10 * DAY, NOW - 5 * DAY)])) == []
    pause = Break(from_at=NOW - 10 * DAY, weeks=1, reason="")
    at_break = changed(calendar=plans.written(Changes(breaks=(pause,))))
    both = replace(quiet, seen_at=NOW - 21 * DAY, away=[(NOW - 10 * DAY, NOW - 3 * DAY)])
    (reason,) = risk.reasons(at_break, both, NOW)
    assert reason.words == "nothing handed in, no review and no retro for 14 days"
    assert reason.since == NOW


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 3))
def test_time_spent_is_never_negative_nor_more_than_has_passed(start, length, weeks):
    since = RUNNING.times[0].kickoff + timedelta(days=start)
    moment = since + timedelta(days=length)
    pause = Break(from_at=since + DAY, weeks=weeks)
    running = changed(calendar=plans.written(Changes(breaks=(pause,) if weeks else ())))
    assert timedelta(0) <= risk.waited(running, since, moment).spent <= moment - since


def test_grave_points_that_are_left_for_a_week_are_a_risk():
    week = timedelta(days=7)
    assert words(replace(FINE, severe=[NOW - week + HOUR])) == []
    assert words(replace(FINE, severe=[NOW - week])) == ["a point of high severity not answered for 7 days"]
    assert words(replace(FINE, severe=[NOW - week, NOW - week - 2 * DAY])) == [
        "2 points of high severity not answered, the oldest for 9 days"
    ]


def scored(*shares: float) -> Signs:
    return replace(FINE, scores=[(NOW - (len(shares) - at) * DAY, share) for at, share in enumerate(shares)])


def test_scores_that_have_fallen_are_a_risk_and_a_single_bad_week_is_not():
    assert words(scored(0.9, 0.9, 0.9, 0.9, 0.9, 0.5)) == []
    (reason,) = risk.reasons(RUNNING, scored(0.9, 0.9, 0.9, 0.75, 0.75, 0.75), NOW)
    assert reason.words == "scores have fallen by 15% of the scale lately"
    assert reason.since == NOW - DAY, "with the last of them it became so"
    assert words(scored(0.3, 0.3, 0.3, 0.9, 0.9, 0.9)) == [], "rising is none"


def test_too_few_scores_say_nothing_about_where_they_go():
    assert words(scored()) == words(scored(0.9, 0.1)) == words(scored(0.9, 0.8, 0.1)) == []
    assert words(scored(0.9, 0.9, 0.1, 0.1)), "two beside two are the fewest that say something"


def under(**changes) -> Running:
    """The same cohort under another policy."""
    policy = RUNNING.course.risk.model_copy(update=changes)
    return Running(cohort=RUNNING.cohort, course=RUNNING.course.model_copy(update={"risk": policy}))


def test_a_course_sets_its_own_rules_and_leaves_out_what_it_does_not_want():
    deadlines = [RUNNING.week(number).deadline for number in (3, 4, 5)]
    signs = Signs(
        lately=Missed(weeks=3, of=3), missed_at=deadlines, seen_at=NOW - 30 * DAY, severe=[NOW - 20 * DAY],
        scores=scored(0.9, 0.9, 0.1, 0.1).scores,
    )  # fmt: skip
    assert len(words(signs)) == 4
    for rule in ("missed", "silence", "severe", "falling"):
        assert len(words(signs, running=under(**{rule: 0}))) == 3, rule
    assert words(signs, running=under(missed=0, silence=0, severe=0, falling=0)) == []
    assert words(scored(0.9, 0.9, 0.8, 0.8), running=under(falling=10)) == [
        "scores have fallen by 10% of the scale lately"
    ]
    assert words(replace(FINE, seen_at=NOW - 5 * DAY), running=under(silence=5)) == [
        "nothing handed in, no review and no retro for 5 days"
    ]


def test_the_policy_says_itself_in_words():
    assert risk.in_words(COURSE.risk) == (
        "2 of the last 3 weeks missed · 14 days without a sign · a point of high severity not answered for 7 days · "
        "scores fallen by 15% of the scale"
    )
    off = COURSE.risk.model_copy(update={"missed": 0, "silence": 0, "severe": 0, "falling": 0})
    assert risk.in_words(off) == "never: every rule is left out"


def test_every_reason_is_given_the_gravest_first():
    signs = Signs(
        lately=Missed(weeks=3, of=3), missed_at=[RUNNING.week(number).deadline for number in (3, 4, 5)],
        seen_at=NOW - timedelta(days=30), severe=[NOW - timedelta(days=20)],
    )  # fmt: skip
    reasons = risk.reasons(RUNNING, signs, NOW)
    assert [reason.words.split()[0] for reason in reasons] == ["has", "nothing", "a"]
    assert reasons[0].since == RUNNING.week(4).deadline
    assert all(reason.since <= NOW for reason in reasons)


@pytest.fixture
async def town(database):
    return Town(database)


async def found(town, now):
    """Who is at risk and why; asked about one by one, the same is said of everybody."""
    here = await town.here(LEAD, now)

    def both_ways(tx):
        work = everybody.facts(tx, here)
        places = watching.placed(tx, here.cohort.id).values()
        one_by_one = {
            place.member.id: watching.reasons(tx, here, place.member.id, now)
            for place in places
            if place.active
        }
        return watching.at_risk(tx, here, handed_in(tx, here.cohort.id), work, now), one_by_one

    at_risk, one_by_one = await town.database.read(both_ways)
    assert {item.member.id: item.reasons for item in at_risk} == {
        member_id: reasons for member_id, reasons in one_by_one.items() if reasons
    }
    return {item.member.name: [reason.words for reason in item.reasons] for item in at_risk}


async def test_silence_ends_with_work_with_a_review_and_with_a_retro(town):
    here = await town.begin(4)
    for student in (1, 2, 3, 4):
        await town.submit(student, "w01", here.week(1).kickoff + HOUR)
    await town.tick(here.week(1).deadline)
    now = here.week(3).kickoff + 2 * DAY
    lively = now - DAY
    await town.submit(1, "w03", lively)
    await town.review_all(2, lively)
    await town.retros.write(
        await town.here(3, lively), 2, retain="a", improve="b", scale="c", kept=None, now=lively
    )
    assert await found(town, now) == {"Student 4": ["nothing handed in, no review and no retro for 15 days"]}


async def test_who_is_away_or_has_just_joined_is_not_silent(town):
    here = await town.begin(2)
    now = here.week(3).kickoff + DAY
    later = await town.here(LEAD, now)
    await town.cohorts.enroll(later, 3, "Student 3", "student", now - DAY)
    student = await town.here(1, now)
    await town.database.write(
        lambda tx: tx.run(
            "INSERT INTO absence (cohort_id, member_id, from_at, until_at, reason, told_at) "
            "VALUES (:cohort, :member, 0, :until, '', 0)",
            cohort=here.cohort.id, member=student.member.id, until=int((now + DAY).timestamp() * 1e6),
        )
    )  # fmt: skip
    silent = {
        name for name, reasons in (await found(town, now)).items() if any("nothing" in it for it in reasons)
    }
    assert silent == {"Student 2"}


async def test_what_may_be_left_out_is_not_missed(town):
    here = await town.begin(2)
    now = here.week(2).deadline + HOUR
    student = await town.here(1, now)
    for key in ("w01", "w02"):
        await town.database.write(
            allowances.allow, here.cohort.id, student.member.id, key, until_at=None, excused_at=now, reason="",
            granted_by=None, now=now,
        )  # fmt: skip
    assert await found(town, now) == {"Student 2": ["has missed 2 of the last 2 weeks"]}


async def test_a_grave_point_counts_until_its_author_answers(town):
    here = await town.begin(3)
    week = here.week(1)
    for student in (1, 2, 3):
        await town.submit(student, "w01", week.kickoff)
    await town.tick(week.deadline)
    reviewed = week.deadline + HOUR
    grave = Point(
        kind="defect", severity="high", place="login", body="Anybody can read every ticket of everybody."
    )
    for item in await town.reviews.mine(await town.here(2, reviewed)):
        scores = {criterion.key: 3 for criterion in item.deliverable.rubric.criteria}
        await town.reviews.give(
            2,
            item.review.id,
            scores=scores,
            strength=strength_of(item.review.id),
            points=[grave],
            now=reviewed,
        )
    open_for_long = reviewed + timedelta(days=COURSE.risk.severe)
    words = "a point of high severity not answered for 7 days"
    assert await found(town, open_for_long) == {"Student 1": [words], "Student 3": [words]}
    await town.review_all(3, open_for_long)
    await town.answer_all(1, "w01", open_for_long)
    assert "Student 1" not in await found(town, open_for_long)


def written(review):
    return replace(review, points=tuple(review.points))


async def test_the_facts_of_a_whole_cohort_are_those_of_each_piece(town):
    here = await town.begin(4, mentor=True)
    week = here.week(1)
    for student in (1, 2, 3, 4):
        await town.submit(student, "w01", week.kickoff)
        await town.submit(student, "c1.1", week.kickoff)
    await town.tick(week.deadline)
    for student in (1, 2, 3):
        await town.review_all(student, week.deadline + HOUR)
    await town.answer_all(1, "w01", week.deadline + 2 * HOUR)
    now = week.deadline + 3 * HOUR

    def both(tx):
        whole = {facts.submission_id: facts for facts in everybody.facts(tx, here)}
        return whole, {number: everybody.store.facts(tx, here, number) for number in whole}

    whole, single = await town.database.read(both)
    assert len(whole) == 8
    for number, facts in single.items():
        mine = whole[number]
        assert {review.id: written(review) for review in mine.reviews} == {
            review.id: replace(written(review), scores={}) for review in facts.reviews
        }
        assert {key: mine.answers[key] for key in facts.answers} == facts.answers
        assert everybody.rules.state(mine, now) == everybody.rules.state(facts, now)
        assert replace(mine, reviews=(), answers={}, decisions=()) == replace(
            facts, reviews=(), answers={}, decisions=()
        )


async def test_whoever_joins_or_comes_back_has_missed_nothing_that_was_due_before(town):
    here = await town.begin(3)
    left = here.week(1).kickoff + HOUR
    await town.cohorts.withdraw(await town.here(LEAD, left), 2, "", left)
    now = here.week(4).kickoff + DAY
    lead = await town.here(LEAD, now)
    await town.cohorts.enroll(lead, 2, "Student 2", "student", now)
    await town.cohorts.enroll(lead, 9, "Student 9", "student", now)
    assert set(await found(town, now)) == {"Student 1", "Student 3"}
    newcomer = (await town.here(9, now)).member.id
    lately = await town.database.read(lambda tx: watching.lately(tx, lead, newcomer, now))
    assert lately == Missed(weeks=0, of=0), "so their work goes to no mentor before that of others"
    after = here.week(5).deadline + HOUR
    mine = ["has missed 2 of the last 2 weeks"]
    later = await found(town, after)
    assert (later["Student 2"], later["Student 9"]) == (mine, mine)


async def test_whoever_is_back_from_an_absence_was_not_silent_in_it(town):
    here = await town.begin(1)
    left = here.week(1).kickoff + DAY
    leave = Availability(town.database)
    await leave.tell(await town.here(1, left), (left + 20 * DAY).date(), "", left)
    back = left + 22 * DAY
    assert not any("nothing" in words for words in (await found(town, back)).get("Student 1", []))


async def test_a_point_that_came_back_waits_since_then(town):
    here = await town.begin(3)
    week = here.week(1)
    for student in (1, 2, 3):
        await town.submit(student, "w01", week.kickoff)
    await town.tick(week.deadline)
    for student in (2, 3):
        await town.review_all(student, week.deadline + HOUR)
    await town.database.write(lambda tx: tx.run("UPDATE point SET severity = 'high'"))
    checked = week.deadline + 2 * DAY
    await town.answer_all(1, "w01", checked - HOUR)
    await town.recheck_all(2, checked, still_open="It still has no deadline at all.")

    def since(tx):
        return everybody.severe(everybody.facts(tx, here), checked + HOUR)

    one = (await town.here(1, checked)).member.id
    assert (await town.database.read(since))[one] == [checked]


async def test_falling_scores_are_seen_in_the_reviews_that_came(town):
    here = await town.begin(3)
    for number in (1, 2, 3, 4):
        week = here.week(number)
        for student in (1, 2, 3):
            await town.submit(student, f"w{number:02}", week.kickoff)
        await town.tick(week.deadline)
        for student in (1, 2, 3):
            await town.review_all(student, week.deadline + HOUR)
    now = here.week(4).deadline + 2 * HOUR
    one = (await town.here(1, now)).member.id
    assert not any("fallen" in words for words in (await found(town, now)).get("Student 1", []))
    await town.database.write(
        lambda tx: tx.run(
            "UPDATE score SET level = 2 WHERE review_id IN (SELECT v.id FROM review v JOIN submission s "
            "ON s.id = v.submission_id WHERE v.author_id = :one AND s.deliverable IN ('w03', 'w04'))",
            one=one,
        )
    )
    fallen = {name for name, words in (await found(town, now)).items() if any("fallen" in it for it in words)}
    assert fallen == {"Student 1"}
    scores = await town.database.read(watching.sound_scores, here)
    assert [round(share, 2) for _, share in scores[one]] == [0.67, 0.67, 0.33, 0.33]
