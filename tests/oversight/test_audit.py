"""`/audit`: who did what to whom, searched, paged and as a file."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.availability.service import Availability
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Here, Member
from bot.database import Database
from bot.errors import CourseError
from bot.oversight import audit_cards as cards
from bot.oversight import deeds
from bot.oversight.searching import PAGE, AuditLog, Entry, Query, parameters, statement
from tests.house import button, buttons, opened, said, words
from tests.shown import assert_discord_holds, words_of
from tests.town import LEAD, MENTOR, Town

MONDAY = datetime(2026, 3, 9, 15, tzinfo=UTC)


@pytest.fixture
async def town(database: Database) -> Town:
    town = Town(database)
    await town.begin(4, mentor=True)
    return town


@pytest.fixture
def log(database: Database) -> AuditLog:
    return AuditLog(database)


async def lead(town: Town) -> Here:
    return await town.here(LEAD, MONDAY)


async def search(town: Town, log: AuditLog, page: int = 1, **typed):
    here = await lead(town)
    given = {"user_id": None, "action": None, "since": None, "words": None} | typed
    return await log.page(here, await log.query(here, **given, now=MONDAY), page)


async def lines(town: Town, log: AuditLog, **typed) -> list[str]:
    """What stands on the first page, without times."""
    found = await search(town, log, **typed)
    here = await lead(town)
    return [cards._line(here, entry).partition(" · ")[2] for entry in found.entries]


async def noted(town: Town, action: str, at: datetime = MONDAY, **given) -> None:
    here = await lead(town)
    await town.database.write(cohorts.note, here.cohort.id, action, now=at, **given)


# What a line says


async def test_a_line_says_who_did_what_to_whom_and_why(town, log):
    await town.cohorts.withdraw(await lead(town), 3, "Moved *away*.\nSadly.", MONDAY)
    first, *_ = await lines(town, log)
    assert first == r"**Lead Linden** took Student 3 off the roster as student · “Moved \*away\*. Sadly.”"


async def test_what_the_bot_did_by_itself_is_said_to_be_its_own(town, log):
    await noted(town, "post.skipped", kind="nudge", key="w01", why="too late")
    first, *_ = await lines(town, log)
    assert first == "**Homeroom** left out a post (nudge, w01) · “too late”"


async def test_a_pair_is_named_with_both_its_people(town, log):
    await Availability(town.database).forbid(await lead(town), 1, 2, "Siblings.", MONDAY)
    first, *_ = await lines(town, log)
    assert first == "**Lead Linden** keeps Student 1 and Student 2 apart · “Siblings.”"


async def test_works_go_by_their_names_and_instants_by_the_readers_clock(town, log):
    who = {item.member.user_id: item.member for item in await town.cohorts.roster(await lead(town))}
    until = datetime(2026, 3, 12, 9, tzinfo=UTC)
    await noted(
        town,
        "extension.given",
        actor_id=who[LEAD].id,
        subject_id=who[1].id,
        deliverable="w02",
        until=until.isoformat(),
    )
    first, *_ = await lines(town, log)
    assert first.startswith("**Lead Linden** gave Student 1 until <t:")
    assert "for Week 2 · " in first


async def test_former_members_show_as_such(town, log):
    await town.cohorts.withdraw(await lead(town), 3, "", MONDAY)
    await town.database.write(lambda tx: tx.run("UPDATE member SET user_id = NULL WHERE user_id = 3"))
    first, *_ = await lines(town, log)
    assert "former member" in first
    assert "Student 3" not in first


async def test_an_act_that_nobody_gave_words_still_shows(town, log):
    await noted(town, "something.new")
    assert (await lines(town, log))[0] == "**Homeroom** did “something.new”"


async def test_who_manages_the_server_without_being_on_the_roster_is_named(town, log):
    stranger = await town.database.write(cohorts.remember, 555, "Admin Ash")
    await noted(town, "roster.exported", actor_id=stranger.id)
    assert (await lines(town, log))[0] == "**Admin Ash** exported the roster"


# Searching


async def test_the_newest_comes_first_and_pages_follow_without_gaps(town, log):
    for number in range(25):
        await noted(town, "problem.mended", MONDAY + timedelta(seconds=number // 3), subject=f"n{number:02}")
    shown = [await search(town, log, page, action="problem.mended") for page in (1, 2, 3)]
    subjects = [entry.detail["subject"] for found in shown for entry in found.entries]
    assert subjects == [f"n{number:02}" for number in reversed(range(25))]
    assert [found.is_more for found in shown] == [True, True, False]
    assert len(shown[0].entries) == PAGE


async def test_a_member_is_found_as_whoever_acts_and_as_whoever_is_acted_upon(town, log):
    await Availability(town.database).tell(await town.here(2, MONDAY), date(2026, 3, 20), "", MONDAY)
    await Availability(town.database).forbid(await lead(town), 1, 2, "", MONDAY)
    await Availability(town.database).forbid(await lead(town), 2, 3, "", MONDAY)
    await Availability(town.database).forbid(await lead(town), 3, 4, "", MONDAY)
    found = await search(town, log, user_id=2)
    assert [entry.action for entry in found.entries] == [
        "pairs.forbidden", "pairs.forbidden", "away.told", "roster.added",
    ]  # fmt: skip
    assert found.member is not None


async def test_a_number_inside_another_number_is_nobody(town, log):
    await noted(town, "pairs.set", other_id=12, deliverable="w01")
    query = Query(member_id=1)
    here = await lead(town)
    found = await log.page(here, query, 1)
    assert not [entry for entry in found.entries if entry.action == "pairs.set"]


async def test_a_kind_of_act_is_chosen_by_its_name_or_its_words(town, log):
    for typed in ("roster.added", "Roster: added", "roster: ADDED "):
        found = await search(town, log, action=typed)
        assert {entry.action for entry in found.entries} == {"roster.added"}
    with pytest.raises(CourseError, match="do not know that kind"):
        await search(town, log, action="Roster: eaten")


async def test_since_is_the_beginning_of_a_day_by_the_cohorts_clock(town, log):
    midnight = datetime(2026, 3, 8, 5, tzinfo=UTC)  # in New York, before its clocks change that night
    await noted(town, "problem.mended", midnight - timedelta(seconds=1), subject="before")
    await noted(town, "problem.mended", midnight, subject="after")
    found = await search(town, log, since="yesterday")
    assert [entry.detail["subject"] for entry in found.entries] == ["after"]


@pytest.mark.parametrize(
    ("typed", "hits"),
    [
        ("wedding", 1),
        ("WEDDING sister", 1),
        ("sister funeral", 0),
        ("100%", 1),
        ("10_%", 0),
        ("Ärger", 1),
        ("ärger", 1),
        ("ÄRGER", 1),
        ("ÖL", 1),
        ("Öl", 1),
        ('say "no"', 1),
        ("o'clock", 1),
    ],
)
async def test_words_are_looked_for_in_the_details(town, log, typed, hits):
    reason = "Her sister's Wedding, 100% sure, at 3 o'clock; they say \"no\". Ein Ärger, mit öl."
    await noted(town, "problem.found", subject="s", reason=reason)
    await noted(town, "problem.found", subject="s", reason="Nothing of the kind.")
    assert len((await search(town, log, words=typed)).entries) == hits


async def test_a_search_that_is_too_long_is_refused(town, log):
    with pytest.raises(CourseError, match="fewer words"):
        await search(town, log, words="x" * 201)


async def test_somebody_whom_nobody_knows_is_refused(town, log):
    with pytest.raises(CourseError, match="I do not know <@777>"):
        await search(town, log, user_id=777)


async def test_another_cohorts_log_stays_its_own(town, log):
    here = await lead(town)
    ours = len((await search(town, log)).entries)
    await town.database.write(
        lambda tx: tx.run(
            "INSERT INTO cohort (guild_id, name, channel_id, timezone, starts_on, state, course_version_id, seed, "
            "created_by, created_at) SELECT guild_id, 'Other', 5, timezone, starts_on, state, course_version_id, 1, "
            "created_by, 0 FROM cohort WHERE id = :id",
            id=here.cohort.id,
        )
    )
    await town.database.write(cohorts.note, here.cohort.id + 1, "cohort.started", now=MONDAY)
    assert len((await search(town, log)).entries) == ours


async def test_only_leads_read_the_log(town, log):
    for user in (1, MENTOR):
        here = await town.here(user, MONDAY)
        for act in (
            log.query(here, user_id=None, action=None, since=None, words=None, now=MONDAY),
            log.page(here, Query(), 1),
            log.whole(here, Query()),
            log.actions(here),
        ):
            with pytest.raises(CourseError, match="Only the leads"):
                await act


async def test_the_kinds_that_are_offered_are_those_that_occur(town, log):
    assert set(await log.actions(await lead(town))) == {"cohort.created", "cohort.started", "roster.added"}


# The index


@pytest.fixture
async def memory():
    """Always SQLite, whatever the other tests run on: the plans are its own."""
    database = await Database.open("sqlite:///:memory:")
    yield database
    await database.close()


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (Query(), "audit_cohort (cohort_id=?)"),
        (Query(since=date(2026, 3, 9)), "audit_cohort (cohort_id=? AND at>?)"),
        (Query(member_id=1, words="some words"), "audit_cohort (cohort_id=?)"),
        (Query(action="roster.added"), "audit_action (cohort_id=? AND action=?)"),
        (
            Query(action="roster.added", since=date(2026, 3, 9)),
            "audit_action (cohort_id=? AND action=? AND at>?)",
        ),
    ],
)
async def test_a_page_is_read_along_an_index_in_its_order_however_long_the_log_is(memory, query, index):
    town = Town(memory)
    await town.begin(1)
    here = await lead(town)
    given = parameters(here, query, limit=PAGE, offset=0)
    rows = await memory.read(lambda tx: tx.all(f"EXPLAIN QUERY PLAN {statement(query)}", **given))
    assert [row["detail"] for row in rows] == [f"SEARCH a USING INDEX {index}"]


# The file


async def test_the_file_holds_all_that_was_found_by_the_cohorts_clock(town, log):
    for number in range(30):
        await noted(town, "problem.mended", MONDAY + timedelta(seconds=number), subject=f"n{number:02}")
    here = await lead(town)
    found = await log.whole(here, Query(action="problem.mended"))
    rows = list(csv.DictReader(io.StringIO(cards.table(found))))
    assert len(rows) == 30
    assert rows[0]["at"] == "2026-03-09T11:00:29-04:00"
    assert (rows[0]["actor"], rows[0]["what"]) == ("Homeroom", "saw something work again (n29)")


@pytest.mark.parametrize("day", ["0500-01-01", "2026-02-28"])
async def test_a_page_can_be_turned_whatever_year_was_asked_for(town, log, day):
    found = await search(town, log, since=day)
    *_, since, _ = cards.key_of(found.here, found.query, 2).split(".", 4)
    assert date.fromisoformat(since) == found.query.since


async def test_no_cell_of_the_file_can_pass_for_a_formula(town, log):
    await noted(town, "problem.found", subject="s", reason='=HYPERLINK("http://evil")')
    found = await log.whole(await lead(town), Query(action="problem.found"))
    (row,) = csv.DictReader(io.StringIO(cards.table(found)))
    assert row["why"].startswith("'=")


async def test_a_file_that_was_cut_says_so(town, log):
    found = await log.whole(await lead(town), Query())
    card, file = cards.filed(found)
    assert "search for less" not in words_of(card)
    assert file.filename == "audit.csv"
    assert "search for less" in words_of(cards.filed(replace(found, is_more=True))[0])


# The card


NASTY = "*_~`|>#[" * 40


async def test_a_page_of_the_longest_lines_fits_discord(town, log):
    here, query = (
        await lead(town),
        Query(member_id=1, action="roster.withdrawn", since=date(2026, 3, 9), words="x" * 200),
    )
    somebody = Member(id=10**9, user_id=10**18, name=NASTY)
    entry = Entry(
        id=1, at=MONDAY, actor=somebody, action="pairs.set", subject=somebody,
        detail={"deliverable": "c3.3", "reason": NASTY, "other_id": 1}, people={1: somebody},
    )  # fmt: skip
    found = await log.page(here, query, 1)
    full = replace(found, entries=[entry] * PAGE, page=1000, is_more=True, member=somebody)
    assert_discord_holds(cards.audit(full))
    for action in deeds.DEEDS:
        assert len(cards.key_of(here, replace(query, action=action, member_id=10**9), 10**5)) < 80


async def test_nothing_found_says_how_to_see_everything(town, log):
    found = await search(town, log, words="nowhere")
    assert "Nothing on the log fits" in words_of(cards.audit(found))
    assert "That was all" in words_of(cards.audit(await search(town, log, page=99)))


# Through the whole bot


@pytest.fixture
async def house(url):
    async with opened(url) as house:
        await house.start_cohort()
        for name in ("Aster", "Birch"):
            await house.student(name).slash(house.channel, "me")
        pair = {"one": house.student("Aster"), "other": house.student("Birch")}
        for _ in range(8):
            for undo in (False, True):
                asked = await house.lead.slash(
                    house.channel, "pairs forbid", **pair, reason="Siblings, they say.", undo=undo
                )
                action = "pairs.allow" if undo else "pairs.forbid"
                await house.lead.click(asked.response, custom_id=button(asked.response, action))
        yield house
        assert [fault for fault in house.faults() if not isinstance(fault, house.expected)] == []


async def test_a_search_is_paged_and_filed_also_after_a_restart(house):
    shown = (
        await house.lead.slash(house.channel, "audit", action="pairs.forbidden", words="siblings")
    ).response
    assert words(shown).count("keeps Student Aster and Student Birch apart") == 8
    assert buttons(shown) == ["audit.csv"]
    shown = (await house.lead.slash(house.channel, "audit", member=house.student("Aster"))).response
    assert buttons(shown) == ["audit.page", "audit.csv"]
    await house.restart()
    turned = await house.lead.click(shown, custom_id=button(shown, "audit.page"))
    turned = turned.response or shown
    assert "page 2" in words(turned)
    filed = await house.lead.click(turned, custom_id=button(turned, "audit.csv"))
    answer = next(item for item in (filed.response, *filed.followups) if item is not None)
    assert "of the log of Spring" in words(answer)
    assert [item.filename for item in answer.attachments] == ["audit.csv"]


async def test_the_words_of_a_search_are_kept_when_its_page_is_turned(house):
    shown = (await house.lead.slash(house.channel, "audit", words="they say")).response
    assert words(shown).count("apart · “Siblings, they say.”") == 8
    for _ in range(3):
        await noted_in(house, "Somebody, they say.")
    shown = (await house.lead.slash(house.channel, "audit", words="they say")).response
    await house.restart()
    turned = await house.lead.click(shown, custom_id=button(shown, "audit.page"))
    turned = turned.response or shown
    assert words(turned).count("they say.”") == 1


async def noted_in(house, reason: str) -> None:
    here, now = await house.here(house.lead), house.env.now()
    await house.bot.database.write(cohorts.note, here.cohort.id, "problem.found", now=now, reason=reason)


@pytest.mark.parametrize("name", ["a student", "a mentor", "a stranger"])
async def test_nobody_else_opens_the_log(house, name):
    stranger = house.world.guild.add_member(house.env.create_user("stranger"))
    actor = {"a mentor": house.mentor, "a stranger": stranger}.get(name) or house.student("Aster")
    assert "Only the leads" in said(await actor.slash(house.channel, "audit"))
    assert str(await actor.autocomplete(house.channel, "audit", "action", "")) in ("[]", "()")


async def test_a_press_by_somebody_who_leads_no_more_shows_nothing(house):
    second = house.world.guild.add_member(house.env.create_user("second"))
    here, now = await house.here(house.lead), house.env.now()
    here = replace(here, roles=frozenset({"lead"}))
    await house.bot.cohorts.enroll(here, second.id, "Second", "lead", now)
    shown = (await second.slash(house.channel, "audit")).response
    await house.bot.cohorts.withdraw(here, second.id, "", now)
    for action in ("audit.page", "audit.csv"):
        refused = await second.click(shown, custom_id=button(shown, action))
        assert "Only the leads" in said(refused)


async def test_kinds_of_acts_are_offered_in_words(house):
    offered = str(await house.lead.autocomplete(house.channel, "audit", "action", "pairs"))
    assert "Pairs: kept apart" in offered
    assert "Roster" not in offered


async def test_a_day_that_cannot_be_told_is_refused(house):
    assert "still to come" in said(await house.lead.slash(house.channel, "audit", since="tomorrow"))
