"""The views of `/progress` beside its overview: a rubric, defects and risks, habits; and the menu of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.progress.figures import evidence_in_words, percent
from bot.progress.service import Standing
from bot.progress.trend_picture import alt_points, alt_rubric, points_card, rubric_card
from bot.progress.trend_words import again, as_they_were, counted, found, kinds_of, settled, still_open
from bot.progress.trends import CriterionTrend, PointsOfWeek, RubricTrend, Scored, Streak
from bot.reviews.rules import ENOUGH, Scores
from bot.ui import Card, Pick, Press, bullets, plural, row, rule, safe, shortened, text

OVERVIEW, POINTS, HABITS, RUBRIC = "overview", "points", "habits", "rubric."
RUBRICS_SHOWN = 22  # a menu holds 25 entries, and three of them are taken
WORK_SHOWN = 3  # pieces of work in words under a criterion; the picture has them all
WEEKS_SHOWN = 12  # likewise of points
REPEATED_SHOWN = 4
NO_WAY_YET = (
    "-# A criterion is said to be rising, steady or falling once its latest "
    f"{ENOUGH} works stand beside {ENOUGH} before them, each with {ENOUGH} reviews or a mentor's."
)
ROOM = 3300  # characters for the words of a view, so that its heading and notes fit beside them


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A view: its card, and the picture on it by the name of its file, if it has one."""

    card: Card
    draw: Callable[[], bytes] | None = None
    file: str = ""


def menu(view: Standing, chosen: str) -> ui.ActionRow[Any]:
    """The views that there are for a student; it works for as long as its message stands."""
    entries = [
        (OVERVIEW, "Overview", "Every deliverable, the score lately, reviews"),
        *(
            (
                f"{RUBRIC}{item.rubric}",
                shortened(f"Scores: {item.title}", 100),
                "Each criterion over your work",
            )
            for item in view.trends.rubrics[:RUBRICS_SHOWN]
        ),
        (POINTS, "Defects and risks", "Found and resolved, week by week, and what comes back"),
        (HABITS, "Habits", "What comes in a row: work, reviews, retros; and evidence"),
    ]
    options = [
        discord.SelectOption(label=label, value=value, description=said, default=value == chosen)
        for value, label, said in entries
    ]
    key = f"{view.running.cohort.id}.{view.member.id}"
    return row(Pick("What to look at", "progress.view", key, options=options))


def heading(view: Standing, own: bool, what: str) -> ui.TextDisplay[Any]:
    """Whose figures these are, and where the course is."""
    whose = f"Your {what}" if own else f"{safe(view.member.name)}'s {what}"
    return text(f"## {whose}", f"-# {safe(view.running.cohort.name)}, {view.card.when}")


def _gallery(name: str, alt: str) -> ui.MediaGallery[Any]:
    return ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{name}", description=alt))


def other_view(view: Standing, chosen: str, *, own: bool) -> Shown | None:
    """A view other than the overview; None if there is none of that name (any more)."""
    if chosen == POINTS:
        return _points(view, own=own)
    if chosen == HABITS:
        return Shown(card=_habits(view, own=own))
    trend = next((item for item in view.trends.rubrics if f"{RUBRIC}{item.rubric}" == chosen), None)
    return None if trend is None else _rubric(view, trend, own=own)


def _rubric(view: Standing, trend: RubricTrend, *, own: bool) -> Shown:
    name, file = view.member.name, "rubric.png"
    criteria = "\n\n".join(_criterion(item, own=own) for item in trend.criteria)
    thin = any(item.way is None for item in trend.criteria)
    card = Card(
        heading(view, own, "scores"),
        text(f"**{safe(trend.title)}**: 0% is the lowest level of a criterion, 100% the top one"),
        _gallery(file, alt_rubric(name, trend)),
        text(shortened(criteria, ROOM)),
        *([text(NO_WAY_YET)] if thin else []),
        menu(view, f"{RUBRIC}{trend.rubric}"),
    )
    return Shown(card=card, draw=lambda: rubric_card(name, trend), file=file)


def _criterion(item: CriterionTrend, *, own: bool) -> str:
    latest = [_scored(work, own=own) for work in item.scored[-WORK_SHOWN:]]
    way = f" · {item.way}" if item.way else ""
    title = f"**{safe(item.title)}**{way} · {plural(len(item.scored), 'piece')} of work"
    return "\n".join([title, bullets(latest)])


def _scored(work: Scored, *, own: bool) -> str:
    said = [
        *([f"peers {_scores(work.peers, 'review')}"] if work.peers else []),
        *([f"mentors {_scores(work.mentors, 'review', by_mentor=True)}"] if work.mentors else []),
        *([f"{'you' if own else 'own score'} {percent(work.own)}"] if work.own is not None else []),
    ]
    return f"{work.place}: {' · '.join(said)}"


def _scores(scores: Scores, noun: str, *, by_mentor: bool = False) -> str:
    """A mean, its spread and what it rests on."""
    spread = "" if scores.low == scores.high else f"{percent(scores.low)} to {percent(scores.high)}, "
    few = "" if by_mentor or scores.is_enough else ", too few to say much"
    return f"{percent(scores.mean)} ({spread}{plural(scores.count, noun)}{few})"


def _points(view: Standing, *, own: bool) -> Shown:
    name, file, trend = view.member.name, "points.png", view.trends.points
    opening = heading(view, own, "defects and risks")
    if not found(trend.weeks):
        card = Card(opening, text(_nothing_found(trend.weeks, own=own)), menu(view, POINTS))
        return Shown(card=card)
    total, waiting = found(trend.weeks), still_open(trend.weeks)
    kinds = " and ".join(
        counted(sum(week.opened.get(kind, 0) for week in trend.weeks), kind) for kind in kinds_of(trend.weeks)
    )
    rest = _rest(as_they_were(trend.weeks), waiting)
    resolved = f"**Resolved** {settled(trend.weeks)} of {total}"
    summary = [f"**Found** {kinds}", f"{resolved}, {rest}" if rest else resolved]
    repeated = "; ".join(map(again, trend.repeated[:REPEATED_SHOWN]))
    summary += [f"**Comes back** {repeated}"] if repeated else []
    shown = trend.weeks[-WEEKS_SHOWN:]
    card = Card(
        opening,
        _gallery(file, alt_points(name, trend)),
        text(*summary),
        rule(),
        text(shortened(bullets(_week(week) for week in shown), ROOM)),
        *([text("-# `/me` and `/feedback` lead to what is still open.")] if own and waiting else []),
        menu(view, POINTS),
    )
    return Shown(card=card, draw=lambda: points_card(name, trend), file=file)


def _nothing_found(weeks: Sequence[PointsOfWeek], *, own: bool) -> str:
    if weeks:
        return "Reviews have found no defect and no risk so far, only things to try. That is rare, and good."
    whose = "your work" if own else "their work"
    return (
        f"No review of {whose} has come yet, so there is nothing to count. Defects and risks appear here after the "
        "first ones, week by week, with what is resolved and what comes back."
    )


def _week(week: PointsOfWeek) -> str:
    if not week.total:
        return f"Week {week.week}: nothing to mend"
    kinds = ", ".join(counted(count, kind) for kind, count in sorted(week.opened.items()) if count)
    return f"Week {week.week}: {kinds}; {_rest(week.left, week.still_open) or 'all resolved'}"


def _rest(left: int, still_open: int) -> str:
    """What of some points is not resolved, in words."""
    said = [f"{left} left as {'it was' if left == 1 else 'they were'}"] if left else []
    said += [f"{still_open} still open"] if still_open else []
    return ", ".join(said)


def _habits(view: Standing, *, own: bool) -> Card:
    card, streaks = view.card, view.trends.streaks
    evidence = evidence_in_words(card)
    incomplete = [week.week for week in card.handed_in if week.evidence is not None and week.evidence < 1]
    reviews = _streak(streaks.reviews, "review")
    owed = f"{reviews} · {card.given_on_time} of {card.reviews_owed} on time in all"
    lines = [
        f"**Work on time** {_streak(streaks.work, 'week')}",
        f"**Reviews on time** {owed if card.reviews_owed else 'none asked for yet'}",
        f"**Retros** {_streak(streaks.retros, 'week')} · {view.retros} written in all",
        f"**Evidence** {evidence}"
        + (f"; some is missing in {plural(len(incomplete), 'week')}" if incomplete else ""),
    ]
    note = (
        "-# What was excused, breaks, what was due before the first day here and what is not due yet neither end a run "
        "nor add to it."
    )
    parts = [heading(view, own, "habits"), text(*lines), text(note), menu(view, HABITS)]
    if own and view.retros:
        cohort_id = view.running.cohort.id
        parts.append(
            row(
                Press("My promises", "retro.mine", cohort_id),
                Press("All my retros", "retro.export", cohort_id),
            )
        )
    return Card(*parts)


def _streak(streak: Streak, noun: str) -> str:
    if not streak.longest:
        return "none in a row yet"
    if streak.now == streak.longest:
        return f"{plural(streak.now, noun)} in a row, the most so far"
    if streak.now:
        return f"{plural(streak.now, noun)} in a row now, {streak.longest} at most"
    return f"{plural(streak.longest, noun)} in a row at most; the next one begins a new run"
