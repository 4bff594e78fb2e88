"""What leads hear privately: a letter about each week, and once about what cannot be said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import ledger
from bot.calendar import Break, Changes
from bot.cohorts import plans
from bot.cohorts import store as cohorts
from bot.oversight.news import news
from bot.oversight.rules import WeekFigures
from bot.posts import cards, stuck
from bot.posts.desk_rules import LeadsDigest
from bot.posts.service import Failure
from tests.house import button, opened, said, words
from tests.oversight.letters import a_full_letter
from tests.posts.test_cards import RUNNING
from tests.shown import assert_discord_holds, words_of
from tests.town import CHANNEL, LEAD, Town, kinds

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def town(database):
    return Town(database)


def letters(posts):
    return [post for post in posts if isinstance(post.content, LeadsDigest)]


async def told(town, here, week):
    """What the lead is told of a week."""
    (letter,) = letters(await town.tick(here.week(week).digest))
    assert letter.user_id == LEAD
    return letter.content.news


async def test_each_lead_gets_a_letter_with_the_digest_once(town):
    here = await town.begin(2)
    week = here.week(1)
    await town.cohorts.enroll(await town.here(LEAD, week.kickoff), 2000, "Lead Lime", "lead", week.kickoff)
    await town.tick(week.digest - HOUR)
    said_ = await town.tick(week.digest)
    assert "Digest" in kinds(said_)
    assert sorted(post.user_id for post in letters(said_)) == [LEAD, 2000]
    assert letters(await town.tick(week.digest + HOUR)) == []


async def test_whoever_leads_no_more_is_shown_no_names(town):
    here = await town.begin(2)
    week = here.week(1)
    await town.cohorts.enroll(await town.here(LEAD, week.kickoff), 2000, "Lead Lime", "lead", week.kickoff)
    await town.cohorts.enroll(await town.here(LEAD, week.kickoff), 2000, "Lead Lime", "mentor", week.kickoff)
    await town.tick(week.digest - HOUR)
    row = next(row for row in await town.posts.claim(week.digest) if row.kind == "digest")
    await town.posts.compose(row, week.digest)
    await town.database.write(
        lambda tx: tx.run(
            "UPDATE enrollment SET state = 'withdrawn' WHERE role = 'lead' AND member_id = "
            "(SELECT id FROM member WHERE user_id = 2000)"
        )
    )
    assert [post.user_id for post in letters(await town.tick(week.digest))] == [LEAD]


async def test_the_channel_never_hears_a_students_name_from_the_digest(town):
    here = await town.begin(2)
    await town.tick(here.week(1).digest - HOUR)
    for post in await town.tick(here.week(1).digest):
        if post.user_id is None:
            shown = words_of(cards.render(post.content, 1).card)
            assert "Student" not in shown
            assert "<@" not in shown


async def test_the_letter_counts_what_came_late_or_not_beside_the_week_before(town):
    here = await town.begin(3)
    first, second = here.week(1), here.week(2)
    for student in (1, 2, 3):
        await town.submit(student, "w01", first.kickoff)
    assert (await told(town, here, 1)).before is None
    await town.submit(1, "w02", second.kickoff)
    await town.submit(2, "w02", second.deadline + HOUR)
    found = await told(town, here, 2)
    assert found.figures == WeekFigures(due=3, handed_in=2, late=1)
    assert found.before == WeekFigures(due=3, handed_in=3, late=0)
    assert [item.week.number for item in found.coming] == [3, 4], "the one that runs, and the next"
    assert [item.key for item in found.coming[0].due] == ["w03"]


async def test_the_letter_says_who_is_newly_at_risk(town):
    here = await town.begin(1)
    await told(town, here, 1)
    found = await told(town, here, 2)
    (risk,) = found.at_risk
    quiet = "nothing handed in, no review and no retro for 16 days"
    assert [reason.words for reason in risk.reasons] == ["has missed 2 of the last 2 weeks", quiet]
    assert risk.since > found.since
    shown = words_of(cards.render(LeadsDigest(running=here, week=here.course.week(2), news=found), 1).card)
    assert f"- Student 1: has missed 2 of the last 2 weeks; {quiet} (new)" in shown
    again = await told(town, here, 3)
    assert again.at_risk[0].since <= again.since
    shown = words_of(cards.render(LeadsDigest(running=here, week=here.course.week(3), news=again), 1).card)
    assert "(new)" not in shown


async def test_only_this_weeks_overdue_reviews_are_in_the_letter(town):
    here = await town.begin(2)
    for student in (1, 2):
        await town.submit(student, "w01", here.week(1).kickoff)
    await town.tick(here.week(1).deadline)
    found = await told(town, here, 1)
    assert sorted(count for _, count in found.overdue) == [1, 1]
    assert (await told(town, here, 2)).overdue == []


async def test_a_break_and_the_end_are_said_ahead(town):
    here = await town.begin(1)
    begins = here.week(3).kickoff
    pause = Break(from_at=begins, weeks=2, reason="Spring *holidays*")

    def plan(tx):
        written = plans.written(Changes(breaks=(pause,)))
        tx.run("UPDATE cohort SET calendar = :written WHERE id = :id", written=written, id=here.cohort.id)

    await town.database.write(plan)
    later = await town.here(LEAD, here.week(1).kickoff)
    found = await town.database.read(news, later, 1, later.week(1).digest)
    assert found.breaks == [pause]
    assert [item.week.number for item in found.coming] == [2]
    after = await town.database.read(news, later, 2, later.week(2).digest)
    assert after.breaks == []
    shown = words_of(cards.render(LeadsDigest(running=later, week=later.course.week(1), news=found), 1).card)
    assert f"A break from <t:{int(begins.timestamp())}:D>" in shown
    assert "Spring \\*holidays\\*" in shown
    last = await town.database.read(news, later, 24, later.week(24).digest)
    assert last.coming == []
    shown = words_of(cards.render(LeadsDigest(running=later, week=later.course.week(24), news=last), 1).card)
    assert "That was the last week's work." in shown


async def test_the_letter_names_people_where_discord_knows_no_mention(town):
    here = await town.begin(2)
    for student in (1, 2):
        await town.submit(student, "w01", here.week(1).kickoff)
    await town.tick(here.week(1).deadline)
    found = await told(town, here, 1)
    shown = words_of(cards.render(LeadsDigest(running=here, week=here.course.week(1), news=found), 1).card)
    assert "- Student 1: 1 review" in shown
    assert "<@" not in shown


def test_a_letter_about_five_hundred_students_fits():
    card = cards.render(a_full_letter(RUNNING), 1).card
    assert_discord_holds(card)
    assert "1500 of 2000, 700 late, 500 missing" in words_of(card)


async def fail(town, kind, tries, failure, now):
    """One row of a kind fails so often, each time when it is tried again; what is said meanwhile."""
    heard = []
    for number in range(tries):
        for row in await town.posts.claim(now):
            if row.kind == kind:
                await town.posts.failed(row, None, failure, now)
            else:
                post = await town.posts.compose(row, now)
                if post is not None:
                    await town.posts.sent(row, post, channel_id=CHANNEL, message_id=row.id, now=now)
                    heard.append((row.attempts, post))
        heard += [(number + 1, post) for post in await rest(town, kind, failure, now)]
        now += ledger.BACKOFF[min(number, len(ledger.BACKOFF) - 1)]
    return [
        (number, post.content.detail) for number, post in heard if type(post.content).__name__ == "Trouble"
    ], now


async def rest(town, kind, failure, now):
    """Whatever else is due is said."""
    found = []
    while rows := await town.posts.claim(now):
        for row in rows:
            if row.kind == kind:
                await town.posts.failed(row, None, failure, now)
                continue
            post = await town.posts.compose(row, now)
            if post is not None:
                await town.posts.sent(
                    row, post, channel_id=post.user_id or CHANNEL, message_id=row.id, now=now
                )
                found.append(post)
    return found


async def test_a_post_that_fails_for_an_hour_is_told_once_and_listed_until_one_works(town):
    here = await town.begin(2)
    fault = Failure(error="fault: KeyError", fault=True)
    heard, now = await fail(town, "kickoff", 7, fault, here.week(1).kickoff)
    ((when, detail),) = heard
    assert when == stuck.PATIENCE
    assert (
        "I could not send the kickoff of week 1: something goes wrong on my side (fault: KeyError)." in detail
    )
    assert "Please tell whoever runs me" in detail
    assert [words for words, _ in (await town.cohorts.overview(here)).problems] == [detail]
    assert "Kickoff" in kinds(await town.tick(now))
    assert (await town.cohorts.overview(here)).problems == []


async def test_many_letters_that_fail_alike_are_one_problem(town):
    here = await town.begin(5)
    refused = Failure(error="private message refused (50278)")
    now = here.week(1).nudge
    await town.tick(here.week(1).kickoff)
    heard, _ = await fail(town, "reminder", 6, refused, now)
    ((_, detail),) = heard
    assert detail.startswith("I could not send a private letter in week 1: private message refused (50278).")


async def test_that_discord_does_not_answer_is_told_at_most_once_and_mended_by_whatever_is_sent(town):
    here = await town.begin(1)
    silence = Failure(error="no answer from Discord (TimeoutError)", unsure=True)
    heard, now = await fail(town, "kickoff", 6, silence, here.week(1).kickoff)
    assert len(heard) == 1
    assert "nothing for you to mend" in heard[0][1]
    await town.tick(now)
    assert (await town.cohorts.overview(here)).problems == []


async def test_that_somebody_is_gone_from_discord_is_no_problem(town):
    here = await town.begin(1)
    now = here.week(1).nudge
    await town.tick(now - HOUR)
    await town.posts.claim(now)
    await rest(town, "reminder", Failure(error="nobody there", hopeless=True), now + ledger.LEASE)
    assert (await town.cohorts.overview(here)).problems == []
    await town.database.write(cohorts.note, here.cohort.id, "x", now=now)  # an unrelated line does not matter


async def test_giving_up_is_told_too(town):
    here = await town.begin(1)
    now = here.week(1).deadline
    await town.tick(now - HOUR)
    await town.database.write(
        lambda tx: tx.run("UPDATE occurrence SET attempts = :n WHERE kind = 'pairing'", n=ledger.TRIES)
    )
    fault = Failure(error="fault: KeyError", fault=True)
    await rest(town, "pairing", fault, now)
    (problem,) = (await town.cohorts.overview(here)).problems
    assert "the pairing of week 1" in problem[0]
    assert "I have given up on it." in problem[0]


@pytest.fixture
async def house(url):
    async with opened(url) as house:
        await house.start_cohort()
        await house.lead.slash(house.channel, "roster sync")
        yield house
        assert [fault for fault in house.faults() if not isinstance(fault, house.expected)] == []


async def test_the_letters_button_opens_the_report_after_a_restart_and_for_nobody_else(house):
    await house.until("2026-03-13 12:00")
    await house.until("2026-03-14 12:00")
    letter = next(item for item in house.letters(house.lead) if "for its leads" in words(item))
    assert "Handed in" in words(letter)
    await house.restart()
    opened_ = await house.lead.user.click(letter, custom_id=button(letter, "report.open"))
    assert "How Spring stands" in said(opened_)
    here = await house.here(house.lead)
    await house.bot.database.write(cohorts.withdraw, here.cohort.id, here.member.id)
    refused = await house.lead.user.click(letter, custom_id=button(letter, "report.open"))
    assert "Only the mentors and leads" in said(refused)
    assert not [item for item in house.posts() if "for its leads" in words(item)]
