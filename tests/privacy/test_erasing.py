"""Being forgotten: what goes, what stays with others, and what follows."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot.errors import CourseError
from bot.privacy.rules import PHRASE
from bot.roster.by_role import Seen
from bot.roster.service import Registrar
from tests.privacy.people import (
    ASTER,
    BIRCH,
    CEDAR,
    GOES,
    NAMES,
    NOW,
    OTHERS,
    PAIRED,
    STAYS,
    Life,
    everything,
    found_in,
)
from tests.town import GUILD

LATER = NOW + timedelta(minutes=1)


async def erase(life: Life, user_id: int = ASTER) -> None:
    await life.privacy.erase(user_id, PHRASE, LATER)


async def test_nothing_that_names_them_or_that_they_wrote_for_themselves_is_left(life: Life):
    before = await life.database.read(everything)
    assert len(found_in(before, GOES)) > 15, "there was something to forget"
    await erase(life)
    after = await life.database.read(everything)
    for trace in (GOES, str(ASTER), "77000001", "77000002"):
        assert found_in(after, trace) == set(), trace
    typed_by_others = {"review.strength", "decision.words", "audit.detail"}
    assert found_in(after, "Quillfeather") == typed_by_others, "nowhere where I wrote it or they did"
    assert found_in(before, OTHERS) - found_in(after, OTHERS) == {
        "extension_request.words", "allowance.reason", "forbidden_pair.reason", "audit.detail",
    }  # fmt: skip


async def test_what_others_received_stays_theirs(life: Life):
    sent = "SELECT r.id, r.author_id, r.reviewer_id, r.sent_at FROM review r WHERE r.sent_at IS NOT NULL ORDER BY r.id"
    scores = "SELECT s.* FROM score s JOIN review r ON r.id = s.review_id WHERE r.sent_at IS NOT NULL ORDER BY 1, 2"
    facts = [
        sent,
        scores,
        "SELECT id, mentor_id, kind FROM decision ORDER BY id",
        "SELECT * FROM submission ORDER BY id",
    ]
    before = [await life.rows(sql) for sql in facts]
    await erase(life)
    assert [await life.rows(sql) for sql in facts] == before
    after = await life.database.read(everything)
    assert found_in(after, STAYS) == {"review.strength", "point.body", "decision.words", "announcement.body"}
    assert "Well done, Aster Quillfeather, says heron." in [row["strength"] for row in after["review"]]


async def test_feedback_from_a_former_member_can_still_be_read(life: Life):
    author = await life.one(
        "SELECT m.user_id FROM review r JOIN member m ON m.id = r.author_id WHERE r.reviewer_id = :id "
        "AND r.sent_at IS NOT NULL",
        id=life.ids[ASTER],
    )
    await erase(life)
    here = await life.here(author, LATER)
    view = await life.revisions.feedback(here, here.course.deliverable("w01"), LATER)
    assert "former member" in [given.reviewer.name for given in view.given]


async def test_they_leave_and_their_open_reviews_are_given_to_others(life: Life):
    await erase(life)
    states = await life.rows(
        "SELECT DISTINCT state FROM enrollment WHERE member_id = :id", id=life.ids[ASTER]
    )
    assert [row["state"] for row in states] == ["withdrawn"]
    await life.tick(LATER)
    still = await life.rows(
        "SELECT id FROM review WHERE reviewer_id = :id AND sent_at IS NULL AND closed_at IS NULL",
        id=life.ids[ASTER],
    )
    assert still == []
    assert (
        await life.one(
            "SELECT closed_why FROM review WHERE reviewer_id = :id AND sent_at IS NULL", id=life.ids[ASTER]
        )
        == "left"
    )


async def test_drafts_go_and_what_they_held_as_a_mentor_is_free(life: Life):
    await erase(life)
    drafts = "SELECT count(*) AS found FROM {} d JOIN review r ON r.id = d.review_id WHERE r.sent_at IS NULL"
    assert await life.one(drafts.format("score")) == 0
    assert await life.one(drafts.format("point")) == 0
    held = await life.rows(
        "SELECT mentor_id, claimed_at, until_at, renewals FROM queue_item WHERE closed_at IS NULL"
    )
    assert {tuple(row.values()) for row in held} == {(None, None, None, 0)}


async def test_letters_and_announcements_to_come_are_not_sent_any_more(life: Life):
    await erase(life)
    said = await life.tick(LATER + timedelta(days=30))
    assert ASTER not in {post.user_id for post in said}
    assert "Announced" not in {type(post.content).__name__ for post in said}
    states = await life.rows("SELECT body, state FROM announcement ORDER BY id")
    assert [row["state"] for row in states] == ["done", "cancelled"]
    assert [row["name"] for row in await life.rows("SELECT name FROM announcement_file")] == ["said.txt"]
    open_ones = await life.rows("SELECT id FROM extension_request WHERE answer IS NULL")
    assert open_ones == []


async def test_the_audit_log_keeps_the_fact_and_not_the_person(life: Life):
    facts = (
        "SELECT id, at, action, actor_id, subject_id FROM audit WHERE action <> 'privacy.erased' ORDER BY id"
    )
    before = await life.rows(facts)
    await erase(life)
    assert await life.rows(facts) == before
    noted = await life.rows("SELECT cohort_id, actor_id, detail FROM audit WHERE action = 'privacy.erased'")
    assert [(row["cohort_id"], row["detail"]) for row in noted] == [(life.spring, "{}"), (life.autumn, "{}")]
    lines = {
        row["action"]: json.loads(row["detail"])
        for row in await life.rows("SELECT action, detail FROM audit")
    }
    assert lines["pairs.forbidden"] == {}
    assert lines["announce.scheduled"] == {"mention": "none"}
    assert lines["roster.imported"] == {"rows": [None, "Aster Quillfeather"], "count": 1}
    assert lines["roster.added"]["role"] == "student"


async def test_a_line_that_points_at_them_by_our_own_number_says_no_more_either(life: Life):
    await life.put(
        "audit", cohort_id=life.spring, at=1, actor_id=life.ids[1001], action="work.handed", subject_id=None,
        detail=json.dumps({"to": life.ids[ASTER], "reason": "She knows it.", "deliverable": "w01"}),
    )  # fmt: skip
    await erase(life)
    detail = await life.one("SELECT detail FROM audit WHERE action = 'work.handed'")
    assert json.loads(detail) == {"deliverable": "w01"}


async def test_classmates_notes_and_retros_mention_them_no_more(life: Life):
    birch = await life.here(BIRCH, NOW)
    thanks = f"Thanks to {NAMES[ASTER]}, <@{ASTER}>, <@!{ASTER}> and <@{CEDAR}>."
    await life.retros.write(
        birch, 1, retain=thanks, improve="More tests.", scale="Nothing yet.", kept=None, now=NOW
    )
    await life.submissions.submit(birch, birch.course.deliverable("w01"), {}, thanks, NOW)
    await erase(life)
    expected = f"Thanks to {NAMES[ASTER]}, former member, former member and <@{CEDAR}>."
    assert await life.one("SELECT retain FROM retro") == expected
    assert expected in [row["note"] for row in await life.rows("SELECT note FROM revision")]


async def test_classmates_portfolios_mention_them_no_more(life: Life):
    thanks = f"Built with <@{ASTER}> ({ASTER})."
    work = await life.one("SELECT id FROM submission WHERE member_id = :id", id=life.ids[BIRCH])
    revision = await life.one("SELECT max(id) AS id FROM revision WHERE submission_id = :id", id=work)
    await life.put(
        "portfolio", cohort_id=life.spring, member_id=life.ids[BIRCH], headline=thanks, about=thanks, contact="",
        made_at=1,
    )  # fmt: skip
    portfolio = await life.one("SELECT max(id) AS id FROM portfolio")
    await life.put(
        "portfolio_entry", portfolio_id=portfolio, submission_id=work, revision_id=revision, narrative=thanks,
        published_at=1, changed_at=1,
    )  # fmt: skip
    await erase(life)
    (entry,) = await life.rows("SELECT narrative FROM portfolio_entry")
    (kept,) = await life.rows("SELECT headline, about FROM portfolio")
    assert {*entry.values(), *kept.values()} == {"Built with former member (former member)."}


async def test_what_others_quote_of_them_is_quoted_no_longer_and_the_outlook_says_so(life: Life):
    assert (await life.privacy.outlook(ASTER)).counts["quoted"] == 1
    await erase(life)
    assert [row["answer"] for row in await life.rows("SELECT answer FROM quote")] == ["declined"]


@pytest.mark.parametrize("name", ["the", "exam", "student", "Sam"])
async def test_whatever_somebody_calls_themselves_others_words_are_left_alone(life: Life, name: str):
    words = "Sam Lee and the student: see https://git.example.org/the/exam for the exam, or ask Sam."
    here = {
        "cohort_id": life.autumn,
        "author_id": life.ids[BIRCH],
        "by_role": 0,
        "mention": "none",
        "repeat": "",
    }
    at = {"day": "2026-09-08", "at": "09:00", "next_at": 1, "made_at": 1, "changed_at": 1}
    await life.put("announcement", **here, **at, body=words, state="scheduled")
    await life.put("problem", cohort_id=life.spring, subject="x", detail=words, since=1)
    line = {"cohort_id": life.spring, "at": 1, "actor_id": life.ids[BIRCH], "subject_id": None}
    await life.put("audit", **line, action="cohort.paused", detail=json.dumps({"reason": words}))
    seen = Seen(guild_id=GUILD, user_id=ASTER, name=name)
    await Registrar(life.database).follow(seen, NOW)
    before = await life.rows("SELECT body FROM point ORDER BY id")
    await erase(life)
    assert await life.one("SELECT name FROM member WHERE id = :id", id=life.ids[ASTER]) == "former member"
    assert await life.one("SELECT body FROM announcement WHERE author_id = :id", id=life.ids[BIRCH]) == words
    assert await life.one("SELECT detail FROM problem WHERE subject = 'x'") == words
    detail = await life.one("SELECT detail FROM audit WHERE action = 'cohort.paused'")
    assert json.loads(detail) == {"reason": words}
    kept = [row["body"] for row in await life.rows("SELECT body FROM point ORDER BY id")]
    assert kept == [row["body"] for row in before if GOES not in row["body"]]


async def test_a_letter_that_is_on_its_way_leaves_no_trace_of_its_place(life: Life):
    letters = [row for row in await life.posts.claim(LATER) if row.member_id == life.ids[BIRCH]]
    composed = [(row, await life.posts.compose(row, LATER)) for row in letters]
    on_its_way = [(row, post) for row, post in composed if post is not None]
    assert on_its_way
    await erase(life, BIRCH)
    for row, post in on_its_way:
        await life.posts.sent(row, post, channel_id=88_000_001, message_id=88_000_002, now=LATER)
    states = await life.rows(
        "SELECT state, channel_id, message_id FROM occurrence WHERE id = :id", id=on_its_way[0][0].id
    )
    assert [tuple(row.values()) for row in states] == [("sent", None, None)]
    after = await life.database.read(everything)
    assert found_in(after, "88000001") | found_in(after, "88000002") == set()


async def test_whoever_comes_back_begins_as_somebody_new(life: Life):
    await erase(life)
    with pytest.raises(CourseError, match="not on the roster"):
        (await life.here(ASTER, LATER)).known()
    lead = await life.here(1000, LATER)
    assert await life.cohorts.enroll(lead, ASTER, "Aster anew", "student", LATER)
    member = (await life.here(ASTER, LATER)).student()
    assert member.id != life.ids[ASTER]
    held = {part.key: part.entries for part in (await life.privacy.export(ASTER, LATER)).parts}
    assert held["submissions"] == held["retros"] == []


@pytest.mark.parametrize("typed", ["", "yes", "erase my date", "erase"])
async def test_anything_but_the_phrase_erases_nothing(life: Life, typed: str):
    before = await life.database.read(everything)
    with pytest.raises(CourseError, match="type exactly: erase my data"):
        await life.privacy.erase(ASTER, typed, LATER)
    assert await life.database.read(everything) == before


@pytest.mark.parametrize("typed", ["erase my data", " Erase  my data ", "“erase my data”", "ERASE MY DATA."])
async def test_the_phrase_is_understood_however_it_is_written(life: Life, typed: str):
    await life.privacy.erase(ASTER, typed, LATER)
    with pytest.raises(CourseError, match="I hold nothing about you"):
        await life.privacy.erase(ASTER, typed, LATER)


async def test_strangers_have_nothing_to_erase(life: Life):
    for asked in (
        life.privacy.outlook(42),
        life.privacy.erase(42, PHRASE, LATER),
        life.privacy.export(42, LATER),
    ):
        with pytest.raises(CourseError, match="I hold nothing about you"):
            await asked
    assert await life.rows("SELECT id FROM member WHERE user_id = 42") == []


async def test_the_outlook_says_where_they_are_and_what_there_is(life: Life):
    found = await life.privacy.outlook(ASTER)
    ties = {tie.name: (list(tie.roles), tie.is_last_lead, list(tie.role_ids)) for tie in found.ties}
    assert ties == {"Spring": (["student"], False, []), "Autumn": (["lead", "mentor"], False, [53, 52])}
    assert found.counts["submission"] == 1
    sent = await life.rows(
        "SELECT id FROM review WHERE sent_at IS NOT NULL AND reviewer_id = (SELECT id FROM member "
        f"WHERE user_id = {ASTER})"
    )
    assert found.counts["given"] == len(sent) == 1, "a review that was never written is not counted"
    lead = await life.privacy.outlook(1000)
    assert [tie.is_last_lead for tie in lead.ties] == [True]


async def test_the_last_lead_may_go_and_the_course_goes_on(life: Life):
    await life.privacy.erase(1000, PHRASE, LATER)
    said = await life.tick(LATER + timedelta(days=21))
    assert {"Kickoff", "Digest"} <= {type(post.content).__name__ for post in said}


async def test_everybody_may_go_and_what_is_left_can_be_read(life: Life):
    for user_id in (ASTER, BIRCH, CEDAR):
        await erase(life, user_id)
    said = await life.tick(LATER + timedelta(days=21))
    assert {"Kickoff", "Digest"} <= {type(post.content).__name__ for post in said}
    assert PAIRED < LATER
