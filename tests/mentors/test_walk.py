"""A mentor at work, walked through the whole bot in a simulated Discord."""

from __future__ import annotations

import pytest

from bot.reviews import asking
from bot.revisions import queue, settling
from bot.submissions import store as submissions
from tests.house import button, buttons, opened, said, words
from tests.test_house import write_review

LINK = "https://git.example.org/{}/week-01"
REASON = "The live demo showed all of it."


@pytest.fixture
async def house(url):
    async with opened(url) as house:
        await house.start_cohort()
        await house.lead.slash(house.channel, "roster sync")
        await house.until("2026-03-03 12:00")
        await uncovered(house, "Aster", "Birch")
        yield house
        assert [fault for fault in house.faults() if not isinstance(fault, house.expected)] == []


async def uncovered(house, *names):
    """Work that students handed in and whose reviews did not come."""
    authors = [house.student(name) for name in names]
    for name, author in zip(names, authors, strict=True):
        await author.slash(house.channel, "submit", link=LINK.format(name.lower()))
    here = [await house.here(author) for author in authors]
    now = house.env.now()

    def call(tx):
        asking.begin_round(tx, here[0].cohort.id, "w01", "seed", now)
        for author in here:
            latest = submissions.latest(tx, author.cohort.id, author.member.id, "w01")
            submissions.call_mentor(tx, latest.submission_id, now)
            settling.settle(tx, author, latest.submission_id, now)
            assert queue.waiting(tx, latest.submission_id) is not None

    await house.bot.database.write(call)


async def press(actor, card, action):
    return await actor.click(card, custom_id=button(card, action))


async def taken(house, actor=None):
    """The card of the work that a mentor takes first."""
    actor = actor or house.mentor
    shown = (await actor.slash(house.channel, "queue")).response
    return (await press(actor, shown, "queue.next")).response


async def test_a_student_is_shown_the_way_rather_than_the_queue(house):
    assert "Only the mentors and leads" in said(await house.student("Aster").slash(house.channel, "queue"))


async def test_a_mentor_sees_what_waits_and_takes_it(house):
    shown = await house.mentor.slash(house.channel, "queue")
    text = said(shown)
    assert "2 pieces of work wait for a mentor" in text
    assert "by Student Aster" in text
    assert "No review came and no classmate is free" in text
    card = (await press(house.mentor, shown.response, "queue.take")).response
    assert "Yours until" in words(card)
    assert LINK.format("aster") in words(card)
    for view in ("reviews", "revisions", "overview"):
        card = (await house.mentor.select(card, [view], custom_id=button(card, "queue.view"))).response
    assert {"queue.accept", "queue.changes", "queue.review"} <= set(buttons(card))


async def test_what_one_mentor_holds_another_cannot_take(house):
    old = (await house.lead.slash(house.channel, "queue")).response
    await taken(house)
    refused = said(await press(house.lead, old, "queue.take"))
    assert "Mentor Moss has taken this and holds it until" in refused
    again = await house.lead.slash(house.channel, "queue")
    assert "Mentor Moss holds it until" in said(again)


async def test_incomplete_work_is_accepted_with_a_reason_and_the_author_hears(house):
    card = await taken(house)
    form = await press(house.mentor, card, "queue.accept")
    refused = await house.mentor.submit_modal(form, {"reason": "fine"})
    assert "at least 10 characters" in said(refused)
    assert "fine" in said(refused)
    form = await house.mentor.click(refused.response, label="Edit and try again")
    done = await house.mentor.submit_modal(form, {"reason": REASON})
    assert "Accepted" in words(done.response)
    letters = [words(letter) for letter in house.letters(house.student("Aster"))]
    assert any("Mentor Moss accepted it" in letter and REASON in letter for letter in letters)


async def test_changes_are_asked_for_in_words_of_one_s_own(house):
    moss = house.mentor
    shown = (await moss.slash(house.channel, "queue")).response
    listed = (await press(moss, shown, "queue.words")).response
    form = await press(moss, listed, "queue.word-add")
    listed = (
        await moss.submit_modal(form, {"title": "Fail first", "body": "Show the failing case."})
    ).response
    assert "Fail first" in words(listed)
    again = await press(moss, listed, "queue.word-add")
    refused = said(await moss.submit_modal(again, {"title": "Fail first", "body": "Something else."}))
    assert "You have words called “Fail first” already" in refused
    assert "Something else." in refused

    card = await taken(house)
    begin = (await press(moss, card, "queue.changes")).response
    snippet = await house.bot.mentors.snippets(await house.here(moss))
    form = await moss.select(begin, [str(snippet[0].id)], custom_id=button(begin, "queue.changes-with"))
    assert "Show the failing case." in str(form.modal)
    done = await moss.submit_modal(form, {"changes": "Show the failing case. Then mend it."})
    assert "Changes asked for" in words(done.response)
    letters = [words(letter) for letter in house.letters(house.student("Aster"))]
    assert any("asks for changes" in letter and "Then mend it." in letter for letter in letters)


async def test_work_is_handed_to_a_lead_who_opens_it_from_their_letter(house):
    card = await taken(house)
    choose = (await press(house.mentor, card, "queue.hand")).response
    lead = (await house.here(house.lead)).member
    done = await house.mentor.select(choose, [str(lead.id)], custom_id=button(choose, "queue.hand-to"))
    assert "Handed to Lead Linden" in words(done.response)
    letter = house.letters(house.lead)[-1]
    assert "Mentor Moss hands you Week 1" in words(letter)
    await house.restart()
    assert "Yours until" in said(await press(house.lead.user, letter, "queue.open"))


async def test_a_claim_that_ran_out_gives_the_words_back(house):
    card = await taken(house)
    form = await press(house.mentor, card, "queue.changes")
    await house.until("2026-03-03 14:00")
    refused = said(await house.mentor.submit_modal(form, {"changes": "Show the failing case."}))
    assert "your claim has run out" in refused
    assert "Show the failing case." in refused


async def hand_in_again(house, name, version):
    await house.student(name).slash(house.channel, "submit", link=f"https://git.example.org/{name}/{version}")


async def test_words_about_an_older_revision_come_back_for_the_newest(house):
    card = await taken(house)
    form = await press(house.mentor, card, "queue.changes")
    await hand_in_again(house, "Aster", "two")
    refused = await house.mentor.submit_modal(form, {"changes": "Show the failing case."})
    assert "Revision 2 was handed in while you looked at revision 1" in said(refused)
    assert "Show the failing case." in said(refused)
    form = await house.mentor.click(refused.response, label="Edit and try again")
    assert "What is to change in revision 2?" in str(form.modal)
    done = await house.mentor.submit_modal(form, {"changes": "Show the failing case."})
    assert "Changes asked for" in words(done.response)
    assert "revision 2" in words(done.response)


async def test_a_reason_for_an_older_revision_comes_back_for_the_newest(house):
    card = await taken(house)
    form = await press(house.mentor, card, "queue.accept")
    await hand_in_again(house, "Aster", "two")
    refused = await house.mentor.submit_modal(form, {"reason": "fine"})
    assert "Revision 2 was handed in while you looked at revision 1" in said(refused)
    form = await house.mentor.click(refused.response, label="Edit and try again")
    assert "What is missing in revision 2" in str(form.modal)
    refused = await house.mentor.submit_modal(form, {"reason": "fine"})
    assert "at least 10 characters" in said(refused)
    form = await house.mentor.click(refused.response, label="Edit and try again")
    done = await house.mentor.submit_modal(form, {"reason": REASON})
    assert "Accepted" in words(done.response)


async def test_me_leads_a_mentor_to_the_queue(house):
    shown = await house.mentor.slash(house.channel, "me")
    assert "2 pieces of work in the queue" in said(shown)
    board = await house.mentor.click(shown.response, label="Open the queue")
    assert "2 pieces of work wait for a mentor" in said(board)


async def test_buttons_from_before_a_restart_still_work(house):
    card = await taken(house)
    await house.restart()
    renewed = (await press(house.mentor, card, "queue.renew")).response
    assert "you can renew that 2 more times" in words(renewed)
    released = (await press(house.mentor, renewed, "queue.release")).response
    assert "is free again" in words(released)
    assert "You hold none (3 at most)" in words((await press(house.mentor, released, "queue.page")).response)


async def test_a_mentor_reviews_it_themselves_on_the_ordinary_card(house):
    card = await taken(house)
    review = (await press(house.mentor, card, "queue.review")).response
    assert "Student Aster" in words(review)
    await write_review(house.mentor, review)
    left = said(await house.mentor.slash(house.channel, "queue"))
    assert "Student Aster" not in left


async def test_an_empty_queue_says_what_it_is_for(house):
    for _ in range(2):
        form = await press(house.mentor, await taken(house), "queue.accept")
        await house.mentor.submit_modal(form, {"reason": REASON})
    shown = await house.mentor.slash(house.channel, "queue")
    assert "Nothing waits for a mentor. Work comes here when" in said(shown)
    assert "this week" not in said(shown), "nobody else mentors here to compare with"
    assert "queue.next" not in buttons(shown.response)


async def test_leads_see_the_turnaround(house):
    shown = (await house.lead.slash(house.channel, "queue")).response
    assert "The whole cohort" in words((await press(house.lead, shown, "queue.turnaround")).response)
    shown = (await house.mentor.slash(house.channel, "queue")).response
    assert "queue.turnaround" not in buttons(shown)
