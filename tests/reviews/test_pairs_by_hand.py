"""A lead looks at a round before it runs, and runs it before its deadline."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from bot.availability.service import Availability
from bot.cohorts import allowances, states
from bot.database import Database
from bot.errors import CourseError
from bot.posts.rules import LateWork, Pairing
from bot.reviews import pairs_cards as cards
from bot.reviews.by_hand import ByHand, Preview
from tests.reviews.by_hand import DEADLINE, KEY, NOW, asked, audit, ids, lead, pull, six
from tests.shown import words_of
from tests.town import LEAD, MENTOR, Town, asker


@pytest.fixture
async def town(database: Database) -> Town:
    return await six(database)


@pytest.fixture
def desk(database: Database) -> ByHand:
    return ByHand(database)


@pytest.fixture
def leave(database: Database) -> Availability:
    return Availability(database)


def pairs_in(shown: Preview) -> set[tuple[int, int]]:
    """The (reviewer, author) pairs of a preview, those that exist already too."""
    new = {(line.reviewer.id, author.id) for line in shown.lines for author, _ in line.asked}
    return new | {(line.reviewer.id, author.id) for line in shown.lines for author in line.already}


# Looking


@pytest.mark.parametrize("trouble", ["nothing", "pulled", "away", "apart", "a lead's wish"])
async def test_what_is_shown_is_what_is_run(town, desk, leave, trouble):
    if trouble == "pulled":
        await pull(town, 2, NOW - timedelta(hours=1))
    if trouble == "away":
        here = await town.here(3, NOW - timedelta(hours=1))
        await leave.tell(here, date(2026, 3, 20), "", NOW - timedelta(hours=1))
    if trouble == "apart":
        await leave.forbid(await lead(town), 1, 2, "", NOW - timedelta(hours=1))
    if trouble == "a lead's wish":
        await desk.ask(await lead(town), 1, 2, KEY, NOW - timedelta(hours=1))
    shown = await desk.preview(await lead(town), KEY, NOW)
    ran = await desk.run(await lead(town), KEY, shown.mark, NOW)
    assert ran.has_run
    found = await asked(town)
    assert {(review.reviewer_id, review.author_id) for review in found if review.counts} == pairs_in(shown)
    assert {review.due_at for review in found} == {shown.due_at}


async def test_looking_writes_nothing(town, desk):
    before = await town.database.read(lambda tx: tx.all("SELECT kind, key FROM occurrence ORDER BY id"))
    await desk.preview(await lead(town), KEY, NOW)
    assert await asked(town) == []
    assert (
        await town.database.read(lambda tx: tx.all("SELECT kind, key FROM occurrence ORDER BY id")) == before
    )
    assert await audit(town, "pairs.run") == []


async def test_the_round_at_the_deadline_is_the_one_that_was_shown(town, desk):
    shown = await desk.preview(await lead(town), KEY, NOW)
    await town.tick(DEADLINE)
    assert {(review.reviewer_id, review.author_id) for review in await asked(town)} == pairs_in(shown)


async def test_without_a_name_it_is_the_round_whose_deadline_comes_next(town, desk):
    assert (await desk.preview(await lead(town), None, NOW)).deliverable.key == KEY
    shown = await desk.preview(await lead(town), None, NOW)
    await desk.run(await lead(town), KEY, shown.mark, NOW)
    with pytest.raises(CourseError, match="Nobody has handed in Week 2"):
        await desk.preview(await lead(town), None, NOW)


async def test_it_shows_who_is_away_who_has_pulled_what_repeats_and_what_stays_uncovered(town, desk, leave):
    await town.tick(DEADLINE)
    for student in range(1, 5):
        await town.submit(student, "w02", DEADLINE + timedelta(days=2))
    later = DEADLINE + timedelta(days=3)
    await pull(town, 1, later)
    await leave.tell(await town.here(2, later), date(2026, 3, 30), "", later)
    shown = await desk.preview(await lead(town, later), "w02", later)
    who = await ids(town)
    assert [member.id for member in shown.away] == [who[2]]
    assert [line.reviewer.id for line in shown.lines if line.already] == [who[1]]
    assert sum(times for line in shown.lines for _, times in line.asked) > 0, "four people meet again"
    given = Counter(author for _, author in pairs_in(shown))
    assert {member.id: count for member, count in shown.lacking} == {
        who[student]: 2 - given[who[student]] for student in range(1, 5) if given[who[student]] < 2
    }


async def test_only_leads_look_and_run(town, desk):
    for user in (1, MENTOR):
        here = await town.here(user, NOW)
        for act in (
            desk.preview(here, KEY, NOW),
            desk.run(here, KEY, "0", NOW),
            desk.wish(here, 1, 2, KEY, NOW),
            desk.ask(here, 1, 2, KEY, NOW),
            desk.taking(here, 1, 2, KEY, NOW),
            desk.take(here, 1, 2, KEY, NOW),
        ):
            with pytest.raises(CourseError, match="Only the leads"):
                await act


# Running


async def run(town: Town, desk: ByHand, key: str = KEY, now: datetime = NOW) -> Preview:
    shown = await desk.preview(await lead(town, now), key, now, to_run=True)
    return await desk.run(await lead(town, now), key, shown.mark, now)


async def test_a_round_that_was_run_early_is_announced_at_once_and_not_again(town, desk):
    await run(town, desk)
    (post,) = [item for item in await town.tick(NOW) if isinstance(item.content, Pairing)]
    assert len(post.content.pairs) == 6
    said = await town.tick(DEADLINE + timedelta(minutes=1))
    assert not [item for item in said if isinstance(item.content, Pairing)]
    assert len(await asked(town)) == 12


async def test_reviews_of_a_round_that_was_run_early_are_due_at_the_usual_time(town, desk):
    await run(town, desk)
    here = await lead(town)
    assert {review.due_at for review in await asked(town)} == {here.week(1).reviews}


async def test_who_hands_in_after_an_early_run_joins_on_arrival(town, desk):
    await town.cohorts.enroll(await lead(town), 7, "Student 7", "student", NOW)
    await run(town, desk)
    await town.tick(NOW)
    later = NOW + timedelta(days=1)
    await town.submit(7, KEY, later)
    (post,) = [item for item in await town.tick(later) if isinstance(item.content, LateWork)]
    assert not post.content.is_late
    assert len(post.content.reviewers) == len(post.content.reviews) == 2


async def test_in_a_capstone_week_only_the_named_round_is_run_and_the_deadline_does_the_others(database):
    town, desk = Town(database), ByHand(database)
    await town.begin(5)
    now = (await lead(town)).week(8).kickoff + timedelta(days=1)
    for student in range(1, 6):
        await town.submit(student, "w08", now)
        await town.submit(student, "c1.1", now)
    shown = await desk.preview(await lead(town, now), "w08", now)
    assert [item.key for item in shown.others] == ["c1.1", "c1.2", "c1.3"]
    await run(town, desk, "w08", now)
    assert await asked(town, "c1.1") == []
    await town.tick(now)
    week = (await lead(town, now)).week(8)
    said = await town.tick(week.deadline + timedelta(minutes=1))
    announced = [item.content.deliverable.key for item in said if isinstance(item.content, Pairing)]
    assert announced.count("c1.1") == 1
    assert "w08" not in announced
    assert len(await asked(town, "c1.1")) == 15


async def test_a_round_that_turns_out_otherwise_by_now_is_shown_again_instead(town, desk):
    shown = await desk.preview(await lead(town), KEY, NOW, to_run=True)
    await town.cohorts.enroll(await lead(town), 7, "Student 7", "student", NOW)
    await town.submit(7, KEY, NOW)
    again = await desk.run(await lead(town), KEY, shown.mark, NOW)
    assert not again.has_run
    assert await asked(town) == []
    assert len(again.lines) == 7
    assert (await desk.run(await lead(town), KEY, again.mark, NOW)).has_run


async def test_a_round_is_not_run_twice_and_the_refusal_says_when_it_ran(town, desk):
    await run(town, desk)
    with pytest.raises(CourseError, match=r"paired already, on Mon 02 Mar 2026 at 15:00 America/New_York"):
        await desk.preview(await lead(town), KEY, NOW, to_run=True)
    with pytest.raises(CourseError, match="paired already"):
        await desk.run(await lead(town), KEY, "whatever", NOW)


async def test_nobody_is_paired_where_nobody_handed_in(town, desk):
    with pytest.raises(CourseError, match=r"Nobody has handed in Week 2 .* It is due Sun 15 Mar 18:00"):
        await desk.preview(await lead(town), "w02", NOW, to_run=True)
    after = NOW + timedelta(days=14)
    with pytest.raises(CourseError, match="It was due Sun 15 Mar"):
        await desk.preview(await lead(town, after), "w02", after)


@pytest.mark.parametrize(
    ("state", "words"), [("draft", "has not begun"), ("paused", "is paused"), ("finished", "is finished")]
)
async def test_nobody_is_paired_by_hand_while_the_course_does_not_run(town, desk, state, words):
    here = await lead(town)
    shown = await desk.preview(here, KEY, NOW)
    await town.database.write(lambda tx: tx.run("UPDATE cohort SET state = :state", state=state))
    here = await town.cohorts.here(asker(LEAD, manages_guild=True), NOW, cohort_id=here.cohort.id)
    for act in (
        desk.preview(here, KEY, NOW, to_run=True),
        desk.run(here, KEY, shown.mark, NOW),
        desk.wish(here, 1, 2, KEY, NOW),
        desk.taking(here, 1, 2, KEY, NOW),
    ):
        with pytest.raises(CourseError, match=words):
            await act
    if state == "paused":
        assert (await desk.preview(here, KEY, NOW)).mark == shown.mark, "looking is harmless"


async def test_a_pause_that_came_meanwhile_holds_also_for_whoever_saw_the_course_run(town, desk):
    before = await lead(town)
    shown = await desk.preview(before, KEY, NOW)
    await desk.ask(before, 3, 4, KEY, NOW)
    await town.database.write(states.set_state, before.cohort.id, "paused", paused_at=NOW)
    for act in (
        desk.run(before, KEY, shown.mark, NOW),
        desk.ask(before, 1, 2, KEY, NOW),
        desk.take(before, 3, 4, KEY, NOW),
    ):
        with pytest.raises(CourseError, match="is paused"):
            await act
    assert [review.is_open for review in await asked(town)] == [True]


async def test_running_a_round_is_on_the_audit_log_once(town, desk):
    await run(town, desk)
    who = await ids(town)
    assert await audit(town, "pairs.run") == [(who[LEAD], None, {"deliverable": KEY, "reviews": 12})]


async def test_who_has_not_handed_in_is_named_and_who_may_leave_it_out_is_not(town, desk):
    for student in (7, 8):
        await town.cohorts.enroll(await lead(town), student, f"Student {student}", "student", NOW)
    who, here = await ids(town), await lead(town)
    await town.database.write(
        lambda tx: allowances.allow(
            tx,
            here.cohort.id,
            who[8],
            KEY,
            until_at=None,
            excused_at=NOW,
            reason="",
            granted_by=None,
            now=NOW,
        )
    )
    shown = await desk.preview(here, KEY, NOW)
    assert [member.id for member in shown.missing] == [who[7]]
    for card in (cards.preview(shown, 1), cards.run_asked(shown, 1)):
        assert "**Have not handed it in**: Student 7." in words_of(card)
        assert words_of(card).count("Who reviews → whose work") == 1
