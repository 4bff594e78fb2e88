"""Handing in: once, late, again, piece by piece, and by people who may not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import CourseError
from bot.submissions import rules, store
from tests.town import COURSE, LEAD, MENTOR, Town, asker

DEADLINE = datetime(2026, 3, 8, 18, tzinfo=UTC)
WEDNESDAY = datetime(2026, 3, 4, 12, tzinfo=UTC)
MICROSECOND, HOUR = timedelta(microseconds=1), timedelta(hours=1)
CODE, TESTS = "https://github.com/ada/api", "https://github.com/ada/api/actions/runs/1"


async def hand_in(town, links=None, note=None, at=WEDNESDAY, key="w01", student=1):
    here = await town.here(student, at)
    given = {"code": CODE} if links is None else links
    return await town.submissions.submit(here, town.course.deliverable(key), given, note, at)


async def opened_by_a_reviewer(town, receipt, at=WEDNESDAY):
    await town.database.write(store.mark_opened, receipt.revision.id, at)


async def told(town):
    """Who is told about work outside the calendar: the kind and key of what is owed for it."""
    rows = await town.database.read(
        lambda tx: tx.all("SELECT kind, key FROM occurrence WHERE kind IN ('late', 'revised') ORDER BY id")
    )
    return [(row["kind"], row["key"]) for row in rows]


async def refusal(awaitable) -> str:
    with pytest.raises(CourseError) as refused:
        await awaitable
    return str(refused.value)


async def test_work_handed_in_before_the_deadline_is_on_time_and_nobody_is_told_at_once(town):
    receipt = await hand_in(town, {"code": "github.com/ada/api", "tests": TESTS}, " Look at retries. ")
    assert (receipt.first, receipt.edited, receipt.changed, receipt.missing) == (True, False, True, [])
    revision = receipt.revision
    assert (revision.number, revision.late, revision.deadline_at) == (1, False, DEADLINE)
    assert (revision.links, revision.note) == ({"code": CODE, "tests": TESTS}, "Look at retries.")
    assert revision.submitted_at == revision.updated_at == WEDNESDAY
    assert await told(town) == []


async def test_on_the_dot_is_on_time_and_a_moment_later_is_late_and_both_may_have_missed_the_round(town):
    dot = await hand_in(town, at=DEADLINE)
    late = await hand_in(town, at=DEADLINE + MICROSECOND, student=2)
    assert (dot.revision.late, late.revision.late) == (False, True)
    assert late.revision.deadline_at == DEADLINE
    assert await told(town) == [("late", f"s{item.revision.submission_id}") for item in (dot, late)]


async def test_until_a_reviewer_opens_it_a_change_is_made_in_place(town):
    first = await hand_in(town, note="First words")
    second = await hand_in(town, {"tests": TESTS}, at=DEADLINE + HOUR)
    assert (second.first, second.edited) == (False, True)
    assert second.revision.id == first.revision.id
    assert second.revision.links == {"code": CODE, "tests": TESTS}
    assert second.revision.note == "First words"
    assert (second.revision.submitted_at, second.revision.updated_at) == (WEDNESDAY, DEADLINE + HOUR)
    assert not second.revision.late
    assert await told(town) == []


async def test_after_a_reviewer_opened_it_a_change_is_a_new_revision_and_its_reviewers_are_told(town):
    first = await hand_in(town, note="As agreed")
    await opened_by_a_reviewer(town, first)
    second = await hand_in(town, {"tests": TESTS})
    assert (second.first, second.edited, second.revision.number) == (False, False, 2)
    assert second.revision.links == {"code": CODE, "tests": TESTS}
    assert second.revision.note == "As agreed"
    assert second.revision.opened_at is None
    submission_id = first.revision.submission_id
    assert await told(town) == [("revised", f"s{submission_id}.2")]
    kept = await town.database.read(store.revision, first.revision.id)
    assert kept.links == {"code": CODE}
    third = await hand_in(town, {"code": f"{CODE}/tree/v2"})
    assert (third.revision.number, third.edited) == (2, True)
    assert await told(town) == [("revised", f"s{submission_id}.2")]


async def test_work_that_was_in_time_is_not_made_late_by_revising_it_after_the_deadline(town):
    first = await hand_in(town)
    await opened_by_a_reviewer(town, first)
    second = await hand_in(town, {"tests": TESTS}, at=DEADLINE + 30 * HOUR)
    assert (second.revision.number, second.revision.late) == (2, False)


async def test_late_work_stays_late_however_it_is_revised(town):
    first = await hand_in(town, at=DEADLINE + HOUR)
    await opened_by_a_reviewer(town, first)
    assert (await hand_in(town, {"tests": TESTS}, at=DEADLINE + 2 * HOUR)).revision.late


async def test_late_work_that_is_revised_is_told_once_as_late_and_once_as_revised(town):
    late = await hand_in(town, at=DEADLINE + HOUR)
    await opened_by_a_reviewer(town, late)
    await hand_in(town, {"tests": TESTS}, at=DEADLINE + 2 * HOUR)
    assert await told(town) == [
        ("late", f"s{late.revision.submission_id}"),
        ("revised", f"s{late.revision.submission_id}.2"),
    ]
    assert await town.database.read(store.lateness, late.revision.submission_id) == (True, DEADLINE + HOUR)


async def test_the_same_thing_again_changes_nothing_and_tells_nobody(town):
    await hand_in(town, note="Same")
    again = await hand_in(town, {"code": "http://www.github.com/ada/api/"}, at=WEDNESDAY + HOUR)
    assert (again.changed, again.edited, again.first) == (False, False, False)
    assert (again.revision.number, again.revision.updated_at) == (1, WEDNESDAY)
    assert again.missing == ["Test run with the failing case"]
    assert await told(town) == []


async def test_the_same_links_are_a_new_revision_once_a_reviewer_has_looked(town):
    first = await hand_in(town, note="Same")
    await opened_by_a_reviewer(town, first)
    again = await hand_in(town, {"code": CODE}, at=WEDNESDAY + HOUR)
    assert (again.changed, again.edited, again.revision.number) == (True, False, 2)
    assert again.revision.links == first.revision.links
    assert await told(town) == [("revised", f"s{first.revision.submission_id}.2")]
    twice = await hand_in(town, {"code": CODE}, at=WEDNESDAY + 2 * HOUR)
    assert (twice.changed, twice.revision.number) == (False, 2)


async def test_a_dead_link_does_not_count_until_it_is_handed_in_again(town, small):
    first = await hand_in(town, {"code": CODE, "tests": TESTS})
    await town.database.write(lambda tx: tx.run("UPDATE evidence SET state = 'dead' WHERE kind = 'tests'"))
    revision = await town.database.read(store.revision, first.revision.id)
    assert revision.dead == {"tests"}
    assert rules.completeness(small.deliverable("w01"), revision) == 0.5
    noted = await hand_in(town, {}, "It opens again.")
    assert (noted.changed, noted.revision.dead, noted.missing) == (True, frozenset(), [])


async def test_an_emptied_field_takes_its_evidence_away_and_an_unnamed_one_stays(town):
    await hand_in(town, {"code": CODE, "tests": TESTS}, "Words")
    less = await hand_in(town, {"code": CODE, "tests": "  "}, "")
    assert (less.revision.links, less.revision.note) == ({"code": CODE}, "")
    assert less.missing == ["Test run with the failing case"]


async def test_a_form_without_any_link_is_refused_and_what_was_there_stays(town):
    assert "needs at least one link" in await refusal(hand_in(town, {"code": "", "tests": ""}, "Only words"))
    kept = await hand_in(town)
    assert "Repository at a tag" in await refusal(hand_in(town, {"code": "", "tests": ""}))
    here = await town.here(1, WEDNESDAY)
    assert await town.submissions.latest(here, town.course.deliverable("w01")) == kept.revision


async def test_every_link_that_cannot_be_kept_is_named_at_once_and_nothing_is_kept(town):
    said = await refusal(hand_in(town, {"code": "localhost:3000", "tests": "my tests"}))
    assert "“Repository at a tag”: “localhost” is not a public address" in said
    assert "“Test run with the failing case”: A link has no spaces" in said
    assert await town.submissions.handed_in(await town.here(1, WEDNESDAY)) == frozenset()


async def test_evidence_that_the_deliverable_does_not_ask_for_is_left_out(town):
    receipt = await hand_in(town, {"code": CODE, "gossip": "https://example.com"})
    assert receipt.revision.links == {"code": CODE}


async def test_optional_evidence_may_be_missing(town):
    receipt = await hand_in(town, {"memo": CODE}, key="w02")
    assert receipt.missing == []


async def test_a_note_that_is_too_long_is_refused(town):
    assert "at most 1000" in await refusal(hand_in(town, note="x" * 1001))


@pytest.mark.parametrize(
    ("person", "words"),
    [(7, "not on the roster"), (MENTOR, "you are its mentor"), (LEAD, "you are its lead")],
)
async def test_only_students_of_the_cohort_hand_in(town, person, words):
    assert words in await refusal(hand_in(town, student=person))
    here = await town.here(person, WEDNESDAY)
    assert words in await refusal(town.submissions.opening(here, town.course.deliverable("w01")))


async def test_a_cohort_that_was_not_started_takes_nothing_yet(database, small):
    town = Town(database, small)
    here = await town.begin(1, timezone="UTC")
    await database.write(lambda tx: tx.run("UPDATE cohort SET state = 'draft'"))
    assert here.cohort.state == "running"
    assert "has not been started yet" in await refusal(hand_in(town))
    student = await town.here(1, WEDNESDAY)
    assert "has not been started" in await refusal(
        town.submissions.opening(student, small.deliverable("w01"))
    )


async def test_students_of_one_cohort_do_not_see_each_others_work(town):
    await hand_in(town)
    other = await town.here(2, WEDNESDAY)
    assert await town.submissions.latest(other, town.course.deliverable("w01")) is None
    assert await town.submissions.handed_in(other) == frozenset()
    assert await town.submissions.handed_in(await town.here(1, WEDNESDAY)) == {"w01"}
    assert await town.submissions.handed_in(await town.here(7, WEDNESDAY)) == frozenset()


async def test_without_a_word_this_weeks_deliverable_is_meant(town):
    here = await town.here(1, WEDNESDAY)
    monday = here.week(2).kickoff
    meant = town.submissions.deliverable
    assert meant(here, None, monday - MICROSECOND).key == "w01"
    assert meant(here, "", monday).key == "w02"
    assert meant(here, "week 3", monday).key == "w03"
    with pytest.raises(CourseError, match="The course begins <t:1772442000:F>"):
        meant(here, None, here.week(1).kickoff - HOUR)
    with pytest.raises(CourseError, match="last week is over"):
        meant(here, None, here.week(3).ends)


async def test_a_capstone_is_due_with_the_week_that_closes_its_stage(database):
    town = Town(database, COURSE)
    here = await town.begin(1)
    capstone = COURSE.deliverable("c1.1")
    receipt = await town.submissions.submit(
        await town.here(1, WEDNESDAY), capstone, {"code": CODE}, None, WEDNESDAY
    )
    assert receipt.revision.deadline_at == here.week(8).deadline


async def test_a_student_hands_in_from_a_private_message_too(town):
    cohort_id = (await town.here(1, WEDNESDAY)).cohort.id
    alone = asker(1, guild_id=None, channel_ids=(5,))
    here = await town.cohorts.here(alone, WEDNESDAY, cohort_id=cohort_id)
    receipt = await town.submissions.submit(
        here, town.course.deliverable("w01"), {"code": CODE}, None, WEDNESDAY
    )
    assert receipt.first
