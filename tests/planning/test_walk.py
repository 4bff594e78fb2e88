"""A lead changes the calendar through the whole bot: each change is shown, asked about, and done once."""

from __future__ import annotations

import json

import discord
import pytest
from icalendar import Calendar

from bot.ui import Card, Press, row, text
from playground import shim
from tests.house import button, buttons, opened, parts, said, words


@pytest.fixture
async def house(url):
    async with opened(url) as house:
        await house.start_cohort()
        await house.until("2026-03-04 12:00")  # a Wednesday, in week 1
        yield house
        assert [fault for fault in house.faults() if not isinstance(fault, house.expected)] == []


async def audited(house, action):
    rows = await house.bot.database.read(
        lambda tx: tx.all("SELECT detail FROM audit WHERE action = :action ORDER BY id", action=action)
    )
    return [json.loads(row["detail"]) for row in rows]


async def lead(house, command, **options):
    return (await house.lead.slash(house.channel, command, **options)).response


async def press(house, message, action, actor=None):
    done = await (actor or house.lead).click(message, custom_id=button(message, action))
    return words(done.response or message)


async def test_a_break_is_shown_given_after_a_restart_and_taken_back(house):
    asked = await lead(
        house, "cohort break", starts_on="2026-03-16", weeks=2, reason="Spring `holidays`\nfor all"
    )
    shown_text = words(asked)
    assert "A break of 2 weeks from Monday, 16 March 2026?" in shown_text
    assert "kickoff of week 3: Mon 16 Mar 09:00 → Mon 30 Mar 09:00" in shown_text
    assert "more, each 2 weeks later." in shown_text
    assert "The course ends Mon 31 Aug 2026 instead of Mon 17 Aug 2026." in shown_text
    assert "None so far" in words(await lead(house, "cohort break")), "nothing happens before it is confirmed"
    await house.restart()
    done = await press(house, asked, "planning.change")
    assert "The calendar of Spring is changed" in done
    assert "from Monday, 16 March 2026, 2 weeks: Spring" in words(await lead(house, "cohort break"))
    (detail,) = await audited(house, "cohort.break")
    assert detail["reason"] == "Spring `holidays`\nfor all"
    assert (detail["from"], detail["weeks"]) == ("2026-03-16", 2)
    shown = words(await lead(house, "cohort calendar"))
    assert "**3** · Mon 30 Mar 09:00 → **Sun 05 Apr 18:00**" in shown

    asked = await lead(house, "cohort break", undo=True)
    assert "kickoff of week 3: Mon 30 Mar 09:00 → Mon 16 Mar 09:00" in words(asked)
    assert "each 2 weeks earlier" in words(asked)
    assert "is changed" in await press(house, asked, "planning.change")
    assert "None so far" in words(await lead(house, "cohort break"))
    assert len(await audited(house, "cohort.break-undone")) == 1


async def test_nothing_is_posted_in_a_break_and_all_comes_after_it(house):
    asked = await lead(house, "cohort break", starts_on="today", weeks=1)
    assert "Week 1 has begun by then" in words(asked)
    await press(house, asked, "planning.change")
    before = len(house.posts())
    await house.until("2026-03-11 11:00")
    assert len(house.posts()) == before
    await house.until("2026-03-16 09:00")
    said_then = "\n".join(words(post) for post in house.posts()[before:])
    assert "# Week 2 ·" in said_then


async def test_a_lead_can_think_better_of_it(house):
    asked = await lead(house, "cohort break", starts_on="next monday")
    assert "stays as it is" in await press(house, asked, "planning.leave")
    assert await audited(house, "cohort.break") == []


async def test_what_was_shown_and_is_something_else_by_now_is_shown_again(house):
    first = await lead(house, "cohort break", starts_on="2026-03-16")
    second = await lead(house, "cohort break", starts_on="2026-03-23", weeks=3)
    await press(house, second, "planning.change")
    again = await house.lead.click(first, custom_id=button(first, "planning.change"))
    shown = again.response or first
    assert "Something has changed since I showed this" in words(shown)
    assert len(await audited(house, "cohort.break")) == 1
    assert "is changed" in await press(house, shown, "planning.change")
    assert len(await audited(house, "cohort.break")) == 2


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ({"starts_on": "2026-03-03"}, "is past"),
        ({"starts_on": "2026-03-16", "weeks": 9}, "A break has 1 to 8 weeks, not 9"),
        ({"starts_on": "2026-09-16"}, "Nothing is planned on 2026-09-16 or later"),
        ({"starts_on": "some day"}, "I cannot tell for certain"),
        ({"starts_on": "2026-03-16", "undo": True}, "No break begins on 2026-03-16. None is still to come."),
        ({"undo": True}, "Which break?"),
    ],
)
async def test_a_break_that_cannot_be_is_refused(house, options, refusal):
    assert refusal in said(await house.lead.slash(house.channel, "cohort break", **options))


async def test_a_break_that_is_there_already_is_refused_and_one_that_has_begun_stays(house):
    await press(house, await lead(house, "cohort break", starts_on="tomorrow"), "planning.change")
    again = said(await house.lead.slash(house.channel, "cohort break", starts_on="2026-03-05"))
    assert "A break begins on 2026-03-05 already" in again
    other = said(await house.lead.slash(house.channel, "cohort break", starts_on="2026-03-06", undo=True))
    assert "These are still to come: 2026-03-05." in other
    await house.until("2026-03-06 09:00")
    begun = said(await house.lead.slash(house.channel, "cohort break", starts_on="2026-03-05", undo=True))
    assert "has begun" in begun


async def test_another_rhythm_holds_from_the_next_week(house):
    assert "as the course file has it" in words(await lead(house, "cohort rhythm"))
    asked = await lead(house, "cohort rhythm", kickoff="tue 10:00", deadline="mon 18:00", nudge="sun 10:00")
    shown_text = words(asked)
    assert "Another rhythm from week 2 on?" in shown_text
    assert "kickoff of week 2: Mon 09 Mar 09:00 → Tue 10 Mar 10:00" in shown_text
    assert "Reviews that were asked for keep their hour." in shown_text
    assert "Each week keeps its place" in shown_text
    assert "Set this rhythm" in labels(asked)
    only_later = await lead(house, "cohort rhythm", kickoff="mon 10:00")
    assert "Each week keeps its place" not in words(only_later)
    await house.restart()
    assert "is changed" in await press(house, asked, "planning.change")
    shown = words(await lead(house, "cohort rhythm"))
    assert "**kickoff** · tue 10:00" in shown
    assert "the cohort's own" in shown
    (detail,) = await audited(house, "cohort.rhythm")
    assert detail["from_week"] == 2
    assert detail["changes"]["kickoff"] == ["mon 09:00", "tue 10:00"]
    before = len(house.posts())
    await house.until("2026-03-10 09:59")
    assert not any("# Week 2 ·" in words(post) for post in house.posts()[before:])
    await house.until("2026-03-10 10:00")
    assert any("# Week 2 ·" in words(post) for post in house.posts()[before:])


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ({"kickoff": "Tuesday 10am"}, "Did you mean `tue 10:00`?"),
        ({"deadline": "whenever"}, "It looks like `mon 09:00`."),
        ({"nudge": "sun 19:00"}, "the nudge (sun 19:00) must come before the deadline (sun 18:00)"),
        ({"kickoff": "mon 09:00"}, "The calendar is like that already"),
    ],
)
async def test_a_rhythm_that_cannot_be_is_refused_with_the_nearest_right_form(house, options, refusal):
    assert refusal in said(await house.lead.slash(house.channel, "cohort rhythm", **options))


async def test_a_week_that_would_begin_before_the_last_deadline_is_warned_of(house):
    asked = await lead(house, "cohort rhythm", kickoff="tue 10:00", deadline="mon 18:00", nudge="sun 10:00")
    await press(house, asked, "planning.change")
    await house.until("2026-03-11 12:00")
    asked = await lead(house, "cohort rhythm", kickoff="mon 09:00", deadline="sun 18:00", nudge="sat 10:00")
    assert "⚠️ Week 3 would begin before the deadline of week 2." in words(asked)


async def test_a_pause_stands_still_and_goes_on_where_it_stopped(house):
    asked = await lead(house, "cohort pause", reason="A storm")
    assert "Sat 07 Mar 10:00 · private reminders in week 1" in words(asked)
    await house.restart()
    assert "Spring is paused" in await press(house, asked, "planning.pause")
    assert await audited(house, "cohort.paused") == [{"reason": "A storm"}]
    before = len(house.posts())
    shown = said(await house.lead.slash(house.channel, "cohort show"))
    assert "Paused" in shown
    assert "`/cohort resume` lets it go on" in shown
    for command in ("cohort pause", "cohort break"):
        options = {"starts_on": "next monday"} if command == "cohort break" else {}
        assert "paused" in said(await house.lead.slash(house.channel, command, **options))
    await house.until("2026-03-18 12:00")
    assert len(house.posts()) == before
    assert "Paused" in words(await lead(house, "cohort calendar"))
    asked = await lead(house, "cohort resume")
    shown_text = words(asked)
    assert "2 weeks later, so that nothing is past" in shown_text
    assert "deadline of week 1: Sun 08 Mar 18:00 → Sun 22 Mar 18:00" in shown_text
    assert "kickoff of week 2" in shown_text
    done = await press(house, asked, "planning.change")
    assert "goes on" in done
    assert "`/announce schedule`; `/cohort calendar` shows the new dates" in done
    assert await audited(house, "cohort.resumed") == [{"weeks": 2, "moved": 146}]
    assert len(house.posts()) == before
    await house.until("2026-03-23 09:00")
    assert any("# Week 2 ·" in words(post) for post in house.posts()[before:])


async def test_a_short_pause_simply_goes_on(house):
    await press(house, await lead(house, "cohort pause"), "planning.pause")
    await house.until("2026-03-04 18:00")
    asked = await lead(house, "cohort resume")
    assert "Nothing fell due meanwhile" in words(asked)
    assert buttons(asked) == ["planning.change", "planning.leave"]
    await house.restart()
    done = await press(house, asked, "planning.change")
    assert "All dates stay" in done
    assert "To tell everybody, use `/announce schedule`." in done
    assert "There is nothing to resume" in said(await house.lead.slash(house.channel, "cohort resume"))


async def test_dates_can_be_kept_after_a_pause_and_what_was_missed_follows_its_policy(house):
    await press(house, await lead(house, "cohort pause"), "planning.pause")
    await house.until("2026-03-10 12:00")
    asked = await lead(house, "cohort resume")
    keep = [part for part in buttons_ids(asked) if ".g.0." in part]
    done = await house.lead.click(asked, custom_id=keep[0])
    assert "All dates stay" in words(done.response or asked)
    assert any("# Week 2 ·" in words(post) for post in house.posts())


def labels(message):
    return [part["label"] for part in parts(message) if "label" in part]


def buttons_ids(message):
    return [part["custom_id"] for part in parts(message) if "custom_id" in part]


async def test_a_cohort_is_finished_and_opened_again(house):
    asked = await lead(house, "cohort finish", keep_days=30)
    shown_text = words(asked)
    assert "Never said then" in shown_text
    assert "is forgotten after 30 days, on Fri 03 Apr 2026" in shown_text
    await house.restart()
    done = await press(house, asked, "planning.finish")
    assert "Spring is finished" in done
    assert "To tell everybody, tell them in <#" in done
    shown = said(await house.lead.slash(house.channel, "cohort show"))
    assert "**Finished** since" in shown
    owed = await house.bot.database.read(
        lambda tx: tx.all("SELECT kind FROM occurrence WHERE kind IN ('forget', 'forgetting') ORDER BY kind")
    )
    assert [row["kind"] for row in owed] == ["forget", "forgetting"]
    for command in ("cohort finish", "cohort pause"):
        assert "finished already" in said(await house.lead.slash(house.channel, command))
    before = len(house.posts())
    await house.until("2026-03-10 12:00")
    assert len(house.posts()) == before
    asked = await lead(house, "cohort resume")
    assert "finished" in words(asked)
    assert "goes on" in await press(house, asked, "planning.change")
    owed = await house.bot.database.read(
        lambda tx: tx.all("SELECT kind FROM occurrence WHERE kind IN ('forget', 'forgetting')")
    )
    assert owed == []
    asked = await lead(house, "cohort finish", keep_days=0)
    assert "kept until they ask" in words(asked)
    await press(house, asked, "planning.finish")
    assert "kept until they ask" in said(await house.lead.slash(house.channel, "cohort show"))


async def test_a_finished_cohort_whose_channel_is_taken_stays_finished(house):
    await press(house, await lead(house, "cohort finish"), "planning.finish")
    asked = await lead(house, "cohort resume")
    await house.bot.database.write(
        lambda tx: tx.run(
            "INSERT INTO cohort (guild_id, name, channel_id, timezone, starts_on, state, course_version_id, seed, "
            "created_by, created_at) SELECT guild_id, 'Autumn', channel_id, timezone, starts_on, 'draft', "
            "course_version_id, seed, created_by, created_at FROM cohort"
        )
    )
    assert "Another cohort meets in" in await press(house, asked, "planning.change")


async def test_nobody_but_a_lead_changes_the_calendar(house):
    change = await lead(house, "cohort break", starts_on="next monday")
    pause, finish = await lead(house, "cohort pause"), await lead(house, "cohort finish")
    aster = house.student("Aster")
    for actor in (aster, house.mentor):
        for command in ("break", "rhythm", "pause", "resume", "finish"):
            assert "Only the leads" in said(await actor.slash(house.channel, f"cohort {command}"))
        for card, action in (
            (change, "planning.change"),
            (change, "planning.leave"),
            (pause, "planning.pause"),
            (finish, "planning.finish"),
            (await lead(house, "cohort calendar"), "planning.events"),
        ):
            assert "Only the leads" in await pressed_by(house, actor, button(card, action))
    assert "None so far" in words(await lead(house, "cohort break"))


async def pressed_by(house, actor, custom_id):
    """What somebody is told who presses a button that was meant for another; shown to them in the channel."""
    _, action, key = custom_id.split(":")
    place = house.bot.get_channel(house.channel.id)
    card = Card(text("For all"), row(Press("Press", action, key)))
    await shim.as_bot(house.env, lambda: place.send(view=card))
    return said(await actor.click(house.posts()[-1], custom_id=custom_id))


async def test_somebody_from_elsewhere_learns_how_to_get_in(house):
    user = house.env.create_user("stranger", global_name="Stranger")
    stranger = house.world.guild.add_member(user)
    assert "not on the roster" in said(await stranger.slash(house.channel, "cohort calendar"))
    page = button(await lead(house, "cohort calendar"), "planning.page")
    assert "not on the roster" in await pressed_by(house, stranger, page)


async def test_everybody_sees_the_calendar_and_takes_it_along(house):
    aster = house.student("Aster")
    shown = (await aster.slash(house.channel, "cohort calendar")).response
    shown_text = words(shown)
    assert "▶️ **1** · Mon 02 Mar 09:00 → **Sun 08 Mar 18:00**" in shown_text
    assert "planning.events" not in buttons(shown)
    (attached,) = shown.attachments
    file = Calendar.from_ical(await read(house, attached))
    events = {str(event["uid"]): event for event in file.walk("VEVENT")}
    assert len(events) == 24 * 3
    assert events["c1-w02-deadline@homeroom"].start.isoformat() == "2026-03-15T22:00:00+00:00"
    await house.restart()
    later = await aster.click(shown, custom_id=button(shown, "planning.page"))
    assert "**13** ·" in words(later.response or shown)
    assert "planning.events" in buttons(await lead(house, "cohort calendar"))


async def read(house, attached):
    data = getattr(attached, "data", None)
    return data if data is not None else await attached.read()


async def test_live_moments_go_into_the_servers_events_and_move_with_the_calendar(house):
    shown = await lead(house, "cohort calendar")
    let_make_events(house, False)
    assert "I lack **Create Events**" in said(await press_result(house, shown))
    let_make_events(house, True)
    assert "20 events added" in said(await press_result(house, shown))
    found = events(house)
    assert len(found) == 20
    assert {event.name for event in found} >= {"Spring: retro of week 1", "Spring: kickoff of week 2"}
    await house.restart()
    assert "20 events as they were" in said(await press_result(house, shown))
    asked = await lead(house, "cohort break", starts_on="2026-03-16")
    done = await house.lead.click(asked, custom_id=button(asked, "planning.change"))
    again = done.response or asked
    assert "The server's events still have the old dates" in words(again)
    gone = next(event for event in events(house) if event.name == "Spring: kickoff of week 2")
    house.env.backend.delete_scheduled_event(house.world.guild.id, gone.id)
    result = said(await press_result(house, again))
    assert "1 event added" in result
    assert "17 events moved" in result
    assert len(events(house)) == 20
    assert (await audited(house, "cohort.events"))[-1] == {"added": 1, "moved": 17, "kept": 2}


async def test_a_cohort_that_stands_still_puts_no_events(house):
    shown = await lead(house, "cohort calendar")
    await press(house, await lead(house, "cohort pause"), "planning.pause")
    assert "Spring is paused" in said(await press_result(house, shown))
    assert events(house) == []


async def test_an_event_that_nobody_wrote_down_is_found_again(house):
    shown = await lead(house, "cohort calendar")
    await press_result(house, shown)
    await house.bot.database.write(lambda tx: tx.run("DELETE FROM server_event"))
    assert "20 events as they were" in said(await press_result(house, shown))
    assert len(events(house)) == 20


async def press_result(house, message):
    return await house.lead.click(message, custom_id=button(message, "planning.events"))


def let_make_events(house, allowed):
    """The server lets the bot make events, or does not."""
    guild = house.bot.get_guild(house.world.guild.id)
    role = guild.me.top_role
    bits = discord.Permissions(role.permissions.value)
    bits.create_events = allowed
    house.env.backend.edit_role(guild.id, role.id, {"permissions": bits.value})


def events(house):
    return list(house.env.backend.get_guild(house.world.guild.id).scheduled_events.values())


async def test_a_cohort_that_is_finished_again_is_announced_again_before_it_is_forgotten(house):
    for again in range(2):
        asked = await lead(house, "cohort finish", keep_days=10)
        await press(house, asked, "planning.finish")
        await house.until(f"2026-03-{8 + 8 * again:02} 12:00")  # within a week of forgetting
        told = [words(letter) for letter in house.letters(house.lead) if "forgotten" in words(letter)]
        assert len(told) == 1 + again
        await press(house, await lead(house, "cohort resume"), "planning.change")
