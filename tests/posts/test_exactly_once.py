"""Nothing is lost and nothing doubled: a claim that is lost in the middle, a ledger that cannot be written to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import ledger
from bot.cohorts import store as cohorts
from bot.posts.rules import Digest, Kickoff, Pairing, Reminder
from bot.posts.service import Failure, Posts
from playground import shim
from tests.house import opened, words
from tests.town import CHANNEL, LEAD, Town, asker

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def town(database):
    return Town(database)


async def test_a_process_that_lost_its_claim_says_nothing(town, database):
    week = (await town.begin(3)).week(1)
    (row,) = await town.posts.claim(week.kickoff)
    later = week.kickoff + ledger.LEASE
    other = Posts(database, "second")
    (again,) = await other.claim(later)
    assert await town.posts.compose(row, later) is None
    post = await other.compose(again, later)
    assert isinstance(post.content, Kickoff)


async def test_a_row_whose_turn_comes_late_in_its_batch_is_held_for_another_while(town, database):
    week = (await town.begin(3)).week(1)
    (row,) = await town.posts.claim(week.kickoff)
    turn = week.kickoff + ledger.LEASE - SECOND
    assert await town.posts.compose(row, turn) is not None
    assert await Posts(database, "second").claim(turn + 2 * SECOND) == []


async def test_what_is_said_to_a_cohort_does_not_wait_for_many_private_letters(town):
    week = (await town.begin(2 * ledger.BATCH)).week(1)
    await town.tick(week.kickoff)
    (nudge,) = await town.posts.claim(week.nudge)
    await town.posts.compose(nudge, week.nudge)
    await _a_second_cohort(town, week.nudge)
    first = (await town.posts.claim(week.nudge + HOUR))[0]
    assert (first.kind, first.member_id) == ("kickoff", None)


async def _a_second_cohort(town, now):
    """One whose first kickoff comes an hour from now."""
    lead = asker(LEAD, name="Lead Linden", manages_guild=True, channel_ids=(CHANNEL + 1,))
    await town.cohorts.create(
        lead, name="Autumn", channel_id=CHANNEL + 1, starts_on=str(now.date()), timezone="UTC",
        role_ids={"student": None, "mentor": None, "lead": None}, now=now,
    )  # fmt: skip
    here = await town.cohorts.here(lead, now)
    await town.cohorts.start(here, now)
    await town.database.write(
        lambda tx: tx.run(
            "UPDATE occurrence SET due_at = :at, try_at = :at WHERE cohort_id = :id AND kind = 'kickoff' AND week = 1",
            at=int((now + HOUR).timestamp() * 1_000_000),
            id=here.cohort.id,
        )
    )


async def test_a_channel_that_is_mended_after_five_days_still_gets_its_pairing(town):
    here = await town.begin(3)
    now = here.week(1).deadline
    for student in (1, 2, 3):
        await town.submit(student, "w01", now - HOUR)
    mended = now + 5 * DAY
    while now < mended:
        for row in await town.posts.claim(now):
            post = await town.posts.compose(row, now)
            if post is not None:
                await town.posts.failed(row, post, Failure(error="not allowed"), now)
        now = await town.posts.next_at()
    assert [post for post in await town.tick(now + DAY) if isinstance(post.content, Pairing)]


async def test_the_digest_never_counts_more_hand_ins_than_students(town, database):
    here = await town.begin(3)
    week = here.week(1)
    for student in (1, 2, 3):
        await town.submit(student, "w01", week.deadline - HOUR)
    await town.tick(week.deadline)
    leaver = await database.read(cohorts.member_of_user, 3)
    await database.write(
        lambda tx: tx.run("UPDATE enrollment SET state = 'withdrawn' WHERE member_id = :id", id=leaver.id)
    )
    (digest,) = [post.content for post in await town.tick(week.digest) if isinstance(post.content, Digest)]
    assert (digest.handed_in, digest.students) == (2, 2)


async def test_a_reminder_names_only_what_is_still_owed_of_a_capstone_week(town):
    week = (await town.begin(2)).week(8)
    await town.submit(1, "w08", week.kickoff + HOUR)
    await town.submit(1, "c1.2", week.kickoff + HOUR)
    said = [post for post in await town.tick(week.nudge) if isinstance(post.content, Reminder)]
    owed = {post.user_id: [item.key for item in post.content.owed] for post in said}
    assert owed == {1: ["c1.1", "c1.3"], 2: ["w08", "c1.1", "c1.2", "c1.3"]}


REFUSE_SENT = (
    "CREATE TRIGGER stuck BEFORE UPDATE ON occurrence WHEN NEW.state = 'sent' "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is stuck'); END"
)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # in whose words the ledger is made to refuse
async def test_a_post_whose_sending_could_not_be_written_down_is_not_said_again(url):
    async with opened(url) as house:
        await house.start_cohort()
        await house.until("2026-03-02 08:59")
        await house.bot.database.write(lambda tx: tx.run(REFUSE_SENT))
        await house.until("2026-03-02 09:00")
        assert len(house.posts()) == 1
        await house.bot.database.write(lambda tx: tx.run("DROP TRIGGER stuck"))
        await house.restart(down_for=timedelta(hours=3))
        await house.until("2026-03-02 14:00")
        assert len(house.posts()) == 1


async def test_a_row_that_cannot_be_composed_silences_no_other_and_was_surely_not_said(url):
    async with opened(url, safety=timedelta(days=365)) as house:
        await house.start_cohort()
        here = await house.here(house.lead)
        house.bot.heartbeat.cancel()
        await house.bot.database.write(
            lambda tx: tx.run("UPDATE occurrence SET kind = 'mislaid' WHERE kind = 'kickoff' AND week = 1")
        )
        await shim.as_bot(house.env, lambda: house.bot.speaker.tick(here.week(1).retro))
        assert any("Looking back on week 1" in words(post) for post in house.posts())
        row = await house.bot.database.read(
            lambda tx: tx.one("SELECT * FROM occurrence WHERE kind = 'mislaid'")
        )
        assert (row["state"], row["last_error"], row["unsure_since"]) == ("due", "fault: KeyError", None)
