"""The figures of one student's course, what they say, and the same in words for those who cannot see the picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from bot.progress.trends import Way
from bot.reviews.rules import ENOUGH, TREND_SPAN, change, is_sound

STEADY = 0.04  # of the top level; a smaller change is within what two reviewers differ by
ALT_LIMIT = 1000  # Discord allows 1,024 characters
NAME_LIMIT = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekFigures:
    """One week of one student; shares run from 0 to 1."""

    week: int
    handed_in: bool | None
    """None while the work is not yet due."""
    late: bool
    evidence: float | None
    """The share of the required evidence that is there, None where none is asked for."""
    score: float | None
    """The mean of all scores, as a share of the rubric's top level."""
    reviews: int
    """How many reviews that mean rests on."""
    cohort: float | None
    """The cohort's median score, None under three people."""
    by_mentor: bool = False
    """Whether a mentor's review is among them, which says enough by itself."""

    @property
    def is_sound(self) -> bool:
        """Whether its score rests on enough to say something."""
        return self.score is not None and is_sound(self.reviews, by_mentor=self.by_mentor)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentCard:
    """All that the picture shows; `reviews_owed` is every review asked for so far, given or not."""

    name: str
    cohort: str
    weeks: tuple[WeekFigures, ...]
    now_week: int
    reviews_given: int
    reviews_owed: int
    given_on_time: int

    @property
    def due(self) -> list[WeekFigures]:
        """The weeks whose work was due or is already there."""
        return [week for week in self.weeks if week.handed_in is not None]

    @property
    def handed_in(self) -> list[WeekFigures]:
        """The weeks whose work is there."""
        return [week for week in self.weeks if week.handed_in]

    @property
    def missed(self) -> list[WeekFigures]:
        """The weeks whose work was due and is not there."""
        return [week for week in self.weeks if week.handed_in is False]

    @property
    def evidence(self) -> float | None:
        """How complete the evidence is, over the work that is there."""
        shares = [share(week.evidence) for week in self.handed_in if week.evidence is not None]
        return fmean(shares) if shares else None

    @property
    def sound_scores(self) -> list[float]:
        """The weekly scores that rest on enough reviews, oldest first."""
        return [share(week.score) for week in self.weeks if week.score is not None and week.is_sound]

    @property
    def score_lately(self) -> float | None:
        """The mean of the latest sound scores, or None where they are too few to say."""
        latest = self.sound_scores[-TREND_SPAN:]
        return fmean(latest) if len(latest) >= ENOUGH else None

    @property
    def trend(self) -> Way | None:
        """Where the latest sound scores go, beside those before them; None where they are too few to say."""
        return way(self.sound_scores)

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing of this student's to show yet."""
        return not self.due and all(week.score is None for week in self.weeks)

    @property
    def when(self) -> str:
        """Where the course is, in words."""
        if self.now_week < 1:
            return "starting soon"
        if self.now_week > len(self.weeks):
            return "course finished"
        return f"week {self.now_week} of {len(self.weeks)}"


def way(scores: Sequence[float]) -> Way | None:
    """Where sound scores go, oldest first; None where they are too few to say."""
    by = change(scores)
    if by is None:
        return None
    if abs(by) <= STEADY:
        return "steady"
    return "rising" if by > 0 else "falling"


def share(value: float) -> float:
    """The value, kept between nothing and all."""
    return min(1.0, max(0.0, value))


def percent(value: float) -> str:
    """A share in percent; only what is complete says 100%."""
    return "100%" if value >= 1 else f"{min(99, round(share(value) * 100))}%"


def week_list(numbers: Iterable[int]) -> str:
    """Weeks as people say them: `week 3`, `weeks 1, 4-6 and 9`."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    many = len(parts) > 1 or any(len(run) > 1 for run in runs)
    words = ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else "".join(parts)
    return f"{'weeks' if many else 'week'} {words}"


def alt_text(card: StudentCard) -> str:
    """What the picture says, in words, within Discord's limit for alt text."""
    name, cohort = (" ".join(words.split())[:NAME_LIMIT] for words in (card.name, card.cohort))
    opening = f"Progress of {name or 'a student'} in {cohort or 'the cohort'}, {card.when}."
    if card.is_blank:
        return f"{opening} Nothing to show yet: the first week will appear here."
    said = [
        opening,
        _work_in_words(card),
        _scores_in_words(card),
        _cohort_in_words(card),
        _reviews_in_words(card),
    ]
    text = " ".join(sentence for sentence in said if sentence)
    return text if len(text) <= ALT_LIMIT else text[: ALT_LIMIT - 1] + "…"


def evidence_in_words(card: StudentCard) -> str:
    """How complete the evidence is; what was never handed in has none to count."""
    return (
        "nothing handed in yet"
        if card.evidence is None
        else f"{percent(card.evidence)} complete in what was handed in"
    )


def _work_in_words(card: StudentCard) -> str:
    if not card.due:
        return "No work was due yet."
    late = [week.week for week in card.handed_in if week.late]
    missed = [week.week for week in card.missed]
    said = f"Handed in {len(card.handed_in)} of {len(card.due)}"
    said += f"; late: {week_list(late)}" if late else "; none late"
    said += f"; missed: {week_list(missed)}." if missed else "; none missed."
    if card.evidence is not None:
        said += f" Evidence {evidence_in_words(card)}."
    return said


def _scores_in_words(card: StudentCard) -> str:
    thin = [week.week for week in card.weeks if week.score is not None and not week.is_sound]
    if not thin and not card.sound_scores:
        return "No scores yet."
    if card.score_lately is None:
        said = "Score: too few to say."
    else:
        said = f"Score {percent(card.score_lately)} of the top level lately, "
        said += card.trend or "too few to say which way it goes"
        said += "."
    return f"{said} Resting on fewer than {ENOUGH} reviews: {week_list(thin)}." if thin else said


def _cohort_in_words(card: StudentCard) -> str:
    gaps = [
        share(w.score) - share(w.cohort)
        for w in card.weeks
        if w.score is not None and w.cohort is not None and w.is_sound
    ]
    if not gaps:
        return ""
    above, below = sum(gap > STEADY for gap in gaps), sum(gap < -STEADY for gap in gaps)
    return (
        f"Beside the cohort's median: above in {above}, near in {len(gaps) - above - below}, "
        f"below in {below} of {len(gaps)} weeks."
    )


def _reviews_in_words(card: StudentCard) -> str:
    if not card.reviews_owed and not card.reviews_given:
        return "No reviews asked for yet."
    asked = max(card.reviews_owed, card.reviews_given)
    return f"Reviews given: {card.reviews_given} of {asked}, {card.given_on_time} of them on time."
