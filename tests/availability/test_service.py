"""Who is away, who is kept apart, what that sets going, and who may do it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.availability import store
from bot.availability.service import Availability
from bot.cohorts.rules import Here
from bot.database import Conflict, Database
from bot.errors import CourseError
from tests.availability.conftest import WEDNESDAY
from tests.town import CHANNEL, LEAD, MENTOR, Town, asker

FRIDAY = date(2026, 3, 13)
HOUR = timedelta(hours=1)
ASTER, BIRCH = 1, 2
STRANGER = 77


async def go(
    town: Town, desk: Availability, user_id: int = ASTER, day: date = FRIDAY, now: datetime = WEDNESDAY
):
    return await desk.tell(await town.here(user_id, now), day, "A wedding.", now)


async def away(database: Database, here: Here, start: datetime, end: datetime | None = None) -> set[int]:
    return await database.read(store.away, here.cohort.id, start=start, end=end or start)


async def rows(database: Database, sql: str) -> list[dict[str, Any]]:
    return await database.read(lambda tx: tx.all(sql))


async def freed(database: Database) -> list[str]:
    return [
        row["key"]
        for row in await rows(database, "SELECT key FROM occurrence WHERE kind = 'freed' ORDER BY id")
    ]


async def test_an_absence_lasts_until_the_end_of_its_day_in_the_cohorts_zone(town: Town, desk: Availability):
    absence = await go(town, desk)
    assert absence.until_at.isoformat() == "2026-03-14T04:00:00+00:00"


async def test_an_absence_over_a_change_of_the_clocks_ends_at_midnight_all_the_same(
    town: Town, desk: Availability
):
    before = WEDNESDAY - timedelta(days=5)  # the clocks go forward on Sunday, 8 March
    absence = await go(town, desk, day=date(2026, 3, 8), now=before)
    assert absence.until_at.isoformat() == "2026-03-09T04:00:00+00:00"


async def test_who_is_away_when_something_falls_due_is_known(
    town: Town, desk: Availability, database: Database
):
    here = await town.here(ASTER, WEDNESDAY)
    absence = await go(town, desk)
    me = {here.known().id}
    assert await away(database, here, WEDNESDAY) == me
    assert await away(database, here, WEDNESDAY - HOUR, absence.until_at + HOUR) == me
    assert await away(database, here, absence.until_at - HOUR) == me
    assert await away(database, here, absence.until_at) == set()
    assert await away(database, here, WEDNESDAY - HOUR) == set()


async def test_a_new_absence_takes_the_place_of_the_open_one(
    town: Town, desk: Availability, database: Database
):
    await go(town, desk, day=date(2026, 3, 25))
    later = WEDNESDAY + HOUR
    await go(town, desk, day=FRIDAY, now=later)
    here = await town.here(ASTER, later)
    shown = await desk.away(here, later)
    assert shown is not None
    assert shown.until_at.date() == date(2026, 3, 14)
    assert await away(database, here, datetime.fromisoformat("2026-03-20T00:00:00+00:00")) == set()
    assert await away(database, here, WEDNESDAY), "they were away from the first one on"


async def test_two_absences_told_at_one_instant_leave_one(town: Town, desk: Availability, database: Database):
    await go(town, desk)
    await go(town, desk, day=date(2026, 3, 12))
    assert len(await rows(database, "SELECT id FROM absence")) == 1


async def test_somebody_who_is_back_is_asked_again(town: Town, desk: Availability, database: Database):
    await go(town, desk)
    later = WEDNESDAY + HOUR
    here = await town.here(ASTER, later)
    assert await desk.back(here, later)
    assert await away(database, here, later) == set()
    assert not await desk.back(here, later)
    assert await desk.away(here, later) is None


async def test_an_absence_has_open_reviews_given_on_at_once(
    town: Town, desk: Availability, database: Database
):
    absence = await go(town, desk)
    (row,) = await rows(database, "SELECT * FROM occurrence WHERE kind = 'freed'")
    micros = (WEDNESDAY - datetime.fromisoformat("1970-01-01T00:00:00+00:00")) // timedelta(microseconds=1)
    assert row["key"] == f"away{absence.member.id}.{micros}"
    assert (row["week"], row["due_at"], row["state"]) == (2, micros, "due")


async def test_being_back_gives_nothing_on(town: Town, desk: Availability, database: Database):
    await go(town, desk)
    await desk.back(await town.here(ASTER, WEDNESDAY), WEDNESDAY + HOUR)
    assert len(await freed(database)) == 1


async def test_before_the_course_begins_what_follows_belongs_to_its_first_week(
    town: Town, desk: Availability, database: Database
):
    early = WEDNESDAY - timedelta(days=14)
    await go(town, desk, day=date(2026, 3, 1), now=early)
    assert [
        row["week"] for row in await rows(database, "SELECT week FROM occurrence WHERE kind = 'freed'")
    ] == [1]


async def test_a_paused_cohort_owes_what_follows_from_an_absence_for_when_it_goes_on(
    town: Town, desk: Availability, database: Database
):
    await database.write(lambda tx: tx.run("UPDATE cohort SET state = 'paused'"))
    await go(town, desk)
    assert len(await freed(database)) == 1


async def test_a_date_is_shown_before_anything_is_kept(town: Town, desk: Availability, database: Database):
    leave = desk.leave(await town.here(ASTER, WEDNESDAY), "friday", " A wedding. ", WEDNESDAY)
    assert (leave.day, leave.reason) == (FRIDAY, "A wedding.")
    assert await rows(database, "SELECT id FROM absence") == []


@pytest.mark.parametrize(
    ("until", "reason", "words"),
    [
        ("soon", "", "cannot tell for certain"),
        ("2026-03-10", "", "past already"),
        ("2026-06-10", "", "more than 60 days"),
        ("friday", "x" * 301, "at most 300 characters; this one has 301"),
    ],
)
async def test_an_absence_that_cannot_be_is_refused(
    town: Town, desk: Availability, until: str, reason: str, words: str
):
    here = await town.here(ASTER, WEDNESDAY)
    with pytest.raises(CourseError, match=words):
        desk.leave(here, until, reason, WEDNESDAY)


async def test_today_is_the_cohorts_today(town: Town, desk: Availability):
    late = datetime.fromisoformat("2026-03-12T03:00:00+00:00")  # still Wednesday in New York
    assert desk.leave(await town.here(ASTER, late), "today", None, late).day == date(2026, 3, 11)


async def test_a_button_pressed_after_its_day_is_refused(town: Town, desk: Availability, database: Database):
    with pytest.raises(CourseError, match="not ahead any more"):
        await go(town, desk, now=WEDNESDAY + timedelta(days=4))
    assert await rows(database, "SELECT id FROM absence") == []


async def test_a_mentor_can_be_away_too(town: Town, desk: Availability, database: Database):
    absence = await go(town, desk, MENTOR)
    here = await town.here(MENTOR, WEDNESDAY)
    assert await away(database, here, WEDNESDAY) == {absence.member.id}


async def test_mentors_and_leads_see_who_is_away_and_why(town: Town, desk: Availability):
    await go(town, desk, BIRCH, date(2026, 3, 20))
    await go(town, desk)
    for user_id in (LEAD, MENTOR):
        shown = await desk.who_is_away(await town.here(user_id, WEDNESDAY), WEDNESDAY)
        assert [(item.member.name, item.reason) for item in shown] == [
            ("Student 1", "A wedding."),
            ("Student 2", "A wedding."),
        ]
    later = WEDNESDAY + timedelta(days=4)
    assert len(await desk.who_is_away(await town.here(LEAD, later), later)) == 1


async def test_the_audit_log_has_the_absence_and_not_its_reason(
    town: Town, desk: Availability, database: Database
):
    await go(town, desk)
    (row,) = await rows(database, "SELECT * FROM audit WHERE action = 'away.told'")
    assert "wedding" not in row["detail"]
    assert row["subject_id"] == row["actor_id"]


async def test_a_pair_is_kept_apart_in_both_directions(town: Town, desk: Availability, database: Database):
    lead = await town.here(LEAD, WEDNESDAY)
    pair = await desk.forbid(lead, BIRCH, ASTER, "They live together.", WEDNESDAY)
    a, b = pair.one.id, pair.other.id
    assert await database.read(store.forbidden, lead.cohort.id) == {(a, b), (b, a)}
    for one, other in ((a, b), (b, a)):
        assert await database.read(store.is_forbidden, lead.cohort.id, one, other)
    assert not await database.read(store.is_forbidden, lead.cohort.id, a, a)
    assert not await database.read(store.is_forbidden, lead.cohort.id + 1, a, b)
    assert await database.read(store.forbidden, lead.cohort.id + 1) == frozenset()


async def test_keeping_a_pair_apart_gives_their_open_reviews_on(
    town: Town, desk: Availability, database: Database
):
    lead = await town.here(LEAD, WEDNESDAY)
    pair = await desk.forbid(lead, BIRCH, ASTER, "", WEDNESDAY)
    first, second = sorted((pair.one.id, pair.other.id))
    (key,) = await freed(database)
    assert key.startswith(f"apart{first}-{second}.")


async def test_a_pair_can_be_let_together_again(town: Town, desk: Availability, database: Database):
    lead = await town.here(LEAD, WEDNESDAY)
    await desk.forbid(lead, ASTER, BIRCH, "Siblings.", WEDNESDAY)
    assert [item.reason for item in await desk.pairs_apart(lead)] == ["Siblings."]
    await desk.allow(lead, BIRCH, ASTER, WEDNESDAY)
    assert await desk.pairs_apart(lead) == []
    assert await database.read(store.forbidden, lead.cohort.id) == frozenset()
    assert len(await freed(database)) == 1


async def test_what_is_so_already_is_refused(town: Town, desk: Availability):
    lead = await town.here(LEAD, WEDNESDAY)
    with pytest.raises(CourseError, match="Nothing keeps <@1> and <@2> apart"):
        await desk.allow(lead, ASTER, BIRCH, WEDNESDAY)
    with pytest.raises(CourseError, match="Nothing keeps"):
        await desk.pair(lead, ASTER, BIRCH, apart=False)
    await desk.forbid(lead, ASTER, BIRCH, "", WEDNESDAY)
    for again in (desk.forbid(lead, BIRCH, ASTER, "", WEDNESDAY), desk.pair(lead, BIRCH, ASTER, apart=True)):
        with pytest.raises(CourseError, match="kept apart already"):
            await again


async def test_a_pair_takes_two_people_of_the_cohort(town: Town, desk: Availability):
    lead = await town.here(LEAD, WEDNESDAY)
    with pytest.raises(CourseError, match="two different people"):
        await desk.pair(lead, ASTER, ASTER, apart=True)
    with pytest.raises(CourseError, match="<@77> is not on the roster of Spring"):
        await desk.pair(lead, ASTER, STRANGER, apart=True)


async def test_a_student_can_be_kept_apart_from_a_mentor(town: Town, desk: Availability):
    lead = await town.here(LEAD, WEDNESDAY)
    assert not (await desk.pair(lead, ASTER, MENTOR, apart=True)).apart


async def test_the_audit_log_says_who_kept_whom_apart_and_why(
    town: Town, desk: Availability, database: Database
):
    lead = await town.here(LEAD, WEDNESDAY)
    pair = await desk.forbid(lead, ASTER, BIRCH, "Siblings.", WEDNESDAY)
    await desk.allow(lead, ASTER, BIRCH, WEDNESDAY)
    forbidden, allowed = await rows(database, "SELECT * FROM audit WHERE action LIKE 'pairs.%' ORDER BY id")
    assert (forbidden["action"], allowed["action"]) == ("pairs.forbidden", "pairs.allowed")
    assert json.loads(forbidden["detail"]) == {"other_id": pair.other.id, "reason": "Siblings."}
    assert forbidden["actor_id"] == lead.known().id


async def test_the_database_itself_refuses_a_pair_of_one(town: Town, database: Database):
    with pytest.raises(Conflict):
        await database.write(store.forbid, 1, 2, 2, reason="", now=WEDNESDAY)


Use = Callable[[Availability, Here], Awaitable[Any]]
GOES: dict[str, Use] = {
    "tell": lambda desk, here: desk.tell(here, FRIDAY, "", WEDNESDAY),
}
LOOKS: dict[str, Use] = {
    "own": lambda desk, here: desk.away(here, WEDNESDAY),
    "back": lambda desk, here: desk.back(here, WEDNESDAY),
}
STAFF: dict[str, Use] = {"who is away": lambda desk, here: desk.who_is_away(here, WEDNESDAY)}
LEADS: dict[str, Use] = {
    "pair": lambda desk, here: desk.pair(here, 3, 4, apart=True),
    "forbid": lambda desk, here: desk.forbid(here, 3, 4, "", WEDNESDAY),
    "allow": lambda desk, here: desk.allow(here, 5, 6, WEDNESDAY),
    "list": lambda desk, here: desk.pairs_apart(here),
}
PEOPLE = {"stranger": STRANGER, "student": ASTER, "mentor": MENTOR, "lead": LEAD, "admin": 78}
MAY = {
    **dict.fromkeys(GOES, ("student", "mentor")),
    **dict.fromkeys(LOOKS, ("student", "mentor", "lead", "admin")),
    **dict.fromkeys(STAFF, ("mentor", "lead", "admin")),
    **dict.fromkeys(LEADS, ("lead", "admin")),
}


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("use", MAY)
async def test_who_may_do_what(town: Town, desk: Availability, who: str, use: str):
    await desk.forbid(await town.here(LEAD, WEDNESDAY), 5, 6, "", WEDNESDAY)
    person = asker(PEOPLE[who], manages_guild=who == "admin", channel_ids=(CHANNEL,))
    here = await town.cohorts.here(person, WEDNESDAY)
    do = {**GOES, **LOOKS, **STAFF, **LEADS}[use]
    if who in MAY[use]:
        await do(desk, here)
        return
    with pytest.raises(CourseError):
        await do(desk, here)


async def test_somebody_who_was_withdrawn_cannot_be_away(town: Town, desk: Availability):
    await town.cohorts.withdraw(await town.here(LEAD, WEDNESDAY), ASTER, "", WEDNESDAY)
    with pytest.raises(CourseError, match="You were withdrawn from Spring"):
        await go(town, desk)
