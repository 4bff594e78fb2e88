"""What a review and its feedback look like, and that Discord can hold them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cohorts.rules import Cohort, Here, Member
from bot.curriculum import Criterion, Deliverable, Evidence, Rubric
from bot.reviews import cards, rules
from bot.reviews.feedback import feedback_cards
from bot.reviews.forms import PointForm, StrengthForm
from bot.reviews.rules import KINDS, POINTS_LIMIT, Point, Review
from bot.reviews.service import Asked, Card, Feedback, Reviews
from bot.submissions.rules import Revision

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
    opened_at=NOW,
    sent_at=None,
    revision_id=11,
    read_at=None,
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


def here(course, *, state="running", roles=frozenset({"student"})) -> Here:
    cohort = Cohort(
        id=3, guild_id=1, name="Spring", channel_id=2, timezone="UTC", starts_on=date(2026, 3, 2), state=state,
        course_version_id=1, student_role_id=None, mentor_role_id=None, lead_role_id=None, seed=1, created_by=1,
    )  # fmt: skip
    return Here(cohort=cohort, course=course, user_id=102, member=BIRCH, roles=roles)


def words_of(view) -> str:
    shown = [item.content for item in view.walk_children() if isinstance(item, discord.ui.TextDisplay)]
    return "\n".join(shown)


def buttons_of(view) -> dict[str, tuple[str, discord.ButtonStyle]]:
    found = [item.item for item in view.walk_children() if isinstance(item, discord.ui.DynamicItem)]
    return {item.label: (item.custom_id, item.style) for item in found if isinstance(item, discord.ui.Button)}


def menus_of(view) -> dict[str, discord.ui.Select]:
    found = [item.item for item in view.walk_children() if isinstance(item, discord.ui.DynamicItem)]
    return {item.custom_id: item for item in found if isinstance(item, discord.ui.Select)}


def assert_discord_holds(view) -> None:
    assert view.content_length() <= 4000
    assert sum(1 for _ in view.walk_children()) <= 40
    ids = [item.custom_id for item in view.walk_children() if hasattr(item, "custom_id")]
    assert len(ids) == len(set(ids))
    assert all(len(custom_id) <= 100 for custom_id in ids)
    assert all(0 < len(label) <= 80 for label in buttons_of(view))
    for item in view.walk_children():
        if isinstance(item, discord.ui.ActionRow):
            assert 1 <= len(item.children) <= 5
        if isinstance(item, discord.ui.TextDisplay):
            assert item.content.strip()
    for menu in menus_of(view).values():
        assert len(menu.placeholder) <= 150
        assert 1 <= len(menu.options) <= 25
        assert len({option.value for option in menu.options}) == len(menu.options)
        for option in menu.options:
            assert 1 <= len(option.label) <= 100
            assert len(option.description) <= 100


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
    assert list(buttons_of(view)) == ["My reviews"]
    assert_discord_holds(view)


@pytest.mark.parametrize("words", [LONGEST, "a" * 1000, "word " * 200, "@everyone " * 100, "\n# x" * 250])
def test_the_heaviest_review_fits_as_a_draft_and_as_sent(words):
    card = heaviest(words)
    assert_discord_holds(cards.opened(card, NOW))
    assert_discord_holds(cards.opened(replace(card, review=replace(card.review, sent_at=NOW)), NOW))
    assert_discord_holds(cards.opened(replace(card, review=replace(card.review, scores={})), NOW))


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
    shown = cards.fitted(words, room)
    assert len(shown) <= max(1, room)
    assert "\n" not in shown


def test_the_list_shows_who_and_until_when_and_which_are_begun(small_course):
    begun = Asked(review=DRAFT, deliverable=WORK, author=ASTER)
    overdue = replace(DRAFT, id=8, opened_at=None, due_at=NOW - timedelta(days=1))
    sent = replace(whole(), id=9, sent_at=NOW)
    asked = [begun, *(Asked(review=item, deliverable=WORK, author=BIRCH) for item in (overdue, sent))]
    view = cards.mine(here(small_course), asked, NOW)
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
    view = cards.mine(here(small_course), asked, NOW)
    assert "30 reviews to write" in words_of(view)
    assert "20 more reviews will appear here" in words_of(view)
    assert_discord_holds(view)


def test_an_empty_list_says_when_the_next_pairing_comes(small_course):
    course = here(small_course)
    words = words_of(cards.mine(course, [], NOW))
    assert f"<t:{int(course.week(2).deadline.timestamp())}:F>" in words
    assert "`/submit`" in words


def test_an_empty_list_of_a_mentor_does_not_ask_them_to_hand_in(small_course):
    words = words_of(cards.mine(here(small_course, roles=frozenset({"mentor"})), [], NOW))
    assert "`/submit`" not in words
    assert "listed here" in words


def test_before_the_course_and_after_it_nobody_is_promised_a_pairing(small_course):
    draft = words_of(cards.mine(here(small_course, state="draft"), [], NOW))
    over = words_of(cards.mine(here(small_course), [], NOW + timedelta(days=60)))
    assert "not begun yet" in draft
    assert "are over" in over
    assert "next pairing" not in draft + over


def received(*given_reviews, waiting=(), deliverable=WORK, revision=REVISION) -> Feedback:
    return Feedback(
        deliverable=deliverable,
        revision=revision,
        summaries=rules.summarise(deliverable.rubric, list(given_reviews)),
        given=[(review, BIRCH) for review in given_reviews],
        waiting=[(review, ASTER) for review in waiting],
        seen_numbers={review.id: 1 for review in given_reviews},
    )


def test_feedback_says_each_criterion_in_numbers_and_in_the_rubrics_words(small_course):
    one = whole(sent_at=NOW)
    two = replace(one, id=8, scores={"works": 3, "clear": 3})
    (view,) = feedback_cards(here(small_course), received(one, two), NOW)
    words = words_of(view)
    assert "2 of 2 reviews in, on your revision 1" in words
    assert "**It works** · 3.5 of 4, from 3 to 4 in 2 reviews\n-# Yes" in words
    assert "**It is clear** · 3.0 of 3, all 3 in 2 reviews\n-# Yes" in words
    assert_discord_holds(view)


def test_one_review_is_too_few_to_say(small_course):
    (view,) = feedback_cards(here(small_course), received(whole(sent_at=NOW), waiting=[DRAFT]), NOW)
    assert "One review is too few to say much" in words_of(view)
    assert "**It works** · 4 of 4, in one review\n-# Always" in words_of(view)
    assert f"Still to come: Student Aster, due <t:{int(DRAFT.due_at.timestamp())}:F>" in words_of(view)


def test_feedback_shows_every_review_in_full_and_leads_to_a_revision(small_course):
    review = replace(whole(sent_at=NOW), points=[replace(POINT, body="First.\nSecond.")])
    found = received(review, revision=replace(REVISION, number=3))
    (view,) = feedback_cards(here(small_course), found, NOW)
    words = words_of(view)
    assert f"**Student Birch** · <t:{int(NOW.timestamp())}:F> · on revision 1" in words
    assert "> It starts fast." in words
    assert "**Risk, low** · store.py\n> First.\n> Second." in words
    assert buttons_of(view)["Revise"] == ("p:submit.open:3.w01", discord.ButtonStyle.primary)


def test_the_gravest_point_is_read_first(small_course):
    points = [replace(POINT, severity=severity, place=severity) for severity in ("low", "high", "medium")]
    review = replace(whole(sent_at=NOW), points=points)
    (view,) = feedback_cards(here(small_course), received(review), NOW)
    words = words_of(view)
    assert words.index("· high") < words.index("· medium") < words.index("· low")


def test_before_the_deadline_feedback_says_when_reviewers_are_found(small_course):
    course = here(small_course)
    before, after = course.week(1).kickoff, course.week(1).deadline
    (early,) = feedback_cards(course, received(), before)
    (later,) = feedback_cards(course, received(), after + timedelta(hours=1))
    assert f"at the deadline, <t:{int(after.timestamp())}:F>" in words_of(early)
    assert "Nobody has been asked to review it yet" in words_of(later)


@pytest.mark.parametrize("words", [LONGEST, "a" * 1000, "a\n" * 500, "@here " * 166])
def test_the_heaviest_feedback_goes_into_several_messages_and_loses_nothing(small_course, words):
    review = replace(heaviest(words).review, sent_at=NOW)
    given_reviews = [replace(review, id=number) for number in range(5)]
    views = feedback_cards(here(small_course), received(*given_reviews, deliverable=WIDEST), NOW)
    for view in views:
        assert_discord_holds(view)
    everything = "\n".join(words_of(view) for view in views)
    assert len(re.findall(r"\*\*Suggestion, medium\*\*", everything)) == 5 * POINTS_LIMIT
    assert [list(buttons_of(view)) for view in views] == [[]] * (len(views) - 1) + [["Revise"]]


async def test_the_forms_fit_discord_and_give_back_what_was_typed(database):
    reviews = Reviews(database)
    point = PointForm(reviews, 7, kind="risk", severity="high", place="store.py", body="It leaks.")
    for form in (point, StrengthForm(reviews, 7, "It starts.")):
        assert len(form.title) <= 45
        assert len(form.children) <= 5
        for label in form.children:
            assert isinstance(label, discord.ui.Label)
            assert len(label.text) <= 45
            placeholder = getattr(label.component, "placeholder", None) or ""
            assert len(placeholder) <= 100
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
