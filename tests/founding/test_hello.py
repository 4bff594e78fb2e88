"""The hello to a server, once, where somebody reads it."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from playground import shim
from tests.house import button, opened, said, words

TYPED = {"name": "Spring", "starts_on": "2026-03-02", "timezone": "America/New_York"}


@pytest.fixture
async def house(url):
    async with opened(url) as house:
        yield house
        assert [fault for fault in house.faults() if not isinstance(fault, house.expected)] == []


async def cohorts(house) -> list[dict[str, Any]]:
    return await house.bot.database.read(lambda tx: tx.all("SELECT * FROM cohort ORDER BY id"))


async def invited(house, **settings: Any):
    """The bot is invited to a server that it has not been on; the server's only channel is its lobby."""
    owner = house.env.create_user("dean")
    guild = house.env.create_guild("Evening *School*", owner=owner)
    lobby = guild.create_text_channel("lobby") if settings.get("lobby", True) else None
    return guild, lobby, owner


async def test_a_server_is_greeted_once_where_it_reads_such_news(house):
    guild, lobby, _ = await invited(house)
    news = guild.create_text_channel("news")
    house.env.backend.edit_guild(guild.id, {"system_channel_id": news.id})
    await house.env.settle()
    (hello,) = house.posts(news)
    assert "Evening \\*School\\*" in words(hello)
    assert "✅ **Manage Roles**" in words(hello)
    assert house.posts(lobby) == []
    await house.restart()
    await shim.as_bot(
        house.env, lambda: house.bot.get_cog("GuideCog").on_guild_join(house.bot.get_guild(guild.id))
    )
    assert len(house.posts(news)) == 1


async def test_the_hello_opens_the_form_for_whoever_manages_the_server(house):
    guild, lobby, _ = await invited(house)
    office = guild.create_role("Office", permissions=discord.Permissions(manage_guild=True))
    manager = guild.add_member(house.env.create_user("manager"), roles=[office])
    student = guild.add_member(house.env.create_user("pupil"))
    await house.env.settle()
    (hello,) = house.posts(lobby)
    await house.restart()
    refused = await student.click(hello, label="Set up a cohort")
    assert "Manage Server" in said(refused)
    form = await manager.click(hello, label="Set up a cohort")
    draft = await manager.submit_modal(form, TYPED)
    assert f"I made <#{guild.channels['spring'].id}>" in said(draft)


async def test_without_a_channel_the_owner_gets_a_letter_that_works(house):
    guild, _, owner = await invited(house, lobby=False)
    await house.env.settle()
    (letter,) = house.posts(owner.dm_channel)
    form = await owner.click(letter, label="Set up a cohort")
    draft = await owner.submit_modal(form, TYPED)
    card = draft.response
    assert "Draft made" in words(card)
    made = (await owner.click(card, custom_id=button(card, "cohort.roles"))).response or card
    await owner.click(made, custom_id=button(made, "cohort.start"))
    (row,) = await cohorts(house)
    assert (row["state"], row["guild_id"]) == ("running", guild.id)


async def test_who_left_the_server_does_not_set_it_up_from_the_letter(house):
    guild, _, owner = await invited(house, lobby=False)
    await house.env.settle()
    (letter,) = house.posts(owner.dm_channel)
    house.env.backend.remove_member(guild.id, owner.id)
    await house.env.settle()
    assert "You are not on that server any more" in said(await owner.click(letter, label="Set up a cohort"))


async def test_a_server_where_nobody_could_be_told_is_told_at_the_next_chance(house):
    owner = house.env.create_user("dean")
    shim.close_dms(house.env, owner)
    guild = house.env.create_guild("Silent School", owner=owner)
    await house.env.settle()
    assert house.posts(owner.dm_channel) == []
    lobby = guild.create_text_channel("lobby")
    await house.restart()
    assert len(house.posts(lobby)) == 1, "a start greets whom nobody has greeted"
    await house.restart()
    assert len(house.posts(lobby)) == 1


async def test_a_server_with_a_cohort_needs_no_hello(house):
    await house.start_cohort()
    await house.bot.founding.forget_greeting(house.world.guild.id)
    await house.restart()
    assert house.posts() == []
    assert house.posts(house.world.general) == []


async def test_a_server_that_put_me_out_and_invites_me_again_is_greeted_again(house):
    guild, lobby, _ = await invited(house)
    await house.env.settle()
    assert len(house.posts(lobby)) == 1
    known = house.bot.get_guild(guild.id)
    await shim.as_bot(house.env, lambda: house.bot.get_cog("GuideCog").on_guild_remove(known))
    for _ in range(2):
        await shim.as_bot(house.env, lambda: house.bot.get_cog("GuideCog").on_guild_join(known))
    assert len(house.posts(lobby)) == 2
