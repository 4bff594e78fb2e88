"""What a roster makes of Discord's news: roles given, taken and deleted, and people who come and go."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta

import discord
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cohorts.enrolment import Synced
from bot.cohorts.rules import Member, Placed, Running
from bot.database import Database
from bot.roster import cards as roster_cards
from bot.roster import carriers
from bot.roster.by_role import Seen
from bot.roster.carriers import ORDER
from bot.roster.service import Registrar
from playground import shim
from tests.cohorts.people import NOW
from tests.cohorts.pressing import got_hold_of
from tests.house import button, buttons, opened, said, words
from tests.shown import assert_discord_holds, words_of
from tests.town import CHANNEL, COURSE, GUILD, LEAD, Town, asker


@pytest.fixture
async def house(url):
    async with opened(url) as house:
        await house.start_cohort()
        await house.until("2026-03-04 12:00")  # a Wednesday
        yield house
        assert [fault for fault in house.faults() if not isinstance(fault, house.expected)] == []


async def rows(house, sql: str):
    return await house.bot.database.read(lambda tx: tx.all(sql))


async def places(house, member) -> dict[str, str]:
    """What somebody is in Spring: each role that they ever had, and its state."""
    found = await house.bot.database.read(
        lambda tx: tx.all(
            "SELECT e.role, e.state FROM enrollment e JOIN member m ON m.id = e.member_id WHERE m.user_id = :id",
            id=member.id,
        )
    )
    return {row["role"]: row["state"] for row in found}


async def audit(house, action: str) -> list[tuple[int | None, dict]]:
    found = await rows(house, f"SELECT actor_id, detail FROM audit WHERE action = '{action}' ORDER BY id")
    return [(row["actor_id"], json.loads(row["detail"])) for row in found]


def role_of(house, name: str):
    return house.world.roles[name]


async def newcomer(house, name: str, *roles: str, bot: bool = False):
    user = house.env.create_user(name.lower(), global_name=name, bot=bot)
    actor = house.world.guild.add_member(user, roles=[role_of(house, role) for role in roles])
    await house.env.settle()
    return actor


async def delete_role(house, role) -> None:
    house.env.backend.delete_role(house.world.guild.id, role.id)
    await house.env.settle()


async def leave(house, member) -> None:
    house.world.guild.remove_member(member)
    await house.env.settle()


async def test_whoever_is_given_the_student_role_is_a_student_at_once(house):
    rowan = await newcomer(house, "Rowan")
    assert await places(house, rowan) == {}
    await shim.give_roles(house.env, rowan, role_of(house, "student"))
    assert await places(house, rowan) == {"student": "active"}
    assert (await audit(house, "roster.joined"))[-1] == (
        None,
        {"role": "student", "reason": "by Discord role"},
    )


async def test_whoever_comes_with_the_role_is_enrolled_too(house):
    rowan = await newcomer(house, "Rowan", "student", "mentor")
    assert await places(house, rowan) == {"student": "active", "mentor": "active"}


async def test_whoever_loses_a_role_leaves_that_place_and_no_other(house):
    aster = house.student("Aster")
    await shim.give_roles(house.env, aster, role_of(house, "student"), role_of(house, "mentor"))
    await shim.give_roles(house.env, aster, role_of(house, "mentor"))
    assert await places(house, aster) == {"student": "withdrawn", "mentor": "active"}
    assert (await audit(house, "roster.withdrawn"))[-1] == (
        None,
        {"roles": ["student"], "reason": "by Discord role"},
    )
    freed = await rows(house, "SELECT key FROM occurrence WHERE kind = 'freed' AND key LIKE 'left%'")
    assert len(freed) == 1


async def test_a_role_given_anew_takes_in_whoever_was_withdrawn(house):
    aster = house.student("Aster")
    await shim.give_roles(house.env, aster)
    assert "You were withdrawn" in said(
        await aster.slash(house.channel, "submit", link="https://a.example.org")
    )
    await shim.give_roles(house.env, aster, role_of(house, "student"))
    assert await places(house, aster) == {"student": "active"}
    assert "To hand in" in said(await aster.slash(house.channel, "me"))
    kinds = [row["key"][:4] for row in await rows(house, "SELECT key FROM occurrence WHERE kind = 'freed'")]
    assert sorted(kinds) == ["back", "left"]


async def test_whoever_leaves_the_server_leaves_every_place(house):
    aster = house.student("Aster")
    await shim.give_roles(house.env, aster, role_of(house, "student"), role_of(house, "mentor"))
    await leave(house, aster)
    assert await places(house, aster) == {"student": "withdrawn", "mentor": "withdrawn"}
    assert (await audit(house, "roster.withdrawn"))[-1][1]["reason"] == "left the server"
    stranger = await newcomer(house, "Rowan")
    before = await audit(house, "roster.withdrawn")
    await leave(house, stranger)
    assert await audit(house, "roster.withdrawn") == before


async def test_a_place_that_no_discord_role_goes_with_is_a_leads_to_end(house):
    await house.bot.database.write(lambda tx: tx.run("UPDATE cohort SET mentor_role_id = NULL"))
    rowan = await newcomer(house, "Rowan")
    await house.lead.slash(house.channel, "roster add", member=rowan, role="mentor")
    await leave(house, rowan)
    assert await places(house, rowan) == {"mentor": "active"}


async def test_a_deleted_role_withdraws_nobody_and_its_leads_hear_of_it_once(house):
    aster = house.student("Aster")
    await delete_role(house, role_of(house, "student"))
    assert await places(house, aster) == {"student": "active"}
    (letter,) = [post for post in house.letters(house.lead) if "was deleted" in words(post)]
    assert "The Discord role for students of Spring was deleted. Nobody was taken off" in words(letter)
    assert "/roster role" in words(letter)
    await house.restart()
    assert len([post for post in house.letters(house.lead) if "was deleted" in words(post)]) == 1
    assert "was deleted" in said(await house.lead.slash(house.channel, "cohort show"))
    assert "role was deleted" in said(await house.lead.slash(house.channel, "roster sync"))


async def test_news_of_a_lost_role_before_news_of_its_end_withdraws_nobody(house):
    """Discord promises no order: the members' news may come first."""
    aster, student = house.student("Aster"), role_of(house, "student")
    backend, guild = house.env.backend, house.world.guild
    del backend.get_guild(guild.id).roles[student.id]
    backend.edit_member(guild.id, aster.id, {"role_ids": []})
    await house.env.settle()
    backend.emit("GUILD_ROLE_DELETE", {"guild_id": str(guild.id), "role_id": str(student.id)})
    await house.env.settle()
    assert await places(house, aster) == {"student": "active"}
    assert any("was deleted" in words(post) for post in house.letters(house.lead))


async def test_a_role_deleted_while_i_was_away_is_noticed_when_i_am_back(house):
    await house.env.bot.close()
    house.env.backend.delete_role(house.world.guild.id, role_of(house, "mentor").id)
    await house.restart(down_for=timedelta(hours=1))
    assert any("role for mentors of Spring was deleted" in words(post) for post in house.letters(house.lead))


async def test_another_role_takes_the_place_of_a_deleted_one_both_ways(house):
    aster = house.student("Aster")
    await delete_role(house, role_of(house, "student"))
    fresh = house.world.guild.create_role("Students 2026")
    rowan = await newcomer(house, "Rowan")
    await shim.give_roles(house.env, rowan, fresh)
    asked = await house.lead.slash(house.channel, "roster role", role="student", discord_role=fresh)
    assert "be the student role of Spring?" in said(asked)
    assert "1 person so far" in said(asked)
    assert await places(house, rowan) == {}, "nothing happens before it is confirmed"
    await house.restart()
    pressed = await house.lead.click(asked.response, custom_id=button(asked.response, "roster.role"))
    assert "is the student role of Spring now" in words(pressed.response or asked.response)
    assert await places(house, rowan) == {"student": "active"}
    assert discord.utils.get(aster.member.roles, id=fresh.id) is not None
    assert await rows(house, "SELECT * FROM problem WHERE mended_at IS NULL") == []
    ((actor, detail),) = await audit(house, "roster.role")
    assert (actor is not None, detail["role"], detail["after"]) == (True, "student", fresh.id)
    await shim.give_roles(house.env, rowan)
    assert await places(house, rowan) == {"student": "withdrawn"}


async def test_only_leads_choose_a_role_and_not_just_any(house):
    roles = house.world.roles
    asked = await house.lead.slash(
        house.channel, "roster role", role="student", discord_role=roles["student"]
    )
    for actor in (house.student("Aster"), house.mentor):
        refused = await actor.slash(
            house.channel, "roster role", role="student", discord_role=roles["student"]
        )
        assert "Only the leads" in said(refused)
    taken = await house.lead.slash(house.channel, "roster role", role="student", discord_role=roles["lead"])
    assert "different roles" in said(taken)
    mine = next(role for role in house.bot.get_guild(house.world.guild.id).me.roles if role.managed)
    bots = house.world.guild.roles[mine.name]
    refused = await house.lead.slash(house.channel, "roster role", role="student", discord_role=bots)
    assert "cannot be given to people" in said(refused)
    second = await newcomer(house, "Rowan")
    here = await house.here(house.lead)
    await house.bot.cohorts.enroll(here, second.id, "Rowan", "lead", house.env.now())
    options = {"role": "student", "discord_role": roles["student"]}
    refused = said(await second.slash(house.channel, "roster role", **options))
    assert "takes the Manage Server permission" in refused, "or a lead could give themselves any role"
    with got_hold_of(house, button(asked.response, "roster.role")) as message:
        pressed = await second.click(message, custom_id=button(asked.response, "roster.role"))
        assert "takes the Manage Server permission" in said(pressed)
    left = await house.lead.click(asked.response, custom_id=button(asked.response, "roster.leave"))
    assert "stays as it is" in words(left.response or asked.response)


async def test_bots_and_roles_of_others_are_no_news(house):
    before = await rows(house, "SELECT * FROM enrollment")
    await newcomer(house, "Helper", "student", bot=True)
    other = house.world.guild.create_role("Gardeners")
    rowan = await newcomer(house, "Rowan")
    await shim.give_roles(house.env, rowan, other)
    await shim.give_roles(house.env, rowan)
    assert await rows(house, "SELECT * FROM enrollment") == before


async def test_what_i_did_myself_changes_nothing_twice(house):
    rowan = await newcomer(house, "Rowan")
    await house.lead.slash(house.channel, "roster add", member=rowan, role="student")
    asked = (await house.lead.slash(house.channel, "roster withdraw", member=rowan)).response
    await house.lead.click(asked, custom_id=button(asked, "roster.withdraw"))
    found = await rows(
        house,
        "SELECT a.action FROM audit a JOIN member m ON m.id = a.subject_id WHERE m.name = 'Rowan' ORDER BY a.id",
    )
    assert [row["action"] for row in found] == ["roster.added", "roster.withdrawn"]


@pytest.mark.parametrize(("status", "code"), [(503, 0), (404, 10007)])
async def test_only_who_left_the_server_is_taken_to_carry_nothing(house, status: int, code: int):
    """Discord may err when it is asked about somebody whom I do not remember."""
    aster, guild = house.student("Aster"), house.bot.get_guild(house.world.guild.id)
    asked = (await house.lead.slash(house.channel, "roster withdraw", member=aster)).response
    guild._remove_member(guild.get_member(aster.id))
    house.env.inject_error("GET", "/guilds/*/members/*", status=status, code=code)
    done = await house.lead.click(asked, custom_id=button(asked, "roster.withdraw"))
    told = "They may still carry" in words(done.response or asked)
    assert told == (status == 503)


async def test_a_new_name_is_known_at_once(house):
    aster = house.student("Aster")
    guild = house.world.guild
    house.env.backend.edit_member(guild.id, aster.id, {"nick": "Aster of the North"})
    await house.env.settle()
    assert "Aster of the North" in said(await house.lead.slash(house.channel, "roster list"))
    rowan = await newcomer(house, "Rowan")
    house.env.backend.edit_member(guild.id, rowan.id, {"nick": "Rowan R."})
    await house.env.settle()
    assert await rows(house, "SELECT * FROM member WHERE name LIKE 'Rowan%'") == []


async def test_after_a_start_everybody_is_known_again_without_being_asked(house):
    await house.env.settle()
    await house.bot.close()
    await house.env.restart_bot(await house.make_bot())
    await house.env.settle()
    guild = house.bot.get_guild(house.world.guild.id)
    assert guild.chunked
    aster = house.student("Aster")
    await shim.give_roles(house.env, aster)
    assert await places(house, aster) == {"student": "withdrawn"}


async def test_a_server_without_a_cohort_is_not_asked_for_its_people(url):
    async with opened(url) as house:
        await house.bot.close()
        await house.env.restart_bot(await house.make_bot())
        await house.env.settle()
        guild = house.bot.get_guild(house.world.guild.id)
        assert not guild.chunked
        await house.start_cohort()
        await house.env.settle()
        assert guild.chunked


async def test_news_from_a_finished_cohort_is_no_news(house):
    await house.bot.database.write(lambda tx: tx.run("UPDATE cohort SET state = 'finished'"))
    aster = house.student("Aster")
    await shim.give_roles(house.env, aster)
    await delete_role(house, role_of(house, "student"))
    await leave(house, aster)
    assert await places(house, aster) == {"student": "active"}
    assert await rows(house, "SELECT * FROM problem") == []


async def away(house, *changes) -> None:
    """Let things happen on the server while the bot is not there."""
    await house.env.settle()
    await house.bot.close()
    for change in changes:
        change()
    await house.restart(down_for=timedelta(hours=1))


async def test_a_sync_names_who_lost_the_role_while_i_was_away_and_withdraws_them_when_told(house):
    aster, birch = house.student("Aster"), house.student("Birch")
    guild, backend = house.world.guild, house.env.backend
    await away(house, lambda: backend.edit_member(guild.id, aster.id, {"role_ids": []}))
    synced = await house.lead.slash(house.channel, "roster sync")
    assert "**Lost their role, and still on the roster**: Student Aster (student)." in said(synced)
    assert await places(house, aster) == {"student": "active"}, "never by itself"
    card = synced.followups[-1] if synced.followups else synced.response
    asked = await house.lead.click(card, custom_id=button(card, "roster.gone"))
    shown = asked.response or card
    assert "Withdraw 1 place from Spring?" in words(shown)
    await house.restart()
    backend.edit_member(guild.id, birch.id, {"role_ids": []})  # this one I see myself
    await house.env.settle()
    done = await house.lead.click(shown, custom_id=button(shown, "roster.part"))
    assert "No longer on the roster of Spring: Student Aster" in words(done.response or shown)
    assert await places(house, aster) == {"student": "withdrawn"}
    actor, detail = (await audit(house, "roster.withdrawn"))[-1]
    assert actor is not None
    assert detail == {"roles": ["student"], "reason": "by Discord role"}


async def test_only_whom_the_card_names_is_withdrawn(house):
    aster, birch = house.student("Aster"), house.student("Birch")
    guild, backend = house.world.guild, house.env.backend
    await away(house, lambda: backend.edit_member(guild.id, aster.id, {"role_ids": []}))
    synced = await house.lead.slash(house.channel, "roster sync")
    card = synced.followups[-1] if synced.followups else synced.response
    asked = await house.lead.click(card, custom_id=button(card, "roster.gone"))
    shown = asked.response or card
    await away(house, lambda: backend.edit_member(guild.id, birch.id, {"role_ids": []}))
    again = await house.lead.click(shown, custom_id=button(shown, "roster.part"))
    fresh = again.response or shown
    assert "the list has changed" in words(fresh)
    assert "Birch" in words(fresh)
    assert await places(house, aster) == {"student": "active"}
    for member in (aster, birch):
        backend.edit_member(guild.id, member.id, {"role_ids": [role_of(house, "student").id]})
    await house.env.settle()
    nobody = await house.lead.click(fresh, custom_id=button(fresh, "roster.part"))
    assert "carries their role by now" in words(nobody.response or fresh)


async def test_whoever_never_had_the_role_is_given_it_on_a_press(house):
    rowan = await newcomer(house, "Rowan")
    guild, backend = house.world.guild, house.env.backend
    here = await house.here(house.lead)
    await house.bot.cohorts.enroll(here, rowan.id, "Rowan", "student", house.env.now())
    synced = await house.lead.slash(house.channel, "roster sync")
    assert "**On the roster without the role**: Rowan (student)." in said(synced)
    card = synced.followups[-1] if synced.followups else synced.response
    assert buttons(card) == ["roster.show", "roster.give"]
    await house.restart()
    done = await house.lead.click(card, custom_id=button(card, "roster.give"))
    assert "1 Discord role given." in words(done.response or card)
    assert role_of(house, "student").id in backend.get_member(guild.id, rowan.id).role_ids


@pytest.mark.parametrize(
    "what", ["roster.gone:1", "roster.part:1.0", "roster.give:1", "roster.role:1.student.5"]
)
async def test_only_leads_press_what_is_offered_to_leads(house, what: str):
    for actor in (house.student("Aster"), house.mentor):
        with got_hold_of(house, f"p:{what}") as message:
            assert "Only the leads of Spring" in said(await actor.click(message, custom_id=f"p:{what}"))


# Any series of news leaves the roster as a simple reading of it would have it.

STUDENT_ROLE, MENTOR_ROLE = 301, 302
ROLE_IDS = {"student": STUDENT_ROLE, "mentor": MENTOR_ROLE, "lead": None}
PEOPLE = (1, 2, 3, 4)
PERSON = st.sampled_from(PEOPLE)
ROLE = st.sampled_from(["student", "mentor"])
NEWS = st.one_of(
    st.tuples(st.just("given"), PERSON, ROLE),
    st.tuples(st.just("taken"), PERSON, ROLE),
    st.tuples(st.just("left"), PERSON, ROLE),
    st.tuples(st.just("rostered"), PERSON, ROLE),
    st.tuples(st.just("withdrawn"), PERSON, ROLE),
    st.tuples(st.just("deleted"), PERSON, ROLE),
)


@dataclass
class Model:
    """A roster by the simplest reading of the news."""

    places: set[tuple[int, str]] = field(default_factory=set)

    def hear(self, what: str, who: int, role: str) -> None:
        if what in ("given", "rostered"):
            self.places.add((who, role))
        elif what == "taken":
            self.places.discard((who, role))
        elif what in ("left", "withdrawn"):
            self.places = {place for place in self.places if place[0] != who}


async def tell(town: Town, registrar: Registrar, news: tuple[str, int, str], now) -> None:
    what, who, role = news
    role_id = ROLE_IDS[role]
    seen = {"guild_id": GUILD, "user_id": who, "name": f"Student {who}"}
    here = await town.here(LEAD, now)
    if what == "given":
        await registrar.follow(Seen(**seen, gained={role_id}), now)
    elif what == "taken":
        await registrar.follow(Seen(**seen, lost={role_id}), now)
    elif what == "left":
        await registrar.leave(GUILD, who, now)
    elif what == "rostered":
        await town.cohorts.enroll(here, who, f"Student {who}", role, now)
    elif what == "withdrawn":
        if any(item.active and item.member.user_id == who for item in await town.cohorts.roster(here)):
            await town.cohorts.withdraw(here, who, "", now)
    else:
        await registrar.look(GUILD, set(ROLE_IDS.values()) - {role_id}, now)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(series=st.lists(NEWS, max_size=14))
async def test_any_series_of_news_leaves_the_roster_as_it_reads(tmp_path_factory, series):
    url = f"sqlite:///{tmp_path_factory.mktemp('news') / 'course.db'}"
    database = await Database.open(url)
    try:
        town, registrar = Town(database), Registrar(database)
        here = await town.begin(len(PEOPLE))
        await database.write(
            lambda tx: tx.run(
                "UPDATE cohort SET student_role_id = :student, mentor_role_id = :mentor",
                student=STUDENT_ROLE,
                mentor=MENTOR_ROLE,
            )
        )
        deadline = here.week(1).deadline
        for who in PEOPLE:
            await town.submit(who, "w01", deadline - timedelta(hours=5))
        await town.tick(deadline + timedelta(minutes=1))
        model = Model({(who, "student") for who in PEOPLE})
        now = deadline + timedelta(hours=1)
        for news in series:
            now += timedelta(minutes=1)
            await tell(town, registrar, news, now)
            model.hear(*news)
        await town.tick(now + timedelta(minutes=1))
        roster = await town.cohorts.roster(await town.here(LEAD, now))
        active = {(item.member.user_id, item.role) for item in roster if item.active and item.role != "lead"}
        assert active == model.places
        assert (
            await open_reviews_of(database, {who for who in PEOPLE if not any(p[0] == who for p in active)})
            == []
        )
        assert (
            await open_reviews_for(database, {who for who in PEOPLE if (who, "student") not in active}) == []
        )
    finally:
        await database.close()


async def open_reviews_of(database: Database, gone: set[int]):
    return [row for row in await _open_reviews(database) if row["reviewer"] in gone]


async def open_reviews_for(database: Database, gone: set[int]):
    return [row for row in await _open_reviews(database) if row["author"] in gone]


async def _open_reviews(database: Database):
    return await database.read(
        lambda tx: tx.all(
            "SELECT r.id, a.user_id AS author, b.user_id AS reviewer FROM review r JOIN member a ON a.id = r.author_id "
            "JOIN member b ON b.id = r.reviewer_id WHERE r.sent_at IS NULL AND r.closed_at IS NULL"
        )
    )


async def test_a_town_without_discord_roles_hears_nothing(database):
    town, registrar = Town(database, COURSE), Registrar(database)
    here = await town.begin(2)
    now = here.week(1).kickoff
    assert await registrar.watched(GUILD) == set()
    assert not await registrar.leave(GUILD, 1, now)
    assert not await registrar.look(GUILD, set(), now)
    assert asker(1).channel_ids == (CHANNEL,)


# The cards


def placed(count: int, role: str) -> list[Placed]:
    return [
        Placed(
            member=Member(id=n, user_id=10**18 + n, name="*" * 32),
            role=role,
            active=True,
            since=NOW,
            by_role=True,
        )
        for n in range(count)
    ]


def test_what_is_shown_of_a_thousand_people_fits_a_card(draft: Running):
    cohort = draft.cohort
    crowd = placed(1000, "student")
    added = [(role, "*" * 32) for role in ("student", "mentor", "lead")] * 300
    result = Synced(
        added=added, already=9, withdrawn=["*" * 32] * 99, missing_roles=["lead"], gone=crowd, lacking=crowd
    )
    failed = [(10**18 + n, f"<@&{role}>: {ORDER}") for n in range(300) for role in (5, 6, 7)]
    for card in (
        roster_cards.synced(cohort, result, ["student", "mentor", "lead"]),
        roster_cards.parting_asked(cohort, crowd, changed=True),
        roster_cards.parted(cohort, crowd),
        roster_cards.given(cohort, 1000, failed),
        roster_cards.role_asked(cohort, "student", 5, 1000),
        roster_cards.role_set(cohort, "student", result, failed),
    ):
        assert_discord_holds(card)
    asked = words_of(roster_cards.parting_asked(cohort, crowd))
    assert f"and {1000 - asked.count(', student')} more" in asked


def test_two_lists_of_people_have_two_sums():
    assert roster_cards.sum_of(placed(3, "student")) == roster_cards.sum_of(reversed(placed(3, "student")))
    assert (
        len({roster_cards.sum_of(placed(n, role)) for n in range(3) for role in ("student", "mentor")}) == 5
    )


async def test_a_role_with_power_over_the_server_is_never_given_by_me(house):
    """Whoever manages a server could else make themselves its administrator through me."""
    guild = house.world.guild
    admin = guild.create_role("Server Admin", permissions=discord.Permissions(administrator=True))
    rowan = await newcomer(house, "Rowan")
    await house.bot.database.write(lambda tx: tx.run("UPDATE cohort SET mentor_role_id = NULL"))
    asked = await house.lead.slash(house.channel, "roster role", role="mentor", discord_role=admin)
    assert "carries Administrator, and I never give such a role to anybody" in said(asked)
    added = await house.lead.slash(house.channel, "roster add", member=rowan, role="mentor")
    await house.lead.click(asked.response, custom_id=button(asked.response, "roster.role"))
    again = await house.lead.slash(house.channel, "roster add", member=rowan, role="mentor")
    assert "please give it by hand" in said(again)
    assert "please give it by hand" not in said(added)
    given = await house.lead.slash(house.channel, "roster sync")
    pressed = await house.lead.click(given.response, custom_id=button(given.response, "roster.give"))
    assert "which I therefore never give" in words(pressed.response or given.response)
    assert admin.id not in {role.id for role in rowan.member.roles}
    assert await places(house, rowan) == {"mentor": "active"}, "the roster holds without it"


async def test_what_everybody_on_a_server_may_is_no_power_of_a_role(house):
    """A role made by hand begins with what everyone has, such as Mention Everyone."""
    guild = house.world.guild
    pinging = discord.Permissions(mention_everyone=True)
    fresh = guild.create_role("Students 2026", permissions=pinging)
    await house.env.settle()
    there = house.bot.get_guild(guild.id)
    assert carriers.powers(there.get_role(fresh.id)) == ["Mention Everyone"]
    may = discord.Permissions(there.default_role.permissions.value | pinging.value)
    house.env.backend.edit_role(guild.id, guild.id, {"permissions": may.value})
    await house.env.settle()
    assert carriers.powers(there.get_role(fresh.id)) == []


async def test_a_role_with_power_over_the_server_is_never_taken_by_me_either(house):
    guild = house.world.guild
    admin = guild.create_role("Server Admin", permissions=discord.Permissions(administrator=True))
    rowan = await newcomer(house, "Rowan")
    await house.bot.database.write(lambda tx: tx.run("UPDATE cohort SET mentor_role_id = :id", id=admin.id))
    await shim.give_roles(house.env, rowan, admin)
    assert await places(house, rowan) == {"mentor": "active"}
    asked = (await house.lead.slash(house.channel, "roster withdraw", member=rowan)).response
    done = await house.lead.click(asked, custom_id=button(asked, "roster.withdraw"))
    assert "carries power over the server: take it away by hand" in words(done.response or asked)
    assert admin.id in {role.id for role in rowan.member.roles}
    assert await places(house, rowan) == {"mentor": "withdrawn"}
