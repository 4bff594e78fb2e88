"""What a review looks like to whoever writes it, and that Discord can hold it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cohorts.rules import Cohort, Here, Member
from bot.curriculum import Criterion, Deliverable, Evidence, Rubric
from bot.reviews import cards, rules
from bot.reviews.forms import DeclineForm, PointForm, StrengthForm, choices
from bot.reviews.mine_cards import Own, mine
from bot.reviews.rules import KINDS, POINTS_LIMIT, Leniency, Point, Review
from bot.reviews.service import Asked, Reviews
from bot.reviews.words import fitted
from bot.reviews.writing import Card
from bot.submissions.rules import Revision
from tests.shown import assert_discord_holds, assert_form_fits, buttons_of, menus_of, words_of

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
LONGEST = "*_`|~" * 200  # every character doubles when it is made inert
ASTER = Member(id=1, user_id=101, name="Student Aster")
BIRCH = Member(id=2, user_id=102, name="Student Birch")
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
    key="w01",
    week=1,
    track="weekly",
    place="Week 1",
    title="The first endpoint",
    brief="A repository.",
    rubric=RUBRIC,
    evidence=(Evidence(kind="code", label="Repository at a tag"), Evidence(kind="tests", label="Test run")),
)
WIDEST = Deliverable(
    key="c9.5",
    week=52,
    track="capstone",
    place="Capstone 9.5",
    title="T" * 100,
    brief="B" * 500,
    rubric=Rubric(
        key="widest",
        title="R" * 100,
        criteria=tuple(
            Criterion(key=f"{'k' * 28}{n}", title="C" * 45, question="Q" * 180, levels=("L" * 100,) * 5)
            for n in range(8)
        ),
    ),
    evidence=tuple(Evidence(kind=f"{'e' * 28}{n}", label="E" * 45) for n in range(4)),
)
DRAFT = Review(
    id=7,
    cohort_id=3,
    submission_id=5,
    deliverable="w01",
    author_id=1,
    reviewer_id=2,
    origin="deadline",
    course_version_id=1,
    allocated_at=NOW - timedelta(days=1),
    due_at=NOW + timedelta(days=2),
    lease_until=None,
    opened_at=NOW,
    sent_at=None,
    closed_at=None,
    closed_why=None,
    revision_id=11,
    read_at=None,
    rating=None,
    strength="",
    scores={},
    points=[],
)
REVISION = Revision(
    id=11,
    submission_id=5,
    member_id=1,
    deliverable="w01",
    number=1,
    note="",
    links={"code": "https://github.com/aster/first"},
    dead=frozenset(),
    deadline_at=NOW - timedelta(days=1),
    late=False,
    submitted_at=NOW - timedelta(days=2),
    updated_at=NOW - timedelta(days=2),
    opened_at=NOW,
)
POINT = Point(id=1, kind="risk", severity="low", place="store.py", body="Two writers can meet here.")


def card_of(review=DRAFT, deliverable=WORK, revision=REVISION, author=ASTER, **rest) -> Card:
    return Card(
        review=review,
        deliverable=deliverable,
        revision=revision,
        newest=rest.pop("newest", revision.number),
        author=author,
        cohort_name=rest.pop("cohort_name", "Spring"),
        pull_hours=8,
        unfinished=rules.unfinished(review, deliverable.rubric),
        **rest,
    )


def whole(deliverable=WORK, **changes) -> Review:
    scores = {item.key: len(item.levels) for item in deliverable.rubric.criteria}
    return replace(DRAFT, scores=scores, strength="It starts fast.", points=[POINT], **changes)


def heaviest(words: str) -> Card:
    """As much as a review can ever hold: eight criteria, four long links, twelve points of a thousand characters."""
    review = replace(
        whole(WIDEST),
        strength=words[: rules.TEXT_LIMIT],
        points=[
            Point(id=n, kind="suggestion", severity="medium", place=words[:200], body=words[:1000])
            for n in range(POINTS_LIMIT)
        ],
    )
    links = {item.kind: f"https://example.org/{'x' * 480}" for item in WIDEST.evidence}
    revision = replace(REVISION, links=links, note=words[:1000], number=120)
    author = Member(id=1, user_id=1, name=words[:100])
    return card_of(review, WIDEST, revision, author, newest=121, seen_before=119, cohort_name="*" * 80)


NOTHING_TO_SAY = Leniency(beside_peers=None, peers=3, beside_mentors=None, mentors=0)


def listed(here, asked, now, answered=(), leniency=NOTHING_TO_SAY, useful=None, ratings=0):
    return mine(here, asked, answered, Own(leniency=leniency, useful=useful, ratings=ratings), now)


def here(course, *, state="running", roles=frozenset({"student"})) -> Here:
    cohort = Cohort(
        id=3, guild_id=1, name="Spring", channel_id=2, timezone="UTC", starts_on=date(2026, 3, 2), state=state,
        course_version_id=1, student_role_id=None, mentor_role_id=None, lead_role_id=None, seed=1, created_by=1,
    )  # fmt: skip
    return Here(cohort=cohort, course=course, user_id=102, member=BIRCH, roles=roles)


def test_a_new_draft_shows_the_work_and_asks_for_everything():
    view = cards.opened(card_of(), NOW)
    words = words_of(view)
    assert "Review of Week 1 · The first endpoint" in words
    assert "Work by **Student Aster** in Spring · revision 1" in words
    assert "**Repository at a tag**: <https://github.com/aster/first>" in words
    assert "**Test run**: not handed in" in words
    assert "0 of 2 scored" in words
    assert "Still needed: 2 scores, one strength, one point" in words
    assert f"<t:{int(DRAFT.due_at.timestamp())}:R>" in words
    assert buttons_of(view)["Send review"] == ("p:review.send:7", discord.ButtonStyle.secondary)
    assert_discord_holds(view)


def test_each_criterion_is_a_menu_of_what_its_reviewer_can_see():
    menus = menus_of(cards.opened(card_of(replace(DRAFT, scores={"works": 3})), NOW))
    works = menus["k:review.score:7.works"]
    assert works.placeholder == "Choose what fits best"
    assert [option.label for option in works.options] == ["No", "Partly", "Yes", "Always"]
    assert [option.default for option in works.options] == [False, False, True, False]
    assert not any(option.default for option in menus["k:review.score:7.clear"].options)


def test_a_level_that_was_set_is_counted_and_said():
    words = words_of(cards.opened(card_of(replace(DRAFT, scores={"works": 3})), NOW))
    assert "1 of 2 scored" in words
    assert "**It works** · level 3 of 4\n-# Does it?" in words
    assert "Still needed: 1 score, one strength, one point" in words


def test_a_finished_draft_invites_to_send_it():
    view = cards.opened(card_of(whole()), NOW)
    assert buttons_of(view)["Send review"] == ("p:review.send:7", discord.ButtonStyle.success)
    assert "Still needed" not in words_of(view)
    assert "- Risk, low · store.py: Two writers can meet here." in words_of(view)
    assert [option.value for option in menus_of(view)["k:review.drop:7"].options] == ["1"]


def test_a_draft_past_its_due_time_is_still_welcome():
    assert "still welcome" in words_of(cards.opened(card_of(), NOW + timedelta(days=3)))
    assert "still welcome" not in words_of(cards.opened(card_of(), NOW))


def test_a_newer_revision_is_announced_with_a_button_to_see_it():
    view = cards.opened(card_of(newest=2), NOW)
    assert "has handed in revision 2 meanwhile" in words_of(view)
    assert buttons_of(view)["Show revision 2"][0] == "p:review.open:7"


def test_a_draft_that_moved_to_a_newer_revision_says_so():
    view = cards.opened(card_of(revision=replace(REVISION, number=2), seen_before=1), NOW)
    assert "handed in revision 2 after you had read revision 1" in words_of(view)
    assert "Show revision 2" not in buttons_of(view)


def test_a_full_review_takes_no_more_points():
    points = [replace(POINT, id=number) for number in range(POINTS_LIMIT)]
    view = cards.opened(card_of(replace(whole(), points=points)), NOW)
    disabled = [
        item.item.label
        for item in view.walk_children()
        if getattr(getattr(item, "item", None), "disabled", 0)
    ]
    assert disabled == ["Add a point"]


def test_a_sent_review_is_only_to_read_and_says_what_comes_next():
    view = cards.opened(card_of(whole(sent_at=NOW)), NOW)
    words = words_of(view)
    assert "Thank you" in words
    assert "**It works** · 4 of 4" in words
    assert "**Points** · 1\n" in words
    assert "`/review mine`" in words
    assert menus_of(view) == {}
    assert list(buttons_of(view)) == ["My reviews", "Take another"]
    assert_discord_holds(view)


@pytest.mark.parametrize("words", [LONGEST, "a" * 1000, "word " * 200, "@everyone " * 100, "\n# x" * 250])
def test_the_heaviest_review_fits_as_a_draft_and_as_sent(words):
    card = heaviest(words)
    assert_discord_holds(cards.opened(card, NOW))
    assert_discord_holds(cards.opened(replace(card, review=replace(card.review, sent_at=NOW)), NOW))
    assert_discord_holds(cards.opened(replace(card, review=replace(card.review, scores={})), NOW))


@settings(deadline=None)
@given(
    words=st.text(min_size=1, max_size=1000).map(str.strip).filter(bool),
    opened=st.sampled_from([(121, 119), (121, None), (120, 119), (120, None)]),
    terms=st.sampled_from(["asked", "taken", "given on"]),
    blind=st.booleans(),
    shown_as=st.sampled_from(["draft", "unscored", "sent"]),
)
def test_whatever_is_written_and_on_whatever_terms_the_card_fits(words, opened, terms, blind, shown_as):
    card = heaviest((words * 1000)[:1000])
    changes = {
        "asked": {},
        "taken": {"lease_until": NOW + timedelta(hours=8), "origin": "pull"},
        "given on": {"closed_at": NOW, "closed_why": "expired"},
    }[terms]
    changes |= {"draft": {}, "unscored": {"scores": {}}, "sent": {"sent_at": NOW}}[shown_as]
    deliverable = replace(WIDEST, blind=True) if blind else WIDEST
    newest, seen_before = opened
    review = replace(card.review, **changes)
    view = cards.opened(
        replace(card, review=review, deliverable=deliverable, newest=newest, seen_before=seen_before), NOW
    )
    assert_discord_holds(view)


def test_every_deliverable_of_the_shipped_course_has_a_review_card(shipped_course):
    for item in shipped_course.deliverables:
        revision = replace(REVISION, links={part.kind: "https://example.org/x" for part in item.evidence})
        for review in (DRAFT, whole(item)):
            view = cards.opened(card_of(review, item, revision), NOW)
            assert_discord_holds(view)
            for criterion in item.rubric.criteria:
                assert f"\n-# {criterion.question}" in words_of(view)
                menu = menus_of(view)[f"k:review.score:7.{criterion.key}"]
                assert [option.label for option in menu.options] == list(criterion.levels)


def test_what_people_write_is_inert():
    nasty = Member(id=1, user_id=1, name="@everyone **x**")
    review = replace(
        whole(),
        strength="<@&500000000000000005> [free](https://x.example)\n# Big",
        points=[replace(POINT, body="> ~~a~~")],
    )
    words = words_of(
        cards.opened(card_of(review, author=nasty, revision=replace(REVISION, note="`code`")), NOW)
    )
    assert "@everyone" not in words
    assert "<@&500000000000000005>" not in words
    assert "\n# Big" not in words
    assert "~~a~~" not in words
    assert "`code`" not in words


@given(st.text(max_size=400), st.integers(-5, 120))
def test_words_are_cut_to_their_room_on_one_line(words, room):
    shown = fitted(words, room)
    assert len(shown) <= max(1, room)
    assert "\n" not in shown


def test_the_list_shows_who_and_until_when_and_which_are_begun(small_course):
    begun = Asked(review=DRAFT, deliverable=WORK, author=ASTER)
    overdue = replace(DRAFT, id=8, opened_at=None, due_at=NOW - timedelta(days=1))
    sent = replace(whole(), id=9, sent_at=NOW)
    asked = [begun, *(Asked(review=item, deliverable=WORK, author=BIRCH) for item in (overdue, sent))]
    view = listed(here(small_course), asked, NOW)
    words = words_of(view)
    assert "2 reviews to write" in words
    assert "**Week 1 · The first endpoint** by Student Aster" in words
    assert "draft begun" in words
    assert "was due" in words
    assert "You have sent 1 review" in words
    assert {label: key for label, (key, _) in buttons_of(view).items()} == {
        "Go on": "p:review.open:7",
        "Open": "p:review.open:8",
    }
    assert_discord_holds(view)


def test_a_long_list_shows_the_most_urgent_and_counts_the_rest(small_course):
    asked = [
        Asked(review=replace(DRAFT, id=number), deliverable=WIDEST, author=replace(ASTER, name=LONGEST))
        for number in range(30)
    ]
    view = listed(here(small_course), asked, NOW)
    assert "30 reviews to write" in words_of(view)
    assert "20 more reviews will appear here" in words_of(view)
    assert_discord_holds(view)


def test_an_empty_list_says_when_the_next_pairing_comes(small_course):
    course = here(small_course)
    words = words_of(listed(course, [], NOW))
    assert f"<t:{int(course.week(2).deadline.timestamp())}:F>" in words
    assert "`/review next` takes up waiting work" in words


def test_an_empty_list_of_a_mentor_does_not_ask_them_to_hand_in(small_course):
    words = words_of(listed(here(small_course, roles=frozenset({"mentor"})), [], NOW))
    assert "`/review next`" not in words
    assert "listed here" in words


def test_before_the_course_and_after_it_nobody_is_promised_a_pairing(small_course):
    draft = words_of(listed(here(small_course, state="draft"), [], NOW))
    over = words_of(listed(here(small_course), [], NOW + timedelta(days=60)))
    assert "not begun yet" in draft
    assert "are over" in over
    assert "next pairing" not in draft + over


async def test_the_forms_fit_discord_and_give_back_what_was_typed(database):
    reviews = Reviews(database)
    point = PointForm(reviews, 7, kind="risk", severity="high", place="store.py", body="It leaks.")
    asked = [Asked(review=replace(DRAFT, id=n), deliverable=WIDEST, author=ASTER) for n in range(30)]
    which = DeclineForm(choices(asked), 3, "r" * 300, _never)
    one = DeclineForm(choices(asked[:1]), 0, "", _never)
    assert one.which is None
    for form in (point, StrengthForm(reviews, 7, "It starts."), which, one):
        assert_form_fits(form)
    assert {key: text for key, (_, text) in point.fields().items()} == {
        "place": "store.py",
        "body": "It leaks.",
    }
    again = point.again({"place": "pool.py", "body": "It leaks still."})
    assert {key: text for key, (_, text) in again.fields().items()} == {
        "place": "pool.py",
        "body": "It leaks still.",
    }
    assert tuple(option.value for option in point.kind.options) == KINDS
    assert [option.value for option in point.kind.options if option.default] == ["risk"]
    again = which.again({"reason": "I know the author."})
    assert again.reason.default == "I know the author."
    assert [option.value for option in again.which.options if option.default] == ["3"]
    assert len(again.which.options) == 25


def declining(*reviews) -> str:
    """What the form for handing reviews back says of what follows."""
    form = DeclineForm(
        choices([Asked(review=r, deliverable=WIDEST, author=ASTER) for r in reviews]), None, "", _never
    )
    assert_form_fits(form)
    return form.children[-1].description


def test_handing_back_says_whether_somebody_else_is_asked_or_the_work_waits_again():
    asked, taken = replace(DRAFT, id=1), replace(DRAFT, id=2, origin="pull", lease_until=NOW)
    assert "Somebody else is asked in your place." in declining(asked)
    assert "The work waits for a reviewer again." in declining(taken)
    assert "Somebody else" not in declining(taken)
    assert "Somebody else is asked; what you took up waits again." in declining(asked, taken)


def test_what_a_mentor_took_and_what_was_given_on_cannot_be_handed_back():
    reviews = [
        replace(DRAFT, id=1, origin="mentor"),
        replace(DRAFT, id=2, closed_at=NOW),
        replace(DRAFT, id=3),
    ]
    asked = [Asked(review=item, deliverable=WORK, author=ASTER) for item in reviews]
    assert [item.review_id for item in choices(asked)] == [3]


def test_reviews_of_one_blind_week_are_told_apart_by_number(small_course):
    author = rules.masked(ASTER, rules.THE_AUTHOR)
    asked = [Asked(review=replace(DRAFT, id=n), deliverable=WORK, author=author) for n in (8, 9)]
    labels = [
        "Week 1 · The first endpoint by the author, 1 of 2",
        "Week 1 · The first endpoint by the author, 2 of 2",
    ]
    assert [item.label for item in choices(asked)] == labels
    assert [item.label for item in choices(asked[:1])] == ["Week 1 · The first endpoint by the author"]
    words = words_of(listed(here(small_course), asked, NOW))
    assert "by the author · 1 of 2" in words
    assert "by the author · 2 of 2" in words
    named = [Asked(review=replace(DRAFT, id=n), deliverable=WORK, author=ASTER) for n in (8, 9)]
    assert "1 of 2" not in words_of(listed(here(small_course), named, NOW))


@pytest.mark.parametrize(
    ("useful", "ratings", "said"),
    [
        (None, 2, None),
        (3.4, 7, "Authors found your reviews useful: 3.4 of 4 on average, from 7 ratings."),
        (3.8, 3, "Authors found your reviews very useful: 3.8 of 4"),
        (1.0, 3, "Authors found your reviews of no use: 1.0 of 4"),
    ],
)
def test_reviewers_see_privately_how_useful_their_reviews_were(small_course, useful, ratings, said):
    words = words_of(listed(here(small_course), [], NOW, useful=useful, ratings=ratings))
    assert ("Only you see this" in words) == (said is not None)
    assert said is None or said in words


async def _never(*_) -> None:
    raise AssertionError("nobody sends this form")


def test_a_taken_review_says_until_when_it_is_kept_and_that_work_on_it_keeps_it():
    until = NOW + timedelta(hours=8)
    taken = replace(DRAFT, origin="pull", lease_until=until)
    words = words_of(cards.opened(card_of(taken), NOW))
    assert f"kept for you until <t:{int(until.timestamp())}:F>" in words
    assert (
        "You took this up; once sent, it counts as a review given.\n-# Each change keeps it for another 8 hours."
        in words
    )
    assert "due" not in words
    later = words_of(cards.opened(card_of(taken), until + timedelta(minutes=1)))
    assert "was kept for you until" in later
    assert "still welcome" in later


def test_a_draft_that_was_given_on_can_still_be_sent_and_not_be_handed_back():
    closed = replace(whole(), closed_at=NOW, closed_why="expired")
    view = cards.opened(card_of(closed), NOW)
    assert "given on, and still welcome" in words_of(view)
    assert "you can still send it" in words_of(view)
    assert "Send review" in buttons_of(view)
    assert "I cannot do this one" not in buttons_of(view)


def test_a_review_can_be_handed_back_from_its_card_but_not_a_mentor_s():
    assert buttons_of(cards.opened(card_of(), NOW))["I cannot do this one"][0] == "p:review.decline:7"
    mentors = cards.opened(card_of(replace(DRAFT, origin="mentor")), NOW)
    assert "I cannot do this one" not in buttons_of(mentors)


def test_a_review_that_was_handed_back_says_what_becomes_of_it():
    asked = cards.declined(card_of(), is_passed_on=True)
    assert "Somebody else is asked to review Week 1 · The first endpoint by Student Aster" in words_of(asked)
    taken = cards.declined(card_of(), is_passed_on=False)
    assert "back among the work that waits" in words_of(taken)
    assert_discord_holds(asked)


BLIND = replace(WORK, blind=True)
MASKED = rules.masked(ASTER, rules.THE_AUTHOR)


def test_a_blind_review_says_that_names_are_kept_back_and_promises_nothing_about_links():
    words = words_of(cards.opened(card_of(whole(), BLIND, author=MASKED, newest=2), NOW))
    assert "Work by **the author** in Spring" in words
    assert "A link may still reveal its author; no promise is made about that." in words
    assert "The author has handed in revision 2 meanwhile" in words
    assert "The author reads it once you send it" in words
    assert "Blind" not in words_of(cards.opened(card_of(), NOW))
    assert "Blind" not in words_of(cards.opened(card_of(replace(DRAFT, origin="mentor"), BLIND), NOW))


def test_a_sent_review_offers_another_to_a_peer_only():
    assert buttons_of(cards.opened(card_of(whole(sent_at=NOW)), NOW))["Take another"][0] == "p:review.next:3"
    mentors = cards.opened(card_of(whole(sent_at=NOW, origin="mentor")), NOW)
    assert "Take another" not in buttons_of(mentors)


def test_a_volunteer_is_never_told_that_they_were_late():
    taken = whole(sent_at=NOW, due_at=NOW - timedelta(hours=1), lease_until=NOW, origin="pull")
    assert "after its due time" not in words_of(cards.opened(card_of(taken), NOW))
    asked = whole(sent_at=NOW, due_at=NOW - timedelta(hours=1))
    assert "after its due time" in words_of(cards.opened(card_of(asked), NOW))


def test_the_list_tells_apart_what_to_write_what_to_look_at_again_and_what_was_given_on(small_course):
    given_on = replace(DRAFT, id=8, closed_at=NOW, closed_why="away")
    sent = replace(whole(), id=9, sent_at=NOW)
    asked = [Asked(review=item, deliverable=WORK, author=ASTER) for item in (DRAFT, given_on, sent)]
    view = listed(here(small_course), asked, NOW, answered=[sent])
    words = words_of(view)
    assert words.index("1 review to look at again") < words.index("1 review to write")
    assert words.index("1 review to write") < words.index("Begun, and given on")
    assert "Your drafts are kept and welcome." in words
    assert buttons_of(view)["Look again"] == ("p:recheck.open:9", discord.ButtonStyle.primary)
    keys = [key for key, _ in buttons_of(view).values()]
    assert "p:review.next:3" not in keys, "what is asked of them comes first"
    assert_discord_holds(view)


def test_an_empty_list_offers_waiting_work_to_students_of_a_running_cohort(small_course):
    assert buttons_of(listed(here(small_course), [], NOW))["Take one up"][0] == "p:review.next:3"
    assert buttons_of(listed(here(small_course, roles=frozenset({"mentor"})), [], NOW)) == {}
    assert buttons_of(listed(here(small_course, state="draft"), [], NOW)) == {}


def test_the_list_thanks_for_what_was_sent_and_for_what_was_taken_up(small_course):
    sent = [replace(whole(), id=n, sent_at=NOW, origin="pull" if n > 8 else "late") for n in (7, 8, 9)]
    asked = [Asked(review=item, deliverable=WORK, author=ASTER) for item in sent]
    words = words_of(listed(here(small_course), asked, NOW))
    assert "You have sent 3 reviews in this cohort, 1 of them taken up by yourself. Thank you." in words


@pytest.mark.parametrize(
    ("peers", "mentors", "said"),
    [
        (None, None, None),
        (0.13, None, "on 8 pieces of work you scored 0.4 levels (of four) higher than peers did."),
        (-0.2, 0.04, "0.6 levels (of four) lower than peers did; on 5 pieces of work you scored about the same as "),
        (0.0499, None, "about the same as peers did"),
        (None, -0.05, "on 5 pieces of work you scored 0.2 levels (of four) lower than mentors did."),
    ],
)  # fmt: skip
def test_reviewers_see_privately_how_they_score_once_there_is_enough_to_say(
    small_course, peers, mentors, said
):
    found = Leniency(beside_peers=peers, peers=8, beside_mentors=mentors, mentors=5)
    words = words_of(listed(here(small_course), [], NOW, leniency=found))
    assert ("Only you see this" in words) == (said is not None)
    assert said is None or said in words


def test_the_longest_list_of_every_kind_fits(small_course):
    kinds = [
        [replace(DRAFT, id=n) for n in range(20)],
        [replace(DRAFT, id=100 + n, closed_at=NOW, closed_why="expired") for n in range(20)],
        [replace(whole(), id=200 + n, sent_at=NOW) for n in range(20)],
    ]
    found = Leniency(beside_peers=0.3, peers=80, beside_mentors=-0.3, mentors=40)
    for few in range(1, 20, 3):
        reviews = [review for kind in kinds for review in kind[:few]]
        asked = [
            Asked(review=review, deliverable=WIDEST, author=replace(ASTER, name=LONGEST))
            for review in reviews
        ]
        view = listed(here(small_course), asked, NOW, [r for r in reviews if r.sent_at], found, 3.4, 99)
        assert_discord_holds(view)
