"""What the pictures of trends say, in words, for those who cannot see them; within Discord's limit for alt text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.progress.figures import ALT_LIMIT, NAME_LIMIT, percent, week_list
from bot.progress.trends import CriterionTrend, PointsOfWeek, PointTrend, Repeated, RubricTrend, Scored
from bot.reviews.rules import KINDS, PointKind, Scores

TITLE_LIMIT = 40
SAID = 6  # kinds of point that keep coming back; more is a list nobody acts on


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """A score that others gave for a criterion: for which work, by whom, and what it rests on."""

    work: Scored
    by: Literal["peers", "mentors"]
    scores: Scores

    @property
    def says_enough(self) -> bool:
        """Whether it may stand alone: a mentor's may, one classmate's may not."""
        return self.by == "mentors" or self.scores.is_enough


def latest(criterion: CriterionTrend) -> Latest | None:
    """The newest score that may stand alone, or while there is none, the newest; None while nobody else gave one.

    Peers' words come before mentors' where both scored the same work, unless it is one classmate's.
    """
    given = [found for work in reversed(criterion.scored) if (found := _given(work)) is not None]
    return next((found for found in given if found.says_enough), given[0] if given else None)


def _given(work: Scored) -> Latest | None:
    if work.peers is not None and (work.mentors is None or work.peers.is_enough):
        return Latest(work=work, by="peers", scores=work.peers)
    return None if work.mentors is None else Latest(work=work, by="mentors", scores=work.mentors)


def works(trend: RubricTrend) -> Sequence[Scored]:
    """Every piece of work that has a score in any of a rubric's criteria, oldest first."""
    found = {work.deliverable: work for criterion in trend.criteria for work in criterion.scored}
    return sorted(found.values(), key=lambda work: (work.week, work.deliverable))


def alt_rubric(name: str, trend: RubricTrend) -> str:
    """What a rubric's picture says, in words."""
    pieces = works(trend)
    opening = f"Scores of {_short(name, NAME_LIMIT) or 'a student'} by criterion of {_short(trend.title, NAME_LIMIT)}"
    if not pieces:
        return f"{opening}. Nothing to show yet: scores appear after the first reviews."
    span = pieces[0].place if len(pieces) == 1 else f"{pieces[0].place} to {pieces[-1].place}"
    opening += f", {counted(len(pieces), 'piece')} of work, {span}."
    says: Sequence[Callable[[CriterionTrend], str]] = (_criterion, _criterion_shorter, _criterion_shortest)
    lengths = [" ".join([opening, *map(say, trend.criteria)]) for say in says]
    return cut(next((words for words in lengths if len(words) <= ALT_LIMIT), lengths[-1]))


def _criterion(criterion: CriterionTrend) -> str:
    title, newest = _short(criterion.title, TITLE_LIMIT), latest(criterion)
    others = f"{title}: {_newest(newest)}" if newest else f"{title}: no scores by others"
    own = [work for work in criterion.scored if work.own is not None]
    return f"{others}; {_way(criterion)}{_others(criterion, newest)}{_own(own)}."


def _newest(newest: Latest) -> str:
    scores, place = newest.scores, newest.work.place.lower()
    if newest.by == "mentors":
        return f"{percent(scores.mean)} by mentors in {place}"
    if not scores.is_enough:
        return f"{percent(scores.mean)} in {place} by one review, too few to say"
    spread = "" if scores.low == scores.high else f", {percent(scores.low)} to {percent(scores.high)}"
    return f"{percent(scores.mean)} by {scores.count} peers in {place}{spread}"


def _others(criterion: CriterionTrend, newest: Latest | None) -> str:
    """What mentors last said where the peers' word came first."""
    if newest is None or newest.by == "mentors":
        return ""
    for work in reversed(criterion.scored):
        if work.mentors is not None:
            return f"; mentors {percent(work.mentors.mean)} in {work.place.lower()}"
    return ""


def _own(own: Sequence[Scored]) -> str:
    return (
        f"; own {percent(own[-1].own)} in {own[-1].place.lower()}" if own and own[-1].own is not None else ""
    )


def _way(criterion: CriterionTrend) -> str:
    return criterion.way or "too few to say which way it goes"


def _criterion_shorter(criterion: CriterionTrend) -> str:
    newest = latest(criterion)
    value = "no scores" if newest is None else percent(newest.scores.mean)
    few = " by one review" if newest is not None and not newest.says_enough else ""
    return f"{_short(criterion.title, TITLE_LIMIT)}: {value}{few}, {_way(criterion)}."


def _criterion_shortest(criterion: CriterionTrend) -> str:
    newest = latest(criterion)
    value = "no scores" if newest is None else percent(newest.scores.mean)
    few = " (one review)" if newest is not None and not newest.says_enough else ""
    return f"{_short(criterion.title, TITLE_LIMIT)}: {value}{few}, {criterion.way or 'too few'}."


def found(weeks: Sequence[PointsOfWeek]) -> int:
    """How many points were found in all these weeks."""
    return sum(week.total for week in weeks)


def still_open(weeks: Sequence[PointsOfWeek]) -> int:
    """How many of them wait for somebody."""
    return sum(week.still_open for week in weeks)


def settled(weeks: Sequence[PointsOfWeek]) -> int:
    """How many of them are settled."""
    return sum(week.settled for week in weeks)


def as_they_were(weeks: Sequence[PointsOfWeek]) -> int:
    """How many of them were left as they were when their work was accepted."""
    return sum(week.left for week in weeks)


def kinds_of(weeks: Sequence[PointsOfWeek]) -> Sequence[PointKind]:
    """The kinds of point that occur in any of these weeks."""
    return [kind for kind in KINDS if any(week.opened.get(kind) for week in weeks)]


def again(repeated: Repeated) -> str:
    """A kind of point that keeps coming back, in words."""
    return f"{repeated.kind}s of {repeated.severity} severity in {week_list(repeated.weeks)}"


def alt_points(title: str, trend: PointTrend) -> str:
    """What the picture of defects and risks says, in words."""
    return cut(
        f"Defects and risks of {_short(title, NAME_LIMIT) or 'a student'} by week. {points_in_words(trend)}"
    )


def points_in_words(trend: PointTrend) -> str:
    """How many defects and risks were found in which week, and what became of them."""
    weeks = trend.weeks
    if not weeks:
        return "Nothing to show yet: they appear after the first reviews."
    reviewed = f"Reviewed: {week_list(week.week for week in weeks)}."
    if not found(weeks):
        return f"{reviewed} Nothing was found."
    kinds = ", ".join(
        counted(sum(week.opened.get(kind, 0) for week in weeks), kind) for kind in kinds_of(weeks)
    )
    left = f", left as they were {as_they_were(weeks)}" if as_they_were(weeks) else ""
    sums = f"Found {kinds}; resolved {settled(weeks)}{left}, still open {still_open(weeks)}."
    repeats = f"Keeps coming back: {'; '.join(map(again, trend.repeated[:SAID]))}." if trend.repeated else ""
    each = ", ".join(f"{week.week}: {week.total} and {week.still_open}" for week in weeks)
    said = (reviewed, sums, repeats, f"By week, found and still open: {each}.")
    return " ".join(part for part in said if part)


def counted(count: int, noun: str) -> str:
    """So many of something, in words."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _short(words: str, limit: int) -> str:
    """The words on one line, cut where they are longer."""
    plain = " ".join(words.split())
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"


def cut(words: str) -> str:
    """The words, as many as Discord takes for an alt text."""
    return words if len(words) <= ALT_LIMIT else words[: ALT_LIMIT - 1] + "…"
