"""From an invitation to a cohort that can start, through the whole bot."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import discord
import pytest

from bot import permissions
from playground import shim
from tests.house import button, buttons, opened, parts, said, words

ZONE = "America/New_York"
TYPED = {"name": "Spring", "starts_on": "2026-03-02", "timezone": ZONE}


@pytest.fixture
async def house(url):
    async with opened(url) as house:
        yield house
        assert [fault for fault in house.faults() if not isinstance(fault, house.expected)] == []


async def drafted(house, typed=TYPED, **options: Any):
    """The lead makes a cohort with the form, and sees its draft."""
    form = await house.lead.slash(house.channel, "cohort create", **options)
    return await house.lead.submit_modal(form, typed)


def field(form, key: str) -> dict[str, Any]:
    """A field of a form, as Discord was given it."""
    found = [label["component"] for label in form.modal["components"]]
    return next(component for component in found if component["custom_id"] == key)


async def cohorts(house) -> list[dict[str, Any]]:
    return await house.bot.database.read(lambda tx: tx.all("SELECT * FROM cohort ORDER BY id"))


async def audit(house) -> list[str]:
    rows = await house.bot.database.read(lambda tx: tx.all("SELECT action FROM audit ORDER BY id"))
    return [row["action"] for row in rows]


async def forbid(house, **denied: bool) -> None:
    """Somebody takes permissions from the bot's own role."""
    guild = house.world.guild
    role = next(role for role in guild._guild.roles.values() if role.managed)
    left = discord.Permissions(role.permissions)
    left.update(**dict.fromkeys(denied, False))
    house.env.backend.edit_role(guild.id, role.id, {"permissions": left.value})
    await house.env.settle()


async def test_a_form_leads_to_a_channel_roles_and_a_start_also_after_a_restart(house):
    draft = await drafted(house)
    room = house.world.guild.channels["spring"]
    assert f"I made <#{room.id}> for it." in said(draft)
    assert "✅ I may post in" in said(draft)
    assert said(draft).count("▫️ No ") == 3
    await house.restart()
    made = (await house.lead.click(draft.response, custom_id=button(draft.response, "cohort.roles"))).response
    roles = house.world.guild.roles
    assert words(made or draft.response).count("✅") == 7
    assert "▫️ Nobody on the roster yet: the start takes in everyone with the student role" in words(
        made or draft.response
    )
    assert {"Spring student", "Spring mentor", "Spring lead"} <= set(roles)
    assert "cohort.roles" not in buttons(made or draft.response)
    await house.lead.click(made or draft.response, custom_id=button(made or draft.response, "cohort.start"))
    (row,) = await cohorts(house)
    assert (row["state"], row["channel_id"], row["student_role_id"]) == (
        "running",
        room.id,
        roles["Spring student"].id,
    )
    assert await audit(house) == ["cohort.created", "cohort.roles", "cohort.started"]
    await house.until("2026-03-02 09:00")
    assert "Week 1" in words(house.posts(room)[-1])


async def test_the_bot_gives_itself_what_it_needs_in_the_channel_that_it_makes(house):
    await drafted(house)
    room = house.world.guild.channels["spring"]
    (overwrite,) = house.env.backend.channels[room.id].overwrites
    allowed = discord.Permissions(overwrite.allow)
    assert overwrite.target_id == house.bot.user.id
    assert allowed == discord.Permissions(permissions.value(permissions.NEEDED))


async def test_the_roles_made_give_no_power_and_only_students_can_be_pinged_by_anyone(house):
    await forbid(house, mention_everyone=True)
    draft = await drafted(house)
    await house.lead.click(draft.response, custom_id=button(draft.response, "cohort.roles"))
    made = [role for role in house.world.guild._guild.roles.values() if role.name.startswith("Spring ")]
    assert [role.permissions for role in made] == [0, 0, 0]
    assert [role.name for role in made if role.mentionable] == ["Spring student"]


async def test_the_draft_shows_all_posts_of_the_first_two_weeks_by_date(house):
    card = said(await drafted(house))
    shown = card.split("**The first two weeks**, on America/New_York time\n")[1].split("**Before")[0]
    lines = [line.removeprefix("- ") for line in shown.splitlines() if line.startswith("- ")]
    assert len(lines) == 10
    assert lines[0].startswith("Mon 02 Mar 2026 09:00")
    assert lines[0].endswith("Kickoff of week 1")
    assert lines[-1].endswith("Week 2 in numbers")
    assert sum("Kickoff" in line for line in lines) == 2


async def test_the_first_two_kickoffs_are_read_privately_before_anything_is_posted(house):
    draft = (await drafted(house)).response
    await house.restart()
    shown = await house.lead.click(draft, custom_id=button(draft, "cohort.preview"))
    text = said(shown)
    assert "Week 1: Mon 02 Mar 2026 09:00" in text
    assert "# Week 1 ·" in text
    assert "# Week 2 ·" in text
    real = [message for message in (shown.response, *shown.followups) if "# Week" in words(message)]
    pressed = [part for message in real for part in parts(message) if part.get("type") == 2]
    assert pressed
    assert all(part["disabled"] for part in pressed)
    assert house.posts(house.world.guild.channels["spring"]) == []


async def test_only_leads_of_the_draft_read_its_kickoffs(house):
    draft = (await drafted(house, channel=house.channel, name="Spring")).response
    row = button(draft, "cohort.preview")
    for actor in (house.student("Aster"), house.mentor):
        assert "Only the leads of Spring" in await pressed_by(house, actor, row)


async def pressed_by(house, actor, custom_id: str) -> str:
    """What somebody is told who presses a button that was meant for another; shown to them in the channel."""
    from bot.ui import Card, Press, row, text

    _, action, key = custom_id.split(":")
    place = house.bot.get_channel(house.channel.id)
    card = Card(text("For all"), row(Press("Press", action, key)))
    await shim.as_bot(house.env, lambda: place.send(view=card))
    public = house.posts()[-1]
    return said(await actor.click(public, custom_id=custom_id))


async def test_the_form_is_filled_with_what_was_given_and_offers_the_next_first_day(house):
    form = await house.lead.slash(
        house.channel, "cohort create", name="Autumn", channel=house.channel, timezone="europe/berlin"
    )
    assert field(form, "name")["value"] == "Autumn"
    assert field(form, "timezone")["value"] == "europe/berlin"
    assert field(form, "channel")["default_values"] == [{"id": house.channel.id, "type": "channel"}]
    assert field(form, "starts_on")["value"] == "2026-03-02", (
        "tomorrow is a Monday, the course's day of kickoffs"
    )


async def test_roles_given_with_the_command_are_kept_by_the_form(house):
    role = house.world.roles["student"]
    draft = await drafted(house, student_role=role)
    assert f"Student role: <@&{role.id}>" in said(draft)
    await house.lead.click(draft.response, custom_id=button(draft.response, "cohort.roles"))
    (row,) = await cohorts(house)
    assert row["student_role_id"] == role.id
    assert {"Spring mentor", "Spring lead"} <= set(house.world.guild.roles)
    assert "Spring student" not in house.world.guild.roles


async def test_a_channel_chosen_in_the_form_is_used(house):
    room = house.world.general
    said_of = said(await drafted(house, {**TYPED, "channel": [room]}))
    assert f"in <#{room.id}>." in said_of
    assert "spring" not in house.world.guild.channels


async def test_what_is_refused_comes_back_with_all_that_was_typed_and_chosen(house):
    room, role = house.world.general, house.world.roles["mentor"]
    refused = await drafted(house, {**TYPED, "timezone": "Berlin", "channel": [room]}, mentor_role=role)
    assert "Did you mean Europe/Berlin" in said(refused)
    assert "2026-03-02" in said(refused)
    assert await cohorts(house) == []
    form = await house.lead.click(refused.response, label="Edit and try again")
    assert field(form, "channel")["default_values"][0]["id"] == room.id
    draft = await house.lead.submit_modal(form, {**TYPED, "channel": [room]})
    assert f"Mentor role: <@&{role.id}>" in said(draft)


async def test_a_mistake_makes_no_channel(house):
    for wrong in ({"starts_on": "soon"}, {"timezone": "Berln"}, {"name": " "}):
        await drafted(house, {**TYPED, **wrong})
    assert set(house.world.guild.channels) == {"cohort", "general", "mentors"}


async def test_a_channel_of_the_name_that_no_cohort_uses_is_used(house):
    room = house.world.guild.create_text_channel("spring-term-2026")
    draft = await drafted(house, {**TYPED, "name": "Spring term, 2026"})
    assert f"It meets in <#{room.id}>, which was there already." in said(draft)


async def test_a_channel_that_another_cohort_uses_is_left_to_it(house):
    await drafted(house, {**TYPED, "name": "spring"})
    draft = await drafted(house, {**TYPED, "name": "Spring"})
    assert "I made" in said(draft)
    first, second = await cohorts(house)
    assert first["channel_id"] != second["channel_id"]
    refused = await drafted(
        house, {**TYPED, "name": "Autumn", "channel": [house.world.guild.channels["spring"]]}
    )
    assert "a channel belongs to one cohort" in said(refused)


async def test_a_channel_whose_answer_was_lost_is_not_made_twice(house):
    shim.lossy(house.env, "POST", "/guilds/*/channels")
    refused = await drafted(house)
    assert "what I made before is used again" in said(refused)
    form = await house.lead.click(refused.response, label="Edit and try again")
    assert "which was there already" in said(await house.lead.submit_modal(form, TYPED))
    rooms = [room for room in house.env.backend.channels.values() if room.name == "spring"]
    assert len(rooms) == 1


async def test_roles_whose_answer_was_lost_are_not_made_twice(house):
    draft = (await drafted(house)).response
    shim.lossy(house.env, "POST", "/guilds/*/roles")
    half = (await house.lead.click(draft, custom_id=button(draft, "cohort.roles"))).response or draft
    assert "what I made before is used again" in words(half)
    done = (await house.lead.click(half, custom_id=button(half, "cohort.roles"))).response or half
    assert "which was there already" in words(done)
    names = [role.name for role in house.world.guild._guild.roles.values()]
    assert sorted(name for name in names if name.startswith("Spring ")) == [
        "Spring lead",
        "Spring mentor",
        "Spring student",
    ]


async def test_a_second_run_keeps_what_the_draft_has(house):
    role = house.world.roles["lead"]
    await drafted(house, {**TYPED, "timezone": "Europe/Berlin"}, lead_role=role)
    form = await house.lead.slash(house.channel, "cohort create", name="Spring")
    assert field(form, "timezone")["value"] == "Europe/Berlin"
    room = house.world.guild.channels["spring"]
    assert field(form, "channel")["default_values"][0]["id"] == room.id
    again = await house.lead.submit_modal(form, {**TYPED, "starts_on": "2026-03-09"})
    assert f"Lead role: <@&{role.id}>" in said(again)
    (row,) = await cohorts(house)
    assert (row["channel_id"], row["starts_on"], row["timezone"]) == (room.id, "2026-03-09", ZONE)
    assert await audit(house) == ["cohort.created", "cohort.revised"]


async def test_a_draft_whose_channel_was_deleted_gets_another(house):
    await drafted(house)
    await shim.delete_channel(house.env, house.world.guild.channels["spring"])
    form = await house.lead.slash(house.channel, "cohort create", name="Spring")
    assert not field(form, "channel").get("default_values")
    assert "I made" in said(await house.lead.submit_modal(form, TYPED))
    assert len(await cohorts(house)) == 1


async def test_a_name_of_a_cohort_that_runs_is_taken(house):
    await house.start_cohort()
    refused = await drafted(house)
    assert "already has a cohort called Spring, and it is running" in said(refused)
    assert "spring" not in house.world.guild.channels


@pytest.mark.parametrize("who", ["student", "mentor", "stranger"])
async def test_setting_up_takes_manage_server(house, who):
    actor = {
        "student": house.student("Aster"),
        "mentor": house.mentor,
        "stranger": house.world.guild.add_member(house.env.create_user("stranger")),
    }[who]
    for options in ({}, {**TYPED, "channel": house.channel}):
        refused = await actor.slash(house.channel, "cohort create", **options)
        assert refused.modal is None
        assert "Manage Server" in said(refused)
    assert "Manage Server" in await pressed_by(house, actor, f"p:setup.open:{house.world.guild.id}")
    assert await cohorts(house) == []


async def test_whoever_lost_manage_server_while_the_form_was_open_makes_nothing(house):
    form = await house.lead.slash(house.channel, "cohort create")
    await shim.give_roles(house.env, house.lead)
    assert "Manage Server" in said(await house.lead.submit_modal(form, TYPED))
    assert "spring" not in house.world.guild.channels


async def test_a_lead_without_manage_server_makes_no_roles(house):
    draft = (await drafted(house)).response
    await house.lead.slash(
        house.world.guild.channels["spring"], "roster add", member=house.mentor, role="lead"
    )
    assert "Manage Server" in await pressed_by(house, house.mentor, button(draft, "cohort.roles"))
    assert "Only the leads" in await pressed_by(house, house.student("Aster"), button(draft, "cohort.roles"))


async def test_without_manage_channels_a_channel_is_to_be_chosen(house):
    await forbid(house, manage_channels=True)
    refused = await drafted(house)
    assert "give me Manage Channels" in said(refused)
    assert "Draft made" in said(await drafted(house, {**TYPED, "channel": [house.channel]}))


async def test_without_manage_roles_it_is_said_what_to_do_by_hand(house):
    await forbid(house, manage_roles=True)
    draft = (await drafted(house)).response
    refused = said(await house.lead.click(draft, custom_id=button(draft, "cohort.roles")))
    assert "I lack **Manage Roles**" in refused
    assert "make the roles by hand" in refused


@pytest.mark.parametrize(
    ("status", "code", "hint"),
    [
        (400, 30013, "this server has 500 channels, as many as Discord allows"),
        (403, 50013, "Check my role in Server Settings"),
        (500, 0, "did not make the channel just now"),
    ],
)
async def test_a_channel_that_discord_does_not_make_is_said_plainly(house, status, code, hint):
    house.env.inject_error("POST", "/guilds/*/channels", status=status, code=code)
    refused = said(await drafted(house))
    assert hint in refused
    assert "Or choose a channel in the form." in refused


async def test_a_server_full_of_roles_keeps_those_that_were_made(house):
    draft = (await drafted(house)).response
    guild = house.world.guild
    guild.create_role("Spring student")
    house.env.inject_error("POST", "/guilds/*/roles", status=400, code=30005)
    half = (await house.lead.click(draft, custom_id=button(draft, "cohort.roles"))).response or draft
    assert "this server has 250 roles" in words(half)
    (row,) = await cohorts(house)
    assert row["student_role_id"] == guild.roles["Spring student"].id
    assert row["mentor_role_id"] is None
    assert "cohort.roles" in buttons(half)


async def test_two_people_do_not_set_up_at_once(house):
    draft = (await drafted(house)).response
    guide = house.bot.get_cog("GuideCog")
    with guide._alone(house.world.guild.id):
        refused = await drafted(house, {**TYPED, "name": "Autumn"})
        assert "Somebody is setting up a cohort on this server right now" in said(refused)
        assert "Autumn" in said(refused), "and nothing that was typed is lost"
        assert "right now" in said(await house.lead.click(draft, custom_id=button(draft, "cohort.roles")))
    assert "Draft made" in said(await drafted(house, {**TYPED, "name": "Autumn"}))


async def test_a_cohort_that_runs_without_roles_can_have_them_made(house):
    draft = (await drafted(house)).response
    await house.lead.click(draft, custom_id=button(draft, "cohort.start"))
    room = house.world.guild.channels["spring"]
    shown = (await house.lead.slash(room, "cohort show")).response
    done = (await house.lead.click(shown, custom_id=button(shown, "cohort.roles"))).response or shown
    assert "## The roles of Spring" in words(done)
    shown = (await house.lead.slash(room, "cohort show")).response
    assert "cohort.roles" not in buttons(shown)
    assert "has all its roles" in await pressed_by(house, house.lead, "p:cohort.roles:1")


async def test_a_deleted_role_is_missing_again(house):
    draft = (await drafted(house)).response
    await house.lead.click(draft, custom_id=button(draft, "cohort.roles"))
    gone = house.world.guild.roles["Spring mentor"]
    house.env.backend.delete_role(house.world.guild.id, gone.id)
    await house.env.settle()
    again = said(await drafted(house, name="Spring"))
    assert "The mentor role was deleted" in again
    shown = await drafted(house, name="Spring")
    await house.lead.click(shown.response, custom_id=button(shown.response, "cohort.roles"))
    (row,) = await cohorts(house)
    assert row["mentor_role_id"] == house.world.guild.roles["Spring mentor"].id != gone.id


async def test_a_role_that_nobody_can_ping_is_told(house):
    await forbid(house, mention_everyone=True)
    draft = await drafted(house, student_role=house.world.roles["student"])
    assert "without a ping" in said(draft)


async def test_from_an_empty_server_to_a_scheduled_first_kickoff_takes_four_interactions(url):
    from benchmarks.setup import SUNDAY, set_up

    found = await set_up(url)
    assert found.interactions == 4, "the button of the hello, the form, the roles, the start"
    assert (found.channel, len(found.roles)) == ("spring-2026", 3)
    assert found.first_post is not None
    assert found.first_post - SUNDAY == timedelta(hours=21), "Monday at nine in New York"
    assert found.posted == 1


async def test_a_role_with_power_over_the_server_is_said_to_be_given_by_hand(house):
    admin = house.world.guild.create_role("Server Admin", permissions=discord.Permissions(administrator=True))
    draft = await drafted(house, lead_role=admin)
    assert f"<@&{admin.id}> carries Administrator, and I never give such a role to anybody" in said(draft)


async def test_the_same_name_again_says_that_the_draft_is_changed(house):
    assert "Draft made: Spring" in said(await drafted(house))
    again = said(await drafted(house, {**TYPED, "starts_on": "2026-03-09"}))
    assert "Draft changed: Spring" in again
    assert "Draft made" not in again


async def test_a_start_that_finds_nobody_says_how_people_come_in(house):
    draft = (await drafted(house)).response
    started = await house.lead.click(draft, custom_id=button(draft, "cohort.start"))
    shown = words(started.response or draft)
    assert "Nobody new." in shown
    assert "use `/roster add` for one or `/roster import` for a list." in shown
