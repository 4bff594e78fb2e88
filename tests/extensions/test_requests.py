"""A student asks for more time: who hears of it, who answers first, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import CourseError
from bot.extensions import rules
from bot.posts.desk_rules import AllowanceTold, RequestAnswered, RequestCame
from bot.progress.service import Progress
from tests.extensions.conftest import DAY, HOUR, OTHER_LEAD
from tests.town import LEAD, MENTOR


async def refused(awaitable) -> str:
    with pytest.raises(CourseError) as refusal:
        await awaitable
    return str(refusal.value)


async def my_requests(desk, student, now):
    here = await desk.town.here(student, now)
    return (await Progress(desk.town.database).to_do(here, now)).requests


@pytest.fixture
async def asked(desk):
    """Student 1 asks for three more days for week 2, and everything that was due is said."""
    week = await desk.week()
    now = week.nudge - HOUR
    await desk.town.tick(now)
    view = await desk.ask(1, now)
    return view, now, week


async def test_every_lead_gets_a_letter_with_the_reason_and_where_the_student_stands(desk, asked):
    view, now, week = asked
    said = await desk.town.tick(now)
    assert sorted(post.user_id for post in said) == [LEAD, OTHER_LEAD]
    assert all(isinstance(post.content, RequestCame) for post in said)
    found = said[0].content.asked
    assert (found.request.days, found.request.reason) == (3, "My laptop broke.")
    assert (found.before, found.until) == (week.deadline, week.deadline + 3 * DAY)
    assert (found.lately.weeks, found.lately.of, found.extensions, found.handed_in) == (1, 1, 0, False)
    assert [item.request.id for item in await my_requests(desk, 1, now)] == [view.request.id]
    assert await my_requests(desk, 2, now) == []


async def test_granting_moves_the_deadline_tells_the_student_and_is_on_the_audit_log(desk, asked):
    view, now, week = asked
    await desk.town.tick(now)
    here = await desk.town.here(LEAD, now)
    await desk.extensions.grant(here, view.request.id, now + HOUR)
    assert (await desk.allowed(1, now))["w02"].until_at == week.deadline + 3 * DAY
    (post,) = [post for post in await desk.town.tick(now + HOUR) if post.user_id == 1]
    assert isinstance(post.content, RequestAnswered)
    assert (post.content.asked.request.answer, post.content.asked.before) == (
        "granted",
        week.deadline + 3 * DAY,
    )
    assert await my_requests(desk, 1, now + HOUR) == []
    assert await desk.audit() == ["extension.asked", "extension.given"]


async def test_declining_takes_words_and_leaves_the_deadline(desk, asked):
    view, now, week = asked
    here = await desk.town.here(LEAD, now)
    assert "Say in a few words why" in await refused(
        desk.extensions.decline(here, view.request.id, "  ", now)
    )
    await desk.extensions.decline(here, view.request.id, "Hand in what you have.", now)
    said = await desk.town.tick(now)
    (post,) = [post for post in said if post.user_id == 1]
    assert (post.content.asked.request.answer, post.content.asked.request.words) == (
        "declined",
        "Hand in what you have.",
    )
    assert post.content.asked.before == week.deadline
    assert [post for post in said if post.user_id == LEAD] == [], "what is answered asks nobody any more"
    assert await desk.allowed(1, now) == {}
    assert await desk.audit() == ["extension.asked", "extension.declined"]
    await desk.ask(1, now + HOUR, days=1)


async def test_another_date_is_given_in_human_words_with_the_usual_time_of_day(desk, asked):
    view, now, week = asked
    here = await desk.town.here(LEAD, now)
    refusal = await refused(desk.extensions.give_other(here, view.request.id, "soon", "", now))
    assert "cannot tell for certain" in refusal
    await desk.extensions.give_other(here, view.request.id, "next monday", "One day is enough.", now)
    assert (await desk.allowed(1, now))["w02"].until_at == week.deadline + DAY


async def test_the_first_answer_counts_and_later_ones_hear_who_gave_it(desk, asked):
    view, now, _ = asked
    first, second = await desk.town.here(LEAD, now), await desk.town.here(OTHER_LEAD, now)
    await desk.extensions.decline(first, view.request.id, "Not this time.", now)
    for call in (
        desk.extensions.grant(second, view.request.id, now),
        desk.extensions.decline(second, view.request.id, "No.", now),
        desk.extensions.give_other(second, view.request.id, "next monday", "", now),
        desk.extensions.request(second, view.request.id, now),
        desk.extensions.withdraw(await desk.town.here(1, now), view.request.id, now),
    ):
        assert f"<@{LEAD}> declined this request" in await refused(call)
    assert await desk.allowed(1, now) == {}


async def test_only_leads_of_this_cohort_answer_and_only_its_student_takes_a_request_back(desk, asked):
    view, now, _ = asked
    for user in (1, 2, MENTOR, 4321):
        here = await desk.town.here(user, now)
        for call in (
            desk.extensions.grant(here, view.request.id, now),
            desk.extensions.decline(here, view.request.id, "No.", now),
            desk.extensions.give_other(here, view.request.id, "next monday", "", now),
            desk.extensions.request(here, view.request.id, now),
        ):
            assert "lead" in (await refused(call)).lower()
    for user in (2, LEAD):
        here = await desk.town.here(user, now)
        assert "somebody else's request" in await refused(
            desk.extensions.withdraw(here, view.request.id, now)
        )
    lead = await desk.town.here(LEAD, now)
    assert "do not know this request" in await refused(desk.extensions.grant(lead, 99, now))


async def test_what_was_taken_back_is_answered_by_nobody_and_may_be_asked_again(desk, asked):
    view, now, _ = asked
    await desk.extensions.withdraw(await desk.town.here(1, now), view.request.id, now)
    assert await desk.town.tick(now) == []
    lead = await desk.town.here(LEAD, now)
    assert f"<@{1}> took this request back" in await refused(
        desk.extensions.grant(lead, view.request.id, now)
    )
    assert (await desk.extensions.desk(lead, now)).waiting == []
    assert await desk.audit() == ["extension.asked", "extension.withdrawn"]
    await desk.ask(1, now)


async def test_a_lead_s_own_command_answers_what_was_asked_for_and_one_letter_says_it(desk, asked):
    _, now, week = asked
    await desk.extend(1, week.deadline + 2 * DAY, now)
    lead = await desk.town.here(LEAD, now)
    assert (await desk.extensions.desk(lead, now)).waiting == []
    (post,) = [post for post in await desk.town.tick(now) if post.user_id == 1]
    assert isinstance(post.content, AllowanceTold)


async def test_leaving_it_out_answers_what_was_asked_for_as_well(desk, asked):
    _, now, _ = asked
    await desk.excuse(1, now)
    assert await my_requests(desk, 1, now) == []


async def test_leads_see_what_waits_oldest_first_and_what_was_given(desk, asked):
    view, now, week = asked
    second = await desk.ask(2, now + HOUR, days=1)
    await desk.extend(3, week.deadline + DAY, now + HOUR)
    lead = await desk.town.here(LEAD, now)
    found = await desk.extensions.desk(lead, now + HOUR)
    assert [item.request.id for item in found.waiting] == [view.request.id, second.request.id]
    assert [(member.name, item.key) for member, item, _ in found.given] == [("Student 3", "w02")]
    assert (await desk.extensions.desk(lead, week.deadline + 2 * DAY)).given == []


async def test_many_requests_are_looked_at_a_page_at_a_time(desk, asked):
    view, now, _ = asked
    students = [2, 3, 4, *range(500, 505)]
    here = await desk.town.here(LEAD, now)
    for number in students[3:]:
        await desk.town.cohorts.enroll(here, number, f"Student {number}", "student", now)
    for number in students:
        await desk.ask(number, now + HOUR)
    lead = await desk.town.here(LEAD, now + HOUR)
    shown = [await desk.extensions.desk(lead, now + HOUR, page) for page in (0, 1, 2, 99)]
    assert [(found.page, found.pages, len(found.waiting)) for found in shown] == [
        (1, 2, 6), (1, 2, 6), (2, 2, 3), (2, 2, 3),
    ]  # fmt: skip
    assert shown[0].waiting[0].request.id == view.request.id


async def test_a_request_reaches_nobody_who_leads_no_more(desk):
    now = await desk.kickoff()
    here = await desk.town.here(LEAD, now)
    await desk.town.cohorts.enroll(here, OTHER_LEAD, "Lead Larch", "mentor", now)
    await desk.town.tick(now)
    await desk.ask(1, now)
    await desk.town.database.write(
        lambda tx: tx.run(
            "UPDATE enrollment SET state = 'withdrawn' WHERE role = 'lead' AND member_id = "
            "(SELECT id FROM member WHERE user_id = :user_id)",
            user_id=OTHER_LEAD,
        )
    )
    said = await desk.town.tick(now)
    assert [post.user_id for post in said if isinstance(post.content, RequestCame)] == [LEAD]


async def test_work_that_comes_in_time_after_all_needs_no_answer(desk, asked):
    view, now, week = asked
    await desk.town.submit(1, "w02", now + HOUR)
    lead = await desk.town.here(LEAD, now)
    assert (await desk.extensions.desk(lead, now + HOUR)).waiting == []
    assert await my_requests(desk, 1, now + HOUR) == []
    assert "would change nothing" in await refused(desk.extensions.grant(lead, view.request.id, now + HOUR))
    assert week.deadline > now


async def test_work_that_comes_late_meanwhile_can_still_be_given_its_time(desk, asked):
    view, _, week = asked
    now = week.deadline + HOUR
    await desk.town.submit(1, "w02", now)
    lead = await desk.town.here(LEAD, now)
    (waiting,) = (await desk.extensions.desk(lead, now)).waiting
    assert waiting.handed_in
    await desk.extensions.grant(lead, view.request.id, now)
    assert not (await desk.revision(1, now)).late


async def test_a_grant_that_would_be_past_already_asks_for_another_date(desk, asked):
    view, _, week = asked
    now = week.deadline + 4 * DAY
    lead = await desk.town.here(LEAD, now)
    assert not view.is_past
    assert (await desk.extensions.request(lead, view.request.id, now)).is_past
    assert "is past by now" in await refused(desk.extensions.grant(lead, view.request.id, now))
    await desk.extensions.give_other(lead, view.request.id, "tomorrow", "", now)
    assert (await desk.allowed(1, now))["w02"].until_at > now


async def test_a_second_extension_counts_from_their_own_deadline(desk, asked):
    view, now, week = asked
    lead = await desk.town.here(LEAD, now)
    await desk.extensions.grant(lead, view.request.id, now)
    again = await desk.ask(1, now + HOUR, days=2)
    assert (again.before, again.until) == (week.deadline + 3 * DAY, week.deadline + 5 * DAY)
    assert again.extensions == 1


@pytest.mark.parametrize("days", [0, -1, rules.MOST_DAYS + 1])
async def test_days_have_bounds(desk, days):
    week = await desk.week()
    assert "1 to 14 days" in await refused(desk.ask(1, week.nudge, days=days))


async def test_what_cannot_be_asked_for_is_refused_kindly(desk, asked):
    _, now, week = asked
    assert "already, and that waits" in await refused(desk.ask(1, now))
    assert "why you need more time" in await refused(desk.ask(2, now, reason=" \n"))
    assert "at most 300 characters" in await refused(desk.ask(2, now, reason="x" * 301))
    await desk.town.submit(2, "w02", now)
    assert "handed in" in await refused(desk.ask(2, now))
    await desk.excuse(3, now)
    assert "may leave out" in await refused(desk.ask(3, now))
    assert "more than 7 days ago" in await refused(desk.ask(4, week.deadline + 7 * DAY + HOUR, days=14))
    assert "Ask for 4 days or more" in await refused(desk.ask(4, week.deadline + 3 * DAY + HOUR, days=2))
    last = (await desk.town.here(4, now)).times[-1]
    key = f"w{last.number:02}"
    assert "the course ends" in await refused(desk.ask(4, last.kickoff, key=key, days=14))
    for user in (LEAD, MENTOR, 4321):
        assert await refused(desk.ask(user, now))


async def test_nobody_asks_while_nothing_falls_due(desk):
    week = await desk.week()
    for state, words in (("draft", "not been started"), ("paused", "is paused"), ("finished", "is over")):
        await desk.state(state, week.nudge if state == "paused" else None)
        assert words in await refused(desk.ask(1, week.nudge))


async def test_a_request_of_a_student_who_left_waits_for_nobody(desk, asked):
    view, now, _ = asked
    lead = await desk.town.here(LEAD, now)
    await desk.town.cohorts.withdraw(lead, 1, "", now + timedelta(minutes=1))
    assert (await desk.extensions.desk(lead, now + HOUR)).waiting == []
    said = await desk.town.tick(now + HOUR)
    assert [post for post in said if isinstance(post.content, RequestCame)] == []
    assert "is not a student" in await refused(desk.extensions.grant(lead, view.request.id, now + HOUR))
