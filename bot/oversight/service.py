"""How a cohort stands, for those who look after it."""

from __future__ import annotations

from datetime import datetime

from bot.cohorts.rules import Here
from bot.database import Database, Tx
from bot.errors import CourseError
from bot.oversight import dashboard, gathering
from bot.oversight.dashboard import Dashboard, Student
from bot.oversight.rules import Report
from bot.oversight.table import table


class Oversight:
    """Where leads and mentors see who is behind, and why."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def report(self, here: Here, week: int | None, now: datetime) -> Report:
        """How everybody stands with all work that has begun, or with one week's."""
        here.staff()
        weeks = len(here.times)
        if week is not None and not 1 <= week <= weeks:
            raise CourseError(f"The course has weeks 1 to {weeks}; there is no week {week}.")
        return await self._database.read(gathering.report, here, week, now)

    async def dashboard(self, here: Here, now: datetime) -> Dashboard:
        """The same with what waits, and how the cohort goes over the weeks."""
        here.staff()
        return await self._database.read(dashboard.dashboard, here, now)

    async def student(self, here: Here, member_id: int, now: datetime) -> Student | None:
        """One student's progress with why they are at risk; None for whoever is no student of this cohort."""
        here.staff()
        return await self._database.read(dashboard.student, here, member_id, now)

    async def table(self, report: Report) -> bytes:
        """The report as a file for a spreadsheet, with what reviewers scored."""
        return await self._database.read(_table, report)


def _table(tx: Tx, report: Report) -> bytes:
    return table(report, gathering.scores(tx, report.running))
