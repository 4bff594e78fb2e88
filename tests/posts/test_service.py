"""What is owed is said once: too early, on the dot, late, twice over, and after a death in the middle."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import ledger
from bot.posts import cards
from bot.posts.rules import Changed, Digest, Kickoff, LateWork, Pairing, Reminder
from bot.posts.service import Failure, Posts
from bot.revisions import queue
from tests.shown import words_of
from tests.town import CHANNEL, LEAD, Town, kinds

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def town(database):
    return Town(database)


async def test_a_kickoff_is_said_on_the_dot_and_never_again(town):
    week = (await town.begin(3)).week(1)
    assert await town.tick(week.kickoff - SECOND) == []
    (post,) = await town.tick(week.kickoff)
    assert isinstance(post.content, Kickoff)
    assert (post.content.week.number, post.channel_id, post.user_id) == (1, CHANNEL, None)
    assert await town.tick(week.kickoff + HOUR) == []


async def test_a_kickoff_missed_by_an_outage_is_still_said_within_its_week(town):
    week = (await town.begin(3)).week(1)
    assert kinds(await town.tick(week.kickoff + 2 * DAY)) == ["Kickoff"]


async def test_after_a_long_outage_only_the_newest_of_a_kind_is_said_and_the_rest_is_on_the_audit_log(town):
    here = await town.begin(3)
    said = await town.tick(here.week(4).kickoff + HOUR)
    assert [(post.content.week.number) for post in said if isinstance(post.content, Kickoff)] == [4]
    assert all(post.content.week.number == 3 for post in said if type(post.content).__name__ == "RetroCall")
    backstage = await town.posts.backstage(here, 1, here.week(4).kickoff + HOUR)
    assert ("kickoff", "w01", "it was too late to be of use") in backstage.skipped
    assert not [post for post in said if isinstance(post.content, Reminder)]


async def test_two_processes_never_both_take_a_row(town, database):
    week = (await town.begin(3)).week(1)
    other = Posts(database, "second")
    first, second = await town.posts.claim(week.kickoff), await other.claim(week.kickoff)
    assert (len(first), second) == (1, [])


async def test_a_claim_that_outlived_its_process_is_taken_up_again_and_looked_for_first(town, database):
    week = (await town.begin(3)).week(1)
    await town.posts.claim(week.kickoff)
    other = Posts(database, "second")
    assert await other.claim(week.kickoff + ledger.LEASE - SECOND) == []
    (row,) = await other.claim(week.kickoff + ledger.LEASE)
    assert row.unsure_since == week.kickoff
    assert row.attempts == 2


async def test_a_process_that_lost_its_claim_cannot_settle_the_row(town, database):
    week = (await town.begin(3)).week(1)
    (row,) = await town.posts.claim(week.kickoff)
    post = await town.posts.compose(row, week.kickoff)
    (again,) = await Posts(database, "second").claim(week.kickoff + ledger.LEASE)
    await town.posts.sent(row, post, channel_id=CHANNEL, message_id=7, now=week.kickoff + ledger.LEASE)
    state = await database.read(
        lambda tx: tx.one("SELECT state, owner FROM occurrence WHERE id = :id", id=again.id)
    )
    assert dict(state) == {"state": "claimed", "owner": "second"}


async def test_a_failure_is_tried_again_later_and_told_to_the_leads_once(town):
    here = await town.begin(3)
    now = here.week(1).kickoff
    (row,) = await town.posts.claim(now)
    post = await town.posts.compose(row, now)
    await town.posts.failed(row, post, Failure(error="not allowed", mend="Give me Send Messages."), now)
    (told,) = await town.tick(now)
    assert (told.user_id, told.content.detail) == (LEAD, "Give me Send Messages.")
    (row,) = await town.posts.claim(now + ledger.BACKOFF[0])
    await town.posts.failed(row, post, Failure(error="not allowed", mend="Give me Send Messages."), now)
    assert await town.tick(now + ledger.BACKOFF[0]) == []
    assert len((await town.cohorts.overview(here)).problems) == 1


async def test_a_problem_is_closed_when_the_place_works_again(town):
    here = await town.begin(3)
    now = here.week(1).kickoff
    (row,) = await town.posts.claim(now)
    post = await town.posts.compose(row, now)
    await town.posts.failed(row, post, Failure(error="gone", mend="Bring the channel back."), now)
    await town.tick(now + HOUR)
    assert (await town.cohorts.overview(here)).problems == []


async def test_what_may_have_been_said_is_looked_for_before_it_is_said_again(town):
    now = (await town.begin(3)).week(1).kickoff
    (row,) = await town.posts.claim(now)
    await town.posts.failed(row, None, Failure(error="no answer", unsure=True), now)
    (row,) = await town.posts.claim(now + ledger.BACKOFF[0])
    assert row.unsure_since == now


async def test_a_row_that_fails_for_days_is_given_up_and_shown_to_the_leads(town):
    here = await town.begin(1)
    now = here.week(1).deadline
    await town.database.write(
        lambda tx: tx.run(
            "UPDATE occurrence SET attempts = :tries WHERE kind = 'pairing'", tries=ledger.TRIES
        )
    )
    rows = [row for row in await town.posts.claim(now) if row.kind == "pairing"]
    await town.posts.failed(rows[0], None, Failure(error="fault: KeyError"), now)
    backstage = await town.posts.backstage(here, 1, now)
    assert ("pairing", "w01", "fault: KeyError") in backstage.skipped


async def test_only_those_who_owe_work_are_nudged_and_nobody_twice(town):
    here = await town.begin(3)
    week = here.week(1)
    await town.submit(1, "w01", week.kickoff + HOUR)
    await town.tick(week.kickoff)
    said = await town.tick(week.nudge)
    assert sorted(post.user_id for post in said) == [2, 3]
    assert all(isinstance(post.content, Reminder) for post in said)
    assert await town.tick(week.nudge + HOUR) == []


async def test_a_nudge_finds_nothing_to_say_to_someone_who_has_just_handed_in(town):
    here = await town.begin(2)
    week = here.week(1)
    await town.tick(week.kickoff)
    rows = await town.posts.claim(week.nudge)
    for row in rows:
        await town.posts.compose(row, week.nudge)
    await town.submit(1, "w01", week.nudge + SECOND)
    said = await town.tick(week.nudge + SECOND)
    assert [post.user_id for post in said] == [2]


async def test_the_deadline_pairs_everyone_who_handed_in(town):
    here = await town.begin(5)
    week = here.week(1)
    for student in range(1, 6):
        await town.submit(student, "w01", week.deadline - HOUR)
    said = [post for post in await town.tick(week.deadline) if isinstance(post.content, Pairing)]
    (pairing,) = [post.content for post in said]
    assert [len(authors) for _, authors in pairing.pairs] == [2] * 5
    assert all(reviewer not in authors for reviewer, authors in pairing.pairs)
    assert pairing.due_at == week.reviews


async def test_a_large_cohort_is_paired_in_several_posts_that_name_each_reviewer_once(town):
    here = await town.begin(60)
    week = here.week(1)
    for student in range(1, 61):
        await town.submit(student, "w01", week.deadline - HOUR)
    parts = [post.content for post in await town.tick(week.deadline) if isinstance(post.content, Pairing)]
    assert [(part.part, part.parts) for part in parts] == [(1, 3), (2, 3), (3, 3)]
    named = [reviewer.id for part in parts for reviewer, _ in part.pairs]
    assert len(named) == len(set(named)) == 60


async def test_late_work_gets_reviewers_on_arrival_and_its_author_reviews_in_return(town):
    here = await town.begin(4)
    week = here.week(1)
    for student in (1, 2, 3):
        await town.submit(student, "w01", week.deadline - HOUR)
    await town.tick(week.deadline)
    await town.submit(4, "w01", week.deadline + 5 * HOUR)
    said = await town.tick(week.deadline + 5 * HOUR)
    (late,) = [post.content for post in said if isinstance(post.content, LateWork)]
    assert (len(late.reviewers), len(late.reviews)) == (2, 2)
    assert late.due_at == week.reviews + 5 * HOUR


async def test_work_handed_in_between_the_deadline_and_the_tick_is_simply_in_the_round(town):
    here = await town.begin(3)
    week = here.week(1)
    await town.submit(1, "w01", week.deadline - HOUR)
    await town.submit(2, "w01", week.deadline - HOUR)
    await town.submit(3, "w01", week.deadline + SECOND)
    said = await town.tick(week.deadline + 2 * SECOND)
    assert "LateWork" not in kinds(said)
    (pairing,) = [post.content for post in said if isinstance(post.content, Pairing)]
    assert len(pairing.pairs) == 3


async def test_work_on_the_dot_that_is_written_down_after_the_round_joins_it(town):
    here = await town.begin(4)
    week = here.week(1)
    for student in (1, 2, 3):
        await town.submit(student, "w01", week.deadline - HOUR)
    await town.tick(week.deadline)
    receipt = await town.submit(4, "w01", week.deadline - SECOND)
    assert not receipt.revision.late
    (joined,) = [p.content for p in await town.tick(week.deadline) if isinstance(p.content, LateWork)]
    assert (joined.is_late, len(joined.reviewers)) == (False, 2)


async def test_a_single_hand_in_waits_for_a_mentor_and_nothing_is_announced(town):
    here = await town.begin(3, mentor=True)
    week = here.week(1)
    await town.submit(1, "w01", week.deadline - HOUR)
    assert "Pairing" not in kinds(await town.tick(week.deadline))
    assert await town.state(1, "w01", week.deadline) == "uncovered"
    (item,) = await town.database.read(queue.page, here.cohort.id, 5)
    assert item.reasons.uncovered


async def test_reviewers_who_have_looked_are_told_of_a_new_revision_and_nobody_else_is(town):
    here = await town.begin(3)
    week = here.week(1)
    for student in (1, 2, 3):
        await town.submit(student, "w01", week.deadline - HOUR)
    await town.tick(week.deadline)
    mine = await town.reviews.mine(await town.here(2, week.deadline))
    of_one = next(item for item in mine if item.author.user_id == 1)
    await town.reviews.open(2, of_one.review.id, week.deadline + HOUR)
    receipt = await town.submit(1, "w01", week.deadline + 2 * HOUR, "https://git.example.org/s1/better")
    assert receipt.revision.number == 2
    said = await town.tick(week.deadline + 2 * HOUR)
    told = [(post.user_id, post.content.number) for post in said if isinstance(post.content, Changed)]
    assert told == [(2, 2)]


async def test_the_digest_counts_and_names_words_only_from_four_answers_up(town):
    here = await town.begin(5)
    week = here.week(1)
    for student in range(1, 6):
        await town.submit(student, "w01", week.deadline - HOUR)
    await town.tick(week.deadline)
    for student in range(1, 6):
        await town.review_all(student, week.deadline + HOUR)
    for student in (1, 2, 3):
        await _looks_back(town, student, week.deadline + HOUR)
    (digest,) = [p.content for p in await town.tick(week.digest) if isinstance(p.content, Digest)]
    assert (digest.handed_in, digest.reviews_asked, digest.reviews_on_time) == (5, 10, 10)
    assert (digest.reviewed, digest.submissions) == (5, 5)
    assert digest.covered == (0, 0), "the promised hour of the first week lies ahead"
    assert (digest.themes.answers, digest.themes.themes) == (3, [])


async def test_four_answers_are_enough_for_themes_and_no_answer_is_quoted(town):
    here = await town.begin(4)
    for student in (1, 2, 3, 4):
        await _looks_back(town, student, here.week(1).deadline + HOUR)
    (digest,) = [p.content for p in await town.tick(here.week(1).digest) if isinstance(p.content, Digest)]
    assert "start earlier" not in words_of(cards.render(digest, 1).card)
    (theme,) = digest.themes.themes
    assert (theme.words, theme.people, theme.of) == (["earlier"], 4, 4)


async def _looks_back(town, student, now):
    await town.retros.write(
        await town.here(student, now), 1, retain="tests", improve=f"start earlier {student}", scale="notes",
        kept=None, now=now,
    )  # fmt: skip


async def test_a_paused_cohort_is_owed_nothing_until_it_goes_on(town, database):
    now = (await town.begin(2)).week(1).kickoff
    await database.write(lambda tx: tx.run("UPDATE cohort SET state = 'paused'"))
    assert await town.posts.claim(now) == []
    assert await town.posts.next_at() is None
    await database.write(lambda tx: tx.run("UPDATE cohort SET state = 'running'"))
    assert kinds(await town.tick(now)) == ["Kickoff"]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # whose planner can be asked in one line
async def test_finding_what_is_due_uses_the_index_of_open_rows(town, database):
    await town.begin(2)
    given = {"owner": "first", "now": 0, "until": 0, "lease": 0, "limit": 20}
    for asked in (ledger.CLAIM, ledger.NEXT):
        plan = str(await database.read(lambda tx, sql=asked: tx.all(f"EXPLAIN QUERY PLAN {sql}", **given)))
        assert "USING INDEX occurrence_open" in plan or "USING COVERING INDEX occurrence_open" in plan
        assert "sqlite_autoindex_occurrence" not in plan, "a walk through all that was ever said"


async def test_two_latecomers_at_once_both_get_all_their_reviewers(town):
    here = await town.begin(8)
    week = here.week(1)
    for student in range(1, 7):
        await town.submit(student, "w01", week.deadline - HOUR)
    await town.tick(week.deadline)
    for student in (7, 8):
        await town.submit(student, "w01", week.deadline + 5 * HOUR)
    said = await town.tick(week.deadline + 5 * HOUR)
    late = [post.content for post in said if isinstance(post.content, LateWork)]
    assert [len(content.reviewers) for content in late] == [2, 2]
    assert [len(content.reviews) for content in late] == [2, 2]
