"""`/mydata` through the whole bot."""

from __future__ import annotations

import io
import json
import zipfile

import discord
import pytest

from playground import shim
from tests.house import button, buttons, opened, said, words

NOTHING = "I hold nothing about you"


@pytest.fixture
async def house(url):
    async with opened(url) as house:
        await house.start_cohort()
        await house.until("2026-03-04 12:00")  # a Wednesday
        yield house
        assert [fault for fault in house.faults() if not isinstance(fault, house.expected)] == []


async def pack(message) -> dict:
    """The JSON of an export."""
    (attached,) = message.attachments
    assert attached.filename == "mydata.zip"
    data = getattr(attached, "data", None)
    packed = zipfile.ZipFile(io.BytesIO(data if data is not None else await attached.read()))
    assert packed.namelist() == ["mydata.html", "mydata.json"]
    return json.loads(packed.read("mydata.json"))


async def members(house) -> list[str]:
    rows = await house.bot.database.read(
        lambda tx: tx.all("SELECT name FROM member WHERE user_id IS NOT NULL")
    )
    return [row["name"] for row in rows]


async def typed(house, actor, message, phrase: str = "erase my data"):
    form = await actor.click(message, custom_id=button(message, "mydata.erase"))
    return await actor.submit_modal(form, {"phrase": phrase})


async def test_a_stranger_is_told_that_there_is_nothing_and_stays_a_stranger(house):
    stranger = house.world.guild.add_member(house.env.create_user("stranger"))
    for command in ("mydata export", "mydata erase"):
        assert NOTHING in said(await stranger.slash(house.channel, command))
    assert "stranger" not in await members(house)


async def test_whoever_manages_the_server_is_not_made_known_by_asking(house):
    owner = house.world.guild.add_member(house.env.create_user("warden"))
    role = house.world.guild.create_role("Warden", permissions=discord.Permissions(manage_guild=True))
    await shim.give_roles(house.env, owner, role)
    before = await members(house)
    assert NOTHING in said(await owner.slash(house.channel, "mydata export"))
    assert await members(house) == before


async def test_students_mentors_and_leads_get_their_own_file(house):
    aster = house.student("Aster")
    await aster.slash(house.channel, "me")
    await house.mentor.slash(house.channel, "queue")
    for actor in (aster, house.mentor, house.lead):
        shown = await actor.slash(house.channel, "mydata export")
        assert "mydata.html" in said(shown)
        assert (await pack(shown.response))["user_id"] == str(actor.id)


async def test_it_works_in_a_private_message_and_for_who_was_withdrawn(house):
    aster = house.student("Aster")
    await aster.slash(house.channel, "me")
    asked = (await house.lead.slash(house.channel, "roster withdraw", member=aster)).response
    await house.lead.click(asked, custom_id=button(asked, "roster.withdraw"))
    shown = await aster.user.slash("mydata export")
    assert (await pack(shown.response))["cohorts"][0]["places"][0]["state"] == "withdrawn"


async def test_erasing_is_asked_typed_and_done_after_a_restart(house):
    aster = house.student("Aster")
    await aster.slash(house.channel, "submit", link="https://git.example.org/aster/w01")
    asked = (await aster.slash(house.channel, "mydata erase")).response
    assert "Erase what I hold about you?" in words(asked)
    assert "You are a student of **Spring**." in words(asked)
    await house.restart()
    done = await typed(house, aster, asked)
    assert "I no longer know who you are" in words(done.response or asked)
    assert not [name for name in await members(house) if name.endswith("Aster")]
    urls = await house.bot.database.read(lambda tx: tx.all("SELECT url FROM evidence"))
    assert {row["url"] for row in urls} == {"(erased)"}
    seen = house.bot.get_guild(house.world.guild.id).get_member(aster.id)
    assert seen.get_role(house.world.roles["student"].id) is None, "else the next command enrolled them anew"
    assert NOTHING in said(await aster.slash(house.channel, "mydata export"))
    assert "/roster add" in said(await aster.slash(house.channel, "me"))
    assert not [name for name in await members(house) if name.endswith("Aster")]


async def test_a_wrong_phrase_erases_nothing_and_gives_the_form_back(house):
    aster = house.student("Aster")
    await aster.slash(house.channel, "me")
    asked = (await aster.slash(house.channel, "mydata erase")).response
    refused = await typed(house, aster, asked, "erase my date")
    assert "Nothing was erased" in said(refused)
    assert [name for name in await members(house) if name.endswith("Aster")]
    form = await aster.click(refused.response, label="Edit and try again")
    assert "erase my date" in str(form.modal)
    await aster.submit_modal(form, {"phrase": "erase my data"})
    assert not [name for name in await members(house) if name.endswith("Aster")]


async def test_it_can_be_left_and_exported_first_after_a_restart(house):
    aster = house.student("Aster")
    await aster.slash(house.channel, "me")
    asked = (await aster.slash(house.channel, "mydata erase")).response
    await house.restart()
    shown = await aster.click(asked, custom_id=button(asked, "mydata.export"))
    assert (await pack(shown.response))["user_id"] == str(aster.id)
    again = await aster.click(shown.response, custom_id=button(shown.response, "mydata.ask"))
    assert "mydata.erase" in buttons(again.response)
    left = await aster.click(asked, custom_id=button(asked, "mydata.keep"))
    assert "Nothing was erased; all stays as it is." in words(left.response or asked)
    assert [name for name in await members(house) if name.endswith("Aster")]


async def test_a_press_is_about_whoever_presses_and_nobody_else(house):
    stranger = house.world.guild.add_member(house.env.create_user("stranger"))
    await house.student("Aster").slash(house.channel, "me")
    letter = await house.bot.get_channel(house.channel.id).send(view=_public())
    for action in ("export", "ask", "erase"):
        assert NOTHING in said(await stranger.click(letter, custom_id=f"p:mydata.{action}:"))
    assert [name for name in await members(house) if name.endswith("Aster")]


def _public():
    from bot.ui import Card, Press, row, text

    return Card(
        text("Somebody's card."),
        row(*[Press(action, f"mydata.{action}") for action in ("export", "ask", "erase")]),
    )


async def test_the_only_lead_is_warned_and_may_go(house):
    asked = (await house.lead.slash(house.channel, "mydata erase")).response
    assert "You are the only lead of **Spring**" in words(asked)
    done = await typed(house, house.lead, asked)
    assert "Nobody leads **Spring** now" in words(done.response or asked)
    await house.until("2026-03-09 10:00")
    assert any("Week 2" in words(post) for post in house.posts()), "the course goes on"


async def test_a_role_that_cannot_be_taken_is_named(house):
    aster = house.student("Aster")
    await aster.slash(house.channel, "me")
    asked = (await aster.slash(house.channel, "mydata erase")).response
    mine = next(role for role in house.bot.get_guild(house.world.guild.id).me.roles if role.managed)
    house.env.backend.edit_role(
        house.world.guild.id, mine.id, {"permissions": discord.Permissions.text().value}
    )
    await house.env.settle()
    done = await typed(house, aster, asked)
    assert f"<@&{house.world.roles['student'].id}>" in "".join(words(item) for item in done.followups)
    assert "I no longer know who you are" in words(done.response or asked)


async def test_when_discord_errs_nobody_is_told_that_the_roles_are_gone(house):
    aster, guild = house.student("Aster"), house.bot.get_guild(house.world.guild.id)
    await aster.slash(house.channel, "me")
    asked = (await aster.slash(house.channel, "mydata erase")).response
    guild._remove_member(guild.get_member(aster.id))
    house.env.inject_error("GET", "/guilds/*/members/*", status=503)
    done = await typed(house, aster, asked)
    assert f"<@&{house.world.roles['student'].id}>" in "".join(words(item) for item in done.followups)
    assert "I no longer know who you are" in words(done.response or asked)


async def test_who_has_left_the_server_can_still_be_forgotten(house):
    aster = house.student("Aster")
    await aster.slash(house.channel, "me")
    house.env.backend.remove_member(house.world.guild.id, aster.id)
    await house.env.settle()
    asked = (await aster.user.slash("mydata erase")).response
    await typed(house, aster.user, asked)
    assert not [name for name in await members(house) if name.endswith("Aster")]


async def test_a_finished_cohort_is_forgotten_and_its_lead_hears_of_it_before(house):
    aster = house.student("Aster")
    await aster.slash(house.channel, "submit", link="https://git.example.org/aster/w01")
    asked = (await house.lead.slash(house.channel, "cohort finish", keep_days=30)).response
    pressed = next(action for action in buttons(asked) if action.startswith("planning.finish"))
    await house.lead.click(asked, custom_id=button(asked, pressed))
    await house.until("2026-03-27 13:00")
    letter = house.letters(house.lead)[-1]
    assert "Spring is forgotten" in words(letter)
    await house.restart()
    shown = await house.lead.user.click(letter, custom_id=button(letter, "mydata.export"))
    assert (await pack(shown.response))["user_id"] == str(house.lead.id)
    await house.until("2026-04-03 13:00")
    assert await members(house) == []
    assert NOTHING in said(await aster.slash(house.channel, "mydata export"))


STAFF_VIEWS = (
    "cohort show",
    "cohort calendar",
    "roster list",
    "report",
    "audit",
    "queue",
    "announce list",
    "pairs forbid",
)


async def test_leads_see_a_former_member_and_every_view_still_opens(house):
    aster = house.student("Aster")
    await aster.slash(house.channel, "submit", link="https://git.example.org/aster/w01")
    await house.student("Birch").slash(house.channel, "submit", link="https://git.example.org/birch/w01")
    await house.until("2026-03-09 10:00")
    asked = (await aster.slash(house.channel, "mydata erase")).response
    await typed(house, aster, asked)
    seen = {view: said(await house.lead.slash(house.channel, view)) for view in STAFF_VIEWS}
    assert not [view for view, shown in seen.items() if "Aster" in shown or "Something went wrong" in shown]
    assert "former member *(withdrawn)*" in seen["roster list"]
    assert "asked to be forgotten" in seen["audit"]


async def test_whoever_manages_the_server_can_still_open_a_forgotten_cohort(house):
    await house.student("Aster").slash(house.channel, "submit", link="https://git.example.org/aster/w01")
    asked = (await house.lead.slash(house.channel, "cohort finish", keep_days=1)).response
    await house.lead.click(asked, custom_id=button(asked, "planning.finish"))
    await house.until("2026-03-06 13:00")
    assert await members(house) == []
    warden = house.world.guild.add_member(house.env.create_user("warden"))
    role = house.world.guild.create_role("Warden", permissions=discord.Permissions(manage_guild=True))
    await shim.give_roles(house.env, warden, role)
    seen = {view: said(await warden.slash(house.channel, view)) for view in STAFF_VIEWS}
    assert not [view for view, shown in seen.items() if "Aster" in shown or "Something went wrong" in shown]
