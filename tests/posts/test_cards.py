"""Every post of every week fits what Discord takes, says what it must, and can be found again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import get_args

import discord
import pytest

from bot.announcements import rules as announcing
from bot.cohorts.rules import REASON_LIMIT, Cohort, Member, Running
from bot.extensions import rules as extending
from bot.portfolio.quote_rules import Asked
from bot.posts import announced_cards, cards, desk_rules, rules
from bot.posts.compose import due_in
from bot.posts.quote_rules import QuoteAnswered, QuoteAsked
from bot.retros.themes import THEMES_A_WEEK, WORDS_A_THEME, Theme, WeekThemes
from bot.reviews.rules import TEXT_LIMIT
from bot.submissions.rules import Missed
from bot.ui import safe
from tests.oversight.letters import a_full_letter
from tests.town import COURSE

MARK = 123456789
COHORT = Cohort(
    id=42, guild_id=1, name="An unusually long cohort name, *with* markdown_in_it", channel_id=2,
    timezone="America/New_York", starts_on=date(2026, 3, 2), state="running", course_version_id=1,
    student_role_id=1234567890123456789, mentor_role_id=None, lead_role_id=None, seed=7, created_by=1,
)  # fmt: skip
RUNNING = Running(cohort=COHORT, course=COURSE)
WEEKS = [week.number for week in COURSE.weeks]
NOW = datetime(2026, 3, 2, tzinfo=UTC)
LONGEST_THEMES = WeekThemes(
    week=24, answers=400, themes=[Theme(words=["x" * 40] * WORDS_A_THEME, people=399, of=400)] * THEMES_A_WEEK
)


def member(number, name="Student"):
    return Member(id=number, user_id=1234567890123456000 + number, name=f"{name} {number}")


def kickoff(number):
    return rules.Kickoff(
        running=RUNNING, week=COURSE.week(number), times=RUNNING.week(number), due=due_in(RUNNING, number)
    )


def every_post():
    """One of each kind, as full as it can be; the kickoff and the retro of every week."""
    capstone = COURSE.deliverable("c3.1")
    people = [member(number) for number in range(25)]
    for number in WEEKS:
        yield f"kickoff {number}", kickoff(number)
        yield (
            f"retro {number}",
            rules.RetroCall(running=RUNNING, week=COURSE.week(number), prompt=COURSE.retro),
        )
        owed = due_in(RUNNING, number)
        yield f"reminder {number}", rules.Reminder(running=RUNNING, owed=owed, deadline=NOW)
    yield "pairing", rules.Pairing(
        running=RUNNING, deliverable=capstone, pairs=[(who, people[:5]) for who in people],
        due_at=NOW, covered_by=NOW, part=9, parts=20,
    )  # fmt: skip
    yield "blind pairing", rules.BlindPairing(
        running=RUNNING, deliverable=capstone, people=500, reviews=1500, due_at=NOW, covered_by=NOW
    )  # fmt: skip
    yield "late", rules.LateWork(
        running=RUNNING, deliverable=capstone, author=people[0], is_late=True, reviewers=people[1:6],
        reviews=people[6:11],
        due_at=NOW, covered_by=NOW,
    )  # fmt: skip
    for last in (False, True):
        yield "reviews due", rules.ReviewsDue(
            running=RUNNING, deliverable=capstone, asked=[(number, who) for number, who in enumerate(people[:12])],
            due_at=NOW, given_on_at=NOW, is_last=last,
        )  # fmt: skip
        yield "answers", rules.AnswersCame(
            running=RUNNING, deliverable=capstone, author=people[0], review_id=7, points=12, until=NOW, is_reminder=last
        )  # fmt: skip
        yield "decided", rules.Decided(
            running=RUNNING, deliverable=capstone, is_accepted=last, by=people[0], words="*a* \n" * 375, number=12
        )  # fmt: skip
    yield "volunteers", rules.Volunteers(running=RUNNING, deliverable=capstone, pieces=1, until=NOW)
    yield "asked instead", rules.AskedInstead(
        running=RUNNING, deliverable=capstone, author=people[0], due_at=NOW, review_id=7
    )  # fmt: skip
    yield "rechecked", rules.Rechecked(
        running=RUNNING, deliverable=capstone, reviewer=people[0], settled=11, still_open=1,
        with_mentor=False, remark="*a* \n" * 900
    )  # fmt: skip
    yield (
        "changed",
        rules.Changed(
            running=RUNNING, deliverable=capstone, author=people[0], number=12, review_id=99, is_sent=True
        ),
    )
    yield (
        "feedback",
        rules.FeedbackCame(running=RUNNING, deliverable=capstone, reviewer=people[0], received=1, asked=3),
    )
    yield "digest", rules.Digest(
        running=RUNNING, week=COURSE.week(24), students=500, handed_in=499, late=99, reviews_asked=5000,
        reviews_sent=4999, reviews_on_time=4998, covered=(1900, 2000), reviewed=1900, submissions=2000, retros=400,
        themes=LONGEST_THEMES,
    )  # fmt: skip
    yield "handed", rules.HandedOver(
        running=RUNNING, deliverable=capstone, author=people[0], by=people[1], item_id=123456, until=NOW
    )  # fmt: skip
    yield from announced(people)
    yield from more_time(people)
    yield "letter to a lead", a_full_letter(RUNNING)
    yield from quoted(people)
    yield "forgetting", desk_rules.Forgetting(running=RUNNING, on=NOW)
    yield "trouble", rules.Trouble(running=RUNNING, detail="Give me Send Messages. " * 20)


def quoted(people):
    """The longest words that a review can say."""
    work, words = COURSE.deliverable("c3.1"), "*w* " * (TEXT_LIMIT // 4)
    asked = Asked(
        review_id=123456, running=RUNNING, deliverable=work, author=people[0], words=words, is_blind=True,
        answer=None, is_shown=False,
    )  # fmt: skip
    yield "quote asked", QuoteAsked(running=RUNNING, asked=asked)
    for answer in ("named", "unnamed", "declined"):
        yield (
            "quote answered",
            QuoteAnswered(running=RUNNING, deliverable=work, reviewer=people[1], words=words, answer=answer),
        )


def announced(people):
    """The longest text that is let through, beside as many names as are let through with it."""
    names = tuple(10**18 + number for number in range(announcing.NAMED))
    plan = announcing.Plan(day=NOW.date(), at=NOW.time(), next_at=NOW, repeat=(0, 2, 4))
    item = announcing.Announcement(
        id=123456, cohort_id=COHORT.id, author=people[0], by_role=False, body="w" * announcing.TEXT_LIMIT,
        mention="everyone", plan=plan, state="waiting", replaces=None, approved_by=None,
        made_at=NOW, changed_at=NOW, version=10**16,
    )  # fmt: skip
    file = announcing.Attached(name="plan.pdf", media_type="application/pdf", body=b"%PDF")
    room = announcing.CARD_LIMIT - announcing.AROUND - announcing.NAME_ROOM * announcing.NAMED
    yield "announced", desk_rules.Announced(
        running=RUNNING, announcement=replace(item, body="w" * room, mention="cohort"),
        audience=announcing.Audience(user_ids=names), file=file, places={},
    )  # fmt: skip
    yield "approval", desk_rules.ApprovalAsked(
        running=RUNNING, announcement=item, audience=announcing.Audience(everyone=True), file=file
    )  # fmt: skip
    for reason in announced_cards.WHY:
        yield (
            "unannounced",
            desk_rules.NotAnnounced(
                running=RUNNING, announcement=item, reason=reason, by=None, at=item.plan.next_at
            ),
        )


def more_time(people):
    """The longest names and words that people can give."""
    asked = extending.Asked(
        running=RUNNING,
        request=extending.Request(
            id=123456, cohort_id=42, member_id=1, deliverable="c3.1", days=14, reason="*" * REASON_LIMIT, asked_at=NOW,
            answer=None, answered_by=None, answered_at=None, words="",
        ),
        member=replace(people[0], name="*" * 100), deliverable=COURSE.deliverable("c3.1"), before=NOW, until=NOW,
        handed_in=True, lately=Missed(weeks=2, of=3), extensions=33, by=None,
    )  # fmt: skip
    yield "request", desk_rules.RequestCame(running=RUNNING, asked=asked)
    for answer in ("granted", "declined"):
        request = replace(asked.request, answer=answer, words="_" * REASON_LIMIT)
        yield answer, desk_rules.RequestAnswered(running=RUNNING, asked=replace(asked, request=request))
    for what in get_args(extending.Told):
        for yes in (True, False):
            yield (
                what,
                desk_rules.AllowanceTold(
                    running=RUNNING, deliverable=asked.deliverable, what=what, until=NOW, is_over=yes,
                    reason="*" * REASON_LIMIT, handed_in=yes,
                ),
            )  # fmt: skip


def texts(card):
    return [item.content for item in card.walk_children() if isinstance(item, discord.ui.TextDisplay)]


def inside_discord_s_limits(card):
    items = list(card.walk_children())
    assert sum(map(len, texts(card))) <= 4000
    assert all(texts(card)), "Discord refuses an empty text"
    assert len(items) <= 40
    for item in items:
        if isinstance(item, discord.ui.ActionRow):
            assert 1 <= len(item.children) <= 5
    buttons = [getattr(item, "item", item) for item in items]
    pressed = [item for item in buttons if isinstance(item, discord.ui.Button)]
    assert all(0 < len(item.label or "") <= 80 for item in pressed)
    ids = [item.custom_id for item in pressed]
    assert all(0 < len(custom_id or "") <= 100 for custom_id in ids)
    assert len(set(ids)) == len(ids)
    return ids


async def test_every_post_of_the_course_fits_and_carries_its_mark():
    seen: set[str] = set()
    for name, content in every_post():
        rendered = cards.render(content, MARK)
        ids = inside_discord_s_limits(rendered.card)
        assert any(custom_id.endswith(f"~{MARK}") for custom_id in ids), name
        seen.add(type(content).__name__)
    assert seen == {kind.__name__ for kind in get_args(rules.Content)}


@pytest.mark.parametrize("number", WEEKS)
async def test_a_kickoff_shows_all_eight_outcomes_the_evidence_and_its_deadline(number):
    week, times = COURSE.week(number), RUNNING.week(number)
    shown = "\n".join(texts(cards.render(kickoff(number), MARK).card))
    outcomes = COURSE.outcomes_of(week)
    assert len(outcomes) == 8
    assert all(outcome in shown for outcome in outcomes)
    assert all(item.label in shown for item in week.deliverable.evidence)
    assert f"<t:{int(times.deadline.timestamp())}:F>" in shown
    assert (number in (8, 16, 24)) == ("Capstone" in shown.partition("**Due**")[2])


async def test_only_the_people_a_post_is_for_can_be_pinged():
    people = [member(1), member(2)]
    content = rules.Pairing(
        running=RUNNING, deliverable=COURSE.deliverable("w01"), pairs=[(people[0], [people[1]])],
        due_at=NOW, covered_by=NOW, part=1, parts=1,
    )  # fmt: skip
    mentions = cards.render(content, MARK).mentions.to_dict()
    assert (mentions["parse"], mentions["users"], mentions["roles"]) == ([], [people[0].user_id], [])
    kicked = cards.render(kickoff(1), MARK).mentions.to_dict()
    assert (kicked["parse"], kicked["users"], kicked["roles"]) == ([], [], [COHORT.student_role_id])


async def test_a_former_member_is_named_and_not_mentioned():
    gone = replace(member(1), user_id=None, name="former member")
    assert cards.mention(gone) == "former member"


def looked_back(found: WeekThemes) -> str:
    content = rules.Digest(
        running=RUNNING, week=COURSE.week(1), students=9, handed_in=9, late=0, reviews_asked=18, reviews_sent=18,
        reviews_on_time=18, covered=(9, 9), reviewed=9, submissions=9, retros=found.answers, themes=found,
    )  # fmt: skip
    return "\n".join(texts(cards.render(content, MARK).card))


async def test_the_digest_counts_who_wants_to_improve_the_same_thing():
    found = [Theme(words=["tests", "memo"], people=5, of=9), Theme(words=["review"], people=2, of=9)]
    shown = looked_back(WeekThemes(week=1, answers=9, themes=found))
    assert "Tests, memo · 5 of 9 people\nReview · 2 of 9 people" in shown


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (0, "None of you answered this time"),
        (3, "3 of you answered this time: words that several of you use are counted from 4 answers on."),
        (4, "What you wrote is too different to sum up in a word."),
    ],
)
async def test_without_themes_the_digest_says_why(answers, why):
    assert why in looked_back(WeekThemes(week=1, answers=answers, themes=()))


async def test_a_link_in_a_member_s_words_shows_where_it_leads():
    told = safe(
        "[one](https://a.example) **and** [two](https://b.example)\n[```](x) [a\nb](https://c.example)"
    )
    assert "](" not in told
    assert "**" not in told
    assert "```" not in told
    assert "https://b.example" in told


async def test_backstage_fits_with_five_hundred_behind():
    people = [member(number) for number in range(500)]
    view = rules.Backstage(
        running=RUNNING, week=8, behind=[(who, due_in(RUNNING, 8)) for who in people],
        overdue=[(who, 2) for who in people], uncovered=people,
        skipped=[("kickoff", "w01", "it was too late to be of use")] * 50,
        problems=[("I may not post in <#2>.", NOW)] * 20,
    )  # fmt: skip
    inside_discord_s_limits(cards.backstage(view))
    nothing = replace(view, behind=[], overdue=[], uncovered=[], skipped=[], problems=[])
    assert "Nothing to chase" in "\n".join(texts(cards.backstage(nothing)))


AUTHOR = Member(id=7, user_id=None, name="the author")
BLIND = replace(COURSE.deliverable("w01"), blind=True)


def said_of(post):
    return "\n".join(texts(cards.render(post, MARK).card))


def test_reviews_of_a_blind_week_are_counted_rather_than_named():
    post = rules.ReviewsDue(
        running=RUNNING, deliverable=BLIND, asked=[(8, AUTHOR), (9, AUTHOR)], due_at=NOW, given_on_at=NOW, is_last=False
    )  # fmt: skip
    card = cards.render(post, MARK).card
    inside_discord_s_limits(card)
    assert "2 reviews due" in said_of(post)
    assert "author" not in said_of(post)
    buttons = [item.item.label for item in card.walk_children() if isinstance(item, discord.ui.DynamicItem)]
    assert buttons == ["First review", "Second review", "My reviews"]


def test_sentences_about_a_blind_author_begin_with_a_capital_and_a_name_stays_as_it_is():
    common = {"running": RUNNING, "deliverable": BLIND, "review_id": 7}
    for author, begins in ((AUTHOR, "The author"), (replace(member(1), name="eve"), "eve")):
        changed = rules.Changed(author=author, number=2, is_sent=False, **common)
        answers = rules.AnswersCame(author=author, points=2, until=NOW, is_reminder=False, **common)
        assert f"### {begins} handed in revision 2" in said_of(changed)
        assert f"### {begins} answered 2 points of yours" in said_of(answers)


def test_whoever_is_asked_instead_in_a_blind_week_is_asked_for_a_review():
    common = {"running": RUNNING, "due_at": NOW, "review_id": 7}
    blind = rules.AskedInstead(deliverable=BLIND, author=AUTHOR, **common)
    assert "please write one by" in said_of(blind)
    named = rules.AskedInstead(deliverable=COURSE.deliverable("w01"), author=member(3), **common)
    assert "please review the work of Student 3 by" in said_of(named)


def test_late_blind_work_without_a_reviewer_waits_for_one():
    post = rules.LateWork(
        running=RUNNING, deliverable=BLIND, author=member(1), is_late=True, reviewers=[], reviews=[], due_at=NOW,
        covered_by=NOW,
    )  # fmt: skip
    assert "It waits for a volunteer or a mentor. Names are kept back." in said_of(post)
