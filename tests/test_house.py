"""One week of the course, walked through the whole bot: student, peer, mentor and lead."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest

from bot.errors import CourseError
from playground import shim
from tests.house import button, buttons, opened, said, words


@pytest.fixture
async def house(url):
    async with opened(url) as house:
        await house.start_cohort()
        yield house
        assert [fault for fault in house.faults() if not isinstance(fault, house.expected)] == []


LINK = "https://git.example.org/{}/week-01"
FIRST_DEADLINE = "2026-03-08 18:00"


async def hand_in(house, *names, link=LINK):
    for name in names:
        await house.student(name).slash(house.channel, "submit", link=link.format(name.lower()))


async def review_everything(house, name):
    """Open, score, praise, point out and send each review that is asked of a student, by hand."""
    actor, sent = house.student(name), 0
    while True:
        listed = (await actor.slash(house.channel, "review mine")).response
        if "review.open" not in buttons(listed):
            return sent
        card = (await actor.click(listed, custom_id=button(listed, "review.open"))).response
        await write_review(actor, card)
        sent += 1


async def write_review(actor, card):
    card = await score_everything(actor, card)
    form = await actor.click(card, custom_id=button(card, "review.strength"))
    card = (
        await actor.submit_modal(form, {"strength": "The failing case is shown before and after."})
    ).response
    card = await add_point(actor, card)
    return await actor.click(card, custom_id=button(card, "review.send"))


async def score_everything(actor, card):
    for custom_id in [item for item in menus(card) if ":review.score:" in item]:
        card = (await actor.select(card, ["3"], custom_id=custom_id)).response
    return card


async def add_point(actor, card):
    form = await actor.click(card, custom_id=button(card, "review.point"))
    typed = {"kind": "risk", "severity": "high", "place": "client.js", "body": "No deadline on the call."}
    return (await actor.submit_modal(form, typed)).response


def menus(message):
    from tests.house import parts

    return [part["custom_id"] for part in parts(message) if part.get("type") == 3]


async def test_the_kickoff_comes_at_nine_with_the_week_s_eight_outcomes(house):
    await house.until("2026-03-02 08:59")
    assert house.posts() == []
    await house.until("2026-03-02 09:00")
    (kickoff,) = house.posts()
    assert "Week 1 · Backend Architecture Fundamentals and Request Lifecycle" in words(kickoff)
    week = house.bot.course.week(1)
    outcomes = house.bot.course.outcomes_of(week)
    assert len(outcomes) == 8
    assert all(outcome in words(kickoff) for outcome in outcomes)
    assert "submit.open" in buttons(kickoff)


async def test_a_whole_week(house):
    await house.until("2026-03-03 12:00")
    await hand_in(house, "Aster", "Birch", "Cedar", "Dahlia")
    await house.until("2026-03-07 10:00")
    assert len(house.letters(house.student("Elder"))) == 1, "who owes work is nudged"
    assert house.letters(house.student("Aster")) == [], "who has handed in is not"

    await house.until(FIRST_DEADLINE)
    pairing = house.posts()[-1]
    assert "Reviews for Week 1" in words(pairing)
    assert words(pairing).count("→") == 4
    await house.until("2026-03-08 19:00")
    retro = house.posts()[-1]
    assert "Looking back on week 1" in words(retro)

    late = await house.student("Elder").slash(house.channel, "submit", link=LINK.format("elder"))
    assert "late" in said(late).lower()
    assert "Late work joins" in words(house.posts()[-1])

    for name in ("Aster", "Birch", "Cedar", "Dahlia", "Elder"):
        assert await review_everything(house, name) >= 2
    letters = [words(letter) for letter in house.letters(house.student("Aster"))]
    assert len([letter for letter in letters if "reviewed your work" in letter]) >= 2
    feedback = said(await house.student("Aster").slash(house.channel, "feedback"))
    assert "The failing case is shown before and after." in feedback
    assert "No deadline on the call." in feedback

    form = await house.student("Aster").click(retro, custom_id=button(retro, "retro.open"))
    kept = await house.student("Aster").submit_modal(
        form, {"retain": "Tests first.", "improve": "Start the memo earlier.", "scale": "The load script."}
    )
    assert kept.response.ephemeral

    shown = await house.student("Aster").slash(house.channel, "progress")
    assert "Your progress" in said(shown)
    assert [file.filename for file in shown.response.attachments] == ["progress.png"]
    await house.until("2026-03-12 09:00")
    digest = house.posts()[-1]
    assert "Week 1 in numbers" in words(digest)
    behind = said(await house.lead.click(digest, custom_id=button(digest, "digest.staff")))
    assert "Not handed in" in behind


async def test_last_week_s_improvement_comes_back_in_the_next_retro(house):
    await house.until("2026-03-08 19:00")
    aster = house.student("Aster")
    form = await aster.slash(house.channel, "retro")
    await aster.submit_modal(form, {"retain": "a", "improve": "Start the memo earlier.", "scale": "c"})
    await house.until("2026-03-15 19:00")
    form = await aster.slash(house.channel, "retro")
    assert "Start the memo earlier." in str(form.modal)


async def test_me_says_what_waits_and_leads_there(house):
    await house.until("2026-03-03 12:00")
    shown = await house.student("Aster").slash(house.channel, "me")
    assert "To hand in" in said(shown)
    form = await house.student("Aster").click(shown.response, custom_id=button(shown.response, "submit.open"))
    assert form.modal is not None
    await hand_in(house, "Aster")
    assert "To hand in" not in said(await house.student("Aster").slash(house.channel, "me"))


async def test_a_button_from_before_a_restart_still_works(house):
    await house.until("2026-03-02 09:00")
    (kickoff,) = house.posts()
    await house.restart()
    form = await house.student("Aster").click(kickoff, custom_id=button(kickoff, "submit.open"))
    done = await house.student("Aster").submit_modal(form, {_first_field(form): LINK.format("aster")})
    assert "Week 1" in said(done)
    assert len(house.posts()) == 1, "nothing is posted twice"


def _first_field(form):
    return next(part["component"]["custom_id"] for part in form.modal["components"] if "component" in part)


async def test_a_draft_survives_a_restart(house):
    await hand_in_three(house)
    aster = house.student("Aster")
    listed = (await aster.slash(house.channel, "review mine")).response
    card = (await aster.click(listed, custom_id=button(listed, "review.open"))).response
    await score_everything(aster, card)
    await house.restart()
    card = await add_point(aster, card)
    assert "No deadline on the call." in words(card)
    refused = await aster.click(card, custom_id=button(card, "review.send"))
    assert "strength" in said(refused)


async def hand_in_three(house):
    await house.until("2026-03-03 12:00")
    await hand_in(house, "Aster", "Birch", "Cedar")
    await house.until(FIRST_DEADLINE)


async def test_what_fell_due_while_the_bot_was_down_is_said_once_it_is_back(house):
    await house.until("2026-03-02 08:00")
    await house.restart(down_for=timedelta(hours=5))
    await house.until("2026-03-02 13:05")
    await house.restart()
    assert [words(post).splitlines()[1] for post in house.posts()] == [
        "# Week 1 · Backend Architecture Fundamentals and Request Lifecycle"
    ]


async def test_somebody_else_s_review_stays_closed(house):
    await hand_in_three(house)
    aster, birch = house.student("Aster"), house.student("Birch")
    listed = (await aster.slash(house.channel, "review mine")).response
    review = button(listed, "review.open")
    pairing = house.posts()[-2]
    assert "review.mine" in buttons(pairing)
    async with _as_if_shown(house, review, pairing) as message:
        assert "somebody else" in said(await birch.click(message, custom_id=review))


class _as_if_shown:
    """A button that a stranger got hold of: the same id on a public message."""

    def __init__(self, house, custom_id, message):
        self.stored = house.env.backend.get_message(message.channel.id, message.id)
        self.custom_id, self.message = custom_id, message

    async def __aenter__(self):
        self.before = self.stored.components
        self.stored.components = [
            {"type": 1, "components": [{"type": 2, "style": 2, "label": "x", "custom_id": self.custom_id}]}
        ]
        return self.message

    async def __aexit__(self, *_):
        self.stored.components = self.before


async def test_a_command_in_another_channel_still_finds_the_only_cohort(house):
    await house.until("2026-03-03 12:00")
    shown = await house.student("Aster").slash(house.world.general, "week")
    assert "Week 1" in said(shown)


async def test_a_stranger_is_told_how_to_join(house):
    stranger = house.world.guild.add_member(house.env.create_user("stranger"))
    await house.until("2026-03-03 12:00")
    refused = await stranger.slash(house.channel, "submit", link=LINK.format("stranger"))
    assert "/roster add" in said(refused)
    assert len(house.faults()) == 1


async def test_a_bad_link_gives_the_form_back_with_what_was_typed(house):
    await house.until("2026-03-03 12:00")
    aster = house.student("Aster")
    form = await aster.slash(house.channel, "submit")
    field = _first_field(form)
    refused = await aster.submit_modal(
        form, {field: "http://localhost:3000", "note": "Look at the router first."}
    )
    assert "not a public address" in said(refused)
    assert "Look at the router first." in said(refused)
    again = await aster.click(refused.response, label="Edit and try again")
    assert "Look at the router first." in str(again.modal)
    done = await aster.submit_modal(again, {field: LINK.format("aster"), "note": "Look at the router first."})
    assert "Week 1" in said(done)


async def test_a_fault_of_ours_gives_the_form_back_too_with_a_reference(house):
    await house.until("2026-03-03 12:00")
    aster = house.student("Aster")
    form = await aster.slash(house.channel, "retro")
    typed = {"retain": "Tests first.", "improve": "Start the memo earlier.", "scale": "The load script."}
    await house.bot.database.write(lambda tx: tx.run("ALTER TABLE retro RENAME TO mislaid"))
    house.expected = (CourseError, sqlite3.OperationalError)
    failed = await aster.submit_modal(form, typed)
    assert "tell a lead this reference: `" in said(failed)
    assert all(text in said(failed) for text in typed.values())
    await house.bot.database.write(lambda tx: tx.run("ALTER TABLE mislaid RENAME TO retro"))
    again = await aster.click(failed.response, label="Edit and try again")
    kept = await aster.submit_modal(again, typed)
    assert "Start the memo earlier." in said(kept)


async def test_closed_private_messages_become_a_knock_in_the_channel_without_content(house):
    elder = house.student("Elder")
    shim.close_dms(house.env, elder)
    await house.until("2026-03-07 10:00")
    (knock,) = [post for post in house.posts() if f"<@{elder.id}>" in words(post)]
    assert "Week 1" not in words(knock)
    shown = await elder.click(knock, custom_id=button(knock, "me.show"))
    assert "To hand in" in said(shown)


async def test_a_missing_permission_reaches_the_lead_once_and_the_post_comes_when_it_is_back(house):
    await house.until("2026-03-02 08:00")
    await shim.forbid_bot(house.env, house.channel, send_messages=True)
    await house.until("2026-03-02 12:00")
    assert house.posts() == []
    (told,) = house.letters(house.lead)
    assert "Send Messages" in words(told)
    await shim.forbid_bot(house.env, house.channel)
    await house.until("2026-03-02 20:00")
    assert len(house.posts()) == 1
    assert len(house.letters(house.lead)) == 1


async def test_a_deleted_channel_reaches_the_lead_and_silences_no_other_cohort(house):
    other = house.world.general
    await house.lead.slash(
        house.channel, "cohort create", name="Autumn", channel=other, starts_on="2026-03-02",
        timezone="Europe/Berlin",
    )  # fmt: skip
    asked = await house.lead.slash(other, "cohort start")
    await house.lead.click(asked.response, custom_id=button(asked.response, "cohort.start"))
    await shim.delete_channel(house.env, house.channel)
    await house.until("2026-03-02 12:00")
    assert len(house.posts(other)) == 1
    (told,) = house.letters(house.lead)
    assert "no longer exists" in words(told)


async def test_a_letter_that_finds_every_door_shut_is_kept_and_the_lead_is_told(house):
    elder = house.student("Elder")
    await house.until("2026-03-06 12:00")
    shim.close_dms(house.env, elder)
    await shim.delete_channel(house.env, house.channel)
    await house.until("2026-03-07 10:00")
    (told,) = house.letters(house.lead)
    assert "no longer exists" in words(told)
    row = await house.bot.database.read(
        lambda tx: tx.one(
            "SELECT o.state FROM occurrence o JOIN member m ON m.id = o.member_id "
            "WHERE o.kind = 'reminder' AND m.user_id = :id",
            id=elder.id,
        )
    )
    assert row["state"] == "due"


async def test_an_answer_that_was_lost_does_not_double_the_kickoff(house):
    await house.until("2026-03-02 08:59")
    shim.lossy(house.env, "POST", f"/channels/{house.channel.id}/messages", TimeoutError())
    await house.until("2026-03-02 12:00")
    assert len(house.posts()) == 1


async def test_an_answer_lost_in_an_outage_longer_than_the_nonce_does_not_double_the_kickoff(house):
    await house.until("2026-03-02 08:59")
    shim.lossy(house.env, "POST", f"/channels/{house.channel.id}/messages", TimeoutError())
    await house.env.advance_time(61)
    assert len(house.posts()) == 1
    await house.restart(down_for=timedelta(hours=3))
    await house.until("2026-03-02 14:00")
    assert len(house.posts()) == 1
    row = await house.bot.database.read(
        lambda tx: tx.one("SELECT * FROM occurrence WHERE kind = 'kickoff' AND key = 'w01'")
    )
    assert (row["state"], row["message_id"]) == ("sent", house.posts()[0].id)


async def test_a_lost_answer_is_found_under_a_thousand_messages(house):
    await house.until("2026-03-02 08:59")
    shim.lossy(house.env, "POST", f"/channels/{house.channel.id}/messages", TimeoutError())
    await house.env.advance_time(61)
    for number in range(510):
        house.env.backend.create_message(house.channel.id, house.student("Birch").id, f"chatter {number}")
    await house.restart(down_for=timedelta(hours=3))
    await house.until("2026-03-02 14:00")
    assert len(house.posts()) == 1


async def test_without_the_right_to_look_a_lost_answer_is_not_repeated_but_reaches_the_lead(house):
    await house.until("2026-03-02 08:59")
    shim.lossy(house.env, "POST", f"/channels/{house.channel.id}/messages", TimeoutError())
    await house.env.advance_time(61)
    await shim.forbid_bot(house.env, house.channel, read_message_history=True)
    await house.until("2026-03-02 14:00")
    assert len(house.posts()) == 1
    (told,) = house.letters(house.lead)
    assert "Read Message History" in words(told)
    await shim.forbid_bot(house.env, house.channel)
    await house.until("2026-03-02 20:00")
    assert len(house.posts()) == 1


async def test_a_student_cannot_start_a_cohort_or_see_somebody_s_progress(house):
    aster, birch = house.student("Aster"), house.student("Birch")
    assert "Only the leads" in said(await aster.slash(house.channel, "cohort start"))
    assert "mentors and leads" in said(await aster.slash(house.channel, "progress", member=birch))
    assert "Birch's progress" in said(await house.mentor.slash(house.channel, "progress", member=birch))
    assert len(house.faults()) == 2


async def test_commands_are_registered_once_and_not_at_every_start(house):
    calls = []
    shim.listen(house.env, lambda call: calls.append(call.path))
    await house.restart()
    assert [path for path in calls if path.endswith("/commands")] == []
