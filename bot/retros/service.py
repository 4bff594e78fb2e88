"""Looking back on a week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cohorts import halt
from bot.cohorts import store as cohorts
from bot.cohorts.rules import Here, Member, Running
from bot.curriculum import RetroPrompt
from bot.database import Database, Tx
from bot.errors import CourseError
from bot.retros import rules, store, themes
from bot.retros.rules import Entry, Kept
from bot.retros.themes import WeekThemes


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a retro form opens with: the entry so far, and the improvement promised the time before."""

    week: int
    entry: Entry | None
    promised: Entry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A retro as it was kept, with the promise that it looked back on, and the earlier ones that are still open."""

    entry: Entry
    promised: Entry | None
    open_ones: Sequence[Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Nothing is asked for: the retro asked for last is written, and another week runs."""

    written: int
    running: int
    is_running_written: bool


class Retros:
    """Where students look back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def form(self, here: Here, week: int | None, now: datetime) -> Form:
        """The form for a week; without a number the one last asked for if it is unanswered, else the one that runs."""
        member = _author(here)
        return await self._database.read(_form, here, member.id, week, now)

    async def choice(self, here: Here, now: datetime) -> Choice | None:
        """What a student may look back on where the retro asked for last is written and another week runs."""
        member = _author(here)
        return await self._database.read(_choice, here, member.id, now)

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
    ) -> Written:
        """Keep a student's retro of a week; writing again replaces it, and another promise is open again.

        `kept` says what became of the promise of the retro before it.
        """
        member = _author(here)
        prompt = here.course.retro
        entry = Entry(
            member_id=member.id,
            week=_number(here, week, now),
            retain=rules.parse(retain, prompt.retain),
            improve=rules.parse(improve, prompt.improve),
            scale=rules.parse(scale, prompt.scale),
            written_at=now,
        )
        return await self._database.write(_write, here, entry, kept, now)

    async def promises(self, here: Here) -> list[Entry]:
        """A student's entries whose promises are open, oldest first."""
        member = here.student()
        return await self._database.read(store.open_actions, here.cohort.id, member.id)

    async def settle(self, here: Here, week: int, became: str, now: datetime) -> Entry:
        """Say what became of the promise of a week."""
        member = _author(here)
        return await self._database.write(_settle, here, member.id, week, rules.parse_kept(became), now)

    async def written(self, here: Here, week: int) -> Written:
        """A student's retro of a week once more, as things are now."""
        member = here.student()
        return await self._database.read(_written, here, member.id, week)

    async def book(self, here: Here) -> list[tuple[Entry, RetroPrompt]]:
        """All of a student's entries with the questions that they answered; a refusal if there are none."""
        member = here.student()
        return await self._database.read(_book, here, member.id)


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
    begun = here.begun(now)
    if not begun:
        raise CourseError(f"There is nothing to look back on yet: the course begins {_opens(here, 1)}.")
    number = begun if week is None else week
    if not 1 <= number <= len(here.times):
        raise CourseError(f"The course has weeks 1 to {len(here.times)}; there is no week {number}.")
    if number > begun:
        raise CourseError(
            f"Week {number} begins {_opens(here, number)}. Look back on it once it is under way."
        )
    return number


def _opens(here: Here, week: int) -> str:
    """When a week begins, as a refusal says it; a pause keeps its date back."""
    kickoff = here.week(week).kickoff
    if halt.is_held(here.cohort, kickoff):
        return "when the course goes on"
    return f"<t:{int(kickoff.timestamp())}:F>"


def _form(tx: Tx, here: Here, member_id: int, wanted: int | None, now: datetime) -> Form:
    entries = {entry.week: entry for entry in store.of_member(tx, here.cohort.id, member_id)}
    if wanted is None:
        wanted = rules.unanswered(here.times, entries, here.clock.reads(now))
    week = _number(here, wanted, now)
    return Form(week=week, entry=entries.get(week), promised=rules.promised(entries.values(), week))


def _choice(tx: Tx, here: Here, member_id: int, now: datetime) -> Choice | None:
    written = {entry.week for entry in store.of_member(tx, here.cohort.id, member_id)}
    latest, begun = rules.asked_last(here.times, here.clock.reads(now)), here.begun(now)
    if latest is None or latest not in written or latest >= begun:
        return None
    return Choice(written=latest, running=begun, is_running_written=begun in written)


def _write(tx: Tx, here: Here, entry: Entry, kept: Kept | None, now: datetime) -> Written:
    cohort_id, member_id = here.cohort.id, entry.member_id
    store.put(tx, cohort_id, entry, prompt=here.course.retro.model_dump_json(), now=now)
    before = rules.promised(store.of_member(tx, cohort_id, member_id), entry.week)
    if before is not None and kept is not None:
        store.settle(tx, cohort_id, member_id, before.week, kept, now)
    return _written(tx, here, member_id, entry.week)


def _settle(tx: Tx, here: Here, member_id: int, week: int, became: Kept | None, now: datetime) -> Entry:
    if became is None:
        raise CourseError("Choose from the menu whether you kept it, partly kept it or dropped it.")
    store.settle(tx, here.cohort.id, member_id, week, became, now)
    return _of_week(tx, here, member_id, week)


def _written(tx: Tx, here: Here, member_id: int, week: int) -> Written:
    entries = store.of_member(tx, here.cohort.id, member_id)
    return Written(
        entry=_of_week(tx, here, member_id, week),
        promised=rules.promised(entries, week),
        open_ones=[entry for entry in entries if entry.is_open and entry.week < week],
    )


def _of_week(tx: Tx, here: Here, member_id: int, week: int) -> Entry:
    entries = store.of_member(tx, here.cohort.id, member_id)
    found = next((entry for entry in entries if entry.week == week), None)
    if found is None:
        raise CourseError(
            f"You have no retro of week {week} in {here.cohort.name} any more. `/retro` writes one."
        )
    return found


def _book(tx: Tx, here: Here, member_id: int) -> list[tuple[Entry, RetroPrompt]]:
    prompts = store.prompts(tx, here.cohort.id, member_id)
    found = [(entry, prompts[entry.week]) for entry in store.of_member(tx, here.cohort.id, member_id)]
    if not found:
        raise CourseError(
            f"You have not written a retro in {here.cohort.name} yet. `/retro` asks three short questions."
        )
    return found


def themes_of_course(tx: Tx, running: Running) -> Sequence[WeekThemes]:
    """What several students wanted to improve, week by week, as the digests have told it."""
    return store.kept_themes(tx, running.cohort.id)


def themes_of_digest(tx: Tx, running: Running, week: int) -> WeekThemes:
    """What several students wanted to improve after a week; kept as its digest tells it, whatever is written later."""
    lines = [entry.improve for entry in store.of_week(tx, running.cohort.id, week)]
    names = [enrolled.member.name for enrolled in cohorts.roster(tx, running.cohort.id)]  # also who has left
    found = WeekThemes(week=week, answers=len(lines), themes=themes.themes(lines, names))
    store.keep_themes(tx, running.cohort.id, found)
    return found
