"""Every card of the queue fits what Discord takes, whatever people wrote, and none of it becomes more than text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cohorts.rules import Member
from bot.errors import CourseError
from bot.mentors import cards
from bot.mentors.rules import SNIPPETS, Snippet
from bot.mentors.work_cards import VIEWS, work_cards
from bot.reviews.rules import Point
from bot.revisions.rules import Answer, Decision
from tests.mentors.conftest import HOUR, NOW
from tests.shown import assert_discord_holds, buttons_of, menus_of, words_of

LOUD = "*_`@everyone`_* [x](https://evil.example) "


def loud(length):
    return (LOUD * (length // len(LOUD) + 1))[:length].strip()


@pytest.fixture
async def work(desk):
    submission_id = await desk.hand_in(1)
    for reviewer, level in ((2, 1), (3, 4)):
        await desk.reviewed(submission_id, reviewer, level=level)
    return await desk.mentors.take(await desk.here(), await desk.settle(submission_id), NOW)


def full(work):
    """The same work with as much of everything as may be written."""
    facts = work.facts
    long_links = {item.kind: "https://example.org/" + "x" * 480 for item in work.deliverable.evidence}
    newest = replace(facts.revision, links=long_links, note=loud(1000))
    reviews = [
        replace(
            review,
            strength=loud(1000),
            points=[
                Point(
                    id=100 * review.id + number,
                    kind="defect",
                    severity="high",
                    place=loud(200),
                    body=loud(1000),
                )
                for number in range(12)
            ],
        )
        for review in facts.reviews
    ]
    answers = {
        point.id: [
            Answer(
                point_id=point.id, round=round_, kind="declined", body=loud(600), revision_number=None, sent_at=NOW,
                verdict="open", remark=loud(600), checked_at=NOW,
            )
            for round_ in (1, 2)
        ]
        for review in reviews
        for point in review.points
    }  # fmt: skip
    decision = Decision(kind="changes", mentor_id=None, revision_number=1, words=loud(1500), decided_at=NOW)
    return replace(
        work,
        facts=replace(facts, revision=newest, reviews=reviews, answers=answers, decisions=[decision] * 5),
        revisions=[replace(newest, number=number) for number in range(1, 9)],
        lacking=[loud(300)] * 6,
    )


@pytest.mark.parametrize("view", VIEWS)
async def test_every_view_fits_however_much_was_written(desk, work, view):
    here = await desk.here()
    for shown in (work, full(work), replace(full(work), mine=False)):
        found = work_cards(here, shown, view, NOW)
        for card in found:
            assert_discord_holds(card)
        said = "\n".join(words_of(card) for card in found)
        assert "@everyone" not in said
        assert "](https://evil" not in said
        assert "Accept" in " ".join(buttons_of(found[-1])) or not shown.mine


async def test_the_whole_of_every_review_is_there(desk, work):
    found = work_cards(await desk.here(), full(work), "reviews", NOW)
    said = "\n".join(words_of(card) for card in found)
    assert said.count("Defect, high") == 24
    assert said.count("↳ declined") == 48
    assert said.count("still open after two answers") == 24


async def test_a_draft_of_an_answer_is_nobody_s_but_its_author_s(desk, work):
    point = work.facts.sent[0].points[0]
    draft = Answer(
        point_id=point.id, round=1, kind="explained", body="Not sent yet.", revision_number=None, sent_at=None,
        verdict=None, remark="", checked_at=None,
    )  # fmt: skip
    shown = replace(work, facts=replace(work.facts, answers={point.id: [draft]}))
    found = work_cards(await desk.here(), shown, "reviews", NOW)
    assert "Not sent yet." not in "\n".join(words_of(card) for card in found)


async def test_the_revisions_tell_side_by_side_what_was_asked_for_and_what_was_done(desk, work):
    """Revision 1 with its points, revision 2 that answers them, revision 3 after a mentor's changes."""
    facts, (one, two) = work.facts, work.facts.sent
    first = work.revisions[0]
    kind = work.deliverable.evidence[0].kind
    second = replace(
        first, id=90, number=2, links=first.links | {kind: "https://new.example/2"}, note="Deadline set.",
        submitted_at=NOW + HOUR,
    )  # fmt: skip
    third = replace(second, id=91, number=3, note="", submitted_at=NOW + 3 * HOUR)
    fixed, declined = one.points[0], two.points[0]
    answers = {
        fixed.id: [
            answer(fixed.id, kind="fixed", body="", revision_number=2, sent_at=NOW + HOUR, checked_at=NOW,
                   verdict="settled")
        ],
        declined.id: [
            answer(declined.id, kind="declined", body="The lab measures it.", sent_at=NOW + 2 * HOUR, checked_at=NOW,
                   verdict="open", remark="It does not."),
            answer(declined.id, round=2, kind="explained", body="Here.", sent_at=NOW + 4 * HOUR, verdict="open",
                   remark="A mark that is not sent."),
        ],
    }  # fmt: skip
    mentor = next(iter(work.people))
    changes = Decision(
        kind="changes", mentor_id=mentor, revision_number=2, words="Show the failing case.", decided_at=NOW
    )
    shown = replace(
        work,
        revisions=[first, second, third],
        facts=replace(facts, revision=third, answers=answers, decisions=[changes]),
    )
    found = work_cards(await desk.here(), shown, "revisions", NOW)
    said = "\n".join(words_of(card) for card in found)
    before, _, rest = said.partition("**Revision 2**")
    middle, _, last = rest.partition("**Revision 3**")
    assert before.count("**Asked for by Student") == 2
    assert "↳ fixed in revision 2 → settled" in before
    assert "↳ declined: The lab measures it. → still open: It does not." in before
    assert "↳ explained: Here." in before
    assert "not sent" not in said
    assert "<https://new.example/2>" in middle
    assert middle.count("https://") == 1, "only what changed"
    assert "> Deadline set." in middle
    assert "**Answered with it** · 1 fixed, 1 declined" in middle
    assert "asked for changes on revision 2: Show the failing case." in middle
    assert "-# the same links\n-# no note\n**Answered with it** · 1 explained" in last


def answer(point_id, **changes):
    plain = {"round": 1, "revision_number": None, "verdict": None, "remark": "", "checked_at": None}
    return Answer(point_id=point_id, **(plain | changes))


async def test_scores_are_shown_with_their_spread(desk, work):
    said = words_of(work_cards(await desk.here(), work, "overview", NOW)[0])
    assert "2.5 of 4, from 1 to 4 in 2 reviews" in said
    assert "reviewers differ by 3 levels on" in said
    assert "**2 reviews**, 2 promised" in said


async def test_a_claim_that_was_renewed_as_often_as_fits_cannot_be_pressed_again(desk, work):
    spent = replace(work, line=replace(work.line, item=replace(work.item, renewals=3)))
    card = work_cards(await desk.here(), spent, "overview", NOW)[-1]
    assert "you can renew that 0 more times" in words_of(card)
    (renew,) = [item.item for item in card.walk_children() if getattr(item, "action", "") == "queue.renew"]
    assert renew.disabled


async def test_a_full_board_fits_and_every_line_has_its_button(desk):
    for student in range(1, 7):
        await desk.uncovered(student)
    lead = await desk.here(1000)
    board = await desk.mentors.queue(lead, NOW)
    lines = [
        replace(line, author=replace(line.author, name=loud(100)), why=[loud(300)] * 5, item=line.item)
        for line in board.lines
    ]
    card = cards.board(lead, replace(board, lines=lines, offset=5, found=20))
    assert_discord_holds(card)
    assert [item.action for item in card.walk_children() if hasattr(item, "action")].count("queue.take") == 5
    assert {"Take the next one", "Back", "More", "My words", "Turnaround"} <= set(buttons_of(card))


async def test_what_is_kept_for_another_or_is_one_s_own_has_no_button(desk):
    await desk.uncovered(1)
    here = await desk.here()
    board = await desk.mentors.queue(here, NOW)
    kept = replace(board.lines[0], kept_for=Member(id=77, user_id=1, name="Fern"), kept_until=NOW)
    own = replace(board.lines[0], author=here.member)
    for line in (kept, own):
        assert "Take" not in buttons_of(cards.board(here, replace(board, lines=[line])))
    assert "kept for Fern until" in words_of(cards.board(here, replace(board, lines=[kept])))


async def test_a_filter_with_nothing_in_it_leads_to_everything(desk):
    await desk.uncovered(1)
    here = await desk.here()
    card = cards.board(here, await desk.mentors.queue(here, NOW, chosen="signoff"))
    assert "No sign-off waits; 1 other piece does." in words_of(card)
    assert "Show everything" in buttons_of(card)
    assert "Take the next one" not in buttons_of(card)
    with pytest.raises(CourseError, match="Nothing of this kind is free just now; 1 other piece is"):
        await desk.mentors.take_next(here, NOW, chosen="signoff")


async def test_a_dispute_stands_on_top_with_both_sides_and_what_a_decision_means(desk, work):
    point = work.facts.sent[0].points[0]
    turns = [
        answer(point.id, round=round_, kind="declined", body=f"No {round_}.", sent_at=NOW, checked_at=NOW,
               verdict="open", remark=f"Yes {round_}.")
        for round_ in (1, 2)
    ]  # fmt: skip
    shown = replace(work, facts=replace(work.facts, answers={point.id: turns}))
    said = "\n".join(words_of(card) for card in work_cards(await desk.here(), shown, "overview", NOW))
    top, _, _ = said.partition("**Why it waits**")
    assert "Risk, high" in top
    assert "· declined: No 2." in top
    assert "· still open: Yes 2." in top
    assert "Accept sides with the author; Request changes with the reviewer." in top


async def test_where_reviews_are_missing_a_review_of_one_s_own_comes_first(desk):
    here = await desk.here()
    work = await desk.mentors.take(here, await desk.uncovered(1), NOW)
    assert next(iter(buttons_of(work_cards(here, work, "overview", NOW)[-1]))) == "Review it myself"


async def test_twenty_four_sets_of_words_fit_every_menu(desk):
    here = await desk.here()
    kept = [Snippet(id=number, title=loud(60), body=loud(1000)) for number in range(1, SNIPPETS + 1)]
    for card in (cards.words(here, kept), cards.word(here, kept[0]), cards.begin_with(here, 1, 1, kept)):
        assert_discord_holds(card)
    (menu,) = menus_of(cards.begin_with(here, 1, 1, kept)).values()
    assert len(menu.options) == 25


async def test_work_can_be_handed_to_twenty_five_and_to_nobody(desk):
    here = await desk.here()
    await desk.uncovered(1)
    (line,) = (await desk.mentors.queue(here, NOW)).lines
    many = [Member(id=number, user_id=number, name=loud(150)) for number in range(1, 40)]
    (menu,) = menus_of(cards.hand_on(here, line, many)).values()
    assert len(menu.options) == 25
    assert "Nobody else mentors here" in words_of(cards.hand_on(here, line, []))


async def test_the_turnaround_says_where_there_is_too_little(desk):
    await desk.decide(await desk.uncovered(1), "accepted", NOW)
    lead = await desk.here(1000)
    said = words_of(cards.turnaround(lead, await desk.mentors.turnaround(lead, NOW)))
    assert "**Mentor Moss** · 1 dealt with · too few to say" in said
    assert "**Mentor Fern** · nothing dealt with" in said
