"""`/roster import`: many people from one file, all of them or nobody, with every problem named by its line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cohorts.rules import Here, Member, Placed, Running
from bot.cohorts.service import Cohorts
from bot.database import Database
from bot.errors import CourseError, NotAllowed
from bot.posts.service import Posts
from bot.roster import file_cards, importing
from bot.roster import sheet as roster_file
from bot.roster.importing import Entry, Import, Person
from bot.roster.service import Registrar
from bot.roster.sheet import Fault, Line
from playground import shim
from tests.cohorts.people import ADMIN, NOW, OTHER_ROOM, begin
from tests.cohorts.pressing import got_hold_of
from tests.cohorts.test_rights import MAY_LEAD, OTHER_LEAD
from tests.cohorts.test_rights import PEOPLE as ASKERS
from tests.house import button, buttons, opened, said, words
from tests.shown import assert_discord_holds, words_of

ASTER, BIRCH, CEDAR = 100000000000000001, 100000000000000002, 100000000000000003
PEOPLE = [
    Person(user_id=ASTER, name="Aster Ånd", username="aster", others=("Aster A.",)),
    Person(user_id=BIRCH, name="Birch", username="birch_b"),
    Person(user_id=CEDAR, name="birch", username="cedar"),
    Person(user_id=100000000000000004, name="Homeroom", username="homeroom", bot=True),
]


def rows(text: str, encoding: str = "utf-8") -> tuple[list[Line], list[Fault]]:
    return roster_file.read(text.encode(encoding))


def planned(text: str, places: list[Placed] | None = None) -> Import:
    return importing.plan(*rows(text), PEOPLE, places or [])


def place(user_id: int | None, role: str = "student", *, active: bool = True, name: str = "x") -> Placed:
    member = Member(id=1, user_id=user_id, name=name)
    return Placed(member=member, role=role, active=active, since=NOW, by_role=False)


def faults(text: str, places: list[Placed] | None = None) -> dict[int, str]:
    return {fault.number: fault.words for fault in planned(text, places).faults}


# Reading


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_is_read_however_a_spreadsheet_saved_it(encoding: str, separator: str, end: str):
    text = end.join([f"member{separator}role", f"Ånd{separator}Mentor", f"birch_b{separator}"]) + end
    data = text.encode(encoding)
    if encoding == "utf-16-le":
        data = b"\xff\xfe" + data
    assert roster_file.read(data) == (
        [Line(number=2, who="Ånd", role="mentor"), Line(number=3, who="birch_b", role="student")],
        [],
    )


def test_a_role_may_be_left_out_altogether_and_columns_may_stand_in_any_order():
    assert rows("member\naster")[0] == [Line(number=2, who="aster", role="student")]
    assert rows("Role, Member ,shoe size\nlead, aster ,43")[0] == [Line(number=2, who="aster", role="lead")]


def test_whoever_is_named_only_in_the_column_name_is_meant_by_it():
    assert rows("member,name\n,Aster A.")[0] == [Line(number=2, who="Aster A.", role="student")]


def test_lines_are_counted_as_an_editor_counts_them():
    text = 'sep=,\n\nmember,name\n\naster,"two\nlines"\n\n,\n?,"x"\n'
    assert [line.number for line in rows(text)[0]] == [5, 9]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no column called `member`"),
        ("who,role\naster,student", "no column called `member`"),
        ("member,Member\naster,", "there twice"),
        ("member,role\n", "nobody in this file"),
        ("member,role\n,\n\n", "nobody in this file"),
        ("member,role\n" + "aster,student\n" * 1001, "at most 1,000 rows"),
        ("member,role\n" + "x" * roster_file.BYTES, "at most 1 MiB"),
        ('member,role\n"' + "x" * 140_000, "after line"),
    ],
)
def test_what_is_no_roster_is_refused_with_the_next_step(text: str, words: str):
    with pytest.raises(CourseError, match=words):
        rows(text)


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\x00", "member\nÅnd".encode("cp1252"), b"PK\x03\x04\x00\x00"]
)
def test_what_is_no_text_is_refused_with_how_to_save_it(data: bytes):
    with pytest.raises(CourseError, match="Save it as CSV UTF-8"):
        roster_file.read(data)


@given(st.binary(max_size=400))
def test_no_file_however_odd_is_a_fault_of_ours(data: bytes):
    try:
        lines, wrong = roster_file.read(data)
    except CourseError:
        return
    importing.plan(lines, wrong, PEOPLE, [])


@given(
    st.lists(st.sampled_from(["member", "role", ",", ";", "\n", '"', "'", "aster", "=1", " ", "\t", "sep="]))
)
def test_no_text_however_odd_is_a_fault_of_ours(words: list[str]):
    test_no_file_however_odd_is_a_fault_of_ours.hypothesis.inner_test("".join(words).encode())


# Finding people


@pytest.mark.parametrize(
    "who",
    [
        str(ASTER),
        f"<@{ASTER}>",
        f"<@!{ASTER}>",
        "aster",
        "@aster",
        "'@aster",
        "ASTER",
        "aster ånd",
        "Aster  A.",
    ],
)
def test_a_person_is_found_by_whatever_they_are_called(who: str):
    (entry,) = planned(f"member\n{who}").entries
    assert (entry.user_id, entry.name, entry.role, entry.standing) == (ASTER, "Aster Ånd", "student", "new")


def test_a_username_is_nobody_elses_whatever_others_call_themselves():
    mallory, other = 10**17 + 1, 10**17 + 2
    crowd = [
        Person(user_id=mallory, name="Mallory", username="mal"),
        Person(user_id=other, name="mal", username="x"),
    ]
    for who in ("mal", "@mal"):
        lines, wrong = roster_file.read(f"member\n{who}\n".encode())
        plan = importing.plan(lines, wrong, crowd, [])
        assert ([entry.user_id for entry in plan.entries], plan.faults) == ([mallory], [])
    lines, wrong = roster_file.read(b"member\nMAL\n")
    assert "2 people here are called" in importing.plan(lines, wrong, crowd, []).faults[0].words


def test_each_problem_names_its_line_and_what_to_do():
    text = (
        "member,role\n"
        "nobody,student\n"
        "birch,student\n"
        "aster,captain\n"
        "homeroom,student\n"
        "aster,student\n"
        f"<@{ASTER}>,student\n"
        "999999999999999999,student\n"
        "1.23457E+17,student\n"
        "Ster, A.,student\n"
        ",mentor\n"
        "astr,lead\n"
    )
    found = faults(text)
    assert "Nobody on this server is called “nobody”" in found[2]
    assert "2 people here are called “birch”: birch_b <@" in found[3]
    assert "cedar <@" in found[3]
    assert "“captain” is no role. Write student, mentor or lead" in found[4]
    assert "is a bot" in found[5]
    assert "is in line 6 already, also as a student" in found[7]
    assert "999999999999999999 is not on this server. Invite them first" in found[8]
    assert "rounded the id 1.23457E+17" in found[9]
    assert "3 cells and the first line 2" in found[10]
    assert "Nobody is named here" in found[11]
    assert "Did you mean “Aster Ånd” (aster)?" in found[12]
    assert 6 not in found


def test_one_person_may_have_two_roles_in_one_file():
    assert faults("member,role\naster,mentor\naster,lead") == {}


def test_who_is_there_and_who_comes_back_is_told_apart():
    places = [place(ASTER), place(BIRCH, active=False), place(CEDAR, "mentor")]
    plan = planned("member\naster\nbirch_b\ncedar", places)
    assert [entry.standing for entry in plan.entries] == ["already", "back", "new"]
    assert [entry.user_id for entry in plan.changes] == [BIRCH, CEDAR]


def test_whoever_is_on_the_roster_may_have_left_the_server():
    gone = 999999999999999999
    assert planned(f"member\n<@{gone}>", [place(gone)]).of("already")
    assert faults(f"member\n<@{gone}>", [place(gone, active=False)])[2].startswith(
        "<@999999999999999999> is not on"
    )


def test_long_words_are_cut_where_they_are_repeated():
    (words_,) = faults(f"member\n{'x' * 200}").values()
    assert len(words_) < 140


# The cards


def entries(count: int, standing: str = "new") -> list[Entry]:
    return [Entry(user_id=n, name="*" * 40, role="student", standing=standing) for n in range(count)]


def test_a_thousand_people_or_problems_fit_a_card(draft: Running):
    plan = Import(entries=[*entries(400), *entries(300, "back"), *entries(300, "already")], faults=[])
    card = file_cards.import_asked(draft.cohort, plan, 2**62)
    assert_discord_holds(card)
    assert "400 students" in words_of(card)
    assert "and 394 more" in words_of(card)
    wrong = [Fault(number=n, words="_" * 60) for n in range(1000)]
    card = file_cards.faulty(draft.cohort, Import(entries=[], faults=wrong))
    assert_discord_holds(card)
    shown = words_of(card).count("- Line")
    assert f"And {1000 - shown} more" in words_of(card)
    assert len(roster_file.faults_file(wrong).splitlines()) == 1001
    failed = [(n, "<@&5>: closed") for n in range(1000)]
    assert_discord_holds(file_cards.imported(draft.cohort, entries(1000), failed))


def test_where_no_discord_roles_go_with_a_cohort_none_are_spoken_of(draft: Running):
    from dataclasses import replace

    plain = replace(draft.cohort, student_role_id=None)
    for failed in (None, []):
        assert "Discord role" not in words_of(file_cards.imported(plain, entries(2), failed))


# The desk


@pytest.fixture
def registrar(database: Database) -> Registrar:
    return Registrar(database)


async def lines_of_audit(database: Database) -> list[dict]:
    found = await database.read(lambda tx: tx.all("SELECT * FROM audit WHERE action = 'roster.added'"))
    return [json.loads(row["detail"]) | {"actor": row["actor_id"]} for row in found]


async def test_everybody_is_enrolled_at_once_with_a_line_each_on_the_audit_log(
    registrar: Registrar, desk: Cohorts, lead: Here, database: Database
):
    made_at = await registrar.keep(lead, entries(3), NOW)
    enrolled = await registrar.enroll_all(lead, made_at, NOW)
    assert len(enrolled) == 3
    assert sum(item.role == "student" for item in await desk.roster(lead)) == 3
    noted = await lines_of_audit(database)
    assert noted == [{"role": "student", "reason": "by file", "actor": lead.known().id}] * 3


async def test_a_file_is_used_once_and_the_newest_replaces_the_older(registrar: Registrar, lead: Here):
    first = await registrar.keep(lead, entries(1), NOW)
    second = await registrar.keep(lead, entries(2), NOW + timedelta(minutes=1))
    with pytest.raises(CourseError, match="used already, or replaced"):
        await registrar.enroll_all(lead, first, NOW)
    assert len(await registrar.enroll_all(lead, second, NOW)) == 2
    with pytest.raises(CourseError, match="used already, or replaced"):
        await registrar.enroll_all(lead, second, NOW)


async def test_a_file_that_is_older_than_a_day_enrolls_nobody(registrar: Registrar, lead: Here):
    old = await registrar.keep(lead, entries(1), NOW)
    with pytest.raises(CourseError, match="more than a day old"):
        await registrar.enroll_all(lead, old, NOW + timedelta(days=1, seconds=1))


@pytest.mark.parametrize("state", ["draft", "running", "paused", "finished"])
async def test_a_file_that_nobody_confirms_is_gone_after_a_day_whatever_happens(
    registrar: Registrar, lead: Here, database: Database, state: str
):
    await registrar.keep(lead, entries(1), NOW)
    await database.write(lambda tx: tx.run("UPDATE cohort SET state = :state", state=state))
    posts = Posts(database, "first")
    await posts.claim(NOW + timedelta(days=1))
    kept = "SELECT member_id FROM roster_upload"
    assert len(await database.read(lambda tx: tx.all(kept))) == 1
    await posts.claim(NOW + timedelta(days=1, seconds=1))
    assert await database.read(lambda tx: tx.all(kept)) == []


async def test_the_running_bot_lets_a_file_go_by_itself(url):
    async with opened(url, safety=timedelta(minutes=1)) as house:
        await house.start_cohort()
        await house.bot.registrar.keep(await house.here(house.lead), entries(1), house.env.now())
        await house.env.advance_time(timedelta(days=1, minutes=2).total_seconds())
        assert await house.bot.database.read(lambda tx: tx.all("SELECT * FROM roster_upload")) == []


USES = {
    "keep": lambda registrar, here: registrar.keep(here, entries(1), NOW),
    "enroll_all": lambda registrar, here: registrar.enroll_all(here, 1, NOW),
    "exported": lambda registrar, here: registrar.exported(here, NOW),
    "places": lambda registrar, here: registrar.places(here),
    "not_carrying": lambda registrar, here: registrar.not_carrying(here, {}),
    "part": lambda registrar, here: registrar.part(here, [], NOW),
    "set_role": lambda registrar, here: registrar.set_role(here, ADMIN, "student", 5, NOW),
}


@pytest.mark.parametrize("who", ASKERS)
@pytest.mark.parametrize("use", USES)
async def test_only_leads_keep_the_roster(
    registrar: Registrar, desk: Cohorts, lead: Here, who: str, use: str
):
    if who == "lead elsewhere":
        autumn = await begin(desk, "Autumn", OTHER_ROOM)
        there = await desk.here(ADMIN, NOW, cohort_id=autumn.cohort.id)
        await desk.enroll(there, OTHER_LEAD.user_id, OTHER_LEAD.name, "lead", NOW)
    here = await desk.here(ASKERS[who], NOW, cohort_id=lead.cohort.id)
    if who not in MAY_LEAD:
        with pytest.raises(NotAllowed, match="Only the leads of Spring"):
            await USES[use](registrar, here)
    elif use == "enroll_all":
        with pytest.raises(CourseError, match="used already"):
            await USES[use](registrar, here)
    else:
        await USES[use](registrar, here)


# The whole bot


@pytest.fixture
async def house(url):
    async with opened(url) as house:
        await house.start_cohort()
        await house.until("2026-03-04 12:00")  # a Wednesday
        yield house
        assert [fault for fault in house.faults() if not isinstance(fault, house.expected)] == []


async def newcomer(house, name: str):
    user = house.env.create_user(name.lower(), global_name=name)
    actor = house.world.guild.add_member(user)
    await house.env.settle()
    return actor


async def take_in(house, text: str, actor=None):
    file = ("people.csv", text.encode("utf-8-sig"))
    return await (actor or house.lead).slash(house.channel, "roster import", file=file)


def shown(result):
    return result.followups[-1] if result.followups else result.response


async def roster(house) -> str:
    return said(await house.lead.slash(house.channel, "roster list"))


async def test_a_file_is_previewed_and_taken_in_after_a_restart(house):
    rowan, sorrel = await newcomer(house, "Rowan"), await newcomer(house, "Sorrel")
    aster, birch = house.student("Aster"), house.student("Birch")
    asked = (await house.lead.slash(house.channel, "roster withdraw", member=birch)).response
    await house.lead.click(asked, custom_id=button(asked, "roster.withdraw"))
    text = f"member;role\nRowan;\n<@{sorrel.id}>;mentor\n{aster.id};student\n{birch.name};student\n"
    card = shown(await take_in(house, text))
    for line in (
        "**New**: 1 student. Rowan",
        "**New**: 1 mentor. Sorrel",
        "**Coming back**: 1 student. Student Birch",
        "**There already, and staying**: 1 student.",
    ):
        assert line in words(card)
    assert "Rowan" not in await roster(house), "nothing happens before it is confirmed"
    await house.restart()
    pressed = button(card, "roster.import")
    done = await house.lead.click(card, custom_id=pressed)
    answer = done.response or card
    assert "2 students, 1 mentor enrolled in Spring" in words(answer)
    assert "They carry their Discord roles." in words(answer)
    listed = await roster(house)
    assert "Rowan" in listed
    assert "withdrawn" not in listed
    roles = house.world.roles
    for actor, role in ((rowan, "student"), (sorrel, "mentor"), (birch, "student")):
        assert roles[role].id in house.env.backend.get_member(house.world.guild.id, actor.id).role_ids
    with got_hold_of(house, pressed) as message:
        refused = said(await house.lead.click(message, custom_id=pressed))
    assert "used already" in refused


async def test_a_file_with_a_problem_changes_nothing_and_offers_nothing(house):
    await newcomer(house, "Rowan")
    card = shown(await take_in(house, "member,role\nRowan,student\nNobody *here*,student\n"))
    assert "1 row of this file cannot be taken in" in words(card)
    assert "- Line 3: Nobody on this server is called “Nobody \\*here\\*”" in words(card)
    assert buttons(card) == []
    (file,) = card.attachments
    assert file.filename == "problems.csv"
    assert "Rowan" not in await roster(house)


async def test_a_file_that_changes_nothing_says_so(house):
    card = shown(await take_in(house, f"member\n{house.student('Aster').id}\n"))
    assert "There is nothing to do" in words(card)
    assert "roster.import" not in buttons(card)


async def test_a_lead_can_think_better_of_a_file(house):
    await newcomer(house, "Rowan")
    card = shown(await take_in(house, "member\nRowan\n"))
    left = await house.lead.click(card, custom_id=button(card, "roster.leave"))
    assert "stays as it is" in words(left.response or card)
    assert "Rowan" not in await roster(house)


async def test_files_that_cannot_be_read_are_refused(house):
    assert "at most 1 MiB" in said(await take_in(house, "x" * (roster_file.BYTES + 1)))
    assert "no column called" in said(await take_in(house, "who\nRowan\n"))


async def test_only_leads_import_and_press(house):
    await newcomer(house, "Rowan")
    card = shown(await take_in(house, "member\nRowan\n"))
    pressed = button(card, "roster.import")
    for actor in (house.student("Aster"), house.mentor):
        assert "Only the leads" in said(await take_in(house, "member\nRowan\n", actor))
        with got_hold_of(house, pressed) as message:
            assert "Only the leads" in said(await actor.click(message, custom_id=pressed))
    await house.lead.click(card, custom_id=pressed)
    assert "Rowan" in await roster(house)


async def test_where_i_may_not_give_roles_people_are_enrolled_all_the_same(house):
    rowan = await newcomer(house, "Rowan")
    sorrel = await newcomer(house, "Sorrel")
    guild = house.bot.get_guild(house.world.guild.id)
    mine = next(role for role in guild.me.roles if role.managed)
    house.env.backend.edit_role(guild.id, mine.id, {"permissions": discord.Permissions.text().value})
    await house.env.settle()
    card = shown(await take_in(house, "member\nRowan\nSorrel\n"))
    done = await house.lead.click(card, custom_id=button(card, "roster.import"))
    answer = words(done.response or card)
    assert "2 students enrolled" in answer
    assert "I need Manage Roles" in answer
    assert f"<@{rowan.id}>, <@{sorrel.id}>" in answer
    asked = (await house.lead.slash(house.channel, "roster withdraw", member=house.student("Aster"))).response
    done = await house.lead.click(asked, custom_id=button(asked, "roster.withdraw"))
    assert "They still carry" in words(done.response or asked)


async def test_whoever_left_meanwhile_is_named(house):
    rowan = await newcomer(house, "Rowan")
    card = shown(await take_in(house, "member\nRowan\n"))
    house.world.guild.remove_member(rowan)
    await house.env.settle()
    done = await house.lead.click(card, custom_id=button(card, "roster.import"))
    assert "not on this server any more" in words(done.response or card)


async def test_without_an_answer_of_discord_it_says_so(house):
    rowan = await newcomer(house, "Rowan")
    shim.lossy(house.env, "GET", "/guilds/*/members")
    assert "did not tell me who is on this server" in said(await take_in(house, "member\nRowan\n"))
    card = shown(await take_in(house, "member\nRowan\n"))
    shim.lossy(house.env, "PUT", f"/guilds/*/members/{rowan.id}/roles/*")
    done = await house.lead.click(card, custom_id=button(card, "roster.import"))
    assert "1 student enrolled" in words(done.response or card)
    assert "Discord did not take it" in words(done.response or card)


def test_the_time_of_a_file_fits_its_button():
    far = int((datetime(9999, 1, 1, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1e6)
    assert len(f"p:roster.import:{2**63}.{far}") <= 100
