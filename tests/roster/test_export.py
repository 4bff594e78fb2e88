"""`/roster export`: who is and was in a cohort, in a file that spreadsheets open and `/roster import` takes back."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cohorts.rules import Member, Placed
from bot.roster import importing
from bot.roster import sheet as roster_file
from bot.roster.importing import Person
from tests.house import button, buttons, opened, said, words
from tests.roster.test_import import shown

SINCE = datetime(2026, 3, 8, 6, 30, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")


def placed(user_id: int | None, name: str, role: str = "student", *, active: bool = True) -> Placed:
    member = Member(id=user_id or 0, user_id=user_id, name=name)
    return Placed(member=member, role=role, active=active, since=SINCE, by_role=False)


def cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_row_says_who_as_what_and_since_when_on_the_cohorts_clock():
    data = roster_file.write([placed(17, "Ånd, A."), placed(None, "former member", active=False)], ZONE)
    assert data.startswith(b"\xef\xbb\xbf"), "or a spreadsheet reads it in its country's letters"
    assert cells(data) == [
        ["member", "name", "role", "state", "since", "zone"],
        ["<@17>", "Ånd, A.", "student", "active", "2026-03-08 01:30", "America/New_York"],
        ["", "former member", "student", "withdrawn", "2026-03-08 01:30", "America/New_York"],
    ]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("x")'])
def test_no_name_is_a_formula_to_a_spreadsheet(name: str):
    assert cells(roster_file.write([placed(17, name)], ZONE))[1][1] == f"'{name}"
    assert cells(roster_file.faults_file([roster_file.Fault(number=2, words=name)]))[1][1] == f"'{name}"


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=32)


@given(st.dictionaries(st.integers(10**16, 10**18), st.tuples(NAMES, st.booleans()), max_size=12))
def test_what_was_exported_changes_nothing_when_it_is_imported(people):
    roster = [
        placed(user_id, name, role, active=active)
        for user_id, (name, active) in people.items()
        for role in ("student", "mentor")
    ]
    crowd = [Person(user_id=user_id, name="Twin", username="twin") for user_id in people]
    if not any(item.active for item in roster):
        return
    plan = importing.plan(*roster_file.read(roster_file.write(roster, ZONE)), crowd, roster)
    assert plan.faults == []
    assert plan.changes == []
    assert len(plan.entries) == sum(item.active for item in roster)


@pytest.fixture
async def house(url):
    async with opened(url) as house:
        await house.start_cohort()
        await house.until("2026-03-04 12:00")  # a Wednesday
        yield house
        assert [fault for fault in house.faults() if not isinstance(fault, house.expected)] == []


async def exported(house) -> bytes:
    answer = (await house.lead.slash(house.channel, "roster export")).response
    assert answer.ephemeral
    assert "Everybody who is or was in it" in words(answer)
    (file,) = answer.attachments
    assert file.filename == "roster.csv"
    return await file.read()


async def test_a_roster_goes_out_and_comes_back_without_a_change(house):
    asked = (await house.lead.slash(house.channel, "roster withdraw", member=house.student("Birch"))).response
    await house.lead.click(asked, custom_id=button(asked, "roster.withdraw"))
    data = await exported(house)
    found = {(row[1], row[3]) for row in cells(data)[1:]}
    assert {("Student Aster", "active"), ("Student Birch", "withdrawn"), ("Lead Linden", "active")} <= found
    card = shown(await house.lead.slash(house.channel, "roster import", file=("roster.csv", data)))
    assert "There is nothing to do" in words(card)
    assert buttons(card) == ["roster.show"]
    noted = await house.bot.database.read(
        lambda tx: tx.all("SELECT actor_id FROM audit WHERE action = 'roster.exported'")
    )
    assert [row["actor_id"] is not None for row in noted] == [True]


async def test_only_leads_take_the_roster_home(house):
    for actor in (house.student("Aster"), house.mentor):
        assert "Only the leads" in said(await actor.slash(house.channel, "roster export"))
