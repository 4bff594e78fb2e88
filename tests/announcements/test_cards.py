"""What leads see of announcements fits what Discord takes, however long the text is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.announcements import cards, rules
from bot.announcements.forms import Wording, filled
from bot.announcements.rules import Attached, Audience, Preview
from bot.cohorts.rules import Here, Member, Running
from bot.forms import GivenBack
from tests.announcements.test_rules import COHORT, NOON, announcement
from tests.shown import assert_discord_holds, assert_form_fits, buttons_of, menus_of, words_of
from tests.town import COURSE

RUNNING = Running(cohort=replace(COHORT, name="A cohort with *markdown* in its long name"), course=COURSE)
HERE = Here(cohort=RUNNING.cohort, course=COURSE, user_id=1000, member=None, roles=frozenset({"lead"}))
LEADS = [Member(id=number, user_id=10**18 + number, name=f"Lead {number}") for number in range(2, 40)]
FILE = Attached(name="plan.pdf", media_type="application/pdf", body=b"%PDF")
WARNING = (
    f"I may not mention everyone in <#{10**18}>, and post it only once I may: give me Mention Everyone there (channel "
    "settings → Permissions)."
)


def full(state="draft", names=0, **changes):
    """As much as is let through with so many names."""
    heard = Audience(user_ids=tuple(10**18 + number for number in range(names)))
    room = min(rules.TEXT_LIMIT, rules.CARD_LIMIT - rules.PREVIEW_AROUND - rules.NAME_ROOM * names)
    item = announcement(
        id=123456, body="w" * room, state=state, mention="everyone", version=10**16, **changes
    )
    rules.check_room(item.body, heard, rules.PREVIEW_AROUND)
    return Preview(running=RUNNING, announcement=item, audience=heard, file=FILE)


@pytest.mark.parametrize("names", [0, 12, 50])
async def test_the_longest_preview_fits_with_all_that_stands_around_it(names):
    preview = full(names=names)
    assert_discord_holds(cards.asked(preview, [WARNING]))
    assert_discord_holds(cards.asked(replace(preview, approvers=LEADS), [WARNING]))
    paused = replace(preview, running=replace(RUNNING, cohort=replace(RUNNING.cohort, state="paused")))
    assert_discord_holds(cards.asked(replace(paused, approvers=LEADS), [WARNING]))
    for other in (
        cards.opened(preview, LEADS[0]),
        cards.end_asked(preview),
        cards.kept(replace(preview, approvers=LEADS)),
    ):
        assert_discord_holds(other)


@pytest.mark.parametrize(("old", "new"), [(3000, 3000), (3000, 10), (10, 3000), (1500, 1500)])
async def test_a_change_shows_as_much_of_the_old_text_as_there_is_room_for(old, new):
    preview = full()
    before = replace(preview.announcement, body="o" * old, mention="cohort", state="scheduled")
    before = replace(before, plan=replace(before.plan, next_at=NOON - timedelta(days=1), repeat=(0, 1, 2)))
    shown = cards.asked(
        replace(
            preview,
            announcement=replace(preview.announcement, body="n" * new),
            before=before,
            approvers=LEADS,
        ),
        [WARNING],
    )
    assert_discord_holds(shown)
    assert "n" * new in words_of(shown)
    assert "o" * min(old, 60) in words_of(shown)
    assert "Until now" in words_of(shown)


async def test_a_preview_has_the_very_parts_of_the_post():
    preview = full()
    look = cards.look(RUNNING.cohort, preview.announcement, preview.audience, preview.file)
    posted = [item.to_component_dict() for item in look]
    shown = [part for part in cards.asked(preview, ()).to_components() if part["type"] == 17][1]["components"]
    assert shown == posted


async def test_the_list_shows_each_page_and_its_menu():
    coming = [
        announcement(
            id=number, body="*w* " * 700, mention=rules.MENTIONS[number % 3], state="waiting", version=1
        )
        for number in range(1, 26)
    ]
    for page in (0, 1, 2, 4, 99):
        shown = cards.listed(HERE, coming, page)
        assert_discord_holds(shown)
        assert menus_of(shown)
    assert set(buttons_of(cards.listed(HERE, coming, 2))) == {"◀ Page 1", "Page 3 ▶"}
    assert not buttons_of(cards.listed(HERE, coming[:3], 1))
    empty = cards.listed(HERE, [], 1)
    assert_discord_holds(empty)
    assert "`/announce schedule`" in words_of(empty)


async def test_only_another_lead_is_offered_to_approve():
    waiting = full(state="waiting")
    author = waiting.announcement.author
    assert {"Approve", "Refuse"} <= set(buttons_of(cards.opened(waiting, LEADS[0])))
    assert not {"Approve", "Refuse"} & set(buttons_of(cards.opened(waiting, author)))
    assert not {"Approve", "Refuse"} & set(buttons_of(cards.opened(full(state="scheduled"), LEADS[0])))


async def test_a_former_member_is_named_as_such():
    former = Member(id=1, user_id=None, name="former member")
    shown = cards.listed(HERE, [announcement(author=former)], 1)
    assert "former member" in words_of(shown)


async def test_the_small_answers_fit():
    item = announcement(body="w" * 3000)
    for shown in (
        cards.discarded(),
        cards.ended(item),
        cards.stayed(item),
        cards.approved(item),
        cards.refused(item),
    ):
        assert_discord_holds(shown)


async def test_the_form_fits_and_keeps_even_what_is_too_long():
    for typed in ({}, filled(announcement(body="w" * 3000)), {"text": "w" * 4000, "when": "x" * 5000}):
        form = Wording(typed, None)
        assert_form_fits(form)
        assert form.fields()["text"][1] == typed.get("text", "")


@pytest.mark.parametrize("text", [10, 2500, 4000])
async def test_a_refusal_gives_the_text_back_whole_if_the_other_fields_leave_the_room(text):
    refusal = "I cannot tell for certain when that is. " * 4
    shown = GivenBack(refusal, Wording({"text": "w" * text, "when": "soon", "mention": "cohort"}, None))
    assert shown.content_length() <= rules.CARD_LIMIT
    assert ("w" * text in words_of(shown)) == (text < 3000)
    assert "soon" in words_of(shown)


def test_the_buttons_below_a_new_draft_and_below_a_change_say_what_they_do():
    new = full()
    assert list(buttons_of(cards.asked(new, [])))[-3:] == ["Schedule it", "Edit", "Discard"]
    changed = replace(new, before=new.announcement)
    assert list(buttons_of(cards.asked(changed, [])))[-3:] == ["Save the change", "Edit further", "Discard"]
