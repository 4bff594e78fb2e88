"""Looking back on a week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cohorts import halt
from bot.cohorts.rules import Here, Member
from bot.database import Database, Tx
from bot.errors import CourseError
from bot.retros import rules, store
from bot.retros.rules import Entry, Kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a retro form opens with: the entry so far, and the improvement promised the time before."""

    week: int
    entry: Entry | None
    promised: Entry | None


class Retros:
    """Where students look back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def form(self, here: Here, week: int | None, now: datetime) -> Form:
        """The form for a week; without a number the one last asked for if it is unanswered, else the one that runs."""
        member = _author(here)
        return await self._database.read(_form, here, member.id, week, now)

    async def write(
        self,
        here: Here,
        week: int,
        *,
        retain: str,
        improve: str,
        scale: str,
        kept: Kept | None,
        now: datetime,
    ) -> Entry:
        """Keep a student's retro of a week; writing again replaces it."""
        member = _author(here)
        prompt = here.course.retro
        entry = Entry(
            member_id=member.id,
            week=_number(here, week, now),
            retain=rules.parse(retain, prompt.retain),
            improve=rules.parse(improve, prompt.improve),
            scale=rules.parse(scale, prompt.scale),
            kept=kept,
            written_at=now,
        )
        await self._database.write(store.put, here.cohort.id, entry, prompt=prompt.model_dump_json(), now=now)
        return entry


def _author(here: Here) -> Member:
    """The student who may look back now."""
    member = here.student()
    if here.cohort.state == "draft":
        raise CourseError(
            f"{here.cohort.name} has not been started yet. Its lead does that with `/cohort start`."
        )
    halt.refuse_when_over(here.cohort, "retros are no longer written")
    return member


def _number(here: Here, week: int | None, now: datetime) -> int:
    begun = [times.number for times in here.times if times.kickoff <= now]
    if not begun:
        opens = int(here.times[0].kickoff.timestamp())
        raise CourseError(f"There is nothing to look back on yet: the course begins <t:{opens}:F>.")
    number = begun[-1] if week is None else week
    if not 1 <= number <= len(here.times):
        raise CourseError(f"The course has weeks 1 to {len(here.times)}; there is no week {number}.")
    if number > begun[-1]:
        opens = int(here.week(number).kickoff.timestamp())
        raise CourseError(f"Week {number} begins <t:{opens}:F>. Look back on it once it is under way.")
    return number


def _form(tx: Tx, here: Here, member_id: int, wanted: int | None, now: datetime) -> Form:
    entries = {entry.week: entry for entry in store.of_member(tx, here.cohort.id, member_id)}
    if wanted is None:
        wanted = rules.unanswered(here.times, entries, now)
    week = _number(here, wanted, now)
    earlier = [entry for number, entry in entries.items() if number < week]
    return Form(week=week, entry=entries.get(week), promised=earlier[-1] if earlier else None)
