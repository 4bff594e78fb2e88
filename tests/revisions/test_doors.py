"""The loop by hand, through the whole bot: take up, review, answer, look again, accept."""

from __future__ import annotations

import pytest

from tests.house import button, buttons, opened, parts, said, words


@pytest.fixture
async def house(url):
    async with opened(url) as house:
        await house.start_cohort()
        await house.until("2026-03-03 12:00")
        yield house
        assert [fault for fault in house.faults() if not isinstance(fault, house.expected)] == []


FIRST_DEADLINE = "2026-03-08 18:00"
REMARKS = {
    "Aster": ("The failing case is shown before and after.", "Nothing says how long a caller waits here."),
    "Birch": ("Every route refuses bad input by its name.", "The outgoing call has no deadline of its own."),
    "Cedar": ("The log line carries the request's number.", "Two writers can meet in this table and lose."),
}


async def hand_in(house, *names):
    for name in names:
        form = await house.student(name).slash(house.channel, "submit")
        fields = [part["component"]["custom_id"] for part in form.modal["components"] if "component" in part]
        typed = {item: f"https://git.example.org/{name.lower()}/{item}" for item in fields if item != "note"}
        await house.student(name).submit_modal(form, typed)


async def press(actor, message, action):
    return await actor.click(message, custom_id=button(message, action))


async def pick(actor, message, value, menu):
    return await actor.select(message, [value], custom_id=menu)


def menus(message):
    return [part["custom_id"] for part in parts(message) if part.get("type") == 3]


def label(message, action):
    return next(
        part["label"] for part in parts(message) if part.get("custom_id", "").split(":")[1:2] == [action]
    )


async def write_and_send(house, name, card):
    """Fill an open review card, and send it."""
    actor, (strength, body) = house.student(name), REMARKS[name]
    for custom_id in [item for item in menus(card) if ":review.score:" in item]:
        card = (await pick(actor, card, "3", custom_id)).response
    form = await press(actor, card, "review.strength")
    card = (await actor.submit_modal(form, {"strength": strength})).response
    form = await press(actor, card, "review.point")
    typed = {"kind": "risk", "severity": "high", "place": "client.js", "body": body}
    card = (await actor.submit_modal(form, typed)).response
    return (await press(actor, card, "review.send")).response


async def take_and_send(house, name):
    taken = (await house.student(name).slash(house.channel, "review next")).response
    return await write_and_send(house, name, taken)


async def letter_with(house, name, action):
    """The newest private message to a student that has a button."""
    return [letter for letter in house.letters(house.student(name)) if action in buttons(letter)][-1]


async def reviewed(house):
    """Aster's work, taken up and reviewed by Birch and Cedar before the deadline."""
    await hand_in(house, "Birch", "Cedar", "Aster")
    await take_and_send(house, "Birch")
    await take_and_send(house, "Cedar")


async def test_waiting_work_is_taken_up_kept_and_sent_before_anybody_is_asked(house):
    await hand_in(house, "Aster", "Birch")
    birch = house.student("Birch")
    taken = await birch.slash(house.channel, "review next")
    assert "Work by **Aster**" in said(taken).replace("Student ", "")
    assert "kept for you until" in said(taken)
    assert "Each change keeps it for another 8 hours." in said(taken)
    sent = await write_and_send(house, "Birch", taken.response)
    assert "Thank you for reviewing" in words(sent)
    assert "Nothing waits for a reviewer just now" in said(await press(birch, sent, "review.next"))
    listed = said(await birch.slash(house.channel, "review mine"))
    assert "1 of them taken up by yourself" in listed


async def test_whoever_has_not_handed_in_is_told_to_do_that_first(house):
    await hand_in(house, "Aster")
    refused = said(await house.student("Birch").slash(house.channel, "review next"))
    assert "`/submit`" in refused
    house.faults()


async def test_the_whole_loop_until_acceptance(house):
    await reviewed(house)
    aster, cedar = house.student("Aster"), house.student("Cedar")
    birch = house.student("Birch").user  # from the private message on

    feedback = await aster.slash(house.channel, "feedback")
    assert "Yours to answer" in said(feedback)
    assert label(feedback.response, "answer.open") == "Answer 2 points"
    card = (await press(aster, feedback.response, "answer.open")).response
    assert "0 of 2 points answered" in words(card)
    first, second = menus(card)
    card = (await pick(aster, card, "fixed", first)).response
    assert "Sending hands in revision 2 with the same links" in words(card)
    early = await press(aster, card, "answer.send")
    assert "1 of 2 points still lacks an answer" in said(early)
    form = await pick(aster, card, "declined", second)
    refused = await aster.submit_modal(form, {"answer": "No."})
    assert "says too little" in said(refused)
    assert "No." in said(refused)
    form = await aster.click(refused.response, label="Edit and try again")
    await aster.submit_modal(form, {"answer": "The lab measures exactly this, so it stays."})

    card = await aster.slash(house.channel, "feedback")
    assert "a draft, not sent yet" in said(card)
    card = (await press(aster, card.response, "answer.open")).response
    receipt = await press(aster, card, "answer.send")
    assert "2 answers went to 2 reviewers." in said(receipt)
    assert "This is revision 2 now" in said(receipt)

    letter = await letter_with(house, "Birch", "recheck.open")
    again = (await press(birch, letter, "recheck.open")).response
    assert "**Revision 2**" in words(again)
    (menu,) = menus(again)
    point = next(part["options"][0]["value"] for part in parts(again) if part.get("type") == 3)
    form = await pick(birch, again, point, menu)
    again = (await birch.submit_modal(form, {"remark": "The second path still has none."})).response
    assert label(again, "recheck.done") == "Send: 0 settled, 1 still open"
    done = await press(birch, again, "recheck.done")
    assert "1 point goes back to" in said(done)

    listed = (await cedar.slash(house.channel, "review mine")).response
    assert "1 review to look at again" in words(listed)
    settled = await press(cedar, (await press(cedar, listed, "recheck.open")).response, "recheck.done")
    assert "You settled 1 point." in said(settled)

    await back_once_and_settled(house)


async def back_once_and_settled(house):
    aster, birch = house.student("Aster"), house.student("Birch").user
    await house.restart()
    feedback = (await aster.slash(house.channel, "feedback")).response
    assert "The second path still has none." in words(feedback)
    assert label(feedback, "answer.open") == "Answer 1 point"
    card = (await press(aster, feedback, "answer.open")).response
    assert "found it still open after you fixed it in revision 2" in words(card)
    card = (await pick(aster, card, "fixed", menus(card)[0])).response
    assert "This is revision 3 now" in said(await press(aster, card, "answer.send"))

    letter = await letter_with(house, "Birch", "recheck.open")
    again = (await press(birch, letter, "recheck.open")).response
    assert "you found still open:\n> The second path still has none." in words(again)
    assert label(again, "recheck.done") == "All settled"
    await press(birch, again, "recheck.done")
    assert "**Accepted.**" in said(await aster.slash(house.channel, "feedback"))


async def test_a_mark_can_be_taken_away_again(house):
    await reviewed(house)
    await answer_all(house)
    birch = house.student("Birch").user
    letter = await letter_with(house, "Birch", "recheck.open")
    again = (await press(birch, letter, "recheck.open")).response
    (menu,) = menus(again)
    point = next(part["options"][0]["value"] for part in parts(again) if part.get("type") == 3)
    form = await pick(birch, again, point, menu)
    again = (await birch.submit_modal(form, {"remark": "It still hangs."})).response
    form = await pick(birch, again, point, menu)
    assert "It still hangs." in str(form.modal)
    again = (await birch.submit_modal(form, {"remark": ""})).response
    assert label(again, "recheck.done") == "All settled"


async def answer_all(house):
    aster = house.student("Aster")
    feedback = (await aster.slash(house.channel, "feedback")).response
    card = (await press(aster, feedback, "answer.open")).response
    for menu in menus(card):
        card = (await pick(aster, card, "fixed", menu)).response
    return await press(aster, card, "answer.send")


async def test_a_second_press_of_anything_is_harmless(house):
    await reviewed(house)
    aster, cedar = house.student("Aster"), house.student("Cedar")
    feedback = (await aster.slash(house.channel, "feedback")).response
    stale = (await press(aster, feedback, "answer.open")).response
    await answer_all(house)
    assert "Nothing waits for an answer" in said(await press(aster, stale, "answer.send"))
    late = await pick(aster, stale, "fixed", menus(stale)[0])
    assert "no longer waits for an answer" in said(late)

    listed = [(await cedar.slash(house.channel, "review mine")).response for _ in range(2)]
    one, other = [(await press(cedar, message, "recheck.open")).response for message in listed]
    await press(cedar, one, "recheck.done")
    assert "settled meanwhile" in said(await press(cedar, other, "recheck.done"))


async def test_an_author_says_how_useful_a_review_was(house):
    await reviewed(house)
    aster = house.student("Aster")
    feedback = (await aster.slash(house.channel, "feedback")).response
    menu = next(item for item in menus(feedback) if "feedback.rate" in item)
    rated = (await pick(aster, feedback, "4", menu)).response
    chosen = [
        option["label"]
        for part in parts(rated)
        if part.get("custom_id") == menu
        for option in part["options"]
        if option.get("default")
    ]
    assert chosen == ["Very useful"]


async def test_somebody_else_cannot_look_at_answers(house):
    await reviewed(house)
    await answer_all(house)
    letter = await letter_with(house, "Birch", "recheck.open")
    review_id = int(button(letter, "recheck.open").split(":")[2].partition("~")[0])
    dahlia = house.student("Dahlia")
    with pytest.raises(Exception, match="for somebody else"):
        await house.bot.revisions.recheck(dahlia.id, review_id)


async def asked(house):
    """Four have handed in and been paired."""
    await hand_in(house, "Aster", "Birch", "Cedar", "Dahlia")
    await house.until(FIRST_DEADLINE)


async def first_asked(house, name):
    listed = (await house.student(name).slash(house.channel, "review mine")).response
    return button(listed, "review.open").split(":")[2]


async def test_a_review_is_handed_back_from_its_card_with_a_reason(house):
    await asked(house)
    aster = house.student("Aster")
    listed = (await aster.slash(house.channel, "review mine")).response
    card = (await press(aster, listed, "review.open")).response
    form = await press(aster, card, "review.decline")
    done = await aster.submit_modal(form, {"reason": "The author is my brother."})
    assert "Somebody else is asked to review" in said(done)
    assert "1 review to write" in said(await press(aster, done.response, "review.mine"))


async def test_the_command_asks_in_a_form_for_what_was_left_out(house):
    await asked(house)
    aster = house.student("Aster")
    review_id = await first_asked(house, "Aster")
    form = await aster.slash(house.channel, "review decline")
    done = await aster.submit_modal(form, {"review": [review_id], "reason": "I am moving house."})
    assert "Handed back" in said(done)
    other = await first_asked(house, "Aster")
    form = await aster.slash(house.channel, "review decline", review=other)
    assert "Handed back" in said(await aster.submit_modal(form, {"reason": "I am still moving house."}))
    assert "there is none to hand back" in said(await aster.slash(house.channel, "review decline"))
    house.faults()


async def test_whoever_has_declined_as_many_as_fit_gets_their_words_back(house):
    await asked(house)
    aster = house.student("Aster")
    for _ in range(2):
        review_id = await first_asked(house, "Aster")
        await aster.slash(house.channel, "review decline", review=review_id, reason="I am moving house.")
    await house.until("2026-03-10 12:00")
    await hand_in(house, "Aster", "Birch", "Cedar")
    await house.until("2026-03-15 18:00")
    review_id = await first_asked(house, "Aster")
    refused = await aster.slash(
        house.channel, "review decline", review=review_id, reason="The boxes are everywhere."
    )
    assert "as many as fit" in said(refused)
    assert "The boxes are everywhere." in said(refused)


async def test_what_was_taken_up_goes_back_among_what_waits(house):
    await hand_in(house, "Aster", "Birch")
    birch = house.student("Birch")
    card = (await birch.slash(house.channel, "review next")).response
    form = await press(birch, card, "review.decline")
    done = await birch.submit_modal(form, {"reason": "I have no time after all."})
    assert "back among the work that waits" in said(done)


async def test_a_draft_whose_time_was_over_can_still_be_sent(house):
    await hand_in(house, "Aster", "Birch")
    birch = house.student("Birch")
    card = (await birch.slash(house.channel, "review next")).response
    await house.until("2026-03-04 12:00")
    listed = (await birch.slash(house.channel, "review mine")).response
    assert "Begun, and given on" in words(listed)
    card = (await press(birch, listed, "review.open")).response
    assert "Thank you for reviewing" in words(await write_and_send(house, "Birch", card))


async def test_a_volunteer_takes_up_work_from_the_post_in_the_channel_even_after_a_restart(house):
    await asked(house)
    await house.until("2026-03-12 09:00")
    post = next(post for post in house.posts() if "review.next" in buttons(post))
    await house.restart()
    taken = await house.student("Aster").click(post, custom_id=button(post, "review.next"))
    assert "kept for you until" in said(taken)
    assert any("review.next" in buttons(post) for post in house.posts()), "the post stays for others"


async def test_the_command_offers_what_can_be_handed_back_as_one_types(house):
    await asked(house)
    aster = house.student("Aster")
    offered = await aster.autocomplete(house.channel, "review decline", "review", "week 1")
    review_id = await first_asked(house, "Aster")
    assert review_id in str(offered)
    assert str(await aster.autocomplete(house.channel, "review decline", "review", "nobody")) in ("[]", "()")
