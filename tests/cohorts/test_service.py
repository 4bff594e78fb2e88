"""Setting up a cohort, starting it, and who may do what."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.cohorts import problems, store
from bot.cohorts.rules import Here, Running
from bot.cohorts.service import Cohorts
from bot.course.rules import NoCohortYet
from bot.database import Database
from bot.errors import CourseError
from tests.cohorts.people import (
    ADMIN,
    LEAD,
    LOBBY,
    MENTOR,
    MENTOR_ROLE,
    NOW,
    OTHER_ROOM,
    ROLE_IDS,
    ROOM,
    STRANGER,
    STUDENT,
    STUDENT_ROLE,
    begin,
    person,
)

NO_ROLES = dict.fromkeys(ROLE_IDS)


async def audit(database: Database) -> list[str]:
    rows = await database.read(lambda tx: tx.all("SELECT action FROM audit ORDER BY id"))
    return [row["action"] for row in rows]


async def owed(database: Database) -> list[tuple[str, int]]:
    rows = await database.read(lambda tx: tx.all("SELECT kind, week FROM occurrence ORDER BY due_at, id"))
    return [(row["kind"], row["week"]) for row in rows]


async def test_a_new_cohort_is_a_draft_that_owes_nothing(desk: Cohorts, draft: Running, database: Database):
    assert (draft.cohort.state, draft.cohort.timezone) == ("draft", "America/New_York")
    assert await owed(database) == []
    assert await audit(database) == ["cohort.created"]


async def test_whoever_makes_a_cohort_leads_it(desk: Cohorts, draft: Running):
    plain = person(ADMIN.user_id)
    assert (await desk.here(plain, NOW)).is_lead


async def test_the_same_name_and_channel_again_change_the_draft(
    desk: Cohorts, draft: Running, database: Database
):
    again = await begin(desk, starts_on="2026-04-06")
    assert again.cohort.id == draft.cohort.id
    assert str(again.cohort.starts_on) == "2026-04-06"
    assert await audit(database) == ["cohort.created", "cohort.revised"]


async def test_a_cohort_that_runs_is_not_made_again(desk: Cohorts, lead: Here):
    await desk.start(lead, NOW)
    with pytest.raises(CourseError, match="already has a cohort called Spring"):
        await begin(desk)


async def test_a_channel_belongs_to_one_cohort(desk: Cohorts, draft: Running):
    with pytest.raises(CourseError, match=r"is where Spring meets.*Choose another channel"):
        await begin(desk, "Autumn", ROOM)


async def test_the_same_name_with_another_channel_moves_the_draft_and_keeps_its_roles(
    desk: Cohorts, draft: Running
):
    moved = (await begin(desk, "Spring", OTHER_ROOM)).cohort
    assert (moved.id, moved.channel_id) == (draft.cohort.id, OTHER_ROOM)
    assert {role: moved.role_id(role) for role in ROLE_IDS} == ROLE_IDS


async def test_a_draft_does_not_move_into_another_cohorts_channel(desk: Cohorts, draft: Running):
    await begin(desk, "Autumn", OTHER_ROOM)
    with pytest.raises(CourseError, match="is where Spring meets"):
        await begin(desk, "Autumn", ROOM)
    assert (await desk.here(person(ADMIN.user_id, room=OTHER_ROOM), NOW)).cohort.name == "Autumn"


async def test_a_role_given_later_must_differ_from_those_the_draft_has(desk: Cohorts, draft: Running):
    with pytest.raises(CourseError, match="need different roles"):
        await desk.create(
            ADMIN, name="Spring", channel_id=ROOM, starts_on="2026-03-02", timezone="UTC",
            role_ids={**NO_ROLES, "mentor": STUDENT_ROLE}, now=NOW,
        )  # fmt: skip


async def test_a_cohort_is_made_on_a_server_by_whoever_manages_it(desk: Cohorts):
    with pytest.raises(CourseError, match="lives on a server"):
        await desk.create(
            person(900, guild_id=None), name="X", channel_id=1, starts_on="2026-03-02", timezone="UTC",
            role_ids=NO_ROLES, now=NOW,
        )  # fmt: skip
    for asker in (LEAD, MENTOR, STUDENT, STRANGER):
        with pytest.raises(CourseError, match="Manage Server"):
            await desk.create(
                asker,
                name="X",
                channel_id=1,
                starts_on="2026-03-02",
                timezone="UTC",
                role_ids=NO_ROLES,
                now=NOW,
            )


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ({"starts_on": "02/03/2026"}, "YYYY-MM-DD"),
        ({"timezone": "Berlin"}, "Did you mean Europe/Berlin"),
        ({"name": "  "}, "1 to 80 characters"),
        ({"role_ids": {"student": 1, "mentor": None, "lead": None}}, "@everyone"),
    ],
)
async def test_a_mistake_leaves_nothing_behind(desk: Cohorts, wrong: dict[str, Any], hint: str):
    right = {"name": "Spring", "starts_on": "2026-03-02", "timezone": "Europe/Berlin", "role_ids": NO_ROLES}
    with pytest.raises(CourseError, match=hint):
        await desk.create(ADMIN, channel_id=ROOM, now=NOW, **{**right, **wrong})
    with pytest.raises(NoCohortYet):
        await desk.here(ADMIN, NOW)


async def test_a_start_writes_down_the_whole_course(desk: Cohorts, lead: Here, database: Database):
    running = await desk.start(lead, NOW)
    assert running.cohort.state == "running"
    rows = await owed(database)
    assert len(rows) == len(set(rows)) == 5 * 3
    assert rows[0] == ("kickoff", 1)


async def test_a_course_is_started_once(desk: Cohorts, lead: Here, database: Database):
    await desk.start(lead, NOW)
    for refused in (desk.start(lead, NOW), _as_coroutine(desk.plan, await desk.here(LEAD, NOW), NOW)):
        with pytest.raises(CourseError, match="already running"):
            await refused
    assert len(await owed(database)) == 15
    assert (await audit(database)).count("cohort.started") == 1


async def _as_coroutine(function: Callable[..., Any], *args: Any) -> Any:
    return function(*args)


async def test_a_course_that_is_over_is_not_started(desk: Cohorts, lead: Here, database: Database):
    much_later = NOW + timedelta(days=60)
    with pytest.raises(CourseError, match="same name and a later start"):
        await desk.start(lead, much_later)
    assert await owed(database) == []
    assert (await desk.here(LEAD, much_later)).cohort.state == "draft"


async def test_a_late_start_does_not_owe_what_has_passed(desk: Cohorts, lead: Here, database: Database):
    await desk.start(lead, lead.week(2).kickoff + timedelta(days=1))
    rows = await owed(database)
    assert not {("kickoff", 1), ("nudge", 1), ("retro", 1)} & set(rows)
    assert {("pairing", 1), ("kickoff", 2), ("digest", 3)} <= set(rows)


async def test_the_plan_says_what_the_start_does(desk: Cohorts, lead: Here, database: Database):
    now = lead.week(2).kickoff + timedelta(days=1)
    _, plan = desk.plan(lead, now)
    await desk.start(lead, now)
    assert sorted((item.kind, item.week) for item in plan.owed) == sorted(await owed(database))


async def test_holding_the_student_role_is_enough_to_study(desk: Cohorts, draft: Running, database: Database):
    here = await desk.here(STUDENT, NOW)
    assert here.roles == {"student"}
    assert here.student().name == "Person 903"
    assert await audit(database) == ["cohort.created", "roster.joined"]
    await desk.here(STUDENT, NOW)
    assert (await audit(database)).count("roster.joined") == 1


async def test_the_student_role_of_another_server_means_nothing(desk: Cohorts, draft: Running):
    elsewhere = person(903, STUDENT_ROLE, guild_id=2, room=ROOM)
    with pytest.raises(CourseError):
        (await desk.here(elsewhere, NOW, cohort_id=draft.cohort.id)).student()


async def test_who_has_withdrawn_does_not_come_back_by_a_role_alone(
    desk: Cohorts, draft: Running, lead: Here, database: Database
):
    member = (await desk.here(STUDENT, NOW)).student()
    await database.write(
        lambda tx: tx.run("UPDATE enrollment SET state = 'withdrawn' WHERE member_id = :id", id=member.id)
    )
    with pytest.raises(
        CourseError, match=r"You were withdrawn from Spring.*ask a cohort lead: `/roster add`"
    ):
        (await desk.here(STUDENT, NOW)).student()
    synced = await desk.sync(lead, {"student": [(STUDENT.user_id, "Person 903")]}, NOW)
    assert (synced.added, synced.withdrawn) == ([], ["Person 903"])
    assert await desk.enroll(lead, STUDENT.user_id, "Person 903", "student", NOW)
    assert (await desk.here(STUDENT, NOW)).student() == member


async def test_a_person_without_a_place_learns_how_to_get_one(desk: Cohorts, draft: Running):
    with pytest.raises(CourseError, match="/roster add"):
        (await desk.here(STRANGER, NOW)).known()


async def test_a_button_of_a_cohort_that_is_gone_is_answered(desk: Cohorts, draft: Running):
    with pytest.raises(CourseError, match="no longer know"):
        await desk.here(STUDENT, NOW, cohort_id=999)


async def test_enrolling_twice_changes_nothing(desk: Cohorts, lead: Here, database: Database):
    assert await desk.enroll(lead, 950, "Aster", "student", NOW)
    assert not await desk.enroll(lead, 950, "Aster", "student", NOW)
    assert await desk.enroll(lead, 950, "Aster", "mentor", NOW)
    assert (await audit(database)).count("roster.added") == 2


async def test_the_audit_log_says_who_put_whom_on_the_roster(desk: Cohorts, lead: Here, database: Database):
    await desk.enroll(lead, 950, "Aster", "student", NOW)
    row = await database.read(lambda tx: tx.one("SELECT * FROM audit WHERE action = 'roster.added'"))
    names = {
        who: (await database.read(store.member, who)).name for who in (row["actor_id"], row["subject_id"])
    }
    assert (names[row["actor_id"]], names[row["subject_id"]]) == ("Person 901", "Aster")
    assert json.loads(row["detail"]) == {"role": "student"}


async def test_a_sync_adds_everyone_who_holds_a_role(desk: Cohorts, lead: Here):
    await desk.here(STUDENT, NOW)
    synced = await desk.sync(
        lead,
        {
            "student": [(903, "Person 903"), (950, "Aster")],
            "mentor": [(902, "Person 902")],
            "lead": [(901, "Person 901")],
        },
        NOW,
    )
    assert list(synced.added) == [("student", "Aster"), ("mentor", "Person 902")]
    assert (synced.already, list(synced.missing_roles)) == (2, []), "the lead came with the first command"
    people = await desk.roster(lead)
    assert {item.member.name for item in people if item.role == "student"} == {"Aster", "Person 903"}


async def test_a_sync_says_which_roles_the_cohort_does_not_have(desk: Cohorts):
    bare = await begin(desk, "Autumn", OTHER_ROOM)
    here = await desk.here(ADMIN, NOW, cohort_id=bare.cohort.id)
    assert list((await desk.sync(here, {}, NOW)).missing_roles) == ["student", "mentor", "lead"]


async def test_an_overview_counts_people_and_names_what_comes_next(desk: Cohorts, lead: Here):
    await desk.here(STUDENT, NOW)
    await desk.start(lead, NOW)
    view = await desk.overview(await desk.here(LEAD, NOW))
    assert view.counts == {"student": 1, "mentor": 0, "lead": 2}, (
        "whoever created it, and who carries the role"
    )
    assert [(kind, week) for kind, week, _ in view.ahead][:2] == [("kickoff", 1), ("nudge", 1)]
    assert list(view.problems) == []


async def test_a_student_who_is_not_one_is_named(desk: Cohorts, lead: Here):
    with pytest.raises(CourseError, match="<@902> is not a student of Spring"):
        await desk.student(lead, MENTOR.user_id)


async def test_a_mentor_in_the_lobby_finds_the_way(desk: Cohorts, draft: Running):
    with pytest.raises(CourseError, match=f"own channel: <#{ROOM}>"):
        await desk.here(person(902, MENTOR_ROLE, room=LOBBY), NOW)


async def test_a_draft_with_another_student_role_starts_anew_with_it(
    desk: Cohorts, draft: Running, database: Database
):
    lead = await desk.here(ADMIN, NOW)
    await desk.sync(lead, {"student": [(1, "Aster")]}, NOW)
    await database.write(
        problems.tell, draft.cohort.id, problems.of_role("student"), "The role was deleted.", week=1, now=NOW
    )
    await desk.create(
        ADMIN, name="Spring", channel_id=ROOM, starts_on="2026-03-02", timezone="UTC",
        role_ids={**NO_ROLES, "student": 4711}, now=NOW,
    )  # fmt: skip
    lead = await desk.here(ADMIN, NOW)
    assert (await desk.overview(lead)).problems == []
    synced = await desk.sync(lead, {"student": []}, NOW)
    assert synced.gone == [], "nobody has lost a role that they never had"
    assert [item.member.name for item in synced.lacking] == ["Aster"]


async def test_a_draft_revised_with_the_same_roles_remembers_who_carried_them(desk: Cohorts, draft: Running):
    lead = await desk.here(ADMIN, NOW)
    await desk.sync(lead, {"student": [(1, "Aster")]}, NOW)
    await begin(desk, starts_on="2026-04-06")
    synced = await desk.sync(await desk.here(ADMIN, NOW), {"student": []}, NOW)
    assert [item.member.name for item in synced.gone] == ["Aster"]


async def test_whoever_is_enrolled_again_is_there_since_then(desk: Cohorts, lead: Here, database: Database):
    await desk.enroll(lead, 1, "Aster", "student", NOW)
    later = NOW + timedelta(days=30)
    await desk.enroll(lead, 1, "Aster", "student", later)
    member = await database.read(store.member_of_user, 1)

    async def since():
        return await database.read(store.joined, lead.cohort.id, member.id, "student")

    assert await since() == NOW, "whoever is there already stays since then"
    await desk.withdraw(lead, 1, "", later)
    await desk.enroll(lead, 1, "Aster", "student", later)
    assert await since() == later
