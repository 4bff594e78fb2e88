"""What is announced comes once, at its time or not at all, and can be changed until it is being posted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot import ledger
from bot.announcements import cards, rules
from bot.announcements.rules import Attached, Rights
from bot.announcements.service import Announcements
from bot.announcements.wording import Wanted
from bot.database import Database
from bot.errors import CourseError
from bot.posts.rules import Trouble
from bot.posts.service import Failure, Posts
from tests.announcements.desk import ALL, DAY, HOUR, LEAD, NONE, NOW, SECOND, Desk, at, shown
from tests.shown import words_of
from tests.town import asker

MINUTE = timedelta(minutes=1)
FILE = Attached(name="plan.pdf", media_type="application/pdf", body=b"%PDF-1.7")


@pytest.fixture
async def desk(database):
    return await Desk(database).set_up()


async def test_it_is_said_on_the_dot_and_never_again(desk):
    await desk.schedule()
    assert await desk.heard(at(5, 9) - timedelta(seconds=1)) == []
    assert await desk.heard(at(5, 9)) == [("Announced", None, "Hello")]
    assert await desk.heard(at(6, 9)) == []
    assert await desk.coming() == []
    assert [action for action, _ in await desk.audit()] == ["announcement.scheduled", "announcement.sent"]


async def test_a_preview_alone_announces_nothing_and_its_button_works_once(desk):
    preview = await desk.draft()
    assert await desk.heard(at(5, 9)) == []
    with pytest.raises(CourseError, match="Its time has passed meanwhile"):
        await desk.announcements.keep(await desk.here(LEAD, at(5, 9)), *shown(preview), NONE, at(5, 9))
    item = await desk.schedule()
    with pytest.raises(CourseError, match="scheduled already"):
        await desk.announcements.keep(await desk.here(LEAD, NOW), item.id, item.version, NONE, NOW)


async def test_a_draft_is_its_authors_own_and_can_be_reworded_and_discarded(desk):
    draft = (await desk.draft()).announcement
    lead, second = await desk.here(LEAD, NOW), await desk.here(SECOND, NOW)
    with pytest.raises(CourseError, match="another lead's preview"):
        await desk.announcements.keep(second, draft.id, draft.version, NONE, NOW)
    reworded = await desk.announcements.reword(
        lead, draft.id, draft.version, Wanted(text="Better"), NONE, NOW + MINUTE
    )
    assert (reworded.announcement.body, reworded.announcement.plan) == ("Better", draft.plan)
    with pytest.raises(CourseError, match="changed since"):
        await desk.announcements.keep(lead, draft.id, draft.version, NONE, NOW)
    await desk.announcements.discard(lead, *shown(reworded))
    with pytest.raises(CourseError, match="not kept any more"):
        await desk.announcements.keep(lead, *shown(reworded), NONE, NOW)


async def files_of(desk):
    return [
        row["name"] for row in await desk.database.read(lambda tx: tx.all("SELECT * FROM announcement_file"))
    ]


async def test_drafts_that_nobody_came_back_to_go_by_themselves(desk):
    old = (await desk.draft(when="2026-03-09 09:00", file=FILE)).announcement
    await desk.tick(NOW + DAY)
    assert await files_of(desk) == [FILE.name], "for a day somebody may come back to it"
    await desk.tick(NOW + DAY + MINUTE)
    with pytest.raises(CourseError, match="not kept"):
        await desk.announcements.draft(await desk.here(LEAD, NOW), old.id, old.version)
    assert await files_of(desk) == []


async def test_changes_that_nobody_confirmed_go_with_what_they_would_change(desk):
    item = await desk.schedule()
    lead = await desk.here(LEAD, NOW)
    changed = await desk.announcements.amend(lead, item.id, Wanted(text="Other"), NONE, FILE, NOW)
    await desk.cancel(item)
    assert await files_of(desk) == []
    with pytest.raises(CourseError, match="not kept"):
        await desk.announcements.keep(lead, *shown(changed), NONE, NOW)


async def test_a_weekly_one_keeps_its_wall_time_over_the_clock_change(desk):
    await desk.schedule(when="tomorrow 09:00", repeat="weekly")  # the clocks change on Sunday the 8th
    for day in (5, 12, 19):
        assert await desk.heard(at(day, 9) - timedelta(seconds=1)) == []
        assert await desk.heard(at(day, 9)) == [("Announced", None, "Hello")]
    assert [key for key, _, _ in await desk.rows()] == [
        "a1.2026-03-05.1400", "a1.2026-03-12.1300", "a1.2026-03-19.1300", "a1.2026-03-26.1300",
    ]  # fmt: skip


async def test_one_missed_by_a_short_outage_is_still_said_and_by_a_long_one_not(desk):
    await desk.schedule()
    await desk.schedule(when="friday 09:00", text="Later")
    assert await desk.heard(at(5, 20, 59)) == [("Announced", None, "Hello")]
    assert await desk.heard(at(6, 21)) == [("NotAnnounced", LEAD, "late")], "its author hears of it"
    assert desk.said[-1].content.at == at(6, 9)
    assert (await desk.rows())[1] == ("a2.2026-03-06.1400", "skipped", "it was too late to be of use")
    assert ("post.skipped", "a2.2026-03-06.1400") in [
        (action, detail["key"]) for action, detail in await desk.audit("post.")
    ]
    backstage = await desk.posts.backstage(await desk.here(LEAD, at(6, 21)), 1, at(6, 21))
    assert ("announcement", "a2.2026-03-06.1400", "it was too late to be of use") in backstage.skipped


async def test_after_an_outage_of_three_days_a_daily_one_is_said_once_and_goes_on(desk):
    await desk.schedule(repeat="daily")
    assert await desk.heard(at(5, 9)) == [("Announced", None, "Hello")]
    assert sorted(await desk.heard(at(8, 12))) == [
        ("Announced", None, "Hello"),
        ("NotAnnounced", LEAD, "late"),
    ], "two were missed, and one letter says it"
    states = [state for _, state, _ in await desk.rows()]
    assert states == ["sent", "skipped", "skipped", "sent", "due"]
    assert await desk.heard(at(9, 9)) == [("Announced", None, "Hello")]


async def test_a_paused_cohort_hears_nothing_and_the_repetitions_go_on_after_it(desk):
    await desk.schedule(repeat="daily")
    await set_state(desk, "paused")
    assert await desk.heard(at(7, 12)) == []
    await set_state(desk, "running")
    assert await desk.heard(at(7, 22)) == [("NotAnnounced", LEAD, "late")]  # the newest is thirteen hours old
    assert await desk.heard(at(8, 9)) == [("Announced", None, "Hello")]


async def set_state(desk, state):
    await desk.database.write(lambda tx: tx.run("UPDATE cohort SET state = :state", state=state))


async def test_a_draft_cohort_and_a_finished_one_announce_nothing(desk):
    item = await desk.schedule()
    await set_state(desk, "draft")
    with pytest.raises(CourseError, match="still a draft"):
        await desk.draft()
    await set_state(desk, "finished")
    with pytest.raises(CourseError, match="has finished"):
        await desk.draft()
    with pytest.raises(CourseError, match="has finished"):
        await desk.edit(item, text="Changed")
    assert await desk.heard(at(5, 9)) == []


async def test_an_edit_before_it_is_taken_up_counts(desk):
    item = await desk.schedule()
    await desk.edit(item, text="Changed", by=SECOND)
    assert await desk.heard(at(5, 9)) == [("Announced", None, "Changed")]
    actions = await desk.audit()
    assert [action for action, _ in actions] == [
        f"announcement.{what}" for what in ("scheduled", "edited", "sent")
    ]
    assert (actions[1][1]["text"], actions[1][1]["was"]) == ("Changed", "Hello")
    sent = desk.said[-1].content.announcement
    assert sent.author.user_id == SECOND, "who changed it last answers for it"


async def test_another_time_on_the_same_day_there_and_back(desk):
    item = await desk.schedule()
    item = await desk.edit(item, when="tomorrow 18:00")
    item = await desk.edit(item, when="2026-03-06 09:00", repeat="weekly")
    await desk.edit(item, when="tomorrow 09:00")
    assert await desk.rows() == [("a1.2026-03-05.1400", "due", None)]
    assert await desk.heard(at(5, 9)) == [("Announced", None, "Hello")]
    (coming,) = await desk.coming()
    assert coming.plan.day.isoformat() == "2026-03-12"
    later = await desk.edit(coming, when="2026-03-05 18:00", now=at(5, 10))
    assert await desk.heard(at(5, 18)) == [("Announced", None, "Hello")], (
        "twice on one day if a lead wants it so"
    )
    assert later.plan.repeat == (3,)


async def test_an_edit_that_changes_nothing_and_one_that_was_overtaken_are_refused(desk):
    item = await desk.schedule()
    with pytest.raises(CourseError, match="like that already"):
        await desk.edit(item, text="Hello")
    lead = await desk.here(LEAD, NOW)
    slow = await desk.announcements.amend(lead, item.id, Wanted(text="Slow"), NONE, None, NOW)
    await desk.edit(item, text="Quick", by=SECOND, now=NOW + MINUTE)
    with pytest.raises(CourseError, match="changed by somebody else meanwhile"):
        await desk.announcements.keep(lead, *shown(slow), NONE, NOW + 2 * MINUTE)


async def test_an_edit_confirmed_after_a_repetition_was_said_is_of_the_next_one(desk):
    item = await desk.schedule(repeat="weekly")
    lead = await desk.here(LEAD, NOW)
    preview = await desk.announcements.amend(lead, item.id, Wanted(text="New"), NONE, None, at(5, 8))
    assert await desk.heard(at(5, 9)) == [("Announced", None, "Hello")]
    kept = await desk.announcements.keep(lead, *shown(preview), NONE, at(5, 10))
    assert kept.announcement.plan.day.isoformat() == "2026-03-12"
    assert await desk.heard(at(5, 11)) == []
    assert await desk.heard(at(12, 9)) == [("Announced", None, "New")]


async def test_an_edit_whose_new_time_passed_meanwhile_is_refused(desk):
    item = await desk.schedule(when="friday 09:00")
    lead = await desk.here(LEAD, NOW)
    preview = await desk.announcements.amend(lead, item.id, Wanted(when="tomorrow 08:00"), NONE, None, NOW)
    with pytest.raises(CourseError, match="new time has passed meanwhile"):
        await desk.announcements.keep(lead, *shown(preview), NONE, at(5, 9))


async def test_what_was_cancelled_is_not_said_and_cannot_be_cancelled_again(desk):
    item = await desk.schedule(repeat="daily", file=FILE)
    await desk.cancel(item, by=SECOND)
    assert await desk.heard(at(5, 9)) == []
    assert await desk.coming() == []
    with pytest.raises(CourseError, match="was cancelled already"):
        await desk.cancel(item)
    with pytest.raises(CourseError, match="was cancelled already"):
        await desk.edit(item, text="Changed")
    assert (await desk.audit())[-1][0] == "announcement.cancelled"
    assert await desk.database.read(lambda tx: tx.all("SELECT * FROM announcement_file")) == []


async def test_what_was_said_cannot_be_changed_or_cancelled(desk):
    item = await desk.schedule()
    await desk.heard(at(5, 9))
    for attempt in (desk.cancel(item), desk.edit(item, text="Changed")):
        with pytest.raises(CourseError, match="is over already"):
            await attempt


@pytest.mark.parametrize("what", ["cancel", "edit"])
async def test_the_sender_that_took_it_up_first_wins(desk, url, what):
    item = await desk.schedule()
    other = await Database.open(url)
    sender = Posts(other, "another process")
    (row,) = await sender.claim(at(5, 9))
    with pytest.raises(CourseError, match="being posted at this moment"):
        await (
            desk.cancel(item, now=at(5, 9))
            if what == "cancel"
            else desk.edit(item, text="Changed", now=at(5, 9))
        )
    post = await sender.compose(row, at(5, 9))
    assert post.content.announcement.body == "Hello"
    await sender.sent(row, post, channel_id=901, message_id=1, now=at(5, 9))
    assert [action for action, _ in await desk.audit()] == ["announcement.scheduled", "announcement.sent"]
    await other.close()


@pytest.mark.parametrize("what", ["cancel", "edit"])
async def test_the_lead_who_came_first_wins(desk, url, what):
    item = await desk.schedule()
    other = await Database.open(url)
    await (
        desk.cancel(item, now=at(5, 9)) if what == "cancel" else desk.edit(item, text="Changed", now=at(5, 9))
    )
    sender = Posts(other, "another process")
    rows = await sender.claim(at(5, 9))
    said = [(await sender.compose(row, at(5, 9))).content.announcement.body for row in rows]
    assert said == ([] if what == "cancel" else ["Changed"])
    await other.close()


async def test_what_may_have_been_said_cannot_be_taken_back_and_what_was_surely_not_can(desk):
    for unsure in (True, False):
        item = await desk.schedule(text=str(unsure))
        (row,) = await desk.posts.claim(at(5, 9))
        post = await desk.posts.compose(row, at(5, 9))
        await desk.posts.failed(row, post, Failure(error="no answer", unsure=unsure), at(5, 9))
        if unsure:
            with pytest.raises(CourseError, match="being posted at this moment"):
                await desk.cancel(item, now=at(5, 9) + MINUTE)
            await desk.tick(at(5, 10))
        else:
            changed = await desk.edit(item, text="Mended", now=at(5, 9) + MINUTE)
            assert changed.plan == item.plan, "it is late, and is said as soon as that works"
            assert await desk.heard(at(5, 10)) == [("Announced", None, "Mended")]


async def test_a_broken_channel_does_not_stop_the_next_repetition(desk):
    await desk.schedule(repeat="daily")
    now, tries = at(5, 9), 0
    while now < at(6, 9):
        for row in await desk.posts.claim(now):
            post = await desk.posts.compose(row, now)
            if post is not None:
                tries += row.kind == "announcement"
                await desk.posts.failed(row, post, Failure(error="not allowed"), now)
        now = await desk.posts.next_at()
    assert tries >= 4
    assert [state for _, state, _ in await desk.rows()] == ["skipped", "due"]
    assert await desk.heard(at(6, 9)) == [("Announced", None, "Hello")]


async def test_a_fault_while_it_is_composed_ends_with_its_lateness(desk):
    await desk.schedule(repeat="daily")
    (row,) = await desk.posts.claim(at(5, 9))
    await desk.posts.failed(row, None, Failure(error="fault: KeyError"), at(5, 9))
    await desk.database.write(
        lambda tx: tx.run(
            "UPDATE occurrence SET attempts = :tries WHERE kind = 'announcement'", tries=ledger.TRIES
        )
    )
    (row,) = await desk.posts.claim(at(5, 10))
    await desk.posts.failed(row, None, Failure(error="fault: KeyError"), at(5, 10))
    assert [state for _, state, _ in await desk.rows()] == ["failed", "due"]


async def test_everyone_needs_a_second_lead_who_gets_a_letter_with_the_text(desk):
    item = await desk.schedule(mention="everyone")
    assert item.state == "waiting"
    assert await desk.heard(NOW) == [("ApprovalAsked", SECOND, "Hello")]
    with pytest.raises(CourseError, match="Another lead approves"):
        await desk.approve(item, by=LEAD)
    approved = await desk.approve(item)
    assert approved.id == item.id
    with pytest.raises(CourseError, match="approved already"):
        await desk.approve(item)
    assert await desk.heard(at(5, 9)) == [("Announced", None, "Hello")]
    assert desk.said[-1].content.audience.everyone
    assert desk.said[-1].content.announcement.approved_by is not None
    assert "announcement.approved" in [action for action, _ in await desk.audit()]


async def test_everyone_with_the_permission_is_scheduled_at_once(desk):
    item = await desk.schedule(mention="everyone", rights=ALL)
    assert (item.state, item.approved_by) == ("scheduled", None)
    assert await desk.heard(NOW) == []


async def test_everyone_without_another_lead_is_refused_at_the_door(database):
    desk = await Desk(database).set_up(leads=1)
    with pytest.raises(CourseError, match=r"there is no other lead.*`/roster add`"):
        await desk.draft(mention="everyone")
    assert (await desk.draft(mention="everyone", rights=ALL)).approvers == ()


async def test_without_an_approval_by_its_time_it_is_not_said_and_its_author_is_told(desk):
    await desk.schedule(mention="everyone", repeat="daily")
    await desk.tick(NOW)
    assert await desk.heard(at(5, 9)) == [("NotAnnounced", LEAD, "unapproved")]
    assert (await desk.rows())[0][1:] == ("skipped", "no second lead approved it in time")
    (waiting,) = await desk.coming()
    await desk.approve(waiting, now=at(5, 10))
    assert await desk.heard(at(6, 9)) == [("Announced", None, "Hello")], "the next one can still be approved"


async def test_a_refusal_cancels_it_and_tells_its_author_by_whom(desk):
    item = await desk.schedule(mention="everyone")
    await desk.tick(NOW)
    await desk.refuse(item)
    assert await desk.heard(NOW) == [("NotAnnounced", LEAD, "refused")]
    assert desk.said[-1].content.by.user_id == SECOND
    assert await desk.heard(at(5, 9)) == []
    with pytest.raises(CourseError, match="was cancelled already"):
        await desk.approve(item)
    assert (await desk.audit())[-1][0] == "announcement.refused"


async def test_an_approval_is_of_the_text_that_was_read(desk):
    item = await desk.schedule(mention="everyone")
    changed = await desk.edit(item, text="Something else", now=NOW + MINUTE)
    for answer in (desk.approve, desk.refuse):
        with pytest.raises(CourseError, match="changed since this was asked"):
            await answer(item, now=NOW + MINUTE)
    assert await desk.heard(NOW + MINUTE) == [("ApprovalAsked", SECOND, "Something else")]
    await desk.approve(changed, now=NOW + MINUTE)
    later = await desk.edit(changed, when="friday 09:00", now=NOW + 2 * MINUTE)
    assert later.state == "scheduled", "another time needs no new approval"
    for wanted, file in ((Wanted(text="A third"), None), (Wanted(), FILE)):
        again = await desk.announcements.amend(
            await desk.here(LEAD, NOW), later.id, wanted, NONE, file, NOW + HOUR
        )
        assert again.approvers, "another text or file does"


@pytest.mark.parametrize(
    ("before", "change", "stays"),
    [
        ("none", {"repeat": "daily"}, False),
        ("weekly", {"repeat": "daily"}, False),
        ("weekly", {"repeat": "mon, thu"}, False),
        ("weekly", {"repeat": "none"}, True),
        ("weekly", {"when": "friday 09:00"}, True),
    ],
)
async def test_an_approval_is_of_how_often_it_comes(desk, before, change, stays):
    item = await desk.schedule(mention="everyone", repeat=before)
    await desk.approve(item)
    changed = await desk.edit(item, now=NOW + MINUTE, **change)
    assert changed.state == ("scheduled" if stays else "waiting")


async def test_letters_for_leads_reach_nobody_who_leads_no_more(desk):
    here = await desk.here(LEAD, NOW)
    await desk.cohorts.enroll(here, SECOND, "Lead Second", "mentor", NOW)
    await desk.schedule(mention="everyone", text="For leads only")
    await desk.schedule(repeat="daily", text="For leads only")
    (row,) = [
        row for row in await desk.posts.claim(at(5, 9)) if row.kind == "announcement" and "a2" in row.key
    ]
    await desk.posts.compose(row, at(5, 9))
    await desk.posts.withhold(row, "author", at(5, 9))
    await desk.database.write(
        lambda tx: tx.run(
            "UPDATE enrollment SET state = 'withdrawn' WHERE role = 'lead' AND member_id = "
            "(SELECT id FROM member WHERE user_id = :user_id)",
            user_id=SECOND,
        )
    )
    assert await desk.heard(at(5, 10)) == [("NotAnnounced", LEAD, "unapproved")]


async def test_after_the_course_finished_the_list_says_that_nothing_is_posted(desk):
    item = await desk.schedule()
    await set_state(desk, "finished")
    here = await desk.here(LEAD, NOW)
    assert "The cohort is finished" in words_of(cards.listed(here, await desk.coming(), 1))
    opened = await desk.announcements.one(here, item.id)
    assert "The cohort is finished: it is not posted" in words_of(cards.opened(opened, here.member))


async def cannot_ping(desk, when):
    """Its time comes, and I may not mention everyone."""
    for row in await desk.posts.claim(when):
        post = await desk.posts.compose(row, when)
        if row.kind == "announcement" and post is not None:
            subject = rules.everyone_in(post.channel_id)
            failure = Failure(error="not allowed", subject=subject, mend="I may not mention everyone.")
            await desk.posts.failed(row, post, failure, when)


async def problems_of(desk):
    rows = await desk.database.read(lambda tx: tx.all("SELECT * FROM problem WHERE mended_at IS NULL"))
    return [row["subject"].partition(":")[0] for row in rows]


@pytest.mark.parametrize("how", ["changed", "cancelled", "missed"])
async def test_that_i_may_not_mention_everyone_is_told_anew_for_the_next_one(desk, how):
    item = await desk.schedule(mention="everyone", rights=ALL)
    await cannot_ping(desk, at(5, 9))
    assert await problems_of(desk) == ["everyone"]
    other = await desk.schedule(mention="everyone", rights=ALL, when="2026-03-09 09:00", now=at(5, 10))
    assert await problems_of(desk) == ["everyone"], "the first one still waits"
    if how == "changed":
        await desk.edit(item, mention="none", now=at(5, 10))
    elif how == "cancelled":
        await desk.cancel(item, now=at(5, 10))
    else:
        assert await desk.heard(at(5, 22)) == [("NotAnnounced", LEAD, "late")]
    assert await problems_of(desk) == []
    await desk.tick(at(6, 9))
    before = len(desk.said)
    await cannot_ping(desk, other.plan.next_at)
    assert await problems_of(desk) == ["everyone"]
    await desk.tick(other.plan.next_at)
    told = {post.user_id for post in desk.said[before:] if isinstance(post.content, Trouble)}
    assert told == {LEAD, SECOND}


async def test_a_lead_of_the_roster_may_announce_without_the_role_that_they_carried_too(desk):
    by_role = Rights(by_role=True, everyone=False)
    item = await desk.schedule(rights=by_role)
    here = await desk.here(LEAD, NOW)
    assert rules.may_announce(here.cohort, item, asker(LEAD), {"lead": True})
    await desk.database.write(lambda tx: tx.run("UPDATE enrollment SET by_role = 1 WHERE role = 'lead'"))
    seen = await desk.schedule(rights=by_role)
    assert not rules.may_announce(here.cohort, seen, asker(LEAD), {"lead": True}), "their place hangs on it"


async def test_what_a_lead_took_back_is_missed_by_nobody(desk):
    await desk.cancel(await desk.schedule())
    await desk.refuse(await desk.schedule(mention="everyone", text="Other"))
    assert (await desk.posts.backstage(await desk.here(LEAD, NOW), 1, NOW)).skipped == []


async def test_one_that_was_said_may_move_to_the_same_time_after_the_clocks_went_back(desk):
    autumn = datetime(2026, 10, 31, 17, tzinfo=UTC)
    item = await desk.schedule(now=autumn, when="2026-11-01T01:30-04:00", repeat="daily")
    assert await desk.heard(item.plan.next_at) == [("Announced", None, "Hello")]
    again = await desk.edit(item, now=item.plan.next_at + MINUTE, when="2026-11-01T01:30-05:00")
    assert again.plan.next_at == item.plan.next_at + HOUR
    assert await desk.heard(again.plan.next_at) == [("Announced", None, "Hello")]


async def test_an_author_learns_that_one_may_have_been_posted_or_was_given_up_on(desk):
    await desk.schedule()
    await desk.schedule(text="Other")
    first, second = [row for row in await desk.posts.claim(at(5, 9)) if row.kind == "announcement"]
    for row, failure in (
        (first, Failure(error="no answer", unsure=True)),
        (second, Failure(error="broken", hopeless=True)),
    ):
        post = await desk.posts.compose(row, at(5, 9))
        await desk.posts.failed(row, post, failure, at(5, 9))
    assert await desk.heard(at(5, 9)) == [("NotAnnounced", LEAD, "failed")]
    assert await desk.heard(at(5, 21)) == [("NotAnnounced", LEAD, "unsure")]


async def test_an_approver_who_edits_needs_another_approval(desk):
    item = await desk.schedule(mention="everyone")
    await desk.approve(item)
    edited = await desk.edit(item, when="friday 09:00", by=SECOND, now=NOW + MINUTE)
    assert edited.state == "waiting"
    assert ("ApprovalAsked", LEAD, "Hello") in await desk.heard(NOW + MINUTE)


async def test_an_answer_after_its_time_changes_nothing(desk):
    item = await desk.schedule(mention="everyone")
    (row,) = [row for row in await desk.posts.claim(at(5, 9)) if row.kind == "announcement"]
    with pytest.raises(CourseError, match="Its time has come"):
        await desk.refuse(item, now=at(5, 9))
    assert await desk.posts.compose(row, at(5, 9)) is None
    with pytest.raises(CourseError, match="is over already"):
        await desk.approve(item, now=at(5, 9))


async def test_a_letter_about_what_was_answered_meanwhile_is_not_sent(desk):
    item = await desk.schedule(mention="everyone")
    await desk.approve(item)
    assert await desk.heard(NOW) == []


async def test_an_author_who_leads_no_more_is_not_posted_and_the_others_hear_of_it_once(desk):
    await desk.schedule(repeat="daily")
    for day in (5, 6):
        (row,) = await desk.posts.claim(at(day, 9))
        assert await desk.posts.compose(row, at(day, 9)) is not None
        await desk.posts.withhold(row, "author", at(day, 9))
        expected = [("NotAnnounced", SECOND, "author")] if day == 5 else []
        assert await desk.heard(at(day, 9)) == expected
    assert [action for action, _ in await desk.audit()].count("announcement.unauthorised") == 2
    (item,) = await desk.coming()
    taken_over = await desk.edit(item, text="Mine now", by=SECOND, now=at(6, 10))
    assert taken_over.author.user_id == SECOND
    assert await desk.heard(at(7, 9)) == [("Announced", None, "Mine now")]


async def test_an_author_who_lost_the_permission_waits_for_an_approval_the_next_time(desk):
    await desk.schedule(mention="everyone", repeat="daily", rights=ALL)
    (row,) = await desk.posts.claim(at(5, 9))
    await desk.posts.compose(row, at(5, 9))
    await desk.posts.withhold(row, "everyone", at(5, 9))
    assert sorted(await desk.heard(at(5, 9))) == [
        ("ApprovalAsked", SECOND, "Hello"),
        ("NotAnnounced", LEAD, "everyone"),
    ]
    (item,) = await desk.coming()
    await desk.approve(item, now=at(5, 10))
    assert await desk.heard(at(6, 9)) == [("Announced", None, "Hello")]


async def test_a_process_that_lost_the_row_withholds_nothing(desk, database):
    await desk.schedule()
    (row,) = await desk.posts.claim(at(5, 9))
    late = at(5, 9) + ledger.LEASE
    (again,) = await Posts(database, "second").claim(late)
    await desk.posts.withhold(row, "author", late)
    assert await Posts(database, "second").compose(again, late) is not None
    assert "announcement.unauthorised" not in [action for action, _ in await desk.audit()]


async def test_a_cohort_that_grew_beyond_what_can_be_named_is_told_to_its_author(desk):
    item = await desk.schedule(mention="cohort")
    here = await desk.here(LEAD, NOW)
    for number in range(60):
        await desk.cohorts.enroll(here, 6000 + number, f"Newcomer {number}", "student", NOW)
    with pytest.raises(CourseError, match="62 students and no student role"):
        await desk.draft(mention="cohort")
    shown = await desk.announcements.one(here, item.id)
    assert shown.audience.user_ids == (), "it is still shown, to be changed"
    assert await desk.heard(at(5, 9)) == [("NotAnnounced", LEAD, "crowd")]


async def test_a_file_goes_with_it_is_exchanged_and_let_go_in_the_end(desk):
    item = await desk.schedule(file=FILE, repeat="daily")
    await desk.tick(at(5, 9))
    assert desk.said[-1].content.file == FILE
    other = Attached(name="b.png", media_type="image/png", body=bytes(range(256)))
    (item,) = await desk.coming()
    preview = await desk.announcements.amend(
        await desk.here(LEAD, NOW), item.id, Wanted(text="x"), NONE, None, NOW
    )
    assert preview.file == FILE, "an edit without a file keeps the one it has"
    await desk.edit(item, file=other, now=at(5, 10))
    await desk.tick(at(6, 9))
    assert desk.said[-1].content.file == other
    (item,) = await desk.coming()
    await desk.edit(item, repeat="none", now=at(6, 10))
    await desk.tick(at(7, 9))
    assert desk.said[-1].content.file == other
    assert (
        await desk.database.read(
            lambda tx: tx.all("SELECT * FROM announcement_file WHERE announcement_id = 1")
        )
        == []
    )


async def test_an_announcement_is_meant_by_its_number_or_by_words_of_its_own(desk):
    first = await desk.schedule(text="Office hour moves")
    second = await desk.schedule(text="The office is closed")
    here = await desk.here(LEAD, NOW)
    for typed, item in (
        (str(first.id), first),
        (f"#{second.id}", second),
        ("Hour  moves", first),
        ("closed", second),
    ):
        assert (await desk.announcements.meant(here, typed)).id == item.id
    with pytest.raises(CourseError, match="2 announcements have “office”"):
        await desk.announcements.meant(here, "office")
    for typed in ("nothing", "", "99"):
        with pytest.raises(CourseError, match="Nothing that is to come"):
            await desk.announcements.meant(here, typed)


async def test_another_cohorts_announcement_is_not_known_here(desk):
    item = await desk.schedule()
    await desk.database.write(
        lambda tx: tx.run("UPDATE announcement SET state = 'draft' WHERE id = :id", id=item.id)
    )
    with pytest.raises(CourseError, match="do not know that announcement"):
        await desk.cancel(item)
    with pytest.raises(CourseError, match="do not know that announcement"):
        await Announcements(desk.database).one(await desk.here(LEAD, NOW), 99)
