"""What authors and reviewers see of the loop, and that Discord can hold it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import get_args

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cohorts.rules import Cohort, Here, Member
from bot.curriculum import Criterion, Deliverable, Evidence, Rubric
from bot.reviews import rules as review_rules
from bot.reviews.rules import POINTS_LIMIT, Point, Review
from bot.revisions import cards, feedback, recheck_cards
from bot.revisions.answering import Answering, Asked, Sent
from bot.revisions.feedback import card_with_rating, feedback_cards
from bot.revisions.forms import AnswerForm, OpenForm
from bot.revisions.queue import Place
from bot.revisions.rechecking import Answered, Recheck
from bot.revisions.rules import ANSWERS, Answer, Decision, PointState, State
from bot.revisions.service import Feedback, Given
from bot.submissions.rules import Revision
from tests.shown import assert_discord_holds, assert_form_fits, buttons_of, menus_of, words_of
from tests.town import COURSE

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
LONGEST = "*_`|~" * 200  # every character doubles when it is made inert
WORDS = st.text(min_size=1, max_size=1000).map(str.strip).filter(bool)  # as a form keeps them
ASTER = Member(id=1, user_id=101, name="Student Aster")
BIRCH = Member(id=2, user_id=102, name="Student Birch")
MOSS = Member(id=9, user_id=109, name="Mentor Moss")
RUBRIC = Rubric(
    key="craft",
    title="Craft",
    criteria=(
        Criterion(
            key="works", title="It works", question="Does it?", levels=("No", "Partly", "Yes", "Always")
        ),
        Criterion(key="clear", title="It is clear", question="Is it?", levels=("No", "Partly", "Yes")),
    ),
)
WORK = Deliverable(
    key="w01", week=1, track="weekly", place="Week 1", title="The first endpoint", brief="A repository.",
    rubric=RUBRIC, evidence=(Evidence(kind="code", label="Repository at a tag"),),
)  # fmt: skip
WIDEST = Deliverable(
    key="c9.5", week=3, track="capstone", place="Capstone 9.5", title="T" * 100, brief="B" * 500,
    rubric=Rubric(
        key="widest",
        title="R" * 100,
        criteria=tuple(
            Criterion(key=f"{'k' * 28}{n}", title="C" * 45, question="Q" * 180, levels=("L" * 100,) * 5)
            for n in range(8)
        ),
    ),
    evidence=tuple(Evidence(kind=f"{'e' * 28}{n}", label="E" * 45) for n in range(4)),
    blind=True,
)  # fmt: skip
POINT = Point(id=1, kind="risk", severity="low", place="store.py", body="Two writers can meet here.")
SENT = Review(
    id=7, cohort_id=3, submission_id=5, deliverable="w01", author_id=1, reviewer_id=2, origin="deadline",
    course_version_id=1, allocated_at=NOW - 24 * HOUR, due_at=NOW + 48 * HOUR, lease_until=None, opened_at=NOW,
    sent_at=NOW, closed_at=None, closed_why=None, revision_id=11, read_at=None, rating=None,
    strength="It starts fast.", scores={"works": 4, "clear": 3}, points=[POINT],
)  # fmt: skip
REVISION = Revision(
    id=11, submission_id=5, member_id=1, deliverable="w01", number=1, note="",
    links={"code": "https://github.com/aster/first"}, dead=frozenset(), deadline_at=NOW - 24 * HOUR, late=False,
    submitted_at=NOW - 48 * HOUR, updated_at=NOW - 48 * HOUR, opened_at=NOW,
)  # fmt: skip
COHORT = Cohort(
    id=3, guild_id=1, name="Spring", channel_id=2, timezone="UTC", starts_on=date(2026, 3, 2), state="running",
    course_version_id=1, student_role_id=None, mentor_role_id=None, lead_role_id=None, seed=1, created_by=1,
)  # fmt: skip
HERE = Here(cohort=COHORT, course=COURSE, user_id=101, member=ASTER, roles=frozenset({"student"}))


def answer(kind="fixed", body="", *, number=2, sent=True, verdict=None, remark="", round_=1) -> Answer:
    return Answer(
        point_id=1,
        round=round_,
        kind=kind,
        body=body,
        revision_number=number if kind == "fixed" and sent else None,
        sent_at=NOW if sent else None,
        verdict=verdict,
        remark=remark,
        checked_at=NOW if verdict else None,
    )


def given_by(review=SENT, reviewer=BIRCH, state: PointState = "to answer", answers=()) -> Given:
    return Given(
        review=review,
        reviewer=reviewer,
        seen_number=1,
        points=[(point, state, answers) for point in review.points],
    )


def received(*reviews: Given, deliverable=WORK, **changes) -> Feedback:
    return Feedback(
        **{
            "deliverable": deliverable,
            "revision": REVISION,
            "state": "to answer",
            "summaries": review_rules.summarise(deliverable.rubric, [item.review for item in reviews]),
            "given": reviews,
            "waiting": (),
            "to_answer": 0,
            "missing": (),
            "unready": (),
            "covered_by": None,
            "place": None,
            "decision": None,
            "decided_by": None,
        }
        | changes
    )


def shown(found: Feedback, now=NOW):
    (view,) = feedback_cards(HERE, found, now)
    assert_discord_holds(view)
    return view


# ------------------------------------------------------------------------------------------ where the work is


@pytest.mark.parametrize("state", get_args(State))
def test_each_state_is_said_in_one_sentence_at_the_top(state):
    words = words_of(shown(received(given_by(), state=state)))
    assert words.startswith(f"### Feedback on Week 1 · The first endpoint\n{feedback.WHERE[state]}\n")


def test_points_to_answer_are_told_of_first_wherever_the_work_is():
    already = "points wait for your answer already."
    head = f"{feedback.WHERE['in review']}\n✍️ 2 {already}\n"
    assert head in words_of(shown(received(given_by(), state="in review", to_answer=2)))
    assert already not in words_of(shown(received(given_by(), state="to answer", to_answer=2)))
    assert already not in words_of(shown(received(given_by(), state="in review")))


@pytest.mark.parametrize("state", ["in review", "to answer", "sign-off"])
def test_a_mentor_who_only_looks_along_is_nothing_to_wait_for(state):
    place = Place(position=1, of=2, since=NOW, is_held=False, usual=None)
    words = words_of(shown(received(given_by(), state=state, place=place)))
    assert ("you need not wait for that" in words) == (state != "sign-off")


def test_every_state_of_work_and_of_points_has_its_words():
    assert feedback.WHERE.keys() == set(get_args(State))
    assert feedback.POINT_STATES.keys() == set(get_args(PointState))


def test_before_the_deadline_it_says_when_reviewers_are_found():
    before, after = HERE.week(1).kickoff, HERE.week(1).deadline
    early = words_of(shown(received(state="handed in"), before))
    assert f"at the deadline, <t:{int(after.timestamp())}:F>" in early
    later = words_of(shown(received(state="handed in"), after + HOUR))
    assert "They are being found." in later


def test_the_promised_hour_is_said_while_it_is_ahead():
    covered_by = NOW + 5 * HOUR
    found = received(state="in review", covered_by=covered_by)
    assert f"By <t:{int(covered_by.timestamp())}:F> it has its reviews, or a mentor's." in words_of(
        shown(found)
    )
    assert "or a mentor's" not in words_of(shown(found, covered_by + HOUR))


def test_a_place_in_the_mentors_queue_is_said_with_the_usual_wait_from_real_data_only():
    place = Place(position=3, of=5, since=NOW, is_held=False, usual=9 * HOUR)
    words = words_of(shown(received(state="sign-off", place=place)))
    assert "3rd of 5 in the mentors' queue since" in words
    assert "the last ones took about 9 hours." in words
    assert "Sign-offs go first, so a place can move back." in words
    words = words_of(shown(received(state="sign-off", place=replace(place, usual=None, is_held=True))))
    assert "too few so far to say how long that takes" in words
    assert "A mentor has it in hand now." in words


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (13, "13th"),
        (22, "22nd"),
        (112, "112th"),
    ],
)
def test_places_are_said_as_people_say_them(number, said):
    assert feedback.ordinal(number) == said


def test_a_mentor_s_decision_is_shown_with_their_words():
    asked = Decision(
        kind="changes",
        mentor_id=9,
        revision_number=2,
        words="Show **the plan**.\nThen again.",
        decided_at=NOW,
    )
    words = words_of(shown(received(state="changes asked", decision=asked, decided_by=MOSS)))
    assert f"**Mentor Moss asked for changes** on revision 2, <t:{int(NOW.timestamp())}:F>" in words
    assert "> Show \\*\\*the plan\\*\\*.\n> Then again." in words
    accepted = replace(asked, kind="accepted", words="")
    words = words_of(shown(received(state="accepted", decision=accepted, decided_by=MOSS)))
    assert "**Mentor Moss accepted it** on revision 2" in words
    by_policy = replace(accepted, mentor_id=None)
    words = words_of(shown(received(state="accepted", decision=by_policy)))
    assert "because no point waited for anybody any more and all its evidence was there" in words


def test_missing_evidence_is_named():
    found = received(state="to complete", missing=["Test run", "Trace"])
    assert "Evidence still missing: Test run; Trace." in words_of(shown(found))
    assert buttons_of(shown(found))["Revise"][1] == discord.ButtonStyle.primary


def test_a_capstone_says_what_is_missing_of_the_weeks_that_it_rests_on():
    found = received(state="sign-off", unready=["Week 2 · A memo: not accepted"])
    assert "a mentor will ask about:\n- Week 2 · A memo: not accepted" in words_of(shown(found))
    assert "Week 2" not in words_of(shown(replace(found, state="accepted")))


def test_who_is_to_come_is_named_with_their_time_and_volunteers_and_mentors_without():
    due, taken = replace(SENT, sent_at=None), replace(SENT, sent_at=None, lease_until=NOW + HOUR)
    mentors = replace(SENT, sent_at=None, origin="mentor")
    waiting = [(due, BIRCH), (taken, ASTER), (mentors, MOSS)]
    words = words_of(shown(received(state="in review", waiting=waiting)))
    assert f"Still to come: Student Birch, due <t:{int(due.due_at.timestamp())}:F>" in words
    assert "Still to come: Student Aster, who has taken it up" in words
    assert "Still to come: Mentor Moss, a mentor" in words


# ------------------------------------------------------------------------------------------ scores and reviews


def test_feedback_says_each_criterion_in_numbers_and_in_the_rubrics_words():
    two = replace(SENT, id=8, scores={"works": 3, "clear": 3})
    words = words_of(shown(received(given_by(), given_by(two))))
    assert "2 of 2 reviews in; your newest is revision 1" in words
    assert "**It works** · 3.5 of 4, from 3 to 4 in 2 reviews\n-# Yes" in words
    assert "**It is clear** · 3.0 of 3, all 3 in 2 reviews\n-# Yes" in words


def test_one_review_is_too_few_to_say():
    words = words_of(shown(received(given_by())))
    assert "One review is too few to say much" in words
    assert "**It works** · 4 of 4, in one review\n-# Always" in words


def test_every_review_is_shown_in_full_with_the_gravest_point_first():
    points = [
        replace(POINT, id=n, severity=severity, place=severity, body="First.\nSecond.")
        for n, severity in enumerate(("low", "high", "medium"))
    ]
    words = words_of(shown(received(given_by(replace(SENT, points=points)))))
    assert f"**Student Birch** · <t:{int(NOW.timestamp())}:F> · on revision 1" in words
    assert "> It starts fast." in words
    assert "**Risk, low** · low · ⬜ to answer\n> First.\n> Second." in words
    assert words.index("· high") < words.index("· medium") < words.index("· low")


def test_a_point_s_thread_is_shown_in_order():
    answers = [
        answer("explained", "It is **meant**.", verdict="open", remark="Not at the edge."),
        answer("fixed", number=3, verdict="settled", round_=2),
    ]
    words = words_of(shown(received(given_by(state="settled", answers=answers))))
    assert (
        "✅ settled\n> Two writers can meet here.\n\n↳ **You**: explained\n> It is \\*\\*meant\\*\\*.\n\n"
        "↳ **Student Birch**: still open\n> Not at the edge.\n\n↳ **You**: fixed in revision 3\n\n"
        "↳ **Student Birch**: settled"
    ) in words


def test_what_a_reviewer_has_not_sent_yet_is_not_shown_and_one_s_own_draft_is():
    marked = replace(answer("declined", "No."), verdict="open", remark="I disagree.")
    words = words_of(shown(received(given_by(state="answered", answers=[marked]))))
    assert "I disagree." not in words
    draft = answer("declined", "Not now.", sent=False)
    words = words_of(shown(received(given_by(answers=[draft]))))
    assert "**You** (a draft, not sent yet): declined\n> Not now." in words


def test_nothing_of_accepted_work_waits_for_an_answer():
    words = words_of(shown(received(given_by(state="left"), state="accepted")))
    assert "▫️ left as it was" in words
    assert "to answer" not in words


def test_the_next_step_is_the_first_button():
    view = shown(received(given_by(), to_answer=2))
    assert list(buttons_of(view)) == ["Answer 2 points", "Revise"]
    assert buttons_of(view)["Answer 2 points"] == ("p:answer.open:3.w01", discord.ButtonStyle.primary)
    assert buttons_of(view)["Revise"] == ("p:submit.open:3.w01", discord.ButtonStyle.secondary)
    assert list(buttons_of(shown(received(given_by())))) == ["Revise"]


def test_each_review_can_be_rated_and_the_rating_is_shown():
    one, two = given_by(), given_by(replace(SENT, id=8, rating=4))
    menus = menus_of(shown(received(one, two)))
    assert list(menus) == ["k:feedback.rate:3.7", "k:feedback.rate:3.8"]
    assert [option.label for option in menus["k:feedback.rate:3.8"].options if option.default] == [
        "Very useful"
    ]
    assert not any(option.default for option in menus["k:feedback.rate:3.7"].options)


def test_a_blind_week_shows_letters_and_says_what_is_not_promised():
    masked = review_rules.masked(BIRCH, "Reviewer A")
    words = words_of(shown(received(given_by(reviewer=masked), deliverable=replace(WORK, blind=True))))
    assert "**Reviewer A**" in words
    assert "Birch" not in words
    assert "no promise is made about that" in words


def heavy_review(words: str, id_: int = 7) -> Review:
    points = [
        Point(id=id_ * 100 + n, kind="suggestion", severity="medium", place=words[:200], body=words[:1000])
        for n in range(POINTS_LIMIT)
    ]
    return replace(
        SENT,
        id=id_,
        points=points,
        strength=words[:1000],
        scores={item.key: 1 + id_ % 5 for item in WIDEST.rubric.criteria},
    )


def heavy_thread(words: str) -> list[Answer]:
    return [
        answer("explained", words[:600], verdict="open", remark=words[:600]),
        answer("declined", words[:600], verdict="open", remark=words[:600], round_=2),
    ]


@pytest.mark.parametrize("words", [LONGEST, "a" * 1000, "a\n" * 500, "a\n\n" * 333, "@here " * 166])
def test_the_heaviest_feedback_goes_into_several_messages_and_loses_nothing(words):
    reviewer = Member(id=2, user_id=2, name=words[:100])
    reviews = [
        given_by(heavy_review(words, n), reviewer, "disputed", heavy_thread(words)) for n in range(1, 4)
    ]
    decision = Decision(
        kind="changes", mentor_id=9, revision_number=9, words=(words * 2)[:1500], decided_at=NOW
    )
    found = received(
        *reviews,
        deliverable=WIDEST,
        state="changes asked",
        missing=["E" * 45] * 4,
        unready=["U" * 350] * 5,
        decision=decision,
        decided_by=reviewer,
        waiting=[(replace(SENT, sent_at=None), reviewer)] * 5,
        place=Place(position=12, of=20, since=NOW, is_held=False, usual=9 * HOUR),
        to_answer=36,
    )
    views = feedback_cards(HERE, found, NOW)
    for view in views:
        assert_discord_holds(view)
    everything = "\n".join(words_of(view) for view in views)
    assert everything.count("**Suggestion, medium**") == 3 * POINTS_LIMIT
    assert "…" not in everything.replace(feedback.named(reviewer), "").replace(WIDEST.name, "")
    assert [list(buttons_of(view)) for view in views[:-1]] == [[]] * (len(views) - 1)
    assert list(buttons_of(views[-1])) == ["Answer 36 points", "Revise"]
    for number in range(1, 4):
        assert f"k:feedback.rate:3.{number}" in menus_of(card_with_rating(views, HERE, number))


@settings(deadline=None, max_examples=30)
@given(WORDS, st.sampled_from(get_args(State)), st.sampled_from(get_args(PointState)), st.integers(0, 4))
def test_whatever_is_written_the_feedback_fits(words, state, point_state, count):
    long = (words * 1000)[:1000]
    reviewer = Member(id=2, user_id=2, name=long[:100])
    reviews = [
        given_by(heavy_review(long, n + 1), reviewer, point_state, heavy_thread(long)) for n in range(count)
    ]
    decision = Decision(
        kind="changes", mentor_id=9, revision_number=9, words=(words * 1500)[:1500], decided_at=NOW
    )
    found = received(
        *reviews, deliverable=WIDEST, state=state, decision=decision, decided_by=reviewer, to_answer=count
    )
    for view in feedback_cards(HERE, found, NOW):
        assert_discord_holds(view)


# ---------------------------------------------------------------------------------------------------- answering


def asked(id_=1, draft=None, before=None, body=POINT.body) -> Asked:
    return Asked(reviewer=BIRCH, point=replace(POINT, id=id_, body=body), round=1, before=before, draft=draft)


def to_answer(*items: Asked, deliverable=WORK, revises=False, number=1) -> Answering:
    return Answering(
        deliverable=deliverable, revision=replace(REVISION, number=number), asked=items, revises=revises
    )


def test_each_point_that_waits_has_a_menu_of_three_answers():
    view = cards.answering(HERE, to_answer(asked(1), asked(2)))
    words = words_of(view)
    assert "0 of 2 points answered" in words
    assert "⬜ 1 · **Risk, low** · store.py · Student Birch\n> Two writers can meet here." in words
    menus = menus_of(view)
    assert list(menus) == ["k:answer.choose:3.w01.1", "k:answer.choose:3.w01.2"]
    options = menus["k:answer.choose:3.w01.1"].options
    assert tuple(option.value for option in options) == ANSWERS
    assert not any(option.default for option in options)
    assert buttons_of(view)["Send answers"] == ("p:answer.send:3.w01", discord.ButtonStyle.secondary)
    assert_discord_holds(view)


def test_a_drafted_answer_is_shown_and_can_be_changed():
    drafted = asked(1, answer("explained", "It is *meant*.", sent=False))
    view = cards.answering(HERE, to_answer(drafted))
    assert "✅ 1 ·" in words_of(view)
    assert "> Two writers can meet here.\n\n**Your words**\n> It is \\*meant\\*." in words_of(view)
    options = menus_of(view)["k:answer.choose:3.w01.1"].options
    assert [option.value for option in options if option.default] == ["explained"]
    assert options[-1].value == cards.WORDS
    assert buttons_of(view)["Send answers"][1] == discord.ButtonStyle.success


def test_a_fix_without_words_says_how_to_add_them():
    view = cards.answering(HERE, to_answer(asked(1, answer(sent=False))))
    assert "Choose “Say what you changed” below" in words_of(view)
    assert menus_of(view)["k:answer.choose:3.w01.1"].options[-1].label == "Say what you changed"
    worded = cards.answering(HERE, to_answer(asked(1, answer(body="A lock around it.", sent=False))))
    assert "Say what you changed" not in words_of(worded)
    assert menus_of(worded)["k:answer.choose:3.w01.1"].options[-1].label == "Change the words"


def test_both_sides_read_before_their_last_word_that_a_mentor_decides_then():
    first, second = asked(1), replace(asked(2), round=2)
    last = "A point that came back gets its last answer now"
    assert last not in words_of(cards.answering(HERE, to_answer(first)))
    assert last in words_of(cards.answering(HERE, to_answer(first, second)))
    assert last in words_of(cards.answering(HERE, to_answer(first, second), page=1))
    early, late = answered(1), answered(2, answer(round_=2))
    assert "a mentor decides" not in words_of(recheck_cards.recheck(recheck_of(early)))
    assert "If a point stays open now, a mentor decides." in words_of(recheck_cards.recheck(recheck_of(late)))
    mixed = words_of(recheck_cards.recheck(recheck_of(early, late)))
    assert "If a point that you found open before stays open now, a mentor decides." in mixed


def test_a_point_that_came_back_shows_what_its_reviewer_found_still_open():
    before = answer("fixed", number=2, verdict="open", remark="The second path still hangs.")
    words = words_of(cards.answering(HERE, to_answer(asked(1, before=before))))
    assert (
        "Student Birch found it still open after you fixed it in revision 2:\n> The second path still hangs."
        in words
    )


def test_what_sending_does_is_said_before_it_is_done():
    words = words_of(cards.answering(HERE, to_answer(asked(1, answer(sent=False)), revises=True, number=2)))
    assert (
        "Sending hands in revision 3 with the same links, because you fixed something and your reviewers have seen "
        "revision 2. If a link changed, use Revise first."
    ) in words
    words = words_of(cards.answering(HERE, to_answer(asked(1))))
    assert "they look once more. Whoever stays silent for 3 days" in words


def test_many_points_are_spread_over_pages_and_a_choice_stays_on_its_page():
    items = [asked(n) for n in range(1, 21)]
    first = cards.answering(HERE, to_answer(*items))
    assert "Page 1 of 3" in words_of(first)
    assert buttons_of(first)["Page 2 ▶"][0] == "p:answer.page:3.w01.2"
    last = cards.answering(HERE, to_answer(*items), page=9)
    assert list(menus_of(last)) == [f"k:answer.choose:3.w01.{n}" for n in range(17, 21)]
    assert "Page 2 of 3" in words_of(cards.answering(HERE, to_answer(*items), point_id=9))


def test_where_nothing_waits_for_an_answer_the_feedback_is_a_press_away():
    view = cards.answering(HERE, to_answer())
    assert "Nothing waits for your answer" in words_of(view)
    assert buttons_of(view)["Show the feedback"][0] == "p:feedback.show:3.w01"


@settings(deadline=None)
@given(WORDS, st.integers(1, 40), st.booleans(), st.integers(0, 6))
def test_the_heaviest_answers_fit_page_by_page_and_each_point_is_on_one(words, count, revises, page):
    long = (words * 1000)[:1000]
    drafted = answer("declined", long[:600], sent=False)
    before = answer("explained", long[:600], verdict="open", remark=long[:600])
    items = [
        replace(asked(n, drafted if n % 2 else None, before, long), reviewer=replace(BIRCH, name=long[:100]))
        for n in range(count)
    ]
    view = to_answer(*items, deliverable=WIDEST, revises=revises, number=120)
    assert_discord_holds(cards.answering(HERE, view, page=page))
    with_point = cards.answering(HERE, view, point_id=count - 1)
    assert f"k:answer.choose:3.c9.5.{count - 1}" in menus_of(with_point)


def test_sent_answers_have_a_receipt():
    done = Sent(deliverable=WORK, revision=replace(REVISION, number=2), revised=True, points=5, reviewers=2)
    view = cards.sent(HERE, done)
    words = words_of(view)
    assert "5 answers went to 2 reviewers." in words
    assert "This is revision 2 now, with the same links" in words
    assert "within 3 days, your answer stands" in words
    assert "revision" not in words_of(cards.sent(HERE, replace(done, revised=False)))
    assert_discord_holds(view)


# ---------------------------------------------------------------------------------------------------- re-check


def recheck_of(*items: Answered, deliverable=WORK, revision=REVISION, author=ASTER, **changes) -> Recheck:
    return Recheck(
        review=replace(SENT, **changes),
        deliverable=deliverable,
        author=author,
        revision=revision,
        answered=items,
    )


def answered(id_=1, given_answer=None, before=None, body=POINT.body) -> Answered:
    return Answered(point=replace(POINT, id=id_, body=body), answer=given_answer or answer(), before=before)


MARKED = replace(answer(), verdict="open", remark="The second path hangs.")


def test_a_reviewer_sees_their_own_points_with_the_answers_and_the_newest_links():
    view = recheck_cards.recheck(
        recheck_of(
            answered(1),
            answered(2, answer("declined", "Not *now*.")),
            revision=replace(REVISION, number=2, note="See `main`."),
        )
    )
    words = words_of(view)
    assert "### Answers from Student Aster · Week 1 · The first endpoint" in words
    assert "**Revision 2**, handed in" in words
    assert "**Repository at a tag**: <https://github.com/aster/first>" in words
    assert "See \\`main\\`." in words
    assert "> Two writers can meet here.\n\n**Student Aster: fixed in revision 2**" in words
    assert "**Student Aster: declined**\n> Not \\*now\\*." in words
    assert buttons_of(view) == {"All settled": ("p:recheck.done:7", discord.ButtonStyle.success)}
    assert [option.value for option in menus_of(view)["k:recheck.mark:7"].options] == ["1", "2"]
    assert_discord_holds(view)


def test_what_is_marked_as_still_open_is_counted_on_the_button():
    view = recheck_cards.recheck(recheck_of(answered(1, MARKED), answered(2), answered(3)))
    assert list(buttons_of(view)) == ["Send: 2 settled, 1 still open"]
    assert "⚠️ **You: still open**\n> The second path hangs." in words_of(view)
    assert menus_of(view)["k:recheck.mark:7"].options[0].description.startswith("Marked as still open")


def test_a_second_look_shows_what_was_found_open_the_first_time():
    before = answer("explained", "Why not.", verdict="open", remark="It hangs.")
    words = words_of(recheck_cards.recheck(recheck_of(answered(before=before))))
    assert "Before, it was explained, and you found still open:\n> It hangs." in words


def test_a_blind_re_check_keeps_the_author_s_name_back():
    masked = review_rules.masked(ASTER, review_rules.THE_AUTHOR)
    view = recheck_of(answered(), deliverable=replace(WORK, blind=True), author=masked)
    words = words_of(recheck_cards.recheck(view)) + words_of(recheck_cards.rechecked(view))
    assert "Aster" not in words
    assert "**The author: fixed in revision 2**" in words
    assert "The author is told." in words


def test_a_reviewer_who_looked_again_reads_what_becomes_of_it():
    words = words_of(recheck_cards.rechecked(recheck_of(answered(1, MARKED), answered(2), answered(3))))
    assert "You settled 2 points.\n1 point goes back to Student Aster, who answers once more." in words
    last = replace(MARKED, round=2)
    words = words_of(recheck_cards.rechecked(recheck_of(answered(1, last))))
    assert "1 point is still open after two answers, so a mentor decides." in words
    assert "settled" not in words


def test_what_was_settled_meanwhile_says_so_before_and_after():
    for view in (recheck_cards.recheck(recheck_of()), recheck_cards.rechecked(recheck_of())):
        assert "Your points were settled meanwhile" in words_of(view)
        assert buttons_of(view)["My reviews"][0] == "p:review.mine:3"
        assert menus_of(view) == {}


@settings(deadline=None)
@given(WORDS, st.integers(1, POINTS_LIMIT), st.booleans())
def test_the_heaviest_re_check_fits_page_by_page_and_shows_every_point(words, count, is_marked):
    long = (words * 1000)[:1000]
    given_answer = answer("declined", long[:600])
    if is_marked:
        given_answer = replace(given_answer, verdict="open", remark=long[:600])
    before = answer("explained", long[:600], verdict="open", remark=long[:600])
    view = recheck_of(
        *(answered(n, given_answer, before, long) for n in range(count)),
        deliverable=WIDEST,
        author=replace(ASTER, name=long[:100]),
        revision=replace(
            REVISION,
            links={item.kind: f"https://example.org/{'x' * 480}" for item in WIDEST.evidence},
            note=long,
        ),
    )
    seen = 0
    for page in range(1, 20):
        card = recheck_cards.recheck(view, page=page)
        assert_discord_holds(card)
        seen += words_of(card).count("**Risk, low** · store.py")
        if f"Page {page + 1} ▶" not in buttons_of(card):
            break
    assert seen == count


# --------------------------------------------------------------------------------------------------- the parts


@given(st.text(max_size=1500), st.integers(-5, 400))
def test_quoted_words_are_inert_and_fit_their_room(words, room):
    quoted = cards.quoted(words, room)
    assert len(quoted) <= max(room, 4)
    assert all(line.startswith(">") for line in quoted.split("\n"))


@given(st.lists(st.text(max_size=300), max_size=30), st.integers(50, 500), st.integers(1, 8))
def test_pages_hold_every_text_once_and_in_order(texts, room, most):
    pages = cards.pages_of(texts, room, most)
    assert [index for page in pages for index in page] == list(range(len(texts)))
    for page in pages:
        assert len(page) <= most
        assert len(page) == 1 or sum(len(texts[index]) for index in page) <= room


def test_short_words_stay_whole_beside_long_ones():
    shown_block = cards.block(
        "**A point**", [("", "x" * 1000), ("Aster:", "Short."), ("Birch:", "y" * 1000)], 600
    )
    assert len(shown_block) <= 600
    assert "> Short.\n" in shown_block
    assert shown_block.count("…") == 2


async def test_the_forms_fit_discord_and_give_back_what_was_typed():
    async def keep(*_) -> None:
        raise AssertionError("nobody sends this form")

    for kind in ANSWERS:
        form = AnswerForm(kind, "w" * 600, keep)
        assert_form_fits(form)
        assert form.words.required == (kind != "fixed")
        assert form.again({"answer": "Other words."}).words.default == "Other words."
    for is_marked in (False, True):
        form = OpenForm("It hangs.", keep, is_marked=is_marked)
        assert_form_fits(form)
        assert form.words.required != is_marked
        assert form.again({"remark": "Still."}).words.default == "Still."
