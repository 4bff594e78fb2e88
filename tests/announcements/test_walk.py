"""`/announce` through the whole bot: written, previewed, posted once, changed and taken back."""

from __future__ import annotations

import json
from datetime import timedelta

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.announcements import rules
from playground import shim, world
from tests.house import button, buttons, opened, parts, said, words

TEXT = "Bring **one** question to the office hour.\nThe room is open from 17:45."
PNG = bytes.fromhex(  # one transparent point
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "0005fe02fea7359981b90000000049454e44ae426082"
)


@pytest.fixture
async def house(url):
    async with opened(url) as house:
        await house.start_cohort()
        await house.until("2026-03-04 12:00")  # a Wednesday
        yield house
        assert [fault for fault in house.faults() if not isinstance(fault, house.expected)] == []


async def schedule(house, when="tomorrow 9am", text=TEXT, **options):
    """Preview and schedule, as the lead."""
    shown = await house.lead.slash(house.channel, "announce schedule", when=when, text=text, **options)
    return await press(house.lead, shown.response, "announce.keep")


async def press(actor, message, action):
    """Press a button, and the card that is then there."""
    done = await actor.click(message, custom_id=button(message, action))
    return done.response or message


def announced(house):
    return [post for post in house.posts() if "Announced by" in words(post)]


def pings(house, post):
    """Whom a post really pinged: everyone, people, roles."""
    stored = house.env.backend.get_message(post.channel.id, post.id)
    return stored.mention_everyone, sorted(stored.ping_user_ids), sorted(stored.ping_role_ids)


async def audit(house, action):
    rows = await house.bot.database.read(
        lambda tx: tx.all("SELECT * FROM audit WHERE action = :action ORDER BY id", action=action)
    )
    return [json.loads(row["detail"]) for row in rows]


async def test_what_is_previewed_is_posted_once_in_exactly_that_look(house):
    shown = await house.lead.slash(house.channel, "announce schedule", when="tomorrow 9am", text=TEXT)
    preview = said(shown)
    assert (
        "<t:1772719200:F> (<t:1772719200:R>), Thu 05 Mar 2026 09:00 on America/New_York time; once" in preview
    )
    assert TEXT in preview
    assert f"Announced by <@{house.lead.id}>" in preview
    assert await audit(house, "announcement.scheduled") == []
    await house.restart()
    kept = await press(house.lead, shown.response, "announce.keep")
    assert "Scheduled" in words(kept)
    await house.until("2026-03-05 08:59")
    assert announced(house) == []
    await house.until("2026-03-05 09:00")
    (post,) = announced(house)
    assert words(post) == f"{TEXT}\n-# Announced by <@{house.lead.id}>"
    assert "me.show" in buttons(post)
    assert pings(house, post) == (False, [], [])
    await house.restart(down_for=timedelta(days=1))
    await house.until("2026-03-09 12:00")
    assert len(announced(house)) == 1
    assert [line["text"] for line in await audit(house, "announcement.scheduled")] == [TEXT]
    assert len(await audit(house, "announcement.sent")) == 1


async def test_a_text_is_written_in_a_form_and_given_back_when_it_is_refused(house):
    form = await house.lead.slash(house.channel, "announce schedule", when="friday 18:00", repeat="weekly")
    assert "friday 18:00" in str(form.modal)
    typed = {"text": TEXT, "when": "soon", "repeat": "weekly", "mention": "cohort"}
    refused = await house.lead.submit_modal(form, typed)
    assert "cannot tell for certain" in said(refused)
    assert TEXT in said(refused)
    again = await house.lead.click(refused.response, label="Edit and try again")
    assert "office hour" in str(again.modal)
    shown = await house.lead.submit_modal(again, {**typed, "when": "friday 18:00"})
    card = shown.response or refused.response
    assert "then every Friday" in words(card)
    assert f"<@&{house.world.roles['student'].id}>" in words(card)
    await press(house.lead, card, "announce.keep")
    await house.until("2026-03-06 18:00")
    (post,) = announced(house)
    assert pings(house, post) == (False, [], [house.world.roles["student"].id])


async def second_lead(house):
    """The mentor leads too, without any permission of their own."""
    await house.lead.slash(house.channel, "roster add", member=house.mentor, role="lead")
    return house.mentor


async def let_mention_everyone(house, *actors):
    """These may mention everyone in the cohort's channel; by default only the bot may."""
    allow = discord.Permissions(mention_everyone=True).value
    for actor in actors:
        house.env.backend.set_overwrite(house.channel.id, Overwrite(actor.id, OverwriteType.MEMBER, allow, 0))
    await house.env.settle()


async def answer(actor, letter, action):
    """Press a button of a letter, in private."""
    return said(await actor.user.click(letter, custom_id=button(letter, action)))


async def test_a_repeating_one_comes_each_time_through_restarts_and_a_lost_answer(house):
    await schedule(house, repeat="weekdays")
    shim.lossy(house.env, "POST", f"/channels/{house.channel.id}/messages")
    await house.until("2026-03-05 09:10")
    assert len(announced(house)) == 1
    await house.restart(down_for=timedelta(days=1))
    await house.until("2026-03-09 09:00")
    times = [post.created_at.astimezone(world.ZONE).strftime("%a %H:%M") for post in announced(house)]
    assert [time.split()[0] for time in times] == ["Thu", "Fri", "Mon"]
    assert times[-1] == "Mon 09:00", "the clocks changed on Sunday"


async def test_what_was_posted_with_a_lost_answer_is_found_though_its_author_has_gone(house):
    await second_lead(house)
    await schedule(house)
    shim.lossy(house.env, "POST", f"/channels/{house.channel.id}/messages")
    await house.until("2026-03-05 09:00")
    house.env.backend.remove_member(house.world.guild.id, house.lead.id)
    await house.until("2026-03-05 10:30")
    assert len(announced(house)) == 1
    rows = await house.bot.database.read(
        lambda tx: tx.all("SELECT state FROM occurrence WHERE kind IN ('announcement', 'unannounced')")
    )
    assert [row["state"] for row in rows] == ["sent"]


async def test_a_file_arrives_with_its_bytes_in_the_preview_and_in_the_post(house):
    body = bytes(range(256)) * 40
    options = {"when": "tomorrow 9am", "text": TEXT}
    shown = await house.lead.slash(
        house.channel, "announce schedule", file=("lab plan (1).pdf", body), **options
    )
    preview = (shown.followups or [shown.response])[-1]
    await house.restart()
    await press(house.lead, preview, "announce.keep")
    await house.lead.slash(house.channel, "announce schedule", file=("map.png", PNG), **options)
    await house.until("2026-03-05 09:00")
    (post,) = announced(house)
    (attachment,) = post.attachments
    assert await attachment.read() == body
    assert attachment.filename == "lab_plan_1_.pdf"
    assert [part["type"] for part in parts(post)].count(13) == 1, "it is shown as a file"


async def test_a_picture_is_shown_as_one_and_stays_through_a_change_of_the_draft(house):
    shown = await house.lead.slash(
        house.channel,
        "announce schedule",
        when="tomorrow 9am",
        text=TEXT,
        file=("map.png", PNG),
        mention="cohort",
    )
    preview = (shown.followups or [shown.response])[-1]
    assert [part["type"] for part in parts(preview)].count(12) == 1
    form = await house.lead.click(preview, custom_id=button(preview, "announce.change"))
    typed = {"text": "Another text", "when": "tomorrow 10:00", "repeat": "none", "mention": "none"}
    changed = await house.lead.submit_modal(form, typed)
    card = changed.response or preview
    assert "Another text" in words(card)
    await press(house.lead, card, "announce.keep")
    await house.until("2026-03-05 10:00")
    (post,) = announced(house)
    assert await post.attachments[0].read() == PNG
    assert pings(house, post) == (False, [], [])


async def test_a_file_that_is_too_large_gives_the_words_back(house):
    refused = await house.lead.slash(
        house.channel,
        "announce schedule",
        when="tomorrow 9am",
        text=TEXT,
        file=("big.bin", bytes(rules.FILE_LIMIT + 1)),
    )
    assert "I post at most 8" in said(refused)
    assert TEXT in said(refused)


async def test_mentions_in_the_text_are_inert_and_only_what_was_chosen_pings(house):
    student_role = house.world.roles["student"].id
    text = f"@everyone @here <@&{student_role}> <@{house.student('Aster').id}>"
    await schedule(house, text=text)
    await schedule(house, text=text, when="tomorrow 9:01am", mention="cohort")
    await house.until("2026-03-05 09:01")
    assert [pings(house, post) for post in announced(house)] == [(False, [], []), (False, [], [student_role])]


async def test_a_cohort_without_a_role_is_pinged_by_its_names(house):
    await house.student("Aster").slash(house.channel, "me")
    people = await house.bot.database.read(
        lambda tx: tx.all(
            "SELECT m.user_id FROM enrollment e JOIN member m ON m.id = e.member_id WHERE role = 'student'"
        )
    )
    await house.bot.database.write(lambda tx: tx.run("UPDATE cohort SET student_role_id = NULL"))
    await schedule(house, mention="cohort")
    await house.until("2026-03-05 09:00")
    (post,) = announced(house)
    assert pings(house, post) == (False, sorted(row["user_id"] for row in people), [])


async def test_everyone_waits_for_a_second_lead_who_approves_from_a_letter_after_a_restart(house):
    other = await second_lead(house)
    kept = await schedule(house, mention="everyone")
    assert "waits for another lead" in words(kept)
    (letter,) = house.letters(other)
    assert TEXT in words(letter)
    assert house.letters(house.lead) == []
    await house.restart()
    assert "Approved" in await answer(other, letter, "announce.approve")
    assert "approved already" in await answer(other, letter, "announce.approve")
    await house.until("2026-03-05 09:00")
    (post,) = announced(house)
    assert pings(house, post)[0]


async def test_a_second_lead_refuses_and_the_author_is_told(house):
    other = await second_lead(house)
    await schedule(house, mention="everyone")
    (letter,) = house.letters(other)
    assert "is not posted" in await answer(other, letter, "announce.refuse")
    (told,) = house.letters(house.lead)
    assert f"<@{other.id}> refused it" in words(told)
    assert "Nothing." in await answer(house.lead, told, "announce.page")
    await house.until("2026-03-05 10:00")
    assert announced(house) == []


async def test_one_who_leads_no_more_cannot_approve_and_neither_can_the_author(house):
    other = await second_lead(house)
    await schedule(house, mention="everyone")
    (letter,) = house.letters(other)
    await house.lead.slash(house.channel, "roster add", member=house.student("Aster"), role="lead")
    await house.bot.database.write(
        lambda tx: tx.run("UPDATE enrollment SET state = 'withdrawn' WHERE role = 'lead' AND member_id = "
                          "(SELECT id FROM member WHERE user_id = :user_id)", user_id=other.id)
    )  # fmt: skip
    for action in ("announce.approve", "announce.refuse"):
        assert "Only the leads" in await answer(other, letter, action)
    opened = await open_first(house, house.lead)
    assert "announce.approve" not in buttons(opened)
    opened = await open_first(house, house.student("Aster"))
    assert "Approved" in words(await press(house.student("Aster"), opened, "announce.approve"))


async def open_first(house, actor):
    listed = (await actor.slash(house.channel, "announce list")).response
    menu = button(listed, "announce.open")
    value = next(part["options"][0]["value"] for part in parts(listed) if part.get("custom_id") == menu)
    return (await actor.select(listed, custom_id=menu, values=[value])).response


async def test_everyone_with_the_permission_needs_nobody(house):
    await let_mention_everyone(house, house.lead)
    assert "waits" not in words(await schedule(house, mention="everyone"))
    await house.until("2026-03-05 09:00")
    assert pings(house, announced(house)[0])[0]


async def test_where_i_may_not_mention_everyone_nothing_is_posted_and_the_leads_are_told_once(house):
    await let_mention_everyone(house, house.lead)
    await shim.forbid_bot(house.env, house.channel, mention_everyone=True)
    shown = await house.lead.slash(
        house.channel, "announce schedule", when="tomorrow 9am", text=TEXT, mention="everyone"
    )
    assert "I may not mention everyone" in said(shown)
    await press(house.lead, shown.response, "announce.keep")
    await house.until("2026-03-05 10:30")
    assert announced(house) == []
    (told,) = [letter for letter in house.letters(house.lead) if "Mention Everyone" in words(letter)]
    assert "channel settings" in words(told)
    await let_mention_everyone(house, house.world.guild.me)
    await house.until("2026-03-05 20:00")
    assert len(announced(house)) == 1
    assert len(house.letters(house.lead)) == 1
    assert [line["subject"] for line in await audit(house, "problem.mended")] == [
        f"everyone:{house.channel.id}"
    ]


async def test_a_role_that_i_may_not_ping_is_said_in_the_preview(house):
    await shim.forbid_bot(house.env, house.channel, mention_everyone=True)
    shown = await house.lead.slash(
        house.channel, "announce schedule", when="tomorrow 9am", text=TEXT, mention="cohort"
    )
    assert "nobody is pinged" in said(shown)


async def test_an_author_who_lost_the_role_is_not_posted_and_the_other_leads_hear_of_it(house):
    other = await second_lead(house)
    await schedule(house, repeat="daily")
    await shim.give_roles(house.env, house.lead)
    await house.bot.database.write(  # as if nobody had heard of it: the roster still says lead
        lambda tx: tx.run("UPDATE enrollment SET state = 'active' WHERE role = 'lead'")
    )
    await house.until("2026-03-06 10:00")
    assert announced(house) == []
    told = [letter for letter in house.letters(other) if "no longer leads" in words(letter)]
    assert len(told) == 1
    assert len(await audit(house, "announcement.unauthorised")) == 2


async def test_an_author_who_left_the_server_is_not_posted(house):
    await second_lead(house)
    await schedule(house)
    await house.env.settle()
    house.env.backend.remove_member(house.world.guild.id, house.lead.id)
    await house.until("2026-03-05 09:30")
    assert announced(house) == []


async def test_the_list_opens_one_to_edit_and_to_cancel(house):
    for number in range(10):
        await schedule(house, when=f"2026-03-1{number} 09:00", text=f"Number {number} *of* ten")
    listed = (await house.lead.slash(house.channel, "announce list")).response
    assert "page 1 of 2" in words(listed)
    await house.restart()
    turned = await press(house.lead, listed, "announce.page")
    assert "Number 9 \\*of\\* ten" in words(turned)
    one = await open_first(house, house.lead)
    assert "Number 0 *of* ten" in words(one)
    form = await house.lead.click(one, custom_id=button(one, "announce.edit"))
    assert "Number 0" in str(form.modal)
    typed = {"text": "Number zero", "when": "2026-03-10 09:00", "repeat": "weekly", "mention": "none"}
    changed = await house.lead.submit_modal(form, typed)
    card = changed.response or one
    assert "Changed like this?" in words(card)
    assert "Number 0 *of* ten" in words(card), "the text until now is shown beside the new one"
    await house.restart()
    assert "Changed" in words(await press(house.lead, card, "announce.keep"))
    one = await open_first(house, house.lead)
    assert "Number zero" in words(one)
    asked = await press(house.lead, one, "announce.end")
    assert "None of its repetitions" in words(asked)
    assert "stays as it is" in words(await press(house.lead, asked, "announce.stay"))
    asked = (await house.lead.slash(house.channel, "announce cancel", announcement="zero")).response
    await house.restart()
    assert "is cancelled" in words(await press(house.lead, asked, "announce.cancel"))
    await house.until("2026-03-10 10:00")
    assert announced(house) == []


async def test_an_edit_by_command_shows_what_changes_and_can_be_discarded(house):
    await schedule(house)
    shown = await house.lead.slash(
        house.channel,
        "announce edit",
        announcement="office hour",
        when="friday 10:00",
        repeat="weekly",
        mention="cohort",
    )
    assert "Until now" in said(shown)
    assert "Discarded" in words(await press(house.lead, shown.response, "announce.discard"))
    refused = await house.lead.slash(
        house.channel, "announce edit", announcement="office hour", when="yesterday"
    )
    assert "cannot tell for certain" in said(refused)
    form = await house.lead.slash(house.channel, "announce edit", announcement="office hour")
    assert "Bring **one** question" in str(form.modal)
    other = await house.lead.slash(
        house.channel, "announce edit", announcement="office hour", file=("new.txt", b"New words")
    )
    card = (other.followups or [other.response])[-1]
    await press(house.lead, card, "announce.keep")
    await house.until("2026-03-05 09:00")
    (post,) = announced(house)
    assert await post.attachments[0].read() == b"New words"


async def test_what_is_offered_while_typing(house):
    await schedule(house)
    offered = await house.lead.autocomplete(house.channel, "announce cancel", "announcement", "question")
    assert [choice["value"] for choice in offered] == ["1"]
    offered = await house.student("Aster").autocomplete(house.channel, "announce cancel", "announcement", "")
    assert offered == []
    offered = await house.lead.autocomplete(house.channel, "announce schedule", "repeat", "mon")
    assert "mon, thu" in [choice["value"] for choice in offered]


async def test_only_leads_announce_and_press_the_buttons(house):
    preview = (
        await house.lead.slash(house.channel, "announce schedule", when="tomorrow 9am", text=TEXT)
    ).response
    await press(house.lead, preview, "announce.keep")
    for actor in (house.student("Aster"), house.mentor):
        for command, options in (
            ("schedule", {"when": "tomorrow 9am", "text": "x"}),
            ("list", {}),
            ("edit", {"announcement": "1"}),
            ("cancel", {"announcement": "1"}),
        ):
            assert "Only the leads" in said(
                await actor.slash(house.channel, f"announce {command}", **options)
            )


async def test_a_file_waits_while_its_words_are_written_in_the_form(house):
    form = await house.lead.slash(
        house.channel, "announce schedule", when="tomorrow 9am", file=("map.png", PNG)
    )
    typed = {"text": TEXT, "when": "tomorrow 9am", "repeat": "", "mention": "none"}
    shown = await house.lead.submit_modal(form, typed)
    preview = (shown.followups or [shown.response])[-1]
    await press(house.lead, preview, "announce.keep")
    await house.until("2026-03-05 09:00")
    (post,) = announced(house)
    assert await post.attachments[0].read() == PNG


async def test_while_discord_does_not_tell_who_the_author_is_nothing_is_posted(house):
    await schedule(house)
    shim.lossy(house.env, "GET", f"/guilds/{house.world.guild.id}/members/{house.lead.id}")
    await house.until("2026-03-05 09:00")
    assert announced(house) == []
    row = await house.bot.database.read(
        lambda tx: tx.one("SELECT state, unsure_since FROM occurrence WHERE kind = 'announcement'")
    )
    assert dict(row) == {"state": "due", "unsure_since": None}
    await house.until("2026-03-05 09:05")
    assert len(announced(house)) == 1


async def test_buttons_of_what_is_gone_say_so(house):
    shown = (
        await house.lead.slash(house.channel, "announce schedule", when="tomorrow 9am", text=TEXT)
    ).response
    await press(house.lead, shown, "announce.keep")
    one = await open_first(house, house.lead)
    await house.until("2026-03-05 09:00")
    for action in ("announce.edit", "announce.end"):
        done = await house.lead.click(one, custom_id=button(one, action))
        assert "is over already" in said(done)
    assert "Nothing." in said(await house.lead.slash(house.channel, "announce list"))


async def test_presses_by_somebody_else_who_may_not_are_refused(house):
    """A private card is its lead's own; its buttons are checked all the same, and so are the list's."""
    preview = (
        await house.lead.slash(house.channel, "announce schedule", when="tomorrow 9am", text=TEXT)
    ).response
    await house.restart()
    ids = [button(preview, f"announce.{what}") for what in ("keep", "change", "discard")]
    await house.lead.slash(house.channel, "roster add", member=house.mentor, role="lead")
    await shim.give_roles(house.env, house.lead)
    await house.bot.database.write(
        lambda tx: tx.run("UPDATE enrollment SET state = 'withdrawn' WHERE role = 'lead'")
    )
    for custom_id in ids:
        assert "Only the leads" in said(await house.lead.click(preview, custom_id=custom_id))
