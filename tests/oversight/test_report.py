"""`/report`: the picture, what it says in words, the lists, the table, and who may see them."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from itertools import pairwise

import pytest
from PIL import Image

from bot.cohorts import allowances
from bot.cohorts import store as cohorts
from bot.database import Database
from bot.errors import CourseError, NotAllowed
from bot.oversight import cards, gathering, heat_map, map_words, table
from bot.oversight.news import news
from bot.oversight.rules import PAGE, by_name
from bot.oversight.service import Oversight
from bot.reviews import everybody as reviews
from bot.revisions import everybody
from bot.submissions import everybody as handing_in
from tests.house import button, buttons, opened, parts, said, words
from tests.reviews.test_scale import plan
from tests.shown import assert_discord_holds, menus_of, words_of
from tests.town import LEAD, MENTOR, Town, asker

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def town(database):
    return Town(database)


async def report(town, now, week=None, who=LEAD):
    return await Oversight(town.database).report(await town.here(who, now), week, now)


async def rows_of(town, found):
    content = await Oversight(town.database).table(found)
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def marks(found, name):
    row = next(item for item in found.rows if item.member.name == name)
    return {item.key: row.cells[item.key].mark for item in found.deliverables}


async def a_course_under_way(town):
    """Five students: one on time and accepted, one late, one silent, one excused, one withdrawn."""
    here = await town.begin(5, mentor=True)
    first, second = here.week(1), here.week(2)
    for student in (1, 2, 3):
        await town.submit(student, "w01", first.kickoff + HOUR)
    await town.tick(first.deadline)
    for student in (1, 2, 3):
        await town.review_all(student, first.deadline + HOUR)
    await town.submit(2, "w02", second.deadline + HOUR)
    await town.submit(5, "w02", second.kickoff + HOUR)
    now = second.deadline + 2 * HOUR
    lead = await town.here(LEAD, now)
    await town.cohorts.withdraw(lead, 5, "", now)
    four = await town.here(4, now)
    await town.database.write(
        allowances.allow, here.cohort.id, four.member.id, "w01", until_at=None, excused_at=now, reason="ill",
        granted_by=None, now=now,
    )  # fmt: skip
    return here, now


async def test_every_piece_of_work_has_its_mark(town):
    _, now = await a_course_under_way(town)
    found = await report(town, now)
    assert [item.key for item in found.deliverables] == ["w01", "w02"]
    assert [row.member.name for row in found.rows] == ["Student 1", "Student 2", "Student 3", "Student 4"]
    assert marks(found, "Student 1") == {"w01": "in review", "w02": "missed"}
    assert marks(found, "Student 2") == {"w01": "in review", "w02": "handed in"}
    assert marks(found, "Student 4") == {"w01": "excused", "w02": "missed"}
    (late,) = [row.member.name for row in found.rows if row.cells["w02"].line.late]
    assert late == "Student 2"


async def test_what_was_due_before_somebody_joined_is_no_gap_of_theirs(town):
    here = await town.begin(1)
    now = here.week(2).deadline + HOUR
    await town.cohorts.enroll(await town.here(LEAD, now), 2, "Student 2", "student", now)
    found = await report(town, now)
    assert marks(found, "Student 2") == {"w01": "not expected", "w02": "not expected"}
    assert "<@2>" not in words_of(cards.report(found, 1, has_table=True))
    mine = [row for row in await rows_of(town, found) if row["student"] == "Student 2"]
    assert [row["state"] for row in mine[:2]] == ["not expected", "not expected"]
    later = await report(town, here.week(3).deadline + HOUR)
    assert marks(later, "Student 2")["w03"] == "missed"


async def test_a_letter_counts_no_work_that_was_due_before_somebody_joined(town):
    here = await town.begin(1)
    now = here.week(1).deadline + HOUR
    await town.cohorts.enroll(await town.here(LEAD, now), 2, "Student 2", "student", now)
    told = await town.database.read(news, here, 1, now)
    assert (told.students, told.figures.due, told.figures.missed) == (2, 1, 1)


async def test_gaps_are_always_listed_also_that_there_are_none(town):
    _, now = await a_course_under_way(town)
    shown = words_of(cards.report(await report(town, now), 1, has_table=True))
    assert "**Has handed in nothing** (1)\n- <@4>" in shown
    assert "**Missing some work** (2)\n- <@1>: Week 2\n- <@3>: Week 2" in shown
    assert "<@5>" not in shown
    ahead = words_of(cards.report(await report(town, now, week=24), 1, has_table=True))
    assert "**Nothing is due yet.** The work of week 24 is due <t:" in ahead


async def test_that_nothing_is_due_yet_is_not_called_good(town):
    here = await town.begin(1)
    first = here.week(1)
    for now in (first.kickoff - DAY, first.kickoff, first.deadline):
        found = await report(town, now)
        shown = words_of(cards.report(found, 1, has_table=True))
        assert (
            f"**Nothing is due yet.** The work of week 1 is due <t:{int(first.deadline.timestamp())}:f>"
            in shown
        )
        assert "**Nobody is at risk.**" in shown
        assert "Nothing is missing" not in shown
        assert map_words.alt_text(found, 1).endswith("Nothing is due yet.")
    await town.submit(1, "w01", first.deadline)
    found = await report(town, first.deadline + HOUR)
    assert "**Nothing is missing**" in words_of(cards.report(found, 1, has_table=True))
    assert map_words.alt_text(found, 1).endswith("Nothing is missing.")


async def test_an_empty_roster_is_no_good_news(town):
    here = await town.begin(0)
    for now in (here.week(1).kickoff - DAY, here.week(3).deadline):
        found = await report(town, now)
        shown = words_of(cards.report(found, 1, has_table=True))
        assert "**Nobody is on the roster as a student yet.**\n`/roster add`" in shown
        assert "Nothing is missing" not in shown
        assert "Nobody is at risk" not in shown
        assert map_words.alt_text(found, 1).endswith("Nobody is on the roster as a student yet.")


async def test_the_share_is_of_the_work_whose_hour_has_come(town):
    here = await town.begin(3)
    for student in (1, 2, 3):
        await town.submit(student, "w01", here.week(1).kickoff)
    await town.tick(here.week(1).deadline)
    await town.review_all(1, here.week(1).deadline + HOUR)
    promised = words_of(cards.report(await report(town, here.week(1).reviews + 3 * DAY), 1, has_table=False))
    assert "of the 3 submissions whose hour has come" in promised


async def test_one_week_alone_can_be_asked_for(town):
    _, now = await a_course_under_way(town)
    found = await report(town, now, week=1)
    assert [item.key for item in found.deliverables] == ["w01"]
    assert "Only week 1" in words_of(cards.report(found, 1, has_table=False))
    assert "Missing" not in words_of(cards.report(found, 1, has_table=False))
    capstone = await report(town, now, week=8)
    assert {item.key for item in capstone.deliverables} == {"w08", "c1.1", "c1.2", "c1.3"}
    assert set(marks(capstone, "Student 1").values()) == {"not begun"}


@pytest.mark.parametrize("week", [0, -1, 25, 10**12])
async def test_a_week_that_the_course_has_not_is_refused(town, week):
    here = await town.begin(1)
    with pytest.raises(CourseError, match="weeks 1 to 24"):
        await report(town, here.week(1).kickoff, week=week)


async def test_reviews_that_did_not_come_are_counted_for_each_reviewer(town):
    here = await town.begin(3)
    week = here.week(1)
    for student in (1, 2, 3):
        await town.submit(student, "w01", week.kickoff)
    await town.tick(week.deadline)
    await town.review_all(1, week.deadline + HOUR)
    assert (await report(town, week.reviews)).overdue == []
    await town.tick(week.reviews + DAY)
    found = await report(town, week.reviews + DAY)
    assert sorted((member.name, count) for member, count in found.overdue) == [
        ("Student 2", 2),
        ("Student 3", 2),
    ]
    shown = words_of(cards.report(found, 1, has_table=False))
    assert "**Reviews that did not come in time** (2)" in shown


async def test_the_table_has_a_row_for_everybody_and_everything(town):
    _, now = await a_course_under_way(town)
    rows = await rows_of(town, await report(town, now, week=1))
    assert len(rows) == 5 * 33, "whatever week was asked for, and with whom was withdrawn"
    found = {(row["student"], row["deliverable"]): row for row in rows}
    mine = found["Student 1", "w01"]
    assert (mine["user"], mine["status"], mine["state"], mine["late"]) == ("<@1>", "active", "to answer", "")
    assert (mine["handed in at"], mine["deadline"]) == ("2026-03-02 10:00", "2026-03-08 18:00")
    assert mine["evidence"] == "33"
    assert (mine["reviews promised"], mine["reviews received"], mine["open points"]) == ("2", "2", "2")
    assert (mine["score mean"], mine["score lowest"], mine["score highest"]) == ("67", "67", "67")
    assert found["Student 2", "w02"]["late"] == "yes"
    assert found["Student 3", "w02"]["state"] == "missed"
    assert found["Student 4", "w01"]["excused"] == "yes"
    assert (found["Student 5", "w02"]["status"], found["Student 5", "w03"]["state"]) == ("withdrawn", "ahead")


async def test_accepted_work_has_its_hour_and_no_open_points(town):
    here = await town.begin(3)
    week = here.week(1)
    evidence = {
        item.kind: f"https://git.example.org/{item.kind}" for item in here.course.deliverable("w01").evidence
    }
    for student in (1, 2, 3):
        who = await town.here(student, week.kickoff)
        await town.submissions.submit(who, here.course.deliverable("w01"), evidence, None, week.kickoff)
    await town.tick(week.deadline)
    now = week.deadline + HOUR
    for student in (2, 3):
        await town.review_all(student, now)
    await town.answer_all(1, "w01", now)
    for student in (2, 3):
        await town.recheck_all(student, now)
    await town.tick(now)
    found = await report(town, now)
    assert marks(found, "Student 1") == {"w01": "accepted"}
    row = next(row for row in await rows_of(town, found) if row["student"] == "Student 1")
    assert (row["accepted at"], row["open points"], row["evidence"]) == ("2026-03-08 19:00", "0", "100")
    assert row["reviews received"] == "2"


async def test_more_time_is_in_the_table_and_nothing_is_missing_before_it_is_over(town):
    here = await town.begin(1)
    deadline = here.week(1).deadline
    one = await town.here(1, deadline)
    await town.database.write(
        allowances.allow, here.cohort.id, one.member.id, "w01", until_at=deadline + 3 * DAY, excused_at=None, reason="",
        granted_by=None, now=deadline,
    )  # fmt: skip
    found = await report(town, deadline + DAY)
    assert marks(found, "Student 1")["w01"] == "open"
    row = (await rows_of(town, found))[0]
    assert row["extended until"] == row["deadline"] == "2026-03-11 18:00"
    assert marks(await report(town, deadline + 4 * DAY), "Student 1")["w01"] == "missed"


async def test_no_cell_of_the_table_is_taken_for_a_formula(town):
    here = await town.begin(1)
    now = here.week(1).kickoff
    await town.cohorts.enroll(await town.here(LEAD, now), 2, "=HYPERLINK(1)", "student", now)
    names = {row["student"] for row in await rows_of(town, await report(town, now))}
    assert names == {"Student 1", "'=HYPERLINK(1)"}


async def test_a_former_member_is_in_the_table_by_that_name_only(town):
    here = await town.begin(2)
    now = here.week(1).kickoff
    one = (await town.here(1, now)).member

    def forget(tx):
        cohorts.withdraw(tx, here.cohort.id, one.id)
        tx.run("UPDATE member SET user_id = NULL, name = 'former member' WHERE id = :id", id=one.id)

    await town.database.write(forget)
    found = await report(town, now)
    assert [row.member.name for row in found.rows] == ["Student 2"]
    row = next(row for row in await rows_of(town, found) if row["student"] == "former member")
    assert (row["user"], row["status"]) == ("", "former member")


async def test_the_picture_is_the_same_each_time_and_shows_a_row_for_each_student(town):
    _, now = await a_course_under_way(town)
    found = await report(town, now)
    drawn = heat_map.heat_map(found, 1)
    assert drawn == heat_map.heat_map(found, 1)
    image = Image.open(io.BytesIO(drawn))
    lines = 2  # of the legend
    top = heat_map.TOP + (lines - 1) * heat_map.LINE
    assert image.size == (heat_map.LEAST_WIDTH, top + 4 * heat_map.TALL + heat_map.MARGIN)
    colours = {f"#{r:02x}{g:02x}{b:02x}" for _, (r, g, b) in image.convert("RGB").getcolors(1 << 20)}
    assert {heat_map.FILLS["missed"], heat_map.FILLS["in review"], heat_map.LATE} <= colours
    assert heat_map.FILLS["accepted"] not in colours


SIGNS = [*heat_map.MARKS, "late", "at risk"]


@pytest.mark.parametrize("width", [heat_map.LEAST_WIDTH, 1000, 1360])
def test_every_key_of_the_legend_is_inside_the_picture_and_over_no_other(width):
    keys = heat_map.legend(SIGNS, width)
    assert [key.sign for key in keys] == SIGNS
    assert all(heat_map.MARGIN <= key.left < key.right <= width - heat_map.MARGIN for key in keys)
    for one, other in pairwise(keys):
        assert one.right < other.left if one.top == other.top else other.top - one.top > heat_map.KEY


@pytest.mark.parametrize("weeks", [1, 3, 24])
async def test_nothing_is_drawn_over_the_edge_whatever_the_legend_shows(town, weeks):
    here, _ = await a_course_under_way(town)
    assert_has_a_margin(heat_map.heat_map(await report(town, here.week(weeks).deadline + HOUR), 1))


def assert_has_a_margin(drawn):
    image = Image.open(io.BytesIO(drawn)).convert("RGB")
    edge = image.crop((image.width - 24, 0, image.width, image.height))
    assert {colour for _, colour in edge.getcolors(1 << 20)} == {(30, 31, 34)}, "the ground alone"


async def test_a_few_columns_fill_most_of_a_narrower_picture(town):
    here = await town.begin(2)
    image = Image.open(io.BytesIO(heat_map.heat_map(await report(town, here.week(3).kickoff), 1)))
    assert image.width == heat_map.LEAST_WIDTH
    assert 3 * heat_map.WIDE / image.width > 0.45


def test_each_mark_has_a_letter_or_a_shape_of_its_own_and_is_told_apart_without_colour():
    letters = [letter for letter, _ in heat_map.LETTERS.values()]
    assert len(set(letters)) == len(letters)
    shapes = set(heat_map.MARKS) - set(heat_map.LETTERS)
    assert shapes == {"missed", "open", "not begun"}, "a cross, a ring and a dot"

    def brightness(colour):
        return sum(int(colour[at : at + 2], 16) * part for at, part in ((1, 0.3), (3, 0.59), (5, 0.11)))

    work = [brightness(heat_map.FILLS[mark]) for mark in ("accepted", "in review", "handed in")]
    assert all(abs(a - b) > 15 for number, a in enumerate(work) for b in work[:number])


async def test_the_picture_is_said_in_words(town):
    _, now = await a_course_under_way(town)
    said_ = map_words.alt_text(await report(town, now), 1)
    assert said_.startswith("Heat map of Spring, week 2 of 24: 4 students, 2 deliverables.")
    assert "In review 3, handed in 1, missed 3, excused 1; of all that came, 1 late." in said_
    assert "Missing by deliverable: w02 3." in said_
    assert "Most missing: Student 1 1, Student 3 1, Student 4 1." in said_


@pytest.mark.parametrize("students", [0, 1])
async def test_a_cohort_without_anybody_or_anything_still_has_a_report(town, students):
    here = await town.begin(students)
    for now in (here.week(1).kickoff - DAY, here.week(1).kickoff, here.times[-1].ends + DAY):
        found = await report(town, now)
        assert heat_map.heat_map(found, 1)
        assert 0 < len(map_words.alt_text(found, 1)) <= 1024
        assert_discord_holds(cards.report(found, 1, has_table=True))
        assert len(await rows_of(town, found)) == students * 33


def test_people_are_in_the_order_in_which_one_looks_for_them():
    people = [cohorts.Member(id=number, user_id=number, name=name)
              for number, name in enumerate(["Student 10", "student 2", "Ada", "7 of 9", "¹", "ada"])]  # fmt: skip
    ordered = [member.name for member in sorted(people, key=by_name)]
    assert ordered.index("student 2") < ordered.index("Student 10")
    assert ordered.index("Ada") < ordered.index("ada") < ordered.index("student 2")


async def test_five_hundred_students_fit_whatever_they_are_called(town):
    here = await town.begin(0)
    now = here.week(24).deadline + HOUR

    def fill(tx):
        for number in range(1, 501):
            member = cohorts.remember(tx, 10**18 + number, "*_~|`" * 6 + f"{number}")
            cohorts.enroll(tx, here.cohort.id, member.id, "student", now - timedelta(days=200))

    await town.database.write(fill)
    found = await report(town, now)
    assert len(found.at_risk) == 500
    assert found.pages == 9
    assert sum(len(found.page(page)) for page in range(1, 10)) == 500
    for page in range(found.pages + 1):
        card = cards.report(found, page, has_table=page == found.opening)
        assert_discord_holds(card)
        assert len(map_words.alt_text(found, page)) <= 1024
    shown = words_of(card)
    assert "**Has handed in nothing** (500)" in shown
    assert "more: `/report` has them all in its table" in shown
    (menu,) = menus_of(card).values()
    assert [option.value for option in menu.options] == [str(page) for page in range(10)]
    assert menu.options[0].label == "Everybody on one picture: 500 students"
    drawn = heat_map.heat_map(found, 1)
    assert Image.open(io.BytesIO(drawn)).size[1] == heat_map.TOP + PAGE * heat_map.LOW + heat_map.MARGIN
    assert_has_a_margin(drawn)
    assert len(drawn) < 2_000_000
    assert len(table.table(found, {})) < 8_000_000


QUERIES = {
    "newest": handing_in.NEWEST, "evidence": handing_in.EVIDENCE, "first": handing_in.FIRST, "seen": handing_in.SEEN,
    "reviewed": reviews.SEEN, "unsent": reviews.UNSENT, "reviews": everybody.REVIEWS, "points": everybody.POINTS,
    "answers": everybody.ANSWERS, "decisions": everybody.DECISIONS, "given": reviews.GIVEN.format(steps=3),
    "versions": reviews.VERSIONS, "accepted": everybody.ACCEPTED_POINTS,
}  # fmt: skip


@pytest.mark.parametrize("asked", QUERIES)
async def test_what_a_report_asks_is_found_by_indexes(asked):
    sql = QUERIES[asked]
    memory = await Database.open("sqlite:///:memory:")
    try:
        given = {name: 0 for name in ("since", "before") if f":{name}" in sql}
        steps = await memory.read(plan, sql, cohort_id=1, **given)
        assert any("SEARCH s USING" in step and "cohort_id=?" in step for step in steps), steps
        assert not [step for step in steps if step.startswith("SCAN")], steps
    finally:
        await memory.close()


async def test_a_report_asks_as_little_of_five_hundred_as_of_five(town):
    here = await town.begin(5)
    now = here.week(1).deadline + HOUR
    asked = []

    async def questions():
        def count(tx):
            plain, asked[:] = tx.all, []
            tx.all = lambda sql, **given: asked.append(sql) or plain(sql, **given)
            gathering.report(tx, here, None, now)
            return len(asked)

        return await town.database.read(count)

    few = await questions()
    lead = await town.here(LEAD, now)
    for number in range(6, 40):
        await town.cohorts.enroll(lead, number, f"Student {number}", "student", now)
        await town.submit(number, "w01", now)
    assert await questions() == few


async def test_grave_points_of_many_are_found_in_as_few_questions_as_those_of_one(town):
    here = await town.begin(8)
    for student in range(1, 9):
        await town.submit(student, "w01", here.week(1).kickoff)
    await town.tick(here.week(1).deadline)
    asked = []

    def count(tx):
        every, single, asked[:] = tx.all, tx.one, []
        tx.all = lambda sql, **given: asked.append(sql) or every(sql, **given)
        tx.one = lambda sql, **given: asked.append(sql) or single(sql, **given)
        found = gathering.report(tx, here, None, now)
        grave = [item for item in found.at_risk if "severity" in item.reasons[-1].words]
        return len(grave), len(asked)

    now = here.week(1).deadline + 9 * DAY
    for student in range(1, 9):
        await town.review_all(student, here.week(1).deadline + HOUR)
    nobody, few = await town.database.read(count)
    await town.database.write(lambda tx: tx.run("UPDATE point SET severity = 'high'"))
    assert nobody == 0
    assert await town.database.read(count) == (8, few)


async def test_mentors_leads_and_admins_see_the_report_and_nobody_else(town):
    here = await town.begin(1, mentor=True)
    now = here.week(1).kickoff
    for who in (LEAD, MENTOR):
        assert (await report(town, now, who=who)).rows
    admin = await town.cohorts.here(asker(77, manages_guild=True), now)
    assert (await Oversight(town.database).report(admin, None, now)).rows
    for stranger in (1, 78):
        with pytest.raises(NotAllowed, match="mentors and leads"):
            await report(town, now, who=stranger)


async def test_a_lead_elsewhere_sees_nothing_of_this_cohort(town):
    here = await town.begin(1)
    now = here.week(1).kickoff
    await town.cohorts.create(
        asker(77, manages_guild=True, channel_ids=(999,)), name="Autumn", channel_id=999, starts_on="2026-09-07",
        timezone="UTC", role_ids={}, now=now,
    )  # fmt: skip
    elsewhere = await town.cohorts.here(asker(77), now, cohort_id=here.cohort.id)
    with pytest.raises(NotAllowed, match="mentors and leads of Spring"):
        await Oversight(town.database).report(elsewhere, None, now)


@pytest.fixture
async def house(url):
    async with opened(url) as house:
        await house.start_cohort()
        await house.lead.slash(house.channel, "roster sync")
        await house.until("2026-03-09 12:00")
        yield house
        assert [fault for fault in house.faults() if not isinstance(fault, house.expected)] == []


def files(message):
    return {item.filename: item for item in message.attachments}


async def test_a_lead_and_a_mentor_get_a_picture_lists_and_a_table_privately(house):
    for who in (house.lead, house.mentor):
        result = await who.slash(house.channel, "report")
        shown = said(result)
        assert "How Spring stands" in shown
        assert "Has handed in nothing" in shown
        answer = next(item for item in (result.response, *result.followups) if item is not None)
        assert set(files(answer)) == {"report.png", "report.csv"}
    refused = await house.student("Aster").slash(house.channel, "report")
    assert "Only the mentors and leads" in said(refused)
    assert "weeks 1 to 24" in said(await house.lead.slash(house.channel, "report", week=99))


def alt(message):
    return next(part["items"][0]["description"] for part in parts(message) if part["type"] == 12)


async def test_pages_are_turned_after_a_restart_and_only_by_who_still_may(house):
    now = house.env.now()

    def fill(tx):
        (cohort,) = tx.all("SELECT id FROM cohort")
        for number in range(1, 71):
            member = cohorts.remember(tx, 10**17 + number, f"Many {number}")
            cohorts.enroll(tx, cohort["id"], member.id, "student", now)

    await house.bot.database.write(fill)
    result = await house.mentor.slash(house.channel, "report")
    (answer,) = [item for item in (result.response, *result.followups) if item is not None and buttons(item)]
    assert alt(answer).startswith("Heat map of everybody in Spring")
    await house.restart()
    menu = button(answer, "report.page")
    turned = await house.mentor.select(answer, ["2"], custom_id=menu)
    shown = turned.response or answer
    assert "How Spring stands" in words(shown)
    assert set(files(shown)) == {"report.png"}
    assert "students 61 to" in alt(shown)
    again = await house.mentor.select(shown, ["0"], custom_id=menu)
    assert alt(again.response or shown).startswith("Heat map of everybody in Spring")

    here = await house.here(house.mentor)
    await house.bot.database.write(cohorts.withdraw, here.cohort.id, here.member.id)
    refused = await house.mentor.select(shown, ["1"], custom_id=menu)
    assert "Only the mentors and leads" in said(refused)
