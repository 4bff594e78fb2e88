"""The dashboard, a student's page and the table in a browser: what they say, to whom, and of nobody else."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest

from bot.cohorts import store as cohorts
from bot.mentors.frame import Frame
from bot.oversight import grid
from bot.oversight.news import news
from bot.oversight.service import Oversight
from bot.portfolio import store as portfolios
from bot.progress.service import Progress
from bot.submissions.everybody import handed_in
from tests.town import LEAD, MENTOR
from tests.under_way import NAMES, NEIGHBOUR, STRANGERS, site_of, under_way

NOW_AT_THE_END = datetime(2026, 8, 20, 12, tzinfo=UTC)  # the last week is due


@pytest.fixture
async def street():
    async with under_way() as made:
        yield made


async def seen(street, page, who=LEAD, query=""):
    async with street.browser() as browser:
        found = await browser.comes_in(who, page)
        assert found.status == 200
        if query:
            found = await browser.get(f"/cohorts/1{'/' if page else ''}{page}?{query}")
            assert found.status == 200
        return found


async def member_id(street, name):
    here = await street.here(LEAD)
    return next(item.member.id for item in await street.town.cohorts.roster(here) if item.member.name == name)


def read(html):
    """The words of a page, in order."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


async def test_the_dashboard_says_who_is_at_risk_what_waits_and_how_the_weeks_compare(street):
    found = await seen(street, "")
    said_ = read(found.words)
    assert "<title>How the cohort stands · Spring</title>" in found.words
    assert "Week 6 of 24 · 12 students" in said_
    assert "Dahlia : has missed 3 of the last 3 weeks; nothing handed in, no review and no retro for" in said_
    assert "The mentor queue : 3 pieces of work" in said_
    assert "Requests for more time: none" in said_
    assert "Problems: none" in said_
    told = await street.town.database.read(news, await street.here(LEAD), 6, street.now)
    handed_in = f"Handed in {told.figures.handed_in} {told.before.handed_in}"
    assert (
        f"Work of Week 6, so far Week 5 {handed_in} of those, late {told.figures.late} {told.before.late}"
        in said_
    )
    assert f"Due and not there {told.figures.missed} {told.before.missed}" in said_
    kept, promised = told.covered
    assert f"{round(100 * kept / promised)}% of the {promised} submissions whose hour has come" in said_


async def test_the_dashboard_says_when_it_was_made_and_in_which_zone(street):
    found = await seen(street, "")
    assert 'As of <time datetime="2026-04-07T00:00-04:00">Tue 7 Apr, 00:00</time>' in found.words
    assert "by the cohort's clock, America/New_York" in read(found.words)
    assert "https://discord.com/channels/900/901" in found.words


async def test_every_student_has_a_row_and_every_deliverable_a_letter(street):
    found = await seen(street, "")
    report = await Oversight(street.town.database).report(await street.here(LEAD), None, street.now)
    table = found.words[found.words.index('<table class="map">') :].split("</table>")[0]
    rows = table.split("<tbody>")[1].split("<tr>")[1:]
    assert [row.member.name for row in report.rows] == [
        unescape(re.search(r"<a [^>]*>(.*?)</a>", row)[1]) for row in rows
    ]
    for row, shown in zip(report.rows, rows, strict=True):
        letters = [cell.strip() for cell in re.findall(r"<td[^>]*>([^<]*)", shown)]
        marks = [row.cells[item.key] for item in report.deliverables]
        wanted = [grid.letter(cell.mark) + "*" * cell.line.late for cell in marks]
        assert letters == [str(len(report.missing(row))), *wanted]
        assert ("at risk" in shown) == (row.member.id in {item.member.id for item in report.at_risk})


async def test_the_rows_can_be_those_at_risk_or_with_something_missing_alone(street):
    report = await Oversight(street.town.database).report(await street.here(LEAD), None, street.now)
    at_risk = {item.member.id for item in report.at_risk}
    missing = {row.member.id for row in report.rows if report.missing(row)}
    everybody = {row.member.id for row in report.rows}
    assert at_risk < missing < everybody
    for show, wanted in (("risk", at_risk), ("missing", missing), ("all", everybody), ("'; --", everybody)):
        found = await seen(street, "", query=f"show={show}")
        rows = re.findall(r'<th scope=row>.*?students/(\d+)"', found.words)
        assert {int(number) for number in rows} == wanted
        assert found.words.count('aria-current="true"') == 1


async def test_retro_themes_are_shown_from_four_answers_on(street):
    said_ = read((await seen(street, "")).words)
    themes = said_[said_.index("What people want to improve") :]
    counts = [int(count) for count in re.findall(r"Week \d+, (\d+) answers", themes)]
    assert counts
    assert min(counts) >= 4


async def test_the_table_is_the_file_that_the_report_sends(street):
    oversight = Oversight(street.town.database)
    report = await oversight.report(await street.here(LEAD), None, street.now)
    async with street.browser() as browser:
        await browser.comes_in(LEAD)
        address = street.address("/cohorts/1/table.csv")
        async with browser.session.get(address) as response:
            assert await response.read() == await oversight.table(report)
            assert response.headers["Content-Disposition"] == 'attachment; filename="report.csv"'
            assert response.headers["Cache-Control"] == "private, no-store"


async def test_a_students_page_says_what_progress_says(street):
    number = await member_id(street, "Basil")
    here = await street.here(LEAD)
    standing = await Progress(street.town.database).standing_of(here, number, street.now)
    found = await seen(street, f"students/{number}")
    said_ = read(found.words)
    assert "<title>Basil · Spring</title>" in found.words
    card = standing.card
    assert f"Handed in {len(card.handed_in)} of {len(card.due)} weekly deliverables so far" in said_
    assert f"Reviews given {card.given_on_time} of {card.reviews_owed} on time" in said_
    for line in standing.lines:
        assert (line.deliverable.name in said_) == (line.state != "ahead")
    for rubric in standing.trends.rubrics:
        for criterion in rubric.criteria:
            assert (f"{criterion.title} : {criterion.way}" if criterion.way else criterion.title) in said_
    assert "Students never see" not in said_


async def test_a_students_page_says_when_work_first_came_and_its_revision_apart(street):
    here = await street.here(LEAD)
    number = await member_id(street, "Aster")
    lines = (await Progress(street.town.database).standing_of(here, number, street.now)).lines
    came = (await street.town.database.read(handed_in, here.cohort.id, number))[number]
    assert came == (await street.town.database.read(handed_in, here.cohort.id))[number]
    html = (await seen(street, f"students/{number}")).words
    frame = Frame(running=here, root="", now=street.now)
    assert {first.late for first in came.values()} == {True, False}
    for line in lines:
        if line.revision is None:
            continue
        first = came[line.deliverable.key]
        said_ = f"{frame.at(first.at)}, {'late' if first.late else 'on time'}"
        if line.revision.number > 1:
            said_ += f"<br>revision {line.revision.number}: {frame.at(line.revision.submitted_at)}"
        assert f'<td data-label="Handed in">{said_}</td>' in html
        for link in line.revision.links.values():
            assert f'<a href="{link}" rel="noopener noreferrer nofollow">' in html
    assert any(line.revision and line.revision.number > 1 for line in lines)


async def test_a_students_page_links_the_portfolio_while_it_is_online(street):
    number = await member_id(street, "Basil")
    assert "The portfolio" not in (await seen(street, f"students/{number}")).words

    def put_online(tx):
        for who, slug in ((number, "basil-1"), (number + 1, "other-1")):
            portfolios.begin(tx, 1, who, street.now)
            portfolios.put_online(tx, portfolios.frame(tx, 1, who).id, slug, street.now)

    await street.town.database.write(put_online)
    html = (await seen(street, f"students/{number}")).words
    assert '<a href="/p/basil-1">The portfolio</a>' in html
    assert "other-1" not in html


async def test_a_student_at_risk_has_the_reasons_first(street):
    number = await member_id(street, "Dahlia")
    said_ = read((await seen(street, f"students/{number}")).words)
    assert said_.index("At risk Has missed 3 of the last 3 weeks (a reason since") < said_.index("In short")
    assert "No scores yet." in said_
    assert "No work has been reviewed yet." in said_


async def test_the_picture_is_the_one_that_progress_shows(street):
    from bot.progress.picture import student_card

    number = await member_id(street, "Basil")
    standing = await Progress(street.town.database).standing_of(await street.here(LEAD), number, street.now)
    async with street.browser() as browser:
        await browser.comes_in(LEAD)
        async with browser.session.get(
            street.address(f"/cohorts/1/students/{number}/progress.png")
        ) as response:
            assert response.content_type == "image/png"
            assert await response.read() == student_card(standing.card)


async def test_what_a_member_is_called_is_text_and_nothing_else(street):
    odd = NAMES[-1]
    assert odd.startswith("<b>")
    for page in ("", f"students/{await member_id(street, odd)}", "queue"):
        html = (await seen(street, page)).words
        assert odd not in html
    assert "&lt;b&gt;Lupin&lt;/b&gt; &amp; Søn" in (await seen(street, "")).words


@pytest.mark.parametrize("name", [*STRANGERS, "Mentor Moss", "Lead Linden", "Lead Larch"])
async def test_whoever_is_no_student_of_this_cohort_has_no_page(street, name):
    def ids(tx):
        return [row["id"] for row in tx.all("SELECT id FROM member WHERE name = :name", name=name)]

    (number,) = await street.town.database.read(ids)
    async with street.browser() as browser:
        await browser.comes_in(LEAD)
        nobody = await browser.get("/cohorts/1/students/999999")
        for page in (f"students/{number}", f"students/{number}/progress.png"):
            found = await browser.get(f"/cohorts/1/{page}")
            assert (found.status, found.words) == (404, nobody.words)


@pytest.mark.parametrize("asked", ["0", "-1", "007", "1.0", "x", "%D9%A3", "1" * 30, "1%00", "1'"])
async def test_what_is_no_number_of_ours_is_nobody(street, asked):
    async with street.browser() as browser:
        await browser.comes_in(LEAD)
        assert (await browser.get(f"/cohorts/1/students/{asked}")).status == 404


async def test_somebody_who_asked_to_be_forgotten_has_no_page(street):
    number = await member_id(street, "Basil")
    await street.town.database.write(
        lambda tx: tx.run(
            "UPDATE member SET user_id = NULL, name = 'former member' WHERE id = :id", id=number
        )
    )
    async with street.browser() as browser:
        await browser.comes_in(LEAD)
        assert (await browser.get(f"/cohorts/1/students/{number}")).status == 404


async def test_a_withdrawn_student_keeps_a_page_that_says_so(street):
    here = await street.here(LEAD)
    number = await member_id(street, "Basil")
    await street.town.cohorts.withdraw(here, 2, "", street.now)
    assert "withdrawn from the cohort" in read((await seen(street, f"students/{number}")).words)


async def test_nothing_of_another_cohort_is_on_any_page(street):
    pages = ["", "queue", "table.csv", *[f"students/{await member_id(street, name)}" for name in NAMES]]
    async with street.browser() as browser:
        await browser.comes_in(LEAD)
        for page in pages:
            found = await browser.get(f"/cohorts/1/{page}".rstrip("/"))
            assert found.status == 200
            assert not [name for name in (*STRANGERS, "Lead Larch", "Autumn") if name in found.words], page
            assert (await browser.get(f"/cohorts/2/{page}".rstrip("/"))).status in (403, 404)


async def test_a_mentor_sees_the_same_and_a_student_nothing(street):
    assert (await seen(street, "", MENTOR)).status == 200
    with pytest.raises(Exception, match="Only the mentors and leads"):
        await street.link(1)
    async with street.browser() as browser:
        await browser.comes_in(NEIGHBOUR, cohort_id=2)
        assert (await browser.get("/cohorts/1")).status in (403, 404)


async def test_before_the_course_and_without_students_the_dashboard_says_so(database):
    street = site_of(database, datetime(2026, 3, 1, 12, tzinfo=UTC))
    here = await street.town.begin(0, mentor=True)
    street.port = await street.site.listen()
    try:
        said_ = read((await seen(street, "", MENTOR)).words)
        for words_ in (
            "has not begun",
            "Nobody is at risk.",
            "Nobody is on the roster as a student yet.",
            "nothing promised yet",
            "No work has been reviewed yet.",
            "No digest has counted four retros yet",
        ):
            assert words_ in said_  # fmt: skip
        await street.town.cohorts.enroll(here, 1, "Student 1", "student", street.now)
        assert "Nothing is asked for yet." in read((await seen(street, "", MENTOR)).words)
    finally:
        await street.site.close()


async def test_a_whole_course_of_five_hundred_is_a_page_that_a_phone_can_load(database):
    street = site_of(database, NOW_AT_THE_END)
    here = await street.town.begin(0, mentor=True)

    def fill(tx):
        for number in range(1, 501):
            member = cohorts.remember(tx, 10**18 + number, f"A student with a long name, number {number}")
            cohorts.enroll(tx, here.cohort.id, member.id, "student", here.times[0].kickoff)

    await database.write(fill)
    street.port = await street.site.listen()
    try:
        found = await seen(street, "", MENTOR)
        assert found.words.count("<td class=missed>M") == 500 * 33
        assert len(found.words.encode()) < 600_000
    finally:
        await street.site.close()
