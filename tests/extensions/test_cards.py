"""What is shown about more time fits Discord, says what follows, and keeps people's words inert."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cohorts.rules import REASON_LIMIT, Allowance, Here, Member
from bot.extensions import cards, giving_cards
from bot.extensions.forms import AskForm, DeclineForm, UntilForm
from bot.extensions.rules import WAITING_A_PAGE, Asked, Excuse, Extension, Request
from bot.extensions.service import Desk
from bot.progress import to_do_cards
from bot.progress.service import Progress
from bot.submissions.cards import receipt_card
from bot.submissions.rules import Missed
from tests.extensions.conftest import DAY, HOUR
from tests.shown import assert_discord_holds, assert_form_fits, buttons_of, words_of
from tests.submissions.test_rules import RUNNING
from tests.town import COURSE

NOW = RUNNING.times[1].kickoff
ITEM = max(COURSE.deliverables, key=lambda item: len(item.name))
HERE = Here(cohort=RUNNING.cohort, course=COURSE, user_id=7, member=None, roles=frozenset({"lead"}))
ODD = Member(id=10**9, user_id=10**18, name="*_" * 60)
WORST = "*" * REASON_LIMIT


def asked(**changes) -> Asked:
    request = Request(
        id=10**9, cohort_id=1, member_id=ODD.id, deliverable=ITEM.key, days=14, reason=WORST, asked_at=NOW,
        answer=None, answered_by=None, answered_at=None, words="",
    )  # fmt: skip
    return Asked(
        **{
            "running": RUNNING, "request": request, "member": ODD, "deliverable": ITEM, "before": NOW,
            "until": NOW + DAY, "handed_in": False, "lately": Missed(weeks=0, of=0), "extensions": 0, "by": None,
        } | changes
    )  # fmt: skip


def extension(**changes) -> Extension:
    return Extension(
        **{
            "member": ODD, "deliverable": ITEM, "until": NOW + 2 * DAY, "before": NOW + DAY, "handed_in_at": None,
            "was_late": False, "reviews": 0, "reviews_due": NOW + 5 * DAY, "reminded_at": None, "request": None,
        } | changes
    )  # fmt: skip


def allowance(**changes) -> Allowance:
    return Allowance(**{"until_at": None, "excused_at": None, "reason": WORST, "granted_at": NOW} | changes)


def test_a_request_says_where_the_student_stands():
    assert "has missed nothing lately" in words_of(cards.request(asked()))
    assert "has had no extra time in this course so far" in words_of(cards.request(asked()))
    told = words_of(cards.request(asked(lately=Missed(weeks=2, of=3), extensions=1, handed_in=True)))
    assert "has missed 2 of the last 3 weeks" in told
    assert "was given more time for 1 deliverable so far" in told
    assert "has handed it in meanwhile, late" in told
    assert list(buttons_of(cards.request(asked()))) == ["Grant", "Other date", "Decline"]


def test_a_request_whose_date_is_past_offers_another_date_and_not_the_past_one():
    card = cards.request(asked(is_past=True))
    assert list(buttons_of(card)) == ["Other date", "Decline"]
    assert "which is past by now" in words_of(card)
    assert "Granting it" not in words_of(card)
    assert_discord_holds(card)


@pytest.mark.parametrize("count", [0, 1, WAITING_A_PAGE, WAITING_A_PAGE + 1, 40])
def test_what_waits_fits_page_by_page_beside_what_was_given(count):
    requests = [replace(asked().request, id=number) for number in range(1, count + 1)]
    waiting = [asked(request=request) for request in requests]
    given = [(ODD, ITEM, allowance(until_at=NOW)) for _ in range(count)]
    pages = max(1, -(-count // WAITING_A_PAGE))
    for page in range(1, pages + 1):
        shown = waiting[(page - 1) * WAITING_A_PAGE : page * WAITING_A_PAGE]
        card = cards.desk(RUNNING.cohort, Desk(waiting=shown, given=given, page=page, pages=pages))
        assert_discord_holds(card)
        assert words_of(card).count("asks for 14 more days") == len(shown)
        turns = [f"◀ Page {page - 1}"] * (page > 1) + [f"Page {page + 1} ▶"] * (page < pages)
        assert [label for label in buttons_of(card) if "Page" in label] == turns


@pytest.mark.parametrize("count", [0, 1, giving_cards.EXCUSED_A_PAGE, 40])
def test_who_may_leave_out_what_fits_page_by_page(count):
    found = [(ODD, ITEM, allowance(excused_at=NOW)) for _ in range(count)]
    for page in (1, 2, 3):
        assert_discord_holds(giving_cards.excused_listed(RUNNING.cohort, found, page))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "too close for a reminder"),
        ({"reminded_at": NOW}, "They are reminded"),
        ({"was_late": True, "handed_in_at": NOW}, "It is not late any more"),
        ({"handed_in_at": NOW, "reviews": 1}, "The review of it that they still owe can wait"),
        ({"handed_in_at": NOW, "reviews": 2}, "The 2 reviews of it"),
        ({"before": NOW + 3 * DAY}, "earlier than the"),
        ({"request": asked().request}, "answers their request for 14 more days"),
    ],
)
def test_more_time_says_what_follows_before_it_is_given(changes, words):
    card = giving_cards.extend_asked(HERE, extension(**changes), WORST)
    assert words in words_of(card)
    assert_discord_holds(card)
    assert_discord_holds(giving_cards.extended(extension(**changes)))


def test_in_a_pause_the_student_hears_of_it_later():
    paused = Here(
        cohort=replace(RUNNING.cohort, state="paused", paused_at=NOW), course=COURSE, user_id=7, member=None,
        roles=frozenset({"lead"}),
    )  # fmt: skip
    assert "when the course goes on" in words_of(giving_cards.extend_asked(paused, extension(), ""))


@pytest.mark.parametrize("undo", [True, False])
@pytest.mark.parametrize("handed_in", [True, False])
@pytest.mark.parametrize("is_over", [True, False])
def test_leaving_out_says_what_follows_before_it_is_so(undo, handed_in, is_over):
    meant = Excuse(
        member=ODD, deliverable=ITEM, undo=undo, handed_in=handed_in, deadline=NOW, is_over=is_over
    )
    card = giving_cards.excuse_asked(HERE, meant, WORST)
    said = words_of(card)
    assert ("counts as missed until" in said) == (undo and is_over and not handed_in)
    assert ("still welcome" in said) == (not undo and not handed_in)
    assert_discord_holds(card)
    assert_discord_holds(giving_cards.excused(meant))


def test_every_other_card_and_form_fits():
    done = [replace(asked().request, answer=answer, words=WORST) for answer in ("granted", "declined")]
    for card in (
        cards.asked(asked()),
        cards.withdrawn(asked()),
        cards.request(asked()),
        giving_cards.left(RUNNING.cohort),
        *(cards.answered(asked(request=request)) for request in done),
    ):
        assert_discord_holds(card)
    for form in (
        AskForm({"days": "9" * 50, "reason": WORST * 3}, never),
        UntilForm({"until": "x" * 90, "reason": WORST * 3}, never),
        DeclineForm(never, WORST * 3),
    ):
        assert_form_fits(form)


async def never(*_):
    raise AssertionError


async def test_me_shows_what_falls_into_a_pause_without_a_date(desk):
    week = await desk.week()
    await desk.state("paused", week.nudge)
    here = await desk.town.here(1, week.deadline + DAY)
    view = await Progress(desk.town.database).to_do(here, week.deadline + DAY)
    said = words_of(to_do_cards.to_do(view, week.deadline + DAY))
    assert "paused: nothing falls due" in said
    assert "due when the course goes on" in said
    await desk.state("finished")
    here = await desk.town.here(1, week.deadline + DAY)
    view = await Progress(desk.town.database).to_do(here, week.deadline + DAY)
    assert "the course is over" in words_of(to_do_cards.to_do(view, week.deadline + DAY))


async def test_the_receipt_says_what_comes_next_in_a_pause_and_with_more_time(desk):
    week = await desk.week()
    until, now = week.deadline + 3 * DAY, week.deadline + DAY
    await desk.extend(1, until, week.nudge)
    before = receipt_card(await desk.town.here(1, week.nudge), await desk.town.submit(1, "w02", week.nudge))
    assert f"Reviewers are paired <t:{int(week.deadline.timestamp())}:F>" in words_of(before)
    await desk.extend(2, until, week.nudge)
    after = words_of(receipt_card(await desk.town.here(2, now), await desk.town.submit(2, "w02", now)))
    assert f"On time: it is due <t:{int(until.timestamp())}:F>" in after
    assert "Your reviewers are being found now" in after
    await desk.state("paused", week.deadline - HOUR)
    paused = words_of(receipt_card(await desk.town.here(3, now), await desk.town.submit(3, "w02", now)))
    assert "On time: the course is paused" in paused
    assert "what follows comes when it goes on" in paused
