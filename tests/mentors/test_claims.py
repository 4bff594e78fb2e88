"""Who holds what waits, until when, and how it is passed on."""

from __future__ import annotations

import asyncio

import pytest

from bot.database import Database
from bot.errors import CourseError
from bot.mentors import store
from bot.mentors.service import Mentors
from bot.revisions import queue
from tests.mentors.conftest import DAY, HOUR, MINUTE, NOW, OTHER
from tests.town import LEAD, MENTOR

LEASE = 90 * MINUTE
BOTH = pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)


async def test_the_queue_is_for_mentors_and_leads(desk):
    item = await desk.uncovered(1)
    student = await desk.here(2)
    for refused in (desk.mentors.queue(student, NOW), desk.mentors.take(student, item, NOW)):
        with pytest.raises(CourseError, match="Only the mentors and leads"):
            await refused
    assert (await desk.mentors.queue(await desk.here(LEAD), NOW)).waiting == 1


async def test_whoever_takes_work_holds_it_for_ninety_minutes(desk):
    item = await desk.uncovered(1)
    work = await desk.mentors.take(await desk.here(), item, NOW)
    assert work.mine
    assert work.item.until_at == NOW + LEASE
    with pytest.raises(CourseError, match="Mentor Moss has taken this and holds it until"):
        await desk.mentors.take(await desk.here(OTHER), item, NOW + LEASE - MINUTE)


async def test_a_claim_runs_out_by_itself(desk):
    item = await desk.uncovered(1)
    await desk.mentors.take(await desk.here(), item, NOW)
    assert (await desk.mentors.take(await desk.here(OTHER), item, NOW + LEASE)).mine
    with pytest.raises(CourseError, match="Mentor Fern holds this now"):
        await desk.mentors.deciding(await desk.here(), item, NOW + LEASE, number=1)


@BOTH
async def test_of_two_mentors_at_the_same_instant_one_gets_it(desk, url):
    item, later = await desk.uncovered(1), await desk.uncovered(2)
    second = await Database.open(url)
    try:
        desks = (desk.mentors, Mentors(second))
        here = (await desk.here(), await desk.here(OTHER))
        took = await asyncio.gather(
            *(where.take(who, item, NOW) for where, who in zip(desks, here, strict=True)),
            return_exceptions=True,
        )
        assert sorted(isinstance(answer, CourseError) for answer in took) == [False, True]
        winner = (await desk.database.read(queue.item, item)).mentor_id
        assert [answer.item.mentor_id for answer in took if not isinstance(answer, CourseError)] == [winner]
        both = await asyncio.gather(
            *(where.take_next(who, NOW) for where, who in zip(desks, here, strict=True)),
            return_exceptions=True,
        )
        assert [answer.item.id for answer in both if not isinstance(answer, CourseError)] == [later]
    finally:
        await second.close()


async def test_a_mentor_holds_three_at_most_and_hears_which(desk):
    items = [await desk.uncovered(student) for student in (1, 2, 3, 4)]
    here = await desk.here()
    for item in items[:3]:
        await desk.mentors.take(here, item, NOW)
    with pytest.raises(
        CourseError, match=r"3 of at most 3: Week 1 by Student 1; Week 1 by Student 2"
    ) as refused:
        await desk.mentors.take(here, items[3], NOW)
    assert "release it or hand it on" in str(refused.value)
    with pytest.raises(CourseError, match="You hold 3 of at most 3"):
        await desk.mentors.take_next(here, NOW)
    await desk.mentors.release(here, items[0], NOW)
    assert (await desk.mentors.take_next(here, NOW)).item.id == items[0]


async def test_what_one_holds_is_opened_again_rather_than_taken_twice(desk):
    item = await desk.uncovered(1)
    here = await desk.here()
    await desk.mentors.take(here, item, NOW)
    again = await desk.mentors.take(here, item, NOW + HOUR)
    assert again.item.until_at == NOW + LEASE


async def test_a_claim_is_renewed_three_times_and_then_no_more(desk):
    item = await desk.uncovered(1)
    here = await desk.here()
    await desk.mentors.take(here, item, NOW)
    for times in (1, 2, 3):
        assert (await desk.mentors.renew(here, item, NOW)).item.until_at == NOW + (times + 1) * LEASE
    with pytest.raises(CourseError, match="You have renewed this 3 times"):
        await desk.mentors.renew(here, item, NOW)


async def test_a_claim_that_has_run_out_is_taken_rather_than_renewed(desk):
    item = await desk.uncovered(1)
    here = await desk.here()
    await desk.mentors.take(here, item, NOW)
    with pytest.raises(CourseError, match="your claim has run out"):
        await desk.mentors.renew(here, item, NOW + LEASE)


async def test_one_s_own_work_is_for_another_mentor(desk):
    lead = await desk.here(LEAD)
    await desk.town.cohorts.enroll(lead, 1, "Student 1", "mentor", NOW)
    item = await desk.uncovered(1)
    own = await desk.here(1)
    for refused in (desk.mentors.take(own, item, NOW), desk.mentors.work(own, item, NOW)):
        with pytest.raises(CourseError, match="your own work"):
            await refused
    with pytest.raises(CourseError, match="Nothing is free"):
        await desk.mentors.take_next(own, NOW)


async def test_whom_a_lead_keeps_apart_from_an_author_does_not_decide_about_their_work(desk):
    item = await desk.uncovered(1)
    moss, author = await desk.member_id(MENTOR), await desk.member_id(1)

    def forbid(tx):
        cohort = tx.one("SELECT id FROM cohort")["id"]
        tx.run(
            "INSERT INTO forbidden_pair (cohort_id, one_id, other_id, reason, created_at) VALUES (:c, :a, :b, '', 0)",
            c=cohort, a=min(moss, author), b=max(moss, author),
        )  # fmt: skip

    await desk.database.write(forbid)
    with pytest.raises(CourseError, match="A lead has arranged"):
        await desk.mentors.take(await desk.here(), item, NOW)
    assert (await desk.mentors.take_next(await desk.here(OTHER), NOW)).item.id == item


async def test_who_mentors_by_a_discord_role_is_on_the_roster_once_they_take_work_up(desk):
    item = await desk.uncovered(1)
    await desk.database.write(lambda tx: tx.run("DELETE FROM enrollment WHERE role = 'lead'"))
    from tests.town import asker

    here = await desk.town.cohorts.here(asker(LEAD, name="Lead Linden", manages_guild=True), NOW)
    await desk.mentors.take(here, item, NOW)
    roster = await desk.town.cohorts.roster(here)
    assert ("Lead Linden", "mentor") in [(item.member.name, item.role) for item in roster]


async def test_handing_on_starts_a_new_claim_and_owes_the_other_a_word(desk):
    item = await desk.uncovered(1)
    here = await desk.here()
    await desk.mentors.take(here, item, NOW)
    other = await desk.member_id(OTHER)
    assert other in [member.id for member in await desk.mentors.colleagues(here, item, NOW)]
    line, to = await desk.mentors.hand(here, item, other, NOW + HOUR)
    assert (to.name, line.item.until_at) == ("Mentor Fern", NOW + HOUR + LEASE)
    owed = await desk.database.read(lambda tx: tx.all("SELECT * FROM occurrence WHERE kind = 'handed'"))
    assert [(row["member_id"], row["key"].split(".")[0]) for row in owed] == [(other, f"q{item}")]
    with pytest.raises(CourseError, match="Mentor Fern holds this now"):
        await desk.mentors.release(here, item, NOW + HOUR)


async def test_work_is_not_handed_to_its_author_or_to_whoever_holds_enough(desk):
    await desk.town.cohorts.enroll(await desk.here(LEAD), 1, "Student 1", "mentor", NOW)
    item = await desk.uncovered(1)
    rest = [await desk.uncovered(student) for student in (2, 3, 4)]
    here, fern = await desk.here(), await desk.here(OTHER)
    for each in rest:
        await desk.mentors.take(fern, each, NOW)
    await desk.mentors.take(here, item, NOW)
    assert [member.name for member in await desk.mentors.colleagues(here, item, NOW)] == [
        "Mentor Fern",
        "Lead Linden",
    ]
    with pytest.raises(CourseError, match="Mentor Fern holds 3 already"):
        await desk.mentors.hand(here, item, await desk.member_id(OTHER), NOW)
    with pytest.raises(CourseError, match="cannot take this any more"):
        await desk.mentors.hand(here, item, await desk.member_id(1), NOW)


async def test_what_came_back_after_changes_is_kept_a_day_for_who_asked(desk):
    item = await desk.uncovered(1)
    await desk.decide(item, "changes", NOW)
    back = await desk.settle(await desk.hand_in(1, now=NOW + DAY), NOW + DAY)
    assert back not in (0, item)
    (line,) = (await desk.mentors.queue(await desk.here(OTHER), NOW + DAY)).lines
    assert (line.kept_for.name, line.kept_until) == ("Mentor Moss", NOW + 2 * DAY)
    with pytest.raises(CourseError, match="kept for them until"):
        await desk.mentors.take(await desk.here(OTHER), back, NOW + DAY)
    with pytest.raises(CourseError, match="Nothing is free"):
        await desk.mentors.take_next(await desk.here(OTHER), NOW + DAY)
    assert (await desk.mentors.take_next(await desk.here(), NOW + DAY)).item.id == back
    await desk.mentors.release(await desk.here(), back, NOW + DAY)
    assert (await desk.mentors.take_next(await desk.here(OTHER), NOW + 2 * DAY)).item.id == back


async def test_nothing_is_kept_for_a_mentor_who_has_left(desk):
    item = await desk.uncovered(1)
    await desk.decide(item, "changes", NOW)
    await desk.town.cohorts.withdraw(await desk.here(LEAD), MENTOR, "They moved away.", NOW + HOUR)
    item = await desk.settle(await desk.hand_in(1, now=NOW + DAY), NOW + DAY)
    (line,) = (await desk.mentors.queue(await desk.here(OTHER), NOW + DAY)).lines
    assert (line.kept_for, line.kept_until) == (None, None)
    assert "the changes that Mentor Moss asked for are made" in line.why
    assert (await desk.mentors.take(await desk.here(OTHER), item, NOW + DAY)).mine


async def test_the_next_one_is_the_gravest_that_nobody_holds(desk):
    weekly = await desk.uncovered(1)
    capstone = await desk.signoff(2, now=NOW + HOUR)
    later = NOW + 2 * HOUR
    assert (await desk.mentors.take_next(await desk.here(), later)).item.id == capstone
    assert (await desk.mentors.take_next(await desk.here(OTHER), later)).item.id == weekly
    with pytest.raises(CourseError, match="Nothing is free to take just now"):
        await desk.mentors.take_next(await desk.here(OTHER), later)


async def test_an_old_button_says_what_became_of_the_work(desk):
    item = await desk.uncovered(1)
    await desk.decide(item, "accepted", NOW)
    with pytest.raises(CourseError, match="Mentor Moss accepted it"):
        await desk.mentors.take(await desk.here(OTHER), item, NOW + HOUR)
    with pytest.raises(CourseError, match="not in the queue of this cohort"):
        await desk.mentors.take(await desk.here(OTHER), 999, NOW)


FILTERS = ["all", "signoff", "uncovered", "disagreement", "at_risk"]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # the question is SQLite's
@pytest.mark.parametrize("chosen", FILTERS)
async def test_neither_a_page_nor_the_next_one_reads_or_sorts_the_whole_queue(database, chosen):
    given = dict.fromkeys(("cohort_id", "mentor_id", "now", "kept_since", "limit", "offset"), 1)
    for asked in (queue.paged(chosen), store.next_free(chosen)):
        rows = await database.read(lambda tx, sql=asked: tx.all(f"EXPLAIN QUERY PLAN {sql}", **given))
        plan = [row["detail"] for row in rows]
        assert any("USING INDEX queue_ranked (cohort_id=?" in step for step in plan), plan
        assert not any("SCAN" in step or "TEMP B-TREE" in step for step in plan), plan
    rows = await database.read(lambda tx: tx.all(f"EXPLAIN QUERY PLAN {queue.paged('mine')}", **given))
    assert "SCAN" not in str(rows)
