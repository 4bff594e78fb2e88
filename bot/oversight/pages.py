"""A cohort in a browser: its dashboard, its table, and one page for each student."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from aiohttp import web
from markupsafe import Markup

from bot.cohorts.rules import Here
from bot.mentors.cards import pace
from bot.mentors.frame import Frame
from bot.mentors.rules import TURNAROUND_SPAN
from bot.oversight.cards import TABLE, covered_share
from bot.oversight.dashboard import Dashboard, Student
from bot.oversight.grid import Show, grid, show_of
from bot.oversight.map_words import place
from bot.oversight.service import Oversight
from bot.oversight.spread import spread
from bot.progress import svg
from bot.progress.figures import StudentCard, alt_text, evidence_in_words, percent, week_list
from bot.progress.look import WIDTH
from bot.progress.picture import HEIGHT, student_card
from bot.progress.rules import State
from bot.progress.service import Standing
from bot.progress.trends import Streak
from bot.reviews.rules import ENOUGH, Scores
from bot.revisions.risk import in_words
from bot.ui import plural
from bot.web.server import Pages

SHOWS: dict[Show, str] = {"all": "Everybody", "risk": "At risk", "missing": "Something missing"}
TONES: dict[State, str] = {
    "accepted": "good",
    "settled": "good",
    "missed": "bad",
}  # classes of the stylesheet
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")  # ids of ours fit into it


class OversightPages:
    """Where leads and mentors see on one page what `/report` and `/progress` say in several."""

    def __init__(self, oversight: Oversight) -> None:
        self._oversight = oversight
        self._site: Pages

    def open(self, site: Pages) -> None:
        """Take this room's places on the site."""
        self._site = site
        site.private("", self._dashboard, tab="Dashboard")
        site.private("table.csv", self._table)
        site.private("students/{member}", self._student)
        site.private("students/{member}/progress.png", self._picture)

    async def _dashboard(self, request: web.Request, here: Here, now: datetime) -> web.Response:
        found = await self._oversight.dashboard(here, now)
        show = show_of(request.query.get("show", "all"))
        # Five hundred students take a moment to write down, and Discord must not wait for it.
        return await asyncio.to_thread(self._shown, here, found, show)

    def _shown(self, here: Here, found: Dashboard, show: Show) -> web.Response:
        report = found.report
        return self._page(
            "oversight/dashboard.html.jinja",
            here,
            report.now,
            found=found,
            report=report,
            place="The course has not begun" if found.beside is None else place(report),
            state="" if here.cohort.state == "running" else here.cohort.state,
            weeks=list(_weeks(found)),
            is_on=not here.is_over(report.now),
            risk_rule=in_words(here.course.risk),
            late_reviews=sum(count for _, count in report.overdue),
            covered=covered_share(report.covered),
            mentors=pace(report.turnaround),
            mentors_days=TURNAROUND_SPAN.days,
            grid=grid(report, show),
            shows=SHOWS.items(),
            students=self._site.href(here, "students"),
            points=found.points,
            chart=svg.points_bars(found.points),
            themes=[week for week in found.themes if week.is_enough],
        )

    async def _table(self, request: web.Request, here: Here, now: datetime) -> web.Response:
        """The same file as `/report` sends."""
        report = await self._oversight.report(here, None, now)
        return web.Response(
            body=await self._oversight.table(report),
            content_type="text/csv",
            charset="utf-8",
            headers={"Content-Disposition": f'attachment; filename="{TABLE}"'},
        )

    async def _student(self, request: web.Request, here: Here, now: datetime) -> web.Response:
        found = await self._found(request, here, now)
        return await asyncio.to_thread(self._student_shown, here, found, now)

    def _student_shown(self, here: Here, found: Student, now: datetime) -> web.Response:
        standing = found.standing
        return self._page(
            "oversight/student.html.jinja",
            here,
            now,
            member=standing.member,
            came=found.came,
            portfolio=None if found.slug is None else f"{self._site.root}/p/{found.slug}",
            reasons=found.standing.reasons,
            is_present=found.is_present,
            card=standing.card,
            figures=list(_figures(standing)),
            alt=alt_text(standing.card),
            picture=self._site.href(here, f"students/{standing.member.id}") + "/progress.png",
            size=(WIDTH, HEIGHT),
            lines=[(line, TONES.get(line.state, "")) for line in standing.lines if line.state != "ahead"],
            trends=standing.trends,
            spread=_spread,
            enough=ENOUGH,
            points=standing.trends.points,
            chart=svg.points_bars(standing.trends.points),
            percent=percent,
            week_list=week_list,
        )

    async def _picture(self, request: web.Request, here: Here, now: datetime) -> web.Response:
        """The same picture as `/progress` shows."""
        found = await self._found(request, here, now)
        drawn = await asyncio.to_thread(student_card, found.standing.card)
        return web.Response(body=drawn, content_type="image/png")

    async def _found(self, request: web.Request, here: Here, now: datetime) -> Student:
        """Whom an address means; the same answer for everybody who is no student of this cohort."""
        asked = request.match_info["member"]
        found = await self._oversight.student(here, int(asked), now) if _NUMBER.fullmatch(asked) else None
        if found is None:
            raise web.HTTPNotFound
        return found

    def _page(self, template: str, here: Here, now: datetime, **values: Any) -> web.Response:
        frame = Frame(running=here, root=self._site.href(here), now=now)
        return self._site.page(template, here=here, frame=frame, plural=plural, **values)


def _weeks(found: Dashboard) -> Iterator[tuple[int, Any]]:
    beside = found.beside
    if beside is not None:
        yield beside.week, beside.figures
        if beside.before is not None:
            yield beside.week - 1, beside.before


def _figures(standing: Standing) -> Iterator[tuple[str, str]]:
    """A student's course so far, a name and a few words for each figure."""
    card, streaks = standing.card, standing.trends.streaks
    yield "Handed in", f"{len(card.handed_in)} of {plural(len(card.due), 'weekly deliverable')} so far"
    yield "Evidence", evidence_in_words(card)
    yield "Score lately", _score(card)
    kinds = ("defect", "risk", "suggestion")
    points = [plural(standing.points[kind], kind) for kind in kinds if standing.points.get(kind)]
    yield "Points received", ", ".join(points) or "none yet"
    asked = card.reviews_owed
    yield "Reviews given", f"{card.given_on_time} of {asked} on time" if asked else "none asked for yet"
    yield "Retros", str(standing.retros)
    yield "Weeks in a row with work on time", _streak(streaks.work)
    yield "Reviews in a row on time", _streak(streaks.reviews)
    yield "Weeks in a row with a retro", _streak(streaks.retros)


def _score(card: StudentCard) -> str:
    if card.score_lately is None:
        return "too few reviews to say"
    return f"{percent(card.score_lately)} of the top level" + (f", {card.trend}" if card.trend else "")


def _spread(scores: Scores) -> Markup:
    return spread(scores, is_enough=scores.is_enough)


def _streak(streak: Streak) -> str:
    return f"{streak.now} now, {streak.longest} at most"
